package programme

import (
	"testing"
	"time"

	"kolmikko/events"
)

func announced(p events.Phase, from, to events.Date) events.PhaseAnnounced {
	return events.PhaseAnnounced{Phase: p, From: from, To: to}
}

var (
	opening   = announced("opening", "2022-10-05", "2022-10-05")
	mentoring = announced("mentoring", "2022-10-10", "2023-05-10")
)

func TestAnnouncePhase(t *testing.T) {
	announce := AnnouncePhase(mentoring)
	follows := []events.Event{mentoring}
	for name, s := range map[string]spec{
		"a coordinator announces one":          {given: begun(opening), when: announce, then: follows},
		"the clock may":                        {given: begun(), by: events.Clock, when: announce, then: follows},
		"one day is enough":                    {given: begun(), when: AnnouncePhase(opening), then: []events.Event{opening}},
		"asking twice is quiet":                {given: begun(mentoring), when: announce},
		"other dates are a rescheduling":       {given: begun(mentoring), when: AnnouncePhase{"mentoring", "2022-10-11", "2023-05-10"}, refused: AnnouncedBefore},
		"a later phase may be announced first": {given: begun(announced("closing", "2023-05-22", "2023-05-26")), when: announce, then: follows},
		"no phase before one that precedes it": {given: begun(announced("matching", "2022-10-11", "2022-10-12")), when: announce, refused: OutOfOrder},
		"nor after one that follows it":        {given: begun(announced("closing", "2022-10-09", "2023-05-26")), when: announce, refused: OutOfOrder},
		"before the cohort, in the programme":  {given: begun(), when: AnnouncePhase{"enrolment", "2022-08-01", "2022-09-01"}, then: []events.Event{announced("enrolment", "2022-08-01", "2022-09-01")}},
		"but not before the programme":         {given: begun(), when: AnnouncePhase{"enrolment", "2022-07-31", "2022-09-01"}, refused: OutsideProgramme},
		"it starts before it ends":             {given: begun(), when: AnnouncePhase{"mentoring", "2022-10-10", "2022-10-09"}, refused: EndsBeforeStart},
		"its days are days":                    {given: begun(), when: AnnouncePhase{"mentoring", "soon", "soon"}, refused: Unfit},
		"it is one of the template":            {given: begun(), when: AnnouncePhase{"party", "2022-10-10", "2022-10-11"}, refused: NotFound},
		"a participant announces none":         {given: begun(), by: anne, when: announce, refused: NotYours},
		"there is such a cohort":               {given: begun(), in: "c99", when: announce, refused: CohortNotOpened},
		"and it is not over":                   {given: begun(events.CohortCompleted{}), when: announce, refused: CohortOver},
	} {
		t.Run(name, s.run)
	}
}

func TestStartPhase(t *testing.T) {
	start := StartPhase{"opening"}
	follows := []events.Event{events.PhaseStarted(start)}
	review := announced("review", "2022-09-20", "2022-09-30")
	later := []any{opening, mentoring, events.PhaseStarted{Phase: "mentoring"}}
	midnight := time.Date(2022, 10, 4, 21, 0, 0, 0, time.UTC) // in Helsinki
	for name, s := range map[string]spec{
		"a coordinator starts one":              {given: begun(opening), when: start, then: follows},
		"the clock at midnight":                 {given: begun(opening), by: events.Clock, at: midnight, when: start, then: follows},
		"not a moment earlier":                  {given: begun(opening), by: events.Clock, at: midnight.Add(-1), when: start, refused: TooEarly},
		"asking twice is quiet":                 {given: begun(opening, follows[0]), when: start},
		"it was announced":                      {given: begun(), when: start, refused: NotAnnounced},
		"not before one that precedes it":       {given: begun(review, opening), when: start, refused: OutOfOrder},
		"one that precedes it need not be over": {given: begun(review, events.PhaseStarted{Phase: "review"}, opening), when: start, then: follows},
		"not after one that follows it":         {given: begun(later...), when: start, refused: OutOfOrder},
		"a participant starts none":             {given: begun(opening), by: anne, when: start, refused: NotYours},
	} {
		t.Run(name, s.run)
	}
}

func TestCompletePhase(t *testing.T) {
	complete := CompletePhase{"opening"}
	started := events.PhaseStarted{Phase: "opening"}
	follows := []events.Event{events.PhaseCompleted(complete)}
	for name, s := range map[string]spec{
		"a coordinator completes one":  {given: begun(opening, started), when: complete, then: follows},
		"the clock may":                {given: begun(opening, started), by: events.Clock, when: complete, then: follows},
		"asking twice is quiet":        {given: begun(opening, started, follows[0]), when: complete},
		"it was started":               {given: begun(opening), when: complete, refused: PhaseNotStarted},
		"it was announced":             {given: begun(), when: complete, refused: PhaseNotStarted},
		"a participant completes none": {given: begun(opening, started), by: anne, when: complete, refused: NotYours},
	} {
		t.Run(name, s.run)
	}
}

func TestReschedulePhase(t *testing.T) {
	why := events.Text{"fi": "Tila oli varattu"}
	to := ReschedulePhase{"mentoring", "2022-10-17", "2023-05-12", why}
	longer := ReschedulePhase{"mentoring", "2022-10-10", "2023-05-12", why}
	moved := func(c ReschedulePhase) []events.Event {
		return []events.Event{events.PhaseRescheduled{Phase: "mentoring", From: c.From, To: c.To, OldFrom: "2022-10-10", OldTo: "2023-05-10", Reason: why}}
	}
	started := events.PhaseStarted{Phase: "mentoring"}
	for name, s := range map[string]spec{
		"both old and new dates are told":  {given: begun(mentoring), when: to, then: moved(to)},
		"asking twice is quiet":            {given: begun(mentoring, moved(to)[0]), when: to},
		"a started one may end later":      {given: begun(mentoring, started), when: longer, then: moved(longer)},
		"but not start anew":               {given: begun(mentoring, started), when: to, refused: PhaseStarted},
		"what is over stays":               {given: begun(mentoring, started, events.PhaseCompleted{Phase: "mentoring"}), when: longer, refused: PhaseOver},
		"it was announced":                 {given: begun(), when: to, refused: NotAnnounced},
		"a reason is given":                {given: begun(mentoring), when: ReschedulePhase{"mentoring", "2022-10-17", "2023-05-12", nil}, refused: Incomplete},
		"not after one that follows it":    {given: begun(mentoring, announced("midway", "2022-10-12", "2022-10-30")), when: to, refused: OutOfOrder},
		"it starts before it ends":         {given: begun(mentoring), when: ReschedulePhase{"mentoring", "2022-10-17", "2022-10-16", why}, refused: EndsBeforeStart},
		"the clock reschedules none":       {given: begun(mentoring), by: events.Clock, when: to, refused: NotYours},
		"a participant reschedules none":   {given: begun(mentoring), by: anne, when: to, refused: NotYours},
		"it is one of the template's ones": {given: begun(), when: ReschedulePhase{"party", "2022-10-17", "2022-10-18", why}, refused: NotFound},
	} {
		t.Run(name, s.run)
	}
}
