package programme

import "kolmikko/events"

// LockGroup asks that a group be left as it is when matching anew.
type LockGroup struct {
	Group  events.GroupID `json:"group" doc:"the group"`
	Reason events.Code    `json:"reason" doc:"why: a code of the list of reasons"`
}

// Decide locks a group that isn't locked.
func (c LockGroup) Decide(s *State, ask Ask) ([]events.Event, error) {
	g, err := s.arranged(ask, c.Group, c.Reason)
	if err != nil || g.Locked {
		return nil, err
	}
	return facts(events.GroupLocked(c))
}

// UnlockGroup asks that a group may be changed again.
type UnlockGroup struct {
	Group  events.GroupID `json:"group" doc:"the group"`
	Reason events.Code    `json:"reason" doc:"why: a code of the list of reasons"`
}

// Decide unlocks a group that is locked.
func (c UnlockGroup) Decide(s *State, ask Ask) ([]events.Event, error) {
	g, err := s.arranged(ask, c.Group, c.Reason)
	if err != nil || !g.Locked {
		return nil, err
	}
	return facts(events.GroupUnlocked(c))
}

// DissolveGroup asks that a group be no more; its members keep their seats, but
// have no group.
type DissolveGroup struct {
	Group  events.GroupID `json:"group" doc:"the group"`
	Reason events.Code    `json:"reason" doc:"why: a code of the list of reasons"`
}

// Decide dissolves a group that isn't locked.
func (c DissolveGroup) Decide(s *State, ask Ask) ([]events.Event, error) {
	if h := s.Cohorts[ask.Cohort]; h != nil && h.Groups[c.Group] != nil && h.Groups[c.Group].Dissolved {
		return nil, s.may(ask, events.Coordinator, events.Owner)
	}
	g, err := s.arranged(ask, c.Group, c.Reason)
	switch {
	case err != nil:
		return nil, err
	case g.Locked:
		return nil, refuse(GroupIsLocked, "group %s is locked", g.ID)
	}
	return facts(events.GroupDissolved(c))
}

// arranged returns a group for whoever may arrange it, for a reason that is
// known.
func (s *State) arranged(ask Ask, id events.GroupID, reason events.Code) (*Group, error) {
	if err := s.may(ask, events.Coordinator, events.Owner); err != nil {
		return nil, err
	}
	c, err := s.cohort(ask)
	if err != nil {
		return nil, err
	}
	g, err := c.group(id)
	if err != nil {
		return nil, err
	}
	return g, s.known(ListReasons, reason)
}
