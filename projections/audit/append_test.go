package audit

import (
	"errors"
	"io/fs"
	"os"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestAppend(t *testing.T) {
	k, dir := key(t), t.TempDir()
	tree := open(t, dir, k)
	fill(t, tree, 10)
	root := tree.Checkpoint().Root
	t.Run("a place that it has is left as it is", func(t *testing.T) {
		e := event(7)
		e.Line = []byte("{}")
		if err := tree.Append(e); err != nil || tree.Last() != 10 {
			t.Errorf("%v at %d", err, tree.Last())
		}
		if err := tree.Flush(); err != nil || tree.Checkpoint().Root != root {
			t.Errorf("%v", err)
		}
	})
	t.Run("a place beyond the next is a gap", func(t *testing.T) {
		if err := tree.Append(event(12)); !errors.Is(err, ErrGap) {
			t.Error(err)
		}
	})
	t.Run("what would not be read back is malformed", func(t *testing.T) {
		for _, subject := range []string{"", "history.p.c kind", "history\nplace 3"} {
			if err := tree.Append(Event{Place: 11, Subject: subject, Line: []byte("{}")}); !errors.Is(err, ErrMalformed) {
				t.Errorf("%q: %v", subject, err)
			}
		}
		if err := tree.Append(Event{Subject: "s"}); !errors.Is(err, ErrMalformed) {
			t.Error(err)
		}
	})
	t.Run("another process is kept out", func(t *testing.T) {
		if _, err := OpenTree(dir, Options{Key: k}); !errors.Is(err, ErrBusy) {
			t.Error(err)
		}
		if _, err := Rebuild(dir, Options{Key: k}, history(10)); !errors.Is(err, ErrBusy) {
			t.Error(err)
		}
	})
	t.Run("it goes on after what it refused", func(t *testing.T) {
		fill(t, tree, 11)
	})
	t.Run("once closed it takes nothing", func(t *testing.T) {
		for range 2 {
			if err := tree.Close(); err != nil {
				t.Error(err)
			}
		}
		if err := tree.Append(event(12)); !errors.Is(err, ErrClosed) {
			t.Error(err)
		}
	})
}

func TestStrayTempFilesAreSwept(t *testing.T) {
	k, dir := key(t), t.TempDir()
	if err := os.MkdirAll(folder(dir).path(tempFolder), 0o700); err != nil {
		t.Fatal(err)
	}
	stray := folder(dir).path(tempFolder + "/17")
	if err := os.WriteFile(stray, []byte("half of a ti"), 0o600); err != nil {
		t.Fatal(err)
	}
	open(t, dir, k).Close()
	if _, err := os.Stat(stray); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("it is still there: %v", err)
	}
}

func TestAnEventComesUnderACheckpointByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tree, err := OpenTree(t.TempDir(), Options{Key: key(t)})
		if err != nil {
			t.Fatal(err)
		}
		defer tree.Close()
		appended := func(to uint64) {
			for e := range history(to)(tree.Last()) {
				if err := tree.Append(e); err != nil {
					t.Fatal(err)
				}
			}
		}
		appended(3)
		time.Sleep(999 * time.Millisecond)
		synctest.Wait()
		if n := tree.Checkpoint().Size; n != 0 {
			t.Errorf("before a second, %d are", n)
		}
		time.Sleep(time.Millisecond)
		synctest.Wait()
		if n := tree.Checkpoint().Size; n != 3 {
			t.Errorf("after a second, %d are", n)
		}
		appended(3 + 256)
		synctest.Wait()
		if n := tree.Checkpoint().Size; n != 3+256 {
			t.Errorf("of a batch, %d are at once", n)
		}
	})
}

// TestManyAtOnce is for the race detector.
func TestManyAtOnce(t *testing.T) {
	tree, err := OpenTree(t.TempDir(), Options{Key: key(t), Every: time.Millisecond, Batch: 16})
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	for range 3 { // each follows from the beginning
		wait.Go(func() {
			for e := range history(2000)(0) {
				for tree.Last()+1 < e.Place {
					time.Sleep(time.Microsecond)
				}
				if err := tree.Append(e); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wait.Go(func() {
		for tree.Checkpoint().Size < 2000 {
			c := tree.Checkpoint()
			if c.Size == 0 {
				continue
			}
			if _, err := tree.Prover().Prove(c.Size); err != nil {
				t.Error(err)
				return
			}
		}
	})
	wait.Go(func() {
		for tree.Last() < 2000 {
			if err := tree.Flush(); err != nil {
				t.Error(err)
				return
			}
		}
	})
	wait.Wait()
	if err := tree.Close(); err != nil {
		t.Fatal(err)
	}
	if r, err := Verify(string(tree.dir), tree.Policy(), history(2000)); err != nil || !r.OK() {
		t.Errorf("%+v, %v", r, err)
	}
}
