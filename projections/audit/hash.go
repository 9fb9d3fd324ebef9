package audit

import (
	"crypto/sha256"
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"
)

const (
	tileHeight = 8 // tlog-tiles fixes it
	tileWidth  = 1 << tileHeight
)

// recordHash is RFC 6962's hash of a leaf. It and nodeHash are [tlog.RecordHash]
// and [tlog.NodeHash] without their allocations.
func recordHash(text []byte) tlog.Hash {
	var short [512]byte // what an event's leaf fits in
	return sha256.Sum256(append(append(short[:0], 0), text...))
}

// nodeHash is RFC 6962's hash of two subtrees.
func nodeHash(left, right tlog.Hash) tlog.Hash {
	var b [1 + 2*tlog.HashSize]byte
	b[0] = 1
	copy(b[1:], left[:])
	copy(b[1+tlog.HashSize:], right[:])
	return sha256.Sum256(b[:])
}

// subtreeHash is the root over hashes, whose number is a power of two up to a
// tile's width.
func subtreeHash(hashes []tlog.Hash) tlog.Hash {
	var level [tileWidth]tlog.Hash
	n := copy(level[:], hashes)
	for ; n > 1; n /= 2 {
		for i := range n / 2 {
			level[i] = nodeHash(level[2*i], level[2*i+1])
		}
	}
	return level[0]
}

// An edge is the right edge of a tree: of each level the hashes of its last tile,
// if that isn't full. It is all that a tree needs to grow and to know its root.
type edge struct {
	size   uint64        // leaves
	levels [][]tlog.Hash // each shorter than a tile's width
}

// append adds a leaf. Each tile that becomes full by it is handed to full, the
// lowest first; hashes are the callee's.
func (e *edge) append(leaf tlog.Hash, full func(t tile, hashes []tlog.Hash)) {
	e.size++
	h := leaf
	for level := 0; ; level++ {
		if level == len(e.levels) {
			e.levels = append(e.levels, nil)
		}
		if e.levels[level] == nil {
			e.levels[level] = make([]tlog.Hash, 0, tileWidth)
		}
		e.levels[level] = append(e.levels[level], h)
		hashes := e.levels[level]
		if len(hashes) < tileWidth {
			return
		}
		e.levels[level] = nil
		full(tile{level: level, n: (e.size>>(tileHeight*level) - 1) >> tileHeight, width: tileWidth}, hashes)
		h = subtreeHash(hashes)
	}
}

// root returns the hash of the whole tree; of an empty one, that of no bytes.
func (e *edge) root() tlog.Hash { return e.rootWith(tlog.Hash{}, false) }

// rootWith returns the root of a tree that goes on, right of this one, with a
// part whose hash is right, if any.
func (e *edge) rootWith(right tlog.Hash, any bool) tlog.Hash {
	for _, hashes := range e.levels {
		right, any = foldRight(hashes, right, any)
	}
	if !any {
		return sha256.Sum256(nil)
	}
	return right
}

// foldRight joins hashes, from the smallest whole subtree at their right end on,
// to what is right of them, which is root if any.
func foldRight(hashes []tlog.Hash, root tlog.Hash, any bool) (tlog.Hash, bool) {
	for end := len(hashes); end > 0; {
		whole := 1 << bits.TrailingZeros(uint(end))
		left := subtreeHash(hashes[end-whole : end])
		if any {
			root = nodeHash(left, root)
		} else {
			root, any = left, true
		}
		end -= whole
	}
	return root, any
}
