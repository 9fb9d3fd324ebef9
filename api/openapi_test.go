package api

import (
	"bytes"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"kolmikko/events"
	"kolmikko/events/programme"
	"kolmikko/projections"
)

// TestDocumentIsOfTheRoutes asks for everything that is described: it is there.
func TestDocumentIsOfTheRoutes(t *testing.T) {
	h := grouped(t)
	described := map[string]bool{}
	for path, item := range Document().Paths {
		for method, op := range map[string]string{"GET": "", "POST": ""} {
			if method == "GET" && item.Get == nil || method == "POST" && item.Post == nil {
				continue
			}
			described[method+" "+path+op] = true
			path := strings.NewReplacer("{programme}", "peer", "{cohort}", "2022", "{survey}", "none").Replace(path)
			a := h.ask(method, path, "", "")
			if a.status != http.StatusUnauthorized && a.status != http.StatusOK && !(strings.HasSuffix(path, "/answers") && a.status == http.StatusBadRequest) {
				t.Errorf("%s %s: %d %s", method, path, a.status, a.body)
			}
		}
	}
	for _, f := range programme.Forms() {
		at := ofCohort
		if f.Scope == programme.OfProgramme {
			at = ofProgramme
		}
		if !described["POST "+at+f.Name()] {
			t.Errorf("nothing describes %s", f.Name())
		}
	}
	for _, e := range projections.Catalogue() {
		there := described["GET /v1/programmes/{programme}/cohorts/{cohort}/views/"+e.Name] || described["GET /v1/programmes/{programme}/views/"+e.Name]
		if there != isShown(e.Name) {
			t.Errorf("the view %s is described: %v", e.Name, there)
		}
	}
}

// TestDocumentSaysWhatFieldsMean holds the fields of commands to their doc tags.
func TestDocumentSaysWhatFieldsMean(t *testing.T) {
	schemas := Document().Components.Schemas.Map()
	enrol := schemas["SubmitEnrolment"]
	if enrol == nil || enrol.Properties["slots"].Description != "half-days that suit, four at least, such as tue-am" || !slices.Contains(enrol.Required, "track") || slices.Contains(enrol.Required, "months") {
		t.Errorf("%+v", enrol)
	}
	for _, f := range programme.Forms() {
		op := Document().Paths[ofCohort+f.Name()]
		if f.Scope == programme.OfProgramme {
			op = Document().Paths[ofProgramme+f.Name()]
		}
		name := strings.TrimPrefix(op.Post.RequestBody.Content["application/json"].Schema.Ref, "#/components/schemas/")
		for field, schema := range schemas[name].Properties {
			if schema.Description == "" && schema.Ref == "" && name != "RecordMatching" {
				t.Errorf("nothing says what %s of %s is", field, name)
			}
		}
	}
	if text := schemas["ViewComment"].Properties["text"]; text == nil || text.Type != "string" {
		t.Errorf("a comment's text is described as %+v", text)
	}
}

// TestExamples asks what the examples ask: they can be read, and the rules have
// nothing against how they are written.
func TestExamples(t *testing.T) {
	h := founded(t)
	for name, example := range examples() {
		path := ofPeer22
		if name == "register-person" || name == "grant-role" {
			path = ofPeer
		}
		a := h.ask("POST", path+"/commands/"+name, coordinator, said(t, example))
		if a.status == http.StatusBadRequest || a.status == http.StatusUnprocessableEntity {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
}

func TestDocumentIsTagged(t *testing.T) {
	h := founded(t)
	a := h.get("/openapi.json", "")
	if a.status != http.StatusOK || a.header.Get("Content-Type") != "application/vnd.oai.openapi+json;version=3.1" || a.header.Get("Cache-Control") == "" {
		t.Errorf("%d, %v", a.status, a.header)
	}
	if again := h.get("/openapi.json", "", "If-None-Match", a.header.Get("ETag")); again.status != http.StatusNotModified || again.header.Get("ETag") != a.header.Get("ETag") {
		t.Errorf("%d, %v", again.status, again.header)
	}
}

// An exchange is a request and what was answered, for the validator.
type exchange struct {
	Method, Path, Body, Answer string
	Status                     int
	Header                     http.Header
}

// exchanges looks at every view, and does this and that.
func exchanges(t *testing.T) (all []exchange) {
	h := asked(t)
	group, _ := h.groupOf(anne)
	h.act(anne, "2022", programme.ProposeMeeting{Group: group, StartsAt: noon.AddDate(0, 0, 14), Minutes: 60, Mode: events.Teams})
	h.act(coordinator, "2022", programme.ScheduleGathering{Kind: events.Opening, Title: events.Text{"fi": "Aloitus"},
		StartsAt: noon.AddDate(0, 0, 20), EndsAt: noon.AddDate(0, 0, 20).Add(time.Hour), Modes: []events.Seating{{Mode: events.Lab, Capacity: 3}}})
	h.act(coordinator, "2022", programme.PublishMaterial{Kind: "article", Title: events.Text{"fi": "Kuuntelu"}, Licence: "CC BY 4.0", Link: "https://example.org/1"})
	h.act(anne, "2022", programme.SubmitComment{Material: "mat1", Text: "Tästä oli apua."})
	h.settle()
	exchanged := func(method, path string, as events.PersonID, body string) {
		a := h.ask(method, path, as, body)
		all = append(all, exchange{method, path, body, a.body, a.status, a.header})
	}
	for _, e := range projections.Catalogue() {
		for _, who := range []events.PersonID{coordinator, anne} {
			prefix := ofPeer22
			if e.Scope == projections.ScopeProgramme {
				prefix = ofPeer
			}
			if isShown(e.Name) {
				exchanged("GET", prefix+"/views/"+e.Name, who, "")
			}
		}
	}
	exchanged("POST", ofPeer22+"/commands/submit-enrolment", applicant, said(t, enrolment("o1")))
	exchanged("POST", ofPeer22+"/commands/publish-comment", coordinator, `{"comment":"c1"}`)
	exchanged("POST", ofPeer22+"/commands/accept-enrolment", anne, `{"enrolment":"e1"}`)
	exchanged("POST", survey+"/token", anne, "")
	exchanged("POST", survey+"/answers", "", `{"token":"`+h.ticket(anne)+`","answers":[{"item":"support","value":4}]}`)
	for _, path := range []string{"/v1/views", "/v1/whoami", "/readyz", "/healthz", ofPeer + "/history", ofPeer22 + "/history?limit=2", ofPeer + "/names", ofPeer22 + "/names"} {
		exchanged("GET", path, auditor, "")
	}
	return all
}

// TestDocumentForOthers has a validator that isn't ours read the document and
// what the server answers, and a generator make a client of it that compiles.
// They are a module of their own, so that ours doesn't depend on them.
func TestDocumentForOthers(t *testing.T) {
	if testing.Short() {
		t.Skip("the validator and the generator take a while to build")
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata", "openapi"))); err != nil {
		t.Fatal(err)
	}
	document, err := Document().MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	exchanged, err := json.Marshal(exchanges(t))
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string][]byte{"document.json": document, "exchanges.json": exchanged} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run := func(args ...string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "go", args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
		}
		return string(bytes.TrimSpace(out))
	}
	if said := run("run", ".", "document.json", "exchanges.json"); !strings.Contains(said, "valid 3.1") {
		t.Errorf("the validator says %s", said)
	}
	if err := os.Mkdir(filepath.Join(dir, "client"), 0o700); err != nil {
		t.Fatal(err)
	}
	run("tool", "oapi-codegen", "-generate", "types,client", "-package", "client", "-o", "client/client.go", "document.json")
	run("build", "./client")
	if text, err := os.ReadFile(filepath.Join(dir, "client", "client.go")); err != nil || !bytes.Contains(text, []byte("func (c *Client) SubmitEnrolment(")) {
		t.Errorf("the client can't submit an enrolment: %v", err)
	}
}
