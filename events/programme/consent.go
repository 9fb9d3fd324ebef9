package programme

import (
	"slices"

	"kolmikko/events"
)

// GiveConsent asks that a use of one's own data is agreed to.
type GiveConsent struct {
	Purpose     events.Code `json:"purpose" doc:"of the list of purposes, such as research"`
	TextVersion int         `json:"text_version" doc:"version of the text that is agreed to"`
}

// Decide takes the consent of whoever asks, for themselves alone.
func (c GiveConsent) Decide(s *State, ask Ask) ([]events.Event, error) {
	if err := s.registered(ask.By); err != nil {
		return nil, err
	}
	cohort, err := s.cohort(ask)
	if err != nil {
		return nil, err
	}
	given := cohort.Consents[ask.By][c.Purpose] // 0: never, or withdrawn
	switch {
	case given == c.TextVersion && given > 0:
		return nil, nil
	case c.TextVersion < 1:
		return nil, refuse(Unfit, "versions of the text count from 1")
	case c.TextVersion < given:
		return nil, refuse(VersionOlder, "version %d has been agreed to", given)
	}
	if err := s.known(ListPurposes, c.Purpose); err != nil {
		return nil, err
	}
	return facts(events.ConsentGiven{Person: ask.By, Purpose: c.Purpose, TextVersion: c.TextVersion})
}

// WithdrawConsent asks that a use of one's own data is no longer agreed to.
type WithdrawConsent struct {
	Purpose events.Code `json:"purpose" doc:"of the list of purposes, such as research"`
}

// Decide lets whoever gave a consent withdraw it at any time, also when the
// cohort is over.
func (c WithdrawConsent) Decide(s *State, ask Ask) ([]events.Event, error) {
	if err := s.registered(ask.By); err != nil {
		return nil, err
	}
	cohort, err := s.opened(ask)
	if err != nil {
		return nil, err
	}
	// No list is asked: what was given under a code that is retired by now can
	// be withdrawn as well.
	if cohort.Consents[ask.By][c.Purpose] == 0 {
		return nil, nil
	}
	return facts(events.ConsentWithdrawn{Person: ask.By, Purpose: c.Purpose})
}

// AcceptPrinciples asks that whoever asks holds to the principles.
type AcceptPrinciples struct {
	Version int `json:"version" doc:"of the principles that was read"`
}

// Decide takes the newest version only, from somebody who has enrolled.
func (c AcceptPrinciples) Decide(s *State, ask Ask) ([]events.Event, error) {
	if err := s.registered(ask.By); err != nil {
		return nil, err
	}
	cohort, err := s.cohort(ask)
	if err != nil {
		return nil, err
	}
	switch {
	case s.Principles.Version == 0:
		return nil, refuse(NotFound, "no principles have been published")
	case c.Version != s.Principles.Version:
		return nil, refuse(VersionNotNewest, "read version %d, which is the newest", s.Principles.Version)
	case cohort.Principles[ask.By] == c.Version:
		return nil, nil
	case !cohort.enrolled(ask.By):
		return nil, refuse(NotParticipant, "enrol first")
	}
	return facts(events.PrinciplesAccepted{Person: ask.By, Version: c.Version})
}

// enrolled reports whether a person has a live enrolment on any track.
func (c *Cohort) enrolled(p events.PersonID) bool {
	for _, t := range []events.Track{events.Peer, events.Reverse} {
		if _, live := c.Live[PersonOnTrack{p, t}]; live {
			return true
		}
	}
	return false
}

// mostAvoided is how many people and organisations a preference avoids at most.
const mostAvoided = 3

// StatePreference asks that one's own group has somebody in it, or has not.
type StatePreference struct {
	Avoid        []events.PersonID       `json:"avoid,omitzero" doc:"pseudonyms of people not to be with"`
	AvoidHouses  []events.OrganisationID `json:"avoid_organisations,omitzero" doc:"organisations not to be with; three avoided at most, people included"`
	Prefer       []events.PersonID       `json:"prefer,omitzero" doc:"pseudonyms of people to be with, three at most"`
	PreferThemes []events.Code           `json:"prefer_themes,omitzero" doc:"of the list of themes"`
}

// Decide takes the preference of whoever asks in place of what they stated
// before, unless they are being matched just now.
func (c StatePreference) Decide(s *State, ask Ask) ([]events.Event, error) {
	if err := s.registered(ask.By); err != nil {
		return nil, err
	}
	cohort, err := s.cohort(ask)
	if err != nil {
		return nil, err
	}
	e := events.PreferenceStated{Person: ask.By, Avoid: some(c.Avoid), AvoidHouses: some(c.AvoidHouses),
		Prefer: some(c.Prefer), PreferThemes: some(c.PreferThemes)}
	before, stated := cohort.Preferences[ask.By]
	switch {
	case stated && events.Same(e, before):
		return nil, nil
	case !cohort.enrolled(ask.By):
		return nil, refuse(NotParticipant, "enrol first")
	case cohort.beingMatched(ask.By):
		return nil, refuse(MatchingIsOn, "the matching is on; wait until the groups are published")
	}
	if err := c.check(s, ask.By); err != nil {
		return nil, err
	}
	return facts(e)
}

// beingMatched reports whether a person's enrolment is frozen on a track that
// has no groups yet.
func (c *Cohort) beingMatched(p events.PersonID) bool {
	for t, frozen := range c.Frozen {
		if c.Published[t] == "" && slices.Contains(frozen.Enrolments, c.Live[PersonOnTrack{p, t}]) {
			return true
		}
	}
	return false
}

// check refuses people and organisations that are not known, named twice, or
// too many of them.
func (c StatePreference) check(s *State, by events.PersonID) error {
	people := slices.Concat(c.Avoid, c.Prefer)
	seen := map[events.PersonID]bool{by: true}
	for _, p := range people {
		if seen[p] {
			return refuse(Unfit, "name each person once, and not yourself")
		}
		seen[p] = true
		if err := s.registered(p); err != nil {
			return err
		}
	}
	for i, h := range c.AvoidHouses {
		if _, there := s.Organisations[h]; !there || slices.Contains(c.AvoidHouses[:i], h) {
			return refuse(NotFound, "name registered organisations, each once")
		}
	}
	switch {
	case len(c.Avoid)+len(c.AvoidHouses) > mostAvoided:
		return refuse(TooManyAvoided, "avoid %d people and organisations at most", mostAvoided)
	case len(c.Prefer) > mostAvoided:
		return refuse(TooManyPreferred, "prefer %d people at most", mostAvoided)
	}
	return s.distinct(ListThemes, c.PreferThemes)
}
