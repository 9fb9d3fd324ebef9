package archive

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"testing"

	"kolmikko/events"
)

const benched = 100_000 // lines

// BenchmarkReplay reads the same lines in several ways. The floor is the fastest
// that a file can be read in which somebody only counts the lines.
func BenchmarkReplay(b *testing.B) {
	dir := b.TempDir()
	w, err := OpenWriter(dir, Options{})
	if err != nil {
		b.Fatal(err)
	}
	for l := range history(b, benched)(0) {
		if err := w.Append(l.Place, l.Bytes); err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	r, err := Open(dir)
	if err != nil {
		b.Fatal(err)
	}
	none := func(events.Kind, events.ProgrammeID, events.CohortID) bool { return false }
	ways := []struct {
		name  string
		count func() int
	}{
		{"floor", func() int { return countBreaks(b, dir) }},
		{"lines", func() int { return count(b, r.Lines(0)) }},
		{"copied", func() int { return count(b, Copied(r.Lines(0))) }},
		{"peeked", func() int { return benched + count(b, r.ReadIf(0, none)) }},
		{"read", func() int { return count(b, r.Read(0)) }},
	}
	for _, way := range ways {
		b.Run(way.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if n := way.count(); n != benched {
					b.Fatalf("%d lines", n)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benched, "ns/event")
		})
	}
}

func count[T any](b *testing.B, all func(func(T, error) bool)) (n int) {
	for _, err := range all {
		if err != nil {
			b.Fatal(err)
		}
		n++
	}
	return n
}

func countBreaks(b *testing.B, dir string) (n int) {
	all, err := segments(dir)
	if err != nil {
		b.Fatal(err)
	}
	for _, s := range all {
		f, err := os.Open(s.file)
		if err != nil {
			b.Fatal(err)
		}
		in := bufio.NewReaderSize(f, 256<<10)
		for {
			_, err := in.ReadSlice('\n')
			if err == io.EOF {
				break
			}
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		f.Close()
	}
	return n
}

// BenchmarkAppend writes lines as a follower does, the syncs behind it included.
func BenchmarkAppend(b *testing.B) {
	w, err := OpenWriter(b.TempDir(), Options{})
	if err != nil {
		b.Fatal(err)
	}
	l := bytes.Clone(line(b, 1))
	b.SetBytes(int64(len(l)))
	var place uint64
	for b.Loop() {
		place++
		if err := w.Append(place, l); err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkPeek looks at one line.
func BenchmarkPeek(b *testing.B) {
	l := line(b, 1)
	b.ReportAllocs()
	for b.Loop() {
		if _, _, _, ok := Peek(l); !ok {
			b.Fatal("not a line")
		}
	}
}

// BenchmarkOpen opens and checks an archive whose last segment is nearly full.
func BenchmarkOpen(b *testing.B) {
	dir := b.TempDir()
	fill := func() *Writer {
		w, err := OpenWriter(dir, Options{})
		if err != nil {
			b.Fatal(err)
		}
		return w
	}
	w := fill()
	for l := range history(b, 150_000)(0) {
		if err := w.Append(l.Place, l.Bytes); err != nil {
			b.Fatal(err)
		}
	}
	w.Close()
	b.Run("writer", func(b *testing.B) {
		for b.Loop() {
			fill().Close()
		}
	})
	b.Run("check", func(b *testing.B) {
		for b.Loop() {
			if damages, err := Check(dir); err != nil || damages != nil {
				b.Fatal(damages, err)
			}
		}
	})
}
