package api

import (
	"errors"
	"time"

	"kolmikko/events"
	"kolmikko/events/programme"
	"kolmikko/events/vault"
)

// stamped returns a command with the time at which the key that it is about is
// destroyed, if it is about one: the door destroys it, so the door knows. Who
// asks can't know, and what they say of it doesn't count.
func stamped(cmd programme.Command, at time.Time) programme.Command {
	switch c := cmd.(type) {
	case *programme.ErasePerson:
		return stamped(*c, at)
	case programme.ErasePerson:
		c.KeyDestroyedAt = at
		return c
	case *programme.ArchiveCohort:
		return stamped(*c, at)
	case programme.ArchiveCohort:
		c.KeyDestroyedAt = at
		return c
	}
	return cmd
}

// seal makes an event fit to be written: its personal text is sealed, and where
// it says that a key was destroyed, the key is. Both may happen again when the
// history moved on in between, and do no harm then.
func (d *Door) seal(r events.Recorded) (events.Event, error) {
	switch e := r.Event.(type) {
	case events.PersonErased:
		return e, d.forget(r.Programme, e.Person)
	case events.CohortArchived:
		return e, d.Vault.ForgetCohort(r.Programme, r.Cohort)
	}
	return d.Vault.Seal(r)
}

// forget destroys a person's key, and the keys of the pseudonyms under which
// they wrote feedback.
func (d *Door) forget(p events.ProgrammeID, person events.PersonID) error {
	var cohorts []events.CohortID
	d.Desk.Look(p, func(s *programme.State) {
		for id, c := range s.Cohorts {
			if !c.Archived && len(c.Surveys) > 0 {
				cohorts = append(cohorts, id)
			}
		}
	})
	people := []events.PersonID{person}
	for _, c := range cohorts {
		respondent, err := d.Respondent(p, c, person)
		if errors.Is(err, vault.ErrForgotten) {
			continue // the cohort's key is gone: nobody finds their pseudonym any more
		}
		if err != nil {
			return err
		}
		people = append(people, events.PersonID(respondent))
	}
	return d.Vault.Forget(p, people...)
}
