package events

import "time"

// GroupAgreementReached says that a group's members agreed how often they meet
// and how many of them make a meeting.
type GroupAgreementReached struct {
	Group  GroupID `json:"group"`
	Rhythm int     `json:"rhythm"` // weeks between meetings
	Quorum int     `json:"quorum"` // people who make a meeting
}

// GroupAgreementAssented says that a member agrees to a rhythm and a quorum; once
// each member has, the agreement is reached.
type GroupAgreementAssented struct {
	Group  GroupID  `json:"group"`
	Person PersonID `json:"person"`
	Rhythm int      `json:"rhythm"`
	Quorum int      `json:"quorum"`
}

// GroupThemesAgreed says what a group will talk about. Themes of its own are
// only counted.
type GroupThemesAgreed struct {
	Group     GroupID `json:"group"`
	Themes    []Code  `json:"themes"`
	OwnThemes int     `json:"own_themes"`
}

// ConcernRaised says that a member is worried about their group. The
// coordinator alone sees it.
type ConcernRaised struct {
	Group   GroupID `json:"group"`
	Concern Code    `json:"concern"`
}

// ParticipantDroppedOut says that a person no longer takes part.
type ParticipantDroppedOut struct {
	Person PersonID `json:"person"`
	Track  Track    `json:"track"`
	Group  GroupID  `json:"group,omitzero"`
	Reason Code     `json:"reason"`
}

// MoveConsented says that a person agrees to have another group.
type MoveConsented struct {
	Person PersonID `json:"person"`
	Track  Track    `json:"track"`
}

// MeetingProposed says that a member would like the group to meet.
type MeetingProposed struct {
	Meeting  MeetingID `json:"meeting"`
	Group    GroupID   `json:"group"`
	StartsAt time.Time `json:"starts_at"`
	Minutes  int       `json:"minutes"`
	Mode     Mode      `json:"mode"`
}

// MeetingAccepted says that one more member can come; who, is the envelope's By.
type MeetingAccepted struct {
	Meeting MeetingID `json:"meeting"`
	Group   GroupID   `json:"group"`
}

// MeetingDeclined says that a member can not come.
type MeetingDeclined struct {
	Meeting MeetingID `json:"meeting"`
	Group   GroupID   `json:"group"`
}

// MeetingAgreed says that as many as the group's quorum can come.
type MeetingAgreed struct {
	Meeting  MeetingID `json:"meeting"`
	Group    GroupID   `json:"group"`
	StartsAt time.Time `json:"starts_at"`
	Minutes  int       `json:"minutes"`
	Mode     Mode      `json:"mode"`
}

// MeetingMoved says that an agreed meeting has another time or mode.
type MeetingMoved struct {
	Meeting  MeetingID `json:"meeting"`
	Group    GroupID   `json:"group"`
	StartsAt time.Time `json:"starts_at"`
	Minutes  int       `json:"minutes"`
	Mode     Mode      `json:"mode"`
	OldStart time.Time `json:"old_start"`
}

// MeetingCancelled says that a meeting will not be.
type MeetingCancelled struct {
	Meeting MeetingID `json:"meeting"`
	Group   GroupID   `json:"group"`
	Reason  Code      `json:"reason"`
}

// MeetingHeld says that a group met: when, how long and how many of them, and
// nothing of what was said or who said it.
type MeetingHeld struct {
	Meeting MeetingID `json:"meeting"`
	Group   GroupID   `json:"group"`
	HeldAt  time.Time `json:"held_at"`
	Minutes int       `json:"minutes"`
	Mode    Mode      `json:"mode"`
	Present int       `json:"present"` // how many
	Themes  []Code    `json:"themes,omitzero"`
}

func (GroupAgreementReached) kind() Kind  { return "group-agreement-reached" }
func (GroupAgreementAssented) kind() Kind { return "group-agreement-assented" }
func (GroupThemesAgreed) kind() Kind      { return "group-themes-agreed" }
func (ConcernRaised) kind() Kind          { return "concern-raised" }
func (ParticipantDroppedOut) kind() Kind  { return "participant-dropped-out" }
func (MoveConsented) kind() Kind          { return "move-consented" }
func (MeetingProposed) kind() Kind        { return "meeting-proposed" }
func (MeetingAccepted) kind() Kind        { return "meeting-accepted" }
func (MeetingDeclined) kind() Kind        { return "meeting-declined" }
func (MeetingAgreed) kind() Kind          { return "meeting-agreed" }
func (MeetingMoved) kind() Kind           { return "meeting-moved" }
func (MeetingCancelled) kind() Kind       { return "meeting-cancelled" }
func (MeetingHeld) kind() Kind            { return "meeting-held" }
