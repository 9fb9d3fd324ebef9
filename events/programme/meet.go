package programme

import (
	"fmt"
	"slices"
	"time"

	"kolmikko/events"
)

func meetForms() []Form {
	return []Form{
		form[AssentToTerms]("group-terms", "assent", OfCohort, "agree how often your group meets, and how many make a meeting"),
		form[AgreeThemes]("group-themes", "agree", OfCohort, "say what your group will talk about"),
		form[RaiseConcern]("concern", "raise", OfCohort, "tell the coordinator that you are worried about your group"),
		form[ConsentToMove]("move", "consent", OfCohort, "agree to have another group"),
		form[EndParticipation]("participation", "end", OfCohort, "take part no longer"),
		form[ProposeMeeting]("meeting", "propose", OfCohort, "propose when your group meets"),
		form[AcceptMeeting]("meeting", "accept", OfCohort, "say that you can come"),
		form[DeclineMeeting]("meeting", "decline", OfCohort, "say that you can't come"),
		form[MoveMeeting]("meeting", "move", OfCohort, "give an agreed meeting another time or mode"),
		form[CancelMeeting]("meeting", "cancel", OfCohort, "call a meeting off"),
		form[HoldMeeting]("meeting", "hold", OfCohort, "report that your group met"),
		form[CorrectRecord]("record", "correct", OfCohort, "say what a record should have said"),
	}
}

// Rules about meetings.
const (
	NotAhead         = "not-ahead"         // a time that is to come has passed
	AlreadyProposed  = "already-proposed"  // the group has a meeting at that time
	AlreadyHeld      = "already-held"      // a meeting was reported
	NotAgreed        = "not-agreed"        // a meeting was not agreed yet
	MeetingIsOff     = "meeting-cancelled" // a meeting was cancelled
	PresenceDiffers  = "presence-differs"  // fewer than two people, or more than the group has
	ReportedTooLate  = "reported-too-late" // longer than two months after
	smallestMeeting  = 2
	shortest         = 15  // minutes
	longest          = 480 // minutes
	reportWithinDays = 60
)

// ProposeMeeting asks a group to meet.
type ProposeMeeting struct {
	Group    events.GroupID `json:"group" doc:"your group"`
	StartsAt time.Time      `json:"starts_at" doc:"when it starts, such as 2022-10-19T09:00:00+03:00"`
	Minutes  int            `json:"minutes" doc:"how long it takes, 15 to 480"`
	Mode     events.Mode    `json:"mode" doc:"lab (on site) or teams (online)"`
}

// Decide proposes a time ahead. Whoever proposes can come; the meeting is agreed
// once as many as the group's quorum can.
func (c ProposeMeeting) Decide(s *State, ask Ask) ([]events.Event, error) {
	h, g, err := s.member(ask, c.Group)
	if err != nil {
		return nil, err
	}
	for _, m := range h.Meetings {
		if m.Group != g.ID || !m.StartsAt.Equal(c.StartsAt) || m.Status != Proposed && m.Status != Agreed {
			continue
		}
		if m.Accepted[ask.By] && m.Minutes == c.Minutes && m.Mode == c.Mode {
			return nil, nil
		}
		return nil, refuse(AlreadyProposed, "the group has a meeting at that time: accept or move it")
	}
	if err := h.ahead(ask, c.StartsAt, c.Minutes, c.Mode); err != nil {
		return nil, err
	}
	return facts(events.MeetingProposed{Meeting: h.nextMeeting(), Group: g.ID, StartsAt: c.StartsAt.UTC(),
		Minutes: c.Minutes, Mode: c.Mode})
}

// AcceptMeeting asks to be counted among who can come.
type AcceptMeeting struct {
	Meeting events.MeetingID `json:"meeting" doc:"the meeting"`
}

// Decide counts a member in, and with them the meeting is agreed if they make
// the quorum.
func (c AcceptMeeting) Decide(s *State, ask Ask) ([]events.Event, error) {
	h, g, m, err := s.meetingOf(ask, c.Meeting)
	if err != nil {
		return nil, err
	}
	var then []events.Event
	coming := 1
	for _, p := range s.living(h, g) {
		if p != ask.By && m.Accepted[p] {
			coming++
		}
	}
	// Where somebody left who was counted on, accepting again makes the quorum.
	agrees := m.Status == Proposed && coming >= s.quorum(h, g)
	if m.Accepted[ask.By] && !agrees {
		return nil, nil
	}
	if !ask.At.Before(m.StartsAt) {
		return nil, refuse(NotAhead, "the meeting has begun: report it once it was held")
	}
	if !m.Accepted[ask.By] {
		then = append(then, events.MeetingAccepted{Meeting: c.Meeting, Group: g.ID})
	}
	if agrees {
		then = append(then, events.MeetingAgreed{Meeting: c.Meeting, Group: g.ID, StartsAt: m.StartsAt, Minutes: m.Minutes, Mode: m.Mode})
	}
	return facts(then...)
}

// DeclineMeeting asks not to be counted among who can come.
type DeclineMeeting struct {
	Meeting events.MeetingID `json:"meeting" doc:"the meeting"`
}

// Decide counts a member out. An agreed meeting stays agreed: the others may
// meet, move or cancel it.
func (c DeclineMeeting) Decide(s *State, ask Ask) ([]events.Event, error) {
	_, g, m, err := s.meetingOf(ask, c.Meeting)
	if err != nil {
		return nil, err
	}
	if accepted, said := m.Accepted[ask.By]; said && !accepted {
		return nil, nil
	}
	if !ask.At.Before(m.StartsAt) {
		return nil, refuse(NotAhead, "the meeting has begun")
	}
	return facts(events.MeetingDeclined{Meeting: c.Meeting, Group: g.ID})
}

// member returns a group for a member of it who asks, takes part and is known.
// Nobody else acts for a group: not the coordinator either.
func (s *State) member(ask Ask, id events.GroupID) (*Cohort, *Group, error) {
	c, err := s.cohort(ask)
	if err != nil {
		return nil, nil, err
	}
	if err := s.registered(ask.By); err != nil {
		return nil, nil, err
	}
	g, err := c.group(id)
	if err != nil {
		return nil, nil, err
	}
	if !slices.Contains(s.living(c, g), ask.By) {
		return nil, nil, refuse(NotYours, "only a member of the group may do this")
	}
	return c, g, nil
}

// meetingOf returns a meeting that is still to be, for a member of its group.
func (s *State) meetingOf(ask Ask, id events.MeetingID) (*Cohort, *Group, *Meeting, error) {
	c, err := s.cohort(ask)
	if err != nil {
		return nil, nil, nil, err
	}
	m := c.Meetings[id]
	if m == nil {
		return nil, nil, nil, refuse(NotFound, "there is no such meeting")
	}
	c, g, err := s.member(ask, m.Group)
	switch {
	case err != nil:
		return nil, nil, nil, err
	case m.Status == Held:
		return nil, nil, nil, refuse(AlreadyHeld, "the meeting was held")
	case m.Status == Cancelled:
		return nil, nil, nil, refuse(MeetingIsOff, "the meeting was cancelled")
	}
	return c, g, m, nil
}

// living returns the members of a group who take part and are known.
func (s *State) living(c *Cohort, g *Group) (all []events.PersonID) {
	for _, p := range g.Members {
		if s.takesPart(c, p, g.Track) {
			all = append(all, p)
		}
	}
	return all
}

// quorum returns how many make a meeting of a group: what it agreed on, as long
// as it has that many members, else two.
func (s *State) quorum(c *Cohort, g *Group) int {
	return max(smallestMeeting, min(g.Agreed.Quorum, len(s.living(c, g))))
}

// nextMeeting returns the first free id of a meeting.
func (c *Cohort) nextMeeting() events.MeetingID {
	for n := len(c.Meetings) + 1; ; n++ {
		id := events.MeetingID(fmt.Sprint("m", n))
		if _, taken := c.Meetings[id]; !taken {
			return id
		}
	}
}

// ahead refuses a meeting that is not to come, or not within the cohort.
func (c *Cohort) ahead(ask Ask, starts time.Time, minutes int, mode events.Mode) error {
	switch {
	case starts.IsZero():
		return refuse(Incomplete, "say when the meeting starts")
	case !starts.After(ask.At):
		return refuse(NotAhead, "a meeting is agreed beforehand; report one that was held instead")
	}
	return c.meetable(starts, minutes, mode)
}

// meetable refuses what no meeting of the cohort can be like.
func (c *Cohort) meetable(starts time.Time, minutes int, mode events.Mode) error {
	switch day := c.Day(starts); {
	case day < c.Opened.StartsOn || day > c.Opened.EndsOn || len(day) != len(c.Opened.StartsOn):
		return refuse(OutsideCohort, "the cohort runs from %s to %s", c.Opened.StartsOn, c.Opened.EndsOn)
	case minutes < shortest || minutes > longest:
		return refuse(Unfit, "a meeting takes %d to %d minutes, not %d", shortest, longest, minutes)
	case mode != events.Lab && mode != events.Teams:
		return refuse(Unfit, "people meet in the lab or on teams")
	}
	return nil
}
