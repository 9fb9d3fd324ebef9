package matching

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"kolmikko/events"
)

// hardRules lists the hard rules in the order in which they are told.
func hardRules() []events.Code {
	return []events.Code{events.HardOrganisation, events.HardReporting, events.HardAvoid, events.HardEarlier,
		events.HardLanguage, events.HardSlots, events.HardPairLanguage, events.HardPairSlots, events.HardQuota}
}

// softRules lists the soft criteria in the order in which they are told.
func softRules() []events.Code {
	return []events.Code{events.SoftThemes, events.SoftSlots, events.SoftRegion, events.SoftBranch, events.SoftSize,
		events.SoftExperience, events.SoftMode, events.SoftPreference, events.SoftNovelty, events.SoftGroupTheme}
}

// DefaultRules returns what a coordinator starts from on a track.
func DefaultRules(track events.Track) events.MatchingRules {
	r := events.MatchingRules{
		Hard: []events.Code{events.HardOrganisation, events.HardReporting, events.HardAvoid, events.HardEarlier,
			events.HardLanguage, events.HardSlots},
		Weights: map[events.Code]int64{events.SoftThemes: 30, events.SoftSlots: 15, events.SoftRegion: 15,
			events.SoftBranch: 15, events.SoftSize: 10, events.SoftExperience: 10, events.SoftMode: 5},
		Size: 3, Remainder: []int{4}, MinSlots: 2, Floor: -1,
	}
	if track == events.Reverse {
		r.Hard[5] = events.HardPairSlots
		r.Hard = append(r.Hard, events.HardQuota)
		r.Size, r.Remainder, r.Floor = 6, []int{4, 5, 7, 8}, 0
		r.Quotas = []events.Quota{{Part: events.Supervisor, Min: 2, Max: 4}, {Part: events.Newcomer, Min: 2, Max: 4}}
	}
	return r
}

// CheckRules returns an error that names the rule, field or person for which
// the rules and the pool make no sense together.
func CheckRules(rules events.MatchingRules, pool Pool) error {
	for i, code := range rules.Hard {
		if !slices.Contains(hardRules(), code) {
			return fmt.Errorf("hard rule %q is not known", code)
		}
		if slices.Contains(rules.Hard[:i], code) {
			return fmt.Errorf("hard rule %q is there twice", code)
		}
	}
	for _, code := range slices.Sorted(maps.Keys(rules.Weights)) {
		if !slices.Contains(softRules(), code) {
			return fmt.Errorf("weight %q is not known", code)
		}
		if w := rules.Weights[code]; w < 0 || w > 1000 {
			return fmt.Errorf("weight %q is %d, not between 0 and 1000", code, w)
		}
	}
	if err := checkSizes(rules); err != nil {
		return err
	}
	return checkPool(pool)
}

// checkSizes looks at the rules' numbers.
func checkSizes(rules events.MatchingRules) error {
	if rules.Size < 3 || rules.Size > 64 {
		return fmt.Errorf("size is %d: a group has 3 people at least and 64 at most", rules.Size)
	}
	for _, size := range rules.Remainder {
		if size < 3 || size > 64 {
			return fmt.Errorf("remainder has %d: a group has 3 people at least and 64 at most", size)
		}
	}
	if rules.MinSlots < 0 || rules.MinSlots > len(events.Slots()) {
		return fmt.Errorf("min_slots is %d: a week has %d half-days", rules.MinSlots, len(events.Slots()))
	}
	if rules.Floor < -1 {
		return fmt.Errorf("floor is %d: it is -1, 0 or points", rules.Floor)
	}
	if rules.Stability < 0 || rules.Stability > 100_000 {
		return fmt.Errorf("stability is %d, not between 0 and 100000", rules.Stability)
	}
	seen := map[events.Part]bool{}
	for _, q := range rules.Quotas {
		if q.Min < 0 || q.Max < q.Min || q.Max == 0 || q.Max > 32 {
			return fmt.Errorf("quota of %q is %d to %d, which cannot be", q.Part, q.Min, q.Max)
		}
		if seen[q.Part] {
			return fmt.Errorf("quota of %q is there twice", q.Part)
		}
		seen[q.Part] = true
	}
	if slices.Contains(rules.Hard, events.HardQuota) && len(rules.Quotas) == 0 {
		return errors.New("hard rule \"quota\" needs quotas")
	}
	return nil
}

// checkPool looks at the candidates one by one, and at the locked groups.
func checkPool(pool Pool) error {
	known := map[events.PersonID]bool{}
	for _, c := range pool.Candidates {
		if c.ID == "" {
			return errors.New("a candidate has no id")
		}
		if known[c.ID] {
			return fmt.Errorf("person %s is a candidate twice", c.ID)
		}
		known[c.ID] = true
		if c.Size < 0 || c.Size > 99 || c.Experience < 0 || c.Experience > 99 {
			return fmt.Errorf("person %s: size %d or experience %d is out of range", c.ID, c.Size, c.Experience)
		}
		for _, s := range c.Slots {
			if !slices.Contains(events.Slots(), s) {
				return fmt.Errorf("person %s: slot %q is no half-day of the week", c.ID, s)
			}
		}
	}
	locked := map[events.PersonID]events.GroupID{}
	for _, g := range pool.Locked {
		for _, p := range g.Members {
			if other, twice := locked[p]; twice {
				return fmt.Errorf("person %s is locked in groups %s and %s", p, other, g.Group)
			}
			locked[p] = g.Group
		}
	}
	return checkMasks(pool)
}
