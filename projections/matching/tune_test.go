package matching

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTune(t *testing.T) {
	files, _ := filepath.Glob(refs + "mdgplib/*n120*.txt")
	avg := column2(t, "mdgplib_tpsdp2022_published.csv", 5)
	type cfg struct{ hot, cold float64; runs, len int }
	cfgs := []cfg{{60, 2, 1, 40}, {60, 2, 4, 10}, {60, 2, 10, 4}, {60,2,40,1}, {40, 8, 1, 40}, {40,8,4,10}, {40,8,10,4}, {25, 5, 4, 10}, {25,5,10,4}, {15, 3, 4, 10}, {15,3,10,4}}
	for _, g := range cfgs {
		sums := map[string]float64{}
		var cost int64
		for _, f := range files {
			text, _ := os.ReadFile(f)
			tab, _ := parseTable(text)
			name := strings.TrimSuffix(filepath.Base(f), ".txt")
			d := newDivision(tab.n, tab.pair, tab.bounds, nil)
			unit := 1.0
			for range tab.decimals { unit *= 10 }
			t0 := cpu()
			for seed := range uint64(3) {
				c := chance(seed)
				w := newWork(Options{Steps: 1<<40})
				best := int64(0)
				for range g.runs {
					d.scatter(&c)
					d.cool(int64(g.hot*16*unit), int64(g.cold*16*unit), int64(g.len)*1e6, &c, logs(), w)
					best = max(best, d.value)
				}
				sums[name[:len(name)-3]] += (float64(best)/unit/avg[name]-1)*100/6
			}
			cost += cpu()-t0
		}
		s := ""
		for _, k := range []string{"Geo_n120_ds", "Geo_n120_ss", "RanInt_n120_ds", "RanInt_n120_ss", "RanReal_n120_ds", "RanReal_n120_ss"} {
			s += " " + k[:5]+k[len(k)-2:] + " " + ftoa(sums[k])
		}
		t.Log(g, s, cost)
	}
}
