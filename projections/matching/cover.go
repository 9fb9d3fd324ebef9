package matching

import (
	"cmp"
	"slices"
)

// A puzzle is an exact cover of people by groups with the least loss: in each
// step, the person with the fewest ways left is covered in each of them. A
// group's loss is shared out evenly among its members, and each open person
// loses at least their smallest share, which tells early that a limit will not
// be kept. Losses are compared in twelfths, since groups have 1 to 4 members.
type puzzle struct {
	n      int
	cols   []column
	counts []int // how many groups of each class there are yet to be
	w      *work

	covered  []bool
	chosen   []int32
	limit    int64         // a cover must lose no more than this
	report   func([]int32) // told each cover within limit; may lower limit
	nodes    int64         // give up after so many; 0: never
	depths   []depth
	complete bool
}

// depth is what one level of the search needs.
type depth struct {
	live  []int32
	count []int32 // of each person: how many live groups they are in
	least []int64 // of each person: twelfths of what covering them loses at least
}

// solve searches all covers that lose no more than limit, those with little
// loss first, and reports whether it got through.
func (p *puzzle) solve() bool {
	slices.SortFunc(p.cols, func(a, b column) int {
		if a.loss != b.loss {
			return cmp.Compare(a.loss, b.loss)
		}
		return slices.Compare(a.members[:], b.members[:])
	})
	p.covered = make([]bool, p.n)
	p.complete, p.chosen = true, p.chosen[:0]
	live := make([]int32, len(p.cols))
	for x := range live {
		live[x] = int32(x)
	}
	p.descend(0, live, p.n, 0)
	return p.complete
}

// level returns the room that depth k of the search works in, made at first use.
func (p *puzzle) level(k int) *depth {
	for len(p.depths) <= k {
		p.depths = append(p.depths, depth{count: make([]int32, p.n), least: make([]int64, p.n)})
	}
	return &p.depths[k]
}

// descend covers the next person in every way that the limit lets it.
func (p *puzzle) descend(k int, parent []int32, open int, lost int64) {
	if open == 0 {
		p.report(p.chosen)
		return
	}
	if p.nodes--; p.nodes == 0 || !p.w.spend(int64(len(parent))*8) {
		p.complete = false
		return
	}
	d := p.level(k)
	d.live = d.live[:0]
	for _, x := range parent {
		c := &p.cols[x]
		if c.loss+lost <= p.limit && p.counts[c.class] > 0 && p.free(c) {
			d.live = append(d.live, x)
		}
	}
	person := p.narrow(d, lost)
	if person < 0 {
		return
	}
	for _, x := range p.ways(d, person) {
		c := &p.cols[x]
		if lost+c.loss > p.limit {
			continue
		}
		p.take(c, true)
		p.chosen = append(p.chosen, x)
		p.descend(k+1, d.live, open-int(c.size), lost+c.loss)
		p.chosen = p.chosen[:len(p.chosen)-1]
		p.take(c, false)
		d = p.level(k) // depths may have moved
		if !p.complete {
			return
		}
	}
}

// free reports whether nobody of a column is covered yet.
func (p *puzzle) free(c *column) bool {
	for _, i := range c.members[:c.size] {
		if p.covered[i] {
			return false
		}
	}
	return true
}

// take puts a column into the cover, or out of it again.
func (p *puzzle) take(c *column, on bool) {
	for _, i := range c.members[:c.size] {
		p.covered[i] = on
	}
	if on {
		p.counts[c.class]--
	} else {
		p.counts[c.class]++
	}
}

// narrow drops the groups that the rest cannot afford, as often as that drops
// some, and returns the person with the fewest ways, or -1 if there is none.
func (p *puzzle) narrow(d *depth, lost int64) int {
	for {
		total, person := p.weigh(d)
		if person < 0 || total > (p.limit-lost)*12 {
			return -1
		}
		kept := d.live[:0]
		for _, x := range d.live {
			c := &p.cols[x]
			rest := c.loss*12 + total
			for _, i := range c.members[:c.size] {
				rest -= d.least[i]
			}
			if rest <= (p.limit-lost)*12 {
				kept = append(kept, x)
			}
		}
		few := len(kept)*8 > len(d.live)*7
		d.live = kept
		if few {
			if _, person = p.weigh(d); person < 0 {
				return -1
			}
			return person
		}
	}
}

// weigh counts the ways to cover each open person and what they lose at least,
// in twelfths, and returns the sum and the person with the fewest ways.
func (p *puzzle) weigh(d *depth) (total int64, person int) {
	clear(d.count)
	for _, x := range d.live {
		c := &p.cols[x]
		share := c.loss * 12 / int64(c.size)
		for _, i := range c.members[:c.size] {
			if d.count[i] == 0 || share < d.least[i] {
				d.least[i] = share
			}
			d.count[i]++
		}
	}
	person = -1
	for i, covered := range p.covered {
		if covered {
			continue
		}
		if d.count[i] == 0 {
			return 0, -1
		}
		total += d.least[i]
		if person < 0 || d.count[i] < d.count[person] {
			person = i
		}
	}
	return total, person
}

// ways returns the live groups of a person, those first that lose the least
// beyond what their members lose anyway.
func (p *puzzle) ways(d *depth, person int) []int32 {
	var ways []int32
	for _, x := range d.live {
		c := &p.cols[x]
		if slices.Contains(c.members[:c.size], uint16(person)) {
			ways = append(ways, x)
		}
	}
	extra := func(x int32) int64 {
		c := &p.cols[x]
		e := c.loss * 12
		for _, i := range c.members[:c.size] {
			e -= d.least[i]
		}
		return e
	}
	slices.SortStableFunc(ways, func(a, b int32) int { return cmp.Compare(extra(a), extra(b)) })
	return ways
}
