package journal

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"kolmikko/events"
)

// An act is one action while it has its turn.
type act[S any] struct {
	Action
	desk        *Desk[S]
	room        *room[S]
	seal        func(events.Recorded) (events.Event, error)
	correlation uuid.UUID
	mark        uuid.UUID // the ID of its first event
}

// A refusal is an error by which a rule said no.
type refusal interface {
	error
	Refused() (rule, detail string)
}

// errAgain asks for another try: the state has moved on.
var errAgain = errors.New("the state has moved on")

// try answers the action on the state as it is, or says that the state was not
// the newest: errAgain if it is now, ErrConflict if it isn't.
func (a *act[S]) try(ctx context.Context, decide func(*S) ([]events.Event, error)) (Answer, error) {
	if a.room.isStale() {
		if log, ok := a.desk.log.(interface{ Health() error }); ok {
			if err := log.Health(); err != nil {
				return Answer{}, err
			}
		}
		if err := a.catchUp(ctx); err != nil {
			return Answer{}, err
		}
	}
	if answer, known, err := a.recall(ctx); known || err != nil {
		return answer, err
	}
	facts, after, err := a.room.decide(decide)
	refused, isRefusal := errors.AsType[refusal](err)
	switch {
	case isRefusal:
		rule, detail := refused.Refused()
		return a.withoutEvents(ctx, after, rule, detail)
	case err != nil:
		return Answer{}, err
	case len(facts) == 0:
		return a.withoutEvents(ctx, after, "", "")
	}
	return a.append(ctx, after, facts)
}

func (r *room[S]) isStale() bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.stale
}

// end returns the place up to which the state has taken the history in.
func (r *room[S]) end() uint64 {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.last
}

func (r *room[S]) decide(decide func(*S) ([]events.Event, error)) ([]events.Event, uint64, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	facts, err := decide(&r.state)
	return facts, r.last, err
}

// recall returns the answer that the action got before: from the history, which
// is certain, else from the answers that made no event.
func (a *act[S]) recall(ctx context.Context) (Answer, bool, error) {
	a.room.mu.RLock()
	s, known := a.room.seen[a.correlation]
	a.room.mu.RUnlock()
	if known {
		if s.mark != mark(a.mark) {
			return Answer{}, true, ErrKeyReused
		}
		return Answer{First: s.first, Last: s.first + uint64(s.count) - 1, Repeated: true}, true, nil
	}
	if a.Key == "" {
		return Answer{}, false, nil
	}
	kept, known, err := a.desk.log.Answers().Recall(ctx, a.correlation.String())
	if !known || err != nil {
		return Answer{}, false, err
	}
	answer, err := a.answer(kept)
	answer.Repeated = true
	return answer, true, err
}

func (a *act[S]) answer(kept Remembered) (Answer, error) {
	if kept.Mark != a.mark.String() {
		return Answer{}, ErrKeyReused
	}
	return Answer{Last: kept.Place, Rule: kept.Rule, Detail: kept.Detail}, nil
}

// withoutEvents answers with a refusal, or that it is so already, if the state
// is the newest there is. A key that the client gave is remembered.
func (a *act[S]) withoutEvents(ctx context.Context, after uint64, rule, detail string) (Answer, error) {
	if err := a.catchUp(ctx); err != nil {
		return Answer{}, err
	}
	if a.room.end() != after {
		return Answer{}, errAgain
	}
	answer := Remembered{Mark: a.mark.String(), Place: after, Rule: rule, Detail: detail}
	if a.Key == "" {
		return a.answer(answer)
	}
	kept, err := a.desk.log.Answers().Remember(ctx, a.correlation.String(), answer)
	if err != nil {
		return Answer{}, err
	}
	return a.answer(kept)
}

// append writes facts after the place after, and takes them in as they can be
// read: what can't be read back isn't written.
func (a *act[S]) append(ctx context.Context, after uint64, facts []events.Event) (Answer, error) {
	entries := a.entries(a.correlation, facts)
	written := make([]events.Recorded, len(entries))
	for i := range entries {
		if a.seal != nil {
			sealed, err := a.seal(entries[i])
			if err != nil {
				return Answer{}, err
			}
			entries[i].Event = sealed
		}
		line, err := events.Encode(entries[i])
		if err != nil {
			return Answer{}, err
		}
		if written[i], err = events.Decode(0, line); err != nil {
			return Answer{}, err
		}
	}
	last, err := a.desk.log.Append(ctx, after, entries)
	if err != nil {
		a.room.mu.Lock()
		a.room.stale = true
		a.room.mu.Unlock()
		return Answer{}, err
	}
	first := last - uint64(len(written)) + 1
	for i := range written {
		written[i].Place = first + uint64(i)
		a.room.take(a.desk.evolve, written[i])
	}
	return Answer{First: first, Last: last, Events: written}, nil
}

// catchUp takes in what the history holds past the state.
func (a *act[S]) catchUp(ctx context.Context) error {
	for e, err := range Read(ctx, a.desk.log, a.room.end(), a.Programme) {
		if err != nil {
			return err
		}
		a.room.take(a.desk.evolve, e)
	}
	a.room.mu.Lock()
	defer a.room.mu.Unlock()
	a.room.stale = false
	return nil
}
