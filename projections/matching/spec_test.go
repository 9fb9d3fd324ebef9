package matching

import (
	"encoding/csv"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"kolmikko/events"
)

var long = flag.Bool("long", false, "also solve what takes minutes")

// refs is where the reference instances are, beside the project.
const refs = "../../../shared/refs/matching/"

func instance(t testing.TB, file string) *Instance {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(refs, file))
	if err != nil {
		t.Skip("the reference instances are not here: ", err)
	}
	in, err := ParseInstance(text)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return in
}

func reference(t testing.TB, file string) [][]string {
	t.Helper()
	f, err := os.Open(filepath.Join(refs, file))
	if err != nil {
		t.Skip("the reference values are not here: ", err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows[1:]
}

// crowd makes n people up by chance; the narrower, the more the rules forbid.
func crowd(n int, seed uint64, narrow int) Pool {
	c := chance(seed)
	var p Pool
	for i := range n {
		x := Candidate{ID: events.PersonID(fmt.Sprintf("p%02d", i)), Part: events.Supervisor, Size: c.below(4), Experience: c.below(4),
			Organisation: events.OrganisationID(fmt.Sprintf("o%d", c.below(max(2, n-narrow)))), Mode: events.Either,
			Branch: events.Code(fmt.Sprintf("b%d", c.below(5))), Region: events.Code(fmt.Sprintf("r%d", c.below(5))), Languages: []events.Code{"fi"}}
		if c.below(10) < narrow {
			x.Languages = []events.Code{"sv"}
		}
		for _, s := range events.Slots() {
			if c.below(10+narrow) < 8 {
				x.Slots = append(x.Slots, s)
			}
		}
		for k := range 8 {
			if c.below(3) == 0 {
				x.Themes = append(x.Themes, events.Code(fmt.Sprintf("t%d", k)))
			}
		}
		if c.below(6) < narrow/2 {
			x.Avoid = []events.PersonID{events.PersonID(fmt.Sprintf("p%02d", c.below(n)))}
		}
		p.Candidates = append(p.Candidates, x)
	}
	return p
}

// brute tries every way to group the people, and returns the best by how many
// are left out, how few groups are of a remainder size, and points.
func brute(m *model) (out, odd int, value int64) {
	sizes := append([]int{m.rules.Size}, m.rules.Remainder...)
	type state struct {
		out, odd int
		value    int64
	}
	memo := map[uint32]state{}
	var best func(taken uint32) state
	best = func(taken uint32) state {
		if s, known := memo[taken]; known {
			return s
		}
		low := 0
		for taken&(1<<low) != 0 {
			low++
		}
		if low == m.n {
			return state{}
		}
		top := best(taken | 1<<low)
		top.out++
		var grow func(members []int, mask uint32)
		grow = func(members []int, mask uint32) {
			if slices.Contains(sizes, len(members)) && m.together(members) {
				s := best(taken | mask)
				s.value += m.points(members)
				if len(members) != m.rules.Size {
					s.odd++
				}
				if s.out < top.out || s.out == top.out && (s.odd < top.odd || s.odd == top.odd && s.value > top.value) {
					top = s
				}
			}
			if len(members) == slices.Max(sizes) {
				return
			}
			for j := members[len(members)-1] + 1; j < m.n; j++ {
				if taken&(1<<j) == 0 {
					grow(append(slices.Clone(members), j), mask|1<<j)
				}
			}
		}
		grow([]int{low}, 1<<low)
		memo[taken] = top
		return top
	}
	s := best(0)
	return s.out, s.odd, s.value
}

// checkRun fails the test if a run does not hold what it promises.
func checkRun(t *testing.T, p Pool, rules events.MatchingRules, r Result) {
	t.Helper()
	if err := Verify(p, rules, r.Run); err != nil {
		t.Errorf("verify: %v", err)
	}
	for _, g := range r.Run.Groups {
		points, by, broken := Score(p, rules, g.Members...)
		total := int64(0)
		for _, v := range by {
			total += v
		}
		if points != g.Points || total != points {
			t.Errorf("group %s: %d points, by criterion %d, in the run %d", g.Group, points, total, g.Points)
		}
		if len(broken) > 0 {
			t.Errorf("group %s breaks %v", g.Group, broken)
		}
	}
}
