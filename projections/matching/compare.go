package matching

import (
	"slices"

	"kolmikko/events"
)

// A Diff says how one grouping differs from another.
type Diff struct {
	Kept     []events.GroupID  `json:"kept"`    // groups of before that are the same people
	Changed  []Change          `json:"changed"` // groups of after that are none of before
	Gone     []events.GroupID  `json:"gone"`    // groups of before of which no group came
	Moved    []events.PersonID `json:"moved"`   // who is with other people than most of their group
	Placed   []events.PersonID `json:"placed"`  // who had no group before
	LeftOut  []events.PersonID `json:"left_out"`
	Cost     int64             `json:"cost"`  // points of before less those of after, by the same rules
	Worst    [2]int64          `json:"worst"` // before and after
	Boundary [2]int64          `json:"bound"` // of the two runs, each by its own rules
}

// A Change is a group that is new, and from which most of its people came.
type Change struct {
	Group   events.GroupID    `json:"group"`
	From    events.GroupID    `json:"from,omitempty"`
	Members []events.PersonID `json:"members"`
	Points  int64             `json:"points"`
}

// Compare says what becomes of the groups of one run in another, as in asking
// what if: both have their points by the rules given, whatever rules they were
// made by.
//
// What if is asked by running the same pool again, by other rules, weights or
// another seed: nothing of it enters the history unless somebody publishes it.
func Compare(pool Pool, rules events.MatchingRules, before, after events.MatchingRun) Diff {
	rules.Stability = 0
	m := everyone(pool, rules)
	old, now := groupsOf(before), groupsOf(after)
	d := m.diff(old, now)
	d.Boundary = [2]int64{before.Bound, after.Bound}
	return d
}

// groupsOf returns the groups of a run without their points.
func groupsOf(run events.MatchingRun) []events.Group {
	var groups []events.Group
	for _, g := range run.Groups {
		groups = append(groups, events.Group{Group: g.Group, Members: g.Members})
	}
	return groups
}

// diff compares two groupings by the points of this model; a group goes on in the
// one to which most of its people went.
func (m *model) diff(old, now []events.Group) Diff {
	d := Diff{Kept: []events.GroupID{}, Changed: []Change{}, Gone: []events.GroupID{}, Moved: []events.PersonID{},
		Placed: []events.PersonID{}, LeftOut: []events.PersonID{}}
	from := map[events.PersonID]int{}
	for k, g := range old {
		d.Cost += m.pointsOf(g.Members)
		for _, p := range g.Members {
			from[p] = k
		}
	}
	d.Worst = [2]int64{m.worstOf(old), m.worstOf(now)}
	heirs, placed := map[int]bool{}, map[events.PersonID]bool{}
	for _, g := range now {
		d.Cost -= m.pointsOf(g.Members)
		origin := mostFrom(g.Members, from, heirs)
		if origin >= 0 {
			heirs[origin] = true
		}
		for _, p := range g.Members {
			placed[p] = true
			if k, had := from[p]; !had {
				d.Placed = append(d.Placed, p)
			} else if k != origin {
				d.Moved = append(d.Moved, p)
			}
		}
		if origin >= 0 && slices.Equal(sorted(old[origin].Members), sorted(g.Members)) {
			d.Kept = append(d.Kept, old[origin].Group)
			continue
		}
		c := Change{Group: g.Group, Members: g.Members, Points: m.pointsOf(g.Members)}
		if origin >= 0 {
			c.From = old[origin].Group
		}
		d.Changed = append(d.Changed, c)
	}
	for k, g := range old {
		if !heirs[k] {
			d.Gone = append(d.Gone, g.Group)
		}
		for _, p := range g.Members {
			if !placed[p] {
				d.LeftOut = append(d.LeftOut, p)
			}
		}
	}
	slices.Sort(d.Moved)
	slices.Sort(d.Placed)
	slices.Sort(d.LeftOut)
	return d
}

// mostFrom returns the old group from which the most of members come, two at
// least, and which no other group continues; else -1.
func mostFrom(members []events.PersonID, from map[events.PersonID]int, heirs map[int]bool) int {
	count := map[int]int{}
	best := -1
	for _, p := range members {
		k, had := from[p]
		if !had || heirs[k] {
			continue
		}
		count[k]++
		if count[k] >= 2 && (best < 0 || count[k] > count[best]) {
			best = k
		}
	}
	return best
}

// numbers returns those of people whom the model knows, in its numbers.
func (m *model) numbers(people []events.PersonID) []int {
	var members []int
	for _, p := range people {
		if i, known := m.index[p]; known {
			members = append(members, i)
		}
	}
	return members
}

// pointsOf returns the points of a group given by its IDs.
func (m *model) pointsOf(people []events.PersonID) int64 { return m.points(m.numbers(people)) }

// worstOf returns what worst does, of groups given by IDs; one person alone is no
// group.
func (m *model) worstOf(groups []events.Group) int64 {
	var numbers [][]int
	for _, g := range groups {
		if members := m.numbers(g.Members); len(members) > 1 {
			numbers = append(numbers, members)
		}
	}
	return m.worst(numbers)
}
