package matching

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"

	"kolmikko/events"
)

// InputDigest returns the SHA-256 of the pool's canonical bytes: JSON with
// people by ID and every list in order, so that it does not matter how the pool
// came to be sorted.
func InputDigest(pool Pool) events.Digest {
	p := Pool{Candidates: []Candidate{}, Locked: sortedGroups(pool.Locked), Former: sortedGroups(pool.Former)}
	for _, c := range pool.Candidates {
		c.Languages, c.Themes, c.Slots = sorted(c.Languages), sorted(c.Themes), sorted(c.Slots)
		c.Avoid, c.AvoidHouses, c.Prefer = sorted(c.Avoid), sorted(c.AvoidHouses), sorted(c.Prefer)
		c.PreferThemes, c.Met, c.Acquaintances = sorted(c.PreferThemes), sorted(c.Met), sorted(c.Acquaintances)
		p.Candidates = append(p.Candidates, c)
	}
	slices.SortFunc(p.Candidates, func(a, b Candidate) int { return cmp.Compare(a.ID, b.ID) })
	return digest(p)
}

// RulesDigest returns the SHA-256 of the rules' canonical bytes, in the same
// manner.
func RulesDigest(rules events.MatchingRules) events.Digest {
	rules.Hard, rules.Remainder = sorted(rules.Hard), sorted(rules.Remainder)
	rules.Quotas = slices.SortedFunc(slices.Values(rules.Quotas), func(a, b events.Quota) int {
		return cmp.Compare(a.Part, b.Part)
	})
	return digest(rules)
}

// digest returns the SHA-256 of v as JSON, in which maps are in order.
func digest(v any) events.Digest {
	text, err := json.Marshal(v)
	if err != nil {
		panic("matching: " + err.Error()) // plain structs only
	}
	sum := sha256.Sum256(text)
	return events.Digest(hex.EncodeToString(sum[:]))
}

// sorted returns a copy in order, and nil for none at all.
func sorted[T cmp.Ordered](list []T) []T {
	if len(list) == 0 {
		return nil
	}
	return slices.Sorted(slices.Values(list))
}

// sortedGroups returns groups by ID, each with its members in order.
func sortedGroups(groups []events.Group) []events.Group {
	var out []events.Group
	for _, g := range groups {
		out = append(out, events.Group{Group: g.Group, Members: sorted(g.Members)})
	}
	slices.SortFunc(out, func(a, b events.Group) int { return cmp.Compare(a.Group, b.Group) })
	return out
}
