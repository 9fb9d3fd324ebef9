package journal

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// A Wild is a file in which a damaged record claims a place so far ahead that
// the server would fill the way there until it has no memory left, and never
// start. It is an [ErrDamaged].
type Wild struct {
	Stream string // the stream that it is of
	File   string
	Place  uint64 // the last before that record
}

// Error names the file and the place.
func (w *Wild) Error() string {
	return fmt.Sprintf("%v: the record behind event %d of stream %s, in %s, is of no place that there is, and the server would not start; restore it from the archive",
		ErrDamaged, w.Place, w.Stream, filepath.Base(w.File))
}

// Is makes every Wild an [ErrDamaged].
func (w *Wild) Is(target error) bool { return target == ErrDamaged }

// A record of a block of the file store, as nats-server 2.15 writes it, begins
// with its length (4 bytes), its place (8), its time (8) and its subject's length
// (2), all little-endian.
const (
	recordHead  = 22
	withHeaders = 1 << 31 // of a length
	marks       = 3 << 62 // of a place: erased, or a note that it was deleted
	deletedMark = 1 << 62
	farAhead    = 1 << 24 // places that no stream of ours leaves out
)

// tame refuses what the server could not start on, or sets it aside.
func (s *Server) tame(aside bool) error {
	for {
		err := tame(s.dir)
		w, ok := errors.AsType[*Wild](err)
		if !ok || !aside {
			return err
		}
		if err := s.setAside(w); err != nil {
			return err
		}
	}
}

// tame looks through the blocks of all streams of the store in dir for a [Wild]
// record. It checks nothing else: that is done by who reads the history.
func tame(dir string) error {
	blocks, err := filepath.Glob(filepath.Join(dir, "jetstream", "*", "streams", "*", "msgs", "*.blk"))
	if err != nil {
		return err
	}
	for _, block := range blocks {
		data, err := os.ReadFile(block)
		if err != nil {
			return err
		}
		if last, wild := wildIn(data); wild {
			return &Wild{Stream: filepath.Base(filepath.Dir(filepath.Dir(block))), File: block, Place: last}
		}
	}
	return nil
}

// wildIn walks a block's records as the server does, up to the first that it
// would stop at.
func wildIn(block []byte) (last uint64, wild bool) {
	for len(block) >= recordHead {
		length := binary.LittleEndian.Uint32(block) &^ withHeaders
		place := binary.LittleEndian.Uint64(block[4:])
		if length < recordHead || int64(length) > int64(len(block)) {
			return last, false
		}
		block = block[length:]
		if place&deletedMark != 0 {
			continue
		}
		place &^= marks
		if last > 0 && place > last && place-last > farAhead {
			return last, true
		}
		last = max(last, place)
	}
	return last, false
}

// setAside moves the folder of a history, or of the answers, out of the store,
// beside the others, where nothing but people will look at it. Streams of
// anything else are not ours to move.
func (s *Server) setAside(w *Wild) error {
	if !strings.HasPrefix(w.Stream, historyStream) && w.Stream != answersStream {
		return w
	}
	from := filepath.Dir(filepath.Dir(w.File))
	aside := filepath.Join(s.dir, "aside")
	if err := os.MkdirAll(aside, 0o700); err != nil {
		return err
	}
	to := filepath.Join(aside, w.Stream)
	for n := 2; ; n++ {
		if _, err := os.Lstat(to); errors.Is(err, os.ErrNotExist) {
			break
		}
		to = filepath.Join(aside, fmt.Sprint(w.Stream, "-", n))
	}
	if err := os.Rename(from, to); err != nil {
		return err
	}
	return errors.Join(syncDir(filepath.Dir(from)), syncDir(aside))
}
