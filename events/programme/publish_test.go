package programme

import (
	"testing"

	"kolmikko/events"
)

func TestPublishGroups(t *testing.T) {
	publish := PublishGroups{"run1"}
	late := []any{by(stranger, events.EnrolmentSubmitted{Enrolment: "e7", Person: stranger, Track: events.Peer, Part: events.Supervisor, Application: application("o1")}),
		events.EnrolmentAccepted{Enrolment: "e7"}}
	listed := published
	listed.Unplaced = []events.PersonID{stranger}
	exchanged := published
	exchanged.Groups = []events.Group{{Group: "t01", Members: []events.PersonID{olli, matti, liisa}}, {Group: "t02", Members: []events.PersonID{anne, pekka, eeva}}}
	broken := published
	broken.Groups = []events.Group{{Group: "t01", Members: []events.PersonID{anne, olli, liisa}}, {Group: "t02", Members: []events.PersonID{matti, pekka, eeva}}}
	run := func(change func(*events.MatchingRun)) given {
		return reviewed(rulesSet, frozen, by(events.Engine, changed(change)))
	}
	four := func(r *events.MatchingRun) { // the groups are of two and of four
		r.Groups[0].Members, r.Groups[1].Members = six[:2], six[2:]
	}
	taken := events.GroupsPublished{Run: "run0", Track: events.Reverse, Groups: []events.Group{{Group: "t02", Members: []events.PersonID{stranger}}}}
	otherRun := matched(published, by(events.Engine, changed(func(r *events.MatchingRun) { r.Run = "run2" })))
	for name, s := range map[string]spec{
		"a run becomes groups":                {given: matched(), when: publish, then: []events.Event{published}},
		"with what was overridden":            {given: matched(swapped), when: publish, then: []events.Event{exchanged}},
		"an override answers for a rule":      {given: matched(by(owner, seconded), broke), when: publish, then: []events.Event{broken}},
		"who came later is listed":            {given: matched(late...), when: publish, then: []events.Event{listed}},
		"the owner may too":                   {given: matched(), by: owner, when: publish, then: []events.Event{published}},
		"publishing twice is quiet":           {given: matched(published), when: publish},
		"no participant publishes":            {given: matched(), by: anne, when: publish, refused: NotYours},
		"nor the engine":                      {given: matched(), by: events.Engine, when: publish, refused: NotYours},
		"the run is not there":                {given: reviewed(), when: publish, refused: NotFound},
		"a track has its groups once":         {given: otherRun, when: PublishGroups{"run2"}, refused: AlreadyPublished},
		"a later run has replaced it":         {given: matched(by(events.Engine, changed(func(r *events.MatchingRun) { r.Run = "run2" }))), when: publish, refused: RunOutdated},
		"what is matched was frozen anew":     {given: matched(events.MatchingFrozen{Track: events.Peer, Enrolments: sixIDs, InputDigest: other}), when: publish, refused: RunOutdated},
		"never a group of two":                {given: run(four), when: publish, refused: GroupSize},
		"a member has withdrawn":              {given: matched(by(eeva, events.EnrolmentWithdrawn{Enrolment: "e6", Reason: "no-time"})), when: publish, refused: NotActive},
		"a member was erased":                 {given: matched(whole(events.PersonErased{Person: eeva, Ground: "request"})), when: publish, refused: NotActive},
		"the principles are newer":            {given: matched(whole(events.PrinciplesPublished{Version: 2, Text: events.Text{"fi": "Kunnioitus"}})), when: publish, refused: PrinciplesOutdated},
		"a hard rule is broken":               {given: reviewed(amended(0, func(a *events.Application) { a.Organisation = "o2" }), rulesSet, frozen, by(events.Engine, ran)), when: publish, refused: string(events.HardOrganisation)},
		"an override answers for its own":     {given: reviewed(amended(2, func(a *events.Application) { a.Slots = events.Slots()[6:] }), rulesSet, frozen, by(events.Engine, ran)).and(by(owner, seconded), broke), when: publish, refused: string(events.HardSlots)},
		"a group has the other track's id":    {given: matched(taken), when: publish, refused: GroupTaken},
		"a run without groups makes none":     {given: run(func(r *events.MatchingRun) { r.Groups = nil }), when: publish, refused: Incomplete},
		"a cohort that is over has no groups": {given: matched(events.CohortCompleted{}), when: publish, refused: CohortOver},
	} {
		t.Run(name, s.run)
	}
}
