package programme

import (
	"testing"
	"time"

	"kolmikko/events"
)

func TestCompleteCohort(t *testing.T) {
	june := time.Date(2023, 6, 1, 9, 0, 0, 0, time.UTC)
	closing := events.GatheringScheduled{Gathering: "g1", Kind: events.Closing,
		StartsAt: june.AddDate(0, 0, -7), EndsAt: june.AddDate(0, 0, -7).Add(time.Hour)}
	complete := CompleteCohort{EndedOn: "2023-05-31"}
	anyway := CompleteCohort{EndedOn: "2023-05-31", Reason: "closing-not-held"}
	for name, s := range map[string]spec{
		"an owner, once the closing was held": {given: begun(closing), by: owner, at: june, when: complete, then: []events.Event{events.CohortCompleted(complete)}},
		"or with a reason":                    {given: begun(), by: owner, at: june, when: anyway, then: []events.Event{events.CohortCompleted(anyway)}},
		"asking twice is quiet":               {given: begun(closing, events.CohortCompleted(complete)), by: owner, at: june, when: complete},
		"the closing was held":                {given: begun(), by: owner, at: june, when: complete, refused: ClosingNotHeld},
		"and is not still to come":            {given: begun(closing), by: owner, at: closing.StartsAt, when: complete, refused: ClosingNotHeld},
		"and was not cancelled":               {given: begun(closing, events.GatheringCancelled{Gathering: "g1"}), by: owner, at: june, when: complete, refused: ClosingNotHeld},
		"a reason is on its list":             {given: begun(), by: owner, at: june, when: CompleteCohort{"2023-05-31", "tired"}, refused: CodeUnknown},
		"its last day has come":               {given: begun(closing), by: owner, at: june, when: CompleteCohort{EndedOn: "2023-06-02"}, refused: NotEnded},
		"and is after its first":              {given: begun(closing), by: owner, at: june, when: CompleteCohort{EndedOn: "2022-09-30"}, refused: NotEnded},
		"and is a day":                        {given: begun(closing), by: owner, at: june, when: CompleteCohort{}, refused: Unfit},
		"a coordinator completes none":        {given: begun(closing), at: june, when: complete, refused: NotYours},
		"there is such a cohort":              {given: begun(), by: owner, in: "c99", at: june, when: complete, refused: CohortNotOpened},
	} {
		t.Run(name, s.run)
	}
}

func TestArchiveCohort(t *testing.T) {
	over := events.CohortCompleted{EndedOn: "2022-10-05", Reason: "too-few"}
	archive := ArchiveCohort{10, noon}
	helsinki := ArchiveCohort{10, noon.In(time.FixedZone("EEST", 3*3600))}
	follows := []events.Event{events.CohortArchived(archive)}
	for name, s := range map[string]spec{
		"an owner, once it is completed":    {given: begun(over), by: owner, when: archive, then: follows},
		"times are kept in UTC":             {given: begun(over), by: owner, when: helsinki, then: follows},
		"asking twice is quiet":             {given: begun(over, follows[0]), by: owner, when: archive},
		"it was completed":                  {given: begun(), by: owner, when: archive, refused: NotCompleted},
		"the key is destroyed":              {given: begun(over), by: owner, when: ArchiveCohort{Retention: 10}, refused: KeyNotDestroyed},
		"and not only later":                {given: begun(over), by: owner, when: ArchiveCohort{10, noon.Add(1)}, refused: KeyNotDestroyed},
		"it is kept for a number of years":  {given: begun(over), by: owner, when: ArchiveCohort{0, noon}, refused: Unfit},
		"a coordinator archives none":       {given: begun(over), when: archive, refused: NotYours},
		"a cohort, not the whole programme": {given: begun(over), by: owner, in: events.WholeProgramme, when: archive, refused: CohortNotOpened},
	} {
		t.Run(name, s.run)
	}
}

func TestImportSummary(t *testing.T) {
	summary := ImportSummary{events.Text{"fi": "Loppuraportti 2021"}, []events.Figure{{Metric: "would-recommend", Value: 8250, N: 41}}}
	follows := events.HistoricalSummaryImported(summary)
	there := events.Recorded{By: evaluator, Cohort: "c21", At: noon, Event: follows}
	figure := func(f events.Figure) ImportSummary {
		return ImportSummary{summary.Source, []events.Figure{f}}
	}
	for name, s := range map[string]spec{
		"an evaluator imports one":        {given: begun(), by: evaluator, in: "c21", when: summary, then: []events.Event{follows}},
		"asking twice is quiet":           {given: begun(there), by: evaluator, in: "c21", when: summary},
		"it is imported once":             {given: begun(there), by: evaluator, in: "c21", when: figure(events.Figure{Metric: "change"}), refused: HasEvents},
		"not where there are events":      {given: begun(), by: evaluator, when: summary, refused: HasEvents},
		"nothing else happens in it":      {given: begun(there), in: "c21", when: AnnouncePhase{"enrolment", "2022-08-01", "2022-09-01"}, refused: CohortNotOpened},
		"it says where it is from":        {given: begun(), by: evaluator, in: "c21", when: ImportSummary{Figures: summary.Figures}, refused: Incomplete},
		"there are figures":               {given: begun(), by: evaluator, in: "c21", when: ImportSummary{Source: summary.Source}, refused: Incomplete},
		"of some people":                  {given: begun(), by: evaluator, in: "c21", when: figure(events.Figure{Metric: "change", N: -1}), refused: Unfit},
		"of something":                    {given: begun(), by: evaluator, in: "c21", when: figure(events.Figure{Value: 1}), refused: Unfit},
		"a cohort's id is a word":         {given: begun(), by: evaluator, in: "Year 2021", when: summary, refused: Unfit},
		"a coordinator imports none":      {given: begun(), in: "c21", when: summary, refused: NotYours},
		"a summary is no whole programme": {given: begun(), by: evaluator, in: events.WholeProgramme, when: summary, refused: Unfit},
	} {
		t.Run(name, s.run)
	}
}
