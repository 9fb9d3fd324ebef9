package programme

import (
	"slices"

	"kolmikko/events"
)

// A breach is a hard rule that a group does not keep. A and B are the two people
// whom it concerns, or empty where it concerns the group as a whole.
type breach struct {
	Rule events.Code
	A, B events.PersonID
}

// hardRules lists the hard rules of a matching, first those of two people.
func hardRules() []events.Code {
	return []events.Code{events.HardOrganisation, events.HardReporting, events.HardAvoid, events.HardEarlier,
		events.HardPairLanguage, events.HardPairSlots, events.HardLanguage, events.HardSlots, events.HardQuota}
}

// softRules lists the soft criteria of a matching.
func softRules() []events.Code {
	return []events.Code{events.SoftThemes, events.SoftSlots, events.SoftRegion, events.SoftBranch, events.SoftSize,
		events.SoftExperience, events.SoftMode, events.SoftPreference, events.SoftNovelty, events.SoftGroupTheme}
}

// breaches returns which of the hard rules a group of a track would not keep, by
// what its members said when they enrolled. Members without a seat count for
// nothing.
func (s *State) breaches(c *Cohort, t events.Track, rules events.MatchingRules, members []events.PersonID) (all []breach) {
	var group []*Enrolment
	for _, p := range members {
		if e := c.Enrolments[c.Live[PersonOnTrack{p, t}]]; e != nil {
			group = append(group, e)
		}
	}
	for i, b := range group {
		for _, a := range group[:i] {
			for _, rule := range rules.Hard {
				if s.apart(c, rule, rules, a, b) {
					all = append(all, breach{rule, a.Person, b.Person})
				}
			}
		}
	}
	for _, rule := range rules.Hard {
		if tooDifferent(rule, rules, group) {
			all = append(all, breach{Rule: rule})
		}
	}
	return all
}

// apart reports whether a hard rule keeps two people from being in one group.
func (s *State) apart(c *Cohort, rule events.Code, rules events.MatchingRules, a, b *Enrolment) bool {
	switch rule {
	case events.HardOrganisation:
		return a.Application.Organisation == b.Application.Organisation
	case events.HardReporting:
		return c.reports(a, b.Person) || c.reports(b, a.Person)
	case events.HardAvoid:
		return c.avoids(a, b) || c.avoids(b, a)
	case events.HardEarlier:
		return s.metBefore(c, a.Person, b.Person)
	case events.HardPairLanguage:
		return len(common(languagesOf, a, b)) == 0
	case events.HardPairSlots:
		return len(common(slotsOf, a, b)) < rules.MinSlots
	}
	return false
}

// tooDifferent reports whether a group as a whole does not keep a hard rule.
func tooDifferent(rule events.Code, rules events.MatchingRules, group []*Enrolment) bool {
	switch rule {
	case events.HardLanguage:
		return len(common(languagesOf, group...)) == 0
	case events.HardSlots:
		return len(common(slotsOf, group...)) < rules.MinSlots
	case events.HardQuota:
		parts := map[events.Part]int{}
		for _, e := range group {
			parts[e.Seat.Part]++
		}
		for _, q := range rules.Quotas {
			if parts[q.Part] < q.Min || parts[q.Part] > q.Max {
				return true
			}
			delete(parts, q.Part)
		}
		return len(parts) > 0 // of a part that has no quota
	}
	return false
}

// What must be common to people who are to talk, and to meet.
func languagesOf(e *Enrolment) []events.Code { return e.Application.Languages }
func slotsOf(e *Enrolment) []events.Slot     { return e.Application.Slots }

// common returns what all of a group have.
func common[T comparable](of func(*Enrolment) []T, group ...*Enrolment) []T {
	if len(group) == 0 {
		return nil
	}
	shared := slices.Clone(of(group[0]))
	for _, e := range group[1:] {
		shared = slices.DeleteFunc(shared, func(x T) bool { return !slices.Contains(of(e), x) })
	}
	return shared
}

// reports reports whether somebody's superior, or a superior of theirs, is the
// given person, as far as the enrolments of the track tell.
func (c *Cohort) reports(e *Enrolment, to events.PersonID) bool {
	seen := map[events.PersonID]bool{}
	for e != nil && e.Application.Superior != "" && !seen[e.Application.Superior] {
		up := e.Application.Superior
		if up == to {
			return true
		}
		seen[up] = true
		e = c.Enrolments[c.Live[PersonOnTrack{up, e.Seat.Track}]]
	}
	return false
}

// avoids reports whether a would rather not be with b. A refusal names the rule
// only, never the two: what is wished is never shown to the other.
func (c *Cohort) avoids(a, b *Enrolment) bool {
	wish := c.Preferences[a.Person]
	return slices.Contains(wish.Avoid, b.Person) || slices.Contains(wish.AvoidHouses, b.Application.Organisation)
}

// metBefore reports whether two people were in one group of an earlier cohort,
// whether or not they stayed in it.
func (s *State) metBefore(now *Cohort, a, b events.PersonID) bool {
	for _, c := range s.Cohorts {
		if c.Opened.StartsOn >= now.Opened.StartsOn {
			continue
		}
		for _, g := range c.Groups {
			if g.had(a) && g.had(b) {
				return true
			}
		}
	}
	return false
}

// had reports whether a person is or was a member of g.
func (g *Group) had(p events.PersonID) bool {
	_, left := g.Left[p]
	return left || slices.Contains(g.Members, p)
}
