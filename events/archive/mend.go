package archive

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
)

// ErrDisputed is returned by [Mend] for a segment that another copy can't
// repair, since that copy's lines don't have the segment's SHA-256 either.
var ErrDisputed = errors.New("neither copy is what was written")

// Mend rewrites each damaged segment of the archive in dir from another copy's
// lines, and returns what it repaired. A segment whose SHA-256 was kept must
// have it again, unless it is the last and may have lost its end; else it is left
// as it is and the error is an [ErrDisputed]. No Writer may have the archive
// meanwhile.
func Mend(dir string, from Source) ([]*Damage, error) {
	lock, err := lockDir(dir)
	if err != nil {
		return nil, fmt.Errorf("mend the archive: %w", err)
	}
	defer lock.Close()
	if err := sweep(dir); err != nil {
		return nil, fmt.Errorf("mend the archive: %w", err)
	}
	damages, err := Check(dir)
	if err != nil {
		return nil, fmt.Errorf("mend the archive: %w", err)
	}
	for i, d := range damages {
		if err := mend(d, from); err != nil {
			return damages[:i], fmt.Errorf("mend the archive from place %d: %w", d.first, err)
		}
	}
	return damages, nil
}

func mend(d *Damage, from Source) error {
	s := segment{d.File, d.first}
	old, err := examine(s, decodes)
	missing := errors.Is(err, os.ErrNotExist)
	if err != nil && !missing {
		return err
	}
	recorded, err := readSum(s)
	if err != nil {
		return err
	}
	r := rewriting{first: d.first, atLeast: d.following, below: d.following, sum: sha256.New()}
	if d.following == 0 { // a flipped bit may have added line breaks
		r.atLeast, r.below = d.first+old.lines-old.bad, d.first+old.lines
	}
	same := false // then it is the SHA-256 that was damaged
	err = replace(s.file, func(w io.Writer) error {
		if err := r.write(w, from); err != nil {
			return err
		}
		sum := r.sum.Sum(nil)
		same = old.bad == 0 && !missing && bytes.Equal(sum, old.sum.Sum(nil))
		if d.following > 0 && len(recorded) > 0 && !same && !bytes.Equal(sum, recorded) {
			return ErrDisputed
		}
		return nil
	})
	if err != nil {
		return err
	}
	if d.following > 0 || bytes.Equal(recorded, r.sum.Sum(nil)) {
		return writeSum(s, r.sum.Sum(nil))
	}
	// It is the last, and not full any more: its writer goes on with it.
	if err := os.Remove(s.sumFile()); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// A rewriting writes a segment anew.
type rewriting struct {
	first   uint64
	atLeast uint64 // the place before which the other copy may not end
	below   uint64 // the place before which the segment ends
	sum     hash.Hash
}

func (r *rewriting) write(w io.Writer, from Source) error {
	out := bufio.NewWriterSize(io.MultiWriter(w, r.sum), bufferBytes)
	next := r.first
	for l, err := range from(r.first - 1) {
		switch {
		case err != nil:
			return err
		case l.Place != next:
			return fmt.Errorf("place %d after %d: %w", l.Place, next-1, ErrGap)
		case l.Place >= r.below:
			return out.Flush()
		}
		if err := decodes(l.Place, l.Bytes); err != nil {
			return err
		}
		out.Write(l.Bytes)
		out.WriteByte('\n') // an error stays and is Flush's
		next++
	}
	if next < r.atLeast {
		return fmt.Errorf("the other copy ends at place %d and the archive goes on: %w", next-1, ErrGap)
	}
	return out.Flush()
}
