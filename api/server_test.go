package api

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kolmikko/events"
	"kolmikko/events/programme"
)

func TestNoSuchAddress(t *testing.T) {
	h := founded(t)
	for name, tt := range map[string]struct {
		method, path string
		status       int
		kind, allow  string
	}{
		"nothing is there":                     {"GET", "/v2/views", 404, "not-found", ""},
		"no such command":                      {"POST", ofPeer22 + "/commands/eat-lunch", 404, "not-found", ""},
		"a command of the programme, a cohort": {"POST", ofPeer22 + "/commands/register-person", 404, "not-found", ""},
		"commands are posted":                  {"GET", ofPeer22 + "/commands/submit-enrolment", 405, "method-not-allowed", "POST"},
		"views are got":                        {"DELETE", ofPeer22 + "/views/roster", 405, "method-not-allowed", "GET, HEAD"},
		"the page is got":                      {"PUT", "/", 405, "method-not-allowed", "GET, HEAD"},
	} {
		t.Run(name, func(t *testing.T) {
			a := h.ask(tt.method, tt.path, anne, "")
			if p := a.problem(t); a.status != tt.status || p.Type != tt.kind || a.header.Get("Allow") != tt.allow {
				t.Errorf("%d %s, Allow %q; want %d %s, %q", a.status, a.body, a.header.Get("Allow"), tt.status, tt.kind, tt.allow)
			}
		})
	}
	t.Run("an address written otherwise leads on", func(t *testing.T) {
		a := h.get("/v1//views", anne)
		if a.status != http.StatusMovedPermanently && a.status != http.StatusTemporaryRedirect || a.header.Get("Location") != "/v1/views" {
			t.Errorf("%d to %q", a.status, a.header.Get("Location"))
		}
	})
}

func TestHeaders(t *testing.T) {
	h := founded(t)
	for _, path := range []string{"/", "/healthz", "/openapi.json", "/v1/views", "/none", ofPeer22 + "/views/timeline"} {
		a := h.get(path, anne)
		policy := a.header.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"} {
			if !strings.Contains(policy, part) {
				t.Errorf("%s: the policy %q has no %s", path, policy, part)
			}
		}
		if strings.Contains(policy, "unsafe") || strings.Contains(policy, "script-src") {
			t.Errorf("%s: the policy is %q", path, policy)
		}
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cross-Origin-Resource-Policy": "same-origin"} {
			if got := a.header.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", path, name, got, want)
			}
		}
	}
}

func TestAnotherSitesPage(t *testing.T) {
	h := founded(t)
	a := h.ask("POST", ofPeer22+"/commands/submit-enrolment", anne, said(t, enrolment("o1")), "Sec-Fetch-Site", "cross-site")
	if p := a.problem(t); a.status != http.StatusForbidden || p.Type != "cross-origin" {
		t.Errorf("%d %s", a.status, a.body)
	}
}

func TestWhoAsks(t *testing.T) {
	h := founded(t)
	token := h.token(anne)
	for name, tt := range map[string]struct {
		bearer string
		status int
		answer string
	}{
		"a token":                    {"Bearer " + token, 200, `{"person":"` + string(anne) + `"}`},
		"its scheme in other letter": {"bearer " + token, 200, string(anne)},
		"no token":                   {"", 401, `"unknown-person"`},
		"a token that nobody has":    {"Bearer " + strings.Repeat("0", 48), 401, `"unknown-person"`},
		"half of a token":            {"Bearer " + token[:24], 401, `"unknown-person"`},
		"another scheme":             {"Basic " + token, 401, `"unknown-person"`},
		"the scheme alone":           {"Bearer", 401, `"unknown-person"`},
	} {
		t.Run(name, func(t *testing.T) {
			a := h.get("/v1/whoami", "", "Authorization", tt.bearer)
			if a.status != tt.status || !strings.Contains(a.body, tt.answer) {
				t.Errorf("%d %s; want %d with %s", a.status, a.body, tt.status, tt.answer)
			}
			if challenge := a.header.Get("WWW-Authenticate"); (challenge != "") != (a.status == 401) || a.status == 401 && !strings.HasPrefix(challenge, "Bearer ") {
				t.Errorf("%d with the challenge %q", a.status, challenge)
			}
			if strings.Contains(a.body, token) {
				t.Errorf("the answer repeats the token: %s", a.body)
			}
		})
	}
	t.Run("a token that was taken back", func(t *testing.T) {
		if _, err := h.tokens.Revoke(anne); err != nil {
			t.Fatal(err)
		}
		if a := h.get("/v1/whoami", "", "Authorization", "Bearer "+token); a.status != http.StatusUnauthorized {
			t.Errorf("%d %s", a.status, a.body)
		}
	})
	t.Run("a token file that others can read stops everybody", func(t *testing.T) {
		other := h.token(matti)
		if err := os.Chmod(h.file, 0o644); err != nil {
			t.Fatal(err)
		}
		a := h.get("/v1/whoami", "", "Authorization", "Bearer "+other)
		if p := a.problem(t); a.status != http.StatusInternalServerError || p.Detail != "" || !strings.Contains(h.logged.String(), "chmod 600") {
			t.Errorf("%d %s, and the log says %s", a.status, a.body, &h.logged)
		}
	})
}

func TestHealth(t *testing.T) {
	h := founded(t)
	h.settle()
	if a := h.get("/healthz", ""); a.status != http.StatusOK || !strings.Contains(a.body, "ok") {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := h.get("/readyz", ""); a.status != http.StatusOK || !strings.Contains(a.body, `"writable":true`) {
		t.Errorf("%d %s", a.status, a.body)
	}
	head, _ := h.Log.Head(t.Context())
	for name, said := range map[string]Health{
		"nothing can be written":   {Head: head, Trouble: []string{"the disk is full"}},
		"the views are far behind": {Head: head + mostBehind + 1, Writable: true},
	} {
		t.Run(name, func(t *testing.T) {
			h.health.Store(&said)
			a := h.get("/readyz", "")
			if a.status != http.StatusServiceUnavailable || a.header.Get("Content-Type") != "application/json" {
				t.Errorf("%d %s, a %s", a.status, a.body, a.header.Get("Content-Type"))
			}
			if behind := strings.Contains(a.body, `"behind":["gatherings"`); behind != said.Writable {
				t.Errorf("%s", a.body)
			}
		})
	}
}

func TestMetrics(t *testing.T) {
	h := founded(t)
	h.settle()
	h.ask("POST", ofPeer22+"/commands/accept-enrolment", anne, `{"enrolment":"e1"}`)
	h.get("/none", anne)
	for _, who := range []events.PersonID{"", anne, owner} {
		if a := h.get("/metrics", who); a.status != http.StatusForbidden && a.status != http.StatusUnauthorized {
			t.Errorf("%q learns from metrics: %d", who, a.status)
		}
	}
	a := h.get("/metrics", events.Operator)
	head, _ := h.Log.Head(t.Context())
	for _, line := range []string{
		`kolmikko_http_requests_total{route="POST /v1/programmes/{programme}/cohorts/{cohort}/commands/accept-enrolment",status="403"} 1`,
		`kolmikko_http_requests_total{route="none",status="404"} 1`,
		`kolmikko_refusals_total{rule="not-yours"} 3`,
		fmt.Sprintf(`kolmikko_journal_place %d`, head),
		fmt.Sprintf(`kolmikko_archive_place %d`, head),
		fmt.Sprintf(`kolmikko_view_place{view="roster"} %d`, head),
		`kolmikko_view_lag{view="roster"} 0`,
		`kolmikko_http_request_seconds_count{route="none"} 1`,
	} {
		if !strings.Contains(a.body, line+"\n") {
			t.Errorf("no line %s in\n%s", line, a.body)
		}
	}
	for _, who := range []events.PersonID{anne, owner} {
		if strings.Contains(a.body, string(who)) {
			t.Errorf("the metrics name %s", who)
		}
	}
}

// TestTooManyRequests asks without a pause, at a time that stands still.
func TestTooManyRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		asks := func(who events.PersonID) answer {
			w := httptest.NewRecorder()
			h.handle.ServeHTTP(w, h.request("GET", "/v1/whoami", who, ""))
			return answer{w.Code, w.Header(), w.Body.String()}
		}
		for i := range requestBurst {
			if a := asks(anne); a.status != http.StatusOK {
				t.Fatalf("request %d: %d %s", i, a.status, a.body)
			}
		}
		a := asks(anne)
		if p := a.problem(t); a.status != http.StatusTooManyRequests || p.Type != "too-many-requests" || a.header.Get("Retry-After") != "1" {
			t.Errorf("%d %s", a.status, a.body)
		}
		if a := asks(matti); a.status != http.StatusOK {
			t.Errorf("others are not in the way of it: %d %s", a.status, a.body)
		}
		time.Sleep(time.Second)
		if a := asks(anne); a.status != http.StatusOK {
			t.Errorf("a second later: %d %s", a.status, a.body)
		}
	})
}

func TestListOfViews(t *testing.T) {
	h := founded(t)
	h.settle()
	var all []ViewState
	h.get("/v1/views", anne).into(t, &all)
	head, _ := h.Log.Head(t.Context())
	for _, v := range all {
		if v.Question == "" || v.Place != head || v.Lag != 0 || v.Error != "" {
			t.Errorf("%+v", v)
		}
	}
	if len(all) != len(h.Views.Lag(0)) {
		t.Errorf("%d views", len(all))
	}
}

// TestErasure lets a person be erased over HTTP: the key is gone before the
// event says so, and names with it.
func TestErasure(t *testing.T) {
	h := asked(t)
	const text = "Ryhmä oli hyvä."
	body := `{"token":"` + h.ticket(anne) + `","answers":[{"item":"support","value":5}],"text":"` + text + `"}`
	if a := h.ask("POST", survey+"/answers", "", body); a.status != http.StatusOK {
		t.Fatalf("%d %s", a.status, a.body)
	}
	respondent, err := h.Respondent("peer", "2022", anne)
	if err != nil {
		t.Fatal(err)
	}
	path, erase := ofPeer22+"/commands/erase-person", `{"person":"`+string(anne)+`","ground":"own-request"}`
	if a := h.ask("POST", path, coordinator, erase); a.status != http.StatusForbidden || h.Vault.Forgotten("peer", anne) {
		t.Errorf("who may not erase: %d %s", a.status, a.body)
	}
	h.log.shut(fmt.Errorf("the disk is gone"))
	if a := h.ask("POST", path, protector, erase, "Idempotency-Key", key); a.status != http.StatusInternalServerError || !h.Vault.Forgotten("peer", anne) {
		t.Errorf("the event may not come before the key is destroyed: %d, destroyed %v", a.status, h.Vault.Forgotten("peer", anne))
	}
	h.log.why.Store(nil)
	for range 2 {
		a := h.ask("POST", path, protector, erase, "Idempotency-Key", key)
		if a.status != http.StatusOK || !strings.Contains(a.body, `"key_destroyed_at":"2022-09-01T12:00:00Z"`) {
			t.Errorf("%d %s", a.status, a.body)
		}
	}
	if !h.Vault.Forgotten("peer", events.PersonID(respondent)) {
		t.Error("what they wrote in a survey can still be read")
	}
	for who, want := range map[events.PersonID]string{coordinator: `"` + string(anne) + `":""`, matti: ""} {
		a := h.get(ofPeer22+"/names", who)
		if a.status != http.StatusOK || strings.Contains(a.body, "Nimi-1") || want != "" && !strings.Contains(a.body, want) || want == "" && strings.Contains(a.body, string(anne)) {
			t.Errorf("%s knows them as %s", who, a.body)
		}
	}
	if a := h.get(ofPeer22+"/views/my-status", anne); a.status != http.StatusForbidden {
		t.Errorf("who was erased sees %d %s", a.status, a.body)
	}
}

// TestArchiving destroys the key of a cohort's pseudonyms.
func TestArchiving(t *testing.T) {
	h := asked(t)
	before, err := h.Respondent("peer", "2022", anne)
	if err != nil || before == "" {
		t.Fatal(before, err)
	}
	h.archive()
	if after, err := h.Respondent("peer", "2022", anne); err == nil {
		t.Errorf("the pseudonym of a person is still known: %s", after)
	}
	h.act(protector, events.WholeProgramme, programme.ErasePerson{Person: anne, Ground: "own-request"})
	if !h.Vault.Forgotten("peer", anne) {
		t.Error("nobody can be erased after archiving")
	}
}

// TestKeyGoneBeforeTheEvent erases somebody when a cohort's key was destroyed and
// the event that says so was lost.
func TestKeyGoneBeforeTheEvent(t *testing.T) {
	h := asked(t)
	if err := h.Vault.ForgetCohort("peer", "2022"); err != nil {
		t.Fatal(err)
	}
	h.act(protector, "2022", programme.ErasePerson{Person: anne, Ground: "own-request"})
	if !h.Vault.Forgotten("peer", anne) {
		t.Error("they were not erased")
	}
}
