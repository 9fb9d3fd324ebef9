// Package events is the vocabulary of a mentoring programme: one plain struct
// for each thing that can have happened in it, and the form that it has on the
// wire.
//
// An event is named in the past tense, holds only what was true at that
// moment, and never changes once a journal holds one. People appear in it as a
// [PersonID], a pseudonym; what could name or describe them is [Personal] and
// is sealed before it can be encoded, so that forgetting a person leaves the
// history whole. The package does no I/O, reads no clock and knows no rules.
//
// To add an event: declare the struct and its kind in the file of its noun, add
// a line with its content class to vocabulary in vocabulary.go and a sample to
// the samples of its noun, and let go test -update write its golden file. To
// change one that a journal may hold: don't. Add a new kind, and an upcast from
// the old.
package events

import "time"

// An Event is one fact about a programme. The unexported method keeps the
// vocabulary closed: only this package can add a word to it.
type Event interface{ kind() Kind }

// A Kind is the name of an event on the wire, such as "enrolment-submitted".
type Kind string

// KindOf returns the name that e has on the wire.
func KindOf(e Event) Kind { return e.kind() }

// Recorded is an event in its place in the history. Everything but Place and
// Line is on the wire.
type Recorded struct {
	Place       uint64      // in the journal, from 1 and without gaps
	ID          string      // a UUID, so that a retry is no second event
	At          time.Time   // when it was recorded, UTC; when it happened is the event's to say
	Programme   ProgrammeID // whose history it belongs to
	Cohort      CohortID    // or WholeProgramme
	By          PersonID    // who did it: a person's pseudonym or a reserved actor
	Causation   string      // the ID of the event that brought it about, if one did
	Correlation string      // a UUID shared by all events of one action
	Event       Event
	Line        []byte // its bytes in the journal, of which the audit tree is made
}

// Subject returns where r stands among the journal's subjects:
// history.PROGRAMME.COHORT.KIND.
func (r Recorded) Subject() string {
	return SubjectOf(r.Programme, r.Cohort, KindOf(r.Event))
}

// SubjectOf returns the journal's subject for events of a kind.
func SubjectOf(p ProgrammeID, c CohortID, k Kind) string {
	return "history." + string(p) + "." + string(c) + "." + string(k)
}

// WholeProgramme stands where a cohort would, for a fact of no cohort.
const WholeProgramme CohortID = "-"

// Reserved actors stand in By where nobody in particular acted. None of them
// can be a person's pseudonym, which is a UUID.
const (
	Operator   PersonID = "operator"   // whoever runs this installation, before there is an owner
	Clock      PersonID = "clock"      // a date came
	Engine     PersonID = "engine"     // the matching engine
	Import     PersonID = "import"     // a file that was read in
	Notify     PersonID = "notify"     // whoever delivers what the outbox holds
	Respondent PersonID = "respondent" // the holder of a one-time token
)

// IsReserved reports whether p is an actor that is no person.
func IsReserved(p PersonID) bool {
	switch p {
	case Operator, Clock, Engine, Import, Notify, Respondent:
		return true
	}
	return false
}
