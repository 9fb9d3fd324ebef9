package events

// EnrolmentOpened says that people may enrol on a track from now on.
type EnrolmentOpened struct {
	Track    Track `json:"track"`
	Part     Part  `json:"part"`            // a track may take its two parts separately
	Capacity int   `json:"capacity"`        // seats; who comes later waits
	Form     int   `json:"form"`            // the version of the form that they fill in
	Months   int   `json:"months,omitzero"` // a newcomer's months of service at most; 0 asks nothing
}

// EnrolmentClosed says that nobody enrols on a track any more.
type EnrolmentClosed struct {
	Track Track `json:"track"`
	Part  Part  `json:"part"`
}

// An Application is what a person says of themselves when they enrol: codes and
// numbers only, which is all that matching looks at.
type Application struct {
	Organisation OrganisationID `json:"organisation"`
	Region       Code           `json:"region"`
	Languages    []Code         `json:"languages"`
	Themes       []Code         `json:"themes"`
	Slots        []Slot         `json:"slots"` // half-days that suit, in the week's order
	Mode         Mode           `json:"mode"`
	Experience   int            `json:"experience"`         // 0: under 2 years as a supervisor, 1: under 5, 2: under 10, 3: more
	Months       int            `json:"months,omitzero"`    // a newcomer's months of service
	TeamSize     int            `json:"team_size,omitzero"` // 0: under 10 people, 1: under 25, 2: more
	Superior     PersonID       `json:"superior,omitzero"`  // whom they report to, if that person may enrol as well
}

// EnrolmentSubmitted says that a person applied for a seat on a track.
type EnrolmentSubmitted struct {
	Enrolment   EnrolmentID `json:"enrolment"`
	Person      PersonID    `json:"person"`
	Track       Track       `json:"track"`
	Part        Part        `json:"part"`
	Application Application `json:"application"`
}

// EnrolmentAmended says that an enrolment's application now reads as it does
// here, whole.
type EnrolmentAmended struct {
	Enrolment   EnrolmentID `json:"enrolment"`
	Application Application `json:"application"`
}

// EnrolmentWithdrawn says that a person took their enrolment back before they
// were in a group.
type EnrolmentWithdrawn struct {
	Enrolment EnrolmentID `json:"enrolment"`
	Reason    Code        `json:"reason"`
}

// EnrolmentAccepted says that an enrolment has a seat.
type EnrolmentAccepted struct {
	Enrolment EnrolmentID `json:"enrolment"`
}

// EnrolmentDeclined says that an enrolment has no seat and will get none.
type EnrolmentDeclined struct {
	Enrolment EnrolmentID `json:"enrolment"`
	Reason    Code        `json:"reason"`
}

// EnrolmentWaitlisted says that an enrolment waits for a seat.
type EnrolmentWaitlisted struct {
	Enrolment EnrolmentID `json:"enrolment"`
	Position  int         `json:"position"` // in its queue, from 1
	Reason    Code        `json:"reason"`
}

// EnrolmentPromoted says that a waiting enrolment got a seat.
type EnrolmentPromoted struct {
	Enrolment EnrolmentID `json:"enrolment"`
	Reason    Code        `json:"reason,omitzero"` // why, if it was not the next in its queue
}

// ConsentGiven says that a person agreed to a use of their data.
type ConsentGiven struct {
	Person      PersonID `json:"person"`
	Purpose     Code     `json:"purpose"`
	TextVersion int      `json:"text_version"`
}

// ConsentWithdrawn says that a person no longer agrees to it.
type ConsentWithdrawn struct {
	Person  PersonID `json:"person"`
	Purpose Code     `json:"purpose"`
}

// PrinciplesAccepted says that a participant accepted the principles.
type PrinciplesAccepted struct {
	Person  PersonID `json:"person"`
	Version int      `json:"version"`
}

// PreferenceStated says whom or what a participant would rather have in their
// group, or not. It replaces what they stated before, and is never shown to
// the other.
type PreferenceStated struct {
	Person       PersonID         `json:"person"`
	Avoid        []PersonID       `json:"avoid,omitzero"`
	AvoidHouses  []OrganisationID `json:"avoid_organisations,omitzero"`
	Prefer       []PersonID       `json:"prefer,omitzero"`
	PreferThemes []Code           `json:"prefer_themes,omitzero"`
}

func (EnrolmentOpened) kind() Kind     { return "enrolment-opened" }
func (EnrolmentClosed) kind() Kind     { return "enrolment-closed" }
func (EnrolmentSubmitted) kind() Kind  { return "enrolment-submitted" }
func (EnrolmentAmended) kind() Kind    { return "enrolment-amended" }
func (EnrolmentWithdrawn) kind() Kind  { return "enrolment-withdrawn" }
func (EnrolmentAccepted) kind() Kind   { return "enrolment-accepted" }
func (EnrolmentDeclined) kind() Kind   { return "enrolment-declined" }
func (EnrolmentWaitlisted) kind() Kind { return "enrolment-waitlisted" }
func (EnrolmentPromoted) kind() Kind   { return "enrolment-promoted" }
func (ConsentGiven) kind() Kind        { return "consent-given" }
func (ConsentWithdrawn) kind() Kind    { return "consent-withdrawn" }
func (PrinciplesAccepted) kind() Kind  { return "principles-accepted" }
func (PreferenceStated) kind() Kind    { return "preference-stated" }
