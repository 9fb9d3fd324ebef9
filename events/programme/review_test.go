package programme

import (
	"testing"

	"kolmikko/events"
)

// waiting is anne, matti and liisa who applied as e1, e2 and e3 for so many
// seats.
func waiting(capacity int, more ...any) given {
	h := []any{seatsFor(capacity)}
	for i, p := range []events.PersonID{anne, matti, liisa} {
		id := []events.EnrolmentID{"e1", "e2", "e3"}[i]
		h = append(h, by(p, consented(p, 1)), by(p, events.EnrolmentSubmitted{Enrolment: id, Person: p, Track: events.Peer,
			Part: events.Supervisor, Application: application("o1")}))
	}
	return begun(append(h, more...)...)
}

func queued(id events.EnrolmentID, position int) events.EnrolmentWaitlisted {
	return events.EnrolmentWaitlisted{Enrolment: id, Position: position, Reason: "capacity"}
}

func TestAcceptEnrolment(t *testing.T) {
	accept := AcceptEnrolment{"e1"}
	follows := []events.Event{events.EnrolmentAccepted(accept)}
	limit := events.EnrolmentOpened{Track: events.Reverse, Part: events.Newcomer, Capacity: 1, Form: 1, Months: 6}
	for name, s := range map[string]spec{
		"a seat is free":                 {given: waiting(1), when: accept, then: follows},
		"asking twice is quiet":          {given: waiting(1, follows[0]), when: accept},
		"no seat is free":                {given: waiting(1, events.EnrolmentAccepted{Enrolment: "e2"}), when: accept, refused: NoSeatLeft},
		"a seat was given back":          {given: waiting(1, events.EnrolmentAccepted{Enrolment: "e2"}, events.EnrolmentWithdrawn{Enrolment: "e2"}), when: accept, then: follows},
		"who waits is promoted":          {given: waiting(1, queued("e1", 1)), when: accept, refused: StillWaiting},
		"who was declined is not":        {given: waiting(1, events.EnrolmentDeclined{Enrolment: "e1"}), when: accept, refused: NotLive},
		"who withdrew consent is not":    {given: waiting(1, events.ConsentWithdrawn{Person: anne, Purpose: Participation}), when: accept, refused: ConsentMissing},
		"who was erased is not":          {given: waiting(1, whole(events.PersonErased{Person: anne})), when: accept, refused: Erased},
		"the limit may have changed":     {given: begun(newcomers, consented(anne, 1), applied("e1", newcomer(12)), limit), when: accept, refused: NoNewcomer},
		"nobody accepts themselves":      {given: waiting(1), by: anne, when: accept, refused: NotYours},
		"it is there":                    {given: waiting(1), when: AcceptEnrolment{"e9"}, refused: NotFound},
		"in this cohort":                 {given: waiting(1), in: "c99", when: accept, refused: CohortNotOpened},
		"nobody is accepted after it":    {given: waiting(1, events.CohortCompleted{}), when: accept, refused: CohortOver},
		"closing enrolment does no harm": {given: waiting(1, events.EnrolmentClosed{Track: events.Peer, Part: events.Supervisor}), when: accept, then: follows},
	} {
		t.Run(name, s.run)
	}
}

func TestDeclineEnrolment(t *testing.T) {
	decline := DeclineEnrolment{"e1", "not-eligible"}
	follows := []events.Event{events.EnrolmentDeclined(decline)}
	for name, s := range map[string]spec{
		"a coordinator declines":      {given: waiting(1), when: decline, then: follows},
		"also who waits":              {given: waiting(1, queued("e1", 1)), when: decline, then: follows},
		"asking twice is quiet":       {given: waiting(1, follows[0]), when: decline},
		"who has a seat keeps it":     {given: waiting(1, events.EnrolmentAccepted{Enrolment: "e1"}), when: decline, refused: HasSeat},
		"who withdrew is not asked":   {given: waiting(1, events.EnrolmentWithdrawn{Enrolment: "e1"}), when: decline, refused: NotLive},
		"a reason is on its list":     {given: waiting(1), when: DeclineEnrolment{"e1", "because"}, refused: CodeUnknown},
		"a participant declines none": {given: waiting(1), by: matti, when: decline, refused: NotYours},
	} {
		t.Run(name, s.run)
	}
}

func TestWaitlistEnrolment(t *testing.T) {
	wait := WaitlistEnrolment{"e3", "capacity"}
	for name, s := range map[string]spec{
		"the first in the queue":       {given: waiting(1), when: wait, then: []events.Event{queued("e3", 1)}},
		"the next one":                 {given: waiting(1, queued("e2", 1)), when: wait, then: []events.Event{queued("e3", 2)}},
		"the queue moves up":           {given: waiting(1, queued("e2", 1), events.EnrolmentWithdrawn{Enrolment: "e2"}), when: wait, then: []events.Event{queued("e3", 1)}},
		"asking twice is quiet":        {given: waiting(1, queued("e3", 1)), when: wait},
		"who has a seat keeps it":      {given: waiting(1, events.EnrolmentAccepted{Enrolment: "e3"}), when: wait, refused: HasSeat},
		"who was declined won't wait":  {given: waiting(1, events.EnrolmentDeclined{Enrolment: "e3"}), when: wait, refused: NotLive},
		"a reason is on its list":      {given: waiting(1), when: WaitlistEnrolment{"e3", "because"}, refused: CodeUnknown},
		"a participant orders no wait": {given: waiting(1), by: liisa, when: wait, refused: NotYours},
	} {
		t.Run(name, s.run)
	}
}

func TestPromoteEnrolment(t *testing.T) {
	promote, later := PromoteEnrolment{"e2", ""}, PromoteEnrolment{"e3", ""}
	over := PromoteEnrolment{"e3", "balance"}
	taken := events.EnrolmentAccepted{Enrolment: "e1"}
	free := events.EnrolmentWithdrawn{Enrolment: "e1", Reason: "no-time"}
	queue := []any{queued("e2", 1), queued("e3", 2)}
	for name, s := range map[string]spec{
		"the next in the queue":         {given: waiting(1, queue...), when: promote, then: []events.Event{events.EnrolmentPromoted(promote)}},
		"when a seat was given back":    {given: waiting(1, append(queue, taken, free)...), when: promote, then: []events.Event{events.EnrolmentPromoted(promote)}},
		"asking twice is quiet":         {given: waiting(1, append(queue, events.EnrolmentPromoted(promote))...), when: promote},
		"nobody is passed over":         {given: waiting(1, queue...), when: later, refused: NotNext},
		"but with a reason":             {given: waiting(1, queue...), when: over, then: []events.Event{events.EnrolmentPromoted(over)}},
		"that is on its list":           {given: waiting(1, queue...), when: PromoteEnrolment{"e3", "because"}, refused: CodeUnknown},
		"who was erased is passed":      {given: waiting(1, append(queue, whole(events.PersonErased{Person: matti}))...), when: later, then: []events.Event{events.EnrolmentPromoted(later)}},
		"no seat is free":               {given: waiting(1, append(queue, taken)...), when: promote, refused: NoSeatLeft},
		"who does not wait":             {given: waiting(1), when: promote, refused: NotWaiting},
		"who no longer agrees":          {given: waiting(1, append(queue, events.ConsentWithdrawn{Person: matti, Purpose: Participation})...), when: promote, refused: ConsentMissing},
		"a participant promotes nobody": {given: waiting(1, queue...), by: matti, when: promote, refused: NotYours},
	} {
		t.Run(name, s.run)
	}
}

// TestWhoComesBackChoosesAnew holds a place at a gathering to one person: it is
// given back with the seat in the cohort.
func TestWhoComesBackChoosesAnew(t *testing.T) {
	meetup := events.GatheringScheduled{Gathering: "g1", Kind: events.Meetup, StartsAt: noon.AddDate(0, 1, 0), EndsAt: noon.AddDate(0, 1, 1),
		Modes: []events.Seating{{Mode: events.Lab, Capacity: 1}}}
	choose := ChooseAttendance{"g1", events.Lab}
	chosen := func(p events.PersonID) any {
		return by(p, events.AttendanceChosen{Gathering: "g1", Person: p, Mode: events.Lab})
	}
	back := []any{meetup, events.EnrolmentAccepted{Enrolment: "e1"}, events.EnrolmentAccepted{Enrolment: "e2"}, chosen(anne),
		events.ParticipantDroppedOut{Person: anne, Track: events.Peer, Reason: "workload"}, chosen(matti),
		by(anne, events.EnrolmentSubmitted{Enrolment: "e4", Person: anne, Track: events.Peer, Part: events.Supervisor, Application: application("o1")}),
		events.EnrolmentAccepted{Enrolment: "e4"}}
	for name, s := range map[string]spec{
		"the place was taken meanwhile": {given: waiting(3, back...), by: anne, when: choose, refused: GatheringFull},
		"by somebody who keeps it":      {given: waiting(3, back...), by: matti, when: choose},
	} {
		t.Run(name, s.run)
	}
}
