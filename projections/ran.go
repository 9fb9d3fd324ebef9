package projections

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"kolmikko/events"
)

// programmeState is a programme as it is kept for [Programme].
type programmeState struct {
	proposed               events.ProgrammeProposed
	launched               events.ProgrammeLaunched
	proposedAt, launchedAt time.Time
	principles             said[events.PrinciplesPublished]
	houses                 houses
	organisers             []Organiser
	erased                 map[events.PersonID]bool
	wishes                 map[events.WishID]said[[]events.Code]
	cohorts                each[events.CohortID, cohortState]
	order                  []events.CohortID // opened or summarised
}

type cohortState struct {
	opened                            events.CohortOpened
	openedAt, completedAt, archivedAt time.Time
	endedOn                           events.Date
	summary                           bool
	phases                            map[events.Phase]*phase
	queues                            []*Queue // by track and part
	enrolments                        enrolments
	groups                            grouped
	held, gatherings                  int
	surveys, answers                  int
}

type phase struct {
	PhaseState                      // without what was announced
	dated      uint64               // the place of the record that its dates are from
	announced  said[[2]events.Date] // from and to, at first
}

// Apply takes in one more event.
func (s *programmeState) Apply(r events.Recorded) {
	switch e := r.Event.(type) {
	case events.ProgrammeProposed:
		s.proposed, s.proposedAt = e, r.At
	case events.ProgrammeLaunched:
		s.launched, s.launchedAt = e, r.At
	case events.PrinciplesPublished:
		s.principles = said[events.PrinciplesPublished]{e, r.Place}
	case events.OrganiserJoined:
		s.organisers = append(s.organisers, Organiser{Organisation: e.Organisation, Role: e.Role})
	case events.PersonRegistered:
		put(&s.erased, e.Person, false)
	case events.PersonErased:
		put(&s.erased, e.Person, true)
	case events.WishSubmitted:
		put(&s.wishes, e.Wish, said[[]events.Code]{e.Themes, r.Place})
	case events.WishThemed:
		put(&s.wishes, e.Wish, said[[]events.Code]{e.Themes, r.Place})
	case events.RecordCorrected:
		s.correct(r, e)
	default:
		if !s.houses.apply(r) {
			s.begin(r)
			s.cohorts.at(r.Cohort).apply(r)
		}
	}
}

// begin puts a cohort among those to be shown.
func (s *programmeState) begin(r events.Recorded) {
	switch r.Event.(type) {
	case events.CohortOpened, events.HistoricalSummaryImported:
		if r.Cohort != events.WholeProgramme && !slices.Contains(s.order, r.Cohort) {
			s.order = append(s.order, r.Cohort)
		}
	}
}

func (c *cohortState) apply(r events.Recorded) {
	switch e := r.Event.(type) {
	case events.CohortOpened:
		c.opened, c.openedAt = e, r.At
	case events.CohortCompleted:
		c.completedAt, c.endedOn = r.At, e.EndedOn
	case events.CohortArchived:
		c.archivedAt = r.At
	case events.HistoricalSummaryImported:
		c.summary = true
	case events.EnrolmentOpened:
		q := c.seats(e.Track, e.Part)
		q.Open, q.Capacity, q.Months = true, e.Capacity, e.Months
	case events.EnrolmentClosed:
		c.seats(e.Track, e.Part).Open = false
	case events.MeetingHeld:
		c.held++
	case events.GatheringScheduled:
		c.gatherings++
	case events.GatheringCancelled:
		c.gatherings--
	case events.SurveyOpened:
		c.surveys++
	case events.SurveyClosed:
		c.surveys--
	case events.FeedbackGiven:
		c.answers++
	default:
		if !c.pass(r) {
			c.enrolments.apply(r)
			c.groups.apply(r)
		}
	}
}

// pass takes in how a cohort passes through its phases.
func (c *cohortState) pass(r events.Recorded) bool {
	switch e := r.Event.(type) {
	case events.PhaseAnnounced:
		p := c.phase(e.Phase)
		p.From, p.To, p.dated = e.From, e.To, r.Place
		p.announced = said[[2]events.Date]{[2]events.Date{e.From, e.To}, r.Place}
	case events.PhaseRescheduled:
		p := c.phase(e.Phase)
		if p.announced.place == 0 {
			p.announced = said[[2]events.Date]{[2]events.Date{e.OldFrom, e.OldTo}, r.Place}
		}
		p.From, p.To, p.dated = e.From, e.To, r.Place
		p.Rescheduled++
	case events.PhaseStarted:
		c.phase(e.Phase).StartedAt = r.At
	case events.PhaseCompleted:
		c.phase(e.Phase).CompletedAt = r.At
	default:
		return false
	}
	return true
}

func (c *cohortState) phase(name events.Phase) *phase {
	p := c.phases[name]
	if p == nil {
		p = &phase{PhaseState: PhaseState{Phase: name}}
		put(&c.phases, name, p)
	}
	return p
}

func (c *cohortState) seats(t events.Track, p events.Part) *Queue {
	i, there := slices.BinarySearchFunc(c.queues, seat{t, p}, func(q *Queue, s seat) int {
		return cmp.Or(cmp.Compare(q.Track, s.track), cmp.Compare(q.Part, s.part))
	})
	if !there {
		c.queues = slices.Insert(c.queues, i, &Queue{Track: t, Part: p})
	}
	return c.queues[i]
}

// correct replaces what a record said that is still shown.
func (s *programmeState) correct(r events.Recorded, c events.RecordCorrected) {
	switch c.Record {
	case "programme-proposed", "programme-launched", "principles-published", "wish-themed", "cohort-opened",
		"cohort-completed", "phase-announced", "phase-rescheduled":
	default:
		if strings.HasPrefix(string(c.Record), "organisation-") {
			s.houses.correct(c)
		}
		s.cohorts.at(r.Cohort).enrolments.correct(c)
		return
	}
	cohort := s.cohorts.at(r.Cohort)
	switch e := truth(c).(type) {
	case events.ProgrammeProposed:
		s.proposed = e
	case events.ProgrammeLaunched:
		s.launched = e
	case events.PrinciplesPublished:
		if s.principles.place == c.Corrects {
			s.principles.what = e
		}
	case events.WishThemed:
		if s.wishes[e.Wish].place == c.Corrects {
			s.wishes[e.Wish] = said[[]events.Code]{e.Themes, c.Corrects}
		}
	case events.CohortOpened:
		cohort.opened = e
	case events.CohortCompleted:
		cohort.endedOn = e.EndedOn
	case events.PhaseAnnounced:
		cohort.redate(c.Corrects, e.Phase, [2]events.Date{e.From, e.To}, [2]events.Date{e.From, e.To})
	case events.PhaseRescheduled:
		cohort.redate(c.Corrects, e.Phase, [2]events.Date{e.From, e.To}, [2]events.Date{e.OldFrom, e.OldTo})
	}
}

// redate corrects the dates of a phase that are still from the record at place,
// and those that it was announced with, if they are from it.
func (c *cohortState) redate(place uint64, name events.Phase, now, announced [2]events.Date) {
	p := c.phases[name]
	if p != nil && p.dated == place {
		p.From, p.To = now[0], now[1]
	}
	if p != nil && p.announced.place == place {
		p.announced.what = announced
	}
}
