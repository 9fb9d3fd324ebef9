package api

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"kolmikko/api/auth"
	"kolmikko/events"
	"kolmikko/events/journal"
	"kolmikko/events/programme"
	"kolmikko/projections"
)

// lines returns the history as it is written, of what keep keeps.
func (h *house) lines(keep func(events.Recorded) bool) (all []string) {
	h.t.Helper()
	for r, err := range journal.Read(h.t.Context(), h.Log, 0, "peer") {
		if err != nil {
			h.t.Fatal(err)
		}
		if keep(r) {
			all = append(all, string(r.Line))
		}
	}
	return all
}

func TestHistoryLines(t *testing.T) {
	h := grouped(t)
	for name, tt := range map[string]struct {
		path string
		keep func(events.Recorded) bool
	}{
		"of the programme":  {ofPeer + "/history?limit=1000", func(events.Recorded) bool { return true }},
		"of a cohort":       {ofPeer22 + "/history?limit=1000", func(r events.Recorded) bool { return r.Cohort == "2022" }},
		"from a place on":   {ofPeer + "/history?limit=1000&from=20", func(r events.Recorded) bool { return r.Place >= 20 }},
		"of one kind":       {ofPeer + "/history?kind=person-registered", func(r events.Recorded) bool { return r.Subject() == "history.peer.-.person-registered" }},
		"no more than that": {ofPeer + "/history?limit=3", func(r events.Recorded) bool { return r.Place <= 3 }},
		"past the end":      {ofPeer + "/history?from=99999", func(events.Recorded) bool { return false }},
		"of no kind":        {ofPeer + "/history?kind=none", func(events.Recorded) bool { return false }},
	} {
		t.Run(name, func(t *testing.T) {
			a := h.get(tt.path, auditor, "Accept", "application/x-ndjson")
			want := ""
			for _, line := range h.lines(tt.keep) {
				want += line + "\n"
			}
			if a.status != http.StatusOK || a.body != want || a.header.Get("Content-Type") != "application/x-ndjson" {
				t.Errorf("%d %s; want %s", a.status, a.body, want)
			}
		})
	}
}

// TestHistoryPages follows the links from page to page.
func TestHistoryPages(t *testing.T) {
	h := grouped(t)
	var told []string
	path := ofPeer + "/history?limit=7"
	for path != "" {
		a := h.get(path, auditor, "Accept-Language", "fi")
		var page Page
		a.into(t, &page)
		if len(page.Entries) == 0 || len(page.Entries) > 7 {
			t.Fatalf("a page of %d", len(page.Entries))
		}
		for _, e := range page.Entries {
			told = append(told, fmt.Sprint(e.Place, " ", e.Kind))
			if e.Said == "" || e.At.IsZero() || e.By == "" {
				t.Errorf("the entry %+v says too little", e)
			}
		}
		link, more := strings.CutPrefix(a.header.Get("Link"), "<")
		path, _, _ = strings.Cut(link, ">")
		if more != (page.Next > 0) || more && !strings.HasSuffix(a.header.Get("Link"), `>; rel="next"`) {
			t.Errorf("the next page is %d, and the link %q", page.Next, a.header.Get("Link"))
		}
	}
	var want []string
	_ = h.lines(func(r events.Recorded) bool {
		want = append(want, fmt.Sprint(r.Place, " ", events.KindOf(r.Event)))
		return false
	})
	if strings.Join(told, ", ") != strings.Join(want, ", ") {
		t.Errorf("the pages tell %v, want %v", told, want)
	}
}

// TestHistoryLooksAtSoMuch reads on from pages that end before they are full.
func TestHistoryLooksAtSoMuch(t *testing.T) {
	h := grouped(t)
	within, found := bounds{from: 1, limit: 100, looked: 10}, 0
	want := len(h.lines(func(r events.Recorded) bool { return events.KindOf(r.Event) == "enrolment-accepted" }))
	r := h.request("GET", ofPeer+"/history?kind=enrolment-accepted", auditor, "")
	for pages := 1; ; pages++ {
		page, _, err := h.server.pageOf(r, projections.Of{Programme: "peer", Cohort: events.WholeProgramme}, auth.Asker{Person: auditor}, within)
		if err != nil {
			t.Fatal(err)
		}
		found += len(page.Entries)
		if page.Next == 0 {
			if found != want || pages < 4 {
				t.Errorf("%d of %d found on %d pages", found, want, pages)
			}
			return
		}
		if page.Next != within.from+10 {
			t.Fatalf("after %d comes %d", within.from, page.Next)
		}
		within.from = page.Next
	}
}

func TestHistoryRefuses(t *testing.T) {
	h := grouped(t)
	for path, want := range map[string]string{
		ofPeer + "/history?from=0":                 "malformed",
		ofPeer + "/history?from=then":              "malformed",
		ofPeer + "/history?limit=0":                "malformed",
		ofPeer + "/history?limit=1001":             "malformed",
		ofPeer + "/happenings?after=x":             "malformed",
		"/v1/programmes/peer/cohorts/2029/history": "rule:not-found",
	} {
		if a := h.get(path, auditor); a.problem(t).Type != want {
			t.Errorf("%s: %d %s, want %s", path, a.status, a.body, want)
		}
	}
	for _, path := range []string{ofPeer + "/history", ofPeer22 + "/history", ofPeer + "/happenings"} {
		for _, who := range []events.PersonID{anne, host, evaluator, stranger, events.Operator} {
			if a := h.get(path, who); a.problem(t).Type != "rule:not-yours" {
				t.Errorf("%s, by %s: %d %s", path, who, a.status, a.body)
			}
		}
	}
}

// secrets lets happen what not all who see the history see in it.
func secrets(t *testing.T) *house {
	t.Helper()
	h := asked(t)
	group, _ := h.groupOf(anne)
	h.act(anne, "2022", programme.RaiseConcern{Group: group, Concern: "silence"})
	if a := h.ask("POST", survey+"/answers", "", `{"token":"`+h.ticket(matti)+`","answers":[{"item":"support","value":4}]}`); a.status != http.StatusOK {
		t.Fatalf("%d %s", a.status, a.body)
	}
	return h
}

func TestHiddenKinds(t *testing.T) {
	h := secrets(t)
	for who, sees := range map[events.PersonID]string{coordinator: "concern-raised", auditor: "feedback-given", owner: "", protector: ""} {
		for _, accept := range []string{"application/json", "application/x-ndjson"} {
			a := h.get(ofPeer+"/history?limit=1000", who, "Accept", accept)
			for _, kind := range []string{"concern-raised", "feedback-given"} {
				if got := strings.Contains(a.body, kind); got != (kind == sees) {
					t.Errorf("%s sees %s in %s: %v", who, kind, accept, got)
				}
			}
		}
	}
}

// A happening is one server-sent event.
type happening struct{ id, event, data string }

// happenings reads server-sent events until it is stopped; the stream is ended
// when the channel is closed.
func (h *house) happenings(ctx context.Context, path string, as events.PersonID, header ...string) <-chan happening {
	h.t.Helper()
	req, err := http.NewRequestWithContext(ctx, "GET", h.listen()+path, nil)
	if err != nil {
		h.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+h.token(as))
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		h.t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "text/event-stream" {
		h.t.Fatalf("%d, a %s", resp.StatusCode, resp.Header.Get("Content-Type"))
	}
	all := make(chan happening, 1000)
	h.done.Go(func() {
		defer close(all)
		defer resp.Body.Close()
		var next happening
		for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
			name, value, _ := strings.Cut(lines.Text(), ": ")
			switch name {
			case "id":
				next.id = value
			case "event":
				next.event = value
			case "data":
				next.data = value
			case "":
				all <- next
				next = happening{}
			}
		}
	})
	return all
}

// next returns the next happening, which comes in good time.
func next(t *testing.T, from <-chan happening) happening {
	t.Helper()
	select {
	case e, open := <-from:
		if !open {
			t.Fatal("the stream has ended")
		}
		return e
	case <-time.After(20 * time.Second):
		t.Fatal("nothing happens")
		return happening{}
	}
}

func TestHappenings(t *testing.T) {
	h := secrets(t)
	head, _ := h.Log.Head(t.Context())
	ctx, leave := context.WithCancel(t.Context())
	now := h.happenings(ctx, ofPeer+"/happenings", owner, "Accept-Language", "sv")
	if first := next(t, now); first != (happening{id: strconv.FormatUint(head, 10)}) {
		t.Errorf("it begins with %+v, want the place %d alone", first, head)
	}
	group, _ := h.groupOf(matti)
	h.act(matti, "2022", programme.RaiseConcern{Group: group, Concern: "silence"}) // not for an owner to see
	receipt := h.act(coordinator, "2022", programme.AnnouncePhase{Phase: "enrolment", From: "2022-09-05", To: "2022-09-09"})
	e := next(t, now)
	if e.id != strconv.FormatUint(receipt.Place, 10) || e.event != "phase-announced" || !strings.Contains(e.data, `"said":"Fasen`) {
		t.Errorf("the happening is %+v", e)
	}
	for name, tt := range map[string]struct{ path, last string }{
		"Last-Event-ID goes on from there": {"/happenings", "2"},
		"?after does, too":                 {"/happenings?after=2", ""},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, leave := context.WithCancel(t.Context())
			defer leave()
			header := []string{"Accept", "text/event-stream"}
			if tt.last != "" {
				header = append(header, "Last-Event-ID", tt.last)
			}
			since := h.happenings(ctx, ofPeer+tt.path, auditor, header...)
			if first := next(t, since); first.id != "2" || first.data != "" {
				t.Errorf("it begins with %+v", first)
			}
			for place := 3; place < 10; place++ {
				if e := next(t, since); e.id != strconv.Itoa(place) {
					t.Errorf("place %d is %+v", place, e)
				}
			}
		})
	}
	leave()
	for range now { // ends, since the client went
	}
}

// TestHappeningsEnd takes the token back while its holder listens.
func TestHappeningsEnd(t *testing.T) {
	h := grouped(t)
	now := h.happenings(t.Context(), ofPeer+"/happenings", auditor)
	next(t, now)
	if n, err := h.tokens.Revoke(auditor); n != 1 || err != nil {
		t.Fatalf("%d tokens taken back: %v", n, err)
	}
	h.act(coordinator, "2022", programme.AnnouncePhase{Phase: "enrolment", From: "2022-09-05", To: "2022-09-09"})
	select {
	case e, open := <-now:
		if open {
			t.Errorf("whose token was taken back still learns of %+v", e)
		}
	case <-time.After(20 * time.Second):
		t.Error("the stream goes on")
	}
}
