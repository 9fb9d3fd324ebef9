package projections

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"kolmikko/events"
)

// Say returns what r says, in one line of words of a language (en, fi or sv;
// any other is en): what happened, and who did it. It says nothing of what is
// personal, and shortens pseudonyms and other UUIDs to their first eight
// characters.
func Say(r events.Recorded, lang string) string {
	return sentence(r.Event, lang) + " — " + who(r.By, lang)
}

// sentence returns what happened.
func sentence(e events.Event, lang string) string {
	l := languageOf(lang)
	text, known := l.sentences[events.KindOf(e)]
	if !known {
		return string(events.KindOf(e))
	}
	if c, ok := e.(events.RecordCorrected); ok {
		text += ": " + sentence(truth(c), lang)
	}
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, after, _ := strings.Cut(rest, "}")
		b.WriteString(l.blank(e, name, lang))
		text = after
	}
}

// who names a reserved actor in words, and a person by their pseudonym's
// beginning.
func who(p events.PersonID, lang string) string {
	if events.IsReserved(p) {
		return languageOf(lang).word(string(p))
	}
	return short(string(p))
}

// A language is how events are said in it. Sentences have blanks in braces:
// the name of one of the event's fields on the wire, as a path with dots; with a
// # before it, how many of them there are.
type language struct {
	sentences map[events.Kind]string
	words     map[string]string // for what the glossary names
}

func languageOf(lang string) language {
	switch lang {
	case "fi":
		return finnish
	case "sv":
		return swedish
	}
	return english
}

func (l language) word(s string) string {
	if w, known := l.words[s]; known {
		return w
	}
	return s
}

// blank returns what fills a blank of a sentence about e.
func (l language) blank(e events.Event, name, lang string) string {
	path, count := strings.CutPrefix(name, "#")
	v, found := field(e, path)
	switch {
	case !found:
		return "?"
	case count:
		return fmt.Sprint(v.Len())
	case v.Kind() == reflect.Slice:
		parts := make([]string, v.Len())
		for i := range parts {
			parts[i] = l.value(v.Index(i), lang)
		}
		return strings.Join(parts, ", ")
	}
	return l.value(v, lang)
}

// value returns a field's value in words. Personal text has none.
func (l language) value(v reflect.Value, lang string) string {
	switch x := v.Interface().(type) {
	case events.Personal:
		return "…"
	case events.Text:
		text, _ := x.In(lang)
		return "“" + text + "”"
	case time.Time:
		return x.UTC().Format("2006-01-02 15:04 UTC")
	case events.Name:
		return string(x)
	}
	switch {
	case v.Kind() == reflect.String && strings.HasSuffix(v.Type().Name(), "ID"):
		return short(v.String())
	case v.Kind() == reflect.String:
		return l.word(v.String())
	}
	return fmt.Sprint(v.Interface())
}

// field returns the field of e at a path of names on the wire.
func field(e events.Event, path string) (reflect.Value, bool) {
	v := reflect.ValueOf(e)
	for name := range strings.SplitSeq(path, ".") {
		found := false
		for i := range v.NumField() {
			if tag, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ","); tag == name {
				v, found = v.Field(i), true
				break
			}
		}
		if !found {
			return reflect.Value{}, false
		}
	}
	return v, true
}

// short returns the beginning of a UUID, and anything else as it is.
func short(id string) string {
	if len(id) == 36 && id[8] == '-' && id[13] == '-' && id[18] == '-' && id[23] == '-' {
		return id[:8]
	}
	return id
}
