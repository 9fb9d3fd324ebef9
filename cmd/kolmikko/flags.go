package main

import (
	"encoding"
	"fmt"
	"io"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/spf13/pflag"

	"kolmikko/events"
	"kolmikko/events/programme"
)

// fieldFlags are the flags of a command's fields, until they are applied.
type fieldFlags []*fieldFlag

// A fieldFlag sets one field of a command: text, a number, a time, a comma list,
// lang=text for texts, or JSON for what is none of these.
type fieldFlag struct {
	name  string
	field reflect.Value
	given []string
}

// bindFields declares a flag for each field of the command that to points at.
func bindFields(flags *pflag.FlagSet, to programme.Command) (bound fieldFlags) {
	v := reflect.ValueOf(to).Elem()
	for i := range v.NumField() {
		f := v.Type().Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		name = strings.ReplaceAll(name, "_", "-")
		if name == "" || name == "-" {
			continue
		}
		b := &fieldFlag{name: name, field: v.Field(i)}
		flags.Var(b, name, f.Tag.Get("doc"))
		if f.Type.Kind() == reflect.Bool {
			flags.Lookup(name).NoOptDefVal = "true"
		}
		bound = append(bound, b)
	}
	return bound
}

// String is empty: fields have no defaults.
func (b *fieldFlag) String() string { return "" }

// Type says what the flag takes, for its help.
func (b *fieldFlag) Type() string {
	switch b.field.Interface().(type) {
	case time.Time:
		return "time"
	case events.Text:
		return "lang=text"
	case events.Date:
		return "date"
	}
	switch b.field.Kind() {
	case reflect.String:
		return "word"
	case reflect.Bool:
		return "bool"
	case reflect.Int, reflect.Int64, reflect.Uint64:
		return "number"
	case reflect.Slice:
		if b.field.Type().Elem().Kind() == reflect.String {
			return "word,…"
		}
	}
	return "json"
}

// Set keeps text; it is read once all flags are there.
func (b *fieldFlag) Set(text string) error {
	b.given = append(b.given, text)
	return nil
}

// apply sets the fields whose flags were given.
func (bound fieldFlags) apply(flags *pflag.FlagSet) error {
	for _, b := range bound {
		if !flags.Changed(b.name) {
			continue
		}
		if err := b.fill(); err != nil {
			return usagef("--%s: %s", b.name, err)
		}
	}
	return nil
}

func (b *fieldFlag) fill() error {
	last := b.given[len(b.given)-1]
	switch to := b.field.Addr().Interface().(type) {
	case *events.Text:
		return fillText(to, b.given)
	case *time.Time:
		t, err := time.Parse(time.RFC3339, last)
		if err != nil {
			return fmt.Errorf("%q is no time such as 2022-10-05T12:00:00+03:00", last)
		}
		*to = t.UTC()
		return nil
	case encoding.TextUnmarshaler:
		return to.UnmarshalText([]byte(last))
	}
	switch b.field.Kind() {
	case reflect.String:
		b.field.SetString(last)
		return nil
	case reflect.Bool:
		is, err := strconv.ParseBool(last)
		b.field.SetBool(is)
		return err
	case reflect.Int, reflect.Int64:
		n, err := strconv.ParseInt(last, 10, 64)
		if err != nil {
			return fmt.Errorf("%q is no whole number", last)
		}
		b.field.SetInt(n)
		return nil
	case reflect.Slice:
		if b.field.Type().Elem().Kind() == reflect.String {
			fillWords(b.field, b.given)
			return nil
		}
	}
	if err := json.Unmarshal([]byte(last), b.field.Addr().Interface(), json.RejectUnknownMembers(true)); err != nil {
		return fmt.Errorf("it takes JSON: %w", err)
	}
	return nil
}

// fillText reads lang=text, once for each language.
func fillText(to *events.Text, given []string) error {
	*to = events.Text{}
	for _, g := range given {
		lang, text, ok := strings.Cut(g, "=")
		if !ok || len(lang) < 2 || len(lang) > 3 {
			return fmt.Errorf("%q is not of the form fi=teksti; repeat the flag for each language", g)
		}
		(*to)[lang] = text
	}
	return nil
}

func fillWords(field reflect.Value, given []string) {
	var words []string
	for _, g := range given {
		words = append(words, strings.Split(g, ",")...)
	}
	words = slices.DeleteFunc(words, func(w string) bool { return w == "" })
	list := reflect.MakeSlice(field.Type(), len(words), len(words))
	for i, w := range words {
		list.Index(i).SetString(strings.TrimSpace(w))
	}
	field.Set(list)
}

// readCommand fills cmd from the JSON in file, or in stdin when that is "-".
func readCommand(file string, stdin io.Reader, cmd programme.Command) error {
	from := stdin
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return err
		}
		defer f.Close()
		from = f
	}
	if err := json.UnmarshalRead(from, cmd, json.RejectUnknownMembers(true)); err != nil {
		return usagef("--input %s: %s", file, err)
	}
	return nil
}
