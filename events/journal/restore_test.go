package journal

import (
	"errors"
	"fmt"
	"iter"
	"testing"

	"kolmikko/events"
)

func testRestore(t *testing.T, log Log) {
	var source Memory
	last := uint64(0)
	for i := range 1203 {
		p := events.ProgrammeID(fmt.Sprint("p", i))
		last = mustAppend(t, &source, 0, entry(p, "a"))
	}
	lines := linesOf(t, &source)
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
	if _, err := log.Restore(t.Context(), lines); !errors.Is(err, errNotEmpty) {
		t.Errorf("restored into a history that isn't empty: err = %v", err)
	}
}

// linesOf yields the bytes of log's lines, as an archive would.
func linesOf(t testing.TB, log Log) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for line, err := range log.Lines(t.Context(), 0, "", false) {
			if !yield(line.Data, err) {
				return
			}
		}
	}
}

func testRestoreBroken(t *testing.T, log Log) {
	var source Memory
	mustAppend(t, &source, 0, entry("c", "a"), entry("c", "b"))
	for name, broken := range map[string]func([]byte) []byte{
		"no event":          func([]byte) []byte { return []byte("{}") },
		"an unknown member": func(line []byte) []byte { return append([]byte(`{"x":1,`), line[1:]...) },
	} {
		_, err := log.Restore(t.Context(), func(yield func([]byte, error) bool) {
			for line := range linesOf(t, &source) {
				if !yield(broken(line), nil) {
					return
				}
			}
		})
		if !errors.Is(err, events.ErrMalformed) && !errors.Is(err, events.ErrUnknownKind) {
			t.Errorf("%s: err = %v", name, err)
		}
	}
	if head, _ := log.Head(t.Context()); head != 0 {
		t.Errorf("head = %d; want 0", head)
	}
}

func testCompare(t *testing.T, log Log) {
	var copied Memory
	for i := range 40 {
		p := events.ProgrammeID(fmt.Sprint("p", i))
		mustAppend(t, &copied, 0, entry(p, "a"))
		mustAppend(t, log, 0, entry(p, "a"))
	}
	if same, err := Compare(t.Context(), log, linesOf(t, &copied)); same != 40 || err != nil {
		t.Errorf("the same: %d, %v; want 40", same, err)
	}
	mustAppend(t, log, 0, entry("more", "a"))
	if same, err := Compare(t.Context(), log, linesOf(t, &copied)); same != 40 || err != nil {
		t.Errorf("the copy is behind: %d, %v; want 40", same, err)
	}
	mustAppend(t, &copied, 0, entry("other", "a"))
	if same, err := Compare(t.Context(), log, linesOf(t, &copied)); same != 40 || !errors.Is(err, ErrDamaged) {
		t.Errorf("another line: %d, %v; want 40 and ErrDamaged", same, err)
	}
	var short Memory
	if same, err := Compare(t.Context(), &short, linesOf(t, log)); same != 0 || !errors.Is(err, ErrDamaged) {
		t.Errorf("nothing left: %d, %v; want 0 and ErrDamaged", same, err)
	}
}
