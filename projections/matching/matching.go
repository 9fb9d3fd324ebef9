// Package matching proposes groups: from a pool of people, the rules and a seed
// it makes groups with their points, a bound that no matching can exceed, and
// the reasons.
//
// The same pool, rules, seed and step budget make the same bytes on every
// machine: all numbers are whole, and the package reads no clock, does no I/O
// and knows no chance but its seed. Its hard rules hold in whatever it
// proposes; what they cost is for a person to weigh, never for the engine.
//
// How it finds what it proposes: every group that the hard rules allow is listed
// ([model.enumerate]); prices of people, found by subgradient steps, bound what
// all groups together can be worth ([columns.prices]); whatever group loses more
// by those prices than the best grouping known is short of the bound cannot be
// part of a better one, and the few that survive are covered exactly
// ([puzzle.solve]). When that search has gone through, the best is proven, and
// anybody can repeat it from the prices ([Verify]). Groups too big to be listed
// are annealed and crossed instead ([division.breed]), and have a bound that is
// far but true; up to 21 people without rules are solved by a programme over
// their subsets ([programme]).
//
// To add a soft criterion: give it a Code in package events, its quarter points
// for two people in [model.quarters], its weight in [DefaultRules], and a case
// in the tests. A hard rule for two people goes into [model.brokenPair].
package matching

import (
	"fmt"

	"kolmikko/events"
)

// Engine is the name and version that a run carries: the same engine makes the
// same of the same.
const Engine = events.Name("kolmikko-matching/1")

// A Candidate is one person as matching sees them: codes and numbers only.
type Candidate struct {
	ID            events.PersonID         `json:"id"`
	Part          events.Part             `json:"part"`
	Organisation  events.OrganisationID   `json:"organisation"`
	Branch        events.Code             `json:"branch"`
	Region        events.Code             `json:"region"`
	Size          int                     `json:"size"`       // of the organisation, 0 to 3
	Experience    int                     `json:"experience"` // 0 to 3
	Languages     []events.Code           `json:"languages"`
	Themes        []events.Code           `json:"themes"`
	Slots         []events.Slot           `json:"slots"`
	Mode          events.Mode             `json:"mode"`
	Superior      events.PersonID         `json:"superior,omitempty"`
	Avoid         []events.PersonID       `json:"avoid,omitempty"`
	AvoidHouses   []events.OrganisationID `json:"avoid_organisations,omitempty"`
	Prefer        []events.PersonID       `json:"prefer,omitempty"`
	PreferThemes  []events.Code           `json:"prefer_themes,omitempty"`
	Met           []events.PersonID       `json:"met,omitempty"`           // with whom they were in a group of an earlier cohort
	Acquaintances []events.OrganisationID `json:"acquaintances,omitempty"` // with which their organisation was in a group of an earlier cohort
}

// A Pool is everybody whom a matching places.
type Pool struct {
	Candidates []Candidate    `json:"candidates"`
	Locked     []events.Group `json:"locked,omitempty"` // stay as they are; their members need not be candidates
	Former     []events.Group `json:"former,omitempty"` // of this cohort until now: each one kept earns the rules' stability
}

// Options say how hard to try.
type Options struct {
	Seed     uint64
	Steps    int64                                           // units of work at most; 0: what a cohort of 90 needs, and some more
	Stop     func() bool                                     // asked now and then; true ends the search with the best so far
	Progress func(done, total int64, objective, bound int64) // told now and then; may be nil
}

// A Result is a run, and what is not in the event of it.
type Result struct {
	Run       events.MatchingRun
	Worst     int64 // points of the worst group, a bigger one brought down to the size of the rules
	Unfloored int64 // the best sum known when no group is held to a floor
	Stopped   bool  // ended before the search was complete
}

// Run matches the pool. Locked groups stay, all others are formed so that, in
// this order: the hard rules hold, as few people as possible are left out, few
// groups are of a remainder size, and the points are as many as possible. Its
// errors name the person, rule or field that makes no sense.
func Run(pool Pool, rules events.MatchingRules, track events.Track, o Options) (Result, error) {
	if err := CheckRules(rules, pool); err != nil {
		return Result{}, err
	}
	m := newModel(pool, rules)
	if err := m.possible(); err != nil {
		return Result{}, err
	}
	w := newWork(o)
	s := m.search(w)
	if len(s.groups) == 0 && m.n > 0 && !w.stopped {
		return Result{}, fmt.Errorf("no group can be formed: %s forbids the most", m.strictest())
	}
	return m.result(pool, rules, track, s, w)
}

// possible returns an error if there are fewer people than a group has.
func (m *model) possible() error {
	least := m.rules.Size
	for _, size := range m.rules.Remainder {
		least = min(least, size)
	}
	if len(m.rules.Quotas) > 0 {
		least = 0
	}
	for _, q := range m.rules.Quotas {
		least += q.Min
	}
	if m.n > 0 && m.n < least {
		return fmt.Errorf("size is %d, and there are %d people to place", least, m.n)
	}
	return nil
}

// strictest returns the hard rule that keeps the most pairs of people apart.
func (m *model) strictest() events.Code {
	count := map[events.Code]int{}
	for i := range m.n {
		for j := range i {
			for _, code := range m.brokenPair(i, j) {
				count[code]++
			}
		}
	}
	best := events.HardQuota
	for _, code := range hardRules() {
		if count[code] > count[best] {
			best = code
		}
	}
	return best
}
