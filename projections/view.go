// Package projections shows what has happened: each view folds the history into
// something that a person wants to see.
//
// A view is a plain struct with an Apply method that takes in one event and a
// Show method that makes of it what a page or a door needs. Neither reads a
// clock or does I/O, so the same history makes the same view, bit for bit, and
// a view can be thrown away and folded anew whenever its code changes. What an
// event makes happen outside, such as a letter, is no view. People are
// pseudonyms here; whoever renders a page resolves their names.
//
// An event about something that the view never heard of is passed over, so that
// a part of the history, such as an export of one cohort, can be shown too.
//
// To add a view: write its struct in a file of its own, add an [Entry] in
// catalogue.go and a golden history under testdata in a folder of its name; the
// tests find it by themselves.
package projections

import (
	"context"
	"fmt"
	"iter"
	"sync"
	"time"

	"kolmikko/events"
)

// Of says what of a view is to be shown, and as of when.
type Of struct {
	Programme events.ProgrammeID `json:"programme"`
	Cohort    events.CohortID    `json:"cohort,omitzero"` // empty: whatever the view shows of a whole programme
	Person    events.PersonID    `json:"person,omitzero"` // about whom, where a view is about somebody
	At        time.Time          `json:"at,omitzero"`     // "now", for views that say what is due or silent; the zero time leaves that out
	Days      int                `json:"days,omitzero"`   // of silence after which a group counts as silent; 0: [SilentAfter]
	Lang      string             `json:"lang,omitzero"`   // of sentences: en, fi or sv; empty: en
}

// SilentAfter is after how many days without a meeting a group counts as
// silent, unless [Of] says otherwise.
const SilentAfter = 56

// Kept is a view that is kept in step with the history: it has one writer and
// any number of readers.
type Kept interface {
	// Take takes in the next event; one that the view has had already is passed
	// over. A view that breaks on an event stops there, for good: Take returns
	// a *Stopped then and ever after.
	Take(events.Recorded) error
	// Place returns the last event that was taken in.
	Place() uint64
	// Await returns once the event at place has been taken in, or ctx's or the
	// view's error.
	Await(ctx context.Context, place uint64) error
	// Err returns why the view has stopped, or nil.
	Err() error
	// Show returns what there is to be shown, and whether there is such a thing.
	// The answer is the caller's own and has nothing unexported, so that it can
	// be encoded as JSON; only a [events.Text] in it is shared and not to be
	// changed.
	Show(of Of) (any, bool)
}

// Stopped says where a view broke, and on what.
type Stopped struct {
	Place uint64
	Kind  events.Kind
	Cause any // what it panicked with
}

// Error names the event and the cause.
func (s *Stopped) Error() string {
	return fmt.Sprintf("stopped at event %d, a %s: %v", s.Place, s.Kind, s.Cause)
}

// A View keeps one V in step with the history. It is the only [Kept] there is.
type View[V any] struct {
	apply func(*V, events.Recorded)
	show  func(*V, Of) (any, bool)

	mu    sync.RWMutex // guards all that follows
	value V
	place uint64
	err   error
	moved chan struct{} // closed when place next grows or the view stops; nil while nobody waits
}

// NewView returns a view of an empty history. Its apply and show are method
// expressions, such as (*Roster).Apply. Show must leave V as it is, for others
// show it at the same time.
func NewView[V any](apply func(*V, events.Recorded), show func(*V, Of) (any, bool)) *View[V] {
	return &View[V]{apply: apply, show: show}
}

// Take takes in the next event; see [Kept].
func (v *View[V]) Take(r events.Recorded) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.err != nil || r.Place <= v.place {
		return v.err
	}
	if v.try(r); v.err == nil {
		v.place = r.Place
	}
	if v.moved != nil {
		close(v.moved)
		v.moved = nil
	}
	return v.err
}

// try applies r. Whoever wrote the view may have erred; that is no reason for
// the other views, or the journal, to stand still.
func (v *View[V]) try(r events.Recorded) {
	defer func() {
		if cause := recover(); cause != nil {
			v.err = &Stopped{r.Place, events.KindOf(r.Event), cause}
		}
	}()
	v.apply(&v.value, r)
}

// Place returns the last event that was taken in.
func (v *View[V]) Place() uint64 {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.place
}

// Err returns why the view has stopped, a *[Stopped], or nil.
func (v *View[V]) Err() error {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.err
}

// Show returns what there is to be shown; see [Kept].
func (v *View[V]) Show(of Of) (any, bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.show(&v.value, of)
}

// Await returns once the view has taken in the event at place, so that whoever
// caused it sees what they did.
func (v *View[V]) Await(ctx context.Context, place uint64) error {
	for {
		moved, err := v.wait(place)
		if moved == nil {
			return err
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// wait returns what to wait for, or nil if there is nothing to wait for.
func (v *View[V]) wait(place uint64) (<-chan struct{}, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.place >= place || v.err != nil {
		if v.place >= place {
			return nil, nil
		}
		return nil, v.err
	}
	if v.moved == nil {
		v.moved = make(chan struct{})
	}
	return v.moved, nil
}

// Keep gives every event of history to each of the views, until history ends. A
// view that stops does not keep the others from going on; ask it with Err.
func Keep(history iter.Seq2[events.Recorded, error], views ...Kept) error {
	for r, err := range history {
		if err != nil {
			return err
		}
		for _, v := range views {
			_ = v.Take(r) // the view keeps its error itself
		}
	}
	return nil
}
