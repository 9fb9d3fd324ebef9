package matching

import (
	"slices"
	"strings"
	"testing"

	"kolmikko/events"
)

func TestWhatMakesNoSenseIsNamed(t *testing.T) {
	for what, c := range map[string]struct {
		spoil func(*events.MatchingRules, *Pool)
		want  string
	}{
		"a hard rule that is none":      {func(r *events.MatchingRules, _ *Pool) { r.Hard = append(r.Hard, "star-sign") }, `"star-sign"`},
		"a hard rule twice":             {func(r *events.MatchingRules, _ *Pool) { r.Hard = append(r.Hard, r.Hard[0]) }, "twice"},
		"a weight of nothing known":     {func(r *events.MatchingRules, _ *Pool) { r.Weights["height"] = 3 }, `"height"`},
		"a negative weight":             {func(r *events.MatchingRules, _ *Pool) { r.Weights[events.SoftMode] = -1 }, `"mode"`},
		"groups of two":                 {func(r *events.MatchingRules, _ *Pool) { r.Size = 2 }, "size is 2"},
		"a remainder of two":            {func(r *events.MatchingRules, _ *Pool) { r.Remainder = []int{2} }, "remainder has 2"},
		"more half-days than there are": {func(r *events.MatchingRules, _ *Pool) { r.MinSlots = 11 }, "min_slots"},
		"a floor below auto":            {func(r *events.MatchingRules, _ *Pool) { r.Floor = -2 }, "floor"},
		"a quota upside down":           {func(r *events.MatchingRules, _ *Pool) { r.Quotas = []events.Quota{{Part: "newcomer", Min: 3, Max: 2}} }, `"newcomer"`},
		"a rule of quotas without any":  {func(r *events.MatchingRules, _ *Pool) { r.Hard = append(r.Hard, events.HardQuota) }, "needs quotas"},
		"somebody twice":                {func(_ *events.MatchingRules, p *Pool) { p.Candidates = append(p.Candidates, p.Candidates[0]) }, "p00"},
		"a slot at night":               {func(_ *events.MatchingRules, p *Pool) { p.Candidates[2].Slots = []events.Slot{"mon-night"} }, "p02"},
		"too many to be few, too few":   {func(_ *events.MatchingRules, p *Pool) { p.Candidates = p.Candidates[:2] }, "2 people"},
		"somebody locked in two groups": {func(_ *events.MatchingRules, p *Pool) {
			p.Locked = []events.Group{{Group: "a", Members: []events.PersonID{"p01"}}, {Group: "b", Members: []events.PersonID{"p01"}}}
		}, "p01"},
		"rules that forbid every group": {func(_ *events.MatchingRules, p *Pool) {
			for i := range p.Candidates {
				p.Candidates[i].Organisation = "one"
			}
		}, "same-organisation"},
	} {
		t.Run(what, func(t *testing.T) {
			rules, pool := DefaultRules(events.Peer), crowd(9, 1, 0)
			if _, err := Run(pool, rules, events.Peer, Options{}); err != nil {
				t.Fatalf("before: %v", err)
			}
			c.spoil(&rules, &pool)
			_, err := Run(pool, rules, events.Peer, Options{})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("the error is %v, and should name %s", err, c.want)
			}
		})
	}
}

// two are people who have nothing against each other and all in common.
func two() (Candidate, Candidate) {
	a := Candidate{ID: "a", Organisation: "oa", Branch: "b", Region: "r", Languages: []events.Code{"fi"}, Mode: events.Either,
		Slots: []events.Slot{"mon-am", "mon-pm"}}
	b := a
	b.ID, b.Organisation = "b", "ob"
	return a, b
}

func TestEachHardRuleKeepsTwoApart(t *testing.T) {
	for code, spoil := range map[events.Code]func(a, b *Candidate){
		events.HardOrganisation: func(a, b *Candidate) { b.Organisation = a.Organisation },
		events.HardReporting:    func(a, b *Candidate) { b.Superior = a.ID },
		events.HardAvoid:        func(a, b *Candidate) { b.AvoidHouses = []events.OrganisationID{a.Organisation} },
		events.HardEarlier:      func(a, b *Candidate) { a.Met = []events.PersonID{b.ID} },
		events.HardLanguage:     func(a, b *Candidate) { b.Languages = []events.Code{"sv"} },
		events.HardSlots:        func(a, b *Candidate) { b.Slots = []events.Slot{"mon-am", "fri-pm"} },
	} {
		a, b := two()
		rules := DefaultRules(events.Peer)
		if _, _, broken := Score(Pool{Candidates: []Candidate{a, b}}, rules, "a", "b"); len(broken) > 0 {
			t.Fatalf("two who may be together break %v", broken)
		}
		spoil(&a, &b)
		pool := Pool{Candidates: []Candidate{a, b}}
		if _, _, broken := Score(pool, rules, "a", "b"); !slices.Equal(broken, []events.Code{code}) {
			t.Errorf("%s: broken is %v", code, broken)
		}
		rules.Hard = slices.DeleteFunc(rules.Hard, func(c events.Code) bool { return c == code })
		if _, _, broken := Score(pool, rules, "a", "b"); len(broken) > 0 {
			t.Errorf("%s is switched off, and %v broken", code, broken)
		}
	}
}

func TestWhoIsAboveTheSuperiorIsAboveToo(t *testing.T) {
	a, b := two()
	c := b
	c.ID, c.Organisation, b.Superior, c.Superior = "c", "oc", "a", "b"
	_, _, broken := Score(Pool{Candidates: []Candidate{a, b, c}}, DefaultRules(events.Peer), "a", "c")
	if !slices.Equal(broken, []events.Code{events.HardReporting}) {
		t.Errorf("broken is %v", broken)
	}
}

func TestWhatIsCommonMustBeCommonToAll(t *testing.T) {
	a, b := two()
	c := b
	c.ID, c.Organisation = "c", "oc"
	a.Languages, b.Languages, c.Languages = []events.Code{"fi", "sv"}, []events.Code{"sv", "en"}, []events.Code{"en", "fi"}
	pool := Pool{Candidates: []Candidate{a, b, c}}
	rules := DefaultRules(events.Peer)
	if _, _, broken := Score(pool, rules, "a", "b", "c"); !slices.Equal(broken, []events.Code{events.HardLanguage}) {
		t.Errorf("broken is %v", broken)
	}
	rules.Hard[4] = events.HardPairLanguage
	if _, _, broken := Score(pool, rules, "a", "b", "c"); len(broken) > 0 {
		t.Errorf("a language of each two is enough, and %v is broken", broken)
	}
}

func TestPointsAreThoseOfTheReference(t *testing.T) {
	for q, want := range map[int64]int64{0: 0, 1: 0, 2: 0, 3: 1, 4: 1, 6: 2, 10: 2, 14: 4, 255: 64} {
		if got := halfEven(q); got != want {
			t.Errorf("%d quarters are %d points, not %d", q, got, want)
		}
	}
	for _, s := range []string{"1", "2", "3"} {
		in, pairs := instance(t, "cohorts/cohort90_s"+s+".json"), instance(t, "cohorts/cohort90_s"+s+"_pairwise.mdgp.txt")
		rules, err := in.Rules(Settings{Variant: "pair"})
		if err != nil {
			t.Fatal(err)
		}
		m := newModel(in.Pool, rules)
		for k, v := range pairs.table.pair {
			if want := 200 + m.pair[k]; k/m.n != k%m.n && (m.apart[k] && v != 0 || !m.apart[k] && v != want) {
				t.Fatalf("cohort %s: %d and %d are worth %d, and should be %d", s, k/m.n, k%m.n, want, v)
			}
		}
	}
}

func TestSofterCriteriaCount(t *testing.T) {
	a, b := two()
	rules := DefaultRules(events.Peer)
	rules.Weights = map[events.Code]int64{events.SoftPreference: 20, events.SoftNovelty: 8, events.SoftGroupTheme: 5}
	a.Prefer, a.Themes, b.Themes = []events.PersonID{"b"}, []events.Code{"t"}, []events.Code{"t"}
	points, by, _ := Score(Pool{Candidates: []Candidate{a, b}}, rules, "a", "b")
	if points != 10+8+5 || by[events.SoftPreference] != 10 || by[events.SoftNovelty] != 8 || by[events.SoftGroupTheme] != 5 {
		t.Errorf("%d points, %v", points, by)
	}
	b.PreferThemes, b.Acquaintances = []events.Code{"t"}, []events.OrganisationID{"oa"}
	if points, by, _ = Score(Pool{Candidates: []Candidate{a, b}}, rules, "a", "b"); points != 20+5 {
		t.Errorf("%d points, %v", points, by)
	}
}
