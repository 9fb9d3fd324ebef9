package matching

import (
	"encoding/json"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

func TestSmallOptimaAreHit(t *testing.T) {
	for file, folder := range map[string]string{"exact_mdgplib_small.csv": "mdgplib", "exact_groups.csv": "triads"} {
		for k, row := range reference(t, file) {
			if folder == "triads" && k%5 != 0 && !*long {
				continue
			}
			in := instance(t, filepath.Join(folder, row[0]+".txt"))
			out, err := in.Solve(Settings{})
			if err != nil {
				t.Fatal(err)
			}
			want, err := parseValue(row[3])
			if err != nil {
				t.Fatal(err)
			}
			for range out.Objective.Places - int(want.decimals) {
				want.units *= 10
			}
			if out.Objective.Units != want.units || !out.Proven {
				t.Errorf("%s: %v, proven %v, want %s", row[0], out.Objective, out.Proven, row[3])
			}
			in.check(t, out)
		}
	}
}

// check adds up what the groups of a solution are worth.
func (in *Instance) check(t *testing.T, out Solution) {
	t.Helper()
	seen, total := map[int]bool{}, int64(0)
	for _, g := range out.Groups {
		for x, a := range g {
			if seen[a.Number] {
				t.Errorf("%d is in two groups", a.Number)
			}
			seen[a.Number] = true
			for _, b := range g[:x] {
				total += int64(in.table.pair[a.Number*in.table.n+b.Number])
			}
		}
	}
	if len(seen) != in.table.n || total != out.Objective.Units {
		t.Errorf("%d people are worth %d, and %d of %d are told to be worth %v", len(seen), total, len(seen), in.table.n, out.Objective)
	}
	for g, b := range in.table.bounds {
		if size := len(out.Groups[g]); in.table.n > mostSubsets && (size < b[0] || size > b[1]) {
			t.Errorf("group %d has %d people, not %d to %d", g, size, b[0], b[1])
		}
	}
}

func TestListingAndSubsetsAgree(t *testing.T) {
	for seed := range uint64(12) {
		c := chance(seed)
		size := 3 + int(seed%2)
		tab := &table{n: size * 4, pair: make([]int32, size*size*16)}
		for range 4 {
			tab.bounds = append(tab.bounds, [2]int{size, size})
		}
		for i := range tab.n {
			for j := range i {
				v := int32(c.below(200)) - 60
				tab.pair[i*tab.n+j], tab.pair[j*tab.n+i] = v, v
			}
		}
		var f found
		if !tab.programme(&f, newWork(Options{})) {
			t.Fatal("the subset programme gave up")
		}
		m, l := tab.model(), layout{}
		l, _ = tab.layout()
		listed := m.refine(l, m.enumerate(l, 0), m.start(l, make([]int, tab.n), &c, newWork(Options{})), &c, newWork(Options{}))
		if listed.value != f.value || !listed.proven {
			t.Errorf("seed %d: %d by listing, proven %v, and %d by subsets", seed, listed.value, listed.proven, f.value)
		}
	}
}

func TestBigDivisionsComeNearThePublished(t *testing.T) {
	published := map[string]string{}
	for _, row := range reference(t, "mdgplib_tpsdp2022_published.csv") {
		published[row[1]] = row[5]
	}
	names, steps := []string{"Geo_n120_ds_01", "RanInt_n120_ss_01"}, int64(200_000)
	if *long {
		names, steps = nil, 2_500_000
		for name := range published {
			if strings.Contains(name, "n120") && (strings.HasSuffix(name, "01") || strings.HasSuffix(name, "02")) {
				names = append(names, name)
			}
		}
	}
	mean := 0.0
	for _, name := range names {
		in := instance(t, "mdgplib/"+name+".txt")
		out, err := in.Solve(Settings{Options: Options{Steps: steps, Seed: 1}})
		if err != nil {
			t.Fatal(err)
		}
		in.check(t, out)
		want, _ := strconv.ParseFloat(published[name], 64)
		got, _ := strconv.ParseFloat(out.Objective.String(), 64)
		mean += (got/want - 1) / float64(len(names))
		t.Logf("%s: %v of %.3f", name, out.Objective, want)
	}
	if mean < -0.004 {
		t.Errorf("on average %.3f %% below the published averages", -100*mean)
	}
	t.Logf("on average %+.3f %%", 100*mean)
}

func TestReverseGroupsKeepTheirHalves(t *testing.T) {
	in := instance(t, "cohorts/reverse80_s1.mdgp.txt")
	if err := in.Split(40); err != nil {
		t.Fatal(err)
	}
	steps := int64(300_000)
	if *long {
		steps = 4_000_000
	}
	out, err := in.Solve(Settings{Options: Options{Steps: steps, Seed: 1}})
	if err != nil {
		t.Fatal(err)
	}
	in.check(t, out)
	for _, g := range out.Groups {
		supervisors := 0
		for _, p := range g {
			if p.Number < 40 {
				supervisors++
			}
		}
		if supervisors*2 != len(g) {
			t.Errorf("a group of %d has %d supervisors", len(g), supervisors)
		}
	}
	score := out.Objective.Units - 41_600
	if score < 15_400 || *long && score < 15_550 {
		t.Errorf("the score is %d", score)
	}
	t.Logf("the score is %d", score)
}

func TestASolutionIsWrittenAsTheContractSays(t *testing.T) {
	in, err := ParseInstance([]byte("3 1 ss 3 3\n0 1 1.5\n0 2 -2.25\n1 2 4\n"))
	if err != nil {
		t.Fatal(err)
	}
	out, err := in.Solve(Settings{})
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(out)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"objective":3.25,"bound":3.25,"gap_ppm":0,"proven":true,"worst":3.25,"groups":[[0,1,2]],"unplaced":[],"cpu_seconds":0}`
	if string(text) != want {
		t.Errorf("got  %s\nwant %s", text, want)
	}
}
