package matching

import "slices"

// breeding is how a population of divisions is kept: what proved best on cohorts
// of 120 in ten groups.
const (
	population = 8
	firstRuns  = 3_000_000 // proposals of each first annealing
	laterRuns  = 1_500_000 // and of each child's
	still      = 200_000   // and without any loss, at the end of each
	patience   = 30        // children that change nothing, before a new population
)

// breed anneals a few divisions, and then crosses and anneals them until so
// much of the budget is spent; it ends as the best division that it saw.
//
// A single annealing, however slow, ends in one of many divisions that are about
// as good; what two of them agree on is mostly right, so that crossing them and
// annealing the child from a lower heat searches where the best are. When the
// children change nothing any more, a new population begins, every other one
// with the best division so far in it.
func (d *division) breed(c *chance, w *work, until int64) {
	table, sd := logs(), d.spread()
	best := litter{value: -1 << 62}
	on := func() bool { return !w.stopped && w.spent < until }
	keep := func() litter {
		d.cool(0, 0, still, c, table, w)
		l := litter{slices.Clone(d.at), d.value}
		best = better(best, l)
		w.tell(best.value, 0)
		return l
	}
	for age := 0; on() || age == 0; age++ {
		var pop []litter
		if age%2 == 1 {
			pop = append(pop, best)
		}
		for (on() || len(pop) == 0) && len(pop) < population {
			d.aim = d.sizes(c, 16<<(3*(len(pop)/5)))
			d.scatter(c)
			d.cool(2*sd, sd*int64(1+c.below(3))/16, firstRuns, c, table, w)
			pop = append(pop, keep())
		}
		for barren := 0; on() && len(pop) > 1 && barren < patience; barren++ {
			a, b := c.below(len(pop)), c.below(len(pop)-1)
			if b >= a {
				b++
			}
			d.aim = d.sizes(c, 16)
			d.cross(pop[a].at, pop[b].at, c)
			d.cool(sd*int64(8+c.below(9))/12, sd*int64(1+c.below(3))/16, laterRuns, c, table, w)
			if d.settle(pop, keep()) {
				barren = 0
			}
		}
	}
	copy(d.at, best.at)
	d.weigh()
}

// A litter is one division of a population.
type litter struct {
	at    []int32
	value int64
}

// better returns the division with more points; of equals, the older.
func better(a, b litter) litter {
	if b.value > a.value {
		return b
	}
	return a
}

// spread returns by how much what two people are worth differs among the good
// half of all twos, in 1/16: for numbers drawn evenly, their standard deviation.
// What is worth nothing because a rule forbids it does not count that way.
func (d *division) spread() int64 {
	var worth []int32
	for i := range d.n {
		worth = append(worth, d.pair[i*d.n:i*d.n+i]...)
	}
	slices.Sort(worth)
	if len(worth) == 0 {
		return 16
	}
	return max(16, int64(worth[len(worth)*49/50]-worth[len(worth)/2])*16*6/10)
}

// settle lets a child take the place of the worst, if it is better and no twin,
// and reports whether it did.
func (d *division) settle(pop []litter, child litter) bool {
	worst := 0
	for k := range pop {
		if pop[k].value == child.value {
			return false
		}
		if pop[k].value < pop[worst].value {
			worst = k
		}
	}
	settles := child.value > pop[worst].value
	if settles {
		pop[worst] = child
	}
	return settles
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
	if d.kind != nil {
		d.seatKinds(loose)
		return
	}
	for g, b := range d.bounds {
		least := b[0]
		if d.aim != nil {
			least = d.aim[g]
		}
		for ; d.size[g] < least && len(loose) > 0; d.size[g]++ {
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

// sizes returns sizes of the groups that make the most pairs, up to noise / 16 of
// a pair for each group: what pairs are worth on average outweighs what can be
// chosen among them, and annealing cannot go from one set of sizes to another.
// It is nil where the sizes are given, or more pairs are no gain.
func (d *division) sizes(c *chance, noise int) []int {
	fixed, mean := true, int64(0)
	for _, b := range d.bounds {
		fixed = fixed && b[0] == b[1]
	}
	for _, v := range d.pair {
		mean += int64(v)
	}
	if fixed || mean <= 0 {
		return nil
	}
	best, from := make([]int, d.n+1), make([][]int, d.k)
	for x := range best[1:] {
		best[x+1] = -1
	}
	for g, b := range d.bounds {
		next := make([]int, d.n+1)
		from[g] = make([]int, d.n+1)
		for x := range next {
			next[x] = -1
		}
		for size := b[0]; size <= b[1]; size++ {
			pairs := size*(size-1)*8 + c.below(noise)
			for x := size; x <= d.n; x++ {
				if before := best[x-size]; before >= 0 && before+pairs > next[x] {
					next[x], from[g][x] = before+pairs, size
				}
			}
		}
		best = next
	}
	sizes, rest := make([]int, d.k), d.n
	for g := d.k - 1; g >= 0; g-- {
		sizes[g] = from[g][rest]
		rest -= sizes[g]
	}
	return sizes
}

// seatKinds gives people the seats that are left for their kind.
func (d *division) seatKinds(loose []int) {
	free := make([]shape, d.k)
	for g, s := range d.shapes {
		free[g] = slices.Clone(s)
	}
	for i, g := range d.at {
		if g >= 0 {
			free[g][d.kind[i]]--
		}
	}
	for _, i := range loose {
		for g := range free {
			if free[g][d.kind[i]] > 0 {
				free[g][d.kind[i]]--
				d.at[i] = int32(g)
				d.size[g]++
				break
			}
		}
	}
}
