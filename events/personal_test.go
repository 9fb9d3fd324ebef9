package events

import (
	stdjson "encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"
)

const canary = "Canary Kanarialintu"

// TestPersonalTextIsNeverPrinted looks for it wherever something could print
// it without meaning to: also through fields that are not exported, whose
// methods fmt does not call.
func TestPersonalTextIsNeverPrinted(t *testing.T) {
	name := Plain(first, canary)
	event := PersonRegistered{Person: first, Language: "fi", Name: name}
	type hidden struct {
		event  Event
		record Recorded
		name   Personal
		all    []Personal
		by     map[PersonID]Personal
	}
	values := []any{
		name, &name, event, &event, recorded(event), []Event{event}, PersonalFields(event),
		hidden{event, recorded(event), name, []Personal{name}, map[PersonID]Personal{first: name}},
		&hidden{name: name},
	}
	for _, v := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%c", "%U", "%08b"} {
			got := fmt.Sprintf(verb, v)
			if strings.Contains(got, "anar") || strings.Contains(strings.ToLower(got), fmt.Sprintf("%x", "anaria")) {
				t.Errorf("Sprintf(%q, %T) = %s", verb, v, got)
			}
		}
		var log strings.Builder
		slog.New(slog.NewTextHandler(&log, nil)).Info("asked", "what", v)
		slog.New(slog.NewJSONHandler(&log, nil)).Info("asked", "what", v)
		if strings.Contains(log.String(), "anar") {
			t.Errorf("a log line holds %s", log.String())
		}
		if written, _ := stdjson.Marshal(v); strings.Contains(string(written), "anar") {
			t.Errorf("encoding/json writes %s", written)
		}
	}
}

func TestOnlySealedTextIsWritten(t *testing.T) {
	for name, p := range map[string]Personal{
		"plain":            Plain(first, canary),
		"nothing":          {},
		"plain with a box": {Of: first, Box: []byte{1}, plain: Plain(first, canary).plain},
		"without a box":    {Of: first},
	} {
		line, err := Encode(recorded(PersonRegistered{Person: first, Language: "fi", Name: p}))
		if err == nil || line != nil || strings.Contains(err.Error(), "anar") {
			t.Errorf("%s: Encode = %s, %v", name, line, err)
		}
		if name != "nothing" && !errors.Is(err, ErrUnsealed) {
			t.Errorf("%s: Encode: %v, want %v", name, err, ErrUnsealed)
		}
	}
}

func TestPersonal(t *testing.T) {
	p := Plain(first, canary)
	if p.Text() != canary || p.Of != first || p.IsZero() || p.String() != "text of "+string(first) {
		t.Errorf("Plain = %v of %s", p, p.Of)
	}
	if got := Plain(first, ""); !got.IsZero() || got.Text() != "" || got.String() != "no text" {
		t.Errorf("Plain of no text = %v", got)
	}
	if sealed := sealedText(first); sealed.Text() != "" || sealed.IsZero() {
		t.Errorf("sealed = %v", sealed)
	}
	if !reflect.DeepEqual(Plain(first, "a"), Plain(first, "a")) || reflect.DeepEqual(Plain(first, "a"), Plain(first, "b")) {
		t.Error("texts are not compared by what they say")
	}
}

func TestSealWalksEveryPersonalField(t *testing.T) {
	event := PersonRegistered{Person: first, Language: "fi", Name: Plain(first, "Canary"), Address: Plain(first, "canary@example.org")}
	if got := PersonalFields(event); len(got) != 2 || got[0].Name != "name" || got[1].Value.Text() != "canary@example.org" {
		t.Errorf("PersonalFields = %v", got)
	}
	var seen []string
	seal := func(f PersonalField) (Personal, error) {
		seen = append(seen, f.Name+" "+f.Value.Text())
		return sealedText(f.Value.Of), nil
	}
	got, err := Seal(event, seal)
	want := PersonRegistered{Person: first, Language: "fi", Name: sealedText(first), Address: sealedText(first)}
	if err != nil || !reflect.DeepEqual(got, Event(want)) {
		t.Errorf("Seal = %v, %v", got, err)
	}
	if !reflect.DeepEqual(seen, []string{"name Canary", "address canary@example.org"}) {
		t.Errorf("sealed %q", seen)
	}
	if event.Name.Text() != "Canary" {
		t.Error("sealing changed the event that it was given")
	}
	if again, err := Seal(got, seal); err != nil || len(seen) != 2 || !reflect.DeepEqual(again, got) {
		t.Errorf("sealing again = %v, %v, after %q", again, err, seen)
	}
}

// TestSealReachesEverySample keeps the vault complete: no class but Expressed
// has personal text, and all that has any is reached.
func TestSealReachesEverySample(t *testing.T) {
	for _, e := range samples() {
		class, _ := ClassOf(KindOf(e))
		if has := len(PersonalFields(e)) > 0; has != (class == Expressed) {
			t.Errorf("%s is of class %c, with personal fields: %v", KindOf(e), class, has)
		}
		same, err := Seal(e, func(PersonalField) (Personal, error) { return Personal{}, errors.New("nothing is plain here") })
		if err != nil || !reflect.DeepEqual(same, e) {
			t.Errorf("Seal = %v, %v", same, err)
		}
	}
}

func TestSealStopsAtTheFirstError(t *testing.T) {
	locked := errors.New("the vault is locked")
	got, err := Seal(WishSubmitted{"w-1", []Code{}, Plain(first, canary)}, func(PersonalField) (Personal, error) {
		return Personal{}, locked
	})
	if got != nil || !errors.Is(err, locked) || !strings.Contains(err.Error(), "text of a wish-submitted") {
		t.Errorf("Seal = %v, %v", got, err)
	}
}
