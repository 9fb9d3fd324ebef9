package api

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"kolmikko/api/auth"
	"kolmikko/events"
	"kolmikko/events/journal"
	"kolmikko/events/programme"
	"kolmikko/events/vault"
	"kolmikko/projections"
	"kolmikko/projections/matching"
)

// Who is in the tests' programme; nobody of them exists.
const (
	owner       events.PersonID = "00000000-0000-4000-8000-000000000001"
	coordinator events.PersonID = "00000000-0000-4000-8000-000000000002"
	host        events.PersonID = "00000000-0000-4000-8000-000000000003"
	evaluator   events.PersonID = "00000000-0000-4000-8000-000000000004"
	auditor     events.PersonID = "00000000-0000-4000-8000-000000000005"
	protector   events.PersonID = "00000000-0000-4000-8000-000000000006"
	anne        events.PersonID = "00000000-0000-4000-8000-0000000000a1"
	matti       events.PersonID = "00000000-0000-4000-8000-0000000000a2"
	liisa       events.PersonID = "00000000-0000-4000-8000-0000000000a3"
	olli        events.PersonID = "00000000-0000-4000-8000-0000000000a4"
	pekka       events.PersonID = "00000000-0000-4000-8000-0000000000a5"
	eeva        events.PersonID = "00000000-0000-4000-8000-0000000000a6"
	applicant   events.PersonID = "00000000-0000-4000-8000-0000000000b1" // registered, and no more
	stranger    events.PersonID = "00000000-0000-4000-8000-0000000000c1" // has a token, and is not registered
)

var (
	noon    = time.Date(2022, 9, 1, 12, 0, 0, 0, time.UTC)
	members = []events.PersonID{anne, matti, liisa, olli, pekka, eeva}
)

const (
	ofPeer   = "/v1/programmes/peer"
	ofPeer22 = "/v1/programmes/peer/cohorts/2022"
)

// A house is a server over a history in memory, and the rooms behind it.
type house struct {
	*Door
	t      testing.TB
	url    string
	server *Server
	handle http.Handler
	tokens *auth.Tokens
	file   string // of the tokens
	bearer map[events.PersonID]string
	health atomic.Pointer[Health] // what the house says of itself; nil: all is well
	clock  atomic.Pointer[time.Time]
	logged logBook
	log    *shuttable
	keys   *vault.Memory
	forms  map[reflect.Type]string
	done   sync.WaitGroup
}

// newHouse opens a house of no history, with the given views or all of them.
func newHouse(t testing.TB, entries ...projections.Entry) *house {
	t.Helper()
	h := &house{t: t, keys: new(vault.Memory), bearer: map[events.PersonID]string{}, forms: map[reflect.Type]string{}}
	h.at(noon)
	if entries == nil {
		entries = projections.Catalogue()
	}
	keys, err := vault.Load(h.keys, vault.Options{})
	if err != nil {
		t.Fatal(err)
	}
	h.log = &shuttable{Log: new(journal.Memory)}
	h.Door = &Door{
		Log: h.log, Desk: journal.NewDesk(h.log, (*programme.State).Evolve), Views: projections.NewViews(entries...),
		Vault: keys, Now: func() time.Time { return *h.clock.Load() },
	}
	for _, f := range programme.Forms() {
		h.forms[reflect.TypeOf(f.New()).Elem()] = f.Name()
	}
	h.file = filepath.Join(t.TempDir(), "tokens.ndjson")
	if h.tokens, err = auth.Open(h.file); err != nil {
		t.Fatal(err)
	}
	h.server = &Server{
		Door: h.Door, Who: h.tokens, Logger: slog.New(slog.NewTextHandler(&h.logged, nil)),
		Health: func(ctx context.Context) Health {
			if said := h.health.Load(); said != nil {
				return *said
			}
			head, _ := h.Log.Head(ctx)
			return Health{Head: head, Archived: head, Writable: true}
		},
	}
	h.handle = h.server.Handler()
	return h
}

// follow takes what happens into the views, as long as the test lasts.
func (h *house) follow() *house {
	ctx, stop := context.WithCancel(h.t.Context())
	h.done.Go(func() {
		for r, err := range journal.Follow(ctx, h.Log, 0) {
			if err != nil {
				h.t.Errorf("follow: %v", err)
				return
			}
			h.Desk.Take(r)
			h.Views.Take(r)
		}
	})
	h.t.Cleanup(func() { stop(); h.done.Wait() })
	return h
}

// listen returns where the server listens; it does from the first time on.
func (h *house) listen() string {
	if h.url == "" {
		listening := httptest.NewServer(h.handle)
		h.t.Cleanup(listening.Close)
		h.url = listening.URL
	}
	return h.url
}

// at sets the clock.
func (h *house) at(now time.Time) { h.clock.Store(&now) }

// act lets somebody act, who is not refused.
func (h *house) act(by events.PersonID, c events.CohortID, cmd programme.Command) Receipt {
	h.t.Helper()
	receipt, err := h.ActSoon(h.t.Context(), Request{
		Programme: "peer", Cohort: c, By: by, Form: h.forms[reflect.TypeOf(cmd)], Command: cmd,
	})
	if err != nil {
		h.t.Fatalf("%T: %v", cmd, err)
	}
	return receipt
}

// settle waits until every view has taken the whole history in.
func (h *house) settle() {
	h.t.Helper()
	head, err := h.Log.Head(h.t.Context())
	if err == nil {
		err = h.Views.Await(h.t.Context(), head)
	}
	if err != nil {
		h.t.Fatal(err)
	}
}

// founded is a house with a programme that has a cohort, in which nobody is yet.
func founded(t testing.TB, entries ...projections.Entry) *house {
	t.Helper()
	h := newHouse(t, entries...).follow()
	whole := events.WholeProgramme
	h.act(events.Operator, whole, programme.RegisterPerson{Person: owner, Language: "fi", Name: "Outi Omistaja"})
	h.act(events.Operator, whole, programme.GrantRole{Person: owner, Role: events.Owner})
	for who, role := range map[events.PersonID]events.Role{coordinator: events.Coordinator, host: events.Host,
		evaluator: events.Evaluator, auditor: events.Auditor, protector: events.Protector} {
		h.act(owner, whole, programme.RegisterPerson{Person: who, Language: "fi", Name: "Toimi " + strings.ToUpper(string(role))})
		h.act(owner, whole, programme.GrantRole{Person: who, Role: role})
	}
	for i, name := range []string{"Esimerkkivirasto", "Mallilaitos", "Näytekeskus"} {
		h.act(coordinator, whole, programme.RegisterOrganisation{Organisation: events.OrganisationID(fmt.Sprint("o", i+1)),
			Name: events.Text{"fi": name}, Branch: "vm", Region: "uusimaa", Size: i})
	}
	for i, who := range append([]events.PersonID{applicant}, members...) {
		h.act(coordinator, whole, programme.RegisterPerson{Person: who, Language: "fi",
			Name: fmt.Sprintf("Keksitty Nimi-%d", i), Address: fmt.Sprintf("nimi%d@example.org", i)})
	}
	h.act(owner, whole, programme.ProposeProgramme{Title: events.Text{"fi": "Vertaismentorointi"}, Goals: []events.Text{{"fi": "Verkostot"}}})
	h.act(owner, whole, programme.LaunchProgramme{StartsOn: "2022-08-01", EndsOn: "2023-12-31", Tracks: []events.Track{events.Peer}})
	h.act(coordinator, whole, programme.PublishPrinciples{Text: events.Text{"fi": "Luottamuksellisuus"}})
	h.act(coordinator, "2022", programme.OpenCohort{Title: events.Text{"fi": "2022–2023"}, StartsOn: "2022-09-01", EndsOn: "2023-05-31",
		Tracks: []events.Track{events.Peer}})
	h.act(coordinator, "2022", programme.OpenEnrolment{Track: events.Peer, Part: events.Supervisor, Capacity: 6})
	return h
}

func enrolment(home events.OrganisationID) programme.SubmitEnrolment {
	return programme.SubmitEnrolment{Track: events.Peer, Part: events.Supervisor, Consent: 1, Organisation: home, Region: "uusimaa",
		Languages: []events.Code{"fi"}, Themes: []events.Code{"leading-change"}, Slots: events.Slots()[:4], Mode: events.Either, Experience: 1}
}

// grouped is a founded house whose six members are two triads.
func grouped(t testing.TB, entries ...projections.Entry) *house {
	t.Helper()
	h := founded(t, entries...)
	for i, who := range members {
		receipt := h.act(who, "2022", enrolment(events.OrganisationID(fmt.Sprint("o", i%3+1))))
		submitted := receipt.Events[len(receipt.Events)-1].Data.(events.EnrolmentSubmitted)
		h.act(coordinator, "2022", programme.AcceptEnrolment{Enrolment: submitted.Enrolment})
		h.act(who, "2022", programme.AcceptPrinciples{Version: 1})
	}
	r := matching.DefaultRules(events.Peer)
	h.act(coordinator, "2022", programme.SetMatchingRules{Track: events.Peer, Hard: r.Hard, Weights: r.Weights, Size: 3,
		Remainder: r.Remainder, MinSlots: r.MinSlots, Quotas: r.Quotas, Floor: r.Floor, Stability: r.Stability})
	m := Matching{Programme: "peer", Cohort: "2022", Track: events.Peer, By: coordinator, Run: "run1", Options: matching.Options{Seed: 1, Steps: 1e5}}
	if _, err := h.Freeze(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if _, _, err := h.Match(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	h.act(coordinator, "2022", programme.PublishGroups{Run: "run1"})
	return h
}

// groupOf returns somebody's group, and who is in it.
func (h *house) groupOf(who events.PersonID) (id events.GroupID, of []events.PersonID) {
	h.Desk.Look("peer", func(s *programme.State) {
		c := s.Cohorts["2022"]
		if id = c.GroupOf[programme.PersonOnTrack{Person: who, Track: events.Peer}]; id != "" {
			of = append(of, c.Groups[id].Members...)
		}
	})
	return id, of
}

// A shuttable log takes no more events once it is told why.
type shuttable struct {
	journal.Log
	why atomic.Pointer[error]
}

func (l *shuttable) shut(why error) { l.why.Store(&why) }

func (l *shuttable) Append(ctx context.Context, after uint64, entries []events.Recorded) (uint64, error) {
	if why := l.why.Load(); why != nil {
		return 0, *why
	}
	return l.Log.Append(ctx, after, entries)
}

// An answer is what came back from the server.
type answer struct {
	status int
	header http.Header
	body   string
}

// into reads the answer's JSON.
func (a answer) into(t testing.TB, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(a.body), into); err != nil {
		t.Fatalf("%d %s: %v", a.status, a.body, err)
	}
}

// problem reads the answer as one, which it must be.
func (a answer) problem(t testing.TB) (p Problem) {
	t.Helper()
	if kind := a.header.Get("Content-Type"); kind != "application/problem+json" {
		t.Errorf("%d %s is a %q", a.status, a.body, kind)
	}
	a.into(t, &p)
	if p.Status != a.status || p.Title == "" {
		t.Errorf("the answer %d says %s", a.status, a.body)
	}
	return p
}

// ask sends a request in somebody's name, or in nobody's when as is empty;
// header is pairs of a name and a value.
func (h *house) ask(method, path string, as events.PersonID, body string, header ...string) answer {
	h.t.Helper()
	req, err := http.NewRequestWithContext(h.t.Context(), method, h.listen()+path, strings.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	if as != "" {
		req.Header.Set("Authorization", "Bearer "+h.token(as))
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		h.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header, string(text)}
}

// get is ask for a GET.
func (h *house) get(path string, as events.PersonID, header ...string) answer {
	h.t.Helper()
	return h.ask("GET", path, as, "", header...)
}

// token returns somebody's bearer token.
func (h *house) token(who events.PersonID) string {
	h.t.Helper()
	if h.bearer[who] == "" {
		token, err := h.tokens.Grant(who, "test")
		if err != nil {
			h.t.Fatal(err)
		}
		h.bearer[who] = token
	}
	return h.bearer[who]
}

// said is a value as JSON.
func said(t testing.TB, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A logBook is what was logged.
type logBook struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logBook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logBook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
