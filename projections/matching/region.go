package matching

import (
	"cmp"
	"slices"
)

// A region search makes a cover better by dissolving a few of its groups and
// covering their people anew as well as can be, with groups that the duals
// make likely.
type regions struct {
	cs     *columns
	cols   []column
	of     [][]int32 // of each person: the columns that they are in
	groups []column  // the cover
	at     []int     // person → group
	c      *chance
	w      *work
}

// lossOf returns the cover of an optimum's groups as columns, nil if one of
// them is none.
func (cs *columns) asColumns(groups [][]int, out []int, pi duals) []column {
	var cols []column
	byClass := func(members []int) bool {
		for k := range cs.classes {
			c := &cs.classes[k]
			if c.size != len(members) {
				continue
			}
			col := column{size: uint8(c.size), class: uint8(k), loss: pi[cs.m.n+k]}
			for x, i := range members {
				col.members[x] = uint16(i)
				col.loss += pi[i]
			}
			if c.size > 1 {
				col.loss -= cs.m.points(members) * cs.scale
			}
			cols = append(cols, col)
			return true
		}
		return false
	}
	for _, g := range groups {
		if !byClass(g) {
			return nil
		}
	}
	for _, i := range out {
		if !byClass([]int{i}) {
			return nil
		}
	}
	return cols
}

// improve works on an optimum that has groups, for at most rounds, and ends
// early where nothing was gained for long.
//
// A region of twenty or thirty people is solved in milliseconds, since the prices
// are already right; the regions grow while nothing is gained, as small ones are
// soon all at their best.
func (cs *columns) improve(o *optimum, rounds int, c *chance, w *work) {
	cols := cs.asColumns(o.groups, o.out, o.pi)
	if cols == nil {
		return
	}
	r := &regions{cs: cs, groups: cols, of: make([][]int32, cs.m.n), at: make([]int, cs.m.n), c: c, w: w}
	likely := cs.subset(o.pi, 400*cs.m.n)
	r.cols = likely.survivors(o.pi, 1<<60)
	slices.SortFunc(r.cols, func(a, b column) int { return cmp.Compare(a.loss, b.loss) })
	for x := range r.cols {
		for _, i := range r.cols[x].members[:r.cols[x].size] {
			r.of[i] = append(r.of[i], int32(x))
		}
	}
	for since := 0; since < rounds && w.spend(1000); since++ {
		if r.round(4 + r.c.below(6) + since/10) {
			since /= 2
		}
	}
	o.groups, o.out = nil, nil
	lost := int64(0)
	for _, g := range r.groups {
		lost += g.loss
		if g.size > 1 {
			o.groups = append(o.groups, g.ints())
		} else {
			o.out = append(o.out, g.ints()...)
		}
	}
	o.value = (o.low - lost) / cs.scale
	slices.SortFunc(o.groups, slices.Compare)
	slices.Sort(o.out)
}

// round dissolves count groups that go well with each other.
func (r *regions) round(count int) bool {
	for g := range r.groups {
		for _, i := range r.groups[g].members[:r.groups[g].size] {
			r.at[i] = g
		}
	}
	picked := []int{r.c.below(len(r.groups))}
	for tries := 0; len(picked) < min(count, len(r.groups)) && tries < 200; tries++ {
		g := &r.groups[picked[r.c.below(len(picked))]]
		of := r.of[g.members[r.c.below(int(g.size))]]
		if len(of) == 0 {
			continue
		}
		x := of[r.c.below(min(len(of), 5+tries))]
		for _, i := range r.cols[x].members[:r.cols[x].size] {
			if !slices.Contains(picked, r.at[i]) && len(picked) < count {
				picked = append(picked, r.at[i])
			}
		}
	}
	return r.resolve(picked)
}

// resolve covers the people of the picked groups anew, and reports whether that
// was for the better.
func (r *regions) resolve(picked []int) bool {
	p := &puzzle{w: r.w, counts: make([]int, len(r.cs.classes))}
	place := map[uint16]uint16{}
	var people []uint16
	for _, g := range picked {
		c := &r.groups[g]
		p.limit += c.loss
		p.counts[c.class]++
		for _, i := range c.members[:c.size] {
			place[i] = uint16(len(people))
			people = append(people, i)
		}
	}
	most := p.limit - r.cs.scale
	p.n = len(people)
	var best []column
	p.report = func(chosen []int32) {
		best = best[:0]
		p.limit = -r.cs.scale
		for _, x := range chosen {
			best = append(best, p.cols[x])
			p.limit += p.cols[x].loss
		}
	}
	for wide := most/16 + 1; best == nil; wide *= 2 {
		p.limit, p.nodes, p.cols = min(wide, most), 2000, p.cols[:0]
		for _, i := range people {
			p.cols = r.within(p.cols, i, place, p.limit)
		}
		if !p.solve() || wide >= most {
			break
		}
	}
	if best == nil {
		return false
	}
	for x := range best {
		for y, i := range best[x].members[:best[x].size] {
			best[x].members[y] = people[i]
		}
		slices.Sort(best[x].members[:best[x].size])
		r.groups[picked[x]] = best[x]
	}
	return true
}

// within adds the columns whose first person is i and whose people all have a
// place, by their places.
func (r *regions) within(cols []column, i uint16, place map[uint16]uint16, limit int64) []column {
	for _, x := range r.of[i] {
		c := r.cols[x]
		if c.loss > limit {
			break
		}
		inside := c.members[0] == i
		for _, j := range c.members[:c.size] {
			_, has := place[j]
			inside = inside && has
		}
		if !inside {
			continue
		}
		for y, j := range c.members[:c.size] {
			c.members[y] = place[j]
		}
		cols = append(cols, c)
	}
	return cols
}
