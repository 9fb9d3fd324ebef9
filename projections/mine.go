package projections

import (
	"slices"
	"time"

	"kolmikko/events"
)

// myStatuses are what is kept of one programme for [MyStatus].
type myStatuses struct {
	people     map[events.PersonID]someone
	quiet      map[events.PersonID]bool // who want no nudges
	principles said[int]                // the newest version
	cohorts    each[events.CohortID, myCohort]
}

type someone struct {
	language events.Code
	erased   bool
}

// myCohort is one cohort in [MyStatus].
type myCohort struct {
	title       events.Text
	completed   bool
	enrolments  enrolments
	particulars particulars
	groups      grouped
	gatherings  gatherings
	consents    map[events.PersonID][]Consent
	accepted    map[events.PersonID]int
	surveys     []said[OpenSurvey]
	goals       map[events.PersonID][]*goal
	goal        map[events.GoalID]*goal
	meetings    map[events.MeetingID]*plan
	diaries     map[events.GroupID]*diary
}

type goal struct {
	id    events.GoalID
	theme said[events.Code]
	level said[*int]
}

func (g *goal) shown() Goal {
	shown := Goal{Goal: g.id, Theme: g.theme.what}
	if g.level.what != nil {
		level := *g.level.what
		shown.Level = &level
	}
	return shown
}

// A diary is the meetings of a group: those to come, and when it has met.
type diary struct {
	plans []*plan
	held  []said[time.Time]
}

type plan struct {
	id      events.MeetingID
	in      *diary
	starts  time.Time
	minutes int
	mode    events.Mode
	planned uint64 // the place of the record that the above is from
	agreed  bool
	answers []answer
}

type answer struct {
	person events.PersonID
	comes  bool
}

// Apply takes in one more event.
func (s *myStatuses) Apply(r events.Recorded) {
	switch e := r.Event.(type) {
	case events.PersonRegistered:
		put(&s.people, e.Person, someone{language: e.Language})
	case events.PersonAmended:
		put(&s.people, e.Person, someone{language: e.Language})
	case events.PersonErased:
		put(&s.people, e.Person, someone{erased: true})
	case events.NudgesDeclined:
		put(&s.quiet, e.Person, true)
	case events.NudgesWelcomed:
		delete(s.quiet, e.Person)
	case events.PrinciplesPublished:
		s.principles = said[int]{e.Version, r.Place}
	case events.RecordCorrected:
		if e.Record == "principles-published" && e.Corrects == s.principles.place {
			s.principles.what = truth(e).(events.PrinciplesPublished).Version
		}
		s.cohorts.at(r.Cohort).apply(r)
	default:
		s.cohorts.at(r.Cohort).apply(r)
	}
}

func (c *myCohort) apply(r events.Recorded) {
	switch e := r.Event.(type) {
	case events.AttendanceRecorded: // only choices are shown here
	case events.CohortOpened:
		c.title = e.Title
	case events.CohortCompleted:
		c.completed = true
	case events.ConsentGiven:
		c.withdraw(e.Person, e.Purpose)
		put(&c.consents, e.Person, append(c.consents[e.Person], Consent{e.Purpose, e.TextVersion, r.At}))
	case events.ConsentWithdrawn:
		c.withdraw(e.Person, e.Purpose)
	case events.PrinciplesAccepted:
		put(&c.accepted, e.Person, e.Version)
	case events.SurveyOpened:
		c.surveys = append(c.surveys, said[OpenSurvey]{OpenSurvey{e.Survey, e.Stage, e.Closes}, r.Place})
	case events.SurveyClosed:
		c.surveys = slices.DeleteFunc(c.surveys, func(s said[OpenSurvey]) bool { return s.what.Survey == e.Survey })
	case events.GoalSet:
		g := &goal{id: e.Goal, theme: said[events.Code]{e.Theme, r.Place}}
		put(&c.goal, e.Goal, g)
		put(&c.goals, r.By, append(c.goals[r.By], g))
	case events.GoalRated:
		if g := c.goal[e.Goal]; g != nil {
			g.level = said[*int]{&e.Level, r.Place}
		}
	case events.RecordCorrected:
		c.correct(r, e)
	default:
		if !c.meet(r) && c.gatherings.apply(r) == nil {
			c.particulars.note(c.enrolments.apply(r), r)
			c.groups.apply(r)
		}
	}
}

// meet takes in what a group plans and does.
func (c *myCohort) meet(r events.Recorded) bool {
	switch e := r.Event.(type) {
	case events.MeetingProposed:
		p := c.plan(e.Meeting, e.Group)
		p.set(r.Place, e.StartsAt, e.Minutes, e.Mode)
		p.answer(r.By, true)
	case events.MeetingAccepted:
		c.plan(e.Meeting, e.Group).answer(r.By, true)
	case events.MeetingDeclined:
		c.plan(e.Meeting, e.Group).answer(r.By, false)
	case events.MeetingAgreed:
		p := c.plan(e.Meeting, e.Group)
		p.set(r.Place, e.StartsAt, e.Minutes, e.Mode)
		p.agreed = true
	case events.MeetingMoved:
		p := c.plan(e.Meeting, e.Group)
		p.set(r.Place, e.StartsAt, e.Minutes, e.Mode)
		p.agreed = true
	case events.MeetingCancelled:
		c.drop(e.Meeting)
	case events.MeetingHeld:
		c.drop(e.Meeting)
		d := c.diary(e.Group)
		d.held = append(d.held, said[time.Time]{e.HeldAt, r.Place})
	default:
		return false
	}
	return true
}

// withdraw takes a person's consent to a purpose away, if there is one.
func (c *myCohort) withdraw(p events.PersonID, purpose events.Code) {
	if all := c.consents[p]; all != nil {
		c.consents[p] = slices.DeleteFunc(all, func(old Consent) bool { return old.Purpose == purpose })
	}
}

func (c *myCohort) diary(id events.GroupID) *diary {
	d := c.diaries[id]
	if d == nil {
		d = &diary{}
		put(&c.diaries, id, d)
	}
	return d
}

// plan returns a meeting that is not over yet.
func (c *myCohort) plan(id events.MeetingID, of events.GroupID) *plan {
	p := c.meetings[id]
	if p == nil {
		p = &plan{id: id, in: c.diary(of)}
		put(&c.meetings, id, p)
		p.in.plans = append(p.in.plans, p)
	}
	return p
}

// drop forgets a meeting that was held or will not be.
func (c *myCohort) drop(id events.MeetingID) {
	if p := c.meetings[id]; p != nil {
		p.in.plans = slices.DeleteFunc(p.in.plans, func(other *plan) bool { return other == p })
		delete(c.meetings, id)
	}
}

func (p *plan) set(place uint64, starts time.Time, minutes int, mode events.Mode) {
	p.planned, p.starts, p.minutes, p.mode = place, starts, minutes, mode
}

func (p *plan) answer(who events.PersonID, comes bool) {
	for i := range p.answers {
		if p.answers[i].person == who {
			p.answers[i].comes = comes
			return
		}
	}
	p.answers = append(p.answers, answer{who, comes})
}
