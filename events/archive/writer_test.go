package archive

import (
	"bytes"
	"errors"
	"os"
	"sync"
	"syscall"
	"testing"
	"time"
)

// TestAnErrorOfTheDiskStays writes to a device that is always full, and to a
// file that can't be synced.
func TestAnErrorOfTheDiskStays(t *testing.T) {
	full := func(t *testing.T) *os.File {
		f, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
		if err != nil {
			t.Skip("there is no /dev/full here")
		}
		return f
	}
	closed := func(t *testing.T) *os.File {
		f := full(t)
		f.Close()
		return f
	}
	for want, file := range map[error]func(*testing.T) *os.File{syscall.ENOSPC: full, os.ErrClosed: closed} {
		t.Run(want.Error(), func(t *testing.T) {
			dir := written(t, 5)
			w, err := OpenWriter(dir, Options{SyncEvery: time.Hour})
			if err != nil {
				t.Fatal(err)
			}
			w.file.Close()
			w.file = file(t)
			if err := w.Append(6, line(t, 6)); err != nil {
				t.Fatal("nothing was written yet:", err)
			}
			for range 2 {
				if err := w.Sync(); !errors.Is(err, want) {
					t.Errorf("sync: %v; want %v", err, want)
				}
			}
			if err := w.Append(7, line(t, 7)); !errors.Is(err, want) {
				t.Errorf("append: %v; want %v", err, want)
			}
			if w.Synced() != 5 {
				t.Errorf("synced %d; want 5", w.Synced())
			}
			if err := w.Close(); !errors.Is(err, want) {
				t.Errorf("close: %v; want %v", err, want)
			}
			refill(t, dir, 45)
			if !bytes.Equal(content(t, dir), whole(t, 45)) {
				t.Error("another writer doesn't go on where the first ended")
			}
		})
	}
}

// TestASegmentThatBecomesFullWhileItIsSynced is closed under the sync's hands.
func TestASegmentThatBecomesFullWhileItIsSynced(t *testing.T) {
	dir := t.TempDir()
	o := small(t)
	o.SyncEvery = time.Hour
	w, err := OpenWriter(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	var first *os.File
	for l := range history(t, 25)(0) {
		if err := w.Append(l.Place, l.Bytes); err != nil {
			t.Fatal(err)
		}
		if l.Place == 5 {
			first = w.file
		}
	}
	before := w.Synced()
	if err := w.settle(first, 5, first.Sync()); err != nil || w.Synced() != before || before < 10 {
		t.Errorf("synced %d, then %d, %v", before, w.Synced(), err)
	}
	if err := w.Close(); err != nil || w.Synced() != 25 {
		t.Error(w.Synced(), err)
	}
}

func TestLinesAreSyncedBehind(t *testing.T) {
	dir := t.TempDir()
	w, err := OpenWriter(dir, Options{SyncEvery: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	for place := uint64(1); place < 20; place++ {
		if err := w.Append(place, line(t, place)); err != nil {
			t.Fatal(err)
		}
		for w.Synced() < place {
			time.Sleep(time.Millisecond)
		}
		if got := content(t, dir); !bytes.Equal(got, whole(t, place)) {
			t.Fatalf("%d is synced and not in the file", place)
		}
	}
}

// TestManyAtOnce appends from several goroutines: each place is there once.
func TestManyAtOnce(t *testing.T) {
	dir := t.TempDir()
	o := small(t)
	o.SyncEvery = time.Microsecond
	w, err := OpenWriter(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for l := range history(t, 500)(0) {
				for {
					err := w.Append(l.Place, l.Bytes)
					if err == nil {
						break
					}
					if !errors.Is(err, ErrGap) {
						t.Error(err)
						return
					}
				}
				if synced, last := w.Synced(), w.Last(); synced > last {
					t.Errorf("%d of %d are synced", synced, last)
				}
			}
			if err := w.Sync(); err != nil || w.Synced() != 500 {
				t.Error(w.Synced(), err)
			}
		})
	}
	all.Wait()
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	sound(t, dir, 500)
}
