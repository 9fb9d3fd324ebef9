package programme

import (
	"slices"

	"kolmikko/events"
)

// Rules about evaluations.
const (
	PlannedBefore  = "planned-before"   // a plan is not fitted to what was found
	NotPlanned     = "not-planned"      // what was looked for is said first, though late
	ReleasedBefore = "released-before"  // a report that is out stays as it is
	FigureTooSmall = "figure-too-small" // so few respondents would be known by it
)

// smallest is how many respondents stand behind any figure at least.
const smallest = 5

// PlanEvaluation asks that it is known beforehand what will be evaluated.
type PlanEvaluation struct {
	Primary   events.Code   `json:"primary" doc:"the metric that the evaluation is judged by"`
	Secondary []events.Code `json:"secondary,omitzero" doc:"other metrics that it looks at"`
	K         int           `json:"k" doc:"respondents behind any figure at least, 5 or more"`
}

// Decide lets an evaluator register a plan. Until the cohort starts it may
// change; a plan that comes later is marked so, and there is one only.
func (c PlanEvaluation) Decide(s *State, ask Ask) ([]events.Event, error) {
	if err := s.may(ask, events.Evaluator); err != nil {
		return nil, err
	}
	cohort, err := s.opened(ask)
	if err != nil {
		return nil, err
	}
	e := events.EvaluationPlanned{Primary: c.Primary, Secondary: some(c.Secondary), K: c.K,
		Late: cohort.Day(ask.At) >= cohort.Opened.StartsOn}
	if plan := cohort.Plan; plan != nil {
		same := e
		same.Late = plan.Late
		switch {
		case events.Same(same, *plan):
			return nil, nil
		case e.Late:
			return nil, refuse(PlannedBefore, "the cohort has started, and its plan stands")
		}
	}
	switch {
	case c.Primary == "":
		return nil, refuse(Incomplete, "name the primary metric")
	case slices.Contains(c.Secondary, c.Primary):
		return nil, refuse(Unfit, "the primary metric is not a secondary one as well")
	case c.K < smallest:
		return nil, refuse(FigureTooSmall, "behind any figure are %d respondents at least", smallest)
	}
	return facts(e)
}

// ReleaseEvaluation asks that a report has been published, which anybody can
// compute again.
type ReleaseEvaluation struct {
	Report      events.ReportID        `json:"report" doc:"the report's id"`
	From        uint64                 `json:"from" doc:"the first place of the history that it looked at"`
	To          uint64                 `json:"to" doc:"the last place"`
	Metrics     []events.MetricVersion `json:"metrics" doc:"each metric with the version of its definition"`
	RuleVersion int                    `json:"rule_version" doc:"version of the small-group rules"`
	Digest      events.Digest          `json:"digest" doc:"SHA-256 of the report"`
	Reason      events.Code            `json:"reason" doc:"of the list of reasons, such as cohort-completed"`
}

// Decide lets an evaluator release a report on a cohort that has a plan, also
// after the cohort has been completed.
func (c ReleaseEvaluation) Decide(s *State, ask Ask) ([]events.Event, error) {
	if err := s.may(ask, events.Evaluator); err != nil {
		return nil, err
	}
	cohort, err := s.opened(ask)
	if err != nil {
		return nil, err
	}
	e := events.EvaluationReleased(c)
	if before, there := cohort.Reports[c.Report]; there {
		if events.Same(e, before) {
			return nil, nil
		}
		return nil, refuse(ReleasedBefore, "the report %s has been released; give the new one another id", c.Report)
	}
	switch {
	case cohort.Plan == nil:
		return nil, refuse(NotPlanned, "register the plan first, though late")
	case c.From < 1 || c.To < c.From:
		return nil, refuse(Unfit, "a report looks at places from 1 on, the last not before the first")
	case len(c.Metrics) == 0 || c.RuleVersion < 1:
		return nil, refuse(Incomplete, "name the metrics and the version of the small-group rules")
	case slices.ContainsFunc(c.Metrics, func(m events.MetricVersion) bool { return m.Version < 1 }):
		return nil, refuse(Unfit, "versions count from 1")
	}
	if err := s.known(ListReasons, c.Reason); err != nil {
		return nil, err
	}
	return facts(e)
}
