package matching

import (
	"math/bits"
	"slices"
)

// mostSubsets is how many people a subset programme takes at most.
const mostSubsets = 21

// A kindred is a number of groups for which the same is asked.
type kindred struct {
	count     int
	least     int // people of a group
	most      int
	fits      func(members uint32) bool // what else is asked; nil: nothing
	pastCount int                       // by how much one group fewer changes a state
}

// A programme finds the best division of up to 21 people by dynamic
// programming over the subsets of them: who is lowest of those without a place
// gets one next, so that each division is met once.
type programme struct {
	n      int
	kinds  []kindred
	states int
	worth  []int64  // of each subset as a group
	best   []int64  // state × subset: the most that the subset's groups are worth
	last   []uint32 // the group that was added last
	by     []uint8  // and its kind
	w      *work
}

// unreached marks a subset that no groups make up.
const unreached = -1 << 62

// newProgramme returns nil if the people or the kinds of groups are too many.
func newProgramme(n int, kinds []kindred, w *work) *programme {
	if n > mostSubsets || n == 0 {
		return nil
	}
	p := &programme{n: n, kinds: kinds, states: 1, w: w}
	for k := range p.kinds {
		p.kinds[k].pastCount = p.states
		if len(kinds) == 1 && kinds[k].least == kinds[k].most {
			p.kinds[k].pastCount = 0 // the number of people tells the number of groups
			continue
		}
		p.states *= kinds[k].count + 1
		if p.states > 1<<23>>n {
			return nil
		}
	}
	return p
}

// solve returns the best division, nil if there is none or the budget is spent.
func (p *programme) solve(points func(i, j int) int64, extra func(uint32) int64) ([][]int, int64) {
	size := 1 << p.n
	p.worth, p.best = make([]int64, size), make([]int64, p.states*size)
	p.last, p.by = make([]uint32, p.states*size), make([]uint8, p.states*size)
	for s := 1; s < size; s++ {
		low := bits.TrailingZeros(uint(s))
		rest := s &^ (1 << low)
		p.worth[s] = p.worth[rest]
		for b := rest; b != 0; b &= b - 1 {
			p.worth[s] += points(low, bits.TrailingZeros(uint(b)))
		}
	}
	if extra != nil {
		for s := size - 1; s > 0; s-- {
			p.worth[s] += extra(uint32(s))
		}
	}
	for x := range p.best {
		p.best[x] = unreached
	}
	p.best[0] = 0
	for s := range size {
		if !p.w.spend(100) {
			return nil, 0
		}
		for state := range p.states {
			if p.best[state*size+s] != unreached {
				p.extend(state, uint32(s))
			}
		}
	}
	return p.trace()
}

// extend adds each group that may come next to what a state has.
func (p *programme) extend(state int, taken uint32) {
	low := uint32(bits.TrailingZeros32(^taken))
	if int(low) >= p.n {
		return
	}
	var free []uint32
	for i := low + 1; int(i) < p.n; i++ {
		if taken&(1<<i) == 0 {
			free = append(free, i)
		}
	}
	for k := range p.kinds {
		if p.usedOf(k, state, taken) >= p.kinds[k].count {
			continue
		}
		for size := max(1, p.kinds[k].least); size <= min(p.kinds[k].most, len(free)+1); size++ {
			p.add(state, taken, 1<<low, free, size-1, k)
		}
	}
}

// usedOf returns how many groups of a kind a state has used.
func (p *programme) usedOf(k, state int, taken uint32) int {
	if p.kinds[k].pastCount == 0 {
		return bits.OnesCount32(taken) / p.kinds[k].least
	}
	return state / p.kinds[k].pastCount % (p.kinds[k].count + 1)
}

// add completes a group with need more people out of free.
func (p *programme) add(state int, taken, group uint32, free []uint32, need, k int) {
	if need > 0 {
		for x := 0; x+need <= len(free); x++ {
			p.add(state, taken, group|1<<free[x], free[x+1:], need-1, k)
		}
		return
	}
	p.w.fine += 4
	if p.kinds[k].fits != nil && !p.kinds[k].fits(group) {
		return
	}
	size := 1 << p.n
	to := (state+p.kinds[k].pastCount)*size + int(taken|group)
	if v := p.best[state*size+int(taken)] + p.worth[group]; v > p.best[to] {
		p.best[to], p.last[to], p.by[to] = v, group, uint8(k)
	}
}

// trace follows the best complete division back to its groups.
func (p *programme) trace() ([][]int, int64) {
	size := 1 << p.n
	state, value := -1, int64(unreached)
	for s := range p.states {
		if v := p.best[s*size+size-1]; v > value && p.complete(s) {
			state, value = s, v
		}
	}
	if state < 0 {
		return nil, 0
	}
	var groups [][]int
	for taken := size - 1; taken != 0; {
		at := state*size + taken
		var members []int
		for b := p.last[at]; b != 0; b &= b - 1 {
			members = append(members, bits.TrailingZeros32(b))
		}
		groups = append(groups, members)
		taken &^= int(p.last[at])
		state -= p.kinds[p.by[at]].pastCount
	}
	slices.SortFunc(groups, slices.Compare)
	return groups, value
}

// complete reports whether only groups that may be empty are not used.
func (p *programme) complete(state int) bool {
	for k := range p.kinds {
		if p.kinds[k].pastCount > 0 && p.kinds[k].least > 0 && p.usedOf(k, state, 0) < p.kinds[k].count {
			return false
		}
	}
	return true
}
