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

// A meeting is kept small, for there are many: what few of them have is apart.
type meeting struct {
	id                   events.MeetingID
	starts               time.Time
	mode                 events.Mode
	planned              uint64 // the place of the record that when and how are from
	proposedAt, agreedAt time.Time
	minutes              int32
	changes              *changes // nil: it was neither moved nor cancelled
	held                 *held    // nil: nobody has said that it was held
}

type changes struct {
	moves     []said[Move]
	cancelled said[time.Time]
	reason    events.Code
}

type held struct {
	recordedAt time.Time
	place      uint64
	heldAt     time.Time // as corrected so far, like the rest
	mode       events.Mode
	minutes    int32
	present    int32
	themes     []events.Code
	corrected  *[]Correction // nil: it was not
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
		m.change().moves = append(m.change().moves, said[Move]{Move{e.OldStart, e.StartsAt, r.At}, r.Place})
		m.plan(r.Place, e.StartsAt, e.Minutes, e.Mode)
	case events.MeetingCancelled:
		c := s.meeting(e.Meeting, e.Group).change()
		c.cancelled, c.reason = said[time.Time]{r.At, r.Place}, e.Reason
	case events.MeetingHeld:
		h := &held{recordedAt: r.At, place: r.Place}
		h.say(e)
		s.meeting(e.Meeting, e.Group).held = h
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
	m.planned, m.starts, m.minutes, m.mode = place, starts, int32(minutes), canonical(mode)
}

// change returns where m's changes are kept.
func (m *meeting) change() *changes {
	if m.changes == nil {
		m.changes = &changes{}
	}
	return m.changes
}

// say takes in what was said of a meeting that was held.
func (h *held) say(e events.MeetingHeld) {
	h.heldAt, h.mode, h.minutes, h.present, h.themes = e.HeldAt, canonical(e.Mode), int32(e.Minutes), int32(e.Present), e.Themes
}

// correct replaces what was said, and keeps it as a correction.
func (h *held) correct(at time.Time, reason events.Code, e events.MeetingHeld) {
	if h.corrected == nil {
		h.corrected = &[]Correction{}
	}
	*h.corrected = append(*h.corrected, Correction{at, reason, h.heldAt, int(h.minutes), h.mode, int(h.present)})
	h.say(e)
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
		if m := s.by[e.Meeting]; m != nil && m.changes != nil {
			for i := range m.changes.moves {
				if to := &m.changes.moves[i]; to.place == c.Corrects {
					to.what.From, to.what.To = e.OldStart, e.StartsAt
				}
			}
		}
	case events.MeetingCancelled:
		if m := s.by[e.Meeting]; m != nil && m.changes != nil && m.changes.cancelled.place == c.Corrects {
			m.changes.reason = e.Reason
		}
	case events.MeetingHeld:
		if m := s.by[e.Meeting]; m != nil && m.held != nil && m.held.place == c.Corrects {
			m.held.correct(r.At, c.Reason, e)
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
		Meeting: m.id, Status: MeetingProposed, StartsAt: m.starts, Minutes: int(m.minutes), Mode: m.mode,
		ProposedAt: m.proposedAt, AgreedAt: m.agreedAt,
	}
	if !m.agreedAt.IsZero() {
		shown.Status = MeetingAgreed
	}
	if m.changes != nil {
		for _, to := range m.changes.moves {
			shown.Moves = append(shown.Moves, to.what)
		}
		if m.changes.cancelled.place > 0 {
			shown.Status, shown.CancelledAt, shown.CancelReason = MeetingCancelled, m.changes.cancelled.what, m.changes.reason
		}
	}
	if m.held != nil {
		shown.Status, shown.Held = MeetingHeld, m.held.shown()
	}
	return shown
}

func (h *held) shown() *Holding {
	shown := &Holding{
		HeldAt: h.heldAt, RecordedAt: h.recordedAt, LateDays: days(h.heldAt, h.recordedAt),
		Minutes: int(h.minutes), Mode: h.mode, Present: int(h.present), Themes: slices.Clone(h.themes),
	}
	if h.corrected != nil {
		shown.Corrected = slices.Clone(*h.corrected)
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
			if m.held != nil && (!x.Met || m.held.heldAt.After(x.Since)) {
				x.Since, x.Met = m.held.heldAt, true
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
