package programme

import (
	"maps"
	"slices"

	"kolmikko/events"
)

// FreezeMatching asks that exactly these enrolments be matched.
type FreezeMatching struct {
	Track       events.Track         `json:"track" doc:"peer or reverse"`
	Enrolments  []events.EnrolmentID `json:"enrolments" doc:"all that are accepted"`
	InputDigest events.Digest        `json:"input_digest" doc:"SHA-256 of the applications and preferences, in hexadecimal"`
}

// Decide freezes once the review is complete. It may be done again, also after
// the groups were published: what is matched anew has other people in it.
func (c FreezeMatching) Decide(s *State, ask Ask) ([]events.Event, error) {
	h, err := s.matching(ask, c.Track)
	if err != nil {
		return nil, err
	}
	list := slices.Sorted(slices.Values(c.Enrolments))
	now, frozen := h.Frozen[c.Track]
	if frozen && now.InputDigest == c.InputDigest && slices.Equal(slices.Sorted(slices.Values(now.Enrolments)), list) {
		return nil, nil
	}
	// The caller's list is checked, not made here: it is what the digest is of.
	waiting, accepted := 0, []events.EnrolmentID{}
	for _, id := range slices.Sorted(maps.Keys(h.Enrolments)) {
		e := h.Enrolments[id]
		switch {
		case e.Seat.Track != c.Track || s.erased(e.Person):
		case e.Status == Submitted:
			waiting++
		case e.Status == Accepted:
			accepted = append(accepted, id)
		}
	}
	switch {
	case waiting > 0:
		return nil, refuse(ReviewIncomplete, "review the %d enrolments that wait for it first", waiting)
	case len(list) == 0:
		return nil, refuse(Incomplete, "list the enrolments that are accepted")
	case !slices.Equal(list, accepted):
		return nil, refuse(EnrolmentsDiffer, "list all %d enrolments that are accepted on the track, and no others", len(accepted))
	case !isDigest(c.InputDigest):
		return nil, refuse(Unfit, "the input digest is a SHA-256 of 64 hexadecimal digits in lower case")
	}
	return facts(events.MatchingFrozen{Track: c.Track, Enrolments: list, InputDigest: c.InputDigest})
}

// erased reports whether a person's data was destroyed.
func (s *State) erased(p events.PersonID) bool {
	who := s.People[p]
	return who != nil && who.Erased
}

// isDigest reports whether d is a SHA-256 in lower-case hexadecimal.
func isDigest(d events.Digest) bool {
	for _, c := range d {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return len(d) == 64
}

// takesPart reports whether a person has a seat on a track, and is still known.
func (s *State) takesPart(c *Cohort, p events.PersonID, t events.Track) bool {
	return c.Active(p, t) && !s.erased(p)
}
