package vault

import (
	"testing"

	"kolmikko/events"
)

// BenchmarkField seals and opens one field of a person whose key is there.
func BenchmarkField(b *testing.B) {
	k := memory(b)
	r := registered(anna, "Anna Andersson", "")
	e := wired(b, k, r).Event.(events.PersonRegistered)
	at := LabelOf(r, "name")
	b.Run("seal", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := k.Seal(r); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("open", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := k.Open(at, e.Name); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkNewKey seals for somebody new each time: a key, and a sync of its
// file.
func BenchmarkNewKey(b *testing.B) {
	k := openDir(b, folder(b))
	n := 0
	for b.Loop() {
		n++
		r := registered(events.PersonID(words.EncodeToString([]byte{byte(n), byte(n >> 8), byte(n >> 16)})), "x", "")
		if _, err := k.Seal(r); err != nil {
			b.Fatal(err)
		}
	}
}
