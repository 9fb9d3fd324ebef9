package programme

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"kolmikko/events"
)

const auditor events.PersonID = "00000000-0000-4000-8000-0000000000f0"

// seen is who sees what: all of a view (a), what is about themselves (s), about
// another member of their group (g), about anybody else (o). The member is in
// a group, the applicant in none; the stranger is not registered.
const seen = `
view        owner coordinator host evaluator auditor protector member applicant stranger operator
programme   asgo  asgo        asgo asgo      asgo    asgo      asgo   asgo      -        asgo
publication asgo  asgo        asgo asgo      asgo    asgo      asgo   asgo      -        asgo
gatherings  asgo  asgo        asgo asgo      asgo    asgo      asgo   asgo      -        asgo
materials   asgo  asgo        asgo asgo      asgo    asgo      asgo   asgo      -        asgo
timeline    asgo  asgo        asgo asgo      asgo    asgo      asgo   asgo      -        asgo
roster      asgo  asgo        -    asgo      asgo    -         -      -         -        -
my-status   as    asgo        as   as        as      as        as     as        -        -
groups      asgo  asgo        -    -         asgo    -         sg     -         -        -
meetings    asgo  asgo        -    -         asgo    -         sg     -         -        -
history     asgo  asgo        -    -         asgo    asgo      -      -         -        -
waiting     -     asgo        -    -         -       -         -      -         -        -
outbox      asgo  asgo        -    -         -       -         -      -         -        -
people      asgo  asgo        s    s         s       s         sg     s         -        -
evaluation  asgo  asgo        -    asgo      -       -         -      -         -        -
`

// cast is who is meant by the columns of seen; anne is in a group with matti,
// and olli in none.
var cast = map[string]events.PersonID{"owner": owner, "coordinator": coordinator, "host": host, "evaluator": evaluator,
	"auditor": auditor, "protector": protector, "member": anne, "applicant": pekka, "stranger": stranger, "operator": events.Operator}

func looking(more ...any) *State {
	return fold(append(begun(whole(events.PersonRegistered{Person: auditor, Language: "fi"}), whole(events.RoleGranted{Person: auditor, Role: events.Auditor})),
		append(grouped(anne, matti, liisa), more...)...))
}

func TestMaySee(t *testing.T) {
	s := looking()
	rows := strings.Split(strings.TrimSpace(seen), "\n")
	columns := strings.Fields(rows[0])
	var listed []string
	for _, row := range rows[1:] {
		cells := strings.Fields(row)
		listed = append(listed, cells[0])
		for i, want := range cells[1:] {
			who, got := cast[columns[i+1]], ""
			for _, look := range []struct {
				letter string
				about  events.PersonID
			}{{"a", ""}, {"s", who}, {"g", matti}, {"o", olli}} {
				err := s.MaySee(cells[0], "c22", who, look.about)
				if err == nil {
					got += look.letter
				} else if refusal, _ := errors.AsType[Refusal](err); refusal.Rule != NotYours && refusal.Rule != NotFound {
					t.Errorf("%s, %s: refused by %v", cells[0], columns[i+1], err)
				}
			}
			if want == "-" {
				want = ""
			}
			if got != want {
				t.Errorf("%s: the %s sees %q of it, want %q", cells[0], columns[i+1], got, want)
			}
		}
	}
	for view := range sights {
		if !slices.Contains(listed, view) {
			t.Errorf("nothing says who sees %s", view)
		}
	}
}

func TestMaySeeRefuses(t *testing.T) {
	s := looking(events.Recorded{Cohort: "c21", Event: events.CohortOpened{TimeZone: "Europe/Helsinki"}})
	for name, look := range map[string]struct {
		view       string
		cohort     events.CohortID
		who, about events.PersonID
		rule       string
	}{
		"a view that there is not":               {"secrets", "c22", owner, "", NotFound},
		"a cohort that there is not":             {"timeline", "c99", anne, "", NotFound},
		"a cohort that a stranger guesses":       {"timeline", "c99", stranger, "", NotYours},
		"a person whom a coordinator mistypes":   {"my-status", "c22", coordinator, stranger, NotFound},
		"a person whom a participant guesses":    {"my-status", "c22", anne, stranger, NotYours},
		"a group of another cohort's":            {"groups", "c21", anne, matti, NotYours},
		"an evaluation's view, by a participant": {"evaluation-change", "c22", anne, "", NotYours},
		"an evaluation's view, by an evaluator":  {"evaluation-change", "c22", evaluator, "", ""},
		"what is of the whole programme":         {"gatherings", events.WholeProgramme, anne, "", ""},
		"a cohort that one takes no part in":     {"timeline", "c21", anne, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			err := s.MaySee(look.view, look.cohort, look.who, look.about)
			if refusal, _ := errors.AsType[Refusal](err); refusal.Rule != look.rule {
				t.Errorf("refused by %v, want %q", err, look.rule)
			}
		})
	}
}

func TestMaySeeKind(t *testing.T) {
	s := looking(whole(events.RoleGranted{Person: anne, Role: events.Owner}))
	for _, k := range events.Kinds() {
		var who []string
		for name, p := range cast {
			if name != "member" && s.MaySeeKind(p, k) {
				who = append(who, name)
			}
		}
		slices.Sort(who)
		want := "[auditor coordinator owner protector]"
		switch k {
		case "concern-raised":
			want = "[coordinator]"
		case "preference-stated":
			want = "[auditor coordinator]"
		case "feedback-given":
			want = "[auditor]"
		}
		if got := fmt.Sprint(who); got != want {
			t.Errorf("%s is seen by %s, want %s", k, got, want)
		}
	}
}

func TestMayName(t *testing.T) {
	gone := whole(events.PersonErased{Person: matti})
	for name, look := range map[string]struct {
		more       []any
		who, about events.PersonID
		want       bool
	}{
		"one's own":                               {nil, anne, anne, true},
		"one's own, without a group":              {nil, pekka, pekka, true},
		"of one's group":                          {nil, anne, matti, true},
		"of nobody else":                          {nil, anne, olli, false},
		"two without a group are in none":         {nil, olli, pekka, false},
		"any, as a coordinator":                   {nil, coordinator, olli, true},
		"any, as an owner":                        {nil, owner, olli, true},
		"none, as a host":                         {nil, host, anne, false},
		"none, as an evaluator":                   {nil, evaluator, anne, false},
		"none, as an auditor":                     {nil, auditor, anne, false},
		"none, as a stranger":                     {nil, stranger, anne, false},
		"of a stranger, as a coordinator":         {nil, coordinator, stranger, false},
		"of who was erased, in the group":         {[]any{gone}, anne, matti, false},
		"of who was erased, as a coordinator":     {[]any{gone}, coordinator, matti, false},
		"by who was erased":                       {[]any{gone}, matti, anne, false},
		"of who left the group":                   {[]any{events.ParticipantDroppedOut{Person: matti, Track: events.Peer, Group: "t01", Reason: "workload"}}, anne, matti, false},
		"of a group that is dissolved":            {[]any{events.GroupDissolved{Group: "t01", Reason: "too-few"}}, anne, matti, false},
		"of one's group, once the cohort is over": {[]any{over}, anne, matti, true},
		"of one's group, once it is archived":     {[]any{over, archive}, anne, matti, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := looking(look.more...).MayName(look.who, look.about, "c22"); got != look.want {
				t.Errorf("MayName = %v", got)
			}
		})
	}
}

// TestARefusalDoesNotRepeatWhatWasGiven keeps a name that somebody typed where
// an id belongs from coming back in an answer, or a log.
func TestARefusalDoesNotRepeatWhatWasGiven(t *testing.T) {
	_, err := facts(events.TieReported{From: anne, To: `Anne "Annukka" Esimerkki`, Tie: "knows"})
	if refusal, ok := errors.AsType[Refusal](err); !ok || strings.Contains(refusal.Detail, "Esimerkki") || !strings.HasPrefix(refusal.Detail, "to: ") {
		t.Errorf("refused with %v", err)
	}
}
