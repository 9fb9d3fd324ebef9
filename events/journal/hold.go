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
	} else if err != nil {
		file.Close()
		return nil, fmt.Errorf("lock %s: %w", dir, err)
	}
	host, _ := os.Hostname()
	who := fmt.Sprintf("process %d on %s since %s\n", os.Getpid(), host, time.Now().UTC().Format(time.RFC3339))
	if err := errors.Join(file.Truncate(0), writeAt(file, who)); err != nil {
		file.Close()
		return nil, err
	}
	return &hold{file}, nil
}

func writeAt(file *os.File, text string) error {
	_, err := file.WriteAt([]byte(text), 0)
	return err
}

// release lets go. The file stays: another process may wait on it.
func (h *hold) release() { h.file.Close() }

// storeRoom returns how many bytes a store in dir may take: what it takes
// already, and most of what the disk has left. On a full disk every publish
// would time out; a full store refuses.
func storeRoom(dir string) (int64, error) {
	var disk unix.Statfs_t
	if err := unix.Statfs(dir, &disk); err != nil {
		return 0, err
	}
	free := int64(disk.Bavail) * int64(disk.Bsize)
	var used int64
	err := filepath.WalkDir(filepath.Join(dir, "jetstream"), func(_ string, d os.DirEntry, err error) error {
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
