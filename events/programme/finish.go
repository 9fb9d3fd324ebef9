package programme

import (
	"time"

	"kolmikko/events"
)

// Rules about the end of a cohort.
const (
	ClosingNotHeld  = "closing-not-held"  // and no reason was given
	NotEnded        = "not-ended"         // its last day is to come, or before its first
	NotCompleted    = "not-completed"     // what still goes on is not archived
	KeyNotDestroyed = "key-not-destroyed" // feedback would still lead to people
	HasEvents       = "has-events"        // a summary is for a cohort of which nothing else is known
)

// opened returns the cohort that is asked about, also when it has been
// completed.
func (s *State) opened(ask Ask) (*Cohort, error) {
	c := s.Cohorts[ask.Cohort]
	if c != nil && c.Completed {
		return c, nil
	}
	return s.cohort(ask)
}

// CompleteCohort asks that a cohort has ended.
type CompleteCohort struct {
	EndedOn events.Date `json:"ended_on" doc:"its last day"`
	Reason  events.Code `json:"reason,omitzero" doc:"of the list of reasons; needed if the closing was not held"`
}

// Decide lets an owner complete a cohort whose closing was held, or say why
// not. Nothing happens in it afterwards but what looks back.
func (c CompleteCohort) Decide(s *State, ask Ask) ([]events.Event, error) {
	if err := s.may(ask, events.Owner); err != nil {
		return nil, err
	}
	cohort, err := s.opened(ask)
	if err != nil {
		return nil, err
	}
	switch {
	case cohort.Completed:
		return nil, nil
	case c.Reason == "" && !cohort.closed(ask.At):
		return nil, refuse(ClosingNotHeld, "hold the closing first, or give a reason")
	}
	if _, err := c.EndedOn.Time(time.UTC); err != nil {
		return nil, refuse(Unfit, "a date is a day such as 2023-05-31")
	}
	if c.EndedOn > cohort.Day(ask.At) || c.EndedOn < cohort.Opened.StartsOn {
		return nil, refuse(NotEnded, "a cohort ends after its start and not in the future")
	}
	if c.Reason != "" {
		if err := s.known(ListReasons, c.Reason); err != nil {
			return nil, err
		}
	}
	return facts(events.CohortCompleted(c))
}

// closed reports whether a closing was held before now.
func (c *Cohort) closed(now time.Time) bool {
	for _, g := range c.Gatherings {
		if g.Kind == events.Closing && !g.Cancelled && g.EndsAt.Before(now) {
			return true
		}
	}
	return false
}

// ArchiveCohort asks that a cohort is kept from now on, and no longer than said.
type ArchiveCohort struct {
	Retention      int       `json:"retention" doc:"years that it is kept, 1 to 100"`
	KeyDestroyedAt time.Time `json:"key_destroyed_at" doc:"when the key of its feedback's pseudonyms was destroyed"`
}

// Decide lets an owner archive a cohort that has been completed.
func (c ArchiveCohort) Decide(s *State, ask Ask) ([]events.Event, error) {
	if err := s.may(ask, events.Owner); err != nil {
		return nil, err
	}
	cohort, err := s.opened(ask)
	switch {
	case err != nil:
		return nil, err
	case !cohort.Completed:
		return nil, refuse(NotCompleted, "complete the cohort first")
	case cohort.Archived:
		return nil, nil
	case c.Retention < 1 || c.Retention > 100:
		return nil, refuse(Unfit, "a cohort is kept for 1 to 100 years")
	case c.KeyDestroyedAt.IsZero() || c.KeyDestroyedAt.After(ask.At):
		return nil, refuse(KeyNotDestroyed, "destroy the key of the feedback's pseudonyms first, and say when that was")
	}
	return facts(events.CohortArchived{Retention: c.Retention, KeyDestroyedAt: c.KeyDestroyedAt.UTC()})
}

// ImportSummary asks that figures stand for a cohort that has no events.
type ImportSummary struct {
	Source  events.Text     `json:"source" doc:"where the figures are from, in each language"`
	Figures []events.Figure `json:"figures" doc:"metric, value in thousandths, and of how many people"`
}

// Decide lets an evaluator give the figures of a cohort once.
func (c ImportSummary) Decide(s *State, ask Ask) ([]events.Event, error) {
	if err := s.may(ask, events.Evaluator); err != nil {
		return nil, err
	}
	e := events.HistoricalSummaryImported(c)
	switch there := s.Cohorts[ask.Cohort]; {
	case !events.IsWord(string(ask.Cohort)):
		return nil, refuse(Unfit, "a cohort's id is a word of a-z, 0-9 and hyphens, such as 2021")
	case there != nil && there.Summary != nil && events.Same(e, *there.Summary):
		return nil, nil
	case there != nil:
		return nil, refuse(HasEvents, "the cohort has events or a summary, which tell more")
	}
	if err := worded("source", c.Source); err != nil {
		return nil, err
	}
	if len(c.Figures) == 0 {
		return nil, refuse(Incomplete, "give one figure at least")
	}
	for _, f := range c.Figures {
		if f.N < 0 {
			return nil, refuse(Unfit, "nobody is of fewer than no people")
		}
	}
	return facts(e)
}
