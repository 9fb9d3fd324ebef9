package events

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
)

func FuzzDecode(f *testing.F) {
	for _, e := range samples() {
		f.Add(encoded(f, e))
	}
	f.Add([]byte(`{"type":"goal-set","time":"2022-10-05T15:00:00+03:00","data":{}}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		r, err := Decode(1, line)
		if err != nil {
			if !errors.Is(err, ErrMalformed) && !errors.Is(err, ErrUnknownKind) {
				t.Errorf("an error of no sort: %v", err)
			}
			return
		}
		again, err := Encode(r)
		if err != nil {
			t.Fatalf("decoded, but can't be encoded: %v", err)
		}
		r.Line = again
		r2, err := Decode(1, again)
		if err != nil || !reflect.DeepEqual(r, r2) {
			t.Errorf("%+v, then %+v, %v", r, r2, err)
		}
	})
}

// FuzzCheck puts any string into fields that must not hold text: what is let
// through is a word.
func FuzzCheck(f *testing.F) {
	for _, s := range []string{"trust", "Meri", "a b", "", "2022-10-05", "-", "a\x00", "ä"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, e := range []Event{
			ConcernRaised{"triad-1", Code(s)}, ConcernRaised{GroupID(s), "trust"}, PhaseStarted{Phase(s)},
			GroupThemesAgreed{"triad-1", []Code{Code(s)}, 0}, termsOf(Term{Code(s), Text{"fi": "a"}, false}),
		} {
			line, err := Encode(recorded(e))
			if (err == nil) != IsWord(s) {
				t.Fatalf("%q in a %s: %v", s, KindOf(e), err)
			}
			if err != nil && len(s) > 30 && strings.Contains(err.Error(), s) {
				t.Errorf("the error repeats what was refused: %v", err)
			}
			if err == nil {
				if _, err := Decode(1, line); err != nil {
					t.Error(err)
				}
			}
		}
	})
}

// FuzzCutLine holds the fast way through an envelope to the slow one.
func FuzzCutLine(f *testing.F) {
	for _, e := range samples() {
		f.Add(encoded(f, e))
	}
	good := string(encoded(f, GoalSet{"goal-1", "trust"}))
	for from, to := range map[string]string{
		`T12:00:00.25Z`: `T1:00:00.25Z`, `12:00:00.25Z`: `12:00:00,25Z`, `00.25Z`: `00.25+00:00`, `"by":"1`: "\"by\":\"\t1", `"id":"6fa`: `"id":"\u0036fa`,
		`.goal-set"`: `.goal-set.x"`, `"cohort":"2022"`: `"cohort":"2\u00322"`, `{"goal"`: `[],"x":{"goal"`, `"correlation":"7`: "\"correlation\":\"\xff",
	} {
		f.Add([]byte(strings.Replace(good, from, to, 1)))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		got, ok := cutLine(line)
		if !ok || !got.Data.IsValid() {
			return
		}
		var want envelope
		if err := json.Unmarshal(line, &want, reading); err != nil {
			t.Fatalf("cut, but no decoder reads it: %v", err)
		}
		got.Data, want.Data = bytes.TrimSpace(got.Data), bytes.TrimSpace(want.Data)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("cutLine = %+v, want %+v", got, want)
		}
	})
}
