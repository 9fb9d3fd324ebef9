package audit

import (
	"errors"
	"fmt"
	"io/fs"

	"golang.org/x/mod/sumdb/tlog"
)

// resume takes the tree up where its checkpoint says it is.
func (t *Tree) resume() error {
	var err error
	if t.files, err = newWriter(t.dir); err != nil {
		return err
	}
	newest, err := t.dir.newestKept()
	if err != nil {
		return err
	}
	signed, err := t.dir.read(checkpointFile)
	switch {
	case errors.Is(err, fs.ErrNotExist) && newest == 0:
		return nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	case err == nil:
		if t.published, err = t.open(signed); err != nil {
			return &Damage{checkpointFile, err}
		}
		if t.edge, t.bundle, err = readEdge(t.dir, t.published); err != nil {
			return err
		}
	}
	// A checkpoint is kept before it becomes the newest, so that no root is ever
	// signed and forgotten. The next flushes may have other sizes than that one.
	if newest > t.published.Size { // it stopped between that checkpoint and the newest
		return t.promise(newest)
	}
	if err := t.keep(t.published); err != nil {
		return err
	}
	return t.restorePartials()
}

// open reads a checkpoint of this history.
func (t *Tree) open(signed []byte) (Checkpoint, error) {
	c, err := t.policy.Open(signed)
	if err == nil && c.History() != t.options.Key.History() {
		err = fmt.Errorf("%s: %w", c.History(), ErrOtherHistory)
	}
	return c, err
}

// promise remembers a checkpoint that was signed though the tree isn't so far:
// when it is, the root has to be that one.
func (t *Tree) promise(size uint64) error {
	signed, err := t.dir.read(keptPath(size))
	if err != nil {
		return err
	}
	if t.promised, err = t.open(signed); err != nil {
		return &Damage{keptPath(size), err}
	}
	if t.promised.Size != size {
		return &Damage{keptPath(size), fmt.Errorf("it is of %d events: %w", t.promised.Size, ErrMalformed)}
	}
	return nil
}

// restorePartials writes the partial tiles of the checkpoint that are gone: the
// process stopped after it had removed them and before the next checkpoint.
func (t *Tree) restorePartials() error {
	var gone []file
	for _, at := range edgeTiles(0, t.published.Size) {
		if _, err := t.dir.read(at.path()); errors.Is(err, fs.ErrNotExist) {
			data, err := readTile(t.dir, at)
			if err != nil {
				return err
			}
			gone = append(gone, file{at.path(), data})
		}
	}
	if gone == nil {
		return nil
	}
	return t.files.write(gone)
}

// readEdge reads the right edge of the tree of a checkpoint and the entries of its
// last bundle. What doesn't lead to the checkpoint's root is a [Damage].
func readEdge(s store, c Checkpoint) (edge, []byte, error) {
	e := edge{size: c.Size}
	var bundle []byte
	for level := 0; c.Size>>(tileHeight*level) > 0; level++ {
		e.levels = append(e.levels, nil)
	}
	tiles := edgeTiles(0, c.Size)
	for _, at := range tiles {
		data, err := readTile(s, at)
		if err != nil {
			return edge{}, nil, &Damage{at.path(), err}
		}
		if at.level == entries {
			bundle = data
			if err := matches(data, e.levels[0]); err != nil {
				return edge{}, nil, &Damage{at.path(), err}
			}
			continue
		}
		hashes, err := parseHashes(data, at.width)
		if err != nil {
			return edge{}, nil, &Damage{at.path(), err}
		}
		e.levels[at.level] = append(make([]tlog.Hash, 0, tileWidth), hashes...)
	}
	if e.root() != c.Root {
		return edge{}, nil, &Damage{tiles[0].path(), errEdge}
	}
	return e, bundle, nil
}

var errEdge = errors.New("with the other tiles at the right edge it does not lead to the checkpoint's root")

// matches reports whether a bundle's entries have these hashes.
func matches(bundle []byte, hashes []tlog.Hash) error {
	list, err := parseEntries(bundle, len(hashes))
	if err != nil {
		return err
	}
	for i, text := range list {
		if recordHash(text) != hashes[i] {
			return fmt.Errorf("entry %d has not the hash that its tile says", i)
		}
	}
	return nil
}
