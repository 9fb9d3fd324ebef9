package matching

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"kolmikko/events"
)

// Verify checks all that a run claims, from the pool and rules that it was made
// of: its digests, that every hard rule holds and everybody is there once, the
// points, that the bound follows from the duals, and, where it claims to be
// proven, that a search among the groups which survive the duals finds nothing
// better. Its errors say what is not as claimed.
func Verify(pool Pool, rules events.MatchingRules, run events.MatchingRun) error {
	if err := VerifyBound(pool, rules, run); err != nil {
		return err
	}
	if !run.Certificate.Proven || run.Certificate.Method != methodCover {
		return nil
	}
	m := newModel(pool, rules)
	v := m.claims(pool, run)
	l := v.layout(m)
	if err := m.noBetter(l); err != nil {
		return err
	}
	cs := m.enumerate(l, run.Certificate.Floor)
	if cs == nil {
		return errors.New("the groups are too many to be listed, and the run claims a proof")
	}
	pi, err := m.priced(cs, run.Certificate)
	if err != nil {
		return err
	}
	o := optimum{value: v.value, pi: pi, low: cs.cover(pi)}
	if !cs.widen(&o, 1<<50, newWork(Options{Steps: 1 << 50})) || o.value > v.value {
		return fmt.Errorf("%d points can be had, and the run claims that %d are the most", o.value, v.value)
	}
	return nil
}

// noBetter checks that no layout can be filled which comes before l: one that
// leaves out fewer people or has fewer groups of a remainder size.
//
// That somebody is left out is a claim as well: it holds if every layout that
// would leave out fewer is impossible, by counting, by duals or by a search that
// went through.
func (m *model) noBetter(l layout) error {
	forced := m.hopeless()
	for _, other := range m.layouts() {
		if other.out < forced {
			continue
		}
		if other.out == l.out && slices.EqualFunc(other.shapes, l.shapes, slices.Equal) {
			return nil
		}
		var f found
		cs := m.enumerate(other, 0)
		if cs == nil || cs.fill(&f, newWork(Options{Steps: 1 << 50})) || !f.impossible {
			return fmt.Errorf("%d people need not be left out, or not in this way", l.out)
		}
	}
	return errors.New("its groups have sizes that the rules do not know")
}

// VerifyBound checks all that Verify does but for the search, in well under a
// second.
func VerifyBound(pool Pool, rules events.MatchingRules, run events.MatchingRun) error {
	if err := CheckRules(rules, pool); err != nil {
		return err
	}
	if d := InputDigest(pool); d != run.InputDigest {
		return fmt.Errorf("the run is of input %s, and this is %s", run.InputDigest, d)
	}
	if d := RulesDigest(rules); d != run.RulesDigest {
		return fmt.Errorf("the run is by rules %s, and these are %s", run.RulesDigest, d)
	}
	m := newModel(pool, rules)
	v := m.claims(pool, run)
	if v.err != nil {
		return v.err
	}
	if run.Bound < run.Objective {
		return fmt.Errorf("the bound of %d is below the objective of %d", run.Bound, run.Objective)
	}
	if run.Certificate.Proven && run.Bound != run.Objective {
		return fmt.Errorf("the run claims to be proven, and %d is not %d", run.Objective, run.Bound)
	}
	if run.Certificate.Method != methodCover {
		if free := m.freeBound(v.groups); run.Certificate.Method == methodAnneal && run.Bound != free+v.locked {
			return fmt.Errorf("the bound is %d, and not %d", free+v.locked, run.Bound)
		}
		return nil
	}
	cs := m.enumerate(v.layout(m), run.Certificate.Floor)
	if cs == nil {
		return errors.New("the groups are too many to be listed, and the run has duals of them")
	}
	pi, err := m.priced(cs, run.Certificate)
	if err != nil {
		return err
	}
	bound := cs.cover(pi)/cs.scale + v.locked
	if bound < run.Objective || !run.Certificate.Proven && bound > run.Bound {
		return fmt.Errorf("by the duals the bound is %d, and not %d", bound, run.Bound)
	}
	return nil
}

// priced returns a certificate's duals, with those prices of classes that make
// no group of them worth more.
func (m *model) priced(cs *columns, c events.Certificate) (duals, error) {
	if c.Scale != cs.scale {
		return nil, fmt.Errorf("the duals are × %d, and not × %d", c.Scale, cs.scale)
	}
	pi := make(duals, m.n+len(cs.classes))
	for _, p := range slices.Sorted(maps.Keys(c.Duals)) {
		i, known := m.index[p]
		if !known {
			return nil, fmt.Errorf("the duals have a price for %s, who is not in the pool", p)
		}
		if price := c.Duals[p]; price > 1<<50 || price < -1<<50 {
			return nil, fmt.Errorf("the price of %s is out of range", p)
		}
		pi[i] = c.Duals[p]
	}
	if len(c.Duals) != m.n {
		return nil, fmt.Errorf("the duals have %d prices for %d people", len(c.Duals), m.n)
	}
	cs.fitClasses(pi)
	return pi, nil
}

// fitClasses prices each class, where there are several, so that the groups
// worth more than their prices are just as many as there are to be, which makes
// the bound as low as the people's prices allow.
func (cs *columns) fitClasses(pi duals) {
	if len(cs.classes) < 2 {
		return
	}
	for k := range cs.classes {
		pi[cs.m.n+k] = 0
		var worth []int64
		cs.each(pi, func(class int, _ block, _ int32, loss int64) {
			if class == k {
				worth = append(worth, -loss)
			}
		})
		slices.Sort(worth)
		if count := cs.classes[k].count; count <= len(worth) && count > 0 {
			pi[cs.m.n+k] = worth[len(worth)-count]
			if cs.picked(k) {
				pi[cs.m.n+k] = worth[len(worth)-1]
			}
		}
	}
}

// claims is what a run says, in a model's numbers.
type claims struct {
	groups [][]int
	out    int
	value  int64 // of the groups that are not locked
	locked int64 // points of those that are
	err    error
}

// layout returns the layout that a run's groups fill.
func (v *claims) layout(m *model) layout {
	l := layout{out: v.out}
	sizes := append([]int{m.rules.Size}, m.rules.Remainder...)
	for _, size := range sizes {
		for _, g := range v.groups {
			if len(g) == size {
				l.shapes = append(l.shapes, shape{size})
			}
		}
	}
	return l
}

// claims reads a run and checks what needs no bound.
func (m *model) claims(pool Pool, run events.MatchingRun) (v claims) {
	locked := map[events.GroupID][]events.PersonID{}
	for _, g := range pool.Locked {
		locked[g.Group] = g.Members
	}
	whole := everyone(pool, m.rules)
	seen, total := map[events.PersonID]bool{}, int64(0)
	for _, g := range run.Groups {
		total += g.Points
		if err := v.group(m, whole, g, locked, seen); err != nil {
			return claims{err: fmt.Errorf("group %s: %w", g.Group, err)}
		}
	}
	for _, u := range run.Unplaced {
		if _, known := m.index[u.Person]; !known || seen[u.Person] {
			return claims{err: fmt.Errorf("%s is said to be left out, and is placed or unknown", u.Person)}
		}
		seen[u.Person] = true
		v.out++
	}
	for _, p := range m.people {
		if !seen[p.ID] {
			return claims{err: fmt.Errorf("%s is neither placed nor left out", p.ID)}
		}
	}
	if total != run.Objective {
		return claims{err: fmt.Errorf("the groups have %d points, and the objective is %d", total, run.Objective)}
	}
	if len(locked) > 0 {
		return claims{err: fmt.Errorf("%d locked groups are missing", len(locked))}
	}
	return v
}

// group takes in one group of a run.
func (v *claims) group(m, whole *model, g events.ProposedGroup, locked map[events.GroupID][]events.PersonID, seen map[events.PersonID]bool) error {
	members, free := []int{}, []int{}
	for _, p := range g.Members {
		if seen[p] {
			return fmt.Errorf("%s is in a group twice", p)
		}
		seen[p] = true
		if i, known := whole.index[p]; known {
			members = append(members, i)
		}
		if i, known := m.index[p]; known {
			free = append(free, i)
		}
	}
	if points := whole.points(members); points != g.Points || !maps.Equal(whole.by(members), g.By) {
		return fmt.Errorf("it has %d points, and not %d", points, g.Points)
	}
	if stay, is := locked[g.Group]; is && slices.Equal(sorted(stay), sorted(g.Members)) {
		delete(locked, g.Group)
		v.locked += g.Points
		return nil
	}
	if len(free) != len(g.Members) {
		return errors.New("it has somebody who is locked elsewhere, or not in the pool")
	}
	if broken := m.broken(free); len(broken) > 0 {
		return fmt.Errorf("it breaks %s", broken[0])
	}
	if len(m.rules.Quotas) == 0 && len(free) != m.rules.Size && !slices.Contains(m.rules.Remainder, len(free)) {
		return fmt.Errorf("it has %d people", len(free))
	}
	v.groups = append(v.groups, free)
	v.value += g.Points
	return nil
}
