package programme

import "kolmikko/events"

// A Form is a command as the doors offer it: the HTTP API as POST of its name,
// the command line as "kolmikko NOUN VERB".
type Form struct {
	Noun  string // such as "enrolment"
	Verb  string // such as "submit"
	Does  string // one line, in English
	Scope Scope
	New   func() Command // a pointer to an empty command, to be filled in
}

// Name returns the form's name, such as "submit-enrolment".
func (f Form) Name() string { return f.Verb + "-" + f.Noun }

// A Scope is what a command is addressed to.
type Scope byte

const (
	OfProgramme Scope = iota // the whole programme
	OfCohort                 // a cohort
	OfEither                 // a cohort or the whole programme
)

func form[C any, P interface {
	*C
	Command
}](noun, verb string, scope Scope, does string) Form {
	return Form{noun, verb, does, scope, func() Command { return P(new(C)) }}
}

// Forms lists every command, by noun.
func Forms() []Form {
	var all []Form
	for _, some := range [][]Form{planForms(), enrolForms(), matchForms(), meetForms(), gatherForms(), heedForms()} {
		all = append(all, some...)
	}
	return all
}

// Lists of codes that come with the house; a programme may publish its own.
const (
	ListThemes   events.Code = "themes"
	ListBranches events.Code = "branches"
	ListRegions  events.Code = "regions"
	ListLanguage events.Code = "languages"
	ListReasons  events.Code = "reasons"
	ListConcerns events.Code = "concerns"
	ListPurposes events.Code = "purposes"
	ListTies     events.Code = "ties"
	ListRoles    events.Code = "organiser-roles"
	ListNudges   events.Code = "nudges"
	ListGrounds  events.Code = "grounds" // of erasure
)

// offered returns the codes that a list offers now.
func (s *State) offered(list events.Code) (codes []events.Code) {
	terms := DefaultList(list)
	if l := s.Lists[list]; l != nil {
		terms = l.Terms
	}
	for _, t := range terms {
		if !t.Retired {
			codes = append(codes, t.Code)
		}
	}
	return codes
}
