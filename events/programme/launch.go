package programme

import (
	"slices"
	"time"

	"kolmikko/events"
)

// Rules about a programme and its cohorts.
const (
	ProposedBefore   = "proposed-before"   // a programme is proposed once
	NotProposed      = "not-proposed"      // before it is launched it is proposed
	LaunchedBefore   = "launched-before"   // a programme is launched once
	NotLaunched      = "not-launched"      // cohorts are of a programme that was launched
	OpenedBefore     = "opened-before"     // a cohort is opened once
	HasSummary       = "has-summary"       // figures stand for the cohort: nothing happens in it
	OutsideProgramme = "outside-programme" // a date at which the programme does not run
	EndsBeforeStart  = "ends-before-start" // or on the same day
	TimeZoneUnknown  = "time-zone-unknown" // or another on each machine
)

// ProposeProgramme asks that the programme is to be what it says.
type ProposeProgramme struct {
	Title      events.Text     `json:"title" doc:"the programme's name in each language"`
	Goals      []events.Text   `json:"goals" doc:"what it is for, each in each language"`
	FromWishes []events.WishID `json:"from_wishes,omitzero" doc:"ids of the wishes that it answers"`
}

// Decide lets an owner propose a programme once, from wishes that exist.
func (c ProposeProgramme) Decide(s *State, ask Ask) ([]events.Event, error) {
	if err := s.may(ask, events.Owner); err != nil {
		return nil, err
	}
	e := events.ProgrammeProposed{Title: c.Title, Goals: c.Goals, FromWishes: some(c.FromWishes)}
	switch {
	case s.Proposed && events.Same(e, s.Proposal):
		return nil, nil
	case s.Proposed:
		return nil, refuse(ProposedBefore, "the programme has been proposed, and that once")
	}
	if err := worded("title", c.Title); err != nil {
		return nil, err
	}
	if len(c.Goals) == 0 {
		return nil, refuse(Incomplete, "say one goal at least")
	}
	for i, w := range c.FromWishes {
		if _, there := s.Wishes[w]; !there || slices.Contains(c.FromWishes[:i], w) {
			return nil, refuse(NotFound, "the wishes that it answers are there, each once")
		}
	}
	return facts(e)
}

// some returns nil instead of an empty list, as an event without it has.
func some[T any](list []T) []T {
	if len(list) == 0 {
		return nil
	}
	return list
}

// LaunchProgramme asks that the programme runs.
type LaunchProgramme struct {
	StartsOn   events.Date    `json:"starts_on" doc:"first day, such as 2022-09-01"`
	EndsOn     events.Date    `json:"ends_on" doc:"last day"`
	Tracks     []events.Track `json:"tracks" doc:"peer, reverse or both"`
	Principles []events.Text  `json:"principles,omitzero" doc:"what all agree on, each in each language"`
}

// Decide lets an owner launch, once, a programme that was proposed.
func (c LaunchProgramme) Decide(s *State, ask Ask) ([]events.Event, error) {
	if err := s.may(ask, events.Owner); err != nil {
		return nil, err
	}
	e := events.ProgrammeLaunched(c)
	switch {
	case !s.Proposed:
		return nil, refuse(NotProposed, "propose the programme first")
	case s.Launch != nil && events.Same(e, *s.Launch):
		return nil, nil
	case s.Launch != nil:
		return nil, refuse(LaunchedBefore, "the programme has been launched, and that once")
	}
	if err := span(c.StartsOn, c.EndsOn); err != nil {
		return nil, err
	}
	if err := tracks(c.Tracks, []events.Track{events.Peer, events.Reverse}); err != nil {
		return nil, err
	}
	return facts(e)
}

// span refuses what does not start before it ends.
func span(from, to events.Date) error {
	for _, d := range []events.Date{from, to} {
		if _, err := d.Time(time.UTC); err != nil {
			return refuse(Unfit, "a date is a day such as 2022-10-05")
		}
	}
	if from >= to {
		return refuse(EndsBeforeStart, "it ends on %s, which is not after its start on %s", to, from)
	}
	return nil
}

// tracks refuses no tracks, and such as are not among those.
func tracks(some, those []events.Track) error {
	for i, t := range some {
		if !slices.Contains(those, t) || slices.Contains(some[:i], t) {
			return refuse(Unfit, "the tracks are %v, each once at most", those)
		}
	}
	if len(some) == 0 {
		return refuse(Incomplete, "name one track at least")
	}
	return nil
}

// OpenCohort asks that one run of the programme begins to be prepared.
type OpenCohort struct {
	Title    events.Text    `json:"title" doc:"the cohort's name in each language"`
	StartsOn events.Date    `json:"starts_on" doc:"first day, such as 2022-10-01"`
	EndsOn   events.Date    `json:"ends_on" doc:"last day"`
	Tracks   []events.Track `json:"tracks" doc:"peer, reverse or both, of those of the programme"`
	TimeZone events.Name    `json:"time_zone,omitzero" doc:"of the IANA database; Europe/Helsinki when empty"`
}

// Decide lets a coordinator open a cohort within the programme's time.
func (c OpenCohort) Decide(s *State, ask Ask) ([]events.Event, error) {
	if err := s.may(ask, events.Coordinator, events.Owner); err != nil {
		return nil, err
	}
	e := events.CohortOpened(c) // the default is written down: it may differ one day
	if e.TimeZone == "" {
		e.TimeZone = "Europe/Helsinki"
	}
	switch there := s.Cohorts[ask.Cohort]; {
	case !events.IsWord(string(ask.Cohort)):
		return nil, refuse(Unfit, "a cohort's id is a word of a-z, 0-9 and hyphens, such as 2022")
	case s.Launch == nil:
		return nil, refuse(NotLaunched, "launch the programme first")
	case there != nil && there.Summary != nil:
		return nil, refuse(HasSummary, "a summary stands for this cohort")
	case there != nil && events.Same(e, there.Opened):
		return nil, nil
	case there != nil && there.Opened.StartsOn != "":
		return nil, refuse(OpenedBefore, "the cohort has been opened")
	}
	if err := worded("title", c.Title); err != nil {
		return nil, err
	}
	if err := span(c.StartsOn, c.EndsOn); err != nil {
		return nil, err
	}
	if c.StartsOn < s.Launch.StartsOn || c.EndsOn > s.Launch.EndsOn {
		return nil, refuse(OutsideProgramme, "the programme runs from %s to %s", s.Launch.StartsOn, s.Launch.EndsOn)
	}
	if err := tracks(c.Tracks, s.Launch.Tracks); err != nil {
		return nil, err
	}
	// "Local" would be another place on each machine.
	if _, err := time.LoadLocation(string(e.TimeZone)); err != nil || e.TimeZone == "Local" {
		return nil, refuse(TimeZoneUnknown, "name a time zone of the IANA database, such as Europe/Helsinki")
	}
	return facts(e)
}
