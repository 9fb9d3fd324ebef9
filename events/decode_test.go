package events

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// TestDecodeRefuses spoils a good line in one place each: the error names the
// place in the journal and what is wrong, and never repeats a value.
func TestDecodeRefuses(t *testing.T) {
	cases := []struct {
		name     string
		from, to string
		want     string
	}{
		{"a line that is no JSON", `{"spec`, `spec`, "invalid character"},
		{"a line that is cut off", `,"present":3}}`, `,"present":3}`, "unexpected EOF"},
		{"a line that is cut off in the data", `3}}`, ``, "unexpected EOF"},
		{"two lines", `3}}`, "3}}\n{}", "after top-level value"},
		{"trailing data", `3}}`, `3}}x`, "after top-level value"},
		{"trailing data behind a space", `3}}`, `3}} x`, "after top-level value"},
		{"trailing data in the data", `3}}`, `3}{}}`, "invalid character"},
		{"another version of CloudEvents", `"specversion":"1.0"`, `"specversion":"0.3"`, "specversion"},
		{"another source", `"source":"/kolmikko"`, `"source":"/kolmi"`, "source"},
		{"another content type", `application/json`, `text/json`, "datacontenttype"},
		{"a wrong subject", `.meeting-held"`, `.meeting-moved"`, "subject"},
		{"the subject of another cohort", `history.mentoring.2022.`, `history.mentoring.2023.`, "subject"},
		{"a wrong time", `2022-10-05T`, `2022-13-05T`, "/time"},
		{"a time with an offset", `12:00:00.25Z`, `15:00:00.25+03:00`, "UTC"},
		{"a time with an offset in the data", `"2022-10-26T07:30:00Z"`, `"2022-10-26T10:30:00+03:00"`, "held_at: "},
		{"a time that is prose", `"2022-10-26T07:30:00Z"`, `"Meri said so"`, "/held_at"},
		{"an id that is none", `"6fa1d3c4-`, `"Meri `, "id"},
		{"somebody who is nobody", `"by":"1f2b8c1e-`, `"by":"Meri `, "by"},
		{"a programme that is none", `"programme":"mentoring"`, `"programme":"mentoring.x"`, "programme"},
		{"a cohort that is none", `"cohort":"2022"`, `"cohort":""`, "cohort"},
		{"no time", `"time":"2022-10-05T12:00:00.25Z",`, ``, "time"},
		{"no id", `"id":"6fa1d3c4-2b70-4f0e-8f5d-0a1b2c3d4e5f",`, ``, "id"},
		{"no data", `,"data":{`, `,"x":{`, "x"},
		{"data that is null and more", `"data":{`, `"data":null,"x":{`, "invalid character"},
		{"data that is a list", `"data":{`, `"data":[],"x":{`, "array"},
		{"a member that no build wrote", `"by":`, `"notes":"x","by":`, "notes"},
		{"a member of the data that no build wrote", `"minutes":`, `"notes":"x","minutes":`, "notes"},
		{"a member in another case", `"minutes":`, `"Minutes":`, "Minutes"},
		{"a name twice", `"by":`, `"id":"a","by":`, "duplicate"},
		{"a name twice in the data", `"minutes":`, `"mode":"lab","minutes":`, "duplicate"},
		{"a word of the data missing", `"group":"triad-1",`, ``, "group"},
		{"a number of the data missing", `"minutes":0,`, ``, "missing"},
		{"a list that is null", `"themes":["trust"]`, `"themes":null`, "null"},
		{"a word that is null", `"meeting":"meeting-1"`, `"meeting":null`, "meeting"},
		{"a number that is null", `"minutes":0`, `"minutes":null`, "null"},
		{"a number that is text", `"present":3`, `"present":"Meri"`, "/present"},
		{"a number with a fraction", `"present":3`, `"present":3.25`, "/present"},
		{"a number without end", `"present":3`, `"present":123456789012345678901234567890`, "/present"},
		{"a code that is prose", `"trust"`, `"Meri was late"`, "themes: [0]"},
		{"bytes that are no text", `"trust"`, "\"\xff\"", "UTF-8"},
		{"optional members written empty", `"themes":["trust"]`, `"themes":null`, "null"},
	}
	good := string(encoded(t, MeetingHeld{
		Meeting: "meeting-1", Group: "triad-1", HeldAt: at(time.October, 26, 7), Mode: Teams, Present: 3, Themes: []Code{"trust"},
	}))
	good = strings.Replace(good, `"present":3,"themes":["trust"]`, `"themes":["trust"],"present":3`, 1)
	if _, err := Decode(41, []byte(good)); err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			line := strings.Replace(good, c.from, c.to, 1)
			if line == good {
				t.Fatal("nothing was spoilt")
			}
			r, err := Decode(41, []byte(line))
			if !errors.Is(err, ErrMalformed) || !strings.Contains(err.Error(), "event 41") || !strings.Contains(err.Error(), c.want) {
				t.Errorf("Decode: %v, want %v with %q", err, ErrMalformed, c.want)
			}
			if err != nil && (strings.Contains(err.Error(), "Meri") || strings.Contains(err.Error(), "3.25") || strings.Contains(err.Error(), "67890")) {
				t.Errorf("the error repeats a value: %v", err)
			}
			if !reflect.DeepEqual(r, Recorded{}) {
				t.Errorf("Decode = %+v beside its error", r)
			}
		})
	}
}

// TestDecodeReadsOtherJSON of the same meaning: what another program wrote
// again from a line is the same event. A correction alone is held to its bytes.
func TestDecodeReadsOtherJSON(t *testing.T) {
	for _, e := range samples() {
		if KindOf(e) == "record-corrected" {
			continue
		}
		line := encoded(t, e)
		var members map[string]jsontext.Value
		if err := json.Unmarshal(line, &members); err != nil {
			t.Fatal(err)
		}
		data := members["data"]
		if err := data.Indent(); err != nil {
			t.Fatal(err)
		}
		members["data"] = data
		members["by"] = []byte(`"\u0031` + string(members["by"][2:]))
		other, err := json.Marshal(members, json.Deterministic(true), jsontext.SpaceAfterComma(true), jsontext.PreserveRawStrings(true))
		if err != nil {
			t.Fatal(err)
		}
		got, err := Decode(7, other)
		want := recorded(e)
		want.Line = other
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: Decode = %+v, %v", other, got, err)
		}
	}
}

// TestCutLineReadsWhatADecoderReads keeps the fast way and the slow way one.
func TestCutLineReadsWhatADecoderReads(t *testing.T) {
	for _, e := range samples() {
		for _, causation := range []string{"", "8ab2e4d5-3c81-4a1f-9a6e-1b2c3d4e5f60"} {
			r := recorded(e)
			r.Causation = causation
			line, err := Encode(r)
			if err != nil {
				t.Fatal(err)
			}
			var want envelope
			if err := json.Unmarshal(line, &want, reading); err != nil {
				t.Fatal(err)
			}
			if got, ok := cutLine(line); !ok || !reflect.DeepEqual(got, want) {
				t.Errorf("cutLine = %+v, %v; want %+v", got, ok, want)
			}
		}
	}
}

func TestDecodeRefusesUnknownKinds(t *testing.T) {
	good := string(encoded(t, GoalSet{"goal-1", "trust"}))
	_, err := Decode(41, []byte(strings.ReplaceAll(good, "goal-set", "minutes-taken")))
	if !errors.Is(err, ErrUnknownKind) || errors.Is(err, ErrMalformed) || !strings.Contains(err.Error(), `event 41: "minutes-taken"`) {
		t.Errorf("Decode: %v", err)
	}
	for _, kind := range []string{"", "Meri was here", "GoalSet"} {
		_, err := Decode(41, []byte(strings.ReplaceAll(good, "goal-set", kind)))
		if !errors.Is(err, ErrMalformed) || strings.Contains(err.Error(), "Meri") {
			t.Errorf("kind %q: Decode: %v, want %v", kind, err, ErrMalformed)
		}
	}
}

func TestDecodeOfNothing(t *testing.T) {
	for _, line := range []string{"", " ", "null", "{}", "[]", `"x"`, "0", "\x00"} {
		if _, err := Decode(1, []byte(line)); !errors.Is(err, ErrMalformed) {
			t.Errorf("Decode(%q): %v", line, err)
		}
	}
}

// TestDecodeKeepsOwnMemory lets a reader use its buffer again, but for Line.
func TestDecodeKeepsOwnMemory(t *testing.T) {
	for _, e := range samples() {
		line := encoded(t, e)
		r, err := Decode(7, line)
		if err != nil {
			t.Fatal(err)
		}
		if &r.Line[0] != &line[0] {
			t.Errorf("%s: the line was copied", KindOf(e))
		}
		clear(line)
		r.Line = nil
		if want := recorded(e); !reflect.DeepEqual(r, want) {
			t.Errorf("%s changed with its reader's buffer: %+v", KindOf(e), r)
		}
	}
}
