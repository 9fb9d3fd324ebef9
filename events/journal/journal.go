// Package journal is the book: it keeps the history of every programme, in one
// order, for good. It never knows a rule: what may happen is decided by whoever
// appends, and what an event means by whoever reads.
//
// A [Log] is kept in JetStream ([OpenJetStream], on an embedded server from
// [Serve] or a cluster from [Dial]), or in memory for tests ([Memory]); all pass
// the same tests. A [Desk] is where actions are done: it holds each programme's
// live state, lets a command decide over it, and appends what it decided under
// a guard, so that the same key gives the same answer for ever.
//
// To add another Log: implement the interface and enter it in the table of
// TestLog, whose rules are the contract.
package journal

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"kolmikko/events"
)

var (
	// ErrConflict is returned by Append when a programme's history has moved on
	// since the writer read it. Nothing was written.
	ErrConflict = errors.New("the history has moved on")

	// ErrFull is returned by Append when the store has no room for the entries.
	// Nothing was written, and what was acknowledged is safe.
	ErrFull = errors.New("the store is full")

	// ErrHeld is returned by [Serve] for a folder that another process uses; the
	// error says which.
	ErrHeld = errors.New("the folder is in use")

	// ErrDamaged is returned for a history that lost something or could lose
	// something; the error names the place and how to mend it. Reading goes on,
	// writing doesn't.
	ErrDamaged = errors.New("the history is damaged")

	// ErrKeyReused is returned by [Desk.Act] for a key that was given before with
	// another command.
	ErrKeyReused = errors.New("the key was used for another command")

	// ErrUnsettled is returned by Append when the store didn't say in time
	// whether the entries were written, and couldn't be asked. Appending the same
	// entries again, or acting with the same key, settles it.
	ErrUnsettled = errors.New("it is not known yet whether it was written")
)

// MostEntries is how many entries one Append takes at most.
const MostEntries = 1000

// A Log is an append-only history.
type Log interface {
	// Append adds entries, one or more, all or none, to the history of their one
	// programme, if that still ends at the place after. It returns the last one's
	// place. Appending what is there already, after the same place, is a success
	// with the same place; the entries' IDs tell. Otherwise the error is
	// [ErrConflict], [ErrFull], [ErrDamaged], [ErrUnsettled] or something of ours.
	Append(ctx context.Context, after uint64, entries []events.Recorded) (last uint64, err error)

	// Lines yields what is written past the place after: of programme p, or of
	// all when p is empty. It ends at the head, or, to follow, when ctx is done,
	// and then without an error. A hole in the whole history is [ErrDamaged].
	Lines(ctx context.Context, after uint64, p events.ProgrammeID, follow bool) iter.Seq2[Line, error]

	// Head returns the last place of the whole history, 0 when it is empty.
	Head(ctx context.Context) (uint64, error)

	// Restore writes lines, as Lines yielded them, into an empty history, giving
	// each the place that it had. It returns the last place.
	Restore(ctx context.Context, lines iter.Seq2[[]byte, error]) (last uint64, err error)

	// Answers returns the book of answers that made no event.
	Answers() Answers
}

// A Line is one event as it is stored.
type Line struct {
	Place   uint64
	Subject string
	Stored  time.Time // by the store's clock
	Data    []byte    // not to be changed
}

// Read yields the events past the place after, of programme p or of all when p
// is empty, and ends with the last.
func Read(ctx context.Context, log Log, after uint64, p events.ProgrammeID) iter.Seq2[events.Recorded, error] {
	return decoded(log.Lines(ctx, after, p, false))
}

// Follow yields the events of all programmes past the place after, and then
// what happens, until ctx is done.
func Follow(ctx context.Context, log Log, after uint64) iter.Seq2[events.Recorded, error] {
	return decoded(log.Lines(ctx, after, "", true))
}

func decoded(lines iter.Seq2[Line, error]) iter.Seq2[events.Recorded, error] {
	return func(yield func(events.Recorded, error) bool) {
		for line, err := range lines {
			if err != nil {
				yield(events.Recorded{}, err)
				return
			}
			r, err := line.decode()
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}

// decode reads the event, and holds it to the subject that it is stored under.
func (l Line) decode() (events.Recorded, error) {
	r, err := events.Decode(l.Place, l.Data)
	if err == nil && r.Subject() != l.Subject {
		err = fmt.Errorf("%w: event %d is stored as %q and says %q", ErrDamaged, l.Place, l.Subject, r.Subject())
	}
	return r, err
}

// checkProgramme refuses what isn't one programme, or empty for all: a wildcard
// would be another's history.
func checkProgramme(p events.ProgrammeID) error {
	if p != "" && !events.IsWord(string(p)) {
		return errors.New("a programme is a word of a-z, 0-9 and hyphens")
	}
	return nil
}

// A message is one event as it is to be stored.
type message struct {
	id, subject string
	line        []byte
}

// A liner is a Log that can be given what is encoded already; messages are as
// encode makes them.
type liner interface {
	appendLines(ctx context.Context, after uint64, p events.ProgrammeID, messages []message) (uint64, error)
}

// encode checks that entries are one programme's, and encodes them.
func encode(entries []events.Recorded) ([]message, error) {
	if len(entries) == 0 || len(entries) > MostEntries {
		return nil, fmt.Errorf("append takes 1 to %d entries, not %d", MostEntries, len(entries))
	}
	messages := make([]message, len(entries))
	ids := make(map[string]bool, len(entries))
	for i, r := range entries {
		if ids[r.ID] {
			return nil, fmt.Errorf("append takes each event once, and %s is there twice", r.ID)
		}
		ids[r.ID] = true
		if r.Programme != entries[0].Programme {
			return nil, fmt.Errorf("append takes entries of one programme, not of %s and %s", entries[0].Programme, r.Programme)
		}
		line, err := events.Encode(r)
		if err != nil {
			return nil, err
		}
		messages[i] = message{r.ID, r.Subject(), line}
	}
	return messages, nil
}
