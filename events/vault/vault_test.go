package vault

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"kolmikko/events"
)

var noon = time.Date(2022, 10, 5, 12, 0, 0, 0, time.UTC)

const (
	anna   events.PersonID = "11111111-1111-4111-8111-111111111111"
	bertil events.PersonID = "22222222-2222-4222-8222-222222222222"
)

func memory(t testing.TB) *Keys {
	t.Helper()
	k, err := Load(new(Memory), Options{})
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// registered is the event that names a person.
func registered(person events.PersonID, name, address string) events.Recorded {
	return events.Recorded{
		ID: "e-" + string(person), At: noon, Programme: "mentoring", Cohort: events.WholeProgramme, By: person,
		Event: events.PersonRegistered{Person: person, Language: "fi",
			Name: events.Plain(person, name), Address: events.Plain(person, address)},
	}
}

// wired seals an event and takes it over the wire.
func wired(t testing.TB, k *Keys, r events.Recorded) events.Recorded {
	t.Helper()
	sealed, err := k.Seal(r)
	if err != nil {
		t.Fatal(err)
	}
	r.Event = sealed
	line, err := events.Encode(r)
	if err != nil {
		t.Fatal(err)
	}
	r, err = events.Decode(1, line)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// opened returns the text of a field of r.
func opened(k *Keys, r events.Recorded, field string) (string, error) {
	for _, f := range events.PersonalFields(r.Event) {
		if f.Name == field {
			return k.Open(LabelOf(r, field), f.Value)
		}
	}
	return "", fmt.Errorf("no field %s", field)
}

func TestWhatIsSealedOpens(t *testing.T) {
	k := memory(t)
	for n := range 100 {
		name := strings.Repeat("ä", n+1)
		r := wired(t, k, registered(anna, name, "anna@example.org"))
		if bytes.Contains(r.Line, []byte("example.org")) || bytes.Contains(r.Line, []byte("ä")) {
			t.Fatalf("the line holds text in the clear: %s", r.Line)
		}
		if got, err := opened(k, r, "name"); err != nil || got != name {
			t.Errorf("%q, %v; want %q", got, err, name)
		}
		if got, err := opened(k, r, "address"); err != nil || got != "anna@example.org" {
			t.Errorf("%q, %v", got, err)
		}
	}
}

func TestAnEventWithoutTextIsLeftAsItIs(t *testing.T) {
	k := memory(t)
	in := events.Event(events.EnrolmentAccepted{Enrolment: "e-1"})
	if got, err := k.Seal(events.Recorded{Programme: "mentoring", Cohort: "2022", Event: in}); err != nil || got != in {
		t.Errorf("%v, %v", got, err)
	}
	if len(k.keys) != 0 {
		t.Errorf("%d keys for nobody", len(k.keys))
	}
	if got, err := k.Open(Label{}, events.Personal{}); err != nil || got != "" {
		t.Errorf("no text opens as %q, %v", got, err)
	}
}

func TestTextOpensOnlyWhereItWasSealed(t *testing.T) {
	k := memory(t)
	r := wired(t, k, registered(anna, "Anna", "anna@example.org"))
	wired(t, k, registered(bertil, "Bertil", ""))
	name := r.Event.(events.PersonRegistered).Name
	at := LabelOf(r, "name")
	elsewhere := map[string]func() (Label, events.Personal){
		"subject":   func() (Label, events.Personal) { l := at; l.Subject += "x"; return l, name },
		"event":     func() (Label, events.Personal) { l := at; l.ID += "x"; return l, name },
		"field":     func() (Label, events.Personal) { l := at; l.Field = "address"; return l, name },
		"boundary":  func() (Label, events.Personal) { l := at; l.ID += "x"; l.Subject = l.Subject[1:]; return l, name },
		"person":    func() (Label, events.Personal) { p := name; p.Of = bertil; return at, p },
		"second":    func() (Label, events.Personal) { p := name; p.And = bertil; return at, p },
		"version":   func() (Label, events.Personal) { return at, flipped(name, 0) },
		"nonce":     func() (Label, events.Personal) { return at, flipped(name, 3) },
		"text":      func() (Label, events.Personal) { return at, flipped(name, 20) },
		"signature": func() (Label, events.Personal) { return at, flipped(name, len(name.Box)-1) },
		"length":    func() (Label, events.Personal) { p := name; p.Box = p.Box[:len(p.Box)-1]; return at, p },
		"no box":    func() (Label, events.Personal) { p := name; p.Box = nil; return at, p },
	}
	for what, other := range elsewhere {
		t.Run("another "+what, func(t *testing.T) {
			if got, err := k.Open(other()); !errors.Is(err, ErrTampered) || got != "" {
				t.Errorf("%q, %v; want ErrTampered", got, err)
			}
		})
	}
}

func flipped(p events.Personal, i int) events.Personal {
	p.Box = bytes.Clone(p.Box)
	p.Box[i] ^= 4
	return p
}

func TestForgetting(t *testing.T) {
	k := memory(t)
	hers := wired(t, k, registered(anna, "Anna", "anna@example.org"))
	his := wired(t, k, registered(bertil, "Bertil", ""))
	other := registered(anna, "Anna", "")
	other.Programme = "another"
	other = wired(t, k, other)
	for range 2 { // asking twice is quiet
		if err := k.Forget("mentoring", anna); err != nil {
			t.Fatal(err)
		}
	}
	t.Run("her text opens no more", func(t *testing.T) {
		if got, err := opened(k, hers, "name"); !errors.Is(err, ErrForgotten) || got != "" {
			t.Errorf("%q, %v", got, err)
		}
	})
	t.Run("she gets no other key", func(t *testing.T) {
		if _, err := k.Seal(registered(anna, "Anna", "")); !errors.Is(err, ErrForgotten) {
			t.Error(err)
		}
	})
	t.Run("his text opens", func(t *testing.T) {
		if got, err := opened(k, his, "name"); err != nil || got != "Bertil" {
			t.Errorf("%q, %v", got, err)
		}
	})
	t.Run("another programme's text opens", func(t *testing.T) {
		if got, err := opened(k, other, "name"); err != nil || got != "Anna" {
			t.Errorf("%q, %v", got, err)
		}
	})
	t.Run("it is known", func(t *testing.T) {
		if !k.Forgotten("mentoring", anna) || k.Forgotten("mentoring", bertil) || k.Forgotten("another", anna) {
			t.Error("who is forgotten is not who was")
		}
	})
	t.Run("who never had a key gets none", func(t *testing.T) {
		if err := k.Forget("third", anna); err != nil {
			t.Fatal(err)
		}
		r := registered(anna, "Anna", "")
		r.Programme = "third"
		if _, err := k.Seal(r); !errors.Is(err, ErrForgotten) {
			t.Error(err)
		}
	})
}

// about is text of one person about another too.
func about(of, and events.PersonID, text string) events.Recorded {
	r := registered(of, text, "")
	e := r.Event.(events.PersonRegistered)
	e.Name.And = and
	r.Event = e
	return r
}

func TestTextAboutTwo(t *testing.T) {
	for _, who := range []events.PersonID{anna, bertil} {
		t.Run("is lost with either", func(t *testing.T) {
			k := memory(t)
			both := wired(t, k, about(anna, bertil, "both"))
			alone := wired(t, k, about(anna, "", "alone"))
			if got, err := opened(k, both, "name"); err != nil || got != "both" {
				t.Fatalf("%q, %v", got, err)
			}
			if err := k.Forget("mentoring", who); err != nil {
				t.Fatal(err)
			}
			if got, err := opened(k, both, "name"); !errors.Is(err, ErrForgotten) {
				t.Errorf("%q, %v", got, err)
			}
			if _, err := opened(k, alone, "name"); (err == nil) != (who == bertil) {
				t.Errorf("text about Anna alone, with %s forgotten: %v", who, err)
			}
			if _, err := k.Seal(about(anna, bertil, "again")); !errors.Is(err, ErrForgotten) {
				t.Error(err)
			}
		})
	}
	t.Run("is sealed under another key than text about one", func(t *testing.T) {
		k := memory(t)
		both := wired(t, k, about(anna, bertil, "the same")).Event.(events.PersonRegistered).Name
		s, err := k.sealer(sharers{"mentoring", anna, ""})
		if err != nil {
			t.Fatal(err)
		}
		r := about(anna, bertil, "")
		if _, err := s.open(LabelOf(r, "name").bind(both), both.Box); !errors.Is(err, ErrTampered) {
			t.Error(err)
		}
	})
}

func TestTheSameTextElsewhereLooksDifferent(t *testing.T) {
	k := memory(t)
	first := wired(t, k, registered(anna, "same", "same")).Event.(events.PersonRegistered)
	again := wired(t, k, registered(anna, "same", "same")).Event.(events.PersonRegistered)
	later := registered(anna, "same", "same")
	later.ID = "another"
	second := wired(t, k, later).Event.(events.PersonRegistered)
	if !bytes.Equal(first.Name.Box, again.Name.Box) {
		t.Error("the same text at the same place makes two boxes")
	}
	nonce := func(p events.Personal) string { return string(p.Box[1 : 1+nonceSize]) }
	if other := wired(t, k, registered(anna, "other", "")).Event.(events.PersonRegistered); nonce(first.Name) == nonce(other.Name) {
		t.Error("two texts have one nonce")
	}
	if nonce(first.Name) == nonce(first.Address) || nonce(first.Name) == nonce(second.Name) {
		t.Error("two places have one nonce")
	}
	short := wired(t, k, registered(anna, "A", "")).Event.(events.PersonRegistered)
	if len(short.Name.Box) != len(first.Name.Box) {
		t.Error("a box tells how long a name is")
	}
}

func TestADestroyedKeyIsOverwrittenInMemory(t *testing.T) {
	store := new(Memory)
	k, err := Load(store, Options{})
	if err != nil {
		t.Fatal(err)
	}
	wired(t, k, registered(anna, "Anna", ""))
	key, kept := k.keys[Owner{Programme: "mentoring", Person: anna}], store.records[0].Key
	if err := k.Forget("mentoring", anna); err != nil {
		t.Fatal(err)
	}
	if none := make([]byte, keySize); !bytes.Equal(key, none) || !bytes.Equal(kept, none) || store.records[0].Key != nil {
		t.Error("the key is still there")
	}
}

func seeded(seed byte) Options { return Options{Rand: rand.NewChaCha8([32]byte{seed})} }

func TestTheSameSeedTellsTheSameStory(t *testing.T) {
	tell := func(seed byte) (story []byte) {
		k, err := Load(new(Memory), seeded(seed))
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range []events.Recorded{registered(anna, "Anna", "a@example.org"), about(bertil, anna, "x")} {
			story = append(story, wired(t, k, r).Line...)
		}
		mask, err := k.Mask("mentoring", "2022", "respondent", string(anna))
		if err != nil {
			t.Fatal(err)
		}
		return append(story, mask...)
	}
	if !bytes.Equal(tell(7), tell(7)) {
		t.Error("one seed tells two stories")
	}
	if bytes.Equal(tell(7), tell(8)) {
		t.Error("two seeds tell one story")
	}
}

func TestASeedToldTwiceGivesTwoPeopleTwoKeys(t *testing.T) {
	store := new(Memory)
	for _, person := range []events.PersonID{anna, bertil} {
		k, err := Load(store, seeded(7))
		if err != nil {
			t.Fatal(err)
		}
		wired(t, k, registered(person, "x", ""))
	}
	if bytes.Equal(store.records[0].Key, store.records[1].Key) {
		t.Error("two people have one key")
	}
}

func TestManyAtOnce(t *testing.T) {
	k := memory(t)
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			for i := range 50 {
				person := events.PersonID(fmt.Sprintf("p-%d", i))
				r := registered(person, "x", "")
				sealed, err := k.Seal(r)
				if errors.Is(err, ErrForgotten) {
					continue
				}
				if err != nil {
					t.Error(err)
					return
				}
				r.Event = sealed
				if got, err := opened(k, r, "name"); err != nil && !errors.Is(err, ErrForgotten) || err == nil && got != "x" {
					t.Errorf("%q, %v", got, err)
				}
				if n == 0 && i%5 == 0 {
					if err := k.Forget("mentoring", person); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	all.Wait()
	if got := len(k.keys); got != 50 {
		t.Errorf("%d keys for 50 people", got)
	}
}

// TestManyLostKeysAreOneSentence loses the keys of many: one is named, the
// others are counted.
func TestManyLostKeysAreOneSentence(t *testing.T) {
	k, err := Load(new(Memory), Options{})
	if err != nil {
		t.Fatal(err)
	}
	people := make([]events.PersonID, 5000)
	for i := range people {
		people[i] = events.PersonID(fmt.Sprintf("p%04d", i))
	}
	k.Expect("p", people...)
	trouble := k.Trouble()
	if !errors.Is(trouble, ErrDamaged) {
		t.Fatalf("trouble %v; want ErrDamaged", trouble)
	}
	if text := trouble.Error(); len(text) > 400 || !strings.Contains(text, "p0000") || !strings.Contains(text, "4999 more") {
		t.Errorf("%d bytes: %.300s", len(text), text)
	}
}
