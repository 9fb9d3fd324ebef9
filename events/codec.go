package events

import (
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
	if err := checkEnvelope(r); err != nil {
		return nil, fmt.Errorf("encode %s: %w", r.Event.kind(), err)
	}
	if err := Check(r.Event); err != nil {
		return nil, fmt.Errorf("encode %s: %w", r.Event.kind(), err)
	}
	data, err := encodeData(r.Event)
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

// Decode reads what Encode wrote, in this build or in any before it. It keeps
// line. Errors name the place and are [ErrMalformed] or [ErrUnknownKind].
func Decode(place uint64, line []byte) (Recorded, error) {
	var e envelope
	if err := json.Unmarshal(line, &e, reading); err != nil {
		return Recorded{}, fmt.Errorf("event %d: %w: %w", place, ErrMalformed, err)
	}
	e = upcast(e)
	w, known := vocabulary[e.Type]
	if !known {
		return Recorded{}, fmt.Errorf("event %d: %q: %w", place, e.Type, ErrUnknownKind)
	}
	fact, err := w.decode(e.Data)
	if err != nil {
		return Recorded{}, fmt.Errorf("event %d, a %s: %w: %w", place, e.Type, ErrMalformed, err)
	}
	r := Recorded{
		Place: place, ID: e.ID, At: e.Time.UTC(), Programme: e.Programme, Cohort: e.Cohort, By: e.By,
		Causation: e.Causation, Correlation: e.Correlation, Event: fact, Line: line,
	}
	if err := checkDecoded(e, r); err != nil {
		return Recorded{}, fmt.Errorf("event %d, a %s: %w: %w", place, e.Type, ErrMalformed, err)
	}
	return r, nil
}

func encodeData(e Event) (jsontext.Value, error) { return json.Marshal(e, writing) }

// checkDecoded holds an envelope to what Encode writes into every one.
func checkDecoded(e envelope, r Recorded) error {
	switch {
	case e.SpecVersion != "1.0":
		return fmt.Errorf("specversion %q is not 1.0", e.SpecVersion)
	case e.Source != source:
		return fmt.Errorf("source %q is not %q", e.Source, source)
	case e.DataContentType != "application/json":
		return fmt.Errorf("datacontenttype %q is not application/json", e.DataContentType)
	case e.Subject != r.Subject():
		return fmt.Errorf("subject %q is not %q", e.Subject, r.Subject())
	}
	if err := checkEnvelope(r); err != nil {
		return err
	}
	return Check(r.Event)
}

// wireName returns the JSON name of a struct's field.
func wireName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}
