package programme

import (
	"fmt"
	"slices"

	"kolmikko/events"
)

func (l *ledger) holdPeople(r events.Recorded) {
	switch e := r.Event.(type) {
	case events.RoleGranted:
		l.must(r.By != e.Person, "granted to themselves")
		l.must(l.roles[r.By][events.Owner] || r.By == events.Operator && e.Role == events.Owner, "by no owner")
		if l.roles[e.Person] == nil {
			l.roles[e.Person] = map[events.Role]bool{}
		}
		l.roles[e.Person][e.Role] = true
	case events.RoleRevoked:
		delete(l.roles[e.Person], e.Role)
	case events.PersonErased:
		l.gone[e.Person] = true
		delete(l.roles, e.Person)
	case events.CodesPublished:
		l.must(e.Version == l.versions[e.List]+1, "version %d was before", l.versions[e.List])
		l.versions[e.List] = e.Version
	case events.PrinciplesPublished:
		l.must(e.Version == l.principles+1, "version %d was before", l.principles)
		l.principles = e.Version
	case events.NudgeSent:
		last, before := l.nudged[e.Target]
		l.must(!before || r.At.Sub(last) >= betweenNudges, "nudged at %s before", last)
		l.nudged[e.Target] = r.At
	}
}

func (l *ledger) holdPlan(c *page, r events.Recorded) {
	switch e := r.Event.(type) {
	case events.ProgrammeLaunched:
		l.must(e.StartsOn < e.EndsOn && len(e.Tracks) > 0, "starts before it ends, on a track")
	case events.CohortOpened:
		l.must(l.state.Launch != nil && l.state.Launch.StartsOn <= e.StartsOn && e.EndsOn <= l.state.Launch.EndsOn, "outside the programme")
	case events.PhaseStarted:
		order := events.Phases()
		for _, later := range order[slices.Index(order, e.Phase):] {
			l.must(!c.started[later], "%s has started", later)
		}
		c.started[e.Phase] = true
	case events.PhaseCompleted:
		l.must(c.started[e.Phase], "before it started")
	case events.PhaseRescheduled:
		at := l.state.Cohorts[r.Cohort].Phases[e.Phase]
		l.must(at != nil && at.From == e.OldFrom && at.To == e.OldTo, "the old dates are lost")
	case events.CohortCompleted:
		c.over = true
	case events.CohortArchived:
		l.must(c.over, "before it was completed")
		c.archived = true
	case events.EvaluationPlanned:
		h := l.state.Cohorts[r.Cohort]
		l.must(e.Late == (h.Day(r.At) >= h.Opened.StartsOn) && e.K >= 5, "late or not, and of five at least")
	}
}

func (l *ledger) holdEnrolment(c *page, r events.Recorded) {
	switch e := r.Event.(type) {
	case events.EnrolmentOpened:
		c.capacity[Seat{e.Track, e.Part}], c.open[Seat{e.Track, e.Part}] = e.Capacity, true
	case events.EnrolmentClosed:
		c.open[Seat{e.Track, e.Part}] = false
	case events.EnrolmentSubmitted:
		seat := Seat{e.Track, e.Part}
		l.must(c.open[seat], "enrolment is not open")
		l.must(c.consents[events.ConsentWithdrawn{Person: e.Person, Purpose: Participation}], "without consent")
		l.must(len(e.Application.Slots) >= 4, "with %d half-days", len(e.Application.Slots))
		l.must(r.By == e.Person || l.roles[r.By][events.Coordinator] || l.roles[r.By][events.Owner], "by somebody else")
		l.must(!l.gone[e.Person], "of somebody erased")
		c.enrolments[e.Enrolment] = &entry{e.Person, seat, Submitted}
	case events.EnrolmentAmended:
		l.must(!c.frozen[e.Enrolment], "after it was frozen")
	case events.EnrolmentAccepted:
		l.settle(c, e.Enrolment, Accepted, Submitted)
	case events.EnrolmentPromoted:
		next := l.nextIn(c, c.enrolments[e.Enrolment].seat)
		l.must(next == e.Enrolment || e.Reason != "", "%s is next", next)
		l.settle(c, e.Enrolment, Accepted, Waitlisted)
	case events.EnrolmentWaitlisted:
		seat := c.enrolments[e.Enrolment].seat
		l.settle(c, e.Enrolment, Waitlisted, Submitted)
		c.queue[seat] = append(c.queue[seat], e.Enrolment)
		l.must(e.Position == len(c.queue[seat]), "the position is %d", len(c.queue[seat]))
	case events.EnrolmentDeclined:
		l.settle(c, e.Enrolment, Declined, Submitted, Waitlisted)
	case events.EnrolmentWithdrawn:
		l.settle(c, e.Enrolment, Withdrawn, Submitted, Waitlisted, Accepted)
	case events.ConsentGiven:
		l.must(e.TextVersion > 0, "to no text")
		c.consents[events.ConsentWithdrawn{Person: e.Person, Purpose: e.Purpose}] = true
	case events.ConsentWithdrawn:
		l.must(r.By == e.Person, "by somebody else")
		delete(c.consents, e)
	case events.PreferenceStated:
		l.must(r.By == e.Person && len(e.Avoid)+len(e.AvoidHouses) <= 3, "about oneself, three at most")
	case events.PrinciplesAccepted:
		l.must(r.By == e.Person && e.Version == l.principles, "the newest, by oneself")
	}
}

// nextIn returns the first of a queue who was not erased.
func (l *ledger) nextIn(c *page, seat Seat) events.EnrolmentID {
	for _, id := range c.queue[seat] {
		if !l.gone[c.enrolments[id].person] {
			return id
		}
	}
	return ""
}

func (l *ledger) settle(c *page, id events.EnrolmentID, to Status, from ...Status) {
	e := c.enrolments[id]
	l.must(slices.Contains(from, e.status), "the enrolment is %s", e.status)
	e.status = to
	c.queue[e.seat] = slices.DeleteFunc(slices.Clone(c.queue[e.seat]), func(w events.EnrolmentID) bool { return w == id })
}

// seated returns the entry of a person who has a seat on a track.
func (c *page) seated(p events.PersonID, t events.Track) *entry {
	for _, e := range c.enrolments {
		if e.person == p && e.seat.Track == t && e.status == Accepted {
			return e
		}
	}
	return nil
}

func (l *ledger) holdMatching(c *page, r events.Recorded) {
	switch e := r.Event.(type) {
	case events.MatchingFrozen:
		for id, n := range c.enrolments {
			if n.seat.Track == e.Track {
				l.must(n.status != Submitted || l.gone[n.person], "%s waits to be reviewed", id)
				delete(c.frozen, id)
			}
		}
		for _, id := range e.Enrolments {
			c.frozen[id] = true
		}
	case events.MatchingRun:
		l.must(e.Bound >= e.Objective, "the bound is below the objective")
	case events.MatchingOverridden:
		if e.BrokenRule != "" {
			c.excused[e.Move], c.excused[e.For] = true, true
		}
		l.must(e.BrokenRule == "" || e.SecondEyes != "" && e.SecondEyes != r.By, "with no second pair of eyes")
	case events.GroupsPublished:
		l.regroup(c, e.Track, e.Groups)
		l.apart(c, e)
		placed := slices.Clone(e.Unplaced)
		for _, g := range e.Groups {
			placed = append(placed, g.Members...)
		}
		for _, n := range c.enrolments {
			l.must(n.seat.Track != e.Track || n.status != Accepted || l.gone[n.person] || slices.Contains(placed, n.person), "%s is left out", n.person)
		}
	case events.GroupsRepaired:
		for _, p := range e.Moved {
			l.must(c.willing[PersonOnTrack{p, e.Track}], "%s has not consented", p)
			delete(c.willing, PersonOnTrack{p, e.Track})
		}
		l.regroup(c, e.Track, e.Groups)
	case events.MoveConsented:
		c.willing[PersonOnTrack{e.Person, e.Track}] = true
	case events.GroupDissolved:
		delete(c.groups, e.Group)
	case events.ParticipantDroppedOut:
		n := c.seated(e.Person, e.Track)
		l.must(n != nil, "who was not active")
		n.status = DroppedOut
		for g, members := range c.groups {
			if c.track[g] == e.Track {
				c.groups[g] = slices.DeleteFunc(slices.Clone(members), func(p events.PersonID) bool { return p == e.Person })
			}
		}
	}
}

// regroup books groups, of three at least, of people with a seat who have
// accepted the newest principles.
func (l *ledger) regroup(c *page, t events.Track, groups []events.Group) {
	for _, g := range groups {
		l.must(len(g.Members) == 0 || len(g.Members) >= 3, "a group of %d", len(g.Members))
		for _, p := range g.Members {
			l.must(c.seated(p, t) != nil && !l.gone[p], "%s has no seat", p)
			l.must(l.state.Cohorts[l.at.Cohort].Principles[p] == l.principles, "%s has not accepted the principles", p)
		}
		c.groups[g.Group], c.track[g.Group] = g.Members, t
		if len(g.Members) == 0 {
			delete(c.groups, g.Group)
		}
	}
}

// apart holds published groups to the hard rule that scripts set: no two of one
// organisation, unless an override of either answers for it.
func (l *ledger) apart(c *page, e events.GroupsPublished) {
	h := l.state.Cohorts[l.at.Cohort]
	if !l.strict || !slices.Contains(h.Runs[e.Run].Rules.Hard, events.HardOrganisation) {
		return
	}
	for _, g := range e.Groups {
		home := map[events.OrganisationID]events.PersonID{}
		for _, p := range g.Members {
			house := h.Enrolments[h.Live[PersonOnTrack{p, e.Track}]].Application.Organisation
			other, twice := home[house]
			l.must(!twice || c.excused[p] || c.excused[other], "%s and %s are of one organisation", p, other)
			home[house] = p
		}
	}
}

func (l *ledger) holdGroup(c *page, r events.Recorded) {
	member := func(g events.GroupID) { l.must(slices.Contains(c.groups[g], r.By), "by no member of %s", g) }
	switch e := r.Event.(type) {
	case events.GroupAgreementAssented:
		member(e.Group)
		l.must(r.By == e.Person, "by somebody else")
		for a := range c.assents {
			if a.Group == e.Group && a.Person == e.Person {
				delete(c.assents, a)
			}
		}
		c.assents[e] = true
	case events.GroupAgreementReached:
		for _, p := range c.groups[e.Group] {
			l.must(l.gone[p] || c.assents[events.GroupAgreementAssented{Group: e.Group, Person: p, Rhythm: e.Rhythm, Quorum: e.Quorum}], "%s has not assented", p)
		}
	case events.GroupThemesAgreed:
		member(e.Group)
	case events.ConcernRaised:
		member(e.Group)
	case events.MeetingProposed:
		member(e.Group)
		l.must(e.StartsAt.After(r.At), "for the past")
		c.can[e.Meeting], c.starts[e.Meeting] = map[events.PersonID]bool{r.By: true}, e.StartsAt
	case events.MeetingAccepted:
		member(e.Group)
		c.can[e.Meeting][r.By] = true
	case events.MeetingDeclined:
		member(e.Group)
		delete(c.can[e.Meeting], r.By)
	case events.MeetingAgreed:
		coming := 0
		for p := range c.can[e.Meeting] {
			if slices.Contains(c.groups[e.Group], p) {
				coming++
			}
		}
		quorum := min(l.state.Cohorts[r.Cohort].Groups[e.Group].Agreed.Quorum, len(c.groups[e.Group]))
		l.must(coming >= max(2, quorum) || len(l.gone) > 0, "by %d of %d", coming, quorum)
	case events.MeetingMoved:
		member(e.Group)
		l.must(e.StartsAt.After(r.At), "to the past")
		c.starts[e.Meeting] = e.StartsAt
	case events.MeetingHeld:
		member(e.Group)
		l.must(!c.starts[e.Meeting].After(r.At), "before its start")
		l.must(!e.HeldAt.After(r.At) && e.Present >= 2, "after its start, by two at least")
		l.must(!l.once[fmt.Sprint(r.Cohort, " meeting-cancelled", e.Meeting)], "after it was cancelled")
	}
}

func (l *ledger) holdGathering(c *page, r events.Recorded) {
	h := l.state.Cohorts[r.Cohort]
	switch e := r.Event.(type) {
	case events.GatheringScheduled:
		l.must(r.Cohort == events.WholeProgramme || h.Opened.StartsOn <= h.Day(e.StartsAt) && h.Day(e.EndsAt) <= h.Opened.EndsOn, "outside the cohort")
	case events.AttendanceChosen:
		l.must(r.By == e.Person, "by somebody else")
	case events.AttendanceRecorded:
		l.must(!r.At.Before(h.Gatherings[e.Gathering].StartsAt), "before it began")
	case events.CommentPublished:
		l.must(l.once[fmt.Sprint(r.Cohort, " comment-submitted", e.Comment)], "of a comment that nobody made")
	case events.FeedbackGiven:
		v := h.Surveys[e.Survey]
		l.must(!v.Closed && h.Day(r.At) <= v.Closes, "after the survey was closed")
	case events.TieReported:
		l.must(c.consents[events.ConsentWithdrawn{Person: e.From, Purpose: Ties}], "without consent")
	}
	if h == nil {
		return
	}
	for id, g := range h.Gatherings {
		for _, m := range g.Modes {
			n := 0
			for p, chosen := range g.Chosen {
				if chosen == m.Mode && !l.gone[p] && (r.Cohort == events.WholeProgramme || h.Participates(p)) {
					n++
				}
			}
			l.must(m.Capacity == 0 || n <= m.Capacity, "%d people on %d seats of %s", n, m.Capacity, id)
		}
	}
}
