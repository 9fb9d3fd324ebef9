package matching

import (
	"slices"
	"testing"

	"kolmikko/events"
)

// dropOut returns the pool after the k-th members of some groups of a run have
// left.
func dropOut(p Pool, run events.MatchingRun, groups ...int) Pool {
	q := Pool{Former: groupsOf(run)}
	gone := map[events.PersonID]bool{}
	for _, g := range groups {
		gone[q.Former[g].Members[g%3]] = true
		q.Former[g].Members = slices.DeleteFunc(slices.Clone(q.Former[g].Members), func(p events.PersonID) bool { return gone[p] })
	}
	for _, c := range p.Candidates {
		if !gone[c.ID] {
			q.Candidates = append(q.Candidates, c)
		}
	}
	return q
}

func TestARepairKeepsWhatItCan(t *testing.T) {
	in := instance(t, "cohorts/cohort90_s1.json")
	for _, floor := range []string{"none", "auto"} {
		rules, err := in.Rules(Settings{Floor: floor})
		if err != nil {
			t.Fatal(err)
		}
		first, err := Run(in.Pool, rules, events.Peer, Options{})
		if err != nil {
			t.Fatal(err)
		}
		pool := dropOut(in.Pool, first.Run, 4, 13, 26)
		r, err := Mend(pool, rules, events.Peer, -1, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if r.Whole != 27 || r.Kept < 24 || r.Lost*100 > r.Points {
			t.Errorf("floor %s: %d of %d groups kept with a bonus of %d, %d of %d points lost", floor, r.Kept, r.Whole, r.Bonus, r.Lost, r.Points)
		}
		checkRepair(t, pool, r)
		rules.Stability = r.Bonus
		if err := Verify(pool, rules, r.Result.Run); err != nil {
			t.Errorf("floor %s: %v", floor, err)
		}
	}
}

// checkRepair looks whether what the event of a repair says leads from the
// groups before to those after.
func checkRepair(t *testing.T, pool Pool, r Repair) {
	t.Helper()
	now := map[events.GroupID][]events.PersonID{}
	for _, g := range pool.Former {
		now[g.Group] = g.Members
	}
	for _, g := range r.Event.Groups {
		now[g.Group] = g.Members
		if len(g.Members) == 0 {
			delete(now, g.Group)
		}
	}
	if len(now) != len(r.Result.Run.Groups) {
		t.Errorf("the repair leads to %d groups, and should to %d", len(now), len(r.Result.Run.Groups))
	}
	for _, g := range r.Result.Run.Groups {
		if !slices.Equal(sorted(now[g.Group]), sorted(g.Members)) {
			t.Errorf("group %s becomes %v, and should be %v", g.Group, now[g.Group], g.Members)
		}
	}
	for _, p := range r.Event.Moved {
		for _, g := range r.Result.Run.Groups {
			if slices.Contains(g.Members, p) && slices.Contains(r.Diff.Kept, g.Group) {
				t.Errorf("%s is said to move, and their group %s is kept", p, g.Group)
			}
		}
	}
}

func TestTheCurveGoesFromAnewToKeepingAll(t *testing.T) {
	p, rules := crowd(33, 8, 0), DefaultRules(events.Peer)
	rules.Floor = 0
	first, err := Run(p, rules, events.Peer, Options{})
	if err != nil {
		t.Fatal(err)
	}
	curve, err := Curve(dropOut(p, first.Run, 1, 5, 9), rules, events.Peer, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for k, r := range curve {
		checkRepair(t, dropOut(p, first.Run, 1, 5, 9), r)
		if k > 0 && (r.Kept < curve[k-1].Kept || r.Lost < curve[k-1].Lost) {
			t.Errorf("with a bonus of %d, %d groups are kept and %d points lost; with %d it was %d and %d", r.Bonus, r.Kept, r.Lost,
				curve[k-1].Bonus, curve[k-1].Kept, curve[k-1].Lost)
		}
	}
	if last := curve[len(curve)-1]; curve[0].Lost != 0 || last.Kept != last.Whole {
		t.Errorf("the curve begins with %d points lost, and ends with %d of %d groups kept", curve[0].Lost, last.Kept, last.Whole)
	}
}

func TestComparingSaysWhoMoves(t *testing.T) {
	p, rules := crowd(12, 3, 0), DefaultRules(events.Peer)
	r, err := Run(p, rules, events.Peer, Options{})
	if err != nil {
		t.Fatal(err)
	}
	other := r.Run
	other.Groups = slices.Clone(r.Run.Groups)
	a, b := slices.Clone(r.Run.Groups[0].Members), slices.Clone(r.Run.Groups[1].Members)
	a[0], b[0] = b[0], a[0]
	other.Groups[0].Members, other.Groups[1].Members = a, b
	d := Compare(p, rules, r.Run, other)
	if !slices.Equal(d.Moved, sorted([]events.PersonID{a[0], b[0]})) || len(d.Kept) != 2 || len(d.Changed) != 2 || len(d.Gone) != 0 {
		t.Errorf("moved %v, kept %v, changed %v, gone %v", d.Moved, d.Kept, d.Changed, d.Gone)
	}
	before, _, _ := Score(p, rules, r.Run.Groups[0].Members...)
	after, _, _ := Score(p, rules, a...)
	before2, _, _ := Score(p, rules, r.Run.Groups[1].Members...)
	after2, _, _ := Score(p, rules, b...)
	if d.Cost != before+before2-after-after2 {
		t.Errorf("the cost is %d", d.Cost)
	}
}

func TestAnExplanationIsTrue(t *testing.T) {
	p, rules := crowd(13, 11, 1), DefaultRules(events.Peer)
	for i := range p.Candidates {
		p.Candidates[i].Languages = []events.Code{"fi"}
	}
	p.Candidates[6].Languages = []events.Code{"de"}
	rules.Floor = 0
	r, err := Run(p, rules, events.Peer, Options{})
	if err != nil {
		t.Fatal(err)
	}
	e := Explain(p, rules, r.Run, Options{})
	if len(e.Unplaced) != 1 || e.Unplaced[0].Person != "p06" {
		t.Fatalf("left out are %v", e.Unplaced)
	}
	u := e.Unplaced[0]
	if u.Groups != 66 || u.Removed[events.HardLanguage] != 66 || !slices.ContainsFunc(u.Relax, func(codes []events.Code) bool {
		return slices.Equal(codes, []events.Code{events.HardLanguage})
	}) {
		t.Errorf("of %d groups %v are removed, and what helps is %v", u.Groups, u.Removed, u.Relax)
	}
	for _, price := range e.Prices {
		if price.Placed != 0 != (price.Rule == events.HardLanguage) || price.Placed == 0 && price.Points < 0 || !price.Proven {
			t.Errorf("the price of %s is %d points and %d places, proven %v", price.Rule, price.Points, price.Placed, price.Proven)
		}
	}
	for _, a := range e.People {
		if a.For != "" && a.Cost < 0 {
			t.Errorf("%s and %s exchanged would gain %d, though the run is the best", a.Person, a.For, -a.Cost)
		}
	}
}
