package programme

import (
	"slices"
	"time"

	"kolmikko/events"
)

// Rules about reminders.
const (
	NudgesDeclined = "nudges-declined"
	NudgedLately   = "nudged-lately"
)

const betweenNudges = 7 * 24 * time.Hour

// Channels lists the ways by which a nudge reaches somebody.
func Channels() []events.Code { return []events.Code{"e-mail", "page"} }

// SendNudge says that somebody is reminded of something. It is asked before the
// letter goes out: a letter that nobody knows of is worse than one that got
// lost.
type SendNudge struct {
	Template events.Code     `json:"template" doc:"what it says, from the list of nudges"`
	Target   events.PersonID `json:"target" doc:"who is reminded"`
	Channel  events.Code     `json:"channel" doc:"e-mail or page"`
}

// Decide lets a person be reminded once a week, unless they want none.
func (c SendNudge) Decide(s *State, ask Ask) ([]events.Event, error) {
	if ask.By != events.Notify {
		return nil, refuse(NotYours, "reminders are sent from the outbox, by nobody in particular")
	}
	if ask.Cohort != events.WholeProgramme {
		if _, err := s.lasting(ask); err != nil {
			return nil, err
		}
	}
	if err := s.registered(c.Target); err != nil {
		return nil, err
	}
	p := s.People[c.Target]
	switch {
	case p.NoNudges:
		return nil, refuse(NudgesDeclined, "this person wants no reminders")
	case !p.LastNudge.IsZero() && ask.At.Before(p.LastNudge.Add(betweenNudges)):
		return nil, refuse(NudgedLately, "this person was reminded less than a week ago")
	case !slices.Contains(Channels(), c.Channel):
		return nil, refuse(Unfit, "the channel is neither e-mail nor page")
	}
	if err := s.known(ListNudges, c.Template); err != nil {
		return nil, err
	}
	return facts(events.NudgeSent(c))
}

// DeclineNudges says that whoever asks wants no reminders.
type DeclineNudges struct{}

// Decide is about nobody but who asks.
func (DeclineNudges) Decide(s *State, ask Ask) ([]events.Event, error) {
	if err := s.registered(ask.By); err != nil || s.People[ask.By].NoNudges {
		return nil, err
	}
	return facts(events.NudgesDeclined{Person: ask.By})
}

// WelcomeNudges says that whoever asks wants reminders again.
type WelcomeNudges struct{}

// Decide is about nobody but who asks.
func (WelcomeNudges) Decide(s *State, ask Ask) ([]events.Event, error) {
	if err := s.registered(ask.By); err != nil || !s.People[ask.By].NoNudges {
		return nil, err
	}
	return facts(events.NudgesWelcomed{Person: ask.By})
}
