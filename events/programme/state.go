package programme

import (
	"time"

	"kolmikko/events"
)

// State is what the rules need to know of a programme, and no more: what people
// want to see is in package projections. Its zero value is a programme of which
// nothing has happened. Read its maps through the methods where there is one;
// a nil map reads as empty.
type State struct {
	Roles         map[events.PersonID]map[events.Role]bool
	People        map[events.PersonID]*Person
	Organisations map[events.OrganisationID]events.Organisation
	Organisers    map[events.OrganisationID]events.Code
	Lists         map[events.Code]*List
	Wishes        map[events.WishID][]events.Code // the themes that were found in it; nil before
	Proposal      events.ProgrammeProposed
	Proposed      bool
	Launch        *events.ProgrammeLaunched
	Principles    events.PrinciplesPublished
	Cohorts       map[events.CohortID]*Cohort // WholeProgramme too, once something is kept there
	Records       map[uint64]Record           // what may be corrected, by place
	Repaired      events.HistoryRepaired      // the newest repair of its history
}

// A Person is what the rules know of somebody registered.
type Person struct {
	Registered events.PersonRegistered // sealed; amendments applied
	Erased     bool
	LastNudge  time.Time
	NoNudges   bool
}

// A List is a published list of codes.
type List struct {
	Version int
	Terms   []events.Term
}

// A Record is one that may be corrected: see [RecordCorrected].
type Record struct {
	Kind   events.Kind
	Cohort events.CohortID
	By     events.PersonID
	Event  events.Event // as corrected so far
}

// Has reports whether a person has a role.
func (s *State) Has(p events.PersonID, r events.Role) bool { return s.Roles[p][r] }

// Holders returns how many people have a role.
func (s *State) Holders(r events.Role) (n int) {
	for _, roles := range s.Roles {
		if roles[r] {
			n++
		}
	}
	return n
}

// wholeProgramme returns what is kept outside any cohort.
func (s *State) wholeProgramme() *Cohort {
	if c := s.Cohorts[events.WholeProgramme]; c != nil {
		return c
	}
	return &Cohort{ID: events.WholeProgramme}
}

// A Cohort is what the rules know of one run of the programme.
type Cohort struct {
	ID        events.CohortID
	Opened    events.CohortOpened
	Zone      *time.Location // never nil once opened
	Phases    map[events.Phase]*Phase
	Completed bool
	Archived  bool

	Seats       map[Seat]*Seats
	Enrolments  map[events.EnrolmentID]*Enrolment
	Live        map[PersonOnTrack]events.EnrolmentID    // submitted, waiting or accepted
	Consents    map[events.PersonID]map[events.Code]int // by purpose; 0 when withdrawn
	Principles  map[events.PersonID]int
	Preferences map[events.PersonID]events.PreferenceStated

	Rules     map[events.Track]events.MatchingRules
	Frozen    map[events.Track]events.MatchingFrozen
	Runs      map[events.RunID]*Run
	LastRun   map[events.Track]events.RunID
	Published map[events.Track]events.RunID
	Groups    map[events.GroupID]*Group
	GroupOf   map[PersonOnTrack]events.GroupID
	Dropped   map[PersonOnTrack]bool
	Willing   map[PersonOnTrack]bool // consented to be moved, until they are

	Meetings   map[events.MeetingID]*Meeting
	Gatherings map[events.GatheringID]*Gathering
	Materials  map[events.MaterialID]*Material
	Comments   map[events.CommentID]*Comment

	Surveys map[events.SurveyID]*Survey
	Goals   map[events.GoalID]*Goal
	Ties    map[events.TieReported]bool
	Plan    *events.EvaluationPlanned
	Reports map[events.ReportID]events.EvaluationReleased
	Summary *events.HistoricalSummaryImported // it stands for a cohort without events
}

// A Seat is a part on a track.
type Seat struct {
	Track events.Track
	Part  events.Part
}

// Seats are those of one part on one track.
type Seats struct {
	Open     bool
	Capacity int
	Form     int
	Months   int
	Taken    int
	Waiting  []events.EnrolmentID // in the order of their positions
}

// A PersonOnTrack is a person as they take part in one track.
type PersonOnTrack struct {
	Person events.PersonID
	Track  events.Track
}

// A Status is where an enrolment has got to.
type Status string

const (
	Submitted  Status = "submitted"
	Accepted   Status = "accepted"
	Waitlisted Status = "waitlisted"
	Declined   Status = "declined"
	Withdrawn  Status = "withdrawn"
	DroppedOut Status = "dropped-out"
)

// An Enrolment is one application and what became of it.
type Enrolment struct {
	Person      events.PersonID
	Seat        Seat
	Application events.Application
	Status      Status
}

// A Run is a matching with what was overridden in it.
type Run struct {
	events.MatchingRun
	Rules     events.MatchingRules // as they were when it was recorded
	Now       []events.Group       // its groups with the overrides applied
	Seconded  map[events.OverrideSeconded]events.PersonID
	Overrides []events.MatchingOverridden
}

// A Group is one that was published.
type Group struct {
	ID        events.GroupID
	Track     events.Track
	Members   []events.PersonID
	Locked    bool
	Dissolved bool
	Assents   map[events.PersonID]Terms
	Agreed    Terms // zero until an agreement is reached
	Themes    events.GroupThemesAgreed
	Left      map[events.PersonID]time.Time // who was a member until when
	Worries   map[Worry]time.Time           // when each concern was last raised
}

// A Worry is a concern of a member's.
type Worry struct {
	Person  events.PersonID
	Concern events.Code
}

// Terms are what a group agrees on: see [events.GroupAgreementReached].
type Terms struct{ Rhythm, Quorum int }

// A Phase is when one is to be, and whether it is.
type Phase struct {
	From, To           events.Date
	Started, Completed bool
}

// A Meeting is one of a group's.
type Meeting struct {
	Group    events.GroupID
	StartsAt time.Time
	Minutes  int
	Mode     events.Mode
	Status   MeetingStatus
	Accepted map[events.PersonID]bool // false: declined
	Held     events.MeetingHeld       // as it was reported, and corrected since
}

// A MeetingStatus is where a meeting has got to.
type MeetingStatus string

const (
	Proposed  MeetingStatus = "proposed"
	Agreed    MeetingStatus = "agreed"
	Held      MeetingStatus = "held"
	Cancelled MeetingStatus = "cancelled"
)

// A Gathering is one that was scheduled.
type Gathering struct {
	Kind             events.GatheringKind
	Title            events.Text
	Link             events.Link
	StartsAt, EndsAt time.Time
	Modes            []events.Seating
	Cancelled        bool
	Speakers         []events.Name
	Chosen           map[events.PersonID]events.Mode
	Recorded         map[events.PersonID]events.Mode
}

// A Material is one that was published.
type Material struct {
	events.MaterialPublished
	Retired bool
}

// A Comment is one on a material.
type Comment struct {
	By       events.PersonID
	Material events.MaterialID
	Decided  events.Kind // empty while it waits for a coordinator
}

// A Survey is one that was opened.
type Survey struct {
	events.SurveyOpened
	Closed   bool
	Answered map[events.RespondentID]bool
}

// A Goal is one that a participant set.
type Goal struct {
	Owner events.PersonID
	Theme events.Code
	Level *int
}

// Day returns the date that it is in the cohort's time zone, or in UTC where
// there is no cohort.
func (c *Cohort) Day(t time.Time) events.Date {
	if c.Zone == nil {
		return events.Day(t.UTC())
	}
	return events.Day(t.In(c.Zone))
}

// Active reports whether a person takes part in a track: accepted and not
// dropped out.
func (c *Cohort) Active(p events.PersonID, t events.Track) bool {
	e := c.Enrolments[c.Live[PersonOnTrack{p, t}]]
	return e != nil && e.Status == Accepted
}

// Participates reports whether a person takes part in any track.
func (c *Cohort) Participates(p events.PersonID) bool {
	return c.Active(p, events.Peer) || c.Active(p, events.Reverse)
}

// group returns a group that is not dissolved.
func (c *Cohort) group(id events.GroupID) (*Group, error) {
	g := c.Groups[id]
	if g == nil || g.Dissolved {
		return nil, refuse(NotFound, "there is no such group, or it was dissolved")
	}
	return g, nil
}
