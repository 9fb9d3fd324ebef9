package events

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"
)

// A Stage is when in a cohort a survey asks.
type Stage string

// Stages of surveys; a pulse may be taken several times, the others once.
const (
	Baseline Stage = "baseline"
	Pulse    Stage = "pulse"
	Mid      Stage = "mid"
	End      Stage = "end"
	FollowUp Stage = "follow-up"
)

// A Scale is how an item is answered.
type Scale string

const (
	Agreement      Scale = "agreement"      // 1 (not at all) to 5 (fully)
	Recommendation Scale = "recommendation" // 0 (not at all likely) to 10 (most likely)
	YesNo          Scale = "yes-no"         // 0 or 1
)

// Range returns the lowest and highest answer on s, and whether s is known.
func (s Scale) Range() (low, high int, known bool) {
	switch s {
	case Agreement:
		return 1, 5, true
	case Recommendation:
		return 0, 10, true
	case YesNo:
		return 0, 1, true
	}
	return 0, 0, false
}

// An Item is one question of a survey. Answers are compared between surveys and
// cohorts by item and version only.
type Item struct {
	Item     ItemID `json:"item"`
	Version  int    `json:"version"`
	Scale    Scale  `json:"scale"`
	Question Text   `json:"question"`
	Optional bool   `json:"optional,omitzero"`
}

// SurveyOpened says that participants are asked something.
type SurveyOpened struct {
	Survey SurveyID `json:"survey"`
	Stage  Stage    `json:"stage"`
	Items  []Item   `json:"items"`
	Closes Date     `json:"closes"`
}

// SurveyClosed says that no more answers are taken.
type SurveyClosed struct {
	Survey SurveyID `json:"survey"`
}

// An Answer is what was answered to one item.
type Answer struct {
	Item  ItemID `json:"item"`
	Value int    `json:"value"` // on the item's scale
}

// FeedbackGiven is one respondent's answers. Respondent and cluster are
// pseudonyms under a key of the cohort, so that nothing here leads to a person
// once that key is destroyed.
type FeedbackGiven struct {
	Survey     SurveyID     `json:"survey"`
	Respondent RespondentID `json:"respondent"`
	Cluster    ClusterID    `json:"cluster,omitzero"`
	Track      Track        `json:"track"`
	Part       Part         `json:"part"`
	Answers    []Answer     `json:"answers"`
	Text       Personal     `json:"text,omitzero"`
}

// TieReported says that a participant has come to know somebody of another
// organisation.
type TieReported struct {
	From PersonID       `json:"from"`
	To   OrganisationID `json:"to"`
	Tie  Code           `json:"tie"`
	Wave int            `json:"wave"` // 0 at baseline, then 1, 2, …
}

// GoalSet says that a participant set themselves a goal; only its theme is
// known.
type GoalSet struct {
	Goal  GoalID `json:"goal"`
	Theme Code   `json:"theme"`
}

// GoalRated says how near its owner is to a goal.
type GoalRated struct {
	Goal  GoalID `json:"goal"`
	Level int    `json:"level"` // -2 (much less than hoped) to 2 (much more)
}

// NudgeSent says that somebody was reminded of something.
type NudgeSent struct {
	Template Code     `json:"template"`
	Target   PersonID `json:"target"`
	Channel  Code     `json:"channel"`
}

// NudgesDeclined says that a person wants no reminders.
type NudgesDeclined struct {
	Person PersonID `json:"person"`
}

// NudgesWelcomed says that a person wants reminders again.
type NudgesWelcomed struct {
	Person PersonID `json:"person"`
}

// RecordCorrected says that an earlier record was wrong, and what is true. The
// record stays where it is.
type RecordCorrected struct {
	Corrects uint64         `json:"corrects"` // the record's place
	Record   Kind           `json:"record"`   // its kind
	Truth    jsontext.Value `json:"truth"`    // what it should have said, whole
	Reason   Code           `json:"reason"`
}

// Correct returns the correction of the record at place by what is true, an
// event of the same kind.
func Correct(place uint64, truth Event, reason Code) (RecordCorrected, error) {
	if err := Check(truth); err != nil {
		return RecordCorrected{}, err
	}
	data, err := encodeData(truth)
	if err != nil {
		return RecordCorrected{}, err
	}
	c := RecordCorrected{place, truth.kind(), data, reason}
	return c, Check(c)
}

// True returns the event that the corrected record should have been.
func (e RecordCorrected) True() (Event, error) {
	w, known := vocabulary[e.Record]
	if !known {
		return nil, fmt.Errorf("record: %w", ErrUnknownKind)
	}
	truth, err := w.decode(e.Truth)
	if err != nil {
		return nil, fmt.Errorf("truth: %w", withoutValue(err))
	}
	return truth, nil
}

// check holds the truth to what Encode would have written for it, byte by byte.
func (e RecordCorrected) check() error {
	switch {
	case e.Corrects == 0:
		return errors.New("corrects: no record has place 0")
	case vocabulary[e.Record].class == Expressed:
		return fmt.Errorf("record: a %s holds personal text and is amended, not corrected", e.Record)
	case e.Record == e.kind():
		return fmt.Errorf("record: a %s is not corrected; correct its record again", e.Record)
	}
	truth, err := e.True()
	if err != nil {
		return err
	}
	if err := Check(truth); err != nil {
		return fmt.Errorf("truth: %w", err)
	}
	if data, err := encodeData(truth); err != nil || !bytes.Equal(data, e.Truth) {
		return fmt.Errorf("truth: is not written as a %s is", e.Record)
	}
	return nil
}

func (SurveyOpened) kind() Kind    { return "survey-opened" }
func (SurveyClosed) kind() Kind    { return "survey-closed" }
func (FeedbackGiven) kind() Kind   { return "feedback-given" }
func (TieReported) kind() Kind     { return "tie-reported" }
func (GoalSet) kind() Kind         { return "goal-set" }
func (GoalRated) kind() Kind       { return "goal-rated" }
func (NudgeSent) kind() Kind       { return "nudge-sent" }
func (NudgesDeclined) kind() Kind  { return "nudges-declined" }
func (NudgesWelcomed) kind() Kind  { return "nudges-welcomed" }
func (RecordCorrected) kind() Kind { return "record-corrected" }
