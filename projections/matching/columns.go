package matching

import (
	"math/bits"
	"slices"

	"kolmikko/events"
)

// mostColumns is how many groups a search keeps in memory at most; beyond it
// there are only the methods that enumerate nothing.
const mostColumns = 24_000_000

// columns are all groups that a layout may use, in classes of one size each.
type columns struct {
	m       *model
	scale   int64 // what values and duals are multiplied by
	classes []class
	total   int
}

// A class is all groups of one size, of which a layout has count.
type class struct {
	size, count int
	blocks      []block
	last        []uint16 // the last member of each group
	value       []int32  // points × scale
}

// A block is the groups of a class that differ in their last member only.
type block struct {
	pre        [3]uint16 // the members before the last
	start, end int32
}

// pre returns how many members of a class's groups are in the block.
func (c *class) pre() int { return c.size - 1 }

// enumerate lists every group of the layout's sizes that the hard rules let be
// and that is worth floor at least, those left out as groups of one. It is nil
// if there are too many, or groups too big to list.
func (m *model) enumerate(l layout, floor int64) *columns {
	count := map[int]int{}
	var sizes []int
	for _, s := range l.shapes {
		if len(s) != 1 {
			return nil
		}
		if count[s.size()] == 0 {
			sizes = append(sizes, s.size())
		}
		count[s.size()]++
	}
	cs := &columns{m: m, scale: m.scale()}
	for _, size := range sizes {
		if size > 4 || size < 2 || choose(m.n, size) > 40*mostColumns {
			return nil
		}
		c := class{size: size, count: count[size]}
		if !m.list(&c, cs.scale, floor) {
			return nil
		}
		cs.classes = append(cs.classes, c)
		cs.total += len(c.last)
	}
	if l.out > 0 {
		c := class{size: 1, count: l.out, blocks: []block{{end: int32(m.n)}}, value: make([]int32, m.n)}
		for i := range m.n {
			c.last = append(c.last, uint16(i))
		}
		cs.classes = append(cs.classes, c)
		cs.total += m.n
	}
	return cs
}

// scale returns what points are multiplied by, so that duals are fine enough
// and values fit.
func (m *model) scale() int64 {
	most := int64(1)
	for _, v := range m.pair {
		most = max(most, int64(v), -int64(v))
	}
	most = most*6 + m.groupTheme + m.rules.Stability
	scale := int64(1024)
	for scale > 1 && most*scale > 1<<30 {
		scale /= 2
	}
	return scale
}

// choose returns in how many ways k of n people can be picked.
func choose(n, k int) int {
	c := 1
	for x := range k {
		c = c * (n - x) / (x + 1)
	}
	return c
}

// list fills a class, depth by depth; what is no group with fewer members is
// none with more. It reports whether all fitted.
func (m *model) list(c *class, scale, floor int64) bool {
	members := make([]int, c.size)
	var deeper func(depth, from int, slots, langs uint64, points int64) bool
	deeper = func(depth, from int, slots, langs uint64, points int64) bool {
		start := int32(len(c.last))
		for i := from; i < m.n; i++ {
			s, l := slots&m.slots[i], langs&m.langs[i]
			if m.needLang && l == 0 || m.needSlots && bits.OnesCount64(s) < m.rules.MinSlots {
				continue
			}
			p, free := points, true
			for _, j := range members[:depth] {
				free = free && !m.apart[i*m.n+j]
				p += int64(m.pair[i*m.n+j])
			}
			if !free {
				continue
			}
			members[depth] = i
			if depth+1 < c.size {
				if !deeper(depth+1, i+1, s, l, p) {
					return false
				}
				continue
			}
			if floor > 0 && m.level(members) < floor {
				continue
			}
			if m.groupTheme != 0 || m.rules.Stability != 0 {
				p = m.points(members)
			}
			c.last, c.value = append(c.last, uint16(i)), append(c.value, int32(p*scale))
		}
		if end := int32(len(c.last)); end > start && depth+1 == c.size {
			b := block{start: start, end: end}
			for x, i := range members[:depth] {
				b.pre[x] = uint16(i)
			}
			c.blocks = append(c.blocks, b)
		}
		return len(c.last) <= mostColumns
	}
	return deeper(0, 0, ^uint64(0), ^uint64(0), 0)
}

// fewest is how many groups of a class are few enough to be picked one by one:
// the price of such a class is what its last picked group is worth beyond the
// prices of its members.
const fewest = 8

// picked reports whether a class is so rare that its groups are picked.
func (cs *columns) picked(k int) bool { return len(cs.classes) > 1 && cs.classes[k].count <= fewest }

// duals are the prices of people, and after them those of the classes: how
// many groups of each there are is a rule like the one that each person is in
// one group.
type duals []int64

// bound returns what no cover can exceed by the duals, × scale, and how often
// the groups worth more than their prices use each person and class.
func (cs *columns) bound(pi duals, used []int32) int64 {
	var total int64
	for _, p := range pi[:cs.m.n] {
		total += p
	}
	clear(used)
	for k := range cs.classes {
		c := &cs.classes[k]
		if cs.picked(k) {
			total += cs.pick(k, pi, used)
			continue
		}
		mu := pi[cs.m.n+k]
		total += mu * int64(c.count)
		var all int32
		for _, b := range c.blocks {
			gain, hits := c.over(b, pi, mu, used)
			total += gain
			all += hits
		}
		used[cs.m.n+k] = all
	}
	return total
}

// over adds up what the groups of a block are worth beyond their prices.
func (c *class) over(b block, pi duals, mu int64, used []int32) (gain int64, hits int32) {
	base := c.base(b, pi, mu)
	last := c.last[b.start:b.end]
	value := c.value[b.start:b.end][:len(last)]
	for x, k := range last {
		if r := int64(value[x]) - base - pi[k]; r > 0 {
			gain += r
			used[k]++
			hits++
		}
	}
	if hits > 0 {
		for _, i := range b.pre[:c.pre()] {
			used[i] += hits
		}
	}
	return gain, hits
}

// base returns the prices of what the groups of a block have in common.
func (c *class) base(b block, pi duals, mu int64) int64 {
	for _, i := range b.pre[:c.pre()] {
		mu += pi[i]
	}
	return mu
}

// pick uses the groups of a rare class that are worth the most beyond the
// prices of their members, as many as there are to be, and returns that.
func (cs *columns) pick(k int, pi duals, used []int32) (gain int64) {
	c := &cs.classes[k]
	type hit struct{ worth, block, x int64 }
	top := make([]hit, 0, fewest+1)
	for n, b := range c.blocks {
		base := c.base(b, pi, 0)
		for x := b.start; x < b.end; x++ {
			r := int64(c.value[x]) - base - pi[c.last[x]]
			if len(top) == c.count && r <= top[len(top)-1].worth {
				continue
			}
			at := len(top)
			for at > 0 && top[at-1].worth < r {
				at--
			}
			top = slices.Insert(top, at, hit{r, int64(n), int64(x)})
			top = top[:min(len(top), c.count)]
		}
	}
	for _, h := range top {
		gain += h.worth
		used[c.last[h.x]]++
		for _, i := range c.blocks[h.block].pre[:c.pre()] {
			used[i]++
		}
	}
	if len(top) > 0 {
		pi[cs.m.n+k] = top[0].worth
	}
	used[cs.m.n+k] = int32(c.count)
	return gain
}

// subset returns about most of the groups, those that lose the least by the
// duals.
func (cs *columns) subset(pi duals, most int) *columns {
	var hist [64]int
	cs.each(pi, func(_ int, _ block, _ int32, loss int64) { hist[bits.Len64(uint64(max(0, loss)))]++ })
	cut, total := int64(0), 0
	for k, n := range hist {
		if total += n; total > most && n > 0 && k > 4 {
			// between two powers of two the groups are taken to be spread evenly
			cut = int64(1)<<(k-1) + int64(1)<<(k-1)*int64(max(0, most-total+n))/int64(n)
			break
		}
		cut = int64(1) << k
	}
	out := &columns{m: cs.m, scale: cs.scale, classes: make([]class, len(cs.classes))}
	at, from := -1, int32(-1)
	for k := range cs.classes {
		out.classes[k].size, out.classes[k].count = cs.classes[k].size, cs.classes[k].count
	}
	cs.each(pi, func(k int, b block, x int32, loss int64) {
		if loss > cut {
			return
		}
		c := &out.classes[k]
		if at != k || from != b.start {
			at, from = k, b.start
			c.blocks = append(c.blocks, block{pre: b.pre, start: int32(len(c.last))})
		}
		c.last, c.value = append(c.last, cs.classes[k].last[x]), append(c.value, cs.classes[k].value[x])
		c.blocks[len(c.blocks)-1].end = int32(len(c.last))
		out.total++
	})
	return out
}

// each tells of every group what choosing it costs the bound of the duals.
func (cs *columns) each(pi duals, tell func(k int, b block, x int32, loss int64)) {
	for k := range cs.classes {
		c := &cs.classes[k]
		for _, b := range c.blocks {
			base := c.base(b, pi, pi[cs.m.n+k])
			for x := b.start; x < b.end; x++ {
				tell(k, b, x, base+pi[c.last[x]]-int64(c.value[x]))
			}
		}
	}
}

// A column is one group of those that survive.
type column struct {
	members [4]uint16
	size    uint8
	class   uint8
	loss    int64 // prices less value, × scale: what choosing it costs the bound
}

// survivors returns the groups that cost the bound no more than most.
func (cs *columns) survivors(pi duals, most int64) []column {
	var out []column
	cs.each(pi, func(k int, b block, x int32, loss int64) {
		if loss > most {
			return
		}
		c := &cs.classes[k]
		col := column{size: uint8(c.size), class: uint8(k), loss: loss}
		copy(col.members[:], b.pre[:c.pre()])
		col.members[c.pre()] = c.last[x]
		out = append(out, col)
	})
	return out
}

// ints returns the members of a column.
func (c *column) ints() []int {
	out := make([]int, c.size)
	for x := range out {
		out[x] = int(c.members[x])
	}
	return out
}

// priceMap returns the duals as a certificate holds them.
func (m *model) priceMap(pi duals) map[events.PersonID]int64 {
	out := map[events.PersonID]int64{}
	for i := range m.n {
		out[m.people[i].ID] = pi[i]
	}
	return out
}
