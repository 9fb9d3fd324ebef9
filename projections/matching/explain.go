package matching

import (
	"slices"

	"kolmikko/events"
)

// An Explanation says of a run why it is as it is.
type Explanation struct {
	People   []Alternative `json:"people"`   // of each person in a group that is not locked
	Unplaced []Obstacles   `json:"unplaced"` // of each person left out
	Prices   []Price       `json:"prices"`   // of each hard rule
	Swaps    int           `json:"swaps"`    // exchanges that the rules allow and both people would be better off with
}

// An Alternative is the best other group of a person: exchanged with For, who
// is in it, at a cost to the whole. Without For there is none.
type Alternative struct {
	Person events.PersonID `json:"person"`
	Group  events.GroupID  `json:"group,omitempty"`
	For    events.PersonID `json:"for,omitempty"`
	Cost   int64           `json:"cost"`
}

// Obstacles are what keeps a person out of every group.
type Obstacles struct {
	Person  events.PersonID     `json:"person"`
	Groups  int                 `json:"groups"`  // of the rules' size that they could be in if there were no rules
	Removed map[events.Code]int `json:"removed"` // how many of them each rule forbids
	Relax   [][]events.Code     `json:"relax"`   // the smallest sets of rules that would place them if they did not hold for them
}

// A Price is what a hard rule costs: how much more the whole would be without.
type Price struct {
	Rule   events.Code `json:"rule"`
	Points int64       `json:"points"`
	Placed int         `json:"placed"` // how many more would have a group
	Proven bool        `json:"proven"` // both are at their proven optimum
}

// Explain explains a run of the pool. The prices take as many searches as there
// are hard rules; stop ends them early.
func Explain(pool Pool, rules events.MatchingRules, run events.MatchingRun, o Options) Explanation {
	m := newModel(pool, rules)
	g := m.grouping(run)
	e := Explanation{People: []Alternative{}, Unplaced: []Obstacles{}, Prices: []Price{}}
	for i := range m.n {
		if g.at[i] >= 0 {
			e.People = append(e.People, g.alternative(i))
		}
	}
	e.Swaps = g.envies()
	for _, u := range run.Unplaced {
		if i, known := m.index[u.Person]; known {
			e.Unplaced = append(e.Unplaced, m.obstacles(pool, i, len(run.Unplaced), o))
		}
	}
	for _, code := range hardRules() {
		if m.hard[code] && code != events.HardQuota && (o.Stop == nil || !o.Stop()) {
			e.Prices = append(e.Prices, price(pool, rules, run, code, o))
		}
	}
	return e
}

// price solves the pool without one hard rule.
func price(pool Pool, rules events.MatchingRules, run events.MatchingRun, code events.Code, o Options) Price {
	without := rules
	without.Hard = slices.DeleteFunc(slices.Clone(rules.Hard), func(c events.Code) bool { return c == code })
	o.Progress = nil
	r, err := Run(pool, without, run.Track, o)
	if err != nil {
		return Price{Rule: code}
	}
	return Price{Rule: code, Points: r.Run.Objective - run.Objective, Placed: len(run.Unplaced) - len(r.Run.Unplaced),
		Proven: r.Run.Certificate.Proven && run.Certificate.Proven}
}

// A grouping is a run's groups in a model's numbers, the locked ones left out.
type grouping struct {
	m      *model
	ids    []events.GroupID
	groups [][]int
	at     []int // person → group, or -1
}

// grouping reads a run; groups with somebody whom the model does not place are
// locked and left out.
func (m *model) grouping(run events.MatchingRun) *grouping {
	g := &grouping{m: m, at: make([]int, m.n)}
	for i := range g.at {
		g.at[i] = -1
	}
	for _, group := range run.Groups {
		var members []int
		for _, p := range group.Members {
			if i, known := m.index[p]; known {
				members = append(members, i)
			}
		}
		if len(members) == 0 || len(members) < len(group.Members) {
			continue
		}
		for _, i := range members {
			g.at[i] = len(g.groups)
		}
		g.groups, g.ids = append(g.groups, members), append(g.ids, group.Group)
	}
	return g
}

// exchanged returns the groups of i and j with each in the other's place, and
// whether the hard rules allow that.
func (g *grouping) exchanged(i, j int) (a, b []int, allowed bool) {
	if len(g.m.rules.Quotas) > 0 && g.m.part[i] != g.m.part[j] {
		return nil, nil, false
	}
	a, b = slices.Clone(g.groups[g.at[i]]), slices.Clone(g.groups[g.at[j]])
	a[slices.Index(a, i)], b[slices.Index(b, j)] = j, i
	return a, b, g.m.together(a) && g.m.together(b)
}

// alternative looks for the exchange of i that costs the whole the least.
func (g *grouping) alternative(i int) Alternative {
	best := Alternative{Person: g.m.people[i].ID}
	for j := range g.m.n {
		if g.at[j] < 0 || g.at[j] == g.at[i] {
			continue
		}
		a, b, allowed := g.exchanged(i, j)
		if !allowed {
			continue
		}
		cost := g.m.points(g.groups[g.at[i]]) + g.m.points(g.groups[g.at[j]]) - g.m.points(a) - g.m.points(b)
		if best.For == "" || cost < best.Cost {
			best.Group, best.For, best.Cost = g.ids[g.at[j]], g.m.people[j].ID, cost
		}
	}
	return best
}

// share returns what a person has of a group: the points with the others in it.
func (g *grouping) share(i int, members []int) (points int64) {
	for _, j := range members {
		points += int64(g.m.pair[i*g.m.n+j])
	}
	return points
}

// envies counts the exchanges that both people would have more points by.
func (g *grouping) envies() (count int) {
	for i := range g.m.n {
		for j := range i {
			if g.at[i] < 0 || g.at[j] < 0 || g.at[i] == g.at[j] {
				continue
			}
			b, a, allowed := g.exchanged(i, j)
			if allowed && g.share(i, a) > g.share(i, g.groups[g.at[i]]) && g.share(j, b) > g.share(j, g.groups[g.at[j]]) {
				count++
			}
		}
	}
	return count
}
