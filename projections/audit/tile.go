package audit

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// entries is the level of the bundles that hold the leaves' texts.
const entries = -1

// A tile is one of tlog-tiles' files: width hashes of a level, or entries, from
// n times a tile's width on.
type tile struct {
	level int // or entries
	n     uint64
	width int // from 1 to tileWidth
}

// path is the tile's path under the log's prefix, as tlog-tiles has it.
func (t tile) path() string {
	level := "entries"
	if t.level != entries {
		level = strconv.Itoa(t.level)
	}
	p := "tile/" + level + "/" + numberPath(t.n)
	if t.width < tileWidth {
		p += ".p/" + strconv.Itoa(t.width)
	}
	return p
}

// partials is the folder of the tile's partial versions.
func (t tile) partials() string { return t.full().path() + ".p" }

func (t tile) full() tile { return tile{t.level, t.n, tileWidth} }

// numberPath writes n in groups of three digits: 1234067 is x001/x234/067.
func numberPath(n uint64) string {
	p := fmt.Sprintf("%03d", n%1000)
	for n >= 1000 {
		n /= 1000
		p = fmt.Sprintf("x%03d/%s", n%1000, p)
	}
	return p
}

// parseNumberPath reads what numberPath writes, and nothing else.
func parseNumberPath(p string) (uint64, bool) {
	var n uint64
	for group := range strings.SplitSeq(p, "/") {
		v, err := strconv.ParseUint(strings.TrimPrefix(group, "x"), 10, 16)
		if err != nil || v > 999 || n > 1<<53 {
			return 0, false
		}
		n = n*1000 + v
	}
	return n, numberPath(n) == p
}

// parseTilePath reads the path of a tile, as path writes it.
func parseTilePath(p string) (tile, bool) {
	rest, ok := strings.CutPrefix(p, "tile/")
	level, rest, cut := strings.Cut(rest, "/")
	if !ok || !cut {
		return tile{}, false
	}
	t := tile{level: entries, width: tileWidth}
	if level != "entries" {
		l, err := strconv.ParseUint(level, 10, 6)
		if err != nil {
			return tile{}, false
		}
		t.level = int(l)
	}
	if number, width, partial := strings.Cut(rest, ".p/"); partial {
		w, err := strconv.ParseUint(width, 10, 8)
		if err != nil || w == 0 {
			return tile{}, false
		}
		rest, t.width = number, int(w)
	}
	t.n, ok = parseNumberPath(rest)
	return t, ok && t.path() == p
}

// edgeTiles returns the partial tiles of a tree of this size that one of size
// old did not have, bundles last.
func edgeTiles(old, size uint64) []tile {
	var tiles []tile
	for level := 0; size>>(tileHeight*level) > 0; level++ {
		was, is := old>>(tileHeight*level), size>>(tileHeight*level)
		if w := int(is % tileWidth); w > 0 && was != is {
			tiles = append(tiles, tile{level, is / tileWidth, w})
		}
	}
	if w := int(size % tileWidth); w > 0 && old != size {
		tiles = append(tiles, tile{entries, size / tileWidth, w})
	}
	return tiles
}

// outgrown returns the partial tiles of a tree of size old that are full at size.
func outgrown(old, size uint64) []tile {
	var tiles []tile
	for _, t := range edgeTiles(0, old) {
		if (size>>(tileHeight*max(t.level, 0)))/tileWidth > t.n {
			tiles = append(tiles, t)
		}
	}
	return tiles
}

// appendHashes appends a tile's content to b.
func appendHashes(b []byte, hashes []tlog.Hash) []byte {
	for i := range hashes {
		b = append(b, hashes[i][:]...)
	}
	return b
}

// parseHashes reads a tile's content.
func parseHashes(b []byte, width int) ([]tlog.Hash, error) {
	if len(b) != width*tlog.HashSize {
		return nil, fmt.Errorf("it has %d bytes and not %d: %w", len(b), width*tlog.HashSize, ErrMalformed)
	}
	hashes := make([]tlog.Hash, width)
	for i := range hashes {
		copy(hashes[i][:], b[i*tlog.HashSize:])
	}
	return hashes, nil
}

// appendEntry appends an entry to a bundle. A leaf is always short enough.
func appendEntry(b, text []byte) []byte {
	return append(binary.BigEndian.AppendUint16(b, uint16(len(text))), text...)
}

// parseEntries splits a bundle's content into width entries, which are parts of b.
func parseEntries(b []byte, width int) ([][]byte, error) {
	list := make([][]byte, 0, width)
	for len(list) < width {
		text, rest, ok := cutEntry(b)
		if !ok {
			return nil, fmt.Errorf("it ends in entry %d: %w", len(list), ErrMalformed)
		}
		list, b = append(list, text), rest
	}
	if len(b) > 0 {
		return nil, fmt.Errorf("it goes on after %d entries: %w", width, ErrMalformed)
	}
	return list, nil
}

func cutEntry(b []byte) (text, rest []byte, ok bool) {
	if len(b) < 2 {
		return nil, nil, false
	}
	n := int(binary.BigEndian.Uint16(b))
	if len(b) < 2+n {
		return nil, nil, false
	}
	return b[2 : 2+n], b[2+n:], true
}

// narrow cuts a full tile's content to that of a partial one.
func narrow(t tile, full []byte) ([]byte, error) {
	if t.level != entries {
		if len(full) != tileWidth*tlog.HashSize {
			return nil, ErrMalformed
		}
		return full[:t.width*tlog.HashSize], nil
	}
	rest, ok := full, true
	for range t.width {
		if _, rest, ok = cutEntry(rest); !ok {
			return nil, ErrMalformed
		}
	}
	return full[:len(full)-len(rest)], nil
}
