package programme

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"kolmikko/events"
)

// A step of a story is what somebody asks at some time, and what follows, by
// kind; or the rule that refuses it.
type step struct {
	at      time.Time
	by      events.PersonID
	asks    Command
	then    []events.Kind
	refused string
}

// A story is told by deciding and evolving, as a journal would.
type story struct {
	t       *testing.T
	state   *State
	history given
}

func (s *story) tell(step step) {
	s.t.Helper()
	ask := Ask{step.by, step.at, "c22"}
	then, err := step.asks.Decide(s.state, ask)
	if r, _ := errors.AsType[Refusal](err); r.Rule != step.refused || err != nil && step.refused == "" {
		s.t.Fatalf("%T by %s: %v, want %q", step.asks, step.by, err, step.refused)
	}
	var kinds []events.Kind
	for _, e := range then {
		kinds = append(kinds, events.KindOf(e))
		s.record(ask, e)
	}
	if !slices.Equal(kinds, step.then) {
		s.t.Fatalf("%T by %s: %v follows, want %v", step.asks, step.by, kinds, step.then)
	}
	if again, _ := step.asks.Decide(s.state, ask); len(again) > 0 {
		s.t.Errorf("%T by %s: asking again brings %v", step.asks, step.by, again)
	}
}

// record writes an event, reads it back as a journal would hand it out, and
// takes that in.
func (s *story) record(ask Ask, e events.Event) {
	s.t.Helper()
	place := uint64(len(s.history) + 1)
	line, err := events.Encode(events.Recorded{Place: place, ID: fmt.Sprintf("00000000-0000-4000-8000-%012d", place), At: ask.At,
		Programme: "peer", Cohort: ask.Cohort, By: ask.By, Event: e})
	if err != nil {
		s.t.Fatal(err)
	}
	r, err := events.Decode(place, line)
	if err != nil {
		s.t.Fatal(err)
	}
	s.history = append(s.history, r)
	s.state.Evolve(r)
}

// TestGroupsLife tells what becomes of two triads: matched, overridden,
// published, agreed; they meet, move, cancel and forget; one loses a member and
// gets another; a record is corrected.
func TestGroupsLife(t *testing.T) {
	begin := reviewed()
	s := &story{t: t, state: fold(begin), history: slices.Clone(begin)}
	for _, step := range slices.Concat(matchingStory(), agreeingStory(), meetingStory(), repairStory()) {
		s.tell(step)
	}
	c := s.state.Cohorts["c22"]
	g := c.Groups["t01"]
	if want := []events.PersonID{olli, matti, stranger}; !slices.Equal(g.Members, want) {
		t.Errorf("the triad is %v, want %v", g.Members, want)
	}
	if g.Agreed != (Terms{3, 2}) || len(g.Left) != 1 || c.Meetings["m3"].Held.Present != 2 {
		t.Errorf("the triad ends as %+v, its unplanned meeting as %+v", g, c.Meetings["m3"])
	}
	if diff := gocmp.Diff(fold(s.history), s.state, cmpopts.EquateEmpty(), gocmp.AllowUnexported(events.Personal{}),
		gocmp.Comparer(func(a, b *time.Location) bool { return a.String() == b.String() })); diff != "" {
		t.Errorf("the history folds to another state:\n%s", diff)
	}
}

func kinds(k ...events.Kind) []events.Kind { return k }

func matchingStory() []step {
	owned := SecondOverride{"run1", matti, olli, events.HardOrganisation}
	return []step{
		{noon, anne, setting(nil), nil, NotYours},
		{noon, coordinator, setting(nil), kinds("matching-rules-set"), ""},
		{noon, coordinator, FreezeMatching(frozen), kinds("matching-frozen"), ""},
		{noon, coordinator, RecordMatching{ran}, nil, NotYours},
		{noon, events.Engine, RecordMatching{ran}, kinds("matching-run"), ""},
		{noon, coordinator, overriding(broke), nil, Unseconded},
		{noon, owner, owned, kinds("override-seconded"), ""},
		{noon, coordinator, overriding(swapped), kinds("matching-overridden"), ""},
		{noon, coordinator, PublishGroups{"run1"}, kinds("groups-published"), ""},
		{noon, coordinator, overriding(broke), nil, AlreadyPublished},
	}
}

func agreeingStory() []step { // t01 is olli, matti and liisa; t02 anne, pekka and eeva
	terms := AssentToTerms{"t01", 3, 2}
	return []step{
		{noon, olli, terms, kinds("group-agreement-assented"), ""},
		{noon, matti, terms, kinds("group-agreement-assented"), ""},
		{noon, coordinator, terms, nil, NotYours},
		{noon, liisa, terms, kinds("group-agreement-assented", "group-agreement-reached"), ""},
		{noon, liisa, AgreeThemes{"t01", []events.Code{"wellbeing"}, 1}, kinds("group-themes-agreed"), ""},
		{noon, matti, RaiseConcern{"t01", "no-common-time"}, kinds("concern-raised"), ""},
	}
}

func meetingStory() []step {
	later := ahead.AddDate(0, 0, 7)
	return []step{
		{noon, olli, ProposeMeeting{"t01", ahead, 90, events.Lab}, kinds("meeting-proposed"), ""},
		{noon, liisa, DeclineMeeting{"m1"}, kinds("meeting-declined"), ""},
		{noon, matti, AcceptMeeting{"m1"}, kinds("meeting-accepted", "meeting-agreed"), ""},
		{noon, liisa, MoveMeeting{"m1", later, 90, events.Teams}, kinds("meeting-moved"), ""},
		{noon, liisa, AcceptMeeting{"m1"}, kinds("meeting-accepted"), ""},
		{later, coordinator, HoldMeeting{"m1", "", later, 85, events.Teams, 3, nil}, nil, NotYours},
		{later.Add(time.Hour), matti, HoldMeeting{"m1", "", later, 85, events.Teams, 3, []events.Code{"wellbeing"}}, kinds("meeting-held"), ""},
		{later, olli, ProposeMeeting{"t01", later.AddDate(0, 0, 21), 60, events.Lab}, kinds("meeting-proposed"), ""},
		{later, olli, CancelMeeting{"m2", "illness"}, kinds("meeting-cancelled"), ""},
		{later.AddDate(0, 0, 30), liisa, HoldMeeting{"", "t01", later.AddDate(0, 0, 22), 60, events.Lab, 3, nil}, kinds("meeting-held"), ""},
	}
}

// repairStory goes on in December: liisa has a new post, and somebody who was
// waiting takes her place.
func repairStory() []step {
	december := time.Date(2022, 12, 1, 8, 0, 0, 0, time.UTC)
	comes := []events.Event{
		events.EnrolmentSubmitted{Enrolment: "e7", Person: stranger, Track: events.Peer, Part: events.Supervisor, Application: application("o3")},
		events.EnrolmentAccepted{Enrolment: "e7"}, events.PrinciplesAccepted{Person: stranger, Version: 1}}
	filled := RepairGroups{Track: events.Peer, Groups: []events.Group{{Group: "t01", Members: []events.PersonID{olli, matti, stranger}}}, Method: "by-hand"}
	fix := CorrectRecord{0, json.RawMessage(`{"present": 2}`), "wrong-count"}
	fix.Place = uint64(len(reviewed()) + 22) // the meeting that was not agreed beforehand
	var steps []step
	for _, e := range comes {
		steps = append(steps, step{december, stranger, happens{e}, kinds(events.KindOf(e)), ""})
	}
	return append([]step{
		{december, liisa, EndParticipation{"", events.Peer, "new-post"}, kinds("participant-dropped-out"), ""},
		{december, liisa, ProposeMeeting{"t01", december.AddDate(0, 0, 7), 60, events.Lab}, nil, NotYours},
		{december, coordinator, LockGroup{"t02", "works-well"}, kinds("group-locked"), ""},
	}, append(steps,
		step{december, anne, ConsentToMove{events.Peer}, kinds("move-consented"), ""},
		step{december, coordinator, filled, kinds("groups-repaired"), ""},
		step{december, olli, fix, kinds("record-corrected"), ""},
		step{december, coordinator, DissolveGroup{"t02", "too-few"}, nil, GroupIsLocked},
		step{december, coordinator, UnlockGroup{"t02", "drop-out"}, kinds("group-unlocked"), ""},
		step{december, coordinator, DissolveGroup{"t02", "too-few"}, kinds("group-dissolved"), ""},
	)...)
}

// happens is an event of other rules than a story is about; asked again it is
// quiet.
type happens struct{ events.Event }

func (h happens) Decide(s *State, _ Ask) ([]events.Event, error) {
	c := s.Cohorts["c22"]
	switch e := h.Event.(type) {
	case events.EnrolmentSubmitted:
		if c.Enrolments[e.Enrolment] != nil {
			return nil, nil
		}
	case events.EnrolmentAccepted:
		if c.Enrolments[e.Enrolment].Status == Accepted {
			return nil, nil
		}
	case events.PrinciplesAccepted:
		if c.Principles[e.Person] == e.Version {
			return nil, nil
		}
	}
	return facts(h.Event)
}
