package programme

import (
	"slices"

	"kolmikko/events"
)

// Rules about roles; see LastOwner too.
const (
	OwnRole         = "own-role"         // nobody grants a role to themselves
	LastCoordinator = "last-coordinator" // once there has been one, one remains
)

// GrantRole asks that a person may do more than take part.
type GrantRole struct {
	Person events.PersonID `json:"person" doc:"pseudonym of a registered person"`
	Role   events.Role     `json:"role" doc:"owner, coordinator, host, evaluator, auditor or protector"`
}

// Decide lets an owner grant a role to anybody but themselves. The first owner
// is named by whoever runs the installation, while there is none.
func (c GrantRole) Decide(s *State, ask Ask) ([]events.Event, error) {
	first := ask.By == events.Operator && c.Role == events.Owner
	if err := s.may(ask, events.Owner); err != nil && !(first && (s.Holders(events.Owner) == 0 || s.Has(c.Person, c.Role))) {
		return nil, err
	}
	if err := s.registered(c.Person); err != nil {
		return nil, err
	}
	switch {
	case !slices.Contains(events.Roles(), c.Role):
		return nil, refuse(Unfit, "a role is one of %v", events.Roles())
	case s.Has(c.Person, c.Role):
		return nil, nil
	case ask.By == c.Person:
		return nil, refuse(OwnRole, "nobody grants a role to themselves; ask another owner")
	}
	return facts(events.RoleGranted(c))
}

// RevokeRole asks that a person has a role no longer.
type RevokeRole struct {
	Person events.PersonID `json:"person" doc:"pseudonym of a registered person"`
	Role   events.Role     `json:"role" doc:"owner, coordinator, host, evaluator, auditor or protector"`
}

// Decide lets an owner take a role away, but not that of the last owner or of
// the last coordinator.
func (c RevokeRole) Decide(s *State, ask Ask) ([]events.Event, error) {
	if err := s.may(ask, events.Owner); err != nil {
		return nil, err
	}
	switch {
	case s.People[c.Person] == nil:
		return nil, refuse(NotFound, "nobody is registered under this pseudonym")
	case !s.Has(c.Person, c.Role):
		return nil, nil
	case c.Role == events.Owner && s.Holders(events.Owner) == 1:
		return nil, refuse(LastOwner, "grant the role to somebody else first: a programme always has an owner")
	case c.Role == events.Coordinator && s.Holders(events.Coordinator) == 1:
		return nil, refuse(LastCoordinator, "grant the role to somebody else first: one coordinator remains")
	}
	return facts(events.RoleRevoked(c))
}
