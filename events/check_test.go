package events

import (
	"errors"
	"strings"
	"testing"
	"time"
)

const prose = "Meri said that her chief never listens"

// TestCheckRefuses holds Encode to what may be written: each case names the
// field and never repeats what was in it, since an error ends up in a log.
func TestCheckRefuses(t *testing.T) {
	helsinki := time.FixedZone("EET", 2*60*60)
	long := strings.Repeat("ä", longestText)
	held := MeetingHeld{Meeting: "meeting-1", Group: "triad-1", HeldAt: at(time.October, 26, 7), Minutes: 75, Mode: Teams, Present: 3}
	heldAt := func(when time.Time) Event { e := held; e.HeldAt = when; return e }
	about := func(name Text) Event { return OrganisationRegistered{"o-1", Organisation{name, "finance", "lappi", 0}} }
	link := func(l Link) Event {
		return MaterialPublished{Material: "m-1", Kind: "video", Title: Text{"fi": "Video"}, Link: l, Licence: "CC0"}
	}
	cases := []struct {
		name  string
		event Event
		want  string
	}{
		{"a code is no prose", ConcernRaised{"triad-1", prose}, "concern: "},
		{"an id is no prose", EnrolmentAccepted{prose}, "enrolment: "},
		{"a code has no capitals", ConcernRaised{"triad-1", "Silence"}, "concern: "},
		{"a code does not begin with a hyphen", ConcernRaised{"triad-1", "-"}, "concern: "},
		{"a code ends at 64 bytes", ConcernRaised{"triad-1", Code(strings.Repeat("a", 65))}, "concern: "},
		{"an id must be there", EnrolmentAccepted{}, "enrolment: is missing"},
		{"a code must be there", ConcernRaised{Group: "triad-1"}, "concern: is missing"},
		{"no code of a list is empty", GroupThemesAgreed{"triad-1", []Code{"trust", ""}, 0}, "themes: [1]: "},
		{"no code of a list is prose", GroupThemesAgreed{"triad-1", []Code{"trust", prose}, 0}, "themes: [1]: "},
		{"no code of a nested struct is prose", termsOf(Term{Code: prose, Label: Text{"fi": "Luottamus"}}), "terms: [0]: code: "},
		{"no key of a map is prose", MatchingRulesSet{Peer, MatchingRules{Weights: map[Code]int64{prose: 1}}}, "rules: weights: "},
		{"an enum is no prose", AttendanceChosen{"opening", first, prose}, "mode: "},
		{"a phase is no prose", PhaseStarted{prose}, "phase: "},
		{"a digest is a SHA-256", PrinciplesPublished{1, Text{"fi": "a"}, "abc"}, "digest: "},
		{"a digest is lower-case", PrinciplesPublished{1, Text{"fi": "a"}, Digest(strings.ToUpper(string(sum)))}, "digest: "},
		{"a digest must be there", MatchingFrozen{Peer, []EnrolmentID{}, ""}, "input_digest: is missing"},
		{"a date is a day that exists", PhaseAnnounced{"review", "2023-02-29", "2023-03-01"}, "from: "},
		{"a date is no prose", PhaseAnnounced{"review", "2023-02-28", prose}, "to: "},
		{"a date has two digits for a day", PhaseAnnounced{"review", "2023-02-28", "2023-03-1"}, "to: "},
		{"a date must be there", PhaseAnnounced{Phase: "review", To: "2023-03-01"}, "from: is missing"},
		{"a time must be there", heldAt(time.Time{}), "held_at: is missing"},
		{"a time is in UTC", heldAt(at(time.October, 26, 7).In(helsinki)), "held_at: "},
		{"a time is in years of four digits", heldAt(time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)), "held_at: "},
		{"a text has a language", about(Text{}), "about: name: "},
		{"a text must be there", about(nil), "about: name: is missing"},
		{"a text is not empty", about(Text{"fi": ""}), "about: name: "},
		{"a language is a code", about(Text{"suomi": "Virasto"}), "about: name: "},
		{"a language is no prose", about(Text{prose: "Virasto"}), "about: name: "},
		{"a text ends at 4,000 bytes", about(Text{"fi": long}), "about: name: "},
		{"a text is UTF-8", about(Text{"fi": "\xff"}), "about: name: "},
		{"a link is an address", link(prose), "link: "},
		{"a link is of the web", link("javascript:alert(1)"), "link: "},
		{"a link has a host", link("https:///page"), "link: "},
		{"a link holds no password", link("https://meri:secret@example.org/"), "link: "},
		{"a link ends at 2,000 bytes", link(Link("https://example.org/" + long)), "link: "},
		{"a name is one line", SpeakerConfirmed{"opening", "Meri\nsaid", Text{"fi": "a"}}, "name: "},
		{"a name has no hidden line either", SpeakerConfirmed{"opening", "Meri\u2028said", Text{"fi": "a"}}, "name: "},
		{"nor a hidden paragraph", SpeakerConfirmed{"opening", "Meri\u2029said", Text{"fi": "a"}}, "name: "},
		{"a name ends at 200 bytes", SpeakerConfirmed{"opening", Name(long), Text{"fi": "a"}}, "name: "},
		{"personal text is somebody's", WishSubmitted{"w-1", []Code{}, Personal{Box: []byte{1}}}, "text: "},
		{"whose it is, is no prose", WishSubmitted{"w-1", []Code{}, Personal{Of: prose, Box: []byte{1}}}, "text: "},
		{"nor who else it is about", WishSubmitted{"w-1", []Code{}, Personal{Of: first, And: prose, Box: []byte{1}}}, "text: "},
		{"personal text ends at 4,000 bytes", WishSubmitted{"w-1", []Code{}, Plain(first, long)}, "text: "},
		{"a box ends somewhere", WishSubmitted{"w-1", []Code{}, Personal{Of: first, Box: make([]byte, 3*longestText)}}, "text: "},
		{"an event is a value", &ConcernRaised{"triad-1", "silence"}, "*events.ConcernRaised"},
		{"an event is no wrapper", struct{ ConcernRaised }{ConcernRaised{"triad-1", "silence"}}, "struct"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := Encode(recorded(c.event))
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), string(KindOf(c.event))) {
				t.Fatalf("Encode: %v, want an error with %q that names the kind", err, c.want)
			}
			for _, secret := range []string{"Meri", "chief", "secret", "ää"} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("the error repeats what was refused: %v", err)
				}
			}
		})
	}
}

// termsOf returns a list of one term.
func termsOf(t Term) Event { return CodesPublished{List: "themes", Version: 1, Terms: []Term{t}} }

func TestCheckAllows(t *testing.T) {
	cases := map[string]Event{
		"a field that is marked as optional is left out": MaterialPublished{
			Material: "m-1", Kind: "video", Title: Text{"fi": "Video"}, Licence: "CC BY 4.0",
		},
		"numbers are nought": attendanceSeats(0),
		"a text of exactly 4,000 bytes": GatheringCancelled{
			"g-1", Text{"fi": strings.Repeat("ä", longestText/2)},
		},
		"a code of exactly 64 bytes": ConcernRaised{"triad-1", Code(strings.Repeat("a", 64))},
		"a time in a zone that is UTC by another name": MeetingHeld{
			Meeting: "m-1", Group: "g-1", Mode: Lab, HeldAt: at(time.May, 2, 9).In(time.FixedZone("GMT", 0)),
		},
	}
	for name, e := range cases {
		t.Run(name, func(t *testing.T) {
			if err := Check(e); err != nil {
				t.Error(err)
			}
		})
	}
}

// attendanceSeats returns a gathering with so many seats in the Lab.
func attendanceSeats(seats int) Event {
	return GatheringScheduled{
		Gathering: "g-1", Kind: Meetup, Title: Text{"fi": "Treffit"}, Modes: []Seating{{Lab, seats}},
		StartsAt: at(time.March, 1, 9), EndsAt: at(time.March, 1, 11),
	}
}

func TestEnvelopeIsChecked(t *testing.T) {
	cases := map[string]func(*Recorded){
		"id":                 func(r *Recorded) { r.ID = prose },
		"time":               func(r *Recorded) { r.At = time.Time{} },
		"programme":          func(r *Recorded) { r.Programme = "mentoring.2022" },
		"cohort":             func(r *Recorded) { r.Cohort = ">" },
		"by ":                func(r *Recorded) { r.By = prose },
		"causation":          func(r *Recorded) { r.Causation = prose },
		"correlation":        func(r *Recorded) { r.Correlation = prose },
		"no event":           func(r *Recorded) { r.Event = nil },
		"programme is no":    func(r *Recorded) { r.Programme = "" },
		"cohort is no":       func(r *Recorded) { r.Cohort = "" },
		"by is no pseudonym": func(r *Recorded) { r.By = "" },
		"id is no":           func(r *Recorded) { r.ID = "" },
	}
	for want, spoil := range cases {
		r := recorded(ConcernRaised{"triad-1", "silence"})
		spoil(&r)
		_, err := Encode(r)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "Meri") {
			t.Errorf("%s: Encode: %v", want, err)
		}
	}
	whole := recorded(ConcernRaised{"triad-1", "silence"})
	whole.Cohort = WholeProgramme
	if _, err := Encode(whole); err != nil {
		t.Errorf("a fact of the whole programme: %v", err)
	}
}

func TestCorrectionsAreChecked(t *testing.T) {
	held := MeetingHeld{Meeting: "meeting-1", Group: "triad-1", HeldAt: at(time.October, 26, 7), Minutes: 75, Mode: Teams, Present: 3}
	good, err := Correct(812, held, "wrong-day")
	if err != nil {
		t.Fatal(err)
	}
	if truth, err := good.True(); err != nil || KindOf(truth) != "meeting-held" || truth.(MeetingHeld).Present != 3 {
		t.Errorf("True = %+v, %v", truth, err)
	}
	with := func(change func(*RecordCorrected)) RecordCorrected { c := good; change(&c); return c }
	cases := []struct {
		name  string
		event RecordCorrected
		want  string
	}{
		{"a reason is a code", with(func(c *RecordCorrected) { c.Reason = prose }), "reason"},
		{"a record has a place", with(func(c *RecordCorrected) { c.Corrects = 0 }), "corrects"},
		{"a record is of a known kind", with(func(c *RecordCorrected) { c.Record = "minutes-taken" }), "record"},
		{"the truth is of the record's kind", with(func(c *RecordCorrected) { c.Record = "goal-set" }), "truth"},
		{"the truth is whole", with(func(c *RecordCorrected) { c.Truth = []byte(`{"meeting":"meeting-1"}`) }), "truth"},
		{"the truth is there", with(func(c *RecordCorrected) { c.Truth = nil }), "truth"},
		{"the truth has no more than its kind", with(func(c *RecordCorrected) {
			c.Truth = []byte(strings.Replace(string(c.Truth), `{`, `{"notes":"Meri",`, 1))
		}), "truth"},
		{"the truth holds no prose", with(func(c *RecordCorrected) {
			c.Truth = []byte(strings.Replace(string(c.Truth), `triad-1`, prose, 1))
		}), "truth: group"},
		{"the truth is written as its record would be", with(func(c *RecordCorrected) {
			c.Truth = []byte(strings.Replace(string(c.Truth), `,`, `, `, 1))
		}), "truth"},
		{"personal text is amended, not corrected", RecordCorrected{1, "wish-submitted", []byte(`{"wish":"w-1","themes":[]}`), "wrong"}, "wish-submitted"},
		{"a correction is not corrected", RecordCorrected{813, "record-corrected", mustMarshal(t, good), "wrong"}, "record-corrected"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := Encode(recorded(c.event))
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "chief") {
				t.Errorf("Encode: %v, want an error with %q", err, c.want)
			}
		})
	}
	if _, err := Correct(1, ConcernRaised{"triad-1", prose}, "wrong"); err == nil {
		t.Error("a correction to prose was made")
	}
	if _, err := Correct(1, WishSubmitted{"w-1", []Code{}, Plain(first, prose)}, "wrong"); !errors.Is(err, ErrUnsealed) {
		t.Errorf("a correction to text that is not sealed: %v", err)
	}
}

func mustMarshal(t *testing.T, e Event) []byte {
	t.Helper()
	data, err := encodeData(e)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestIsWord(t *testing.T) {
	for s, want := range map[string]bool{
		"a": true, "a-1": true, "2022": true, "1f2b8c1e-5d4a-4e6f-9b7a-1c2d3e4f5a6b": true, strings.Repeat("x", 64): true,
		"": false, "-": false, "-a": false, "A": false, "a b": false, "a.b": false, "ä": false, "a_b": false, "a\n": false,
		"*": false, ">": false, strings.Repeat("x", 65): false,
	} {
		if IsWord(s) != want {
			t.Errorf("IsWord(%q) = %v", s, !want)
		}
	}
}
