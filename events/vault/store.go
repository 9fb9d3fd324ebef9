package vault

import (
	"errors"
	"fmt"
	"slices"

	"kolmikko/events"
)

// An Owner is whose key it is: a person's in a programme, or a cohort's.
type Owner struct {
	Programme events.ProgrammeID
	Cohort    events.CohortID // empty for a person
	Person    events.PersonID // empty for a cohort
}

// String names the owner by pseudonym.
func (o Owner) String() string {
	if o.Person == "" {
		return fmt.Sprintf("cohort %s/%s", o.Programme, o.Cohort)
	}
	return fmt.Sprintf("person %s in %s", o.Person, o.Programme)
}

func (o Owner) lost() error {
	return fmt.Errorf("%w: the key of %s is lost; put back a replica that has it, or forget whose it is", ErrDamaged, o)
}

func (o Owner) check() error {
	cohort := events.IsWord(string(o.Cohort)) || o.Cohort == events.WholeProgramme
	switch {
	case events.IsWord(string(o.Programme)) && o.Cohort == "" && events.IsWord(string(o.Person)):
		return nil
	case events.IsWord(string(o.Programme)) && cohort && o.Person == "":
		return nil
	}
	return errors.New("no owner of a key: its ids are not words of a-z, 0-9 and hyphens")
}

// A Record is what a [Store] keeps of an owner: the key, or nil to say that it
// was destroyed and that there is to be no other.
type Record struct {
	Owner Owner
	Key   []byte
}

// A Store keeps the keys of a vault, which makes one call at a time.
type Store interface {
	// Load returns all records, one an owner.
	Load() ([]Record, error)

	// Add keeps new records and returns what is kept of their owners: what was
	// given, or what another process was quicker to add. It is durable then. If it
	// fails, no text is sealed under what was given.
	Add(...Record) ([]Record, error)

	// Destroy replaces each owner's record, if there is one, by one without a
	// key. When it returns, that is durable and the keys' bytes are not in the
	// store.
	Destroy(...Owner) error

	// Close lets go of what the store holds open.
	Close() error
}

// A Shared store is a [Store] that vaults in other processes use too.
type Shared interface {
	Store

	// Find returns the records of those owners who have one by now. It is asked
	// where a vault knows of none.
	Find(...Owner) ([]Record, error)

	// Follow goes on calling destroyed, until Close, with whoever's key another
	// process destroyed after Load.
	Follow(destroyed func(...Owner))

	// Trouble returns what the operator is to be told, nil for nothing.
	Trouble() error
}

// Memory is a [Store] that lasts as long as the process. Its zero value is
// empty.
type Memory struct{ records []Record }

// Load returns copies of all records.
func (m *Memory) Load() ([]Record, error) {
	all := slices.Clone(m.records)
	for i := range all {
		all[i].Key = slices.Clone(all[i].Key)
	}
	return all, nil
}

// Add keeps copies of records.
func (m *Memory) Add(records ...Record) ([]Record, error) {
	for _, r := range records {
		m.records = append(m.records, Record{r.Owner, slices.Clone(r.Key)})
	}
	return records, nil
}

// Destroy overwrites the owners' keys.
func (m *Memory) Destroy(owners ...Owner) error {
	for _, o := range owners {
		i := slices.IndexFunc(m.records, func(r Record) bool { return r.Owner == o })
		if i < 0 {
			m.records = append(m.records, Record{Owner: o})
			continue
		}
		clear(m.records[i].Key)
		m.records[i].Key = nil
	}
	return nil
}

// Close does nothing.
func (m *Memory) Close() error { return nil }
