package events

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// words are the types of string whose every value is one word of a-z, 0-9 and
// hyphens: identifiers, codes and names of a list in this package. A new one is
// added here by somebody who has asked what it may say.
var words = []reflect.Type{
	reflect.TypeFor[PersonID](), reflect.TypeFor[OrganisationID](), reflect.TypeFor[WishID](),
	reflect.TypeFor[EnrolmentID](), reflect.TypeFor[RunID](), reflect.TypeFor[GroupID](),
	reflect.TypeFor[MeetingID](), reflect.TypeFor[GatheringID](), reflect.TypeFor[MaterialID](),
	reflect.TypeFor[CommentID](), reflect.TypeFor[SurveyID](), reflect.TypeFor[ItemID](),
	reflect.TypeFor[GoalID](), reflect.TypeFor[ReportID](), reflect.TypeFor[RespondentID](),
	reflect.TypeFor[ClusterID](), reflect.TypeFor[Code](), reflect.TypeFor[Kind](), reflect.TypeFor[Track](),
	reflect.TypeFor[Part](), reflect.TypeFor[Mode](), reflect.TypeFor[Slot](), reflect.TypeFor[Role](),
	reflect.TypeFor[Phase](), reflect.TypeFor[Stage](), reflect.TypeFor[Scale](),
	reflect.TypeFor[GatheringKind](), reflect.TypeFor[MaterialKind](),
}

// plainly are the other types that any class may hold.
var plainly = []reflect.Type{
	reflect.TypeFor[Date](), reflect.TypeFor[time.Time](),
	reflect.TypeFor[int](), reflect.TypeFor[int64](), reflect.TypeFor[uint64](), reflect.TypeFor[bool](),
}

// holds lists what a class may hold beside those.
var holds = map[Class][]reflect.Type{
	Sparse:    nil,
	Structure: {reflect.TypeFor[Digest]()},
	Values:    {reflect.TypeFor[Digest](), reflect.TypeFor[Name]()}, // the name is an engine's
	Public:    {reflect.TypeFor[Digest](), reflect.TypeFor[Text](), reflect.TypeFor[Link](), reflect.TypeFor[Name]()},
	Expressed: {reflect.TypeFor[Personal]()},
}

// walk returns what in t a class may not hold, each with its path. Where is the
// path of t itself.
func walk(t reflect.Type, class Class, where string) (bad []string) {
	switch {
	case slices.Contains(words, t), slices.Contains(plainly, t), slices.Contains(holds[class], t):
		return nil
	case t.Kind() == reflect.Slice && t.Elem().Kind() != reflect.Uint8:
		return walk(t.Elem(), class, where+"[]")
	case t.Kind() == reflect.Map && class == Values:
		if !slices.Contains(words, t.Key()) || t.Elem() != reflect.TypeFor[int64]() {
			return []string{where + " is a " + t.String()}
		}
		return nil
	case t.Kind() == reflect.Struct:
		for i := range t.NumField() {
			f := t.Field(i)
			at := where + "." + f.Name
			if !f.IsExported() || f.Anonymous || !strings.HasPrefix(string(f.Tag), `json:"`) || wireName(f) == "" {
				bad = append(bad, at+" has no name on the wire")
			}
			if f.Type == reflect.TypeFor[Personal]() && strings.Contains(where, ".") {
				bad = append(bad, at+" is too deep to be sealed")
			}
			bad = append(bad, walk(f.Type, class, at)...)
		}
		return bad
	}
	return []string{where + " is a " + t.String()}
}

// TestClassesAreHeld keeps text out of the kinds that must not carry any, for
// every event that can ever be built.
func TestClassesAreHeld(t *testing.T) {
	for _, e := range samples() {
		class, known := ClassOf(KindOf(e))
		if _, defined := holds[class]; !known || !defined {
			t.Errorf("%s has class %c", KindOf(e), class)
		}
		bad := walk(reflect.TypeOf(e), class, reflect.TypeOf(e).Name())
		if KindOf(e) == "record-corrected" { // its truth is of its record's class: TestCorrectionsAreChecked
			bad = slices.DeleteFunc(bad, func(s string) bool { return s == "RecordCorrected.Truth is a jsontext.Value" })
		}
		for _, b := range bad {
			t.Errorf("class %c: %s", class, b)
		}
	}
}

// TestWhatGroupsDoIsSparse holds the kinds of confidential conversations to the
// class that carries nothing.
func TestWhatGroupsDoIsSparse(t *testing.T) {
	for _, k := range strings.Fields(`group-agreement-reached group-agreement-assented group-themes-agreed concern-raised
		meeting-proposed meeting-accepted meeting-declined meeting-agreed meeting-moved meeting-cancelled meeting-held
		goal-set goal-rated`) {
		if class, _ := ClassOf(Kind(k)); class != Sparse {
			t.Errorf("%s has class %c", k, class)
		}
	}
}

// TestWalkRefuses shows that the walk can fail.
func TestWalkRefuses(t *testing.T) {
	type note string
	type deep struct {
		Text Personal `json:"text"`
	}
	cases := []struct {
		value   any
		allowed string // the classes that may hold it
	}{
		{struct {
			F string `json:"f"`
		}{}, ""},
		{struct {
			F note `json:"f"`
		}{}, ""},
		{struct {
			F []string `json:"f"`
		}{}, ""},
		{struct {
			F float64 `json:"f"`
		}{}, ""},
		{struct {
			F any `json:"f"`
		}{}, ""},
		{struct {
			F Event `json:"f"`
		}{}, ""},
		{struct {
			F fmt.Stringer `json:"f"`
		}{}, ""},
		{struct {
			F *int `json:"f"`
		}{}, ""},
		{struct {
			F []byte `json:"f"`
		}{}, ""},
		{struct {
			F jsontext.Value `json:"f"`
		}{}, ""},
		{struct {
			F json.RawMessage `json:"f"`
		}{}, ""},
		{struct {
			F map[Code]string `json:"f"`
		}{}, ""},
		{struct {
			F map[string]int64 `json:"f"`
		}{}, ""},
		{struct {
			F map[Code]any `json:"f"`
		}{}, ""},
		{struct{ F Code }{}, ""},
		{struct{ Code }{}, ""},
		{struct {
			f Code
		}{}, ""},
		{struct {
			F []deep `json:"f"`
		}{}, ""},
		{struct {
			F map[Code]int64 `json:"f"`
		}{}, "V"},
		{struct {
			F Name `json:"f"`
		}{}, "VP"},
		{struct {
			F Digest `json:"f"`
		}{}, "SVP"},
		{struct {
			F Text `json:"f"`
		}{}, "P"},
		{struct {
			F []Term `json:"f"`
		}{}, "P"},
		{struct {
			F Link `json:"f"`
		}{}, "P"},
		{deep{}, "E"},
		{struct {
			F []Answer `json:"f"`
		}{}, "SVPEX"},
	}
	for _, c := range cases {
		typ := reflect.TypeOf(c.value)
		for class := range holds {
			bad := walk(typ, class, "Sample")
			if may := strings.ContainsRune(c.allowed, rune(class)); may != (len(bad) == 0) {
				t.Errorf("class %c, %s: %q", class, typ, bad)
			}
		}
	}
}

// TestRuleForRefusesTheRest keeps what no class may hold from being given a
// check that lets it through.
func TestRuleForRefusesTheRest(t *testing.T) {
	for _, typ := range []reflect.Type{
		reflect.TypeFor[float64](), reflect.TypeFor[any](), reflect.TypeFor[*Code](), reflect.TypeFor[[]byte](),
		reflect.TypeFor[[2]Code](), reflect.TypeFor[func()](), reflect.TypeFor[map[Code]any](),
		reflect.TypeFor[struct{ F float32 }](), reflect.TypeFor[uint8](),
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("there is a rule for %s", typ)
				}
			}()
			ruleFor(typ)
		}()
	}
}
