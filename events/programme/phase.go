package programme

import (
	"slices"

	"kolmikko/events"
)

// Rules about phases.
const (
	AnnouncedBefore = "announced-before"  // other dates are a rescheduling, so that the old ones stay visible
	NotAnnounced    = "not-announced"     // nobody knows of the phase yet
	OutOfOrder      = "out-of-order"      // the template says which phase comes first
	TooEarly        = "too-early"         // its announced day has not come
	PhaseNotStarted = "phase-not-started" // what has not begun does not end
	PhaseStarted    = "phase-started"     // its first day is history
	PhaseOver       = "phase-over"        // its dates are history
)

// AnnouncePhase asks that everybody learns when a phase is to be.
type AnnouncePhase struct {
	Phase events.Phase `json:"phase" doc:"enrolment, review, matching, opening, mentoring, midway, closing or evaluation"`
	From  events.Date  `json:"from" doc:"first day"`
	To    events.Date  `json:"to" doc:"last day; may be the first"`
}

// Decide announces a phase once, in the order of the template.
func (c AnnouncePhase) Decide(s *State, ask Ask) ([]events.Event, error) {
	cohort, at, err := s.phase(ask, c.Phase)
	if err != nil {
		return nil, err
	}
	switch {
	case at != nil && at.From == c.From && at.To == c.To:
		return nil, nil
	case at != nil:
		return nil, refuse(AnnouncedBefore, "reschedule the phase instead, so that its old dates stay visible")
	}
	if err := s.fitPhase(cohort, c.Phase, c.From, c.To); err != nil {
		return nil, err
	}
	return facts(events.PhaseAnnounced(c))
}

// phase returns the cohort and, once it was announced, its phase, if who asks
// may run phases: a coordinator, or the clock when a date comes.
func (s *State) phase(ask Ask, p events.Phase) (*Cohort, *Phase, error) {
	if err := s.mayOrClock(ask); err != nil {
		return nil, nil, err
	}
	c, err := s.cohort(ask)
	if err != nil {
		return nil, nil, err
	}
	if !slices.Contains(events.Phases(), p) {
		return nil, nil, refuse(NotFound, "the phases are %v", events.Phases())
	}
	return c, c.Phases[p], nil
}

// mayOrClock refuses unless it is a coordinator or an owner, or a date came.
func (s *State) mayOrClock(ask Ask) error {
	if ask.By == events.Clock {
		return nil
	}
	return s.may(ask, events.Coordinator, events.Owner)
}

// fitPhase refuses dates outside the programme, and such as would put a phase
// before one that precedes it.
func (s *State) fitPhase(c *Cohort, p events.Phase, from, to events.Date) error {
	if from != to {
		if err := span(from, to); err != nil {
			return err
		}
	} else if err := span(from, "9999-12-31"); err != nil {
		return err
	}
	if s.Launch != nil && (from < s.Launch.StartsOn || to > s.Launch.EndsOn) {
		return refuse(OutsideProgramme, "the programme runs from %s to %s", s.Launch.StartsOn, s.Launch.EndsOn)
	}
	before := true
	for _, q := range events.Phases() {
		at := c.Phases[q]
		switch {
		case q == p:
			before = false
		case at == nil:
		case before && at.From > from:
			return refuse(OutOfOrder, "%s comes before %s and is to start on %s", q, p, at.From)
		case !before && at.From < from:
			return refuse(OutOfOrder, "%s comes after %s and is to start on %s", q, p, at.From)
		}
	}
	return nil
}

// StartPhase asks that a phase begins.
type StartPhase struct {
	Phase events.Phase `json:"phase" doc:"the phase's name"`
}

// Decide starts a phase that was announced, not before its day, and not before
// those that precede it or after those that follow.
func (c StartPhase) Decide(s *State, ask Ask) ([]events.Event, error) {
	cohort, at, err := s.phase(ask, c.Phase)
	switch {
	case err != nil:
		return nil, err
	case at == nil:
		return nil, refuse(NotAnnounced, "announce the phase first")
	case at.Started:
		return nil, nil
	case cohort.Day(ask.At) < at.From:
		return nil, refuse(TooEarly, "the phase is to start on %s; reschedule it first", at.From)
	}
	before := true
	for _, q := range events.Phases() {
		other := cohort.Phases[q]
		switch {
		case q == c.Phase:
			before = false
		case other == nil:
		case before && !other.Started:
			return nil, refuse(OutOfOrder, "%s comes first", q)
		case !before && other.Started:
			return nil, refuse(OutOfOrder, "%s has started already", q)
		}
	}
	return facts(events.PhaseStarted(c))
}

// CompletePhase asks that a phase is over.
type CompletePhase struct {
	Phase events.Phase `json:"phase" doc:"the phase's name"`
}

// Decide completes a phase that was started.
func (c CompletePhase) Decide(s *State, ask Ask) ([]events.Event, error) {
	_, at, err := s.phase(ask, c.Phase)
	switch {
	case err != nil:
		return nil, err
	case at == nil || !at.Started:
		return nil, refuse(PhaseNotStarted, "the phase has not started")
	case at.Completed:
		return nil, nil
	}
	return facts(events.PhaseCompleted(c))
}

// ReschedulePhase asks that a phase is at another time than announced.
type ReschedulePhase struct {
	Phase  events.Phase `json:"phase" doc:"the phase's name"`
	From   events.Date  `json:"from" doc:"first day"`
	To     events.Date  `json:"to" doc:"last day"`
	Reason events.Text  `json:"reason" doc:"why, for all to read, in each language"`
}

// Decide lets a coordinator reschedule a phase that was announced and is not
// over; once it has started, only its end moves.
func (c ReschedulePhase) Decide(s *State, ask Ask) ([]events.Event, error) {
	if err := s.may(ask, events.Coordinator, events.Owner); err != nil {
		return nil, err
	}
	cohort, at, err := s.phase(ask, c.Phase)
	switch {
	case err != nil:
		return nil, err
	case at == nil:
		return nil, refuse(NotAnnounced, "announce the phase first")
	case at.From == c.From && at.To == c.To:
		return nil, nil
	case at.Completed:
		return nil, refuse(PhaseOver, "the phase has been completed")
	case at.Started && at.From != c.From:
		return nil, refuse(PhaseStarted, "the phase started; only its end can move")
	}
	if err := worded("reason", c.Reason); err != nil {
		return nil, err
	}
	if err := s.fitPhase(cohort, c.Phase, c.From, c.To); err != nil {
		return nil, err
	}
	return facts(events.PhaseRescheduled{Phase: c.Phase, From: c.From, To: c.To, OldFrom: at.From, OldTo: at.To, Reason: c.Reason})
}
