package projections

import (
	"slices"
	"time"

	"kolmikko/events"
)

// Waiting is what waits for a coordinator. It is for coordinators alone: what
// is in it, nobody else may know.
type Waiting struct {
	Cohort     events.CohortID      `json:"cohort"`
	Enrolments []events.EnrolmentID `json:"enrolments"` // to be reviewed, in the order in which they came
	Seats      []FreeSeats          `json:"seats"`      // free while somebody waits for one
	Comments   []Comment            `json:"comments"`   // to be published or rejected, the oldest first
	Concerns   []Concern            `json:"concerns"`   // the newest first
	LostSome   []LostMembers        `json:"lost_some"`  // groups that somebody has left since they were last settled
}

// FreeSeats are seats for which somebody waits.
type FreeSeats struct {
	Track   events.Track `json:"track"`
	Part    events.Part  `json:"part"`
	Free    int          `json:"free"`
	Waiting int          `json:"waiting"`
}

// A Concern is a member's about their group.
type Concern struct {
	Group   events.GroupID  `json:"group"`
	Concern events.Code     `json:"concern"`
	At      time.Time       `json:"at"`
	By      events.PersonID `json:"by"`
}

// LostMembers is a group that became smaller.
type LostMembers struct {
	Group events.GroupID `json:"group"`
	Track events.Track   `json:"track"`
	Lost  int            `json:"lost"`
	Left  int            `json:"left"` // members that it still has
}

// cohortWaiting is one cohort's, as it is kept for [Waiting].
type cohortWaiting struct {
	enrolments enrolments
	groups     grouped
	seats      []FreeSeats // of which Free is the capacity here
	comments   []*Comment
	concerns   []said[Concern]
	lost       map[events.GroupID]int
}

// Apply takes in one more event.
func (s *cohortWaiting) Apply(r events.Recorded) {
	switch e := r.Event.(type) {
	case events.EnrolmentOpened:
		s.open(e)
	case events.CommentSubmitted:
		s.comments = append(s.comments, &Comment{
			Comment: e.Comment, Material: e.Material, By: r.By, SubmittedAt: r.At, Text: sealed(r, "text", e.Text),
		})
	case events.CommentPublished:
		s.decide(e.Comment)
	case events.CommentRejected:
		s.decide(e.Comment)
	case events.ConcernRaised:
		s.concerns = append(s.concerns, said[Concern]{Concern{e.Group, e.Concern, r.At, r.By}, r.Place})
	case events.ParticipantDroppedOut:
		if g := s.groups.of.get(e.Person, e.Track); g != nil {
			put(&s.lost, g.id, s.lost[g.id]+1)
		}
		s.enrolments.apply(r)
		s.groups.apply(r)
	case events.GroupsRepaired:
		for _, g := range e.Groups {
			delete(s.lost, g.Group)
		}
		s.groups.apply(r)
	case events.RecordCorrected:
		s.correct(e)
	default:
		if s.enrolments.apply(r) == nil {
			s.groups.apply(r)
		}
	}
}

func (s *cohortWaiting) open(e events.EnrolmentOpened) {
	i := slices.IndexFunc(s.seats, func(q FreeSeats) bool { return q.Track == e.Track && q.Part == e.Part })
	if i < 0 {
		i = len(s.seats)
		s.seats = append(s.seats, FreeSeats{Track: e.Track, Part: e.Part})
	}
	s.seats[i].Free = e.Capacity
}

func (s *cohortWaiting) decide(id events.CommentID) {
	s.comments = slices.DeleteFunc(s.comments, func(c *Comment) bool { return c.Comment == id })
}

func (s *cohortWaiting) correct(c events.RecordCorrected) {
	if c.Record != "concern-raised" {
		return
	}
	e := truth(c).(events.ConcernRaised)
	for i := range s.concerns {
		if s.concerns[i].place == c.Corrects {
			s.concerns[i].what.Group, s.concerns[i].what.Concern = e.Group, e.Concern
		}
	}
}

// Show returns the [Waiting] of a cohort.
func (s *cohortWaiting) Show(of Of) (any, bool) {
	shown := Waiting{
		Cohort: of.Cohort, Enrolments: []events.EnrolmentID{}, Seats: []FreeSeats{}, Comments: []Comment{},
		Concerns: []Concern{}, LostSome: []LostMembers{},
	}
	taken := map[seat]int{}
	for _, x := range s.enrolments.list {
		switch x.status {
		case Submitted:
			shown.Enrolments = append(shown.Enrolments, x.id)
		case Accepted:
			taken[x.seat]++
		}
	}
	for _, q := range s.seats {
		at := seat{q.Track, q.Part}
		if q.Free -= taken[at]; s.enrolments.queues[at] != nil {
			q.Waiting = len(s.enrolments.queues[at].waiting)
		}
		if q.Free > 0 && q.Waiting > 0 {
			shown.Seats = append(shown.Seats, q)
		}
	}
	for _, c := range s.comments {
		comment := *c
		comment.Text = c.Text.copy()
		shown.Comments = append(shown.Comments, comment)
	}
	for i := len(s.concerns) - 1; i >= 0; i-- {
		shown.Concerns = append(shown.Concerns, s.concerns[i].what)
	}
	for _, g := range s.groups.list {
		if n := s.lost[g.id]; n > 0 && !g.dissolved {
			shown.LostSome = append(shown.LostSome, LostMembers{g.id, g.track, n, len(g.members)})
		}
	}
	return shown, true
}
