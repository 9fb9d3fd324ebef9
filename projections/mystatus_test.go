package projections

import "kolmikko/events"

func myStories() map[string]story {
	s := gathered().in(events.WholeProgramme).by("kaisa", events.PrinciplesPublished{Version: 2, Text: fi("Kuuntelen."), Digest: sum},
		events.PersonRegistered{Person: "anne", Language: "fi", Name: box("anne")}).
		in("2022").by("anne", events.ConsentGiven{Person: "anne", Purpose: "participation", TextVersion: 1},
		events.ConsentGiven{Person: "anne", Purpose: "research", TextVersion: 1}, events.ConsentWithdrawn{Person: "anne", Purpose: "research"},
		events.PrinciplesAccepted{Person: "anne", Version: 1}, events.GoalSet{Goal: "g-1", Theme: "wellbeing"},
		events.GoalRated{Goal: "g-1", Level: -1})
	s.correct("anne", 0, events.GoalRated{Goal: "g-1", Level: 1})
	s.by("anne", events.GroupAgreementAssented{Group: "triad-1", Person: "anne", Rhythm: 4, Quorum: 2}, agrees("m-0", "2022-10-12 07:00")).
		by("kaisa", schedules("past", events.Opening, "2022-10-05 06:00", "2022-10-05 09:00", 40),
			schedules("later", events.Meetup, "2022-12-05 06:00", "2022-12-05 09:00", 40),
			schedules("next", events.Meetup, "2022-11-05 06:00", "2022-11-05 09:00", 40),
			events.SurveyOpened{Survey: "baseline", Stage: events.Baseline, Closes: "2022-10-20", Items: []events.Item{}},
			events.SurveyClosed{Survey: "baseline"},
			events.SurveyOpened{Survey: "pulse-1", Stage: events.Pulse, Closes: "2022-11-20", Items: []events.Item{}}).
		by("anne", chooses("anne", "next", events.Teams)).
		by("matti", proposes("m-1", "2022-10-19 07:00"), agrees("m-1", "2022-10-19 07:00"), proposes("m-2", "2022-11-16 07:00")).
		by("liisa", joins("m-2"), proposes("m-3", "2022-12-14 07:00"), agrees("m-3", "2022-12-14 07:00"), proposes("m-4", "2022-10-15 07:00")).
		on("2022-10-13 08:00").by("liisa", met("m-0", "2022-10-12 07:00", 60)).
		by("anne", agrees("m-5", "2022-10-14 07:00"))
	about := Of{Programme: "mentoring", Cohort: "2022", Person: "anne", At: day("2022-10-18 12:00")}
	nobody := about
	nobody.Person = "nobody"
	return map[string]story{
		"my-status/anne":   {"One meeting is next, one waits for an answer, one was agreed and nobody said what came of it.", about, s.history},
		"my-status/nobody": {"Nobody here has heard of them.", nobody, s.history[:13]},
	}
}
