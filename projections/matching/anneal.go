package matching

import "math/bits"

// A shape says how many of each part a group has; without quotas everybody is
// of part 0.
type shape []int

// size returns how many people a group of the shape has.
func (s shape) size() (n int) {
	for _, k := range s {
		n += k
	}
	return n
}

// foul is what a broken hard rule costs while a search still breaks some.
const foul = 2000

// An assignment puts everyone into a group of a shape, the last of which is no
// group: those who are left out.
type assignment struct {
	m      *model
	kind   []int   // of each person: which of a shape's counts they use
	at     []int   // person → group
	groups [][]int // members; the last: left out
	extra  []int64 // of each group: what is not of two people alone
	worth  []int32 // n × n: pair points, or −foul
	value  int64
}

// assign puts people into shapes at random, those of kind −1 and those for whom
// no seat is left, outside.
func (m *model) assign(shapes []shape, kind []int, c *chance) *assignment {
	a := &assignment{m: m, kind: kind, at: make([]int, m.n), groups: make([][]int, len(shapes)+1),
		extra: make([]int64, len(shapes)+1), worth: make([]int32, m.n*m.n)}
	copy(a.worth, m.pair)
	for k, apart := range m.apart {
		if apart {
			a.worth[k] = -foul
		}
	}
	order := make([]int, m.n)
	for i := range order {
		order[i] = i
	}
	shuffle(c, order)
	for g, s := range shapes {
		for k, need := range s {
			for x, i := range order {
				if need > 0 && i >= 0 && kind[i] == k {
					a.groups[g] = append(a.groups[g], i)
					order[x] = -1
					need--
				}
			}
		}
	}
	for _, i := range order {
		if i >= 0 {
			a.groups[len(shapes)] = append(a.groups[len(shapes)], i)
		}
	}
	a.evaluate()
	return a
}

// take puts people where at says.
func (a *assignment) take(at []int32) {
	for g := range a.groups {
		a.groups[g] = nil
	}
	for i, g := range at {
		a.groups[g] = append(a.groups[g], i)
	}
	a.evaluate()
}

// out returns the number of the group that is none.
func (a *assignment) out() int { return len(a.groups) - 1 }

// evaluate computes everything anew from the groups: where each person is, what
// each group has beside its pairs, and the sum.
func (a *assignment) evaluate() {
	a.value = 0
	for g, members := range a.groups {
		a.extra[g] = a.extraOf(g, members)
		a.value += a.extra[g]
		for x, i := range members {
			a.at[i] = g
			for _, j := range members[:x] {
				if g != a.out() {
					a.value += int64(a.worth[i*a.m.n+j])
				}
			}
		}
	}
}

// extraOf returns what is of a whole group: the foul if too little is common to
// all, a theme of all, the bonus of a group that is kept.
func (a *assignment) extraOf(g int, members []int) int64 {
	m := a.m
	if g == a.out() || !m.needLang && !m.needSlots && m.groupTheme == 0 && m.rules.Stability == 0 {
		return 0
	}
	var extra int64
	slots, langs, themes := ^uint64(0), ^uint64(0), ^uint64(0)
	for _, i := range members {
		slots, langs, themes = slots&m.slots[i], langs&m.langs[i], themes&m.themes[i]
	}
	if m.needLang && langs == 0 {
		extra -= foul
	}
	if m.needSlots {
		extra -= foul * int64(max(0, m.rules.MinSlots-bits.OnesCount64(slots)))
	}
	if themes != 0 {
		extra += m.groupTheme
	}
	return extra + m.kept(members)
}

// pull returns the points between i and those of a group, but for one.
func (a *assignment) pull(i, g, without int) (points int64) {
	if g == a.out() {
		return 0
	}
	row := a.worth[i*a.m.n:][:a.m.n]
	for _, j := range a.groups[g] {
		if j != without {
			points += int64(row[j])
		}
	}
	return points
}

// swap exchanges i and j, and returns what that gains.
func (a *assignment) swap(i, j int) int64 {
	g, h := a.at[i], a.at[j]
	gain := a.pull(i, h, j) - a.pull(i, g, i) + a.pull(j, g, i) - a.pull(j, h, j)
	a.put(g, i, j)
	a.put(h, j, i)
	eg, eh := a.extraOf(g, a.groups[g]), a.extraOf(h, a.groups[h])
	gain += eg + eh - a.extra[g] - a.extra[h]
	a.extra[g], a.extra[h] = eg, eh
	a.at[i], a.at[j] = h, g
	a.value += gain
	return gain
}

// put lets new take the seat of old in a group.
func (a *assignment) put(g, old, new int) {
	for x, i := range a.groups[g] {
		if i == old {
			a.groups[g][x] = new
			return
		}
	}
}

// anneal exchanges people, first almost at will and then ever more choosily,
// for a number of proposals, and keeps the best that it saw.
func (a *assignment) anneal(proposals int64, hot, cold int64, c *chance, w *work) {
	best, bestValue := a.copyGroups(), a.value
	table := logs()
	var t int64 // in 1/65536 points
	for p := int64(0); p < proposals; p++ {
		if p%256 == 0 {
			rest := (proposals - p) << 10 / proposals
			t = cold<<16 + (hot-cold)*rest*rest*rest>>14
			if !w.spend(256 * 60) {
				break
			}
		}
		i, j := c.below(a.m.n), c.below(a.m.n)
		if a.at[i] == a.at[j] || a.kind[i] != a.kind[j] {
			continue
		}
		if gain := a.swap(i, j); gain < 0 && -gain<<26 > t*table[c.next()>>54] {
			a.swap(i, j)
		} else if a.value > bestValue {
			best, bestValue = a.copyGroups(), a.value
		}
	}
	a.groups = best
	a.evaluate()
}

// copyGroups returns the groups as they are now, for when the walk goes on.
func (a *assignment) copyGroups() [][]int {
	out := make([][]int, len(a.groups))
	for g, members := range a.groups {
		out[g] = append([]int(nil), members...)
	}
	return out
}
