package audit

import (
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// history gives n events whose lines are like those of the journal.
func history(n uint64) Source {
	return func(after uint64) iter.Seq2[Event, error] {
		return func(yield func(Event, error) bool) {
			for place := after + 1; place <= n; place++ {
				if !yield(event(place), nil) {
					return
				}
			}
		}
	}
}

func event(place uint64) Event {
	line := fmt.Appendf(nil, `{"specversion":"1.0","id":"0b9f6ee2-6d1c-4c31-9a2b-%012d","source":"kolmikko","type":"meeting-held",`+
		`"subject":"history.vertaismentorointi.c2022.meeting-held","time":"2022-11-08T12:00:00Z","data":{"present":3}}`, place)
	return Event{Place: place, Subject: "history.vertaismentorointi.c2022.meeting-held", Line: line}
}

func key(t testing.TB) *Key {
	t.Helper()
	k, err := NewKey("")
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func open(t testing.TB, dir string, k *Key) *Tree {
	t.Helper()
	tree, err := OpenTree(dir, Options{Key: k, Every: time.Hour, Batch: 1 << 30})
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// fill appends the history from where the tree is up to a place, and flushes.
func fill(t testing.TB, tree *Tree, to uint64) {
	t.Helper()
	for e := range history(to)(tree.Last()) {
		if err := tree.Append(e); err != nil {
			t.Fatal(err)
		}
	}
	if err := tree.Flush(); err != nil {
		t.Fatal(err)
	}
}

// rootByTlog is the root of a history by x/mod's tlog alone.
func rootByTlog(t testing.TB, history string, n uint64) tlog.Hash {
	t.Helper()
	return rootsByTlog(t, history, n)(n)
}

// rootsByTlog gives the roots of a history at each size up to n.
func rootsByTlog(t testing.TB, history string, n uint64) func(uint64) tlog.Hash {
	t.Helper()
	var hashes []tlog.Hash
	read := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var list []tlog.Hash
		for _, i := range indexes {
			list = append(list, hashes[i])
		}
		return list, nil
	})
	for place := uint64(1); place <= n; place++ {
		more, err := tlog.StoredHashes(int64(place-1), LeafOf(history, event(place)).Append(nil), read)
		if err != nil {
			t.Fatal(err)
		}
		hashes = append(hashes, more...)
	}
	return func(size uint64) tlog.Hash {
		root, err := tlog.TreeHash(int64(size), read)
		if err != nil {
			t.Fatal(err)
		}
		return root
	}
}

func TestTheRootIsThatOfTlog(t *testing.T) {
	k, dir := key(t), t.TempDir()
	tree, roots := open(t, dir, k), rootsByTlog(t, k.History(), 70_000)
	for _, n := range []uint64{1, 2, 3, 255, 256, 257, 300, 512, 1000, 65535, 65536, 65537, 70000} {
		fill(t, tree, n)
		c := tree.Checkpoint()
		if want := roots(n); c.Size != n || c.Root != want {
			t.Fatalf("at %d the root is %v of %d, and not %v", n, c.Root, c.Size, want)
		}
		if n%3 == 0 { // another process goes on
			if err := tree.Close(); err != nil {
				t.Fatal(err)
			}
			tree = open(t, dir, k)
			if tree.Last() != n {
				t.Fatalf("it goes on after %d and not %d", tree.Last(), n)
			}
		}
	}
	if err := tree.Close(); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(filepath.Join(dir, tempFolder)); len(left) > 0 {
		t.Errorf("%d temp files are left", len(left))
	}
}

// BenchmarkAppend is with all that comes to the disk of itself, as it does for a
// history that is caught up with.
func BenchmarkAppend(b *testing.B) {
	for b.Loop() {
		tree, err := OpenTree(b.TempDir(), Options{Key: key(b)})
		if err != nil {
			b.Fatal(err)
		}
		for e := range history(million)(0) {
			if err := tree.Append(e); err != nil {
				b.Fatal(err)
			}
		}
		if err := tree.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(million)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
}
