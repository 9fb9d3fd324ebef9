package events

func enrolmentSamples() []Event {
	of := Application{
		Organisation: "esimerkkivirasto", Region: "uusimaa", Languages: []Code{"fi", "sv"},
		Themes: []Code{"leading-change", "wellbeing"}, Slots: []Slot{"mon-am", "tue-pm", "wed-am", "fri-pm"},
		Mode: Either, Experience: 2, TeamSize: 1, Superior: third,
	}
	recent := Application{
		Organisation: "mallilaitos", Region: "lappi", Languages: []Code{"fi"}, Themes: []Code{},
		Slots: Slots()[:4], Mode: Teams, Months: 7,
	}
	return []Event{
		EnrolmentOpened{Track: Reverse, Part: Newcomer, Capacity: 40, Form: 1, Months: 24},
		EnrolmentClosed{Track: Peer, Part: Supervisor},
		EnrolmentSubmitted{Enrolment: "enrolment-17", Person: first, Track: Peer, Part: Supervisor, Application: of},
		EnrolmentAmended{Enrolment: "enrolment-18", Application: recent},
		EnrolmentWithdrawn{Enrolment: "enrolment-17", Reason: "no-time"},
		EnrolmentAccepted{Enrolment: "enrolment-17"},
		EnrolmentDeclined{Enrolment: "enrolment-19", Reason: "too-long-in-service"},
		EnrolmentWaitlisted{Enrolment: "enrolment-20", Position: 1, Reason: "full"},
		EnrolmentPromoted{Enrolment: "enrolment-20"},
		ConsentGiven{Person: first, Purpose: "participation", TextVersion: 1},
		ConsentWithdrawn{Person: first, Purpose: "research"},
		PrinciplesAccepted{Person: first, Version: 1},
		PreferenceStated{
			Person: first, Avoid: []PersonID{second}, AvoidHouses: []OrganisationID{"mallilaitos"},
			Prefer: []PersonID{third}, PreferThemes: []Code{"wellbeing"},
		},
	}
}
