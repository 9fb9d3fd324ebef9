package matching

import (
	"math/bits"
	"slices"

	"kolmikko/events"
)

// SoftKept is the criterion under which a group that was one until now earns
// the rules' stability.
const SoftKept events.Code = "kept"

// Score returns the points of a group by the rules, those by criterion (they
// add up), and the hard rules that it breaks, which is what an override has to
// answer for. Members who are not in the pool count for nothing.
func Score(pool Pool, rules events.MatchingRules, members ...events.PersonID) (points int64, by map[events.Code]int64, broken []events.Code) {
	m := everyone(pool, rules)
	var group []int
	for _, p := range members {
		if i, known := m.index[p]; known {
			group = append(group, i)
		}
	}
	by = m.by(group)
	return m.points(group), by, m.broken(group)
}

// broken returns the hard rules that a group breaks, in the order in which they
// are told.
func (m *model) broken(members []int) []events.Code {
	found := map[events.Code]bool{}
	slots, langs := ^uint64(0), ^uint64(0)
	for x, i := range members {
		slots, langs = slots&m.slots[i], langs&m.langs[i]
		for _, j := range members[:x] {
			for _, code := range m.brokenPair(i, j) {
				found[code] = true
			}
		}
	}
	found[events.HardLanguage] = m.needLang && langs == 0
	found[events.HardSlots] = m.needSlots && bits.OnesCount64(slots) < m.rules.MinSlots
	found[events.HardQuota] = m.hard[events.HardQuota] && !m.quotasHold(members)
	var broken []events.Code
	for _, code := range hardRules() {
		if found[code] {
			broken = append(broken, code)
		}
	}
	return broken
}

// quotasHold reports whether a group has as many of each part as the quotas say,
// and nobody else.
func (m *model) quotasHold(members []int) bool {
	count := make([]int, len(m.rules.Quotas))
	for _, i := range members {
		if m.part[i] < 0 {
			return false
		}
		count[m.part[i]]++
	}
	for k, q := range m.rules.Quotas {
		if count[k] < q.Min || count[k] > q.Max {
			return false
		}
	}
	return true
}

// pairwise is how many soft criteria look at two people.
const pairwise = 9

// quarters returns the quarter points of two people by criterion, in the order
// of softRules. A criterion of W points gives W/2 for each of two common themes
// or steps of difference, and W/4 for each of four common half-days.
func (m *model) quarters(i, j int) (q [pairwise]int64) {
	a, b := &m.people[i], &m.people[j]
	weight := func(code events.Code) int64 { return m.rules.Weights[code] }
	themes := int64(bits.OnesCount64(m.themes[i] & m.themes[j]))
	slots := int64(bits.OnesCount64(m.slots[i] & m.slots[j]))
	q[0] = 2 * min(2, themes) * weight(events.SoftThemes)
	q[1] = min(4, slots) * weight(events.SoftSlots)
	q[2] = 4 * truth(a.Region != b.Region) * weight(events.SoftRegion)
	q[3] = 4 * truth(a.Branch != b.Branch) * weight(events.SoftBranch)
	q[4] = 2 * steps(a.Size, b.Size) * weight(events.SoftSize)
	q[5] = 2 * steps(a.Experience, b.Experience) * weight(events.SoftExperience)
	clash := a.Mode == events.Lab && b.Mode == events.Teams || a.Mode == events.Teams && b.Mode == events.Lab
	q[6] = 4 * truth(!clash) * weight(events.SoftMode)
	q[7] = 2 * (truth(prefers(a, b)) + truth(prefers(b, a))) * weight(events.SoftPreference)
	known := slices.Contains(a.Acquaintances, b.Organisation) || slices.Contains(b.Acquaintances, a.Organisation)
	q[8] = 4 * truth(!known) * weight(events.SoftNovelty)
	return q
}

// prefers reports whether a would like to be with b, or b has a theme that a would
// like to talk about.
func prefers(a, b *Candidate) bool {
	return slices.Contains(a.Prefer, b.ID) ||
		slices.ContainsFunc(a.PreferThemes, func(t events.Code) bool { return slices.Contains(b.Themes, t) })
}

// steps returns how far apart two classes are, two at most.
func steps(a, b int) int64 { return int64(min(2, max(a-b, b-a))) }

// truth returns 1 for true.
func truth(is bool) int64 {
	if is {
		return 1
	}
	return 0
}

// sum adds up what two people have by all criteria.
func sum(q [pairwise]int64) (total int64) {
	for _, x := range q {
		total += x
	}
	return total
}

// halfEven returns a quarter of q, rounded, a half to the even neighbour.
func halfEven(q int64) int64 {
	whole, rest := q/4, q%4
	if rest == 3 || rest == 2 && whole%2 == 1 {
		whole++
	}
	return whole
}

// by returns the points of a group by criterion. Each two people's points are
// rounded as a whole, so what the criteria have left over by themselves goes to
// those with the greatest remainders.
func (m *model) by(members []int) map[events.Code]int64 {
	var q [pairwise]int64
	var total int64
	themes := ^uint64(0)
	for x, i := range members {
		themes &= m.themes[i]
		for _, j := range members[:x] {
			for k, v := range m.quarters(i, j) {
				q[k] += v
			}
			total += int64(m.pair[i*m.n+j])
		}
	}
	by := map[events.Code]int64{}
	for k, v := range share(q, total) {
		if v != 0 {
			by[softRules()[k]] = v
		}
	}
	if themes != 0 && m.groupTheme != 0 && len(members) > 0 {
		by[events.SoftGroupTheme] = m.groupTheme
	}
	if bonus := m.kept(members); bonus != 0 {
		by[SoftKept] = bonus
	}
	return by
}

// share divides total points in proportion to quarters that come close to it.
func share(q [pairwise]int64, total int64) (points [pairwise]int64) {
	rest := total
	var order []int
	for k, v := range q {
		points[k] = v / 4
		rest -= points[k]
		if v > 0 {
			order = append(order, k)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return int(q[b]%4 - q[a]%4) })
	for ; rest > 0; rest-- {
		points[order[0]]++
		order = append(order[1:], order[0])
	}
	for ; rest < 0; rest++ {
		for points[order[0]] == 0 {
			order = append(order[1:], order[0])
		}
		points[order[0]]--
	}
	return points
}
