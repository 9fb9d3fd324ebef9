package story

import (
	"fmt"
	"time"

	"kolmikko/events"
	"kolmikko/events/programme"
)

// A gathering as the story sees it.
type gathering struct {
	id     events.GatheringID
	kind   events.GatheringKind
	title  events.Text
	starts time.Time
	lab    int // seats on site
	taken  int
	chosen map[events.PersonID]events.Mode
}

// scheduleGatherings is opening, three meet-ups with speakers and closing, each
// on site or on Teams; the second meet-up is moved by a week.
func (t *teller) scheduleGatherings() {
	for i, g := range []*gathering{
		{kind: events.Opening, title: events.Text{"fi": "Aloitustilaisuus", "sv": "Inledande möte", "en": "Opening"}, starts: local(2022, 10, 5, 13, 0), lab: 40},
		{kind: events.Meetup, title: events.Text{"fi": "Esihenkilötreffit: rohkeus kysyä", "sv": "Chefsträff: modet att fråga", "en": "Meet-up: the courage to ask"}, starts: local(2022, 11, 16, 9, 0), lab: 30},
		{kind: events.Meetup, title: events.Text{"fi": "Esihenkilötreffit: muutoksen keskellä", "sv": "Chefsträff: mitt i förändringen", "en": "Meet-up: amid change"}, starts: local(2023, 1, 24, 9, 0), lab: 30},
		{kind: events.Meetup, title: events.Text{"fi": "Esihenkilötreffit: uuden silmin", "sv": "Chefsträff: med nya ögon", "en": "Meet-up: with new eyes"}, starts: local(2023, 3, 22, 9, 0), lab: 30},
		{kind: events.Closing, title: events.Text{"fi": "Päätöstilaisuus", "sv": "Avslutande möte", "en": "Closing"}, starts: local(2023, 5, 17, 13, 0), lab: 40},
	} {
		g.id, g.chosen = events.GatheringID(fmt.Sprint("g", i+1)), map[events.PersonID]events.Mode{}
		t.at(local(2022, 9, 29, 9, i), func() error {
			_, err := t.do(t.cast.coordinator, programme.ScheduleGathering{
				Kind: g.kind, Title: g.title, StartsAt: g.starts, EndsAt: g.starts.Add(150 * time.Minute),
				Modes: []events.Seating{{Mode: events.Lab, Capacity: g.lab}, {Mode: events.Teams}},
			})
			return err
		})
		held := g.starts
		if i == 2 {
			held = g.starts.AddDate(0, 0, 7)
			t.at(local(2023, 1, 5, 11, 0), func() error {
				_, err := t.do(t.cast.coordinator, programme.MoveGathering{
					Gathering: g.id, StartsAt: held, EndsAt: held.Add(150 * time.Minute),
					Reason: events.Text{"fi": "Puhuja on estynyt aiempana päivänä.", "sv": "Talaren har förhinder den tidigare dagen."},
				})
				return err
			})
		}
		if i > 0 {
			t.scheduleSpeaker(g, held, i)
		}
		t.scheduleAttendance(g, held)
	}
}

// Speakers of the gatherings, all invented.
var speakers = []struct {
	name  events.Name
	topic events.Text
}{
	{"Taito Tarinoitsija", events.Text{"fi": "Miten hyvä kysymys syntyy", "sv": "Hur en bra fråga uppstår"}},
	{"Muisto Muutoslahti", events.Text{"fi": "Johtaja muutoksen keskellä", "sv": "Ledaren mitt i förändringen"}},
	{"Uuno Uusinäkö", events.Text{"fi": "Mitä uusi työntekijä näkee, ja te ette", "sv": "Vad den nya ser, och ni inte"}},
	{"Kerttu Keskustelu", events.Text{"fi": "Mitä jäi käteen", "sv": "Vad vi fick med oss"}},
}

func (t *teller) scheduleSpeaker(g *gathering, held time.Time, i int) {
	s := speakers[i-1]
	t.at(held.AddDate(0, 0, -12), func() error {
		_, err := t.do(t.cast.coordinator, programme.ConfirmSpeaker{Gathering: g.id, Name: s.name, Topic: s.topic, Agreed: true})
		return err
	})
}

// scheduleAttendance lets people choose how to attend, some switch to Teams in
// the last days, and the host record who came.
func (t *teller) scheduleAttendance(g *gathering, held time.Time) {
	chance := t.chance("attendance", g.id)
	for _, p := range t.cast.people {
		roll, days, switches, comes := chance.Float64(), 2+chance.IntN(3), chance.Float64() < 0.15, chance.Float64() < 0.9
		hour := time.Duration(chance.IntN(9*60)) * time.Minute
		if roll > 0.55 {
			continue // doesn't say
		}
		t.at(held.AddDate(0, 0, -days).Add(-hour), func() error { return t.choose(g, p, roll) })
		if switches {
			t.at(held.Add(-20*time.Hour-hour/9), func() error { return t.switchMode(g, p) })
		}
		if comes {
			t.at(held.Add(40*time.Minute), func() error { return t.attended(g, p) })
		}
	}
}

func (t *teller) choose(g *gathering, p events.PersonID, roll float64) error {
	if !t.active(p) {
		return nil
	}
	mode := events.Teams
	switch {
	case roll < 0.04:
		mode = events.Absent
	case roll < 0.27 && g.taken < g.lab:
		mode = events.Lab
		g.taken++
	}
	g.chosen[p] = mode
	_, err := t.do(p, programme.ChooseAttendance{Gathering: g.id, Mode: mode})
	return err
}

// switchMode lets somebody who meant to come stay at their desk.
func (t *teller) switchMode(g *gathering, p events.PersonID) error {
	if g.chosen[p] != events.Lab || !t.active(p) {
		return nil
	}
	g.chosen[p] = events.Teams
	g.taken--
	_, err := t.do(p, programme.ChooseAttendance{Gathering: g.id, Mode: events.Teams})
	return err
}

func (t *teller) attended(g *gathering, p events.PersonID) error {
	mode := g.chosen[p]
	if mode != events.Lab && mode != events.Teams || !t.active(p) {
		return nil
	}
	_, err := t.do(t.cast.host, programme.RecordAttendance{Gathering: g.id, Person: p, Mode: mode})
	return err
}

// active reports whether somebody takes part in the cohort now: they have a
// group on some track.
func (t *teller) active(p events.PersonID) bool {
	if len(t.groups) == 0 {
		return false
	}
	for _, g := range t.groups {
		if !g.over && g.has(p) {
			return true
		}
	}
	return false
}
