package archive

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
)

// A Reader reads an archive's folder, or one file of lines. It holds no file
// open between its methods, and several goroutines may use it.
type Reader struct {
	path     string
	folder   bool
	first    uint64    // of a single file
	manifest *Manifest // of a single file that has one
}

// Open returns a Reader of path: an archive's folder, a segment, or a file that
// [Export] wrote. A single file's first place is what its manifest says, else
// what its name says if that is a segment's, else 1.
func Open(path string) (*Reader, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("open the archive: %w", err)
	}
	if info.IsDir() {
		return &Reader{path: path, folder: true}, nil
	}
	r := &Reader{path: path, first: 1}
	if first, ok := firstInName(filepath.Base(path)); ok {
		r.first = first
	}
	switch m, err := ReadManifest(path); {
	case err == nil:
		r.first, r.manifest = max(m.First, 1), &m
	case !errors.Is(err, os.ErrNotExist):
		return nil, err
	}
	return r, nil
}

// Lines yields the lines past the place after, in order. A line's bytes stand
// only until the next one is asked for: see [Copied].
//
// A line that another process hasn't finished writing isn't there yet. What
// can't be read, or isn't where it should be, is a [Damage] and ends it.
func (r *Reader) Lines(after uint64) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		w := walk{reader: r, after: after}
		if err := w.all(func(l Line) bool { return yield(l, nil) }); err != nil {
			yield(Line{}, err)
		}
	}
}

// Copied yields what lines yields, each with bytes of its own.
func Copied(lines iter.Seq2[Line, error]) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		for l, err := range lines {
			l.Bytes = bytes.Clone(l.Bytes)
			if !yield(l, err) {
				return
			}
		}
	}
}

// Last returns the place of the last whole line, or 0.
func (r *Reader) Last() (uint64, error) {
	var from uint64
	if r.folder {
		all, err := segments(r.path)
		if err != nil || len(all) == 0 {
			return 0, err
		}
		from = all[len(all)-1].first - 1
	}
	last := from
	for l, err := range r.Lines(from) {
		if err != nil {
			return 0, err
		}
		last = l.Place
	}
	return last, nil
}
