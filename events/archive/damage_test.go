package archive

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"kolmikko/events"
)

// edit changes a file's content.
func edit(t testing.TB, file string, change func([]byte) []byte) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, change(bytes.Clone(text)), 0o600); err != nil {
		t.Fatal(err)
	}
}

func remove(t testing.TB, files ...string) {
	t.Helper()
	for _, f := range files {
		if err := os.Remove(f); err != nil {
			t.Fatal(err)
		}
	}
}

// nth is the segment of ten lines that begins at a place.
func nth(dir string, first uint64) segment { return segmentAt(dir, first) }

// lineOf returns where the nth line of a segment begins, from 0.
func lineOf(text []byte, n int) int {
	at := 0
	for range n {
		at += bytes.IndexByte(text[at:], '\n') + 1
	}
	return at
}

// TestATailIsRefilled harms the end of an archive of 45 lines in segments of
// about ten: the writer cuts off what isn't sound, and its follower goes on.
func TestATailIsRefilled(t *testing.T) {
	segs, err := segments(written(t, 45))
	if err != nil {
		t.Fatal(err)
	}
	final, before := segs[len(segs)-1].first, segs[len(segs)-2].first
	harms := map[string]struct {
		harm func(t *testing.T, dir string)
		last uint64 // that the writer finds
	}{
		"nothing":                  {func(*testing.T, string) {}, 45},
		"the last break is gone":   {tail(func(b []byte) []byte { return b[:len(b)-1] }, final), 44},
		"half a line":              {tail(func(b []byte) []byte { return b[:len(b)-100] }, final), 44},
		"two lines and a half":     {tail(func(b []byte) []byte { return b[:lineOf(b, 2)+9] }, final), final + 1},
		"cut at a line break":      {tail(func(b []byte) []byte { return b[:lineOf(b, 2)] }, final), final + 1},
		"an empty segment":         {tail(func([]byte) []byte { return nil }, final), final - 1},
		"zeroes after it":          {tail(func(b []byte) []byte { return append(b, make([]byte, 5000)...) }, final), 45},
		"lines of rubbish":         {tail(func(b []byte) []byte { return append(b, "rubbish\n\n{}\n"...) }, final), 45},
		"a flipped bit at the end": {tail(func(b []byte) []byte { b[lineOf(b, bytes.Count(b, lineBreak)-1)] ^= 1; return b }, final), 44},
		"no last segment":          {func(t *testing.T, dir string) { remove(t, nth(dir, final).file) }, final - 1},
		"no last segment, and the one before cut in a line": {func(t *testing.T, dir string) {
			remove(t, nth(dir, final).file)
			edit(t, nth(dir, before).file, func(b []byte) []byte { return b[:lineOf(b, 3)+9] })
		}, before + 2},
		"nothing at all": {func(t *testing.T, dir string) {
			if err := os.RemoveAll(dir); err != nil {
				t.Fatal(err)
			}
		}, 0},
		"a file that was never finished": {func(t *testing.T, dir string) {
			if err := os.WriteFile(nth(dir, 1).file+unfinished, []byte("x"), 0o600); err != nil {
				t.Fatal(err)
			}
		}, 45},
	}
	for what, c := range harms {
		t.Run(what, func(t *testing.T) {
			dir := written(t, 45)
			c.harm(t, dir)
			w, err := OpenWriter(dir, small(t))
			if err != nil {
				t.Fatal(err)
			}
			if w.Last() != c.last || w.Synced() != c.last {
				t.Errorf("last %d, synced %d; want %d", w.Last(), w.Synced(), c.last)
			}
			w.Close()
			refill(t, dir, 45)
			sound(t, dir, 45)
		})
	}
}

func TestALostSegmentsSumIsNotItsSuccessors(t *testing.T) {
	dir := written(t, 45)
	segs, err := segments(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range segs[1:] {
		remove(t, s.file)
	}
	for _, last := range []uint64{segs[1].first + 2, segs[2].first + 2, 45} {
		refill(t, dir, last)
	}
	sound(t, dir, 45)
}

func tail(change func([]byte) []byte, first uint64) func(*testing.T, string) {
	return func(t *testing.T, dir string) { edit(t, nth(dir, first).file, change) }
}

// sound is what every archive of the history's first lines is.
func sound(t *testing.T, dir string, last uint64) {
	t.Helper()
	if got, want := content(t, dir), whole(t, last); !bytes.Equal(got, want) {
		t.Errorf("the archive holds %d bytes and not the history's %d", len(got), len(want))
	}
	if damages, err := Check(dir); err != nil || damages != nil {
		t.Errorf("damages %v, %v", damages, err)
	}
	if _, err := exec.LookPath("sha256sum"); err == nil {
		cmd := exec.Command("sh", "-c", "sha256sum --check --quiet *.sha256")
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("sha256sum says %s, %v", out, err)
		}
	}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if strings.HasSuffix(path, unfinished) {
			t.Errorf("%s is left", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestAMiddleIsMended harms what a writer doesn't look at or may not cut off:
// it is found and named, and the journal's lines repair it.
func TestAMiddleIsMended(t *testing.T) {
	segs, err := segments(written(t, 45))
	if err != nil {
		t.Fatal(err)
	}
	second, third, final := segs[1].first, segs[2].first, segs[len(segs)-1].first
	at := func(first uint64, change func([]byte) []byte) func(*testing.T, string) { return tail(change, first) }
	harms := map[string]struct {
		harm  func(t *testing.T, dir string)
		place uint64 // that is named
		reads bool   // a flip inside a text decodes, and only the SHA-256 tells

		refused bool // by a writer, which may not cut it off
	}{
		"a line that is none":     {harm: at(second, func(b []byte) []byte { b[lineOf(b, 3)] = 'x'; return b }), place: second + 3},
		"a line break more":       {harm: at(second, func(b []byte) []byte { b[lineOf(b, 3)+7] = '\n'; return b }), place: second + 3},
		"a line break less":       {harm: at(second, func(b []byte) []byte { b[lineOf(b, 3)-1] = ' '; return b }), place: second + 2},
		"an empty line":           {harm: at(second, func(b []byte) []byte { return append([]byte("\n"), b...) }), place: second},
		"a segment that is short": {harm: at(second, func(b []byte) []byte { return b[:lineOf(b, 3)+5] }), place: second + 3},
		"a digit":                 {harm: at(second, func(b []byte) []byte { return bytes.Replace(b, []byte(`"position":1`), []byte(`"position":2`), 1) }), place: second, reads: true},
		"no segment":              {harm: func(t *testing.T, dir string) { remove(t, nth(dir, second).file, nth(dir, second).sumFile()) }, place: second},
		"no segment but its sum":  {harm: func(t *testing.T, dir string) { remove(t, nth(dir, second).file) }, place: second},
		"no two segments": {harm: func(t *testing.T, dir string) {
			remove(t, nth(dir, second).file, nth(dir, third).file, nth(dir, second).sumFile(), nth(dir, third).sumFile())
		}, place: second},
		"no first segment": {harm: func(t *testing.T, dir string) { remove(t, nth(dir, 1).file, nth(dir, 1).sumFile()) }, place: 1, refused: true},
		"a full segment at the end, with a line break less": {harm: func(t *testing.T, dir string) {
			for _, s := range segs[2:] {
				remove(t, nth(dir, s.first).file)
			}
			at(second, func(b []byte) []byte { b[lineOf(b, 3)-1] = ' '; return b })(t, dir)
			remove(t, nth(dir, third).sumFile(), nth(dir, segs[3].first).sumFile())
		}, place: second + 2},
		"a full segment at the end that lost whole lines": {harm: func(t *testing.T, dir string) {
			for _, s := range segs[2:] {
				remove(t, nth(dir, s.first).file)
			}
			at(second, func(b []byte) []byte { return b[:lineOf(b, 3)] })(t, dir)
		}, place: second, reads: true, refused: true},
		"a bit before sound lines at the end": {harm: at(final, func(b []byte) []byte { b[lineOf(b, 1)] = 'x'; return b }), place: final + 1, refused: true},
		"a line break more at the end":        {harm: at(final, func(b []byte) []byte { b[lineOf(b, 1)+7] = '\n'; return b }), place: final + 1, refused: true},
	}
	for what, c := range harms {
		t.Run(what, func(t *testing.T) {
			dir := written(t, 45)
			c.harm(t, dir)
			damages, err := Check(dir)
			if err != nil || len(damages) != 1 || damages[0].Place != c.place {
				t.Errorf("damages %v, %v; want one at %d", damages, err, c.place)
			}
			readErr := readAll(t, dir)
			if d, ok := errors.AsType[*Damage](readErr); (!ok || d.Place < c.place || d.Place > c.place+10) && !c.reads {
				t.Errorf("reading: %v; want a damage at %d", readErr, c.place)
			}
			if w, err := OpenWriter(dir, Options{}); c.refused && !errors.Is(err, ErrDamaged) {
				t.Errorf("a writer opens it: %v", err)
			} else if err == nil {
				w.Close()
			}
			if mended, err := Mend(dir, history(t, 45)); err != nil || len(mended) != 1 {
				t.Errorf("mended %v, %v", mended, err)
			}
			refill(t, dir, 45)
			sound(t, dir, 45)
			if err := readAll(t, dir); err != nil {
				t.Error(err)
			}
		})
	}
}

func readAll(t testing.TB, path string) error {
	t.Helper()
	r, err := Open(path)
	if err != nil {
		return err
	}
	for _, err := range r.Read(0) {
		if err != nil {
			return err
		}
	}
	return nil
}

func TestAKindFromALaterBuildIsNoDamage(t *testing.T) {
	dir := written(t, 25)
	later := bytes.ReplaceAll(line(t, 26), []byte("enrolment-waitlisted"), []byte("enrolment-teleported"))
	w, err := OpenWriter(dir, small(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Append(26, later); err != nil {
		t.Fatal(err)
	}
	w.Close()
	if damages, err := Check(dir); err != nil || damages != nil {
		t.Error(damages, err)
	}
	err = readAll(t, dir)
	if !errors.Is(err, events.ErrUnknownKind) || errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "event 26") {
		t.Errorf("%v; want one that names event 26", err)
	}
}

// TestWithoutSums harms an archive of which only the lines were copied.
func TestWithoutSums(t *testing.T) {
	segs, err := segments(written(t, 45))
	if err != nil {
		t.Fatal(err)
	}
	second, third := segs[1].first, segs[2].first
	harms := map[string]struct {
		change func([]byte) []byte
		place  uint64
	}{
		"a line twice":            {func(b []byte) []byte { return append(b[:lineOf(b, 1):lineOf(b, 1)], b...) }, third},
		"a line too few":          {func(b []byte) []byte { return b[:lineOf(b, 5)] }, second + 5},
		"an end in a line":        {func(b []byte) []byte { return b[:lineOf(b, 5)+9] }, second + 5},
		"a line that is no event": {func(b []byte) []byte { b[0] = 'x'; return b }, second},
	}
	for what, c := range harms {
		t.Run(what, func(t *testing.T) {
			dir := written(t, 45)
			for _, s := range segs[:len(segs)-1] {
				remove(t, nth(dir, s.first).sumFile())
			}
			edit(t, nth(dir, second).file, c.change)
			damages, err := Check(dir)
			if err != nil || len(damages) != 1 || damages[0].Place != c.place {
				t.Errorf("damages %v, %v; want one at %d", damages, err, c.place)
			}
			d, ok := errors.AsType[*Damage](readAll(t, dir))
			if !ok || d.Place != c.place || d.File != nth(dir, second).file {
				t.Errorf("reading: %v; want place %d in the second segment", d, c.place)
			}
			if _, err := Mend(dir, history(t, 45)); err != nil {
				t.Error(err)
			}
			sound(t, dir, 45)
		})
	}
}
