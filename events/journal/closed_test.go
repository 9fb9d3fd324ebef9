package journal

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A store that was closed by a process which vouched for it, and what may come
// between that and the next start.
func TestUntouched(t *testing.T) {
	damaged := func(t *testing.T, dir string) string {
		blocks, err := filepath.Glob(filepath.Join(dir, "jetstream", "$G", "streams", historyStream+"*", "msgs", "1.blk"))
		if err != nil || len(blocks) != 1 {
			t.Fatalf("%v, %v", blocks, err)
		}
		return blocks[0]
	}
	for name, c := range map[string]struct {
		careless bool // nobody vouched
		between  func(*testing.T, string)
		want     bool
	}{
		"it is as it was left":        {want: true},
		"nobody vouched for it":       {careless: true},
		"a byte differs, not its age": {between: func(t *testing.T, dir string) { rot(t, damaged(t, dir)) }},
		"a file is gone":              {between: func(t *testing.T, dir string) { must(t, os.Remove(damaged(t, dir))) }},
		"a file was added": {between: func(t *testing.T, dir string) {
			must(t, os.WriteFile(filepath.Join(filepath.Dir(damaged(t, dir)), "2.blk"), []byte("x"), 0o600))
		}},
		"the note of it was cut": {between: func(t *testing.T, dir string) { must(t, os.Truncate(filepath.Join(dir, closedFile), 70)) }},
		"a process was killed while it served": {between: func(t *testing.T, dir string) {
			s, err := Serve(Options{Dir: dir})
			must(t, err)
			s.Close() // as after a kill: nobody vouched
		}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			written(t, dir, 20)
			s, _ := reopen(t, dir, OpenOptions{})
			if !c.careless {
				s.Vouch()
			}
			s.Close()
			if c.between != nil {
				c.between(t, dir)
			}
			again, err := Serve(Options{Dir: dir})
			must(t, err)
			defer again.Close()
			if again.Untouched() != c.want {
				t.Errorf("untouched: %v; want %v", again.Untouched(), c.want)
			}
		})
	}
}

// TestWhatIsOldIsNotReadAgain keeps the closing of a large store short, and
// correct.
func TestWhatIsOldIsNotReadAgain(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "1.blk")
	must(t, os.WriteFile(file, []byte("old"), 0o600))
	must(t, os.Chtimes(file, time.Time{}, time.Now().Add(-time.Hour)))
	was, err := look(dir, closing{})
	must(t, err)
	must(t, os.WriteFile(file, []byte("new"), 0o600))
	now, err := look(dir, was)
	must(t, err)
	if now.files["1.blk"].sum == was.files["1.blk"].sum {
		t.Error("a file that was written since was not read")
	}
}

// rot flips a bit near the end of a file and leaves it as old as it was.
func rot(t *testing.T, file string) {
	t.Helper()
	info, err := os.Stat(file)
	must(t, err)
	data, err := os.ReadFile(file)
	must(t, err)
	data[len(data)-20] ^= 1 // in a payload
	must(t, os.WriteFile(file, data, 0o600))
	must(t, os.Chtimes(file, time.Time{}, info.ModTime()))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
