package programme

import (
	"maps"
	"slices"
	"strings"

	"kolmikko/events"
)

// Rules about lists of codes.
const (
	CodeRemoved = "code-removed" // somebody may have used it: it is retired instead
	CodeNeeded  = "code-needed"  // a rule can do nothing without it
)

// PublishCodes asks that a list has other codes or labels.
type PublishCodes struct {
	List  events.Code   `json:"list" doc:"themes, branches, regions, languages, reasons, concerns, purposes, ties, organiser-roles, nudges or grounds"`
	Terms []events.Term `json:"terms" doc:"all its codes with their labels; those no longer offered are marked as retired"`
}

// Decide lets a coordinator publish the next version of a list. A code is
// retired, never removed: somebody may have used it.
func (c PublishCodes) Decide(s *State, ask Ask) ([]events.Event, error) {
	if err := s.may(ask, events.Coordinator, events.Owner); err != nil {
		return nil, err
	}
	before := List{Terms: DefaultList(c.List)} // version 0, which may have been used
	if before.Terms == nil {
		return nil, refuse(NotFound, "the lists are %v", DefaultLists())
	}
	if published := s.Lists[c.List]; published != nil {
		before = *published
	}
	next := events.CodesPublished{List: c.List, Version: before.Version, Terms: c.Terms}
	if before.Version > 0 && events.Same(next, events.CodesPublished{List: c.List, Version: before.Version, Terms: before.Terms}) {
		return nil, nil
	}
	if err := c.check(before.Terms); err != nil {
		return nil, err
	}
	next.Version++
	return facts(next)
}

// check refuses terms that nobody could read, and a list without the codes that
// it had before.
func (c PublishCodes) check(before []events.Term) error {
	offered := map[events.Code]bool{}
	for _, t := range c.Terms {
		_, twice := offered[t.Code]
		switch {
		case !events.IsWord(string(t.Code)):
			return refuse(Unfit, "a code is a word of a-z, 0-9 and hyphens")
		case twice:
			return refuse(Unfit, "%s is there twice", t.Code)
		case len(t.Label) == 0:
			return refuse(Incomplete, "%s has no label", t.Code)
		}
		offered[t.Code] = !t.Retired
	}
	// All that are missing are told at once.
	var removed []string
	for _, t := range before {
		if _, there := offered[t.Code]; !there {
			removed = append(removed, string(t.Code))
		}
	}
	switch {
	case len(removed) > 0:
		return refuse(CodeRemoved, "mark as retired what is no longer offered: %s", strings.Join(removed, ", "))
	case c.List == ListPurposes && !offered[Participation]:
		return refuse(CodeNeeded, "nobody could enrol without the purpose %s", Participation)
	case !slices.Contains(slices.Collect(maps.Values(offered)), true):
		return refuse(Incomplete, "a list offers one code at least")
	}
	return nil
}
