package projections

import "kolmikko/events"

func rosterStories() map[string]story {
	queue := founded().
		on("2022-09-01 08:00").by("anne", enrols("anne", "virasto")).by("matti", enrols("matti", "laitos")).
		by("liisa", enrols("liisa", "keskus")).by("pekka", enrols("pekka", "laitos")).by("ulla", enrols("ulla", "laitos")).
		on("2022-09-20 08:00").by("kaisa",
		accepts("anne"), events.EnrolmentDeclined{Enrolment: "of-ulla", Reason: "no-consent"},
		events.EnrolmentWaitlisted{Enrolment: "of-matti", Position: 1, Reason: "full"},
		events.EnrolmentWaitlisted{Enrolment: "of-liisa", Position: 2, Reason: "full"},
		events.EnrolmentWaitlisted{Enrolment: "of-pekka", Position: 3, Reason: "full"}).
		on("2022-09-21 08:00").by("matti", events.EnrolmentWithdrawn{Enrolment: "of-matti", Reason: "no-time"}).
		by("kaisa", events.EnrolmentPromoted{Enrolment: "of-liisa"})

	left := gathered().on("2023-01-09 08:00").by("anne",
		events.ParticipantDroppedOut{Person: "anne", Track: events.Peer, Group: "triad-1", Reason: "new-post"})
	left.correct("kaisa", 0, events.ParticipantDroppedOut{Person: "anne", Track: events.Peer, Group: "triad-1", Reason: "leave"}).
		in(events.WholeProgramme).by("kaisa", events.OrganisationAmended{
		Organisation: "laitos", About: events.Organisation{Name: fi("Uusi mallilaitos"), Branch: "finance", Region: "lappi"},
	})
	of := Of{Programme: "mentoring", Cohort: "2022"}
	return map[string]story{
		"roster/queue": {"A queue moves up when one who waits withdraws and another is promoted.", of, queue.history},
		"roster/left":  {"Who drops out has no group any more; why was corrected. An organisation was renamed.", of, left.history},
	}
}
