package audit

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"strconv"

	"golang.org/x/mod/sumdb/tlog"
)

// proofVersion is a tlog-proof's first line.
const proofVersion = "c2sp.org/tlog-proof@v1"

// A Prover makes proofs from the files of a tree. It reads them anew each time
// and takes from them only what leads to the signed root.
type Prover struct {
	store  store
	policy *Policy
}

// NewProver makes proofs from the tree in dir, whose logs the policy knows. A
// proof holds the cosignatures that there are, whatever quorum it asks for.
func NewProver(dir string, p *Policy) *Prover { return &Prover{folder(dir), p.logsOnly()} }

// Prover makes proofs from this tree, also while it is written.
func (t *Tree) Prover() *Prover { return &Prover{t.dir, t.policy} }

// Checkpoint returns the newest checkpoint; [ErrNotFound] where there is none.
func (p *Prover) Checkpoint() (Checkpoint, error) { return p.checkpoint(checkpointFile) }

// Cosigned returns the newest checkpoint that witnesses have cosigned as the tree's
// policy asked; [ErrNotFound] where there is none.
func (p *Prover) Cosigned() (Checkpoint, error) { return p.checkpoint(cosignedFile) }

func (p *Prover) checkpoint(name string) (Checkpoint, error) {
	signed, err := p.store.read(name)
	if errors.Is(err, fs.ErrNotExist) {
		return Checkpoint{}, fmt.Errorf("read %s: %w", name, ErrNotFound)
	}
	if err != nil {
		return Checkpoint{}, fmt.Errorf("read %s: %w", name, err)
	}
	c, err := p.policy.Open(signed)
	if err != nil {
		return Checkpoint{}, &Damage{name, err}
	}
	return c, nil
}

// Prove returns a tlog-proof that the tree holds the leaf of a place: against
// the newest checkpoint that witnesses have cosigned, or the newest where that
// doesn't reach so far. [ErrNotFound] if the tree doesn't either.
func (p *Prover) Prove(place uint64) ([]byte, error) {
	c, err := p.Cosigned()
	if err != nil || c.Size < place {
		if c, err = p.Checkpoint(); err != nil {
			return nil, err
		}
	}
	return p.proveAt(c, place)
}

func (p *Prover) proveAt(c Checkpoint, place uint64) ([]byte, error) {
	if place == 0 || place > c.Size {
		return nil, fmt.Errorf("prove place %d of %d: %w", place, c.Size, ErrNotFound)
	}
	hashes, err := tlog.ProveRecord(int64(c.Size), int64(place-1), p.reader(c))
	if err != nil {
		return nil, fmt.Errorf("prove place %d: %w: %w", place, ErrDamaged, err)
	}
	b := fmt.Appendf(nil, "%s\nindex %d\n", proofVersion, place-1)
	for _, h := range hashes {
		b = append(base64.StdEncoding.AppendEncode(b, h[:]), '\n')
	}
	return append(append(b, '\n'), c.Signed...), nil
}

// Leaf returns the leaf of a place as the tree has it, and proves it to itself.
func (p *Prover) Leaf(place uint64) (Leaf, error) {
	c, err := p.Checkpoint()
	if err != nil {
		return Leaf{}, err
	}
	if place == 0 || place > c.Size {
		return Leaf{}, fmt.Errorf("read place %d of %d: %w", place, c.Size, ErrNotFound)
	}
	at := tile{entries, (place - 1) / tileWidth, tileWidth}
	if at.n == c.Size/tileWidth {
		at.width = int(c.Size % tileWidth)
	}
	data, err := readTile(p.store, at)
	if err != nil {
		return Leaf{}, &Damage{at.path(), err}
	}
	list, err := parseEntries(data, at.width)
	if err != nil {
		return Leaf{}, &Damage{at.path(), err}
	}
	text := list[(place-1)%tileWidth]
	h, err := p.reader(c).ReadHashes([]int64{tlog.StoredHashIndex(0, int64(place-1))})
	if err != nil {
		return Leaf{}, fmt.Errorf("read place %d: %w: %w", place, ErrDamaged, err)
	}
	if h[0] != recordHash(text) {
		return Leaf{}, &Damage{at.path(), fmt.Errorf("entry %d has not the hash that its tile says", (place-1)%tileWidth)}
	}
	return ParseLeaf(text)
}

// Consistency proves that the tree of c is what that of size old became, as RFC
// 6962 has it.
func (p *Prover) Consistency(c Checkpoint, old uint64) (tlog.TreeProof, error) {
	switch {
	case old > c.Size:
		return nil, fmt.Errorf("prove that %d events became %d: %w", old, c.Size, ErrNotFound)
	case old == 0 || old == c.Size:
		return nil, nil
	}
	proof, err := tlog.ProveTree(int64(c.Size), int64(old), p.reader(c))
	if err != nil {
		return nil, fmt.Errorf("prove that %d events became %d: %w: %w", old, c.Size, ErrDamaged, err)
	}
	return proof, nil
}

// VerifyConsistency reports whether the proof shows that the tree of older became
// that of newer; if not, [ErrNotIncluded].
func VerifyConsistency(older, newer Checkpoint, proof tlog.TreeProof) error {
	ok := older.Origin == newer.Origin
	switch {
	case older.Size == 0 || older.Size == newer.Size:
		ok = ok && len(proof) == 0 && (older.Size == 0 || older.Root == newer.Root)
	default:
		ok = ok && tlog.CheckTree(proof, int64(newer.Size), newer.Root, int64(older.Size), older.Root) == nil
	}
	if !ok {
		return fmt.Errorf("verify that %d events became %d: %w", older.Size, newer.Size, ErrNotIncluded)
	}
	return nil
}

// reader gives the hashes of the tree of a checkpoint, each checked up to its
// root.
func (p *Prover) reader(c Checkpoint) tlog.HashReader {
	return tlog.TileHashReader(tlog.Tree{N: int64(c.Size), Hash: c.Root}, tlogReader{p.store})
}

// A tlogReader is a store as tlog reads it.
type tlogReader struct{ store store }

// Height, ReadTiles and SaveTiles make it a [tlog.TileReader].
func (tlogReader) Height() int { return tileHeight }

func (r tlogReader) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(tiles))
	for i, t := range tiles {
		var err error
		if data[i], err = readTile(r.store, tile{t.L, uint64(t.N), t.W}); err != nil {
			return nil, err
		}
	}
	return data, nil
}

func (tlogReader) SaveTiles([]tlog.Tile, [][]byte) {}

// VerifyProof verifies that the tree holds a leaf, by a tlog-proof and a policy
// alone, and returns the checkpoint that the proof is against. The proof counts
// for the leaf's own place only.
func VerifyProof(p *Policy, l Leaf, proof []byte) (Checkpoint, error) {
	index, hashes, signed, err := parseProof(proof)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("verify a proof: %w", err)
	}
	c, err := p.Open(signed)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("verify a proof: %w", err)
	}
	if c.History() != l.History {
		return Checkpoint{}, fmt.Errorf("verify a proof of %s: %w", c.History(), ErrOtherHistory)
	}
	// A log that lies may put a leaf at another index than its place says.
	if index+1 != l.Place || l.check() != nil || tlog.CheckRecord(hashes, int64(c.Size), c.Root, int64(index), l.Hash()) != nil {
		return Checkpoint{}, fmt.Errorf("verify a proof of place %d: %w", l.Place, ErrNotIncluded)
	}
	return c, nil
}

// parseProof takes a tlog-proof apart. Its extra line, of which we write none, is
// passed over.
func parseProof(proof []byte) (index uint64, hashes tlog.RecordProof, signed []byte, err error) {
	rest, ok := bytes.CutPrefix(proof, []byte(proofVersion+"\n"))
	if !ok {
		return 0, nil, nil, fmt.Errorf("its first line: %w", ErrMalformed)
	}
	if bytes.HasPrefix(rest, []byte("extra ")) {
		_, rest, _ = bytes.Cut(rest, []byte("\n"))
	}
	rest, ok = bytes.CutPrefix(rest, []byte("index "))
	number, rest, cut := bytes.Cut(rest, []byte("\n"))
	index, err = strconv.ParseUint(string(number), 10, 62)
	if !ok || !cut || err != nil || strconv.FormatUint(index, 10) != string(number) {
		return 0, nil, nil, fmt.Errorf("its index: %w", ErrMalformed)
	}
	for {
		line, after, cut := bytes.Cut(rest, []byte("\n"))
		if !cut || len(hashes) > 63 {
			return 0, nil, nil, fmt.Errorf("its hashes do not end: %w", ErrMalformed)
		}
		if rest = after; len(line) == 0 {
			return index, hashes, rest, nil
		}
		h, err := parseHash(string(line))
		if err != nil {
			return 0, nil, nil, fmt.Errorf("a hash of it: %w", err)
		}
		hashes = append(hashes, h)
	}
}
