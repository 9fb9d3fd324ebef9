package programme

import (
	"slices"

	"kolmikko/events"
)

func enrolForms() []Form {
	return []Form{
		form[OpenEnrolment]("enrolment", "open", OfCohort, "let people apply for seats of a part on a track"),
		form[CloseEnrolment]("enrolment", "close", OfCohort, "take no more applications"),
		form[SubmitEnrolment]("enrolment", "submit", OfCohort, "apply for a seat on a track"),
		form[AmendEnrolment]("enrolment", "amend", OfCohort, "say an application anew, whole"),
		form[WithdrawEnrolment]("enrolment", "withdraw", OfCohort, "take an enrolment back"),
		form[AcceptEnrolment]("enrolment", "accept", OfCohort, "give an enrolment a seat"),
		form[DeclineEnrolment]("enrolment", "decline", OfCohort, "give an enrolment no seat"),
		form[WaitlistEnrolment]("enrolment", "waitlist", OfCohort, "let an enrolment wait for a seat"),
		form[PromoteEnrolment]("enrolment", "promote", OfCohort, "give a waiting enrolment a seat"),
		form[ImportEnrolments]("enrolments", "import", OfCohort, "read enrolments from a list, all or none"),
		form[GiveConsent]("consent", "give", OfCohort, "agree to a use of one's data"),
		form[WithdrawConsent]("consent", "withdraw", OfCohort, "agree to it no longer"),
		form[AcceptPrinciples]("principles", "accept", OfCohort, "accept the principles"),
		form[StatePreference]("preference", "state", OfCohort, "say whom or what one would rather have in the group, or not"),
	}
}

// Rules about enrolments that many commands share.
const (
	EnrolmentClosed  = "enrolment-closed"
	NotLive          = "not-live" // an enrolment that has come to its end
	NoSeatLeft       = "no-seat-left"
	MatchingIsOn     = "matching-frozen" // what is being matched stays as it is
	ConsentMissing   = "consent-missing"
	PartOfOtherTrack = "part-of-other-track" // newcomers meet supervisors on the reverse track
	CapacityTaken    = "capacity-taken"      // people have more seats already
	AlreadyEnrolled  = "already-enrolled"    // one live enrolment a person and track
	ConsentGone      = "consent-withdrawn"   // only who withdrew it gives it again
	TooFewSlots      = "too-few-slots"       // a group would hardly find a common half-day
	NoNewcomer       = "no-newcomer"         // they have served too long
	InAGroup         = "in-a-group"          // others count on them: they drop out instead
	StillWaiting     = "still-waiting"       // who is in a queue is promoted, not accepted
	NotWaiting       = "not-waiting"         // who is in no queue is not promoted
	NotNext          = "not-next"            // others wait longer
	HasSeat          = "has-seat"            // it is not taken from them
	VersionOlder     = "version-older"       // a newer text was agreed to
	VersionNotNewest = "version-not-newest"  // what was read is not what holds
	TooManyAvoided   = "too-many-avoided"    // a group could hardly be found
	TooManyPreferred = "too-many-preferred"  // they would not all fit in a group
	ImportRows       = "import-rows"         // some rows are wrong, so that none was read in
	TooManyRows      = "too-many-rows"       // more than can be written in one piece
)

// OpenEnrolment asks that people may enrol on a track.
type OpenEnrolment struct {
	Track    events.Track `json:"track" doc:"peer or reverse"`
	Part     events.Part  `json:"part" doc:"supervisor, or newcomer on the reverse track"`
	Capacity int          `json:"capacity" doc:"seats; who comes later waits"`
	Form     int          `json:"form,omitzero" doc:"version of the form that they fill in; 1 when empty"`
	Months   int          `json:"months,omitzero" doc:"a newcomer's months of service at most; 0 asks nothing"`
}

// Decide opens enrolment, or changes its capacity and its limit, which is never
// below what is taken.
func (c OpenEnrolment) Decide(s *State, ask Ask) ([]events.Event, error) {
	if err := s.may(ask, events.Coordinator, events.Owner); err != nil {
		return nil, err
	}
	cohort, err := s.cohort(ask)
	if err != nil {
		return nil, err
	}
	e := events.EnrolmentOpened{Track: c.Track, Part: c.Part, Capacity: c.Capacity, Form: max(c.Form, 1), Months: c.Months}
	q := cohort.Seats[Seat{c.Track, c.Part}]
	switch {
	case !slices.Contains(cohort.Opened.Tracks, c.Track):
		return nil, refuse(TrackNotOffered, "the cohort's tracks are %v", cohort.Opened.Tracks)
	case c.Part != events.Supervisor && c.Part != events.Newcomer:
		return nil, refuse(Unfit, "a part is supervisor or newcomer")
	case c.Part == events.Newcomer && c.Track == events.Peer:
		return nil, refuse(PartOfOtherTrack, "newcomers take part on the reverse track")
	case q != nil && q.Open && q.Capacity == e.Capacity && q.Form == e.Form && q.Months == e.Months:
		return nil, nil
	case c.Capacity < 1 || c.Form < 0 || c.Months < 0:
		return nil, refuse(Unfit, "capacity counts from 1, months and form are not negative")
	case q != nil && c.Capacity < q.Taken:
		return nil, refuse(CapacityTaken, "%d seats are taken", q.Taken)
	}
	return facts(e)
}

// CloseEnrolment asks that nobody enrols on a track any more.
type CloseEnrolment struct {
	Track events.Track `json:"track" doc:"peer or reverse"`
	Part  events.Part  `json:"part" doc:"supervisor or newcomer"`
}

// Decide closes enrolment for a coordinator, or because its date came.
func (c CloseEnrolment) Decide(s *State, ask Ask) ([]events.Event, error) {
	if err := s.mayOrClock(ask); err != nil {
		return nil, err
	}
	cohort, err := s.cohort(ask)
	if err != nil {
		return nil, err
	}
	switch q := cohort.Seats[Seat(c)]; {
	case q == nil:
		return nil, refuse(NotFound, "enrolment for this part and track was never open")
	case !q.Open:
		return nil, nil
	}
	return facts(events.EnrolmentClosed(c))
}
