package programme

import (
	"slices"

	"kolmikko/events"
)

// Rules about overriding a matching. An override that breaks a hard rule
// without saying so is refused by the name of that rule.
const (
	Unseconded      = "unseconded"       // nobody else agreed that a hard rule is broken
	RuleNotBroken   = "rule-not-broken"  // the hard rule that it states stays kept
	SeveralBroken   = "several-broken"   // it would break more than the rule that it states
	NotExchangeable = "not-exchangeable" // the two are not in two places of the run
)

// SecondOverride asks to agree that an exchange of two people may break a hard
// rule.
type SecondOverride struct {
	Run        events.RunID    `json:"run" doc:"the run that is overridden"`
	Move       events.PersonID `json:"move" doc:"who is exchanged"`
	For        events.PersonID `json:"for" doc:"with whom"`
	BrokenRule events.Code     `json:"broken_rule" doc:"the hard rule that it breaks, such as reporting-line"`
}

// Decide records the second pair of eyes before the exchange; that it is another
// person's is seen to when the exchange is made.
func (c SecondOverride) Decide(s *State, ask Ask) ([]events.Event, error) {
	h, run, err := s.openRun(ask, c.Run)
	if err != nil {
		return nil, err
	}
	e := events.OverrideSeconded(c)
	if run.Seconded[e] == ask.By {
		return nil, nil
	}
	pairs, err := exchanged(run, c.Move, c.For)
	if err != nil {
		return nil, err
	}
	if err := s.breaks(h, run, pairs, c.BrokenRule); err != nil {
		return nil, err
	}
	if c.BrokenRule == "" {
		return nil, refuse(Incomplete, "name the hard rule that the exchange breaks; others need no second pair of eyes")
	}
	return facts(e)
}

// OverrideMatching asks that two people of a run be exchanged: Move goes where
// For was. To undo it, name them the other way round.
type OverrideMatching struct {
	Run        events.RunID    `json:"run" doc:"the run that is overridden"`
	Move       events.PersonID `json:"move" doc:"who is exchanged"`
	For        events.PersonID `json:"for" doc:"with whom; one of the two may be unplaced"`
	BrokenRule events.Code     `json:"broken_rule,omitzero" doc:"the hard rule that it breaks, if it does"`
	Reason     events.Code     `json:"reason" doc:"why: a code of the list of reasons"`
	Cost       int64           `json:"cost" doc:"points that the run loses by it; negative if it gains"`
}

// Decide exchanges the two in the last run of a track, before it is published.
// Where that breaks a hard rule, the command says which, and somebody else has
// agreed to it before.
func (c OverrideMatching) Decide(s *State, ask Ask) ([]events.Event, error) {
	h, run, err := s.openRun(ask, c.Run)
	if err != nil {
		return nil, err
	}
	// An exchange done twice would be undone, so the same words again are quiet
	// until either of the two has been exchanged otherwise.
	if last := lastOverride(run, c.Move, c.For); last.Move == c.Move && last.For == c.For {
		return nil, nil
	}
	pairs, err := exchanged(run, c.Move, c.For)
	if err != nil {
		return nil, err
	}
	if err := s.known(ListReasons, c.Reason); err != nil {
		return nil, err
	}
	if err := s.breaks(h, run, pairs, c.BrokenRule); err != nil {
		return nil, err
	}
	e := events.MatchingOverridden{Run: c.Run, Move: c.Move, For: c.For, BrokenRule: c.BrokenRule, Reason: c.Reason, Cost: c.Cost}
	if c.BrokenRule != "" {
		if e.SecondEyes = s.secondEyes(run, c, ask.By); e.SecondEyes == "" {
			return nil, refuse(Unseconded, "a broken hard rule needs a second pair of eyes: another coordinator or the owner seconds it first")
		}
	}
	return facts(e)
}

// openRun returns the run that is overridden: the last of its track and not
// published.
func (s *State) openRun(ask Ask, id events.RunID) (*Cohort, *Run, error) {
	if err := s.may(ask, events.Coordinator, events.Owner); err != nil {
		return nil, nil, err
	}
	h, err := s.cohort(ask)
	if err != nil {
		return nil, nil, err
	}
	run := h.Runs[id]
	switch {
	case run == nil:
		return nil, nil, refuse(NotFound, "there is no such run")
	case h.Published[run.Track] == id:
		return nil, nil, refuse(AlreadyPublished, "the groups of the run are published: repair them instead")
	}
	return h, run, h.current(run)
}

// current refuses a run that something newer has replaced.
func (c *Cohort) current(run *Run) error {
	switch {
	case c.LastRun[run.Track] != run.Run:
		return refuse(RunOutdated, "a later run of the track has replaced it")
	case c.Frozen[run.Track].InputDigest != run.InputDigest:
		return refuse(RunOutdated, "the enrolments were frozen anew since: run the matching again")
	case !sameRules(c.Rules[run.Track], run.Rules):
		return refuse(RunOutdated, "the matching rules were changed since: run the matching again")
	}
	return nil
}

// lastOverride returns the latest override of either of two people.
func lastOverride(run *Run, a, b events.PersonID) (last events.MatchingOverridden) {
	for _, o := range run.Overrides {
		if o.Move == a || o.Move == b || o.For == a || o.For == b {
			last = o
		}
	}
	return last
}

// exchanged returns the groups that an exchange of two people changes, each as
// it was and as it would be.
func exchanged(run *Run, a, b events.PersonID) (pairs [][2]events.Group, err error) {
	for _, g := range run.Now {
		hasA, hasB := slices.Contains(g.Members, a), slices.Contains(g.Members, b)
		if hasA && hasB {
			return nil, refuse(NotExchangeable, "the two are in one group already")
		}
		if hasA || hasB {
			now := events.Group{Group: g.Group, Members: slices.Clone(g.Members)}
			exchange([]events.Group{now}, a, b)
			pairs = append(pairs, [2]events.Group{g, now})
		}
	}
	if a == b || len(pairs) == 0 || !run.of(a) || !run.of(b) {
		return nil, refuse(NotExchangeable, "name two people of the run, one of them in a group at least")
	}
	return pairs, nil
}

// of reports whether a person is in a run, placed or not.
func (r *Run) of(p events.PersonID) bool {
	return slices.ContainsFunc(r.Groups, func(g events.ProposedGroup) bool { return slices.Contains(g.Members, p) }) ||
		slices.ContainsFunc(r.Unplaced, func(u events.Unplaced) bool { return u.Person == p })
}

// breaks refuses an exchange that breaks another hard rule than stated, or does
// not break that one. Only what the exchange itself breaks counts: a rule that an
// earlier override broke for the same two people is answered for.
func (s *State) breaks(c *Cohort, run *Run, changed [][2]events.Group, stated events.Code) error {
	broken := false
	for _, g := range changed {
		before := s.breaches(c, run.Track, run.Rules, g[0].Members)
		for _, breach := range s.breaches(c, run.Track, run.Rules, g[1].Members) {
			switch {
			case slices.Contains(before, breach):
			case breach.Rule == stated:
				broken = true
			case stated == "":
				return refuse(string(breach.Rule), "the exchange breaks this hard rule in group %s: state it, and have it seconded", g[1].Group)
			default:
				return refuse(SeveralBroken, "the exchange breaks %s as well", breach.Rule)
			}
		}
	}
	if stated != "" && !broken {
		return refuse(RuleNotBroken, "the exchange does not break the rule that it states; leave it out")
	}
	return nil
}

// secondEyes returns who agreed to an override before, other than who makes it;
// nobody if they have lost their role since. They may have named the two in
// either order: an exchange has none.
func (s *State) secondEyes(run *Run, c OverrideMatching, by events.PersonID) events.PersonID {
	for _, e := range []events.OverrideSeconded{{Run: c.Run, Move: c.Move, For: c.For, BrokenRule: c.BrokenRule},
		{Run: c.Run, Move: c.For, For: c.Move, BrokenRule: c.BrokenRule}} {
		if who := run.Seconded[e]; who != "" && who != by && (s.Has(who, events.Coordinator) || s.Has(who, events.Owner)) {
			return who
		}
	}
	return ""
}
