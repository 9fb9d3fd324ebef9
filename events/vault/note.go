package vault

import (
	"encoding/json"
	"errors"
	"fmt"

	"kolmikko/events"
)

// ErrDamaged is returned for a stream of keys that lost something, and names the
// place. Text whose key is there still opens; no key is made and none moved,
// since nobody knows whose is missing.
var ErrDamaged = errors.New("the stream of keys is damaged")

// What a [note] says.
const (
	noteBegun     = "begun"     // the first one: under which key-encryption key, and after which generation
	noteKey       = "key"       // an owner's key, wrapped
	noteDestroyed = "destroyed" // an owner's key is destroyed, and there is to be no other
	noteWhole     = "whole"     // all that the generation before held is here
	noteMoving    = "moving"    // the last one: which generation is next, under which key-encryption key
)

// A note is one message of the stream.
type note struct {
	Says      string             `json:"says"`
	Programme events.ProgrammeID `json:"programme,omitempty"`
	Cohort    events.CohortID    `json:"cohort,omitempty"`
	Person    events.PersonID    `json:"person,omitempty"`
	KEK       string             `json:"kek,omitempty"` // the id: of a destroyed key, the one that it was wrapped under
	Wrap      []byte             `json:"wrap,omitempty"`
	Gone      uint64             `json:"gone,omitempty"` // the place of the wrap that is destroyed
	Other     string             `json:"other,omitempty"`
}

func (n note) owner() Owner { return Owner{n.Programme, n.Cohort, n.Person} }

func noteOf(says string, o Owner) note {
	return note{Says: says, Programme: o.Programme, Cohort: o.Cohort, Person: o.Person}
}

func (n note) encode() []byte {
	b, err := json.Marshal(n)
	if err != nil {
		panic("vault: " + err.Error()) // it is strings and bytes
	}
	return b
}

// An entry is what is known of an owner.
type entry struct {
	place uint64
	kek   string
	wrap  []byte // nil once it is destroyed
}

// A generation is one stream of keys, as far as it was read.
type generation struct {
	name    string
	subject string // of its notes; known once it was read
	last    uint64 // place that was read
	kek     string // that keys are wrapped under here
	from    string // the generation before
	whole   bool   // it has taken over all from that
	next    string // the generation after; nothing is written here any more
	nextTo  string // and the key-encryption key there

	entries map[Owner]entry
	missing map[uint64]bool // places that can't be read, and nobody said that they are gone
	gone    map[uint64]bool // places of wraps that are to be deleted
}

func newGeneration(name string) *generation {
	return &generation{name: name, entries: map[Owner]entry{}, missing: map[uint64]bool{}, gone: map[uint64]bool{}}
}

// mostMissing bounds what is remembered of holes.
const mostMissing = 1 << 16

// take takes in the note at a place, in order. What was taken in before is
// passed over.
func (g *generation) take(place uint64, data []byte) error {
	if place <= g.last {
		return nil
	}
	var n note
	if err := json.Unmarshal(data, &n); err != nil || place-g.last > mostMissing {
		return fmt.Errorf("%w: %s from place %d to %d", ErrDamaged, g.name, g.last+1, place)
	}
	g.lose(place - 1)
	g.last = place
	o := n.owner()
	known, ok := g.entries[o]
	switch n.Says {
	case noteBegun:
		g.kek, g.from, g.whole = n.KEK, n.Other, n.Other == ""
	case noteKey:
		if ok { // the guard sees to it that there is no second one
			g.gone[place] = true
			return nil
		}
		g.entries[o] = entry{place, n.KEK, append([]byte{}, n.Wrap...)}
		if g.kek == "" { // its beginning is lost
			g.kek = n.KEK
		}
	case noteDestroyed:
		if ok && known.wrap != nil {
			g.gone[known.place] = true
		}
		delete(g.missing, n.Gone) // this note came first, and then the wrap was deleted
		g.entries[o] = entry{place, n.KEK, nil}
	case noteWhole:
		g.whole = true
	case noteMoving: // the last one counts: the first one's stream may be lost
		g.next, g.nextTo = n.Other, n.KEK
	default:
		return fmt.Errorf("%w: %s at place %d says %q, which is not known here", ErrDamaged, g.name, place, n.Says)
	}
	return nil
}

// lose takes in that nothing can be read up to a place.
func (g *generation) lose(upTo uint64) {
	for g.last < upTo {
		g.last++
		g.missing[g.last] = true
	}
}

// damage returns an [ErrDamaged] that names what is missing, or nil.
func (g *generation) damage() error {
	first := uint64(0)
	for p := range g.missing {
		if first == 0 || p < first {
			first = p
		}
	}
	const mend = "put back a replica that has it, or give it up with a rotation"
	switch {
	case first > 0:
		return fmt.Errorf("%w: %s has lost the key at place %d; %d in all; %s", ErrDamaged, g.name, first, len(g.missing), mend)
	case !g.whole:
		return fmt.Errorf("%w: %s has lost its end, after place %d; %s", ErrDamaged, g.name, g.last, mend)
	}
	return nil
}

// destroyed returns whose keys are destroyed.
func (g *generation) destroyed() (owners []Owner) {
	for o, e := range g.entries {
		if e.wrap == nil {
			owners = append(owners, o)
		}
	}
	return owners
}

// due reports whether a key was destroyed whose wrap could still be opened, if
// someone had a copy of it.
func (g *generation) due() bool {
	for _, e := range g.entries {
		if e.wrap == nil && e.kek == g.kek {
			return true
		}
	}
	return false
}
