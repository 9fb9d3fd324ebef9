package matching

import (
	"fmt"
	"slices"
	"testing"

	"kolmikko/events"
)

func TestRepairTry(t *testing.T) {
	for s := range 6 {
		floor := -s/3
		s = s%3
		p := cohort(t, fmt.Sprintf("../../../shared/refs/matching/cohorts/cohort90_s%d.json", s+1))
		rules := DefaultRules(events.Peer)
		rules.Floor = floor
		r, err := Run(p, rules, events.Peer, Options{})
		if err != nil { t.Fatal(err) }
		if err := Verify(p, rules, r.Run); err != nil { t.Error(err) }
		q := Pool{Former: groupsOf(r.Run)}
		gone := map[events.PersonID]bool{}
		for _, k := range []int{2, 11, 23} {
			gone[q.Former[k].Members[k%3]] = true
		}
		for i := range q.Former {
			q.Former[i].Members = slices.DeleteFunc(slices.Clone(q.Former[i].Members), func(x events.PersonID) bool { return gone[x] })
		}
		for _, c := range p.Candidates { if !gone[c.ID] { q.Candidates = append(q.Candidates, c) } }
		t0 := cpu()
		m, err := Mend(q, rules, events.Peer, -1, Options{})
		if err != nil { t.Fatal(err) }
		t.Log(m.Bonus, m.Kept, m.Whole, m.Points, m.Lost, m.Result.Run.Certificate.Proven, len(m.Diff.Moved), len(m.Event.Groups), m.Event.Cost, m.Result.Worst, cpu()-t0)
		t0 = cpu()
		curve, err := Curve(q, rules, events.Peer, Options{})
		for _, m := range curve {
		t.Log(m.Bonus, m.Kept, m.Whole, m.Points, m.Lost, m.Result.Run.Certificate.Proven, len(m.Diff.Moved), len(m.Event.Groups), m.Event.Cost)
		}
		t.Log(cpu()-t0)
		t0 = cpu()
		e := Explain(p, rules, r.Run, Options{})
		t.Log(e.Prices, e.Swaps, e.People[:3], cpu()-t0)
	}
}
