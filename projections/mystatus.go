package projections

import (
	"cmp"
	"slices"
	"time"

	"kolmikko/events"
)

// MyStatus is what one participant of a cohort needs to know of themselves. It
// is for that person and whoever may see their enrolment.
type MyStatus struct {
	Person          events.PersonID `json:"person"`
	Cohort          events.CohortID `json:"cohort"`
	Title           events.Text     `json:"title,omitzero"`
	Completed       bool            `json:"completed,omitzero"` // the cohort has ended
	Registered      bool            `json:"registered"`
	Erased          bool            `json:"erased,omitzero"`
	Language        events.Code     `json:"language,omitzero"`
	NudgesDeclined  bool            `json:"nudges_declined,omitzero"`
	Consents        []Consent       `json:"consents"`
	Principles      Principles      `json:"principles"`
	Enrolments      []MyEnrolment   `json:"enrolments"`
	Groups          []MyGroup       `json:"groups"`
	NextGathering   *MyGathering    `json:"next_gathering,omitzero"`
	LaterGatherings []MyGathering   `json:"later_gatherings"`
	OpenSurveys     []OpenSurvey    `json:"open_surveys"` // who has answered is not known
	Goals           []Goal          `json:"goals"`
}

// A Consent is to one use of a person's data.
type Consent struct {
	Purpose     events.Code `json:"purpose"`
	TextVersion int         `json:"text_version"`
	Since       time.Time   `json:"since"`
}

// Principles says which version somebody has accepted, and which is the newest.
type Principles struct {
	Newest   int  `json:"newest"`   // 0: none is published
	Accepted int  `json:"accepted"` // 0: none
	UpToDate bool `json:"up_to_date"`
}

// MyEnrolment is one of a person's enrolments.
type MyEnrolment struct {
	Enrolment    events.EnrolmentID    `json:"enrolment"`
	Track        events.Track          `json:"track"`
	Part         events.Part           `json:"part"`
	Organisation events.OrganisationID `json:"organisation"`
	Status       Status                `json:"status"`
	Position     int                   `json:"position,omitzero"` // in its queue as it is now, from 1
	Reason       events.Code           `json:"reason,omitzero"`
	Since        time.Time             `json:"since"`
	Changed      time.Time             `json:"changed"`
}

// MyGroup is a group that a person belongs to.
type MyGroup struct {
	Group      events.GroupID    `json:"group"`
	Track      events.Track      `json:"track"`
	Since      time.Time         `json:"since"`
	Members    []events.PersonID `json:"members"` // the person too
	Agreement  *Agreement        `json:"agreement,omitzero"`
	MyAssent   *Agreement        `json:"my_assent,omitzero"` // what the person has agreed to so far
	Themes     []events.Code     `json:"themes"`
	OwnThemes  int               `json:"own_themes"`
	Next       *MyMeeting        `json:"next_meeting,omitzero"`
	Later      []MyMeeting       `json:"later_meetings"`
	Proposals  []MyMeeting       `json:"proposals"`  // still to come, and waiting for the person's answer
	Answered   []MyMeeting       `json:"answered"`   // still to come, answered and not agreed yet
	Unreported []MyMeeting       `json:"unreported"` // agreed and over, and nobody has said whether it was held
	Held       int               `json:"held"`
	LastHeldAt time.Time         `json:"last_held_at,omitzero"`
}

// MyMeeting is a meeting that has not been held.
type MyMeeting struct {
	Meeting  events.MeetingID `json:"meeting"`
	StartsAt time.Time        `json:"starts_at"`
	Minutes  int              `json:"minutes"`
	Mode     events.Mode      `json:"mode"`
	Agreed   bool             `json:"agreed"`
	Answer   string           `json:"answer,omitzero"` // the person's: accepted or declined
	Accepted int              `json:"accepted"`        // how many can come
}

// MyGathering is a gathering to come, and what the person chose.
type MyGathering struct {
	Gathering events.GatheringID   `json:"gathering"`
	Kind      events.GatheringKind `json:"kind"`
	Title     events.Text          `json:"title"`
	StartsAt  time.Time            `json:"starts_at"`
	EndsAt    time.Time            `json:"ends_at"`
	Link      events.Link          `json:"link,omitzero"`
	Choice    events.Mode          `json:"choice,omitzero"`
}

// An OpenSurvey is one that takes answers.
type OpenSurvey struct {
	Survey events.SurveyID `json:"survey"`
	Stage  events.Stage    `json:"stage"`
	Closes events.Date     `json:"closes"`
}

// A Goal is one that a participant set themselves.
type Goal struct {
	Goal  events.GoalID `json:"goal"`
	Theme events.Code   `json:"theme"`
	Level *int          `json:"level,omitzero"` // -2 to 2; missing while it was not rated
}

// Show returns the [MyStatus] of a person in a cohort. There is one for each
// person who is registered or does something in it.
func (s *myStatuses) Show(of Of) (any, bool) {
	c := s.cohorts.get(of.Cohort)
	if c == nil || of.Person == "" {
		return nil, false
	}
	p, known := s.people[of.Person]
	if !known && !c.knows(of.Person) {
		return nil, false
	}
	shown := MyStatus{
		Person: of.Person, Cohort: of.Cohort, Title: c.title, Completed: c.completed,
		Registered: known, Erased: p.erased, Language: p.language, NudgesDeclined: s.quiet[of.Person],
		Consents: copied(c.consents[of.Person]), Enrolments: []MyEnrolment{}, Groups: []MyGroup{}, LaterGatherings: []MyGathering{},
		OpenSurveys: []OpenSurvey{}, Goals: []Goal{},
	}
	newest, accepted := s.principles.what, c.accepted[of.Person]
	shown.Principles = Principles{newest, accepted, newest > 0 && accepted >= newest}
	slices.SortFunc(shown.Consents, func(a, b Consent) int { return cmp.Compare(a.Purpose, b.Purpose) })
	for _, x := range c.enrolments.list {
		if about := c.particulars.of[x]; x.person == of.Person {
			shown.Enrolments = append(shown.Enrolments, MyEnrolment{
				x.id, x.track, x.part, x.organisation, x.status, x.position(), about.reason, about.since, about.at,
			})
		}
	}
	for _, t := range []events.Track{events.Peer, events.Reverse} {
		if g := c.groups.of.get(of.Person, t); g != nil {
			shown.Groups = append(shown.Groups, c.mine(g, of))
		}
	}
	for _, survey := range c.surveys {
		shown.OpenSurveys = append(shown.OpenSurveys, survey.what)
	}
	for _, g := range c.goals[of.Person] {
		shown.Goals = append(shown.Goals, g.shown())
	}
	shown.gather(c.invited(s.cohorts.get(events.WholeProgramme), of))
	return shown, true
}

func (m *MyStatus) gather(all []MyGathering) {
	slices.SortStableFunc(all, func(a, b MyGathering) int { return a.StartsAt.Compare(b.StartsAt) })
	if len(all) > 0 {
		m.NextGathering, m.LaterGatherings = &all[0], all[1:]
	}
}

// invited returns the gatherings to come, also those of no cohort.
func (c *myCohort) invited(whole *myCohort, of Of) []MyGathering {
	cohorts := []*myCohort{c}
	if whole != nil && whole != c {
		cohorts = append(cohorts, whole)
	}
	all := []MyGathering{}
	for _, some := range cohorts {
		for _, g := range some.gatherings.list {
			if g.off == nil && g.ends.After(of.At) {
				all = append(all, MyGathering{
					g.is.Gathering, g.is.Kind, g.is.Title, g.starts, g.ends, g.is.Link, some.gatherings.of(g.chosen, of.Person).what,
				})
			}
		}
	}
	return all
}
