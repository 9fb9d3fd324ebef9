package api

import (
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"kolmikko/events"
	"kolmikko/projections"
)

// newSchemas returns a registry in which what a view shows is told from what a
// command asks by the word View, and sealed text is what the door makes of it.
func newSchemas() huma.Registry {
	schemas := huma.NewMapRegistry("#/components/schemas/", func(t reflect.Type, hint string) string {
		name := huma.DefaultSchemaNamer(t, hint)
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		if t.PkgPath() == reflect.TypeFor[projections.Of]().PkgPath() {
			return "View" + name
		}
		return name
	})
	schemas.RegisterTypeAlias(reflect.TypeFor[projections.Sealed](), reflect.TypeFor[string]())
	return schemas
}

// loosen says that lists are lists, since an empty one is [] here as in answers,
// and that views may show more one day.
func loosen(schemas huma.Registry) {
	for name, s := range schemas.Map() {
		if strings.HasPrefix(name, "View") {
			s.AdditionalProperties = nil
		}
		for _, of := range s.Properties {
			for ; of != nil; of = of.Items {
				of.Nullable = of.Nullable && of.Type != huma.TypeArray
			}
		}
	}
}

// examples are what a few commands say, by their names; everybody in them is
// invented.
func examples() map[string]any {
	const person = "1f2b8c1e-5d4a-4e6f-9b7a-1c2d3e4f5a6b"
	return map[string]any{
		"register-person": map[string]any{"person": person, "language": "fi", "name": "Aino Esimerkki", "address": "aino@example.org"},
		"submit-enrolment": map[string]any{
			"track": events.Peer, "part": events.Supervisor, "consent": 1, "organisation": "esimerkkivirasto", "region": "uusimaa",
			"languages": []string{"fi", "sv"}, "themes": []string{"leading-change"}, "mode": events.Either,
			"slots": []string{"tue-am", "tue-pm", "thu-am", "fri-am"}, "experience": 1,
		},
		"propose-meeting": map[string]any{"group": "t01", "starts_at": "2022-11-03T07:00:00Z", "minutes": 90, "mode": events.Teams},
		"grant-role":      map[string]any{"person": person, "role": events.Coordinator},
	}
}

// others describes the routes that are neither a command nor a view.
func (d description) others() {
	const p, c = "/v1/programmes/{programme}", "/v1/programmes/{programme}/cohorts/{cohort}"
	names := reflect.TypeFor[map[string]string]()
	for _, o := range []struct {
		id, method, path, does string
		answer, body           reflect.Type
		open                   bool // asks for no token
	}{
		{id: "list-views", method: "GET", path: "/v1/views", does: "The views, with their places.", answer: reflect.TypeFor[[]ViewState]()},
		{id: "history-of-programme", method: "GET", path: p + "/history", does: "What happened, in order and in words.", answer: reflect.TypeFor[Page]()},
		{id: "history-of-cohort", method: "GET", path: c + "/history", does: "What happened in a cohort, in order and in words.", answer: reflect.TypeFor[Page]()},
		{id: "happenings", method: "GET", path: p + "/happenings", does: "What happens, as it happens: server-sent events, whose ids are places.", answer: reflect.TypeFor[string]()},
		{id: "names-of-programme", method: "GET", path: p + "/names", does: "The names of those whom the asker may know by name.", answer: names},
		{id: "names-of-cohort", method: "GET", path: c + "/names", does: "The names of those in a cohort whom the asker may know by name.", answer: names},
		{id: "survey-token", method: "POST", path: c + "/surveys/{survey}/token", does: "The asker's one-time token for a survey.", answer: names},
		{id: "answer-survey", method: "POST", path: c + "/surveys/{survey}/answers", does: "Answer a survey with a one-time token, without a login.",
			answer: reflect.TypeFor[Receipt](), body: reflect.TypeFor[Answers](), open: true},
		{id: "whoami", method: "GET", path: "/v1/whoami", does: "Whom the bearer token stands for.", answer: names},
		{id: "alive", method: "GET", path: "/healthz", does: "The process answers.", answer: names, open: true},
		{id: "ready", method: "GET", path: "/readyz", does: "Whether views are up to date and actions are taken.", answer: reflect.TypeFor[Health](), open: true},
		{id: "metrics", method: "GET", path: "/metrics", does: "What Prometheus sees; for the operator.", answer: reflect.TypeFor[string]()},
	} {
		op := &huma.Operation{
			OperationID: o.id, Method: o.method, Path: o.path, Summary: o.does, Tags: []string{"house"},
			Parameters: pathParams(o.path), Responses: d.answers(o.answer),
		}
		if o.open {
			op.Security = []map[string][]string{{}}
		}
		if o.body != nil {
			op.RequestBody = d.body(o.body, nil)
			op.Responses["202"] = d.answer("It is written, and views don't show it yet.", o.answer)
		}
		d.special(op)
		d.doc.AddOperation(op)
	}
}

// special describes what is special about an operation.
func (d description) special(op *huma.Operation) {
	as := func(media string) {
		content := op.Responses["200"].Content
		content[media] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString}}
		if op.OperationID == "happenings" || op.OperationID == "metrics" {
			delete(content, "application/json")
		}
	}
	switch {
	case op.OperationID == "metrics":
		as("text/plain")
	case op.OperationID == "ready":
		op.Responses["503"] = d.answer("Not ready.", reflect.TypeFor[Health]())
	case op.OperationID == "happenings":
		as("text/event-stream")
		op.Parameters = append(op.Parameters, query("after", "The place to go on from; else Last-Event-ID, else now.", huma.TypeInteger))
	case strings.HasPrefix(op.OperationID, "history"):
		as("application/x-ndjson")
		op.Responses["200"].Headers = headers("Link")
		op.Parameters = append(op.Parameters,
			query("from", "The first place.", huma.TypeInteger),
			query("limit", "How many entries at most, up to 1000.", huma.TypeInteger),
			query("kind", "Only events of this kind.", huma.TypeString))
	}
}
