package matching

import (
	"fmt"
	"kolmikko/events"
	"testing"
)

func TestDbg(t *testing.T) {
	p := cohort(t, "../../../shared/refs/matching/cohorts/cohort90_s3.json")
	rules := DefaultRules(events.Peer)
	rules.Hard[4], rules.Hard[5] = HardPairLanguage, HardPairSlots
	m := newModel(p, rules)
	l := m.layouts()[0]
	for _, f := range []int64{234, 235, 236, 237, 238, 239, 240} {
		w := newWork(Options{})
		cs := m.enumerate(l, f)
		t0 := cpu()
		o := cs.reach(7515, nil, w)
		fmt.Println(f, cs.total, o.value, o.bound, float64(o.low)/1024, o.proven, w.spent, cpu()-t0, len(cs.survivors(o.pi, o.low-7515*1024)))
	}
}
