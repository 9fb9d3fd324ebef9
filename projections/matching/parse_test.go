package matching

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const tiny = `{"people": [
{"id": "S1", "role": "supervisor", "org": "O1", "branch": "VM", "region": "Lappi", "size_class": 1, "experience": 2, "team_size": 0,
 "themes": [1], "languages": ["fi"], "slots": [0, 1], "mode": "lab"}]}`

func TestWrongInstancesAreToldWhere(t *testing.T) {
	for what, c := range map[string]struct{ text, want string }{
		"nothing at all":          {"", "line 1"},
		"a word for a number":     {"four 2 ss 2 2 2 2\n", "column 1"},
		"more groups than people": {"2 3 ss 1 1 1 1 1 1\n", "column 2"},
		"neither ss nor ds":       {"4 2 xs 2 2 2 2\n", "column 3"},
		"bounds are missing":      {"4 2 ss 2 2 2\n", "need 4 bounds"},
		"bounds upside down":      {"4 2 ds 3 2 2 2\n", "column 4"},
		"sizes that hold not all": {"5 2 ss 2 2 2 2\n", "4 to 4 people"},
		"nobody of that number":   {"3 1 ss 3 3\n0 1 5\n0 3 5\n", "line 3: column 2"},
		"a pair the wrong way":    {"3 1 ss 3 3\n1 0 5\n", "line 2: column 2"},
		"no number":               {"3 1 ss 3 3\n0 1 x\n", "line 2: column 3"},
		"a pair twice":            {"3 1 ss 3 3\n0 1 5\n0 1 5\n", "line 3: the pair 0 1 is there twice"},
		"a pair is missing":       {"3 1 ss 3 3\n0 1 5\n1 2 5\n", "without the pair 0 2"},
		"too many columns":        {"3 1 ss 3 3\n0 1 5 7\n", "line 2"},
		"broken JSON":             {"{\n\"people\": [\n", "line 2"},
		"nobody":                  {`{"people": []}`, "people"},
		"an unknown list":         {`{"animals": []}`, `"animals"`},
		"an unknown column":       {strings.Replace(tiny, `"mode"`, `"hat": 1, "mode"`, 1), `S1: column "hat"`},
		"a text for a number":     {strings.Replace(tiny, `: 2,`, `: "two",`, 1), "S1: column experience"},
		"a slot that is none":     {strings.Replace(tiny, "[0, 1]", "[0, 10]", 1), "S1: column slots: 10"},
		"a mode that is none":     {strings.Replace(tiny, `"lab"`, `"tent"`, 1), `S1: column mode: "tent"`},
		"no organisation":         {strings.Replace(tiny, `"O1"`, `""`, 1), "S1: column org"},
		"an unknown weight":       {strings.Replace(tiny, `{"people"`, `{"weights": {"shoe": 3}, "people"`, 1), `"shoe"`},
	} {
		t.Run(what, func(t *testing.T) {
			_, err := ParseInstance([]byte(c.text))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("the error is %v, and should name %s", err, c.want)
			}
		})
	}
	if _, err := ParseInstance([]byte(tiny)); err != nil {
		t.Errorf("one without mistakes: %v", err)
	}
}

func TestNumbersKeepEveryDigit(t *testing.T) {
	for text, want := range map[string]string{"12": "12", "0.268": "0.268", "-3.50": "-3.5", "7.000": "7", "0": "0", "-0.001": "-0.001"} {
		v, err := parseValue(text)
		if got := (Decimal{v.units, int(v.decimals)}).String(); err != nil || got != want {
			t.Errorf("%s is read as %s, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "-", ".", "1e3", "+1", "1.2.3", "12345678901", "1.23456789", "NaN"} {
		if v, err := parseValue(text); err == nil {
			t.Errorf("%q is read as %v", text, v)
		}
	}
}

// FuzzParseInstance looks for a text that is neither an error nor an instance
// which can be solved.
func FuzzParseInstance(f *testing.F) {
	f.Add([]byte(tiny))
	f.Add([]byte("4 2 ss 2 2 2 2\n0 1 5\n0 2 1.5\n0 3 -2\n1 2 0\n1 3 9\n2 3 7\n"))
	f.Add([]byte("3 1 ds 0 3\n0 1 1\n0 2 1\n1 2 1\n"))
	if text, err := os.ReadFile(filepath.Join(refs, "mdgplib/Geo_n010_ds_01.txt")); err == nil {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		in, err := ParseInstance(text)
		if err != nil || in.table != nil && in.table.n > 30 || len(in.Pool.Candidates) > 30 {
			return
		}
		out, err := in.Solve(Settings{Options: Options{Steps: 2000}})
		if err != nil {
			return
		}
		if out.Objective.Units > out.Bound.Units || out.Proven && out.GapPPM != 0 {
			t.Errorf("objective %v, bound %v, proven %v", out.Objective, out.Bound, out.Proven)
		}
		if in.table != nil {
			placed := 0
			for _, g := range out.Groups {
				placed += len(g)
			}
			if placed != in.table.n {
				t.Errorf("%d of %d people are in a group", placed, in.table.n)
			}
		}
	})
}
