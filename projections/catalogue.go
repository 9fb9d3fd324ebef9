package projections

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"kolmikko/events"
)

// A Scope says what of a history a view is of: which fields of [Of] it needs.
type Scope string

// Scopes of views; a view may show more of a wider scope, and says so.
const (
	ScopeProgramme Scope = "programme"
	ScopeCohort    Scope = "cohort"
	ScopePerson    Scope = "person" // in a cohort
)

// An Entry is one view of the catalogue.
type Entry struct {
	Name     string
	Question string // that the view answers, in one line
	Scope    Scope
	Shows    reflect.Type // what Show returns
	New      func() Kept
}

// Catalogue returns every built-in view, by name.
func Catalogue() []Entry {
	return []Entry{
		{"gatherings", "What is everybody invited to, and who comes how?", ScopeCohort, reflect.TypeFor[Gatherings](), PerProgramme[programmeGatherings]},
		{"groups", "Who is in which group, and how did it come about?", ScopeCohort, reflect.TypeFor[Groups](), PerCohort[cohortGroups]},
		{"history", "What has happened, and who did it?", ScopeCohort, reflect.TypeFor[History](), PerCohort[cohortHistory]},
		{"materials", "What is there to read and see?", ScopeCohort, reflect.TypeFor[Materials](), PerProgramme[programmeMaterials]},
		{"meetings", "What have groups agreed, what came of it, and who is silent?", ScopeCohort, reflect.TypeFor[Meetings](), PerCohort[cohortMeetings]},
		{"my-status", "Where do I stand, and what comes next?", ScopePerson, reflect.TypeFor[MyStatus](), PerProgramme[myStatuses]},
		{"outbox", "Who is due to be told what?", ScopeProgramme, reflect.TypeFor[Outbox](), PerProgramme[programmeOutbox]},
		{"people", "Whom do the pseudonyms stand for?", ScopeProgramme, reflect.TypeFor[People](), PerProgramme[programmePeople]},
		{"programme", "What is the programme for, and how far has each cohort got?", ScopeProgramme, reflect.TypeFor[Programme](), PerProgramme[programmeState]},
		{"publication", "Which groups have been published, and when?", ScopeCohort, reflect.TypeFor[Publication](), PerCohort[publication]},
		{"roster", "Who has enrolled, and where has it got to?", ScopeCohort, reflect.TypeFor[Roster](), PerProgramme[rosters]},
		{"timeline", "What comes when, and what was to come when?", ScopeCohort, reflect.TypeFor[Timeline](), PerCohort[cohortTimeline]},
		{"waiting", "What waits for a coordinator?", ScopeCohort, reflect.TypeFor[Waiting](), PerCohort[cohortWaiting]},
	}
}

// Find returns the built-in view of a name, and whether there is one.
func Find(name string) (Entry, bool) {
	for _, e := range Catalogue() {
		if e.Name == name {
			return e, true
		}
	}
	return Entry{}, false
}

// Views are several views that are kept together.
type Views struct {
	names []string
	views []Kept
}

// NewViews returns the views of entries, each of an empty history.
func NewViews(entries ...Entry) *Views {
	v := &Views{}
	for _, e := range entries {
		v.names = append(v.names, e.Name)
		v.views = append(v.views, e.New())
	}
	return v
}

// Take gives the next event to each view. One that stops does not keep the
// others from going on; see [Views.Err].
func (v *Views) Take(r events.Recorded) {
	for _, view := range v.views {
		_ = view.Take(r) // the view keeps its error itself
	}
}

// Await returns once each view that has not stopped has taken in the event at
// place, or ctx's error.
func (v *Views) Await(ctx context.Context, place uint64) error {
	for _, view := range v.views {
		if err := view.Await(ctx, place); err != nil && view.Err() == nil {
			return err
		}
	}
	return nil
}

// Place returns the last event that every view has taken in which has not
// stopped; 0 if there is none.
func (v *Views) Place() (place uint64) {
	first := true
	for _, view := range v.views {
		if at := view.Place(); view.Err() == nil && (first || at < place) {
			place, first = at, false
		}
	}
	return place
}

// Err returns why views have stopped, all of them with their names, or nil.
func (v *Views) Err() error {
	var errs []error
	for i, view := range v.views {
		if err := view.Err(); err != nil {
			errs = append(errs, fmt.Errorf("view %s: %w", v.names[i], err))
		}
	}
	return errors.Join(errs...)
}

// Get returns the view of a name, and whether it is among these.
func (v *Views) Get(name string) (Kept, bool) {
	for i, n := range v.names {
		if n == name {
			return v.views[i], true
		}
	}
	return nil, false
}

// A Lag says how far a view has got.
type Lag struct {
	Name   string
	Place  uint64
	Behind uint64 // events that it has not taken in yet
	Err    error  // why it has stopped, or nil
}

// Lag returns how far each view has got in a history whose last event is head.
func (v *Views) Lag(head uint64) []Lag {
	lags := make([]Lag, len(v.views))
	for i, view := range v.views {
		at := view.Place()
		lags[i] = Lag{Name: v.names[i], Place: at, Err: view.Err()}
		if at < head {
			lags[i].Behind = head - at
		}
	}
	return lags
}
