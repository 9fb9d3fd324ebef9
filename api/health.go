package api

import (
	"context"
	"net/http"
)

// Health is how the house is.
type Health struct {
	Head     uint64   `json:"head" doc:"the journal's last place"`
	Archived uint64   `json:"archived" doc:"the last place that is in the archive, on disk"`
	Behind   []string `json:"behind,omitzero" doc:"the views that are behind, or stand still"`
	Trouble  []string `json:"trouble,omitzero" doc:"what somebody should look at"`
	Writable bool     `json:"writable" doc:"actions are taken"`
}

// mostBehind is how many events a view may be behind in a house that is ready:
// what can be under way at any moment.
const mostBehind = 1000

// behind names the views that are too far behind head, or stand still.
func behind(views []ViewState) (names []string) {
	for _, v := range views {
		if v.Lag > mostBehind || v.Error != "" {
			names = append(names, v.Name)
		}
	}
	return names
}

// healthz handles GET /healthz: the process answers.
func (s *Server) healthz(w http.ResponseWriter, _ *http.Request) {
	_ = write(w, map[string]string{"status": "ok"})
}

// readyz handles GET /readyz: 503 while a view is behind or nothing can be
// written.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) {
	h, status := s.health(r.Context()), http.StatusOK
	if len(h.Behind) > 0 || !h.Writable {
		status = http.StatusServiceUnavailable
	}
	w.Header().Set("Cache-Control", "no-store")
	_ = writeWith(w, status, h)
}

func (s *Server) health(ctx context.Context) Health {
	h := s.Health(ctx)
	h.Behind = behind(ViewStates(s.Views, h.Head))
	return h
}
