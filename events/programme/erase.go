package programme

import (
	"slices"
	"time"

	"kolmikko/events"
)

// Rules about erasure.
const (
	LastOwner = "last-owner" // a programme always has one
	TakesPart = "takes-part" // in another cohort than the one that is asked about
)

// ErasedReason is why somebody who was erased takes part no longer.
const ErasedReason events.Code = "erased"

// clocksApart is how far the clock that saw a key destroyed may be ahead.
const clocksApart = time.Hour

// ErasePerson says that the key to a person's data is destroyed. The door
// destroys it in between: it first asks with the time that it is, to be told of
// any rule in the way; then it destroys the key; then it asks again, with the
// time at which that was done, and records what follows.
//
// It is asked of the cohort that the person takes part in, if they do; see
// [State.TakesPartIn].
type ErasePerson struct {
	Person         events.PersonID `json:"person" doc:"pseudonym of the person"`
	Ground         events.Code     `json:"ground" doc:"why, from the list of grounds"`
	KeyDestroyedAt time.Time       `json:"key_destroyed_at,omitzero" doc:"when the key was destroyed; filled in by whoever destroys it"`
}

// Decide erases a person for ever, and takes them out of the cohort.
func (c ErasePerson) Decide(s *State, ask Ask) ([]events.Event, error) {
	if err := s.may(ask, events.Protector); err != nil {
		return nil, err
	}
	if p := s.People[c.Person]; p != nil && p.Erased {
		return nil, nil
	}
	if err := s.registered(c.Person); err != nil {
		return nil, err
	}
	if s.Has(c.Person, events.Owner) && s.Holders(events.Owner) == 1 {
		return nil, refuse(LastOwner, "make somebody else an owner first")
	}
	if err := s.known(ListGrounds, c.Ground); err != nil {
		return nil, err
	}
	all, err := s.takeOut(c.Person, ask)
	switch {
	case err != nil:
		return nil, err
	case c.KeyDestroyedAt.IsZero():
		return nil, refuse(Incomplete, "destroy the key, and say when that was done")
	case c.KeyDestroyedAt.After(ask.At.Add(clocksApart)) || c.KeyDestroyedAt.Before(ask.At.AddDate(-1, 0, 0)):
		return nil, refuse(Unfit, "the key was destroyed a year ago at most, and not in time to come")
	}
	return facts(append(all, events.PersonErased{Person: c.Person, Ground: c.Ground, KeyDestroyedAt: c.KeyDestroyedAt.UTC()})...)
}

// takeOut returns how a person ceases to take part in the cohort that is asked
// about. Events are of one cohort, so that they may take part in no other.
func (s *State) takeOut(p events.PersonID, ask Ask) (all []events.Event, err error) {
	for _, id := range s.TakesPartIn(p) {
		if id != ask.Cohort {
			return nil, refuse(TakesPart, "they take part in the cohort %s: ask it of that cohort, once they take part in no other", id)
		}
	}
	if ask.Cohort == events.WholeProgramme {
		return nil, nil
	}
	in, err := s.cohort(ask)
	if err != nil {
		return nil, err
	}
	for _, track := range in.Opened.Tracks {
		who := PersonOnTrack{p, track}
		id, live := in.Live[who]
		switch {
		case !live:
		case in.Active(p, track) && in.Published[track] != "":
			all = append(all, events.ParticipantDroppedOut{Person: p, Track: track, Group: in.GroupOf[who], Reason: ErasedReason})
		default:
			all = append(all, events.EnrolmentWithdrawn{Enrolment: id, Reason: ErasedReason})
		}
	}
	return all, nil
}

// TakesPartIn returns the cohorts, not over, in which a person has a seat or
// asks for one, in alphabetical order.
func (s *State) TakesPartIn(p events.PersonID) (in []events.CohortID) {
	for id, c := range s.Cohorts {
		_, peer := c.Live[PersonOnTrack{p, events.Peer}]
		_, reverse := c.Live[PersonOnTrack{p, events.Reverse}]
		if !c.Completed && (peer || reverse) {
			in = append(in, id)
		}
	}
	slices.Sort(in)
	return in
}
