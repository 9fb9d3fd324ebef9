package programme

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"kolmikko/events"
)

// A spec is one example of a rule: given what has happened, when a command
// comes in, then these events follow. With refused, the rule says no instead;
// with neither, all is as asked already, and nothing follows. It is the
// coordinator who asks about the cohort "c22" at noon, unless by, in and at say
// otherwise.
type spec struct {
	given   given
	by      events.PersonID
	in      events.CohortID
	at      time.Time
	when    Command
	then    []events.Event
	refused string
}

// given is a history in which each event is one of these:
// an events.Event, which the coordinator did in the cohort c22 at noon, or
// an events.Recorded, which says more of itself.
type given []any

var noon = time.Date(2022, 10, 5, 12, 0, 0, 0, time.UTC)

// Pseudonyms that the examples are told with.
const (
	coordinator events.PersonID = "00000000-0000-4000-8000-0000000000c0"
	owner       events.PersonID = "00000000-0000-4000-8000-0000000000a0"
	host        events.PersonID = "00000000-0000-4000-8000-0000000000b0"
	evaluator   events.PersonID = "00000000-0000-4000-8000-0000000000e0"
	protector   events.PersonID = "00000000-0000-4000-8000-0000000000d0"
	anne        events.PersonID = "00000000-0000-4000-8000-000000000001"
	matti       events.PersonID = "00000000-0000-4000-8000-000000000002"
	liisa       events.PersonID = "00000000-0000-4000-8000-000000000003"
	olli        events.PersonID = "00000000-0000-4000-8000-000000000004"
	pekka       events.PersonID = "00000000-0000-4000-8000-000000000005"
	stranger    events.PersonID = "00000000-0000-4000-8000-0000000000ff"
)

func (s spec) run(t *testing.T) {
	t.Helper()
	state := fold(s.given)
	ask := Ask{cmp.Or(s.by, coordinator), s.at, cmp.Or(s.in, "c22")}
	if ask.At.IsZero() {
		ask.At = noon
	}
	then, err := s.when.Decide(state, ask)
	if diff := gocmp.Diff(s.then, then, cmpopts.EquateEmpty(), gocmp.AllowUnexported(events.Personal{})); diff != "" {
		t.Errorf("what follows differs (-want +got):\n%s", diff)
	}
	if refusal, _ := errors.AsType[Refusal](err); refusal.Rule != s.refused || err != nil && s.refused == "" {
		t.Errorf("refused by %q (%v); want %q", refusal.Rule, err, s.refused)
	}
	for _, e := range then {
		if err := events.Check(e); err != nil {
			t.Errorf("%s can't be written: %v", events.KindOf(e), err)
		}
	}
	if !reflect.DeepEqual(state, fold(s.given)) {
		t.Error("deciding has changed the state")
	}
}

// fold makes the state of a history; places count from 1.
func fold(history given) *State {
	s := new(State)
	for i, e := range history {
		r, ok := e.(events.Recorded)
		if !ok {
			r = events.Recorded{By: coordinator, Cohort: "c22", At: noon, Event: e.(events.Event)}
		}
		r.Place = uint64(i + 1)
		s.Evolve(r)
	}
	return s
}

// by is an event that somebody else than the coordinator did.
func by(who events.PersonID, e events.Event) events.Recorded {
	return events.Recorded{By: who, Cohort: "c22", At: noon, Event: e}
}

// whole is an event of no cohort.
func whole(e events.Event) events.Recorded {
	return events.Recorded{By: owner, Cohort: events.WholeProgramme, At: noon, Event: e}
}

// begun is a programme with people in its roles and an open cohort c22, which
// runs from October 2022 to May 2023 on both tracks.
func begun(more ...any) given {
	h := given{}
	for _, grant := range []events.RoleGranted{{Person: owner, Role: events.Owner}, {Person: coordinator, Role: events.Coordinator},
		{Person: host, Role: events.Host}, {Person: evaluator, Role: events.Evaluator}, {Person: protector, Role: events.Protector}} {
		h = append(h, whole(events.PersonRegistered{Person: grant.Person, Language: "fi",
			Name: events.Personal{Of: grant.Person, Box: []byte{1}}}), whole(grant))
	}
	for _, who := range []events.PersonID{anne, matti, liisa, olli, pekka} {
		h = append(h, whole(events.PersonRegistered{Person: who, Language: "fi", Name: events.Personal{Of: who, Box: []byte{1}}}))
	}
	for i, name := range []string{"Esimerkkivirasto", "Mallilaitos", "Kuvitteellinen keskus"} {
		h = append(h, whole(events.OrganisationRegistered{Organisation: events.OrganisationID(fmt.Sprint("o", i+1)),
			About: events.Organisation{Name: events.Text{"fi": name}, Branch: "vm", Region: "uusimaa", Size: i}}))
	}
	h = append(h,
		whole(events.ProgrammeProposed{Title: events.Text{"fi": "Vertaismentorointi"}, Goals: []events.Text{{"fi": "Verkostot"}}}),
		whole(events.ProgrammeLaunched{StartsOn: "2022-08-01", EndsOn: "2023-12-31", Tracks: []events.Track{events.Peer, events.Reverse},
			Principles: []events.Text{{"fi": "Luottamuksellisuus"}}}),
		events.CohortOpened{Title: events.Text{"fi": "2022–2023"}, StartsOn: "2022-10-01", EndsOn: "2023-05-31",
			Tracks: []events.Track{events.Peer, events.Reverse}, TimeZone: "Europe/Helsinki"},
		whole(events.PrinciplesPublished{Version: 1, Text: events.Text{"fi": "Luottamuksellisuus"}}))
	return append(h, more...)
}

// enrolled is the given people accepted on the peer track, of organisations o1,
// o2, o3, o1, …, with consent and the principles accepted.
func enrolled(people ...events.PersonID) []any {
	h := []any{events.EnrolmentOpened{Track: events.Peer, Part: events.Supervisor, Capacity: 90, Form: 1}}
	for i, p := range people {
		id := events.EnrolmentID(fmt.Sprint("e", i+1))
		h = append(h, by(p, events.ConsentGiven{Person: p, Purpose: "participation", TextVersion: 1}),
			by(p, events.EnrolmentSubmitted{Enrolment: id, Person: p, Track: events.Peer, Part: events.Supervisor,
				Application: application(events.OrganisationID(fmt.Sprint("o", i%3+1)))}),
			events.EnrolmentAccepted{Enrolment: id},
			by(p, events.PrinciplesAccepted{Person: p, Version: 1}))
	}
	return h
}

func application(home events.OrganisationID) events.Application {
	return events.Application{Organisation: home, Region: "uusimaa", Languages: []events.Code{"fi"},
		Themes: []events.Code{"leading-change"}, Slots: events.Slots()[:4], Mode: events.Either, Experience: 1}
}

// grouped is three of them enrolled and published as the group t01.
func grouped(a, b, c events.PersonID) []any {
	members := []events.PersonID{a, b, c}
	return append(enrolled(members...), events.GroupsPublished{Run: "run1", Track: events.Peer,
		Groups: []events.Group{{Group: "t01", Members: members}}})
}
