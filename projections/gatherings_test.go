package projections

import "kolmikko/events"

func schedules(id events.GatheringID, kind events.GatheringKind, from, to string, seats int) events.Event {
	return events.GatheringScheduled{
		Gathering: id, Kind: kind, Title: fi("Tilaisuus " + string(id)), StartsAt: day(from), EndsAt: day(to),
		Modes: []events.Seating{{Mode: events.Lab, Capacity: seats}, {Mode: events.Teams}}, Link: "https://example.org/tilaisuus",
	}
}

func chooses(who events.PersonID, id events.GatheringID, m events.Mode) events.Event {
	return events.AttendanceChosen{Gathering: id, Person: who, Mode: m}
}

func attends(who events.PersonID, id events.GatheringID, m events.Mode) events.Event {
	return events.AttendanceRecorded{Gathering: id, Person: who, Mode: m}
}

func gatheringStories() map[string]story {
	opening := gathered().in(events.WholeProgramme).on("2022-03-01 08:00").
		by("kaisa", schedules("spring", events.ThemeGathering, "2022-04-05 06:00", "2022-04-05 08:00", 30)).
		in("2022").on("2022-09-25 08:00").by("kaisa",
		schedules("opening", events.Opening, "2022-10-05 06:00", "2022-10-05 09:00", 2),
		schedules("meetup", events.Meetup, "2022-11-15 07:00", "2022-11-15 09:00", 0),
		events.SpeakerConfirmed{Gathering: "opening", Name: "Example Speaker", Topic: fi("Dialogi")}).
		on("2022-09-26 08:00").by("anne", chooses("anne", "opening", events.Lab)).by("matti", chooses("matti", "opening", events.Lab)).
		by("kaisa", events.GatheringMoved{
			Gathering: "opening", StartsAt: day("2022-10-06 06:00"), EndsAt: day("2022-10-06 09:00"),
			OldStart: day("2022-10-05 06:00"), Reason: fi("Puhuja sairastui"),
		}, events.GatheringCancelled{Gathering: "meetup", Reason: fi("Tila ei olekaan vapaa")}).
		by("matti", chooses("matti", "opening", events.Teams)).
		on("2022-10-06 09:30").by("hilkka", attends("anne", "opening", events.Teams), attends("matti", "opening", events.Lab))
	opening.correct("hilkka", 0, attends("liisa", "opening", events.Lab))
	about := "One switches to Teams, one comes otherwise than chosen; whom a record was of is corrected."
	return map[string]story{
		"gatherings/opening": {about, Of{Programme: "mentoring", Cohort: "2022"}, opening.history},
		"gatherings/all":     {"Without a cohort, all gatherings of the programme.", Of{Programme: "mentoring"}, opening.history},
		"gatherings/nowhere": {"There is no such cohort.", Of{Programme: "mentoring", Cohort: "2031"}, opening.history[:3]},
	}
}
