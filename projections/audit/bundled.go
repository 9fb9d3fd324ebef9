package audit

import (
	"archive/tar"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
)

// A Bundle is an audit bundle that is read. Whoever made it is not trusted.
type Bundle struct {
	file  *os.File
	files map[string]section
}

// A section is where in the tar a file's bytes are.
type section struct{ offset, size int64 }

// longestFile is more than any file of a bundle has but a list of sums.
const longestFile = 1 << 30

// OpenBundle opens the tar that [WriteBundle] wrote. It takes plain files with
// plain names, each once; else it is [ErrMalformed].
func OpenBundle(name string) (*Bundle, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("open a bundle: %w", err)
	}
	b := &Bundle{file: f, files: map[string]section{}}
	if err := b.index(); err != nil {
		f.Close()
		return nil, fmt.Errorf("open a bundle: %w", err)
	}
	return b, nil
}

// Close closes its file.
func (b *Bundle) Close() error { return b.file.Close() }

// index finds where each file's bytes are, so that nothing has to be unpacked.
func (b *Bundle) index() error {
	for r := tar.NewReader(b.file); ; {
		h, err := r.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%w: %w", ErrMalformed, err)
		}
		if h.Typeflag == tar.TypeDir {
			continue
		}
		_, twice := b.files[h.Name]
		if h.Typeflag != tar.TypeReg || path.Clean("/"+h.Name) != "/"+h.Name || twice || h.Size > longestFile {
			return fmt.Errorf("its file %q: %w", h.Name, ErrMalformed)
		}
		at, err := b.file.Seek(0, io.SeekCurrent) // where the file's bytes begin
		if err != nil {
			return err
		}
		b.files[h.Name] = section{at, h.Size}
	}
}

// read, kept and standings make it a store.
func (b *Bundle) read(name string) ([]byte, error) {
	s, ok := b.files[name]
	if !ok {
		return nil, fmt.Errorf("%s: %w", name, fs.ErrNotExist)
	}
	data := make([]byte, s.size)
	_, err := b.file.ReadAt(data, s.offset)
	return data, err
}

func (b *Bundle) kept() ([]uint64, error) {
	var sizes []uint64
	for name := range b.files {
		if size, ok := parseKeptPath(name); ok {
			sizes = append(sizes, size)
		}
	}
	slices.Sort(sizes)
	return sizes, nil
}

// Policy returns the policy that is in the bundle: whom its maker would have the
// auditor trust. It is no substitute for the auditor's own.
func (b *Bundle) Policy() (*Policy, error) {
	text, err := b.read(policyFile)
	if err != nil {
		return nil, fmt.Errorf("read the bundle's policy: %w", err)
	}
	return ParsePolicy(text)
}

// Verify verifies the bundle by itself: its sums, its tree up to the signed root,
// every checkpoint in it and those that the auditor kept, and each payload and
// proof against the tree.
func (b *Bundle) Verify(p *Policy, against ...Checkpoint) (*Report, error) {
	r, err := verify(b, p, nil, against)
	if err != nil {
		return nil, err
	}
	if err := b.verifySums(r); err != nil {
		return nil, fmt.Errorf("verify a bundle: %w", err)
	}
	b.verifyPayloads(p.logsOnly(), r)
	return r, nil
}

// verifySums holds each file against SHA256SUMS, both ways. The sums aren't signed:
// they tell an accident, and the tree tells the rest.
func (b *Bundle) verifySums(r *Report) error {
	text, err := b.read(sumsFile)
	if err != nil {
		r.damage(sumsFile, err)
		return nil
	}
	sums := map[string]string{}
	for line := range strings.Lines(string(text)) {
		sum, name, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		if _, twice := sums[name]; !ok || twice {
			r.damage(sumsFile, ErrMalformed)
			return nil
		}
		sums[name] = sum
	}
	for _, name := range slices.Sorted(maps.Keys(b.files)) {
		want, ok := sums[name]
		delete(sums, name)
		switch {
		case name == sumsFile:
		case !ok:
			r.damage(name, errors.New("it is not in "+sumsFile))
		default:
			data, err := b.read(name)
			if err != nil {
				return err
			}
			if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != want {
				r.damage(name, errors.New("its sum is another than in "+sumsFile))
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(sums)) {
		r.damage(name, fs.ErrNotExist)
	}
	return nil
}

// damage notes a damaged file, once.
func (r *Report) damage(name string, why error) {
	if !slices.ContainsFunc(r.Damages, func(d *Damage) bool { return d.File == name }) {
		r.Damages = append(r.Damages, &Damage{name, why})
	}
}

// verifyPayloads holds payloads and proofs against the leaves of their places.
func (b *Bundle) verifyPayloads(p *Policy, r *Report) {
	var places []uint64
	for name := range b.files {
		number, ok := strings.CutPrefix(name, "payloads/")
		place, err := strconv.ParseUint(strings.TrimSuffix(number, ".json"), 10, 63)
		if ok && err == nil && payloadPath(place) == name {
			places = append(places, place)
		} else if ok {
			r.damage(name, ErrMalformed)
		}
	}
	slices.Sort(places)
	at, list := ^uint64(0), [][]byte(nil)
	for _, place := range places {
		if place == 0 || place > r.Checkpoint.Size {
			r.damage(payloadPath(place), ErrNotFound)
			continue
		}
		if n := (place - 1) / tileWidth; n != at {
			at, list = n, b.entries(n, r.Checkpoint.Size)
		}
		if list != nil { // else its bundle is damaged, which was said
			b.verifyPayload(p, r, place, list[(place-1)%tileWidth])
		}
	}
}

// entries returns the leaves' texts of bundle n, or nil if it can't be read.
func (b *Bundle) entries(n, size uint64) [][]byte {
	t := tile{entries, n, int(min(tileWidth, size-n*tileWidth))}
	data, err := readTile(b, t)
	if err != nil {
		return nil
	}
	list, err := parseEntries(data, t.width)
	if err != nil {
		return nil
	}
	return list
}

// verifyPayload holds one payload against its leaf. That the leaf is the tree's was
// verified with the bundle that text is from, or its damage is in the report.
func (b *Bundle) verifyPayload(p *Policy, r *Report, place uint64, text []byte) {
	line, err := b.read(payloadPath(place))
	if err != nil {
		r.damage(payloadPath(place), err)
		return
	}
	r.Payloads++
	leaf, err := ParseLeaf(text)
	if err != nil || leaf != LeafOf(r.Checkpoint.History(), Event{place, leaf.Subject, line}) {
		r.Differences = addPlace(r.Differences, place, false)
	}
	proof, err := b.read(proofPath(place))
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err == nil {
		_, err = VerifyProof(p, leaf, proof)
	}
	if err != nil {
		r.damage(proofPath(place), err)
	}
}
