// Package audit makes of the history something that an outsider can check
// without trusting whoever keeps it: a Merkle tree with one leaf for each event,
// in the order of their places; signed checkpoints; proofs; and what verifies
// them. The formats are C2SP's (tlog-tiles, tlog-checkpoint, signed-note,
// tlog-proof, tlog-policy, tlog-cosignature, tlog-witness), so that programs that
// are not ours can do the same.
//
// It never trusts the store that it testifies about, nor its own files: what it
// reads of a tree counts once it leads to a signed root. It never sees a store:
// events come to it as places, subjects and lines, and nothing of the house is
// imported, so that an auditor can build it alone. It never holds an event: a
// [Leaf] commits to one.
//
// To add a format that an auditor should know, give it a file of its own with a
// parser that takes nothing on trust and a fuzz test, and have another program
// read it in programs_test.go.
package audit

import (
	"errors"
	"fmt"
	"iter"
)

// Errors that callers tell apart. They come wrapped.
var (
	ErrMalformed    = errors.New("it is malformed")
	ErrUnverified   = errors.New("it is not signed as the policy asks")
	ErrNotIncluded  = errors.New("the proof does not lead to the checkpoint's root")
	ErrGap          = errors.New("a place is missing")
	ErrNotFound     = errors.New("the tree does not have it")
	ErrOtherHistory = errors.New("it is of another history")
	ErrBusy         = errors.New("another process writes the tree")
	ErrClosed       = errors.New("the tree is closed")
	ErrKeyOpen      = errors.New("others may read the key")
	ErrDamaged      = errors.New("the tree is damaged")
)

// An Event is what the tree takes in of one: its place (from 1), its subject and
// the bytes of its line.
type Event struct {
	Place   uint64
	Subject string
	Line    []byte // the reader's until the next one
}

// A Source gives the events after a place, in order. It can be asked more than
// once.
type Source func(after uint64) iter.Seq2[Event, error]

// A Damage is a file of the tree that isn't as it was written. It is an
// [ErrDamaged], and [Rebuild] mends it.
type Damage struct {
	File string // its path under the tree's folder, with slashes
	Why  error
}

func (d *Damage) Error() string { return fmt.Sprintf("%s: %v", d.File, d.Why) }

// Is makes every Damage an [ErrDamaged].
func (d *Damage) Is(target error) bool { return target == ErrDamaged }

// Unwrap gives the reason.
func (d *Damage) Unwrap() error { return d.Why }

// The codes of an [Alarm]. They stay as they are for ever.
const (
	TreeForked     = "tree-forked"     // the history does not lead to a root that was signed
	WitnessRefused = "witness-refused" // a witness has seen another history under our name
	WitnessAhead   = "witness-ahead"   // a witness has seen more of the history than there is
	WitnessBehind  = "witness-behind"  // a witness has not cosigned what is a day old
)

// An Alarm is what an auditor must be shown and nothing may mend by itself: two
// things that were both promised and cannot both be true, or a witness that is
// silent.
type Alarm struct {
	Code    string // one of the codes above
	Size    uint64 // of the checkpoint that it is about
	Witness string // its name, where one is concerned
	Why     string
}

func (a *Alarm) Error() string {
	if a.Witness != "" {
		return fmt.Sprintf("%s: %s, at %d events: %s", a.Code, a.Witness, a.Size, a.Why)
	}
	return fmt.Sprintf("%s: at %d events: %s", a.Code, a.Size, a.Why)
}
