//go:build linux

package journal

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"kolmikko/events"
)

// smallDisk is a disk of 8 MiB; it takes the rights to mount one.
func smallDisk(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=8m"); err != nil {
		t.Skipf("no disk can be mounted here: %v", err)
	}
	t.Cleanup(func() { unix.Unmount(dir, unix.MNT_DETACH) })
	return dir
}

// fill lets somebody else take all of the disk but left bytes, and returns how to
// give it back.
func fill(t *testing.T, dir string, left int64) (free func()) {
	t.Helper()
	room, err := freeSpace(dir)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "somebody else's")
	if err := os.WriteFile(file, make([]byte, room-left), 0o600); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
	}
}

func TestADiskThatSomebodyElseFillsRefusesAndRecovers(t *testing.T) {
	t.Parallel()
	dir := smallDisk(t)
	s, err := Serve(Options{Dir: dir, Reserve: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	log := openLog(t, s)
	mustAppend(t, log, 0, entry("c", "a"))
	free := fill(t, dir, 512<<10)
	eventually(t, "it is refused", func() bool {
		head, _ := log.Head(t.Context())
		_, err = log.Append(t.Context(), head, []events.Recorded{entry("c", events.PersonID(fmt.Sprint("w", head)))})
		return err != nil
	})
	if !errors.Is(err, ErrFull) {
		t.Errorf("err = %v; want ErrFull", err)
	}
	free()
	head, _ := log.Head(t.Context())
	mustAppend(t, log, head, entry("c", "b"))
}

// TestABrokenStoreLosesNothingAcknowledged fills a disk to its last byte, as if
// the reserve hadn't been kept.
func TestABrokenStoreLosesNothingAcknowledged(t *testing.T) {
	t.Parallel()
	dir := smallDisk(t)
	s, err := Serve(Options{Dir: dir, Reserve: 1, MaxStore: 1 << 30})
	if err != nil {
		t.Fatal(err)
	}
	log, err := s.Open(t.Context(), OpenOptions{AckWait: 200 * time.Millisecond, Patience: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	free := fill(t, dir, 128<<10)
	acked := uint64(0)
	for acked < 5000 {
		var last uint64
		if last, err = log.Append(t.Context(), acked, []events.Recorded{entry("c", events.PersonID(fmt.Sprint("a", acked)))}); err != nil {
			break
		}
		acked = last
	}
	t.Logf("%d acknowledged, then: %v", acked, err)
	if err == nil || errors.Is(err, ErrConflict) {
		t.Errorf("err = %v on a full disk", err)
	}
	if err := log.Writable(); !errors.Is(err, ErrDamaged) {
		t.Errorf("a broken store is still written: %v", err)
	}
	s.Close()
	free()
	_, log = reopen(t, dir, OpenOptions{AtLeast: acked})
	if err := log.Writable(); err != nil && !errors.Is(err, ErrFull) {
		t.Fatal(err)
	}
	n := uint64(0)
	for r, err := range Read(t.Context(), log, 0, "") {
		if err != nil {
			t.Fatal(err)
		}
		n = r.Place
	}
	if n < acked || n > acked+1 {
		t.Errorf("%d events after a restart; %d were acknowledged", n, acked)
	}
	log.o.Space = func() error { return nil }
	mustAppend(t, log, n, entry("c", "after"))
}
