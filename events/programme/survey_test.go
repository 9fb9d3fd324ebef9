package programme

import (
	"slices"
	"testing"
	"time"

	"kolmikko/events"
)

// The words in which surveys are told.
var (
	items = []events.Item{
		{Item: "perspectives", Version: 1, Scale: events.Agreement, Question: events.Text{"fi": "Sain uusia näkökulmia"}},
		{Item: "recommend", Version: 1, Scale: events.Recommendation, Question: events.Text{"fi": "Suosittelisitko?"}, Optional: true},
	}
	midway  = events.SurveyOpened{Survey: "mid", Stage: events.Mid, Items: items, Closes: "2022-10-14"}
	pulse   = events.SurveyOpened{Survey: "pulse-1", Stage: events.Pulse, Items: items, Closes: "2022-10-14"}
	over    = events.CohortCompleted{EndedOn: "2022-10-05"}
	archive = events.CohortArchived{Retention: 10, KeyDestroyedAt: noon}
)

func TestOpenSurvey(t *testing.T) {
	open := OpenSurvey{events.Mid, items, "2022-10-14"}
	second := pulse
	second.Survey = "pulse-2"
	again := OpenSurvey{events.Pulse, items, "2022-10-14"}
	late := events.SurveyOpened{Survey: "follow-up", Stage: events.FollowUp, Items: items, Closes: "2022-10-14"}
	baseline := events.SurveyOpened{Survey: "baseline", Stage: events.Baseline, Items: items, Closes: "2022-10-14"}
	asked := func(change func(*events.Item)) []events.Item {
		all := slices.Clone(items)
		change(&all[0])
		return all
	}
	refusing := func(rule string, all []events.Item) spec {
		return spec{given: begun(), when: OpenSurvey{events.Mid, all, "2022-10-14"}, refused: rule}
	}
	inSwedish := asked(func(i *events.Item) {
		i.Question = events.Text{"fi": "Sain uusia näkökulmia", "sv": "Jag fick nya perspektiv"}
	})
	newVersion := asked(func(i *events.Item) { i.Version, i.Question = 2, events.Text{"fi": "Toinen"} })
	for name, s := range map[string]spec{
		"participants are asked something":           {given: begun(), when: open, then: []events.Event{midway}},
		"an evaluator may ask":                       {given: begun(), by: evaluator, when: open, then: []events.Event{midway}},
		"opening it twice is quiet":                  {given: begun(midway), when: open},
		"pulses are counted":                         {given: begun(pulse, events.SurveyClosed{Survey: "pulse-1"}), when: again, then: []events.Event{second}},
		"a pulse is opened once":                     {given: begun(pulse), when: again},
		"a follow-up comes after the end":            {given: begun(over), when: OpenSurvey{events.FollowUp, items, "2022-10-14"}, then: []events.Event{late}},
		"an item is asked in one more language":      {given: begun(baseline), when: OpenSurvey{events.Mid, inSwedish, "2022-10-14"}, then: []events.Event{events.SurveyOpened{Survey: "mid", Stage: events.Mid, Items: inSwedish, Closes: "2022-10-14"}}},
		"an item is changed under a new version":     {given: begun(baseline), when: OpenSurvey{events.Mid, newVersion, "2022-10-14"}, then: []events.Event{events.SurveyOpened{Survey: "mid", Stage: events.Mid, Items: newVersion, Closes: "2022-10-14"}}},
		"no participant asks":                        {given: begun(), by: anne, when: open, refused: NotYours},
		"no host asks":                               {given: begun(), by: host, when: open, refused: NotYours},
		"the whole programme is not asked":           {given: begun(), in: events.WholeProgramme, when: open, refused: CohortNotOpened},
		"a stage that nobody knows":                  {given: begun(), when: OpenSurvey{"quiz", items, "2022-10-14"}, refused: Unfit},
		"each stage once":                            {given: begun(midway, events.SurveyClosed{Survey: "mid"}), when: open, refused: StageTaken},
		"the stage is open with other items":         {given: begun(midway), when: OpenSurvey{events.Mid, items[:1], "2022-10-14"}, refused: StageTaken},
		"another pulse before the first is over":     {given: begun(pulse), when: OpenSurvey{events.Pulse, items[:1], "2022-10-14"}, refused: SurveyOpen},
		"midway through what is over":                {given: begun(over), when: open, refused: CohortOver},
		"a follow-up once the keys are gone":         {given: begun(over, archive), when: OpenSurvey{events.FollowUp, items, "2022-10-14"}, refused: CohortArchived},
		"other words under the same version":         {given: begun(baseline), when: OpenSurvey{events.Mid, asked(func(i *events.Item) { i.Question = events.Text{"fi": "Toinen"} }), "2022-10-14"}, refused: ItemChanged},
		"another scale under the same version":       {given: begun(baseline), when: OpenSurvey{events.Mid, asked(func(i *events.Item) { i.Scale = events.YesNo }), "2022-10-14"}, refused: ItemChanged},
		"other words than another cohort was asked":  {given: begun(events.Recorded{Cohort: "c21", Event: baseline}), when: OpenSurvey{events.Mid, asked(func(i *events.Item) { i.Question = events.Text{"fi": "Toinen"} }), "2022-10-14"}, refused: ItemChanged},
		"nothing is asked":                           refusing(Incomplete, nil),
		"the same question twice":                    refusing(Unfit, append(items[:1:1], items[0])),
		"a version below one":                        refusing(Unfit, asked(func(i *events.Item) { i.Version = 0 })),
		"a scale that nobody knows":                  refusing(Unfit, asked(func(i *events.Item) { i.Scale = "stars" })),
		"an id that is no word":                      refusing(Unfit, asked(func(i *events.Item) { i.Item = "Minun oma" })),
		"a question without words":                   refusing(Incomplete, asked(func(i *events.Item) { i.Question = nil })),
		"it closed yesterday":                        {given: begun(), when: OpenSurvey{events.Mid, items, "2022-10-04"}, refused: Unfit},
		"it closes in the year after the next":       {given: begun(), when: OpenSurvey{events.Mid, items, "2024-10-05"}, refused: Unfit},
		"it closes on no day":                        {given: begun(), when: OpenSurvey{events.Mid, items, ""}, refused: Incomplete},
		"it closes on the thirtieth of February":     {given: begun(), when: OpenSurvey{events.Mid, items, "2023-02-30"}, refused: Unfit},
		"it may close on the day on which it opened": {given: begun(), when: OpenSurvey{events.Mid, items, "2022-10-05"}, then: []events.Event{events.SurveyOpened{Survey: "mid", Stage: events.Mid, Items: items, Closes: "2022-10-05"}}},
	} {
		t.Run(name, s.run)
	}
}

func TestCloseSurvey(t *testing.T) {
	shut, closed := CloseSurvey{"mid"}, []events.Event{events.SurveyClosed{Survey: "mid"}}
	next := time.Date(2022, 10, 14, 21, 0, 0, 0, time.UTC) // midnight in Helsinki
	for name, s := range map[string]spec{
		"a coordinator closes it early":          {given: begun(midway), when: shut, then: closed},
		"or an evaluator":                        {given: begun(midway), by: evaluator, when: shut, then: closed},
		"the clock closes it after its last day": {given: begun(midway), by: events.Clock, at: next, when: shut, then: closed},
		"also once the cohort is over":           {given: begun(midway, over), by: events.Clock, at: next, when: shut, then: closed},
		"but not before":                         {given: begun(midway), by: events.Clock, at: next.Add(-1), when: shut, refused: SurveyOpen},
		"closing twice is quiet":                 {given: begun(midway, closed[0]), when: shut},
		"no participant closes it":               {given: begun(midway), by: anne, when: shut, refused: NotYours},
		"there is no such survey":                {given: begun(), when: shut, refused: NotFound},
	} {
		t.Run(name, s.run)
	}
}

func TestGiveFeedback(t *testing.T) {
	answers := []events.Answer{{Item: "perspectives", Value: 5}, {Item: "recommend", Value: 0}}
	swapped := []events.Answer{answers[1], answers[0]}
	give := GiveFeedback{"mid", "r-5f3a9c", "c-81be02", events.Peer, events.Supervisor, answers, ""}
	given := events.FeedbackGiven{Survey: "mid", Respondent: "r-5f3a9c", Cluster: "c-81be02", Track: events.Peer, Part: events.Supervisor, Answers: answers}
	with := func(change func(*GiveFeedback)) GiveFeedback {
		c := give
		change(&c)
		return c
	}
	following := func(c GiveFeedback, change func(*events.FeedbackGiven)) spec {
		e := given
		change(&e)
		return spec{given: begun(midway), by: events.Respondent, when: c, then: []events.Event{e}}
	}
	refusing := func(rule string, change func(*GiveFeedback)) spec {
		return spec{given: begun(append(grouped(anne, matti, liisa), midway)...), by: events.Respondent, when: with(change), refused: rule}
	}
	for name, s := range map[string]spec{
		"answers come in":                      following(give, func(*events.FeedbackGiven) {}),
		"in the order of the questions":        following(with(func(c *GiveFeedback) { c.Answers = swapped }), func(*events.FeedbackGiven) {}),
		"what need not be answered may be not": following(with(func(c *GiveFeedback) { c.Answers = answers[:1] }), func(e *events.FeedbackGiven) { e.Answers = answers[:1] }),
		"text is the respondent's": following(with(func(c *GiveFeedback) { c.Text = "Kiitos" }), func(e *events.FeedbackGiven) {
			e.Text = events.Plain("r-5f3a9c", "Kiitos")
		}),
		"a newcomer answers too": following(with(func(c *GiveFeedback) { c.Track, c.Part = events.Reverse, events.Newcomer }), func(e *events.FeedbackGiven) {
			e.Track, e.Part = events.Reverse, events.Newcomer
		}),
		"until the end of the last day":       {given: begun(midway), by: events.Respondent, at: time.Date(2022, 10, 14, 20, 59, 0, 0, time.UTC), when: give, then: []events.Event{given}},
		"but not after":                       {given: begun(midway), by: events.Respondent, at: time.Date(2022, 10, 14, 21, 0, 0, 0, time.UTC), when: give, refused: SurveyOver},
		"nor once it was closed":              {given: begun(midway, events.SurveyClosed{Survey: "mid"}), by: events.Respondent, when: give, refused: SurveyOver},
		"one answer a respondent":             {given: begun(midway, given), by: events.Respondent, when: give, refused: AlreadyAnswered},
		"nobody answers under their own name": {given: begun(midway), by: anne, when: give, refused: NotYours},
		"nor for others":                      {given: begun(midway), when: give, refused: NotYours},
		"there is no such survey":             {given: begun(), by: events.Respondent, when: give, refused: NotFound},
		"a token without a respondent":        refusing(Incomplete, func(c *GiveFeedback) { c.Respondent = "" }),
		"a respondent that is a person":       refusing(Traceable, func(c *GiveFeedback) { c.Respondent = events.RespondentID(anne) }),
		"a cluster that is a group":           refusing(Traceable, func(c *GiveFeedback) { c.Cluster = "t01" }),
		"a track that there is not":           refusing(Unfit, func(c *GiveFeedback) { c.Track = "upside-down" }),
		"a newcomer among peers":              refusing(Unfit, func(c *GiveFeedback) { c.Part = events.Newcomer }),
		"a part that there is not":            refusing(Unfit, func(c *GiveFeedback) { c.Part = "guru" }),
		"a question that was not asked":       refusing(ItemUnknown, func(c *GiveFeedback) { c.Answers = []events.Answer{{Item: "mood", Value: 1}} }),
		"a question answered twice":           refusing(Unfit, func(c *GiveFeedback) { c.Answers = []events.Answer{answers[0], answers[0]} }),
		"a question passed over":              refusing(AnswerMissing, func(c *GiveFeedback) { c.Answers = answers[1:] }),
		"an answer above the scale":           refusing(OffScale, func(c *GiveFeedback) { c.Answers = []events.Answer{{Item: "perspectives", Value: 6}} }),
		"an answer below the scale":           refusing(OffScale, func(c *GiveFeedback) { c.Answers = []events.Answer{{Item: "perspectives", Value: 0}} }),
		"more text than can be kept":          refusing(Unfit, func(c *GiveFeedback) { c.Text = string(make([]byte, 4001)) }),
		"a respondent that is no word":        refusing(Unfit, func(c *GiveFeedback) { c.Respondent = "Anne Esimerkki" }),
	} {
		t.Run(name, s.run)
	}
	t.Run("nothing at all is no answer", spec{given: begun(events.SurveyOpened{Survey: "mid", Stage: events.Mid, Items: items[1:], Closes: "2022-10-14"}),
		by: events.Respondent, when: with(func(c *GiveFeedback) { c.Answers = nil }), refused: Incomplete}.run)
}
