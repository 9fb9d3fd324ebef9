package projections

import (
	"cmp"
	"slices"
	"time"

	"kolmikko/events"
)

// cohortMeetings are the meetings of one cohort, as they are kept for
// [Meetings].
type cohortMeetings struct {
	groups    grouped
	by        map[events.MeetingID]*meeting
	of        map[events.GroupID][]*meeting // in the order in which they were proposed
	completed bool
}

type meeting struct {
	id                   events.MeetingID
	starts               time.Time
	minutes              int
	mode                 events.Mode
	planned              uint64 // the place of the record that the above is from
	proposedAt, agreedAt time.Time
	moves                []moved
	cancelled            *cancelled
	held                 *held
}

type moved struct {
	Move
	place uint64
}

type cancelled struct {
	at     time.Time
	reason events.Code
	place  uint64
}

type held struct {
	at      time.Time // when it was recorded
	place   uint64
	is      events.MeetingHeld // as corrected so far
	correct []Correction
}

// Apply takes in one more event.
func (s *cohortMeetings) Apply(r events.Recorded) {
	switch e := r.Event.(type) {
	case events.MeetingProposed:
		m := s.meeting(e.Meeting, e.Group)
		m.proposedAt = r.At
		m.plan(r.Place, e.StartsAt, e.Minutes, e.Mode)
	case events.MeetingAgreed:
		m := s.meeting(e.Meeting, e.Group)
		m.agreedAt = r.At
		m.plan(r.Place, e.StartsAt, e.Minutes, e.Mode)
	case events.MeetingMoved:
		m := s.meeting(e.Meeting, e.Group)
		m.moves = append(m.moves, moved{Move{e.OldStart, e.StartsAt, r.At}, r.Place})
		m.plan(r.Place, e.StartsAt, e.Minutes, e.Mode)
	case events.MeetingCancelled:
		s.meeting(e.Meeting, e.Group).cancelled = &cancelled{r.At, e.Reason, r.Place}
	case events.MeetingHeld:
		s.meeting(e.Meeting, e.Group).held = &held{at: r.At, place: r.Place, is: e}
	case events.CohortCompleted:
		s.completed = true
	case events.RecordCorrected:
		s.correct(r, e)
	default:
		s.groups.apply(r)
	}
}

func (s *cohortMeetings) meeting(id events.MeetingID, of events.GroupID) *meeting {
	m := s.by[id]
	if m == nil {
		m = &meeting{id: id}
		put(&s.by, id, m)
		put(&s.of, of, append(s.of[of], m))
	}
	return m
}

func (m *meeting) plan(place uint64, starts time.Time, minutes int, mode events.Mode) {
	m.planned, m.starts, m.minutes, m.mode = place, starts, minutes, mode
}

// correct replaces what a record said. A report that was corrected keeps what
// it had said.
func (s *cohortMeetings) correct(r events.Recorded, c events.RecordCorrected) {
	switch c.Record {
	case "meeting-proposed", "meeting-agreed", "meeting-moved", "meeting-cancelled", "meeting-held":
	default:
		return
	}
	switch e := truth(c).(type) {
	case events.MeetingProposed:
		s.replan(c.Corrects, e.Meeting, e.StartsAt, e.Minutes, e.Mode)
	case events.MeetingAgreed:
		s.replan(c.Corrects, e.Meeting, e.StartsAt, e.Minutes, e.Mode)
	case events.MeetingMoved:
		s.replan(c.Corrects, e.Meeting, e.StartsAt, e.Minutes, e.Mode)
		if m := s.by[e.Meeting]; m != nil {
			for i := range m.moves {
				if m.moves[i].place == c.Corrects {
					m.moves[i].From, m.moves[i].To = e.OldStart, e.StartsAt
				}
			}
		}
	case events.MeetingCancelled:
		if m := s.by[e.Meeting]; m != nil && m.cancelled != nil && m.cancelled.place == c.Corrects {
			m.cancelled.reason = e.Reason
		}
	case events.MeetingHeld:
		if m := s.by[e.Meeting]; m != nil && m.held != nil && m.held.place == c.Corrects {
			was := m.held.is
			m.held.correct = append(m.held.correct, Correction{r.At, c.Reason, was.HeldAt, was.Minutes, was.Mode, was.Present})
			m.held.is = e
		}
	}
}

// replan corrects when and how a meeting is to be, if that is still from the
// corrected record.
func (s *cohortMeetings) replan(place uint64, id events.MeetingID, starts time.Time, minutes int, mode events.Mode) {
	if m := s.by[id]; m != nil && m.planned == place {
		m.plan(place, starts, minutes, mode)
	}
}

func (m *meeting) shown() Meeting {
	shown := Meeting{
		Meeting: m.id, Status: MeetingProposed, StartsAt: m.starts, Minutes: m.minutes, Mode: m.mode,
		ProposedAt: m.proposedAt, AgreedAt: m.agreedAt,
	}
	if !m.agreedAt.IsZero() {
		shown.Status = MeetingAgreed
	}
	for _, to := range m.moves {
		shown.Moves = append(shown.Moves, to.Move)
	}
	if m.cancelled != nil {
		shown.Status, shown.CancelledAt, shown.CancelReason = MeetingCancelled, m.cancelled.at, m.cancelled.reason
	}
	if h := m.held; h != nil {
		shown.Status = MeetingHeld
		shown.Held = &Holding{
			HeldAt: h.is.HeldAt, RecordedAt: h.at, LateDays: days(h.is.HeldAt, h.at),
			Minutes: h.is.Minutes, Mode: h.is.Mode, Present: h.is.Present,
			Themes: slices.Clone(h.is.Themes), Corrected: slices.Clone(h.correct),
		}
	}
	return shown
}

// silent returns the groups that have not met for more than n days before now.
// Nobody is silent in a cohort that has ended.
func (s *cohortMeetings) silent(now time.Time, n int) []Silence {
	all := []Silence{}
	if s.completed {
		return all
	}
	for _, g := range s.groups.list {
		x := Silence{Group: g.id, Track: g.track, Since: g.since}
		for _, m := range s.of[g.id] {
			if m.held != nil && (!x.Met || m.held.is.HeldAt.After(x.Since)) {
				x.Since, x.Met = m.held.is.HeldAt, true
			}
		}
		x.Days = days(x.Since, now)
		if now.Sub(x.Since) > time.Duration(n)*24*time.Hour && !g.dissolved {
			all = append(all, x)
		}
	}
	slices.SortStableFunc(all, func(a, b Silence) int { return cmp.Compare(b.Days, a.Days) })
	return all
}
