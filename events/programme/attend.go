package programme

import "kolmikko/events"

func attendForms() []Form {
	return []Form{
		form[ChooseAttendance]("attendance", "choose", OfEither, "say how you mean to attend a gathering"),
		form[RecordAttendance]("attendance", "record", OfEither, "say how somebody attended a gathering"),
	}
}

// Rules about attendance.
const (
	GatheringOver   = "gathering-over"   // nobody chooses any more
	GatheringFull   = "gathering-full"   // no place is left in the mode
	ModeNotOffered  = "mode-not-offered" // the gathering is not held in it
	NotYetBegun     = "not-yet-begun"    // nobody can have attended yet
	AlreadyRecorded = "already-recorded" // otherwise; a record is corrected, not replaced
)

// ChooseAttendance asks for a place at a gathering, or gives it back. Everybody
// chooses for themselves.
type ChooseAttendance struct {
	Gathering events.GatheringID `json:"gathering" doc:"id of the gathering"`
	Mode      events.Mode        `json:"mode" doc:"lab (on site) or teams (online), or none for not coming"`
}

// Decide gives the place while one is left. Until the gathering ends a person
// may think better of it.
func (c ChooseAttendance) Decide(s *State, ask Ask) ([]events.Event, error) {
	where, err := s.where(ask)
	if err != nil {
		return nil, err
	}
	if err := s.registered(ask.By); err != nil {
		return nil, err
	}
	if where.ID != events.WholeProgramme && !where.Participates(ask.By) {
		return nil, refuse(NotParticipant, "the gatherings of a cohort are for its participants")
	}
	g, err := where.gathering(c.Gathering)
	if err != nil {
		return nil, err
	}
	if mode, chosen := g.Chosen[ask.By]; chosen && mode == c.Mode && !g.Cancelled {
		return nil, nil
	}
	switch {
	case g.Cancelled:
		return nil, refuse(GatheringCancelled, "the gathering was cancelled")
	case !ask.At.Before(g.EndsAt):
		return nil, refuse(GatheringOver, "the gathering is over; what happened is recorded, not chosen")
	}
	if err := s.room(where, g, c.Mode, ask.By); err != nil {
		return nil, err
	}
	return facts(events.AttendanceChosen{Gathering: c.Gathering, Person: ask.By, Mode: c.Mode})
}

// room refuses a mode in which the gathering has no place left for a person.
// Who no longer takes part holds none, and the place that a person has already
// in the mode is theirs to keep.
func (s *State) room(where *Cohort, g *Gathering, m events.Mode, who events.PersonID) error {
	if m == events.Absent {
		return nil
	}
	if m != events.Lab && m != events.Teams {
		return refuse(Unfit, "choose lab, teams or none")
	}
	for _, offered := range g.Modes {
		if offered.Mode != m {
			continue
		}
		taken := 0
		for p, chosen := range g.Chosen {
			if chosen == m && p != who && s.registered(p) == nil && (where.ID == events.WholeProgramme || where.Participates(p)) {
				taken++
			}
		}
		if offered.Capacity > 0 && taken >= offered.Capacity {
			return refuse(GatheringFull, "all %d places in this mode are taken", offered.Capacity)
		}
		return nil
	}
	return refuse(ModeNotOffered, "the gathering is not held in this mode")
}

// RecordAttendance reports how somebody attended a gathering. Whoever was there
// was there: no capacity is asked about.
type RecordAttendance struct {
	Gathering events.GatheringID `json:"gathering" doc:"id of the gathering"`
	Person    events.PersonID    `json:"person,omitzero" doc:"whose attendance; empty for your own"`
	Mode      events.Mode        `json:"mode" doc:"lab (on site) or teams (online), or none for did not come"`
}

// Decide records the attendance once the gathering has begun. The mode need not
// be one that was offered or chosen, and who has dropped out since was there all
// the same.
func (c RecordAttendance) Decide(s *State, ask Ask) ([]events.Event, error) {
	if c.Person == "" {
		c.Person = ask.By
	}
	if err := s.mayFor(ask, c.Person, events.Host, events.Coordinator, events.Owner); err != nil {
		return nil, err
	}
	where, err := s.where(ask)
	if err != nil {
		return nil, err
	}
	if err := s.registered(c.Person); err != nil {
		return nil, err
	}
	if where.ID != events.WholeProgramme && !where.tookPart(c.Person) {
		return nil, refuse(NotParticipant, "the gatherings of a cohort are for its participants")
	}
	g, err := where.gathering(c.Gathering)
	if err != nil {
		return nil, err
	}
	mode, recorded := g.Recorded[c.Person]
	switch {
	case g.Cancelled:
		return nil, refuse(GatheringCancelled, "the gathering was cancelled")
	case recorded && mode == c.Mode:
		return nil, nil
	case recorded:
		return nil, refuse(AlreadyRecorded, "it is recorded otherwise: use correct-record")
	case c.Mode != events.Lab && c.Mode != events.Teams && c.Mode != events.Absent:
		return nil, refuse(Unfit, "record lab, teams or none")
	case ask.At.Before(g.StartsAt):
		return nil, refuse(NotYetBegun, "the gathering has not begun")
	}
	return facts(events.AttendanceRecorded(c))
}

// tookPart reports whether a person has, or had, a seat in the cohort.
func (c *Cohort) tookPart(p events.PersonID) bool {
	return c.Participates(p) || c.Dropped[PersonOnTrack{p, events.Peer}] || c.Dropped[PersonOnTrack{p, events.Reverse}]
}
