package journal

import (
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/nats-io/nats.go/jetstream"

	"kolmikko/events"
)

// BenchmarkAppend sets an append and an action beside a bare publish of the
// same bytes to the same server. They take turns, so that a busy machine is
// equally busy for all; medians, and what they reach of the bare one's speed, are
// reported.
func BenchmarkAppend(b *testing.B) {
	s := serve(b)
	log, err := s.Open(b.Context(), OpenOptions{})
	if err != nil {
		b.Fatal(err)
	}
	js, err := jetstream.New(s.Conn)
	if err != nil {
		b.Fatal(err)
	}
	_, err = js.CreateStream(b.Context(), jetstream.StreamConfig{Name: "BARE", Subjects: []string{"bare.>"}})
	if err != nil {
		b.Fatal(err)
	}
	line, err := events.Encode(entry("c", "a"))
	if err != nil {
		b.Fatal(err)
	}
	desk := counting(log)
	last, i := uint64(0), 0
	runs := []struct {
		name string
		run  func() error
		took []time.Duration
	}{
		{name: "bare", run: func() error {
			_, err := js.Publish(b.Context(), "bare.c.c1.consent-given", line)
			return err
		}},
		{name: "append", run: func() (err error) {
			e := entry("b", "a")
			e.ID = uuid.NewString()
			last, err = log.Append(b.Context(), last, []events.Recorded{e})
			return err
		}},
		{name: "act", run: func() error {
			i++
			_, err := desk.Act(b.Context(), action("a", fmt.Sprint(i), "x"), agree(1), nil)
			return err
		}},
	}
	for b.Loop() {
		for i := range runs {
			begun := time.Now()
			if err := runs[i].run(); err != nil {
				b.Fatal(err)
			}
			runs[i].took = append(runs[i].took, time.Since(begun))
		}
	}
	bare := median(runs[0].took)
	for _, r := range runs {
		b.ReportMetric(median(r.took), "ns/"+r.name)
		if r.name != "bare" {
			b.ReportMetric(bare/median(r.took), r.name+"/bare")
		}
	}
	b.ReportMetric(0, "ns/op")
}

// median is what a busy disk's worst moments don't change.
func median(took []time.Duration) float64 {
	slices.Sort(took)
	return float64(took[len(took)/2])
}

// BenchmarkBatch is an append of ten at once, for each event.
func BenchmarkBatch(b *testing.B) {
	log := openLog(b, serve(b))
	last := uint64(0)
	for b.Loop() {
		entries := make([]events.Recorded, 10)
		for i := range entries {
			entries[i] = entry("c", "a")
			entries[i].ID = uuid.NewString()
		}
		last = mustAppend(b, log, last, entries...)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(10*b.N), "ns/event")
}

// BenchmarkRestore and BenchmarkLines are for each event.
func BenchmarkRestore(b *testing.B) {
	b.ReportAllocs()
	log := openLog(b, serve(b))
	b.ResetTimer()
	if _, err := log.Restore(b.Context(), story(b.N)); err != nil {
		b.Fatal(err)
	}
}

func BenchmarkLines(b *testing.B) {
	log := openLog(b, serve(b))
	if _, err := log.Restore(b.Context(), story(b.N)); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.ResetTimer()
	n := 0
	for _, err := range log.Lines(b.Context(), 0, "", false) {
		if err != nil {
			b.Fatal(err)
		}
		n++
	}
	if n != b.N {
		b.Fatalf("%d lines; want %d", n, b.N)
	}
}

// BenchmarkTake is for each event, and reports how much the Desk keeps of it.
func BenchmarkTake(b *testing.B) {
	var before, after runtime.MemStats
	desk := counting(new(Memory))
	runtime.GC()
	runtime.ReadMemStats(&before)
	b.ResetTimer()
	for i := range b.N {
		e := entry("c", "a")
		e.Place, e.ID, e.Correlation = uint64(i+1), uuid.NewString(), uuid.NewString()
		desk.Take(e)
	}
	b.StopTimer()
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.ReportMetric((float64(after.HeapAlloc)-float64(before.HeapAlloc))/float64(b.N), "B/event")
	runtime.KeepAlive(desk)
}

// story yields the lines of n events of one programme.
func story(n int) func(func([]byte, error) bool) {
	return func(yield func([]byte, error) bool) {
		for range n {
			e := entry("c", "a")
			e.ID, e.Correlation = uuid.NewString(), uuid.NewString()
			if line, err := events.Encode(e); !yield(line, err) {
				return
			}
		}
	}
}
