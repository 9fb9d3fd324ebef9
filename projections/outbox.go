package projections

import (
	"cmp"
	"slices"
	"time"

	"kolmikko/events"
)

// Outbox is what is due to be told to whom. It sends nothing and knows no
// addresses: whoever delivers letters looks here, and records a nudge-sent whose
// causation is the letter's event and whose target is its person; that settles
// the letter, now and in every replay.
type Outbox struct {
	Due      []Letter `json:"due"`      // the oldest first
	Settled  int      `json:"settled"`  // letters that were sent, of the whole programme
	Overtook int      `json:"overtook"` // letters that something later made needless before they were sent
}

// A Letter is one thing that one person is to be told. Its event and person
// make it what it is: an event causes one letter to a person at the most.
type Letter struct {
	Event          string          `json:"event"`  // the id of the event that it tells of
	Letter         events.Kind     `json:"letter"` // that event's kind
	Person         events.PersonID `json:"person"`
	Cohort         events.CohortID `json:"cohort"`
	Place          uint64          `json:"place"`
	At             time.Time       `json:"at"`                       // when the event was recorded
	About          string          `json:"about,omitzero"`           // the id of the enrolment, group, meeting, … or the role
	Until          time.Time       `json:"until,omitzero"`           // when it is too late to tell
	NudgesDeclined bool            `json:"nudges_declined,omitzero"` // the person wants no reminders
	LastSentAt     time.Time       `json:"last_sent_at,omitzero"`    // when the person was last sent anything
}

// programmeOutbox is one programme's, as it is kept for [Outbox]: only what is
// not settled, and what is needed to know who is to be told.
type programmeOutbox struct {
	causes   map[string]*cause // by the event's id
	settled  int
	overtook int
	quiet    map[events.PersonID]bool
	erased   map[events.PersonID]bool
	sent     map[events.PersonID]time.Time        // when they were last sent anything
	authors  map[events.CommentID]events.PersonID // of comments that wait
	cohorts  each[events.CohortID, outboxCohort]
}

type outboxCohort struct {
	enrolments enrolments
	groups     grouped
	completed  bool
	latest     map[topic]*cause // what is due about something
}

// A topic is something about which only the latest news counts.
type topic struct{ what, id string }

// A cause is an event that somebody is still to be told of.
type cause struct {
	Letter // without a person
	topic  topic
	track  events.Track      // whose groups or meetings the letter is about
	to     []events.PersonID // who has not been told; replaced, never changed
}

// Show returns the [Outbox] of a programme; with a cohort or a person, what is
// due in it or to them. With a time, what it is too late for is left out.
func (s *programmeOutbox) Show(of Of) (any, bool) {
	shown := Outbox{Due: []Letter{}, Settled: s.settled, Overtook: s.overtook}
	for _, c := range s.causes {
		if within(of.Cohort) && of.Cohort != c.Cohort || !c.Until.IsZero() && !c.Until.After(of.At) {
			continue
		}
		for _, p := range c.to {
			if of.Person != "" && of.Person != p {
				continue
			}
			letter := c.Letter
			letter.Person, letter.NudgesDeclined, letter.LastSentAt = p, s.quiet[p], s.sent[p]
			if c.topic.what == "group" {
				if g := s.cohorts.get(c.Cohort).groups.of.get(p, c.track); g != nil {
					letter.About = string(g.id)
				}
			}
			shown.Due = append(shown.Due, letter)
		}
	}
	slices.SortFunc(shown.Due, func(a, b Letter) int {
		return cmp.Or(cmp.Compare(a.Place, b.Place), cmp.Compare(a.Person, b.Person))
	})
	return shown, !within(of.Cohort) || s.cohorts.get(of.Cohort) != nil
}

// within reports whether a cohort is asked about, and not the whole programme.
func within(c events.CohortID) bool { return c != "" && c != events.WholeProgramme }

// tell makes letters of r due to people, about a topic; what was due about it
// is overtaken.
func (s *programmeOutbox) tell(r events.Recorded, about topic, until time.Time, to ...events.PersonID) *cause {
	s.forget(r.Cohort, about)
	if len(s.erased) > 0 {
		to = slices.DeleteFunc(slices.Clone(to), func(p events.PersonID) bool { return s.erased[p] })
	}
	if to = distinct(to); len(to) == 0 {
		return nil
	}
	c := &cause{to: to, topic: about, Letter: Letter{
		Event: r.ID, Letter: events.KindOf(r.Event), Cohort: r.Cohort, Place: r.Place, At: r.At, About: about.id, Until: until,
	}}
	put(&s.causes, r.ID, c)
	if about.id != "" {
		put(&s.cohorts.at(r.Cohort).latest, about, c)
	}
	return c
}

// distinct returns people without repetition; the same slice, if there is none.
func distinct(people []events.PersonID) []events.PersonID {
	if len(people) < 2 || len(people) == 2 && people[0] != people[1] ||
		len(people) == 3 && people[0] != people[1] && people[0] != people[2] && people[1] != people[2] {
		return people // as is every news to a triad
	}
	seen := make(map[events.PersonID]bool, len(people))
	for _, p := range people {
		seen[p] = true
	}
	if len(seen) == len(people) {
		return people
	}
	return sorted(seen)
}

// forget drops what is due about a topic.
func (s *programmeOutbox) forget(in events.CohortID, about topic) {
	c := s.cohorts.at(in).latest[about]
	if c == nil {
		return
	}
	s.overtook += len(c.to)
	s.drop(c)
}

func (s *programmeOutbox) drop(c *cause) {
	delete(s.causes, c.Event)
	latest := s.cohorts.at(c.Cohort).latest
	if latest[c.topic] == c {
		delete(latest, c.topic)
	}
}

// settle takes one person's letter off a cause.
func (s *programmeOutbox) settle(c *cause, p events.PersonID) bool {
	if !slices.Contains(c.to, p) {
		return false
	}
	if c.to = without(c.to, p); len(c.to) == 0 {
		s.drop(c)
	}
	return true
}

// release takes all letters to p that match off the outbox.
func (s *programmeOutbox) release(p events.PersonID, match func(*cause) bool) {
	for _, c := range s.causes {
		if match(c) && s.settle(c, p) {
			s.overtook++
		}
	}
}
