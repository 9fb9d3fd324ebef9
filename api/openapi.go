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
	d := description{newSchemas(), &huma.OpenAPI{
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
		if isShown(e.Name) {
			d.view(e)
		}
	}
	d.others()
	loosen(d.schemas)
	return d.doc
}

// A description is a document while it is being made.
type description struct {
	schemas huma.Registry
	doc     *huma.OpenAPI
}

// command describes the route of a form: its fields are told by their doc tags.
func (d description) command(route commandRoute) {
	id := route.form.Name()
	if route.form.Scope == programme.OfEither && strings.HasPrefix(route.path, ofProgramme) {
		id += "-of-programme"
	}
	body := reflect.TypeOf(route.form.New()).Elem()
	op := &huma.Operation{
		OperationID: id, Method: http.MethodPost, Path: route.path, Tags: []string{route.form.Noun},
		Summary: route.form.Does,
		Parameters: append(pathParams(route.path), &huma.Param{
			Name: "Idempotency-Key", In: "header", Description: "A random UUID: the same key gives the same answer for ever.",
			Schema: &huma.Schema{Type: huma.TypeString, MinLength: ptr(shortestKey), MaxLength: ptr(longestKey)},
		}),
		RequestBody: d.body(body, examples()[route.form.Name()]),
		Responses:   d.answers(reflect.TypeFor[Receipt]()),
	}
	op.Responses["202"] = d.answer("It is written, and views don't show it yet: wait for its place with ?after.", reflect.TypeFor[Receipt]())
	for _, status := range []string{"200", "202"} {
		op.Responses[status].Headers = headers("Kolmikko-Place", "Idempotency-Replayed")
	}
	d.doc.AddOperation(op)
}

// view describes a view where it is at home: a cohort's at the cohort.
func (d description) view(e projections.Entry) {
	path := "/v1/programmes/{programme}/cohorts/{cohort}/views/" + e.Name
	if e.Scope == projections.ScopeProgramme {
		path = "/v1/programmes/{programme}/views/" + e.Name
	}
	params := append(pathParams(path),
		query("after", "Wait until the view has taken this place in.", huma.TypeInteger),
		query("person", "About whom, where the view is about somebody; the asker, when absent.", huma.TypeString),
		query("silent_days", "Days without a meeting after which a group counts as silent.", huma.TypeInteger),
		&huma.Param{Name: "If-None-Match", In: "header", Description: "The ETag of what the client has.", Schema: &huma.Schema{Type: huma.TypeString}})
	op := &huma.Operation{
		OperationID: "view-" + e.Name, Method: http.MethodGet, Path: path, Tags: []string{"views"},
		Summary: e.Question, Parameters: params, Responses: d.answers(e.Shows),
	}
	op.Responses["200"].Headers = headers("Kolmikko-Place", "ETag")
	op.Responses["304"] = &huma.Response{Description: "The client has it already.", Headers: headers("ETag")}
	d.doc.AddOperation(op)
}

// body describes a request's body of type t, with an example if there is one.
func (d description) body(t reflect.Type, example any) *huma.RequestBody {
	return &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"application/json": {Schema: d.schemas.Schema(t, true, ""), Example: example}}}
}

// answers describes a good answer of type t, any JSON when nil, and a problem.
func (d description) answers(t reflect.Type) map[string]*huma.Response {
	problem := &huma.Response{Description: "A problem, as in RFC 9457.", Content: map[string]*huma.MediaType{
		"application/problem+json": {Schema: d.schemas.Schema(reflect.TypeFor[Problem](), true, "")}}}
	return map[string]*huma.Response{"200": d.answer("Done.", t), "default": problem}
}

// answer describes one answer of type t, any JSON when nil.
func (d description) answer(does string, t reflect.Type) *huma.Response {
	schema := &huma.Schema{}
	if t != nil {
		schema = d.schemas.Schema(t, true, "")
	}
	return &huma.Response{Description: does, Content: map[string]*huma.MediaType{"application/json": {Schema: schema}}}
}

// headers describes those of an answer that a client may want.
func headers(names ...string) map[string]*huma.Header {
	does := map[string]string{
		"Kolmikko-Place":       "The place in the history that the answer stands for.",
		"Idempotency-Replayed": "true, when this key was answered before.",
		"ETag":                 "What is shown, for If-None-Match.",
		"Link":                 "The next page, if there is one.",
	}
	all := map[string]*huma.Header{}
	for _, name := range names {
		all[name] = &huma.Header{Description: does[name], Schema: &huma.Schema{Type: huma.TypeString}}
	}
	return all
}

// pathParams describes what stands in braces in a path.
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

// query describes a parameter of the query that may be left out.
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
