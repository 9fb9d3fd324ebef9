package matching

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kolmikko/events"
)

// Settings say how an instance is to be solved.
type Settings struct {
	Variant string // "full" or "": what is common, to all of a group; "pair": to each two
	Floor   string // "auto", "none" or points; "": auto for a cohort, none for an MDGP text
	Options
}

// A Decimal is Units × 10^-Places; it is a plain number in JSON.
type Decimal struct {
	Units  int64
	Places int
}

// String writes d with all its places.
func (d Decimal) String() string {
	s, sign := strconv.FormatInt(max(d.Units, -d.Units), 10), ""
	if d.Units < 0 {
		sign = "-"
	}
	if d.Places == 0 {
		return sign + s
	}
	if len(s) <= d.Places {
		s = strings.Repeat("0", d.Places-len(s)+1) + s
	}
	return sign + s[:len(s)-d.Places] + "." + s[len(s)-d.Places:]
}

// MarshalJSON writes d as a number.
func (d Decimal) MarshalJSON() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalJSON reads a number.
func (d *Decimal) UnmarshalJSON(text []byte) error {
	v, err := parseValue(string(text))
	d.Units, d.Places = v.units, int(v.decimals)
	return err
}

// A Name is how an instance calls a person: a word in a cohort, a number in an
// MDGP text.
type Name struct {
	Word   string
	Number int
}

// MarshalJSON writes the word, or else the number.
func (n Name) MarshalJSON() ([]byte, error) {
	if n.Word != "" {
		return json.Marshal(n.Word)
	}
	return json.Marshal(n.Number)
}

// A Solution is what became of an instance.
type Solution struct {
	Objective  Decimal  `json:"objective"`
	Bound      Decimal  `json:"bound"`
	GapPPM     int64    `json:"gap_ppm"` // millionths of the objective that the bound is above it
	Proven     bool     `json:"proven"`
	Worst      Decimal  `json:"worst"` // the points of the group that has the fewest
	Groups     [][]Name `json:"groups"`
	Unplaced   []Name   `json:"unplaced"`
	CPUSeconds float64  `json:"cpu_seconds"` // for the caller to fill: nobody here reads a clock
	Stopped    bool     `json:"-"`           // ended before the search was complete
	Run        *Result  `json:"-"`           // of a cohort
}

// Solve matches the instance.
func (in *Instance) Solve(s Settings) (Solution, error) {
	if in.table != nil {
		return in.table.solve(s, in.split)
	}
	rules, err := in.Rules(s)
	if err != nil {
		return Solution{}, err
	}
	r, err := Run(in.Pool, rules, events.Peer, s.Options)
	if err != nil {
		return Solution{}, err
	}
	out := Solution{Objective: Decimal{Units: r.Run.Objective}, Bound: Decimal{Units: r.Run.Bound}, Proven: r.Run.Certificate.Proven,
		Groups: [][]Name{}, Unplaced: []Name{}, Stopped: r.Stopped, Run: &r}
	for k, g := range r.Run.Groups {
		if k == 0 || g.Points < out.Worst.Units {
			out.Worst.Units = g.Points
		}
		var names []Name
		for _, p := range g.Members {
			names = append(names, Name{Word: string(p)})
		}
		out.Groups = append(out.Groups, names)
	}
	for _, u := range r.Run.Unplaced {
		out.Unplaced = append(out.Unplaced, Name{Word: string(u.Person)})
	}
	out.GapPPM = gap(r.Run.Objective, r.Run.Bound)
	return out, nil
}

// Rules returns the rules by which a cohort is solved.
func (in *Instance) Rules(s Settings) (events.MatchingRules, error) {
	rules := DefaultRules(events.Peer)
	rules.Weights = in.Weights
	switch s.Variant {
	case "", "full":
	case "pair":
		rules.Hard = slices.Clone(rules.Hard)
		rules.Hard[4], rules.Hard[5] = events.HardPairLanguage, events.HardPairSlots
	default:
		return rules, fmt.Errorf("variant %q is neither pair nor full", s.Variant)
	}
	floor, err := s.floor(-1, 0)
	rules.Floor = int(floor)
	return rules, err
}

// floor returns the floor in units with places decimals: -1 for auto, 0 for
// none.
func (s Settings) floor(otherwise int64, places int) (int64, error) {
	switch s.Floor {
	case "":
		return otherwise, nil
	case "auto":
		return -1, nil
	case "none":
		return 0, nil
	}
	v, err := parseValue(s.Floor)
	if err != nil || v.units < 0 || int(v.decimals) > places {
		return 0, fmt.Errorf("floor %q is neither auto, none nor points", s.Floor)
	}
	for range places - int(v.decimals) {
		v.units *= 10
	}
	return v.units, nil
}

// gap returns by how many millionths of the objective the bound is above it,
// rounded up.
func gap(objective, bound int64) int64 {
	if bound <= objective {
		return 0
	}
	if objective <= 0 {
		return 1_000_000
	}
	return ((bound-objective)*1_000_000 + objective - 1) / objective
}

// solve solves an MDGP instance by the strongest method that it is small enough
// for.
func (t *table) solve(s Settings, split int) (Solution, error) {
	if s.Variant != "" && s.Variant != "full" && s.Variant != "pair" {
		return Solution{}, fmt.Errorf("variant %q is neither pair nor full", s.Variant)
	}
	floor, err := s.floor(0, t.decimals)
	if err != nil {
		return Solution{}, err
	}
	w := newWork(s.Options)
	m := t.model()
	m.rules.Floor = int(floor)
	m.rules.Size = t.bounds[0][1]
	for _, b := range t.bounds {
		m.rules.Size = min(m.rules.Size, b[1])
	}
	var f found
	switch l, fixed := t.layout(); {
	case t.n <= mostSubsets && floor == 0 && split == 0 && t.programme(&f, w):
	case fixed && split == 0 && t.listed(l):
		c := chance(s.Seed)
		start := m.start(l, make([]int, t.n), &c, w)
		f = m.refine(l, m.enumerate(l, 0), start, &c, w)
	default:
		if floor != 0 {
			return Solution{}, fmt.Errorf("floor %q: groups of this size know none", s.Floor)
		}
		f = t.breed(split, s.Seed, w)
	}
	d := func(units int64) Decimal { return Decimal{units, t.decimals} }
	out := Solution{Objective: d(f.value), Bound: d(f.bound), GapPPM: gap(f.value, f.bound), Proven: f.proven,
		Worst: d(m.least(f.groups)), Groups: [][]Name{}, Unplaced: []Name{}, Stopped: w.stopped}
	for _, g := range f.groups {
		var names []Name
		for _, i := range g {
			names = append(names, Name{Number: i})
		}
		out.Groups = append(out.Groups, names)
	}
	return out, nil
}

// layout returns the sizes of a table's groups, and whether they are fixed.
func (t *table) layout() (l layout, fixed bool) {
	fixed = true
	for _, b := range t.bounds {
		l.shapes = append(l.shapes, shape{b[1]})
		fixed = fixed && b[0] == b[1]
	}
	slices.SortFunc(l.shapes, func(a, b shape) int { return a[0] - b[0] })
	return l, fixed
}

// listed reports whether all groups of a layout can be listed.
func (t *table) listed(l layout) bool {
	total := 0
	for k, s := range l.shapes {
		if k > 0 && s[0] == l.shapes[k-1][0] {
			continue
		}
		if s[0] < 2 || s[0] > 4 {
			return false
		}
		total += choose(t.n, s[0])
	}
	return total <= mostColumns
}

// programme solves a table by a subset programme, if it is small enough.
func (t *table) programme(f *found, w *work) bool {
	var kinds []kindred
	for _, b := range t.bounds {
		k := slices.IndexFunc(kinds, func(k kindred) bool { return k.least == b[0] && k.most == b[1] })
		if k < 0 {
			k = len(kinds)
			kinds = append(kinds, kindred{least: b[0], most: b[1]})
		}
		kinds[k].count++
	}
	p := newProgramme(t.n, kinds, w)
	if p == nil {
		return false
	}
	groups, value := p.solve(func(i, j int) int64 { return int64(t.pair[i*t.n+j]) }, nil)
	*f = found{groups: groups, value: value, bound: value, free: value, proven: true, method: methodSubset}
	return groups != nil
}

// breed divides a table by heuristics alone.
func (t *table) breed(split int, seed uint64, w *work) found {
	c := chance(seed)
	d := newDivision(t.n, t.pair, t.bounds)
	if split > 0 {
		d.kind, d.shapes = t.halves(split)
	}
	d.breed(&c, w, w.o.Steps)
	f := found{groups: make([][]int, len(t.bounds)), value: d.value, method: methodAnneal}
	for i, g := range d.at {
		f.groups[g] = append(f.groups[g], i)
	}
	f.bound = max(f.value, t.bound())
	f.proven = f.bound == f.value
	return f
}

// halves returns of which kind each person is, and how many of each the groups
// have: the greater sizes half and half, as far as there are people.
func (t *table) halves(split int) (kind []int, shapes []shape) {
	kind = make([]int, t.n)
	left := [2]int{split, t.n - split}
	for i := split; i < t.n; i++ {
		kind[i] = 1
	}
	sizes := t.sizes()
	for g, size := range sizes {
		// those still to be placed, in proportion
		first := (size*left[0] + (left[0]+left[1])/2) / max(1, left[0]+left[1])
		if g == len(sizes)-1 {
			first = left[0]
		}
		first = max(size-left[1], min(first, left[0]))
		shapes = append(shapes, shape{first, size - first})
		left[0], left[1] = left[0]-first, left[1]-(size-first)
	}
	return kind, shapes
}

// sizes returns sizes within the bounds that hold everybody, as even as can be.
func (t *table) sizes() []int {
	var sizes []int
	rest := t.n
	for _, b := range t.bounds {
		sizes = append(sizes, b[0])
		rest -= b[0]
	}
	for rest > 0 {
		best := -1
		for g, b := range t.bounds {
			if sizes[g] < b[1] && (best < 0 || sizes[g] < sizes[best]) {
				best = g
			}
		}
		sizes[best]++
		rest--
	}
	return sizes
}

// bound returns what no division can exceed.
func (t *table) bound() int64 {
	var sizes []int
	for _, b := range t.bounds {
		sizes = append(sizes, b[1])
	}
	return partners(t.n, sizes, func(i int) []int32 {
		return slices.Delete(slices.Clone(t.pair[i*t.n:(i+1)*t.n]), i, i+1)
	})
}

// least returns the points of the group that has the fewest.
func (m *model) least(groups [][]int) int64 {
	least := int64(0)
	for k, g := range groups {
		if v := m.points(g); k == 0 || v < least {
			least = v
		}
	}
	return least
}
