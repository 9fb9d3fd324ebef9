package api

import (
	"errors"

	"kolmikko/events"
	"kolmikko/events/vault"
	"kolmikko/projections"
)

// cards returns whom a programme knows, with their sealed names.
func (d *Door) cards(p events.ProgrammeID) []projections.Person {
	kept, ok := d.Views.Get("people")
	if !ok {
		return nil
	}
	shown, ok := kept.Show(projections.Of{Programme: p})
	people, isPeople := shown.(projections.People)
	if !ok || !isPeople {
		return nil
	}
	return people.People
}

// open returns sealed text in the clear, or "" when its person was forgotten.
func (d *Door) open(p events.ProgrammeID, s *projections.Sealed) (string, error) {
	if s == nil {
		return "", nil
	}
	text, err := d.Vault.Open(vault.Label{Programme: p, Subject: s.Subject, ID: s.Event, Field: s.Field}, s.Personal())
	if errors.Is(err, vault.ErrForgotten) {
		return "", nil
	}
	return text, err
}
