package matching

// StepsPerSecond is about how many units of work a core does in a second: who has
// so many seconds sets Options.Steps to as many times this, and gets the same
// result on every machine.
const StepsPerSecond = 750_000

// work is what a search has spent and may spend yet. One unit is about a
// thousand simple operations, so that a budget means the same for every method.
type work struct {
	o       Options
	spent   int64
	fine    int64 // thousandths of a unit
	asked   int64 // spent when Stop was last asked
	stopped bool
}

// defaultSteps is the budget for those who name none: some seconds.
const defaultSteps = 5_000_000

// newWork returns a budget of which nothing is spent.
func newWork(o Options) *work {
	if o.Steps <= 0 {
		o.Steps = defaultSteps
	}
	return &work{o: o}
}

// spend counts n simple operations and reports whether the search may go on.
func (w *work) spend(n int64) bool {
	w.fine += n
	w.spent += w.fine / 1000
	w.fine %= 1000
	if w.spent >= w.o.Steps {
		w.stopped = true
	}
	if w.o.Stop != nil && w.spent-w.asked >= 2000 {
		w.asked = w.spent
		w.stopped = w.stopped || w.o.Stop()
	}
	return !w.stopped
}

// tell reports how far the search is, to whoever wants to know.
func (w *work) tell(objective, bound int64) {
	if w.o.Progress != nil {
		w.o.Progress(w.spent, w.o.Steps, objective, bound)
	}
}

// chance is a splitmix64 generator: the same seed makes the same numbers on
// every machine.
type chance uint64

// next returns the next number of 64 random bits.
func (c *chance) next() uint64 {
	*c += 0x9e3779b97f4a7c15
	z := uint64(*c)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// below returns a number from 0 to n-1.
func (c *chance) below(n int) int { return int((c.next() >> 32) * uint64(n) >> 32) }

// shuffle puts list into a random order.
func shuffle[T any](c *chance, list []T) {
	for i := len(list) - 1; i > 0; i-- {
		j := c.below(i + 1)
		list[i], list[j] = list[j], list[i]
	}
}

// logs returns −ln((i+½)/1024) in 1/1024 for i below 1024, by whole-number
// arithmetic alone: bit by bit, the binary logarithm of a number is found by
// squaring it.
func logs() []int64 {
	table := make([]int64, 1024)
	for i := range table {
		x := uint64(2*i+1) << 20 // of 2048 << 20 = 1.0
		log := int64(0)          // of 2048/x, in 1/65536
		for x < 1<<31 {
			x <<= 1
			log += 65536
		}
		for bit := int64(32768); bit > 0; bit >>= 1 {
			x = x >> 1 * (x >> 1) >> 29 // x in [2³¹, 2³²) stands for [1, 2)
			if x >= 1<<32 {
				x >>= 1
				log -= bit
			}
		}
		table[i] = max(0, log) * 45426 / 65536 * 1024 / 65536 // ln 2 in 1/65536
	}
	return table
}
