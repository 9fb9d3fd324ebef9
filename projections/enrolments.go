package projections

import (
	"slices"
	"time"

	"kolmikko/events"
)

// A Status is where an enrolment has got to.
type Status string

// Statuses of enrolments.
const (
	Submitted  Status = "submitted"
	Accepted   Status = "accepted"
	Waitlisted Status = "waitlisted"
	Declined   Status = "declined"
	Withdrawn  Status = "withdrawn"
	DroppedOut Status = "dropped-out"
)

// Statuses lists all statuses of an enrolment.
func Statuses() []Status {
	return []Status{Submitted, Accepted, Waitlisted, Declined, Withdrawn, DroppedOut}
}

// A seat is a part on a track.
type seat struct {
	track events.Track
	part  events.Part
}

// onTrack is a person as they take part in one track.
type onTrack struct {
	person events.PersonID
	track  events.Track
}

// enrolments are those of one cohort.
type enrolments struct {
	list   []*enrolment // in the order in which they were submitted
	by     map[events.EnrolmentID]*enrolment
	live   map[onTrack]*enrolment // submitted, waiting or accepted
	queues map[seat][]*enrolment  // waiting, in order
}

type enrolment struct {
	id           events.EnrolmentID
	person       events.PersonID
	seat         seat
	organisation events.OrganisationID
	region       events.Code
	said         uint64 // the place of the record that the above is from
	since        time.Time

	status  Status
	reason  events.Code
	settled uint64 // the place of the record that the status is from
	at      time.Time
}

// apply takes in an event, and returns the enrolment that it changed.
func (s *enrolments) apply(r events.Recorded) *enrolment {
	switch e := r.Event.(type) {
	case events.EnrolmentSubmitted:
		return s.submit(r, e)
	case events.EnrolmentAmended:
		if x := s.by[e.Enrolment]; x != nil {
			x.organisation, x.region, x.said = e.Application.Organisation, e.Application.Region, r.Place
			return x
		}
	case events.EnrolmentAccepted:
		return s.settle(r, e.Enrolment, Accepted, "")
	case events.EnrolmentPromoted:
		return s.settle(r, e.Enrolment, Accepted, "")
	case events.EnrolmentWaitlisted:
		return s.settle(r, e.Enrolment, Waitlisted, e.Reason)
	case events.EnrolmentDeclined:
		return s.settle(r, e.Enrolment, Declined, e.Reason)
	case events.EnrolmentWithdrawn:
		return s.settle(r, e.Enrolment, Withdrawn, e.Reason)
	case events.ParticipantDroppedOut:
		if x := s.live[onTrack{e.Person, e.Track}]; x != nil {
			return s.settle(r, x.id, DroppedOut, e.Reason)
		}
	case events.RecordCorrected:
		s.correct(e)
	}
	return nil
}

func (s *enrolments) submit(r events.Recorded, e events.EnrolmentSubmitted) *enrolment {
	x := &enrolment{
		id: e.Enrolment, person: e.Person, seat: seat{e.Track, e.Part},
		organisation: e.Application.Organisation, region: e.Application.Region,
		said: r.Place, since: r.At, status: Submitted, settled: r.Place, at: r.At,
	}
	s.list = append(s.list, x)
	put(&s.by, x.id, x)
	put(&s.live, onTrack{x.person, x.seat.track}, x)
	return x
}

func (s *enrolments) settle(r events.Recorded, id events.EnrolmentID, to Status, why events.Code) *enrolment {
	x := s.by[id]
	if x == nil {
		return nil
	}
	q := slices.DeleteFunc(s.queues[x.seat], func(w *enrolment) bool { return w == x })
	if to == Waitlisted {
		q = append(q, x)
	}
	put(&s.queues, x.seat, q)
	x.status, x.reason, x.settled, x.at = to, why, r.Place, r.At
	if who := (onTrack{x.person, x.seat.track}); s.live[who] == x && to != Accepted && to != Waitlisted {
		delete(s.live, who)
	}
	return x
}

// correct replaces what a record said that is still shown.
func (s *enrolments) correct(c events.RecordCorrected) {
	switch c.Record {
	case "enrolment-submitted", "enrolment-amended":
		s.restate(c)
	case "enrolment-waitlisted", "enrolment-declined", "enrolment-withdrawn", "participant-dropped-out":
		i := slices.IndexFunc(s.list, func(x *enrolment) bool { return x.settled == c.Corrects })
		if i < 0 {
			return
		}
		switch e := truth(c).(type) {
		case events.EnrolmentWaitlisted:
			s.list[i].reason = e.Reason
		case events.EnrolmentDeclined:
			s.list[i].reason = e.Reason
		case events.EnrolmentWithdrawn:
			s.list[i].reason = e.Reason
		case events.ParticipantDroppedOut:
			s.list[i].reason = e.Reason
		}
	}
}

func (s *enrolments) restate(c events.RecordCorrected) {
	i := slices.IndexFunc(s.list, func(x *enrolment) bool { return x.said == c.Corrects })
	if i < 0 {
		return
	}
	x := s.list[i]
	switch e := truth(c).(type) {
	case events.EnrolmentSubmitted:
		x.organisation, x.region = e.Application.Organisation, e.Application.Region
	case events.EnrolmentAmended:
		x.organisation, x.region = e.Application.Organisation, e.Application.Region
	}
}

// position returns where x stands in its queue, from 1, or 0.
func (s *enrolments) position(x *enrolment) int {
	if x.status != Waitlisted {
		return 0
	}
	return slices.Index(s.queues[x.seat], x) + 1
}

// participates reports whether a person has a seat on any track.
func (s *enrolments) participates(p events.PersonID) bool {
	for _, t := range []events.Track{events.Peer, events.Reverse} {
		if x := s.live[onTrack{p, t}]; x != nil && x.status == Accepted {
			return true
		}
	}
	return false
}

// participants returns who has a seat, each once, in the order in which they
// enrolled.
func (s *enrolments) participants() []events.PersonID {
	var all []events.PersonID
	seen := map[events.PersonID]bool{}
	for _, x := range s.list {
		if x.status == Accepted && !seen[x.person] {
			seen[x.person] = true
			all = append(all, x.person)
		}
	}
	return all
}
