package vault

import (
	"encoding/base64"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kolmikko/events"
)

// value makes a key-encryption key as an operator would.
func value(t testing.TB) string {
	t.Helper()
	k, err := freshKEK()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(formatKEKs([]kek{k})))
}

// write puts text into a file that only its owner may read.
func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestAKeyEncryptionKeyThatDoesNotFit(t *testing.T) {
	p := newPlace(t)
	nc, _ := p.serve(t)
	s := openStream(t, nc, StreamOptions{KEKFile: p.kek})
	k := keysOf(t, s)
	wired(t, k, registered(anna, "Anna", ""))
	right := secrets(t, p.kek)[0]
	for what, c := range map[string]struct {
		o    StreamOptions
		text string
		says string
	}{
		"another":               {StreamOptions{KEKValue: value(t)}, right, "put the right one there"},
		"another in the file":   {StreamOptions{KEKFile: p.kek}, value(t), "put the right one there"},
		"a short one":           {StreamOptions{KEKValue: base64.StdEncoding.EncodeToString([]byte("short"))}, right, "openssl rand -base64 32"},
		"no base64":             {StreamOptions{KEKValue: "!secret!"}, right, "not base64"},
		"an empty file":         {StreamOptions{KEKFile: p.kek}, "\n", "there is none"},
		"neither":               {StreamOptions{}, right, "name either"},
		"both":                  {StreamOptions{KEKFile: p.kek, KEKValue: right}, right, "name either"},
		"one beside the data":   {StreamOptions{KEKFile: filepath.Join(p.data, "secret", "kek"), Apart: p.data}, right, "put it elsewhere"},
		"a file that is away":   {StreamOptions{KEKFile: p.kek + ".away"}, right, "put it back"},
		"the same, with a dot":  {StreamOptions{KEKFile: filepath.Join(p.data, "..", filepath.Base(p.data), "kek"), Apart: p.data}, right, "put it elsewhere"},
		"the same, with a link": {StreamOptions{KEKFile: filepath.Join(linkTo(t, p.data), "kek"), Apart: p.data}, right, "put it elsewhere"},
	} {
		t.Run(what, func(t *testing.T) {
			write(t, p.kek, c.text)
			defer write(t, p.kek, right)
			_, err := OpenStream(t.Context(), nc, c.o)
			if !errors.Is(err, ErrKEK) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v; want ErrKEK that says %q", err, c.says)
			}
			if err != nil && (strings.Contains(err.Error(), "secret!") || strings.Contains(err.Error(), right)) {
				t.Errorf("the error tells the key: %v", err)
			}
		})
	}
	t.Run("none is made where keys are wrapped already", func(t *testing.T) {
		if _, err := os.Stat(p.kek + ".away"); !errors.Is(err, fs.ErrNotExist) {
			t.Error(err)
		}
	})
	t.Run("the right one opens", func(t *testing.T) {
		openStream(t, nc, StreamOptions{KEKFile: p.kek})
		openStream(t, nc, StreamOptions{KEKValue: right})
	})
}

func linkTo(t testing.TB, dir string) string {
	t.Helper()
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(dir, link); err != nil {
		t.Fatal(err)
	}
	return link
}

func TestOnlyItsOwnerMayReadTheKeyEncryptionKey(t *testing.T) {
	p := newPlace(t)
	nc, _ := p.serve(t)
	k := keysOf(t, openStream(t, nc, StreamOptions{KEKFile: p.kek}))
	wired(t, k, registered(anna, "Anna", ""))
	for range 2 { // as it is made, and as it is replaced
		info, err := os.Stat(p.kek)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v, %v", info.Mode(), err)
		}
		if err := os.Chmod(p.kek, 0o640); err != nil {
			t.Fatal(err)
		}
		if _, err := OpenStream(t.Context(), nc, StreamOptions{KEKFile: p.kek}); !errors.Is(err, ErrExposed) || !strings.Contains(err.Error(), "chmod 600 "+p.kek) {
			t.Error(err)
		}
		if err := os.Chmod(p.kek, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := k.Forget("mentoring", anna); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAValueIsReplacedByTheOperator(t *testing.T) {
	p := newPlace(t)
	nc, stop := p.serve(t)
	first, next := value(t), value(t)
	s := openStream(t, nc, StreamOptions{KEKValue: first})
	k := keysOf(t, s)
	his := wired(t, k, registered(bertil, "Bertil", ""))
	wired(t, k, registered(anna, "Anna", ""))
	wrap, other := wrapOf(t, s, of(anna)), wrapOf(t, s, of(bertil))
	if err := k.Forget("mentoring", "p-none"); err != nil || k.Trouble() != nil {
		t.Errorf("nothing is due for who had no key: %v, %v", err, k.Trouble())
	}
	if err := k.Forget("mentoring", anna); err != nil || !k.Forgotten("mentoring", anna) {
		t.Fatal(err)
	}
	if inFolder(t, p.data, wrap) {
		t.Error("the wrapped key is still there")
	}
	due, ok := errors.AsType[*RotationDue](k.Trouble())
	if !ok || due.KEK != s.gen.kek || !strings.Contains(due.Error(), "NEW,OLD") {
		t.Errorf("trouble: %v; want a RotationDue", k.Trouble())
	}
	if _, ok := errors.AsType[*RotationDue](s.Rotate()); !ok {
		t.Error("it rotates what it cannot keep")
	}
	k.Close()

	for _, c := range []struct {
		what, value string
		due         bool
	}{
		{"the old value alone", first, true},
		{"the old value first", first + "," + next, true},
		{"the new value first", next + "," + first, false},
		{"the new value first, again", next + ", " + first, false},
		{"the new value alone", next, false},
	} {
		t.Run(c.what, func(t *testing.T) {
			s := openStream(t, nc, StreamOptions{KEKValue: c.value})
			k := keysOf(t, s)
			defer k.Close()
			if _, due := errors.AsType[*RotationDue](k.Trouble()); due != c.due {
				t.Errorf("due: %v; want %v", due, c.due)
			}
			if got, err := opened(k, his, "name"); err != nil || got != "Bertil" {
				t.Errorf("%q, %v", got, err)
			}
			if !k.Forgotten("mentoring", anna) {
				t.Error("who was forgotten is not")
			}
			if _, err := k.Seal(registered(events.PersonID("p-"+string(c.what[0])), "x", "")); err != nil {
				t.Error(err)
			}
		})
	}
	stop()
	if inFolder(t, p.data, other) {
		t.Error("what was wrapped under the old value is still in the store")
	}
}

func TestAFormerFileIsOverwritten(t *testing.T) {
	p := newPlace(t)
	r, err := newRing(StreamOptions{KEKFile: p.kek})
	if err != nil {
		t.Fatal(err)
	}
	one, two := value(t), value(t)
	read := func(path string) string {
		text, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			return "nothing"
		} else if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	for what, c := range map[string]struct {
		left  func()
		wants string
	}{
		"killed before the new one has its place": {func() {
			write(t, p.kek, one)
			write(t, r.tmp(), two)
			if err := os.Link(p.kek, r.old()); err != nil {
				t.Fatal(err)
			}
		}, one},
		"killed after it":                 {func() { write(t, p.kek, two); write(t, r.old(), one) }, two},
		"killed halfway through writing":  {func() { write(t, p.kek, one); write(t, r.tmp(), two[:9]) }, one},
		"killed while the first was made": {func() { _ = os.Remove(p.kek); write(t, r.tmp(), two) }, "nothing"},
	} {
		t.Run(what, func(t *testing.T) {
			c.left()
			release, err := r.lock(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			release()
			if got := read(p.kek); got != c.wants {
				t.Errorf("the file is %q; want %q", got, c.wants)
			}
			for _, path := range []string{r.tmp(), r.old()} {
				if got := read(path); got != "nothing" {
					t.Errorf("%s is still there: %q", path, got)
				}
			}
		})
	}
}
