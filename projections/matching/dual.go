package matching

import "slices"

// active is how many groups the prices are made from at a time.
const active = 60_000

// prices looks for duals with a low bound by deflected subgradient steps from
// start (or from what each person's best group is worth), towards a target that
// is known to be reachable. It returns the best duals and their bound, × scale.
//
// For prices p of people and q of classes the bound is Σp + Σ count·q + Σ max(0,
// value − prices), the Lagrangian dual of the set partitioning problem (Fisher,
// Management Science 27, 1981). A step against its subgradient lowers the price
// of who is wanted by no group that pays, and raises that of who is wanted by
// several; its length is Polyak's, and a part of the last direction is kept so
// that the walk does not swing.
//
// Where there are very many groups, the steps look at those only that the
// duals make likely, and all are looked at in between.
func (cs *columns) prices(start duals, target, enough int64, w *work) (duals, int64) {
	pi := start
	if pi == nil {
		pi = cs.startPrices()
	}
	d := newDescent(cs, pi, w)
	d.enough = enough
	if cs.total <= 2*active {
		d.run(target, 1<<30)
		return d.best, d.low
	}
	best, low := append(duals(nil), pi...), cs.bound(d.pi, d.used)
	for round := 0; round < 40 && w.spend(int64(cs.total)*4); round++ {
		d.cs = cs.subset(d.pi, active)
		d.forget()
		d.run(target, 250)
		copy(d.pi, d.best)
		full := cs.bound(d.pi, d.used)
		if full < low {
			low = full
			copy(best, d.pi)
		}
		if d.theta <= 1 || full < enough {
			break
		}
	}
	return best, low
}

// A descent is a walk of duals towards a low bound.
type descent struct {
	cs    *columns
	pi    duals
	dir   []int64 // × 256
	used  []int32
	theta int64 // of the way that would close the gap, in 1/1024
	since int   // steps without a better bound
	best  duals
	low   int64
	w     *work

	enough int64 // a bound below this ends the walk
}

// newDescent returns a walk that starts at pi with the longest steps.
func newDescent(cs *columns, pi duals, w *work) *descent {
	d := &descent{cs: cs, pi: slices.Clone(pi), dir: make([]int64, len(pi)), used: make([]int32, len(pi)), theta: 1024, w: w,
		enough: -1 << 62}
	d.forget()
	return d
}

// forget drops the best bound, which was one of other groups.
func (d *descent) forget() {
	d.best, d.low = append(d.best[:0], d.pi...), int64(1)<<62
}

// run takes steps towards the target, shorter ones from the best duals whenever
// thirty have brought nothing, until they are too short to matter.
func (d *descent) run(target int64, steps int) {
	for ; steps > 0 && d.theta > 1 && d.low >= d.enough && d.w.spend(int64(d.cs.total)+1000); steps-- {
		bound := d.cs.bound(d.pi, d.used)
		if bound < d.low {
			if d.low-bound > d.low/100_000 {
				d.since = 0
			}
			d.low = bound
			copy(d.best, d.pi)
		}
		if d.since++; d.since > 30 {
			d.theta, d.since = d.theta*9/10, 0
			copy(d.pi, d.best)
		}
		if !d.step(bound - target) {
			d.theta = 0
		}
	}
}

// step moves the duals against the deflected subgradient, by theta/1024 of the
// way that would close the gap. It reports false if there is nowhere to go.
func (d *descent) step(gap int64) bool {
	var norm int64
	for i := range d.dir {
		want := int64(1)
		if i >= d.cs.m.n {
			want = int64(d.cs.classes[i-d.cs.m.n].count)
			if len(d.cs.classes) == 1 {
				want = int64(d.used[i]) // the people's prices say it all
			}
		}
		g := max(-1<<20, want-int64(d.used[i]))
		d.dir[i] = (g<<8*3 + d.dir[i]*7) / 10
		norm += d.dir[i] * d.dir[i]
	}
	if norm == 0 {
		return false
	}
	far := d.theta * max(gap, d.cs.scale) / 4
	for far > 1<<34 {
		far, norm = far>>1, max(1, norm>>1)
	}
	for i := range d.dir {
		d.pi[i] -= far * d.dir[i] / norm
	}
	return true
}

// startPrices gives each person their share of the best group of the first
// class that they can be in, and each other class the price at which none of
// its groups is worth more.
func (cs *columns) startPrices() duals {
	n := cs.m.n
	pi := make(duals, n+len(cs.classes))
	zero := make(duals, len(pi))
	cs.each(zero, func(k int, b block, x int32, loss int64) {
		c := &cs.classes[k]
		if k > 0 {
			return
		}
		v := -loss / int64(c.size)
		pi[c.last[x]] = max(pi[c.last[x]], v)
		for _, i := range b.pre[:c.pre()] {
			pi[i] = max(pi[i], v)
		}
	})
	for k := 1; k < len(cs.classes); k++ {
		pi[n+k] = -1 << 40
	}
	most := append(duals(nil), pi...)
	cs.each(pi, func(k int, _ block, _ int32, loss int64) {
		if k > 0 {
			most[n+k] = max(most[n+k], pi[n+k]-loss)
		}
	})
	return most
}

// cover raises prices until no group is worth more than they are, and returns
// the bound, which is no higher than before: each group that was worth more
// had added its surplus to it.
func (cs *columns) cover(pi duals) int64 {
	n := cs.m.n
	for k := range cs.classes {
		c := &cs.classes[k]
		for _, b := range c.blocks {
			base := c.base(b, pi, pi[n+k])
			for x := b.start; x < b.end; x++ {
				if over := int64(c.value[x]) - base - pi[c.last[x]]; over > 0 {
					pi[c.last[x]] += over
				}
			}
		}
	}
	var total int64
	for _, p := range pi[:n] {
		total += p
	}
	for k := range cs.classes {
		total += pi[n+k] * int64(cs.classes[k].count)
	}
	return total
}
