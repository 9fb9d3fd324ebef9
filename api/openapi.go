package api

import (
	"net/http"
	"reflect"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"kolmikko/events/programme"
	"kolmikko/projections"
)

// Document returns the OpenAPI 3.1 description of every route, made from the
// forms of package programme and the catalogue of package projections.
func Document() *huma.OpenAPI {
	d := description{huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer), &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info: &huma.Info{
			Title: "Kolmikko", Version: "1",
			Description: "The history of mentoring programmes: every action is a command, everything shown is a view.",
			License:     &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"},
		},
		Servers:  []*huma.Server{{URL: "/"}},
		Security: []map[string][]string{{"bearer": {}}},
	}}
	d.doc.Components = &huma.Components{
		Schemas:         d.schemas,
		SecuritySchemes: map[string]*huma.SecurityScheme{"bearer": {Type: "http", Scheme: "bearer"}},
	}
	for _, route := range commandRoutes() {
		d.command(route)
	}
	for _, e := range projections.Catalogue() {
		d.view(e)
	}
	d.others()
	return d.doc
}

// A description is a document while it is being made.
type description struct {
	schemas huma.Registry
	doc     *huma.OpenAPI
}

func (d description) command(route commandRoute) {
	id := route.form.Name()
	if route.form.Scope == programme.OfEither && strings.HasPrefix(route.path, ofProgramme) {
		id += "-of-programme"
	}
	body := reflect.TypeOf(route.form.New()).Elem()
	d.doc.AddOperation(&huma.Operation{
		OperationID: id, Method: http.MethodPost, Path: route.path, Tags: []string{route.form.Noun},
		Summary: route.form.Does,
		Parameters: append(pathParams(route.path), &huma.Param{
			Name: "Idempotency-Key", In: "header", Description: "A random UUID: the same key gives the same answer for ever.",
			Schema: &huma.Schema{Type: huma.TypeString, MinLength: ptr(shortestKey), MaxLength: ptr(longestKey)},
		}),
		RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
			"application/json": {Schema: d.schemas.Schema(body, true, "")}}},
		Responses: d.answers(reflect.TypeFor[Receipt]()),
	})
}

func (d description) view(e projections.Entry) {
	path := "/v1/programmes/{programme}/cohorts/{cohort}/views/" + e.Name
	if e.Scope == projections.ScopeProgramme {
		path = "/v1/programmes/{programme}/views/" + e.Name
	}
	params := append(pathParams(path),
		query("after", "Wait until the view has taken this place in.", huma.TypeInteger),
		query("person", "About whom, where the view is about somebody; the asker, when absent.", huma.TypeString),
		query("silent_days", "Days without a meeting after which a group counts as silent.", huma.TypeInteger))
	d.doc.AddOperation(&huma.Operation{
		OperationID: "view-" + e.Name, Method: http.MethodGet, Path: path, Tags: []string{"views"},
		Summary: e.Question, Parameters: params, Responses: d.answers(nil),
	})
}

// others describes the routes that are neither a command nor a view.
func (d description) others() {
	for _, o := range []struct {
		id, method, path, does string
		answer, body           reflect.Type
	}{
		{"list-views", "GET", "/v1/views", "The views, with their places.", reflect.TypeFor[[]ViewState](), nil},
		{"history-of-programme", "GET", "/v1/programmes/{programme}/history", "What happened, in order and in words.", reflect.TypeFor[Page](), nil},
		{"history-of-cohort", "GET", "/v1/programmes/{programme}/cohorts/{cohort}/history", "What happened in a cohort, in order and in words.", reflect.TypeFor[Page](), nil},
		{"happenings", "GET", "/v1/programmes/{programme}/happenings", "What happens, as it happens: server-sent events.", nil, nil},
		{"names-of-programme", "GET", "/v1/programmes/{programme}/names", "The names of those whom the asker may know by name.", reflect.TypeFor[map[string]string](), nil},
		{"names-of-cohort", "GET", "/v1/programmes/{programme}/cohorts/{cohort}/names", "The names of those in a cohort whom the asker may know by name.", reflect.TypeFor[map[string]string](), nil},
		{"survey-token", "POST", "/v1/programmes/{programme}/cohorts/{cohort}/surveys/{survey}/token", "The asker's one-time token for a survey.", reflect.TypeFor[map[string]string](), nil},
		{"answer-survey", "POST", "/v1/programmes/{programme}/cohorts/{cohort}/surveys/{survey}/answers", "Answer a survey with a one-time token, without a login.", reflect.TypeFor[Receipt](), reflect.TypeFor[Answers]()},
		{"whoami", "GET", "/v1/whoami", "Whom the bearer token stands for.", reflect.TypeFor[map[string]string](), nil},
		{"ready", "GET", "/readyz", "Whether views are up to date and actions are taken.", reflect.TypeFor[Health](), nil},
	} {
		op := &huma.Operation{
			OperationID: o.id, Method: o.method, Path: o.path, Summary: o.does, Tags: []string{"house"},
			Parameters: pathParams(o.path), Responses: d.answers(o.answer),
		}
		if strings.HasPrefix(o.id, "history") {
			op.Parameters = append(op.Parameters,
				query("from", "The first place.", huma.TypeInteger),
				query("limit", "How many entries at most.", huma.TypeInteger),
				query("kind", "Only events of this kind.", huma.TypeString))
		}
		if o.body != nil {
			op.Security = []map[string][]string{{}}
			op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
				"application/json": {Schema: d.schemas.Schema(o.body, true, "")}}}
		}
		d.doc.AddOperation(op)
	}
}

// answers describes a good answer of type t, any JSON when nil, and a problem.
func (d description) answers(t reflect.Type) map[string]*huma.Response {
	good := &huma.Schema{}
	if t != nil {
		good = d.schemas.Schema(t, true, "")
	}
	return map[string]*huma.Response{
		"200": {Description: "Done.", Content: map[string]*huma.MediaType{"application/json": {Schema: good}}},
		"default": {Description: "A problem, as in RFC 9457.", Content: map[string]*huma.MediaType{
			"application/problem+json": {Schema: d.schemas.Schema(reflect.TypeFor[Problem](), true, "")}}},
	}
}

func pathParams(path string) (params []*huma.Param) {
	for _, part := range strings.Split(path, "/") {
		if name, ok := strings.CutPrefix(part, "{"); ok {
			params = append(params, &huma.Param{
				Name: strings.TrimSuffix(name, "}"), In: "path", Required: true,
				Schema: &huma.Schema{Type: huma.TypeString, Pattern: "^[a-z0-9][a-z0-9-]{0,63}$"},
			})
		}
	}
	return params
}

func query(name, does, kind string) *huma.Param {
	return &huma.Param{Name: name, In: "query", Description: does, Schema: &huma.Schema{Type: kind}}
}

func ptr[T any](v T) *T { return &v }

// openAPI handles GET /openapi.json. The document is made once: it never changes
// while the process runs.
func (s *Server) openAPI() http.Handler {
	made := sync.OnceValues(func() ([]byte, error) { return Document().MarshalJSON() })
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := made()
		if err != nil {
			s.fail(w, r, err)
			return
		}
		w.Header().Set("Content-Type", "application/vnd.oai.openapi+json;version=3.1")
		w.Header().Set("Cache-Control", "public, max-age=300")
		writeTagged(w, r, "1", body)
	})
}
