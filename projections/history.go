package projections

import (
	"slices"
	"time"

	"kolmikko/events"
)

// NewestKept is how many events of a cohort [History] holds. Whoever wants all
// of them reads the archive and asks [Say].
const NewestKept = 1000

// History is what happened in a cohort, by whom: the newest events. What not all
// who see a history may see is not among them: concerns, preferences and
// answers to surveys.
type History struct {
	Cohort events.CohortID `json:"cohort"`
	Count  int             `json:"count"` // of all events of the cohort that are or were here
	Lines  []HistoryLine   `json:"lines"` // the oldest first
}

// A HistoryLine is one event in words.
type HistoryLine struct {
	Place       uint64          `json:"place"`
	At          time.Time       `json:"at"` // when it was recorded
	Kind        events.Kind     `json:"kind"`
	By          events.PersonID `json:"by"`
	Text        string          `json:"text"`                  // see [Say]
	CorrectedBy uint64          `json:"corrected_by,omitzero"` // the place of the last correction
}

// cohortHistory is one cohort's, as it is kept for [History].
type cohortHistory struct {
	count     int
	moments   []moment // a ring of the newest: the next one goes to count % NewestKept
	corrected map[uint64]uint64
	actors    map[events.PersonID]events.PersonID // each name held once
}

// A moment is what is kept of an event to say it in any language.
type moment struct {
	place uint64
	at    time.Time
	by    events.PersonID
	event events.Event // nil if it is too large to keep
	said  *said3       // in place of it
}

// said3 is a large event in words, in the order of languages.
type said3 struct {
	kind  events.Kind
	words []string
}

// Apply takes in one more event.
func (s *cohortHistory) Apply(r events.Recorded) {
	switch r.Event.(type) {
	case events.ConcernRaised, events.PreferenceStated, events.FeedbackGiven:
		return
	}
	if _, known := s.actors[r.By]; !known {
		put(&s.actors, r.By, r.By)
	}
	r.By = s.actors[r.By]
	if len(s.moments) < NewestKept {
		s.moments = append(s.moments, keepsake(r))
	} else {
		oldest := &s.moments[s.count%NewestKept]
		delete(s.corrected, oldest.place)
		*oldest = keepsake(r)
	}
	s.count++
	if c, ok := r.Event.(events.RecordCorrected); ok && c.Corrects >= s.oldest().place {
		put(&s.corrected, c.Corrects, r.Place)
	}
}

// oldest returns the oldest moment that is kept.
func (s *cohortHistory) oldest() moment {
	if len(s.moments) < NewestKept {
		return s.moments[0]
	}
	return s.moments[s.count%NewestKept]
}

// keepsake returns what to keep of r. Nothing that Say says is lost.
func keepsake(r events.Recorded) moment {
	m := moment{place: r.Place, at: r.At, by: r.By, event: r.Event}
	switch e := r.Event.(type) {
	case events.EnrolmentSubmitted:
		e.Application = events.Application{}
		m.event = e
	case events.EnrolmentAmended:
		m.event = events.EnrolmentAmended{Enrolment: e.Enrolment}
	case events.PersonRegistered:
		m.event = events.PersonRegistered{Person: e.Person}
	case events.PersonAmended:
		m.event = events.PersonAmended{Person: e.Person}
	case events.WishSubmitted:
		m.event = events.WishSubmitted{Wish: e.Wish}
	case events.CommentSubmitted:
		m.event = events.CommentSubmitted{Comment: e.Comment, Material: e.Material}
	case events.MatchingRun, events.MatchingFrozen, events.MatchingRulesSet, events.GroupsPublished, events.GroupsRepaired,
		events.CodesPublished, events.SurveyOpened, events.PrinciplesPublished, events.HistoricalSummaryImported:
		m.event, m.said = nil, &said3{kind: events.KindOf(e)}
		for _, lang := range languages() {
			m.said.words = append(m.said.words, Say(r, lang))
		}
	}
	return m
}

func languages() []string { return []string{"en", "fi", "sv"} }

func (m moment) line(lang string) HistoryLine {
	line := HistoryLine{Place: m.place, At: m.at, By: m.by}
	if m.event != nil {
		line.Kind, line.Text = events.KindOf(m.event), Say(events.Recorded{By: m.by, Event: m.event}, lang)
	} else {
		line.Kind, line.Text = m.said.kind, m.said.words[max(0, slices.Index(languages(), lang))]
	}
	return line
}

// Show returns the [History] of a cohort.
func (s *cohortHistory) Show(of Of) (any, bool) {
	shown := History{Cohort: of.Cohort, Count: s.count, Lines: make([]HistoryLine, 0, len(s.moments))}
	oldest := 0
	if len(s.moments) == NewestKept {
		oldest = s.count % NewestKept
	}
	for i := range s.moments {
		line := s.moments[(oldest+i)%len(s.moments)].line(of.Lang)
		line.CorrectedBy = s.corrected[line.Place]
		shown.Lines = append(shown.Lines, line)
	}
	return shown, true
}
