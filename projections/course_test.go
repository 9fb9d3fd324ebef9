package projections

import "kolmikko/events"

// course tells a whole cohort in little, with what is rare in other stories:
// both tracks, people who leave and come again, changes of nearly everything,
// and corrections of what was already changed since.
func course() *teller {
	s := founded().in(events.WholeProgramme).on("2022-08-16 08:00").by("operator",
		events.PersonRegistered{Person: "anne", Language: "fi", Name: box("anne"), Address: box("anne")},
		events.PersonRegistered{Person: "eero", Language: "sv", Name: box("eero")},
		events.RoleGranted{Person: "kaisa", Role: events.Coordinator}, events.RoleGranted{Person: "hilkka", Role: events.Host},
		events.RoleRevoked{Person: "hilkka", Role: events.Host},
		events.OrganiserJoined{Organisation: "virasto", Role: "host"},
		schedules("spring", events.ThemeGathering, "2022-12-05 06:00", "2022-12-05 08:00", 30))
	s.correct("operator", 9, house("laitos", "Mallilaitos ja kumppanit"))
	s.in("2022").by("kaisa",
		events.EnrolmentOpened{Track: events.Reverse, Part: events.Newcomer, Capacity: 1, Form: 1, Months: 24},
		events.EnrolmentOpened{Track: events.Peer, Part: events.Supervisor, Capacity: 3, Form: 1})
	enrolling(s)
	inviting(s)
	meetingUp(s)
	return leaving(s)
}

func enrolling(s *teller) {
	reverse := func(p events.PersonID, part events.Part) events.Event {
		e := enrols(p, "laitos").(events.EnrolmentSubmitted)
		e.Enrolment, e.Track, e.Part = "reverse-of-"+events.EnrolmentID(p), events.Reverse, part
		return e
	}
	s.on("2022-09-01 08:00")
	for _, p := range []events.PersonID{"anne", "matti", "liisa", "pekka", "ulla"} {
		s.by(p, enrols(p, "laitos"))
	}
	amended := enrols("anne", "keskus").(events.EnrolmentSubmitted).Application
	s.by("anne", events.EnrolmentAmended{Enrolment: "of-anne", Application: amended})
	amended.Organisation, amended.Region = "virasto", "lappi"
	s.correct("anne", 0, events.EnrolmentAmended{Enrolment: "of-anne", Application: amended})
	s.by("anne", reverse("anne", events.Supervisor)).by("eero", reverse("eero", events.Newcomer)).by("irma", reverse("irma", events.Newcomer)).
		on("2022-09-20 08:00").by("kaisa", accepts("anne"), accepts("matti"), accepts("liisa"),
		events.EnrolmentWaitlisted{Enrolment: "of-pekka", Position: 1, Reason: "full"},
		events.EnrolmentDeclined{Enrolment: "of-ulla", Reason: "no-consent"},
		events.EnrolmentAccepted{Enrolment: "reverse-of-anne"}, events.EnrolmentAccepted{Enrolment: "reverse-of-eero"},
		events.EnrolmentWaitlisted{Enrolment: "reverse-of-irma", Position: 1, Reason: "full"})
	s.correct("kaisa", 3, events.EnrolmentDeclined{Enrolment: "of-ulla", Reason: "too-late"})
	s.by("pekka", events.EnrolmentWithdrawn{Enrolment: "of-pekka", Reason: "no-time"}).
		by("kaisa", announces("opening", "2022-10-03", "2022-10-07"), announces("closing", "2023-05-15", "2023-05-19"),
			events.PhaseRescheduled{
				Phase: "opening", From: "2022-10-10", To: "2022-10-14", OldFrom: "2022-10-03", OldTo: "2022-10-07", Reason: fi("Puhuja sairastui"),
			}, events.PhaseStarted{Phase: "opening"})
	s.correct("kaisa", 2, announces("closing", "2023-05-16", "2023-05-19"))
}

func inviting(s *teller) {
	s.on("2022-09-25 08:00").by("kaisa", schedules("opening", events.Opening, "2022-10-05 06:00", "2022-10-05 09:00", 2),
		schedules("meetup", events.Meetup, "2022-11-15 07:00", "2022-11-15 09:00", 10),
		events.GatheringCancelled{Gathering: "meetup", Reason: fi("Tila varattu")},
		events.GatheringMoved{
			Gathering: "opening", StartsAt: day("2022-10-12 06:00"), EndsAt: day("2022-10-12 09:00"),
			OldStart: day("2022-10-05 06:00"), Reason: fi("Puhuja sairastui"),
		})
	s.correct("kaisa", 3, schedules("opening", events.Opening, "2022-10-04 06:00", "2022-10-04 09:00", 5))
	s.correct("kaisa", 2, events.GatheringCancelled{Gathering: "meetup", Reason: fi("Tila ei ole vapaa")})
	s.by("anne", chooses("anne", "opening", events.Lab), chooses("anne", "opening", events.Absent), chooses("anne", "opening", events.Teams)).
		by("matti", chooses("matti", "opening", events.Teams), chooses("matti", "opening", events.Lab)).
		by("liisa", chooses("liisa", "opening", events.Teams), chooses("liisa", "opening", events.Lab), chooses("liisa", "opening", events.Lab))
	s.correct("anne", 7, chooses("anne", "opening", events.Teams))
	s.by("kaisa", events.SurveyOpened{Survey: "baseline", Stage: events.Baseline, Closes: "2022-10-20", Items: []events.Item{}},
		events.SurveyOpened{Survey: "pulse", Stage: events.Pulse, Closes: "2022-11-20", Items: []events.Item{}}, events.SurveyClosed{Survey: "pulse"}).
		by(events.Respondent, events.FeedbackGiven{
			Survey: "baseline", Respondent: "r-1", Track: events.Peer, Part: events.Supervisor, Answers: []events.Answer{},
		})
	s.correct("kaisa", 3, events.SurveyOpened{Survey: "baseline", Stage: events.Mid, Closes: "2022-10-21", Items: []events.Item{}})
}

func meetingUp(s *teller) {
	s.on("2022-10-03 08:00").by("kaisa", publishes(triad("triad-1", "anne", "matti", "liisa"), triad("triad-0", "ulla")),
		events.GroupsPublished{Run: "run-2", Track: events.Reverse, Groups: []events.Group{triad("reverse-1", "anne", "eero")}, Unplaced: []events.PersonID{}},
		events.GroupDissolved{Group: "triad-0", Reason: "too-few"}, events.GroupLocked{Group: "triad-1", Reason: "works-well"},
		events.GroupUnlocked{Group: "triad-1", Reason: "asked-for"}).
		by("anne", events.GroupAgreementAssented{Group: "triad-1", Person: "anne", Rhythm: 4, Quorum: 2},
			events.GroupAgreementReached{Group: "triad-1", Rhythm: 4, Quorum: 2},
			events.GroupThemesAgreed{Group: "triad-1", Themes: []events.Code{"wellbeing"}, OwnThemes: 2})
	s.correct("anne", 1, events.GroupAgreementReached{Group: "triad-1", Rhythm: 6, Quorum: 3})
	s.correct("anne", 1, events.GroupThemesAgreed{Group: "triad-1", Themes: []events.Code{"networks"}, OwnThemes: 1})
	s.on("2022-10-10 08:00").by("matti", proposes("m-1", "2022-10-19 07:00"), proposes("m-2", "2022-11-19 07:00"), proposes("m-3", "2022-12-19 07:00")).
		by("anne", joins("m-2"), events.MeetingDeclined{Meeting: "m-2", Group: "triad-1"}, agrees("m-1", "2022-10-19 07:00"),
			moves("m-1", "2022-10-19 07:00", "2022-10-20 07:00"), agrees("m-3", "2022-12-19 07:00"),
			events.MeetingCancelled{Meeting: "m-3", Group: "triad-1", Reason: "illness"})
	s.correct("anne", 2, moves("m-1", "2022-10-19 07:00", "2022-10-21 07:00"))
	s.correct("anne", 1, events.MeetingCancelled{Meeting: "m-3", Group: "triad-1", Reason: "travel"})
	s.on("2022-10-27 07:30").by("liisa", met("m-1", "2022-10-20 07:00", 60), met("m-0", "2022-10-14 07:00", 30)).
		by("pekka", events.MeetingHeld{
			Meeting: "m-9", Group: "triad-9", HeldAt: day("2022-10-14 07:00"), Minutes: 45, Mode: events.Lab, Present: 2,
		})
	s.correct("liisa", 1, met("m-0", "2022-10-13 07:00", 45))
	s.by("kaisa", events.GatheringMoved{
		Gathering: "opening", StartsAt: day("2022-11-12 06:00"), EndsAt: day("2022-11-12 09:00"),
		OldStart: day("2022-10-12 06:00"), Reason: fi("Tila"),
	}).by(events.Clock, events.PhaseCompleted{Phase: "opening"})
	s.by("hilkka", attends("anne", "opening", events.Lab), attends("matti", "opening", events.Lab))
	s.correct("hilkka", 0, attends("matti", "opening", events.Teams))
}

func leaving(s *teller) *teller {
	s.on("2022-11-01 08:00").by("matti", events.ConcernRaised{Group: "triad-1", Concern: "silence"})
	s.correct("matti", 0, events.ConcernRaised{Group: "triad-1", Concern: "rhythm"})
	s.by("liisa", events.ParticipantDroppedOut{Person: "liisa", Track: events.Peer, Group: "triad-1", Reason: "no-time"}).
		by("kaisa", events.PhaseRescheduled{
			Phase: "closing", From: "2023-05-22", To: "2023-05-26", OldFrom: "2023-05-16", OldTo: "2023-05-19", Reason: fi("Tila varattu"),
		}, schedules("last", events.Closing, "2023-05-23 06:00", "2023-05-23 09:00", 40),
			events.SurveyOpened{Survey: "pulse-2", Stage: events.Pulse, Closes: "2022-12-20", Items: []events.Item{}}).
		by("anne", proposes("m-4", "2022-12-01 07:00"))
	reverse(s)
	return s.in(events.WholeProgramme).by("eero", events.NudgesDeclined{Person: "eero"}).by("tuula", events.PersonErased{
		Person: "matti", Ground: "own-request", KeyDestroyedAt: day("2022-11-01 08:05"),
	}).in("2022").by("anne", proposes("m-5", "2022-12-02 07:00"))
}

// reverse is what the reverse group does, and what the coordinator does for it.
func reverse(s *teller) {
	group := func(e events.MeetingProposed) events.MeetingProposed {
		e.Group = "reverse-1"
		return e
	}
	s.by("eero", group(proposes("r-1", "2022-11-21 07:00").(events.MeetingProposed)), group(proposes("r-2", "2022-11-22 07:00").(events.MeetingProposed))).
		by("anne", events.MeetingAccepted{Meeting: "r-1", Group: "reverse-1"}, events.MeetingDeclined{Meeting: "r-1", Group: "reverse-1"},
			events.MeetingAgreed{Meeting: "r-2", Group: "reverse-1", StartsAt: day("2022-11-23 07:00"), Minutes: 30, Mode: events.Teams})
	s.correct("anne", 3, group(proposes("r-2", "2022-11-20 07:00").(events.MeetingProposed)))
	s.correct("anne", 1, events.MeetingAgreed{Meeting: "r-2", Group: "reverse-1", StartsAt: day("2022-11-24 07:00"), Minutes: 45, Mode: events.Lab})
	again := enrols("ulla", "keskus").(events.EnrolmentSubmitted)
	again.Enrolment = "of-ulla-again"
	s.by("anne", events.GroupAgreementAssented{Group: "reverse-1", Person: "anne", Rhythm: 3, Quorum: 2}).
		by("eero", events.GroupAgreementAssented{Group: "reverse-1", Person: "eero", Rhythm: 3, Quorum: 2}).
		by("kaisa", events.EnrolmentOpened{Track: events.Reverse, Part: events.Newcomer, Capacity: 2, Form: 2, Months: 36},
			events.EnrolmentOpened{Track: events.Reverse, Part: events.Supervisor, Capacity: 1, Form: 2}).
		by("ulla", again).
		by("kaisa", events.MatchingFrozen{Track: events.Reverse, Enrolments: []events.EnrolmentID{}, InputDigest: sum},
			events.GroupsRepaired{
				Track: events.Reverse, Method: "least-moves", Moved: []events.PersonID{"anne"},
				Groups: []events.Group{triad("reverse-1", "eero"), triad("reverse-2", "anne")},
			}).
		by("anne", events.CommentSubmitted{Comment: "c-1", Material: "mat-1", Text: box("anne")}).
		by(events.Import, events.CommentSubmitted{Comment: "c-2", Material: "mat-1", Text: box("anne")}).
		by("kaisa", events.CommentPublished{Comment: "c-1"}, events.CommentRejected{Comment: "c-2", Reason: "off-topic"})
	s.in(events.WholeProgramme).by("kaisa", events.WishSubmitted{Wish: "w-1", Themes: []events.Code{}},
		events.WishThemed{Wish: "w-1", Themes: []events.Code{"networks"}},
		events.PrinciplesPublished{Version: 1, Text: fi("Kuuntelen."), Digest: sum})
	s.correct("kaisa", 1, events.WishThemed{Wish: "w-1", Themes: []events.Code{"wellbeing"}})
	s.correct("kaisa", 1, events.PrinciplesPublished{Version: 1, Text: fi("Kuuntelen ja opin."), Digest: sum})
	s.in("2022")
}

// courseStories show the course in every view.
func courseStories() map[string]story {
	all := map[string]story{}
	history := course().history
	for _, e := range Catalogue() {
		of := Of{Programme: "mentoring", Cohort: "2022", At: day("2022-11-02")}
		switch e.Scope {
		case ScopeProgramme:
			of.Cohort = ""
		case ScopePerson:
			of.Person = "anne"
		}
		all[e.Name+"/course"] = story{"A whole cohort in little, with what is rare in other stories.", of, history}
	}
	return all
}
