package projections

import "kolmikko/events"

// box stands for what a vault makes of personal text.
func box(of events.PersonID) events.Personal { return events.Personal{Of: of, Box: []byte("sealed")} }

func announces(p events.Phase, from, to events.Date) events.Event {
	return events.PhaseAnnounced{Phase: p, From: from, To: to}
}

func otherStories() map[string]story {
	of := Of{Programme: "mentoring", Cohort: "2022"}
	return map[string]story{
		"materials/comments": {
			"Comments wait, are published and rejected; a material is retired.", of, comments().history,
		},
		"waiting/desk": {"What waits for a coordinator, until they decide.", of, waits().history},
		"people/erased": {
			"One is amended, one is erased: nothing of theirs is left to open.", Of{Programme: "mentoring"}, people().history,
		},
		"timeline/moved": {
			"A phase and a gathering have other dates than announced; a phase's old dates were corrected.", of, dates().history,
		},
		"programme/state": {"A programme grows out of wishes, and a cohort out of the programme.", Of{Programme: "mentoring"}, grown().history},
		"history/words":   {"A cohort's history in words, with a correction.", of, corrected().history},
		"history/sanoin": {
			"The same in Finnish.", Of{Programme: "mentoring", Cohort: "2022", Lang: "fi"}, corrected().history,
		},
	}
}

func corrected() *teller {
	s := gathered().on("2022-10-19 09:00").by("anne", met("m-1", "2022-10-18 07:00", 60))
	return s.correct("anne", 0, met("m-1", "2022-10-19 07:00", 60))
}

func comments() *teller {
	publish := func(id events.MaterialID, title string) events.Event {
		return events.MaterialPublished{Material: id, Kind: "article", Title: fi(title), Link: "https://example.org/a", Licence: "CC BY 4.0"}
	}
	comment := func(id events.CommentID) events.Event {
		return events.CommentSubmitted{Comment: id, Material: "mat-1", Text: box("anne")}
	}
	s := gathered().on("2022-10-10 08:00").by("kaisa", publish("mat-1", "Hyva kysymys"), publish("mat-2", "Vanha juttu")).
		by("anne", comment("c-1"), comment("c-2"), comment("c-3")).
		by("kaisa", events.CommentPublished{Comment: "c-1"}, events.CommentRejected{Comment: "c-2", Reason: "names-somebody"},
			events.MaterialRetired{Material: "mat-2", Reason: "outdated"})
	return s.correct("kaisa", 7, publish("mat-1", "Hyvä kysymys"))
}

func waits() *teller {
	return comments().
		by("kaisa", events.EnrolmentOpened{Track: events.Peer, Part: events.Supervisor, Capacity: 4, Form: 1}).
		by("pekka", enrols("pekka", "laitos")).by("ulla", enrols("ulla", "laitos")).
		by("kaisa", events.EnrolmentWaitlisted{Enrolment: "of-pekka", Position: 1, Reason: "full"}).
		by("matti", events.ConcernRaised{Group: "triad-1", Concern: "silence"}).
		by("liisa", events.ParticipantDroppedOut{Person: "liisa", Track: events.Peer, Group: "triad-1", Reason: "no-time"})
}

func people() *teller {
	s := &teller{cohort: events.WholeProgramme}
	return s.on("2022-08-15 08:00").by("operator",
		events.PersonRegistered{Person: "anne", Language: "fi", Name: box("anne"), Address: box("anne")},
		events.PersonRegistered{Person: "matti", Language: "sv", Name: box("matti"), Address: box("matti")},
		events.RoleGranted{Person: "matti", Role: events.Coordinator}, events.RoleGranted{Person: "matti", Role: events.Host},
		events.RoleRevoked{Person: "matti", Role: events.Host}).
		by("matti", events.PersonAmended{Person: "matti", Language: "fi", Name: box("matti")}).
		by("tuula", events.PersonErased{Person: "anne", Ground: "own-request", KeyDestroyedAt: day("2022-08-15 08:05")})
}

func dates() *teller {
	moved := events.PhaseRescheduled{
		Phase: "closing", From: "2023-05-22", To: "2023-05-26", OldFrom: "2023-05-15", OldTo: "2023-05-19", Reason: fi("Tila oli varattu"),
	}
	s := founded().by("kaisa", announces("enrolment", "2022-09-01", "2022-09-23"), announces("closing", "2023-05-15", "2023-05-19"),
		events.PhaseStarted{Phase: "enrolment"}, schedules("closing", events.Closing, "2023-05-16 06:00", "2023-05-16 09:00", 40),
		events.SurveyOpened{Survey: "end", Stage: events.End, Closes: "2023-06-02", Items: []events.Item{}},
		events.GatheringMoved{
			Gathering: "closing", StartsAt: day("2023-05-23 06:00"), EndsAt: day("2023-05-23 09:00"),
			OldStart: day("2023-05-16 06:00"), Reason: fi("Tila oli varattu"),
		}, moved)
	moved.OldTo = "2023-05-18"
	s.correct("kaisa", 0, moved)
	return s.by("kaisa", events.PhaseCompleted{Phase: "enrolment"}, publishes(triad("triad-1", "anne", "matti", "liisa")))
}

func grown() *teller {
	s := &teller{cohort: events.WholeProgramme}
	s.on("2022-05-02 08:00").by("anne",
		events.WishSubmitted{Wish: "w-1", Themes: []events.Code{"peer-support"}},
		events.WishSubmitted{Wish: "w-2", Themes: []events.Code{}}).
		by("kaisa", events.WishThemed{Wish: "w-2", Themes: []events.Code{"peer-support", "networks"}})
	s.on("2022-06-01 08:00").by("kaisa", events.ProgrammeProposed{
		Title: fi("Esihenkilöiden mentorointi"), Goals: []events.Text{fi("Oivalluksia")}, FromWishes: []events.WishID{"w-1", "w-2"},
	}, events.ProgrammeLaunched{
		StartsOn: "2022-09-01", EndsOn: "2030-06-30", Tracks: []events.Track{events.Peer}, Principles: []events.Text{fi("Luottamuksellisuus")},
	}, house("virasto", "Esimerkkivirasto"), events.OrganiserJoined{Organisation: "virasto", Role: "host"},
		events.PrinciplesPublished{Version: 1, Text: fi("Kuuntelen."), Digest: sum})
	s.in("2022").by("kaisa", events.CohortOpened{
		Title: fi("Lukuvuosi 2022–2023"), StartsOn: "2022-10-01", EndsOn: "2023-05-31", Tracks: []events.Track{events.Peer}, TimeZone: "Europe/Helsinki",
	}, announces("enrolment", "2022-09-01", "2022-09-23"), announces("opening", "2022-10-03", "2022-10-07"),
		events.EnrolmentOpened{Track: events.Peer, Part: events.Supervisor, Capacity: 2, Form: 1},
		events.PhaseRescheduled{
			Phase: "opening", From: "2022-10-10", To: "2022-10-14", OldFrom: "2022-10-03", OldTo: "2022-10-07", Reason: fi("Puhuja sairastui"),
		})
	for _, p := range []events.PersonID{"anne", "matti", "liisa"} {
		s.by(p, enrols(p, "virasto"))
	}
	return s.by("kaisa", accepts("anne"), accepts("matti"), events.EnrolmentWaitlisted{Enrolment: "of-liisa", Position: 1, Reason: "full"},
		events.EnrolmentClosed{Track: events.Peer, Part: events.Supervisor}, publishes(triad("triad-1", "anne", "matti")))
}
