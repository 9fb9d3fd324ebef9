package matching

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const refs = "../../../shared/refs/matching/"

func column2(t *testing.T, file string, col int) map[string]float64 {
	f, err := os.Open(refs + file)
	if err != nil {
		t.Skip(err)
	}
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]float64{}
	for _, r := range rows[1:] {
		v, _ := strconv.ParseFloat(r[col], 64)
		name := r[0]
		if strings.Contains(file, "tpsdp") {
			name = r[1]
		}
		out[name] = v
	}
	return out
}

func TestSA(t *testing.T) {
	files, _ := filepath.Glob(refs + "mdgplib/*n120*.txt")
	avg := column2(t, "mdgplib_tpsdp2022_published.csv", 5)
	best := column2(t, "mdgplib_tpsdp2022_published.csv", 4)
	for _, f := range files {
		text, _ := os.ReadFile(f)
		tab, err := parseTable(text)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(f), ".txt")
		d := newDivision(tab.n, tab.pair, tab.bounds)
		c := chance(1)
		unit := 1.0
		for range tab.decimals {
			unit *= 10
		}
		t0 := cpu()
		d.scatter(&c)
		w := newWork(Options{Steps: 1 << 40})
		total := int64(200_000_000)
		if s := os.Getenv("P"); s != "" {
			total, _ = strconv.ParseInt(s, 10, 64)
			total *= 1e6
		}
		T := int64(40 * unit)
		_ = T
		if s := os.Getenv("T"); s != "" {
			T, _ = strconv.ParseInt(s, 10, 64)
			T *= int64(unit)
		}
		d.cool(T*16, envT("C", 1, unit), total, &c, logs(), w)
		v := d.value
		d.weigh()
		if v != d.value {
			t.Error("drift")
		}
		t.Logf("%s %.3f avg %.3f best %.3f  rel avg %.4f%%  cpu %d w %d", name, float64(d.value)/unit, avg[name], best[name], (float64(d.value)/unit/avg[name]-1)*100, cpu()-t0, w.spent)
	}
}

func ftoa(f float64) string { return strconv.FormatFloat(f, 0x66, 3, 64) }

func envT(k string, def, unit float64) int64 {
	if s := os.Getenv(k); s != "" {
		def, _ = strconv.ParseFloat(s, 64)
	}
	return int64(def * unit * 16)
}
