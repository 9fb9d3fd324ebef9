package api

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

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

const (
	usualPage   = 100
	longestPage = 1000
)

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
	from, limit, err := boundsOf(r)
	if err != nil {
		return err
	}
	page := Page{Entries: []Entry{}}
	var lines []byte
	n := 0
	for e, err := range journal.Read(r.Context(), s.Log, from-1, of.Programme) {
		if err != nil {
			return err
		}
		if !s.inPage(r, e, of, asker) {
			continue
		}
		if n++; n > limit {
			page.Next = e.Place
			break
		}
		page.Entries = append(page.Entries, entryOf(e, r.Header.Get("Accept-Language")))
		lines = append(append(lines, e.Line...), '\n')
	}
	if page.Next > 0 {
		next := *r.URL
		q := next.Query()
		q.Set("from", fmt.Sprint(page.Next))
		next.RawQuery = q.Encode()
		w.Header().Set("Link", fmt.Sprintf(`<%s>; rel="next"`, next.RequestURI()))
	}
	if strings.Contains(r.Header.Get("Accept"), "application/x-ndjson") {
		w.Header().Set("Content-Type", "application/x-ndjson")
		_, _ = w.Write(lines)
		return nil
	}
	return write(w, page)
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

func boundsOf(r *http.Request) (from uint64, limit int, err error) {
	from, limit = 1, usualPage
	if text := r.URL.Query().Get("from"); text != "" {
		if from, err = strconv.ParseUint(text, 10, 64); err != nil || from < 1 {
			return 0, 0, fmt.Errorf("%w: from is a place, a whole number from 1", ErrMalformed)
		}
	}
	if text := r.URL.Query().Get("limit"); text != "" {
		if limit, err = strconv.Atoi(text); err != nil || limit < 1 || limit > longestPage {
			return 0, 0, fmt.Errorf("%w: limit is a number from 1 to %d", ErrMalformed, longestPage)
		}
	}
	return from, limit, nil
}

func entryOf(e events.Recorded, languages string) Entry {
	return Entry{e.Place, e.At, events.KindOf(e.Event), e.Cohort, e.By, projections.Say(e, languageOf(languages))}
}

// languageOf returns the first of our languages that an Accept-Language header
// names, else English.
func languageOf(header string) string {
	for part := range strings.SplitSeq(header, ",") {
		tag, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		switch lang, _, _ := strings.Cut(strings.ToLower(tag), "-"); lang {
		case "fi", "sv", "en":
			return lang
		}
	}
	return "en"
}

// happenings handles GET …/happenings: what happens, as it happens, as
// server-sent events whose id is the place; Last-Event-ID or ?after goes on from
// there.
func (s *Server) happenings(w http.ResponseWriter, r *http.Request, asker auth.Asker) error {
	of, err := s.viewOf(r, asker)
	if err != nil {
		return err
	}
	if err := s.maySee("history", of, asker); err != nil {
		return err
	}
	after, err := s.happeningsAfter(r)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	flush := http.NewResponseController(w)
	_ = flush.SetWriteDeadline(time.Time{}) // this answer has no end
	if err := flush.Flush(); err != nil {
		return fmt.Errorf("stream what happens: %w", err)
	}
	for line, err := range s.Log.Lines(r.Context(), after, of.Programme, true) {
		if err != nil {
			s.Logger.Error("stream what happens", "err", err)
			return nil // the answer has begun: it can only end
		}
		e, err := events.Decode(line.Place, line.Data)
		if err != nil || !s.inPage(r, e, of, asker) {
			continue
		}
		data, err := json.Marshal(entryOf(e, r.Header.Get("Accept-Language")))
		if err != nil {
			return nil
		}
		if _, err := fmt.Fprintf(w, "id: %d\nevent: %s\ndata: %s\n\n", e.Place, events.KindOf(e.Event), data); err != nil {
			return nil // the client has gone
		}
		if err := flush.Flush(); err != nil {
			return nil
		}
	}
	return nil
}

func (s *Server) happeningsAfter(r *http.Request) (uint64, error) {
	text := r.Header.Get("Last-Event-ID")
	if text == "" {
		text = r.URL.Query().Get("after")
	}
	if text == "" {
		return s.Log.Head(r.Context())
	}
	place, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%w: after is a place, a whole number", ErrMalformed)
	}
	return place, nil
}
