package projections

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"kolmikko/events"
)

// year tells a cohort's whole course in about 3,000 events: enrolment, triads,
// meetings over eight months, gatherings and surveys, corrections and drop-outs.
func year(n int) []events.Recorded {
	s := &teller{cohort: events.CohortID(fmt.Sprint("year-", n))}
	id := func(what string, i int) string { return fmt.Sprintf("%08d-0000-4000-8000-%s%07d", n, what, i) }
	person := func(i int) events.PersonID { return events.PersonID(id("aaaaa", i)) }
	s.on("2022-08-15 08:00").by("kaisa", events.CohortOpened{
		Title: fi("Lukuvuosi"), StartsOn: "2022-10-01", EndsOn: "2023-05-31", Tracks: []events.Track{events.Peer}, TimeZone: "Europe/Helsinki",
	})
	enrol := func(i int) {
		of := enrols(person(i), "virasto").(events.EnrolmentSubmitted)
		of.Enrolment = events.EnrolmentID(id("bbbbb", i))
		s.by(person(i), events.ConsentGiven{Person: person(i), Purpose: "participation", TextVersion: 1}, of,
			events.PrinciplesAccepted{Person: person(i), Version: 1})
		s.by("kaisa", events.EnrolmentAccepted{Enrolment: of.Enrolment})
	}
	var groups []events.Group
	for g := range 30 {
		for i := range 3 {
			enrol(3*g + i)
		}
		groups = append(groups, triad(events.GroupID(id("ccccc", g)), person(3*g), person(3*g+1), person(3*g+2)))
	}
	s.on("2022-10-03 08:00").by("kaisa", publishes(groups...))
	for g := range groups {
		for m := range 12 {
			meets(s, groups[g], events.MeetingID(id("ddddd", 100*g+m)), m)
		}
	}
	for e := range 6 {
		gathering := events.GatheringID(fmt.Sprint("gathering-", e))
		s.by("kaisa", schedules(gathering, events.Meetup, "2022-10-05 06:00", "2022-10-05 09:00", 45))
		for i := range 90 {
			s.by(person(i), chooses(person(i), gathering, events.Lab))
			s.by("hilkka", attends(person(i), gathering, events.Teams))
		}
	}
	return s.by("kaisa", events.CohortCompleted{EndedOn: "2023-05-31"}).history
}

// meets tells a group's m-th meeting.
func meets(s *teller, g events.Group, id events.MeetingID, m int) {
	when := day("2022-10-10").AddDate(0, 0, 14*m)
	s.by(g.Members[0], events.MeetingProposed{Meeting: id, Group: g.Group, StartsAt: when, Minutes: 60, Mode: events.Lab})
	s.by(g.Members[1], events.MeetingAccepted{Meeting: id, Group: g.Group},
		events.MeetingAgreed{Meeting: id, Group: g.Group, StartsAt: when, Minutes: 60, Mode: events.Lab})
	held := events.MeetingHeld{Meeting: id, Group: g.Group, HeldAt: when, Minutes: 60, Mode: events.Lab, Present: 3}
	s.by(g.Members[2], held)
	if held.Present = 2; m == 11 {
		s.correct(g.Members[2], 0, held)
	}
}

// years is at least n events' lines, each cohort after the other.
func years(b *testing.B, n int) [][]byte {
	b.Helper()
	var lines [][]byte
	for y := 0; len(lines) < n; y++ {
		before := uint64(len(lines))
		for _, r := range year(y) {
			if c, ok := r.Event.(events.RecordCorrected); ok {
				c.Corrects += before
				r.Event = c
			}
			r.ID = fmt.Sprintf("%08d-0000-4000-8000-eeeee%07d", y, r.Place)
			line, err := events.Encode(r)
			if err != nil {
				b.Fatal(err)
			}
			lines = append(lines, line)
		}
	}
	return lines
}

// BenchmarkViews folds 100,000 events of 30-odd cohorts into every view of the
// catalogue. Decoding is not counted as time; what the views hold on to is
// counted as memory, and is nothing but theirs.
func BenchmarkViews(b *testing.B) {
	lines := years(b, 100_000)
	var took time.Duration
	var held uint64
	for b.Loop() {
		before := heap()
		views := NewViews(Catalogue()...)
		took += fold(b, views, lines)
		held = heap() - before
		if err := views.Err(); err != nil || views.Place() != uint64(len(lines)) {
			b.Fatal(err, views.Place())
		}
	}
	b.ReportMetric(float64(took.Nanoseconds())/float64(b.N)/float64(len(lines)), "ns/event")
	b.ReportMetric(float64(held)/float64(len(lines)), "B-held/event")
}

// heap returns how many bytes are held on to.
func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// fold gives lines to views, a thousand at a time, and returns how long the
// views took.
func fold(b *testing.B, views *Views, lines [][]byte) (took time.Duration) {
	batch := make([]events.Recorded, 0, 1000)
	for place := 0; place < len(lines); {
		for batch = batch[:0]; len(batch) < cap(batch) && place < len(lines); place++ {
			r, err := events.Decode(uint64(place+1), lines[place])
			if err != nil {
				b.Fatal(err)
			}
			r.Line = nil
			batch = append(batch, r)
		}
		start := time.Now()
		for _, r := range batch {
			views.Take(r)
		}
		took += time.Since(start)
	}
	return took
}

// BenchmarkEachView tells what each view costs by itself.
func BenchmarkEachView(b *testing.B) {
	lines := years(b, 100_000)
	for _, entry := range Catalogue() {
		b.Run(entry.Name, func(b *testing.B) {
			var took time.Duration
			var held uint64
			for b.Loop() {
				before := heap()
				views := NewViews(entry)
				took += fold(b, views, lines)
				held = heap() - before
				runtime.KeepAlive(views)
			}
			b.ReportMetric(float64(took.Nanoseconds())/float64(b.N)/float64(len(lines)), "ns/event")
			b.ReportMetric(float64(held)/float64(len(lines)), "B-held/event")
		})
	}
}
