package journal

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// closedFile lists the SHA-256 of every file of the folder, as sha256sum writes
// and checks them, from when the store was closed in order until it is served
// again.
const closedFile = "closed.sha256"

// A closing is what the files were when the folder was taken.
type closing struct {
	at    time.Time
	files map[string]footprint // by their paths below the folder, with slashes
}

type footprint struct {
	size int64
	time time.Time
	sum  [sha256.Size]byte
}

// Untouched reports whether every file is byte for byte what it was when a
// process last closed the store and vouched for it: then nothing was damaged
// since, and nobody was killed while writing.
func (s *Server) Untouched() bool { return s.untouched }

// Vouch says that the history was compared with its other copies and is whole.
// [Server.Close] then notes what the files are.
func (s *Server) Vouch() { s.vouched.Store(true) }

// reopen finds out whether the files are as they were left, and removes the note
// of it, which would be wrong from now on. If they are not, it sees to it that the
// server can start on them.
func (s *Server) reopen(aside bool) error {
	noted, err := os.ReadFile(filepath.Join(s.dir, closedFile))
	if errors.Is(err, os.ErrNotExist) {
		return s.tame(aside)
	}
	if err != nil {
		return err
	}
	now, err := look(s.dir, closing{})
	if err != nil {
		return err
	}
	s.untouched, s.opened = bytes.Equal(noted, now.note()), now
	if !s.untouched {
		if err := s.tame(aside); err != nil {
			return err
		}
	}
	if err := os.Remove(filepath.Join(s.dir, closedFile)); err != nil {
		return err
	}
	return syncDir(s.dir)
}

// note writes down what the files are.
func (s *Server) note() error {
	now, err := look(s.dir, s.opened)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(filepath.Join(s.dir, closedFile), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(now.note())
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return syncDir(s.dir)
}

// look reads all files of dir. A file that is as old and as long as it was
// before is not read again.
func look(dir string, before closing) (closing, error) {
	now := closing{time.Now(), map[string]footprint{}}
	err := filepath.WalkDir(dir, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, file)
		if err != nil || name == closedFile || name == "lock" {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		is := footprint{size: info.Size(), time: info.ModTime()}
		was, known := before.files[filepath.ToSlash(name)]
		if known && was.size == is.size && was.time.Equal(is.time) && is.time.Before(before.at.Add(-2*time.Second)) {
			is.sum = was.sum
		} else if is.sum, err = sumOf(file); err != nil {
			return err
		}
		now.files[filepath.ToSlash(name)] = is
		return nil
	})
	return now, err
}

func sumOf(file string) (sum [sha256.Size]byte, err error) {
	f, err := os.Open(file)
	if err != nil {
		return sum, err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, bufio.NewReaderSize(f, 1<<20)); err != nil {
		return sum, err
	}
	h.Sum(sum[:0])
	return sum, nil
}

// note returns c as sha256sum does.
func (c closing) note() []byte {
	lines := make([]string, 0, len(c.files))
	for name, is := range c.files {
		lines = append(lines, fmt.Sprintf("%s  %s\n", hex.EncodeToString(is.sum[:]), name))
	}
	slices.SortFunc(lines, func(a, b string) int { return strings.Compare(a[2*sha256.Size:], b[2*sha256.Size:]) })
	return []byte(strings.Join(lines, ""))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
