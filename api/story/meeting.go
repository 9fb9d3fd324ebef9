package story

import (
	"encoding/json"
	"fmt"
	"time"

	"kolmikko/events"
	"kolmikko/events/programme"
)

// lastMeeting is after which no group begins another.
var lastMeeting = local(2023, 5, 8, 0, 0)

// A meeting as the story sees it.
type meeting struct {
	*group
	id       events.MeetingID
	starts   time.Time
	minutes  int
	mode     events.Mode
	proposer events.PersonID
	coming   map[events.PersonID]bool
}

// nextMeeting schedules a group's next meeting for the first good day from a
// date on: a proposal ten days before, answers, and what becomes of it.
func (t *teller) nextMeeting(g *group, from time.Time) error {
	day := workday(from)
	if g.over || day.After(lastMeeting) || len(g.members) < 2 {
		return nil
	}
	hour := []int{8, 9, 10, 12, 13, 14}[g.chance.IntN(6)]
	m := &meeting{group: g, coming: map[events.PersonID]bool{},
		starts: local(day.Year(), day.Month(), day.Day(), hour, 0), minutes: []int{60, 60, 90, 90, 120}[g.chance.IntN(5)],
		mode: []events.Mode{events.Teams, events.Teams, events.Lab}[g.chance.IntN(3)]}
	lead := time.Duration(6+g.chance.IntN(6)) * 24 * time.Hour
	propose := m.starts.Add(-lead).Truncate(time.Hour)
	if !propose.After(t.now) {
		propose = t.now.Add(2 * time.Hour)
	}
	t.at(propose, func() error { return t.proposeMeeting(m) })
	return nil
}

func (t *teller) proposeMeeting(m *meeting) error {
	if m.over || len(m.members) < 2 {
		return nil
	}
	m.proposer = m.members[m.chance.IntN(len(m.members))]
	m.coming[m.proposer] = true
	receipt, err := t.do(m.proposer, programme.ProposeMeeting{Group: m.group.id, StartsAt: m.starts, Minutes: m.minutes, Mode: m.mode})
	if err != nil {
		return err
	}
	proposed, ok := receipt.Events[0].Data.(events.MeetingProposed)
	if !ok {
		return fmt.Errorf("a proposal brought a %s", receipt.Events[0].Kind)
	}
	m.id = proposed.Meeting
	for i, p := range m.members {
		if p == m.proposer {
			continue
		}
		yes := m.chance.Float64() < m.zeal
		t.at(t.now.Add(time.Duration(1+i*5+m.chance.IntN(20))*time.Hour), func() error { return t.answer(m, p, yes) })
	}
	t.at(m.starts.Add(-50*time.Hour), func() error { return t.decide(m) })
	return nil
}

// answer lets a member say whether they can come.
func (t *teller) answer(m *meeting, p events.PersonID, yes bool) error {
	if !m.has(p) || !t.now.Before(m.starts.Add(-51*time.Hour)) {
		return nil
	}
	m.coming[p] = yes
	var err error
	if yes {
		_, err = t.do(p, programme.AcceptMeeting{Meeting: m.id})
	} else {
		_, err = t.do(p, programme.DeclineMeeting{Meeting: m.id})
	}
	return err
}

func (g *group) has(p events.PersonID) bool {
	for _, m := range g.members {
		if m == p {
			return true
		}
	}
	return false
}

// decide is two days before a meeting: it is moved, called off, or will be.
func (t *teller) decide(m *meeting) error {
	if m.over || len(m.members) < 2 || !m.has(m.proposer) {
		return t.nextMeeting(m.group, m.starts.AddDate(0, 0, 7*m.rhythm))
	}
	agreed := m.present() >= m.quorum
	roll := m.chance.Float64()
	switch {
	case !agreed || roll < 0.05:
		if _, err := t.do(m.proposer, programme.CancelMeeting{Meeting: m.id, Reason: []events.Code{"urgent-work", "illness", "clash"}[m.chance.IntN(3)]}); err != nil {
			return err
		}
		return t.nextMeeting(m.group, m.starts.AddDate(0, 0, 14))
	case roll < 0.13:
		moved := workday(m.starts.AddDate(0, 0, 2+m.chance.IntN(8)))
		m.starts = local(moved.Year(), moved.Month(), moved.Day(), 9+m.chance.IntN(5), 0)
		if _, err := t.do(m.proposer, programme.MoveMeeting{Meeting: m.id, StartsAt: m.starts, Minutes: m.minutes, Mode: m.mode}); err != nil {
			return err
		}
	}
	t.at(m.starts.Add(time.Duration(m.minutes)*time.Minute), func() error { return t.meet(m) })
	return nil
}

// present returns how many of those who could come are still members.
func (m *meeting) present() (n int) {
	for p, yes := range m.coming {
		if yes && m.has(p) {
			n++
		}
	}
	return n
}

// meet is after a meeting: somebody reports it, at once or late or never, and
// now and then corrects the report.
func (t *teller) meet(m *meeting) error {
	present := min(m.present(), len(m.members))
	if m.over || present < 2 || !m.has(m.proposer) {
		return t.nextMeeting(m.group, m.starts.AddDate(0, 0, 7*m.rhythm))
	}
	delay := time.Duration(20+m.chance.IntN(40*60)) * time.Minute
	if m.chance.Float64() < 0.14 {
		delay = time.Duration(8+m.chance.IntN(20)) * 24 * time.Hour
	}
	if reported := t.now.Add(delay); m.chance.Float64() < 0.97 && reported.Before(local(2023, 5, 30, 0, 0)) {
		t.at(reported, func() error { return t.report(m, present) })
	}
	return t.nextMeeting(m.group, m.starts.AddDate(0, 0, 7*m.rhythm-2+m.chance.IntN(6)))
}

func (t *teller) report(m *meeting, present int) error {
	if m.over || !m.has(m.proposer) {
		return nil
	}
	receipt, err := t.do(m.proposer, programme.HoldMeeting{
		Meeting: m.id, HeldAt: m.starts, Minutes: m.minutes, Mode: m.mode, Present: min(present, len(m.members)), Themes: t.themesOf(m.group)[:1],
	})
	if err != nil || m.chance.Float64() > 0.03 {
		return err
	}
	truth, err := json.Marshal(map[string]int{"minutes": m.minutes + 15})
	if err != nil {
		return err
	}
	t.at(t.now.Add(26*time.Hour), func() error {
		if !m.has(m.proposer) || m.over {
			return nil
		}
		_, err := t.do(m.proposer, programme.CorrectRecord{Place: receipt.First, Truth: truth, Reason: "wrong-length"})
		return err
	})
	return nil
}

// workday returns the first day from t on that is neither at a weekend nor
// around Christmas or Easter, when hardly anybody meets.
func workday(t time.Time) time.Time {
	for {
		switch {
		case t.Weekday() == time.Saturday || t.Weekday() == time.Sunday:
		case t.Month() == time.December && t.Day() > 19, t.Month() == time.January && t.Day() < 9:
		case t.Year() == 2023 && t.Month() == time.April && t.Day() > 5 && t.Day() < 11:
		default:
			return t
		}
		t = t.AddDate(0, 0, 1)
	}
}
