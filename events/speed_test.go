package events

import (
	"testing"

	"github.com/go-json-experiment/json"
)

// The mix of samples is one event of each kind, so it leans towards the long
// and rare ones.

func BenchmarkEncode(b *testing.B) {
	all := samples()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := Encode(recorded(all[i%len(all)])); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	var lines [][]byte
	for _, e := range samples() {
		lines = append(lines, encoded(b, e))
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := Decode(7, lines[i%len(lines)]); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDecodeMeeting is of a kind that histories are full of.
func BenchmarkDecodeMeeting(b *testing.B) {
	line := encoded(b, MeetingAccepted{Meeting: "meeting-1", Group: "triad-1"})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Decode(7, line); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkEnvelope has the fast way through an envelope beside a JSON decoder's.
func BenchmarkEnvelope(b *testing.B) {
	line := encoded(b, MeetingAccepted{Meeting: "meeting-1", Group: "triad-1"})
	b.Run("cut", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, ok := cutLine(line); !ok {
				b.Fatal("not as Encode writes it")
			}
		}
	})
	b.Run("decoded", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var e envelope
			if err := json.Unmarshal(line, &e, reading); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkCheck(b *testing.B) {
	all := samples()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if err := Check(all[i%len(all)]); err != nil {
			b.Fatal(err)
		}
	}
}
