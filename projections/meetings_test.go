package projections

import (
	"time"

	"kolmikko/events"
)

// proposes, agrees and held are about a meeting of triad-1.
func proposes(id events.MeetingID, at string) events.Event {
	return events.MeetingProposed{Meeting: id, Group: "triad-1", StartsAt: day(at), Minutes: 60, Mode: events.Lab}
}

func joins(id events.MeetingID) events.Event {
	return events.MeetingAccepted{Meeting: id, Group: "triad-1"}
}

func agrees(id events.MeetingID, at string) events.Event {
	return events.MeetingAgreed{Meeting: id, Group: "triad-1", StartsAt: day(at), Minutes: 60, Mode: events.Lab}
}

func moves(id events.MeetingID, from, to string) events.Event {
	return events.MeetingMoved{
		Meeting: id, Group: "triad-1", StartsAt: day(to), Minutes: 60, Mode: events.Teams, OldStart: day(from),
	}
}

func met(id events.MeetingID, at string, minutes int) events.Event {
	return events.MeetingHeld{Meeting: id, Group: "triad-1", HeldAt: day(at), Minutes: minutes, Mode: events.Teams, Present: 3}
}

func meetingStories() map[string]story {
	autumn := func() *teller {
		return gathered().
			on("2022-10-10 08:00").by("anne", proposes("m-1", "2022-10-19 07:00")).by("matti", joins("m-1"), agrees("m-1", "2022-10-19 07:00")).
			on("2022-10-18 08:00").by("liisa", moves("m-1", "2022-10-19 07:00", "2022-10-26 07:00")).
			on("2022-11-04 08:00").by("anne", met("m-1", "2022-10-27 07:00", 75))
	}
	late := autumn()
	late.correct("anne", 0, met("m-1", "2022-10-26 07:00", 90))
	off := autumn().
		on("2022-11-05 08:00").by("anne", proposes("m-2", "2022-11-23 07:00"), proposes("m-3", "2022-12-14 07:00")).
		by("matti", agrees("m-2", "2022-11-23 07:00")).
		on("2022-11-22 08:00").by("liisa", events.MeetingCancelled{Meeting: "m-2", Group: "triad-1", Reason: "illness"})
	quiet := gathered()
	quiet.on("2022-10-03 09:00").by("kaisa", publishes(triad("triad-2", "pekka", "ulla"), triad("triad-3", "eero", "irma")))
	quiet.on("2022-10-20 08:00").by("anne", met("m-1", "2022-10-19 07:00", 60)).
		on("2022-11-20 08:00").by("kaisa", events.GroupDissolved{Group: "triad-3", Reason: "too-few"})

	of := Of{Programme: "mentoring", Cohort: "2022"}
	at := func(when string, days int) Of {
		of := of
		of.At, of.Days = day(when), days
		return of
	}
	later := day("2022-12-15 07:00").Add(time.Minute)
	past := of
	past.At = later
	return map[string]story{
		"meetings/late":    {"A meeting moves by a week, is reported nine days late, and the report is corrected.", of, late.history},
		"meetings/off":     {"One meeting is cancelled, another was only proposed.", of, off.history},
		"meetings/silence": {"57 days after its meeting a group is silent, as is one that never met; a dissolved one isn't.", past, quiet.history},
		"meetings/patient": {"Exactly 20 days after its meeting a group is not yet silent for longer than 20 days.", at("2022-11-08 07:00", 20), quiet.history},
	}
}
