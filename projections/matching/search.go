package matching

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"kolmikko/events"
)

// found is what a search came to, in the model's numbers.
type found struct {
	groups [][]int
	out    []int
	bound  int64
	method events.Code
	proven bool
}

// layout is a way to divide people into groups, by shapes.
type layout struct {
	shapes []shape
	out    int // how many are left out
}

// kinds returns which count of a shape each person uses: their part's where
// there are quotas, else all the same.
func (m *model) kinds() []int {
	if len(m.rules.Quotas) > 0 {
		return m.part
	}
	return make([]int, m.n)
}

// layouts returns the ways to divide n people, those first that leave out the
// fewest, and then those with the fewest groups of a remainder size.
func (m *model) layouts() []layout {
	if len(m.rules.Quotas) > 0 {
		return m.quotaLayouts()
	}
	var all []layout
	sizes := append([]int{m.rules.Size}, m.rules.Remainder...)
	for out := range m.n + 1 {
		all = append(all, divide(m.n-out, sizes, out)...)
	}
	return all
}

// divide returns the ways to make n people into groups of the sizes, those with
// the most groups of the first size first.
func divide(n int, sizes []int, out int) (all []layout) {
	if len(sizes) == 1 {
		if n%sizes[0] != 0 {
			return nil
		}
		l := layout{out: out}
		for range n / sizes[0] {
			l.shapes = append(l.shapes, shape{sizes[0]})
		}
		return []layout{l}
	}
	for count := n / sizes[0]; count >= 0; count-- {
		for _, rest := range divide(n-count*sizes[0], sizes[1:], out) {
			var shapes []shape
			for range count {
				shapes = append(shapes, shape{sizes[0]})
			}
			all = append(all, layout{append(shapes, rest.shapes...), out})
		}
	}
	return all
}

// quotaLayouts returns layouts of groups of about the same size each, with the
// quotas kept; the bigger numbers of each part go to the same groups.
func (m *model) quotaLayouts() (all []layout) {
	quotas := m.rules.Quotas
	have := make([]int, len(quotas))
	for _, k := range m.part {
		if k >= 0 {
			have[k]++
		}
	}
	most := m.n
	for k, q := range quotas {
		most = min(most, have[k]/max(1, q.Min))
	}
	for count := most; count >= 0; count-- {
		l := layout{out: m.n}
		for range count {
			l.shapes = append(l.shapes, make(shape, len(quotas)))
		}
		for k, q := range quotas {
			seats := min(have[k], count*q.Max)
			for g := range l.shapes {
				l.shapes[g][k] = seats / count
				if g < seats%count {
					l.shapes[g][k]++
				}
			}
			l.out -= seats
		}
		all = append(all, l)
	}
	near := func(l layout) int { return max(m.n-m.rules.Size*len(l.shapes), m.rules.Size*len(l.shapes)-m.n) }
	slices.SortStableFunc(all, func(a, b layout) int {
		if a.out != b.out {
			return a.out - b.out
		}
		return near(a) - near(b)
	})
	return all
}

// search finds groups.
func (m *model) search(w *work) found {
	c := chance(w.o.Seed)
	kind := m.kinds()
	layouts := m.layouts()
	for n, l := range layouts {
		if n > 200 {
			break
		}
		for try := range 3 {
			a := m.assign(l.shapes, kind, &c)
			a.anneal(int64(1_000_000*(try+1)), 60, 1, &c, w)
			f := m.valid(a)
			if len(f.out) == l.out || w.stopped {
				return f
			}
		}
	}
	return found{out: nil}
}

// valid drops the groups that break a hard rule.
func (m *model) valid(a *assignment) (f found) {
	for g, members := range a.groups {
		members = slices.Sorted(slices.Values(members))
		if g == a.out() || !m.together(members) {
			f.out = append(f.out, members...)
			continue
		}
		f.groups = append(f.groups, members)
	}
	slices.Sort(f.out)
	slices.SortFunc(f.groups, slices.Compare)
	f.method = "annealing"
	f.bound = m.freeBound(f)
	return f
}

// freeBound returns a bound that needs no search: each person's best partners,
// as many as their group has.
func (m *model) freeBound(f found) int64 {
	size := 0
	for _, g := range f.groups {
		size = max(size, len(g))
	}
	if size == 0 {
		return 0
	}
	var total int64
	for i := range m.n {
		row := slices.Clone(m.pair[i*m.n : (i+1)*m.n])
		slices.Sort(row)
		for _, v := range row[max(0, len(row)-size+1):] {
			total += int64(max(0, v))
		}
	}
	return total/2 + int64(len(f.groups))*(m.groupTheme+m.rules.Stability)
}

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
	r.Certificate = events.Certificate{Method: f.method, Proven: f.proven, Steps: w.spent}
	r.Run = runID(r)
	return Result{Run: r, Worst: m.worst(f.groups), Unfloored: r.Objective, Stopped: w.stopped}, nil
}

func (m *model) ids(members []int) []events.PersonID {
	var out []events.PersonID
	for _, i := range members {
		out = append(out, m.people[i].ID)
	}
	return out
}

// names gives each group an ID: the one that the same people had, else the next
// that is free.
func (m *model) names(pool Pool, track events.Track, groups [][]int, taken map[events.GroupID]bool) []events.GroupID {
	names := make([]events.GroupID, len(groups))
	for k, members := range groups {
		g := m.former[members[0]]
		same := g >= 0 && m.formerSize[g] == len(members)
		for _, i := range members {
			same = same && m.former[i] == g
		}
		if same && !taken[pool.Former[g].Group] {
			names[k] = pool.Former[g].Group
			taken[names[k]] = true
		}
	}
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
