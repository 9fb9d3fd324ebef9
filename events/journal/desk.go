package journal

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"kolmikko/events"
)

// A Desk is where actions are done: it keeps each programme's live state, a
// fold of its history, and takes one action of a programme at a time.
//
// Locks, in their order: a programme's turn, then its mu; mu of the Desk is
// never held while another is waited for.
type Desk[S any] struct {
	log    Log
	evolve func(*S, events.Recorded)

	mu    sync.Mutex // guards rooms
	rooms map[events.ProgrammeID]*room[S]
}

// A room is one programme's part of a Desk.
type room[S any] struct {
	turn chan struct{} // holds a token while an action is done

	mu    sync.RWMutex // guards all below; not held while the log is asked
	state S
	last  uint64 // place up to which state has taken the history in
	seen  map[uuid.UUID]span
}

// A span is where an action's events are. It is small, for there is one for
// every action that ever was.
type span struct {
	first uint64
	count uint32
	mark  uint32 // the beginning of its first event's ID, which tells commands apart
}

// NewDesk returns a Desk over log that knows no history yet: see [Desk.Take].
// Each event is given to evolve once, in the order of places.
func NewDesk[S any](log Log, evolve func(*S, events.Recorded)) *Desk[S] {
	return &Desk[S]{log: log, evolve: evolve, rooms: map[events.ProgrammeID]*room[S]{}}
}

// Take takes an event of the history in. Events come in the order of their
// places; those that it has had are passed over.
func (d *Desk[S]) Take(r events.Recorded) { d.room(r.Programme).take(d.evolve, r) }

// Look shows look the state of programme p, which it must not change or keep.
func (d *Desk[S]) Look(p events.ProgrammeID, look func(*S)) {
	d.mu.Lock()
	r, known := d.rooms[p]
	d.mu.Unlock()
	if !known {
		look(new(S))
		return
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	look(&r.state)
}

// Programmes returns every programme that has a history, in order.
func (d *Desk[S]) Programmes() (all []events.ProgrammeID) {
	d.mu.Lock()
	rooms := maps.Clone(d.rooms)
	d.mu.Unlock()
	for p, r := range rooms {
		r.mu.RLock()
		if r.last > 0 {
			all = append(all, p)
		}
		r.mu.RUnlock()
	}
	slices.Sort(all)
	return all
}

// Act lets decide answer action a on its programme's state, which it must not
// change, and appends the answer. If someone else got in between, it takes in
// what they wrote and asks again.
//
// A key that was given before gets the answer that it got then, for ever; with
// another command it gets [ErrKeyReused]. An error of decide with a method
// Refused() (rule, detail string) is an answer; any other is returned as it is.
// Each event passes through seal, if there is one, once its ID is known.
func (d *Desk[S]) Act(ctx context.Context, a Action, decide func(*S) ([]events.Event, error),
	seal func(events.Recorded) (events.Event, error)) (Answer, error) {
	if err := checkProgramme(a.Programme); a.Programme == "" || err != nil {
		return Answer{}, errors.Join(errors.New("an action is one programme's"), err)
	}
	r := d.room(a.Programme)
	select {
	case r.turn <- struct{}{}:
		defer func() { <-r.turn }()
	case <-ctx.Done():
		return Answer{}, ctx.Err()
	}
	act := &act[S]{Action: a, desk: d, room: r, seal: seal, correlation: a.correlation()}
	act.mark = eventID(act.correlation, a.Print, 0)
	for pause := time.Millisecond; ; {
		answer, err := act.try(ctx, decide)
		if errors.Is(err, errAgain) {
			continue
		} else if !errors.Is(err, ErrConflict) {
			return answer, err
		}
		end := r.end()
		if err := act.catchUp(ctx); err != nil {
			return Answer{}, err
		}
		if r.end() > end {
			continue
		}
		select { // what we ran into is still on its way
		case <-time.After(pause):
			pause = min(2*pause, 100*time.Millisecond)
		case <-ctx.Done():
			return Answer{}, ctx.Err()
		}
	}
}

func (d *Desk[S]) room(p events.ProgrammeID) *room[S] {
	d.mu.Lock()
	defer d.mu.Unlock()
	r, known := d.rooms[p]
	if !known {
		r = &room[S]{turn: make(chan struct{}, 1), seen: map[uuid.UUID]span{}}
		d.rooms[p] = r
	}
	return r
}

// take takes e in, unless it has.
func (r *room[S]) take(evolve func(*S, events.Recorded), e events.Recorded) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if e.Place <= r.last {
		return
	}
	evolve(&r.state, e)
	r.last = e.Place
	correlation, err := uuid.Parse(e.Correlation)
	if err != nil {
		return
	}
	s, known := r.seen[correlation]
	if id, err := uuid.Parse(e.ID); !known && err == nil {
		s = span{first: e.Place, mark: mark(id)}
	}
	s.count++
	r.seen[correlation] = s
}

func (r *room[S]) span(correlation uuid.UUID) (span, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	s, known := r.seen[correlation]
	return s, known
}

func (s span) last() uint64 { return s.first + uint64(s.count) - 1 }

func mark(id uuid.UUID) uint32 {
	return uint32(id[0])<<24 | uint32(id[1])<<16 | uint32(id[2])<<8 | uint32(id[3])
}
