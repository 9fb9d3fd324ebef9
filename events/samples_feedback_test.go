package events

import "time"

func feedbackSamples() []Event {
	late, err := Correct(812, MeetingHeld{
		Meeting: "meeting-1", Group: "triad-1", HeldAt: at(time.October, 27, 7), Minutes: 60, Mode: Lab, Present: 2,
	}, "wrong-day")
	if err != nil {
		panic(err)
	}
	return []Event{
		SurveyOpened{Survey: "mid-2022", Stage: Mid, Closes: "2023-02-10", Items: []Item{
			{Item: "perspectives", Version: 1, Scale: Agreement, Question: Text{"fi": "Sain uusia näkökulmia", "sv": "Jag fick nya perspektiv"}},
			{Item: "recommend", Version: 2, Scale: Recommendation, Question: Text{"fi": "Suosittelisitko?"}, Optional: true},
		}},
		SurveyClosed{Survey: "mid-2022"},
		FeedbackGiven{
			Survey: "mid-2022", Respondent: "r-5f3a9c", Cluster: "c-81be02", Track: Peer, Part: Supervisor,
			Answers: []Answer{{Item: "perspectives", Value: 5}, {Item: "recommend", Value: 0}},
			Text:    Personal{Of: "r-5f3a9c", Box: []byte{9, 8, 7, 6, 5, 4, 3, 2, 1, 0}},
		},
		TieReported{From: first, To: "mallilaitos", Tie: "asks-for-advice", Wave: 1},
		GoalSet{Goal: "goal-1", Theme: "wellbeing"},
		GoalRated{Goal: "goal-1", Level: -2},
		NudgeSent{Template: "meeting-silence", Target: first, Channel: "e-mail"},
		NudgesDeclined{Person: first},
		NudgesWelcomed{Person: first},
		late,
	}
}
