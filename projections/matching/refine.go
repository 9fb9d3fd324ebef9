package matching

import (
	"cmp"
	"slices"
)

// fill looks for any cover of a layout, where annealing found none, and says in
// f whether there is one at all.
func (cs *columns) fill(f *found, w *work) bool {
	bare := &columns{m: cs.m, scale: cs.scale, classes: slices.Clone(cs.classes), total: cs.total}
	for k := range bare.classes {
		bare.classes[k].value = make([]int32, len(bare.classes[k].last))
		if bare.classes[k].count > 0 && len(bare.classes[k].last) == 0 {
			f.impossible = true
			return false
		}
	}
	if f.impossible = !cs.divisible(); f.impossible {
		return false
	}
	// Groups worth nothing: duals with a bound below nothing prove that no
	// cover exists.
	d := newDescent(bare, make(duals, cs.m.n+len(cs.classes)), w)
	d.enough = -1
	d.run(-100*cs.scale, 400)
	if d.low < 0 {
		f.impossible = true
		return false
	}
	// With what groups are worth, the duals lead to covers that lose little.
	o := cs.reach(0, nil, w)
	f.impossible = o.groups == nil && (o.proven || o.bound < 0)
	if o.groups == nil {
		return false
	}
	f.groups, f.out, f.value = o.groups, o.out, o.value
	return true
}

// parts returns how many people there are in each part of the pool that the
// hard rules keep wholly apart from the others.
func (m *model) parts() (sizes []int) {
	seen := make([]bool, m.n)
	for first := range m.n {
		if seen[first] {
			continue
		}
		seen[first] = true
		part := []int{first}
		for x := 0; x < len(part); x++ {
			for j := range m.n {
				if !seen[j] && !m.apart[part[x]*m.n+j] {
					seen[j] = true
					part = append(part, j)
				}
			}
		}
		sizes = append(sizes, len(part))
	}
	return sizes
}

// divisible reports whether each part of the pool can be divided into groups of
// the classes' sizes, so that there are as many of each as there are to be.
func (cs *columns) divisible() bool {
	type left [3]int
	var start left
	for k := range cs.classes {
		if k == len(start) {
			return true
		}
		start[k] = cs.classes[k].count
	}
	reached := map[left]bool{start: true}
	for _, size := range cs.m.parts() {
		next := map[left]bool{}
		var use func(l left, k, size int)
		use = func(l left, k, size int) {
			if k == len(cs.classes) {
				if size == 0 {
					next[l] = true
				}
				return
			}
			for ; l[k] >= 0 && size >= 0; l[k], size = l[k]-1, size-cs.classes[k].size {
				use(l, k+1, size)
			}
		}
		for l := range reached {
			use(l, 0, size)
		}
		reached = next
	}
	return len(reached) > 0
}

// refine makes the best of a layout that can be filled.
func (m *model) refine(l layout, cs *columns, start found, c *chance, w *work) found {
	if cs == nil {
		return m.polish(l, start, c, w)
	}
	o := cs.optimise(optimum{groups: start.groups, out: start.out, value: start.value}, c, w)
	f := found{value: o.value, free: o.value, scale: cs.scale, method: methodCover}
	if m.rules.Floor != 0 {
		o, f.floor = m.raise(l, cs, o, c, w)
	}
	if o.proven {
		o.among(m, l, f.floor, w)
	}
	f.groups, f.out, f.value, f.pi = o.groups, o.out, o.value, o.pi
	f.bound, f.proven, f.low = o.bound, o.proven, o.low/cs.scale
	return f
}

// givingUp is how much of the best sum may go into raising the worst group, in
// parts of a hundred; where groups are to be kept, it is the bonus of one.
const givingUp = 1

// raise holds every group to a floor: as high as the rules say, or as the sum
// allows, and returns the best groups above it.
//
// The floors that can be are tried by halves: a floor is possible if the groups
// above it can cover everybody and still have enough points, and what the duals
// of the whole say of it is seldom wrong. A floor that could not be decided
// before long counts as impossible, which errs to the side of the sum.
func (m *model) raise(l layout, cs *columns, free optimum, c *chance, w *work) (optimum, int64) {
	least, most := free.value-free.value*givingUp/100, int64(1)<<40
	if m.rules.Stability > 0 {
		// no more than keeping one group is worth, or it would break up others
		mean := free.value / int64(max(1, len(free.groups)))
		least = free.value - min(m.rules.Stability, mean*usualBonus/100)
	}
	if m.rules.Floor > 0 {
		least, most = -1<<40, int64(m.rules.Floor)
	}
	levels := m.levels(cs, m.worst(free.groups), most)
	best, floor := free, min(m.worst(free.groups), most)
	low, high := 0, len(levels)-1
	for low <= high && !w.stopped {
		middle := (low + high + 1) / 2
		above := m.enumerate(l, levels[middle])
		o := above.reach(least, free.pi, w)
		if o.groups != nil && o.value >= least {
			best, floor, low = o, levels[middle], middle+1
		} else {
			high = middle - 1
		}
	}
	if !best.proven {
		best = m.enumerate(l, floor).optimise(best, c, w)
	}
	return best, floor
}

// levels returns the points that a group may have, above from and up to most,
// as far as each person is in a group of as many.
func (m *model) levels(cs *columns, from, most int64) []int64 {
	seen := map[int64]bool{}
	top := make([]int64, m.n)
	zero := make(duals, m.n+len(cs.classes))
	cs.each(zero, func(k int, b block, x int32, loss int64) {
		c := &cs.classes[k]
		if c.size == 1 {
			return
		}
		members := make([]int, 0, 4)
		for _, i := range b.pre[:c.pre()] {
			members = append(members, int(i))
		}
		members = append(members, int(c.last[x]))
		v := -loss / cs.scale
		if m.rules.Stability != 0 || c.size != m.rules.Size {
			v = m.level(members)
		}
		seen[v] = true
		for _, i := range members {
			top[i] = max(top[i], v)
		}
	})
	if len(cs.classes) > 0 && cs.classes[len(cs.classes)-1].size > 1 {
		for _, v := range top {
			most = min(most, v)
		}
	}
	var levels []int64
	for v := range seen {
		if v > from && v <= most {
			levels = append(levels, v)
		}
	}
	slices.Sort(levels)
	return levels
}

// among chooses from all groupings with the most points: the worst group the
// best, then the second worst and so on, and in the end by a hash with the seed.
func (o *optimum) among(m *model, l layout, floor int64, w *work) {
	cs := m.enumerate(l, floor)
	limit := o.low - o.value*cs.scale
	p := &puzzle{n: m.n, cols: cs.survivors(o.pi, limit), counts: cs.counts(), limit: limit, w: w, nodes: 20_000}
	best, hash := m.profile(o.groups), scramble(w.o.Seed, o.groups)
	p.report = func(chosen []int32) {
		var groups [][]int
		var out []int
		for _, x := range chosen {
			if g := p.cols[x].ints(); len(g) > 1 {
				groups = append(groups, g)
			} else {
				out = append(out, g...)
			}
		}
		slices.SortFunc(groups, slices.Compare)
		profile, h := m.profile(groups), scramble(w.o.Seed, groups)
		if order := slices.Compare(profile, best); order > 0 || order == 0 && h < hash {
			o.groups, best, hash = groups, profile, h
			o.out = slices.Sorted(slices.Values(out))
		}
	}
	p.solve()
}

// profile returns the groups' points as they compare, the worst first.
func (m *model) profile(groups [][]int) []int64 {
	var levels []int64
	for _, g := range groups {
		levels = append(levels, m.level(g))
	}
	slices.SortFunc(levels, cmp.Compare)
	return levels
}

// scramble returns a number for a grouping that nobody can foresee without the
// seed.
func scramble(seed uint64, groups [][]int) uint64 {
	c := chance(seed)
	for _, g := range groups {
		for _, i := range g {
			c ^= chance(i + 1)
			c = chance(c.next())
		}
	}
	return uint64(c)
}

// breeding is how much of a budget polish spends on pairs alone, in units of
// work.
const breeding = 3_000_000

// polish makes better a layout whose groups are too big to be listed: first by
// what each two people are worth alone, then with what is asked of whole groups.
func (m *model) polish(l layout, start found, c *chance, w *work) found {
	best := start
	for run := range 3 {
		if w.stopped {
			break
		}
		a := m.assign(l.shapes, m.kinds(), c)
		hot := int64(60)
		if l.out == 0 {
			d := shaped(m.n, a.worth, l.shapes, a.kind)
			d.breed(c, w, w.spent+min(breeding, w.o.Steps/2)/3)
			a.take(d.at)
			hot = 8 + 8*int64(run)
		}
		a.anneal(2_000_000, hot, 1, c, w)
		if f := m.valid(a); len(f.out) < len(best.out) || len(f.out) == len(best.out) && f.value > best.value {
			best = f
		}
		w.tell(best.value, 0)
	}
	best.method, best.bound, best.free = methodAnneal, m.freeBound(best.groups), best.value
	return best
}

// Methods by which a bound was found, as a certificate names them.
const (
	methodCover  = "lagrangian-cover" // duals, and an exact cover by what survives them
	methodSubset = "subset-programme" // every division of the people, by dynamic programming
	methodAnneal = "annealing"        // no more than each person's best partners
)
