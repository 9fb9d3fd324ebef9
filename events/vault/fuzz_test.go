package vault

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"kolmikko/events"
)

// FuzzOpen gives the vault boxes that it never made.
func FuzzOpen(f *testing.F) {
	k := memory(f)
	r := wired(f, k, registered(anna, "Anna", ""))
	name := r.Event.(events.PersonRegistered).Name
	f.Add(name.Box, string(name.Of), "")
	f.Add([]byte{version}, string(anna), string(bertil))
	f.Add([]byte(nil), "", "x")
	f.Fuzz(func(t *testing.T, box []byte, of, and string) {
		text, err := k.Open(LabelOf(r, "name"), events.Personal{Of: events.PersonID(of), And: events.PersonID(and), Box: box})
		sealed := string(box) == string(name.Box) && of == string(anna) && and == ""
		switch {
		case sealed && (err != nil || text != "Anna"):
			t.Errorf("%q, %v", text, err)
		case !sealed && err == nil && text != "":
			t.Errorf("a box that was not sealed opens as %q", text)
		}
	})
}

// FuzzSeal takes any text to a box and back.
func FuzzSeal(f *testing.F) {
	s, err := newSealer(make([]byte, keySize), nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add("Anna", "x")
	f.Add("\x80\x00\x00", "")
	f.Fuzz(func(t *testing.T, text, label string) {
		if got, err := s.open([]byte(label), s.seal([]byte(label), text)); err != nil || got != text {
			t.Errorf("%q, %v; want %q", got, err, text)
		}
	})
}

// FuzzBind finds two lists of parts that bind to the same bytes.
func FuzzBind(f *testing.F) {
	f.Add("a", "bc", "ab", "c")
	f.Fuzz(func(t *testing.T, a, b, c, d string) {
		if same := a == c && b == d; string(bind(a, b)) == string(bind(c, d)) != same {
			t.Errorf("%q %q and %q %q", a, b, c, d)
		}
	})
}

// FuzzParse gives the file of keys any content.
func FuzzParse(f *testing.F) {
	f.Add(appendRecord(nil, Record{Owner{Programme: "p", Person: "x"}, make([]byte, keySize)}))
	f.Add(appendRecord(nil, Record{Owner: Owner{Programme: "p", Cohort: "-"}}))
	f.Fuzz(func(t *testing.T, text []byte) {
		records, err := parse(text)
		if err != nil {
			return
		}
		var again []byte
		for _, r := range records {
			again = appendRecord(again, r)
		}
		if more, err := parse(again); err != nil || len(more) != len(records) {
			t.Errorf("%v, then %v, %v", records, more, err)
		}
	})
}

// FuzzNotes reads notes that nobody wrote: it is an error, or all owners that are
// known have a key or had one.
func FuzzNotes(f *testing.F) {
	gone := noteOf(noteDestroyed, of(anna))
	gone.Gone, gone.KEK = 2, "k"
	key := noteOf(noteKey, of(anna))
	key.Wrap, key.KEK = []byte{1}, "k"
	for _, n := range []note{{Says: noteBegun, KEK: "k"}, key, gone, {Says: noteWhole}, {Says: noteMoving, Other: "x", KEK: "l"}} {
		f.Add(uint64(2), n.encode(), uint64(5), gone.encode())
	}
	f.Fuzz(func(t *testing.T, at uint64, one []byte, then uint64, two []byte) {
		g := newGeneration("KEYS_x")
		if g.take(at, one) != nil || g.take(then, two) != nil {
			return
		}
		if g.last != max(at, then) {
			t.Errorf("read up to %d; want %d", g.last, max(at, then))
		}
		for o, e := range g.entries {
			if e.wrap == nil && !slices.Contains(g.destroyed(), o) {
				t.Errorf("%s has no key and is not destroyed", o)
			}
		}
		for p := range g.missing {
			if p == 0 || p == at || p == then && then > at || p > g.last {
				t.Errorf("place %d of %d, %d is missing", p, at, then)
			}
		}
	})
}

// FuzzKEKs reads what an operator may give for a key-encryption key.
func FuzzKEKs(f *testing.F) {
	one, err := freshKEK()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(formatKEKs([]kek{one, one})))
	f.Add("," + strings.TrimSpace(string(formatKEKs([]kek{one}))) + " ")
	f.Add("====")
	f.Fuzz(func(t *testing.T, text string) {
		keks, err := parseKEKs(text)
		if err != nil {
			if !errors.Is(err, ErrKEK) || len(text) > 40 && strings.Contains(err.Error(), text) {
				t.Error(err)
			}
			return
		}
		again, err := parseKEKs(string(formatKEKs(keks)))
		if err != nil || len(again) != len(keks) || again[0].id != keks[0].id {
			t.Errorf("%d, %v; want %d", len(again), err, len(keks))
		}
	})
}
