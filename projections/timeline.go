package projections

import (
	"cmp"
	"slices"
	"time"

	"kolmikko/events"
)

// Timeline is what a cohort goes through, in order, with every date that was
// announced for it.
type Timeline struct {
	Cohort   events.CohortID `json:"cohort"`
	Title    events.Text     `json:"title,omitzero"`
	TimeZone events.Name     `json:"time_zone,omitzero"`
	Entries  []TimelineEntry `json:"entries"`
}

// A TimelineWhat is what sort of thing an entry of a timeline is.
type TimelineWhat string

// What a timeline has entries of. A milestone is a moment at which something
// became so for the cohort, such as its groups being published; its ID is the
// event's kind.
const (
	PhaseEntry     TimelineWhat = "phase"
	GatheringEntry TimelineWhat = "gathering"
	SurveyEntry    TimelineWhat = "survey"
	MilestoneEntry TimelineWhat = "milestone"
)

// A TimelineEntry is a phase, a gathering, a survey or a milestone. Phases have
// dates in the cohort's time zone, gatherings and milestones times.
type TimelineEntry struct {
	What        TimelineWhat `json:"what"`
	ID          string       `json:"id"`             // of the phase, gathering or survey
	Kind        string       `json:"kind,omitzero"`  // of gathering, or the survey's stage, or the milestone's track
	Title       events.Text  `json:"title,omitzero"` // of a gathering
	From        events.Date  `json:"from,omitzero"`
	To          events.Date  `json:"to,omitzero"`
	StartsAt    time.Time    `json:"starts_at,omitzero"`
	EndsAt      time.Time    `json:"ends_at,omitzero"`
	StartedAt   time.Time    `json:"started_at,omitzero"`   // when it was recorded that a phase began or a survey was opened
	CompletedAt time.Time    `json:"completed_at,omitzero"` // when it was recorded that it is over
	CancelledAt time.Time    `json:"cancelled_at,omitzero"`
	Reason      events.Text  `json:"reason,omitzero"`  // of the cancellation
	Changes     []Change     `json:"changes,omitzero"` // the dates that it had before
}

// A Change says which dates something had, until when and why no longer.
type Change struct {
	From     events.Date `json:"from,omitzero"`
	To       events.Date `json:"to,omitzero"`
	StartsAt time.Time   `json:"starts_at,omitzero"`
	Until    time.Time   `json:"until"` // when the change was recorded
	Reason   events.Text `json:"reason,omitzero"`
}

// cohortTimeline is one cohort's, as it is kept for [Timeline].
type cohortTimeline struct {
	opened  events.CohortOpened
	entries []*timelineEntry
	by      map[timelineKey]*timelineEntry
}

type timelineKey struct {
	what TimelineWhat
	id   string
}

type timelineEntry struct {
	TimelineEntry                // without its changes
	changes       []said[Change] // by whose record it changed
	dated         uint64         // the place of the record that its dates are from
	titled        uint64         // of its title
	off           uint64         // of its cancellation
}

// when orders entries: a phase comes before what happens on its first day.
func (e *TimelineEntry) when() string {
	if e.From != "" {
		return string(e.From)
	}
	return e.StartsAt.UTC().Format(time.RFC3339)
}

// Show returns the [Timeline] of a cohort.
func (s *cohortTimeline) Show(of Of) (any, bool) {
	shown := Timeline{
		Cohort: of.Cohort, Title: s.opened.Title, TimeZone: s.opened.TimeZone,
		Entries: make([]TimelineEntry, 0, len(s.entries)),
	}
	for _, e := range s.entries {
		entry := e.TimelineEntry
		for _, c := range e.changes {
			entry.Changes = append(entry.Changes, c.what)
		}
		shown.Entries = append(shown.Entries, entry)
	}
	slices.SortStableFunc(shown.Entries, func(a, b TimelineEntry) int { return cmp.Compare(a.when(), b.when()) })
	return shown, true
}
