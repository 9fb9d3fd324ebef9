package api

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"kolmikko/api/auth"
	"kolmikko/events"
	"kolmikko/events/programme"
	"kolmikko/projections"
)

// longestWait bounds how long a request waits for a place with ?after.
const longestWait = 10 * time.Second

// view handles every GET of a view. ?after=PLACE waits until the view has taken
// that place in; ?person=ID says about whom. Whoever may not see all of a view
// may see what is about themselves or their group, where the view has such a
// part. A view is answered whole: it is as large as a cohort at the most, and
// pages of it would be of different places.
func (s *Server) view(w http.ResponseWriter, r *http.Request, asker auth.Asker) error {
	kept, known := s.Views.Get(r.PathValue("view"))
	if !known || !isShown(r.PathValue("view")) {
		return fmt.Errorf("%w: there is no view %s", ErrNotFound, r.PathValue("view"))
	}
	of, err := s.viewOf(r, asker)
	if err != nil {
		return err
	}
	if of, err = s.seen(r.PathValue("view"), of, asker); err != nil {
		return err
	}
	if err := awaitAfter(r, kept); err != nil {
		return err
	}
	if err := kept.Err(); err != nil {
		return fmt.Errorf("view %s: %w", r.PathValue("view"), err)
	}
	place := kept.Place() // before it is shown: what is shown is at least as new
	shown, ok := kept.Show(of)
	if !ok {
		return ErrNotFound
	}
	body, err := json.Marshal(shown, json.Deterministic(true), json.WithMarshalers(s.opening(of.Programme)))
	if err != nil {
		return fmt.Errorf("write the view %s: %w", r.PathValue("view"), err)
	}
	w.Header().Set("Kolmikko-Place", fmt.Sprint(place))
	w.Header().Set("Content-Language", of.Lang)
	w.Header().Set("Vary", "Authorization, Accept-Language")
	w.Header().Set("Cache-Control", "private, no-cache")
	writeTagged(w, r, strconv.FormatUint(place, 10), append(body, '\n'))
	return nil
}

// opening writes sealed text in views in the clear, or "" when its person was
// forgotten: who may see a view may read what is in it.
func (d *Door) opening(p events.ProgrammeID) *json.Marshalers {
	return json.MarshalToFunc(func(enc *jsontext.Encoder, sealed projections.Sealed) error {
		text, err := d.open(p, &sealed)
		if err != nil {
			return err
		}
		return enc.WriteToken(jsontext.String(text))
	})
}

// writeTagged answers with JSON that is known by an entity tag, made of its
// version and its bytes, or with 304 when the client has it already. The same
// place doesn't always show the same: who looks and when matter, too.
func writeTagged(w http.ResponseWriter, r *http.Request, version string, body []byte) {
	sum := sha256.Sum256(body)
	tag := fmt.Sprintf(`"%s-%x"`, version, sum[:8])
	w.Header().Set("ETag", tag)
	if hasTag(r, tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "application/json")
	}
	_, _ = w.Write(body) // the client has gone if it can't be written
}

// hasTag reports whether r's client has what tag is of (RFC 9110, 13.1.2).
func hasTag(r *http.Request, tag string) bool {
	for had := range strings.SplitSeq(strings.Join(r.Header.Values("If-None-Match"), ","), ",") {
		if had = strings.TrimSpace(had); had == "*" || strings.TrimPrefix(had, "W/") == tag {
			return true
		}
	}
	return false
}

// isShown reports whether a view is shown as it is. That of people is not: their
// names are told at /names.
func isShown(view string) bool { return view != "people" }

// viewOf reads from a request what of a view is to be shown.
func (s *Server) viewOf(r *http.Request, asker auth.Asker) (projections.Of, error) {
	of := projections.Of{Programme: programmeOf(r), Cohort: cohortOf(r), At: s.Now()}
	of.Lang = languageOf(r.Header.Get("Accept-Language"))
	of.Person = events.PersonID(r.URL.Query().Get("person"))
	if days := r.URL.Query().Get("silent_days"); days != "" {
		n, err := strconv.Atoi(days)
		if err != nil || n < 1 || n > 366 {
			return of, fmt.Errorf("%w: silent_days is a number of days from 1 to 366", ErrMalformed)
		}
		of.Days = n
	}
	return of, nil
}

// seen asks the rules how much of a view asker may see: what they ask for, or
// else, when they ask for nobody in particular, what is about themselves.
func (s *Server) seen(view string, of projections.Of, asker auth.Asker) (projections.Of, error) {
	if entry, known := projections.Find(view); known && entry.Scope == projections.ScopePerson && of.Person == "" {
		of.Person = asker.Person
	}
	err := s.maySee(view, of, asker)
	if err != nil && of.Person == "" {
		of.Person = asker.Person
		if s.maySee(view, of, asker) == nil {
			return of, nil
		}
	}
	return of, err
}

// maySee asks the rules whether asker may see a view.
func (s *Server) maySee(view string, of projections.Of, asker auth.Asker) (err error) {
	s.Desk.Look(of.Programme, func(state *programme.State) {
		err = state.MaySee(view, of.Cohort, asker.Person, of.Person)
	})
	return err
}

// awaitAfter waits for the place that ?after asks for. A view that has stopped
// never gets there; that is for the caller to see.
func awaitAfter(r *http.Request, kept projections.Kept) error {
	after := r.URL.Query().Get("after")
	if after == "" {
		return nil
	}
	place, err := strconv.ParseUint(after, 10, 64)
	if err != nil {
		return fmt.Errorf("%w: after is a place, a whole number", ErrMalformed)
	}
	ctx, cancel := context.WithTimeout(r.Context(), longestWait)
	defer cancel()
	switch err := kept.Await(ctx, place); {
	case err == nil || kept.Err() != nil:
		return nil
	case r.Context().Err() != nil:
		return r.Context().Err()
	}
	return fmt.Errorf("%w: place %d has not been reached", ErrBehind, place)
}

// A ViewState is one line of the list of views.
type ViewState struct {
	Name     string `json:"name"`
	Question string `json:"question" doc:"what it answers"`
	Place    uint64 `json:"place" doc:"the last event that it has taken in"`
	Lag      uint64 `json:"lag" doc:"how many events it is behind the journal"`
	Error    string `json:"error,omitzero" doc:"why it stands still, if it does"`
}

// ViewStates returns the state of every view, head being the journal's last
// place.
func ViewStates(views *projections.Views, head uint64) (all []ViewState) {
	for _, l := range views.Lag(head) {
		v := ViewState{Name: l.Name, Place: l.Place, Lag: l.Behind}
		if e, known := projections.Find(l.Name); known {
			v.Question = e.Question
		}
		if l.Err != nil {
			v.Error = l.Err.Error()
		}
		all = append(all, v)
	}
	return all
}

// listViews handles GET /v1/views. It says where a view has stopped and not why:
// the cause may hold what not everybody may know.
func (s *Server) listViews(w http.ResponseWriter, r *http.Request, _ auth.Asker) error {
	head, err := s.Log.Head(r.Context())
	if err != nil {
		return err
	}
	states := ViewStates(s.Views, head)
	for i, l := range s.Views.Lag(head) {
		if stopped, ok := errors.AsType[*projections.Stopped](l.Err); ok {
			states[i].Error = fmt.Sprintf("stopped at event %d, a %s", stopped.Place, stopped.Kind)
		} else if l.Err != nil {
			states[i].Error = "stopped"
		}
	}
	w.Header().Set("Cache-Control", "no-store")
	return write(w, states)
}

// names handles GET …/names: the names of everybody whom the asker may know by
// name. Who sees all people sees who was erased, with "" for a name.
func (s *Server) names(w http.ResponseWriter, r *http.Request, asker auth.Asker) error {
	p, c := programmeOf(r), cohortOf(r)
	cards := s.cards(p)
	may := make([]bool, len(cards))
	s.Desk.Look(p, func(state *programme.State) {
		sees := state.MaySee("people", c, asker.Person, "") == nil
		for i, card := range cards {
			may[i] = state.MayName(asker.Person, card.Person, c) || sees && card.Erased != nil
		}
	})
	names := map[events.PersonID]string{}
	for i, card := range cards {
		if !may[i] {
			continue
		}
		name, err := s.open(p, card.Name)
		if err != nil {
			return fmt.Errorf("open a name: %w", err)
		}
		names[card.Person] = name
	}
	w.Header().Set("Cache-Control", "no-store")
	return write(w, names)
}

// write answers with JSON.
func write(w http.ResponseWriter, answer any) error {
	return writeWith(w, http.StatusOK, answer)
}

// writeWith answers with a status and JSON. It is encoded before anything is sent,
// so that what can't be is a problem and no half of an answer.
func writeWith(w http.ResponseWriter, status int, answer any) error {
	body, err := json.Marshal(answer, json.Deterministic(true))
	if err != nil {
		return fmt.Errorf("write the answer: %w", err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n')) // the client has gone if it can't be written
	return nil
}
