package matching

import (
	"fmt"
	"testing"

	"kolmikko/events"
)

// mixed puts the reference cohorts together to n people; beyond their 270, some
// are there again with the half-days and themes of others.
func mixed(t testing.TB, n int) *Instance {
	in := &Instance{Weights: DefaultRules(events.Peer).Weights}
	for s := 1; s <= 4; s++ {
		people := instance(t, fmt.Sprintf("cohorts/cohort90_s%d.json", (s-1)%3+1)).Pool.Candidates
		for k, x := range people {
			x.ID = events.PersonID(fmt.Sprintf("%d-%s", s, x.ID))
			x.Organisation = events.OrganisationID(fmt.Sprintf("%d-%s", s, x.Organisation))
			if s == 4 {
				x.Themes, x.Slots, x.Experience = people[(k+7)%90].Themes, people[(k+31)%90].Slots, people[(k+11)%90].Experience
			}
			in.Pool.Candidates = append(in.Pool.Candidates, x)
		}
	}
	in.Pool.Candidates = in.Pool.Candidates[:n]
	return in
}

func TestBigCohorts(t *testing.T) {
	for _, c := range []struct {
		n      int
		gap    int64 // millionths
		proven bool
	}{{120, 0, true}, {121, 0, true}, {180, 1500, false}, {300, 5000, false}} {
		if c.n > 120 && !*long {
			continue
		}
		for _, variant := range []string{"pair", "full"} {
			out, err := mixed(t, c.n).Solve(Settings{Variant: variant, Floor: "none"})
			if err != nil {
				t.Fatal(err)
			}
			if len(out.Unplaced) > 0 || out.GapPPM > c.gap || c.proven && !out.Proven {
				t.Errorf("%d %s: %v of %v, %d millionths short, proven %v", c.n, variant, out.Objective, out.Bound, out.GapPPM, out.Proven)
			}
			t.Logf("%d %s: %v of %v, %d millionths short, proven %v, %d units of work", c.n, variant, out.Objective, out.Bound, out.GapPPM,
				out.Proven, out.Run.Run.Certificate.Steps)
		}
	}
}

// BenchmarkCohort90 solves a reference cohort to its proven optimum.
func BenchmarkCohort90(b *testing.B) {
	for s := 1; s <= 3; s++ {
		for _, variant := range []string{"pair", "full"} {
			in := instance(b, fmt.Sprintf("cohorts/cohort90_s%d.json", s))
			for _, floor := range []string{"none", "auto"} {
				b.Run(fmt.Sprintf("s%d/%s/%s", s, variant, floor), func(b *testing.B) {
					for b.Loop() {
						if _, err := in.Solve(Settings{Variant: variant, Floor: floor}); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
		}
	}
}

// BenchmarkVerify checks the bound of a run by its duals alone.
func BenchmarkVerify(b *testing.B) {
	in := instance(b, "cohorts/cohort90_s1.json")
	rules, err := in.Rules(Settings{})
	if err != nil {
		b.Fatal(err)
	}
	r, err := Run(in.Pool, rules, events.Peer, Options{})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := VerifyBound(in.Pool, rules, r.Run); err != nil {
			b.Fatal(err)
		}
	}
}
