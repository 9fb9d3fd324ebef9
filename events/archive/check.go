package archive

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"strings"

	"kolmikko/events"
)

var (
	errChanged = errors.New("the segment's SHA-256 is not what it was when it became full")
	errTorn    = errors.New("the file ends in the middle of a line")
	errSurplus = errors.New("there are more lines than places before the next segment")
)

// Check reads the whole archive in dir and returns its damages, one for each
// segment that has any, in order. A full segment is held to its SHA-256; lines
// that have none yet are decoded. That the last line isn't finished is no
// damage. The error is one of reading.
//
// What is well formed and was changed together with its SHA-256 only another
// copy shows: see [Compare] and the audit tree.
func Check(dir string) ([]*Damage, error) {
	all, err := segments(dir)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	var damages []*Damage
	if first := all[0].first; first != 1 {
		damages = append(damages, &Damage{File: segmentAt(dir, 1).file, Place: 1,
			Why: fmt.Errorf("it is missing: the first segment begins at %d", first), first: 1, following: first})
	}
	for i, s := range all {
		var following uint64
		if i+1 < len(all) {
			following = all[i+1].first
		}
		d, err := checkSegment(s, following)
		if err != nil {
			return damages, err
		}
		if d != nil {
			damages = append(damages, d)
		}
	}
	return damages, nil
}

// checkSegment looks at one segment; following is the first place of the next,
// or 0.
func checkSegment(s segment, following uint64) (*Damage, error) {
	recorded, err := readSum(s)
	if err != nil {
		return nil, err
	}
	judge := decodes
	if recorded != nil {
		judge = anyLine
	}
	found, err := examine(s, judge)
	if err != nil {
		return nil, err
	}
	d := &Damage{File: s.file, first: s.first, following: following}
	if recorded != nil && (found.torn || found.bad > 0 || !bytes.Equal(recorded, found.sum.Sum(nil))) {
		if found, err = examine(s, decodes); err != nil {
			return nil, err
		}
		switch d.Place, d.Why = found.firstBad, found.why; {
		case found.bad == 0 && found.torn:
			d.Place, d.Why = s.first+found.lines, errTorn
		case found.bad == 0:
			d.Place, d.Why = s.first, errChanged
		}
		return d, nil
	}
	end := s.first + found.lines
	switch {
	case found.bad > 0:
		d.Place, d.Why = found.firstBad, found.why
	case following == 0:
		return nil, nil
	case found.torn:
		d.Place, d.Why = end, errTorn
	case end < following: // what is here is sound, so the rest had a segment of its own
		d.File, d.first = segmentAt(filepath.Dir(s.file), end).file, end
		d.Place, d.Why = end, fmt.Errorf("it is missing: the next segment begins at %d", following)
	case end > following:
		d.Place, d.Why = following, errSurplus
	default:
		return nil, nil
	}
	return d, nil
}

// decodes is whether line is an event; one of a kind from a later build is.
func decodes(place uint64, line []byte) error {
	if _, err := events.Decode(place, line); err != nil && !errors.Is(err, events.ErrUnknownKind) {
		return err
	}
	return nil
}

func anyLine(uint64, []byte) error { return nil }

// An examination is what was found in a segment.
type examination struct {
	lines     uint64 // whole ones, good or bad
	bad       uint64
	firstBad  uint64    // place
	why       error     // the first was bad
	lastGood  uint64    // place; before the segment if it has none
	goodBytes int64     // of the lines before the first bad one
	torn      bool      // something stands after the last line break
	sum       hash.Hash // of those bytes
}

// examine reads s and asks judge about each of its lines.
func examine(s segment, judge func(uint64, []byte) error) (examination, error) {
	found := examination{lastGood: s.first - 1, sum: sha256.New()}
	f, err := os.Open(s.file)
	if err != nil {
		return found, err
	}
	defer f.Close()
	lines := newSplitter(f)
	for place := s.first; ; place++ {
		line, err := lines.next()
		if err == io.EOF {
			found.torn = lines.rest() > 0
			return found, nil
		}
		if err != nil {
			if found.bad++; found.bad == 1 {
				found.firstBad, found.why = place, err
			}
			return found, nil
		}
		found.lines++
		if err := judge(place, line); err != nil {
			if found.bad++; found.bad == 1 {
				found.firstBad, found.why = place, err
			}
			continue
		}
		found.lastGood = place
		if found.bad == 0 {
			found.goodBytes += int64(len(line)) + 1
			found.sum.Write(line)
			found.sum.Write(lineBreak)
		}
	}
}

var lineBreak = []byte{'\n'}

// sumFile is where the SHA-256 of a full segment stands, as sha256sum writes
// and checks it.
func (s segment) sumFile() string { return strings.TrimSuffix(s.file, suffix) + ".sha256" }

func writeSum(s segment, sum []byte) error {
	return replace(s.sumFile(), func(w io.Writer) error {
		_, err := fmt.Fprintf(w, "%x  %s\n", sum, filepath.Base(s.file))
		return err
	})
}

// readSum returns nil where a segment has no SHA-256 yet. What isn't one can't
// be that of any segment.
func readSum(s segment) ([]byte, error) {
	text, err := os.ReadFile(s.sumFile())
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	number, name, _ := strings.Cut(strings.TrimSuffix(string(text), "\n"), "  ")
	sum, err := hex.DecodeString(number)
	if err != nil || len(sum) != sha256.Size || name != filepath.Base(s.file) {
		return []byte{}, nil
	}
	return sum, nil
}
