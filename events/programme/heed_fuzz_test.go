package programme

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"kolmikko/events"
)

// FuzzHeed lets any sequence of commands about gatherings, material, surveys
// and people loose on a cohort, and holds its history to what must be true of
// every one. The script says who asks what, with which values, and when.
func FuzzHeed(f *testing.F) {
	for seed := range uint64(64) {
		chance, script := rand.NewChaCha8([32]byte{byte(seed)}), make([]byte, 3000)
		_, _ = chance.Read(script) // which never fails
		f.Add(script)
	}
	forms := slices.Concat(gatherForms(), heedForms())
	f.Fuzz(func(t *testing.T, script []byte) {
		script = script[:min(len(script), 4000)] // some 300 commands
		var history given
		for _, e := range begun(grouped(anne, matti, liisa)...) {
			history = append(history, asRecorded(e))
		}
		history = append(history, asRecorded(by(anne, events.ConsentGiven{Person: anne, Purpose: Ties, TextVersion: 1})))
		s, d := fold(history), &dice{script, noon}
		for len(d.script) > 0 {
			form := forms[d.roll(len(forms))]
			c := form.New()
			d.fill(reflect.ValueOf(c).Elem())
			d.now = d.now.Add(time.Duration(d.roll(24)) * time.Hour)
			ask := Ask{d.actor(form), d.now, []events.CohortID{"c22", "c22", "c22", events.WholeProgramme, "c99"}[d.roll(5)]}
			then, err := c.Decide(s, ask)
			if err != nil && then != nil {
				t.Fatalf("%s %+v: refused, and yet %+v", form.Name(), c, then)
			}
			if p := s.People[ask.By]; p != nil && p.Erased && then != nil {
				t.Fatalf("%s %+v: somebody erased brought %+v", form.Name(), c, then)
			}
			for _, e := range then {
				if err := events.Check(e); err != nil {
					t.Fatalf("%s %+v: %v", form.Name(), c, err)
				}
				r := events.Recorded{Place: uint64(len(history) + 1), By: ask.By, Cohort: ask.Cohort, At: d.now, Event: e}
				history = append(history, r)
				s.Evolve(r)
			}
			if again, _ := c.Decide(s, ask); again != nil {
				t.Fatalf("%s %+v: a second time brought %+v", form.Name(), c, again)
			}
		}
		if !reflect.DeepEqual(s, fold(history)) {
			t.Error("deciding has changed the state")
		}
		holdsHeed(t, s, history)
	})
}

// holdsHeed fails unless a history keeps to the rules that this file's commands
// are about.
func holdsHeed(t *testing.T, s *State, history given) {
	if s.Holders(events.Owner) == 0 {
		t.Error("no owner remains")
	}
	answered, nudged := map[[2]string]bool{}, map[events.PersonID]time.Time{}
	for _, h := range history {
		r := h.(events.Recorded)
		switch e := r.Event.(type) {
		case events.FeedbackGiven:
			if key := [2]string{string(e.Survey), string(e.Respondent)}; answered[key] {
				t.Errorf("%s answered %s twice", e.Respondent, e.Survey)
			} else {
				answered[key] = true
			}
		case events.NudgeSent:
			if last, before := nudged[e.Target]; before && r.At.Sub(last) < betweenNudges {
				t.Errorf("%s was reminded after %v", e.Target, r.At.Sub(last))
			}
			nudged[e.Target] = r.At
		case events.AttendanceRecorded:
			if g := s.Cohorts[r.Cohort].Gatherings[e.Gathering]; g.Cancelled {
				t.Errorf("somebody attended %s, which was cancelled", e.Gathering)
			}
		}
	}
	for _, c := range s.Cohorts {
		once := map[events.Stage]bool{}
		for _, v := range c.Surveys {
			if v.Stage != events.Pulse && once[v.Stage] {
				t.Errorf("two surveys of stage %s", v.Stage)
			}
			once[v.Stage] = true
		}
		for id, g := range c.Gatherings {
			holdsSeats(t, s, c, id, g)
		}
	}
}

func holdsSeats(t *testing.T, s *State, c *Cohort, id events.GatheringID, g *Gathering) {
	for _, offered := range g.Modes {
		taken := 0
		for p, m := range g.Chosen {
			if m == offered.Mode && !s.People[p].Erased {
				taken++
			}
		}
		if offered.Capacity > 0 && taken > offered.Capacity {
			t.Errorf("%d people on the %d places of %s in %s", taken, offered.Capacity, id, c.ID)
		}
	}
}

func asRecorded(e any) events.Recorded {
	if r, ok := e.(events.Recorded); ok {
		return r
	}
	return events.Recorded{By: coordinator, Cohort: "c22", At: noon, Event: e.(events.Event)}
}

var actors = []events.PersonID{coordinator, coordinator, coordinator, owner, host, evaluator, protector, anne, matti, liisa, olli,
	stranger, events.Clock, events.Notify, events.Respondent, ""}

// dice make values of what a script says, until it is used up.
type dice struct {
	script []byte
	now    time.Time
}

func (d *dice) roll(sides int) int {
	if len(d.script) == 0 {
		return 0
	}
	b := d.script[0]
	d.script = d.script[1:]
	return int(b) % sides
}

// actor returns who asks: every other time somebody who may.
func (d *dice) actor(f Form) events.PersonID {
	if may, one := map[string]events.PersonID{"send-nudge": events.Notify, "give-feedback": events.Respondent, "erase-person": protector,
		"choose-attendance": anne, "record-attendance": host, "schedule-gathering": coordinator}[f.Name()]; one && d.roll(2) == 0 {
		return may
	}
	return actors[d.roll(len(actors))]
}

// fill gives v any value that its type can have; those of one's own types are
// mostly ones that there are.
func (d *dice) fill(v reflect.Value) {
	pick := func(values any) { v.Set(reflect.ValueOf(values).Index(d.roll(reflect.ValueOf(values).Len()))) }
	switch v.Interface().(type) {
	case events.PersonID:
		pick(actors)
	case events.GatheringID:
		pick([]events.GatheringID{"g1", "g1", "g2", "g3", ""})
	case events.MaterialID:
		pick([]events.MaterialID{"mat1", "mat1", "mat2", ""})
	case events.CommentID:
		pick([]events.CommentID{"c1", "c2", "c9"})
	case events.SurveyID:
		pick([]events.SurveyID{"mid", "pulse-1", "pulse-2", "end", ""})
	case events.RespondentID:
		pick([]events.RespondentID{"r1", "r2", "r3", events.RespondentID(anne), "Anne", ""})
	case events.GoalID:
		pick([]events.GoalID{"goal1", "goal2", ""})
	case events.OrganisationID:
		pick([]events.OrganisationID{"o1", "o2", "o3", "o9"})
	case []events.Seating:
		pick([][]events.Seating{labOf2, labOf2[:1], labOf2[1:], {{Mode: events.Either, Capacity: -1}}, nil})
	case []events.Item:
		pick([][]events.Item{items, items[:1], items[1:], {{Item: "Kuka?"}}, nil})
	case []events.Answer:
		pick([][]events.Answer{{{Item: "perspectives", Value: 3}}, {{Item: "recommend", Value: 10}, {Item: "perspectives", Value: 1}}, {{Item: "recommend", Value: 11}}, nil})
	case events.Code:
		pick([]events.Code{"outdated", "outdated", "knows", "wellbeing", "own-request", "survey-open", "e-mail", "e-mail", "Ei mikään", ""})
	case events.Mode:
		pick([]events.Mode{events.Lab, events.Lab, events.Teams, events.Absent, events.Either, ""})
	case events.GatheringKind:
		pick([]events.GatheringKind{events.Meetup, events.Opening, events.ThemeGathering, events.Closing, "party"})
	case events.MaterialKind:
		pick(events.MaterialKinds())
	case events.Stage:
		pick(stages())
	case events.Track:
		pick([]events.Track{events.Peer, events.Reverse, ""})
	case events.Part:
		pick([]events.Part{events.Supervisor, events.Newcomer, ""})
	case events.Text:
		pick([]events.Text{{"fi": "Kyllä"}, {"fi": "Ei", "sv": "Nej"}, nil, {"fi": ""}})
	case events.Link:
		pick([]events.Link{"https://example.org/a", "https://example.org/b", "", "a"})
	case events.Name:
		pick([]events.Name{"CC0", "Example Speaker", "", "two\nlines"})
	case events.Digest:
		pick([]events.Digest{"", "0f"})
	case events.Date:
		pick([]events.Date{"2022-10-14", "2022-12-24", "2024-01-01", "", "soon"})
	case time.Time:
		v.Set(reflect.ValueOf(d.now.Add([]time.Duration{0, 1, 2, 48, 50, 24 * 365}[d.roll(6)] * time.Hour)))
	default:
		d.fillKind(v)
	}
}

func (d *dice) fillKind(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString([]string{"t01", "Kokeilimme tätä", "x", ""}[d.roll(4)])
	case reflect.Int:
		v.SetInt(int64(d.roll(9) - 3))
	case reflect.Bool:
		v.SetBool(d.roll(4) > 0)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), d.roll(3), 3))
		for i := range v.Len() {
			d.fill(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			d.fill(v.Field(i))
		}
	}
}
