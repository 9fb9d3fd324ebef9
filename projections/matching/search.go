package matching

import (
	"slices"

	"kolmikko/events"
)

// found is what a search came to, in the model's numbers.
type found struct {
	groups     [][]int
	out        []int
	value      int64 // of the groups
	bound      int64 // what no groups can exceed
	low        int64 // what they cannot exceed by the duals alone
	method     events.Code
	proven     bool  // value is bound
	undecided  bool  // it may be that fewer could be left out
	impossible bool  // the layout cannot be filled
	pi         duals // from which the bound comes, or nil
	scale      int64
	floor      int64 // what each group was held to
	free       int64 // the best sum without a floor
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

// search finds groups: layout by layout, until one can be filled.
func (m *model) search(w *work) found {
	c := chance(w.o.Seed)
	kind, forced := m.kinds(), m.hopeless()
	best := found{out: all(m.n), undecided: true}
	undecided := false
	for _, l := range m.layouts() {
		if l.out < forced {
			continue
		}
		if len(l.shapes) == 0 || w.stopped && len(best.groups) > 0 {
			break
		}
		start := m.start(l, kind, &c, w)
		if len(start.out) < len(best.out) {
			best = start
			best.undecided = true
		}
		cs := m.enumerate(l, 0)
		if len(start.out) > l.out && (cs == nil || !cs.fill(&start, w)) {
			undecided = undecided || !start.impossible
			continue
		}
		best = m.refine(l, cs, start, &c, w)
		if best.undecided = undecided; undecided && best.proven {
			best.proven, best.bound = false, best.low
		}
		break
	}
	if best.method == "" {
		best.method, best.bound = methodAnneal, m.freeBound(best.groups)
	}
	return best
}

// start anneals people into a layout, and again for longer if a hard rule is
// still broken.
func (m *model) start(l layout, kind []int, c *chance, w *work) (f found) {
	for try := range 3 {
		a := m.assign(l.shapes, kind, c)
		a.anneal(int64(min(300_000, 3000*m.n)*(try+1)), 60, 1, c, w)
		g := m.valid(a)
		if try == 0 || len(g.out) < len(f.out) {
			f = g
		}
		if len(f.out) <= l.out || w.stopped {
			break
		}
	}
	w.tell(f.value, 0)
	return f
}

// hopeless returns how many people are in no group that the hard rules allow,
// whatever its size.
func (m *model) hopeless() (count int) {
	if len(m.rules.Quotas) > 0 {
		return 0
	}
	least := m.rules.Size
	for _, s := range m.rules.Remainder {
		least = min(least, s)
	}
	if least > 4 || m.n < least {
		return 0
	}
	for i := range m.n {
		if !m.grow([]int{i}, least) {
			count++
		}
	}
	return count
}

// grow reports whether members can become a group of a size.
func (m *model) grow(members []int, size int) bool {
	if len(members) == size {
		return true
	}
	for j := range m.n {
		if !slices.Contains(members, j) {
			if more := append(slices.Clone(members), j); m.together(more) && m.grow(more, size) {
				return true
			}
		}
	}
	return false
}

// all returns the numbers below n.
func all(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
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
		f.value += m.points(members)
	}
	slices.Sort(f.out)
	slices.SortFunc(f.groups, slices.Compare)
	return f
}

// freeBound returns a bound that needs no search, by the partners that each
// person may have.
func (m *model) freeBound(groups [][]int) int64 {
	var sizes []int
	for _, g := range groups {
		sizes = append(sizes, len(g))
	}
	bound := partners(m.n, sizes, func(i int) []int32 {
		var row []int32
		for j := range m.n {
			if j != i && !m.apart[i*m.n+j] {
				row = append(row, m.pair[i*m.n+j])
			}
		}
		return row
	})
	return bound + int64(len(groups))*(m.groupTheme+m.rules.Stability)
}

// partners returns what groups of these sizes cannot exceed: the first partner
// of each person in a group of two at least is no better than their best, the
// second no better than their second, and so on; and of all the r-th partners
// only as many count as there are people in groups of more than r.
func partners(n int, sizes []int, row func(i int) []int32) int64 {
	most := 0
	for _, size := range sizes {
		most = max(most, size)
	}
	best := make([][]int32, most)
	for i := range n {
		worth := row(i)
		slices.SortFunc(worth, func(a, b int32) int { return int(b) - int(a) })
		for r := 1; r < most && r <= len(worth); r++ {
			best[r] = append(best[r], max(0, worth[r-1]))
		}
	}
	var total int64
	for r := 1; r < most; r++ {
		seats := 0
		for _, size := range sizes {
			if size > r {
				seats += size
			}
		}
		slices.SortFunc(best[r], func(a, b int32) int { return int(b) - int(a) })
		for _, v := range best[r][:min(seats, len(best[r]))] {
			total += int64(v)
		}
	}
	return total / 2
}
