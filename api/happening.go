package api

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"

	"kolmikko/api/auth"
	"kolmikko/events"
	"kolmikko/projections"
)

// longestWrite is how long a client may take to take in one happening.
const longestWrite = 30 * time.Second

// happenings handles GET …/happenings: what happens, as it happens, as
// server-sent events whose id is the place; Last-Event-ID or ?after goes on from
// there. It ends when the client goes, or has no right to it any more.
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
	out := stream{w, http.NewResponseController(w)}
	// A place without data makes no happening, and is where a client that loses
	// the connection before the first one goes on from.
	if out.send("retry: 1000\nid: %d\n\n", after) != nil {
		return nil
	}
	for line, err := range s.Log.Lines(r.Context(), after, of.Programme, true) {
		if err != nil {
			s.Logger.Error("stream what happens", "err", err)
			return nil // the answer has begun: it can only end
		}
		e, err := events.Decode(line.Place, line.Data)
		if err != nil {
			continue // of a later build's vocabulary
		}
		if now, err := s.Who.Who(r); err != nil || now != asker {
			return nil // the token was taken back
		}
		if !s.inPage(r, e, of, asker) {
			continue
		}
		if err := out.tell(e, of); err != nil {
			return nil // the client has gone
		}
	}
	return nil
}

// A stream is an answer that goes on.
type stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

// tell sends one event in words.
func (s stream) tell(e events.Recorded, of projections.Of) error {
	data, err := json.Marshal(entryOf(e, of.Lang))
	if err != nil {
		return err
	}
	return s.send("id: %d\nevent: %s\ndata: %s\n\n", e.Place, events.KindOf(e.Event), data)
}

// send writes and sees to it that the client gets it, for as long as a client
// may take.
func (s stream) send(format string, args ...any) error {
	_ = s.control.SetWriteDeadline(time.Now().Add(longestWrite)) // where there is a connection
	if _, err := fmt.Fprintf(s.w, format, args...); err != nil {
		return err
	}
	err := s.control.Flush()
	_ = s.control.SetWriteDeadline(time.Time{}) // this answer has no end
	return err
}

// happeningsAfter returns the place to go on from: what the client had last, else
// the head.
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
