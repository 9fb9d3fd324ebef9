package programme

import (
	"cmp"
	"slices"

	"kolmikko/events"
)

// SubmitEnrolment asks for a seat on a track.
type SubmitEnrolment struct {
	Person       events.PersonID       `json:"person,omitzero" doc:"who enrols; whoever asks when empty"`
	Track        events.Track          `json:"track" doc:"peer or reverse"`
	Part         events.Part           `json:"part" doc:"supervisor or newcomer"`
	Consent      int                   `json:"consent,omitzero" doc:"version of the text on participation that the person agrees to; may be empty once they did"`
	Organisation events.OrganisationID `json:"organisation" doc:"where they work, registered"`
	Region       events.Code           `json:"region" doc:"of the list of regions"`
	Languages    []events.Code         `json:"languages" doc:"that they can talk in, best first"`
	Themes       []events.Code         `json:"themes" doc:"of the list of themes"`
	Slots        []events.Slot         `json:"slots" doc:"half-days that suit, four at least, such as tue-am"`
	Mode         events.Mode           `json:"mode" doc:"lab, teams or either"`
	Experience   int                   `json:"experience" doc:"0: under 2 years as a supervisor, 1: under 5, 2: under 10, 3: more"`
	Months       int                   `json:"months,omitzero" doc:"a newcomer's months of service"`
	TeamSize     int                   `json:"team_size,omitzero" doc:"0: under 10 people, 1: under 25, 2: more"`
	Superior     events.PersonID       `json:"superior,omitzero" doc:"whom they report to, if that person may enrol as well"`
}

func (c SubmitEnrolment) application() events.Application {
	return events.Application{Organisation: c.Organisation, Region: c.Region, Languages: c.Languages, Themes: c.Themes,
		Slots: inWeek(c.Slots), Mode: c.Mode, Experience: c.Experience, Months: c.Months, TeamSize: c.TeamSize,
		Superior: c.Superior}
}

// Decide takes an application from the person themselves, or from a coordinator
// who has it from them. Whether there is a seat is for the review.
func (c SubmitEnrolment) Decide(s *State, ask Ask) ([]events.Event, error) {
	c.Person = cmp.Or(c.Person, ask.By)
	if err := s.mayFor(ask, c.Person, events.Coordinator, events.Owner); err != nil {
		return nil, err
	}
	cohort, err := s.cohort(ask)
	if err != nil {
		return nil, err
	}
	if err := s.registered(c.Person); err != nil {
		return nil, err
	}
	// What is so already is quiet even when enrolment has closed since.
	seat, a := Seat{c.Track, c.Part}, c.application()
	if live := cohort.Enrolments[cohort.Live[PersonOnTrack{c.Person, c.Track}]]; live != nil {
		if live.Seat == seat && sameApplication(live.Application, a) {
			return nil, nil
		}
		return nil, refuse(AlreadyEnrolled, "this person is enrolled on the track; amend the enrolment instead")
	}
	if q := cohort.Seats[seat]; q == nil || !q.Open {
		return nil, refuse(EnrolmentClosed, "nobody enrols for this part and track now")
	}
	if _, there := s.Organisations[a.Organisation]; !there {
		return nil, refuse(NotFound, "no such organisation is registered")
	}
	for _, f := range s.faults(cohort, seat, c.Person, a) {
		return nil, f.refusal
	}
	// Consent comes last, so that nothing is said of whether somebody gave it to
	// whoever asks with a wrong application.
	consent, err := cohort.consent(ask, c.Person, c.Consent)
	if err != nil {
		return nil, err
	}
	return facts(append(consent, events.EnrolmentSubmitted{Enrolment: next("e", cohort.Enrolments), Person: c.Person,
		Track: c.Track, Part: c.Part, Application: a})...)
}

// consent returns the consent to participation that comes with an enrolment, if
// it is news, and refuses one without it. Who withdrew it gives it anew only
// themselves.
func (c *Cohort) consent(ask Ask, p events.PersonID, version int) ([]events.Event, error) {
	given, ever := c.Consents[p][Participation]
	switch {
	case version < 0:
		return nil, refuse(Unfit, "versions of the text count from 1")
	case version <= given && given > 0:
		return nil, nil
	case version == 0:
		return nil, refuse(ConsentMissing, "nobody takes part who has not agreed to it")
	case ever && given == 0 && ask.By != p:
		return nil, refuse(ConsentGone, "this person withdrew their consent; only they can give it again")
	}
	return []events.Event{events.ConsentGiven{Person: p, Purpose: Participation, TextVersion: version}}, nil
}

// sameApplication reports whether two applications say the same, an empty list
// being as good as none.
func sameApplication(a, b events.Application) bool {
	return events.Same(events.EnrolmentAmended{Enrolment: "e", Application: a}, events.EnrolmentAmended{Enrolment: "e", Application: b})
}

// inWeek returns slots in the week's order.
func inWeek(slots []events.Slot) []events.Slot {
	week := events.Slots()
	return slices.SortedStableFunc(slices.Values(slots), func(a, b events.Slot) int {
		return cmp.Compare(slices.Index(week, a), slices.Index(week, b))
	})
}

// AmendEnrolment asks that an application reads otherwise, whole.
type AmendEnrolment struct {
	Enrolment    events.EnrolmentID    `json:"enrolment" doc:"the enrolment's id"`
	Organisation events.OrganisationID `json:"organisation" doc:"where they work, registered"`
	Region       events.Code           `json:"region" doc:"of the list of regions"`
	Languages    []events.Code         `json:"languages" doc:"that they can talk in, best first"`
	Themes       []events.Code         `json:"themes" doc:"of the list of themes"`
	Slots        []events.Slot         `json:"slots" doc:"half-days that suit, four at least, such as tue-am"`
	Mode         events.Mode           `json:"mode" doc:"lab, teams or either"`
	Experience   int                   `json:"experience" doc:"0: under 2 years as a supervisor, 1: under 5, 2: under 10, 3: more"`
	Months       int                   `json:"months,omitzero" doc:"a newcomer's months of service"`
	TeamSize     int                   `json:"team_size,omitzero" doc:"0: under 10 people, 1: under 25, 2: more"`
	Superior     events.PersonID       `json:"superior,omitzero" doc:"whom they report to, if that person may enrol as well"`
}

// Decide amends an enrolment that is not being matched.
func (c AmendEnrolment) Decide(s *State, ask Ask) ([]events.Event, error) {
	cohort, e, err := s.enrolment(ask, c.Enrolment, true)
	if err != nil {
		return nil, err
	}
	a := events.Application{Organisation: c.Organisation, Region: c.Region, Languages: c.Languages, Themes: c.Themes,
		Slots: inWeek(c.Slots), Mode: c.Mode, Experience: c.Experience, Months: c.Months, TeamSize: c.TeamSize,
		Superior: c.Superior}
	switch {
	case !e.live():
		return nil, refuse(NotLive, "the enrolment is %s", e.Status)
	case sameApplication(e.Application, a):
		return nil, nil
	case slices.Contains(cohort.Frozen[e.Seat.Track].Enrolments, c.Enrolment):
		return nil, refuse(MatchingIsOn, "the enrolment is frozen for matching")
	}
	if _, there := s.Organisations[a.Organisation]; !there {
		return nil, refuse(NotFound, "no such organisation is registered")
	}
	for _, f := range s.faults(cohort, e.Seat, e.Person, a) {
		return nil, f.refusal
	}
	return facts(events.EnrolmentAmended{Enrolment: c.Enrolment, Application: a})
}

// enrolment returns an enrolment if who asks may settle it: a coordinator, or,
// where it is their own to decide, the person.
func (s *State) enrolment(ask Ask, id events.EnrolmentID, own bool) (*Cohort, *Enrolment, error) {
	// Whoever may not is told so before anything else: not even which enrolments
	// there are.
	may := s.may(ask, events.Coordinator, events.Owner)
	c := s.Cohorts[ask.Cohort]
	if may != nil && own && c != nil && c.Enrolments[id] != nil {
		may = s.mayFor(ask, c.Enrolments[id].Person, events.Coordinator, events.Owner)
	}
	if may != nil {
		return nil, nil, may
	}
	c, err := s.cohort(ask)
	if err != nil {
		return nil, nil, err
	}
	e := c.Enrolments[id]
	if e == nil {
		return nil, nil, refuse(NotFound, "there is no such enrolment")
	}
	return c, e, nil
}

// live reports whether an enrolment may still lead or has led to a seat.
func (e *Enrolment) live() bool {
	return e.Status == Submitted || e.Status == Accepted || e.Status == Waitlisted
}

// WithdrawEnrolment asks that an enrolment is taken back.
type WithdrawEnrolment struct {
	Enrolment events.EnrolmentID `json:"enrolment" doc:"the enrolment's id"`
	Reason    events.Code        `json:"reason" doc:"of the list of reasons, such as no-time"`
}

// Decide takes an enrolment back for the person, or for a coordinator whom they
// told, as long as they are in no group.
func (c WithdrawEnrolment) Decide(s *State, ask Ask) ([]events.Event, error) {
	cohort, e, err := s.enrolment(ask, c.Enrolment, true)
	if err != nil {
		return nil, err
	}
	switch _, grouped := cohort.GroupOf[PersonOnTrack{e.Person, e.Seat.Track}]; {
	case e.Status == Withdrawn:
		return nil, nil
	case !e.live():
		return nil, refuse(NotLive, "the enrolment is %s", e.Status)
	case grouped:
		return nil, refuse(InAGroup, "who has a group drops out of it instead")
	}
	if err := s.known(ListReasons, c.Reason); err != nil {
		return nil, err
	}
	return facts(events.EnrolmentWithdrawn(c))
}
