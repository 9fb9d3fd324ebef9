package events

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

const (
	longestWord = 64   // bytes, of an id or a code
	longestName = 200  // bytes
	longestLink = 2000 // bytes
	longestText = 4000 // bytes, of a text in one language
	longestBox  = 8000 // bytes, of a sealed text
)

// Check returns an error that names the field of e that holds what its type
// does not allow: a code that is no word, a date that is none, an empty text,
// or nothing where the field is not marked as optional. It is what keeps prose
// out of the fields that must not carry any, so its errors never repeat what
// they refuse.
func Check(e Event) error {
	_, err := check(e)
	return err
}

// check is Check, and counts the JSON members that Encode writes for e's data.
func check(e Event) (members int, err error) {
	w, err := lookup(e)
	if err != nil {
		return 0, err
	}
	members, err = w.check(reflect.ValueOf(e))
	if err != nil {
		return 0, err
	}
	if c, ok := e.(RecordCorrected); ok {
		err = c.check()
	}
	return members, err
}

// checkEnvelope holds what surrounds every event to words, so that a subject has
// four parts and a header no prose.
func checkEnvelope(r Recorded) error {
	switch {
	case !isWord(string(r.Programme)):
		return errors.New("programme is no word of a-z, 0-9 and hyphens")
	case r.Cohort != WholeProgramme && !isWord(string(r.Cohort)):
		return errors.New("cohort is no word of a-z, 0-9 and hyphens")
	case !isWord(string(r.By)):
		return errors.New("by is no pseudonym")
	case !isWord(r.ID):
		return errors.New("id is no UUID")
	case r.Causation != "" && !isWord(r.Causation), r.Correlation != "" && !isWord(r.Correlation):
		return errors.New("causation or correlation is no UUID")
	case r.At.IsZero():
		return errors.New("time is missing")
	case r.At.Year() < 1 || r.At.Year() > 9999:
		return errors.New("time is out of range")
	}
	return nil
}

// A rule checks a value of one type and counts the JSON members in it. Rules
// are put together once for each kind, when the vocabulary is made, so that
// checking an event asks its type nothing any more.
type rule func(v reflect.Value) (members int, err error)

// What is wrong follows the name of the field: "reason: is missing".
var (
	errMissing = errors.New("is missing")
	errNoWord  = errors.New("is no word of a-z, 0-9 and hyphens")
)

// ruleFor returns the rule for values of type t. It panics for a type that no
// event may have.
func ruleFor(t reflect.Type) rule {
	switch t {
	case reflect.TypeFor[time.Time]():
		return leaf(checkTime)
	case reflect.TypeFor[Date]():
		return leaf(checkDate)
	case reflect.TypeFor[Digest]():
		return leaf(checkDigest)
	case reflect.TypeFor[Link]():
		return leaf(checkLink)
	case reflect.TypeFor[Name]():
		return leaf(checkName)
	case reflect.TypeFor[Text]():
		return func(v reflect.Value) (int, error) { return v.Len(), checkText(v.Interface().(Text)) }
	case reflect.TypeFor[Personal]():
		return func(v reflect.Value) (int, error) { return checkPersonal(v.Interface().(Personal)) }
	case reflect.TypeFor[jsontext.Value](): // RecordCorrected checks its own
		return func(v reflect.Value) (int, error) { n, _ := membersOf(v.Bytes()); return n, nil }
	}
	switch t.Kind() {
	case reflect.String:
		return func(v reflect.Value) (int, error) { return 0, wordOr(v.String(), errNoWord) }
	case reflect.Bool, reflect.Int, reflect.Int64, reflect.Uint64:
		return func(reflect.Value) (int, error) { return 0, nil }
	case reflect.Slice:
		return sliceRule(ruleFor(t.Elem()))
	case reflect.Map:
		return mapRule(ruleFor(t.Key()), ruleFor(t.Elem()))
	case reflect.Struct:
		return structRule(t)
	}
	panic("events: no event may hold a " + t.String())
}

// leaf is the rule of a type without members.
func leaf[T any](check func(T) error) rule {
	return func(v reflect.Value) (int, error) { return 0, check(v.Interface().(T)) }
}

// sliceRule names the element that is wrong by its index, from 0.
func sliceRule(elem rule) rule {
	return func(v reflect.Value) (members int, err error) {
		for i := range v.Len() {
			n, err := elem(v.Index(i))
			if err != nil {
				return 0, fmt.Errorf("[%d]: %w", i, err)
			}
			members += n
		}
		return members, nil
	}
}

// mapRule names no key: a key that is wrong may say anything.
func mapRule(key, elem rule) rule {
	return func(v reflect.Value) (members int, err error) {
		for it := v.MapRange(); it.Next(); {
			if _, err := key(it.Key()); err != nil {
				return 0, fmt.Errorf("a key %w", err)
			}
			n, err := elem(it.Value())
			if err != nil {
				return 0, err
			}
			members += 1 + n
		}
		return members, nil
	}
}

// structRule asks that everything is there but what is marked omitzero, which
// isn't written either when it is zero. Numbers and lists may be zero: there,
// what is missing on the wire shows in the count of members.
func structRule(t reflect.Type) rule {
	type field struct {
		name     string
		optional bool // not written when zero
		counted  bool // may be zero: a number or a list
		check    rule
	}
	var fields []field
	for i := range t.NumField() {
		f := t.Field(i)
		number := f.Type.Kind() != reflect.String && f.Type.Kind() != reflect.Struct && f.Type != reflect.TypeFor[Text]()
		fields = append(fields, field{
			wireName(f), strings.HasSuffix(f.Tag.Get("json"), ",omitzero"), number, ruleFor(f.Type),
		})
	}
	return func(v reflect.Value) (members int, err error) {
		for i, f := range fields {
			x := v.Field(i)
			if (f.optional || !f.counted) && x.IsZero() {
				if f.optional {
					continue
				}
				return 0, fmt.Errorf("%s: %w", f.name, errMissing)
			}
			n, err := f.check(x)
			if err != nil {
				return 0, fmt.Errorf("%s: %w", f.name, err)
			}
			members += 1 + n
		}
		return members, nil
	}
}

// membersOf counts the members of all objects in valid JSON, and reports
// whether a null is in it.
func membersOf(data []byte) (members int, null bool) {
	quoted := false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case c == '"':
			quoted = !quoted
		case quoted && c == '\\':
			i++
		case quoted:
		case c == ':':
			members++
		case c == 'n': // of null: neither true nor false has one
			null = true
		}
	}
	return members, null
}

// IsWord reports whether s can be an id or a code: 1 to 64 of a-z, 0-9 and
// hyphens, not beginning with a hyphen.
func IsWord(s string) bool { return isWord(s) }

func isWord(s string) bool {
	if s == "" || len(s) > longestWord || s[0] == '-' {
		return false
	}
	for i := range len(s) {
		if c := s[i]; c != '-' && (c < '0' || c > '9') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return true
}

func wordOr(s string, err error) error {
	if isWord(s) {
		return nil
	}
	return err
}
