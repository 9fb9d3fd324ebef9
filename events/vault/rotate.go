package vault

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/nats-io/nats.go/jetstream"
)

// A rotation, in the order that lets it be killed after any step. Whoever opens
// the keys next, or writes, finds how far it came and goes on from there:
//
//  1. The file has a new key-encryption key before the old one. What is written
//     meanwhile is still wrapped under the old one: the stream says under which,
//     not the file.
//  2. There is an empty stream, the next generation.
//  3. The last note of the old generation points to it. The guard makes every
//     process read that note before it writes, so that no key is added behind
//     the back of whoever moves them.
//  4. All keys are in the new generation, wrapped under the new key-encryption
//     key, and then the note that says so. Until then the old one is read.
//  5. The old stream is deleted.
//  6. The file has the new key-encryption key alone, and the old file is
//     overwritten: from here on nobody can open an old wrap, wherever it is.

// begin makes the first generation, and the file of the key-encryption key if
// it is missing.
func (s *Stream) begin(ctx context.Context) error {
	release, err := s.ring.lock(ctx)
	if err != nil {
		return err
	}
	defer release()
	names, err := s.generations(ctx)
	if err != nil {
		return err
	}
	if len(names) == 0 {
		names = []string{nameAfter("")}
		if err := s.create(ctx, names[0], firstSubject); err != nil {
			return err
		}
	}
	g := newGeneration(names[0])
	if err := s.read(ctx, g); err != nil || g.last > 0 {
		return err
	}
	// The key is on disk before the stream says that it is in use.
	if err := s.ring.load(); errors.Is(err, fs.ErrNotExist) {
		fresh, err := freshKEK()
		if err != nil {
			return err
		}
		if err := s.ring.replace(fresh); err != nil {
			return err
		}
	} else if err != nil {
		return err
	}
	s.o.step("kek made")
	return s.publish(ctx, g, note{Says: noteBegun, KEK: s.ring.keks[0].id})
}

// Rotate wraps all keys under another key-encryption key, in a new stream, and
// destroys the old ones. It gives up what the stream has lost: see [ErrDamaged].
// With a KEKValue it is a [RotationDue].
func (s *Stream) Rotate() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.trouble = s.settle(true)
	return s.trouble
}

// settle brings an unfinished rotation to its end, and makes one if it is due
// or asked for.
func (s *Stream) settle(asked bool) error {
	return s.try(func(ctx context.Context) error {
		release, err := s.ring.lock(ctx)
		if err != nil {
			return err
		}
		defer release()
		if err := s.catchUp(ctx); err != nil {
			return err
		}
		if err := s.ring.load(); err != nil {
			return err
		}
		if err := s.settleLocked(ctx, asked); err != nil {
			return err
		}
		asked = false
		return nil
	})
}

func (s *Stream) settleLocked(ctx context.Context, asked bool) error {
	g := s.gen
	if g.next == "" {
		if err := s.erase(ctx, g); err != nil {
			return err
		}
		needed, err := s.needed(asked)
		if err != nil {
			return err
		}
		if needed {
			if err := s.leave(ctx, g); err != nil {
				return err
			}
		}
	}
	if err := s.move(ctx); err != nil {
		return err
	}
	return s.tidy(ctx)
}

// needed reports whether keys are to be wrapped under another key-encryption
// key, and checks that it can be done.
func (s *Stream) needed(asked bool) (bool, error) {
	now, err := s.ring.find(s.gen.kek)
	if err != nil {
		return false, err
	}
	changed := s.ring.keks[0].id != now.id // a rotation was begun, or a new value given
	if !changed && !asked && !s.gen.due() {
		return false, nil
	}
	if !changed && s.ring.path == "" {
		return false, &RotationDue{KEK: now.id}
	}
	if err := s.gen.damage(); err != nil && !asked {
		return false, err
	}
	for o, e := range s.gen.entries {
		r, err := s.record(o, e)
		if err != nil {
			return false, fmt.Errorf("%w; forget whose it is, or put back a replica that has it", err)
		}
		clear(r.Key)
	}
	return true, nil
}

// leave sees to it that there is another key-encryption key, and lets nobody
// write to g any more: whoever wants to has to see where the keys go.
func (s *Stream) leave(ctx context.Context, g *generation) error {
	if now := s.ring.keks[0]; now.id == g.kek {
		fresh, err := freshKEK()
		if err != nil {
			return err
		}
		if err := s.ring.replace(fresh, now); err != nil {
			return err
		}
		s.o.step("kek added")
	}
	return s.point(ctx, g, s.ring.keks[0].id)
}

// point makes an empty generation and says in g that its keys go there. Names
// are never used twice: a stream whose making was killed can be made again, and
// is gone with all that it holds when the server starts next.
func (s *Stream) point(ctx context.Context, g *generation, kek string) error {
	names, err := s.generations(ctx)
	if err != nil {
		return err
	}
	next := nameAfter(slices.Max(append(names, g.name)))
	if err := s.create(ctx, next, keysSubject+next); err != nil {
		return err
	}
	s.o.step("created")
	if err := s.publish(ctx, g, note{Says: noteMoving, Other: next, KEK: kek}); err != nil {
		if errors.Is(err, errConflict) {
			_ = s.js.DeleteStream(ctx, next) // or the next rotation does
		}
		return err
	}
	s.o.step("leaving")
	return nil
}

// move takes what s.gen holds to the next generation, if it has one. Whatever
// is there already stays, so that it can be done again.
func (s *Stream) move(ctx context.Context) error {
	old := s.gen
	if old.next == "" {
		return nil
	}
	to, err := s.ring.find(old.nextTo)
	if err != nil {
		return err
	}
	g := newGeneration(old.next)
	err = s.read(ctx, g)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		if err := s.point(ctx, old, to.id); err != nil {
			return err
		}
		g = newGeneration(old.next)
		err = s.read(ctx, g)
	}
	if err != nil {
		return err
	}
	notes, err := s.moved(old, g, to)
	if err != nil {
		return err
	}
	for batch := range slices.Chunk(notes, mostBatch) {
		if err := s.publish(ctx, g, batch...); err != nil {
			return err
		}
		s.o.step("moved some")
	}
	s.gen = g
	s.o.step("moved")
	return nil
}

// moved returns what g lacks of the generation old, wrapped under to.
func (s *Stream) moved(old, g *generation, to kek) (notes []note, err error) {
	if g.last == 0 {
		notes = append(notes, note{Says: noteBegun, KEK: to.id, Other: old.name})
	}
	for o, e := range old.entries {
		// In a whole generation, what is missing was lost there, and is not to come
		// back: it may be somebody's who was forgotten since.
		if _, there := g.entries[o]; there || g.whole {
			continue
		}
		n := noteOf(noteDestroyed, o)
		n.KEK = e.kek
		if e.wrap != nil {
			r, err := s.record(o, e)
			if err != nil {
				return nil, err
			}
			n.Says, n.KEK, n.Wrap = noteKey, to.id, to.wrap(r)
			clear(r.Key)
		}
		notes = append(notes, n)
	}
	if !g.whole {
		notes = append(notes, note{Says: noteWhole})
	}
	return notes, nil
}

// tidy destroys what is older than s.gen: the streams, and key-encryption keys
// that nothing is wrapped under.
func (s *Stream) tidy(ctx context.Context) error {
	names, err := s.generations(ctx)
	if err != nil {
		return err
	}
	for _, name := range names {
		if name >= s.gen.name {
			continue
		}
		if err := s.js.DeleteStream(ctx, name); err != nil && !errors.Is(err, jetstream.ErrStreamNotFound) {
			return err
		}
		s.o.step("deleted")
	}
	now, err := s.ring.find(s.gen.kek)
	if err != nil || s.ring.path == "" || len(s.ring.keks) == 1 {
		return err
	}
	if err := s.ring.replace(now); err != nil {
		return err
	}
	s.o.step("kek dropped")
	return nil
}
