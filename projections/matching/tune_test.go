package matching

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTune(t *testing.T) {
	files, _ := filepath.Glob(refs + "mdgplib/" + os.Getenv("PAT") + ".txt")
	avg := column2(t, "mdgplib_tpsdp2022_published.csv", 5)
	best := column2(t, "mdgplib_tpsdp2022_published.csv", 4)
	s := ""
	tot, totb := 0.0, 0.0
	for _, f := range files {
		text, _ := os.ReadFile(f)
		tab, _ := parseTable(text)
		name := strings.TrimSuffix(filepath.Base(f), ".txt")
		d := newDivision(tab.n, tab.pair, tab.bounds)
		unit := 1.0
		for range tab.decimals {
			unit *= 10
		}
		t0 := cpu()
		c := chance(envI("SEED", 7))
		w := newWork(Options{Steps: 1 << 40, Stop: func() bool { return cpu()-t0 > 3000 }})
		d.breed(&c, w, 1<<40)
		v := float64(d.value) / unit
		tot += (v/avg[name] - 1) * 100 / float64(len(files))
		totb += (v/best[name] - 1) * 100 / float64(len(files))
		s += " " + name[:3] + name[len(name)-5:] + " " + ftoa((v/avg[name]-1)*100) + "/" + ftoa((v/best[name]-1)*100)
	}
	t.Log(s, tot, totb)
}
func envI(k string, def int64) int64 {
	if s := os.Getenv(k); s != "" {
		v := int64(0)
		for _, r := range s {
			v = v*10 + int64(r-'0')
		}
		return v
	}
	return def
}

var _, _, _, _, _, _ = int(envI("POP", 8)), envI("FR", 2000) * 1000, envI("LR", 1500) * 1000, envI("HP", 16), envI("CP", 1), envI("HF", 32)
