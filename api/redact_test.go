package api

import (
	"reflect"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"kolmikko/events/programme"
)

// TestRedacted fills in every form with a canary wherever text is personal, and
// looks for it in what tells commands apart.
func TestRedacted(t *testing.T) {
	for _, f := range programme.Forms() {
		cmd := f.New()
		planted := plant(reflect.ValueOf(cmd).Elem())
		before, err := json.Marshal(cmd)
		if err != nil {
			continue // a form that asks for JSON of its own
		}
		after, err := json.Marshal(redacted(cmd))
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Count(string(before), "kanarialintu"); got != planted {
			t.Errorf("%s: %d of %d texts are there before", f.Name(), got, planted)
		}
		if strings.Contains(string(after), "kanarialintu") {
			t.Errorf("%s: %s", f.Name(), after)
		}
		again, _ := json.Marshal(cmd)
		if string(again) != string(before) {
			t.Errorf("%s: the command itself was changed", f.Name())
		}
	}
	a := Answers{Token: "t", Text: "kanarialintu"}
	if text := said(t, redacted(a)); strings.Contains(text, "kanarialintu") || !strings.Contains(text, `"t"`) {
		t.Errorf("answers: %s", text)
	}
}

// plant puts a canary into every personal text of a struct, in one row where
// there are rows, and counts them.
func plant(v reflect.Value) (n int) {
	for i := range v.NumField() {
		field := v.Field(i)
		switch {
		case v.Type().Field(i).Tag.Get("personal") == "true":
			field.SetString("kanarialintu")
			n++
		case field.Kind() == reflect.Slice && field.Type().Elem().Kind() == reflect.Struct:
			field.Set(reflect.MakeSlice(field.Type(), 1, 1))
			n += plant(field.Index(0))
		case field.Kind() == reflect.Struct && field.Type().PkgPath() != "time":
			n += plant(field)
		}
	}
	return n
}
