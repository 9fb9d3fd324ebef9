package api

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"

	"kolmikko/api/auth"
	"kolmikko/events"
	"kolmikko/events/journal"
	"kolmikko/events/programme"
	"kolmikko/projections"
)

// An Entry is one event of the history, in words.
type Entry struct {
	Place  uint64          `json:"place"`
	At     time.Time       `json:"at"`
	Kind   events.Kind     `json:"kind"`
	Cohort events.CohortID `json:"cohort"`
	By     events.PersonID `json:"by"`
	Said   string          `json:"said"`
}

// A Page is a part of the history, and where the next one begins.
type Page struct {
	Entries []Entry `json:"entries"`
	Next    uint64  `json:"next,omitzero" doc:"ask from here for more; absent at the end"`
}

// How many entries a page has, unless it is said, and at the most.
const (
	usualPage   = 100
	longestPage = 1000
)

// mostLooked is how many events are looked at for one page: a page may end
// before it is full, and says where the next one begins.
const mostLooked = 50_000

// history handles GET …/history?from=PLACE&limit=N&kind=KIND: the history in
// order, page by page. With Accept: application/x-ndjson it is the events' lines,
// exactly as written.
func (s *Server) history(w http.ResponseWriter, r *http.Request, asker auth.Asker) error {
	of, err := s.viewOf(r, asker)
	if err != nil {
		return err
	}
	if err := s.maySee("history", of, asker); err != nil {
		return err
	}
	within, err := boundsOf(r)
	if err != nil {
		return err
	}
	page, lines, err := s.pageOf(r, of, asker, within)
	if err != nil {
		return err
	}
	if page.Next > 0 {
		next := *r.URL
		q := next.Query()
		q.Set("from", fmt.Sprint(page.Next))
		next.RawQuery = q.Encode()
		w.Header().Set("Link", fmt.Sprintf(`<%s>; rel="next"`, next.RequestURI()))
	}
	w.Header().Set("Vary", "Authorization, Accept, Accept-Language")
	w.Header().Set("Cache-Control", "private, no-cache")
	if strings.Contains(r.Header.Get("Accept"), "application/x-ndjson") {
		w.Header().Set("Content-Type", "application/x-ndjson")
		_, _ = w.Write(lines) // the client has gone if it can't be written
		return nil
	}
	w.Header().Set("Content-Language", of.Lang)
	return write(w, page)
}

// pageOf reads a page of the history from a place on, in words and as lines.
func (s *Server) pageOf(r *http.Request, of projections.Of, asker auth.Asker, within bounds) (page Page, lines []byte, err error) {
	page.Entries = []Entry{}
	looked := 0
	for e, err := range journal.Read(r.Context(), s.Log, within.from-1, of.Programme) {
		if err != nil {
			return page, nil, err
		}
		if looked++; looked > within.looked {
			page.Next = e.Place
			break
		}
		if !s.inPage(r, e, of, asker) {
			continue
		}
		if len(page.Entries) == within.limit {
			page.Next = e.Place
			break
		}
		page.Entries = append(page.Entries, entryOf(e, of.Lang))
		lines = append(append(lines, e.Line...), '\n')
	}
	return page, lines, nil
}

// inPage reports whether an event is asked for, and for asker to see.
func (s *Server) inPage(r *http.Request, e events.Recorded, of projections.Of, asker auth.Asker) (may bool) {
	if of.Cohort != events.WholeProgramme && e.Cohort != of.Cohort {
		return false
	}
	if kind := r.URL.Query().Get("kind"); kind != "" && kind != string(events.KindOf(e.Event)) {
		return false
	}
	s.Desk.Look(of.Programme, func(state *programme.State) {
		may = state.MaySeeKind(asker.Person, events.KindOf(e.Event))
	})
	return may
}

// bounds are those of a page: where it begins, how much is in it, and how many
// events are looked at for it.
type bounds struct {
	from   uint64
	limit  int
	looked int
}

// boundsOf reads the bounds of a page from a request.
func boundsOf(r *http.Request) (b bounds, err error) {
	b = bounds{1, usualPage, mostLooked}
	if text := r.URL.Query().Get("from"); text != "" {
		if b.from, err = strconv.ParseUint(text, 10, 64); err != nil || b.from < 1 {
			return b, fmt.Errorf("%w: from is a place, a whole number from 1", ErrMalformed)
		}
	}
	if text := r.URL.Query().Get("limit"); text != "" {
		if b.limit, err = strconv.Atoi(text); err != nil || b.limit < 1 || b.limit > longestPage {
			return b, fmt.Errorf("%w: limit is a number from 1 to %d", ErrMalformed, longestPage)
		}
	}
	return b, nil
}

// entryOf says an event in words.
func entryOf(e events.Recorded, lang string) Entry {
	return Entry{e.Place, e.At, events.KindOf(e.Event), e.Cohort, e.By, projections.Say(e, lang)}
}

// languageOf returns whichever of our languages an Accept-Language header
// prefers, else English.
func languageOf(header string) string {
	tags, _, _ := language.ParseAcceptLanguage(header) // the most wanted first; none if it makes no sense
	for _, tag := range tags {
		base, _ := tag.Base()
		if slices.Contains(languages(), base.String()) {
			return base.String()
		}
	}
	return "en"
}

// languages are those of pages and of sentences in views.
func languages() []string { return []string{"fi", "sv", "en"} }
