package audit

import (
	"archive/tar"
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

func ed25519Key(t testing.TB) (ed25519.PrivateKey, ed25519.PublicKey) {
	t.Helper()
	public, secret, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return secret, public
}

// cosign makes a cosignature's bytes as tlog-cosignature has them.
func cosign(secret ed25519.PrivateKey, body string, at time.Time) []byte {
	b := binary.BigEndian.AppendUint64(nil, uint64(at.Unix()))
	return append(b, ed25519.Sign(secret, fmt.Appendf(nil, "cosignature/v1\ntime %d\n%s", at.Unix(), body))...)
}

func TestBundle(t *testing.T) {
	k := key(t)
	dir := treeToDamage(t, k, damagedLarge)
	file := bundleOf(t, dir, k, 1, 300, 70_000, damagedLarge)
	policy, err := PolicyOf(k.Public())
	if err != nil {
		t.Fatal(err)
	}
	sound := verifyBundle(t, file, policy)
	if !sound.OK() || sound.Events != damagedLarge || sound.Payloads != 4 || sound.Kept < 4 {
		t.Fatalf("it is %+v", sound)
	}
	t.Run("the same tree makes the same bytes", func(t *testing.T) {
		a, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(bundleOf(t, dir, k, 1, 300, 70_000, damagedLarge))
		if err != nil || !bytes.Equal(a, b) {
			t.Error("it does not")
		}
	})
	t.Run("its own policy is the log's key", func(t *testing.T) {
		b, err := OpenBundle(file)
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		p, err := b.Policy()
		if err != nil {
			t.Fatal(err)
		}
		if r, err := b.Verify(p); err != nil || !r.OK() {
			t.Errorf("%+v, %v", r, err)
		}
	})
	t.Run("under another key it is damaged", func(t *testing.T) {
		other, err := PolicyOf(key(t).Public())
		if err != nil {
			t.Fatal(err)
		}
		if r := verifyBundle(t, file, other); r.OK() {
			t.Error("it is not")
		}
	})
	for _, c := range []struct {
		name, file  string
		damaged     string
		differences []Difference
	}{
		{"a payload", "payloads/300.json", "payloads/300.json", []Difference{{300, 300, false}}},
		{"a proof", "leaves/1.tlog-proof", "leaves/1.tlog-proof", nil},
		{"a bundle of leaves", "tile/entries/001", "tile/entries/001", []Difference{{300, 300, false}}},
		{"a tile", "tile/0/020", "tile/0/020", nil},
		{"the README", readmeFile, readmeFile, nil},
		{"the checkpoint", checkpointFile, checkpointFile, nil},
		{"a kept checkpoint", "checkpoints/000/000/000/300", "checkpoints/000/000/000/300", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := verifyBundle(t, retar(t, file, func(name string, b []byte) (string, []byte) {
				if name == c.file {
					b = bytes.Clone(b)
					b[len(b)/2] ^= 1
					if c.file == "tile/entries/001" { // that of place 300
						b[len(b)/2] ^= 1
						at := bytes.Index(b, []byte("place 300"))
						b[at+bytes.Index(b[at:], []byte("data "))+5] ^= 1
					}
				}
				return name, b
			}), policy)
			if !slices.ContainsFunc(r.Damages, func(d *Damage) bool { return d.File == c.damaged }) || !slices.Equal(r.Differences, c.differences) {
				t.Errorf("%v, %v", r.Damages, r.Differences)
			}
		})
	}
	t.Run("a payload at another place", func(t *testing.T) {
		r := verifyBundle(t, retar(t, file, func(name string, b []byte) (string, []byte) {
			if name == "payloads/300.json" {
				name = "payloads/301.json"
			}
			return name, b
		}), policy)
		var named []string
		for _, d := range r.Damages {
			named = append(named, d.File)
		}
		if !slices.Equal(r.Differences, []Difference{{301, 301, false}}) || !slices.Equal(named, []string{"payloads/301.json", "payloads/300.json"}) {
			t.Errorf("%v, %v", r.Damages, r.Differences)
		}
	})
	t.Run("names that lead elsewhere are refused", func(t *testing.T) {
		for _, name := range []string{"../checkpoint", "/checkpoint", "tile/../checkpoint", "checkpoint"} {
			bad := retar(t, file, func(n string, b []byte) (string, []byte) {
				if n == readmeFile {
					n = name
				}
				return n, b
			})
			if _, err := OpenBundle(bad); !errors.Is(err, ErrMalformed) {
				t.Errorf("%q: %v", name, err)
			}
		}
	})
	t.Run("against a checkpoint of another history", func(t *testing.T) {
		c, err := Checkpoint{Size: 1000}.sign(k)
		if err != nil {
			t.Fatal(err)
		}
		c, err = policy.Open(c.Signed)
		if err != nil {
			t.Fatal(err)
		}
		if r := verifyBundle(t, file, policy, c); len(r.Alarms) != 1 || r.Alarms[0].Size != 1000 {
			t.Errorf("the alarms are %v", r.Alarms)
		}
	})
}

func verifyBundle(t *testing.T, file string, p *Policy, against ...Checkpoint) *Report {
	t.Helper()
	b, err := OpenBundle(file)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	r, err := b.Verify(p, against...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// retar writes a bundle anew, with each file changed.
func retar(t *testing.T, file string, change func(string, []byte) (string, []byte)) string {
	t.Helper()
	b, err := OpenBundle(file)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	to := filepath.Join(t.TempDir(), "bundle.tar")
	f, err := os.Create(to)
	if err != nil {
		t.Fatal(err)
	}
	w := tar.NewWriter(f)
	for name := range b.files {
		data, err := b.read(name)
		if err != nil {
			t.Fatal(err)
		}
		name, data = change(name, data)
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(data))}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), f.Close()); err != nil {
		t.Fatal(err)
	}
	return to
}
