package journal

import (
	"context"
	"errors"
	"strconv"
	"time"

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
	s, known := a.room.span(a.correlation)
	if known && s.last() == a.room.end() { // there may be more of it
		if err := a.catchUp(ctx); err != nil {
			return Answer{}, false, err
		}
		s, _ = a.room.span(a.correlation)
	}
	if known {
		if s.mark != mark(a.mark) {
			return Answer{}, true, ErrKeyReused
		}
		return Answer{First: s.first, Last: s.last(), Repeated: true}, true, nil
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

// append writes facts after the place after, and takes them in.
func (a *act[S]) append(ctx context.Context, after uint64, facts []events.Event) (Answer, error) {
	entries, err := a.sealed(facts)
	if err != nil {
		return Answer{}, err
	}
	messages, err := encode(entries)
	if err != nil {
		return Answer{}, err
	}
	for i, m := range messages { // what can't be read back isn't written
		if entries[i], err = events.Decode(0, m.line); err != nil {
			return Answer{}, err
		}
	}
	var last uint64
	if log, ok := a.desk.log.(liner); ok {
		last, err = log.appendLines(ctx, after, a.Programme, messages)
	} else {
		last, err = a.desk.log.Append(ctx, after, entries)
	}
	if err != nil {
		return Answer{}, err
	}
	first := last - uint64(len(entries)) + 1
	for i := range entries {
		entries[i].Place = first + uint64(i)
		a.room.take(a.desk.evolve, entries[i])
	}
	return Answer{First: first, Last: last, Events: entries}, nil
}

// sealed completes facts into what is to be written.
func (a *act[S]) sealed(facts []events.Event) ([]events.Recorded, error) {
	entries := a.entries(a.correlation, facts)
	if a.seal == nil {
		return entries, nil
	}
	for i := range entries {
		fact, err := a.seal(entries[i])
		if err != nil {
			return nil, err
		}
		entries[i].Event = fact
	}
	return entries, nil
}

// catchUp takes in what the history holds past the state.
func (a *act[S]) catchUp(ctx context.Context) error {
	for e, err := range Read(ctx, a.desk.log, a.room.end(), a.Programme) {
		if err != nil {
			return err
		}
		a.room.take(a.desk.evolve, e)
	}
	return nil
}

// house is the namespace of every correlation, so that the same action has the
// same IDs in every installation and on every day.
var house = uuid.NewSHA1(uuid.NameSpaceURL, []byte("https://kolmikko.invalid/correlation"))

// An Action is a command as the journal sees it: who does what where, not what
// it means.
type Action struct {
	Programme events.ProgrammeID
	Cohort    events.CohortID // or [events.WholeProgramme]
	By        events.PersonID
	At        time.Time
	Key       string // makes a repetition the same action; when empty, a random one is made
	Print     string // the command's name and a digest of what in it is not personal
	Causation string // the ID of the event that brought it about, if one did
}

// An Answer is what became of an action.
type Answer struct {
	First, Last uint64            // places of its events; without any, Last is where the programme's history ended
	Events      []events.Recorded // what was written just now; none when it is repeated
	Rule        string            // that refused it; empty when none did
	Detail      string            // of the refusal
	Repeated    bool              // it was answered before, and this is that answer
}

// correlation names the action: the same key from the same person in the same
// programme is the same action.
func (a Action) correlation() uuid.UUID {
	key := a.Key
	if key == "" {
		key = uuid.NewString()
	}
	name := make([]byte, 0, 128)
	name = append(name, a.Programme...)
	name = append(name, 0)
	name = append(name, a.By...)
	name = append(name, 0)
	name = append(name, key...)
	return uuid.NewSHA1(house, name)
}

// eventID returns the ID of the i-th event of an action.
func eventID(correlation uuid.UUID, print string, i int) uuid.UUID {
	name := make([]byte, 0, 128)
	name = append(name, print...)
	name = append(name, 0)
	return uuid.NewSHA1(correlation, strconv.AppendInt(name, int64(i), 10))
}

// entries completes facts into what is to be written, but for their seals.
func (a Action) entries(correlation uuid.UUID, facts []events.Event) []events.Recorded {
	entries := make([]events.Recorded, len(facts))
	for i, fact := range facts {
		entries[i] = events.Recorded{
			ID: eventID(correlation, a.Print, i).String(), At: a.At.UTC().Round(0),
			Programme: a.Programme, Cohort: a.Cohort, By: a.By,
			Causation: a.Causation, Correlation: correlation.String(), Event: fact,
		}
	}
	return entries
}
