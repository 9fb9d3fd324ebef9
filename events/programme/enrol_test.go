package programme

import (
	"testing"

	"kolmikko/events"
)

// seats is ninety of them for supervisors on the peer track.
var seats = events.EnrolmentOpened{Track: events.Peer, Part: events.Supervisor, Capacity: 90, Form: 1}

// newcomers is one seat for those who have served a year at most.
var newcomers = events.EnrolmentOpened{Track: events.Reverse, Part: events.Newcomer, Capacity: 1, Form: 1, Months: 12}

func TestOpenEnrolment(t *testing.T) {
	open := OpenEnrolment{Track: events.Peer, Part: events.Supervisor, Capacity: 90}
	fewer := events.EnrolmentOpened{Track: events.Peer, Part: events.Supervisor, Capacity: 2, Form: 1}
	closed := events.EnrolmentClosed{Track: events.Peer, Part: events.Supervisor}
	onlyPeer := events.CohortOpened{StartsOn: "2022-10-01", Tracks: []events.Track{events.Peer}}
	for name, s := range map[string]spec{
		"a coordinator opens it":          {given: begun(), when: open, then: []events.Event{seats}},
		"asking twice is quiet":           {given: begun(seats), when: open},
		"it may open again":               {given: begun(seats, closed), when: open, then: []events.Event{seats}},
		"its capacity may change":         {given: begun(seats), when: OpenEnrolment(fewer), then: []events.Event{fewer}},
		"but not below what is taken":     {given: begun(enrolled(anne, matti, liisa)...), when: OpenEnrolment(fewer), refused: CapacityTaken},
		"newcomers have a limit":          {given: begun(), when: OpenEnrolment(newcomers), then: []events.Event{newcomers}},
		"newcomers have their own track":  {given: begun(), when: OpenEnrolment{Track: events.Peer, Part: events.Newcomer, Capacity: 9}, refused: PartOfOtherTrack},
		"the track is the cohort's":       {given: begun(onlyPeer), when: OpenEnrolment(newcomers), refused: TrackNotOffered},
		"a part is one of two":            {given: begun(), when: OpenEnrolment{Track: events.Peer, Part: "guest", Capacity: 9}, refused: Unfit},
		"there is a seat":                 {given: begun(), when: OpenEnrolment{Track: events.Peer, Part: events.Supervisor}, refused: Unfit},
		"a participant opens nothing":     {given: begun(), by: anne, when: open, refused: NotYours},
		"the clock opens nothing":         {given: begun(), by: events.Clock, when: open, refused: NotYours},
		"nothing opens when it is over":   {given: begun(events.CohortCompleted{}), when: open, refused: CohortOver},
		"nothing opens outside a cohort ": {given: begun(), in: events.WholeProgramme, when: open, refused: CohortNotOpened},
	} {
		t.Run(name, s.run)
	}
}

func TestCloseEnrolment(t *testing.T) {
	end := CloseEnrolment{events.Peer, events.Supervisor}
	closed := []events.Event{events.EnrolmentClosed(end)}
	for name, s := range map[string]spec{
		"a coordinator closes it":      {given: begun(seats), when: end, then: closed},
		"the clock may":                {given: begun(seats), by: events.Clock, when: end, then: closed},
		"asking twice is quiet":        {given: begun(seats, closed[0]), when: end},
		"it was open":                  {given: begun(newcomers), when: end, refused: NotFound},
		"a participant closes nothing": {given: begun(seats), by: anne, when: end, refused: NotYours},
	} {
		t.Run(name, s.run)
	}
}
