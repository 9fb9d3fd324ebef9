package programme

import (
	"slices"
	"strings"

	"kolmikko/events"
)

// Rules about answers to a survey.
const (
	SurveyOver      = "survey-over"      // it takes no more answers
	AlreadyAnswered = "already-answered" // the token was used for it
	ItemUnknown     = "item-unknown"     // it asks no such question
	AnswerMissing   = "answer-missing"   // a question needs to be answered
	OffScale        = "off-scale"        // an answer is not on its question's scale
	Traceable       = "traceable"        // a pseudonym that would lead to a person or a group
)

// GiveFeedback brings in the answers of whoever held a one-time token. Who that
// was, no rule knows: respondent and cluster are made under a key of the cohort
// by the door that took the token.
type GiveFeedback struct {
	Survey     events.SurveyID     `json:"survey" doc:"id of the survey"`
	Respondent events.RespondentID `json:"respondent" doc:"pseudonym of the respondent, from the token"`
	Cluster    events.ClusterID    `json:"cluster,omitzero" doc:"pseudonym of their group, from the token"`
	Track      events.Track        `json:"track" doc:"peer or reverse"`
	Part       events.Part         `json:"part" doc:"supervisor or newcomer"`
	Answers    []events.Answer     `json:"answers" doc:"to each item a whole number on its scale"`
	Text       string              `json:"text,omitzero" personal:"true" doc:"anything else, 4,000 bytes at most"`
}

// Decide takes the answers, once a respondent and survey, in the order in which
// the survey asks: in which order somebody filled them in would tell them from
// others.
func (c GiveFeedback) Decide(s *State, ask Ask) ([]events.Event, error) {
	if ask.By != events.Respondent {
		return nil, refuse(NotYours, "feedback is given with a one-time token, by nobody in particular")
	}
	in, err := s.lasting(ask)
	if err != nil {
		return nil, err
	}
	v := in.Surveys[c.Survey]
	switch {
	case v == nil:
		return nil, refuse(NotFound, "there is no such survey in the cohort")
	case v.Answered[c.Respondent]:
		return nil, refuse(AlreadyAnswered, "this token has been used for the survey")
	case v.over(in.Day(ask.At)):
		return nil, refuse(SurveyOver, "the survey takes no more answers")
	}
	if err := c.anonymous(s, in); err != nil {
		return nil, err
	}
	answers, err := inOrder(v.Items, c.Answers)
	switch {
	case err != nil:
		return nil, err
	case len(c.Text) > longestPersonal:
		return nil, refuse(Unfit, "the text has %d bytes at most", longestPersonal)
	case len(answers) == 0 && strings.TrimSpace(c.Text) == "":
		return nil, refuse(Incomplete, "answer one question at least")
	}
	return facts(events.FeedbackGiven{
		Survey: c.Survey, Respondent: c.Respondent, Cluster: c.Cluster, Track: c.Track, Part: c.Part,
		Answers: answers, Text: events.Plain(events.PersonID(c.Respondent), c.Text),
	})
}

// anonymous refuses a respondent who is not told from others by part and
// pseudonym alone.
func (c GiveFeedback) anonymous(s *State, in *Cohort) error {
	_, person := s.People[events.PersonID(c.Respondent)]
	_, group := in.Groups[events.GroupID(c.Cluster)]
	switch {
	case c.Respondent == "" || events.IsReserved(events.PersonID(c.Respondent)):
		return refuse(Incomplete, "the token gives a pseudonym for the respondent")
	case person:
		return refuse(Traceable, "a respondent is no person's own pseudonym")
	case group:
		return refuse(Traceable, "a cluster is no group's own id")
	case !slices.Contains(in.Opened.Tracks, c.Track):
		return refuse(Unfit, "the cohort has no such track")
	case c.Part != events.Supervisor && (c.Part != events.Newcomer || c.Track != events.Reverse):
		return refuse(Unfit, "the part is supervisor, or newcomer on the reverse track")
	}
	return nil
}

// inOrder returns the answers in the order of the items, one to each at most.
func inOrder(items []events.Item, given []events.Answer) (answers []events.Answer, err error) {
	to := map[events.ItemID]int{}
	for _, a := range given {
		switch _, twice := to[a.Item]; {
		case twice:
			return nil, refuse(Unfit, "a question is answered twice")
		case !slices.ContainsFunc(items, func(i events.Item) bool { return i.Item == a.Item }):
			return nil, refuse(ItemUnknown, "an answer is to no question of the survey")
		}
		to[a.Item] = a.Value
	}
	for _, item := range items {
		value, answered := to[item.Item]
		low, high, _ := item.Scale.Range()
		switch {
		case !answered && !item.Optional:
			return nil, refuse(AnswerMissing, "%s is not answered", item.Item)
		case answered && (value < low || value > high):
			return nil, refuse(OffScale, "%s is answered with %d to %d", item.Item, low, high)
		case answered:
			answers = append(answers, events.Answer{Item: item.Item, Value: value})
		}
	}
	return answers, nil
}
