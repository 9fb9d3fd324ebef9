package events

import "time"

func meetingSamples() []Event {
	return []Event{
		GroupAgreementReached{Group: "triad-1", Rhythm: 4, Quorum: 2},
		GroupAgreementAssented{Group: "triad-1", Person: second, Rhythm: 4, Quorum: 2},
		GroupThemesAgreed{Group: "triad-1", Themes: []Code{"wellbeing"}, OwnThemes: 2},
		ConcernRaised{Group: "triad-1", Concern: "silence"},
		ParticipantDroppedOut{Person: first, Track: Peer, Group: "triad-1", Reason: "new-post"},
		MoveConsented{Person: third, Track: Peer},
		MeetingProposed{Meeting: "meeting-1", Group: "triad-1", StartsAt: at(time.October, 19, 7), Minutes: 90, Mode: Lab},
		MeetingAccepted{Meeting: "meeting-1", Group: "triad-1"},
		MeetingDeclined{Meeting: "meeting-1", Group: "triad-1"},
		MeetingAgreed{Meeting: "meeting-1", Group: "triad-1", StartsAt: at(time.October, 19, 7), Minutes: 90, Mode: Lab},
		MeetingMoved{
			Meeting: "meeting-1", Group: "triad-1", StartsAt: at(time.October, 26, 7), Minutes: 60, Mode: Teams,
			OldStart: at(time.October, 19, 7),
		},
		MeetingCancelled{Meeting: "meeting-2", Group: "triad-1", Reason: "illness"},
		MeetingHeld{
			Meeting: "meeting-1", Group: "triad-1", HeldAt: at(time.October, 26, 7), Minutes: 75, Mode: Teams, Present: 3,
			Themes: []Code{"wellbeing"},
		},
	}
}
