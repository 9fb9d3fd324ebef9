package matching

import (
	"slices"

	"kolmikko/events"
)

// A Repair is what becomes of a cohort's groups after drop-outs.
type Repair struct {
	Bonus  int64                 `json:"bonus"`  // points that each kept group earned
	Kept   int                   `json:"kept"`   // groups that stay as they are
	Whole  int                   `json:"whole"`  // groups that could have
	Points int64                 `json:"points"` // of all groups, without the bonus
	Lost   int64                 `json:"lost"`   // against solving anew
	Diff   Diff                  `json:"diff"`
	Result Result                `json:"-"`
	Event  events.GroupsRepaired `json:"event"`
}

// usualBonus is what a kept group earns where nobody says otherwise, in parts of
// a hundred of a group's points.
const usualBonus = 4

// mostLost is how much of the points of solving anew a repair that chooses its
// own bonus may lose, in parts of a hundred.
const mostLost = 1

// Mend forms groups of the people of the pool anew, so that each of the former
// groups which is kept earns a bonus. A bonus of -1 is about four hundredths of
// a group's points, or as much more as it takes to keep eight of nine groups, if
// no more than a hundredth of what solving anew would give is lost by it.
// Locked groups stay.
func Mend(pool Pool, rules events.MatchingRules, track events.Track, bonus int64, o Options) (Repair, error) {
	anew, err := afresh(pool, rules, track, o)
	if err != nil {
		return Repair{}, err
	}
	if bonus >= 0 {
		return mend(pool, rules, track, bonus, anew, o)
	}
	var best Repair
	for k, percent := range []int64{usualBonus, 6, 9, 14, 20, 30} {
		r, err := mend(pool, rules, track, average(anew)*percent/100, anew, o)
		if err != nil {
			return Repair{}, err
		}
		if k == 0 || r.Kept > best.Kept && r.Lost*100 <= anew.Run.Objective*mostLost {
			best = r
		}
		if best.Kept*9 >= best.Whole*8 || o.Stop != nil && o.Stop() {
			break
		}
	}
	return best, nil
}

// Curve returns repairs from solving anew to keeping every group that can be
// kept, each with a greater bonus than the one before.
func Curve(pool Pool, rules events.MatchingRules, track events.Track, o Options) ([]Repair, error) {
	anew, err := afresh(pool, rules, track, o)
	if err != nil {
		return nil, err
	}
	mean := average(anew)
	var curve []Repair
	for _, bonus := range []int64{0, mean / 100, mean / 50, mean * usualBonus / 100, mean * 8 / 100, mean * 16 / 100, mean * 4} {
		r, err := mend(pool, rules, track, bonus, anew, o)
		if err != nil {
			return nil, err
		}
		curve = append(curve, r)
		if o.Stop != nil && o.Stop() {
			break
		}
	}
	return curve, nil
}

// afresh solves the pool as if there had been no groups.
func afresh(pool Pool, rules events.MatchingRules, track events.Track, o Options) (Result, error) {
	rules.Stability = 0
	o.Progress = nil
	return Run(pool, rules, track, o)
}

// average returns the points of a group on average.
func average(r Result) int64 {
	return r.Run.Objective / int64(max(1, len(r.Run.Groups)))
}

// mend repairs with one bonus, and measures it against solving anew.
func mend(pool Pool, rules events.MatchingRules, track events.Track, bonus int64, anew Result, o Options) (Repair, error) {
	rules.Stability = bonus
	r, err := Run(pool, rules, track, o)
	if err != nil {
		return Repair{}, err
	}
	plain := rules
	plain.Stability = 0
	m := everyone(pool, plain)
	former := slices.DeleteFunc(slices.Clone(pool.Former), func(g events.Group) bool { return len(g.Members) == 0 })
	out := Repair{Bonus: bonus, Result: r, Diff: m.diff(former, groupsOf(r.Run))}
	out.Kept = len(out.Diff.Kept)
	for _, g := range former {
		if n := len(m.numbers(g.Members)); n == rules.Size || slices.Contains(rules.Remainder, n) {
			out.Whole++
		}
	}
	for _, g := range r.Run.Groups {
		out.Points += m.pointsOf(g.Members)
	}
	out.Lost = anew.Run.Objective - out.Points
	out.Event = events.GroupsRepaired{Track: track, Run: r.Run.Run, Groups: []events.Group{}, Method: "matching-run",
		Moved: out.Diff.Moved, Cost: out.Diff.Cost}
	now := map[events.GroupID]bool{}
	for _, c := range out.Diff.Changed {
		now[c.Group] = true
		out.Event.Groups = append(out.Event.Groups, events.Group{Group: c.Group, Members: c.Members})
	}
	for _, g := range former {
		if !now[g.Group] && !slices.Contains(out.Diff.Kept, g.Group) {
			out.Event.Groups = append(out.Event.Groups, events.Group{Group: g.Group, Members: []events.PersonID{}})
		}
	}
	return out, nil
}
