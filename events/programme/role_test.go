package programme

import (
	"testing"

	"kolmikko/events"
)

// registered is somebody who was registered and has no role.
func registered(who events.PersonID) events.Recorded {
	return whole(events.PersonRegistered{Person: who, Language: "fi", Name: events.Personal{Of: who, Box: []byte{1}}})
}

func TestGrantRole(t *testing.T) {
	grant := GrantRole{anne, events.Coordinator}
	granted := []events.Event{events.RoleGranted(grant)}
	first := GrantRole{owner, events.Owner}
	for name, s := range map[string]spec{
		"an owner grants a role":                {given: begun(), by: owner, when: grant, then: granted},
		"asking twice is quiet":                 {given: begun(whole(events.RoleGranted(grant))), by: owner, when: grant},
		"the operator names the first owner":    {given: given{registered(owner)}, by: events.Operator, when: first, then: []events.Event{events.RoleGranted(first)}},
		"and may say so again":                  {given: begun(), by: events.Operator, when: first},
		"but no second owner":                   {given: begun(), by: events.Operator, when: GrantRole{anne, events.Owner}, refused: NotYours},
		"nor any other role":                    {given: given{registered(owner)}, by: events.Operator, when: GrantRole{owner, events.Coordinator}, refused: NotYours},
		"nobody grants to themselves":           {given: begun(), by: owner, when: GrantRole{owner, events.Coordinator}, refused: OwnRole},
		"a coordinator grants nothing":          {given: begun(), when: grant, refused: NotYours},
		"nobody who is not registered gets one": {given: begun(), by: owner, when: GrantRole{stranger, events.Host}, refused: NotRegistered},
		"nobody who was erased gets one":        {given: begun(whole(events.PersonErased{Person: anne})), by: owner, when: grant, refused: Erased},
		"a role is a known one":                 {given: begun(), by: owner, when: GrantRole{anne, "guru"}, refused: Unfit},
	} {
		t.Run(name, s.run)
	}
}

func TestRevokeRole(t *testing.T) {
	second := whole(events.RoleGranted{Person: anne, Role: events.Coordinator})
	heir := whole(events.RoleGranted{Person: anne, Role: events.Owner})
	revoke := func(who events.PersonID, r events.Role) RevokeRole { return RevokeRole{who, r} }
	gone := func(c RevokeRole) []events.Event { return []events.Event{events.RoleRevoked(c)} }
	for name, s := range map[string]spec{
		"one of two coordinators":        {given: begun(second), by: owner, when: revoke(coordinator, events.Coordinator), then: gone(revoke(coordinator, events.Coordinator))},
		"an owner with an heir may go":   {given: begun(heir), by: owner, when: revoke(owner, events.Owner), then: gone(revoke(owner, events.Owner))},
		"the only host may go":           {given: begun(), by: owner, when: revoke(host, events.Host), then: gone(revoke(host, events.Host))},
		"the last coordinator remains":   {given: begun(), by: owner, when: revoke(coordinator, events.Coordinator), refused: LastCoordinator},
		"the last owner remains":         {given: begun(), by: owner, when: revoke(owner, events.Owner), refused: LastOwner},
		"what nobody has is gone before": {given: begun(), by: owner, when: revoke(anne, events.Host)},
		"of nobody who is known":         {given: begun(), by: owner, when: revoke(stranger, events.Host), refused: NotFound},
		"a coordinator revokes nothing":  {given: begun(second), when: revoke(anne, events.Coordinator), refused: NotYours},
	} {
		t.Run(name, s.run)
	}
}
