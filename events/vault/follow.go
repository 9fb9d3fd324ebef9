package vault

import (
	"context"
	"errors"
	"fmt"
	"time"
)

var errMoved = errors.New("the keys have moved")

// A spot is where in which generation a reader is.
type spot struct {
	name  string
	place uint64
}

// Follow is [Shared.Follow]. It outlives a server that is away; until it is
// back, Trouble says so.
func (s *Stream) Follow(destroyed func(...Owner)) {
	s.mu.Lock()
	at := s.loaded
	s.mu.Unlock()
	s.done.Go(func() {
		for s.ctx.Err() == nil {
			err := s.followOn(&at, destroyed)
			if s.ctx.Err() != nil || s.nc.IsClosed() {
				return
			}
			before := at
			if at = s.afterMove(at, destroyed); at == before && !errors.Is(err, errMoved) {
				s.hears(fmt.Errorf("it is not heard what other processes destroy: %w", err))
				pause(s.ctx, 500*time.Millisecond)
			}
		}
	})
}

// followOn follows a generation from a spot on, and keeps that up to date.
func (s *Stream) followOn(at *spot, destroyed func(...Owner)) error {
	msgs, err := s.messages(s.ctx, at.name, at.place)
	if err != nil {
		return err
	}
	s.hears(nil)
	return drain(s.ctx, msgs, 0, func(place uint64, data []byte) error {
		g := newGeneration(at.name)
		g.last = place - 1
		if err := g.take(place, data); err != nil {
			return err
		}
		destroyed(g.destroyed()...)
		if g.next != "" {
			return errMoved // and again, until they have
		}
		at.place = place
		return nil
	})
}

func (s *Stream) hears(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.deaf = err
}

// afterMove returns where to follow on: in a new generation, if there is one,
// behind all that it holds.
func (s *Stream) afterMove(at spot, destroyed func(...Owner)) spot {
	s.mu.Lock()
	if err := s.try(s.catchUp); err != nil || s.gen.name == at.name {
		s.mu.Unlock()
		pause(s.ctx, 50*time.Millisecond) // it is on its way
		return at
	}
	at = spot{s.gen.name, s.gen.last}
	gone := s.gen.destroyed()
	s.mu.Unlock()
	destroyed(gone...)
	return at
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
