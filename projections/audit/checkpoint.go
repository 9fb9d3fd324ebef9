package audit

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// originPrefix and the history's id make a checkpoint's origin, which is also
// the name of the key.
const originPrefix = "kolmikko/"

// A Checkpoint is what its signers say of a tree: so many events, this root.
type Checkpoint struct {
	Origin   string        // "kolmikko/" and the history's id
	Size     uint64        // events, and the place of the last
	Root     tlog.Hash     // RFC 6962
	Signed   []byte        // the signed note, as it was read or written
	Cosigned []Cosignature // of witnesses that the policy knows, in the note's order
}

// A Cosignature says that a witness had seen the tree grow to this by then, and
// never shrink or change.
type Cosignature struct {
	Witness string // its name
	Time    time.Time
}

// History returns the id of the history that the checkpoint is of.
func (c Checkpoint) History() string { return strings.TrimPrefix(c.Origin, originPrefix) }

// body is the text that is signed.
func (c Checkpoint) body() string {
	return fmt.Sprintf("%s\n%d\n%s\n", c.Origin, c.Size, base64.StdEncoding.EncodeToString(c.Root[:]))
}

// sign makes the signed note of c.
func (c Checkpoint) sign(k *Key) (Checkpoint, error) {
	c.Origin = k.signer.Name()
	signed, err := note.Sign(&note.Note{Text: c.body()}, k.signer)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("sign a checkpoint: %w", err)
	}
	c.Signed = signed
	return c, nil
}

// parseBody reads the text of a checkpoint. Extension lines are let through, as
// tlog-checkpoint asks; we write none.
func parseBody(text string) (Checkpoint, error) {
	lines := strings.Split(text, "\n")
	if len(lines) < 4 || lines[len(lines)-1] != "" || lines[0] == "" {
		return Checkpoint{}, fmt.Errorf("a checkpoint's lines: %w", ErrMalformed)
	}
	for _, extension := range lines[3 : len(lines)-1] {
		if extension == "" {
			return Checkpoint{}, fmt.Errorf("a checkpoint's extension: %w", ErrMalformed)
		}
	}
	size, err := strconv.ParseUint(lines[1], 10, 63)
	if err != nil || strconv.FormatUint(size, 10) != lines[1] {
		return Checkpoint{}, fmt.Errorf("a checkpoint's size: %w", ErrMalformed)
	}
	c := Checkpoint{Origin: lines[0], Size: size}
	if c.Root, err = parseHash(lines[2]); err != nil {
		return Checkpoint{}, fmt.Errorf("a checkpoint's root: %w", err)
	}
	return c, nil
}

// parseHash reads a hash in base64, written in the one way that it can be.
func parseHash(s string) (h tlog.Hash, err error) {
	b, err := base64.StdEncoding.Strict().DecodeString(s)
	if err != nil || len(b) != tlog.HashSize || len(s) != 44 {
		return h, ErrMalformed
	}
	copy(h[:], b)
	return h, nil
}

// Open reads a signed checkpoint. One that is not signed as the policy asks is
// [ErrUnverified], whatever it says.
func (p *Policy) Open(signed []byte) (Checkpoint, error) {
	n, err := note.Open(signed, p)
	if err != nil {
		if _, ok := errors.AsType[*note.UnverifiedNoteError](err); ok {
			return Checkpoint{}, fmt.Errorf("open a checkpoint: no known key has signed it: %w", ErrUnverified)
		}
		if _, ok := errors.AsType[*note.InvalidSignatureError](err); ok {
			return Checkpoint{}, fmt.Errorf("open a checkpoint: a signature does not hold: %w", ErrUnverified)
		}
		return Checkpoint{}, fmt.Errorf("open a checkpoint: %w: %w", ErrMalformed, err)
	}
	c, err := parseBody(n.Text)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("open a checkpoint: %w", err)
	}
	if err := p.check(c.Origin, n.Sigs); err != nil {
		return Checkpoint{}, fmt.Errorf("open a checkpoint: %w", err)
	}
	c.Signed = bytes.Clone(signed)
	for _, s := range n.Sigs {
		if at, ok := cosignedAt(s); ok && p.isWitness(s.Name, s.Hash) {
			c.Cosigned = append(c.Cosigned, Cosignature{Witness: s.Name, Time: at})
		}
	}
	return c, nil
}
