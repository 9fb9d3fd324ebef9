package matching

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"kolmikko/events"
)

// result makes a run of what was found.
func (m *model) result(pool Pool, rules events.MatchingRules, track events.Track, f found, w *work) (Result, error) {
	r := events.MatchingRun{Track: track, InputDigest: InputDigest(pool), RulesDigest: RulesDigest(rules), Engine: Engine,
		Seed: w.o.Seed, Bound: f.bound, Groups: []events.ProposedGroup{}, Unplaced: []events.Unplaced{}}
	all := everyone(pool, rules)
	taken := map[events.GroupID]bool{}
	for _, g := range pool.Locked {
		taken[g.Group] = true
		var members []int
		for _, p := range g.Members {
			if i, known := all.index[p]; known {
				members = append(members, i)
			}
		}
		r.Groups = append(r.Groups, events.ProposedGroup{Group: g.Group, Members: g.Members, Points: all.points(members), By: all.by(members)})
		r.Bound += all.points(members)
	}
	names := m.names(pool, track, f.groups, taken)
	for k, members := range f.groups {
		r.Groups = append(r.Groups, events.ProposedGroup{Group: names[k], Members: m.ids(members),
			Points: m.points(members), By: m.by(members)})
	}
	for _, g := range r.Groups {
		r.Objective += g.Points
	}
	for _, i := range f.out {
		r.Unplaced = append(r.Unplaced, events.Unplaced{Person: m.people[i].ID, Reason: m.reason(i)})
	}
	r.Certificate = events.Certificate{Method: f.method, Proven: f.proven && !f.undecided, Steps: w.spent, Floor: f.floor}
	if f.pi != nil {
		r.Certificate.Duals, r.Certificate.Scale = m.priceMap(f.pi), f.scale
	}
	r.Run = runID(r)
	return Result{Run: r, Worst: m.worst(f.groups), Unfloored: f.free + r.Objective - f.value, Stopped: w.stopped}, nil
}

// ids returns who the members are.
func (m *model) ids(members []int) []events.PersonID {
	var out []events.PersonID
	for _, i := range members {
		out = append(out, m.people[i].ID)
	}
	return out
}

// names gives each group an ID: the one that the same people had, else one that
// two of them had, else the next that is free.
func (m *model) names(pool Pool, track events.Track, groups [][]int, taken map[events.GroupID]bool) []events.GroupID {
	names := make([]events.GroupID, len(groups))
	inherit := func(share func(members []int, g int) bool) {
		for k, members := range groups {
			for _, i := range members {
				g := m.former[i]
				if names[k] == "" && g >= 0 && !taken[pool.Former[g].Group] && share(members, g) {
					names[k] = pool.Former[g].Group
					taken[names[k]] = true
				}
			}
		}
	}
	common := func(members []int, g int) (n int) {
		for _, i := range members {
			if m.former[i] == g {
				n++
			}
		}
		return n
	}
	inherit(func(members []int, g int) bool {
		return common(members, g) == len(members) && len(members) == m.formerSize[g]
	})
	inherit(func(members []int, g int) bool { return common(members, g) >= 2 })
	for _, g := range pool.Former {
		taken[g.Group] = true
	}
	letter, next := "t", 1
	if track == events.Reverse {
		letter = "r"
	}
	for k := range names {
		for names[k] == "" {
			id := events.GroupID(fmt.Sprintf("%s%02d", letter, next))
			next++
			if !taken[id] {
				names[k] = id
			}
		}
	}
	return names
}

// runID names a run by what it is made of, so that the same run has one name.
func runID(r events.MatchingRun) events.RunID {
	sum := sha256.Sum256([]byte(fmt.Sprint(r.Track, r.InputDigest, r.RulesDigest, r.Engine, r.Seed)))
	return events.RunID("run-" + hex.EncodeToString(sum[:6]))
}

// worst returns the points of the worst group, those of a bigger one brought
// down to as many pairs as a group of the rules' size has.
func (m *model) worst(groups [][]int) int64 {
	worst := int64(-1)
	for _, members := range groups {
		if v := m.level(members); worst < 0 || v < worst {
			worst = v
		}
	}
	return max(worst, 0)
}

// level returns a group's points as they compare with a group of the rules'
// size.
func (m *model) level(members []int) int64 {
	size, n := int64(m.rules.Size), int64(len(members))
	if n < 2 {
		return 0
	}
	return (m.points(members) - m.kept(members)) * (size * (size - 1)) / (n * (n - 1))
}

// reason returns the rule that keeps a person apart from the most others, or
// quota if none does.
func (m *model) reason(i int) events.Code {
	count := map[events.Code]int{}
	for j := range m.n {
		if j != i {
			for _, code := range m.brokenPair(i, j) {
				count[code]++
			}
		}
	}
	best := events.HardQuota
	for _, code := range hardRules() {
		if count[code] > count[best] {
			best = code
		}
	}
	return best
}
