package programme

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"kolmikko/events"
)

// pia and kai are two people of a list, who are not registered yet.
const (
	pia events.PersonID = "00000000-0000-4000-8000-00000000a001"
	kai events.PersonID = "00000000-0000-4000-8000-00000000a002"
)

// listed is a row of somebody at o9, which is new, changed.
func listed(who events.PersonID, changes ...func(*Row)) Row {
	a := application("o9")
	r := Row{Person: who, Name: "Malli Henkilö", Address: "malli@example.org", Language: "fi",
		Organisation: "o9", OrganisationName: "Uusi virasto", Branch: "stm", OrganisationRegion: "lappi", Size: 2,
		Track: events.Peer, Part: events.Supervisor, Region: a.Region, Languages: a.Languages, Themes: a.Themes,
		Slots: a.Slots, Mode: a.Mode, Experience: a.Experience, Consent: 1}
	for _, change := range changes {
		change(&r)
	}
	return r
}

func rows(r ...Row) ImportEnrolments { return ImportEnrolments{r} }

// brought is what a row brings: the organisation and the person if they are new,
// the consent, and the enrolment.
func brought(house, id string, r Row) (all []events.Event) {
	if house != "" {
		all = append(all, events.OrganisationRegistered{Organisation: events.OrganisationID(house), About: events.Organisation{
			Name: events.Text{"fi": r.OrganisationName}, Branch: r.Branch, Region: r.OrganisationRegion, Size: r.Size}})
	}
	return append(all,
		events.PersonRegistered{Person: r.Person, Language: r.Language, Name: events.Plain(r.Person, r.Name), Address: events.Plain(r.Person, r.Address)},
		consented(r.Person, r.Consent),
		events.EnrolmentSubmitted{Enrolment: events.EnrolmentID(id), Person: r.Person, Track: r.Track, Part: r.Part, Application: r.application()})
}

func recordedAll(all []events.Event) (h []any) {
	for _, e := range all {
		h = append(h, e)
	}
	return h
}

func TestImportEnrolments(t *testing.T) {
	first, second := listed(pia), listed(kai, func(r *Row) { r.OrganisationName, r.Branch, r.OrganisationRegion, r.Size = "", "", "", 0 })
	both := slices.Concat(brought("o9", "e1", first), brought("", "e2", second))
	atHome := listed(pia, func(r *Row) { r.OrganisationRegion = "" })
	home := brought("o9", "e1", listed(pia, func(r *Row) { r.OrganisationRegion = "uusimaa" }))
	known := listed(anne, func(r *Row) { r.Organisation, r.OrganisationName, r.Branch, r.OrganisationRegion = "o1", "", "", "" })
	also := listed(pia, func(r *Row) { r.Track, r.Part, r.Months = events.Reverse, events.Newcomer, 3 })
	done := func(more ...any) given {
		return begun(slices.Concat([]any{seats, newcomers}, recordedAll(both), more)...)
	}
	gone := events.EnrolmentWithdrawn{Enrolment: "e1", Reason: "no-time"}
	for name, s := range map[string]spec{
		"all that is new in each row":         {given: begun(seats), when: rows(first, second), then: both},
		"an organisation is where one works":  {given: begun(seats), when: rows(atHome), then: home},
		"who and what is known is not anew":   {given: begun(seats), when: rows(known), then: brought("", "e1", known)[1:]},
		"a person on both tracks agrees once": {given: begun(seats, newcomers), when: rows(first, also), then: append(brought("o9", "e1", first), brought("", "e2", also)[2])},
		"asking twice is quiet":               {given: done(), when: rows(first, second)},
		"also when enrolment is closed":       {given: done(events.EnrolmentClosed{Track: events.Peer, Part: events.Supervisor}), when: rows(first, second)},
		"who withdrew is not enrolled anew":   {given: done(gone), when: rows(first, second)},
		"what was added is news":              {given: done(), when: rows(first, second, also), then: brought("", "e3", also)[2:]},
		"there is a row":                      {given: begun(seats), when: rows(), refused: Incomplete},
		"no half of a list":                   {given: begun(seats), when: rows(first, listed(kai, func(r *Row) { r.Slots = nil })), refused: ImportRows},
		"a participant imports none":          {given: begun(seats), by: anne, when: rows(first), refused: NotYours},
		"nor does a file by itself":           {given: begun(seats), by: events.Import, when: rows(first), refused: NotYours},
		"not when it is over":                 {given: begun(seats, events.CohortCompleted{}), when: rows(first), refused: CohortOver},
	} {
		t.Run(name, s.run)
	}
}

func TestCheckRows(t *testing.T) {
	at := func(change func(*Row)) []Row { return []Row{listed(pia, change)} }
	for name, c := range map[string]struct {
		given given
		rows  []Row
		want  string // line column rule
	}{
		"all is well":                       {rows: []Row{listed(pia), listed(kai)}},
		"lines are the list's own":          {rows: at(func(r *Row) { r.Line, r.Name = 7, "" }), want: "7 name incomplete"},
		"a person is a UUID":                {rows: at(func(r *Row) { r.Person = "pia" }), want: "1 person unfit"},
		"a name is not empty":               {rows: at(func(r *Row) { r.Name = " " }), want: "1 name incomplete"},
		"a language is on its list":         {rows: at(func(r *Row) { r.Language = "Malli" }), want: "1 language code-unknown"},
		"an organisation is a word":         {rows: at(func(r *Row) { r.Organisation = "Uusi virasto" }), want: "1 organisation unfit"},
		"a new one has a name":              {rows: at(func(r *Row) { r.OrganisationName = "" }), want: "1 organisation_name incomplete"},
		"and a branch":                      {rows: at(func(r *Row) { r.Branch = "" }), want: "1 branch code-unknown"},
		"and a region":                      {rows: at(func(r *Row) { r.OrganisationRegion = "x" }), want: "1 organisation_region code-unknown"},
		"and a size":                        {rows: at(func(r *Row) { r.Size = 9 }), want: "1 size unfit"},
		"rows agree on it":                  {rows: []Row{listed(pia), listed(kai, func(r *Row) { r.Branch, r.Size = "ym", 1 })}, want: "2 branch organisation-known, 2 size organisation-known"},
		"and agree with what is registered": {rows: at(func(r *Row) { r.Organisation = "o1" }), want: "1 organisation_name organisation-known, 1 branch organisation-known, 1 organisation_region organisation-known, 1 size organisation-known"},
		"enrolment is open":                 {rows: at(func(r *Row) { r.Track = events.Reverse }), want: "1 track enrolment-closed"},
		"a region is on its list":           {rows: at(func(r *Row) { r.Region = "x" }), want: "1 region code-unknown"},
		"so are languages and themes":       {rows: at(func(r *Row) { r.Languages, r.Themes = []events.Code{"la"}, []events.Code{"x", "y"} }), want: "1 languages code-unknown, 1 themes code-unknown"},
		"four half-days":                    {rows: at(func(r *Row) { r.Slots = r.Slots[:3] }), want: "1 slots too-few-slots"},
		"a mode":                            {rows: at(func(r *Row) { r.Mode = "phone" }), want: "1 mode unfit"},
		"numbers in their range":            {rows: at(func(r *Row) { r.Experience, r.TeamSize, r.Months = 9, 9, -1 }), want: "1 experience unfit, 1 team_size unfit, 1 months unfit"},
		"a superior is known":               {rows: at(func(r *Row) { r.Superior = stranger }), want: "1 superior not-registered"},
		"or in the list":                    {rows: []Row{listed(pia, func(r *Row) { r.Superior = kai }), listed(kai)}},
		"consent":                           {rows: at(func(r *Row) { r.Consent = 0 }), want: "1 consent consent-missing"},
		"nobody twice on a track":           {rows: []Row{listed(pia), listed(pia)}, want: "2 person already-enrolled"},
		"nobody under another's name":       {rows: []Row{listed(pia), listed(pia, func(r *Row) { r.Name = "Muu" })}, want: "2 person already-registered, 2 person already-enrolled"},
		"nobody who was erased":             {given: given{registered(pia), whole(events.PersonErased{Person: pia})}, rows: []Row{listed(pia)}, want: "1 person erased"},
		"nobody with other details":         {given: given{consented(pia, 1), events.EnrolmentSubmitted{Enrolment: "e1", Person: pia, Track: events.Peer, Part: events.Supervisor}}, rows: []Row{listed(pia)}, want: "1 person already-enrolled"},
	} {
		t.Run(name, func(t *testing.T) {
			faults, err := fold(append(begun(seats), c.given...)).CheckRows(Ask{By: coordinator, At: noon, Cohort: "c22"}, c.rows)
			var got []string
			for _, f := range faults {
				got = append(got, fmt.Sprintf("%d %s %s", f.Line, f.Column, f.Rule))
			}
			if strings.Join(got, ", ") != c.want || err != nil {
				t.Errorf("faults %q, %v; want %q", got, err, c.want)
			}
		})
	}
}

// TestImportTellsNothingPersonal looks for what was in a wrong column in the
// refusal of the list.
func TestImportTellsNothingPersonal(t *testing.T) {
	wrong := listed("virtanen", func(r *Row) {
		r.Name, r.Address, r.Language, r.Organisation, r.Branch, r.Region = "", "virtanen", "virtanen", "virtanen x", "virtanen", "virtanen"
		r.Languages, r.Themes, r.Slots, r.Mode, r.Superior = []events.Code{"virtanen"}, []events.Code{"virtanen"}, []events.Slot{"virtanen"}, "virtanen", "virtanen"
	})
	_, err := rows(wrong).Decide(fold(begun(seats)), Ask{By: coordinator, At: noon, Cohort: "c22"})
	if refusal, _ := errors.AsType[Refusal](err); refusal.Rule != "import-rows" || strings.Contains(refusal.Detail, "virtanen") {
		t.Errorf("refused with %v", err)
	}
}

// TestImportIsOneBatch holds a list to what can be written in one piece.
func TestImportIsOneBatch(t *testing.T) {
	var many []Row
	for i := range 300 {
		many = append(many, listed(events.PersonID(fmt.Sprintf("00000000-0000-4000-8000-%012x", 0xb000+i))))
	}
	s, ask := fold(begun(seats)), Ask{By: coordinator, At: noon, Cohort: "c22"}
	_, err := ImportEnrolments{many}.Decide(s, ask)
	if refusal, _ := errors.AsType[Refusal](err); refusal.Rule != "too-many-rows" || !strings.Contains(refusal.Detail, "299 rows") {
		t.Errorf("refused with %v", err)
	}
	again := slices.Clone(many[:299])
	if all, err := (ImportEnrolments{many[:299]}).Decide(s, ask); len(all) != 1+3*299 || err != nil {
		t.Errorf("%d events, %v", len(all), err)
	}
	if !reflect.DeepEqual(again, many[:299]) {
		t.Error("deciding has changed the list")
	}
}
