package projections

import "kolmikko/events"

// sends records that a letter of the event before last was delivered.
func (s *teller) sends(cause string, to events.PersonID) *teller {
	s.by(events.Notify, events.NudgeSent{Template: "letter", Target: to, Channel: "e-mail"})
	s.history[len(s.history)-1].Causation = cause
	return s
}

func outboxStories() map[string]story {
	of := Of{Programme: "mentoring", Cohort: "2022"}
	group := gathered().sends("e-12", "anne").sends("e-12", "nobody").sends("e-1", "matti").
		by("matti", events.NudgesDeclined{Person: "matti"})
	meeting := gathered()
	for _, p := range []events.PersonID{"anne", "matti", "liisa"} {
		meeting.sends("e-12", p)
	}
	meeting.on("2022-10-10 08:00").by("anne", proposes("m-1", "2022-10-19 07:00")).by("matti", agrees("m-1", "2022-10-19 07:00")).
		by("liisa", moves("m-1", "2022-10-19 07:00", "2022-10-26 07:00")).
		by("anne", proposes("m-2", "2022-10-12 07:00"), proposes("m-3", "2022-11-19 07:00")).
		by("kaisa", schedules("opening", events.Opening, "2022-10-20 06:00", "2022-10-20 09:00", 40))
	left := Of{Programme: "mentoring", At: day("2022-10-13 08:00")}
	drop := gathered().on("2022-11-01 08:00").by("anne", proposes("m-1", "2022-11-19 07:00")).
		by("matti", events.ParticipantDroppedOut{Person: "matti", Track: events.Peer, Group: "triad-1", Reason: "no-time"})
	over := gathered().on("2023-06-01 08:00").by("kaisa", events.CohortCompleted{EndedOn: "2023-05-31"})
	return map[string]story{
		"outbox/group":    {"Of three who are due a letter about their group, one was sent it; other nudges answer nothing.", of, group.history},
		"outbox/meeting":  {"Only the latest news of a meeting counts, and none that comes too late.", left, meeting.history},
		"outbox/left":     {"Who drops out is told nothing more of the group; the others are told that somebody left.", of, drop.history},
		"outbox/finished": {"Nothing is due in a cohort that has ended.", of, over.history},
	}
}
