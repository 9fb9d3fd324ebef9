package events

import "time"

func programmeSamples() []Event {
	return []Event{
		WishSubmitted{Wish: "wish-1", Themes: []Code{"peer-support"}, Text: Personal{
			Of: first, And: second, Box: []byte{0, 1, 2, 253, 254, 255},
		}},
		WishThemed{Wish: "wish-1", Themes: []Code{"peer-support", "networks"}},
		ProgrammeProposed{
			Title:      Text{"fi": "Esihenkilöiden mentorointi", "sv": "Mentorskap för chefer"},
			Goals:      []Text{{"fi": "Oivalluksia ja uusia näkökulmia"}, {"fi": "Verkostoja yli virastorajojen"}},
			FromWishes: []WishID{"wish-1"},
		},
		ProgrammeLaunched{
			StartsOn: "2022-09-01", EndsOn: "2030-06-30", Tracks: []Track{Peer, Reverse},
			Principles: []Text{{"fi": "Luottamuksellisuus", "sv": "Konfidentialitet"}},
		},
		CohortOpened{
			Title: Text{"fi": "Lukuvuosi 2022–2023"}, StartsOn: "2022-10-01", EndsOn: "2023-05-31",
			Tracks: []Track{Peer, Reverse}, TimeZone: "Europe/Helsinki",
		},
		PrinciplesPublished{Version: 1, Text: Text{"fi": "Kuuntelen, kunnioitan ja opin.\nPidän kuulemani omanani."}, Digest: sum},
		PhaseAnnounced{Phase: "enrolment", From: "2022-09-01", To: "2022-09-23"},
		PhaseStarted{Phase: "enrolment"},
		PhaseCompleted{Phase: "enrolment"},
		PhaseRescheduled{
			Phase: "closing", From: "2023-05-22", To: "2023-05-26", OldFrom: "2023-05-15", OldTo: "2023-05-19",
			Reason: Text{"fi": "Tila oli varattu", "sv": "Lokalen var bokad"},
		},
		CohortCompleted{EndedOn: "2023-05-31", Reason: "closing-not-held"},
		CohortArchived{Retention: 10, KeyDestroyedAt: at(time.December, 30, 8)},
		HistoricalSummaryImported{Source: Text{"fi": "Loppuraportti 2021"}, Figures: []Figure{
			{Metric: "would-recommend", Value: 8250, N: 41}, {Metric: "change", Value: -125},
		}},
		EvaluationPlanned{Primary: "new-perspectives", Secondary: []Code{"ties", "would-recommend"}, K: 5, Late: true},
		EvaluationReleased{
			Report: "report-2022", From: 1, To: 3012, RuleVersion: 1, Digest: other, Reason: "cohort-completed",
			Metrics: []MetricVersion{{Metric: "new-perspectives", Version: 2}},
		},
		HistoryRepaired{
			Generation: "history-20221005t120000-250000", Reason: "journal-damaged", From: 411, To: 512, Count: 3,
			Size: 3012, Root: sum,
		},
	}
}
