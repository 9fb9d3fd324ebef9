package journal

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"kolmikko/events"
)

var noon = time.Date(2022, 10, 5, 12, 0, 0, 0, time.UTC)

// TestLog is what every Log must do.
func TestLog(t *testing.T) {
	rules := []struct {
		name string
		rule func(*testing.T, Log)
	}{
		{"history is read in order", testOrder},
		{"a late writer is told", testConflict},
		{"all or none", testAtomic},
		{"appending the same again is one event", testRetry},
		{"an ID is written once", testTwice},
		{"a programme is no wildcard", testWildcard},
		{"of writers at once one wins", testRace},
		{"followers see past and future", testFollow},
		{"one programme knows no other", testApart},
		{"a long history is read to its head", testLong},
		{"what was restored has the same places and bytes", testRestore},
		{"what is no event is not restored", testRestoreBroken},
		{"the copy is compared line by line", testCompare},
		{"many writers, one seat at a time", testSeats},
		{"the same key gets the same answer", testSameKey},
		{"an action that is half known is known", testHalfKnown},
		{"a refusal is remembered", testRefusal},
		{"a quiet answer is remembered", testQuiet},
		{"a refusal is never stale", testStale},
		{"a key with another command is told", testKeyReused},
		{"a key is of one person in one programme", testKeyApart},
		{"each event is sealed and taken in once", testSeal},
		{"what can't be written is not decided", testUnwritable},
		{"a panic holds nobody up", testPanic},
	}
	for _, r := range rules {
		t.Run("memory/"+r.name, func(t *testing.T) { r.rule(t, new(Memory)) })
	}
	for _, r := range rules {
		t.Run("embedded/"+r.name, func(t *testing.T) { r.rule(t, openLog(t, serve(t))) })
	}
	c := startCluster(t)
	for i, r := range rules {
		t.Run("cluster/"+r.name, func(t *testing.T) { r.rule(t, c.open(t, i, OpenOptions{})) })
	}
}

func serve(t testing.TB) *Server {
	t.Helper()
	server, err := Serve(Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	return server
}

func openLog(t testing.TB, s *Server) *JetStream {
	t.Helper()
	log, err := s.Open(t.Context(), OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return log
}

func testOrder(t *testing.T, log Log) {
	mustAppend(t, log, 0, entry("c", "a"), entry("c", "b"))
	mustAppend(t, log, 2, entry("c", "d"))
	if got := people(t, Read(t.Context(), log, 0, "c")); got != "1a 2b 3d" {
		t.Errorf("read %q", got)
	}
	if got := people(t, Read(t.Context(), log, 1, "")); got != "2b 3d" {
		t.Errorf("read %q past 1", got)
	}
	if head, err := log.Head(t.Context()); head != 3 || err != nil {
		t.Errorf("head %d, %v; want 3", head, err)
	}
}

func testConflict(t *testing.T, log Log) {
	mustAppend(t, log, 0, entry("c", "a"))
	for _, after := range []uint64{0, 2} {
		if _, err := log.Append(t.Context(), after, []events.Recorded{entry("c", "late")}); !errors.Is(err, ErrConflict) {
			t.Errorf("after %d: err = %v; want ErrConflict", after, err)
		}
	}
	if got := people(t, Read(t.Context(), log, 0, "c")); got != "1a" {
		t.Errorf("read %q", got)
	}
}

func testAtomic(t *testing.T, log Log) {
	mustAppend(t, log, 0, entry("c", "a"))
	_, err := log.Append(t.Context(), 0, []events.Recorded{entry("c", "x"), entry("c", "y"), entry("c", "z")})
	if !errors.Is(err, ErrConflict) {
		t.Errorf("err = %v; want ErrConflict", err)
	}
	if got := people(t, Read(t.Context(), log, 0, "c")); got != "1a" {
		t.Errorf("read %q", got)
	}
}

func testRetry(t *testing.T, log Log) {
	mustAppend(t, log, 0, entry("c", "a"))
	mustAppend(t, log, 1, entry("c", "b"), entry("c", "d"))
	for range 2 {
		if last := mustAppend(t, log, 1, entry("c", "b"), entry("c", "d")); last != 3 {
			t.Errorf("two again: last = %d; want 3", last)
		}
		if last := mustAppend(t, log, 0, entry("c", "a")); last != 1 {
			t.Errorf("one again: last = %d; want 1", last)
		}
	}
	for i, again := range [][]events.Recorded{{entry("c", "a")}, {entry("c", "b"), entry("c", "d")}} {
		again[0].At = noon.Add(time.Hour) // the same action, told otherwise
		if _, err := log.Append(t.Context(), uint64(i), again); !errors.Is(err, ErrConflict) {
			t.Errorf("%d with other bytes: err = %v; want ErrConflict", len(again), err)
		}
	}
	if got := people(t, Read(t.Context(), log, 0, "c")); got != "1a 2b 3d" {
		t.Errorf("read %q", got)
	}
}

func testTwice(t *testing.T, log Log) {
	mustAppend(t, log, 0, entry("c", "a"))
	for _, entries := range [][]events.Recorded{{entry("c", "a")}, {entry("c", "b"), entry("c", "a")}, {entry("c", "b"), entry("c", "b")}} {
		if _, err := log.Append(t.Context(), 1, entries); err == nil || errors.Is(err, ErrConflict) {
			t.Errorf("%d: err = %v; want that it is there already", len(entries), err)
		}
	}
	if got := people(t, Read(t.Context(), log, 0, "c")); got != "1a" {
		t.Errorf("read %q", got)
	}
}

func testWildcard(t *testing.T, log Log) {
	mustAppend(t, log, 0, entry("c", "a"))
	for _, p := range []events.ProgrammeID{"*", ">", "c.>", "*.c1", " "} {
		for r, err := range Read(t.Context(), log, 0, p) {
			if err == nil {
				t.Errorf("programme %q: read place %d", p, r.Place)
			}
		}
		a := action("a", "k", "x")
		a.Programme = p
		if answer, err := counting(log).Act(t.Context(), a, refuse, nil); err == nil {
			t.Errorf("programme %q: answered %+v", p, answer)
		}
	}
}

func testApart(t *testing.T, log Log) {
	mustAppend(t, log, 0, entry("c", "a"))
	mustAppend(t, log, 0, entry("d", "b"))
	mustAppend(t, log, 1, entry("c", "e"))
	if got := people(t, Read(t.Context(), log, 0, "c")); got != "1a 3e" {
		t.Errorf("read %q", got)
	}
	if got := people(t, Read(t.Context(), log, 0, "none")); got != "" {
		t.Errorf("read %q", got)
	}
}

func testFollow(t *testing.T, log Log) {
	mustAppend(t, log, 0, entry("c", "a"), entry("c", "b"))
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	var seen strings.Builder
	for r, err := range Follow(ctx, log, 1) {
		if err != nil {
			t.Fatal(err)
		}
		seen.WriteString(fmt.Sprintf("%d%s ", r.Place, r.By))
		switch r.Place {
		case 2:
			mustAppend(t, log, 0, entry("d", "e"))
		case 3:
			cancel() // ends quietly
		}
	}
	if seen.String() != "2b 3e " {
		t.Errorf("followed %q", seen.String())
	}
}

// testRace lets appends meet that differ in cohort and kind: only what guards
// the whole programme keeps them apart.
func testRace(t *testing.T, log Log) {
	for round := range 10 {
		p := events.ProgrammeID(fmt.Sprint("p", round))
		var wg sync.WaitGroup
		var won atomic.Int32
		for i := range 6 {
			e := entry(p, events.PersonID(fmt.Sprint("w", i)))
			e.Cohort = events.CohortID(fmt.Sprint("c", i))
			if i%2 == 0 {
				e.Event = events.ConsentWithdrawn{Person: e.By, Purpose: "matching"}
			}
			entries := []events.Recorded{e}
			if i%3 == 0 {
				second := e
				second.ID = uuid.NewSHA1(house, []byte(e.ID)).String()
				entries = append(entries, second)
			}
			wg.Go(func() {
				switch _, err := log.Append(t.Context(), 0, entries); {
				case err == nil:
					won.Add(1)
				case !errors.Is(err, ErrConflict):
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if won.Load() != 1 {
			t.Errorf("%d of 6 appends at once were taken; want 1", won.Load())
		}
	}
}

func testLong(t *testing.T, log Log) {
	var source Memory
	last := map[events.ProgrammeID]uint64{}
	for i := range 90 {
		p := events.ProgrammeID(fmt.Sprint("p", i%2))
		e := entry(p, events.PersonID(fmt.Sprint(i)))
		last[p] = mustAppend(t, &source, last[p], e)
		mustAppend(t, log, max(last[p], 2)-2, e)
	}
	for p, want := range map[events.ProgrammeID]int{"": 90, "p0": 45, "p1": 45} {
		n, at := 0, uint64(0)
		for r, err := range Read(t.Context(), log, 0, p) {
			if err != nil {
				t.Fatal(err)
			}
			if n++; r.Place <= at || p != "" && r.Programme != p {
				t.Fatalf("place %d of %s behind %d", r.Place, r.Programme, at)
			}
			at = r.Place
		}
		if n != want {
			t.Errorf("%d events of programme %q; want %d", n, p, want)
		}
	}
}

func entry(p events.ProgrammeID, by events.PersonID) events.Recorded {
	id := uuid.NewSHA1(house, []byte(string(p)+"/"+string(by)))
	return events.Recorded{ID: id.String(), At: noon, Programme: p, Cohort: "c1", By: by,
		Event: events.ConsentGiven{Person: by, Purpose: "matching", TextVersion: 1}}
}

func people(t *testing.T, history iter.Seq2[events.Recorded, error]) string {
	t.Helper()
	var list []string
	for r, err := range history {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, fmt.Sprintf("%d%s", r.Place, r.By))
	}
	return strings.Join(list, " ")
}

func mustAppend(t testing.TB, log Log, after uint64, entries ...events.Recorded) uint64 {
	t.Helper()
	last, err := log.Append(t.Context(), after, entries)
	if err != nil {
		t.Fatal(err)
	}
	return last
}
