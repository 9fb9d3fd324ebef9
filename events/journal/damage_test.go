package journal

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"kolmikko/events"
)

// written begins a history of n events in dir, lets go of it, and returns a copy
// of it and its stream's name.
func written(t *testing.T, dir string, n int) (*Memory, string) {
	t.Helper()
	s, err := Serve(Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	log := openLog(t, s)
	copied := new(Memory)
	for i := range n {
		e := entry("c", events.PersonID(fmt.Sprint("person-", i+1)))
		mustAppend(t, copied, uint64(i), e)
	}
	if _, err := log.Restore(t.Context(), linesOf(t, copied)); err != nil {
		t.Fatal(err)
	}
	return copied, log.Stream()
}

func reopen(t *testing.T, dir string, o OpenOptions) (*Server, *JetStream) {
	t.Helper()
	s, err := Serve(Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	log, err := s.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return s, log
}

// flip flips one bit of event n in the store's files.
func flip(t *testing.T, dir, stream string, n int) {
	t.Helper()
	blocks, _ := filepath.Glob(filepath.Join(dir, "jetstream", "$G", "streams", stream, "msgs", "*.blk"))
	for _, block := range blocks {
		data, err := os.ReadFile(block)
		if err != nil {
			t.Fatal(err)
		}
		if at := bytes.LastIndex(data, fmt.Appendf(nil, "person-%d\"", n)); at >= 0 {
			data[at] ^= 1
			if err := os.WriteFile(block, data, 0o600); err != nil {
				t.Fatal(err)
			}
			return
		}
	}
	t.Fatalf("event %d is in none of %d files", n, len(blocks))
}

// isDamaged checks that log writes nothing, says why, and still reads the n
// first events.
func isDamaged(t *testing.T, log *JetStream, says string, n uint64) {
	t.Helper()
	head, err := log.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, err = log.Append(t.Context(), head, []events.Recorded{entry("c", "late")})
	if !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), says) {
		t.Errorf("append: err = %v; want ErrDamaged, saying %q", err, says)
	}
	desk := counting(log)
	if _, err := desk.Act(t.Context(), action("a", "k", "x"), refuse, nil); err == nil {
		t.Error("a refusal was remembered in a damaged history")
	}
	read := uint64(0)
	for r, err := range Read(t.Context(), log, 0, "") {
		if err != nil {
			break
		}
		read = r.Place
	}
	if read != n {
		t.Errorf("%d events can be read; want %d", read, n)
	}
}

func TestAFlippedBitStopsWritesAndNamesTheEvent(t *testing.T) {
	t.Parallel()
	for _, c := range [][2]int{{1, 60}, {7, 60}, {30, 60}, {60, 60}, {5, 5}} {
		at, of := c[0], c[1]
		t.Run(fmt.Sprintf("event %d of %d", at, of), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			copied, stream := written(t, dir, of)
			flip(t, dir, stream, at)
			_, log := reopen(t, dir, OpenOptions{AtLeast: uint64(of)})
			var told error
			for _, err := range log.Lines(t.Context(), uint64(at-1), "", false) {
				told = err
			}
			if !errors.Is(told, ErrDamaged) {
				t.Errorf("read: err = %v; want ErrDamaged", told)
			}
			_, err := Compare(t.Context(), log, linesOf(t, copied))
			if want := fmt.Sprintf("event %d ", at); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), want) {
				t.Errorf("compared: %v; want ErrDamaged with %q", err, want)
			}
			isDamaged(t, log, fmt.Sprintf("event %d ", at), uint64(at-1))
		})
	}
}

func TestNothingIsAppendedToWhatCannotBeRead(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, stream := written(t, dir, 5)
	flip(t, dir, stream, 5)
	_, log := reopen(t, dir, OpenOptions{AtLeast: 5})
	_, err := log.Append(t.Context(), 5, []events.Recorded{entry("c", "late")})
	if !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "event 5 ") {
		t.Errorf("err = %v; want ErrDamaged with event 5", err)
	}
}

func TestAFlippedBitThatTruncatesIsNoticed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, stream := written(t, dir, 60)
	flip(t, dir, stream, 30)
	index := filepath.Join(dir, "jetstream", "$G", "streams", stream, "msgs", "index.db")
	if err := os.Remove(index); err != nil { // as after a crash
		t.Fatal(err)
	}
	_, log := reopen(t, dir, OpenOptions{AtLeast: 60})
	isDamaged(t, log, "event 30 ", 29)
}

func TestAShortHistoryStopsWrites(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	written(t, dir, 5)
	_, log := reopen(t, dir, OpenOptions{AtLeast: 6})
	isDamaged(t, log, "event 6 is missing", 5)
}

func TestAHistoryThatIsGoneIsNotBegunAgain(t *testing.T) {
	t.Parallel()
	s := serve(t)
	if _, err := s.Open(t.Context(), OpenOptions{AtLeast: 3}); !errors.Is(err, ErrDamaged) {
		t.Errorf("err = %v; want ErrDamaged", err)
	}
	if log := openLog(t, s); log.Writable() != nil {
		t.Error("a new history can't be begun")
	}
}

func TestADamagedHistoryIsRestoredIntoANewGeneration(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	copied, stream := written(t, dir, 60)
	flip(t, dir, stream, 30)
	s, old := reopen(t, dir, OpenOptions{})
	log, err := s.Renew(t.Context(), OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if last, err := log.Restore(t.Context(), linesOf(t, copied)); last != 60 || err != nil {
		t.Fatalf("restored %d, %v", last, err)
	}
	if same, err := Compare(t.Context(), log, linesOf(t, copied)); same != 60 || err != nil {
		t.Errorf("%d are the same, %v; want 60", same, err)
	}
	mustAppend(t, log, 60, entry("c", "new"))
	if _, err := old.Append(t.Context(), 60, []events.Recorded{entry("c", "new")}); !errors.Is(err, ErrDamaged) {
		t.Errorf("who has the old one open: err = %v; want ErrDamaged", err)
	}
	s.Close()
	_, log = reopen(t, dir, OpenOptions{AtLeast: 61})
	if log.Stream() <= stream || log.Writable() != nil {
		t.Errorf("opened %s, %v; %s was renewed", log.Stream(), log.Writable(), stream)
	}
}

func TestAnUnfinishedRepairIsNotWritten(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	written(t, dir, 20)
	s, old := reopen(t, dir, OpenOptions{})
	if err := old.retire(t.Context(), old.Stream()); err != nil {
		t.Fatal(err)
	}
	s.Close()
	_, log := reopen(t, dir, OpenOptions{})
	isDamaged(t, log, "subjects", 20)
}

func TestANameIsNeverReused(t *testing.T) {
	t.Parallel()
	s := serve(t)
	names := []string{openLog(t, s).Stream()}
	for range 3 {
		log, err := s.Renew(t.Context(), OpenOptions{})
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, log.Stream())
	}
	log := openLog(t, s)
	mustAppend(t, log, 0, entry("c", "a"))
	for _, name := range names {
		if err := log.js.DeleteStream(t.Context(), name); err != nil {
			t.Fatal(err)
		}
	}
	names = append(names, openLog(t, s).Stream())
	if !slices.IsSorted(names) || len(slices.Compact(slices.Clone(names))) != len(names) {
		t.Errorf("the generations are named %v", names)
	}
}

func TestSettingsThatLoseHistoryStopWrites(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*jetstream.StreamConfig){
		"max_age":              func(c *jetstream.StreamConfig) { c.MaxAge = time.Hour },
		"max_msgs":             func(c *jetstream.StreamConfig) { c.MaxMsgs = 1000 },
		"max_bytes":            func(c *jetstream.StreamConfig) { c.MaxBytes = 1 << 20 },
		"max_msgs_per_subject": func(c *jetstream.StreamConfig) { c.MaxMsgsPerSubject = 1000 },
		"allow_msg_ttl":        func(c *jetstream.StreamConfig) { c.AllowMsgTTL = true },
		"no_ack":               func(c *jetstream.StreamConfig) { c.NoAck = true },
		"subjects":             func(c *jetstream.StreamConfig) { c.Subjects = []string{"history.>", "more.>"} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t)
			log := openLog(t, s)
			mustAppend(t, log, 0, entry("c", "a"))
			if drift := log.Drift(); len(drift) > 0 {
				t.Errorf("drift of a new stream: %v", drift)
			}
			drifted(t, log, change)
			log = openLog(t, s)
			if drift := log.Drift(); len(drift) != 1 || !strings.HasPrefix(drift[0], name+": ") {
				t.Errorf("drift: %v; want %s", drift, name)
			}
			isDamaged(t, log, name, 1)
		})
	}
}

func TestOtherSettingsAreNamed(t *testing.T) {
	t.Parallel()
	s := serve(t)
	log := openLog(t, s)
	drifted(t, log, func(c *jetstream.StreamConfig) { c.Duplicates = time.Minute })
	log = openLog(t, s)
	if drift := log.Drift(); len(drift) != 1 || drift[0] != "duplicate_window: 1m0s, made as 2m0s" || len(log.Warnings()) != 1 {
		t.Errorf("drift: %v, warnings: %v", drift, log.Warnings())
	}
	mustAppend(t, log, 0, entry("c", "a"))
}

func TestSettingsAreCheckedWhileItIsOpen(t *testing.T) {
	t.Parallel()
	log := openLog(t, serve(t))
	drifted(t, log, func(c *jetstream.StreamConfig) { c.MaxAge = time.Hour })
	if err := log.Check(t.Context(), 0); !errors.Is(err, ErrDamaged) {
		t.Errorf("err = %v; want ErrDamaged", err)
	}
	isDamaged(t, log, "max_age", 0)
}

func drifted(t *testing.T, log *JetStream, change func(*jetstream.StreamConfig)) {
	t.Helper()
	info, err := log.info(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	change(&info.Config)
	if _, err := log.js.UpdateStream(t.Context(), info.Config); err != nil {
		t.Fatal(err)
	}
}

func TestNothingIsDeletedOrPurged(t *testing.T) {
	t.Parallel()
	log := openLog(t, serve(t))
	mustAppend(t, log, 0, entry("c", "a"))
	mustAct(t, counting(log), action("a", "k", "x"), refuse)
	for _, name := range []string{log.Stream(), answersStream} {
		stream, err := log.js.Stream(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		if err := stream.DeleteMsg(t.Context(), 1); err == nil {
			t.Errorf("%s: an event was deleted", name)
		}
		if err := stream.Purge(t.Context()); err == nil {
			t.Errorf("%s: was purged", name)
		}
	}
}
