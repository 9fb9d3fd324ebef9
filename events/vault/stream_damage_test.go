package vault

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// TestAFlippedBitIsNeverSilent harms the server's own file in many places, with
// and without its index: it is said, or nothing is lost, or who is lost is one
// of whom the vault has never heard.
func TestAFlippedBitIsNeverSilent(t *testing.T) {
	p := newPlace(t)
	nc, stop := p.serve(t)
	k := keysOf(t, openStream(t, nc, StreamOptions{KEKFile: p.kek}))
	for n := range 6 {
		wired(t, k, registered(person(n), "x", ""))
	}
	want := map[Owner][]byte{}
	for o, key := range k.keys {
		want[o] = bytes.Clone(key)
	}
	k.Close()
	stop()
	blocks, err := filepath.Glob(filepath.Join(p.data, "jetstream", "*", "streams", "KEYS_*", "msgs", "*.blk"))
	if err != nil || len(blocks) != 1 {
		t.Fatal(blocks, err)
	}
	good, err := os.ReadFile(blocks[0])
	if err != nil {
		t.Fatal(err)
	}
	kept := filepath.Join(t.TempDir(), "kept")
	if err := os.CopyFS(kept, os.DirFS(p.data)); err != nil {
		t.Fatal(err)
	}
	said, lost := 0, 0
	for i := 11; i < len(good); i += 249 {
		for _, indexed := range []bool{true, false} {
			if err := errors.Join(os.RemoveAll(p.data), os.CopyFS(p.data, os.DirFS(kept)),
				os.WriteFile(blocks[0], flippedAt(good, i), 0o600)); err != nil {
				t.Fatal(err)
			}
			if !indexed {
				if err := os.Remove(filepath.Join(filepath.Dir(blocks[0]), "index.db")); err != nil {
					t.Fatal(err)
				}
			}
			spoke, unknown := openHarmed(t, p, want)
			if spoke {
				said++
			}
			lost += unknown
		}
	}
	if said == 0 {
		t.Error("nothing was said of any of them")
	}
	t.Logf("%d said, %d keys unknown at the end, of %d harms", said, lost, 2*((len(good)-11)/249+1))
}

// openHarmed opens p and reports whether it says that it is harmed, and how many
// keys are unknown though it doesn't.
func openHarmed(t *testing.T, p place, want map[Owner][]byte) (said bool, unknown int) {
	t.Helper()
	nc, stop := p.serve(t)
	defer stop()
	s, err := OpenStream(t.Context(), nc, StreamOptions{KEKFile: p.kek, Expected: true, Patience: 2 * time.Second})
	if err != nil {
		return true, 0
	}
	k := keysOf(t, s)
	defer k.Close()
	said = k.Trouble() != nil
	for o, key := range want {
		got, known := k.keys[o]
		switch {
		case known && !bytes.Equal(got, key):
			t.Errorf("%s has another key", o)
		case !known && !said:
			unknown++
			if got := k.Expect(o.Programme, o.Person); len(got) != 1 || got[0] != o.Person || !errors.Is(k.Trouble(), ErrDamaged) {
				t.Errorf("expected, and there: %v; %v", got, k.Trouble())
			}
		}
		if _, err := k.Seal(registered(o.Person, "x", "")); !known && err == nil {
			t.Errorf("%s got a second key", o)
		}
	}
	return said, unknown
}

// harm deletes a note past the vault.
func harm(t testing.TB, nc *nats.Conn, name string, place uint64) {
	t.Helper()
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	stream, err := js.Stream(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	if err := stream.DeleteMsg(t.Context(), place); err != nil {
		t.Fatal(err)
	}
}

func TestAStreamWithoutItsBeginningOrEndIsRead(t *testing.T) {
	for what, at := range map[string]func(*Stream) uint64{
		"beginning": func(*Stream) uint64 { return 1 },
		"end":       func(s *Stream) uint64 { return s.gen.last },
	} {
		t.Run(what, func(t *testing.T) {
			p := newPlace(t)
			nc, _ := p.serve(t)
			s := openStream(t, nc, StreamOptions{KEKFile: p.kek})
			k := keysOf(t, s)
			hers := wired(t, k, registered(anna, "Anna", ""))
			if err := s.Rotate(); err != nil {
				t.Fatal(err)
			}
			harm(t, nc, s.gen.name, at(s))
			s = openStream(t, nc, StreamOptions{KEKFile: p.kek})
			k = keysOf(t, s)
			if got, err := opened(k, hers, "name"); err != nil || got != "Anna" || !errors.Is(k.Trouble(), ErrDamaged) {
				t.Errorf("%q, %v; trouble %v", got, err, k.Trouble())
			}
			if err := s.Rotate(); err != nil || k.Trouble() != nil {
				t.Errorf("given up: %v, %v", err, k.Trouble())
			}
			if _, err := k.Seal(registered(bertil, "x", "")); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestAStreamThatIsAwayIsNotBegunAnew(t *testing.T) {
	p := newPlace(t)
	nc, _ := p.serve(t)
	if _, err := OpenStream(t.Context(), nc, StreamOptions{KEKFile: p.kek, Expected: true}); !errors.Is(err, ErrDamaged) {
		t.Error(err)
	}
	k := keysOf(t, openStream(t, nc, StreamOptions{KEKFile: p.kek}))
	wired(t, k, registered(anna, "Anna", ""))
	if err := k.Forget("mentoring", "p-9"); err != nil {
		t.Fatal(err)
	}
	if got := k.Expect("mentoring", anna, "p-9", bertil); len(got) != 1 || got[0] != bertil {
		t.Errorf("lost: %v; want Bertil", got)
	}
	if _, err := k.Seal(registered(bertil, "x", "")); !errors.Is(err, ErrDamaged) {
		t.Errorf("he got a second key: %v", err)
	}
	if err := k.Forget("mentoring", bertil); err != nil || k.Trouble() != nil {
		t.Errorf("given up: %v, %v", err, k.Trouble())
	}
	openStream(t, nc, StreamOptions{KEKFile: p.kek, Expected: true})
}
