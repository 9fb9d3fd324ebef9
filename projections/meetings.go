package projections

import (
	"cmp"
	"time"

	"kolmikko/events"
)

// LateAfter is after how many full days a meeting that is recorded as held
// counts as reported late.
const LateAfter = 7

// Meetings is what the groups of a cohort have agreed and what came of it. When
// a meeting was held is what its members say; when they said so stands beside.
type Meetings struct {
	Cohort events.CohortID `json:"cohort"`
	Totals MeetingTotals   `json:"totals"`
	Groups []GroupMeetings `json:"groups"`          // in the order in which they were published
	Silent []Silence       `json:"silent,omitzero"` // asked with a time only, the longest silence first
}

// MeetingTotals counts meetings.
type MeetingTotals struct {
	Proposed  int `json:"proposed"` // and not agreed so far
	Agreed    int `json:"agreed"`   // whatever came of it
	Held      int `json:"held"`
	Moved     int `json:"moved"` // each time
	Cancelled int `json:"cancelled"`
	Late      int `json:"late"`      // held and reported [LateAfter] days later or more
	Corrected int `json:"corrected"` // held, and the report was corrected
	Minutes   int `json:"minutes"`   // of those held
}

func (t *MeetingTotals) add(o MeetingTotals) {
	t.Proposed += o.Proposed
	t.Agreed += o.Agreed
	t.Held += o.Held
	t.Moved += o.Moved
	t.Cancelled += o.Cancelled
	t.Late += o.Late
	t.Corrected += o.Corrected
	t.Minutes += o.Minutes
}

// GroupMeetings is the meetings of one group.
type GroupMeetings struct {
	Group     events.GroupID `json:"group"`
	Track     events.Track   `json:"track,omitzero"`
	Dissolved bool           `json:"dissolved,omitzero"`
	Totals    MeetingTotals  `json:"totals"`
	Meetings  []Meeting      `json:"meetings"` // in the order in which they were proposed
}

// A MeetingStatus is where a meeting has got to.
type MeetingStatus string

// Statuses of meetings.
const (
	MeetingProposed  MeetingStatus = "proposed"
	MeetingAgreed    MeetingStatus = "agreed"
	MeetingHeld      MeetingStatus = "held"
	MeetingCancelled MeetingStatus = "cancelled"
)

// A Meeting is one of a group's.
type Meeting struct {
	Meeting      events.MeetingID `json:"meeting"`
	Status       MeetingStatus    `json:"status"`
	StartsAt     time.Time        `json:"starts_at,omitzero"`
	Minutes      int              `json:"minutes,omitzero"`
	Mode         events.Mode      `json:"mode,omitzero"`
	ProposedAt   time.Time        `json:"proposed_at,omitzero"`
	AgreedAt     time.Time        `json:"agreed_at,omitzero"`
	Moves        []Move           `json:"moves,omitzero"`
	CancelledAt  time.Time        `json:"cancelled_at,omitzero"`
	CancelReason events.Code      `json:"cancel_reason,omitzero"`
	Held         *Holding         `json:"held,omitzero"`
}

// A Move is a meeting's from one time to another.
type Move struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
	At   time.Time `json:"at"` // when it was recorded
}

// A Holding is what is known of a meeting that was held.
type Holding struct {
	HeldAt     time.Time     `json:"held_at"`
	RecordedAt time.Time     `json:"recorded_at"`
	LateDays   int           `json:"late_days"` // full days from the one to the other
	Minutes    int           `json:"minutes"`
	Mode       events.Mode   `json:"mode"`
	Present    int           `json:"present"`
	Themes     []events.Code `json:"themes,omitzero"`
	Corrected  []Correction  `json:"corrected,omitzero"`
}

// A Correction says what a report had said before.
type Correction struct {
	At      time.Time   `json:"at"`
	Reason  events.Code `json:"reason"`
	HeldAt  time.Time   `json:"held_at"`
	Minutes int         `json:"minutes"`
	Mode    events.Mode `json:"mode"`
	Present int         `json:"present"`
}

// A Silence is a group that has not met for long.
type Silence struct {
	Group events.GroupID `json:"group"`
	Track events.Track   `json:"track,omitzero"`
	Since time.Time      `json:"since"` // when it last met, or was published if it never did
	Met   bool           `json:"met"`   // whether it ever did
	Days  int            `json:"days"`
}

// Show returns the [Meetings] of a cohort.
func (s *cohortMeetings) Show(of Of) (any, bool) {
	shown := Meetings{Cohort: of.Cohort, Groups: []GroupMeetings{}}
	known := map[events.GroupID]bool{}
	for _, g := range s.groups.list {
		known[g.id] = true
		if !g.concerns(of.Person) {
			continue
		}
		shown.Groups = append(shown.Groups, s.shown(g.id, g.track, g.dissolved))
	}
	for _, id := range sorted(s.of) {
		if !known[id] && of.Person == "" {
			shown.Groups = append(shown.Groups, s.shown(id, "", false))
		}
	}
	for _, g := range shown.Groups {
		shown.Totals.add(g.Totals)
	}
	if !of.At.IsZero() && of.Person == "" {
		shown.Silent = s.silent(of.At, cmp.Or(of.Days, SilentAfter))
	}
	return shown, true
}

func (s *cohortMeetings) shown(id events.GroupID, t events.Track, dissolved bool) GroupMeetings {
	g := GroupMeetings{Group: id, Track: t, Dissolved: dissolved, Meetings: []Meeting{}}
	for _, m := range s.of[id] {
		shown := m.shown()
		g.Totals.add(shown.count())
		g.Meetings = append(g.Meetings, shown)
	}
	return g
}

// count returns what one meeting adds to the totals.
func (m *Meeting) count() MeetingTotals {
	t := MeetingTotals{Moved: len(m.Moves)}
	if !m.AgreedAt.IsZero() {
		t.Agreed = 1
	} else if m.Status == MeetingProposed {
		t.Proposed = 1
	}
	switch m.Status {
	case MeetingCancelled:
		t.Cancelled = 1
	case MeetingHeld:
		t.Held, t.Minutes = 1, m.Held.Minutes
		if m.Held.LateDays >= LateAfter {
			t.Late = 1
		}
		if m.Held.Corrected != nil {
			t.Corrected = 1
		}
	}
	return t
}
