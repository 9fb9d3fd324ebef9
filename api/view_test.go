package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kolmikko/events"
	"kolmikko/events/programme"
	"kolmikko/projections"
)

// cast is who looks at views: one of each role, and four who have none.
var cast = map[string]events.PersonID{"owner": owner, "coordinator": coordinator, "host": host, "evaluator": evaluator,
	"auditor": auditor, "protector": protector, "member": anne, "applicant": applicant, "stranger": stranger, "operator": events.Operator}

// TestWhoSeesWhat holds every view, for everybody and about everybody, to what
// the rules say of it.
func TestWhoSeesWhat(t *testing.T) {
	h := grouped(t)
	h.settle()
	_, of := h.groupOf(anne)
	mate := of[slices.IndexFunc(of, func(p events.PersonID) bool { return p != anne })]
	other := members[slices.IndexFunc(members, func(p events.PersonID) bool { return !slices.Contains(of, p) })]
	for _, e := range projections.Catalogue() {
		for role, who := range cast {
			for _, about := range []events.PersonID{"", who, mate, other} {
				for prefix, cohort := range map[string]events.CohortID{ofPeer22: "2022", ofPeer: events.WholeProgramme} {
					a := h.get(prefix+"/views/"+e.Name+"?person="+string(about), who)
					if want := h.wants(e, cohort, who, about); a.status != want {
						t.Errorf("%s of %s about %q, by the %s: %d %.200s; want %d", e.Name, cohort, about, role, a.status, a.body, want)
					}
					if own := e.Name == "groups" || e.Name == "meetings"; own && who == anne && strings.Contains(a.body, string(other)) {
						t.Errorf("a member's %s show another group: %s", e.Name, a.body)
					}
				}
			}
		}
	}
}

// wants returns the status that the rules ask for.
func (h *house) wants(e projections.Entry, c events.CohortID, who, about events.PersonID) (status int) {
	h.Desk.Look("peer", func(s *programme.State) {
		if e.Scope == projections.ScopePerson && about == "" {
			about = who
		}
		err := s.MaySee(e.Name, c, who, about)
		if err != nil && about == "" && s.MaySee(e.Name, c, who, who) == nil {
			about, err = who, nil
		}
		refusal, _ := errors.AsType[programme.Refusal](err)
		kept, _ := h.Views.Get(e.Name)
		_, there := kept.Show(projections.Of{Programme: "peer", Cohort: c, Person: about, At: noon})
		switch {
		case e.Name == "people", refusal.Rule == programme.NotFound, err == nil && !there:
			status = http.StatusNotFound
		case err != nil:
			status = http.StatusForbidden
		default:
			status = http.StatusOK
		}
	})
	return status
}

// TestOwnGroup looks at the groups and the meetings as two members of different
// groups do.
func TestOwnGroup(t *testing.T) {
	h := grouped(t)
	group, of := h.groupOf(anne)
	h.act(anne, "2022", programme.ProposeMeeting{Group: group, StartsAt: noon.AddDate(0, 0, 14), Minutes: 60, Mode: events.Teams})
	h.settle()
	var shown projections.Groups
	h.get(ofPeer22+"/views/groups", anne).into(t, &shown)
	if len(shown.Tracks) != 1 || len(shown.Tracks[0].Groups) != 1 || shown.Tracks[0].Groups[0].Group != group || shown.Tracks[0].Run != nil {
		t.Errorf("a member sees the groups %+v; want %s alone", shown, group)
	}
	var all projections.Groups
	h.get(ofPeer22+"/views/groups", coordinator).into(t, &all)
	if len(all.Tracks) != 1 || len(all.Tracks[0].Groups) != 2 || all.Tracks[0].Run == nil {
		t.Errorf("a coordinator sees the groups %+v; want both and the run", all)
	}
	for _, who := range members {
		var met projections.Meetings
		h.get(ofPeer22+"/views/meetings", who).into(t, &met)
		want := 0
		if slices.Contains(of, who) {
			want = 1
		}
		if len(met.Groups) != 1 || met.Totals.Proposed != want || len(met.Silent) != 0 {
			t.Errorf("%s sees the meetings %+v; want those of one group, %d of them", who, met, want)
		}
	}
}

func TestViewTags(t *testing.T) {
	h := grouped(t)
	h.settle()
	const path = ofPeer22 + "/views/my-status"
	first := h.get(path, anne)
	tag := first.header.Get("ETag")
	if first.status != http.StatusOK || len(tag) < 4 || first.header.Get("Kolmikko-Place") == "" {
		t.Fatalf("%d, ETag %s, place %q", first.status, tag, first.header.Get("Kolmikko-Place"))
	}
	for name, tt := range map[string]struct {
		as     events.PersonID
		match  string
		status int
	}{
		"the same is not sent again":         {anne, tag, http.StatusNotModified},
		"nor when it is one of several":      {anne, `"other", W/` + tag, http.StatusNotModified},
		"nor when anything would do":         {anne, "*", http.StatusNotModified},
		"something else is":                  {anne, `"other"`, http.StatusOK},
		"what another person sees is theirs": {matti, tag, http.StatusOK},
	} {
		t.Run(name, func(t *testing.T) {
			a := h.get(path, tt.as, "If-None-Match", tt.match)
			if a.status != tt.status || (a.body == "") != (tt.status == http.StatusNotModified) {
				t.Errorf("%d %s, want %d", a.status, a.body, tt.status)
			}
			if a.header.Get("ETag") == "" || a.status == http.StatusNotModified && a.header.Get("ETag") != tag {
				t.Errorf("the tag is %s, was %s", a.header.Get("ETag"), tag)
			}
			if !strings.Contains(a.header.Get("Cache-Control"), "private") {
				t.Errorf("others may keep it: %q", a.header.Get("Cache-Control"))
			}
		})
	}
	t.Run("time passing changes what is shown, and the tag", func(t *testing.T) {
		h.act(coordinator, "2022", programme.ScheduleGathering{Kind: events.Opening, Title: events.Text{"fi": "Aloitus"},
			StartsAt: noon.Add(2 * time.Hour), EndsAt: noon.Add(3 * time.Hour), Modes: []events.Seating{{Mode: events.Teams}}})
		h.settle()
		before := h.get(path, anne)
		h.at(noon.Add(4 * time.Hour))
		after := h.get(path, anne, "If-None-Match", before.header.Get("ETag"))
		if !strings.Contains(before.body, `"next_gathering"`) || after.status != http.StatusOK || strings.Contains(after.body, `"next_gathering"`) {
			t.Errorf("before %s, after %d %s", before.body, after.status, after.body)
		}
	})
}

func TestViewInTheReadersLanguage(t *testing.T) {
	h := founded(t)
	h.settle()
	for accept, want := range map[string]string{"fi": "avattiin", "sv-FI, fi;q=0.5": "öppnades", "en": "was opened", "de": "was opened", "sv;q=0.2, en;q=0.4": "was opened"} {
		a := h.get(ofPeer22+"/views/history", auditor, "Accept-Language", accept)
		if !strings.Contains(a.body, want) || !strings.Contains(a.header.Get("Vary"), "Accept-Language") {
			t.Errorf("%s: %s, Vary %q; want %q in it", accept, a.body, a.header.Get("Vary"), want)
		}
	}
}

// TestAfter waits for places that come and for one that doesn't.
func TestAfter(t *testing.T) {
	h := grouped(t)
	receipt := h.act(applicant, "2022", enrolment("o1"))
	a := h.get(fmt.Sprint(ofPeer22, "/views/roster?after=", receipt.Place), coordinator)
	if a.status != http.StatusOK || !strings.Contains(a.body, string(applicant)) {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := h.get(ofPeer22+"/views/roster?after=soon", coordinator); a.problem(t).Type != "malformed" {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := h.get(ofPeer22+"/views/roster?silent_days=many", coordinator); a.problem(t).Type != "malformed" {
		t.Errorf("%d %s", a.status, a.body)
	}
}

// request is one that needs no connection, for a test that has a clock of its
// own.
func (h *house) request(method, path string, as events.PersonID, body string) *http.Request {
	r := httptest.NewRequestWithContext(h.t.Context(), method, path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+h.token(as))
	return r
}

func TestBehind(t *testing.T) {
	h := grouped(t)
	h.settle()
	look := h.request("GET", ofPeer22+"/views/roster?after=4711", coordinator, "")
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		w := httptest.NewRecorder()
		done := make(chan struct{})
		go func() { defer close(done); h.handle.ServeHTTP(w, look) }()
		<-done
		a := answer{w.Code, w.Header(), w.Body.String()}
		if p := a.problem(t); a.status != http.StatusServiceUnavailable || p.Type != "behind" || time.Since(start) != longestWait {
			t.Errorf("%d %s after %s", a.status, a.body, time.Since(start))
		}
	})
}

// TestWrittenButNotShown acts while the views stand still: what was acknowledged
// is on disk, and the answer says so.
func TestWrittenButNotShown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t) // nobody follows
		body := `{"person":"` + string(owner) + `","language":"fi","name":"Outi Omistaja"}`
		w := httptest.NewRecorder()
		h.handle.ServeHTTP(w, h.request("POST", ofPeer+"/commands/register-person", events.Operator, body))
		if w.Code != http.StatusAccepted || w.Header().Get("Kolmikko-Place") != "1" || !strings.Contains(w.Body.String(), `"place":1`) {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
}

// TestGoneWhileWaiting is a client that doesn't wait any longer.
func TestGoneWhileWaiting(t *testing.T) {
	h := grouped(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w := httptest.NewRecorder()
	h.handle.ServeHTTP(w, h.request("GET", ofPeer22+"/views/roster?after=4711", coordinator, "").WithContext(ctx))
	if w.Code != 499 || strings.Contains(h.logged.String(), "request failed") {
		t.Errorf("%d %s, and the log says %s", w.Code, w.Body, &h.logged)
	}
}

// TestStoppedView looks at a view that broke on an event.
func TestStoppedView(t *testing.T) {
	entries := projections.Catalogue()
	i := slices.IndexFunc(entries, func(e projections.Entry) bool { return e.Name == "roster" })
	entries[i].New = func() projections.Kept {
		return projections.NewView(func(_ *int, r events.Recorded) {
			if _, ok := r.Event.(events.CohortOpened); ok {
				panic("a secret of the event")
			}
		}, func(*int, projections.Of) (any, bool) { return 1, true })
	}
	h := founded(t, entries...)
	h.settle()
	for _, path := range []string{"/views/roster", "/views/roster?after=1", "/views/roster?after=999999"} {
		a := h.get(ofPeer22+path, coordinator)
		if p := a.problem(t); a.status != http.StatusInternalServerError || p.Detail != "" || strings.Contains(a.body, "secret") {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
	if a := h.get(ofPeer22+"/views/timeline", coordinator); a.status != http.StatusOK {
		t.Errorf("the others go on, with %d %s", a.status, a.body)
	}
	if a := h.get("/v1/views", anne); !strings.Contains(a.body, "stopped at event") || strings.Contains(a.body, "secret") {
		t.Errorf("the list of views says %s", a.body)
	}
	if a := h.get("/readyz", ""); a.status != http.StatusServiceUnavailable || !strings.Contains(a.body, `"behind":["roster"]`) {
		t.Errorf("%d %s", a.status, a.body)
	}
}

// TestComments holds personal text in views to who may read it: sealed in the
// history, in the clear for whom it is shown to, and gone with its author.
func TestComments(t *testing.T) {
	h := grouped(t)
	const text = "Tästä oli apua."
	h.act(coordinator, "2022", programme.PublishMaterial{Kind: "article", Title: events.Text{"fi": "Kuuntelu"}, Licence: "CC BY 4.0", Link: "https://example.org/1"})
	h.act(anne, "2022", programme.SubmitComment{Material: "mat1", Text: text})
	h.settle()
	if a := h.get(ofPeer22+"/views/waiting", coordinator); !strings.Contains(a.body, text) || strings.Contains(a.body, `"box"`) {
		t.Errorf("who decides on a comment reads %s", a.body)
	}
	if a := h.get(ofPeer22+"/views/materials", matti); strings.Contains(a.body, text) {
		t.Errorf("a comment that nobody has read yet is shown: %s", a.body)
	}
	h.act(coordinator, "2022", programme.PublishComment{Comment: "c1"})
	h.settle()
	if a := h.get(ofPeer22+"/views/materials", matti); !strings.Contains(a.body, text) || strings.Contains(a.body, `"box"`) {
		t.Errorf("a published comment reads %s", a.body)
	}
	h.act(protector, "2022", programme.ErasePerson{Person: anne, Ground: "own-request"})
	h.settle()
	if a := h.get(ofPeer22+"/views/materials", matti); strings.Contains(a.body, text) || !strings.Contains(a.body, `"text":""`) {
		t.Errorf("the comment of somebody who was erased reads %s", a.body)
	}
}

func TestNames(t *testing.T) {
	h := grouped(t)
	h.settle()
	names := func(who events.PersonID, path string) map[events.PersonID]string {
		t.Helper()
		a, all := h.get(path, who), map[events.PersonID]string{}
		a.into(t, &all)
		if a.header.Get("Cache-Control") != "no-store" {
			t.Errorf("names may be kept: %q", a.header.Get("Cache-Control"))
		}
		return all
	}
	_, of := h.groupOf(anne)
	for name, tt := range map[string]struct {
		who  events.PersonID
		path string
		want []events.PersonID
	}{
		"a member, in the cohort":          {anne, ofPeer22 + "/names", of},
		"a member, outside it":             {anne, ofPeer + "/names", []events.PersonID{anne}},
		"a coordinator":                    {coordinator, ofPeer + "/names", slices.Concat(members, []events.PersonID{owner, coordinator, host, evaluator, auditor, protector, applicant})},
		"an auditor, who sees pseudonyms":  {auditor, ofPeer22 + "/names", []events.PersonID{auditor}},
		"somebody who is not registered":   {stranger, ofPeer22 + "/names", nil},
		"whoever runs the installation":    {events.Operator, ofPeer22 + "/names", nil},
		"a programme that there isn't one": {anne, "/v1/programmes/none/names", nil},
	} {
		t.Run(name, func(t *testing.T) {
			got := names(tt.who, tt.path)
			for p, name := range got {
				if !slices.Contains(tt.want, p) || name == "" {
					t.Errorf("%s is known as %q", p, name)
				}
			}
			if len(got) != len(tt.want) {
				t.Errorf("%d names, want %d", len(got), len(tt.want))
			}
		})
	}
}

func TestQueryIsNoFile(t *testing.T) {
	h := founded(t)
	h.settle()
	for _, view := range []string{"people", "none", "..", "%2e%2e%2fnames", url.PathEscape("röster")} {
		if a := h.get(ofPeer22+"/views/"+view, coordinator); a.status == http.StatusOK {
			t.Errorf("the view %s shows %s", view, a.body)
		}
	}
}
