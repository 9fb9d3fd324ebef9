package archive

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"kolmikko/events"
)

// put writes an export without a manifest.
func put(t testing.TB, name string, content []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// places reads path and returns the first and last place, and how it ended.
func places(t testing.TB, path string, after uint64) (first, last uint64, err error) {
	t.Helper()
	r, err := Open(path)
	if err != nil {
		return 0, 0, err
	}
	for e, err := range r.Read(after) {
		if err != nil {
			return first, last, err
		}
		if first == 0 {
			first = e.Place
		}
		last = e.Place
	}
	return first, last, nil
}

func TestOneFile(t *testing.T) {
	all := whole(t, 20)
	long := bytes.Replace(line(t, 21), []byte(`"reason":"full"`), []byte(`"reason":"`+strings.Repeat("x", 1<<20)+`"`), 1)
	cases := map[string]struct {
		name        string
		content     []byte
		first, last uint64
		err         error
		says        string
	}{
		"an empty log":                {"a.ndjson", nil, 0, 0, nil, ""},
		"an export":                   {"a.ndjson", all, 1, 20, nil, ""},
		"a segment":                   {"00000000000000000021.ndjson", all, 21, 40, nil, ""},
		"a segment that is growing":   {"00000000000000000001.ndjson", all[:len(all)-9], 1, 19, nil, ""},
		"an export that was cut off":  {"a.ndjson", all[:len(all)-9], 1, 19, ErrDamaged, "place 20: the file ends in the middle"},
		"only a part of a line":       {"a.ndjson", []byte(`{"spec`), 0, 0, ErrDamaged, "place 1: "},
		"an empty line":               {"a.ndjson", append(append([]byte{}, all...), "\n\n"...), 1, 20, ErrDamaged, "place 21: "},
		"an unknown kind":             {"a.ndjson", append(append([]byte{}, all...), strings.ReplaceAll(string(line(t, 1))+"\n", "waitlisted", "teleported")...), 1, 20, events.ErrUnknownKind, "event 21"},
		"a line that is no event":     {"a.ndjson", append(append([]byte{}, all...), "{}\n"...), 1, 20, ErrDamaged, "place 21: "},
		"a line of a megabyte":        {"a.ndjson", append(append([]byte{}, all...), append(long, '\n')...), 1, 20, events.ErrMalformed, "place 21: "},
		"a line that never ends":      {"a.ndjson", make([]byte, longestLine+longestLine/8), 0, 0, ErrDamaged, "place 1: a line is longer"},
		"no archive":                  {"", nil, 0, 0, nil, ""}, // the folder, empty
		"what is neither":             {"../nothing", nil, 0, 0, os.ErrNotExist, ""},
		"a first place in the middle": {"00000000000000000021.ndjson", all[:0], 0, 0, nil, ""},
	}
	for what, c := range cases {
		t.Run(what, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), c.name)
			if strings.HasSuffix(c.name, suffix) {
				path = put(t, c.name, c.content)
			}
			first, last, err := places(t, path, 0)
			if first != c.first || last != c.last || !errors.Is(err, c.err) || err != nil && !strings.Contains(err.Error(), c.says) {
				t.Errorf("places %d to %d, %v; want %d to %d, %v: %s", first, last, err, c.first, c.last, c.err, c.says)
			}
		})
	}
}

func TestReadingWhatIsWantedOnly(t *testing.T) {
	dir := t.TempDir()
	w, err := OpenWriter(dir, small(t))
	if err != nil {
		t.Fatal(err)
	}
	for l := range history(t, 45)(0) {
		if l.Place%5 == 0 {
			l.Bytes = bytes.ReplaceAll(l.Bytes, []byte("2022"), []byte("2023"))
			l.Bytes = bytes.Replace(l.Bytes, []byte("2023-"), []byte("2022-"), 1) // the time
		}
		if l.Place == 33 {
			l.Bytes = bytes.ReplaceAll(l.Bytes, []byte("waitlisted"), []byte("teleported"))
		}
		if err := w.Append(l.Place, l.Bytes); err != nil {
			t.Fatal(err)
		}
	}
	w.Close()
	r, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	read := func(want events.CohortID) (got []uint64, asked []string, failed error) {
		for e, err := range r.ReadIf(5, func(k events.Kind, p events.ProgrammeID, c events.CohortID) bool {
			asked = append(asked, events.SubjectOf(p, c, k))
			return c == want
		}) {
			if err != nil {
				failed = err
				break
			}
			got = append(got, e.Place)
		}
		return got, asked, failed
	}
	t.Run("the others aren't decoded", func(t *testing.T) {
		got, asked, err := read("2023")
		if want := []uint64{10, 15, 20, 25, 30, 35, 40, 45}; err != nil || !slices.Equal(got, want) {
			t.Errorf("%d, %v; want %d", got, err, want)
		}
		want := []string{"history.mentoring.2022.enrolment-waitlisted", "history.mentoring.2023.enrolment-waitlisted", "history.mentoring.2022.enrolment-teleported"}
		if !slices.Equal(asked, want) {
			t.Errorf("asked about %q; want %q", asked, want)
		}
	})
	t.Run("what is wanted and can't be decoded is an error in its place", func(t *testing.T) {
		got, _, err := read("2022")
		if len(got) != 22 || got[21] != 32 || !errors.Is(err, events.ErrUnknownKind) {
			t.Errorf("%d, %v", got, err)
		}
	})
}

func TestALineStandsUntilTheNext(t *testing.T) {
	r, err := Open(written(t, 45))
	if err != nil {
		t.Fatal(err)
	}
	var kept [][]byte
	for l, err := range Copied(r.Lines(0)) {
		if err != nil {
			t.Fatal(err)
		}
		kept = append(kept, l.Bytes)
	}
	if got := append(bytes.Join(kept, lineBreak), '\n'); !bytes.Equal(got, whole(t, 45)) {
		t.Error("what was copied is not what was read")
	}
}

func TestReadingEndsWhenAsked(t *testing.T) {
	r, err := Open(written(t, 45))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, err := range r.Read(0) {
		if n++; err != nil || n == 15 {
			break
		}
	}
	if n != 15 {
		t.Errorf("read %d", n)
	}
}

// TestReadingWhileItIsWritten reads again and again what another goroutine
// appends, across many segments: each reading is a beginning of the history.
func TestReadingWhileItIsWritten(t *testing.T) {
	const last = 1000
	dir := t.TempDir()
	w, err := OpenWriter(dir, small(t))
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	var writing sync.WaitGroup
	writing.Go(func() {
		for l := range history(t, last)(0) {
			if err := w.Append(l.Place, l.Bytes); err != nil {
				t.Error(err)
				return
			}
			if l.Place%3 == 0 {
				if err := w.Sync(); err != nil {
					t.Error(err)
				}
			}
		}
		if err := w.Sync(); err != nil {
			t.Error(err)
		}
	})
	r, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	var after uint64
	for after < last && !t.Failed() {
		before := w.Synced()
		for l, err := range r.Lines(after) {
			if err != nil || l.Place != after+1 || !bytes.Equal(l.Bytes, line(t, l.Place)) {
				t.Fatalf("after %d: %d %q, %v", after, l.Place, l.Bytes, err)
			}
			after = l.Place
		}
		if after < before {
			t.Fatalf("read up to %d, and %d were synced before", after, before)
		}
	}
	writing.Wait()
}
