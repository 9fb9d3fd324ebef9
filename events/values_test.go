package events

import (
	"slices"
	"testing"
	"time"
)

func TestTextIn(t *testing.T) {
	cases := []struct {
		name       string
		text       Text
		langs      []string
		want, lang string
	}{
		{"the reader's language", Text{"fi": "a", "sv": "b"}, []string{"sv"}, "b", "sv"},
		{"the reader's second language", Text{"fi": "a", "en": "c"}, []string{"sv", "en"}, "c", "en"},
		{"else Finnish", Text{"fi": "a", "en": "c"}, []string{"sv"}, "a", "fi"},
		{"else Swedish", Text{"sv": "b", "en": "c"}, nil, "b", "sv"},
		{"else English", Text{"en": "c", "de": "d"}, nil, "c", "en"},
		{"else the first that there is", Text{"se": "e", "de": "d", "et": "f"}, nil, "d", "de"},
		{"else nothing", nil, []string{"fi"}, "", ""},
	}
	for _, c := range cases {
		if got, lang := c.text.In(c.langs...); got != c.want || lang != c.lang {
			t.Errorf("%s: In(%q) = %q in %q, want %q in %q", c.name, c.langs, got, lang, c.want, c.lang)
		}
	}
	langs := make([]string, 1, 4)
	langs[0] = "sv"
	Text{"fi": "a"}.In(langs...)
	if spare := langs[:4]; spare[1] != "" {
		t.Errorf("In wrote into its caller's slice: %q", spare)
	}
}

func TestDate(t *testing.T) {
	helsinki, err := time.LoadLocation("Europe/Helsinki")
	if err != nil {
		t.Fatal(err)
	}
	late := time.Date(2022, 10, 4, 21, 30, 0, 0, time.UTC)
	if got := Day(late); got != "2022-10-04" {
		t.Errorf("Day = %s in UTC", got)
	}
	if got := Day(late.In(helsinki)); got != "2022-10-05" {
		t.Errorf("Day = %s in Helsinki", got)
	}
	midnight, err := Date("2023-03-27").Time(helsinki)
	if err != nil || !midnight.Equal(time.Date(2023, 3, 26, 21, 0, 0, 0, time.UTC)) {
		t.Errorf("Time = %v, %v", midnight, err)
	}
	for _, bad := range []Date{"", "2023-02-29", "2023-2-1", "2023-02-01T00:00:00Z", "tomorrow"} {
		if got, err := bad.Time(time.UTC); err == nil || !got.IsZero() {
			t.Errorf("%q.Time = %v, %v", bad, got, err)
		}
	}
}

func TestListsAreOfWords(t *testing.T) {
	if got := Slots(); len(got) != 10 || got[0] != "mon-am" || got[9] != "fri-pm" {
		t.Errorf("Slots = %q", got)
	}
	var all []string
	for _, s := range Slots() {
		all = append(all, string(s))
	}
	for _, p := range Phases() {
		all = append(all, string(p))
	}
	for _, r := range Roles() {
		all = append(all, string(r))
	}
	for _, m := range MaterialKinds() {
		all = append(all, string(m))
	}
	for _, w := range all {
		if !IsWord(w) {
			t.Errorf("%q is no word", w)
		}
	}
	slices.Sort(all)
	if n := len(all); len(slices.Compact(all)) != n {
		t.Error("a word is in a list twice")
	}
	Slots()[0] = "sun-am"
	if Slots()[0] != "mon-am" {
		t.Error("a caller can change the week")
	}
}

func TestScaleRange(t *testing.T) {
	for scale, want := range map[Scale][3]int{Agreement: {1, 5, 1}, Recommendation: {0, 10, 1}, YesNo: {0, 1, 1}, "mood": {}} {
		low, high, known := scale.Range()
		if low != want[0] || high != want[1] || known != (want[2] == 1) {
			t.Errorf("%s.Range = %d, %d, %v", scale, low, high, known)
		}
	}
}

func TestReservedActorsAreNoPersons(t *testing.T) {
	for _, p := range []PersonID{Operator, Clock, Engine, Import, Notify, Respondent} {
		if !IsReserved(p) || !IsWord(string(p)) || len(p) == len(first) {
			t.Errorf("%q is not an actor that no person could be", p)
		}
	}
	if IsReserved(first) || IsReserved("") {
		t.Error("a person is taken for a reserved actor")
	}
}

func TestSubject(t *testing.T) {
	if got := recorded(GoalSet{}).Subject(); got != "history.mentoring.2022.goal-set" {
		t.Errorf("Subject = %s", got)
	}
	if got := SubjectOf("mentoring", WholeProgramme, "programme-launched"); got != "history.mentoring.-.programme-launched" {
		t.Errorf("SubjectOf = %s", got)
	}
}

func TestIsSubject(t *testing.T) {
	for s, want := range map[string]bool{
		"history.mentoring.2022.goal-set": true, "history.mentoring.2022.goal-set.x": false, "history.mentoring.2022.goal": false,
		"history.mentoring.2022": false, "history.mentoring.2023.goal-set": false, "mentoring.2022.goal-set": false,
		"historymentoring.2022.goal-set": false, "history..2022.goal-set": false, "": false,
	} {
		if isSubject(s, "mentoring", "2022", "goal-set") != want {
			t.Errorf("isSubject(%q) = %v", s, !want)
		}
	}
}
