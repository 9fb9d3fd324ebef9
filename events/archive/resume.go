package archive

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
)

// resume finds where the archive ends and makes w go on there.
func (w *Writer) resume() error {
	if err := sweep(w.dir); err != nil {
		return err
	}
	all, err := segments(w.dir)
	if err != nil || len(all) == 0 {
		return err
	}
	if all[0].first != 1 {
		return &Damage{File: segmentAt(w.dir, 1).file, Place: 1, Why: errors.New("it is missing"), first: 1, following: all[0].first}
	}
	at := all[len(all)-1]
	found, err := examine(at, decodes)
	if err != nil {
		return err
	}
	if found.bad > 0 && found.lastGood > found.firstBad {
		return &Damage{File: at.file, Place: found.firstBad, Why: found.why, first: at.first}
	}
	torn := found.torn || found.bad > 0
	recorded, err := readSum(at)
	switch {
	case err != nil:
		return err
	case torn:
		if err := cut(at, found.goodBytes); err != nil {
			return err
		}
	case recorded != nil && bytes.Equal(recorded, found.sum.Sum(nil)):
		w.last, w.synced = found.lastGood, found.lastGood
		return nil // it is full
	case recorded != nil:
		return &Damage{File: at.file, Place: at.first, Why: errChanged, first: at.first}
	}
	w.at, w.size, w.sum = at, found.goodBytes, found.sum
	w.last, w.synced = found.lastGood, found.lastGood
	w.file, err = os.OpenFile(at.file, os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	return w.file.Sync() // what was read may not be on the disk yet
}

// cut takes from a segment what stands after its sound lines.
func cut(s segment, size int64) error {
	if err := os.Remove(s.sumFile()); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	f, err := os.OpenFile(s.file, os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.Truncate(size); err != nil {
		return err
	}
	return f.Sync()
}

// sweep removes files that were never finished.
func sweep(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), unfinished) {
			if err := os.Remove(filepath.Join(dir, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}
