package audit

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// A Difference says of places that the history isn't there what the tree says.
type Difference struct {
	First, Last uint64
	Missing     bool // the history has nothing there
}

// A Report is what [Verify] found.
type Report struct {
	Checkpoint  Checkpoint   // what everything was held against
	Cosigned    Checkpoint   // the newest that has the policy's quorum of witnesses
	Events      uint64       // of the history, or of the tree where there was none
	Beyond      uint64       // events of the history that are under no checkpoint yet
	Root        tlog.Hash    // that the history leads to, or the tree
	Kept        int          // other checkpoints that hold as well
	Payloads    int          // of a bundle, that were held against their leaves
	Differences []Difference // by place
	Damages     []*Damage    // by name
	Alarms      []*Alarm
}

// OK reports whether nothing is amiss.
func (r *Report) OK() bool {
	return len(r.Differences) == 0 && len(r.Damages) == 0 && len(r.Alarms) == 0
}

// Verify hashes a whole history anew and holds it against the tree in dir and
// every checkpoint that was signed of it, and the tree against itself. Against
// are checkpoints that the auditor kept. Without a history, the tree alone is
// verified. The error is of what could not be read; what is amiss is in the
// Report.
//
// Any checkpoint counts that one of the policy's logs has signed, since witnesses
// come later; that none has the policy's quorum is an alarm.
func Verify(dir string, p *Policy, history Source, against ...Checkpoint) (*Report, error) {
	return verify(folder(dir), p, history, against)
}

func verify(s store, p *Policy, history Source, against []Checkpoint) (*Report, error) {
	r := &Report{}
	signed, err := readCheckpoints(s, p, r)
	if err != nil {
		return nil, fmt.Errorf("verify: %w", err)
	}
	signed = append(signed, against...)
	slices.SortStableFunc(signed, func(a, b Checkpoint) int { return cmp.Compare(a.Size, b.Size) })
	switch {
	case r.Checkpoint.Size > 0:
	case len(r.Damages) > 0:
		return r, nil
	default:
		return nil, fmt.Errorf("verify: a checkpoint: %w", ErrNotFound)
	}
	v := &verification{report: r, signed: signed, blocks: readBlocks(s, r.Checkpoint.Size)}
	if history != nil {
		var stop func()
		v.next, stop = iter.Pull2(history(0))
		defer stop()
		if err := v.readHistory(); err != nil {
			return nil, fmt.Errorf("verify: %w", err)
		}
	}
	v.compare()
	standings, err := readStandings(s)
	if d, ok := errors.AsType[*Damage](err); ok {
		r.Damages = append(r.Damages, d)
	} else if err != nil {
		return nil, fmt.Errorf("verify: %w", err)
	}
	for _, s := range standings {
		if s.Refused != nil {
			r.Alarms = append(r.Alarms, s.Refused)
		}
	}
	if err := v.checkSigned(); err != nil {
		return nil, fmt.Errorf("verify: %w", err)
	}
	slices.SortStableFunc(r.Differences, func(a, b Difference) int { return cmp.Compare(a.First, b.First) })
	slices.SortStableFunc(r.Damages, func(a, b *Damage) int { return cmp.Compare(a.File, b.File) })
	return r, nil
}

// readCheckpoints reads the newest checkpoint into the report, or where that
// can't be used the newest that was kept, and returns those that were kept.
func readCheckpoints(s store, p *Policy, r *Report) ([]Checkpoint, error) {
	signed, some, err := readKept(s, p.logsOnly(), r)
	if err != nil {
		return nil, err
	}
	r.Checkpoint, err = readCheckpoint(s, p.logsOnly(), checkpointFile)
	for range 20 { // while a tree is written, a checkpoint is kept before it is the newest
		if err != nil || len(signed) == 0 || signed[len(signed)-1].Size <= r.Checkpoint.Size {
			break
		}
		time.Sleep(50 * time.Millisecond)
		r.Checkpoint, err = readCheckpoint(s, p.logsOnly(), checkpointFile)
	}
	if err != nil && (some || !errors.Is(err, fs.ErrNotExist)) {
		r.Damages = append(r.Damages, &Damage{checkpointFile, err})
		if len(signed) > 0 {
			r.Checkpoint = signed[len(signed)-1]
		}
	}
	for _, c := range slices.Backward(append(slices.Clone(signed), r.Checkpoint)) {
		if _, err := p.Open(c.Signed); err == nil {
			r.Cosigned = c
			break
		}
	}
	if r.Cosigned.Size == 0 && p.quorum != nil {
		r.Alarms = append(r.Alarms, &Alarm{Code: WitnessBehind, Size: r.Checkpoint.Size,
			Why: "no checkpoint is cosigned as the policy asks"})
	}
	return signed, nil
}

// readKept reads the checkpoints that were kept, by size; some is true if there
// are any, readable or not.
func readKept(s store, p *Policy, r *Report) (signed []Checkpoint, some bool, err error) {
	sizes, err := s.kept()
	if err != nil {
		return nil, false, err
	}
	list, errs := make([]Checkpoint, len(sizes)), make([]error, len(sizes))
	_ = each(sizes, func(i int, size uint64) error {
		if list[i], errs[i] = readCheckpoint(s, p, keptPath(size)); errs[i] == nil && list[i].Size != size {
			errs[i] = fmt.Errorf("it is of %d events", list[i].Size)
		}
		return nil
	})
	for i, c := range list {
		if errs[i] != nil {
			r.Damages = append(r.Damages, &Damage{keptPath(sizes[i]), errs[i]})
			continue
		}
		signed = append(signed, c)
	}
	return signed, len(sizes) > 0, nil
}

func readCheckpoint(s store, p *Policy, name string) (Checkpoint, error) {
	b, err := s.read(name)
	if err != nil {
		return Checkpoint{}, err
	}
	return p.Open(b)
}

type verification struct {
	report    *Report
	signed    []Checkpoint // besides the report's, by size
	blocks    *blocks
	next      func() (Event, error, bool) // of the history
	ahead     *Event                      // read and not used yet
	history   []tlog.Hash                 // what the history says of each block; nil where there is none
	differing map[uint64][]tlog.Hash      // the history's leaves, of blocks where a file says something else
	truth     []tlog.Hash                 // of each block
	settled   bool                        // truth leads to the checkpoint's root
}

// readHistory hashes the history up to the checkpoint, block by block.
func (v *verification) readHistory() error {
	b := v.blocks
	v.differing, v.history = map[uint64][]tlog.Hash{}, make([]tlog.Hash, 0, b.count())
	for i := range b.count() {
		leaves := make([]tlog.Hash, b.width(i))
		for j := range leaves {
			place := i*tileWidth + uint64(j) + 1
			e, ok, err := v.peek(place)
			if err != nil {
				return err
			}
			if !ok || e.Place != place { // its leaf stays zero
				v.report.Differences = addPlace(v.report.Differences, place, true)
				continue
			}
			leaves[j] = LeafOf(v.report.Checkpoint.History(), e).Hash()
			v.report.Events++
			v.ahead = nil
		}
		h := blockHash(leaves)
		v.history = append(v.history, h)
		if b.bundles[i] != (testimony{hash: h}) || b.tiles[i] != (testimony{hash: h}) {
			v.differing[i] = leaves
		}
	}
	return nil
}

// peek returns the event at a place, or the first after it; ok is false at the
// end. Places are asked for in order.
func (v *verification) peek(place uint64) (e Event, ok bool, err error) {
	if v.ahead == nil {
		e, err, ok := v.next()
		if err != nil || !ok {
			return Event{}, false, err
		}
		if e.Place < place {
			return Event{}, false, fmt.Errorf("place %d comes again after %d: %w", e.Place, place-1, ErrMalformed)
		}
		v.ahead = &e // its line is ours until next is called again
	}
	return *v.ahead, true, nil
}

func addPlace(list []Difference, place uint64, missing bool) []Difference {
	if n := len(list); n > 0 && list[n-1].Last+1 == place && list[n-1].Missing == missing {
		list[n-1].Last = place
		return list
	}
	return append(list, Difference{place, place, missing})
}

// compare finds out which of history and files is right, and names what isn't.
func (v *verification) compare() {
	r, b := v.report, v.blocks
	v.truth, v.settled = b.settle(v.history, r.Checkpoint.Root)
	said := v.truth
	if v.history != nil {
		said = v.history
	}
	r.Root = rootOf(said, b.size, nil)
	if v.history == nil {
		r.Events = b.size
	}
	if !v.settled {
		r.Alarms = append(r.Alarms, &Alarm{Code: TreeForked, Size: b.size, Why: "nothing leads to the root that was signed"})
	}
	r.Damages = append(r.Damages, b.damages(v.truth)...)
	for i := range v.history {
		if v.history[i] != v.truth[i] {
			v.name(uint64(i))
		}
	}
}

// name names the places of a block where the history differs.
func (v *verification) name(i uint64) {
	b := v.blocks
	leaves, ok := b.leaves(i, v.truth[i])
	for j, h := range v.differing[i] {
		place := i*tileWidth + uint64(j) + 1
		// Where no file tells the leaves of the block, any of them may differ.
		if h != (tlog.Hash{}) && (!ok || leaves[j] != h) {
			v.report.Differences = addPlace(v.report.Differences, place, false)
		}
	}
}

// checkSigned holds the tree, and where the history goes on that, against the
// other checkpoints.
func (v *verification) checkSigned() error {
	r, b := v.report, v.blocks
	at := &prefix{blocks: b, truth: v.truth, differing: v.differing}
	rest := v.signed
	for len(rest) > 0 && rest[0].Size <= b.size {
		c := rest[0]
		rest = rest[1:]
		root, ok := at.root(c.Size)
		switch {
		case !ok: // the files of its block are damaged, which was said
		case c.Origin != r.Checkpoint.Origin:
			r.alarm(c, "it was signed of "+c.Origin)
		case root != c.Root:
			r.alarm(c, "a checkpoint with another root was signed")
		default:
			r.Kept++
		}
	}
	return v.checkBeyond(rest, at)
}

func (r *Report) alarm(c Checkpoint, why string) {
	r.Alarms = append(r.Alarms, &Alarm{Code: TreeForked, Size: c.Size, Why: why})
}

// checkBeyond follows the history past the checkpoint, to others that were signed
// of more.
func (v *verification) checkBeyond(rest []Checkpoint, at *prefix) error {
	r := v.report
	size := v.blocks.size
	var e *edge
	if len(rest) > 0 {
		e, _ = at.edge()
	}
	for v.next != nil {
		ev, ok, err := v.peek(size + 1)
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		if ev.Place > size+1 {
			r.Differences = append(r.Differences, Difference{size + 1, ev.Place - 1, true})
			e = nil
		}
		size, v.ahead = ev.Place, nil
		r.Beyond++
		if e == nil {
			continue
		}
		e.append(LeafOf(r.Checkpoint.History(), ev).Hash(), func(tile, []tlog.Hash) {})
		for len(rest) > 0 && rest[0].Size == size {
			if rest[0].Root != e.root() {
				r.alarm(rest[0], "a checkpoint with another root was signed")
			} else {
				r.Kept++
			}
			rest = rest[1:]
		}
	}
	for _, c := range rest {
		r.alarm(c, fmt.Sprintf("so many were signed and %d are there", size))
	}
	return nil
}
