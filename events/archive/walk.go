package archive

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// A walk goes through the lines of a Reader once.
type walk struct {
	reader *Reader
	after  uint64
	file   string // where it is
}

// errEnough ends a walk whose taker wants no more.
var errEnough = errors.New("enough")

// all gives each line past w.after to take, in order, until take has had
// enough.
func (w *walk) all(take func(Line) bool) error {
	var err error
	if w.reader.folder {
		err = w.folder(take)
	} else {
		err = w.single(take)
	}
	if err == errEnough {
		return nil
	}
	return err
}

func (w *walk) folder(take func(Line) bool) error {
	at, following, err := w.find(w.after + 1)
	for err == nil && at.first > 0 {
		if following, err = w.segment(at, following, take); err != nil || following == 0 {
			return err
		}
		at, following, err = w.find(following)
	}
	return err
}

// find returns the segment that place is in, and the first place of the one
// that follows it, or 0 if none does.
func (w *walk) find(place uint64) (at segment, following uint64, err error) {
	all, err := segments(w.reader.path)
	if err != nil {
		return segment{}, 0, err
	}
	for _, s := range all {
		if s.first > place {
			following = s.first
			break
		}
		at = s
	}
	if at.first == 0 && following > 0 {
		missing := segmentAt(w.reader.path, 1)
		return segment{}, 0, &Damage{File: missing.file, Place: place, Why: fmt.Errorf("it is missing: the first segment begins at %d", following)}
	}
	return at, following, nil
}

// segment takes the lines of one segment. It returns the first place of the
// next one, or 0 if the history ends here. Once a next one is there, this one
// is whole.
func (w *walk) segment(at segment, following uint64, take func(Line) bool) (uint64, error) {
	f, err := os.Open(at.file)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	w.file = at.file
	lines := newSplitter(f)
	place, err := w.take(lines, at.first, following, take)
	if err != nil {
		return 0, err
	}
	if following == 0 {
		if _, following, err = w.find(at.first); err != nil || following == 0 {
			return 0, err
		}
		// The writer went on to a next segment after find had looked.
		if place, err = w.take(lines, place, following, take); err != nil {
			return 0, err
		}
	}
	switch {
	case lines.rest() > 0:
		return 0, &Damage{File: at.file, Place: place, Why: errTorn}
	case place != following:
		return 0, &Damage{File: at.file, Place: place, Why: fmt.Errorf("it is missing: the next segment begins at %d", following)}
	}
	return following, nil
}

// take gives the whole lines that are left to take and returns the place after
// the last. No line may stand at the place end, unless that is 0.
func (w *walk) take(lines *splitter, place, end uint64, take func(Line) bool) (uint64, error) {
	for {
		line, err := lines.next()
		switch {
		case err == io.EOF:
			return place, nil
		case err != nil:
			return place, &Damage{File: w.file, Place: place, Why: err}
		case len(line) == 0:
			return place, &Damage{File: w.file, Place: place, Why: errors.New("the line is empty")}
		case place == end:
			return place, &Damage{File: w.file, Place: place, Why: errSurplus}
		case place > w.after && !take(Line{place, line}):
			return place, errEnough
		}
		place++
	}
}

// single takes the lines of one file. Only a segment may end in the middle of a
// line: its writer may be at it.
func (w *walk) single(take func(Line) bool) error {
	r := w.reader
	f, err := os.Open(r.path)
	if err != nil {
		return err
	}
	defer f.Close()
	w.file = r.path
	lines := newSplitter(f)
	place, err := w.take(lines, r.first, 0, take)
	if err != nil {
		return err
	}
	_, growing := firstInName(filepath.Base(r.path))
	switch m := r.manifest; {
	case m != nil && place-r.first != m.Count:
		return &Damage{File: r.path, Place: place, Why: fmt.Errorf("the manifest counts %d lines and here are %d", m.Count, place-r.first)}
	case lines.rest() > 0 && (m != nil || !growing):
		return &Damage{File: r.path, Place: place, Why: errTorn}
	}
	return nil
}
