package matching

import "slices"

// optimum is what the exact method came to for one layout.
type optimum struct {
	groups [][]int // nil: there is no cover better than what was known
	out    []int
	value  int64 // of groups, in points
	bound  int64 // what no cover can exceed, in points
	proven bool
	pi     duals
	low    int64 // the bound of the duals, × scale
}

// optimise looks for the cover with the most points, from one that is known;
// known may have no groups, and then its value is what a cover is hoped to have.
func (cs *columns) optimise(known optimum, c *chance, w *work) optimum {
	o := known
	o.pi, _ = cs.prices(known.pi, known.value*cs.scale, -1<<50, w)
	cs.fitClasses(o.pi)
	o.low = cs.cover(o.pi)
	o.bound = o.low / cs.scale
	if o.groups == nil {
		o.value = -1 << 40
	}
	if cs.widen(&o, 100_000, w) {
		return o
	}
	if o.groups != nil {
		cs.improve(&o, 300, c, w)
	}
	cs.widen(&o, 1<<50, w)
	return o
}

// reach looks for the cover with the most points, but is content with none if
// it finds none that has least points before long.
func (cs *columns) reach(least int64, start duals, w *work) optimum {
	o := optimum{value: max(least, 0) - 1}
	o.pi, _ = cs.prices(start, max(least, 0)*cs.scale, least*cs.scale, w)
	cs.fitClasses(o.pi)
	o.low = cs.cover(o.pi)
	o.bound = o.low / cs.scale
	if o.bound >= least {
		cs.widen(&o, 30_000, w)
	}
	return o
}

// widen searches the covers that lose little, and then those that lose ever
// more, until the best is found or budget is spent. It reports which.
//
// Most of the covers within a wide limit are far from the best, so a narrow limit
// that is searched in vain costs little and raises what is proven: nothing
// better than it exists. The first limit within which there is a cover has the
// best one.
func (cs *columns) widen(o *optimum, budget int64, w *work) bool {
	for wide := 2 * cs.scale; ; wide *= 2 {
		most := o.low - (o.value+1)*cs.scale
		if most < 0 {
			o.bound, o.proven = o.value, true
			return true
		}
		limit := min(most, wide)
		value := o.value
		if !cs.better(o, limit, budget, w) {
			return false
		}
		if o.value > value || limit == most {
			o.bound, o.proven = o.value, true
			return true
		}
		o.bound = min(o.bound, (o.low-limit-1)/cs.scale)
	}
}

// mostSurvivors is among how many groups a search looks for a cover at most.
const mostSurvivors = 400_000

// better searches the covers that lose no more than limit for the best, and
// reports whether it got through.
func (cs *columns) better(o *optimum, limit, budget int64, w *work) bool {
	p := &puzzle{n: cs.m.n, cols: cs.survivors(o.pi, limit), counts: cs.counts(), limit: limit, w: w, nodes: budget}
	if w.spend(int64(cs.total) * 2); len(p.cols) > mostSurvivors {
		return false
	}
	p.report = func(chosen []int32) {
		var lost int64
		o.groups, o.out = nil, nil
		for _, x := range chosen {
			lost += p.cols[x].loss
			if g := p.cols[x].ints(); len(g) > 1 {
				o.groups = append(o.groups, g)
			} else {
				o.out = append(o.out, g...)
			}
		}
		o.value = (o.low - lost) / cs.scale
		p.limit = lost - cs.scale
		w.tell(o.value, o.bound)
	}
	complete := p.solve()
	slices.SortFunc(o.groups, slices.Compare)
	slices.Sort(o.out)
	return complete
}

// counts returns how many groups of each class there are to be.
func (cs *columns) counts() []int {
	var counts []int
	for _, c := range cs.classes {
		counts = append(counts, c.count)
	}
	return counts
}
