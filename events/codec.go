package events

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// ErrUnknownKind is returned by [Decode] for an event that a later build wrote,
// or nobody.
var ErrUnknownKind = errors.New("kind is not known to this build")

// ErrMalformed is returned by [Decode] for a line that no build wrote.
var ErrMalformed = errors.New("malformed event")

var errNoKind = errors.New("type is no kind")

// source is the CloudEvents source of every event: the programme and the cohort
// have attributes of their own.
const source = "/kolmikko"

// envelope is a [Recorded] on the wire: a CloudEvent 1.0 in structured JSON,
// one line of the archive. The journal itself knows the place.
type envelope struct {
	SpecVersion     string         `json:"specversion"`
	ID              string         `json:"id"`
	Source          string         `json:"source"`
	Type            Kind           `json:"type"`
	Subject         string         `json:"subject"`
	Time            time.Time      `json:"time"`
	DataContentType string         `json:"datacontenttype"`
	By              PersonID       `json:"by"`
	Programme       ProgrammeID    `json:"programme"`
	Cohort          CohortID       `json:"cohort"`
	Causation       string         `json:"causation,omitzero"`
	Correlation     string         `json:"correlation,omitzero"`
	Data            jsontext.Value `json:"data"`
}

var (
	writing = json.JoinOptions(json.Deterministic(true))
	reading = json.JoinOptions(json.RejectUnknownMembers(true))
)

// Encode returns r's line: its form on the wire, without a line break. It
// refuses what [Check] refuses, and text that is not sealed.
func Encode(r Recorded) ([]byte, error) {
	if r.Event == nil {
		return nil, errors.New("encode: no event")
	}
	data, err := encodeChecked(r)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", r.Event.kind(), err)
	}
	return json.Marshal(envelope{
		SpecVersion: "1.0", ID: r.ID, Source: source, Type: r.Event.kind(), Subject: r.Subject(),
		Time: r.At.UTC(), DataContentType: "application/json",
		By: r.By, Programme: r.Programme, Cohort: r.Cohort,
		Causation: r.Causation, Correlation: r.Correlation, Data: data,
	}, writing)
}

// encodeChecked returns the data of r's line.
func encodeChecked(r Recorded) (jsontext.Value, error) {
	if err := checkEnvelope(r); err != nil {
		return nil, err
	}
	if err := Check(r.Event); err != nil {
		return nil, err
	}
	return encodeData(r.Event)
}

// Decode reads what Encode wrote, in this build or in any before it. It keeps
// line. Errors name the place and are [ErrMalformed] or [ErrUnknownKind].
func Decode(place uint64, line []byte) (Recorded, error) {
	e, err := readEnvelope(line)
	if err != nil {
		return Recorded{}, fmt.Errorf("event %d: %w: %w", place, ErrMalformed, err)
	}
	e = upcast(e)
	w, known := vocabulary[e.Type]
	if !known {
		return Recorded{}, fmt.Errorf("event %d: %q: %w", place, e.Type, ErrUnknownKind)
	}
	r := Recorded{
		Place: place, ID: e.ID, At: e.Time.UTC(), Programme: e.Programme, Cohort: e.Cohort, By: e.By,
		Causation: e.Causation, Correlation: e.Correlation, Line: line,
	}
	if r.Event, err = w.decode(e.Data); err == nil {
		err = checkDecoded(e, r)
	}
	if err != nil {
		return Recorded{}, fmt.Errorf("event %d, a %s: %w: %w", place, e.Type, ErrMalformed, withoutValue(err))
	}
	return r, nil
}

// readEnvelope takes the fast way where the line is as Encode writes it, and
// else any JSON of the same members.
func readEnvelope(line []byte) (envelope, error) {
	if e, ok := cutLine(line); ok {
		return e, wordOr(string(e.Type), errNoKind)
	}
	var e envelope
	if err := json.Unmarshal(line, &e, reading); err != nil {
		return e, withoutValue(err)
	}
	return e, wordOr(string(e.Type), errNoKind)
}

// Same reports whether a and b say the same: whether they are of one kind and
// have one form on the wire. Personal text that is not sealed is never the same.
func Same(a, b Event) bool {
	one, err := encodeData(a)
	if err != nil || a.kind() != b.kind() {
		return false
	}
	other, err := encodeData(b)
	return err == nil && bytes.Equal(one, other)
}

// encodeData writes the members in the order of the struct's fields, and maps in
// the order of their keys: the same event has the same bytes.
func encodeData(e Event) (jsontext.Value, error) { return json.Marshal(e, writing) }

// checkDecoded holds an envelope to what Encode writes into every one.
func checkDecoded(e envelope, r Recorded) error {
	if err := checkEnvelope(r); err != nil {
		return err
	}
	if err := checkTime(e.Time); err != nil {
		return fmt.Errorf("time: %w", err)
	}
	switch {
	case e.SpecVersion != "1.0":
		return errors.New("specversion is not 1.0")
	case e.Source != source:
		return fmt.Errorf("source is not %q", source)
	case e.DataContentType != "application/json":
		return errors.New("datacontenttype is not application/json")
	case !isSubject(e.Subject, string(r.Programme), string(r.Cohort), string(r.Event.kind())):
		return fmt.Errorf("subject is not %q", r.Subject())
	}
	written, err := check(r.Event)
	if err != nil {
		return err
	}
	if found, null := membersOf(e.Data); null || found != written {
		return fmt.Errorf("data has %d members instead of %d, or a null: something is missing", found, written)
	}
	return nil
}

// withoutValue keeps what a line holds out of err, which still says where in it
// something is wrong: an error ends up in a log.
func withoutValue(err error) error {
	e, ok := errors.AsType[*json.SemanticError](err)
	if !ok {
		return err
	}
	e.JSONValue = nil
	if _, ok := errors.AsType[*time.ParseError](e.Err); ok {
		e.Err = errors.New("not written as 2022-10-05T12:00:00Z is")
	}
	return err
}

// wireName returns the JSON name of a struct's field.
func wireName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}
