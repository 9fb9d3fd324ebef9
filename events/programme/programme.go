// Package programme holds the rules of a mentoring programme: what may happen
// next, given what has happened.
//
// A [Command] looks at a [State] and answers with the events that follow, or
// with the [Refusal] of a rule, or with nothing when what was asked for is so
// already. It reads no clock, draws no random number and does no I/O: who asks
// and when is handed to it, and its events are appended by someone else. Who
// may ask is a rule like any other.
//
// To add a command: declare its struct with a Decide method in the file of its
// noun, add it to [Forms], and answer three questions in its test: what
// follows, who is told no, and when is it quiet.
package programme

import (
	"fmt"
	"slices"
	"time"

	"kolmikko/events"
)

// A Command is something that somebody asks of a programme. Its exported fields
// have a json name and a doc tag, from which the HTTP door and the command line
// are made; a field with the tag personal:"true" holds text that must be sealed.
type Command interface {
	// Decide only reads s.
	Decide(s *State, ask Ask) ([]events.Event, error)
}

// An Ask is the occasion of a command. That By is who they say they are has
// been seen to; whether they may is for the rules.
type Ask struct {
	By     events.PersonID
	At     time.Time
	Cohort events.CohortID // or events.WholeProgramme
}

// A Refusal says which rule stood in a command's way.
type Refusal struct {
	Rule   string // stable: API clients match it, the web pages translate it
	Detail string // for a person, in English; never personal text
}

func (r Refusal) Error() string { return r.Rule + ": " + r.Detail }

// Refused returns the rule and its detail.
func (r Refusal) Refused() (rule, detail string) { return r.Rule, r.Detail }

func refuse(rule, format string, args ...any) error {
	return Refusal{rule, fmt.Sprintf(format, args...)}
}

// Rules that many commands share.
const (
	NotYours        = "not-yours"    // who asks may not ask it at all
	NotFound        = "not-found"    // it names something that is not there
	Incomplete      = "incomplete"   // a field that it needs is empty
	Unfit           = "unfit"        // a field holds what it can't
	CodeUnknown     = "code-unknown" // a code is in no published list, or retired
	NotRegistered   = "not-registered"
	Erased          = "erased" // a pseudonym is spent
	CohortNotOpened = "cohort-not-opened"
	CohortOver      = "cohort-over"
)

// facts returns what a command brings about, and refuses what could not be
// written.
func facts(all ...events.Event) ([]events.Event, error) {
	for _, e := range all {
		if err := events.Check(e); err != nil {
			return nil, refuse(Unfit, "%v", err)
		}
	}
	return all, nil
}

// registered refuses a person who is not registered, or no longer.
func (s *State) registered(p events.PersonID) error {
	switch known := s.People[p]; {
	case known == nil || events.IsReserved(p):
		return refuse(NotRegistered, "nobody is registered under this pseudonym")
	case known.Erased:
		return refuse(Erased, "what was known under this pseudonym has been erased")
	}
	return nil
}

// may refuses unless who asks has one of the roles.
func (s *State) may(ask Ask, roles ...events.Role) error {
	for _, r := range roles {
		if s.Has(ask.By, r) {
			return nil
		}
	}
	return refuse(NotYours, "only %s may do this", anyOf(roles))
}

// mayFor refuses unless who asks is the person themselves, registered, or has
// one of the roles.
func (s *State) mayFor(ask Ask, person events.PersonID, roles ...events.Role) error {
	if ask.By == person && !events.IsReserved(person) {
		return s.registered(person)
	}
	if s.may(ask, roles...) == nil {
		return nil
	}
	if len(roles) == 0 {
		return refuse(NotYours, "only the person themselves may do this")
	}
	return refuse(NotYours, "only the person themselves or %s may do this", anyOf(roles))
}

func anyOf(roles []events.Role) string {
	text := ""
	for i, r := range roles {
		if i > 0 {
			text += " or "
		}
		text += "the " + string(r)
	}
	return text
}

// cohort returns the cohort that is asked about, if it is open and running.
func (s *State) cohort(ask Ask) (*Cohort, error) {
	c := s.Cohorts[ask.Cohort]
	switch {
	case ask.Cohort == events.WholeProgramme:
		return nil, refuse(CohortNotOpened, "name a cohort: this concerns one, not the whole programme")
	case c == nil || c.Opened.StartsOn == "":
		return nil, refuse(CohortNotOpened, "cohort %s has not been opened", ask.Cohort)
	case c.Completed:
		return nil, refuse(CohortOver, "cohort %s has been completed", ask.Cohort)
	}
	return c, nil
}

// where returns the cohort that is asked about, or what is kept of the whole
// programme; gatherings, materials and comments may be of either.
func (s *State) where(ask Ask) (*Cohort, error) {
	if ask.Cohort == events.WholeProgramme {
		return s.wholeProgramme(), nil
	}
	return s.cohort(ask)
}

// known refuses a code that is not offered by a list. A list that was never
// published offers its default.
func (s *State) known(list events.Code, codes ...events.Code) error {
	for _, c := range codes {
		switch {
		case !events.IsWord(string(c)):
			return refuse(CodeUnknown, "a code is one word of a-z, 0-9 and hyphens; see the list of %s", list)
		case !slices.Contains(s.offered(list), c):
			return refuse(CodeUnknown, "%s is not on the list of %s", c, list)
		}
	}
	return nil
}
