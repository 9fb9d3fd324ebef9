package audit

import (
	"errors"
	"iter"
	"os"
	"slices"
	"strings"
	"testing"
)

// The sizes of the trees that are damaged: one whose level 1 isn't full and one
// with a level above.
const (
	damagedSize  = 1300
	damagedLarge = 70_001
)

// tampering is a way to damage a tree, and the file that has to be named for it.
var tampering = []struct {
	name   string
	size   uint64
	file   string
	remove bool
}{
	{"a bundle", damagedSize, "tile/entries/002", false},
	{"a bundle's last bytes", damagedSize, "tile/entries/005.p/20", false},
	{"a tile of level 0", damagedSize, "tile/0/003", false},
	{"a partial tile", damagedSize, "tile/0/005.p/20", false},
	{"a partial tile of level 1", damagedSize, "tile/1/000.p/5", false},
	{"a digit of the checkpoint", damagedSize, "checkpoint", false},
	{"a digit of a checkpoint that was kept", damagedSize, "checkpoints/000/000/001/000", false},
	{"a missing bundle", damagedSize, "tile/entries/004", true},
	{"a missing tile", damagedSize, "tile/0/000", true},
	{"a missing partial tile", damagedSize, "tile/0/005.p/20", true},
	{"a missing checkpoint", damagedSize, "checkpoint", true},
	{"a tile of level 1", damagedLarge, "tile/1/000", false},
	{"a tile of level 2", damagedLarge, "tile/2/000.p/1", false},
	{"a missing tile of level 1", damagedLarge, "tile/1/000", true},
}

func treeToDamage(t *testing.T, k *Key, size uint64) string {
	t.Helper()
	dir := t.TempDir()
	tree := open(t, dir, k)
	for _, n := range []uint64{1, 300, 1000, size} {
		fill(t, tree, n)
	}
	if err := tree.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestEachTamperingIsNamedAndMended(t *testing.T) {
	k := key(t)
	whole := map[uint64]string{damagedSize: treeToDamage(t, k, damagedSize), damagedLarge: treeToDamage(t, k, damagedLarge)}
	policy, err := PolicyOf(k.Public())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range tampering {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS(whole[c.size])); err != nil {
				t.Fatal(err)
			}
			if c.remove {
				err = os.Remove(folder(dir).path(c.file))
			} else {
				damage(t, dir, c.file)
			}
			if err != nil {
				t.Fatal(err)
			}
			for name, source := range map[string]Source{"alone": nil, "with the history": history(c.size)} {
				r, err := Verify(dir, policy, source)
				if err != nil {
					t.Fatal(err)
				}
				if len(r.Damages) != 1 || r.Damages[0].File != c.file || len(r.Differences) > 0 || len(r.Alarms) > 0 {
					t.Errorf("%s: %v, %v, %v", name, r.Damages, r.Differences, r.Alarms)
				}
			}
			mended, err := Rebuild(dir, Options{Key: k}, history(c.size))
			if err != nil || !slices.Equal(mended, []string{c.file}) {
				t.Errorf("it mended %v, %v", mended, err)
			}
			if r, err := Verify(dir, policy, history(c.size)); err != nil || !r.OK() || r.Kept < 4 {
				t.Errorf("afterwards: %v, %v", r, err)
			}
			open(t, dir, k).Close()
		})
	}
}

func TestATreeOfAnySizeIsVerified(t *testing.T) {
	k, dir := key(t), t.TempDir()
	tree := open(t, dir, k)
	defer tree.Close()
	for i, n := range []uint64{1, 2, 255, 256, 257, 512, 1023, 65_536} {
		fill(t, tree, n)
		for name, source := range map[string]Source{"alone": nil, "with the history": history(n), "with more": history(n + 300)} {
			r, err := Verify(dir, tree.Policy(), source)
			if err != nil || !r.OK() || r.Events != n || r.Kept != i+1 || r.Root != tree.Checkpoint().Root {
				t.Errorf("%d %s: %+v, %v", n, name, r, err)
			}
		}
	}
}

// TestAForgedBlockIsNamed forges a leaf in its bundle and its tile alike: what is
// above them tells.
func TestAForgedBlockIsNamed(t *testing.T) {
	k := key(t)
	dir := treeToDamage(t, k, damagedSize)
	policy, err := PolicyOf(k.Public())
	if err != nil {
		t.Fatal(err)
	}
	b := &blocks{store: folder(dir), size: damagedSize}
	data, err := b.store.read("tile/entries/002")
	if err != nil {
		t.Fatal(err)
	}
	data[100] ^= 1
	if err := os.WriteFile(folder(dir).path("tile/entries/002"), data, 0o600); err != nil {
		t.Fatal(err)
	}
	hashes, err := b.bundleHashes(2)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(folder(dir).path("tile/0/002"), appendHashes(nil, hashes), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, source := range map[string]Source{"alone": nil, "with the history": history(damagedSize)} {
		r, err := Verify(dir, policy, source)
		if err != nil || len(r.Alarms) > 0 || len(r.Differences) > 0 || len(r.Damages) != 2 ||
			r.Damages[0].File != "tile/0/002" || r.Damages[1].File != "tile/entries/002" {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
}

// changed gives the history with other lines at some places, without others, and
// up to n.
func changed(n uint64, other, without []uint64) Source {
	return func(after uint64) iter.Seq2[Event, error] {
		return func(yield func(Event, error) bool) {
			for e := range history(n)(after) {
				if slices.Contains(other, e.Place) {
					e.Line = []byte(strings.Replace(string(e.Line), `"present":3`, `"present":2`, 1))
				}
				if !slices.Contains(without, e.Place) && !yield(e, nil) {
					return
				}
			}
		}
	}
}

func TestEachPlaceThatDiffersIsNamed(t *testing.T) {
	k := key(t)
	dir := treeToDamage(t, k, damagedSize)
	policy, err := PolicyOf(k.Public())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name    string
		history Source
		want    []Difference
	}{
		{"the history as it was", history(damagedSize), nil},
		{"one line", changed(damagedSize, []uint64{777}, nil), []Difference{{777, 777, false}}},
		{"the first and the last", changed(damagedSize, []uint64{1, damagedSize}, nil), []Difference{{1, 1, false}, {damagedSize, damagedSize, false}}},
		{"neighbours", changed(damagedSize, []uint64{255, 256, 257, 259}, nil), []Difference{{255, 257, false}, {259, 259, false}}},
		{"a gap", changed(damagedSize, nil, []uint64{512, 513}), []Difference{{512, 513, true}}},
		{"a gap beside a line", changed(damagedSize, []uint64{511}, []uint64{512}), []Difference{{511, 511, false}, {512, 512, true}}},
		{"a cut tail", history(damagedSize - 500), []Difference{{damagedSize - 499, damagedSize, true}}},
		{"nothing", history(0), []Difference{{1, damagedSize, true}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := Verify(dir, policy, c.history)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(r.Differences, c.want) || len(r.Damages) > 0 || r.OK() != (c.want == nil) {
				t.Errorf("%v, %v, %v", r.Differences, r.Damages, r.Alarms)
			}
			damage(t, dir, "tile/0/003") // and still, when a file is damaged too
			defer damage(t, dir, "tile/0/003")
			r, err = Verify(dir, policy, c.history)
			if err != nil || !slices.Equal(r.Differences, c.want) || len(r.Damages) != 1 || r.Damages[0].File != "tile/0/003" {
				t.Errorf("with a damaged tile: %v, %v, %v", err, r.Differences, r.Damages)
			}
			if _, err := Rebuild(dir, Options{Key: k}, c.history); c.want != nil {
				_, alarm := errors.AsType[*Alarm](err)
				if !alarm && !errors.Is(err, ErrGap) {
					t.Errorf("it was rebuilt from another history: %v", err)
				}
			} else {
				damage(t, dir, "tile/0/003")
			}
		})
	}
	t.Run("events beyond the checkpoint are counted", func(t *testing.T) {
		r, err := Verify(dir, policy, history(damagedSize+9))
		if err != nil || !r.OK() || r.Beyond != 9 || r.Events != damagedSize || r.Root != r.Checkpoint.Root {
			t.Errorf("%+v, %v", r, err)
		}
	})
}

func TestARewrittenHistoryIsAnAlarm(t *testing.T) {
	k := key(t)
	dir := treeToDamage(t, k, damagedSize)
	policy, err := PolicyOf(k.Public())
	if err != nil {
		t.Fatal(err)
	}
	kept, err := NewProver(dir, policy).Checkpoint()
	if err != nil {
		t.Fatal(err)
	}
	rewritten := changed(damagedSize+10, []uint64{400}, nil)
	other := t.TempDir()
	tree := open(t, other, k)
	for e := range rewritten(0) {
		if err := tree.Append(e); err != nil {
			t.Fatal(err)
		}
	}
	if err := tree.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := Verify(other, policy, rewritten)
	if err != nil || !r.OK() {
		t.Fatalf("by itself it is whole, and it says %+v, %v", r, err)
	}
	r, err = Verify(other, policy, rewritten, kept)
	if err != nil || len(r.Alarms) != 1 || r.Alarms[0].Code != TreeForked || r.Alarms[0].Size != damagedSize {
		t.Errorf("against a checkpoint that was kept it says %+v, %v", r, err)
	}
	t.Run("a checkpoint of more than there is is an alarm", func(t *testing.T) {
		newer, err := NewProver(other, policy).Checkpoint()
		if err != nil {
			t.Fatal(err)
		}
		for _, source := range []Source{nil, history(damagedSize), history(damagedSize + 10)} {
			r, err := Verify(dir, policy, source, newer)
			if err != nil || len(r.Alarms) != 1 || r.Alarms[0].Size != damagedSize+10 {
				t.Errorf("it says %+v, %v", r, err)
			}
		}
	})
	t.Run("what was signed and is not there yet has to come", func(t *testing.T) {
		c, err := os.ReadFile(folder(other).path(checkpointFile))
		if err != nil {
			t.Fatal(err)
		}
		name := folder(dir).path(keptPath(damagedSize + 10))
		if err := os.WriteFile(name, c, 0o600); err != nil {
			t.Fatal(err)
		}
		tree := open(t, dir, k)
		defer tree.Close()
		for e := range history(damagedSize + 10)(tree.Last()) {
			err = tree.Append(e)
		}
		if a, ok := errors.AsType[*Alarm](err); !ok || a.Code != TreeForked || a.Size != damagedSize+10 {
			t.Errorf("it went on: %v", err)
		}
	})
}
