package matching

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// largest is how many people an instance may have.
const largest = 4000

// A table is an MDGP instance: people without names and what each two of them
// are worth in one group, in units of 10^-decimals.
type table struct {
	n        int
	bounds   [][2]int // of each group: how many people at least and at most
	pair     []int32  // n × n
	decimals int
}

// parseTable reads an MDGP text: "n k ss|ds lb1 ub1 … lbk ubk", then "i j d" for
// each i < j. Its errors name the line.
func parseTable(text []byte) (*table, error) {
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, 1<<20)
	t, number := (*table)(nil), 0
	var raw []value
	left := 0
	for lines.Scan() {
		number++
		fields := strings.Fields(lines.Text())
		if len(fields) == 0 {
			continue
		}
		var err error
		if t == nil {
			if t, err = parseHeader(fields); err == nil {
				raw, left = make([]value, t.n*t.n), t.n*(t.n-1)/2
			}
		} else {
			err = t.parsePair(fields, raw)
			left--
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("line %d: %w", number+1, err)
	}
	if t == nil {
		return nil, errors.New("line 1: the text is empty")
	}
	if left > 0 {
		for i := range t.n {
			for j := i + 1; j < t.n; j++ {
				if !raw[i*t.n+j].given {
					return nil, fmt.Errorf("line %d: the text ends without the pair %d %d", number+1, i, j)
				}
			}
		}
	}
	return t, t.fit(raw)
}

// A value is a decimal number as it was written.
type value struct {
	units    int64
	decimals int8
	given    bool
}

// parseHeader reads how many people and groups there are, and the bounds of each
// group's size.
func parseHeader(fields []string) (*table, error) {
	if len(fields) < 3 {
		return nil, errors.New("it should begin with the number of people, the number of groups and ss or ds")
	}
	n, err := strconv.Atoi(fields[0])
	if err != nil || n < 1 || n > largest {
		return nil, fmt.Errorf("column 1: %q is no number of people from 1 to %d", fields[0], largest)
	}
	k, err := strconv.Atoi(fields[1])
	if err != nil || k < 1 || k > n {
		return nil, fmt.Errorf("column 2: %q is no number of groups from 1 to %d", fields[1], n)
	}
	if fields[2] != "ss" && fields[2] != "ds" {
		return nil, fmt.Errorf("column 3: %q is neither ss nor ds", fields[2])
	}
	if len(fields) != 3+2*k {
		return nil, fmt.Errorf("%d groups need %d bounds, and there are %d", k, 2*k, len(fields)-3)
	}
	t := &table{n: n}
	least, most := 0, 0
	for g := range k {
		low, err1 := strconv.Atoi(fields[3+2*g])
		high, err2 := strconv.Atoi(fields[4+2*g])
		if err1 != nil || err2 != nil || low < 0 || high < max(1, low) || high > n {
			return nil, fmt.Errorf("column %d: %q to %q are no bounds of a group of %d people", 4+2*g, fields[3+2*g], fields[4+2*g], n)
		}
		t.bounds = append(t.bounds, [2]int{low, high})
		least, most = least+low, most+high
	}
	if n < least || n > most {
		return nil, fmt.Errorf("column 4: the groups hold %d to %d people, and there are %d", least, most, n)
	}
	return t, nil
}

// parsePair reads what two people are worth in one group.
func (t *table) parsePair(fields []string, raw []value) error {
	if len(fields) != 3 {
		return fmt.Errorf("it should be two people and what they are worth, and has %d columns", len(fields))
	}
	i, err := strconv.Atoi(fields[0])
	if err != nil || i < 0 || i >= t.n {
		return fmt.Errorf("column 1: %q is nobody from 0 to %d", fields[0], t.n-1)
	}
	j, err := strconv.Atoi(fields[1])
	if err != nil || j <= i || j >= t.n {
		return fmt.Errorf("column 2: %q is nobody from %d to %d", fields[1], i+1, t.n-1)
	}
	v, err := parseValue(fields[2])
	if err != nil {
		return fmt.Errorf("column 3: %w", err)
	}
	if raw[i*t.n+j].given {
		return fmt.Errorf("the pair %d %d is there twice", i, j)
	}
	raw[i*t.n+j] = v
	return nil
}

// parseValue reads a decimal number without losing a digit.
func parseValue(s string) (value, error) {
	whole, fraction, _ := strings.Cut(s, ".")
	fraction = strings.TrimRight(fraction, "0")
	digits := strings.TrimPrefix(whole, "-") + fraction
	units, err := strconv.ParseUint(digits, 10, 30)
	if err != nil || len(fraction) > 6 {
		return value{}, fmt.Errorf("%q is no number of nine digits and six decimals at most", s)
	}
	v := value{int64(units), int8(len(fraction)), true}
	if strings.HasPrefix(whole, "-") {
		v.units = -v.units
	}
	return v, nil
}

// fit brings all values to the same number of decimals.
func (t *table) fit(raw []value) error {
	for _, v := range raw {
		t.decimals = max(t.decimals, int(v.decimals))
	}
	t.pair = make([]int32, t.n*t.n)
	for i := range t.n {
		for j := i + 1; j < t.n; j++ {
			v := raw[i*t.n+j]
			units := v.units
			for range t.decimals - int(v.decimals) {
				units *= 10
			}
			if units > 1<<30 || units < -1<<30 {
				return fmt.Errorf("the pair %d %d: its value has too many digits beside others with %d decimals", i, j, t.decimals)
			}
			t.pair[i*t.n+j], t.pair[j*t.n+i] = int32(units), int32(units)
		}
	}
	return nil
}

// model returns a table as a model that knows no rules.
func (t *table) model() *model {
	m := &model{n: t.n, pair: t.pair, apart: make([]bool, t.n*t.n), slots: make([]uint64, t.n), langs: make([]uint64, t.n),
		themes: make([]uint64, t.n), former: make([]int, t.n), part: make([]int, t.n)}
	m.rules.Size = 3
	return m
}
