package events

import "time"

func gatheringSamples() []Event {
	return []Event{
		GatheringScheduled{
			Gathering: "opening-2022", Kind: Opening, Title: Text{"fi": "Aloitustilaisuus", "sv": "Inledande möte"},
			StartsAt: at(time.October, 5, 6), EndsAt: at(time.October, 5, 9),
			Modes: []Seating{{Mode: Lab, Capacity: 45}, {Mode: Teams}}, Link: "https://example.org/opening?lang=fi&room=2",
		},
		GatheringMoved{
			Gathering: "opening-2022", StartsAt: at(time.October, 6, 6), EndsAt: at(time.October, 6, 9),
			OldStart: at(time.October, 5, 6), Reason: Text{"fi": "Puhuja sairastui"},
		},
		GatheringCancelled{Gathering: "meetup-3", Reason: Text{"fi": "Liian vähän ilmoittautuneita", "sv": "För få anmälda"}},
		SpeakerConfirmed{Gathering: "opening-2022", Name: "Example Speaker", Topic: Text{"fi": "Dialogi johtamisen välineenä"}},
		AttendanceChosen{Gathering: "opening-2022", Person: first, Mode: Absent},
		AttendanceRecorded{Gathering: "opening-2022", Person: second, Mode: Lab},
		MaterialPublished{
			Material: "material-1", Kind: "article", Title: Text{"fi": "Hyvä kysymys"}, Link: "https://example.org/kysymys",
			Digest: sum, Licence: "CC BY 4.0",
		},
		MaterialRetired{Material: "material-1", Reason: "outdated"},
		CommentSubmitted{Comment: "comment-1", Material: "material-1", Text: sealedText(first)},
		CommentPublished{Comment: "comment-1"},
		CommentRejected{Comment: "comment-2", Reason: "names-somebody"},
	}
}
