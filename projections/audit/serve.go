package audit

import (
	"bytes"
	"errors"
	"io/fs"
	"net/http"
	"strings"
	"time"
)

// Handler serves the tree in dir read-only, under the paths that tlog-tiles has
// for it: checkpoint, tile/… and tile/entries/…; and besides them cosigned and
// checkpoints/…. What can change isn't cached. The tree may be written meanwhile.
func Handler(dir string) http.Handler { return &handler{folder(dir)} }

// A handler reads what it serves from the disk each time: a tile is 8 KiB at most.
type handler struct{ store store }

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "the tree is only read", http.StatusMethodNotAllowed)
		return
	}
	// Only names that are written as the tree writes them are looked for, so that
	// none leads out of it.
	name := strings.TrimPrefix(r.URL.Path, "/")
	b, kind, err := h.find(name)
	switch {
	case errors.Is(err, fs.ErrNotExist) || errors.Is(err, ErrMalformed):
		http.NotFound(w, r)
		return
	case err != nil:
		http.Error(w, "the tree can't be read", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if name == checkpointFile || name == cosignedFile {
		w.Header().Set("Cache-Control", "no-cache")
	} else if kind == tileType {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(b))
}

const (
	textType = "text/plain; charset=utf-8"
	tileType = "application/octet-stream"
)

// find reads the file of a path, if it is one of the tree's.
func (h *handler) find(name string) (b []byte, kind string, err error) {
	if t, ok := parseTilePath(name); ok {
		b, err = readTile(h.store, t)
		return b, tileType, err
	}
	if _, ok := parseKeptPath(name); ok || name == checkpointFile || name == cosignedFile {
		b, err = h.store.read(name)
		return b, textType, err
	}
	return nil, "", fs.ErrNotExist
}
