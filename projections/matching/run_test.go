package matching

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"testing"

	"kolmikko/events"
)

func TestNothingIsBetterThanWhatIsProven(t *testing.T) {
	seen := map[string]int{}
	for seed := range uint64(180) {
		n, narrow := 3+int(seed%9), int(seed/9%10)
		p, rules := crowd(n, seed, narrow), DefaultRules(events.Peer)
		rules.Floor = 0
		if seed%4 == 1 {
			rules.Weights[events.SoftGroupTheme] = 40
		}
		m := newModel(p, rules)
		out, odd, value := brute(m)
		r, err := Run(p, rules, events.Peer, Options{Seed: seed})
		if err != nil {
			if out != n {
				t.Errorf("%d people, seed %d: %v, though %d can be placed", n, seed, err, n-out)
			}
			seen["nobody"]++
			continue
		}
		got := 0
		for _, g := range r.Run.Groups {
			if len(g.Members) != 3 {
				got++
			}
		}
		if len(r.Run.Unplaced) != out || got != odd || r.Run.Objective != value || !r.Run.Certificate.Proven {
			t.Errorf("%d people, seed %d: %d out, %d odd, %d points, proven %v; want %d, %d, %d", n, seed,
				len(r.Run.Unplaced), got, r.Run.Objective, r.Run.Certificate.Proven, out, odd, value)
		}
		checkRun(t, p, rules, r)
		seen[fmt.Sprint(min(out, 3), " out")]++
	}
	for _, kind := range []string{"nobody", "0 out", "1 out", "2 out", "3 out"} {
		if seen[kind] < 5 {
			t.Errorf("only %d cases are of the kind %q", seen[kind], kind)
		}
	}
}

func TestCohortsReachTheirProvenOptimum(t *testing.T) {
	for _, row := range reference(t, "cohort90_reference.csv") {
		in := instance(t, "cohorts/cohort90_s"+row[0]+".json")
		want, _ := strconv.ParseInt(row[2], 10, 64)
		out, err := in.Solve(Settings{Variant: row[1], Floor: "none"})
		if err != nil {
			t.Fatal(err)
		}
		if out.Objective.Units != want || !out.Proven || out.GapPPM != 0 || len(out.Groups) != 30 {
			t.Errorf("cohort %s %s: %v, proven %v, want %d", row[0], row[1], out.Objective, out.Proven, want)
		}
		rules, err := in.Rules(Settings{Variant: row[1], Floor: "none"})
		if err != nil {
			t.Fatal(err)
		}
		checkRun(t, in.Pool, rules, *out.Run)
	}
}

func TestTheWorstTriadIsRaised(t *testing.T) {
	in := instance(t, "cohorts/cohort90_s1.json")
	out, err := in.Solve(Settings{})
	if err != nil {
		t.Fatal(err)
	}
	if out.Worst.Units < 226 || out.Objective.Units*100 < 7476*99 || !out.Proven {
		t.Errorf("worst %v, sum %v of 7476, proven %v", out.Worst, out.Objective, out.Proven)
	}
	if out.Run.Unfloored != 7476 {
		t.Errorf("the best sum without a floor is told as %d", out.Run.Unfloored)
	}
	higher, err := in.Solve(Settings{Floor: strconv.FormatInt(out.Worst.Units+1, 10)})
	if err != nil {
		t.Fatal(err)
	}
	if higher.Worst.Units > out.Worst.Units && higher.Objective.Units*100 >= 7476*99 {
		t.Errorf("worst %v would cost no more than a hundredth: %v", higher.Worst, higher.Objective)
	}
}

func TestTheSameInputsMakeTheSameBytes(t *testing.T) {
	p, rules := crowd(40, 7, 2), DefaultRules(events.Peer)
	turned := Pool{Candidates: slices.Clone(p.Candidates)}
	slices.Reverse(turned.Candidates)
	told := func(p Pool, seed uint64, steps int64) string {
		r, err := Run(p, rules, events.Peer, Options{Seed: seed, Steps: steps})
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(r.Run)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	for _, steps := range []int64{0, 2000, 40_000} {
		if told(p, 3, steps) != told(turned, 3, steps) {
			t.Errorf("with %d steps, the order of the pool makes a difference", steps)
		}
	}
	if told(p, 3, 0) == told(p, 4, 0) {
		t.Error("another seed makes the same run, its name included")
	}
}

func TestLockedGroupsStay(t *testing.T) {
	p, rules := crowd(21, 5, 0), DefaultRules(events.Peer)
	rules.Floor = 0
	free, err := Run(p, rules, events.Peer, Options{})
	if err != nil {
		t.Fatal(err)
	}
	a, b := free.Run.Groups[0].Members, free.Run.Groups[1].Members
	p.Locked = []events.Group{{Group: "t09", Members: []events.PersonID{a[0], a[1], b[0]}}}
	r, err := Run(p, rules, events.Peer, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if g := r.Run.Groups[0]; g.Group != "t09" || !slices.Equal(g.Members, p.Locked[0].Members) {
		t.Errorf("the first group is %v", g)
	}
	if r.Run.Objective > free.Run.Objective || !r.Run.Certificate.Proven {
		t.Errorf("%d points with a lock, %d without", r.Run.Objective, free.Run.Objective)
	}
	if err := Verify(p, rules, r.Run); err != nil {
		t.Error(err)
	}
}

func TestStoppingGivesTheBestSoFar(t *testing.T) {
	asked, told := 0, 0
	r, err := Run(crowd(60, 1, 1), DefaultRules(events.Peer), events.Peer, Options{
		Stop:     func() bool { asked++; return asked > 3 },
		Progress: func(done, total, objective, bound int64) { told++ },
	})
	if err != nil {
		t.Fatal(err)
	}
	if !r.Stopped || len(r.Run.Groups) == 0 || r.Run.Bound < r.Run.Objective || told == 0 {
		t.Errorf("stopped %v, %d groups, bound %d, objective %d, told %d times", r.Stopped, len(r.Run.Groups), r.Run.Bound, r.Run.Objective, told)
	}
	checkRun(t, crowd(60, 1, 1), DefaultRules(events.Peer), r)
}

func TestWhatIsTamperedWithIsFound(t *testing.T) {
	p, rules := crowd(15, 2, 0), DefaultRules(events.Peer)
	r, err := Run(p, rules, events.Peer, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for what, tamper := range map[string]func(*events.MatchingRun){
		"another input":        func(r *events.MatchingRun) { r.InputDigest = RulesDigest(rules) },
		"a higher objective":   func(r *events.MatchingRun) { r.Objective++; r.Bound++ },
		"a lower bound":        func(r *events.MatchingRun) { r.Bound-- },
		"somebody twice":       func(r *events.MatchingRun) { r.Groups[0].Members[0] = r.Groups[1].Members[0] },
		"a group is forgotten": func(r *events.MatchingRun) { r.Groups = r.Groups[1:] },
		"duals of nobody":      func(r *events.MatchingRun) { r.Certificate.Duals["nobody"] = 1 },
		"duals too low": func(r *events.MatchingRun) {
			r.Certificate.Proven, r.Bound = false, r.Objective
			for p := range r.Certificate.Duals {
				r.Certificate.Duals[p] += 1 << 12
			}
		},
		"two exchanged": func(r *events.MatchingRun) {
			a, b := r.Groups[0].Members, r.Groups[1].Members
			a[0], b[0] = b[0], a[0]
		},
	} {
		t.Run(what, func(t *testing.T) {
			text, err := json.Marshal(r.Run)
			if err != nil {
				t.Fatal(err)
			}
			var copied events.MatchingRun
			if err := json.Unmarshal(text, &copied); err != nil {
				t.Fatal(err)
			}
			if err := Verify(p, rules, copied); err != nil {
				t.Fatalf("before: %v", err)
			}
			tamper(&copied)
			if Verify(p, rules, copied) == nil {
				t.Error("nothing was found")
			}
		})
	}
}

func TestAWorseRunIsNoProof(t *testing.T) {
	p, rules := crowd(15, 2, 0), DefaultRules(events.Peer)
	rules.Floor = 0
	r, err := Run(p, rules, events.Peer, Options{})
	if err != nil {
		t.Fatal(err)
	}
	m := newModel(p, rules)
	g := m.grouping(r.Run)
	for j := range m.n { // any exchange that the rules allow makes it worse, and all else is told truly
		if g.at[0] == g.at[j] {
			continue
		}
		a, b, allowed := g.exchanged(0, j)
		if !allowed || m.points(a)+m.points(b) >= m.points(g.groups[g.at[0]])+m.points(g.groups[g.at[j]]) {
			continue
		}
		g.groups[g.at[0]], g.groups[g.at[j]] = a, b
		break
	}
	run := r.Run
	run.Groups, run.Objective = nil, 0
	for k, members := range g.groups {
		run.Groups = append(run.Groups, events.ProposedGroup{Group: g.ids[k], Members: m.ids(members), Points: m.points(members), By: m.by(members)})
		run.Objective += m.points(members)
	}
	run.Bound = run.Objective
	if err := VerifyBound(p, rules, run); err != nil {
		t.Fatalf("the duals alone cannot tell: %v", err)
	}
	if Verify(p, rules, run) == nil {
		t.Error("a run that is not the best passes for proven")
	}
}
