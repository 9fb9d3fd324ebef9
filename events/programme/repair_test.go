package programme

import (
	"testing"

	"kolmikko/events"
)

func TestConsentToMove(t *testing.T) {
	willing := events.MoveConsented{Person: matti, Track: events.Peer}
	for name, s := range map[string]spec{
		"somebody may be moved":                  {given: matched(published), by: matti, when: ConsentToMove{events.Peer}, then: []events.Event{willing}},
		"saying so twice is quiet":               {given: matched(published, by(matti, willing)), by: matti, when: ConsentToMove{events.Peer}},
		"once moved it is asked for again":       {given: matched(published, by(matti, willing), events.GroupsRepaired{Track: events.Peer, Moved: []events.PersonID{matti}}), by: matti, when: ConsentToMove{events.Peer}, then: []events.Event{willing}},
		"the coordinator has no seat to give up": {given: matched(published), when: ConsentToMove{events.Peer}, refused: NotActive},
		"nor has who dropped out":                {given: matched(published, left(matti)), by: matti, when: ConsentToMove{events.Peer}, refused: NotActive},
		"a stranger is not registered":           {given: matched(published), by: stranger, when: ConsentToMove{events.Peer}, refused: NotRegistered},
		"the erased say nothing":                 {given: matched(published, whole(events.PersonErased{Person: matti, Ground: "request"})), by: matti, when: ConsentToMove{events.Peer}, refused: Erased},
		"a track is one of two":                  {given: matched(published), by: matti, when: ConsentToMove{"sideways"}, refused: TrackNotOffered},
	} {
		t.Run(name, s.run)
	}
}

// left is somebody of the first triad dropping out.
func left(p events.PersonID) events.Recorded {
	return by(p, events.ParticipantDroppedOut{Person: p, Track: events.Peer, Group: "t01", Reason: "new-post"})
}

func TestRepairGroups(t *testing.T) {
	// Anne of t01 has dropped out; liisa and matti are left. One of them may go
	// to t02, but then the other is alone; both can't, since the groups hold four.
	consent := func(p events.PersonID) events.Recorded {
		return by(p, events.MoveConsented{Person: p, Track: events.Peer})
	}
	list := func(g ...events.Group) RepairGroups {
		return RepairGroups{Track: events.Peer, Groups: g, Method: "least-moves", Cost: 12}
	}
	group := func(id events.GroupID, p ...events.PersonID) events.Group {
		return events.Group{Group: id, Members: append([]events.PersonID{}, p...)}
	}
	fact := func(moved []events.PersonID, g ...events.Group) events.GroupsRepaired {
		return events.GroupsRepaired{Track: events.Peer, Groups: g, Method: "least-moves", Moved: append([]events.PersonID{}, moved...), Cost: 12}
	}
	newcomer := []any{by(stranger, events.EnrolmentSubmitted{Enrolment: "e7", Person: stranger, Track: events.Peer, Part: events.Supervisor, Application: application("o1")}),
		events.EnrolmentAccepted{Enrolment: "e7"}, by(stranger, events.PrinciplesAccepted{Person: stranger, Version: 1})}
	filled, swap := group("t01", matti, liisa, stranger), []events.Group{group("t01", olli, matti, liisa), group("t02", anne, pekka, eeva)}
	two := matched(published, left(anne))
	again := two.and(newcomer...).and(events.MatchingFrozen{Track: events.Peer, Enrolments: append(sixIDs[1:], "e7"), InputDigest: other})
	rerun := changed(func(r *events.MatchingRun) {
		r.Run, r.InputDigest, r.Groups[0].Members = "run2", other, []events.PersonID{matti, liisa, stranger}
	})
	ofRun := list(filled)
	ofRun.Run = "run2"
	fromRun := fact(nil, filled)
	fromRun.Run = "run2"
	both := matched(published, consent(anne), consent(olli))
	shrunk := events.Group{Group: "t02", Members: []events.PersonID{olli, pekka}}
	for name, s := range map[string]spec{
		"a third joins the two who are left":     {given: two.and(newcomer...), when: list(filled), then: []events.Event{fact(nil, filled)}},
		"groups that stay are no part of it":     {given: two.and(newcomer...), when: list(filled, group("t02", six[3:]...)), then: []events.Event{fact(nil, filled)}},
		"by the engine's run":                    {given: again.and(by(events.Engine, rerun)), when: ofRun, then: []events.Event{fromRun}},
		"whoever is moved has consented":         {given: both, when: list(swap...), then: []events.Event{fact([]events.PersonID{anne, olli}, swap...)}},
		"a fourth keeps the hard rules too":      {given: two.and(left(liisa), consent(matti)), when: list(group("t01"), group("t02", olli, pekka, eeva, matti)), refused: string(events.HardOrganisation)},
		"and is dissolved once nobody is left":   {given: two.and(left(liisa), left(matti)), when: list(group("t01")), then: []events.Event{fact(nil, group("t01"))}},
		"the same again is quiet":                {given: two.and(newcomer...).and(fact(nil, filled)), when: list(filled)},
		"in another order too":                   {given: matched(published), when: list(group("t01", liisa, anne, matti))},
		"consent is for one move":                {given: both.and(fact([]events.PersonID{anne, olli}, swap...)), when: list(group("t01", six[:3]...), group("t02", six[3:]...)), refused: Unwilling},
		"no participant repairs":                 {given: both, by: anne, when: list(swap...), refused: NotYours},
		"nobody is moved without consent":        {given: matched(published, consent(anne)), when: list(swap...), refused: Unwilling},
		"nobody is in two groups":                {given: both, when: list(group("t01", olli, matti, liisa)), refused: TwiceInGroups},
		"nor twice in the list":                  {given: both, when: list(group("t01", olli, matti, liisa), group("t02", olli, pekka, eeva)), refused: TwiceInGroups},
		"nor in two that are listed":             {given: both, when: list(group("t01", olli, matti, liisa), group("t02", liisa, anne, pekka)), refused: TwiceInGroups},
		"a group is listed once":                 {given: both, when: list(swap[0], swap[0]), refused: GroupTaken},
		"nobody is left without a group":         {given: two.and(newcomer...), when: list(group("t01", matti, stranger, liisa), group("t02")), refused: LeftOut},
		"never a group of two":                   {given: matched(published), when: list(shrunk), refused: GroupSize},
		"who dropped out does not come back":     {given: two, when: list(group("t01", six[:3]...)), refused: NotActive},
		"a locked group stays":                   {given: both.and(events.GroupLocked{Group: "t01", Reason: "works-well"}), when: list(swap...), refused: GroupIsLocked},
		"a dissolved one too":                    {given: two.and(left(liisa), left(matti), events.GroupDissolved{Group: "t01", Reason: "too-few"}), when: list(group("t01", six[3:]...)), refused: GroupIsDissolved},
		"a hard rule is kept":                    {given: matched(published, consent(matti), consent(olli)), when: list(group("t01", anne, olli, liisa), group("t02", matti, pekka, eeva)), refused: string(events.HardOrganisation)},
		"the principles are newer":               {given: both.and(whole(events.PrinciplesPublished{Version: 2, Text: events.Text{"fi": "Kunnioitus"}})), when: list(swap...), refused: PrinciplesOutdated},
		"there are no groups yet":                {given: matched(), when: list(swap...), refused: NotPublished},
		"nothing is listed":                      {given: both, when: list(), refused: Incomplete},
		"a method has a name":                    {given: both, when: RepairGroups{Track: events.Peer, Groups: swap}, refused: Incomplete},
		"a group that is not there is dissolved": {given: both, when: list(group("t09")), refused: NotFound},
		"the run is not there":                   {given: two.and(newcomer...), when: ofRun, refused: NotFound},
		"the run has another group":              {given: again.and(by(events.Engine, rerun)), when: RepairGroups{events.Peer, "run2", swap, "least-moves", 0}, refused: NotOfRun},
	} {
		t.Run(name, s.run)
	}
}

func TestLockGroup(t *testing.T) {
	locked := events.GroupLocked{Group: "t01", Reason: "works-well"}
	unlocked := events.GroupUnlocked{Group: "t01", Reason: "drop-out"}
	for name, s := range map[string]spec{
		"a group is locked":              {given: matched(published), when: LockGroup(locked), then: []events.Event{locked}},
		"locking twice is quiet":         {given: matched(published, locked), when: LockGroup(locked)},
		"it is unlocked":                 {given: matched(published, locked), when: UnlockGroup(unlocked), then: []events.Event{unlocked}},
		"what is not locked stays so":    {given: matched(published), when: UnlockGroup(unlocked)},
		"no member locks":                {given: matched(published), by: anne, when: LockGroup(locked), refused: NotYours},
		"no member unlocks":              {given: matched(published, locked), by: anne, when: UnlockGroup(unlocked), refused: NotYours},
		"a group is there":               {given: matched(), when: LockGroup(locked), refused: NotFound},
		"to be unlocked as well":         {given: matched(), when: UnlockGroup(unlocked), refused: NotFound},
		"the reason is known":            {given: matched(published), when: LockGroup{"t01", "whim"}, refused: CodeUnknown},
		"the reason of unlocking is too": {given: matched(published, locked), when: UnlockGroup{"t01", "whim"}, refused: CodeUnknown},
	} {
		t.Run(name, s.run)
	}
}

func TestDissolveGroup(t *testing.T) {
	dissolved := events.GroupDissolved{Group: "t01", Reason: "too-few"}
	dissolve := DissolveGroup(dissolved)
	for name, s := range map[string]spec{
		"a group is no more":        {given: matched(published), when: dissolve, then: []events.Event{dissolved}},
		"dissolving twice is quiet": {given: matched(published, dissolved), when: dissolve},
		"no member dissolves":       {given: matched(published), by: anne, when: dissolve, refused: NotYours},
		"nor when it is so already": {given: matched(published, dissolved), by: anne, when: dissolve, refused: NotYours},
		"a locked group stays":      {given: matched(published, events.GroupLocked{Group: "t01", Reason: "works-well"}), when: dissolve, refused: GroupIsLocked},
		"a group is there":          {given: matched(), when: dissolve, refused: NotFound},
		"the reason is known":       {given: matched(published), when: DissolveGroup{"t01", "whim"}, refused: CodeUnknown},
	} {
		t.Run(name, s.run)
	}
}
