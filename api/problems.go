package api

import (
	"net/http"
)

// withProblems answers what mux has no route for as a problem, too.
func withProblems(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, pattern := mux.Handler(r); pattern != "" {
			mux.ServeHTTP(w, r)
			return
		}
		probe := &emptyWriter{header: http.Header{}}
		mux.ServeHTTP(probe, r)
		if allow := probe.header.Get("Allow"); allow != "" {
			w.Header().Set("Allow", allow)
		}
		if to := probe.header.Get("Location"); to != "" {
			http.Redirect(w, r, to, probe.status)
			return
		}
		p := Problem{Type: "not-found", Title: "There is nothing at this address.", Status: http.StatusNotFound}
		if probe.status == http.StatusMethodNotAllowed {
			p = Problem{Type: "method-not-allowed", Title: "This address doesn't take the method " + r.Method + ".", Status: probe.status}
		}
		writeProblem(w, p)
	})
}

// An emptyWriter keeps the status and the headers of an answer, not its body.
type emptyWriter struct {
	header http.Header
	status int
}

func (w *emptyWriter) Header() http.Header         { return w.header }
func (w *emptyWriter) Write(b []byte) (int, error) { return len(b), nil }
func (w *emptyWriter) WriteHeader(status int)      { w.status = status }
