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

// A Store keeps the keys of a vault. A vault is the only one to use its store,
// and makes one call at a time.
type Store interface {
	// Load returns all records, one an owner.
	Load() ([]Record, error)

	// Add keeps new records. They are durable when it returns; if it fails, none
	// of them is ever returned by Load, or the store refuses every later call.
	Add(...Record) error

	// Destroy replaces an owner's record, if there is one, by one without a key.
	// When it returns, that is durable and the key's bytes are not in the store.
	Destroy(Owner) error

	// Close lets go of what the store holds open.
	Close() error
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
func (m *Memory) Add(records ...Record) error {
	for _, r := range records {
		m.records = append(m.records, Record{r.Owner, slices.Clone(r.Key)})
	}
	return nil
}

// Destroy overwrites the owner's key.
func (m *Memory) Destroy(o Owner) error {
	for i, r := range m.records {
		if r.Owner == o {
			clear(r.Key)
			m.records[i].Key = nil
			return nil
		}
	}
	m.records = append(m.records, Record{Owner: o})
	return nil
}

// Close does nothing.
func (m *Memory) Close() error { return nil }
