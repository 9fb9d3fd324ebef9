package api

import (
	"errors"
	"fmt"
	"net/http"

	"kolmikko/api/auth"
	"kolmikko/events"
	"kolmikko/events/programme"
)

// A commandRoute is where a form is posted to.
type commandRoute struct {
	path string
	form programme.Form
}

const (
	ofProgramme = "/v1/programmes/{programme}/commands/"
	ofCohort    = "/v1/programmes/{programme}/cohorts/{cohort}/commands/"
)

// commandRoutes returns the routes of every form; one of either scope has two.
func commandRoutes() (routes []commandRoute) {
	for _, f := range programme.Forms() {
		if f.Scope != programme.OfCohort {
			routes = append(routes, commandRoute{ofProgramme + f.Name(), f})
		}
		if f.Scope != programme.OfProgramme {
			routes = append(routes, commandRoute{ofCohort + f.Name(), f})
		}
	}
	return routes
}

// shortestKey and longestKey bound an idempotency key. A short one is too easily
// used twice, and events' IDs, which are made of it, too easily guessed.
const (
	shortestKey = 16
	longestKey  = 200
)

// command handles a request whose body is form's command. It answers once every
// view shows what came of it.
func (s *Server) command(form programme.Form) handler {
	return func(w http.ResponseWriter, r *http.Request, asker auth.Asker) error {
		cmd := form.New()
		if err := read(w, r, cmd); err != nil {
			return err
		}
		key := r.Header.Get("Idempotency-Key")
		if key != "" && (len(key) < shortestKey || len(key) > longestKey) {
			return fmt.Errorf("%w: an Idempotency-Key has %d to %d characters, such as a random UUID", ErrMalformed, shortestKey, longestKey)
		}
		if !events.IsWord(string(programmeOf(r))) || cohortOf(r) != events.WholeProgramme && !events.IsWord(string(cohortOf(r))) {
			return ErrNotFound
		}
		receipt, err := s.Act(r.Context(), Request{
			Programme: programmeOf(r), Cohort: cohortOf(r), By: asker.Person, Key: key,
			Form: form.Name(), Command: cmd,
		})
		return writeReceipt(w, receipt, err)
	}
}

// writeReceipt answers with a receipt, or returns err. What is written and not
// shown yet is accepted: ?after tells when it is.
func writeReceipt(w http.ResponseWriter, receipt Receipt, err error) error {
	behind := errors.Is(err, ErrBehind)
	if err != nil && !behind {
		return err
	}
	w.Header().Set("Kolmikko-Place", fmt.Sprint(receipt.Place))
	w.Header().Set("Cache-Control", "no-store")
	if receipt.Repeated {
		w.Header().Set("Idempotency-Replayed", "true")
	}
	if behind {
		return writeWith(w, http.StatusAccepted, receipt)
	}
	return write(w, receipt)
}
