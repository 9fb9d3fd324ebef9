package projections

import (
	"maps"
	"slices"
	"time"

	"kolmikko/events"
)

// Apply takes in one more event.
func (s *programmeOutbox) Apply(r events.Recorded) {
	switch e := r.Event.(type) {
	case events.NudgeSent:
		put(&s.sent, e.Target, r.At)
		if c := s.causes[r.Causation]; c != nil && s.settle(c, e.Target) {
			s.settled++
		}
	case events.NudgesDeclined:
		put(&s.quiet, e.Person, true)
	case events.NudgesWelcomed:
		delete(s.quiet, e.Person)
	case events.PersonErased:
		delete(s.quiet, e.Person)
		delete(s.sent, e.Person)
		put(&s.erased, e.Person, true)
		s.release(e.Person, func(*cause) bool { return true })
	case events.RoleGranted:
		s.tell(r, topic{"role", string(e.Role) + " " + string(e.Person)}, time.Time{}, e.Person).about(string(e.Role))
	case events.RoleRevoked:
		s.tell(r, topic{"role", string(e.Role) + " " + string(e.Person)}, time.Time{}, e.Person).about(string(e.Role))
	case events.CommentSubmitted:
		put(&s.authors, e.Comment, r.By)
	case events.CommentPublished:
		s.answer(r, e.Comment)
	case events.CommentRejected:
		s.answer(r, e.Comment)
	case events.CohortCompleted:
		s.complete(r.Cohort)
	case events.RecordCorrected:
		s.correct(r, e)
	default:
		s.inCohort(r)
	}
}

// correct replaces until when it is worth telling of something that is at
// another time than a record said.
func (s *programmeOutbox) correct(r events.Recorded, c events.RecordCorrected) {
	until := func(about topic, starts time.Time) {
		if due := s.cohorts.at(r.Cohort).latest[about]; due != nil && due.Place == c.Corrects {
			due.Until = starts
		}
	}
	switch c.Record {
	case "meeting-proposed", "meeting-agreed", "meeting-moved", "gathering-scheduled", "gathering-moved",
		"phase-rescheduled", "survey-opened":
	default:
		return // no letter says anything of it
	}
	switch e := truth(c).(type) {
	case events.MeetingProposed:
		until(topic{"meeting", string(e.Meeting)}, e.StartsAt)
	case events.MeetingAgreed:
		until(topic{"meeting", string(e.Meeting)}, e.StartsAt)
	case events.MeetingMoved:
		until(topic{"meeting", string(e.Meeting)}, e.StartsAt)
	case events.GatheringScheduled:
		until(topic{"gathering", string(e.Gathering)}, e.StartsAt)
	case events.GatheringMoved:
		until(topic{"gathering", string(e.Gathering)}, e.StartsAt)
	case events.PhaseRescheduled:
		until(topic{"phase", string(e.Phase)}, after(e.To))
	case events.SurveyOpened:
		until(topic{"survey", string(e.Survey)}, after(e.Closes))
	}
}

// about changes what a letter is about; its cause may be nil.
func (c *cause) about(id string) {
	if c != nil {
		c.About = id
	}
}

// answer tells the author of a comment what became of it.
func (s *programmeOutbox) answer(r events.Recorded, id events.CommentID) {
	if author, waits := s.authors[id]; waits && !events.IsReserved(author) {
		s.tell(r, topic{"comment", string(id)}, time.Time{}, author)
	}
	delete(s.authors, id)
}

// complete drops what is due in a cohort that has ended.
func (s *programmeOutbox) complete(id events.CohortID) {
	s.cohorts.at(id).completed = true
	for _, c := range s.causes {
		if c.Cohort == id {
			s.overtook += len(c.to)
			s.drop(c)
		}
	}
}

func (s *programmeOutbox) inCohort(r events.Recorded) {
	c := s.cohorts.at(r.Cohort)
	switch e := r.Event.(type) {
	case events.GatheringScheduled:
		s.tell(r, topic{"gathering", string(e.Gathering)}, e.StartsAt, s.invited(r.Cohort)...)
	case events.GatheringMoved:
		s.tell(r, topic{"gathering", string(e.Gathering)}, e.StartsAt, s.invited(r.Cohort)...)
	case events.GatheringCancelled:
		s.tell(r, topic{"gathering", string(e.Gathering)}, time.Time{}, s.invited(r.Cohort)...)
	case events.SurveyOpened:
		s.tell(r, topic{"survey", string(e.Survey)}, after(e.Closes), s.invited(r.Cohort)...)
	case events.SurveyClosed:
		s.forget(r.Cohort, topic{"survey", string(e.Survey)})
	case events.PhaseRescheduled:
		s.tell(r, topic{"phase", string(e.Phase)}, after(e.To), c.enrolled()...)
	case events.PhaseCompleted:
		s.forget(r.Cohort, topic{"phase", string(e.Phase)})
	case events.GroupsPublished:
		s.regroup(r, c, e.Track, e.Groups, nil)
	case events.GroupsRepaired:
		s.regroup(r, c, e.Track, e.Groups, e.Moved)
	case events.GroupDissolved:
		s.dissolve(r, c, e.Group)
	case events.ParticipantDroppedOut:
		s.leave(r, c, e)
	default:
		if x := c.enrolments.apply(r); x != nil {
			s.enrol(r, x)
		} else if !s.meet(r, c) {
			c.groups.apply(r)
		}
	}
}

// enrol tells a person where their enrolment has got to.
func (s *programmeOutbox) enrol(r events.Recorded, x *enrolment) {
	if _, amended := r.Event.(events.EnrolmentAmended); amended {
		return // they did it themselves, and see it
	}
	s.tell(r, topic{"enrolment", string(x.id)}, time.Time{}, x.person)
}

// regroup tells members which group they have. News of a group overtakes what
// they were to be told of the one before, and whoever moved is told nothing more
// of meetings that are no longer theirs.
func (s *programmeOutbox) regroup(r events.Recorded, c *outboxCohort, t events.Track, groups []events.Group, moved []events.PersonID) {
	c.groups.apply(r)
	var to []events.PersonID
	for _, g := range groups {
		for _, p := range g.Members {
			s.release(p, func(old *cause) bool {
				return old.Cohort == r.Cohort && old.track == t && (old.topic.what == "group" || slices.Contains(moved, p))
			})
			to = append(to, p)
		}
	}
	if told := s.tell(r, topic{what: "group"}, time.Time{}, to...); told != nil {
		told.track = t
	}
}

// dissolve tells members that their group is no more.
func (s *programmeOutbox) dissolve(r events.Recorded, c *outboxCohort, id events.GroupID) {
	g := c.groups.by[id]
	if g == nil {
		return
	}
	members := g.members
	c.groups.apply(r)
	for _, p := range members {
		s.release(p, func(old *cause) bool { return old.Cohort == r.Cohort && old.track == g.track })
	}
	if told := s.tell(r, topic{what: "group"}, time.Time{}, members...); told != nil {
		told.track, told.About = g.track, string(id)
	}
}

// leave tells a group who has left it, and the one who left nothing more of it.
func (s *programmeOutbox) leave(r events.Recorded, c *outboxCohort, e events.ParticipantDroppedOut) {
	g := c.groups.of.get(e.Person, e.Track)
	c.enrolments.apply(r)
	c.groups.apply(r)
	gone := !c.enrolments.participates(e.Person)
	s.release(e.Person, func(old *cause) bool {
		return old.Cohort == r.Cohort && (gone || old.track == e.Track)
	})
	if g != nil {
		s.tell(r, topic{"left", r.ID}, time.Time{}, g.members...).about(string(g.id))
	}
}

func (s *programmeOutbox) meet(r events.Recorded, c *outboxCohort) bool {
	switch e := r.Event.(type) {
	case events.MeetingProposed:
		s.tellGroup(r, c, e.Group, e.Meeting, e.StartsAt, r.By)
	case events.MeetingAgreed:
		s.tellGroup(r, c, e.Group, e.Meeting, e.StartsAt, "")
	case events.MeetingMoved:
		s.tellGroup(r, c, e.Group, e.Meeting, e.StartsAt, "")
	case events.MeetingCancelled:
		s.tellGroup(r, c, e.Group, e.Meeting, time.Time{}, "")
	case events.MeetingHeld:
		s.forget(r.Cohort, topic{"meeting", string(e.Meeting)})
	default:
		return false
	}
	return true
}

// after returns when a day is over everywhere that this may be about; the
// cohort's time zone is some hours ahead.
func after(d events.Date) time.Time {
	t, err := d.Time(time.UTC)
	if err != nil {
		return time.Time{}
	}
	return t.AddDate(0, 0, 1)
}

// tellGroup tells a group's members of a meeting, except one who knows.
func (s *programmeOutbox) tellGroup(r events.Recorded, c *outboxCohort, of events.GroupID, m events.MeetingID,
	until time.Time, except events.PersonID,
) {
	g := c.groups.by[of]
	if g == nil {
		return
	}
	if told := s.tell(r, topic{"meeting", string(m)}, until, without(g.members, except)...); told != nil {
		told.track = g.track
	}
}

// enrolled returns who has enrolled and was not turned away, in order.
func (c *outboxCohort) enrolled() []events.PersonID {
	var all []events.PersonID
	for _, of := range c.enrolments.live.by {
		all = slices.AppendSeq(all, maps.Keys(of))
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// invited returns the participants of a cohort; of no cohort: of each that has
// not ended.
func (s *programmeOutbox) invited(id events.CohortID) []events.PersonID {
	if id != events.WholeProgramme {
		return s.cohorts.at(id).enrolments.participants()
	}
	var all []events.PersonID
	for _, c := range s.cohorts.by {
		if !c.completed {
			all = append(all, c.enrolments.participants()...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}
