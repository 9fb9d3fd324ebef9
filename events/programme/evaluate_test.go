package programme

import (
	"testing"
	"time"

	"kolmikko/events"
)

func TestPlanEvaluation(t *testing.T) {
	september := time.Date(2022, 9, 30, 20, 59, 0, 0, time.UTC) // the last minute of it in Helsinki
	plan := PlanEvaluation{"new-perspectives", []events.Code{"ties"}, 5}
	early := events.EvaluationPlanned{Primary: "new-perspectives", Secondary: []events.Code{"ties"}, K: 5}
	late := early
	late.Late = true
	larger := early
	larger.K = 8
	for name, s := range map[string]spec{
		"an evaluator plans before the start": {given: begun(), by: evaluator, at: september, when: plan, then: []events.Event{early}},
		"a late plan is marked as such":       {given: begun(), by: evaluator, at: september.Add(time.Minute), when: plan, then: []events.Event{late}},
		"also when the cohort is over":        {given: begun(events.CohortCompleted{}), by: evaluator, when: plan, then: []events.Event{late}},
		"asking twice is quiet":               {given: begun(early), by: evaluator, at: september, when: plan},
		"even after the start":                {given: begun(early), by: evaluator, when: plan},
		"it may change before the start":      {given: begun(larger), by: evaluator, at: september, when: plan, then: []events.Event{early}},
		"it stands afterwards":                {given: begun(larger), by: evaluator, when: plan, refused: PlannedBefore},
		"no figure is of fewer than five":     {given: begun(), by: evaluator, when: PlanEvaluation{Primary: "ties", K: 4}, refused: FigureTooSmall},
		"something comes first":               {given: begun(), by: evaluator, when: PlanEvaluation{K: 5}, refused: Incomplete},
		"and not second as well":              {given: begun(), by: evaluator, when: PlanEvaluation{"ties", []events.Code{"ties"}, 5}, refused: Unfit},
		"a metric is a word":                  {given: begun(), by: evaluator, when: PlanEvaluation{Primary: "All the ties", K: 5}, refused: Unfit},
		"a coordinator plans none":            {given: begun(), when: plan, refused: NotYours},
		"there is such a cohort":              {given: begun(), by: evaluator, in: "c99", when: plan, refused: CohortNotOpened},
	} {
		t.Run(name, s.run)
	}
}

func TestReleaseEvaluation(t *testing.T) {
	planned := events.EvaluationPlanned{Primary: "ties", K: 5}
	release := ReleaseEvaluation{Report: "r1", From: 1, To: 30, Metrics: []events.MetricVersion{{Metric: "ties", Version: 1}},
		RuleVersion: 1, Digest: DigestOf(nil), Reason: "interim"}
	follows := []events.Event{events.EvaluationReleased(release)}
	other := func(change func(*ReleaseEvaluation)) ReleaseEvaluation {
		c := release
		change(&c)
		return c
	}
	for name, s := range map[string]spec{
		"an evaluator releases one":         {given: begun(planned), by: evaluator, when: release, then: follows},
		"also when the cohort is over":      {given: begun(planned, events.CohortCompleted{}, events.CohortArchived{}), by: evaluator, when: release, then: follows},
		"asking twice is quiet":             {given: begun(planned, follows[0]), by: evaluator, when: release},
		"another has another id":            {given: begun(planned, follows[0]), by: evaluator, when: other(func(c *ReleaseEvaluation) { c.To = 31 }), refused: ReleasedBefore},
		"it was planned":                    {given: begun(), by: evaluator, when: release, refused: NotPlanned},
		"it looked at something":            {given: begun(planned), by: evaluator, when: other(func(c *ReleaseEvaluation) { c.From = 31 }), refused: Unfit},
		"its metrics are named":             {given: begun(planned), by: evaluator, when: other(func(c *ReleaseEvaluation) { c.Metrics = nil }), refused: Incomplete},
		"with their versions":               {given: begun(planned), by: evaluator, when: other(func(c *ReleaseEvaluation) { c.Metrics = []events.MetricVersion{{Metric: "ties"}} }), refused: Unfit},
		"its digest is one":                 {given: begun(planned), by: evaluator, when: other(func(c *ReleaseEvaluation) { c.Digest = "abc" }), refused: Unfit},
		"its reason is on the list":         {given: begun(planned), by: evaluator, when: other(func(c *ReleaseEvaluation) { c.Reason = "fun" }), refused: CodeUnknown},
		"a report has an id":                {given: begun(planned), by: evaluator, when: other(func(c *ReleaseEvaluation) { c.Report = "" }), refused: Unfit},
		"a coordinator releases none":       {given: begun(planned), when: release, refused: NotYours},
		"nothing of an unknown cohort":      {given: begun(planned), by: evaluator, in: "c99", when: release, refused: CohortNotOpened},
		"the small-group rules have theirs": {given: begun(planned), by: evaluator, when: other(func(c *ReleaseEvaluation) { c.RuleVersion = 0 }), refused: Incomplete},
	} {
		t.Run(name, s.run)
	}
}
