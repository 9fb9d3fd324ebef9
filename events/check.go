package events

import (
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"time"
	"unicode/utf8"
)

const (
	longestWord = 64   // bytes, of an id or a code
	longestText = 4000 // bytes, of a text in one language
)

// Check returns an error that names the field of e that holds what its type
// does not allow: a code that is no word, a date that is none, an empty text.
// It is what keeps prose out of the fields that must not carry any.
func Check(e Event) error { return checkValue(reflect.ValueOf(e)) }

func checkEnvelope(r Recorded) error {
	switch {
	case !isWord(string(r.Programme)):
		return fmt.Errorf("programme %q is no word of a-z, 0-9 and hyphens", r.Programme)
	case r.Cohort != WholeProgramme && !isWord(string(r.Cohort)):
		return fmt.Errorf("cohort %q is no word of a-z, 0-9 and hyphens", r.Cohort)
	case !isWord(string(r.By)):
		return fmt.Errorf("by %q is no pseudonym", r.By)
	case !isWord(r.ID):
		return fmt.Errorf("id %q is no UUID", r.ID)
	case r.Causation != "" && !isWord(r.Causation), r.Correlation != "" && !isWord(r.Correlation):
		return errors.New("causation or correlation is no UUID")
	case r.At.Year() < 1 || r.At.Year() > 9999:
		return fmt.Errorf("time %v is out of range", r.At)
	}
	return nil
}

func checkValue(v reflect.Value) error {
	switch x := v.Interface().(type) {
	case time.Time:
		return nil
	case Personal:
		if !utf8.ValidString(x.plain) || len(x.plain) > longestText {
			return fmt.Errorf("text is longer than %d bytes", longestText)
		}
		return nil
	case Text:
		return checkText(x)
	case Date:
		_, err := x.Time(time.UTC)
		return zeroOr(string(x), err)
	case RecordCorrected:
		return x.check()
	case Link:
		return x.check()
	case Name:
		return x.check()
	}
	switch v.Kind() {
	case reflect.String:
		if s := v.String(); s != "" && !isWord(s) {
			return fmt.Errorf("%q is no word of a-z, 0-9 and hyphens", s)
		}
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return nil
		}
		for i := range v.Len() {
			if err := checkValue(v.Index(i)); err != nil {
				return err
			}
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			if err := errors.Join(checkValue(it.Key()), checkValue(it.Value())); err != nil {
				return err
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if err := checkValue(v.Field(i)); err != nil {
				return fmt.Errorf("%s: %w", wireName(v.Type().Field(i)), err)
			}
		}
	}
	return nil
}

func checkText(t Text) error {
	for lang, s := range t {
		switch {
		case len(lang) < 2 || len(lang) > 3 || !isWord(lang):
			return fmt.Errorf("%q is no language such as fi", lang)
		case s == "":
			return fmt.Errorf("the text in %s is empty", lang)
		case len(s) > longestText:
			return fmt.Errorf("the text in %s is longer than %d bytes", lang, longestText)
		}
	}
	return nil
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

func zeroOr(s string, err error) error {
	if s == "" {
		return nil
	}
	return err
}

// A Link is the address of something that all participants may open.
type Link string

func (l Link) check() error {
	if l == "" {
		return nil
	}
	u, err := url.Parse(string(l))
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || len(l) > 2000 {
		return fmt.Errorf("%q is no web address such as https://example.org/page", string(l))
	}
	return nil
}

// A Name is one line of public text that is the same in every language: the
// name of a speaker, of an engine, of a licence, of a time zone.
type Name string

func (n Name) check() error {
	if len(n) > 200 || !utf8.ValidString(string(n)) {
		return fmt.Errorf("a name is longer than 200 bytes")
	}
	for _, r := range n {
		if r < ' ' {
			return errors.New("a name is one line")
		}
	}
	return nil
}
