package programme

import (
	"slices"

	"kolmikko/events"
)

// Bounds of what a group agrees on.
const (
	longestRhythm = 26 // weeks
	mostOwnThemes = 10
)

// AssentToTerms asks to be counted among who agrees to a rhythm and a quorum.
type AssentToTerms struct {
	Group  events.GroupID `json:"group" doc:"your group"`
	Rhythm int            `json:"rhythm" doc:"weeks between meetings, 1 to 26"`
	Quorum int            `json:"quorum" doc:"how many of you make a meeting, 2 at least"`
}

// Decide counts a member in; once every member agrees to the same, the agreement
// is reached. Assenting again does that too, where somebody left who had not.
func (c AssentToTerms) Decide(s *State, ask Ask) ([]events.Event, error) {
	h, g, err := s.member(ask, c.Group)
	if err != nil {
		return nil, err
	}
	terms := Terms{c.Rhythm, c.Quorum}
	living := s.living(h, g)
	all := !slices.ContainsFunc(living, func(p events.PersonID) bool { return p != ask.By && g.Assents[p] != terms })
	reached := all && len(living) >= smallestMeeting && g.Agreed != terms
	if g.Assents[ask.By] == terms && !reached {
		return nil, nil
	}
	switch {
	case c.Rhythm < 1 || c.Rhythm > longestRhythm:
		return nil, refuse(Unfit, "a rhythm is 1 to %d weeks, not %d", longestRhythm, c.Rhythm)
	case c.Quorum < smallestMeeting || c.Quorum > len(living):
		return nil, refuse(Unfit, "a quorum is %d to %d of you, not %d", smallestMeeting, len(living), c.Quorum)
	}
	var then []events.Event
	if g.Assents[ask.By] != terms {
		then = append(then, events.GroupAgreementAssented{Group: g.ID, Person: ask.By, Rhythm: c.Rhythm, Quorum: c.Quorum})
	}
	if reached {
		then = append(then, events.GroupAgreementReached{Group: g.ID, Rhythm: c.Rhythm, Quorum: c.Quorum})
	}
	return facts(then...)
}

// AgreeThemes asks to note what a group will talk about.
type AgreeThemes struct {
	Group     events.GroupID `json:"group" doc:"your group"`
	Themes    []events.Code  `json:"themes,omitzero" doc:"codes of the list of themes"`
	OwnThemes int            `json:"own_themes,omitzero" doc:"how many themes you have beside those, 0 to 10; what they are stays with you"`
}

// Decide notes the themes as any member reports them, in place of those before.
func (c AgreeThemes) Decide(s *State, ask Ask) ([]events.Event, error) {
	_, g, err := s.member(ask, c.Group)
	if err != nil {
		return nil, err
	}
	now := g.Themes
	if now.Group != "" && now.OwnThemes == c.OwnThemes &&
		slices.Equal(slices.Sorted(slices.Values(now.Themes)), slices.Sorted(slices.Values(c.Themes))) {
		return nil, nil
	}
	switch {
	case len(c.Themes) == 0 && c.OwnThemes == 0:
		return nil, refuse(Incomplete, "name a theme, or how many you have of your own")
	case c.OwnThemes < 0 || c.OwnThemes > mostOwnThemes:
		return nil, refuse(Unfit, "a group has 0 to %d themes of its own, not %d", mostOwnThemes, c.OwnThemes)
	}
	if err := s.themesFit(c.Themes); err != nil {
		return nil, err
	}
	return facts(events.GroupThemesAgreed(c))
}

// RaiseConcern asks to tell the coordinator, and nobody else, that a member is
// worried about their group.
type RaiseConcern struct {
	Group   events.GroupID `json:"group" doc:"your group"`
	Concern events.Code    `json:"concern" doc:"what it is: a code of the list of concerns"`
}

// Decide notes a member's concern, the same one once a day.
func (c RaiseConcern) Decide(s *State, ask Ask) ([]events.Event, error) {
	h, g, err := s.member(ask, c.Group)
	if err != nil {
		return nil, err
	}
	if last, raised := g.Worries[Worry{ask.By, c.Concern}]; raised && h.Day(last) == h.Day(ask.At) {
		return nil, nil
	}
	if err := s.known(ListConcerns, c.Concern); err != nil {
		return nil, err
	}
	return facts(events.ConcernRaised(c))
}
