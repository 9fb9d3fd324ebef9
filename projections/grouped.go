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
	of   map[onTrack]*group
}

type group struct {
	id        events.GroupID
	track     events.Track
	since     time.Time         // when it was published
	members   []events.PersonID // replaced, never changed: others may hold it
	dissolved bool
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
		who := onTrack{e.Person, e.Track}
		if g := s.of[who]; g != nil {
			g.members = without(g.members, e.Person)
			delete(s.of, who)
		}
	default:
		return false
	}
	return true
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
			if who := (onTrack{p, t}); s.of[who] == g {
				delete(s.of, who)
			}
		}
		g.members, g.dissolved = slices.Clone(now.Members), len(now.Members) == 0
		for _, p := range g.members {
			s.join(g, p)
		}
	}
}

// join puts p into g, and so out of the group that they had; that group may be
// stated as it is now later, or not at all.
func (s *grouped) join(g *group, p events.PersonID) {
	who := onTrack{p, g.track}
	if old := s.of[who]; old != nil && old != g {
		old.members = without(old.members, p)
	}
	put(&s.of, who, g)
}

func without(members []events.PersonID, p events.PersonID) []events.PersonID {
	return slices.DeleteFunc(slices.Clone(members), func(m events.PersonID) bool { return m == p })
}
