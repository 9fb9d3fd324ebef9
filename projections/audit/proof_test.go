package audit

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"
)

func TestProof(t *testing.T) {
	k, dir := key(t), t.TempDir()
	tree := open(t, dir, k)
	defer tree.Close()
	const n = 70_001
	fill(t, tree, n)
	for _, place := range []uint64{1, 2, 256, 257, 65_536, 65_537, 70_000, n} {
		proof, err := tree.Prover().Prove(place)
		if err != nil {
			t.Fatal(err)
		}
		leaf := LeafOf(k.History(), event(place))
		c, err := VerifyProof(tree.Policy(), leaf, proof)
		if err != nil || c.Size != n {
			t.Errorf("place %d: %v at %d", place, err, c.Size)
		}
		if got, err := tree.Prover().Leaf(place); err != nil || got != leaf {
			t.Errorf("the tree has %v, %v at place %d", got, err, place)
		}
		t.Run("it does not hold for another line", func(t *testing.T) {
			e := event(place)
			e.Line = append(e.Line, ' ')
			if _, err := VerifyProof(tree.Policy(), LeafOf(k.History(), e), proof); !errors.Is(err, ErrNotIncluded) {
				t.Error(err)
			}
		})
		t.Run("it does not hold for another place", func(t *testing.T) {
			leaf := leaf
			leaf.Place++
			if _, err := VerifyProof(tree.Policy(), leaf, proof); !errors.Is(err, ErrNotIncluded) {
				t.Error(err)
			}
		})
		t.Run("it does not hold under another key", func(t *testing.T) {
			other, err := PolicyOf(key(t).Public())
			if err != nil {
				t.Fatal(err)
			}
			if _, err := VerifyProof(other, leaf, proof); !errors.Is(err, ErrUnverified) {
				t.Error(err)
			}
		})
	}
	t.Run("a place that the tree has not got is not found", func(t *testing.T) {
		for _, place := range []uint64{0, n + 1} {
			if _, err := tree.Prover().Prove(place); !errors.Is(err, ErrNotFound) {
				t.Error(err)
			}
		}
	})
	t.Run("a damaged tile makes no proof", func(t *testing.T) {
		damage(t, dir, "tile/0/003")
		if _, err := tree.Prover().Prove(3*256 + 7); !errors.Is(err, ErrDamaged) {
			t.Error(err)
		}
	})
}

// damage flips a bit of a file: of the size that a checkpoint says, and else of
// what is past the middle. Twice, it does nothing.
func damage(t testing.TB, dir, name string) {
	t.Helper()
	file := folder(dir).path(name)
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	at := len(b)*3/5 + 5
	if strings.HasPrefix(name, checkpointFile) {
		at = bytes.IndexByte(b, '\n') + 1
	}
	b[at] ^= 1
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestConsistency(t *testing.T) {
	k := key(t)
	tree := open(t, t.TempDir(), k)
	defer tree.Close()
	var list []Checkpoint
	for _, n := range []uint64{1, 2, 255, 256, 300, 1000, 66_000} {
		fill(t, tree, n)
		list = append(list, tree.Checkpoint())
	}
	other := open(t, t.TempDir(), k) // the same history, with another beginning
	defer other.Close()
	e := event(1)
	e.Line = []byte("{}")
	if err := other.Append(e); err != nil {
		t.Fatal(err)
	}
	fill(t, other, 66_000)
	for i, newer := range list {
		for _, older := range list[:i+1] {
			proof, err := tree.Prover().Consistency(newer, older.Size)
			if err != nil {
				t.Fatal(err)
			}
			if err := VerifyConsistency(older, newer, proof); err != nil {
				t.Errorf("%d became %d: %v", older.Size, newer.Size, err)
			}
		}
	}
	for _, older := range list {
		proof, err := other.Prover().Consistency(other.Checkpoint(), older.Size)
		if err != nil {
			t.Fatal(err)
		}
		if err := VerifyConsistency(older, other.Checkpoint(), proof); !errors.Is(err, ErrNotIncluded) {
			t.Errorf("%d became another history: %v", older.Size, err)
		}
	}
}
