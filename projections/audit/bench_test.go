package audit

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// million is the size of history that the figures are about.
const million = 1_000_000

// millionTree makes a tree of a million events, once for all benchmarks of it.
func millionTree(b *testing.B) (string, *Key) {
	b.Helper()
	dir := b.TempDir()
	k := key(b)
	tree := open(b, dir, k)
	fill(b, tree, million)
	if err := tree.Close(); err != nil {
		b.Fatal(err)
	}
	return dir, k
}

func BenchmarkMillion(b *testing.B) {
	dir, k := millionTree(b)
	policy, err := PolicyOf(k.Public())
	if err != nil {
		b.Fatal(err)
	}
	b.Run("resume", func(b *testing.B) {
		for b.Loop() {
			b.StartTimer()
			tree := open(b, dir, k)
			b.StopTimer()
			tree.Close()
			b.StartTimer()
		}
	})
	place := uint64(1)
	b.Run("prove", func(b *testing.B) {
		p := NewProver(dir, policy)
		for b.Loop() {
			place = place*6364136223846793005%million + 1
			if _, err := p.Prove(place); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("verify a proof", func(b *testing.B) {
		proof, err := NewProver(dir, policy).Prove(777_777)
		if err != nil {
			b.Fatal(err)
		}
		leaf := LeafOf(k.History(), event(777_777))
		for b.Loop() {
			if _, err := VerifyProof(policy, leaf, proof); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(len(proof)), "bytes")
	})
	b.Run("verify everything", func(b *testing.B) {
		for b.Loop() {
			if r, err := Verify(dir, policy, history(million)); err != nil || !r.OK() {
				b.Fatal(r, err)
			}
		}
	})
	b.Run("verify the tree alone", func(b *testing.B) {
		for b.Loop() {
			if r, err := Verify(dir, policy, nil); err != nil || !r.OK() {
				b.Fatal(r, err)
			}
		}
	})
	b.Run("bundle", func(b *testing.B) {
		for b.Loop() {
			f, err := os.Create(filepath.Join(b.TempDir(), "bundle.tar"))
			if err != nil {
				b.Fatal(err)
			}
			if err := WriteBundle(f, dir, BundleOptions{Key: k.Public(), Payloads: history(1000)(0)}); err != nil {
				b.Fatal(err)
			}
			if err := f.Close(); err != nil {
				b.Fatal(err)
			}
			bundle, err := OpenBundle(f.Name())
			if err != nil {
				b.Fatal(err)
			}
			if r, err := bundle.Verify(policy); err != nil || !r.OK() {
				b.Fatal(r, err)
			}
			bundle.Close()
		}
	})
	b.Run("rebuild", func(b *testing.B) {
		for b.Loop() {
			damage(b, dir, "tile/0/x002/345")
			if names, err := Rebuild(dir, Options{Key: k}, history(million)); err != nil || len(names) != 1 {
				b.Fatal(names, err)
			}
		}
	})
	if out := os.Getenv("KOLMIKKO_AUDIT_BENCH"); out != "" { // kept for programs that are not ours
		if err := os.CopyFS(out, os.DirFS(dir)); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(out, keyFile), fmt.Append(nil, k.Public()), 0o600); err != nil {
			b.Fatal(err)
		}
	}
}
