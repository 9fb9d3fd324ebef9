package audit

import "golang.org/x/mod/sumdb/tlog"

// A prefix gives the roots of a tree at smaller sizes, in order.
type prefix struct {
	blocks    *blocks
	truth     []tlog.Hash
	differing map[uint64][]tlog.Hash // leaves where the files may not have them
	up        edge                   // over the blocks before the one it is at
	leaves    []tlog.Hash            // of that block, once they were asked for
}

// root returns the root at size, which is not less than it was before; ok is
// false where the leaves that it ends in can't be had.
func (p *prefix) root(size uint64) (root tlog.Hash, ok bool) {
	for p.up.size < size/tileWidth {
		p.up.append(p.truth[p.up.size], func(tile, []tlog.Hash) {})
		p.leaves = nil
	}
	width := size % tileWidth
	if width == 0 {
		return p.up.root(), true
	}
	if p.leaves == nil {
		if p.leaves, ok = p.load(p.up.size); !ok {
			return tlog.Hash{}, false
		}
	}
	right, any := foldRight(p.leaves[:width], tlog.Hash{}, false)
	return p.up.rootWith(right, any), true
}

// load gets the leaves of block i from a file or from the history.
func (p *prefix) load(i uint64) ([]tlog.Hash, bool) {
	if leaves, ok := p.blocks.leaves(i, p.truth[i]); ok {
		return leaves, true
	}
	leaves := p.differing[i]
	return leaves, leaves != nil && blockHash(leaves) == p.truth[i]
}

// edge returns the right edge of the whole tree.
func (p *prefix) edge() (*edge, bool) {
	size := p.blocks.size
	if _, ok := p.root(size); !ok {
		return nil, false
	}
	e := &edge{size: size, levels: [][]tlog.Hash{nil}}
	e.levels[0] = append(make([]tlog.Hash, 0, tileWidth), p.leaves[:size%tileWidth]...)
	for _, hashes := range p.up.levels {
		e.levels = append(e.levels, append(make([]tlog.Hash, 0, tileWidth), hashes...))
	}
	return e, true
}
