package programme

import (
	"slices"
	"strings"
	"testing"

	"kolmikko/events"
)

// The words in which matching is told: six supervisors of three organisations,
// of whom two triads are made.
const (
	eeva  events.PersonID = "00000000-0000-4000-8000-000000000006"
	input events.Digest   = "abababababababababababababababababababababababababababababababab"
	other events.Digest   = "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd"
)

var (
	six      = []events.PersonID{anne, matti, liisa, olli, pekka, eeva} // of o1, o2, o3, o1, o2, o3
	sixIDs   = []events.EnrolmentID{"e1", "e2", "e3", "e4", "e5", "e6"}
	rulesSet = events.MatchingRulesSet{Track: events.Peer, Rules: events.MatchingRules{
		Hard:    []events.Code{events.HardOrganisation, events.HardLanguage, events.HardSlots},
		Weights: map[events.Code]int64{events.SoftThemes: 30}, Size: 3, Remainder: []int{4}, MinSlots: 2}}
	frozen = events.MatchingFrozen{Track: events.Peer, Enrolments: sixIDs, InputDigest: input}
	ran    = events.MatchingRun{Run: "run1", Track: events.Peer, InputDigest: input, RulesDigest: other, Engine: "kolmikko-matching/1",
		Seed: 7, Objective: 150, Bound: 160, Certificate: events.Certificate{Method: "exact"},
		Groups: []events.ProposedGroup{
			{Group: "t01", Members: six[:3], Points: 90, By: map[events.Code]int64{events.SoftThemes: 90}},
			{Group: "t02", Members: six[3:], Points: 60, By: map[events.Code]int64{events.SoftThemes: 60}}}}
	published = events.GroupsPublished{Run: "run1", Track: events.Peer, Unplaced: []events.PersonID{},
		Groups: []events.Group{{Group: "t01", Members: six[:3]}, {Group: "t02", Members: six[3:]}}}
)

// reviewed is six people accepted on the peer track.
func reviewed(more ...any) given {
	h := begun(whole(events.PersonRegistered{Person: eeva, Language: "sv", Name: events.Personal{Of: eeva, Box: []byte{1}}}))
	return h.and(enrolled(six...)...).and(more...)
}

// and is a history that went on.
func (h given) and(more ...any) given { return slices.Concat(h, more) }

// matched is the run of them, recorded.
func matched(more ...any) given {
	return reviewed(rulesSet, frozen, by(events.Engine, ran)).and(more...)
}

// changed is a run with a change to a copy of it.
func changed(change func(*events.MatchingRun)) events.MatchingRun {
	r := ran
	r.Groups = slices.Clone(r.Groups)
	change(&r)
	return r
}

// amended is the application of one of the six with a change.
func amended(n int, change func(*events.Application)) events.EnrolmentAmended {
	a := application(events.OrganisationID([]string{"o1", "o2", "o3"}[n%3]))
	change(&a)
	return events.EnrolmentAmended{Enrolment: sixIDs[n], Application: a}
}

func setting(change func(*SetMatchingRules)) SetMatchingRules {
	r := rulesSet.Rules
	c := SetMatchingRules{rulesSet.Track, slices.Clone(r.Hard), map[events.Code]int64{events.SoftThemes: 30}, r.Size,
		slices.Clone(r.Remainder), r.MinSlots, r.Quotas, r.Floor, r.Stability}
	if change != nil {
		change(&c)
	}
	return c
}

func TestSetMatchingRules(t *testing.T) {
	refused := func(rule string, change func(*SetMatchingRules)) spec {
		return spec{given: begun(), when: setting(change), refused: rule}
	}
	quotas := func(supervisors, newcomers events.Quota) func(*SetMatchingRules) {
		return func(c *SetMatchingRules) { c.Quotas = []events.Quota{supervisors, newcomers} }
	}
	mixed := events.MatchingRulesSet{Track: events.Reverse, Rules: events.MatchingRules{Hard: []events.Code{events.HardQuota, events.HardPairSlots},
		Size: 6, Quotas: []events.Quota{{Part: events.Supervisor, Min: 2, Max: 4}, {Part: events.Newcomer, Min: 2, Max: 4}}}}
	for name, s := range map[string]spec{
		"rules are set":               {given: begun(), when: setting(nil), then: []events.Event{rulesSet}},
		"with quotas of both parts":   {given: begun(), when: SetMatchingRules{Track: events.Reverse, Hard: mixed.Rules.Hard, Size: 6, Quotas: mixed.Rules.Quotas}, then: []events.Event{mixed}},
		"the owner may too":           {given: begun(), by: owner, when: setting(nil), then: []events.Event{rulesSet}},
		"the same again is quiet":     {given: begun(rulesSet), when: setting(nil)},
		"other rules replace them":    {given: begun(events.MatchingRulesSet{Track: events.Peer, Rules: events.MatchingRules{Size: 4}}), when: setting(nil), then: []events.Event{rulesSet}},
		"no participant sets them":    {given: begun(), by: anne, when: setting(nil), refused: NotYours},
		"not for no cohort":           {given: begun(), in: "c99", when: setting(nil), refused: CohortNotOpened},
		"not after it was completed":  {given: begun(events.CohortCompleted{}), when: setting(nil), refused: CohortOver},
		"a track is one of two":       refused(TrackNotOffered, func(c *SetMatchingRules) { c.Track = "sideways" }),
		"groups exist already":        {given: matched(published), when: setting(func(c *SetMatchingRules) { c.Size = 4; c.Remainder = nil }), refused: AlreadyPublished},
		"a hard rule is known":        refused(CodeUnknown, func(c *SetMatchingRules) { c.Hard = []events.Code{"star-sign"} }),
		"a hard rule is there once":   refused(CodeUnknown, func(c *SetMatchingRules) { c.Hard = append(c.Hard, c.Hard[0]) }),
		"a criterion is known":        refused(CodeUnknown, func(c *SetMatchingRules) { c.Weights["star-sign"] = 1 }),
		"no weight is negative":       refused(Unfit, func(c *SetMatchingRules) { c.Weights[events.SoftThemes] = -1 }),
		"no group is a pair":          refused(Unfit, func(c *SetMatchingRules) { c.Size = 2 }),
		"no remainder is a pair":      refused(Unfit, func(c *SetMatchingRules) { c.Remainder = []int{2} }),
		"a remainder is another size": refused(Unfit, func(c *SetMatchingRules) { c.Remainder = []int{3} }),
		"a week has ten half-days":    refused(Unfit, func(c *SetMatchingRules) { c.MinSlots = 11 }),
		"a floor is not below -1":     refused(Unfit, func(c *SetMatchingRules) { c.Floor = -2 }),
		"stability costs nothing":     refused(Unfit, func(c *SetMatchingRules) { c.Stability = -1 }),
		"a quota rule needs quotas":   refused(Incomplete, func(c *SetMatchingRules) { c.Hard = []events.Code{events.HardQuota} }),
		"a quota is of a part":        refused(Unfit, quotas(events.Quota{Part: "boss", Max: 3}, events.Quota{Part: events.Newcomer, Max: 3})),
		"a part has one quota":        refused(Unfit, quotas(events.Quota{Part: events.Newcomer, Max: 3}, events.Quota{Part: events.Newcomer, Max: 3})),
		"a quota goes upwards":        refused(Unfit, quotas(events.Quota{Part: events.Supervisor, Min: 3, Max: 2}, events.Quota{Part: events.Newcomer, Max: 3})),
		"quotas leave room":           refused(Unfit, quotas(events.Quota{Part: events.Supervisor, Min: 2, Max: 3}, events.Quota{Part: events.Newcomer, Min: 2, Max: 3})),
		"quotas fill a group":         refused(Unfit, quotas(events.Quota{Part: events.Supervisor, Max: 1}, events.Quota{Part: events.Newcomer, Max: 1})),
	} {
		t.Run(name, s.run)
	}
}

func TestFreezeMatching(t *testing.T) {
	freeze := FreezeMatching(frozen)
	list := func(ids ...events.EnrolmentID) FreezeMatching { return FreezeMatching{events.Peer, ids, input} }
	waits := by(stranger, events.EnrolmentSubmitted{Enrolment: "e7", Person: stranger, Track: events.Peer, Part: events.Supervisor, Application: application("o1")})
	five := events.MatchingFrozen{Track: events.Peer, Enrolments: sixIDs[:5], InputDigest: other}
	for name, s := range map[string]spec{
		"all accepted are matched":            {given: reviewed(), when: freeze, then: []events.Event{frozen}},
		"in whatever order they are listed":   {given: reviewed(), when: list("e6", "e5", "e4", "e3", "e2", "e1"), then: []events.Event{frozen}},
		"the same again is quiet":             {given: reviewed(frozen), when: list("e2", "e1", "e4", "e3", "e5", "e6")},
		"another input is frozen anew":        {given: reviewed(frozen), when: FreezeMatching{events.Peer, sixIDs, other}, then: []events.Event{events.MatchingFrozen{Track: events.Peer, Enrolments: sixIDs, InputDigest: other}}},
		"who waits for a seat is not matched": {given: reviewed(waits, events.EnrolmentWaitlisted{Enrolment: "e7", Position: 1, Reason: "capacity"}), when: freeze, then: []events.Event{frozen}},
		"nor who was erased":                  {given: reviewed(whole(events.PersonErased{Person: eeva, Ground: "request"})), when: FreezeMatching(five), then: []events.Event{five}},
		"no participant freezes":              {given: reviewed(), by: anne, when: freeze, refused: NotYours},
		"an enrolment waits for review":       {given: reviewed(waits), when: freeze, refused: ReviewIncomplete},
		"one is forgotten":                    {given: reviewed(), when: list(sixIDs[:5]...), refused: EnrolmentsDiffer},
		"one is there twice":                  {given: reviewed(), when: list("e1", "e1", "e2", "e3", "e4", "e5", "e6"), refused: EnrolmentsDiffer},
		"one is unknown":                      {given: reviewed(), when: list("e1", "e2", "e3", "e4", "e5", "e6", "e99"), refused: EnrolmentsDiffer},
		"nobody is listed":                    {given: reviewed(), when: list(), refused: Incomplete},
		"the digest is none":                  {given: reviewed(), when: FreezeMatching{events.Peer, sixIDs, "abc"}, refused: Unfit},
		"a digest is hexadecimal":             {given: reviewed(), when: FreezeMatching{events.Peer, sixIDs, events.Digest(strings.Repeat("xy", 32))}, refused: Unfit},
		"a track is one of two":               {given: reviewed(), when: FreezeMatching{"sideways", sixIDs, input}, refused: TrackNotOffered},
	} {
		t.Run(name, s.run)
	}
}

func TestRecordMatching(t *testing.T) {
	ready := reviewed(rulesSet, frozen)
	refused := func(rule string, change func(*events.MatchingRun)) spec {
		return spec{given: ready, by: events.Engine, when: RecordMatching{changed(change)}, refused: rule}
	}
	members := func(p ...events.PersonID) func(*events.MatchingRun) {
		return func(r *events.MatchingRun) { r.Groups[1].Members = p }
	}
	three := changed(func(r *events.MatchingRun) {
		r.Groups = r.Groups[:1]
		r.Objective = 90
		for _, p := range six[3:] {
			r.Unplaced = append(r.Unplaced, events.Unplaced{Person: p, Reason: events.HardOrganisation})
		}
	})
	reverseGroup := events.GroupsPublished{Run: "run0", Track: events.Reverse, Groups: []events.Group{{Group: "t01", Members: []events.PersonID{stranger}}}}
	for name, s := range map[string]spec{
		"a run is kept":                        {given: ready, by: events.Engine, when: RecordMatching{ran}, then: []events.Event{ran}},
		"who has no place is listed":           {given: ready, by: events.Engine, when: RecordMatching{three}, then: []events.Event{three}},
		"the same again is quiet":              {given: matched(), by: events.Engine, when: RecordMatching{ran}},
		"no coordinator records one":           {given: ready, when: RecordMatching{ran}, refused: NotYours},
		"another run has its id":               {given: matched(), by: events.Engine, when: RecordMatching{changed(func(r *events.MatchingRun) { r.Seed = 8 })}, refused: RunTaken},
		"nothing is frozen":                    {given: reviewed(rulesSet), by: events.Engine, when: RecordMatching{ran}, refused: NotFrozen},
		"no rules are set":                     {given: reviewed(frozen), by: events.Engine, when: RecordMatching{ran}, refused: RulesMissing},
		"made of something else":               refused(DigestDiffers, func(r *events.MatchingRun) { r.InputDigest = other }),
		"rules have a digest":                  refused(Unfit, func(r *events.MatchingRun) { r.RulesDigest = "abc" }),
		"a run has an id":                      refused(Incomplete, func(r *events.MatchingRun) { r.Run = "" }),
		"an id is a word":                      refused(Unfit, func(r *events.MatchingRun) { r.Run = "Run One" }),
		"an engine has a name":                 refused(Incomplete, func(r *events.MatchingRun) { r.Engine = "" }),
		"points by criterion add up":           refused(SumsDiffer, func(r *events.MatchingRun) { r.Groups[1].Points = 61 }),
		"points of the groups add up":          refused(SumsDiffer, func(r *events.MatchingRun) { r.Objective = 151 }),
		"the objective is within its bound":    refused(SumsDiffer, func(r *events.MatchingRun) { r.Bound = 149 }),
		"nobody is in two groups":              refused(TwiceInGroups, members(olli, pekka, anne)),
		"nobody is forgotten":                  refused(LeftOut, members(olli, pekka)),
		"a stranger is not matched":            refused(NotActive, members(olli, pekka, eeva, stranger)),
		"groups have an id each":               refused(GroupTaken, func(r *events.MatchingRun) { r.Groups[1].Group = "t01" }),
		"which no group of another track has":  {given: ready.and(reverseGroup), by: events.Engine, when: RecordMatching{ran}, refused: GroupTaken},
		"nobody is a group alone":              refused(GroupSize, members(olli)),
		"why somebody has no place is a rule":  refused(CodeUnknown, func(r *events.MatchingRun) { r.Unplaced = []events.Unplaced{{Person: eeva, Reason: "bad-luck"}} }),
		"nobody is placed and unplaced":        refused(TwiceInGroups, func(r *events.MatchingRun) { r.Unplaced = []events.Unplaced{{Person: eeva, Reason: events.HardSlots}} }),
		"who has withdrawn since is not there": {given: ready.and(by(eeva, events.EnrolmentWithdrawn{Enrolment: "e6", Reason: "no-time"})), by: events.Engine, when: RecordMatching{ran}, refused: NotActive},
		"nor who has been erased":              {given: ready.and(whole(events.PersonErased{Person: eeva, Ground: "request"})), by: events.Engine, when: RecordMatching{ran}, refused: NotActive},
	} {
		t.Run(name, s.run)
	}
}
