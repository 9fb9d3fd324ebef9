package events

import "time"

// WishSubmitted says that somebody wished for something.
type WishSubmitted struct {
	Wish   WishID   `json:"wish"`
	Themes []Code   `json:"themes"`
	Text   Personal `json:"text,omitzero"`
}

// WishThemed says which themes a wish was found to be about.
type WishThemed struct {
	Wish   WishID `json:"wish"`
	Themes []Code `json:"themes"`
}

// ProgrammeProposed says what a programme is to be, and which wishes it answers.
type ProgrammeProposed struct {
	Title      Text     `json:"title"`
	Goals      []Text   `json:"goals"`
	FromWishes []WishID `json:"from_wishes,omitzero"`
}

// ProgrammeLaunched says that the programme will run.
type ProgrammeLaunched struct {
	StartsOn   Date    `json:"starts_on"`
	EndsOn     Date    `json:"ends_on"`
	Tracks     []Track `json:"tracks"`
	Principles []Text  `json:"principles"`
}

// CohortOpened says that one run of the programme begins to be prepared.
type CohortOpened struct {
	Title    Text    `json:"title"`
	StartsOn Date    `json:"starts_on"`
	EndsOn   Date    `json:"ends_on"`
	Tracks   []Track `json:"tracks"`
	TimeZone Name    `json:"time_zone"` // of the IANA database, such as Europe/Helsinki
}

// PrinciplesPublished says which text of the principles participants accept from
// now on.
type PrinciplesPublished struct {
	Version int    `json:"version"`
	Text    Text   `json:"text"`
	Digest  Digest `json:"digest"` // SHA-256 of the text as it is shown
}

// A Phase is a step of a cohort's course; see [Phases].
type Phase string

// Phases lists the phases of a cohort in the order in which they come.
func Phases() []Phase {
	return []Phase{"enrolment", "review", "matching", "opening", "mentoring", "midway", "closing", "evaluation"}
}

// PhaseAnnounced says when a phase is to be.
type PhaseAnnounced struct {
	Phase Phase `json:"phase"`
	From  Date  `json:"from"`
	To    Date  `json:"to"`
}

// PhaseStarted says that a phase has begun.
type PhaseStarted struct {
	Phase Phase `json:"phase"`
}

// PhaseCompleted says that a phase is over.
type PhaseCompleted struct {
	Phase Phase `json:"phase"`
}

// PhaseRescheduled says that a phase is to be at another time than announced;
// both stay visible.
type PhaseRescheduled struct {
	Phase   Phase `json:"phase"`
	From    Date  `json:"from"`
	To      Date  `json:"to"`
	OldFrom Date  `json:"old_from"`
	OldTo   Date  `json:"old_to"`
	Reason  Text  `json:"reason"`
}

// CohortCompleted says that a cohort has ended.
type CohortCompleted struct {
	EndedOn Date `json:"ended_on"`
	Reason  Code `json:"reason,omitzero"` // why, if the closing was not held
}

// CohortArchived says that a cohort's data is kept from now on as its retention
// says, and that the key of its feedback's pseudonyms was destroyed.
type CohortArchived struct {
	Retention      int       `json:"retention"` // years
	KeyDestroyedAt time.Time `json:"key_destroyed_at"`
}

// A Figure is one number of a summary.
type Figure struct {
	Metric Code  `json:"metric"`
	Value  int64 `json:"value"` // in thousandths
	N      int   `json:"n"`     // of how many people; 0 if that is not known
}

// HistoricalSummaryImported gives figures of a cohort that has no events.
type HistoricalSummaryImported struct {
	Source  Text     `json:"source"`
	Figures []Figure `json:"figures"`
}

// EvaluationPlanned says what the cohort's evaluation will look at, registered
// before the cohort starts.
type EvaluationPlanned struct {
	Primary   Code   `json:"primary"`
	Secondary []Code `json:"secondary,omitzero"`
	K         int    `json:"k"`             // respondents at least behind any figure
	Late      bool   `json:"late,omitzero"` // registered after the cohort had started
}

// A MetricVersion names one definition of a metric.
type MetricVersion struct {
	Metric  Code `json:"metric"`
	Version int  `json:"version"`
}

// EvaluationReleased says that an evaluation was published, and from what it
// can be computed again.
type EvaluationReleased struct {
	Report      ReportID        `json:"report"`
	From        uint64          `json:"from"` // the first place it looked at
	To          uint64          `json:"to"`   // the last
	Metrics     []MetricVersion `json:"metrics"`
	RuleVersion int             `json:"rule_version"` // of the small-group rules
	Digest      Digest          `json:"digest"`
	Reason      Code            `json:"reason"`
}

func (WishSubmitted) kind() Kind             { return "wish-submitted" }
func (WishThemed) kind() Kind                { return "wish-themed" }
func (ProgrammeProposed) kind() Kind         { return "programme-proposed" }
func (ProgrammeLaunched) kind() Kind         { return "programme-launched" }
func (CohortOpened) kind() Kind              { return "cohort-opened" }
func (PrinciplesPublished) kind() Kind       { return "principles-published" }
func (PhaseAnnounced) kind() Kind            { return "phase-announced" }
func (PhaseStarted) kind() Kind              { return "phase-started" }
func (PhaseCompleted) kind() Kind            { return "phase-completed" }
func (PhaseRescheduled) kind() Kind          { return "phase-rescheduled" }
func (CohortCompleted) kind() Kind           { return "cohort-completed" }
func (CohortArchived) kind() Kind            { return "cohort-archived" }
func (HistoricalSummaryImported) kind() Kind { return "historical-summary-imported" }
func (EvaluationPlanned) kind() Kind         { return "evaluation-planned" }
func (EvaluationReleased) kind() Kind        { return "evaluation-released" }
