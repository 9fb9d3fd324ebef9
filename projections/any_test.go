package projections

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kolmikko/events"
)

// questions are what is asked of every view.
func questions() (all []Of) {
	for _, c := range []events.CohortID{"2022", "2023", events.WholeProgramme, "", "2031"} {
		for _, p := range []events.PersonID{"", "anne", "nobody"} {
			all = append(all, Of{Programme: "p-1", Cohort: c, Person: p, At: day("2022-11-01"), Days: 20})
		}
	}
	return append(all, Of{Programme: "p-2", Cohort: "2022"}, Of{Programme: "p-3"})
}

// answers returns what a view shows of every question.
func answers(t *rapid.T, entry Entry, view Kept) (all []string) {
	if err := view.Err(); err != nil {
		t.Fatalf("%s %v", entry.Name, err)
	}
	for _, of := range questions() {
		what, there := view.Show(of)
		all = append(all, fmt.Sprintf("%v %v %s", of, there, written(what)))
	}
	return all
}

func taken(entry Entry, histories ...[]events.Recorded) Kept {
	view := entry.New()
	for _, h := range histories {
		for _, r := range h {
			_ = view.Take(r)
		}
	}
	return view
}

// TestAnyHistory gives every view whatever may stand in a history. None breaks;
// the history shows the same whole, in two parts that overlap, and delivered
// twice; and what was shown of its beginning stays as it was shown.
func TestAnyHistory(t *testing.T) {
	for _, entry := range Catalogue() {
		t.Run(entry.Name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				history := anyHistory(t, 60)
				split := rapid.IntRange(0, len(history)).Draw(t, "split")
				want := answers(t, entry, taken(entry, history))

				parted := taken(entry, history[:split])
				var shown []any
				for _, of := range questions() {
					what, _ := parted.Show(of)
					shown = append(shown, what)
				}
				before := written(shown)
				for _, r := range history[max(0, split-5):] {
					_ = parted.Take(r)
				}
				same(t, "in two parts", answers(t, entry, parted), want)
				if after := written(shown); after != before {
					t.Fatalf("what was shown has changed from\n%s\nto\n%s", before, after)
				}
				same(t, "delivered twice", answers(t, entry, taken(entry, history, history)), want)
			})
		})
	}
}

func same(t *rapid.T, how string, got, want []string) {
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("%s, the history shows\n%s\ninstead of\n%s", how, got[i], want[i])
		}
	}
}

// TestCorrected holds every view to what corrections are for: a record that was
// corrected shows as one that said the truth at once, apart from the marks of
// the correction.
func TestCorrected(t *testing.T) {
	for _, kind := range correctable {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				c := &chance{t: t}
				i, truth := c.wrong(kind)
				honest := slices.Clone(c.history)
				honest[i].Event = truth
				correction, err := events.Correct(c.history[i].Place, truth, "mistyped")
				if err != nil {
					t.Fatal(err)
				}
				r := c.history[i]
				r.Place, r.ID, r.Event = uint64(len(honest)+1), "correction", correction
				for _, entry := range Catalogue() {
					if entry.Name == "history" {
						continue // shows what was said, and by its side what is true
					}
					for _, of := range []Of{{Programme: "p-1"}, {Programme: "p-1", Cohort: "2022", Person: personOf(entry), At: day("2022-09-01")}} {
						got, _ := taken(entry, c.history, []events.Recorded{r}).Show(of)
						want, _ := taken(entry, honest).Show(of)
						if got, want := unmarked(written(got)), unmarked(written(want)); got != want {
							t.Fatalf("corrected, %s shows\n%s\ninstead of\n%s", entry.Name, got, want)
						}
					}
				}
			})
		})
	}
}

// personOf returns somebody to ask a view about, if it is about somebody.
func personOf(e Entry) events.PersonID {
	if e.Scope == ScopePerson {
		return "anne"
	}
	return ""
}

// wrong makes a history without corrections, and returns which record of it is
// wrong and what it should have said.
func (c *chance) wrong(kind events.Kind) (int, events.Event) {
	begun := map[string]bool{}
	some := func(n int, kinds ...events.Kind) {
		for range n {
			before := len(c.history)
			if c.add(pick(c, kinds...)); len(c.history) == before {
				continue
			}
			last := c.history[len(c.history)-1]
			kind, id := events.KindOf(last.Event), ""
			if slices.Contains(beginnings, kind) {
				id = string(kind) + reflect.ValueOf(last.Event).Field(0).String()
			}
			if kind == "record-corrected" || begun[id] {
				c.history = c.history[:before]
			}
			begun[id] = id != ""
		}
	}
	some(rapid.IntRange(0, 30).Draw(c.t, "before"), slices.Concat(frequent, events.Kinds())...)
	i := len(c.history)
	for len(c.history) == i {
		some(1, kind)
		if len(c.history) == i {
			begun = map[string]bool{} // this one shall be
			c.history, i = nil, 0
		}
	}
	c.history[i].Programme, c.history[i].Cohort = "p-1", "2022"
	some(rapid.IntRange(0, 30).Draw(c.t, "after"), slices.Concat(frequent, events.Kinds())...)
	return i, c.truth(c.history[i].Event)
}

// beginnings happen to one thing once only.
var beginnings = []events.Kind{
	"enrolment-submitted", "gathering-scheduled", "goal-set", "material-published", "survey-opened", "comment-submitted",
}

// correctable is what views can correct; what it is a record of stays.
var correctable = []events.Kind{
	"meeting-held", "attendance-recorded", "attendance-chosen", "goal-rated", "goal-set", "meeting-proposed", "meeting-agreed",
	"meeting-moved", "meeting-cancelled", "gathering-scheduled", "gathering-moved", "gathering-cancelled", "material-published",
	"material-retired", "phase-announced", "group-themes-agreed", "group-agreement-reached", "concern-raised",
	"organisation-registered", "organisation-amended", "enrolment-submitted", "enrolment-amended", "enrolment-declined",
	"participant-dropped-out", "survey-opened", "phase-rescheduled", "wish-themed", "principles-published",
}

// truth returns what a record should have said.
func (c *chance) truth(was events.Event) events.Event {
	v := reflect.New(reflect.TypeOf(was)).Elem()
	v.Set(reflect.ValueOf(c.event(events.KindOf(was))))
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		if t := v.Field(i).Type().Name(); strings.HasSuffix(t, "ID") || name == "Phase" || name == "Track" || name == "Part" {
			v.Field(i).Set(reflect.ValueOf(was).Field(i))
		}
	}
	return v.Interface().(events.Event)
}

// marks are where a view says that it was corrected.
var marks = regexp.MustCompile(`,?"corrected":(\d+|\[[^\]]*\])`)

func unmarked(answer string) string { return marks.ReplaceAllString(answer, "") }
