package programme

import "kolmikko/events"

// AlreadyRegistered is the rule that a pseudonym stands for one person; who they are is amended.
const AlreadyRegistered = "already-registered"

// RegisterPerson asks that a pseudonym stands for somebody from now on.
type RegisterPerson struct {
	Person   events.PersonID `json:"person" doc:"a new random UUID (version 4)"`
	Language events.Code     `json:"language" doc:"in which they read: fi, sv, en, …"`
	Name     string          `json:"name" personal:"true" doc:"their name"`
	Address  string          `json:"address,omitzero" personal:"true" doc:"their e-mail address"`
}

// Decide registers people who come by themselves or are registered by an owner
// or a coordinator; as long as there is no owner, by whoever runs the
// installation. What is personal can't be compared, so that registering again
// is quiet whatever the name.
func (c RegisterPerson) Decide(s *State, ask Ask) ([]events.Event, error) {
	if err := s.mayRegister(ask, c.Person); err != nil {
		return nil, err
	}
	if known := s.People[c.Person]; known != nil {
		switch {
		case known.Erased:
			return nil, s.registered(c.Person)
		case known.Registered.Language != c.Language:
			return nil, refuse(AlreadyRegistered, "amend what is known of this person instead")
		}
		return nil, nil
	}
	if err := s.fitPerson(c.Person, c.Language, c.Name); err != nil {
		return nil, err
	}
	return facts(events.PersonRegistered{Person: c.Person, Language: c.Language,
		Name: events.Plain(c.Person, c.Name), Address: events.Plain(c.Person, c.Address)})
}

// mayRegister refuses unless it is the person themselves, an owner, a
// coordinator, or whoever runs the installation while there is no owner.
func (s *State) mayRegister(ask Ask, p events.PersonID) error {
	if ask.By == p && s.People[p] == nil || ask.By == events.Operator && s.Holders(events.Owner) == 0 {
		return nil
	}
	return s.mayFor(ask, p, events.Coordinator, events.Owner)
}

func (s *State) fitPerson(p events.PersonID, language events.Code, name string) error {
	switch {
	case !isPseudonym(p):
		return refuse(Unfit, "a person is a random UUID in lower case, such as 1f2b8c1e-5d4a-4e6f-9b7a-1c2d3e4f5a6b")
	case name == "":
		return refuse(Incomplete, "say the person's name")
	}
	return s.known(ListLanguage, language)
}

// isPseudonym reports whether p has the shape of a random UUID: version 4, RFC
// 9562.
func isPseudonym(p events.PersonID) bool {
	if len(p) != 36 || p[14] != '4' || p[19] != '8' && p[19] != '9' && p[19] != 'a' && p[19] != 'b' {
		return false
	}
	for i := range len(p) {
		switch c := p[i]; {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if c != '-' {
				return false
			}
		case c < '0' || c > '9' && c < 'a' || c > 'f':
			return false
		}
	}
	return true
}

// AmendPerson asks that what is known of a person reads otherwise, whole.
type AmendPerson struct {
	Person   events.PersonID `json:"person" doc:"their pseudonym"`
	Language events.Code     `json:"language" doc:"in which they read: fi, sv, en, …"`
	Name     string          `json:"name" personal:"true" doc:"their name"`
	Address  string          `json:"address,omitzero" personal:"true" doc:"their e-mail address; when empty it is forgotten"`
}

// Decide amends a person for themselves or for an owner or a coordinator. It is
// never quiet, since what is sealed can't be compared.
func (c AmendPerson) Decide(s *State, ask Ask) ([]events.Event, error) {
	if err := s.mayFor(ask, c.Person, events.Coordinator, events.Owner); err != nil {
		return nil, err
	}
	if err := s.registered(c.Person); err != nil {
		return nil, err
	}
	if err := s.fitPerson(c.Person, c.Language, c.Name); err != nil {
		return nil, err
	}
	return facts(events.PersonAmended{Person: c.Person, Language: c.Language,
		Name: events.Plain(c.Person, c.Name), Address: events.Plain(c.Person, c.Address)})
}
