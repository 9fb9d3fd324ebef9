package programme

import (
	"testing"

	"kolmikko/events"
)

func TestRegisterOrganisation(t *testing.T) {
	register := RegisterOrganisation{"o9", events.Text{"fi": "Uusi virasto"}, "stm", "lappi", 3}
	follows := []events.Event{events.OrganisationRegistered{Organisation: "o9", About: register.about()}}
	other := func(change func(*RegisterOrganisation)) RegisterOrganisation {
		c := register
		change(&c)
		return c
	}
	for name, s := range map[string]spec{
		"a coordinator registers one": {given: begun(), when: register, then: follows},
		"asking twice is quiet":       {given: begun(whole(follows[0])), when: register},
		"otherwise it is amended": {given: begun(whole(follows[0])), when: other(func(c *RegisterOrganisation) { c.Size = 1 }),
			refused: OrganisationKnown},
		"a participant registers none": {given: begun(), by: anne, when: register, refused: NotYours},
		"an id is a word":              {given: begun(), when: other(func(c *RegisterOrganisation) { c.Organisation = "Uusi virasto" }), refused: Unfit},
		"a name is needed":             {given: begun(), when: other(func(c *RegisterOrganisation) { c.Name = nil }), refused: Incomplete},
		"a name is some text":          {given: begun(), when: other(func(c *RegisterOrganisation) { c.Name = events.Text{"fi": ""} }), refused: Unfit},
		"a size is one of four":        {given: begun(), when: other(func(c *RegisterOrganisation) { c.Size = 4 }), refused: Unfit},
		"a branch is on its list":      {given: begun(), when: other(func(c *RegisterOrganisation) { c.Branch = "xm" }), refused: CodeUnknown},
		"a region is on its list":      {given: begun(), when: other(func(c *RegisterOrganisation) { c.Region = "Lappi" }), refused: CodeUnknown},
	} {
		t.Run(name, s.run)
	}
}

func TestAmendOrganisation(t *testing.T) {
	amend := AmendOrganisation{"o1", events.Text{"fi": "Esimerkkivirasto", "sv": "Exempelverket"}, "vm", "uusimaa", 0}
	follows := []events.Event{events.OrganisationAmended{Organisation: "o1", About: RegisterOrganisation(amend).about()}}
	missing, empty := amend, amend
	missing.Organisation, empty.Name = "o9", nil
	for name, s := range map[string]spec{
		"a coordinator amends one":  {given: begun(), when: amend, then: follows},
		"asking twice is quiet":     {given: begun(whole(follows[0])), when: amend},
		"a participant amends none": {given: begun(), by: anne, when: amend, refused: NotYours},
		"it is registered":          {given: begun(), when: missing, refused: NotFound},
		"a name is needed":          {given: begun(), when: empty, refused: Incomplete},
	} {
		t.Run(name, s.run)
	}
}

func TestJoinOrganiser(t *testing.T) {
	join := JoinOrganiser{"o1", "host"}
	for name, s := range map[string]spec{
		"an owner takes one in":        {given: begun(), by: owner, when: join, then: []events.Event{events.OrganiserJoined(join)}},
		"asking twice is quiet":        {given: begun(whole(events.OrganiserJoined(join))), by: owner, when: join},
		"it may get another role":      {given: begun(whole(events.OrganiserJoined(join))), by: owner, when: JoinOrganiser{"o1", "lead"}, then: []events.Event{events.OrganiserJoined{Organisation: "o1", Role: "lead"}}},
		"a coordinator takes none in":  {given: begun(), when: join, refused: NotYours},
		"the organisation is known":    {given: begun(), by: owner, when: JoinOrganiser{"o9", "host"}, refused: NotFound},
		"the role is on its list":      {given: begun(), by: owner, when: JoinOrganiser{"o1", "boss"}, refused: CodeUnknown},
		"there is no empty role":       {given: begun(), by: owner, when: JoinOrganiser{"o1", ""}, refused: CodeUnknown},
		"before there are any as well": {given: given{registered(owner)}, by: owner, when: join, refused: NotYours},
	} {
		t.Run(name, s.run)
	}
}
