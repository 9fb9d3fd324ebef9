package programme

import (
	"cmp"

	"kolmikko/events"
)

// EndParticipation asks that a person take part no longer, after they had a
// seat.
type EndParticipation struct {
	Person events.PersonID `json:"person,omitzero" doc:"who drops out; yourself if left out"`
	Track  events.Track    `json:"track" doc:"peer or reverse"`
	Reason events.Code     `json:"reason" doc:"why: a code of the list of reasons"`
}

// Decide ends the participation of somebody with a seat, by themselves or by a
// coordinator, who does it for an erased person too.
func (c EndParticipation) Decide(s *State, ask Ask) ([]events.Event, error) {
	person := cmp.Or(c.Person, ask.By)
	if err := s.mayFor(ask, person, events.Coordinator, events.Owner); err != nil {
		return nil, err
	}
	h, err := s.onTrack(ask, c.Track)
	if err != nil {
		return nil, err
	}
	who := PersonOnTrack{person, c.Track}
	switch {
	case !h.Active(person, c.Track) && h.Dropped[who]:
		return nil, nil
	case !h.Active(person, c.Track):
		return nil, refuse(NotActive, "only who has a seat can drop out; an enrolment is withdrawn instead")
	}
	if err := s.known(ListReasons, c.Reason); err != nil {
		return nil, err
	}
	return facts(events.ParticipantDroppedOut{Person: person, Track: c.Track, Group: h.GroupOf[who], Reason: c.Reason})
}
