package programme

import (
	"testing"

	"kolmikko/events"
)

var (
	// matti of o2 against olli of o1 puts anne and olli, of one organisation, together.
	seconded = events.OverrideSeconded{Run: "run1", Move: matti, For: olli, BrokenRule: events.HardOrganisation}
	broke    = events.MatchingOverridden{Run: "run1", Move: matti, For: olli, BrokenRule: events.HardOrganisation,
		SecondEyes: owner, Reason: "asked-for", Cost: 12}
	// anne of o1 against olli of o1 keeps every rule.
	swapped = events.MatchingOverridden{Run: "run1", Move: anne, For: olli, Reason: "asked-for", Cost: -3}
)

func overriding(e events.MatchingOverridden) OverrideMatching {
	return OverrideMatching{e.Run, e.Move, e.For, e.BrokenRule, e.Reason, e.Cost}
}

func TestSecondOverride(t *testing.T) {
	second := SecondOverride(seconded)
	for name, s := range map[string]spec{
		"somebody agrees before":             {given: matched(), by: owner, when: second, then: []events.Event{seconded}},
		"agreeing twice is quiet":            {given: matched(by(owner, seconded)), by: owner, when: second},
		"another may agree as well":          {given: matched(by(coordinator, seconded)), by: owner, when: second, then: []events.Event{seconded}},
		"no participant agrees":              {given: matched(), by: matti, when: second, refused: NotYours},
		"no evaluator agrees":                {given: matched(), by: evaluator, when: second, refused: NotYours},
		"the run is not there":               {given: reviewed(), by: owner, when: second, refused: NotFound},
		"the groups are published":           {given: matched(published), by: owner, when: second, refused: AlreadyPublished},
		"a rule is named":                    {given: matched(), by: owner, when: SecondOverride{"run1", anne, olli, ""}, refused: Incomplete},
		"the rule is one that it breaks":     {given: matched(), by: owner, when: SecondOverride{"run1", matti, olli, events.HardSlots}, refused: SeveralBroken},
		"nothing is broken":                  {given: matched(), by: owner, when: SecondOverride{"run1", anne, olli, events.HardSlots}, refused: RuleNotBroken},
		"the two are together already":       {given: matched(), by: owner, when: SecondOverride{"run1", anne, matti, events.HardSlots}, refused: NotExchangeable},
		"a stranger is not exchanged":        {given: matched(), by: owner, when: SecondOverride{"run1", anne, stranger, events.HardSlots}, refused: NotExchangeable},
		"nobody is exchanged for themselves": {given: matched(), by: owner, when: SecondOverride{"run1", anne, anne, events.HardSlots}, refused: NotExchangeable},
	} {
		t.Run(name, s.run)
	}
}

func TestOverrideMatching(t *testing.T) {
	back := swapped
	back.Move, back.For = olli, anne
	reversed := seconded
	reversed.Move, reversed.For = seconded.For, seconded.Move
	unplaced := changed(func(r *events.MatchingRun) {
		r.Groups, r.Objective = r.Groups[:1], 90
		for _, p := range six[3:] {
			r.Unplaced = append(r.Unplaced, events.Unplaced{Person: p, Reason: events.HardOrganisation})
		}
	})
	later := changed(func(r *events.MatchingRun) { r.Run = "run2" })
	seconds := func(who events.PersonID, e events.OverrideSeconded) given { return matched(by(who, e)) }
	reasonless := overriding(swapped)
	reasonless.Reason = "whim"
	unstated := overriding(broke)
	unstated.BrokenRule = ""
	for name, s := range map[string]spec{
		"two are exchanged":                        {given: matched(), when: overriding(swapped), then: []events.Event{swapped}},
		"one for another who had no place":         {given: reviewed(rulesSet, frozen, by(events.Engine, unplaced)), when: overriding(swapped), then: []events.Event{swapped}},
		"the same again is quiet":                  {given: matched(swapped), when: overriding(swapped)},
		"the other way round undoes it":            {given: matched(swapped), when: overriding(back), then: []events.Event{back}},
		"and may be done again after that":         {given: matched(swapped, back), when: overriding(swapped), then: []events.Event{swapped}},
		"a broken rule with a second pair of eyes": {given: seconds(owner, seconded), when: overriding(broke), then: []events.Event{broke}},
		"who named the two the other way round":    {given: seconds(owner, reversed), when: overriding(broke), then: []events.Event{broke}},
		"not with one pair":                        {given: matched(), when: overriding(broke), refused: Unseconded},
		"nobody is their own second":               {given: seconds(coordinator, seconded), when: overriding(broke), refused: Unseconded},
		"nor is who lost the role since":           {given: seconds(owner, seconded).and(whole(events.RoleRevoked{Person: owner, Role: events.Owner})), when: overriding(broke), refused: Unseconded},
		"not without saying what breaks":           {given: seconds(owner, seconded), when: unstated, refused: string(events.HardOrganisation)},
		"nor what does not":                        {given: matched(), when: OverrideMatching{"run1", anne, olli, events.HardSlots, "asked-for", 0}, refused: RuleNotBroken},
		"no participant overrides":                 {given: matched(), by: anne, when: overriding(swapped), refused: NotYours},
		"the reason is known":                      {given: matched(), when: reasonless, refused: CodeUnknown},
		"two of one group stay":                    {given: matched(), when: OverrideMatching{"run1", anne, liisa, "", "asked-for", 0}, refused: NotExchangeable},
		"a stranger is not of the run":             {given: matched(), when: OverrideMatching{"run1", anne, stranger, "", "asked-for", 0}, refused: NotExchangeable},
		"the run is not there":                     {given: reviewed(), when: overriding(swapped), refused: NotFound},
		"a later run has replaced it":              {given: matched(by(events.Engine, later)), when: overriding(swapped), refused: RunOutdated},
		"what is matched was frozen anew":          {given: matched(events.MatchingFrozen{Track: events.Peer, Enrolments: sixIDs, InputDigest: other}), when: overriding(swapped), refused: RunOutdated},
		"the rules were changed":                   {given: matched(events.MatchingRulesSet{Track: events.Peer, Rules: events.MatchingRules{Size: 3}}), when: overriding(swapped), refused: RunOutdated},
		"the groups are published":                 {given: matched(published), when: overriding(swapped), refused: AlreadyPublished},
	} {
		t.Run(name, s.run)
	}
}

// TestHardRules breaks each hard rule by the same exchange, of anne for olli,
// which puts olli with matti and liisa.
func TestHardRules(t *testing.T) {
	rules := rulesSet
	rules.Rules.Hard = hardRules()
	rules.Rules.Quotas = []events.Quota{{Part: events.Supervisor, Min: 3, Max: 4}}
	past := func(e events.Event) events.Recorded {
		return events.Recorded{By: coordinator, Cohort: "c21", At: noon, Event: e}
	}
	for rule, why := range map[events.Code][]any{
		events.HardOrganisation: {amended(3, func(a *events.Application) { a.Organisation = "o3" })},
		events.HardReporting:    {amended(3, func(a *events.Application) { a.Superior = liisa })},
		events.HardAvoid:        {by(liisa, events.PreferenceStated{Person: liisa, Avoid: []events.PersonID{olli}})},
		events.HardEarlier: {past(events.CohortOpened{StartsOn: "2021-10-01", TimeZone: "Europe/Helsinki"}),
			past(events.GroupsPublished{Run: "run0", Track: events.Peer, Groups: []events.Group{{Group: "t01", Members: []events.PersonID{matti, olli, stranger}}}}),
			past(events.ParticipantDroppedOut{Person: olli, Track: events.Peer, Group: "t01", Reason: "no-time"})},
		events.HardPairLanguage: {amended(3, func(a *events.Application) { a.Languages = []events.Code{"sv"} })},
		events.HardPairSlots:    {amended(3, func(a *events.Application) { a.Slots = events.Slots()[3:7] })},
		events.HardLanguage:     {amended(3, func(a *events.Application) { a.Languages = []events.Code{"sv"} })},
		events.HardQuota: {events.EnrolmentOpened{Track: events.Peer, Part: events.Newcomer, Capacity: 9},
			by(olli, events.EnrolmentSubmitted{Enrolment: "e4", Person: olli, Track: events.Peer, Part: events.Newcomer, Application: application("o1")}),
			events.EnrolmentAccepted{Enrolment: "e4"}},
		events.HardSlots: {amended(3, func(a *events.Application) { a.Slots = events.Slots()[3:7] })},
	} {
		only := rules
		only.Rules.Hard = []events.Code{rule}
		t.Run(string(rule), spec{given: reviewed(why...).and(only, frozen, by(events.Engine, ran)), when: overriding(swapped), refused: string(rule)}.run)
	}
	t.Run("all are kept", spec{given: reviewed(rules, frozen, by(events.Engine, ran)), when: overriding(swapped), then: []events.Event{swapped}}.run)
	t.Run("a superior's superior", spec{given: reviewed(amended(3, func(a *events.Application) { a.Superior = pekka }),
		amended(4, func(a *events.Application) { a.Superior = liisa })).and(rules, frozen, by(events.Engine, ran)),
		when: overriding(swapped), refused: string(events.HardReporting)}.run)
	t.Run("an avoided organisation", spec{given: reviewed(by(liisa, events.PreferenceStated{Person: liisa, AvoidHouses: []events.OrganisationID{"o1"}})).and(
		rules, frozen, by(events.Engine, ran)), when: overriding(swapped), refused: string(events.HardAvoid)}.run)
}
