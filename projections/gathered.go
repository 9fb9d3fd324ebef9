package projections

import (
	"slices"
	"strings"
	"time"

	"kolmikko/events"
)

// programmeGatherings are the gatherings of one programme, as they are kept for
// [Gatherings].
type programmeGatherings struct {
	cohorts each[events.CohortID, cohortGatherings]
}

// cohortGatherings are those of one cohort, with who may come to them.
type cohortGatherings struct {
	enrolments enrolments
	gatherings gatherings
}

// gatherings are what everybody of a cohort is invited to.
type gatherings struct {
	list  []*gathering // in the order in which they were scheduled
	by    map[events.GatheringID]*gathering
	seats map[events.PersonID]int // where a person stands in every attendance
}

// attendance is how people come to one gathering; nothing said: not known.
type attendance []said[events.Mode]

// A choice is how somebody, by where they stand in every attendance, once meant
// to come.
type choice struct {
	seat int
	said[events.Mode]
}

// of returns how a person comes.
func (s *gatherings) of(a attendance, p events.PersonID) said[events.Mode] {
	if i, known := s.seats[p]; known && i < len(a) {
		return a[i]
	}
	return said[events.Mode]{}
}

// set says how a person comes.
func (s *gatherings) set(a *attendance, p events.PersonID, m events.Mode, place uint64) {
	i, known := s.seats[p]
	if !known {
		i = len(s.seats)
		put(&s.seats, p, i)
	}
	if i >= len(*a) {
		*a = append(*a, make(attendance, i+1-len(*a))...)
	}
	(*a)[i] = said[events.Mode]{canonical(m), place}
}

// canonical returns m as the constant that it equals, so that a view need not
// hold on to the event that said it.
func canonical(m events.Mode) events.Mode {
	for _, known := range [...]events.Mode{events.Lab, events.Teams, events.Absent, events.Either} {
		if m == known {
			return known
		}
	}
	return m
}

type gathering struct {
	is           events.GatheringScheduled
	said         uint64 // the place of is
	starts, ends time.Time
	timed        uint64 // the place of the record that they are from
	moves        []gatheringMoved
	off          *calledOff
	speakers     []said[Speaker]
	chosen       attendance
	recorded     attendance
	before       []choice // that somebody changed since, in order
}

type gatheringMoved struct {
	GatheringMove
	place uint64
}

type calledOff struct {
	Cancellation
	place uint64
}

// Apply takes in one more event.
func (s *programmeGatherings) Apply(r events.Recorded) {
	c := s.cohorts.at(r.Cohort)
	if c.gatherings.apply(r) == nil {
		c.enrolments.apply(r)
	}
}

// Show returns the [Gatherings] of a cohort or of the programme.
func (s *programmeGatherings) Show(of Of) (any, bool) {
	shown := Gatherings{Gatherings: []Gathering{}}
	for _, id := range sorted(s.cohorts.by) {
		if of.Cohort != "" && of.Cohort != id {
			continue
		}
		c := s.cohorts.get(id)
		who := c.enrolments.participants()
		for _, g := range c.gatherings.list {
			shown.Gatherings = append(shown.Gatherings, c.gatherings.shown(g, id, who))
		}
	}
	slices.SortStableFunc(shown.Gatherings, func(a, b Gathering) int { return a.StartsAt.Compare(b.StartsAt) })
	return shown, of.Cohort == "" || s.cohorts.get(of.Cohort) != nil
}

// apply takes in an event, and returns the gathering that it was about.
func (s *gatherings) apply(r events.Recorded) *gathering {
	switch e := r.Event.(type) {
	case events.GatheringScheduled:
		g := &gathering{is: e, said: r.Place, starts: e.StartsAt, ends: e.EndsAt, timed: r.Place}
		s.list = append(s.list, g)
		put(&s.by, e.Gathering, g)
		return g
	case events.GatheringMoved:
		return s.in(e.Gathering, func(g *gathering) {
			g.moves = append(g.moves, gatheringMoved{GatheringMove{e.OldStart, e.StartsAt, r.At, e.Reason}, r.Place})
			g.starts, g.ends, g.timed = e.StartsAt, e.EndsAt, r.Place
		})
	case events.GatheringCancelled:
		return s.in(e.Gathering, func(g *gathering) { g.off = &calledOff{Cancellation{r.At, e.Reason}, r.Place} })
	case events.SpeakerConfirmed:
		return s.in(e.Gathering, func(g *gathering) {
			g.speakers = append(g.speakers, said[Speaker]{Speaker{e.Name, e.Topic}, r.Place})
		})
	case events.AttendanceChosen:
		return s.in(e.Gathering, func(g *gathering) { s.choose(g, r.Place, e) })
	case events.AttendanceRecorded:
		return s.in(e.Gathering, func(g *gathering) {
			s.set(&g.recorded, e.Person, e.Mode, r.Place)
		})
	case events.RecordCorrected:
		return s.correct(e)
	}
	return nil
}

// in changes a gathering, if it is known.
func (s *gatherings) in(id events.GatheringID, change func(*gathering)) *gathering {
	g := s.by[id]
	if g != nil {
		change(g)
	}
	return g
}

// choose says how a person means to come, and keeps what they chose before.
func (s *gatherings) choose(g *gathering, place uint64, e events.AttendanceChosen) {
	if old := s.of(g.chosen, e.Person); old.place > 0 {
		g.before = append(g.before, choice{s.seats[e.Person], old})
	}
	s.set(&g.chosen, e.Person, e.Mode, place)
}

// correct replaces what a record said that is still shown.
func (s *gatherings) correct(c events.RecordCorrected) *gathering {
	if !strings.HasPrefix(string(c.Record), "gathering-") && !strings.HasPrefix(string(c.Record), "attendance-") &&
		c.Record != "speaker-confirmed" {
		return nil
	}
	switch e := truth(c).(type) {
	case events.GatheringScheduled:
		return s.in(e.Gathering, func(g *gathering) { g.reschedule(c.Corrects, e) })
	case events.GatheringMoved:
		return s.in(e.Gathering, func(g *gathering) { g.remove(c.Corrects, e) })
	case events.GatheringCancelled:
		return s.in(e.Gathering, func(g *gathering) {
			if g.off != nil && g.off.place == c.Corrects {
				g.off.Reason = e.Reason
			}
		})
	case events.SpeakerConfirmed:
		return s.in(e.Gathering, func(g *gathering) {
			for i := range g.speakers {
				if g.speakers[i].place == c.Corrects {
					g.speakers[i].what = Speaker{e.Name, e.Topic}
				}
			}
		})
	case events.AttendanceChosen:
		if g := s.by[e.Gathering]; g != nil {
			g.rechoose(c.Corrects, e.Mode)
		}
		return s.recount(c.Corrects, e.Gathering, e.Person, e.Mode, func(g *gathering) *attendance { return &g.chosen })
	case events.AttendanceRecorded:
		return s.recount(c.Corrects, e.Gathering, e.Person, e.Mode, func(g *gathering) *attendance { return &g.recorded })
	}
	return nil
}

func (g *gathering) reschedule(place uint64, e events.GatheringScheduled) {
	if g.said == place {
		g.is = e
	}
	if g.timed == place {
		g.starts, g.ends = e.StartsAt, e.EndsAt
	}
}

func (g *gathering) remove(place uint64, e events.GatheringMoved) {
	for i := range g.moves {
		if g.moves[i].place == place {
			g.moves[i].From, g.moves[i].To, g.moves[i].Reason = e.OldStart, e.StartsAt, e.Reason
		}
	}
	if g.timed == place {
		g.starts, g.ends = e.StartsAt, e.EndsAt
	}
}

// rechoose corrects a choice that was changed since.
func (g *gathering) rechoose(place uint64, m events.Mode) {
	for i := range g.before {
		if g.before[i].place == place {
			g.before[i].what = canonical(m)
		}
	}
}

// recount moves one record of attendance to whom, where and how it truly was;
// the record may have been of another person, or at another gathering. A later
// record of the same person stands.
func (s *gatherings) recount(place uint64, id events.GatheringID, p events.PersonID, m events.Mode,
	in func(*gathering) *attendance,
) *gathering {
	for _, g := range append([]*gathering{s.by[id]}, s.list...) { // most likely where it was said to be
		if g == nil {
			continue
		}
		i := slices.IndexFunc(*in(g), func(how said[events.Mode]) bool { return how.place == place })
		if i < 0 {
			continue
		}
		(*in(g))[i] = said[events.Mode]{}
		return s.in(id, func(g *gathering) {
			if s.of(*in(g), p).place < place {
				s.set(in(g), p, m, place)
			}
		})
	}
	return nil
}
