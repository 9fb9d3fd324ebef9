package archive

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"os"
	"sync"
	"time"
)

// ErrClosed is returned by a [Writer] that was closed.
var ErrClosed = errors.New("the archive is closed")

// Options are what a [Writer] may be told; the zero value is sound.
type Options struct {
	SegmentBytes int64         // a segment is full before it exceeds this; 0 is 64 MiB
	SyncEvery    time.Duration // a line is synced so long after it came at the latest, and the disk's own time; 0 is half a second
}

// A Writer adds lines to an archive. Several goroutines may use it; only one
// process can have it.
type Writer struct {
	dir     string
	options Options
	lock    *os.File
	dirty   chan struct{} // holds one when there is something to sync
	closing chan struct{}
	syncing sync.WaitGroup

	mu     sync.Mutex // owns what follows
	file   *os.File   // of the last segment; nil where the next line begins one
	at     segment
	size   int64 // of the segment, with what is still in buf
	sum    hash.Hash
	buf    []byte
	last   uint64
	synced uint64
	err    error // the first that befell the file; it stays
}

const bufferBytes = 256 << 10

// OpenWriter opens the archive in dir, and begins one where there is none. A
// last line that was not finished is cut off: [Writer.Last] says after which
// place the caller goes on. Damage that has sound lines after it is a [Damage],
// which [Mend] repairs.
func OpenWriter(dir string, o Options) (*Writer, error) {
	if o.SegmentBytes <= 0 {
		o.SegmentBytes = 64 << 20
	}
	if o.SyncEvery <= 0 {
		o.SyncEvery = time.Second / 2
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open the archive: %w", err)
	}
	lock, err := lockDir(dir)
	if err != nil {
		return nil, fmt.Errorf("open the archive: %w", err)
	}
	w := &Writer{dir: dir, options: o, lock: lock, dirty: make(chan struct{}, 1), closing: make(chan struct{})}
	if err := w.resume(); err != nil {
		lock.Close()
		return nil, fmt.Errorf("open the archive: %w", err)
	}
	w.syncing.Go(w.keepSynced)
	return w, nil
}

// Last returns the place of the last line, or 0.
func (w *Writer) Last() uint64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.last
}

// Synced returns the place up to which the lines are on the disk.
func (w *Writer) Synced() uint64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.synced
}

// Append adds the line of an event at the next place. A place that the archive
// has already is left as it is, so that a follower may start early; one beyond
// the next is an [ErrGap]. The line is on the disk when [Writer.Synced] says so.
// After an error of the disk every call returns it: close the Writer and open
// another.
func (w *Writer) Append(place uint64, line []byte) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.err != nil:
		return w.err
	case place <= w.last && place > 0:
		return nil
	case place != w.last+1:
		return fmt.Errorf("archive place %d after %d: %w", place, w.last, ErrGap)
	case len(line) == 0 || len(line) >= longestLine || bytes.IndexByte(line, '\n') >= 0:
		return fmt.Errorf("archive place %d: it is not one line", place)
	}
	if w.file == nil || w.size > 0 && w.size+int64(len(line))+1 > w.options.SegmentBytes {
		if err := w.begin(segmentAt(w.dir, place)); err != nil {
			return w.fail(err)
		}
	}
	w.buf = append(append(w.buf, line...), '\n')
	w.size += int64(len(line)) + 1
	w.last = place
	if len(w.buf) >= bufferBytes {
		if err := w.flush(); err != nil {
			return w.fail(err)
		}
	}
	select {
	case w.dirty <- struct{}{}:
	default:
	}
	return nil
}

// begin ends the last segment, if one is open, and begins the next.
func (w *Writer) begin(next segment) error {
	if w.file != nil {
		if err := w.finish(); err != nil {
			return err
		}
		if err := writeSum(w.at, w.sum.Sum(nil)); err != nil {
			return err
		}
		w.synced = w.last
	}
	// Of a segment that was lost, the SHA-256 may be left.
	if err := os.Remove(next.sumFile()); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	f, err := os.OpenFile(next.file, os.O_WRONLY|os.O_CREATE|os.O_EXCL|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	w.file, w.at, w.size, w.sum = f, next, 0, sha256.New()
	return syncDir(w.dir)
}

// finish puts the last segment on the disk and closes it.
func (w *Writer) finish() error {
	f := w.file
	err := w.flush()
	if err == nil {
		err = f.Sync()
	}
	w.file = nil
	return errors.Join(err, f.Close())
}

// flush gives what is buffered to the file, for other readers to see.
func (w *Writer) flush() error {
	w.sum.Write(w.buf)
	_, err := w.file.Write(w.buf)
	w.buf = w.buf[:0]
	return err
}

func (w *Writer) fail(err error) error {
	if w.err == nil {
		w.err = fmt.Errorf("write the archive: %w", err)
	}
	return w.err
}

// Sync returns once all lines that were appended before it are on the disk.
func (w *Writer) Sync() error {
	w.mu.Lock()
	if w.err != nil || w.file == nil || w.synced == w.last {
		defer w.mu.Unlock()
		return w.err
	}
	if err := w.flush(); err != nil {
		defer w.mu.Unlock()
		return w.fail(err)
	}
	f, last := w.file, w.last
	w.mu.Unlock() // others may append meanwhile

	return w.settle(f, last, f.Sync())
}

// settle takes in what came of a sync of f, which had the lines up to last.
func (w *Writer) settle(f *os.File, last uint64, err error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if errors.Is(err, os.ErrClosed) && f != w.file {
		return w.err // the segment became full, and was synced as it did
	}
	if err != nil {
		return w.fail(err)
	}
	w.synced = max(w.synced, last)
	return w.err
}

// keepSynced syncs each line soon after it came, until the Writer is closed. An
// error stays in w.err, where the next Append finds it.
func (w *Writer) keepSynced() {
	for {
		select {
		case <-w.dirty:
		case <-w.closing:
			return
		}
		select {
		case <-time.After(w.options.SyncEvery):
			_ = w.Sync()
		case <-w.closing:
			return
		}
	}
}

// Close syncs what was appended and lets go of the archive.
func (w *Writer) Close() error {
	w.mu.Lock()
	if w.err == ErrClosed {
		w.mu.Unlock()
		return nil
	}
	err := w.err
	switch {
	case w.file != nil && err == nil:
		if err = w.finish(); err == nil {
			w.synced = w.last
		}
	case w.file != nil:
		w.file.Close()
	}
	w.err = ErrClosed
	w.mu.Unlock()
	close(w.closing)
	w.syncing.Wait()
	return errors.Join(err, w.lock.Close())
}
