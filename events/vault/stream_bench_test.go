package vault

import (
	"fmt"
	"testing"
)

// filled is a stream with n keys.
func filled(b testing.TB, n int) *Stream {
	b.Helper()
	p := newPlace(b)
	nc, _ := p.serve(b)
	s := openStream(b, nc, StreamOptions{KEKFile: p.kek})
	records := make([]Record, n)
	for i := range records {
		key, err := newKey(seeded(byte(i)).Rand, of(person(i)))
		if err != nil {
			b.Fatal(err)
		}
		records[i] = Record{of(person(i)), key}
	}
	if _, err := s.Add(records...); err != nil {
		b.Fatal(err)
	}
	return s
}

// BenchmarkRotate wraps all keys anew.
func BenchmarkRotate(b *testing.B) {
	for _, n := range []int{100, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s := filled(b, n)
			for b.Loop() {
				if err := s.Rotate(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkDestroy forgets one of 10,000 each time: the erasure and the
// rotation.
func BenchmarkDestroy(b *testing.B) {
	s := filled(b, 10_000)
	n := 0
	for b.Loop() {
		if err := s.Destroy(of(person(n))); err != nil {
			b.Fatal(err)
		}
		n++
	}
}

// BenchmarkOpenStream reads and unwraps 10,000 keys.
func BenchmarkOpenStream(b *testing.B) {
	s := filled(b, 10_000)
	for b.Loop() {
		again := openStream(b, s.nc, s.o)
		if _, err := again.Load(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkAdd keeps somebody new each time.
func BenchmarkAdd(b *testing.B) {
	s := filled(b, 1)
	n := 1
	for b.Loop() {
		if _, err := s.Add(Record{of(person(n)), make([]byte, keySize)}); err != nil {
			b.Fatal(err)
		}
		n++
	}
}
