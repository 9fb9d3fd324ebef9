package projections

import "kolmikko/events"

func groupStories() map[string]story {
	enrolled := founded().on("2022-09-01 08:00")
	for _, p := range []events.PersonID{"anne", "matti", "liisa", "pekka", "ulla", "eero"} {
		enrolled.by(p, enrols(p, map[bool]events.OrganisationID{true: "virasto", false: "laitos"}[p < "k"]))
	}
	repaired := enrolled.
		on("2022-09-20 08:00").by("kaisa", accepts("anne"), accepts("matti"), accepts("liisa"), accepts("pekka"), accepts("ulla"), accepts("eero")).
		on("2022-10-01 08:00").by("engine", events.MatchingRun{
		Run: "run-1", Track: events.Peer, InputDigest: sum, RulesDigest: sum, Engine: "swap 1.0", Seed: 7, Objective: 180, Bound: 195,
		Certificate: events.Certificate{Method: "greedy"}, Groups: []events.ProposedGroup{}, Unplaced: []events.Unplaced{},
	}).by("kaisa", events.MatchingOverridden{Run: "run-1", Move: "anne", For: "pekka", Reason: "asked-for", Cost: 4}).
		on("2022-10-03 08:00").by("kaisa", publishes(triad("triad-1", "anne", "matti", "liisa"), triad("triad-2", "pekka", "ulla", "eero"))).
		by("anne", events.GroupAgreementAssented{Group: "triad-1", Person: "anne", Rhythm: 4, Quorum: 2}).
		by("matti", events.GroupAgreementAssented{Group: "triad-1", Person: "matti", Rhythm: 4, Quorum: 2}).
		by("liisa", events.GroupAgreementAssented{Group: "triad-1", Person: "liisa", Rhythm: 4, Quorum: 2},
			events.GroupAgreementReached{Group: "triad-1", Rhythm: 4, Quorum: 2},
			events.GroupThemesAgreed{Group: "triad-1", Themes: []events.Code{"wellbeing"}, OwnThemes: 1}, agrees("m-1", "2022-10-19 07:00")).
		on("2022-10-19 09:00").by("anne", met("m-1", "2022-10-19 07:00", 60)).
		on("2023-01-09 08:00").by("ulla", events.ParticipantDroppedOut{Person: "ulla", Track: events.Peer, Group: "triad-2", Reason: "new-post"}).
		by("eero", events.ParticipantDroppedOut{Person: "eero", Track: events.Peer, Group: "triad-2", Reason: "new-post"}).
		by("pekka", events.MoveConsented{Person: "pekka", Track: events.Peer}).
		on("2023-01-16 08:00").by("kaisa", events.GroupsRepaired{
		Track: events.Peer, Run: "run-2", Method: "least-moves", Moved: []events.PersonID{"pekka"}, Cost: 12,
		Groups: []events.Group{triad("triad-2"), triad("triad-1", "anne", "matti", "liisa", "pekka")},
	}, events.GroupLocked{Group: "triad-1", Reason: "works-well"})
	member := Of{Programme: "mentoring", Cohort: "2022", Person: "matti"}
	return map[string]story{
		"groups/member":        {"A member sees their own group and nothing of the others.", member, repaired.history},
		"publication/repaired": {"Everybody sees how many groups there are, and not who is in them.", Of{Programme: "mentoring", Cohort: "2022"}, repaired.history},
		"groups/repaired": {
			"Two drop out of a triad, and the one who is left joins the other one.",
			Of{Programme: "mentoring", Cohort: "2022"}, repaired.history,
		},
	}
}

const sum events.Digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
