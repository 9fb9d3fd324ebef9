package matching

import "slices"

// breeding is how a population of divisions is kept: what proved best on cohorts
// of 120 in ten groups.
const ()

// breed anneals a few divisions, and then crosses and anneals them until the
// budget is spent; it ends as the best division that it saw.
func (d *division) breed(c *chance, w *work) {
	table, sd := logs(), d.spread()
	var pop []litter
	best := litter{value: -1 << 62}
	for !w.stopped && len(pop) < population {
		d.scatter(c)
		d.cool(hotf*sd/16, sd/16, firstRuns, c, table, w)
		pop = append(pop, litter{slices.Clone(d.at), d.value})
		best = better(best, pop[len(pop)-1])
		w.tell(best.value, 0)
	}
	for !w.stopped {
		a, b := c.below(len(pop)), c.below(len(pop)-1)
		if b >= a {
			b++
		}
		d.cross(pop[a].at, pop[b].at, c)
		d.cool(hotp*sd/16, coldp*sd/16, laterRuns, c, table, w)
		child := litter{slices.Clone(d.at), d.value}
		best = better(best, child)
		pop = d.settle(pop, child)
		w.tell(best.value, 0)
	}
	copy(d.at, best.at)
	d.weigh()
}

// A litter is one division of a population.
type litter struct {
	at    []int32
	value int64
}

func better(a, b litter) litter {
	if b.value > a.value {
		return b
	}
	return a
}

// spread returns the standard deviation of what two people are worth, in 1/16.
func (d *division) spread() int64 {
	var total, squares, count int64
	for i := range d.n {
		for _, v := range d.pair[i*d.n : i*d.n+i] {
			total += int64(v)
			count++
		}
	}
	mean := total / max(1, count)
	for i := range d.n {
		for _, v := range d.pair[i*d.n : i*d.n+i] {
			squares += (int64(v) - mean) * (int64(v) - mean)
		}
	}
	return max(16, root(squares/max(1, count)*256))
}

// root returns the whole square root.
func root(x int64) int64 {
	var r int64
	for bit := int64(1) << 31; bit > 0; bit >>= 1 {
		if (r+bit)*(r+bit) <= x {
			r += bit
		}
	}
	return r
}

// settle lets a child take the place of the worst, if it is better and no twin.
func (d *division) settle(pop []litter, child litter) []litter {
	worst := 0
	for k := range pop {
		if pop[k].value == child.value {
			return pop
		}
		if pop[k].value < pop[worst].value {
			worst = k
		}
	}
	if child.value > pop[worst].value {
		pop[worst] = child
	}
	return pop
}

// cross puts together the best groups of two divisions by turns, and the people
// who are in none of them where there is room.
func (d *division) cross(a, b []int32, c *chance) {
	for i := range d.at {
		d.at[i] = -1
	}
	clear(d.size)
	done := make([]bool, d.k)
	parents := [2][]int32{a, b}
	for turn := range d.k {
		g := d.densest(parents[turn%2], done)
		done[g] = true
		for i, h := range parents[turn%2] {
			if h == g && d.at[i] < 0 {
				d.at[i] = g
				d.size[g]++
			}
		}
	}
	d.seat(c)
	d.weigh()
}

// densest returns the group of a parent, among those not done, whose people
// without a place are worth the most to each other, for each two.
func (d *division) densest(parent []int32, done []bool) int32 {
	worth, count := make([]int64, d.k), make([]int64, d.k)
	for i, g := range parent {
		if d.at[i] >= 0 || done[g] {
			continue
		}
		count[g]++
		for j, h := range parent[:i] {
			if h == g && d.at[j] < 0 {
				worth[g] += int64(d.pair[i*d.n+j])
			}
		}
	}
	best, most := int32(-1), int64(-1)<<62
	for g := range d.k {
		if done[g] {
			continue
		}
		mean := worth[g] * 1024 / max(1, count[g]*(count[g]-1)/2) * min(count[g], 3)
		if best < 0 || mean > most {
			best, most = int32(g), mean
		}
	}
	return best
}

// seat gives everyone without a place one, where somebody must be first.
func (d *division) seat(c *chance) {
	var loose []int
	for i, g := range d.at {
		if g < 0 {
			loose = append(loose, i)
		}
	}
	shuffle(c, loose)
	for g, b := range d.bounds {
		for ; d.size[g] < b[0] && len(loose) > 0; d.size[g]++ {
			d.at[loose[0]], loose = int32(g), loose[1:]
		}
	}
	for len(loose) > 0 {
		if g := c.below(d.k); d.size[g] < d.bounds[g][1] {
			d.at[loose[0]], loose = int32(g), loose[1:]
			d.size[g]++
		}
	}
}
