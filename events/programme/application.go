package programme

import (
	"errors"
	"slices"

	"kolmikko/events"
)

// fewest is how many half-days an application offers at least.
const fewest = 4

// A fault is what is wrong with one field of an application.
type fault struct {
	field   string // its name in JSON
	refusal error
}

// faults returns all that is wrong with an application, but for whether its
// organisation is registered.
func (s *State) faults(c *Cohort, seat Seat, p events.PersonID, a events.Application) (all []fault) {
	add := func(field string, err error) {
		if _, refused := errors.AsType[Refusal](err); refused {
			all = append(all, fault{field, err})
		}
	}
	add("region", s.known(ListRegions, a.Region))
	// What can be matched on has to be there, and no code counts twice.
	add("languages", atLeastOne(a.Languages))
	add("languages", s.distinct(ListLanguage, a.Languages))
	add("themes", atLeastOne(a.Themes))
	add("themes", s.distinct(ListThemes, a.Themes))
	add("slots", fitSlots(a.Slots))
	add("mode", fitMode(a.Mode))
	add("experience", between(a.Experience, 0, 3))
	add("team_size", between(a.TeamSize, 0, 2))
	add("months", fitMonths(c, seat, a.Months))
	// A superior who never registered can't be in anybody's group: naming them
	// would only tell something of somebody who is not here.
	if a.Superior != "" {
		add("superior", s.registered(a.Superior))
	}
	if a.Superior == p {
		add("superior", refuse(Unfit, "nobody reports to themselves"))
	}
	return all
}

// atLeastOne refuses an empty list.
func atLeastOne(codes []events.Code) error {
	if len(codes) == 0 {
		return refuse(Incomplete, "name one at least")
	}
	return nil
}

// fitSlots refuses half-days that are none, or too few for a group to find one
// in common.
func fitSlots(slots []events.Slot) error {
	for i, slot := range slots {
		if !slices.Contains(events.Slots(), slot) || slices.Contains(slots[:i], slot) {
			return refuse(Unfit, "half-days are %v, each once", events.Slots())
		}
	}
	if len(slots) < fewest {
		return refuse(TooFewSlots, "name %d half-days at least, so that a group can find a common one", fewest)
	}
	return nil
}

// fitMode refuses what is no preference: nobody prefers to be absent.
func fitMode(m events.Mode) error {
	if m != events.Lab && m != events.Teams && m != events.Either {
		return refuse(Unfit, "a mode is lab, teams or either")
	}
	return nil
}

// between refuses a number outside a range, bounds included.
func between(n, low, high int) error {
	if n < low || n > high {
		return refuse(Unfit, "it is a number from %d to %d", low, high)
	}
	return nil
}

// fitMonths refuses a newcomer who has served longer than the enrolment asks.
func fitMonths(c *Cohort, seat Seat, months int) error {
	q := c.Seats[seat] // nil where enrolment was never open
	switch {
	case months < 0 || months > 1200:
		return refuse(Unfit, "months of service are a number from 0 to 1200")
	case seat.Part == events.Newcomer && q != nil && q.Months > 0 && months > q.Months:
		return refuse(NoNewcomer, "a newcomer has served %d months at most", q.Months)
	}
	return nil
}
