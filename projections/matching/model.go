package matching

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"

	"kolmikko/events"
)

// A model is a pool and its rules made of whole numbers: people are 0 to n-1
// in the order of their IDs, so that nothing depends on how the pool was
// sorted.
type model struct {
	n      int
	people []Candidate
	index  map[events.PersonID]int
	rules  events.MatchingRules
	hard   map[events.Code]bool

	langs, themes, slots []uint64 // a bit for each that a person has
	chain                []map[events.PersonID]bool
	part                 []int // into rules.Quotas, or -1
	former               []int // into pool.Former, or -1
	formerSize           []int // how many of each former group are people of the model

	pair  []int32 // n × n: points of two people
	apart []bool  // n × n: two people whom a hard rule keeps apart

	needSlots, needLang bool // of a whole group
	groupTheme          int64
}

// masks gives every distinct value that the candidates have a bit.
type masks[T cmp.Ordered] map[T]int

// of returns the bits of a list, and gives new values the next free ones.
func (m masks[T]) of(list []T) uint64 {
	var mask uint64
	for _, x := range list {
		if _, known := m[x]; !known {
			m[x] = len(m)
		}
		mask |= 1 << (m[x] % 64)
	}
	return mask
}

// checkMasks returns an error if the pool has more distinct themes or languages
// than a mask has bits.
func checkMasks(pool Pool) error {
	themes, langs := masks[events.Code]{}, masks[events.Code]{}
	for _, c := range pool.Candidates {
		themes.of(c.Themes)
		themes.of(c.PreferThemes)
		langs.of(c.Languages)
		if len(themes) > 64 || len(langs) > 64 {
			return fmt.Errorf("person %s: more than 64 different themes or languages in all", c.ID)
		}
	}
	return nil
}

// newModel makes a model of the candidates who are in no locked group.
func newModel(pool Pool, rules events.MatchingRules) *model {
	m := &model{rules: rules, index: map[events.PersonID]int{}, hard: map[events.Code]bool{}}
	for _, code := range rules.Hard {
		m.hard[code] = true
	}
	locked := map[events.PersonID]bool{}
	for _, g := range pool.Locked {
		for _, p := range g.Members {
			locked[p] = true
		}
	}
	for _, c := range pool.Candidates {
		if !locked[c.ID] {
			m.people = append(m.people, c)
		}
	}
	m.fill(pool)
	return m
}

// everyone returns a model of all candidates, the locked ones too.
func everyone(pool Pool, rules events.MatchingRules) *model {
	pool.Locked = nil
	return newModel(pool, rules)
}

// fill computes all that a search asks of two people once and for all.
func (m *model) fill(pool Pool) {
	slices.SortFunc(m.people, func(a, b Candidate) int { return cmp.Compare(a.ID, b.ID) })
	m.n = len(m.people)
	themes, langs, slots := masks[events.Code]{}, masks[events.Code]{}, masks[events.Slot]{}
	for i, c := range m.people {
		m.index[c.ID] = i
		m.themes = append(m.themes, themes.of(c.Themes))
		m.langs = append(m.langs, langs.of(c.Languages))
		m.slots = append(m.slots, slots.of(c.Slots))
		m.former = append(m.former, -1)
		m.part = append(m.part, slices.IndexFunc(m.rules.Quotas, func(q events.Quota) bool { return q.Part == c.Part }))
	}
	m.formerSize = make([]int, len(pool.Former))
	for g, group := range pool.Former {
		for _, p := range group.Members {
			if i, there := m.index[p]; there {
				m.former[i] = g
				m.formerSize[g]++
			}
		}
	}
	m.chain = m.superiors()
	m.needSlots, m.needLang = m.hard[events.HardSlots], m.hard[events.HardLanguage]
	m.groupTheme = m.rules.Weights[events.SoftGroupTheme]
	m.pair, m.apart = make([]int32, m.n*m.n), make([]bool, m.n*m.n)
	for i := range m.n {
		for j := range i {
			points := int32(halfEven(sum(m.quarters(i, j))))
			m.pair[i*m.n+j], m.pair[j*m.n+i] = points, points
			broken := m.brokenPair(i, j) != nil
			m.apart[i*m.n+j], m.apart[j*m.n+i] = broken, broken
		}
	}
}

// superiors returns for each person everybody above them, as far as the pool
// tells.
func (m *model) superiors() []map[events.PersonID]bool {
	chain := make([]map[events.PersonID]bool, m.n)
	for i := range m.people {
		above := map[events.PersonID]bool{}
		for p := m.people[i].Superior; p != "" && !above[p]; {
			above[p] = true
			j, there := m.index[p]
			if !there {
				break
			}
			p = m.people[j].Superior
		}
		chain[i] = above
	}
	return chain
}

// brokenPair returns the hard rules that keep two people apart, in the order in
// which they are told.
func (m *model) brokenPair(i, j int) []events.Code {
	a, b := &m.people[i], &m.people[j]
	var broken []events.Code
	check := func(code events.Code, is bool) {
		if is && m.hard[code] {
			broken = append(broken, code)
		}
	}
	check(events.HardOrganisation, a.Organisation == b.Organisation)
	check(events.HardReporting, m.chain[i][b.ID] || m.chain[j][a.ID])
	check(events.HardAvoid, avoids(a, b) || avoids(b, a))
	check(events.HardEarlier, slices.Contains(a.Met, b.ID) || slices.Contains(b.Met, a.ID))
	noLang := m.langs[i]&m.langs[j] == 0
	fewSlots := bits.OnesCount64(m.slots[i]&m.slots[j]) < m.rules.MinSlots
	check(events.HardLanguage, noLang)
	check(events.HardSlots, fewSlots)
	check(events.HardPairLanguage, noLang)
	check(events.HardPairSlots, fewSlots)
	return broken
}

// avoids reports whether a does not want to be with b, or with b's organisation.
func avoids(a, b *Candidate) bool {
	return slices.Contains(a.Avoid, b.ID) || slices.Contains(a.AvoidHouses, b.Organisation)
}

// together reports whether the hard rules let members be a group; how many they
// are and of which part is not asked.
func (m *model) together(members []int) bool {
	slots, langs := ^uint64(0), ^uint64(0)
	for x, i := range members {
		slots, langs = slots&m.slots[i], langs&m.langs[i]
		for _, j := range members[:x] {
			if m.apart[i*m.n+j] {
				return false
			}
		}
	}
	return (!m.needLang || langs != 0) && (!m.needSlots || bits.OnesCount64(slots) >= m.rules.MinSlots)
}

// points returns what a group is worth, the bonus for one that is kept
// included.
func (m *model) points(members []int) int64 {
	var total int64
	themes := ^uint64(0)
	for x, i := range members {
		themes &= m.themes[i]
		for _, j := range members[:x] {
			total += int64(m.pair[i*m.n+j])
		}
	}
	if themes != 0 && len(members) > 0 {
		total += m.groupTheme
	}
	return total + m.kept(members)
}

// kept returns the bonus of a group that has been one until now.
func (m *model) kept(members []int) int64 {
	if m.rules.Stability == 0 || len(members) == 0 {
		return 0
	}
	g := m.former[members[0]]
	if g < 0 || m.formerSize[g] != len(members) {
		return 0
	}
	for _, i := range members {
		if m.former[i] != g {
			return 0
		}
	}
	return m.rules.Stability
}
