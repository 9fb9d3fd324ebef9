package events

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
)

var update = flag.Bool("update", false, "write the golden files that are missing")

// samples returns one realistic event of each kind.
func samples() []Event {
	return slices.Concat(peopleSamples(), programmeSamples(), enrolmentSamples(), matchingSamples(),
		meetingSamples(), gatheringSamples(), feedbackSamples())
}

// recorded returns e as the seventh record of a cohort.
func recorded(e Event) Recorded {
	return Recorded{
		Place: 7, ID: "6fa1d3c4-2b70-4f0e-8f5d-0a1b2c3d4e5f",
		At:        time.Date(2022, 10, 5, 12, 0, 0, 250_000_000, time.UTC),
		Programme: "mentoring", Cohort: "2022", By: first, Event: e,
		Correlation: "7ab2e4d5-3c81-4a1f-9a6e-1b2c3d4e5f60",
	}
}

// encoded returns e's line.
func encoded(t testing.TB, e Event) []byte {
	t.Helper()
	line, err := Encode(recorded(e))
	if err != nil {
		t.Fatal(err)
	}
	return line
}

// golden returns the line that was written when e's kind was added.
func golden(t testing.TB, e Event) []byte {
	t.Helper()
	file := filepath.Join("testdata", "wire", string(KindOf(e))+".json")
	line, err := os.ReadFile(file)
	if os.IsNotExist(err) && *update {
		line = encoded(t, e)
		err = os.WriteFile(file, line, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	return line
}

// TestWire holds every event to the bytes that it had when its kind was added:
// histories on disk are made of them.
func TestWire(t *testing.T) {
	for _, e := range samples() {
		t.Run(string(KindOf(e)), func(t *testing.T) {
			want := golden(t, e)
			if got := encoded(t, e); !bytes.Equal(got, want) {
				t.Errorf("the wire form has changed: add a new kind and an upcast instead\n got %s\nwant %s", got, want)
			}
			in := recorded(e)
			in.Line = want
			out, err := Decode(7, want)
			if err != nil || !reflect.DeepEqual(out, in) {
				t.Errorf("Decode = %+v, %v; want %+v", out, err, in)
			}
		})
	}
}

// TestEveryKindHasASample keeps the other tests complete, and the golden files
// of kinds that were taken away from being forgotten.
func TestEveryKindHasASample(t *testing.T) {
	var sampled []Kind
	for _, e := range samples() {
		sampled = append(sampled, KindOf(e))
	}
	slices.Sort(sampled)
	if got := Kinds(); !slices.Equal(got, sampled) {
		t.Errorf("kinds %q, samples of %q", got, sampled)
	}
	files, err := filepath.Glob(filepath.Join("testdata", "wire", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	var written []Kind
	for _, f := range files {
		written = append(written, Kind(strings.TrimSuffix(filepath.Base(f), ".json")))
	}
	slices.Sort(written)
	if got := Kinds(); !slices.Equal(got, written) {
		t.Errorf("kinds %q, golden files of %q", got, written)
	}
}

// TestKindIsTheKebabOfItsType keeps one name for each event in code and history.
func TestKindIsTheKebabOfItsType(t *testing.T) {
	for _, e := range samples() {
		var b strings.Builder
		for i, r := range reflect.TypeOf(e).Name() {
			if unicode.IsUpper(r) && i > 0 {
				b.WriteByte('-')
			}
			b.WriteRune(unicode.ToLower(r))
		}
		if KindOf(e) != Kind(b.String()) {
			t.Errorf("%T has kind %q, want %q", e, KindOf(e), b.String())
		}
	}
}

// agreed is the vocabulary as it was agreed with those whose history it tells;
// the code may know more words, never fewer.
const agreed = `
	codes-published organisation-registered organisation-amended person-registered person-amended wish-submitted
	wish-themed programme-proposed programme-launched cohort-opened organiser-joined role-granted role-revoked
	principles-published phase-announced phase-started phase-completed phase-rescheduled enrolment-opened
	enrolment-closed enrolment-submitted enrolment-amended enrolment-withdrawn enrolment-accepted enrolment-declined
	enrolment-waitlisted enrolment-promoted consent-given consent-withdrawn principles-accepted preference-stated
	matching-rules-set matching-frozen matching-run matching-overridden groups-published group-locked group-unlocked
	group-dissolved group-agreement-reached group-themes-agreed concern-raised participant-dropped-out groups-repaired
	meeting-proposed meeting-accepted meeting-declined meeting-agreed meeting-moved meeting-cancelled meeting-held
	gathering-scheduled gathering-moved gathering-cancelled speaker-confirmed attendance-chosen attendance-recorded
	material-published material-retired comment-submitted comment-published comment-rejected survey-opened
	survey-closed feedback-given tie-reported goal-set goal-rated nudge-sent evaluation-planned evaluation-released
	record-corrected person-erased cohort-completed cohort-archived historical-summary-imported`

func TestEveryAgreedKindIsKnown(t *testing.T) {
	kinds := strings.Fields(agreed)
	if len(kinds) != 76 {
		t.Errorf("%d kinds were agreed, the list has %d", 76, len(kinds))
	}
	for _, k := range kinds {
		if _, known := ClassOf(Kind(k)); !known {
			t.Errorf("%s is not in the vocabulary", k)
		}
	}
}
