package events

import (
	"fmt"
	"slices"
	"time"
)

// Each identifier has a type of its own, so that the compiler keeps them apart.
// All are short words of a-z, 0-9 and hyphens; see [Check].
type (
	ProgrammeID    string
	CohortID       string
	PersonID       string // a pseudonym: a random UUID, or a reserved actor
	OrganisationID string
	WishID         string
	EnrolmentID    string
	RunID          string // of a matching
	GroupID        string
	MeetingID      string
	GatheringID    string
	MaterialID     string
	CommentID      string
	SurveyID       string
	ItemID         string
	GoalID         string
	ReportID       string
	RespondentID   string // a person in feedback, under a key that is destroyed with the cohort's archiving
	ClusterID      string // a group in feedback, under the same key
)

// A Code is a word from a published list, such as a theme or a reason.
type Code string

// A Digest is a lower-case hexadecimal SHA-256.
type Digest string

// A Date is a day in the programme's time zone, as 2006-01-02; dates compare as
// strings do.
type Date string

// Day returns the date on which t falls in its own location.
func Day(t time.Time) Date { return Date(t.Format(time.DateOnly)) }

// Time returns midnight of d in loc, or an error that names d.
func (d Date) Time(loc *time.Location) (time.Time, error) {
	t, err := time.ParseInLocation(time.DateOnly, string(d), loc)
	if err != nil {
		return time.Time{}, fmt.Errorf("%q is no date such as 2022-10-05", string(d))
	}
	return t, nil
}

// Text is for all participants to read: a language (fi, sv, en, …) to a text.
type Text map[string]string

// In returns the text in the first of langs that it has, else in fi, sv or en,
// else in whichever language comes first, and says which language that is.
func (t Text) In(langs ...string) (text, lang string) {
	for _, l := range slices.Concat(langs, []string{"fi", "sv", "en"}) {
		if s, ok := t[l]; ok {
			return s, l
		}
	}
	for l := range t {
		if lang == "" || l < lang {
			lang = l
		}
	}
	return t[lang], lang
}

// A Track is one of the two forms of mentoring.
type Track string

const (
	Peer    Track = "peer"    // supervisors in triads
	Reverse Track = "reverse" // supervisors with newcomers
)

// A Part is what a participant is on a track.
type Part string

const (
	Supervisor Part = "supervisor"
	Newcomer   Part = "newcomer"
)

// A Mode is how people meet.
type Mode string

const (
	Lab    Mode = "lab"    // on site
	Teams  Mode = "teams"  // online
	Either Mode = "either" // a preference only: nobody meets in this mode
	Absent Mode = "none"   // an attendance only: not coming
)

// A Slot is a half-day of the working week, such as "tue-am".
type Slot string

// Slots lists the half-days of the working week in order.
func Slots() []Slot {
	return []Slot{"mon-am", "mon-pm", "tue-am", "tue-pm", "wed-am", "wed-pm", "thu-am", "thu-pm", "fri-am", "fri-pm"}
}

// A Role is what a person may do in a programme beside taking part in it.
type Role string

const (
	Owner       Role = "owner"
	Coordinator Role = "coordinator"
	Host        Role = "host" // records who attended gatherings
	Evaluator   Role = "evaluator"
	Auditor     Role = "auditor"
	Protector   Role = "protector" // the data protection officer
)

// Roles lists all roles.
func Roles() []Role { return []Role{Owner, Coordinator, Host, Evaluator, Auditor, Protector} }

// A Class says what content an event may hold; a test walks the structs.
type Class byte

const (
	Structure Class = 'S' // ids, times and counts only
	Values    Class = 'V' // codes and numbers
	Public    Class = 'P' // text meant for all participants
	Expressed Class = 'E' // personal text, sealed per person
	Sparse    Class = 'X' // must never carry content: ids, times, counts and codes
)
