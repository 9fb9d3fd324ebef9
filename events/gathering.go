package events

import "time"

// A GatheringKind is what a gathering is for.
type GatheringKind string

const (
	ThemeGathering GatheringKind = "theme"
	Opening        GatheringKind = "opening"
	Meetup         GatheringKind = "meetup"
	Closing        GatheringKind = "closing"
)

// A Seating is how many a gathering takes in a mode; 0 is without bound.
type Seating struct {
	Mode     Mode `json:"mode"`
	Capacity int  `json:"capacity"`
}

// GatheringScheduled says that everybody is invited somewhere.
type GatheringScheduled struct {
	Gathering GatheringID   `json:"gathering"`
	Kind      GatheringKind `json:"kind"`
	Title     Text          `json:"title"`
	StartsAt  time.Time     `json:"starts_at"`
	EndsAt    time.Time     `json:"ends_at"`
	Modes     []Seating     `json:"modes"`
	Link      Link          `json:"link,omitzero"`
}

// GatheringMoved says that a gathering is at another time than announced.
type GatheringMoved struct {
	Gathering GatheringID `json:"gathering"`
	StartsAt  time.Time   `json:"starts_at"`
	EndsAt    time.Time   `json:"ends_at"`
	OldStart  time.Time   `json:"old_start"`
	Reason    Text        `json:"reason"`
}

// GatheringCancelled says that a gathering will not be.
type GatheringCancelled struct {
	Gathering GatheringID `json:"gathering"`
	Reason    Text        `json:"reason"`
}

// SpeakerConfirmed says who speaks at a gathering, and about what.
type SpeakerConfirmed struct {
	Gathering GatheringID `json:"gathering"`
	Name      Name        `json:"name"` // the speaker agreed to be named
	Topic     Text        `json:"topic"`
}

// AttendanceChosen says how a participant means to attend, or that they don't.
type AttendanceChosen struct {
	Gathering GatheringID `json:"gathering"`
	Person    PersonID    `json:"person"`
	Mode      Mode        `json:"mode"`
}

// AttendanceRecorded says how a participant attended.
type AttendanceRecorded struct {
	Gathering GatheringID `json:"gathering"`
	Person    PersonID    `json:"person"`
	Mode      Mode        `json:"mode"`
}

// A MaterialKind is what a material is.
type MaterialKind string

// MaterialKinds lists the kinds of material.
func MaterialKinds() []MaterialKind { return []MaterialKind{"article", "practice", "story", "video"} }

// MaterialPublished says that there is something to read or see.
type MaterialPublished struct {
	Material MaterialID   `json:"material"`
	Kind     MaterialKind `json:"kind"`
	Title    Text         `json:"title"`
	Link     Link         `json:"link,omitzero"`
	Digest   Digest       `json:"digest,omitzero"`
	Licence  Name         `json:"licence"`
}

// MaterialRetired says that a material is no longer offered.
type MaterialRetired struct {
	Material MaterialID `json:"material"`
	Reason   Code       `json:"reason"`
}

// CommentSubmitted says that somebody commented on a material; nobody but a
// coordinator sees it yet.
type CommentSubmitted struct {
	Comment  CommentID  `json:"comment"`
	Material MaterialID `json:"material"`
	Text     Personal   `json:"text"`
}

// CommentPublished says that a comment is for all participants to see.
type CommentPublished struct {
	Comment CommentID `json:"comment"`
}

// CommentRejected says that a comment will not be shown.
type CommentRejected struct {
	Comment CommentID `json:"comment"`
	Reason  Code      `json:"reason"`
}

func (GatheringScheduled) kind() Kind { return "gathering-scheduled" }
func (GatheringMoved) kind() Kind     { return "gathering-moved" }
func (GatheringCancelled) kind() Kind { return "gathering-cancelled" }
func (SpeakerConfirmed) kind() Kind   { return "speaker-confirmed" }
func (AttendanceChosen) kind() Kind   { return "attendance-chosen" }
func (AttendanceRecorded) kind() Kind { return "attendance-recorded" }
func (MaterialPublished) kind() Kind  { return "material-published" }
func (MaterialRetired) kind() Kind    { return "material-retired" }
func (CommentSubmitted) kind() Kind   { return "comment-submitted" }
func (CommentPublished) kind() Kind   { return "comment-published" }
func (CommentRejected) kind() Kind    { return "comment-rejected" }
