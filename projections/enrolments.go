package projections

import (
	"slices"

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

// enrolments are those of one cohort. Many views keep them, so they hold no more
// than most of these need; what a roster shows beside is in [particulars].
type enrolments struct {
	list   []*enrolment // in the order in which they were submitted
	by     map[events.EnrolmentID]*enrolment
	live   perTrack[*enrolment] // submitted, waiting or accepted
	queues map[seat]*queue
}

type enrolment struct {
	id           events.EnrolmentID
	person       events.PersonID
	organisation events.OrganisationID
	said         uint64 // the place of the record that the organisation is from
	*queue
	status Status
}

// A queue is those who enrol for one part on one track.
type queue struct {
	seat
	waiting []*enrolment // in order
}

// A seat is a part on a track.
type seat struct {
	track events.Track
	part  events.Part
}

// apply takes in an event, and returns the enrolment that it changed.
func (s *enrolments) apply(r events.Recorded) *enrolment {
	switch e := r.Event.(type) {
	case events.EnrolmentSubmitted:
		return s.submit(r.Place, e)
	case events.EnrolmentAmended:
		x := s.by[e.Enrolment]
		if x != nil {
			x.organisation, x.said = e.Application.Organisation, r.Place
		}
		return x
	case events.EnrolmentAccepted:
		return s.settle(e.Enrolment, Accepted)
	case events.EnrolmentPromoted:
		return s.settle(e.Enrolment, Accepted)
	case events.EnrolmentWaitlisted:
		return s.settle(e.Enrolment, Waitlisted)
	case events.EnrolmentDeclined:
		return s.settle(e.Enrolment, Declined)
	case events.EnrolmentWithdrawn:
		return s.settle(e.Enrolment, Withdrawn)
	case events.ParticipantDroppedOut:
		if x := s.live.get(e.Person, e.Track); x != nil {
			return s.settle(x.id, DroppedOut)
		}
	case events.RecordCorrected:
		s.correct(e)
	}
	return nil
}

func (s *enrolments) submit(place uint64, e events.EnrolmentSubmitted) *enrolment {
	at := seat{e.Track, e.Part}
	if s.queues[at] == nil {
		put(&s.queues, at, &queue{seat: at})
	}
	x := &enrolment{
		id: e.Enrolment, person: e.Person, organisation: e.Application.Organisation, said: place,
		queue: s.queues[at], status: Submitted,
	}
	s.list = append(s.list, x)
	put(&s.by, x.id, x)
	s.live.set(x.person, x.track, x)
	return x
}

func (s *enrolments) settle(id events.EnrolmentID, to Status) *enrolment {
	x := s.by[id]
	if x == nil {
		return nil
	}
	x.waiting = slices.DeleteFunc(x.waiting, func(w *enrolment) bool { return w == x })
	if x.status = to; to == Waitlisted {
		x.waiting = append(x.waiting, x)
	}
	if to != Accepted && to != Waitlisted && s.live.get(x.person, x.track) == x {
		s.live.drop(x.person, x.track)
	}
	return x
}

// correct replaces the organisation, if it is still from the corrected record.
func (s *enrolments) correct(c events.RecordCorrected) {
	of, said := application(c)
	for _, x := range s.list {
		if said && x.said == c.Corrects {
			x.organisation = of.Organisation
		}
	}
}

// application returns what an enrolment truly said, if that was corrected.
func application(c events.RecordCorrected) (of events.Application, said bool) {
	switch c.Record {
	case "enrolment-submitted":
		return truth(c).(events.EnrolmentSubmitted).Application, true
	case "enrolment-amended":
		return truth(c).(events.EnrolmentAmended).Application, true
	}
	return of, false
}

// position returns where x stands in its queue, from 1, or 0.
func (x *enrolment) position() int { return slices.Index(x.waiting, x) + 1 }

// participates reports whether a person has a seat on any track.
func (s *enrolments) participates(p events.PersonID) bool {
	for _, of := range s.live.by {
		if x := of[p]; x != nil && x.status == Accepted {
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

// perTrack is a V for each person on a track.
type perTrack[V any] struct {
	by map[events.Track]map[events.PersonID]V
}

func (m *perTrack[V]) get(p events.PersonID, t events.Track) V { return m.by[t][p] }

func (m *perTrack[V]) set(p events.PersonID, t events.Track, v V) {
	if m.by[t] == nil {
		put(&m.by, t, map[events.PersonID]V{})
	}
	m.by[t][p] = v
}

func (m *perTrack[V]) drop(p events.PersonID, t events.Track) { delete(m.by[t], p) }
