package projections

import (
	"slices"
	"time"

	"kolmikko/events"
)

// grouped is who is in which group of one cohort.
type grouped struct {
	list []*group // in the order in which they were published
	by   map[events.GroupID]*group
	of   perTrack[*group]
}

type group struct {
	id        events.GroupID
	track     events.Track
	since     time.Time         // when it was published
	members   []events.PersonID // replaced, never changed: an event and others hold it
	dissolved bool
	locked    bool
	agreed    said[Agreement]
	assents   map[events.PersonID]Agreement
	themes    said[events.GroupThemesAgreed]
}

// concerns reports whether g is to be shown about a person: it is theirs, or
// nobody in particular is asked about.
func (g *group) concerns(p events.PersonID) bool {
	return p == "" || slices.Contains(g.members, p)
}

// An Agreement is how often a group meets, and how many of it make a meeting.
type Agreement struct {
	Rhythm int `json:"rhythm"` // weeks between meetings
	Quorum int `json:"quorum"` // people
}

// apply takes in an event, and reports whether groups changed by it.
func (s *grouped) apply(r events.Recorded) bool {
	switch e := r.Event.(type) {
	case events.GroupsPublished:
		s.regroup(r.At, e.Track, e.Groups)
	case events.GroupsRepaired:
		s.regroup(r.At, e.Track, e.Groups)
	case events.GroupDissolved:
		if g := s.by[e.Group]; g != nil {
			s.regroup(r.At, g.track, []events.Group{{Group: e.Group}})
		}
	case events.ParticipantDroppedOut:
		if g := s.of.get(e.Person, e.Track); g != nil {
			g.members = without(g.members, e.Person)
			delete(g.assents, e.Person)
			s.of.drop(e.Person, e.Track)
		}
	default:
		return s.agree(r)
	}
	return true
}

// agree takes in what a group settles for itself.
func (s *grouped) agree(r events.Recorded) bool {
	switch e := r.Event.(type) {
	case events.GroupLocked:
		s.in(e.Group, func(g *group) { g.locked = true })
	case events.GroupUnlocked:
		s.in(e.Group, func(g *group) { g.locked = false })
	case events.GroupAgreementAssented:
		s.in(e.Group, func(g *group) { put(&g.assents, e.Person, Agreement{e.Rhythm, e.Quorum}) })
	case events.GroupAgreementReached:
		s.in(e.Group, func(g *group) { g.agreed = said[Agreement]{Agreement{e.Rhythm, e.Quorum}, r.Place} })
	case events.GroupThemesAgreed:
		s.in(e.Group, func(g *group) { g.themes = said[events.GroupThemesAgreed]{e, r.Place} })
	case events.RecordCorrected:
		s.correct(e)
	default:
		return false
	}
	return true
}

// correct replaces what a group had settled, if it still stands.
func (s *grouped) correct(c events.RecordCorrected) {
	if c.Record != "group-agreement-reached" && c.Record != "group-themes-agreed" {
		return
	}
	switch e := truth(c).(type) {
	case events.GroupAgreementReached:
		s.in(e.Group, func(g *group) {
			if g.agreed.place == c.Corrects {
				g.agreed.what = Agreement{e.Rhythm, e.Quorum}
			}
		})
	case events.GroupThemesAgreed:
		s.in(e.Group, func(g *group) {
			if g.themes.place == c.Corrects {
				g.themes.what = e
			}
		})
	}
}

// in changes a group, if it is known.
func (s *grouped) in(id events.GroupID, change func(*group)) {
	if g := s.by[id]; g != nil {
		change(g)
	}
}

// regroup makes groups what they are now; one without members is dissolved.
func (s *grouped) regroup(at time.Time, t events.Track, groups []events.Group) {
	for _, now := range groups {
		g := s.by[now.Group]
		if g == nil {
			g = &group{id: now.Group, track: t, since: at}
			put(&s.by, now.Group, g)
			s.list = append(s.list, g)
		}
		for _, p := range g.members {
			if s.of.get(p, t) == g {
				s.of.drop(p, t)
			}
		}
		g.members, g.dissolved = now.Members, len(now.Members) == 0
		for _, p := range g.members {
			s.join(g, p)
		}
		for p := range g.assents {
			if !slices.Contains(g.members, p) {
				delete(g.assents, p)
			}
		}
	}
}

// join puts p into g, and so out of the group that they had; that group may be
// stated as it is now later, or not at all.
func (s *grouped) join(g *group, p events.PersonID) {
	if old := s.of.get(p, g.track); old != nil && old != g {
		old.members = without(old.members, p)
	}
	s.of.set(p, g.track, g)
}

func without(members []events.PersonID, p events.PersonID) []events.PersonID {
	return slices.DeleteFunc(slices.Clone(members), func(m events.PersonID) bool { return m == p })
}
