package audit

import (
	"archive/tar"
	"crypto/sha256"
	_ "embed"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"
	"text/template"
)

// The files of a bundle, besides the tree's.
const (
	readmeFile = "README.txt"
	sumsFile   = "SHA256SUMS"
	policyFile = "policy"
	keyFile    = "log.vkey"
	pemFile    = "log.pem"
)

func payloadPath(place uint64) string { return "payloads/" + strconv.FormatUint(place, 10) + ".json" }
func leafPath(place uint64) string    { return "leaves/" + strconv.FormatUint(place, 10) }
func proofPath(place uint64) string   { return leafPath(place) + ".tlog-proof" }

//go:embed readme.txt
var readme string // what a bundle's README is made from

// A BundleOptions says what goes into a bundle besides the tree.
type BundleOptions struct {
	Key      string                  // the public key that signed the newest checkpoint, as [Key.Public] gives it
	Former   []string                // public keys that signed before it did
	Policy   []byte                  // a tlog-policy; empty: these keys, and no witness
	Payloads iter.Seq2[Event, error] // the events that the auditor may see, by place; may be nil
	Prove    int                     // for how many of them, at the most, there is a proof; 0 is one
}

// WriteBundle writes a tar with everything that an auditor needs to verify the
// tree in dir without us: the tree at its newest checkpoint, all checkpoints, the
// key, the payloads, and a README with the commands of programs that are not
// ours. The same tree makes the same bytes.
func WriteBundle(to io.Writer, dir string, o BundleOptions) error {
	keys := append([]string{o.Key}, o.Former...)
	if len(o.Policy) == 0 {
		o.Policy = []byte("log " + strings.Join(keys, "\nlog ") + "\nquorum none\n")
	}
	own, err := PolicyOf(keys...)
	if err != nil {
		return fmt.Errorf("write a bundle: %w", err)
	}
	prover := NewProver(dir, own)
	c, err := prover.Checkpoint()
	if err != nil {
		return fmt.Errorf("write a bundle: %w", err)
	}
	b := &bundling{tar: tar.NewWriter(to), prover: prover, checkpoint: c}
	b.tree(folder(dir))
	b.proofs(&o)
	b.about(o)
	b.put(sumsFile, []byte(b.sums.String()))
	if b.err == nil {
		b.err = b.tar.Close()
	}
	if b.err != nil {
		return fmt.Errorf("write a bundle: %w", b.err)
	}
	return nil
}

// A bundling is a bundle that is being written.
type bundling struct {
	tar        *tar.Writer
	prover     *Prover
	checkpoint Checkpoint
	sums       strings.Builder
	proven     []uint64
	err        error // the first; after it nothing is written
}

// put adds a file.
func (b *bundling) put(name string, data []byte) {
	if b.err != nil {
		return
	}
	b.err = b.tar.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(data)), Typeflag: tar.TypeReg})
	if b.err == nil {
		_, b.err = b.tar.Write(data)
	}
	fmt.Fprintf(&b.sums, "%x  %s\n", sha256.Sum256(data), name)
}

// tree adds the tree at the checkpoint, whatever was written since: its tiles are
// told by its size and not by what the folder has.
func (b *bundling) tree(dir folder) {
	if signed, err := dir.read(keptPath(b.checkpoint.Size)); err == nil {
		b.checkpoint.Signed = signed // with what was cosigned since
	}
	b.put(checkpointFile, b.checkpoint.Signed)
	sizes, err := dir.kept()
	for _, size := range sizes {
		if size <= b.checkpoint.Size && err == nil {
			var signed []byte
			signed, err = dir.read(keptPath(size))
			b.put(keptPath(size), signed)
		}
	}
	names, standingErr := dir.standings()
	for _, name := range names {
		if err == nil {
			var standing []byte
			standing, err = dir.read(name)
			b.put(name, standing)
		}
	}
	err = cmpOr(err, standingErr)
	for _, t := range allTiles(b.checkpoint.Size) {
		if err != nil || b.err != nil {
			break
		}
		var data []byte
		data, err = readTile(dir, t)
		b.put(t.path(), data)
	}
	if b.err == nil {
		b.err = err
	}
}

// allTiles returns the tiles and bundles of a tree of this size.
func allTiles(size uint64) []tile {
	tiles := edgeTiles(0, size)
	for level := 0; size>>(tileHeight*(level+1)) > 0; level++ {
		for n := range size >> (tileHeight * (level + 1)) {
			tiles = append(tiles, tile{level, n, tileWidth})
			if level == 0 {
				tiles = append(tiles, tile{entries, n, tileWidth})
			}
		}
	}
	return tiles
}

// proofs adds the payloads, and the leaves and proofs of the first of them: enough
// to show how it is done, where one for each would be larger than the tree.
func (b *bundling) proofs(o *BundleOptions) {
	if o.Payloads == nil {
		return
	}
	last := uint64(0)
	for e, err := range o.Payloads {
		if b.err != nil {
			return
		}
		switch {
		case err != nil:
			b.err = err
			return
		case e.Place > b.checkpoint.Size: // it came after the checkpoint
			return
		case e.Place <= last:
			b.err = fmt.Errorf("place %d after %d: %w", e.Place, last, ErrMalformed)
			return
		}
		last = e.Place
		b.put(payloadPath(e.Place), e.Line)
		if len(b.proven) < max(o.Prove, 1) {
			b.prove(e)
		}
	}
}

// prove adds the leaf of an event, as its line makes it, and the tree's proof: if
// the line isn't what the tree has, the auditor is the one to see it.
func (b *bundling) prove(e Event) {
	proof, err := b.prover.proveAt(b.checkpoint, e.Place)
	if err != nil {
		b.err = err
		return
	}
	b.put(leafPath(e.Place), LeafOf(b.checkpoint.History(), e).Append(nil))
	b.put(proofPath(e.Place), proof)
	b.proven = append(b.proven, e.Place)
}

// about adds the key, the policy and the README.
func (b *bundling) about(o BundleOptions) {
	if b.err != nil {
		return
	}
	public, err := PublicPEM(o.Key)
	if err != nil {
		b.err = err
		return
	}
	b.put(keyFile, []byte(o.Key+"\n"))
	b.put(pemFile, public)
	b.put(policyFile, o.Policy)
	var text strings.Builder
	t, err := template.New("readme").Parse(readme)
	if err == nil {
		err = t.Execute(&text, map[string]any{"Size": b.checkpoint.Size, "Checkpoint": b.checkpoint.Root, "Proofs": slices.Clone(b.proven)})
	}
	if err != nil {
		b.err = err
		return
	}
	b.put(readmeFile, []byte(text.String()))
}
