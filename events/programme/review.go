package programme

import "kolmikko/events"

// AcceptEnrolment asks that an enrolment has a seat.
type AcceptEnrolment struct {
	Enrolment events.EnrolmentID `json:"enrolment" doc:"the enrolment's id"`
}

// Decide lets a coordinator give a free seat to somebody eligible.
func (c AcceptEnrolment) Decide(s *State, ask Ask) ([]events.Event, error) {
	cohort, e, err := s.enrolment(ask, c.Enrolment, false)
	switch {
	case err != nil:
		return nil, err
	case e.Status == Accepted:
		return nil, nil
	case e.Status == Waitlisted:
		return nil, refuse(StillWaiting, "the enrolment waits; promote it instead")
	}
	if err := s.eligible(cohort, e); err != nil {
		return nil, err
	}
	return facts(events.EnrolmentAccepted(c))
}

// eligible refuses a seat to who can have none: the enrolment has ended, its
// person is not there any more or does not consent, has served too long, or all
// seats are taken.
func (s *State) eligible(c *Cohort, e *Enrolment) error {
	if !e.live() {
		return refuse(NotLive, "the enrolment is %s", e.Status)
	}
	if err := s.registered(e.Person); err != nil {
		return err
	}
	if c.Consents[e.Person][Participation] == 0 {
		return refuse(ConsentMissing, "this person does not consent to take part")
	}
	// The limit may have been lowered since they applied.
	if err := fitMonths(c, e.Seat, e.Application.Months); err != nil {
		return err
	}
	if q := c.Seats[e.Seat]; q.Taken >= q.Capacity {
		return refuse(NoSeatLeft, "all %d seats are taken; let the enrolment wait", q.Capacity)
	}
	return nil
}

// DeclineEnrolment asks that an enrolment gets no seat.
type DeclineEnrolment struct {
	Enrolment events.EnrolmentID `json:"enrolment" doc:"the enrolment's id"`
	Reason    events.Code        `json:"reason" doc:"of the list of reasons, such as not-eligible"`
}

// Decide lets a coordinator decline an enrolment that has no seat yet.
func (c DeclineEnrolment) Decide(s *State, ask Ask) ([]events.Event, error) {
	_, e, err := s.enrolment(ask, c.Enrolment, false)
	switch {
	case err != nil:
		return nil, err
	case e.Status == Declined:
		return nil, nil
	case e.Status == Accepted:
		return nil, refuse(HasSeat, "the enrolment has a seat; only its withdrawal frees it")
	case !e.live():
		return nil, refuse(NotLive, "the enrolment is %s", e.Status)
	}
	if err := s.known(ListReasons, c.Reason); err != nil {
		return nil, err
	}
	return facts(events.EnrolmentDeclined(c))
}

// WaitlistEnrolment asks that an enrolment waits for a seat.
type WaitlistEnrolment struct {
	Enrolment events.EnrolmentID `json:"enrolment" doc:"the enrolment's id"`
	Reason    events.Code        `json:"reason" doc:"of the list of reasons, such as capacity"`
}

// Decide lets a coordinator put an enrolment at the end of its queue.
func (c WaitlistEnrolment) Decide(s *State, ask Ask) ([]events.Event, error) {
	cohort, e, err := s.enrolment(ask, c.Enrolment, false)
	switch {
	case err != nil:
		return nil, err
	case e.Status == Waitlisted:
		return nil, nil
	case e.Status == Accepted:
		return nil, refuse(HasSeat, "the enrolment has a seat")
	case !e.live():
		return nil, refuse(NotLive, "the enrolment is %s", e.Status)
	}
	if err := s.known(ListReasons, c.Reason); err != nil {
		return nil, err
	}
	return facts(events.EnrolmentWaitlisted{Enrolment: c.Enrolment,
		Position: len(cohort.Seats[e.Seat].Waiting) + 1, Reason: c.Reason})
}

// PromoteEnrolment asks that a waiting enrolment gets a seat.
type PromoteEnrolment struct {
	Enrolment events.EnrolmentID `json:"enrolment" doc:"the enrolment's id"`
	Reason    events.Code        `json:"reason,omitzero" doc:"of the list of reasons; needed if it is not the next in its queue"`
}

// Decide lets a coordinator give a free seat to the next in the queue, or with
// a reason to another who waits.
func (c PromoteEnrolment) Decide(s *State, ask Ask) ([]events.Event, error) {
	cohort, e, err := s.enrolment(ask, c.Enrolment, false)
	switch {
	case err != nil:
		return nil, err
	case e.Status == Accepted:
		return nil, nil
	case e.Status != Waitlisted:
		return nil, refuse(NotWaiting, "the enrolment is %s; only who waits is promoted", e.Status)
	}
	if err := s.eligible(cohort, e); err != nil {
		return nil, err
	}
	// A reason is only asked for where somebody is passed over, and is kept then.
	if next := s.nextIn(cohort, e.Seat); c.Reason == "" && next != c.Enrolment {
		return nil, refuse(NotNext, "%s is the next in the queue; give a reason to pass it over", next)
	}
	if c.Reason != "" {
		if err := s.known(ListReasons, c.Reason); err != nil {
			return nil, err
		}
	}
	return facts(events.EnrolmentPromoted(c))
}

// nextIn returns the first in a queue who was not erased.
func (s *State) nextIn(c *Cohort, seat Seat) events.EnrolmentID {
	for _, id := range c.Seats[seat].Waiting {
		if s.registered(c.Enrolments[id].Person) == nil {
			return id
		}
	}
	return ""
}
