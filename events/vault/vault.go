// Package vault seals what could name or describe a person under a key of
// theirs, one for each programme, so that erasing a person is losing the key:
// the history stays whole, and that text in it can't be read by anybody, ever.
//
// Text is sealed before an event is encoded ([Keys.Seal]) and opened where a
// page is rendered ([Keys.Open]). A cohort has a key too, under which feedback
// holds pseudonyms ([Keys.Mask]) and tokens ([Keys.Token]). The vault holds
// keys and no text; it never writes text in the clear, nor puts any into an
// error.
//
// Where keys are kept is a [Store]'s: [Stream] keeps them in JetStream, wrapped,
// for one process or several; [File] in a folder, for tools; [Memory] for
// tests. To keep them elsewhere, implement Store, or [Shared].
package vault

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"kolmikko/events"
)

// ErrForgotten is returned where a key was destroyed, or isn't in this vault:
// nobody can read what was sealed under it.
var ErrForgotten = errors.New("the key is destroyed")

// ErrTampered is returned by [Keys.Open] for a box that wasn't sealed at the
// place where it stands, or was changed.
var ErrTampered = errors.New("sealed text is not what was sealed here")

// A Label says where sealed text stands in the history. Text that is moved to
// another event, person or field doesn't open.
type Label struct {
	Programme events.ProgrammeID
	Subject   string // of the event, in the journal
	ID        string // of the event
	Field     string // on the wire, such as "address"
}

// LabelOf returns the label of a field of r.
func LabelOf(r events.Recorded, field string) Label {
	return Label{r.Programme, r.Subject(), r.ID, field}
}

// Options are what a vault may be told; the zero value is sound.
type Options struct {
	// Rand is where keys come from; nil is crypto/rand.Reader. A story that is to
	// be told again byte for byte gives a reader with a seed, and has no secrets.
	Rand io.Reader
}

// Keys is a vault: the keys of a [Store], and what is sealed with them. It is
// safe for use by several goroutines.
type Keys struct {
	store Store
	rand  io.Reader

	call    sync.Mutex       // held around each call of store and rand; taken before mu
	mu      sync.RWMutex     // owns what follows
	keys    map[Owner][]byte // nil once it is destroyed
	sealers map[sharers]*sealer
	lost    map[Owner]bool // whose key should be here, and wasn't
}

// sharers are whose text it is: And is empty for text about one person.
type sharers struct {
	programme events.ProgrammeID
	of, and   events.PersonID
}

// Load returns the vault whose keys are in store.
func Load(store Store, o Options) (*Keys, error) {
	records, err := store.Load()
	if err != nil {
		return nil, fmt.Errorf("open the vault: %w", err)
	}
	k := &Keys{store: store, rand: o.Rand, keys: map[Owner][]byte{}, sealers: map[sharers]*sealer{}, lost: map[Owner]bool{}}
	if k.rand == nil {
		k.rand = rand.Reader
	}
	for _, r := range records {
		if _, twice := k.keys[r.Owner]; twice {
			return nil, fmt.Errorf("open the vault: two keys of %s", r.Owner)
		}
		k.keys[r.Owner] = r.Key
	}
	if shared, ok := store.(Shared); ok {
		shared.Follow(k.wiped)
	}
	return k, nil
}

// Seal returns the event of r with every personal text in it sealed under the
// key of the person whom it is about, or of both. r must be complete but for
// its place and line: what is sealed opens at this event only. Keys that are
// new are kept before Seal returns. For a person who was forgotten it is
// [ErrForgotten].
func (k *Keys) Seal(r events.Recorded) (events.Event, error) {
	var owners []Owner
	for _, f := range events.PersonalFields(r.Event) {
		if f.Value.Text() == "" {
			continue
		}
		owners = append(owners, Owner{Programme: r.Programme, Person: f.Value.Of})
		if f.Value.And != "" {
			owners = append(owners, Owner{Programme: r.Programme, Person: f.Value.And})
		}
	}
	if len(owners) == 0 {
		return r.Event, nil
	}
	if err := k.ensure(owners...); err != nil {
		return nil, fmt.Errorf("seal a %s: %w", events.KindOf(r.Event), err)
	}
	subject := r.Subject()
	return events.Seal(r.Event, func(f events.PersonalField) (events.Personal, error) {
		p := f.Value
		s, err := k.sealer(sharers{r.Programme, p.Of, p.And})
		if err != nil {
			return events.Personal{}, err
		}
		at := Label{r.Programme, subject, r.ID, f.Name}
		return events.Personal{Of: p.Of, And: p.And, Box: s.seal(at.bind(p), p.Text())}, nil
	})
}

// Open returns the text that was sealed as p at a place of the history. It is
// an [ErrForgotten] if a key that it takes is gone, and an [ErrTampered] if p is
// not what was sealed there. No text is "".
func (k *Keys) Open(at Label, p events.Personal) (string, error) {
	if p.IsZero() {
		return "", nil
	}
	s, err := k.sealer(sharers{at.Programme, p.Of, p.And})
	if err != nil {
		return "", err
	}
	return s.open(at.bind(p), p.Box)
}

// Forget destroys people's keys in a programme, for good: when it returns, the
// store doesn't hold them any more. None of them ever gets another one there.
// Asking twice is quiet. Several at once cost a [Stream] no more than one.
func (k *Keys) Forget(programme events.ProgrammeID, people ...events.PersonID) error {
	owners := make([]Owner, len(people))
	for i, person := range people {
		owners[i] = Owner{Programme: programme, Person: person}
	}
	return k.destroy(owners...)
}

// Forgotten reports whether a person's key in a programme was destroyed.
func (k *Keys) Forgotten(programme events.ProgrammeID, person events.PersonID) bool {
	k.mu.RLock()
	defer k.mu.RUnlock()
	key, known := k.keys[Owner{Programme: programme, Person: person}]
	return known && key == nil
}

// Expect tells the vault of whom the history holds sealed text, and returns those
// of them of whom it has neither a key nor word that one was destroyed: it is
// lost. They get no other, under which what they had could not be read.
// [Keys.Trouble] says so too, until Forget gives them up.
func (k *Keys) Expect(programme events.ProgrammeID, people ...events.PersonID) (lost []events.PersonID) {
	for _, person := range people {
		o := Owner{Programme: programme, Person: person}
		if err := k.find(o); err != nil && !errors.Is(err, ErrForgotten) {
			continue // it is there, and says so itself when it is asked for
		}
		k.mu.Lock()
		if _, known := k.keys[o]; !known {
			k.lost[o] = true
			lost = append(lost, person)
		}
		k.mu.Unlock()
	}
	return lost
}

// Trouble returns what the operator is to be told of the store, such as a
// [RotationDue]; nil for nothing.
func (k *Keys) Trouble() (trouble error) {
	if shared, ok := k.store.(Shared); ok {
		trouble = shared.Trouble()
	}
	k.mu.RLock()
	defer k.mu.RUnlock()
	var first Owner
	lost := 0
	for o := range k.lost {
		if _, known := k.keys[o]; known {
			continue
		}
		if lost++; lost == 1 || o.String() < first.String() {
			first = o
		}
	}
	switch {
	case lost == 1:
		return errors.Join(trouble, first.lost())
	case lost > 1: // one is named: a sentence for each of thousands is none for anybody
		return errors.Join(trouble, fmt.Errorf("%w (and %d more are)", first.lost(), lost-1))
	}
	return trouble
}

// Close lets go of the store.
func (k *Keys) Close() error { return k.store.Close() }

// destroy asks the store also for what is destroyed already: what a killed
// process left undone of it is done then.
func (k *Keys) destroy(owners ...Owner) error {
	for _, o := range owners {
		if err := o.check(); err != nil {
			return fmt.Errorf("forget: %w", err)
		}
	}
	k.call.Lock()
	defer k.call.Unlock()
	if _, shared := k.store.(Shared); !shared && k.allWiped(owners) {
		return nil
	}
	if err := k.store.Destroy(owners...); err != nil {
		return fmt.Errorf("forget %s: %w", owners, err)
	}
	k.wiped(owners...)
	return nil
}

func (k *Keys) allWiped(owners []Owner) bool {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return !slices.ContainsFunc(owners, func(o Owner) bool {
		key, known := k.keys[o]
		return !known || key != nil
	})
}

// wiped takes in that keys were destroyed.
func (k *Keys) wiped(owners ...Owner) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, o := range owners {
		clear(k.keys[o])
		k.keys[o] = nil
		for s := range k.sealers {
			if s.programme == o.Programme && (s.of == o.Person || s.and == o.Person) {
				delete(k.sealers, s)
			}
		}
	}
}

// ensure sees to it that each owner has a key, and makes those that are
// missing.
func (k *Keys) ensure(owners ...Owner) error {
	if missing, err := k.missing(owners); err != nil || len(missing) == 0 {
		return err
	}
	k.call.Lock()
	defer k.call.Unlock()
	missing, err := k.missing(owners)
	if err != nil || len(missing) == 0 {
		return err
	}
	made := make([]Record, 0, len(missing))
	for _, o := range missing {
		if err := o.check(); err != nil {
			return err
		}
		if k.isLost(o) {
			return o.lost()
		}
		key, err := newKey(k.rand, o)
		if err != nil {
			return err
		}
		made = append(made, Record{o, key})
	}
	kept, err := k.store.Add(made...)
	if err != nil {
		return fmt.Errorf("keep a key: %w", err)
	}
	k.learn(kept...)
	_, err = k.missing(owners)
	return err
}

func (k *Keys) isLost(o Owner) bool {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.lost[o]
}

// missing returns those owners of whom nothing is known, each once.
func (k *Keys) missing(owners []Owner) (missing []Owner, err error) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	for _, o := range owners {
		key, known := k.keys[o]
		if known && key == nil {
			return nil, ErrForgotten
		}
		if !known && !slices.Contains(missing, o) {
			missing = append(missing, o)
		}
	}
	return missing, nil
}

// learn takes in what the store has. What is known stays: a key never changes,
// and one that is destroyed doesn't come back.
func (k *Keys) learn(kept ...Record) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, r := range kept {
		if _, known := k.keys[r.Owner]; !known {
			k.keys[r.Owner] = r.Key
		}
	}
}

// find asks a shared store for the owners of whom nothing is known here: their
// keys may be another process's work.
func (k *Keys) find(owners ...Owner) error {
	shared, ok := k.store.(Shared)
	if !ok {
		return nil
	}
	missing, err := k.missing(owners)
	if err != nil || len(missing) == 0 {
		return err
	}
	k.call.Lock()
	defer k.call.Unlock()
	found, err := shared.Find(missing...)
	if err != nil {
		return fmt.Errorf("find a key: %w", err)
	}
	k.learn(found...)
	return nil
}

// sealer returns what seals text of s, or ErrForgotten.
func (k *Keys) sealer(s sharers) (*sealer, error) {
	k.mu.RLock()
	known := k.sealers[s]
	k.mu.RUnlock()
	if known != nil {
		return known, nil
	}
	owners := []Owner{{Programme: s.programme, Person: s.of}}
	if s.and != "" {
		owners = append(owners, Owner{Programme: s.programme, Person: s.and})
	}
	if err := k.find(owners...); err != nil {
		return nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	of, and := k.keys[owners[0]], []byte(nil)
	if s.and != "" {
		if and = k.keys[owners[1]]; and == nil {
			return nil, ErrForgotten
		}
	}
	if of == nil {
		return nil, ErrForgotten
	}
	made, err := newSealer(of, and)
	if err != nil {
		return nil, err
	}
	k.sealers[s] = made
	return made, nil
}
