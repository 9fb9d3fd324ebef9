package archive

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"testing"
	"time"

	"kolmikko/events"
)

var noon = time.Date(2022, 10, 5, 12, 0, 0, 0, time.UTC)

// line is the event that stands at a place in the history of these tests.
func line(t testing.TB, place uint64) []byte {
	t.Helper()
	l, err := events.Encode(events.Recorded{
		ID: fmt.Sprintf("0000000%d-0000-4000-8000-%012d", place%10, place), At: noon.Add(time.Duration(place) * time.Second),
		Programme: "mentoring", Cohort: "2022", By: events.Clock,
		Event: events.EnrolmentWaitlisted{Enrolment: "e-1", Position: int(place), Reason: "full"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// history is the journal's: the lines past after, up to last.
func history(t testing.TB, last uint64) Source {
	return func(after uint64) iter.Seq2[Line, error] {
		return func(yield func(Line, error) bool) {
			for place := after + 1; place <= last; place++ {
				if !yield(Line{place, line(t, place)}, nil) {
					return
				}
			}
		}
	}
}

func whole(t testing.TB, last uint64) []byte {
	var all []byte
	for l := range history(t, last)(0) {
		all = append(append(all, l.Bytes...), '\n')
	}
	return all
}

// written is an archive of last lines, about ten to a segment.
func written(t testing.TB, last uint64) string {
	t.Helper()
	dir := t.TempDir()
	refill(t, dir, last)
	return dir
}

// small makes segments of ten lines.
func small(t testing.TB) Options { return Options{SegmentBytes: int64(len(line(t, 99))+1) * 10} }

// refill opens the archive as a follower of the journal does.
func refill(t testing.TB, dir string, last uint64) {
	t.Helper()
	w, err := OpenWriter(dir, small(t))
	if err != nil {
		t.Fatal(err)
	}
	for l := range history(t, last)(w.Last()) {
		if err := w.Append(l.Place, l.Bytes); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if w.Synced() != last {
		t.Errorf("synced %d of %d", w.Synced(), last)
	}
}

// content is what cat *.ndjson gives.
func content(t testing.TB, dir string) []byte {
	t.Helper()
	all, err := segments(dir)
	if err != nil {
		t.Fatal(err)
	}
	var b []byte
	for _, s := range all {
		text, err := os.ReadFile(s.file)
		if err != nil {
			t.Fatal(err)
		}
		b = append(b, text...)
	}
	return b
}

func TestTheArchiveIsAnExportAsItLies(t *testing.T) {
	dir := written(t, 45)
	if !bytes.Equal(content(t, dir), whole(t, 45)) {
		t.Error("the segments are not the history")
	}
	names, _ := filepath.Glob(filepath.Join(dir, "*"))
	if len(names) != 5+4 {
		t.Errorf("%q: want five segments and the sums of four", names)
	}
	if damages, err := Check(dir); err != nil || damages != nil {
		t.Errorf("damages %v, %v", damages, err)
	}
}

func TestReading(t *testing.T) {
	dir := written(t, 45)
	r, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	for after := range uint64(48) {
		next := after + 1
		for l, err := range r.Lines(after) {
			if err != nil || l.Place != next || !bytes.Equal(l.Bytes, line(t, next)) {
				t.Fatalf("after %d: %d %q, %v; want %d", after, l.Place, l.Bytes, err, next)
			}
			next++
		}
		if want := max(46, after+1); next != want {
			t.Errorf("after %d: ended before %d, not %d", after, next, want)
		}
	}
	next := uint64(12)
	for e, err := range r.Read(11) {
		if err != nil || e.Place != next || e.Event.(events.EnrolmentWaitlisted).Position != int(next) {
			t.Fatalf("%+v, %v; want %d", e, err, next)
		}
		next++
	}
	if last, err := r.Last(); err != nil || last != 45 || next != 46 {
		t.Errorf("last %d, %v; read to %d", last, err, next)
	}
}

func TestAppending(t *testing.T) {
	w, err := OpenWriter(t.TempDir(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	for place := range uint64(3) {
		if err := w.Append(place+1, line(t, place+1)); err != nil {
			t.Fatal(err)
		}
	}
	t.Run("a place that is there is quiet", func(t *testing.T) {
		if err := w.Append(2, line(t, 2)); err != nil || w.Last() != 3 {
			t.Error(err, w.Last())
		}
	})
	t.Run("a gap is an error", func(t *testing.T) {
		if err := w.Append(5, line(t, 5)); !errors.Is(err, ErrGap) {
			t.Error(err)
		}
		if err := w.Append(0, line(t, 5)); !errors.Is(err, ErrGap) {
			t.Error(err)
		}
	})
	t.Run("what is no line is an error", func(t *testing.T) {
		for _, bad := range []string{"", "{}\n", "{\n}"} {
			if err := w.Append(4, []byte(bad)); err == nil {
				t.Errorf("%q", bad)
			}
		}
	})
	t.Run("synced is what is on the disk", func(t *testing.T) {
		if err := w.Sync(); err != nil || w.Synced() != 3 {
			t.Error(err, w.Synced())
		}
	})
	t.Run("a second writer is told", func(t *testing.T) {
		if _, err := OpenWriter(w.dir, Options{}); !errors.Is(err, ErrBusy) {
			t.Error(err)
		}
	})
	t.Run("a closed one is told", func(t *testing.T) {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
		if err := w.Append(4, line(t, 4)); !errors.Is(err, ErrClosed) {
			t.Error(err)
		}
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
}
