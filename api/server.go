package api

import (
	"context"
	"log/slog"
	"net/http"
	"sync"

	"golang.org/x/time/rate"

	"kolmikko/api/auth"
	"kolmikko/events"
)

// A Server is the HTTP door. All its exported fields but Tree are needed.
type Server struct {
	*Door
	Who interface {
		Who(*http.Request) (auth.Asker, error)
	}
	Logger *slog.Logger
	Tree   http.Handler // the audit tree's files under the paths of tlog-tiles; nil for none
	Health func(context.Context) Health

	metrics *metrics
	limits  sync.Map // events.PersonID to *rate.Limiter
}

// How many requests one asker may make: a burst, and then so many a second.
const (
	requestBurst      = 200
	requestsPerSecond = 100
)

// limit refuses an asker who asks too much at once.
func (s *Server) limit(asker auth.Asker) error {
	l, known := s.limits.Load(asker.Person)
	if !known {
		l, _ = s.limits.LoadOrStore(asker.Person, rate.NewLimiter(requestsPerSecond, requestBurst))
	}
	if !l.(*rate.Limiter).Allow() {
		return ErrTooMuch
	}
	return nil
}

// Handler returns every route. It is called once.
func (s *Server) Handler() http.Handler {
	s.metrics = newMetrics(s)
	mux := http.NewServeMux()
	for _, f := range commandRoutes() {
		mux.Handle("POST "+f.path, s.handle(s.command(f.form)))
	}
	mux.Handle("GET /v1/views", s.handle(s.listViews))
	mux.Handle("GET /v1/programmes/{programme}/views/{view}", s.handle(s.view))
	mux.Handle("GET /v1/programmes/{programme}/cohorts/{cohort}/views/{view}", s.handle(s.view))
	mux.Handle("GET /v1/programmes/{programme}/history", s.handle(s.history))
	mux.Handle("GET /v1/programmes/{programme}/cohorts/{cohort}/history", s.handle(s.history))
	mux.Handle("GET /v1/programmes/{programme}/happenings", s.handle(s.happenings))
	mux.Handle("GET /v1/programmes/{programme}/names", s.handle(s.names))
	mux.Handle("GET /v1/programmes/{programme}/cohorts/{cohort}/names", s.handle(s.names))
	mux.Handle("POST /v1/programmes/{programme}/cohorts/{cohort}/surveys/{survey}/token", s.handle(s.surveyToken))
	mux.Handle("POST /v1/programmes/{programme}/cohorts/{cohort}/surveys/{survey}/answers", http.HandlerFunc(s.answerSurvey))
	mux.Handle("GET /v1/whoami", s.handle(s.whoami))
	mux.Handle("GET /openapi.json", s.openAPI())
	mux.Handle("GET /healthz", http.HandlerFunc(s.healthz))
	mux.Handle("GET /readyz", http.HandlerFunc(s.readyz))
	mux.Handle("GET /metrics", s.handle(s.showMetrics))
	if s.Tree != nil {
		mux.Handle("GET /tree/", http.StripPrefix("/tree", s.Tree))
	}
	mux.Handle("GET /icon.svg", http.HandlerFunc(s.icon))
	mux.Handle("GET /{$}", http.HandlerFunc(s.page))
	mux.Handle("GET /programmes/{programme}", http.HandlerFunc(s.page))
	mux.Handle("GET /programmes/{programme}/cohorts/{cohort}", http.HandlerFunc(s.page))
	fromHere := http.NewCrossOriginProtection()
	fromHere.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		writeProblem(w, Problem{Type: "cross-origin", Title: "A page of another site may not act here.", Status: http.StatusForbidden})
	}))
	return s.metrics.count(guarded(fromHere.Handler(withProblems(mux))))
}

// guarded gives every answer the headers that keep browsers from guessing, from
// framing it and from loading anything that is not ours.
func guarded(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Referrer-Policy", "no-referrer")
		w.Header().Set("Cross-Origin-Resource-Policy", "same-origin")
		w.Header().Set("Content-Security-Policy",
			"default-src 'none'; style-src 'sha256-"+styleHash+"'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'")
		h.ServeHTTP(w, r)
	})
}

// whoami handles GET /v1/whoami.
func (s *Server) whoami(w http.ResponseWriter, _ *http.Request, asker auth.Asker) error {
	w.Header().Set("Cache-Control", "no-store")
	return write(w, asker)
}

// programmeOf returns the programme of a request's path.
func programmeOf(r *http.Request) events.ProgrammeID {
	return events.ProgrammeID(r.PathValue("programme"))
}

// cohortOf returns the cohort of a request's path, or the whole programme.
func cohortOf(r *http.Request) events.CohortID {
	if c := r.PathValue("cohort"); c != "" {
		return events.CohortID(c)
	}
	return events.WholeProgramme
}
