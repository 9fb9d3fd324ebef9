package matching

import (
	"fmt"
	"testing"

	"kolmikko/events"
)

func TestRun90(t *testing.T) {
	for s := range 3 {
		p := cohort(t, fmt.Sprintf("../../../shared/refs/matching/cohorts/cohort90_s%d.json", s+1))
		for v := range 2 {
			for _, floor := range []int{0, -1, 222} {
				rules := DefaultRules(events.Peer)
				rules.Floor = floor
				if v == 0 {
					rules.Hard[4], rules.Hard[5] = HardPairLanguage, HardPairSlots
				}
				t0 := cpu()
				r, err := Run(p, rules, events.Peer, Options{})
				if err != nil {
					t.Fatal(err)
				}
				t.Log(s+1, v, floor, r.Run.Objective, r.Run.Bound, r.Run.Certificate.Proven, r.Worst, r.Unfloored, r.Run.Certificate.Floor, r.Run.Certificate.Steps, r.Stopped, cpu()-t0)
			}
		}
	}
}
