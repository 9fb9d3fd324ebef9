package vault

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"kolmikko/events"
	"kolmikko/events/journal"
)

// A place to keep keys: a real server's folder, and a file beside it.
type place struct{ data, kek string }

func newPlace(t testing.TB) place {
	dir := t.TempDir()
	return place{filepath.Join(dir, "data"), filepath.Join(dir, "secret", "kek")}
}

// serve starts the embedded server, and returns how to stop it before the test
// ends.
func (p place) serve(t testing.TB) (*nats.Conn, func()) {
	t.Helper()
	s, err := journal.Serve(journal.Options{Dir: p.data, MaxStore: 1 << 30})
	if err != nil {
		t.Fatal(err)
	}
	var once sync.Once
	stop := func() { once.Do(s.Close) }
	t.Cleanup(stop)
	return s.Conn, stop
}

func openStream(t testing.TB, nc *nats.Conn, o StreamOptions) *Stream {
	t.Helper()
	s, err := OpenStream(t.Context(), nc, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func keysOf(t testing.TB, s Store) *Keys {
	t.Helper()
	k, err := Load(s, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { k.Close() })
	return k
}

// wrapOf returns the stored form of an owner's key.
func wrapOf(t testing.TB, s *Stream, o Owner) []byte {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.gen.entries[o]
	if len(e.wrap) == 0 {
		t.Fatalf("%s has no wrapped key", o)
	}
	return bytes.Clone(e.wrap)
}

func person(n int) events.PersonID { return events.PersonID(fmt.Sprintf("p-%d", n)) }

func of(person events.PersonID) Owner { return Owner{Programme: "mentoring", Person: person} }

func secrets(t testing.TB, path string) []string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Fields(string(text))
}

func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for range 600 {
		if ok() {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("not in 30 s: %s", what)
}

func TestKeysInAStreamOutliveTheProcess(t *testing.T) {
	p := newPlace(t)
	nc, stop := p.serve(t)
	k := keysOf(t, openStream(t, nc, StreamOptions{KEKFile: p.kek, Apart: p.data}))
	hers, his := wired(t, k, registered(anna, "Anna", "")), wired(t, k, registered(bertil, "Bertil", ""))
	mask, err := k.Mask("mentoring", "2022", "respondent", string(anna))
	if err != nil {
		t.Fatal(err)
	}
	if err := k.Forget("mentoring", bertil, "p-9"); err != nil {
		t.Fatal(err)
	}
	if got, err := opened(k, hers, "name"); err != nil || got != "Anna" {
		t.Errorf("after a rotation: %q, %v", got, err)
	}
	k.Close()
	stop()
	nc, _ = p.serve(t)
	k = keysOf(t, openStream(t, nc, StreamOptions{KEKFile: p.kek}))
	if got, err := opened(k, hers, "name"); err != nil || got != "Anna" {
		t.Errorf("%q, %v", got, err)
	}
	if got, err := opened(k, his, "name"); !errors.Is(err, ErrForgotten) {
		t.Errorf("%q, %v", got, err)
	}
	if again, err := k.Mask("mentoring", "2022", "respondent", string(anna)); err != nil || again != mask {
		t.Errorf("%q, %v; want %q", again, err, mask)
	}
	if !k.Forgotten("mentoring", bertil) || !k.Forgotten("mentoring", "p-9") {
		t.Error("who was forgotten is not")
	}
	if err := k.Trouble(); err != nil {
		t.Error(err)
	}
}

func TestADestroyedKeyIsNowhereInTheStore(t *testing.T) {
	p := newPlace(t)
	nc, stop := p.serve(t)
	s := openStream(t, nc, StreamOptions{KEKFile: p.kek})
	k := keysOf(t, s)
	for n := range 50 {
		wired(t, k, registered(person(n), "Canary Wharf", "canary@example.org"))
	}
	wrap, other := wrapOf(t, s, of(person(7))), wrapOf(t, s, of(person(8)))
	key, otherKey := bytes.Clone(k.keys[of(person(7))]), bytes.Clone(k.keys[of(person(8))])
	oldKEK, oldStream := secrets(t, p.kek), s.gen.name
	former, err := os.Open(p.kek) // what a deleted file leaves
	if err != nil {
		t.Fatal(err)
	}
	defer former.Close()
	for _, w := range [][]byte{wrap, other} {
		if !inFolder(t, p.data, w) {
			t.Fatal("the wrapped key is not there to be looked for")
		}
	}
	if err := k.Forget("mentoring", person(7)); err != nil {
		t.Fatal(err)
	}
	t.Run("while the server runs", func(t *testing.T) {
		if inFolder(t, p.data, wrap) {
			t.Error("the destroyed key's wrap is still there")
		}
		eventually(t, "the others' old wraps go", func() bool { return !inFolder(t, p.data, other) })
		if !inFolder(t, p.data, wrapOf(t, s, of(person(8)))) {
			t.Error("the other's new wrap is not there")
		}
	})
	t.Run("the key-encryption key is another", func(t *testing.T) {
		now := secrets(t, p.kek)
		if len(oldKEK) != 1 || len(now) != 1 || now[0] == oldKEK[0] {
			t.Errorf("there are %d keys, before %d, or they are the same", len(now), len(oldKEK))
		}
		if inFolder(t, filepath.Dir(p.kek), []byte(oldKEK[0])) {
			t.Error("the old one is still in its folder")
		}
		left := make([]byte, 1000)
		n, _ := former.ReadAt(left, 0)
		if n == 0 || len(bytes.Trim(left[:n], "\x00")) > 0 {
			t.Errorf("the old file was not overwritten: %d bytes", n)
		}
		if s.gen.name == oldStream {
			t.Error("the stream is the same")
		}
	})
	k.Close()
	stop()
	t.Run("after the server stopped", func(t *testing.T) {
		for what, b := range map[string][]byte{"wrap": wrap, "key": key, "another's key": otherKey, "another's old wrap": other, "text": []byte("anary")} {
			if inFolder(t, p.data, b) {
				t.Errorf("the store holds the %s", what)
			}
		}
		old, err := base64.StdEncoding.DecodeString(oldKEK[0])
		if err != nil {
			t.Fatal(err)
		}
		if inFolder(t, p.data, old) || inFolder(t, p.data, []byte(secrets(t, p.kek)[0])) {
			t.Error("the store holds a key-encryption key")
		}
	})
}

func TestAWrappedKeyIsBoundToItsOwner(t *testing.T) {
	a, err := freshKEK()
	if err != nil {
		t.Fatal(err)
	}
	b, err := freshKEK()
	if err != nil {
		t.Fatal(err)
	}
	r := Record{of(anna), bytes.Repeat([]byte{7}, keySize)}
	wrap := a.wrap(r)
	if got, err := a.unwrap(r.Owner, wrap); err != nil || !bytes.Equal(got, r.Key) {
		t.Fatalf("%x, %v", got, err)
	}
	if bytes.Equal(wrap, a.wrap(r)) {
		t.Error("two wraps are the same")
	}
	other := b
	other.id = a.id
	for what, err := range map[string]error{
		"owner":   second(a.unwrap(of(bertil), wrap)),
		"kek":     second(b.unwrap(r.Owner, wrap)),
		"secret":  second(other.unwrap(r.Owner, wrap)),
		"length":  second(a.unwrap(r.Owner, wrap[:len(wrap)-1])),
		"nothing": second(a.unwrap(r.Owner, nil)),
		"bit":     second(a.unwrap(r.Owner, flippedAt(wrap, 20))),
	} {
		if !errors.Is(err, ErrTampered) {
			t.Errorf("another %s: %v", what, err)
		}
	}
}

func second(_ []byte, err error) error { return err }

// forge publishes a note past the vault.
func forge(t testing.TB, nc *nats.Conn, s *Stream, n note) {
	t.Helper()
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := js.Publish(t.Context(), s.gen.subject, n.encode()); err != nil {
		t.Fatal(err)
	}
}

func TestTampering(t *testing.T) {
	p := newPlace(t)
	nc, _ := p.serve(t)
	s := openStream(t, nc, StreamOptions{KEKFile: p.kek})
	k := keysOf(t, s)
	hers := wired(t, k, registered(anna, "Anna", ""))
	forged := noteOf(noteKey, of(bertil))
	forged.KEK, forged.Wrap = s.gen.kek, wrapOf(t, s, of(anna))
	forge(t, nc, s, forged)

	t.Run("a key that is moved to another person is no key", func(t *testing.T) {
		if _, err := k.Seal(registered(bertil, "Bertil", "")); !errors.Is(err, ErrTampered) || !strings.Contains(err.Error(), "place") {
			t.Error(err)
		}
		if got, err := opened(k, hers, "name"); err != nil || got != "Anna" {
			t.Errorf("%q, %v", got, err)
		}
	})
	t.Run("nothing is moved while there is one", func(t *testing.T) {
		if err := k.Forget("mentoring", anna); !errors.Is(err, ErrTampered) {
			t.Error(err)
		}
		if !errors.Is(k.Trouble(), ErrTampered) {
			t.Error(k.Trouble())
		}
	})
	t.Run("forgetting whose it is mends it", func(t *testing.T) {
		if err := k.Forget("mentoring", bertil); err != nil {
			t.Error(err)
		}
		if err := k.Forget("mentoring", anna); err != nil || k.Trouble() != nil {
			t.Error(err, k.Trouble())
		}
	})
	t.Run("a destroyed key that is put back is not one", func(t *testing.T) {
		forge(t, nc, s, forged)
		k := keysOf(t, openStream(t, nc, StreamOptions{KEKFile: p.kek}))
		if _, err := k.Seal(registered(bertil, "Bertil", "")); !errors.Is(err, ErrForgotten) {
			t.Error(err)
		}
	})
}

func TestALostKeyIsSeen(t *testing.T) {
	p := newPlace(t)
	nc, _ := p.serve(t)
	s := openStream(t, nc, StreamOptions{KEKFile: p.kek})
	k := keysOf(t, s)
	hers := wired(t, k, registered(anna, "Anna", ""))
	his := wired(t, k, registered(bertil, "Bertil", ""))
	harm(t, nc, s.gen.name, s.gen.entries[of(anna)].place)
	s = openStream(t, nc, StreamOptions{KEKFile: p.kek})
	k = keysOf(t, s)
	if err := k.Trouble(); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "place 2") {
		t.Error(err)
	}
	if got, err := opened(k, his, "name"); err != nil || got != "Bertil" {
		t.Errorf("what is there opens: %q, %v", got, err)
	}
	for _, who := range []events.PersonID{anna, "p-3"} {
		if _, err := k.Seal(registered(who, "x", "")); !errors.Is(err, ErrDamaged) {
			t.Errorf("a key is made for %s: %v", who, err)
		}
	}
	if err := k.Forget("mentoring", bertil); !errors.Is(err, ErrDamaged) || !k.Forgotten("mentoring", bertil) && s.gen.entries[of(bertil)].wrap != nil {
		t.Error(err)
	}
	if err := s.Rotate(); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Seal(registered("p-3", "x", "")); err != nil {
		t.Errorf("after the loss was given up: %v", err)
	}
	if got, err := opened(k, hers, "name"); !errors.Is(err, ErrForgotten) {
		t.Errorf("%q, %v", got, err)
	}
}
