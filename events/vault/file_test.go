package vault

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kolmikko/events"
)

func openDir(t testing.TB, dir string) *Keys {
	t.Helper()
	k, err := OpenDir(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { k.Close() })
	return k
}

func folder(t testing.TB) string { return filepath.Join(t.TempDir(), "keys") }

func TestKeysOutliveTheProcess(t *testing.T) {
	dir := folder(t)
	k := openDir(t, dir)
	r := wired(t, k, registered(anna, "Anna", ""))
	mask, err := k.Mask("mentoring", "2022", "respondent", string(anna))
	if err != nil {
		t.Fatal(err)
	}
	if err := k.Forget("mentoring", bertil); err != nil {
		t.Fatal(err)
	}
	k.Close()
	k = openDir(t, dir)
	if got, err := opened(k, r, "name"); err != nil || got != "Anna" {
		t.Errorf("%q, %v", got, err)
	}
	if again, err := k.Mask("mentoring", "2022", "respondent", string(anna)); err != nil || again != mask {
		t.Errorf("%q, %v; want %q", again, err, mask)
	}
	if !k.Forgotten("mentoring", bertil) {
		t.Error("who was forgotten is not")
	}
}

func TestADestroyedKeyIsNowhereInTheFolder(t *testing.T) {
	dir := folder(t)
	k := openDir(t, dir)
	for _, person := range []events.PersonID{"p-1", anna, "p-2", bertil, "p-3"} {
		wired(t, k, registered(person, "Canary Wharf", "canary@example.org"))
	}
	if _, err := k.Mask("mentoring", "2022", "respondent", "x"); err != nil {
		t.Fatal(err)
	}
	owners := []Owner{{Programme: "mentoring", Person: anna}, {Programme: "mentoring", Person: "p-3"}, {Programme: "mentoring", Cohort: "2022"}}
	for _, o := range owners {
		key := bytes.Clone(k.keys[o])
		if !inFolder(t, dir, key) {
			t.Fatalf("the key of %s is not there to be looked for", o)
		}
		old, err := os.Open(filepath.Join(dir, fileName)) // what a deleted file leaves
		if err != nil {
			t.Fatal(err)
		}
		if err := k.destroy(o); err != nil {
			t.Fatal(err)
		}
		left := make([]byte, 1<<16)
		n, _ := old.ReadAt(left, 0)
		old.Close()
		if n == 0 || len(bytes.Trim(left[:n], "\x00")) > 0 {
			t.Errorf("the old file was not overwritten: %q", left[:n])
		}
		if inFolder(t, dir, key) {
			t.Errorf("the key of %s is still there", o)
		}
	}
	k.Close()
	k = openDir(t, dir)
	if got := len(k.keys); got != 6 {
		t.Errorf("%d records; want 6", got)
	}
	if inFolder(t, dir, []byte("anary")) {
		t.Error("the folder holds text in the clear")
	}
}

// inFolder reports whether any file below dir holds what, as it is or encoded.
func inFolder(t testing.TB, dir string, what []byte) (found bool) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) { // the server is deleting it
			return nil
		} else if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		found = found || bytes.Contains(text, what) ||
			bytes.Contains(text, []byte(base64.StdEncoding.EncodeToString(what)))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestOnlyTheirOwnerMayReadTheKeys(t *testing.T) {
	dir := folder(t)
	openDir(t, dir).Close()
	for path, modes := range map[string][2]os.FileMode{dir: {0o700, 0o750}, filepath.Join(dir, fileName): {0o600, 0o640}} {
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != modes[0] {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
		if err := os.Chmod(path, modes[1]); err != nil {
			t.Fatal(err)
		}
		if _, err := OpenDir(dir, Options{}); !errors.Is(err, ErrExposed) || !strings.Contains(err.Error(), "chmod") {
			t.Errorf("%s with mode %o: %v", path, modes[1], err)
		}
		if err := os.Chmod(path, modes[0]); err != nil {
			t.Fatal(err)
		}
	}
	openDir(t, dir)
}

func TestASecondProcessIsTold(t *testing.T) {
	dir := folder(t)
	openDir(t, dir)
	if _, err := OpenDir(dir, Options{}); !errors.Is(err, ErrBusy) {
		t.Error(err)
	}
}

func TestAHarmedFile(t *testing.T) {
	dir := folder(t)
	k := openDir(t, dir)
	r := wired(t, k, registered(anna, "Anna", ""))
	wired(t, k, registered(bertil, "Bertil", ""))
	k.Close()
	file := filepath.Join(dir, fileName)
	good, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	second := bytes.IndexByte(good, '\n') + 1
	put := func(t *testing.T, content []byte) {
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Run("a record that was not finished is cut off", func(t *testing.T) {
		long := append(slices.Clone(good[:len(good)-1]), bytes.Repeat([]byte("x"), 500)...)
		for n := second; n < len(long); n += 7 {
			put(t, long[:n])
			k := openDir(t, dir)
			if got, err := opened(k, r, "name"); err != nil || got != "Anna" {
				t.Fatalf("cut at %d: %q, %v", n, got, err)
			}
			if _, err := k.Seal(registered("p-3", "x", "")); err != nil {
				t.Fatal(err)
			}
			k.Close()
			if text, err := os.ReadFile(file); err != nil || !bytes.HasSuffix(text, lineBreak) {
				t.Fatalf("cut at %d: what was added is not the end, %v", n, err)
			}
		}
	})
	t.Run("a flipped bit anywhere is an error that names the line", func(t *testing.T) {
		for i := range len(good) - 1 { // without its line break the last record is not finished
			put(t, flippedAt(good, i))
			k, err := OpenDir(dir, Options{})
			if err == nil {
				k.Close()
			}
			if err == nil || !strings.Contains(err.Error(), "line ") {
				t.Errorf("byte %d: %v", i, err)
			}
		}
	})
	t.Run("what a process left that was killed while it replaced the file is swept", func(t *testing.T) {
		put(t, good)
		left := filepath.Join(dir, unfinished)
		if err := os.WriteFile(left, good[:second+7], 0o600); err != nil {
			t.Fatal(err)
		}
		k := openDir(t, dir)
		if got, err := opened(k, r, "name"); err != nil || got != "Anna" {
			t.Errorf("%q, %v", got, err)
		}
		if _, err := os.Stat(left); !errors.Is(err, os.ErrNotExist) {
			t.Error("it is still there")
		}
	})
}

var lineBreak = []byte{'\n'}

func flippedAt(b []byte, i int) []byte {
	b = slices.Clone(b)
	b[i] ^= 1
	return b
}
