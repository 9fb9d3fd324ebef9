package archive

import (
	"bytes"
	"fmt"
	"iter"
)

// A Difference is a place at which two copies of the history aren't the same.
// Which of them is right the audit tree knows.
type Difference struct {
	Place   uint64
	Archive []byte // the line here
	Other   []byte // the line there; nil if that copy ends before
}

// Error names the place and no content.
func (d *Difference) Error() string {
	if d.Other == nil {
		return fmt.Sprintf("the other copy ends before place %d, which the archive has", d.Place)
	}
	return fmt.Sprintf("the archive and the other copy differ at place %d", d.Place)
}

// Compare reads the archive past the place after beside another copy's lines,
// and returns the last place at which the two are the same. That the other copy
// goes on after the archive ends is no difference.
func (r *Reader) Compare(after uint64, from Source) (uint64, error) {
	next, stop := iter.Pull2(from(after))
	defer stop()
	for l, err := range r.Lines(after) {
		if err != nil {
			return after, err
		}
		other, err, more := next()
		switch {
		case err != nil:
			return after, err
		case !more:
			return after, &Difference{Place: l.Place, Archive: bytes.Clone(l.Bytes)}
		case other.Place != l.Place:
			return after, fmt.Errorf("place %d after %d in the other copy: %w", other.Place, after, ErrGap)
		case !bytes.Equal(l.Bytes, other.Bytes):
			return after, &Difference{l.Place, bytes.Clone(l.Bytes), bytes.Clone(other.Bytes)}
		}
		after = l.Place
	}
	return after, nil
}
