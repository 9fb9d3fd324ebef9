package programme

import (
	"maps"

	"kolmikko/events"
)

// OrganisationKnown is the rule that an organisation is registered once; what is known of it is amended.
const OrganisationKnown = "organisation-known"

// RegisterOrganisation asks that an organisation is known here.
type RegisterOrganisation struct {
	Organisation events.OrganisationID `json:"organisation" doc:"its id, a word of a-z, 0-9 and hyphens"`
	Name         events.Text           `json:"name" doc:"its name in each language"`
	Branch       events.Code           `json:"branch" doc:"of the list of branches, such as vm"`
	Region       events.Code           `json:"region" doc:"of the list of regions, such as uusimaa"`
	Size         int                   `json:"size" doc:"0: under 100 people, 1: under 500, 2: under 2,000, 3: more"`
}

// about returns the organisation as it is kept.
func (c RegisterOrganisation) about() events.Organisation {
	return events.Organisation{Name: c.Name, Branch: c.Branch, Region: c.Region, Size: c.Size}
}

// Decide lets a coordinator register an organisation once.
func (c RegisterOrganisation) Decide(s *State, ask Ask) ([]events.Event, error) {
	if err := s.may(ask, events.Coordinator, events.Owner); err != nil {
		return nil, err
	}
	about := c.about()
	if known, there := s.Organisations[c.Organisation]; there {
		if sameOrganisation(known, about) {
			return nil, nil
		}
		return nil, refuse(OrganisationKnown, "%s is registered; amend it instead", c.Organisation)
	}
	if err := s.fitOrganisation(c.Organisation, about); err != nil {
		return nil, err
	}
	return facts(events.OrganisationRegistered{Organisation: c.Organisation, About: about})
}

// AmendOrganisation asks that what is known of an organisation reads otherwise,
// whole.
type AmendOrganisation struct {
	Organisation events.OrganisationID `json:"organisation" doc:"its id"`
	Name         events.Text           `json:"name" doc:"its name in each language"`
	Branch       events.Code           `json:"branch" doc:"of the list of branches, such as vm"`
	Region       events.Code           `json:"region" doc:"of the list of regions, such as uusimaa"`
	Size         int                   `json:"size" doc:"0: under 100 people, 1: under 500, 2: under 2,000, 3: more"`
}

// Decide lets a coordinator amend an organisation that is registered.
func (c AmendOrganisation) Decide(s *State, ask Ask) ([]events.Event, error) {
	if err := s.may(ask, events.Coordinator, events.Owner); err != nil {
		return nil, err
	}
	known, there := s.Organisations[c.Organisation]
	about := RegisterOrganisation(c).about()
	switch {
	case !there:
		return nil, refuse(NotFound, "no such organisation is registered")
	case sameOrganisation(known, about):
		return nil, nil
	}
	if err := s.fitOrganisation(c.Organisation, about); err != nil {
		return nil, err
	}
	return facts(events.OrganisationAmended{Organisation: c.Organisation, About: about})
}

// sameOrganisation reports whether nothing would change.
func sameOrganisation(a, b events.Organisation) bool {
	return maps.Equal(a.Name, b.Name) && a.Branch == b.Branch && a.Region == b.Region && a.Size == b.Size
}

// fitOrganisation refuses what can't be told of an organisation.
func (s *State) fitOrganisation(id events.OrganisationID, about events.Organisation) error {
	switch {
	case !events.IsWord(string(id)):
		return refuse(Unfit, "an organisation's id is a word of a-z, 0-9 and hyphens")
	case len(about.Name) == 0:
		return refuse(Incomplete, "say the organisation's name in one language at least")
	case about.Size < 0 || about.Size > 3:
		return refuse(Unfit, "a size is 0, 1, 2 or 3")
	}
	if err := s.known(ListBranches, about.Branch); err != nil {
		return err
	}
	return s.known(ListRegions, about.Region)
}

// JoinOrganiser asks that an organisation takes part in running the programme.
type JoinOrganiser struct {
	Organisation events.OrganisationID `json:"organisation" doc:"a registered organisation"`
	Role         events.Code           `json:"role" doc:"of the list of organiser-roles, such as host"`
}

// Decide lets an owner take an organisation in, or give it another role.
func (c JoinOrganiser) Decide(s *State, ask Ask) ([]events.Event, error) {
	if err := s.may(ask, events.Owner); err != nil {
		return nil, err
	}
	if _, there := s.Organisations[c.Organisation]; !there {
		return nil, refuse(NotFound, "no such organisation is registered")
	}
	if s.Organisers[c.Organisation] == c.Role && c.Role != "" {
		return nil, nil
	}
	if err := s.known(ListRoles, c.Role); err != nil {
		return nil, err
	}
	return facts(events.OrganiserJoined(c))
}
