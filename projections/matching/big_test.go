package matching

import (
	"fmt"
	"os"
	"testing"
	"time"

	"kolmikko/events"
)

func mixed(t testing.TB, n int) Pool {
	var all Pool
	for s := 1; s <= 4; s++ {
		p := cohort(t, fmt.Sprintf("../../../shared/refs/matching/cohorts/cohort90_s%d.json", (s-1)%3+1))
		for k := range p.Candidates {
			x := p.Candidates[k]
			x.ID = events.PersonID(fmt.Sprintf("%d-%s", s, x.ID))
			if s == 4 {
				x.Themes = p.Candidates[(k+7)%90].Themes
				x.Slots = p.Candidates[(k+31)%90].Slots
				x.Experience = p.Candidates[(k+11)%90].Experience
			}
			x.Organisation = events.OrganisationID(fmt.Sprintf("%d-%s", s, x.Organisation))
			all.Candidates = append(all.Candidates, x)
		}
	}
	all.Candidates = all.Candidates[:n]
	return all
}

func TestBig(t *testing.T) {
	for _, n := range []int{120, 121, 180, 300} {
		if os.Getenv("N") != "" && os.Getenv("N") != fmt.Sprint(n) {
			continue
		}
		p := mixed(t, n)
		for v := range 2 {
			rules := DefaultRules(events.Peer)
			if v == 0 {
				rules.Hard[4], rules.Hard[5] = HardPairLanguage, HardPairSlots
			}
			t0 := cpu()
			m := newModel(p, rules)
			end := time.Now().Add(30 * time.Second)
			w := newWork(Options{Steps: 1 << 40, Stop: func() bool { return time.Now().After(end) }})
			cs := m.enumerate(m.layouts()[0], 0)
			t1 := cpu()
			c := chance(1)
			a := m.assign(m.layouts()[0].shapes, m.kinds(), &c)
			a.anneal(2000000, 60, 1, &c, w)
			f := m.valid(a)
			t2 := cpu()
			if len(f.out) > 0 {
				t.Fatal("infeasible")
			}
			pi, low := cs.prices(nil, a.value*cs.scale, -1<<50, w)
			t3 := cpu()
			low = cs.cover(pi)
			x := optimum{groups: f.groups, pi: pi, low: low, value: a.value}
			cs.improve(&x, 300, &c, w)
			t4 := cpu()
			o := cs.optimise(optimum{groups: f.groups, value: a.value}, &c, w)
			t.Log(n, v, cs.total, a.value, low/cs.scale, x.value, o.value, o.bound, o.proven, float64(o.low)/float64(cs.scale), w.spent, "cpu: enum", t1-t0, "anneal", t2-t1, "price", t3-t2, "improve", t4-t3, "all", cpu()-t4)
		}
	}
}
