package audit

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// leafVersion is a leaf's first line.
const leafVersion = "kolmikko/event/v1"

// A Leaf is what the tree holds of an event: that in this history, at this place
// and under this subject, there is a line with this digest and length. The
// line's random event id is its salt: it can't be guessed from the few values
// that an event may have. Nothing of the store is in it, so that a history that
// is restored elsewhere keeps its tree.
type Leaf struct {
	History string   // the random id that was fixed when the history began
	Place   uint64   // from 1; the leaf's index is one less
	Subject string   // as on the wire
	Digest  [32]byte // SHA-256 of the line, without a line end
	Length  int      // of the line, in bytes
}

// LeafOf commits to an event.
func LeafOf(history string, e Event) Leaf {
	return Leaf{History: history, Place: e.Place, Subject: e.Subject, Digest: sha256.Sum256(e.Line), Length: len(e.Line)}
}

// Append appends the leaf's text to b: five lines, each ended by a newline. This
// text is the tree's entry, byte for byte:
//
//	kolmikko/event/v1
//	history <history>
//	place <n>
//	subject <subject>
//	data <sha256 in hex> <length>
func (l Leaf) Append(b []byte) []byte {
	b = append(b, leafVersion+"\nhistory "...)
	b = append(b, l.History...)
	b = append(b, "\nplace "...)
	b = strconv.AppendUint(b, l.Place, 10)
	b = append(b, "\nsubject "...)
	b = append(b, l.Subject...)
	b = append(b, "\ndata "...)
	b = hex.AppendEncode(b, l.Digest[:])
	b = append(b, ' ')
	b = strconv.AppendInt(b, int64(l.Length), 10)
	return append(b, '\n')
}

// Hash returns the leaf's hash, as RFC 6962 has it.
func (l Leaf) Hash() tlog.Hash { return recordHash(l.Append(nil)) }

// check says what keeps the leaf's text from being read back as it was.
func (l Leaf) check() error {
	switch {
	case l.Place == 0:
		return fmt.Errorf("a leaf has no place: %w", ErrMalformed)
	case !isWord(l.History):
		return fmt.Errorf("a leaf's history %q: %w", l.History, ErrMalformed)
	case !isWord(l.Subject):
		return fmt.Errorf("the subject of place %d: %w", l.Place, ErrMalformed)
	}
	return nil
}

// isWord reports whether s is printable ASCII without a space, and short enough
// for any entry to hold.
func isWord(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return s != "" && len(s) <= 1024
}

// ParseLeaf reads a leaf's text. Whatever [Leaf.Append] would not write is
// [ErrMalformed].
func ParseLeaf(text []byte) (Leaf, error) {
	l, err := parseLeaf(string(text))
	if err == nil {
		err = l.check()
	}
	if err == nil && !bytes.Equal(l.Append(nil), text) {
		err = fmt.Errorf("a leaf's text is written in another way: %w", ErrMalformed)
	}
	if err != nil {
		return Leaf{}, err
	}
	return l, nil
}

func parseLeaf(text string) (Leaf, error) {
	var l Leaf
	lines := strings.Split(text, "\n")
	if len(lines) != 6 || lines[0] != leafVersion {
		return l, fmt.Errorf("a leaf has other lines: %w", ErrMalformed)
	}
	var place, digest string
	for i, to := range []*string{&l.History, &place, &l.Subject, &digest} {
		name := [...]string{"history ", "place ", "subject ", "data "}[i]
		value, ok := strings.CutPrefix(lines[i+1], name)
		if !ok {
			return l, fmt.Errorf("a leaf has no %s: %w", name, ErrMalformed)
		}
		*to = value
	}
	digest, length, _ := strings.Cut(digest, " ")
	sum, err := hex.DecodeString(digest)
	if err != nil || len(sum) != len(l.Digest) {
		return l, fmt.Errorf("a leaf's digest: %w", ErrMalformed)
	}
	copy(l.Digest[:], sum)
	if l.Place, err = strconv.ParseUint(place, 10, 63); err != nil {
		return l, fmt.Errorf("a leaf's place: %w", ErrMalformed)
	}
	n, err := strconv.ParseUint(length, 10, 31)
	if err != nil {
		return l, fmt.Errorf("a leaf's length: %w", ErrMalformed)
	}
	l.Length = int(n)
	return l, nil
}
