package projections

import (
	"time"

	"kolmikko/events"
)

// particulars are what a roster shows of enrolments and others don't.
type particulars struct {
	of map[*enrolment]*particular
}

type particular struct {
	region  events.Code
	said    uint64 // the place of the record that the region is from
	since   time.Time
	at      time.Time   // when it got to its status
	reason  events.Code // of its status
	settled uint64      // the place of the record that the status is from
}

// note takes in what changed an enrolment.
func (s *particulars) note(x *enrolment, r events.Recorded) {
	if x == nil {
		if c, ok := r.Event.(events.RecordCorrected); ok {
			s.correct(c)
		}
		return
	}
	p := s.of[x]
	if p == nil {
		p = &particular{since: r.At}
		put(&s.of, x, p)
	}
	switch e := r.Event.(type) {
	case events.EnrolmentSubmitted:
		p.region, p.said = e.Application.Region, r.Place
	case events.EnrolmentAmended:
		p.region, p.said = e.Application.Region, r.Place
		return
	}
	p.at, p.reason, p.settled = r.At, why(r.Event), r.Place
}

// why returns the reason that is given for an enrolment's status.
func why(e events.Event) events.Code {
	switch e := e.(type) {
	case events.EnrolmentWaitlisted:
		return e.Reason
	case events.EnrolmentPromoted:
		return e.Reason
	case events.EnrolmentDeclined:
		return e.Reason
	case events.EnrolmentWithdrawn:
		return e.Reason
	case events.ParticipantDroppedOut:
		return e.Reason
	}
	return ""
}

// correct replaces what a record said that is still shown.
func (s *particulars) correct(c events.RecordCorrected) {
	of, said := application(c)
	for _, p := range s.of {
		if said && p.said == c.Corrects {
			p.region = of.Region
		}
		if p.settled == c.Corrects {
			p.reason = why(truth(c))
		}
	}
}
