package matching

import (
	"cmp"
	"maps"
	"slices"

	"kolmikko/events"
)

// Intake is what a programme's history says to matching: who is to be placed,
// by which rules, and who was with whom before. Its zero value is of an empty
// history; it is a view of one programme.
type Intake struct {
	houses  map[events.OrganisationID]events.Organisation
	cohorts map[events.CohortID]*intakeCohort
}

// intakeCohort is one cohort of an [Intake].
type intakeCohort struct {
	enrolments map[events.EnrolmentID]*enrolment
	wishes     map[events.PersonID]events.PreferenceStated
	tracks     map[events.Track]*intakeTrack
	ever       [][]events.PersonID // each group that there was
	opened     uint64              // place of its first event: what came before is earlier
}

// intakeTrack is one track of a cohort.
type intakeTrack struct {
	rules  *events.MatchingRules
	frozen []Candidate                 // as they were when matching froze
	calm   bool                        // frozen
	late   map[events.EnrolmentID]bool // got their seat after that
	gone   map[events.PersonID]bool    // dropped out
	groups map[events.GroupID][]events.PersonID
	locked map[events.GroupID]bool
}

// enrolment is one enrolment of an [intakeCohort].
type enrolment struct {
	events.EnrolmentSubmitted
	seated bool
}

// Apply takes in one more event.
func (n *Intake) Apply(r events.Recorded) {
	if n.cohorts == nil {
		n.houses, n.cohorts = map[events.OrganisationID]events.Organisation{}, map[events.CohortID]*intakeCohort{}
	}
	switch fact := r.Event.(type) {
	case events.OrganisationRegistered:
		n.houses[fact.Organisation] = fact.About
		return
	case events.OrganisationAmended:
		n.houses[fact.Organisation] = fact.About
		return
	}
	if r.Cohort == events.WholeProgramme || r.Cohort == "" {
		return
	}
	c := n.cohorts[r.Cohort]
	if c == nil {
		c = &intakeCohort{enrolments: map[events.EnrolmentID]*enrolment{}, wishes: map[events.PersonID]events.PreferenceStated{},
			tracks: map[events.Track]*intakeTrack{}, opened: r.Place}
		n.cohorts[r.Cohort] = c
	}
	c.enrol(r)
	c.group(r)
	if fact, is := r.Event.(events.MatchingFrozen); is {
		n.freeze(r.Cohort, fact)
	}
}

// enrol takes in what is said of enrolments and preferences.
func (c *intakeCohort) enrol(r events.Recorded) {
	switch fact := r.Event.(type) {
	case events.EnrolmentSubmitted:
		c.enrolments[fact.Enrolment] = &enrolment{EnrolmentSubmitted: fact}
	case events.EnrolmentAmended:
		if e := c.enrolments[fact.Enrolment]; e != nil {
			e.Application = fact.Application
		}
	case events.EnrolmentWithdrawn:
		c.seat(fact.Enrolment, false)
	case events.EnrolmentAccepted:
		c.seat(fact.Enrolment, true)
	case events.EnrolmentPromoted:
		c.seat(fact.Enrolment, true)
	case events.EnrolmentDeclined:
		c.seat(fact.Enrolment, false)
	case events.EnrolmentWaitlisted:
		c.seat(fact.Enrolment, false)
	case events.PreferenceStated:
		c.wishes[fact.Person] = fact
	case events.ParticipantDroppedOut:
		c.track(fact.Track).leave(fact.Person)
	}
}

// group takes in what is said of rules and groups.
func (c *intakeCohort) group(r events.Recorded) {
	switch fact := r.Event.(type) {
	case events.MatchingRulesSet:
		c.track(fact.Track).rules = &fact.Rules
	case events.GroupsPublished:
		t := c.track(fact.Track)
		clear(t.groups)
		clear(t.locked)
		for _, g := range fact.Groups {
			c.form(t, g)
		}
	case events.GroupsRepaired:
		for _, g := range fact.Groups {
			c.form(c.track(fact.Track), g)
		}
	case events.GroupLocked:
		if t := c.holder(fact.Group); t != nil {
			t.locked[fact.Group] = true
		}
	case events.GroupUnlocked:
		if t := c.holder(fact.Group); t != nil {
			delete(t.locked, fact.Group)
		}
	case events.GroupDissolved:
		if t := c.holder(fact.Group); t != nil {
			delete(t.groups, fact.Group)
			delete(t.locked, fact.Group)
		}
	}
}

// track returns one track of the cohort, made at its first event.
func (c *intakeCohort) track(track events.Track) *intakeTrack {
	if c.tracks[track] == nil {
		c.tracks[track] = &intakeTrack{late: map[events.EnrolmentID]bool{}, gone: map[events.PersonID]bool{},
			groups: map[events.GroupID][]events.PersonID{}, locked: map[events.GroupID]bool{}}
	}
	return c.tracks[track]
}

// holder returns the track that has a group, or nil.
func (c *intakeCohort) holder(group events.GroupID) *intakeTrack {
	for _, t := range c.tracks {
		if _, has := t.groups[group]; has {
			return t
		}
	}
	return nil
}

// form makes a group what it is now; one without members is dissolved.
func (c *intakeCohort) form(t *intakeTrack, g events.Group) {
	if len(g.Members) == 0 {
		delete(t.groups, g.Group)
		delete(t.locked, g.Group)
		return
	}
	t.groups[g.Group] = slices.Clone(g.Members)
	c.ever = append(c.ever, g.Members)
}

// seat says whether an enrolment has a seat from now on. After the freeze, a new
// seat is one to be placed beside the frozen, and a lost one leaves its group.
func (c *intakeCohort) seat(id events.EnrolmentID, has bool) {
	e := c.enrolments[id]
	if e == nil {
		return
	}
	e.seated = has
	t := c.track(e.Track)
	delete(t.late, id)
	if has && t.calm {
		t.late[id] = true
		delete(t.gone, e.Person)
	}
	if !has && t.calm {
		t.leave(e.Person)
	}
}

// leave takes a person out of the track and of their group. The group's members
// are copied, since events share them.
func (t *intakeTrack) leave(p events.PersonID) {
	t.gone[p] = true
	for id, members := range t.groups {
		if i := slices.Index(members, p); i >= 0 {
			t.groups[id] = slices.Delete(slices.Clone(members), i, i+1)
		}
	}
}

// freeze keeps the candidates as they are at this moment.
//
// What a run is made of must not change under it, so a freeze copies: who amends
// an organisation or a preference afterwards changes the next cohort's pool.
func (n *Intake) freeze(cohort events.CohortID, fact events.MatchingFrozen) {
	c := n.cohorts[cohort]
	t := c.track(fact.Track)
	t.frozen, t.calm = nil, true
	clear(t.late)
	for _, id := range fact.Enrolments {
		if e := c.enrolments[id]; e != nil {
			t.frozen = append(t.frozen, n.candidate(c, e))
			delete(t.gone, e.Person)
		}
	}
}

// Rules returns the rules that a coordinator set for a track of a cohort, or
// the defaults and false.
func (n *Intake) Rules(cohort events.CohortID, track events.Track) (events.MatchingRules, bool) {
	if c := n.cohorts[cohort]; c != nil && c.tracks[track] != nil && c.tracks[track].rules != nil {
		return *c.tracks[track].rules, true
	}
	return DefaultRules(track), false
}

// Pool returns who is to be placed on a track of a cohort as of now: those of
// the freeze, or before it those with a seat, without who dropped out and with
// who got a seat since; and the groups that there are. It is false for a cohort
// of which nothing is known.
func (n *Intake) Pool(cohort events.CohortID, track events.Track) (Pool, bool) {
	c := n.cohorts[cohort]
	if c == nil {
		return Pool{}, false
	}
	t := c.tracks[track]
	if t == nil {
		t = &intakeTrack{}
	}
	var p Pool
	for _, x := range t.frozen {
		if !t.gone[x.ID] {
			p.Candidates = append(p.Candidates, x)
		}
	}
	for id, e := range c.enrolments {
		if e.Track == track && e.seated && !t.gone[e.Person] && (!t.calm || t.late[id]) {
			p.Candidates = append(p.Candidates, n.candidate(c, e))
		}
	}
	slices.SortFunc(p.Candidates, func(a, b Candidate) int { return cmp.Compare(a.ID, b.ID) })
	p.Candidates = slices.CompactFunc(p.Candidates, func(a, b Candidate) bool { return a.ID == b.ID })
	for _, id := range slices.Sorted(maps.Keys(t.groups)) {
		g := events.Group{Group: id, Members: slices.Clone(t.groups[id])}
		p.Former = append(p.Former, g)
		if t.locked[id] {
			p.Locked = append(p.Locked, g)
		}
	}
	return p, true
}

// Frozen returns the pool as it was when matching froze, which is what the
// input digest of a first run is of; false if it has not.
func (n *Intake) Frozen(cohort events.CohortID, track events.Track) (Pool, bool) {
	c := n.cohorts[cohort]
	if c == nil || c.tracks[track] == nil || !c.tracks[track].calm {
		return Pool{}, false
	}
	return Pool{Candidates: slices.Clone(c.tracks[track].frozen)}, true
}

// candidate returns an enrolment as matching sees it.
func (n *Intake) candidate(c *intakeCohort, e *enrolment) Candidate {
	a, house, wish := e.Application, n.houses[e.Application.Organisation], c.wishes[e.Person]
	x := Candidate{ID: e.Person, Part: e.Part, Organisation: a.Organisation, Branch: house.Branch, Region: a.Region,
		Size: house.Size, Experience: a.Experience, Languages: a.Languages, Themes: a.Themes, Slots: a.Slots, Mode: a.Mode,
		Superior: a.Superior, Avoid: wish.Avoid, AvoidHouses: wish.AvoidHouses, Prefer: wish.Prefer, PreferThemes: wish.PreferThemes}
	if x.Region == "" {
		x.Region = house.Region
	}
	x.Met, x.Acquaintances = n.before(c, e)
	return x
}

// before returns with whom a person, and with which organisations theirs, was
// in a group of an earlier cohort.
func (n *Intake) before(now *intakeCohort, e *enrolment) (met []events.PersonID, houses []events.OrganisationID) {
	for _, c := range n.cohorts {
		if c == now || c.opened > now.opened {
			continue
		}
		home := map[events.PersonID]events.OrganisationID{}
		for _, x := range c.enrolments {
			home[x.Person] = x.Application.Organisation
		}
		for _, members := range c.ever {
			if slices.Contains(members, e.Person) {
				met = append(met, members...)
			}
			if slices.ContainsFunc(members, func(p events.PersonID) bool { return home[p] == e.Application.Organisation }) {
				for _, p := range members {
					houses = append(houses, home[p])
				}
			}
		}
	}
	return others(met, e.Person), others(houses, e.Application.Organisation)
}

// others returns what is in list once each, in order, without self.
func others[T cmp.Ordered](list []T, self T) []T {
	list = slices.Compact(slices.Sorted(slices.Values(list)))
	return sorted(slices.DeleteFunc(list, func(x T) bool { return x == self }))
}
