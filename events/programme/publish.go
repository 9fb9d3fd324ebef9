package programme

import (
	"slices"

	"kolmikko/events"
)

// PublishGroups asks that the groups of a run become those of the cohort.
type PublishGroups struct {
	Run events.RunID `json:"run" doc:"the last run of the track"`
}

// Decide publishes a run once: its overrides applied, each group fit to be one,
// and everybody with a seat placed or listed.
func (c PublishGroups) Decide(s *State, ask Ask) ([]events.Event, error) {
	if err := s.may(ask, events.Coordinator, events.Owner); err != nil {
		return nil, err
	}
	h, err := s.cohort(ask)
	if err != nil {
		return nil, err
	}
	run := h.Runs[c.Run]
	switch {
	case run == nil:
		return nil, refuse(NotFound, "there is no such run")
	case h.Published[run.Track] == c.Run:
		return nil, nil
	case h.Published[run.Track] != "":
		return nil, refuse(AlreadyPublished, "the track has its groups: repair them instead")
	}
	if err := h.current(run); err != nil {
		return nil, err
	}
	e := events.GroupsPublished{Run: c.Run, Track: run.Track, Unplaced: []events.PersonID{}}
	placed := map[events.PersonID]bool{}
	for _, g := range run.Now {
		if err := s.fit(h, run.Track, run.Rules, g, run.excuses); err != nil {
			return nil, err
		}
		for _, p := range g.Members {
			placed[p] = true
		}
		e.Groups = append(e.Groups, events.Group{Group: g.Group, Members: slices.Clone(g.Members)})
	}
	if len(e.Groups) == 0 {
		return nil, refuse(Incomplete, "the run has no groups to publish")
	}
	// Who got a seat after the freeze is in no run, and is listed all the same.
	for seat, id := range h.Live {
		if seat.Track == run.Track && h.Enrolments[id].Status == Accepted && !s.erased(seat.Person) && !placed[seat.Person] {
			e.Unplaced = append(e.Unplaced, seat.Person)
		}
	}
	slices.Sort(e.Unplaced)
	return facts(e)
}

// excuses reports whether an override has answered for a breach: one that stated
// this rule, and exchanged one of the people whom it concerns.
func (r *Run) excuses(b breach) bool {
	return slices.ContainsFunc(r.Overrides, func(o events.MatchingOverridden) bool {
		of := b.A == "" || b.A == o.Move || b.A == o.For || b.B == o.Move || b.B == o.For
		return of && o.BrokenRule == b.Rule
	})
}

// fit refuses what can't be a group of a track: of a size that isn't allowed, of
// people without a seat or without the principles, or breaking a hard rule that
// nobody has answered for.
func (s *State) fit(c *Cohort, t events.Track, rules events.MatchingRules, g events.Group, excused func(breach) bool) error {
	if other := c.Groups[g.Group]; other != nil && other.Track != t {
		return refuse(GroupTaken, "group %s is of the other track", g.Group)
	}
	if n := len(g.Members); n != rules.Size && !slices.Contains(rules.Remainder, n) {
		return refuse(GroupSize, "group %s has %d members; the rules allow %d %v", g.Group, n, rules.Size, rules.Remainder)
	}
	for i, p := range g.Members {
		switch {
		case !s.takesPart(c, p, t):
			return refuse(NotActive, "a member of group %s has no seat on the track", g.Group)
		case slices.Contains(g.Members[:i], p):
			return refuse(TwiceInGroups, "a person is in group %s twice", g.Group)
		case c.Principles[p] < s.Principles.Version:
			return refuse(PrinciplesOutdated, "a member of group %s has not accepted version %d of the principles", g.Group, s.Principles.Version)
		}
	}
	for _, b := range s.breaches(c, t, rules, g.Members) {
		if !excused(b) {
			return refuse(string(b.Rule), "group %s breaks this hard rule", g.Group)
		}
	}
	return nil
}
