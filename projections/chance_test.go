package projections

import (
	"fmt"
	"reflect"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"pgregory.net/rapid"

	"kolmikko/events"
)

// chance makes events of any kind, whether or not the rules would let them
// happen: a view must take in whatever it is given. Ids come from a few, so that
// events are about each other.
type chance struct {
	t       *rapid.T
	history []events.Recorded
}

// anyHistory returns a history of at most n events.
func anyHistory(t *rapid.T, n int) []events.Recorded {
	c := &chance{t: t}
	for range rapid.IntRange(0, n).Draw(t, "length") {
		c.another()
	}
	return c.history
}

func pick[T any](c *chance, from ...T) T { return rapid.SampledFrom(from).Draw(c.t, "") }

// another adds an event, as the codec reads it.
func (c *chance) another() {
	kind := pick(c, events.Kinds()...)
	if rapid.IntRange(0, 2).Draw(c.t, "") == 0 {
		kind = pick(c, frequent...)
	}
	c.add(kind)
}

func (c *chance) add(kind events.Kind) {
	e := c.event(kind)
	if e == nil {
		return
	}
	n := len(c.history) + 1
	r := events.Recorded{
		Place: uint64(n), ID: fmt.Sprintf("e-%d", n), At: day("2022-09-01").Add(time.Duration(n) * 7 * time.Hour),
		Programme: pick(c, events.ProgrammeID("p-1"), "p-1", "p-1", "p-2"), Cohort: pick(c, chanceCohorts...),
		By: c.value(reflect.TypeFor[events.PersonID]()).Interface().(events.PersonID), Event: e,
	}
	if n > 1 && kind == "nudge-sent" {
		r.Causation = fmt.Sprintf("e-%d", rapid.IntRange(1, n-1).Draw(c.t, ""))
	}
	line, err := events.Encode(r)
	if err == nil {
		r, err = events.Decode(r.Place, line)
	}
	if err != nil {
		c.t.Fatal(err)
	}
	c.history = append(c.history, r)
}

var chanceCohorts = []events.CohortID{"2022", "2022", "2022", "2023", events.WholeProgramme}

// frequent is what makes other events matter.
var frequent = []events.Kind{
	"enrolment-submitted", "enrolment-accepted", "groups-published", "groups-repaired", "meeting-proposed", "meeting-agreed",
	"meeting-held", "gathering-scheduled", "attendance-chosen", "attendance-recorded", "goal-set", "goal-rated",
	"material-published", "comment-submitted", "survey-opened", "participant-dropped-out", "record-corrected", "nudge-sent",
}

// event returns an event of a kind, or nil if there is nothing yet to correct.
func (c *chance) event(kind events.Kind) events.Event {
	if kind == "record-corrected" {
		return c.correction()
	}
	v := reflect.ValueOf(blank(kind))
	made := reflect.New(v.Type()).Elem()
	made.Set(c.value(v.Type()))
	return made.Interface().(events.Event)
}

// correction corrects an earlier record, in the same history.
func (c *chance) correction() events.Event {
	if len(c.history) == 0 {
		return nil
	}
	r := pick(c, c.history...)
	kind := events.KindOf(r.Event)
	if class, _ := events.ClassOf(kind); class == events.Expressed || kind == "record-corrected" {
		return nil
	}
	e, err := events.Correct(r.Place, c.event(kind), "mistyped")
	if err != nil {
		c.t.Fatal(err)
	}
	return e
}

// blank returns the zero event of a kind, found by the one door that makes
// events of kinds: a correction's truth.
func blank(kind events.Kind) events.Event {
	e, err := (events.RecordCorrected{Record: kind, Truth: jsontext.Value("{}")}).True()
	if err != nil {
		panic(err)
	}
	return e
}

// value returns a value of a type that events have.
func (c *chance) value(t reflect.Type) reflect.Value {
	v := reflect.New(t).Elem()
	if some, listed := few[t]; listed {
		v.SetString(pick(c, some...))
		return v
	}
	switch v.Addr().Interface().(type) {
	case *time.Time:
		return reflect.ValueOf(day("2022-09-01").Add(time.Duration(rapid.IntRange(0, 200).Draw(c.t, "")) * 20 * time.Hour))
	case *events.Personal:
		return reflect.ValueOf(box(pick(c, events.PersonID("anne"), "matti")))
	case *events.Text:
		return reflect.ValueOf(fi(pick(c, "yksi", "kaksi")))
	}
	switch t.Kind() {
	case reflect.String: // an id
		v.SetString(pick(c, "a", "b", "c"))
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(rapid.IntRange(0, 4).Draw(c.t, "")))
	case reflect.Uint64:
		v.SetUint(uint64(rapid.IntRange(1, 9).Draw(c.t, "")))
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(c.t, ""))
	case reflect.Struct:
		for i := range t.NumField() {
			v.Field(i).Set(c.value(t.Field(i).Type))
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(t, 0, 0))
		for range rapid.IntRange(0, 3).Draw(c.t, "") {
			v.Set(reflect.Append(v, c.value(t.Elem())))
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(t))
		v.SetMapIndex(c.value(t.Key()), c.value(t.Elem()))
	default:
		c.t.Fatalf("no chance of a %v", t)
	}
	return v
}

// few is what values of a type are drawn from.
var few = map[reflect.Type][]string{
	reflect.TypeFor[events.PersonID]():      {"anne", "matti", "liisa", "pekka"},
	reflect.TypeFor[events.Track]():         {"peer", "reverse"},
	reflect.TypeFor[events.Part]():          {"supervisor", "newcomer"},
	reflect.TypeFor[events.Mode]():          {"lab", "teams", "none"},
	reflect.TypeFor[events.Slot]():          {"mon-am", "fri-pm"},
	reflect.TypeFor[events.Role]():          {"owner", "host"},
	reflect.TypeFor[events.Phase]():         {"enrolment", "opening", "closing"},
	reflect.TypeFor[events.Date]():          {"2022-09-01", "2022-10-05", "2023-05-31"},
	reflect.TypeFor[events.Digest]():        {string(sum)},
	reflect.TypeFor[events.Link]():          {"https://example.org/page"},
	reflect.TypeFor[events.Name]():          {"Example Name"},
	reflect.TypeFor[events.Stage]():         {"baseline", "pulse"},
	reflect.TypeFor[events.Scale]():         {"agreement"},
	reflect.TypeFor[events.GatheringKind](): {"opening", "meetup"},
	reflect.TypeFor[events.MaterialKind]():  {"article", "video"},
}

// written returns the canonical JSON of v.
func written(v any) string {
	text, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		panic(err)
	}
	return string(text)
}
