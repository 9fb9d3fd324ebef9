package programme

import (
	"slices"
	"time"

	"kolmikko/events"
)

// Evolve takes in one more event. An event has happened, so Evolve never
// refuses; one that the rules don't look at leaves the state as it is.
func (s *State) Evolve(r events.Recorded) {
	if c, ok := r.Event.(events.RecordCorrected); ok {
		s.correct(r, c)
		return
	}
	s.remember(r)
	switch e := r.Event.(type) {
	case events.RoleGranted:
		put(&s.Roles, e.Person, map[events.Role]bool{}, true)
		s.Roles[e.Person][e.Role] = true
	case events.RoleRevoked:
		delete(s.Roles[e.Person], e.Role)
	case events.PersonRegistered:
		put(&s.People, e.Person, &Person{Registered: e}, false)
	case events.PersonAmended:
		s.person(e.Person).Registered = events.PersonRegistered(e)
	case events.PersonErased:
		s.erase(e.Person)
	case events.NudgeSent:
		s.person(e.Target).LastNudge = r.At
	case events.NudgesDeclined:
		s.person(e.Person).NoNudges = true
	case events.NudgesWelcomed:
		s.person(e.Person).NoNudges = false
	default:
		s.evolvePlan(r)
	}
}

// evolvePlan takes in what concerns the programme as a whole, and hands the
// rest to its cohort.
func (s *State) evolvePlan(r events.Recorded) {
	switch e := r.Event.(type) {
	case events.OrganisationRegistered:
		put(&s.Organisations, e.Organisation, e.About, false)
	case events.OrganisationAmended:
		put(&s.Organisations, e.Organisation, e.About, false)
	case events.OrganiserJoined:
		put(&s.Organisers, e.Organisation, e.Role, false)
	case events.CodesPublished:
		put(&s.Lists, e.List, &List{e.Version, e.Terms}, false)
	case events.WishSubmitted:
		put(&s.Wishes, e.Wish, nil, false)
	case events.HistoryRepaired:
		s.Repaired = e
	case events.WishThemed:
		put(&s.Wishes, e.Wish, e.Themes, false)
	case events.ProgrammeProposed:
		s.Proposal, s.Proposed = e, true
	case events.ProgrammeLaunched:
		s.Launch = &e
	case events.PrinciplesPublished:
		s.Principles = e
	default:
		put(&s.Cohorts, r.Cohort, &Cohort{ID: r.Cohort}, true)
		s.Cohorts[r.Cohort].evolve(r)
	}
}

func (s *State) person(p events.PersonID) *Person {
	put(&s.People, p, &Person{}, true)
	return s.People[p]
}

// erase leaves nothing of a person that the rules could go by, except that
// their pseudonym is spent.
func (s *State) erase(p events.PersonID) {
	s.person(p).Erased = true
	delete(s.Roles, p)
	for _, c := range s.Cohorts {
		delete(c.Preferences, p)
	}
}

// evolve takes in an event of one cohort.
func (c *Cohort) evolve(r events.Recorded) {
	switch e := r.Event.(type) {
	case events.CohortOpened:
		c.Opened, c.Zone = e, time.UTC
		if zone, err := time.LoadLocation(string(e.TimeZone)); err == nil {
			c.Zone = zone
		}
	case events.PhaseAnnounced:
		put(&c.Phases, e.Phase, &Phase{From: e.From, To: e.To}, false)
	case events.PhaseRescheduled:
		c.Phases[e.Phase].From, c.Phases[e.Phase].To = e.From, e.To
	case events.PhaseStarted:
		c.Phases[e.Phase].Started = true
	case events.PhaseCompleted:
		c.Phases[e.Phase].Completed = true
	case events.CohortCompleted:
		c.Completed = true
	case events.CohortArchived:
		c.Archived = true
	case events.EvaluationPlanned:
		c.Plan = &e
	case events.EvaluationReleased:
		put(&c.Reports, e.Report, e, false)
	case events.HistoricalSummaryImported:
		c.Summary = &e
	default:
		c.evolveEnrolment(r)
	}
}

func (c *Cohort) evolveEnrolment(r events.Recorded) {
	switch e := r.Event.(type) {
	case events.EnrolmentOpened:
		put(&c.Seats, Seat{e.Track, e.Part}, &Seats{}, true)
		q := c.Seats[Seat{e.Track, e.Part}]
		q.Open, q.Capacity, q.Form, q.Months = true, e.Capacity, e.Form, e.Months
	case events.EnrolmentClosed:
		c.Seats[Seat{e.Track, e.Part}].Open = false
	case events.EnrolmentSubmitted:
		put(&c.Enrolments, e.Enrolment, &Enrolment{e.Person, Seat{e.Track, e.Part}, e.Application, Submitted}, false)
		put(&c.Live, PersonOnTrack{e.Person, e.Track}, e.Enrolment, false)
	case events.EnrolmentAmended:
		c.Enrolments[e.Enrolment].Application = e.Application
	case events.EnrolmentAccepted:
		c.settle(e.Enrolment, Accepted)
	case events.EnrolmentPromoted:
		c.settle(e.Enrolment, Accepted)
	case events.EnrolmentWaitlisted:
		c.settle(e.Enrolment, Waitlisted)
	case events.EnrolmentDeclined:
		c.settle(e.Enrolment, Declined)
	case events.EnrolmentWithdrawn:
		c.settle(e.Enrolment, Withdrawn)
	case events.ConsentGiven:
		put(&c.Consents, e.Person, map[events.Code]int{}, true)
		c.Consents[e.Person][e.Purpose] = e.TextVersion
	case events.ConsentWithdrawn:
		put(&c.Consents, e.Person, map[events.Code]int{}, true)
		c.Consents[e.Person][e.Purpose] = 0
	case events.PrinciplesAccepted:
		put(&c.Principles, e.Person, e.Version, false)
	case events.PreferenceStated:
		put(&c.Preferences, e.Person, e, false)
	default:
		c.evolveMatching(r)
	}
}

// settle moves an enrolment to another status, and its seat with it.
func (c *Cohort) settle(id events.EnrolmentID, to Status) {
	e := c.Enrolments[id]
	q := c.Seats[e.Seat]
	if e.Status == Accepted {
		q.Taken--
	}
	q.Waiting = slices.DeleteFunc(q.Waiting, func(w events.EnrolmentID) bool { return w == id })
	switch e.Status = to; to {
	case Accepted:
		q.Taken++
	case Waitlisted:
		q.Waiting = append(q.Waiting, id)
	case Declined, Withdrawn, DroppedOut:
		delete(c.Live, PersonOnTrack{e.Person, e.Seat.Track})
		c.giveBack(e.Person)
	}
}

// giveBack frees the places that a person chose at gatherings, once they have no
// seat in the cohort; who comes back chooses anew.
func (c *Cohort) giveBack(p events.PersonID) {
	if c.Participates(p) {
		return
	}
	for _, g := range c.Gatherings {
		delete(g.Chosen, p)
	}
}

// put sets m[k], making the map if need be; with once, only if k is not there.
func put[K comparable, V any](m *map[K]V, k K, v V, once bool) {
	if *m == nil {
		*m = map[K]V{}
	}
	if _, there := (*m)[k]; once && there {
		return
	}
	(*m)[k] = v
}
