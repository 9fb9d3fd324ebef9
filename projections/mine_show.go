package projections

import (
	"slices"
	"time"

	"kolmikko/events"
)

// knows reports whether a person has done anything in the cohort that is shown.
func (c *myCohort) knows(p events.PersonID) bool {
	return slices.ContainsFunc(c.enrolments.list, func(x *enrolment) bool { return x.person == p }) ||
		c.consents[p] != nil || c.accepted[p] > 0 || c.goals[p] != nil
}

// mine returns a group as one of its members sees it.
func (c *myCohort) mine(g *group, of Of) MyGroup {
	shown := MyGroup{
		Group: g.id, Track: g.track, Since: g.since, Members: copied(g.members),
		Themes: copied(g.themes.what.Themes), OwnThemes: g.themes.what.OwnThemes,
		Later: []MyMeeting{}, Proposals: []MyMeeting{}, Answered: []MyMeeting{}, Unreported: []MyMeeting{},
	}
	if g.agreed.place > 0 {
		agreed := g.agreed.what
		shown.Agreement = &agreed
	}
	if mine, ok := g.assents[of.Person]; ok {
		shown.MyAssent = &mine
	}
	d := c.diaries[g.id]
	if d == nil {
		return shown
	}
	shown.Held = len(d.held)
	for _, h := range d.held {
		if h.what.After(shown.LastHeldAt) {
			shown.LastHeldAt = h.what
		}
	}
	plans := slices.Clone(d.plans)
	slices.SortStableFunc(plans, func(a, b *plan) int { return a.starts.Compare(b.starts) })
	for _, p := range plans {
		shown.add(p, of)
	}
	return shown
}

// add puts a meeting where it belongs, as of a time.
func (g *MyGroup) add(p *plan, of Of) {
	m := p.shown(of.Person)
	over := !p.starts.Add(time.Duration(p.minutes) * time.Minute).After(of.At)
	switch {
	case p.agreed && over:
		g.Unreported = append(g.Unreported, m)
	case p.agreed && g.Next == nil:
		g.Next = &m
	case p.agreed:
		g.Later = append(g.Later, m)
	case !p.starts.After(of.At): // too late
	case m.Answer == "":
		g.Proposals = append(g.Proposals, m)
	default:
		g.Answered = append(g.Answered, m)
	}
}

func (p *plan) shown(to events.PersonID) MyMeeting {
	m := MyMeeting{Meeting: p.id, StartsAt: p.starts, Minutes: p.minutes, Mode: p.mode, Agreed: p.agreed}
	for _, a := range p.answers {
		if a.comes {
			m.Accepted++
		}
		if a.person == to {
			m.Answer = map[bool]string{true: "accepted", false: "declined"}[a.comes]
		}
	}
	return m
}

// correct replaces what a record said that is still shown.
func (c *myCohort) correct(r events.Recorded, e events.RecordCorrected) {
	switch e.Record {
	case "survey-opened", "goal-set", "goal-rated", "meeting-proposed", "meeting-agreed", "meeting-moved", "meeting-held":
	default:
		if c.gatherings.apply(r) == nil {
			c.particulars.note(c.enrolments.apply(r), r)
			c.groups.apply(r)
		}
		return
	}
	switch t := truth(e).(type) {
	case events.SurveyOpened:
		for i := range c.surveys {
			if c.surveys[i].place == e.Corrects {
				c.surveys[i].what = OpenSurvey{t.Survey, t.Stage, t.Closes}
			}
		}
	case events.GoalSet:
		if g := c.goal[t.Goal]; g != nil && g.theme.place == e.Corrects {
			g.theme.what = t.Theme
		}
	case events.GoalRated:
		if g := c.goal[t.Goal]; g != nil && g.level.place == e.Corrects {
			g.level.what = &t.Level
		}
	case events.MeetingHeld:
		for i, h := range c.diary(t.Group).held {
			if h.place == e.Corrects {
				c.diary(t.Group).held[i].what = t.HeldAt
			}
		}
	case events.MeetingProposed:
		c.replan(e.Corrects, t.Meeting, t.StartsAt, t.Minutes, t.Mode)
	case events.MeetingAgreed:
		c.replan(e.Corrects, t.Meeting, t.StartsAt, t.Minutes, t.Mode)
	case events.MeetingMoved:
		c.replan(e.Corrects, t.Meeting, t.StartsAt, t.Minutes, t.Mode)
	}
}

func (c *myCohort) replan(place uint64, id events.MeetingID, starts time.Time, minutes int, mode events.Mode) {
	if p := c.meetings[id]; p != nil && p.planned == place {
		p.set(place, starts, minutes, mode)
	}
}
