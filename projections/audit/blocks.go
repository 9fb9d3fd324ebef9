package audit

import (
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// The tree is verified in blocks, each the leaves of one tile of level 0. Three
// say what a block's hash is: its bundle, its tile, and the tile above it. Where
// they differ, the signed root tells which of them is right.

// A testimony is what a file says of a block.
type testimony struct {
	hash tlog.Hash // of all leaves of the block
	err  error     // why the file says nothing
}

// blocks are the blocks of the tree of a checkpoint, and what its files say.
type blocks struct {
	store   store
	size    uint64
	bundles []testimony
	tiles   []testimony
	above   []testimony // of each full block
}

func (b *blocks) count() uint64 { return (b.size + tileWidth - 1) / tileWidth }

// width is how many leaves block i has.
func (b *blocks) width(i uint64) int { return int(min(tileWidth, b.size-i*tileWidth)) }

func (b *blocks) bundle(i uint64) tile { return tile{entries, i, b.width(i)} }
func (b *blocks) tile(i uint64) tile   { return tile{0, i, b.width(i)} }

// readBlocks reads all bundles and tiles of a tree. What can't be read is kept as
// the reason why, and never stops it: each damage is to be named, not the first.
func readBlocks(s store, size uint64) *blocks {
	b := &blocks{store: s, size: size}
	n := b.count()
	b.bundles, b.tiles = make([]testimony, n), make([]testimony, n)
	_ = each(b.bundles, func(i int, _ testimony) error {
		b.readBlock(uint64(i))
		return nil
	})
	b.above = make([]testimony, size/tileWidth)
	for first := uint64(0); first < uint64(len(b.above)); first += tileWidth {
		at := tile{1, first / tileWidth, int(min(tileWidth, uint64(len(b.above))-first))}
		hashes, err := readHashes(s, at)
		for i := range at.width {
			if err != nil {
				b.above[first+uint64(i)].err = err
			} else {
				b.above[first+uint64(i)].hash = hashes[i]
			}
		}
	}
	return b
}

func (b *blocks) readBlock(i uint64) {
	fromBundle, err := b.bundleHashes(i)
	if err != nil {
		b.bundles[i].err = err
	} else {
		b.bundles[i].hash = blockHash(fromBundle)
	}
	fromTile, err := readHashes(b.store, b.tile(i))
	switch {
	case err != nil:
		b.tiles[i].err = err
	case sameHashes(fromTile, fromBundle):
		b.tiles[i].hash = b.bundles[i].hash
	default:
		b.tiles[i].hash = blockHash(fromTile)
	}
}

// bundleHashes hashes the entries of a block's bundle.
func (b *blocks) bundleHashes(i uint64) ([]tlog.Hash, error) {
	data, err := readTile(b.store, b.bundle(i))
	if err != nil {
		return nil, err
	}
	list, err := parseEntries(data, b.width(i))
	if err != nil {
		return nil, err
	}
	hashes := make([]tlog.Hash, len(list))
	for j, text := range list {
		hashes[j] = recordHash(text)
	}
	return hashes, nil
}

// readHashes reads a tile of hashes.
func readHashes(s store, t tile) ([]tlog.Hash, error) {
	data, err := readTile(s, t)
	if err != nil {
		return nil, err
	}
	return parseHashes(data, t.width)
}

// blockHash is the hash of all leaves of a block, also where it isn't full.
func blockHash(leaves []tlog.Hash) tlog.Hash {
	h, _ := foldRight(leaves, tlog.Hash{}, false)
	return h
}

func sameHashes(a, b []tlog.Hash) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// leaves returns the hashes of a block's leaves from a file that says the block's
// hash is this.
func (b *blocks) leaves(i uint64, hash tlog.Hash) ([]tlog.Hash, bool) {
	if b.tiles[i].err == nil && b.tiles[i].hash == hash {
		if hashes, err := readHashes(b.store, b.tile(i)); err == nil && blockHash(hashes) == hash {
			return hashes, true
		}
	}
	if b.bundles[i].err == nil && b.bundles[i].hash == hash {
		if hashes, err := b.bundleHashes(i); err == nil && blockHash(hashes) == hash {
			return hashes, true
		}
	}
	return nil, false
}

// rootOf returns the root that the hashes of all blocks lead to. The tiles above
// them are handed to full, and those that aren't full too.
func rootOf(hashes []tlog.Hash, size uint64, full func(tile, []tlog.Hash)) tlog.Hash {
	if full == nil {
		full = func(tile, []tlog.Hash) {}
	}
	var up edge
	for _, h := range hashes[:size/tileWidth] {
		up.append(h, func(t tile, of []tlog.Hash) { full(tile{t.level + 1, t.n, t.width}, of) })
	}
	for level, of := range up.levels {
		if len(of) > 0 {
			full(tile{level + 1, up.size >> (tileHeight * level) / tileWidth, len(of)}, of)
		}
	}
	if size%tileWidth == 0 {
		return up.root()
	}
	return up.rootWith(hashes[len(hashes)-1], true)
}

// settle finds hashes of the blocks that lead to the root: those of the history,
// if there is one, or what the files say. It returns its best guess if nothing
// does.
func (b *blocks) settle(history []tlog.Hash, root tlog.Hash) (hashes []tlog.Hash, settled bool) {
	if history != nil && rootOf(history, b.size, nil) == root {
		return history, true
	}
	guess := b.guess(b.vote)
	// A bundle and a tile that were forged alike outvote the tile above them, which
	// the root then bears out.
	for _, say := range []func(uint64) tlog.Hash{b.vote, b.trustAbove} {
		hashes := b.guess(say)
		if rootOf(hashes, b.size, nil) == root {
			return hashes, true
		}
		if last := b.count() - 1; b.size%tileWidth > 0 && b.tiles[last].err == nil {
			hashes[last] = b.tiles[last].hash // nothing is above it to tell
			if rootOf(hashes, b.size, nil) == root {
				return hashes, true
			}
		}
	}
	return guess, false
}

// guess takes one way's word for every block.
func (b *blocks) guess(say func(uint64) tlog.Hash) []tlog.Hash {
	hashes := make([]tlog.Hash, b.count())
	for i := range hashes {
		hashes[i] = say(uint64(i))
	}
	return hashes
}

// vote takes what two of three say, and else the bundle's word.
func (b *blocks) vote(i uint64) tlog.Hash {
	said := []testimony{b.bundles[i], b.tiles[i]}
	if i < uint64(len(b.above)) {
		said = append(said, b.above[i])
	}
	for n, s := range said {
		for _, other := range said[n+1:] {
			if s.err == nil && other.err == nil && s.hash == other.hash {
				return s.hash
			}
		}
	}
	for _, s := range said {
		if s.err == nil {
			return s.hash
		}
	}
	return tlog.Hash{}
}

// trustAbove takes the word of the tile above, where there is one.
func (b *blocks) trustAbove(i uint64) tlog.Hash {
	if i < uint64(len(b.above)) && b.above[i].err == nil {
		return b.above[i].hash
	}
	return b.vote(i)
}

// damages names the files that say something else than these hashes of the
// blocks.
func (b *blocks) damages(hashes []tlog.Hash) []*Damage {
	var list []*Damage
	for i, h := range hashes {
		for at, said := range map[tile]testimony{b.bundle(uint64(i)): b.bundles[i], b.tile(uint64(i)): b.tiles[i]} {
			switch {
			case said.err != nil:
				list = append(list, &Damage{at.path(), said.err})
			case said.hash != h:
				list = append(list, &Damage{at.path(), errOther})
			}
		}
	}
	rootOf(hashes, b.size, func(at tile, want []tlog.Hash) {
		have, err := readHashes(b.store, at)
		if err == nil && !sameHashes(have, want) {
			err = fmt.Errorf("from its hash %d on: %w", firstOther(have, want), errOther)
		}
		if err != nil {
			list = append(list, &Damage{at.path(), err})
		}
	})
	return list
}

var errOther = errors.New("it is not what the tree's root says")

func firstOther(a, b []tlog.Hash) int {
	for i := range a {
		if i == len(b) || a[i] != b[i] {
			return i
		}
	}
	return len(a)
}
