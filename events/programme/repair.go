package programme

import (
	"slices"

	"kolmikko/events"
)

// Rules about repairing groups.
const (
	GroupIsLocked    = "group-locked"    // unlock it before it is changed
	GroupIsDissolved = "group-dissolved" // it is no more
	NotOfRun         = "not-of-run"      // a group is not as the named run has it
	Unwilling        = "unwilling"       // somebody would be moved who has not consented
)

// RepairGroups asks that groups be changed after somebody dropped out.
type RepairGroups struct {
	Track  events.Track   `json:"track" doc:"peer or reverse"`
	Run    events.RunID   `json:"run,omitzero" doc:"the recorded run that it comes from, if the engine made it"`
	Groups []events.Group `json:"groups" doc:"those that change, as they will be; without members: dissolved"`
	Method events.Code    `json:"method" doc:"how it was found, such as least-moves or by-hand"`
	Cost   int64          `json:"cost,omitzero" doc:"points lost against the groups before"`
}

// Decide changes groups so that they are fit again, nobody is in two or left
// without one, and whoever gets another group has agreed to it.
func (c RepairGroups) Decide(s *State, ask Ask) ([]events.Event, error) {
	h, err := s.matching(ask, c.Track)
	if err != nil {
		return nil, err
	}
	switch {
	case h.Published[c.Track] == "":
		return nil, refuse(NotPublished, "the track has no groups to repair yet")
	case len(c.Groups) == 0 || c.Method == "":
		return nil, refuse(Incomplete, "list the groups that change, and say by which method")
	}
	e := events.GroupsRepaired{Track: c.Track, Run: c.Run, Method: c.Method, Cost: c.Cost, Moved: []events.PersonID{}}
	rules, excused, err := c.rules(h)
	if err != nil {
		return nil, err
	}
	for i, g := range c.Groups {
		same := func(o events.Group) bool { return o.Group == g.Group }
		if g.Group == "" || slices.ContainsFunc(c.Groups[:i], same) {
			return nil, refuse(GroupTaken, "list each group once, with its id")
		}
		if h.isNow(g) {
			continue
		}
		if err := s.repairable(h, c.Track, rules, g, excused); err != nil {
			return nil, err
		}
		e.Groups = append(e.Groups, events.Group{Group: g.Group, Members: append([]events.PersonID{}, g.Members...)})
	}
	if len(e.Groups) == 0 {
		return nil, nil
	}
	if e.Moved, err = s.moves(h, c.Track, e.Groups); err != nil {
		return nil, err
	}
	return facts(e)
}

// isNow reports whether a group has the same members already, or is dissolved.
func (c *Cohort) isNow(g events.Group) bool {
	now := c.Groups[g.Group]
	return now != nil && now.Dissolved == (len(g.Members) == 0) && sameMembers(now.Members, g.Members)
}

// rules returns what the groups have to keep, and what is excused by overrides
// of the run that they are of; they are to be as that run has them.
func (c RepairGroups) rules(h *Cohort) (events.MatchingRules, func(breach) bool, error) {
	if c.Run == "" {
		return h.Rules[c.Track], func(breach) bool { return false }, nil
	}
	run := h.Runs[c.Run]
	if run == nil || run.Track != c.Track {
		return events.MatchingRules{}, nil, refuse(NotFound, "there is no such run of the track")
	}
	for _, g := range c.Groups {
		i := slices.IndexFunc(run.Now, func(o events.Group) bool { return o.Group == g.Group })
		if i < 0 && len(g.Members) > 0 || i >= 0 && !sameMembers(run.Now[i].Members, g.Members) {
			return events.MatchingRules{}, nil, refuse(NotOfRun, "a group is not as the run has it; repair without naming the run")
		}
	}
	return h.Rules[c.Track], run.excuses, h.current(run)
}

func sameMembers(a, b []events.PersonID) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// repairable refuses a change that can't be made to a group.
func (s *State) repairable(c *Cohort, t events.Track, rules events.MatchingRules, g events.Group, excused func(breach) bool) error {
	now := c.Groups[g.Group]
	switch {
	case now != nil && now.Locked:
		return refuse(GroupIsLocked, "group %s is locked", g.Group)
	case now != nil && now.Dissolved && now.Track == t:
		return refuse(GroupIsDissolved, "group %s was dissolved; give the new group an id of its own", g.Group)
	case now == nil && len(g.Members) == 0:
		return refuse(NotFound, "a group that is to be dissolved is not there")
	case len(g.Members) == 0 && now.Track == t:
		return nil
	}
	return s.fit(c, t, rules, g, excused)
}

// moves returns who gets another group than before, and refuses moves without
// consent, into two groups, or out of all. Who had no group, since it was
// dissolved or they were unplaced, isn't moved: they have waited for one.
func (s *State) moves(c *Cohort, t events.Track, groups []events.Group) ([]events.PersonID, error) {
	to, moved := map[events.PersonID]events.GroupID{}, []events.PersonID{}
	changed := map[events.GroupID]bool{}
	for _, g := range groups {
		changed[g.Group] = true
		for _, p := range g.Members {
			if to[p] != "" {
				return nil, refuse(TwiceInGroups, "a person would be in groups %s and %s", to[p], g.Group)
			}
			to[p] = g.Group
		}
	}
	for _, g := range groups {
		for _, p := range g.Members {
			switch from := c.GroupOf[PersonOnTrack{p, t}]; {
			case from == "" || from == g.Group:
				continue
			case !changed[from]:
				return nil, refuse(TwiceInGroups, "a person of group %s is still in group %s; list that group too", g.Group, from)
			case !c.Willing[PersonOnTrack{p, t}]:
				return nil, refuse(Unwilling, "a member of group %s has not consented to be moved", from)
			}
			moved = append(moved, p)
		}
		if now := c.Groups[g.Group]; now != nil {
			for _, p := range now.Members {
				if to[p] == "" && s.takesPart(c, p, t) {
					return nil, refuse(LeftOut, "a member of group %s would have no group any more", g.Group)
				}
			}
		}
	}
	slices.Sort(moved)
	return moved, nil
}

// ConsentToMove asks to be noted as willing to have another group.
type ConsentToMove struct {
	Track events.Track `json:"track" doc:"peer or reverse"`
}

// Decide notes the consent of whoever asks, for the next repair that moves them.
func (c ConsentToMove) Decide(s *State, ask Ask) ([]events.Event, error) {
	if err := s.registered(ask.By); err != nil {
		return nil, err
	}
	h, err := s.onTrack(ask, c.Track)
	if err != nil {
		return nil, err
	}
	if !h.Active(ask.By, c.Track) {
		return nil, refuse(NotActive, "only who has a seat on the track can be moved in it")
	}
	if h.Willing[PersonOnTrack{ask.By, c.Track}] {
		return nil, nil
	}
	return facts(events.MoveConsented{Person: ask.By, Track: c.Track})
}
