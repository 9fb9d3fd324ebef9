package audit

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// Options are what a [Tree] may be told. Only the key has to be given.
type Options struct {
	Key    *Key          // signs, and tells which history it is
	Former []string      // public keys that signed before it did
	Every  time.Duration // an event is under a checkpoint so long after it came at the latest, and the disk's own time; 0 is a second
	Batch  int           // so many events are under a checkpoint at once; 0 is 256
}

// mostUnwritten is how many events an Append lets wait for the disk.
const mostUnwritten = 1 << 16

// A Tree adds events to the tree in a folder. Several goroutines may use it;
// only one process can have it.
type Tree struct {
	dir     folder
	options Options
	policy  *Policy
	lock    *os.File
	due     chan struct{} // holds one when a batch is full
	dirty   chan struct{} // holds one when there is something to write
	closing chan struct{}
	keeping sync.WaitGroup

	flushing sync.Mutex // owns files; taken before mu
	files    *writer

	mu        sync.Mutex // owns what follows
	edge      edge
	bundle    []byte // entries of the last bundle, if that isn't full
	full      []file // tiles and bundles that became full since the last flush
	published Checkpoint
	promised  Checkpoint // the newest that was kept, where the tree hasn't got there again
	err       error      // the first that befell it; it stays
}

// OpenTree opens the tree in dir, and begins one where there is none. It trusts
// the signed checkpoint alone: the right edge is read from at most a tile of each
// level and has to lead to its root, or it is a [Damage], which [Rebuild] mends.
// [Tree.Last] says after which place the caller goes on.
func OpenTree(dir string, o Options) (*Tree, error) {
	if o.Every <= 0 {
		o.Every = time.Second
	}
	if o.Batch <= 0 {
		o.Batch = tileWidth
	}
	policy, err := PolicyOf(append([]string{o.Key.Public()}, o.Former...)...)
	if err != nil {
		return nil, fmt.Errorf("open the tree: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open the tree: %w", err)
	}
	lock, err := lockDir(dir)
	if err != nil {
		return nil, fmt.Errorf("open the tree: %w", err)
	}
	t := &Tree{dir: folder(dir), options: o, policy: policy, lock: lock,
		due: make(chan struct{}, 1), dirty: make(chan struct{}, 1), closing: make(chan struct{})}
	if err := t.resume(); err != nil {
		lock.Close()
		return nil, fmt.Errorf("open the tree: %w", err)
	}
	t.keeping.Go(t.keepFlushed)
	return t, nil
}

// Last returns the place of the last event that was appended, or 0.
func (t *Tree) Last() uint64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.edge.size
}

// Checkpoint returns the newest checkpoint that is on the disk; its size is 0
// where there is none yet.
func (t *Tree) Checkpoint() Checkpoint {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.published
}

// Policy trusts the keys that this tree was signed with, and no witness.
func (t *Tree) Policy() *Policy { return t.policy }

// Append adds the event at the next place. A place that the tree has already is
// left as it is, so that a follower may start early; one beyond the next is an
// [ErrGap]. The line isn't kept. After an error of the disk or an [Alarm] every
// call returns it.
func (t *Tree) Append(e Event) error {
	leaf := LeafOf(t.options.Key.History(), e)
	if err := leaf.check(); err != nil {
		return fmt.Errorf("append to the tree: %w", err)
	}
	text := leaf.Append(make([]byte, 0, 320))
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.err != nil:
		return t.err
	case e.Place <= t.edge.size:
		return nil
	case e.Place != t.edge.size+1:
		return fmt.Errorf("append place %d to the tree after %d: %w", e.Place, t.edge.size, ErrGap)
	}
	t.add(text)
	if t.promised.Size == t.edge.size {
		if t.promised.Root != t.edge.root() {
			return t.fail(&Alarm{Code: TreeForked, Size: t.promised.Size, Why: "a checkpoint with another root was signed"})
		}
		t.promised = Checkpoint{}
	}
	notify(t.dirty)
	unwritten := t.edge.size - t.published.Size
	if unwritten >= uint64(t.options.Batch) {
		notify(t.due)
	}
	if unwritten < mostUnwritten {
		return nil
	}
	t.mu.Unlock()
	err := t.Flush()
	t.mu.Lock()
	return err
}

// add adds a leaf to what is in memory.
func (t *Tree) add(text []byte) {
	t.bundle = appendEntry(t.bundle, text)
	t.edge.append(recordHash(text), func(at tile, hashes []tlog.Hash) {
		if at.level == 0 {
			t.full = append(t.full, file{tile{entries, at.n, tileWidth}.path(), t.bundle})
			t.bundle = make([]byte, 0, len(t.bundle)+1024)
		}
		t.full = append(t.full, file{at.path(), appendHashes(nil, hashes)})
	})
}

func notify(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

func (t *Tree) fail(err error) error {
	if t.err == nil {
		t.err = err
	}
	return t.err
}

// keepFlushed writes each event soon after it came, until the Tree is closed. An
// error stays in t.err, where the next Append finds it.
func (t *Tree) keepFlushed() {
	for {
		select {
		case <-t.dirty:
		case <-t.closing:
			return
		}
		late := time.NewTimer(t.options.Every)
		select {
		case <-late.C:
		case <-t.due:
			late.Stop()
		case <-t.closing:
			late.Stop()
			return
		}
		_ = t.Flush()
	}
}

// Flush returns once all events that were appended before it are under a
// checkpoint on the disk.
func (t *Tree) Flush() error {
	t.flushing.Lock()
	defer t.flushing.Unlock()
	t.mu.Lock()
	if t.err != nil || t.published.Size == t.edge.size {
		defer t.mu.Unlock()
		return t.err
	}
	b, err := t.take()
	if err != nil {
		defer t.mu.Unlock()
		return t.fail(err)
	}
	t.mu.Unlock() // others may append meanwhile

	err = t.put(b)
	t.mu.Lock()
	defer t.mu.Unlock()
	if err != nil {
		if _, ok := errors.AsType[*Alarm](err); !ok {
			err = fmt.Errorf("write the tree: %w", err)
		}
		return t.fail(err)
	}
	t.published = b.checkpoint
	return t.err
}

// A flush is what one puts on the disk.
type flush struct {
	old        uint64 // the size of the checkpoint before
	files      []file
	checkpoint Checkpoint
}

// take makes the flush of what is in memory.
func (t *Tree) take() (flush, error) {
	b := flush{old: t.published.Size, files: t.full}
	for _, at := range edgeTiles(b.old, t.edge.size) {
		if at.level == entries {
			b.files = append(b.files, file{at.path(), append([]byte(nil), t.bundle...)})
		} else {
			b.files = append(b.files, file{at.path(), appendHashes(nil, t.edge.levels[at.level])})
		}
	}
	t.full = nil
	var err error
	b.checkpoint, err = Checkpoint{Size: t.edge.size, Root: t.edge.root()}.sign(t.options.Key)
	return b, err
}

// put writes a flush: tiles and bundles first, the checkpoint last. Until that is
// there, the tree is what it was.
func (t *Tree) put(b flush) error {
	if err := t.files.write(b.files); err != nil {
		return err
	}
	for _, at := range outgrown(b.old, b.checkpoint.Size) {
		if err := os.RemoveAll(t.dir.path(at.partials())); err != nil {
			return err
		}
	}
	if err := t.keep(b.checkpoint); err != nil {
		return err
	}
	return t.files.write([]file{{checkpointFile, b.checkpoint.Signed}})
}

// keep writes a checkpoint beside those that were signed before. If one of its
// size has another root, two histories were signed, and the tree stops.
func (t *Tree) keep(c Checkpoint) error {
	name := keptPath(c.Size)
	if signed, err := t.dir.read(name); err == nil {
		kept, err := t.policy.Open(signed)
		if err == nil && kept.Root == c.Root {
			return nil
		}
		if err == nil {
			return &Alarm{Code: TreeForked, Size: c.Size, Why: "a checkpoint with another root was signed"}
		}
	}
	return t.files.write([]file{{name, c.Signed}})
}

// Close writes what was appended and lets go of the tree.
func (t *Tree) Close() error {
	err := t.Flush()
	t.mu.Lock()
	if t.err == ErrClosed {
		t.mu.Unlock()
		return nil
	}
	t.err = ErrClosed
	t.mu.Unlock()
	close(t.closing)
	t.keeping.Wait() // it may be about to flush, so nothing that a Flush needs is held here
	t.flushing.Lock()
	defer t.flushing.Unlock()
	return errors.Join(err, t.lock.Close())
}
