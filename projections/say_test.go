package projections

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kolmikko/events"
)

// TestSayEveryKind keeps every kind sayable in every language, and every blank
// of a sentence fillable with something that is not personal.
func TestSayEveryKind(t *testing.T) {
	for _, lang := range languages() {
		l := languageOf(lang)
		for _, kind := range events.Kinds() {
			text, known := l.sentences[kind]
			if !known {
				t.Errorf("a %s has no words in %s", kind, lang)
				continue
			}
			for _, part := range strings.Split(text, "{")[1:] {
				name, _, closed := strings.Cut(part, "}")
				v, found := field(blank(kind), strings.TrimPrefix(name, "#"))
				if !closed || !found {
					t.Errorf("a %s has no field for {%s} in %s", kind, name, lang)
					continue
				}
				if _, personal := v.Interface().(events.Personal); personal {
					t.Errorf("a %s would show the personal {%s} in %s", kind, name, lang)
				}
			}
		}
		for kind := range l.sentences {
			if _, known := events.ClassOf(kind); !known {
				t.Errorf("%s has words for a %s, which does not exist", lang, kind)
			}
		}
	}
}

// TestSay shows a few lines as they are read.
func TestSay(t *testing.T) {
	const anne events.PersonID = "1f2b8c1e-5d4a-4e6f-9b7a-1c2d3e4f5a6b"
	for _, c := range []struct {
		is   string
		by   events.PersonID
		e    events.Event
		lang string
		want string
	}{
		{"a pseudonym is shortened", anne, events.PrinciplesAccepted{Person: anne, Version: 2}, "en",
			"1f2b8c1e accepted version 2 of the principles — 1f2b8c1e"},
		{"a reserved actor is named", events.Clock, events.PhaseStarted{Phase: "opening"}, "fi", "Vaihe aloitus alkoi — kello"},
		{"an id is no word of the glossary", "kaisa", events.MaterialRetired{Material: "story", Reason: "outdated"}, "fi",
			"Aineisto story poistettiin käytöstä (outdated) — kaisa"},
		{"an unknown language is English", "kaisa", events.SurveyClosed{Survey: "mid"}, "et", "Survey mid was closed — kaisa"},
		{"text falls back to a language that it has", "kaisa", events.GatheringCancelled{Gathering: "meetup-3", Reason: fi("Liian vähän väkeä")}, "sv",
			"Tillställningen meetup-3 ställdes in: “Liian vähän väkeä” — kaisa"},
		{"lists are counted or listed", "kaisa", events.WishThemed{Wish: "w-1", Themes: []events.Code{"networks", "wellbeing"}}, "en",
			"Wish w-1 was found to be about networks, wellbeing — kaisa"},
	} {
		if got := Say(events.Recorded{By: c.by, Event: c.e}, c.lang); got != c.want {
			t.Errorf("%s: got %q, want %q", c.is, got, c.want)
		}
	}
}

// TestSayNothingPersonal looks for what stands in sealed boxes, and for who is
// preferred or avoided, in what is said of anything.
func TestSayNothingPersonal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for _, r := range anyHistory(t, 20) {
			for _, lang := range languages() {
				said := Say(r, lang)
				if strings.Contains(said, "sealed") || strings.Contains(said, "c2VhbGVk") || strings.ContainsAny(said, "\n?{}") {
					t.Fatalf("of a %s is said %q", events.KindOf(r.Event), said)
				}
				if p, ok := r.Event.(events.PreferenceStated); ok && r.By != "liisa" && p.Person != "liisa" && strings.Contains(said, "liisa") {
					t.Fatalf("who is preferred or avoided is said: %q", said)
				}
			}
		}
	})
}

// TestHistoryKeepsTheNewest fills a cohort's history beyond what is kept.
func TestHistoryKeepsTheNewest(t *testing.T) {
	s := &teller{cohort: "2022"}
	for range NewestKept + 7 {
		s.on("2022-10-10 08:00").by("anne", events.PhaseStarted{Phase: "opening"})
	}
	entry, _ := Find("history")
	shown, _ := keep(t, entry, s.history).Show(Of{Programme: "mentoring", Cohort: "2022"})
	h := shown.(History)
	if len(h.Lines) != NewestKept || h.Count != NewestKept+7 {
		t.Fatalf("%d lines of %d events", len(h.Lines), h.Count)
	}
	for i, line := range h.Lines {
		if line.Place != uint64(i+8) {
			t.Fatalf("line %d is of place %d", i, line.Place)
		}
	}
}

// TestHistoryHidesConcerns keeps out of the view what not all may see who may
// see the rest of it.
func TestHistoryHidesConcerns(t *testing.T) {
	s := gathered().by("anne", events.ConcernRaised{Group: "triad-1", Concern: "silence"},
		events.PreferenceStated{Person: "anne", Avoid: []events.PersonID{"matti"}})
	entry, _ := Find("history")
	shown, _ := keep(t, entry, s.history).Show(Of{Programme: "mentoring", Cohort: "2022"})
	for _, line := range shown.(History).Lines {
		if line.Kind == "concern-raised" || line.Kind == "preference-stated" {
			t.Errorf("the history shows %q", line.Text)
		}
	}
}
