package matching

import (
	"fmt"
	"syscall"
	"testing"

	"kolmikko/events"
)

func cpu() int64 {
	var r syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &r)
	return r.Utime.Nano() / 1e6
}

func TestExact90(t *testing.T) {
	for s, want := range [][2]int64{{7484, 7476}, {7314, 7271}, {7590, 7566}} {
		p := cohort(t, fmt.Sprintf("../../../shared/refs/matching/cohorts/cohort90_s%d.json", s+1))
		for v, want := range want {
			rules := DefaultRules(events.Peer)
			if v == 0 {
				rules.Hard[4], rules.Hard[5] = HardPairLanguage, HardPairSlots
			}
			t0 := cpu()
			m := newModel(p, rules)
			w := newWork(Options{})
			cs := m.enumerate(m.layouts()[0], 0)
			t1 := cpu()
			o := cs.optimise(optimum{value: want * 985 / 1000}, new(chance), w)
			t.Log(s+1, v, want, o.value, o.bound, o.proven, float64(o.low)/float64(cs.scale), w.spent, t1-t0, cpu()-t1)
		}
	}
}
