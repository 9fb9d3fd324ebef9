package main

import (
	"bytes"
	"flag"
	"fmt"
	"iter"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/nats-io/nats.go/jetstream"

	"kolmikko/api"
	"kolmikko/events"
	"kolmikko/events/archive"
	"kolmikko/events/journal"
	"kolmikko/events/programme"
)

var manyEvents = flag.Int("events", 100_000, "how many events the benchmarks of replay and of a cold start read")

// BenchmarkCommand is what a full command costs, through rules, journal, fsync,
// archive and views, beside a bare publish on a server of the same kind. The two
// take turns, so that both meet the same disk.
func BenchmarkCommand(b *testing.B) {
	h, err := openHouse(b.Context(), openOptions{data: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	defer h.Close()
	owner := events.PersonID(uuid.NewString())
	do := func(by events.PersonID, form string, cmd programme.Command) {
		if _, err := h.Act(b.Context(), api.Request{Programme: "p", Cohort: events.WholeProgramme, By: by, Key: uuid.NewString(), Form: form, Command: cmd}); err != nil {
			b.Fatal(err)
		}
	}
	do(events.Operator, "register-person", &programme.RegisterPerson{Person: owner, Language: "fi", Name: "Outi Omistaja"})
	do(events.Operator, "grant-role", &programme.GrantRole{Person: owner, Role: events.Owner})
	bare := barePublisher(b)
	payload := bytes.Repeat([]byte{'x'}, 420) // as long as the command's event
	var command, publish time.Duration
	for n := 0; b.Loop(); n++ {
		begun := time.Now()
		do(owner, "register-organisation", &programme.RegisterOrganisation{
			Organisation: events.OrganisationID(fmt.Sprint("o", n)), Name: events.Text{"fi": "Esimerkki"}, Branch: "vm", Region: "uusimaa"})
		command += time.Since(begun)
		begun = time.Now()
		bare(payload)
		publish += time.Since(begun)
	}
	b.ReportMetric(float64(command.Nanoseconds())/float64(b.N), "ns/command")
	b.ReportMetric(float64(publish.Nanoseconds())/float64(b.N), "ns/publish")
	b.ReportMetric(float64(publish)/float64(command), "command/publish")
}

// barePublisher publishes to a stream of its own on a server that syncs each
// write, with nothing between.
func barePublisher(b *testing.B) func([]byte) {
	server, err := journal.Serve(journal.Options{Dir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(server.Close)
	js, err := jetstream.New(server.Conn)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := js.CreateStream(b.Context(), jetstream.StreamConfig{Name: "BARE", Subjects: []string{"bare.>"}}); err != nil {
		b.Fatal(err)
	}
	return func(payload []byte) {
		if _, err := js.Publish(b.Context(), "bare.p.c.kind", payload); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkReplay is a decoded replay from the archive beside an ordered
// consumer on the same history, in one run.
func BenchmarkReplay(b *testing.B) {
	data := multiplied(b, *manyEvents)
	server, err := journal.Serve(journal.Options{Dir: filepath.Join(data, journalDir)})
	if err != nil {
		b.Fatal(err)
	}
	defer server.Close()
	log, err := server.Open(b.Context(), journal.OpenOptions{})
	if err != nil {
		b.Fatal(err)
	}
	reader, err := archive.Open(filepath.Join(data, archiveDir))
	if err != nil {
		b.Fatal(err)
	}
	var fromArchive, fromConsumer time.Duration
	n := 0
	for b.Loop() {
		begun := time.Now()
		n = count(b, reader.Read(0))
		fromArchive += time.Since(begun)
		begun = time.Now()
		if m := count(b, journal.Read(b.Context(), log, 0, "")); m != n {
			b.Fatalf("%d events in the journal, %d in the archive", m, n)
		}
		fromConsumer += time.Since(begun)
	}
	each := float64(b.N) * float64(n)
	b.ReportMetric(float64(fromArchive.Nanoseconds())/each, "ns/archived")
	b.ReportMetric(float64(fromConsumer.Nanoseconds())/each, "ns/consumed")
	b.ReportMetric(float64(fromConsumer)/float64(fromArchive), "consumer/archive")
}

func count(b *testing.B, history iter.Seq2[events.Recorded, error]) (n int) {
	for _, err := range history {
		if err != nil {
			b.Fatal(err)
		}
		n++
	}
	return n
}

// BenchmarkColdStart opens a house with many events: rules and views are folded
// anew, and the memory that they keep is reported.
func BenchmarkColdStart(b *testing.B) {
	data := multiplied(b, *manyEvents)
	for b.Loop() {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		h, err := openHouse(b.Context(), openOptions{data: data})
		if err != nil {
			b.Fatal(err)
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "MB-kept")
		b.ReportMetric(float64(after.Sys)/1e6, "MB-from-the-system")
		if err := h.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(*manyEvents), "events")
}

// multiplied returns a data folder whose history is the demo's, told in as many
// programmes as it takes to make n events.
func multiplied(b *testing.B, n int) (data string) {
	b.Helper()
	told := filepath.Join(b.TempDir(), "demo")
	var out bytes.Buffer
	if status := run(b.Context(), []string{"demo", "--once", "--data", told}, &out, &out); status != 0 {
		b.Fatalf("the demo: %s", &out)
	}
	reader, err := archive.Open(filepath.Join(told, archiveDir))
	if err != nil {
		b.Fatal(err)
	}
	var story []events.Recorded
	for r, err := range reader.Read(0) {
		if err != nil {
			b.Fatal(err)
		}
		story = append(story, r)
	}
	data = b.TempDir()
	server, err := journal.Serve(journal.Options{Dir: filepath.Join(data, journalDir)})
	if err != nil {
		b.Fatal(err)
	}
	defer server.Close()
	log, err := server.Open(b.Context(), journal.OpenOptions{})
	if err != nil {
		b.Fatal(err)
	}
	w, err := archive.OpenWriter(filepath.Join(data, archiveDir), archive.Options{})
	if err != nil {
		b.Fatal(err)
	}
	lines := func(yield func([]byte, error) bool) {
		for place := range n {
			line, err := retold(story, place)
			if err == nil {
				err = w.Append(uint64(place+1), line)
			}
			if !yield(line, err) || err != nil {
				return
			}
		}
	}
	if _, err := log.Restore(b.Context(), lines); err != nil {
		b.Fatal(err)
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	return data
}

// retold returns the line at a place of the multiplied history.
func retold(story []events.Recorded, place int) ([]byte, error) {
	r, time := story[place%len(story)], place/len(story)
	if time > 0 {
		space := uuid.NewSHA1(uuid.Nil, fmt.Append(nil, time))
		r.Programme = events.ProgrammeID(fmt.Sprint("p", time))
		r.ID = uuid.NewSHA1(space, []byte(r.ID)).String()
		r.Correlation = uuid.NewSHA1(space, []byte(r.Correlation)).String()
	}
	return events.Encode(r)
}
