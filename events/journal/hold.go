//go:build unix

package journal

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// A hold on a folder keeps every other process out of it. Two servers on one
// store would both acknowledge the same place.
type hold struct{ file *os.File }

// take takes hold of dir, or returns ErrHeld with who has it and since when.
func take(dir string) (*hold, error) {
	file, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	err = unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		defer file.Close()
		who, _ := io.ReadAll(io.LimitReader(file, 500))
		return nil, fmt.Errorf("%w: %s is held by %s", ErrHeld, dir, strings.TrimSpace(string(who)))
	}
	if err == nil {
		err = sign(file)
	}
	if err != nil {
		file.Close()
		return nil, fmt.Errorf("lock %s: %w", dir, err)
	}
	return &hold{file}, nil
}

// sign writes who holds the folder, for the next one to read.
func sign(file *os.File) error {
	host, err := os.Hostname()
	if err != nil {
		return err
	}
	if err := file.Truncate(0); err != nil {
		return err
	}
	_, err = fmt.Fprintf(file, "process %d on %s since %s\n", os.Getpid(), host, time.Now().UTC().Format(time.RFC3339))
	return err
}

// release lets go. The file stays: another process may be about to take it.
func (h *hold) release() { h.file.Close() }

// freeSpace returns how many bytes the disk under dir has left.
func freeSpace(dir string) (int64, error) {
	var disk unix.Statfs_t
	if err := unix.Statfs(dir, &disk); err != nil {
		return 0, fmt.Errorf("look at the disk: %w", err)
	}
	return int64(disk.Bavail) * int64(disk.Bsize), nil
}

// storeRoom returns how many bytes a store in dir may take: what it takes
// already, and most of what the disk has left. On a full disk every publish
// would time out; a full store refuses.
func storeRoom(dir string) (int64, error) {
	free, err := freeSpace(dir)
	if err != nil {
		return 0, err
	}
	var used int64
	err = filepath.WalkDir(filepath.Join(dir, "jetstream"), func(_ string, d os.DirEntry, err error) error {
		if errors.Is(err, os.ErrNotExist) {
			return nil
		} else if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			used += info.Size()
		}
		return err
	})
	return used + free/10*8, err
}
