package programme

import (
	"fmt"

	"kolmikko/events"
)

// Ties is the purpose without whose consent nobody reports a tie.
const Ties events.Code = "ties"

// OwnOrganisation stands in the way of a tie that reaches to no other.
const OwnOrganisation = "own-organisation"

// lastWave is more than a cohort can ever have: one a fortnight.
const lastWave = 20

// ReportTie says that whoever asks has come to know somebody of another
// organisation.
type ReportTie struct {
	To   events.OrganisationID `json:"to" doc:"id of the other organisation"`
	Tie  events.Code           `json:"tie" doc:"what it is, from the list of ties"`
	Wave int                   `json:"wave" doc:"0 at baseline, then 1, 2, …"`
}

// Decide records the tie of somebody who agreed to have theirs known.
func (c ReportTie) Decide(s *State, ask Ask) ([]events.Event, error) {
	in, err := s.participant(ask)
	if err != nil {
		return nil, err
	}
	e := events.TieReported{From: ask.By, To: c.To, Tie: c.Tie, Wave: c.Wave}
	if in.Ties[e] {
		return nil, nil
	}
	if in.Consents[ask.By][Ties] == 0 {
		return nil, refuse(ConsentMissing, "ties are known of those only who agree: give consent to %s first", Ties)
	}
	if _, there := s.Organisations[c.To]; !there {
		return nil, refuse(NotFound, "there is no such organisation")
	}
	if in.worksAt(ask.By, c.To) {
		return nil, refuse(OwnOrganisation, "a tie reaches to another organisation")
	}
	if c.Wave < 0 || c.Wave > lastWave {
		return nil, refuse(Unfit, "a wave is 0 to %d", lastWave)
	}
	if err := s.known(ListTies, c.Tie); err != nil {
		return nil, err
	}
	return facts(e)
}

// worksAt reports whether a person enrolled from an organisation.
func (c *Cohort) worksAt(p events.PersonID, o events.OrganisationID) bool {
	for _, track := range c.Opened.Tracks {
		if e := c.Enrolments[c.Live[PersonOnTrack{p, track}]]; e != nil && e.Application.Organisation == o {
			return true
		}
	}
	return false
}

// SetGoal says what whoever asks wants to work on. What exactly it is, stays
// with them.
type SetGoal struct {
	Theme events.Code `json:"theme" doc:"what it is about, from the list of themes"`
}

// Decide sets the goal; a theme has one goal of a person, since its theme is all
// that tells it from another.
func (c SetGoal) Decide(s *State, ask Ask) ([]events.Event, error) {
	in, err := s.participant(ask)
	if err != nil {
		return nil, err
	}
	for _, g := range in.Goals {
		if g.Owner == ask.By && g.Theme == c.Theme {
			return nil, nil
		}
	}
	if err := s.known(ListThemes, c.Theme); err != nil {
		return nil, err
	}
	return facts(events.GoalSet{Goal: events.GoalID(fmt.Sprint("goal", len(in.Goals)+1)), Theme: c.Theme})
}

// RateGoal says how near whoever asks is to a goal of theirs.
type RateGoal struct {
	Goal  events.GoalID `json:"goal" doc:"id of the goal"`
	Level int           `json:"level" doc:"-2 (much less than hoped) to 2 (much more), 0 as hoped"`
}

// Decide rates one's own goal, as often as it comes nearer or goes further away.
func (c RateGoal) Decide(s *State, ask Ask) ([]events.Event, error) {
	in, err := s.participant(ask)
	if err != nil {
		return nil, err
	}
	g := in.Goals[c.Goal]
	switch {
	case g == nil:
		return nil, refuse(NotFound, "there is no such goal")
	case g.Owner != ask.By:
		return nil, refuse(NotYours, "only whoever set a goal rates it")
	case g.Level != nil && *g.Level == c.Level:
		return nil, nil
	case c.Level < -2 || c.Level > 2:
		return nil, refuse(OffScale, "a goal is rated -2 to 2")
	}
	return facts(events.GoalRated(c))
}
