package matching

// A division puts everyone into one of several groups of many, and knows for
// each person what each group would be worth to them, so that what an exchange
// gains is told at once.
type division struct {
	n, k   int
	pair   []int32
	bounds [][2]int
	kind   []int   // only people of a kind change places; nil: all are alike
	shapes []shape // with kinds: how many of each a group has
	aim    []int   // the sizes that people without a place are seated by; nil: any
	at     []int32 // person → group
	size   []int
	pull   []int32 // k × n: what a group is worth to a person
	value  int64
}

// shaped returns a division into groups of given shapes, with nobody left over.
func shaped(n int, pair []int32, shapes []shape, kind []int) *division {
	var bounds [][2]int
	for _, s := range shapes {
		bounds = append(bounds, [2]int{s.size(), s.size()})
	}
	d := newDivision(n, pair, bounds)
	d.kind, d.shapes = kind, shapes
	return d
}

// newDivision returns a division in which nobody has a place yet.
func newDivision(n int, pair []int32, bounds [][2]int) *division {
	k := len(bounds)
	return &division{n: n, k: k, pair: pair, bounds: bounds, at: make([]int32, n), size: make([]int, k), pull: make([]int32, n*k)}
}

// weigh computes everything anew from who is where.
func (d *division) weigh() {
	clear(d.pull)
	clear(d.size)
	d.value = 0
	for i, g := range d.at {
		d.size[g]++
		row, pull := d.pair[i*d.n:][:d.n], d.pull[int(g)*d.n:][:d.n]
		for j := range pull {
			pull[j] += row[j]
		}
	}
	for i, g := range d.at {
		d.value += int64(d.pull[int(g)*d.n+i])
	}
	d.value /= 2
}

// scatter puts people into groups at random, within the bounds.
func (d *division) scatter(c *chance) {
	for i := range d.at {
		d.at[i] = -1
	}
	clear(d.size)
	d.seat(c)
	d.weigh()
}

// exchange puts i and j into each other's groups.
func (d *division) exchange(i, j int) {
	g, h := d.at[i], d.at[j]
	ri, rj := d.pair[i*d.n:][:d.n], d.pair[j*d.n:][:d.n]
	pg, ph := d.pull[int(g)*d.n:][:d.n], d.pull[int(h)*d.n:][:d.n]
	for v, x := range ri {
		diff := rj[v] - x
		pg[v] += diff
		ph[v] -= diff
	}
	d.at[i], d.at[j] = h, g
}

// move puts i into group h.
func (d *division) move(i int, h int32) {
	g := d.at[i]
	ri := d.pair[i*d.n:][:d.n]
	pg, ph := d.pull[int(g)*d.n:][:d.n], d.pull[int(h)*d.n:][:d.n]
	for v, x := range ri {
		pg[v] -= x
		ph[v] += x
	}
	d.size[g]--
	d.size[h]++
	d.at[i] = h
}

// cool anneals from hot to cold, both in 1/16 units, for so many proposals, and
// ends where it is.
func (d *division) cool(hot, cold int64, proposals int64, c *chance, table []int64, w *work) {
	loose := false
	for _, b := range d.bounds {
		loose = loose || b[0] != b[1]
	}
	var t, most int64
	for p := int64(0); p < proposals; p++ {
		if p%1024 == 0 {
			rest := (proposals - p) << 10 / proposals
			t = cold + (hot-cold)*rest*rest>>20
			most = t * 8 / 16
			if !w.spend(1024 * 8) {
				return
			}
		}
		r := c.next()
		i := int(r >> 32 * uint64(d.n) >> 32)
		g := d.at[i]
		if loose && r&15 == 0 {
			h := int32(uint64(uint32(r)>>2) * uint64(d.k) >> 30)
			if h == g || d.size[g] <= d.bounds[g][0] || d.size[h] >= d.bounds[h][1] {
				continue
			}
			gain := int64(d.pull[int(h)*d.n+i] - d.pull[int(g)*d.n+i])
			if gain >= 0 || -gain < most && -gain<<14 < t*table[c.next()>>54] {
				d.move(i, h)
				d.value += gain
			}
			continue
		}
		j := int(uint64(uint32(r)) * uint64(d.n) >> 32)
		h := d.at[j]
		if g == h || d.kind != nil && d.kind[i] != d.kind[j] {
			continue
		}
		gain := int64(d.pull[int(h)*d.n+i] - d.pull[int(g)*d.n+i] + d.pull[int(g)*d.n+j] - d.pull[int(h)*d.n+j] - 2*d.pair[i*d.n+j])
		if gain >= 0 || -gain < most && -gain<<14 < t*table[c.next()>>54] {
			d.exchange(i, j)
			d.value += gain
		}
	}
}
