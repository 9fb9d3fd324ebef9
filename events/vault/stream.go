package vault

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// StreamOptions say how [OpenStream] opens the keys. The key-encryption key is
// either in a file or given as a value.
type StreamOptions struct {
	// KEKFile is the file with the key-encryption key, which only its owner may
	// read; it is made with the first stream. Each erasure puts another key into
	// it, so processes that share the stream share the file. Without it nobody can
	// read personal text. A copy from before an erasure undoes that, and opens
	// nothing that is stored later; a copy of the stream from before opens with no
	// key that is left. So copies of both are made anew after each erasure, kept
	// apart, and the old ones destroyed.
	KEKFile string

	// KEKValue is 32 bytes in base64, as from openssl rand -base64 32. Nothing can
	// replace it here: see [RotationDue]. To do so, give the new one, a comma and
	// the old one, and when the stream is opened, all is wrapped under the new one.
	KEKValue string

	// Expected says that text was sealed under keys of this stream before. Where
	// there is no stream, it is lost then, and none is begun.
	Expected bool

	Apart    string        // a folder that KEKFile must not be in: the data's; empty for none
	Replicas int           // 0 for 3 in a cluster and 1 elsewhere
	Patience time.Duration // until a call gives up; 0 for 20 s

	step func(string) // is told what has been done, by tests
}

// A RotationDue says that keys were destroyed and the key-encryption key that
// they were wrapped under is still there, since it can't be replaced from here:
// who has an older copy of the stream and that key could open it.
type RotationDue struct {
	KEK string // its id
}

func (r *RotationDue) Error() string {
	return fmt.Sprintf("a key is destroyed, and old copies of it can be opened until key-encryption key %s is replaced: "+
		"make a new one with openssl rand -base64 32, start with NEW,OLD as its value, and then with NEW alone; destroy OLD wherever it is kept", r.KEK)
}

// A Stream is a [Store] in a JetStream stream that several processes may use: a
// message for each owner, whose key is wrapped under a key-encryption key that
// the server never sees.
//
// All is under one subject, the owner in the message: then one guard, the
// stream's last place, orders whatever any process does to the keys, and a
// subject tells nobody who has one. Destroying a key deletes its message,
// overwriting it, and then moves all others, wrapped under a new key-encryption
// key, into a new stream; the old stream and the old key-encryption key are
// destroyed, and with them what replicas, logs and backups hold of the key.
type Stream struct {
	nc   *nats.Conn
	js   jetstream.JetStream
	o    StreamOptions
	ctx  context.Context // ends with Close
	stop context.CancelFunc
	done sync.WaitGroup

	mu      sync.Mutex // held during each call; owns what follows
	ring    *ring
	gen     *generation
	loaded  spot  // what Load returned, where Follow begins
	trouble error // why a rotation failed
	deaf    error // why Follow doesn't
}

// OpenStream opens the keys that the server at nc keeps, finishes what a killed
// process left undone of a rotation, and begins a stream where there is none.
// The caller closes nc, after the store.
func OpenStream(ctx context.Context, nc *nats.Conn, o StreamOptions) (*Stream, error) {
	o.Patience = cmp.Or(o.Patience, 20*time.Second)
	if o.step == nil {
		o.step = func(string) {}
	}
	js, err := jetstream.New(nc)
	if err != nil {
		return nil, err
	}
	s := &Stream{nc: nc, js: js, o: o}
	s.ctx, s.stop = context.WithCancel(context.WithoutCancel(ctx))
	defer context.AfterFunc(ctx, s.stop)() // only while it is opened
	if s.ring, err = newRing(o); err == nil {
		err = s.open()
	}
	if err != nil {
		s.stop()
		return nil, fmt.Errorf("open the keys: %w", err)
	}
	return s, nil
}

func (s *Stream) open() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	err := s.try(func(ctx context.Context) error {
		names, err := s.generations(ctx)
		switch {
		case err == nil && len(names) == 0 && s.o.Expected:
			err = fmt.Errorf("%w: the server has no stream of keys, and text was sealed under some; put it back", ErrDamaged)
		case err == nil && len(names) == 0:
			err = s.begin(ctx)
		}
		if err == nil {
			err = s.newest(ctx)
		}
		return err
	})
	if err != nil {
		return err
	}
	if _, err := s.ring.find(s.gen.kek); err != nil {
		return err
	}
	s.trouble = s.settle(false)
	return nil
}

// newest reads the newest generation that is whole. A newer one that isn't is
// left to whoever moves on; if there is none before it, it was whole once.
func (s *Stream) newest(ctx context.Context) error {
	names, err := s.generations(ctx)
	if err != nil {
		return err
	}
	for i, name := range slices.Backward(names) {
		g := newGeneration(name)
		if s.gen != nil && s.gen.name == name {
			g = s.gen
		}
		if err := s.read(ctx, g); err != nil {
			return err
		}
		if g.whole || i == 0 && g.kek != "" {
			s.gen = g
			return nil
		}
		if g.last == 0 && len(names) == 1 { // it was made, and nothing more
			if err := s.begin(ctx); err != nil {
				return err
			}
			return errConflict // once more
		}
	}
	return fmt.Errorf("%w: there is no key in %v; put back a replica that has them", ErrDamaged, names)
}

// catchUp reads on, and moves on if the keys have moved.
func (s *Stream) catchUp(ctx context.Context) error {
	err := s.read(ctx, s.gen)
	if err == nil && s.gen.next == "" {
		return nil
	}
	if err != nil && !errors.Is(err, jetstream.ErrStreamNotFound) {
		return err
	}
	return s.newest(ctx)
}

// current catches up with what is to be written to. What a killed process left
// halfway is brought to its end first.
func (s *Stream) current(ctx context.Context) (*generation, error) {
	if err := s.catchUp(ctx); err != nil {
		return nil, err
	}
	if s.gen.next != "" {
		release, err := s.ring.lock(ctx)
		if err != nil {
			return nil, err
		}
		defer release()
		if err := s.catchUp(ctx); err != nil {
			return nil, err
		}
		if err := s.move(ctx); err != nil {
			return nil, err
		}
		if err := s.tidy(ctx); err != nil {
			return nil, err
		}
	}
	return s.gen, nil
}

// Load is [Store.Load]. A record that isn't what was wrapped is left out, and is
// an [ErrTampered] where it is asked for.
func (s *Stream) Load() ([]Record, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.try(s.catchUp); err != nil {
		return nil, err
	}
	records := make([]Record, 0, len(s.gen.entries))
	for o, e := range s.gen.entries {
		r, err := s.record(o, e)
		if errors.Is(err, ErrTampered) {
			continue
		} else if err != nil {
			return nil, err
		}
		records = append(records, r)
	}
	s.loaded = spot{s.gen.name, s.gen.last}
	return records, nil
}

func (s *Stream) record(o Owner, e entry) (Record, error) {
	if e.wrap == nil {
		return Record{Owner: o}, nil
	}
	k, err := s.ring.find(e.kek)
	if err != nil {
		return Record{}, err
	}
	key, err := k.unwrap(o, e.wrap)
	if err != nil {
		return Record{}, fmt.Errorf("%w, at place %d of %s", err, e.place, s.gen.name)
	}
	return Record{o, key}, nil
}

// Find is [Shared.Find].
func (s *Stream) Find(owners ...Owner) (found []Record, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.try(s.catchUp); err != nil {
		return nil, err
	}
	for _, o := range owners {
		e, known := s.gen.entries[o]
		if !known {
			continue
		}
		r, err := s.record(o, e)
		if err != nil {
			return nil, err
		}
		found = append(found, r)
	}
	return found, nil
}

// Add is [Store.Add]. Records without a key are kept too: who was forgotten
// elsewhere is forgotten here.
func (s *Stream) Add(records ...Record) (kept []Record, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for batch := range slices.Chunk(records, mostBatch) {
		err := s.try(func(ctx context.Context) error { return s.add(ctx, batch) })
		if err != nil {
			return nil, err
		}
	}
	for _, r := range records {
		r, err := s.record(r.Owner, s.gen.entries[r.Owner])
		if err != nil {
			return nil, err
		}
		kept = append(kept, r)
	}
	return kept, nil
}

func (s *Stream) add(ctx context.Context, records []Record) error {
	g, err := s.current(ctx)
	if err != nil {
		return err
	}
	var notes []note
	for _, r := range records {
		if _, known := g.entries[r.Owner]; known {
			continue
		}
		n := noteOf(noteDestroyed, r.Owner)
		if r.Key != nil {
			k, err := s.ring.find(g.kek)
			if err != nil {
				return err
			}
			n.Says, n.KEK, n.Wrap = noteKey, k.id, k.wrap(r)
		}
		notes = append(notes, n)
	}
	if len(notes) == 0 {
		return nil
	}
	if err := g.damage(); err != nil {
		return err
	}
	return s.publish(ctx, g, notes...)
}

// Destroy is [Store.Destroy], and then a rotation, if there was a key and the
// key-encryption key is in a file; otherwise [Stream.Trouble] is a
// [RotationDue]. Doing it again finishes what failed or was killed.
func (s *Stream) Destroy(owners ...Owner) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for batch := range slices.Chunk(owners, mostBatch) {
		err := s.try(func(ctx context.Context) error { return s.destroy(ctx, batch) })
		if err != nil {
			return err
		}
	}
	s.o.step("erased")
	s.trouble = s.settle(false)
	if _, due := errors.AsType[*RotationDue](s.trouble); due {
		return nil
	}
	return s.trouble
}

func (s *Stream) destroy(ctx context.Context, owners []Owner) error {
	g, err := s.current(ctx)
	if err != nil {
		return err
	}
	var notes []note
	for _, o := range owners {
		e, known := g.entries[o]
		if known && e.wrap == nil {
			continue
		}
		n := noteOf(noteDestroyed, o)
		n.KEK, n.Gone = e.kek, e.place
		notes = append(notes, n)
	}
	if len(notes) > 0 {
		if err := s.publish(ctx, g, notes...); err != nil {
			return err
		}
	}
	s.o.step("marked")
	return s.erase(ctx, g)
}

// Trouble returns what the operator is to be told: that a rotation is due
// ([RotationDue]) or failed, that something is lost ([ErrDamaged]), or that the
// server doesn't tell what other processes destroy.
func (s *Stream) Trouble() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return errors.Join(s.gen.damage(), s.trouble, s.deaf)
}

// Close ends following. The connection is the caller's.
func (s *Stream) Close() error {
	s.stop()
	s.done.Wait()
	return nil
}
