package programme

import (
	"testing"

	"kolmikko/events"
)

func TestRegisterPerson(t *testing.T) {
	register := RegisterPerson{Person: stranger, Language: "sv", Name: "Exempel Person", Address: "person@example.org"}
	follows := []events.Event{events.PersonRegistered{Person: stranger, Language: "sv",
		Name: events.Plain(stranger, "Exempel Person"), Address: events.Plain(stranger, "person@example.org")}}
	other := func(change func(*RegisterPerson)) RegisterPerson {
		c := register
		change(&c)
		return c
	}
	for name, s := range map[string]spec{
		"people register themselves":           {given: begun(), by: stranger, when: register, then: follows},
		"a coordinator registers anybody":      {given: begun(), when: register, then: follows},
		"an owner as well":                     {given: begun(), by: owner, when: register, then: follows},
		"the operator while there is no owner": {by: events.Operator, when: register, then: follows},
		"but not afterwards":                   {given: begun(), by: events.Operator, when: register, refused: NotYours},
		"nor anybody else":                     {given: begun(), by: anne, when: register, refused: NotYours},
		"asking twice is quiet":                {given: begun(by(stranger, follows[0])), by: stranger, when: register},
		"in another language it is not the same": {given: begun(by(stranger, follows[0])), by: stranger,
			when: other(func(c *RegisterPerson) { c.Language = "fi" }), refused: AlreadyRegistered},
		"an address may be missing": {given: begun(), when: other(func(c *RegisterPerson) { c.Address = "" }),
			then: []events.Event{events.PersonRegistered{Person: stranger, Language: "sv", Name: events.Plain(stranger, "Exempel Person")}}},
		"a name may not":             {given: begun(), when: other(func(c *RegisterPerson) { c.Name = "" }), refused: Incomplete},
		"a language is on its list":  {given: begun(), when: other(func(c *RegisterPerson) { c.Language = "la" }), refused: CodeUnknown},
		"a pseudonym is random":      {given: begun(), when: other(func(c *RegisterPerson) { c.Person = "00000000-0000-1000-8000-0000000000ff" }), refused: Unfit},
		"a name is no pseudonym":     {given: begun(), when: other(func(c *RegisterPerson) { c.Person = "anne" }), refused: Unfit},
		"an actor is no person":      {given: begun(), when: other(func(c *RegisterPerson) { c.Person = events.Clock }), refused: Unfit},
		"an erased pseudonym is out": {given: begun(by(stranger, follows[0]), whole(events.PersonErased{Person: stranger})), when: register, refused: Erased},
		"also for its former owner":  {given: begun(by(stranger, follows[0]), whole(events.PersonErased{Person: stranger})), by: stranger, when: register, refused: Erased},
	} {
		t.Run(name, s.run)
	}
}

func TestAmendPerson(t *testing.T) {
	amend := AmendPerson{Person: anne, Language: "en", Name: "Example Person"}
	follows := []events.Event{events.PersonAmended{Person: anne, Language: "en", Name: events.Plain(anne, "Example Person")}}
	gone := whole(events.PersonErased{Person: anne})
	for name, s := range map[string]spec{
		"people amend themselves":       {given: begun(), by: anne, when: amend, then: follows},
		"a coordinator amends anybody":  {given: begun(), when: amend, then: follows},
		"nobody else does":              {given: begun(), by: matti, when: amend, refused: NotYours},
		"what is sealed can't be alike": {given: begun(by(anne, follows[0])), by: anne, when: amend, then: follows},
		"nobody who is not registered":  {given: begun(), when: AmendPerson{Person: stranger, Language: "fi", Name: "X"}, refused: NotRegistered},
		"nobody who was erased":         {given: begun(gone), by: anne, when: amend, refused: Erased},
		"not even by a coordinator":     {given: begun(gone), when: amend, refused: Erased},
		"a name is needed":              {given: begun(), by: anne, when: AmendPerson{Person: anne, Language: "fi"}, refused: Incomplete},
		"a language is on its list":     {given: begun(), by: anne, when: AmendPerson{Person: anne, Language: "xx", Name: "X"}, refused: CodeUnknown},
	} {
		t.Run(name, s.run)
	}
}
