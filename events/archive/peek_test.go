package archive

import (
	"bytes"
	"strings"
	"testing"

	"kolmikko/events"
)

func TestPeeking(t *testing.T) {
	usual := string(line(t, 7))
	lines := map[string]string{
		"as it is written":        usual,
		"with spaces":             strings.ReplaceAll(usual, `","`, `" , "`),
		"in another order":        `{"data":{},"subject":"history.mentoring.2022.enrolment-waitlisted","type":"enrolment-waitlisted"}`,
		"with an escaped subject": strings.Replace(usual, "history.", `h\u0069story.`, 1),
	}
	for what, l := range lines {
		t.Run(what, func(t *testing.T) {
			if k, p, c, ok := Peek([]byte(l)); k != "enrolment-waitlisted" || p != "mentoring" || c != "2022" || !ok {
				t.Errorf("%q %q %q %v", k, p, c, ok)
			}
		})
	}
	for _, l := range []string{"", "{}", "x", usual[:40], strings.Replace(usual, "history.", "hearsay.", 1), strings.Replace(usual, ".2022.", ".", 1)} {
		if k, p, c, ok := Peek([]byte(l)); ok || k != "" || p != "" || c != "" {
			t.Errorf("%q is %q %q %q", l, k, p, c)
		}
	}
}

// FuzzPeek holds Peek to what the decoder says of every line that it accepts.
func FuzzPeek(f *testing.F) {
	usual := line(f, 7)
	f.Add(usual)
	f.Add(bytes.Replace(usual, []byte("history."), []byte(`h\u0069story.`), 1))
	f.Add(bytes.Replace(usual, []byte(`"id":"`), []byte(`"id":"\"`), 1))
	f.Add(bytes.Replace(usual, []byte(`"2022"`), []byte(`"-"`), 1))
	f.Fuzz(func(t *testing.T, line []byte) {
		k, p, c, ok := Peek(line)
		r, err := events.Decode(1, line)
		if err == nil && (!ok || k != events.KindOf(r.Event) || p != r.Programme || c != r.Cohort) {
			t.Errorf("%q %q %q, %v; want %q %q %q", k, p, c, ok, events.KindOf(r.Event), r.Programme, r.Cohort)
		}
	})
}

// FuzzReader reads any bytes as an archive's last segment: it ends, places count
// up, and the writer leaves a beginning of it that can be appended to.
func FuzzReader(f *testing.F) {
	f.Add(whole(f, 3))
	f.Add(whole(f, 3)[:500])
	f.Add([]byte("\n\n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		file := put(t, "00000000000000000001.ndjson", content)
		r, err := Open(file)
		if err != nil {
			t.Fatal(err)
		}
		var last uint64
		for l, err := range r.Lines(0) {
			if err != nil {
				break
			}
			if l.Place != last+1 {
				t.Fatalf("place %d after %d", l.Place, last)
			}
			last = l.Place
		}
		dir := strings.TrimSuffix(file, "/00000000000000000001.ndjson")
		w, err := OpenWriter(dir, Options{})
		if err != nil {
			return // a line in the middle is damaged, and Mend's
		}
		if w.Last() > last {
			t.Errorf("the writer goes on after %d of %d", w.Last(), last)
		}
		next := w.Last() + 1
		if err := w.Append(next, line(t, next)); err != nil {
			t.Error(err)
		}
		if err := w.Close(); err != nil {
			t.Error(err)
		}
		if _, end, err := places(t, dir, next-1); err != nil || end != next {
			t.Errorf("read to %d, %v; want %d", end, err, next)
		}
	})
}
