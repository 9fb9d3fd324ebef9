package projections

import (
	"fmt"
	"maps"
	"time"

	"kolmikko/events"
)

// A story is a history, told in Go, that a golden file holds as lines; people
// in it are made up and named by a word that is easy to follow.
type story struct {
	about   string
	of      Of
	history []events.Recorded
}

// stories returns every story, by the name of its golden file.
func stories() map[string]story {
	all := map[string]story{}
	for _, some := range []map[string]story{rosterStories(), groupStories(), meetingStories(), gatheringStories(), otherStories(), myStories(), outboxStories(), courseStories()} {
		maps.Copy(all, some)
	}
	return all
}

// A teller records events one after the other.
type teller struct {
	at      time.Time
	cohort  events.CohortID
	history []events.Recorded
}

// on sets the day and time of what follows.
func (s *teller) on(at string) *teller {
	s.at = day(at)
	return s
}

// by records what a person did, a minute apart; the last one's id is e-N.
func (s *teller) by(who events.PersonID, facts ...events.Event) *teller {
	for _, e := range facts {
		n := len(s.history) + 1
		s.history = append(s.history, events.Recorded{
			Place: uint64(n), ID: fmt.Sprintf("e-%d", n), At: s.at, Programme: "mentoring", Cohort: s.cohort, By: who, Event: e,
		})
		s.at = s.at.Add(time.Minute)
	}
	return s
}

// in sets the cohort of what follows.
func (s *teller) in(c events.CohortID) *teller {
	s.cohort = c
	return s
}

// correct records that the last event but back was wrong.
func (s *teller) correct(who events.PersonID, back int, is events.Event) *teller {
	c, err := events.Correct(uint64(len(s.history)-back), is, "wrong-day")
	if err != nil {
		panic(err)
	}
	return s.by(who, c)
}

// day reads a time such as 2022-10-05 or 2022-10-05 09:30, UTC.
func day(s string) time.Time {
	t, err := time.Parse("2006-01-02 15:04", s)
	if err != nil {
		if t, err = time.Parse(time.DateOnly, s); err != nil {
			panic(err)
		}
	}
	return t
}

func fi(s string) events.Text { return events.Text{"fi": s} }

// house is an organisation's registration.
func house(id events.OrganisationID, name string) events.Event {
	return events.OrganisationRegistered{Organisation: id, About: events.Organisation{Name: fi(name), Branch: "finance", Region: "uusimaa"}}
}

// founded begins a programme with its cohort of 2022.
func founded() *teller {
	s := &teller{cohort: events.WholeProgramme}
	s.on("2022-08-15 08:00").by("operator",
		events.ProgrammeProposed{Title: fi("Esihenkilöiden mentorointi")},
		house("virasto", "Esimerkkivirasto"), house("laitos", "Mallilaitos"), house("keskus", "Näytekeskus"))
	return s.in("2022").by("kaisa", events.CohortOpened{
		Title: fi("Lukuvuosi 2022–2023"), StartsOn: "2022-10-01", EndsOn: "2023-05-31",
		Tracks: []events.Track{events.Peer}, TimeZone: "Europe/Helsinki",
	})
}

// enrols is a supervisor's enrolment in the peer track.
func enrols(who events.PersonID, from events.OrganisationID) events.Event {
	return events.EnrolmentSubmitted{
		Enrolment: events.EnrolmentID("of-" + who), Person: who, Track: events.Peer, Part: events.Supervisor,
		Application: events.Application{
			Organisation: from, Region: "uusimaa", Languages: []events.Code{"fi"}, Themes: []events.Code{"wellbeing"},
			Slots: events.Slots()[:4], Mode: events.Either,
		},
	}
}

func accepts(who events.PersonID) events.Event {
	return events.EnrolmentAccepted{Enrolment: events.EnrolmentID("of-" + who)}
}

// triad is a group of the peer track.
func triad(id events.GroupID, members ...events.PersonID) events.Group {
	return events.Group{Group: id, Members: members}
}

func publishes(groups ...events.Group) events.Event {
	return events.GroupsPublished{Run: "run-1", Track: events.Peer, Groups: groups, Unplaced: []events.PersonID{}}
}

// gathered founds a programme in which anne, matti and liisa are a triad.
func gathered() *teller {
	return founded().
		on("2022-09-01 08:00").by("anne", enrols("anne", "virasto")).by("matti", enrols("matti", "laitos")).
		by("liisa", enrols("liisa", "keskus")).
		on("2022-09-20 08:00").by("kaisa", accepts("anne"), accepts("matti"), accepts("liisa")).
		on("2022-10-03 08:00").by("kaisa", publishes(triad("triad-1", "anne", "matti", "liisa")))
}
