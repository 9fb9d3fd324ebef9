package journal

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"kolmikko/events"
)

var noon = time.Date(2022, 10, 5, 12, 0, 0, 0, time.UTC)

// TestLog is what every Log must do.
func TestLog(t *testing.T) {
	logs := map[string]func(*testing.T) Log{
		"memory":    func(*testing.T) Log { return new(Memory) },
		"jetstream": func(t *testing.T) Log { return openLog(t, serve(t)) },
	}
	rules := map[string]func(*testing.T, Log){
		"history is read in order":                        testOrder,
		"a late writer is told":                           testConflict,
		"all or none":                                     testAtomic,
		"appending the same again is one event":           testRetry,
		"followers see past and future":                   testFollow,
		"one programme knows no other":                    testApart,
		"what was restored has the same places and bytes": testRestore,
		"many writers, one seat at a time":                testSeats,
		"the same key gets the same answer":               testSameKey,
		"a refusal is remembered":                         testRefusal,
		"a quiet answer is remembered":                    testQuiet,
		"a key with another command is told":              testKeyReused,
		"a panic holds nobody up":                         testPanic,
	}
	for logName, open := range logs {
		for ruleName, rule := range rules {
			t.Run(logName+"/"+ruleName, func(t *testing.T) { rule(t, open(t)) })
		}
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
	log, err := OpenJetStream(t.Context(), s.Conn, OpenOptions{})
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
	if got := people(t, Read(t.Context(), log, 0, "c")); got != "1a 2b 3d" {
		t.Errorf("read %q", got)
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

func testRestore(t *testing.T, log Log) {
	var source Memory
	last := uint64(0)
	for i := range 1203 {
		p := events.ProgrammeID(fmt.Sprint("p", i))
		last = mustAppend(t, &source, 0, entry(p, "a"))
	}
	lines := func(yield func([]byte, error) bool) {
		for line, err := range source.Lines(t.Context(), 0, "", false) {
			if !yield(line.Data, err) {
				return
			}
		}
	}
	if got, err := log.Restore(t.Context(), lines); got != last || err != nil {
		t.Fatalf("restored %d, %v; want %d", got, err, last)
	}
	next, stop := iter.Pull2(source.Lines(t.Context(), 0, "", false))
	defer stop()
	for line, err := range log.Lines(t.Context(), 0, "", false) {
		want, _, ok := next()
		if err != nil || !ok || line.Place != want.Place || line.Subject != want.Subject || string(line.Data) != string(want.Data) {
			t.Fatalf("place %d: %v, %s", line.Place, err, line.Data)
		}
	}
	if _, _, more := next(); more {
		t.Error("not all was restored")
	}
	if _, err := log.Restore(t.Context(), lines); err == nil {
		t.Error("restored into a history that isn't empty")
	}
}

func testSeats(t *testing.T, log Log) {
	desk := NewDesk(log, func(taken *int, _ events.Recorded) { *taken++ })
	other := NewDesk(log, func(taken *int, _ events.Recorded) { *taken++ }) // as if in another process
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			d := desk
			if i%2 == 0 {
				d = other
			}
			_, err := d.Act(t.Context(), action(fmt.Sprint("p", i), "", "sit"), func(taken *int) ([]events.Event, error) {
				if *taken == 3 {
					return nil, no1
				}
				return []events.Event{events.ConsentGiven{Person: "a", Purpose: "matching", TextVersion: 1}}, nil
			}, nil)
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	n := 0
	for range Read(t.Context(), log, 0, "c") {
		n++
	}
	if n != 3 {
		t.Errorf("%d events on 3 seats", n)
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
