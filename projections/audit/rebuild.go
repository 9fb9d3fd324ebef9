package audit

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"golang.org/x/mod/sumdb/tlog"
)

// Rebuild writes what is damaged of the tree in dir anew from the history, and
// returns the names of the files that it wrote. First it follows the history to
// every checkpoint that was signed: where one says another root, or the history
// is too short, that is an [Alarm] and nothing is written. Checkpoints that can't
// be read are signed anew as long as another one can; if none can, it is
// [ErrUnverified]. The tree must not be open.
func Rebuild(dir string, o Options, history Source) (mended []string, err error) {
	lock, err := lockDir(dir)
	if err != nil {
		return nil, fmt.Errorf("rebuild the tree: %w", err)
	}
	defer lock.Close()
	policy, err := PolicyOf(append([]string{o.Key.Public()}, o.Former...)...)
	if err != nil {
		return nil, fmt.Errorf("rebuild the tree: %w", err)
	}
	r := &rebuilding{dir: folder(dir), key: o.Key, policy: policy}
	if err := r.readSigned(); err != nil {
		return nil, fmt.Errorf("rebuild the tree: %w", err)
	}
	if len(r.signed) == 0 {
		return nil, nil
	}
	if err := r.follow(history, r.check, nil); err != nil {
		return nil, fmt.Errorf("rebuild the tree: %w", err)
	}
	if r.files, err = newWriter(r.dir); err != nil {
		return nil, fmt.Errorf("rebuild the tree: %w", err)
	}
	if err := r.mend(history); err != nil {
		return r.mended, fmt.Errorf("rebuild the tree: %w", err)
	}
	return r.mended, nil
}

// A rebuilding goes over the history twice: first to see that it is the one that
// was signed, then to write.
type rebuilding struct {
	dir     folder
	key     *Key
	policy  *Policy
	signed  map[uint64]Checkpoint // those that can be read
	resign  map[uint64]bool       // sizes of those that can't
	newest  uint64                // the size of the tree
	files   *writer
	waiting []file
	mended  []string
}

// readSigned reads all checkpoints that were signed.
func (r *rebuilding) readSigned() error {
	r.signed, r.resign = map[uint64]Checkpoint{}, map[uint64]bool{}
	sizes, err := r.dir.kept()
	if err != nil {
		return err
	}
	for _, size := range sizes {
		c, err := readCheckpoint(r.dir, r.policy, keptPath(size))
		if err != nil || c.Size != size || c.History() != r.key.History() {
			r.resign[size] = true
			continue
		}
		r.signed[size] = c
	}
	c, err := readCheckpoint(r.dir, r.policy, checkpointFile)
	// That none is there at all is a tree that has not begun.
	there := !errors.Is(err, fs.ErrNotExist)
	if err == nil && c.History() == r.key.History() {
		if kept, ok := r.signed[c.Size]; ok && kept.Root != c.Root {
			return &Alarm{Code: TreeForked, Size: c.Size, Why: "two roots were signed"}
		}
		if _, ok := r.signed[c.Size]; !ok {
			r.signed[c.Size], r.resign[c.Size] = c, true
		}
	}
	if len(r.signed) == 0 && (there || len(sizes) > 0) {
		return fmt.Errorf("no checkpoint can be read, and nothing else tells the history: %w", ErrUnverified)
	}
	for size := range r.signed {
		r.newest = max(r.newest, size)
	}
	return nil
}

// follow builds the tree of the history up to the newest checkpoint in memory.
// Each event's leaf is handed to added once it is in the tree, each tile that is
// full to full.
func (r *rebuilding) follow(history Source, added func(*edge, []byte) error, full func(tile, []tlog.Hash)) error {
	if full == nil {
		full = func(tile, []tlog.Hash) {}
	}
	var e edge
	for ev, err := range history(0) {
		switch {
		case err != nil:
			return err
		case e.size == r.newest:
			return nil
		case ev.Place != e.size+1:
			return fmt.Errorf("place %d after %d: %w", ev.Place, e.size, ErrGap)
		}
		text := LeafOf(r.key.History(), ev).Append(nil)
		e.append(recordHash(text), full)
		if err := added(&e, text); err != nil {
			return err
		}
	}
	if e.size < r.newest {
		return &Alarm{Code: TreeForked, Size: r.newest, Why: fmt.Sprintf("so many were signed and the history has %d", e.size)}
	}
	return nil
}

// check holds the tree against a checkpoint of its size.
func (r *rebuilding) check(e *edge, _ []byte) error {
	if c, ok := r.signed[e.size]; ok && c.Root != e.root() {
		return &Alarm{Code: TreeForked, Size: e.size, Why: "a checkpoint with another root was signed"}
	}
	return nil
}

// mend writes all files of the tree that are not as they should be.
func (r *rebuilding) mend(history Source) error {
	var bundle []byte
	var fulls []file
	err := r.follow(history, func(e *edge, text []byte) error {
		bundle = appendEntry(bundle, text)
		if e.size%tileWidth == 0 {
			r.compare(file{tile{entries, e.size/tileWidth - 1, tileWidth}.path(), bundle})
			bundle = nil
		}
		for _, f := range fulls {
			r.compare(f)
		}
		fulls = nil
		if err := r.mendAt(e, bundle); err != nil {
			return err
		}
		return r.write(atOnce)
	}, func(at tile, hashes []tlog.Hash) {
		fulls = append(fulls, file{at.path(), appendHashes(nil, hashes)})
	})
	if err != nil {
		return err
	}
	if err := r.write(0); err != nil {
		return err
	}
	signed, err := r.dir.read(keptPath(r.newest)) // it may have cosignatures
	if err != nil {
		return err
	}
	if c, err := readCheckpoint(r.dir, r.policy, checkpointFile); err != nil || c.Size != r.newest {
		r.waiting = append(r.waiting, file{checkpointFile, signed})
	}
	return r.write(0)
}

// mendAt mends what belongs to a checkpoint of the size that the tree has now:
// its partial tiles, which stay as long as their tiles aren't full, and itself.
func (r *rebuilding) mendAt(e *edge, bundle []byte) error {
	_, ok := r.signed[e.size]
	if !ok && !r.resign[e.size] {
		return nil
	}
	grown := outgrown(e.size, r.newest)
	for _, at := range edgeTiles(0, e.size) {
		switch {
		case slices.Contains(grown, at):
		case at.level == entries:
			r.compare(file{at.path(), bytes.Clone(bundle)})
		default:
			r.compare(file{at.path(), appendHashes(nil, e.levels[at.level])})
		}
	}
	if !r.resign[e.size] {
		return nil
	}
	// Its cosignatures, if it had any, are lost with it; the root is what it was.
	c, ok := r.signed[e.size]
	if !ok {
		var err error
		if c, err = (Checkpoint{Size: e.size, Root: e.root()}).sign(r.key); err != nil {
			return err
		}
	}
	r.waiting = append(r.waiting, file{keptPath(e.size), c.Signed})
	return nil
}

// compare has a file written if it isn't there or isn't the same. Partial tiles
// come again, as long as their level doesn't grow.
func (r *rebuilding) compare(f file) {
	if slices.ContainsFunc(r.waiting, func(w file) bool { return w.name == f.name }) {
		return
	}
	if have, err := os.ReadFile(r.dir.path(f.name)); err != nil || !bytes.Equal(have, f.data) {
		r.waiting = append(r.waiting, f)
	}
}

// write writes what waits, if it is more than few.
func (r *rebuilding) write(few int) error {
	if len(r.waiting) <= few {
		return nil
	}
	for _, f := range r.waiting {
		r.mended = append(r.mended, f.name)
	}
	err := r.files.write(r.waiting)
	r.waiting = nil
	return err
}
