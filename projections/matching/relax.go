package matching

import (
	"slices"

	"kolmikko/events"
)

// obstacles says what keeps person i out, of whom there are out in all.
func (m *model) obstacles(pool Pool, i, out int, o Options) Obstacles {
	ob := Obstacles{Person: m.people[i].ID, Removed: map[events.Code]int{}, Relax: [][]events.Code{}}
	size := min(m.rules.Size, 3) // of bigger groups, each three of them is looked at
	m.eachWith([]int{i}, size, func(members []int) {
		ob.Groups++
		for _, code := range m.broken(members) {
			if code != events.HardQuota {
				ob.Removed[code]++
			}
		}
	})
	var active []events.Code
	for _, code := range hardRules() {
		if m.hard[code] && code != events.HardQuota {
			active = append(active, code)
		}
	}
	helps := func(codes ...events.Code) bool {
		return m.without(pool, i, codes, o) < out
	}
	for _, code := range active {
		if helps(code) {
			ob.Relax = append(ob.Relax, []events.Code{code})
		}
	}
	if len(ob.Relax) > 0 {
		return ob
	}
	for x, a := range active {
		for _, b := range active[:x] {
			if helps(b, a) {
				ob.Relax = append(ob.Relax, []events.Code{b, a})
			}
		}
	}
	return ob
}

// eachWith tells of every group of a size that holds members.
func (m *model) eachWith(members []int, size int, tell func([]int)) {
	if len(members) == size {
		tell(members)
		return
	}
	from := 0
	if len(members) > 1 {
		from = members[len(members)-1] + 1
	}
	for j := from; j < m.n; j++ {
		if j != members[0] {
			m.eachWith(append(slices.Clone(members), j), size, tell)
		}
	}
}

// without returns how many are left out if the rules do not hold for person i.
//
// A rule is waived for one person by making them somebody for whom it cannot be
// broken: free at any time, of an organisation of their own. The search is the
// same, and so is what it proves.
func (m *model) without(pool Pool, i int, codes []events.Code, o Options) int {
	free := Pool{Locked: pool.Locked, Former: pool.Former, Candidates: slices.Clone(pool.Candidates)}
	id := m.people[i].ID
	for k := range free.Candidates {
		c := &free.Candidates[k]
		for _, code := range codes {
			c.waive(id, code, pool)
		}
	}
	rules := m.rules
	rules.Floor = 0
	relaxed := newModel(free, rules)
	w := newWork(Options{Seed: o.Seed, Steps: 400_000, Stop: o.Stop})
	return len(relaxed.search(w).out)
}

// waive makes a candidate one for whom a rule does not hold beside the person
// id.
func (c *Candidate) waive(id events.PersonID, code events.Code, pool Pool) {
	self := c.ID == id
	drop := func(list []events.PersonID) []events.PersonID {
		if self {
			return nil
		}
		return slices.DeleteFunc(slices.Clone(list), func(p events.PersonID) bool { return p == id })
	}
	switch code {
	case events.HardOrganisation:
		if self {
			c.Organisation = events.OrganisationID("of-" + id)
		}
	case events.HardReporting:
		if self || c.Superior == id {
			c.Superior = ""
		}
	case events.HardAvoid:
		c.Avoid = drop(c.Avoid)
		if self {
			c.AvoidHouses = nil
		}
	case events.HardEarlier:
		c.Met = drop(c.Met)
	case events.HardLanguage, events.HardPairLanguage:
		for _, other := range pool.Candidates {
			if self {
				c.Languages = append(slices.Clone(c.Languages), other.Languages...)
			}
		}
	case events.HardSlots, events.HardPairSlots:
		if self {
			c.Slots = events.Slots()
		}
	}
}
