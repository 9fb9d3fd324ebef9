package api

import (
	"context"
	"errors"
	"net/http"

	"github.com/go-json-experiment/json"

	"kolmikko/api/auth"
	"kolmikko/events/journal"
	"kolmikko/events/programme"
)

// What a handler may return besides a [programme.Refusal] and the errors of
// packages journal and auth. Any other error is ours: it's logged, and the
// answer keeps it to itself.
var (
	ErrMalformed = errors.New("malformed request")
	ErrNotFound  = errors.New("not found")
	ErrTooLarge  = errors.New("too large")
	ErrBehind    = errors.New("not there yet")
	ErrTooMuch   = errors.New("too many requests")
)

// A Problem is the body of every answer that isn't 2xx or 304, as in RFC 9457.
type Problem struct {
	Type   string `json:"type" doc:"rule:NAME when a rule said no, else a word such as malformed"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail,omitzero" doc:"what is wrong and what to do, in English; never personal text"`
}

// statusGone is what the metrics call a request whose client has gone.
const statusGone = 499

// Rules whose refusals are not conflicts.
var statusOfRule = map[string]int{
	programme.NotYours:    http.StatusForbidden,
	programme.NotFound:    http.StatusNotFound,
	programme.Incomplete:  http.StatusUnprocessableEntity,
	programme.Unfit:       http.StatusUnprocessableEntity,
	programme.CodeUnknown: http.StatusUnprocessableEntity,
}

// statusOfError is every other error that is told to who asked; whether its
// text is for them to read as well.
var statusOfError = []struct {
	err    error
	kind   string
	status int
	tell   bool
}{
	{ErrMalformed, "malformed", http.StatusBadRequest, true},
	{ErrNotFound, "not-found", http.StatusNotFound, false},
	{ErrTooLarge, "too-large", http.StatusRequestEntityTooLarge, true},
	{auth.ErrUnknown, "unknown-person", http.StatusUnauthorized, false},
	{ErrTooMuch, "too-many-requests", http.StatusTooManyRequests, false},
	{ErrBehind, "behind", http.StatusServiceUnavailable, true},
	{journal.ErrKeyReused, "key-reused", http.StatusUnprocessableEntity, true},
	{journal.ErrFull, "store-full", http.StatusServiceUnavailable, false},
	{journal.ErrDamaged, "history-damaged", http.StatusServiceUnavailable, false},
	{journal.ErrUnsettled, "unsettled", http.StatusServiceUnavailable, false},
	{context.Canceled, "gone", statusGone, false},
	{context.DeadlineExceeded, "too-slow", http.StatusServiceUnavailable, false},
}

// problemOf returns what is told of an error: all of a refusal, what is meant to
// be told of those that are listed, and of any other nothing.
func problemOf(err error) Problem {
	if refusal, ok := errors.AsType[programme.Refusal](err); ok {
		status, listed := statusOfRule[refusal.Rule]
		if !listed {
			status = http.StatusConflict
		}
		return Problem{"rule:" + refusal.Rule, "A rule of the programme said no.", status, refusal.Detail}
	}
	for _, known := range statusOfError {
		if errors.Is(err, known.err) {
			p := Problem{Type: known.kind, Title: known.err.Error(), Status: known.status}
			if known.tell {
				p.Detail = err.Error()
			}
			return p
		}
	}
	return Problem{Type: "internal", Title: "Something is wrong on our side.", Status: http.StatusInternalServerError}
}

// A handler answers asker's request, or returns why it can't.
type handler func(w http.ResponseWriter, r *http.Request, asker auth.Asker) error

// handle lets nobody unknown through to h, and turns an error into an answer.
func (s *Server) handle(h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asker, err := s.Who.Who(r)
		if err == nil {
			err = s.limit(asker)
		}
		if err == nil {
			err = h(w, r, asker)
		}
		if err != nil {
			s.fail(w, r, err)
		}
	})
}

// fail answers with the problem that err is.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	p := problemOf(err)
	if p.Status >= 500 {
		s.Logger.Error("request failed", "method", r.Method, "route", r.Pattern, "err", err)
	}
	if p.Status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer realm="kolmikko"`)
	}
	if p.Status == http.StatusServiceUnavailable || p.Status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", "1")
	}
	if refusal, ok := errors.AsType[programme.Refusal](err); ok {
		s.metrics.refusals.WithLabelValues(refusal.Rule).Inc()
	}
	writeProblem(w, p)
}

func writeProblem(w http.ResponseWriter, p Problem) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	_ = json.MarshalWrite(w, p) // the client has gone if it can't be written
}
