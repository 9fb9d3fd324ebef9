package programme

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"kolmikko/events"
)

func surveyForms() []Form {
	return []Form{
		form[OpenSurvey]("survey", "open", OfCohort, "ask participants something"),
		form[CloseSurvey]("survey", "close", OfCohort, "take no more answers to a survey"),
		form[GiveFeedback]("feedback", "give", OfCohort, "answer a survey, as the holder of a one-time token"),
	}
}

// Rules about surveys.
const (
	StageTaken  = "stage-taken"  // the cohort has had a survey of this stage
	ItemChanged = "item-changed" // its answers would be compared with those to another question
	SurveyOpen  = "survey-open"  // its closing day has not passed, or another pulse is still taken
)

// Bounds that catch a slip of the keys; no survey comes near them.
const (
	mostItems   = 100
	longestOpen = 366 // days
)

// OpenSurvey asks that participants are asked something.
type OpenSurvey struct {
	Stage  events.Stage  `json:"stage" doc:"baseline, pulse, mid, end or follow-up; each once but pulse"`
	Items  []events.Item `json:"items" doc:"the questions, each with an id, a version from 1, a scale (agreement, recommendation or yes-no) and its wording"`
	Closes events.Date   `json:"closes" doc:"the last day on which answers are taken"`
}

// Decide opens the survey. Its id is its stage; pulses are numbered. A follow-up
// may come after the cohort's end, and no other stage.
func (c OpenSurvey) Decide(s *State, ask Ask) ([]events.Event, error) {
	if err := s.may(ask, events.Coordinator, events.Owner, events.Evaluator); err != nil {
		return nil, err
	}
	in, err := s.lasting(ask)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(stages(), c.Stage) {
		return nil, refuse(Unfit, "the stage is none of baseline, pulse, mid, end and follow-up")
	}
	if in.Completed && c.Stage != events.FollowUp {
		return nil, refuse(CohortOver, "the cohort has been completed: only a follow-up may be asked")
	}
	e := events.SurveyOpened{Survey: events.SurveyID(c.Stage), Stage: c.Stage, Items: c.Items, Closes: c.Closes}
	today, pulses := in.Day(ask.At), 0
	for _, earlier := range in.Surveys {
		switch over := earlier.over(today); {
		case earlier.Stage != c.Stage:
		case c.Stage == events.Pulse && over:
			pulses++
		case !over && earlier.Closes == c.Closes && slices.EqualFunc(earlier.Items, c.Items, sameItem):
			return nil, nil
		case c.Stage == events.Pulse:
			return nil, refuse(SurveyOpen, "a pulse is open; close it first")
		default:
			return nil, refuse(StageTaken, "the cohort has had a survey of this stage")
		}
	}
	if c.Stage == events.Pulse {
		e.Survey = events.SurveyID(fmt.Sprint("pulse-", pulses+1))
	}
	if err := cmp.Or(fitItems(c.Items), s.comparable(c.Items), closing(c.Closes, in, ask)); err != nil {
		return nil, err
	}
	return facts(e)
}

// stages lists the stages of surveys in the order in which they come.
func stages() []events.Stage {
	return []events.Stage{events.Baseline, events.Pulse, events.Mid, events.End, events.FollowUp}
}

// sameItem reports whether two items are the same in every respect.
func sameItem(a, b events.Item) bool {
	return a.Item == b.Item && a.Version == b.Version && a.Scale == b.Scale && a.Optional == b.Optional &&
		maps.Equal(a.Question, b.Question)
}

// over reports whether no more answers are taken on a day. A survey is over after
// its last day whether or not the clock has said so yet.
func (v *Survey) over(today events.Date) bool { return v.Closed || today > v.Closes }

// fitItems refuses items that can't be asked.
func fitItems(items []events.Item) error {
	if len(items) == 0 || len(items) > mostItems {
		return refuse(Incomplete, "ask one question at least, and %d at most", mostItems)
	}
	seen := map[events.ItemID]bool{}
	for i, item := range items {
		_, _, known := item.Scale.Range()
		switch {
		case !events.IsWord(string(item.Item)):
			return refuse(Unfit, "the id of question %d is no word of a-z, 0-9 and hyphens", i+1)
		case seen[item.Item]:
			return refuse(Unfit, "the id of question %d is there twice", i+1)
		case item.Version < 1:
			return refuse(Unfit, "the version of question %d is not 1 or more", i+1)
		case !known:
			return refuse(Unfit, "the scale of question %d is none of agreement, recommendation and yes-no", i+1)
		}
		if err := worded(fmt.Sprintf("wording of question %d", i+1), item.Question); err != nil {
			return err
		}
		seen[item.Item] = true
	}
	return nil
}

// comparable refuses an item that an earlier survey, of any cohort, asked in
// other words or on another scale under the same version. Another language may
// be added.
func (s *State) comparable(items []events.Item) error {
	for _, item := range items {
		for _, c := range s.Cohorts {
			for _, v := range c.Surveys {
				for _, asked := range v.Items {
					if asked.Item == item.Item && asked.Version == item.Version && !asks(asked, item) {
						return refuse(ItemChanged, "%s was asked otherwise before; give it a new version", item.Item)
					}
				}
			}
		}
	}
	return nil
}

// asks reports whether two items ask the same in every language of both.
func asks(a, b events.Item) bool {
	for lang, words := range a.Question {
		if others, also := b.Question[lang]; also && others != words {
			return false
		}
	}
	return a.Scale == b.Scale
}

// closing refuses a day on which a survey can't close.
func closing(d events.Date, in *Cohort, ask Ask) error {
	if d == "" {
		return refuse(Incomplete, "say on which day the survey closes")
	}
	last := in.Day(ask.At.AddDate(0, 0, longestOpen))
	if _, err := d.Time(in.Zone); err != nil {
		return refuse(Unfit, "the closing day is no date such as 2022-10-05")
	}
	if d < in.Day(ask.At) || d > last {
		return refuse(Unfit, "a survey closes between today and %s", last)
	}
	return nil
}

// CloseSurvey asks that no more answers are taken.
type CloseSurvey struct {
	Survey events.SurveyID `json:"survey" doc:"id of the survey"`
}

// Decide closes the survey: people at any time, the clock after its last day.
func (c CloseSurvey) Decide(s *State, ask Ask) ([]events.Event, error) {
	if ask.By != events.Clock {
		if err := s.may(ask, events.Coordinator, events.Owner, events.Evaluator); err != nil {
			return nil, err
		}
	}
	in, err := s.lasting(ask)
	if err != nil {
		return nil, err
	}
	v := in.Surveys[c.Survey]
	switch {
	case v == nil:
		return nil, refuse(NotFound, "there is no such survey in the cohort")
	case v.Closed:
		return nil, nil
	case ask.By == events.Clock && !v.over(in.Day(ask.At)):
		return nil, refuse(SurveyOpen, "answers are taken until the end of %s", v.Closes)
	}
	return facts(events.SurveyClosed(c))
}
