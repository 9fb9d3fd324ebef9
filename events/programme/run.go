package programme

import (
	"slices"

	"kolmikko/events"
)

// RecordMatching asks to keep what the matching engine made of the enrolments
// that were frozen.
type RecordMatching struct {
	Run events.MatchingRun `json:"run" doc:"the run as the engine made it, whole"`
}

// Decide records a run that is of what was frozen, adds up, and forgets nobody.
// Only the engine records, so that nobody's own groups pass for computed ones.
func (c RecordMatching) Decide(s *State, ask Ask) ([]events.Event, error) {
	if ask.By != events.Engine {
		return nil, refuse(NotYours, "only the matching engine records what it made")
	}
	h, err := s.onTrack(ask, c.Run.Track)
	if err != nil {
		return nil, err
	}
	frozen, there := h.Frozen[c.Run.Track]
	_, ruled := h.Rules[c.Run.Track]
	before := h.Runs[c.Run.Run]
	switch {
	case c.Run.Run == "" || c.Run.Engine == "":
		return nil, refuse(Incomplete, "a run has an id and an engine")
	case before != nil && sameRun(before.MatchingRun, c.Run):
		return nil, nil
	case before != nil:
		return nil, refuse(RunTaken, "another run has this id")
	case !there:
		return nil, refuse(NotFrozen, "freeze the enrolments of the track first")
	case !ruled:
		return nil, refuse(RulesMissing, "set the matching rules of the track first")
	case c.Run.InputDigest != frozen.InputDigest:
		return nil, refuse(DigestDiffers, "the run was made of something else than what was frozen")
	case !isDigest(c.Run.RulesDigest):
		return nil, refuse(Unfit, "the rules digest is a SHA-256 of 64 hexadecimal digits in lower case")
	}
	if err := checkPoints(c.Run); err != nil {
		return nil, err
	}
	if err := s.checkPlaces(h, frozen, c.Run); err != nil {
		return nil, err
	}
	return facts(c.Run)
}

// sameRun reports whether two runs say the same. The certificate is left out: it
// follows from the rest, and says nothing about who is with whom.
func sameRun(a, b events.MatchingRun) bool {
	same := func(g, o events.ProposedGroup) bool {
		return g.Group == o.Group && g.Points == o.Points && slices.Equal(g.Members, o.Members)
	}
	return a.Track == b.Track && a.InputDigest == b.InputDigest && a.RulesDigest == b.RulesDigest &&
		a.Engine == b.Engine && a.Seed == b.Seed && a.Objective == b.Objective && a.Bound == b.Bound &&
		slices.EqualFunc(a.Groups, b.Groups, same) && slices.Equal(a.Unplaced, b.Unplaced)
}

// checkPoints refuses a run whose points don't add up: it is looked at by
// coordinators and auditors who compare sums. That it is the best one can't be
// seen here; its digests and seed let anybody compute it again.
func checkPoints(run events.MatchingRun) error {
	var total int64
	for _, g := range run.Groups {
		var points int64
		for _, p := range g.By {
			points += p
		}
		if points != g.Points {
			return refuse(SumsDiffer, "a group has %d points, but %d by criterion", g.Points, points)
		}
		total += points
	}
	switch {
	case total != run.Objective:
		return refuse(SumsDiffer, "the groups have %d points, but the objective is %d", total, run.Objective)
	case run.Bound < run.Objective:
		return refuse(SumsDiffer, "an objective of %d exceeds its bound of %d", run.Objective, run.Bound)
	}
	return nil
}

// checkPlaces refuses a run that does not place each of the frozen people once,
// or list them. Who has withdrawn or been erased since the freeze is none of
// them any more. Sizes and hard rules are looked at when the groups are
// published, since an override may come between.
func (s *State) checkPlaces(h *Cohort, frozen events.MatchingFrozen, run events.MatchingRun) error {
	missing := map[events.PersonID]bool{}
	for _, id := range frozen.Enrolments {
		if e := h.Enrolments[id]; e != nil && e.Status == Accepted && !s.erased(e.Person) {
			missing[e.Person] = true
		}
	}
	matched := len(missing)
	seen := map[events.PersonID]bool{}
	place := func(p events.PersonID) error {
		switch {
		case seen[p]:
			return refuse(TwiceInGroups, "a person is in the run twice")
		case !missing[p]:
			return refuse(NotActive, "a person of the run is not one of the %d who are matched", matched)
		}
		seen[p] = true
		delete(missing, p)
		return nil
	}
	names := map[events.GroupID]bool{}
	for _, g := range run.Groups {
		other := h.Groups[g.Group]
		if g.Group == "" || names[g.Group] || other != nil && other.Track != run.Track {
			return refuse(GroupTaken, "two groups have one id, or a group has none")
		}
		names[g.Group] = true
		if len(g.Members) < 2 {
			return refuse(GroupSize, "a group of a run has two members at least")
		}
		for _, p := range g.Members {
			if err := place(p); err != nil {
				return err
			}
		}
	}
	for _, u := range run.Unplaced {
		if !slices.Contains(hardRules(), u.Reason) {
			return refuse(CodeUnknown, "why somebody is unplaced is told by one of %v", hardRules())
		}
		if err := place(u.Person); err != nil {
			return err
		}
	}
	if len(missing) > 0 {
		return refuse(LeftOut, "%d people are neither in a group nor listed as unplaced", len(missing))
	}
	return nil
}
