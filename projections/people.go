package projections

import (
	"time"

	"kolmikko/events"
)

// Sealed is personal text as the history has it, with what is needed to open
// it. It is in the clear nowhere in this package.
type Sealed struct {
	Event   string          `json:"event"`   // the id of the event that it is in
	Subject string          `json:"subject"` // that event's; see [events.SubjectOf]
	Field   string          `json:"field"`   // its name on the wire
	Of      events.PersonID `json:"of"`
	And     events.PersonID `json:"and,omitzero"`
	Box     []byte          `json:"box"`
}

// Personal returns the sealed text as an event holds it.
func (s Sealed) Personal() events.Personal {
	return events.Personal{Of: s.Of, And: s.And, Box: s.Box}
}

// sealed returns what is needed to open a field of r, or nil if it has no text.
func sealed(r events.Recorded, field string, p events.Personal) *Sealed {
	if len(p.Box) == 0 {
		return nil
	}
	return &Sealed{r.ID, r.Subject(), field, p.Of, p.And, p.Box}
}

// copy returns the caller's own.
func (s *Sealed) copy() *Sealed {
	if s == nil {
		return nil
	}
	c := *s
	c.Box = copied(s.Box)
	return &c
}

// People is whom a programme knows, by pseudonym: where their names and
// addresses are sealed. It is for those who resolve names where a page is
// rendered, and for nobody to look at as it is.
type People struct {
	People []Person `json:"people"` // by pseudonym
}

// A Person is one of them.
type Person struct {
	Person       events.PersonID `json:"person"`
	Language     events.Code     `json:"language,omitzero"`
	Name         *Sealed         `json:"name,omitzero"`
	Address      *Sealed         `json:"address,omitzero"`
	RegisteredAt time.Time       `json:"registered_at,omitzero"`
	Roles        []events.Role   `json:"roles,omitzero"`
	Erased       *Erasure        `json:"erased,omitzero"`
}

// An Erasure says when and why a person's data became unreadable.
type Erasure struct {
	KeyDestroyedAt time.Time   `json:"key_destroyed_at"`
	RecordedAt     time.Time   `json:"recorded_at"`
	Ground         events.Code `json:"ground"`
}

// programmePeople are the people of one programme, as they are kept for
// [People].
type programmePeople struct {
	by map[events.PersonID]*Person
}

// Apply takes in one more event.
func (s *programmePeople) Apply(r events.Recorded) {
	switch e := r.Event.(type) {
	case events.PersonRegistered:
		p := s.person(e.Person)
		p.Language, p.RegisteredAt = e.Language, r.At
		p.Name, p.Address = sealed(r, "name", e.Name), sealed(r, "address", e.Address)
	case events.PersonAmended:
		p := s.person(e.Person)
		p.Language, p.Name, p.Address = e.Language, sealed(r, "name", e.Name), sealed(r, "address", e.Address)
	case events.PersonErased:
		*s.person(e.Person) = Person{
			Person: e.Person, RegisteredAt: s.person(e.Person).RegisteredAt,
			Erased: &Erasure{e.KeyDestroyedAt, r.At, e.Ground},
		}
	case events.RoleGranted:
		p := s.person(e.Person)
		p.Roles = append(withoutRole(p.Roles, e.Role), e.Role)
	case events.RoleRevoked:
		p := s.person(e.Person)
		p.Roles = withoutRole(p.Roles, e.Role)
	}
}

func (s *programmePeople) person(id events.PersonID) *Person {
	p := s.by[id]
	if p == nil {
		p = &Person{Person: id}
		put(&s.by, id, p)
	}
	return p
}

func withoutRole(roles []events.Role, role events.Role) (left []events.Role) {
	for _, r := range roles {
		if r != role {
			left = append(left, r)
		}
	}
	return left
}

// Show returns the [People] of a programme; with a person, that one only.
func (s *programmePeople) Show(of Of) (any, bool) {
	shown := People{People: []Person{}}
	for _, id := range sorted(s.by) {
		if of.Person != "" && of.Person != id {
			continue
		}
		p := *s.by[id]
		p.Name, p.Address, p.Roles = p.Name.copy(), p.Address.copy(), append([]events.Role(nil), p.Roles...)
		if p.Erased != nil {
			erased := *p.Erased
			p.Erased = &erased
		}
		shown.People = append(shown.People, p)
	}
	return shown, of.Person == "" || s.by[of.Person] != nil
}
