package programme

import (
	"slices"
	"time"

	"kolmikko/events"
)

// MoveMeeting asks that an agreed meeting be at another time, or in another
// mode.
type MoveMeeting struct {
	Meeting  events.MeetingID `json:"meeting" doc:"the meeting"`
	StartsAt time.Time        `json:"starts_at" doc:"when it starts now, such as 2022-10-26T09:00:00+03:00"`
	Minutes  int              `json:"minutes" doc:"how long it takes now, 15 to 480"`
	Mode     events.Mode      `json:"mode" doc:"lab (on site) or teams (online)"`
}

// Decide moves an agreed meeting, and keeps when it was to start.
func (c MoveMeeting) Decide(s *State, ask Ask) ([]events.Event, error) {
	h, g, m, err := s.meetingOf(ask, c.Meeting)
	switch {
	case err != nil:
		return nil, err
	case m.Status != Agreed:
		return nil, refuse(NotAgreed, "the meeting was not agreed yet: propose another time instead")
	case m.StartsAt.Equal(c.StartsAt) && m.Minutes == c.Minutes && m.Mode == c.Mode:
		return nil, nil
	}
	if err := h.ahead(ask, c.StartsAt, c.Minutes, c.Mode); err != nil {
		return nil, err
	}
	return facts(events.MeetingMoved{Meeting: c.Meeting, Group: g.ID, StartsAt: c.StartsAt.UTC(), Minutes: c.Minutes,
		Mode: c.Mode, OldStart: m.StartsAt})
}

// CancelMeeting asks that a meeting not be.
type CancelMeeting struct {
	Meeting events.MeetingID `json:"meeting" doc:"the meeting"`
	Reason  events.Code      `json:"reason" doc:"why: a code of the list of reasons"`
}

// Decide cancels a meeting that was not held.
func (c CancelMeeting) Decide(s *State, ask Ask) ([]events.Event, error) {
	if h := s.Cohorts[ask.Cohort]; h != nil && h.Meetings[c.Meeting] != nil && h.Meetings[c.Meeting].Status == Cancelled {
		_, _, err := s.member(ask, h.Meetings[c.Meeting].Group)
		return nil, err
	}
	_, g, _, err := s.meetingOf(ask, c.Meeting)
	if err != nil {
		return nil, err
	}
	if err := s.known(ListReasons, c.Reason); err != nil {
		return nil, err
	}
	return facts(events.MeetingCancelled{Meeting: c.Meeting, Group: g.ID, Reason: c.Reason})
}

// HoldMeeting asks to note that a group met: when, how long and how many, never
// who or what was said.
type HoldMeeting struct {
	Meeting events.MeetingID `json:"meeting,omitzero" doc:"the meeting; leave it out for one that was not agreed beforehand"`
	Group   events.GroupID   `json:"group,omitzero" doc:"your group, if no meeting is named"`
	HeldAt  time.Time        `json:"held_at" doc:"when it began, such as 2022-10-19T09:00:00+03:00"`
	Minutes int              `json:"minutes" doc:"how long it took, 15 to 480"`
	Mode    events.Mode      `json:"mode" doc:"lab (on site) or teams (online)"`
	Present int              `json:"present" doc:"how many of you were there, 2 at least"`
	Themes  []events.Code    `json:"themes,omitzero" doc:"what it was about: codes of the list of themes"`
}

// Decide notes a meeting once, after its start and within two months. One that
// nobody proposed gets an id of its own.
func (c HoldMeeting) Decide(s *State, ask Ask) ([]events.Event, error) {
	h, g, m, err := c.find(s, ask)
	if err != nil {
		return nil, err
	}
	e := events.MeetingHeld{Meeting: c.Meeting, Group: g.ID, HeldAt: c.HeldAt.UTC(), Minutes: c.Minutes, Mode: c.Mode,
		Present: c.Present, Themes: c.Themes}
	if e.Meeting == "" {
		e.Meeting = h.nextMeeting()
	}
	// A report of a meeting that was reported differently is a correction, which
	// says so; a second meeting at the same time would count one twice.
	switch {
	case m != nil && m.Status == Held && sameMeeting(m.Held, e):
		return nil, nil
	case m != nil && m.Status == Held:
		return nil, refuse(AlreadyHeld, "the meeting was reported: correct that record instead")
	case m != nil && m.Status == Cancelled:
		return nil, refuse(MeetingIsOff, "the meeting was cancelled: report this one without naming that")
	case m != nil && ask.At.Before(m.StartsAt):
		return nil, refuse(NotYetBegun, "the meeting has not begun; move it if it was held earlier than agreed")
	}
	if twin := h.overlapping(e, c.Meeting == ""); twin != nil {
		if c.Meeting == "" && twin.Status == Held && sameMeeting(twin.Held, e) {
			return nil, nil
		}
		return nil, refuse(AlreadyHeld, "another meeting of the group is known for that time: name it, or correct its record")
	}
	if err := s.holdable(h, g, ask, e); err != nil {
		return nil, err
	}
	if ask.At.Sub(e.HeldAt) > reportWithinDays*24*time.Hour {
		return nil, refuse(ReportedTooLate, "a meeting is reported within %d days", reportWithinDays)
	}
	return facts(e)
}

// find returns the group that met and the meeting that it names, if it does.
func (c HoldMeeting) find(s *State, ask Ask) (*Cohort, *Group, *Meeting, error) {
	h, err := s.cohort(ask)
	if err != nil {
		return nil, nil, nil, err
	}
	m, id := h.Meetings[c.Meeting], c.Group
	switch {
	case c.Meeting == "" && c.Group == "":
		return nil, nil, nil, refuse(Incomplete, "name the meeting, or the group if it was not agreed beforehand")
	case c.Meeting != "" && m == nil:
		return nil, nil, nil, refuse(NotFound, "there is no such meeting")
	case m != nil && c.Group != "" && c.Group != m.Group:
		return nil, nil, nil, refuse(Unfit, "the meeting is of another group")
	case m != nil:
		id = m.Group
	}
	h, g, err := s.member(ask, id)
	return h, g, m, err
}

// holdable refuses what can't be true of a meeting that was held.
func (s *State) holdable(c *Cohort, g *Group, ask Ask, e events.MeetingHeld) error {
	switch most := s.thenMembers(c, g, e.HeldAt); {
	case e.HeldAt.IsZero():
		return refuse(Incomplete, "say when the meeting was held")
	case e.HeldAt.After(ask.At):
		return refuse(NotYetBegun, "what has not happened yet can't be reported")
	case e.Present < smallestMeeting || e.Present > most:
		return refuse(PresenceDiffers, "from %d to %d people can have been there, not %d", smallestMeeting, most, e.Present)
	}
	if err := c.meetable(e.HeldAt, e.Minutes, e.Mode); err != nil {
		return err
	}
	return s.themesFit(e.Themes)
}

// thenMembers returns how many were in a group at a time: who is now, and who
// left it since.
func (s *State) thenMembers(c *Cohort, g *Group, at time.Time) int {
	n := len(s.living(c, g))
	for _, left := range g.Left {
		if left.After(at) {
			n++
		}
	}
	return n
}

// themesFit refuses themes that are not offered, or there twice.
func (s *State) themesFit(themes []events.Code) error {
	for i, t := range themes {
		if slices.Contains(themes[:i], t) {
			return refuse(Unfit, "a theme is there twice")
		}
	}
	return s.known(ListThemes, themes...)
}

// overlapping returns another meeting of the group that was held at the same
// time, or, if that is asked, agreed.
func (c *Cohort) overlapping(e events.MeetingHeld, agreed bool) *Meeting {
	var found *Meeting
	for id, m := range c.Meetings {
		starts, minutes := m.StartsAt, m.Minutes
		if m.Status == Held {
			starts, minutes = m.Held.HeldAt, m.Held.Minutes
		}
		apart := !e.HeldAt.Before(starts.Add(length(minutes))) || !starts.Before(e.HeldAt.Add(length(e.Minutes)))
		if id == e.Meeting || m.Group != e.Group || apart || m.Status != Held && !(agreed && m.Status == Agreed) {
			continue
		}
		if found == nil || m.Status == Held { // of several, one that was held: that may be the same again
			found = m
		}
	}
	return found
}

// length returns how long so many minutes take.
func length(minutes int) time.Duration { return time.Duration(minutes) * time.Minute }

// sameMeeting reports whether two reports say the same; their ids aside.
func sameMeeting(a, b events.MeetingHeld) bool {
	return a.HeldAt.Equal(b.HeldAt) && a.Minutes == b.Minutes && a.Mode == b.Mode && a.Present == b.Present &&
		slices.Equal(a.Themes, b.Themes)
}
