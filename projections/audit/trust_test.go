package audit

import (
	"errors"
	"os"
	"testing"
)

// TestOnOpeningOnlyTheCheckpointIsTrusted damages what a tree goes on from.
func TestOnOpeningOnlyTheCheckpointIsTrusted(t *testing.T) {
	k := key(t)
	dir := treeToDamage(t, k, damagedLarge)
	for _, name := range []string{"tile/0/273.p/113", "tile/1/001.p/17", "tile/2/000.p/1", "tile/entries/273.p/113", checkpointFile} {
		t.Run(name, func(t *testing.T) {
			damage(t, dir, name)
			tree, err := OpenTree(dir, Options{Key: k})
			if !errors.Is(err, ErrDamaged) {
				t.Errorf("it goes on: %v", err)
			}
			if err == nil {
				tree.Close()
			}
			if _, err := Rebuild(dir, Options{Key: k}, history(damagedLarge)); err != nil {
				t.Error(err)
			}
			open(t, dir, k).Close()
		})
	}
}

// TestARootThatWasSignedStands plants a checkpoint that another history was signed
// with, at a size that the tree comes to between two others.
func TestARootThatWasSignedStands(t *testing.T) {
	k, dir, other := key(t), t.TempDir(), t.TempDir()
	tree := open(t, other, k)
	for e := range changed(60, []uint64{55}, nil)(0) {
		if err := tree.Append(e); err != nil {
			t.Fatal(err)
		}
	}
	if err := tree.Close(); err != nil {
		t.Fatal(err)
	}
	planted, err := folder(other).read(checkpointFile)
	if err != nil {
		t.Fatal(err)
	}
	tree = open(t, dir, k)
	fill(t, tree, 50)
	before, err := folder(dir).read(checkpointFile)
	if err != nil {
		t.Fatal(err)
	}
	fill(t, tree, 70)
	if err := tree.Close(); err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{checkpointFile: before, keptPath(60): planted} {
		if err := os.WriteFile(folder(dir).path(name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	tree = open(t, dir, k)
	defer tree.Close()
	for e := range history(60)(50) {
		if err := tree.Append(e); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		if a, ok := errors.AsType[*Alarm](tree.Flush()); !ok || a.Code != TreeForked || a.Size != 60 {
			t.Errorf("it signs two roots: %v", a)
		}
	}
	if b, err := folder(dir).read(keptPath(60)); err != nil || string(b) != string(planted) {
		t.Errorf("what was signed is gone: %v", err)
	}
	if b, err := folder(dir).read(checkpointFile); err != nil || string(b) != string(before) {
		t.Errorf("the checkpoint is another: %v", err)
	}
}

// TestStoppedBeforeTheCheckpoint puts a tree back to where a process may stop:
// tiles are full, their partial ones are gone, and the checkpoint is from before.
func TestStoppedBeforeTheCheckpoint(t *testing.T) {
	k, dir := key(t), t.TempDir()
	tree := open(t, dir, k)
	fill(t, tree, 300)
	before, err := folder(dir).read(checkpointFile)
	if err != nil {
		t.Fatal(err)
	}
	fill(t, tree, 600)
	if err := tree.Close(); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"tile/0/001.p", "tile/entries/001.p"} {
		if _, err := os.Stat(folder(dir).path(name)); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s is still there: %v", name, err)
		}
	}
	if err := os.Remove(folder(dir).path(keptPath(600))); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(folder(dir).path(checkpointFile), before, 0o600); err != nil {
		t.Fatal(err)
	}
	tree = open(t, dir, k)
	if tree.Last() != 300 {
		t.Fatalf("it goes on after %d", tree.Last())
	}
	for _, at := range edgeTiles(0, 300) { // other programs want them
		if _, err := folder(dir).read(at.path()); err != nil {
			t.Error(err)
		}
	}
	fill(t, tree, 600)
	if err := tree.Close(); err != nil {
		t.Fatal(err)
	}
	if r, err := Verify(dir, tree.Policy(), history(600)); err != nil || !r.OK() {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestALeafCountsForItsOwnPlaceAndHistory has a log that puts leaves where they
// don't belong, and signs that.
func TestALeafCountsForItsOwnPlaceAndHistory(t *testing.T) {
	k := key(t)
	tree := open(t, t.TempDir(), k)
	defer tree.Close()
	fill(t, tree, 9)
	astray, foreign := LeafOf(k.History(), event(5)), LeafOf("another", event(11))
	tree.add(astray.Append(nil)) // at place 10
	tree.add(foreign.Append(nil))
	if err := tree.Flush(); err != nil {
		t.Fatal(err)
	}
	for place, leaf := range map[uint64]Leaf{10: astray, 11: foreign} {
		proof, err := tree.Prover().Prove(place)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := VerifyProof(tree.Policy(), leaf, proof); err == nil {
			t.Errorf("a leaf of place %d of %s counts for place %d", leaf.Place, leaf.History, place)
		}
	}
	r, err := Verify(string(tree.dir), tree.Policy(), history(11))
	if err != nil || len(r.Differences) != 1 || r.Differences[0] != (Difference{10, 11, false}) {
		t.Errorf("the history has %v, %v", r.Differences, err)
	}
}
