package matching

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

func solveFile(t *testing.T, path string, s Settings) Solution {
	text, err := os.ReadFile(path)
	if err != nil {
		t.Skip(err)
	}
	in, err := ParseInstance(text)
	if err != nil {
		t.Fatal(path, err)
	}
	out, err := in.Solve(s)
	if err != nil {
		t.Fatal(path, err)
	}
	return out
}

func TestExactRefs(t *testing.T) {
	for _, x := range [][2]string{{"exact_mdgplib_small.csv", "mdgplib"}, {"exact_groups.csv", "triads"}} {
		want := column2(t, x[0], 3)
		n, slow := 0, int64(0)
		t00 := cpu()
		for name, v := range want {
			t0 := cpu()
			out := solveFile(t, filepath.Join(refs, x[1], name+".txt"), Settings{})
			got, _ := strconv.ParseFloat(out.Objective.String(), 64)
			if d := got - v; d > 1e-6 || d < -1e-6 || !out.Proven {
				t.Errorf("%s: %s, want %f %v", name, out.Objective, v, out.Proven)
			}
			if c := cpu() - t0; c > slow {
				slow = c
				t.Log(name, c)
			}
			n++
		}
		t.Log(n, slow, cpu()-t00)
	}
}
func TestTriads(t *testing.T) {
	for _, f := range []string{"Geo_n030_g3_01", "RanInt_n030_g3_01", "Geo_n030_g3_02", "RanReal_n030_g3_01"} {
		t0 := cpu()
		out := solveFile(t, filepath.Join(refs, "triads", f+".txt"), Settings{})
		t.Log(f, out.Objective, out.Bound, out.Proven, cpu()-t0)
	}
}
