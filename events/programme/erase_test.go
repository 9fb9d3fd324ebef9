package programme

import (
	"errors"
	"slices"
	"testing"
	"time"

	"kolmikko/events"
)

func TestErasePerson(t *testing.T) {
	erase := ErasePerson{anne, "own-request", noon}
	erased := events.PersonErased{Person: anne, Ground: "own-request", KeyDestroyedAt: noon}
	left := func(id events.EnrolmentID) events.Event {
		return events.EnrolmentWithdrawn{Enrolment: id, Reason: ErasedReason}
	}
	waiting := begun(events.EnrolmentOpened{Track: events.Reverse, Part: events.Newcomer, Capacity: 1, Form: 1},
		by(anne, events.EnrolmentSubmitted{Enrolment: "e1", Person: anne, Track: events.Reverse, Part: events.Newcomer, Application: application("o1")}))
	elsewhere := []any{
		events.Recorded{Cohort: "c23", Event: events.EnrolmentOpened{Track: events.Peer, Part: events.Supervisor, Capacity: 1, Form: 1}},
		events.Recorded{Cohort: "c23", By: anne, Event: events.EnrolmentSubmitted{Enrolment: "e1", Person: anne, Track: events.Peer, Part: events.Supervisor}},
	}
	const all = events.WholeProgramme
	for name, s := range map[string]spec{
		"nobody knows them any more":          {given: begun(), by: protector, in: all, when: erase, then: []events.Event{erased}},
		"a participant leaves their group":    {given: begun(grouped(anne, matti, liisa)...), by: protector, when: erase, then: []events.Event{events.ParticipantDroppedOut{Person: anne, Track: events.Peer, Group: "t01", Reason: ErasedReason}, erased}},
		"before there are groups, their seat": {given: begun(enrolled(anne)...), by: protector, when: erase, then: []events.Event{left("e1"), erased}},
		"or their place in the queue":         {given: waiting, by: protector, when: erase, then: []events.Event{left("e1"), erased}},
		"what is over is left as it was":      {given: begun(append(grouped(anne, matti, liisa), over)...), by: protector, in: all, when: erase, then: []events.Event{erased}},
		"erasing twice is quiet":              {given: begun(whole(erased)), by: protector, in: all, when: erase},
		"a coordinator may not":               {given: begun(), in: all, when: erase, refused: NotYours},
		"nor may the owner":                   {given: begun(), by: owner, in: all, when: erase, refused: NotYours},
		"nor do people erase themselves":      {given: begun(), by: anne, in: all, when: erase, refused: NotYours},
		"there is no such person":             {given: begun(), by: protector, in: all, when: ErasePerson{stranger, "own-request", noon}, refused: NotRegistered},
		"a reserved actor is no person":       {given: begun(), by: protector, in: all, when: ErasePerson{events.Clock, "own-request", noon}, refused: NotRegistered},
		"the last owner":                      {given: begun(), by: protector, in: all, when: ErasePerson{owner, "own-request", noon}, refused: LastOwner},
		"one of two owners": {given: begun(whole(events.RoleGranted{Person: anne, Role: events.Owner})), by: protector, in: all,
			when: erase, then: []events.Event{erased}},
		"a ground that nobody knows":           {given: begun(), by: protector, in: all, when: ErasePerson{anne, "annoying", noon}, refused: CodeUnknown},
		"it is asked where they take part":     {given: begun(enrolled(anne)...), by: protector, in: all, when: erase, refused: TakesPart},
		"they take part in two cohorts":        {given: begun(append(enrolled(anne), elsewhere...)...), by: protector, when: erase, refused: TakesPart},
		"the key is still there":               {given: begun(), by: protector, in: all, when: ErasePerson{Person: anne, Ground: "own-request"}, refused: Incomplete},
		"the key is to be destroyed some day":  {given: begun(), by: protector, in: all, when: ErasePerson{anne, "own-request", noon.Add(2 * time.Hour)}, refused: Unfit},
		"the key was destroyed under Napoleon": {given: begun(), by: protector, in: all, when: ErasePerson{anne, "own-request", noon.AddDate(-210, 0, 0)}, refused: Unfit},
		"the record came a day late": {given: begun(), by: protector, in: all, when: ErasePerson{anne, "own-request", noon.AddDate(0, 0, -1)},
			then: []events.Event{events.PersonErased{Person: anne, Ground: "own-request", KeyDestroyedAt: noon.AddDate(0, 0, -1)}}},
	} {
		t.Run(name, s.run)
	}
}

// TestNothingFollowsAnErasure asks every command, as somebody who was erased
// and had every role: none of them may do anything any more.
func TestNothingFollowsAnErasure(t *testing.T) {
	history := begun(grouped(anne, matti, liisa)...)
	for _, r := range events.Roles() {
		history = append(history, whole(events.RoleGranted{Person: anne, Role: r}))
	}
	history = append(history,
		events.ParticipantDroppedOut{Person: anne, Track: events.Peer, Group: "t01", Reason: ErasedReason},
		whole(events.PersonErased{Person: anne, Ground: "own-request", KeyDestroyedAt: noon}))
	s := fold(history)
	for _, f := range Forms() {
		for _, in := range []events.CohortID{"c22", events.WholeProgramme} {
			then, err := f.New().Decide(s, Ask{anne, noon, in})
			if _, refused := errors.AsType[Refusal](err); !refused || then != nil {
				t.Errorf("%s in %s by somebody erased: %v, %v", f.Name(), in, then, err)
			}
		}
	}
	if s.Has(anne, events.Owner) || len(s.TakesPartIn(anne)) > 0 || slices.Contains(s.Cohorts["c22"].Groups["t01"].Members, anne) {
		t.Error("something is left of them")
	}
}
