package programme

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"kolmikko/events"
)

// forAnybody names what anybody registered may do without a role and without a
// seat in a cohort, each about themselves or by their own hand.
var forAnybody = []string{"register-person", "amend-person", "submit-wish", "submit-enrolment", "give-consent", "withdraw-consent",
	"submit-comment", "choose-attendance", "record-attendance", "decline-nudges", "welcome-nudges"}

// quiet is what is so already of the one who asks in this test.
var quiet = []string{"register-person", "welcome-nudges"}

// TestWhoMayDoWhat asks every command in the name of somebody without a role
// and without a seat, of somebody who is not registered, of somebody erased and
// of each actor that is no person.
func TestWhoMayDoWhat(t *testing.T) {
	s := fold(peopled())
	for _, f := range Forms() {
		t.Run(f.Name(), func(t *testing.T) {
			got := asked(t, s, f, pia)
			switch open := slices.Contains(forAnybody, f.Name()); {
			case open && got.brought == 0 && !slices.Contains(quiet, f.Name()):
				t.Error("brings nothing for anybody")
			case !open && got.brought > 0:
				t.Errorf("brings something %d times for somebody who has no part in it", got.brought)
			case !open && got.rules[NotYours]+got.rules[NotParticipant]+got.rules[NotActive] == 0:
				t.Errorf("is not refused for who asks, but by %v", got.rules)
			}
			if got := asked(t, s, f, stranger); got.brought > 0 != (f.Name() == "register-person") {
				t.Errorf("brings something %d times for somebody who is not registered", got.brought)
			}
			if got := asked(t, s, f, kai); got.brought > 0 {
				t.Error("brings something for somebody erased")
			}
			for actor, may := range actorsMay {
				if got := asked(t, s, f, actor); got.brought > 0 && !slices.Contains(may, f.Name()) {
					t.Errorf("brings something for the %s", actor)
				}
			}
		})
	}
}

// actorsMay says what those may do who are no person.
var actorsMay = map[events.PersonID][]string{
	events.Operator:   {},
	events.Clock:      {"announce-phase", "start-phase", "complete-phase", "close-enrolment", "close-survey"},
	events.Engine:     {"record-matching"},
	events.Import:     {},
	events.Notify:     {"send-nudge"},
	events.Respondent: {"give-feedback"},
}

// peopled is a programme in which there is something to do for every command:
// pia is registered and no more, and kai was erased.
func peopled() given {
	groups := events.GroupsPublished{Run: "run0", Track: events.Peer, Groups: []events.Group{
		{Group: "t01", Members: []events.PersonID{anne, matti, liisa}}}}
	run := events.MatchingRun{Run: "run1", Track: events.Reverse, Groups: []events.ProposedGroup{{Group: "r01", Members: []events.PersonID{anne, matti}}}}
	items := []events.Item{{Item: "i1", Version: 1, Scale: events.YesNo, Question: events.Text{"fi": "?"}}}
	h := append(enrolled(anne, matti, liisa, olli, pekka), groups, run, newcomers,
		events.MatchingFrozen{Track: events.Reverse, Enrolments: []events.EnrolmentID{"e1"}, InputDigest: DigestOf(nil)},
		events.SurveyOpened{Survey: "baseline", Stage: events.Baseline, Items: items, Closes: "2022-12-01"},
		by(anne, events.MeetingProposed{Meeting: "m1", Group: "t01", StartsAt: noon.AddDate(0, 0, 3), Minutes: 60, Mode: events.Lab}),
		by(anne, events.MeetingHeld{Meeting: "m2", Group: "t01", HeldAt: noon, Minutes: 60, Mode: events.Lab, Present: 2}),
		by(anne, events.GoalSet{Goal: "goal1", Theme: "wellbeing"}),
		by(pia, events.WishSubmitted{Wish: "w1", Themes: []events.Code{"wellbeing"}}),
		consented(pia, 1), announced("enrolment", "2022-09-01", "2022-10-30"), announced("review", "2022-09-10", "2022-10-30"),
		events.PhaseStarted{Phase: "enrolment"}, events.EvaluationPlanned{Primary: "ties", K: 5})
	for _, in := range []events.CohortID{"c22", events.WholeProgramme} {
		for _, e := range []events.Event{
			events.GatheringScheduled{Gathering: "g1", Kind: events.Meetup, StartsAt: noon.AddDate(0, 0, -1), EndsAt: noon.AddDate(0, 0, 9),
				Modes: []events.Seating{{Mode: events.Lab}, {Mode: events.Teams}}},
			events.MaterialPublished{Material: "mat1", Kind: "article"},
			events.CommentSubmitted{Comment: "c1", Material: "mat1"},
		} {
			h = append(h, events.Recorded{By: anne, Cohort: in, At: noon, Event: e})
		}
	}
	return begun(append(h, registered(pia), registered(kai), whole(events.NudgesDeclined{Person: liisa}), erased(kai))...)
}

// An outcome is what became of many commands of one form.
type outcome struct {
	brought int
	rules   map[string]int
}

// asked lets one person ask a command with many values.
func asked(t *testing.T, s *State, f Form, who events.PersonID) outcome {
	x, out := &chance{rest: rand.NewChaCha8([32]byte{1}), state: s, now: noon}, outcome{rules: map[string]int{}}
	for range 300 {
		x.cohort = "c22"
		if f.Scope == OfProgramme || f.Scope == OfEither && x.roll(2) == 0 {
			x.cohort = events.WholeProgramme
		}
		c := f.New()
		x.fill(c)
		then, err := c.Decide(s, Ask{By: who, At: noon, Cohort: x.cohort})
		refusal, refused := errors.AsType[Refusal](err)
		switch {
		case refused && len(then) > 0 || err != nil && !refused:
			t.Fatalf("%+v: %v, and %+v", c, err, then)
		case refused:
			out.rules[refusal.Rule]++
		case len(then) > 0:
			out.brought++
		}
	}
	return out
}
