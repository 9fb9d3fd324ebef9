package matching

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestBigTriads(t *testing.T) {
	for _, x := range []struct{ n, g int }{{60, 3}, {90, 3}, {120, 3}, {40, 4}, {60, 4}} {
		for _, f := range []string{"Geo_n120_ss_01", "RanInt_n120_ss_01", "RanReal_n120_ss_01"} {
			text, _ := os.ReadFile(filepath.Join(refs, "mdgplib", f+".txt"))
			tab, _ := parseTable(text)
			sub := &table{n: x.n, decimals: tab.decimals, pair: make([]int32, x.n*x.n)}
			for i := range x.n {
				copy(sub.pair[i*x.n:(i+1)*x.n], tab.pair[i*120:i*120+x.n])
			}
			for range x.n / x.g {
				sub.bounds = append(sub.bounds, [2]int{x.g, x.g})
			}
			t0 := cpu()
			out, err := sub.solve(Settings{Options: Options{Steps: 1 << 40, Stop: func() bool { return cpu()-t0 > 10000 }}}, 0)
			if err != nil {
				t.Fatal(err)
			}
			t.Log(f, x, out.Objective, out.Bound, out.GapPPM, out.Proven, cpu()-t0)
		}
	}
	_ = time.Now
}
