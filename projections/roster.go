package projections

import (
	"time"

	"kolmikko/events"
)

// Roster is who has enrolled in a cohort, and where each enrolment has got to.
type Roster struct {
	Cohort     events.CohortID `json:"cohort"`
	Title      events.Text     `json:"title,omitzero"`
	Enrolments []RosterLine    `json:"enrolments"` // in the order in which they came
}

// A RosterLine is one enrolment.
type RosterLine struct {
	Enrolment        events.EnrolmentID    `json:"enrolment"`
	Person           events.PersonID       `json:"person"`
	Track            events.Track          `json:"track"`
	Part             events.Part           `json:"part"`
	Organisation     events.OrganisationID `json:"organisation"`
	OrganisationName events.Text           `json:"organisation_name,omitzero"`
	Region           events.Code           `json:"region,omitzero"`
	Status           Status                `json:"status"`
	Position         int                   `json:"position,omitzero"` // in its queue as it is now, from 1
	Reason           events.Code           `json:"reason,omitzero"`   // of the status, such as why somebody dropped out
	Since            time.Time             `json:"since"`             // when it was submitted
	Changed          time.Time             `json:"changed"`           // when it got to its status
	Group            events.GroupID        `json:"group,omitzero"`
}

// rosters are the rosters of one programme.
type rosters struct {
	houses  houses
	cohorts each[events.CohortID, roster]
}

type roster struct {
	title       events.Text
	enrolments  enrolments
	particulars particulars
	groups      grouped
}

// Apply takes in one more event.
func (s *rosters) Apply(r events.Recorded) {
	if s.houses.apply(r) {
		return
	}
	c := s.cohorts.at(r.Cohort)
	if e, ok := r.Event.(events.CohortOpened); ok {
		c.title = e.Title
		return
	}
	c.particulars.note(c.enrolments.apply(r), r)
	c.groups.apply(r)
}

// Show returns the [Roster] of a cohort.
func (s *rosters) Show(of Of) (any, bool) {
	c := s.cohorts.get(of.Cohort)
	if c == nil {
		return nil, false
	}
	shown := Roster{Cohort: of.Cohort, Title: c.title, Enrolments: make([]RosterLine, 0, len(c.enrolments.list))}
	for _, x := range c.enrolments.list {
		about := c.particulars.of[x]
		line := RosterLine{
			Enrolment: x.id, Person: x.person, Track: x.track, Part: x.part,
			Organisation: x.organisation, OrganisationName: s.houses.name(x.organisation), Region: about.region,
			Status: x.status, Position: x.position(), Reason: about.reason,
			Since: about.since, Changed: about.at,
		}
		if g := c.groups.of.get(x.person, x.track); g != nil && x.status == Accepted {
			line.Group = g.id
		}
		shown.Enrolments = append(shown.Enrolments, line)
	}
	return shown, true
}

// houses are the organisations that a programme knows.
type houses struct {
	names map[events.OrganisationID]said[events.Text]
}

// said is something with the place of the record that says it, so that a
// correction of that record finds it.
type said[T any] struct {
	what  T
	place uint64
}

// apply takes in an event, and reports whether it was about an organisation.
func (h *houses) apply(r events.Recorded) bool {
	switch e := r.Event.(type) {
	case events.OrganisationRegistered:
		put(&h.names, e.Organisation, said[events.Text]{e.About.Name, r.Place})
	case events.OrganisationAmended:
		put(&h.names, e.Organisation, said[events.Text]{e.About.Name, r.Place})
	case events.RecordCorrected:
		return h.correct(e)
	default:
		return false
	}
	return true
}

func (h *houses) correct(c events.RecordCorrected) bool {
	var id events.OrganisationID
	var name events.Text
	switch c.Record {
	case "organisation-registered":
		e := truth(c).(events.OrganisationRegistered)
		id, name = e.Organisation, e.About.Name
	case "organisation-amended":
		e := truth(c).(events.OrganisationAmended)
		id, name = e.Organisation, e.About.Name
	default:
		return false
	}
	if h.names[id].place == c.Corrects {
		h.names[id] = said[events.Text]{name, c.Corrects}
	}
	return true
}

func (h *houses) name(id events.OrganisationID) events.Text { return h.names[id].what }
