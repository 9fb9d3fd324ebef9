package api

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"

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
// part.
func (s *Server) view(w http.ResponseWriter, r *http.Request, asker auth.Asker) error {
	kept, known := s.Views.Get(r.PathValue("view"))
	if !known || r.PathValue("view") == "people" { // whose boxes are opened at /names
		return fmt.Errorf("%w: there is no view %s", ErrNotFound, r.PathValue("view"))
	}
	of, err := s.viewOf(r, asker)
	if err != nil {
		return err
	}
	if of, err = s.seen(r.PathValue("view"), of, asker); err != nil {
		return err
	}
	if err := awaitAfter(r, kept.Await); err != nil {
		return err
	}
	if err := kept.Err(); err != nil {
		return fmt.Errorf("view %s: %w", r.PathValue("view"), err)
	}
	place := kept.Place() // before it is shown: what is shown is at least as new
	etag := fmt.Sprintf(`"%s-%d-%s"`, r.PathValue("view"), place, of.At.Format("20060102"))
	w.Header().Set("ETag", etag)
	w.Header().Set("Cache-Control", "private, no-cache")
	w.Header().Set("Kolmikko-Place", fmt.Sprint(place))
	if r.Header.Get("If-None-Match") == etag {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	shown, ok := kept.Show(of)
	if !ok {
		return ErrNotFound
	}
	return write(w, shown)
}

func (s *Server) viewOf(r *http.Request, asker auth.Asker) (projections.Of, error) {
	of := projections.Of{Programme: programmeOf(r), Cohort: cohortOf(r), At: s.Now()}
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

// awaitAfter waits for the place that ?after asks for.
func awaitAfter(r *http.Request, await func(context.Context, uint64) error) error {
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
	if err := await(ctx, place); err != nil {
		return fmt.Errorf("%w: place %d has not been reached", ErrBehind, place)
	}
	return nil
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

// listViews handles GET /v1/views.
func (s *Server) listViews(w http.ResponseWriter, r *http.Request, _ auth.Asker) error {
	head, err := s.Log.Head(r.Context())
	if err != nil {
		return err
	}
	return write(w, ViewStates(s.Views, head))
}

// names handles GET …/names: the names of everybody whom the asker may know by
// name. The name of somebody who was erased is "".
func (s *Server) names(w http.ResponseWriter, r *http.Request, asker auth.Asker) error {
	p, c := programmeOf(r), cohortOf(r)
	cards := s.cards(p)
	may := make([]bool, len(cards))
	s.Desk.Look(p, func(state *programme.State) {
		for i, card := range cards {
			may[i] = state.MayName(asker.Person, card.Person, c)
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

func write(w http.ResponseWriter, answer any) error {
	body, err := json.Marshal(answer, json.Deterministic(true))
	if err != nil {
		return fmt.Errorf("write the answer: %w", err)
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(append(body, '\n')) // the client has gone if it can't be written
	return nil
}
