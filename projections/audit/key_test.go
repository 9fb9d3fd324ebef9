package audit

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestKey(t *testing.T) {
	file := filepath.Join(t.TempDir(), "keys", "audit.key")
	k, err := LoadOrCreateKey(file)
	if err != nil {
		t.Fatal(err)
	}
	t.Run("it is made once", func(t *testing.T) {
		again, err := LoadOrCreateKey(file)
		if err != nil || again.Public() != k.Public() || again.History() != k.History() {
			t.Errorf("%v, %v", again, err)
		}
		if err := k.Save(file); !errors.Is(err, os.ErrExist) {
			t.Errorf("it was written over: %v", err)
		}
	})
	t.Run("only its owner may read it", func(t *testing.T) {
		info, err := os.Stat(file)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v, %v", info.Mode(), err)
		}
		for _, mode := range []os.FileMode{0o640, 0o604, 0o666} {
			if err := os.Chmod(file, mode); err != nil {
				t.Fatal(err)
			}
			if _, err := LoadOrCreateKey(file); !errors.Is(err, ErrKeyOpen) {
				t.Errorf("with mode %04o: %v", mode, err)
			}
		}
		if err := os.Chmod(file, 0o600); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("two histories have two ids", func(t *testing.T) {
		if other := key(t); other.History() == k.History() || len(k.History()) != 32 {
			t.Errorf("%s and %s", other.History(), k.History())
		}
	})
	t.Run("an error tells nothing of the key", func(t *testing.T) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		secret := strings.TrimSpace(string(text))
		for _, bad := range []string{"", secret[1:], secret[:len(secret)-4], secret + "x", strings.Replace(secret, originPrefix, "other/", 1)} {
			_, err := ParseKey(bad)
			if err == nil || bad != "" && strings.Contains(err.Error(), secret[len(secret)-20:]) {
				t.Errorf("%q: %v", bad, err)
			}
		}
	})
}

func TestAKeyIsChanged(t *testing.T) {
	dir, former := t.TempDir(), key(t)
	tree := open(t, dir, former)
	fill(t, tree, 10)
	if err := tree.Close(); err != nil {
		t.Fatal(err)
	}
	next, err := NewKey(former.History())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := OpenTree(dir, Options{Key: next}); !errors.Is(err, ErrDamaged) || !errors.Is(err, ErrUnverified) {
		t.Errorf("it takes a key that nobody told it of: %v", err)
	}
	tree, err = OpenTree(dir, Options{Key: next, Former: []string{former.Public()}})
	if err != nil {
		t.Fatal(err)
	}
	fill(t, tree, 20)
	if err := tree.Close(); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		keys []string
		ok   bool
	}{"both keys": {[]string{former.Public(), next.Public()}, true}, "the new key alone": {[]string{next.Public()}, false}} {
		policy, err := PolicyOf(c.keys...)
		if err != nil {
			t.Fatal(err)
		}
		if r, err := Verify(dir, policy, history(20)); err != nil || r.OK() != c.ok {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
}

func TestTheKeyOfAnotherHistoryIsRefused(t *testing.T) {
	dir := t.TempDir()
	k, other := key(t), key(t)
	tree := open(t, dir, k)
	fill(t, tree, 10)
	if err := tree.Close(); err != nil {
		t.Fatal(err)
	}
	for _, former := range [][]string{nil, {k.Public()}} {
		if tree, err := OpenTree(dir, Options{Key: other, Former: former}); err == nil {
			tree.Close()
			t.Error("it goes on under another name")
		}
	}
}
