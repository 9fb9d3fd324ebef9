package programme

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"kolmikko/events"
)

// Rules about gatherings.
const (
	WrongScope         = "wrong-scope"         // theme gatherings are of the programme, the others of a cohort
	OutsideCohort      = "outside-cohort"      // it is not within the cohort's dates
	AlreadyScheduled   = "already-scheduled"   // there is one already, otherwise than asked
	GatheringCancelled = "gathering-cancelled" // it will not be
	AttendanceTaken    = "attendance-taken"    // it took place: somebody's attendance is recorded
)

// longestGathering catches a slip of the keys.
const longestGathering = 72 * time.Hour

func gatherForms() []Form {
	return slices.Concat([]Form{
		form[ScheduleGathering]("gathering", "schedule", OfEither, "invite everybody somewhere"),
		form[MoveGathering]("gathering", "move", OfEither, "give a gathering another time"),
		form[CancelGathering]("gathering", "cancel", OfEither, "call a gathering off"),
		form[ConfirmSpeaker]("speaker", "confirm", OfEither, "say who speaks at a gathering"),
	}, attendForms(), materialForms(), commentForms())
}

// ScheduleGathering asks that everybody is invited somewhere: to a theme
// gathering of the whole programme, or to an opening, a meetup or a closing of
// a cohort.
type ScheduleGathering struct {
	Kind     events.GatheringKind `json:"kind" doc:"theme for the whole programme; opening, meetup or closing for a cohort"`
	Title    events.Text          `json:"title" doc:"what it is called, by language"`
	StartsAt time.Time            `json:"starts_at" doc:"when it starts"`
	EndsAt   time.Time            `json:"ends_at" doc:"when it ends, three days later at most"`
	Modes    []events.Seating     `json:"modes" doc:"lab, teams or both, each with its capacity in people; 0 is without bound"`
	Link     events.Link          `json:"link,omitzero" doc:"web address to join or read more"`
}

// Decide schedules the gathering, once: what is of one kind and title and starts
// at the same time is the same gathering. A cohort has one opening and one
// closing. It may be in the past, when what happened is told afterwards.
func (c ScheduleGathering) Decide(s *State, ask Ask) ([]events.Event, error) {
	if err := s.may(ask, events.Coordinator, events.Owner); err != nil {
		return nil, err
	}
	where, err := s.where(ask)
	if err != nil {
		return nil, err
	}
	// The order of the modes says nothing, so it must not make two of one.
	modes := slices.SortedFunc(slices.Values(c.Modes), func(a, b events.Seating) int { return cmp.Compare(a.Mode, b.Mode) })
	e := events.GatheringScheduled{
		Gathering: events.GatheringID(fmt.Sprint("g", len(where.Gatherings)+1)), Kind: c.Kind, Title: c.Title,
		StartsAt: c.StartsAt.UTC(), EndsAt: c.EndsAt.UTC(), Modes: modes, Link: c.Link,
	}
	if where.hasGathering(e) {
		return nil, nil
	}
	for _, refused := range []error{
		c.rightScope(ask), worded("title", c.Title), seated(modes), where.timely(c.StartsAt, c.EndsAt, ask.At), where.another(e),
	} {
		if refused != nil {
			return nil, refused
		}
	}
	return facts(e)
}

// rightScope refuses a kind of gathering that belongs elsewhere.
func (c ScheduleGathering) rightScope(ask Ask) error {
	whole := ask.Cohort == events.WholeProgramme
	switch c.Kind {
	case events.ThemeGathering:
		if !whole {
			return refuse(WrongScope, "theme gatherings belong to the whole programme")
		}
	case events.Opening, events.Meetup, events.Closing:
		if whole {
			return refuse(WrongScope, "name the cohort whose %s it is", c.Kind)
		}
	case "":
		return refuse(Incomplete, "give the kind: theme, opening, meetup or closing")
	default:
		return refuse(Unfit, "the kind is none of theme, opening, meetup and closing")
	}
	return nil
}

// seated refuses modes that people can't gather in.
func seated(modes []events.Seating) error {
	if len(modes) == 0 {
		return refuse(Incomplete, "give one mode at least: lab or teams")
	}
	for i, m := range modes {
		switch {
		case m.Mode != events.Lab && m.Mode != events.Teams:
			return refuse(Unfit, "people gather in the modes lab and teams")
		case m.Capacity < 0:
			return refuse(Unfit, "a capacity is a number of people, or 0 for no bound")
		case i > 0 && m.Mode == modes[i-1].Mode:
			return refuse(Unfit, "the mode %s is there twice", m.Mode)
		}
	}
	return nil
}

// timely refuses times at which no gathering of the cohort can be.
func (c *Cohort) timely(starts, ends, now time.Time) error {
	if err := within("start", starts, now, 5); err != nil {
		return err
	}
	switch {
	case !starts.Before(ends):
		return refuse(Unfit, "a gathering starts before it ends")
	case ends.Sub(starts) > longestGathering:
		return refuse(Unfit, "a gathering lasts three days at most")
	case c.ID != events.WholeProgramme && (c.Day(starts) < c.Opened.StartsOn || c.Day(ends) > c.Opened.EndsOn):
		return refuse(OutsideCohort, "the cohort runs from %s to %s", c.Opened.StartsOn, c.Opened.EndsOn)
	}
	return nil
}

// hasGathering reports whether the gathering is scheduled just so.
func (c *Cohort) hasGathering(e events.GatheringScheduled) bool {
	for _, g := range c.Gatherings {
		if g.same(e) && g.EndsAt.Equal(e.EndsAt) && slices.Equal(g.Modes, e.Modes) && g.Link == e.Link {
			return true
		}
	}
	return false
}

// another refuses a gathering that there is already, otherwise than asked.
func (c *Cohort) another(e events.GatheringScheduled) error {
	for _, g := range c.Gatherings {
		switch {
		case g.same(e):
			return refuse(AlreadyScheduled, "there is a gathering of this title at this time; cancel it first")
		case !g.Cancelled && g.Kind == e.Kind && (e.Kind == events.Opening || e.Kind == events.Closing):
			return refuse(AlreadyScheduled, "a cohort has one %s; move it, or cancel it first", e.Kind)
		}
	}
	return nil
}

// same reports whether what is scheduled is known as the gathering already.
func (g *Gathering) same(e events.GatheringScheduled) bool {
	return !g.Cancelled && g.Kind == e.Kind && g.StartsAt.Equal(e.StartsAt) && maps.Equal(g.Title, e.Title)
}

// gathering returns the gathering with an id.
func (c *Cohort) gathering(id events.GatheringID) (*Gathering, error) {
	if g := c.Gatherings[id]; g != nil {
		return g, nil
	}
	return nil, refuse(NotFound, "there is no such gathering here")
}

// stillToBe refuses to change a gathering that took place or was called off.
func (g *Gathering) stillToBe() error {
	switch {
	case g.Cancelled:
		return refuse(GatheringCancelled, "the gathering was cancelled")
	case len(g.Recorded) > 0:
		return refuse(AttendanceTaken, "it took place: attendance is recorded")
	}
	return nil
}

// MoveGathering asks that a gathering is at another time.
type MoveGathering struct {
	Gathering events.GatheringID `json:"gathering" doc:"id of the gathering"`
	StartsAt  time.Time          `json:"starts_at" doc:"when it starts now"`
	EndsAt    time.Time          `json:"ends_at" doc:"when it ends now"`
	Reason    events.Text        `json:"reason" doc:"why, for everybody to read, by language"`
}

// Decide moves the gathering, unless it took place.
func (c MoveGathering) Decide(s *State, ask Ask) ([]events.Event, error) {
	where, g, err := s.gatheringOf(ask, c.Gathering)
	if err != nil {
		return nil, err
	}
	if !g.Cancelled && g.StartsAt.Equal(c.StartsAt) && g.EndsAt.Equal(c.EndsAt) {
		return nil, nil
	}
	for _, refused := range []error{g.stillToBe(), where.timely(c.StartsAt, c.EndsAt, ask.At), worded("reason", c.Reason)} {
		if refused != nil {
			return nil, refused
		}
	}
	return facts(events.GatheringMoved{
		Gathering: c.Gathering, StartsAt: c.StartsAt.UTC(), EndsAt: c.EndsAt.UTC(), OldStart: g.StartsAt, Reason: c.Reason,
	})
}

// gatheringOf returns the gathering that a coordinator asks about.
func (s *State) gatheringOf(ask Ask, id events.GatheringID) (*Cohort, *Gathering, error) {
	if err := s.may(ask, events.Coordinator, events.Owner); err != nil {
		return nil, nil, err
	}
	where, err := s.where(ask)
	if err != nil {
		return nil, nil, err
	}
	g, err := where.gathering(id)
	return where, g, err
}

// CancelGathering asks that a gathering will not be.
type CancelGathering struct {
	Gathering events.GatheringID `json:"gathering" doc:"id of the gathering"`
	Reason    events.Text        `json:"reason" doc:"why, for everybody to read, by language"`
}

// Decide cancels the gathering, unless it took place.
func (c CancelGathering) Decide(s *State, ask Ask) ([]events.Event, error) {
	_, g, err := s.gatheringOf(ask, c.Gathering)
	if err != nil || g.Cancelled {
		return nil, err
	}
	if err := cmp.Or(g.stillToBe(), worded("reason", c.Reason)); err != nil {
		return nil, err
	}
	return facts(events.GatheringCancelled(c))
}

// ConfirmSpeaker asks that people are told who speaks at a gathering.
type ConfirmSpeaker struct {
	Gathering events.GatheringID `json:"gathering" doc:"id of the gathering"`
	Name      events.Name        `json:"name" doc:"the speaker's name, as it is shown to everybody"`
	Topic     events.Text        `json:"topic" doc:"what they speak about, by language"`
	Agreed    bool               `json:"agreed" doc:"the speaker agreed to be named here"`
}

// Decide names the speaker, who has to have agreed to it: a name in the history
// stays there.
func (c ConfirmSpeaker) Decide(s *State, ask Ask) ([]events.Event, error) {
	_, g, err := s.gatheringOf(ask, c.Gathering)
	if err != nil || slices.Contains(g.Speakers, c.Name) {
		return nil, err
	}
	switch {
	case g.Cancelled:
		return nil, refuse(GatheringCancelled, "the gathering was cancelled")
	case !c.Agreed:
		return nil, refuse("not-agreed", "ask the speaker first whether they may be named, and say so")
	}
	if err := cmp.Or(named("speaker's name", c.Name), worded("topic", c.Topic)); err != nil {
		return nil, err
	}
	return facts(events.SpeakerConfirmed{Gathering: c.Gathering, Name: c.Name, Topic: c.Topic})
}
