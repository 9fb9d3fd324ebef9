package api

import (
	"net/http"
	"strings"
	"testing"

	"kolmikko/events"
	"kolmikko/events/journal"
	"kolmikko/events/programme"
)

const key = "0190c2d2-7c1e-7d60-9b1c-5a2b8d1f6e01"

// TestCommands is a conversation: each request meets what came of those before.
func TestCommands(t *testing.T) {
	h := founded(t)
	enrol := said(t, enrolment("o1"))
	const seat, person = ofPeer22 + "/commands/submit-enrolment", ofPeer + "/commands/register-person"
	for _, tt := range []struct {
		does, path    string
		as            events.PersonID
		body, key     string
		status        int
		answer, wants string // parts of the answer and of the header Idempotency-Replayed
	}{
		{"a seat is asked for", seat, anne, enrol, key, 200, `"kind":"enrolment-submitted"`, ""},
		{"asking twice with the same key gets the same answer", seat, anne, enrol, key, 200, `"kind":"enrolment-submitted"`, "true"},
		{"with another key it is so already", seat, anne, enrol, key + "b", 200, `{"place":`, ""},
		{"without a key, too", seat, anne, enrol, "", 200, `{"place":`, ""},
		{"the same key with another body is not the same", seat, anne, strings.Replace(enrol, "o1", "o2", 1), key, 422, `"key-reused"`, ""},
		{"the same key is somebody else's as well", seat, matti, strings.Replace(enrol, "o1", "o2", 1), key, 200, `"enrolment-submitted"`, ""},
		{"who may not is told so", ofPeer22 + "/commands/accept-enrolment", anne, `{"enrolment":"e1"}`, key + "c", 403, `"rule:not-yours"`, ""},
		{"what is not there is not found", ofPeer22 + "/commands/accept-enrolment", coordinator, `{"enrolment":"e77"}`, "", 404, `"rule:not-found"`, ""},
		{"a rule's no is a conflict", seat, anne, strings.Replace(enrol, "o1", "o2", 1), key + "d", 409, `"rule:already-enrolled"`, ""},
		{"what a field can't hold is named", seat, liisa, strings.Replace(enrol, `"experience":1`, `"experience":7`, 1), "", 422, `"rule:unfit"`, ""},
		{"a code that is on no list", seat, liisa, strings.Replace(enrol, "leading-change", "tennis", 1), "", 422, `"rule:code-unknown"`, ""},
		{"a cohort that was not opened", strings.Replace(seat, "2022", "2029", 1), liisa, enrol, "", 409, `"rule:cohort-not-opened"`, ""},
		{"a programme that can't be", strings.Replace(seat, "peer", "Peer%20One", 1), liisa, enrol, "", 404, `"not-found"`, ""},
		{"an unknown field is named", seat, liisa, `{"persona":"Liisa"}`, "", 400, `/persona`, ""},
		{"a field of another type is named", seat, liisa, `{"experience":"Liisa Luoma"}`, "", 400, `/experience`, ""},
		{"a time that is none is named", ofPeer22 + "/commands/hold-meeting", liisa, `{"held_at":"Liisa Luoma"}`, "", 400, `/held_at`, ""},
		{"null is no object", seat, liisa, `null`, "", 400, `"malformed"`, ""},
		{"a list is no object", seat, liisa, `[]`, "", 400, `"malformed"`, ""},
		{"nothing is no object", seat, liisa, ``, "", 400, `"malformed"`, ""},
		{"half of an object", seat, liisa, `{"person":"Liisa Luoma`, "", 400, `"malformed"`, ""},
		{"a field that is there twice", seat, liisa, `{"track":"peer","track":"Liisa Luoma"}`, "", 400, `/track`, ""},
		{"something after the object", seat, liisa, enrol + `{"person":"Liisa Luoma"}`, "", 400, `"malformed"`, ""},
		{"a name that is no text", person, coordinator, `{"name":"` + "Liisa Luoma\xff" + `"}`, "", 400, `"malformed"`, ""},
		{"a key that is too short", seat, liisa, enrol, "abc", 400, `16 to 200 characters`, ""},
		{"a key that is too long", seat, liisa, enrol, strings.Repeat("k", 201), 400, `16 to 200 characters`, ""},
		{"a body that is too large", person, coordinator, `{"name":"` + strings.Repeat("Liisa Luoma ", 100_000) + `"}`, "", 413, `"too-large"`, ""},
	} {
		t.Run(tt.does, func(t *testing.T) {
			var header []string
			if tt.key != "" {
				header = []string{"Idempotency-Key", tt.key}
			}
			a := h.ask("POST", tt.path, tt.as, tt.body, header...)
			if a.status != tt.status || !strings.Contains(a.body, tt.answer) || a.header.Get("Idempotency-Replayed") != tt.wants {
				t.Errorf("%d %s, replayed %q; want %d with %s", a.status, a.body, a.header.Get("Idempotency-Replayed"), tt.status, tt.answer)
			}
			if a.status >= 400 {
				if p := a.problem(t); strings.Contains(p.Detail+p.Title, "Luoma") || len(a.body) > 1000 {
					t.Errorf("the answer repeats what was said: %s", a.body)
				}
			} else if a.header.Get("Kolmikko-Place") == "" {
				t.Error("the answer has no place")
			}
		})
	}
	if strings.Contains(h.logged.String(), "Luoma") {
		t.Errorf("the log holds a body: %s", &h.logged)
	}
}

// TestRefusalRemembered holds a refusal to its key: what made it has passed, and
// the same key gets it all the same.
func TestRefusalRemembered(t *testing.T) {
	h := founded(t)
	h.act(coordinator, "2022", programme.CloseEnrolment{Track: events.Peer, Part: events.Supervisor})
	enrol := said(t, enrolment("o1"))
	first := h.ask("POST", ofPeer22+"/commands/submit-enrolment", anne, enrol, "Idempotency-Key", key)
	h.act(coordinator, "2022", programme.OpenEnrolment{Track: events.Peer, Part: events.Supervisor, Capacity: 6})
	again := h.ask("POST", ofPeer22+"/commands/submit-enrolment", anne, enrol, "Idempotency-Key", key)
	if first.status != http.StatusConflict || again.status != first.status || again.body != first.body {
		t.Errorf("first %d %s, again %d %s", first.status, first.body, again.status, again.body)
	}
	other := h.ask("POST", ofPeer22+"/commands/submit-enrolment", anne, enrol, "Idempotency-Key", key+"b")
	if other.status != http.StatusOK {
		t.Errorf("another key: %d %s", other.status, other.body)
	}
}

// TestShut holds the door to a history that takes no more.
func TestShut(t *testing.T) {
	h := founded(t)
	h.log.shut(journal.ErrDamaged)
	a := h.ask("POST", ofPeer22+"/commands/submit-enrolment", anne, said(t, enrolment("o1")))
	if p := a.problem(t); a.status != http.StatusServiceUnavailable || p.Type != "history-damaged" || a.header.Get("Retry-After") == "" {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := h.get(ofPeer22+"/views/timeline", anne); a.status != http.StatusOK {
		t.Errorf("reading goes on, with %d %s", a.status, a.body)
	}
}

// TestPersonalTextLeavesNoPrint asks twice with one key and other personal text:
// nothing is kept by which the two could be told apart.
func TestPersonalTextLeavesNoPrint(t *testing.T) {
	h := founded(t)
	const path = ofPeer + "/commands/register-person"
	body := `{"person":"` + string(stranger) + `","language":"fi","name":"Vieras Vierailija"}`
	first := h.ask("POST", path, coordinator, body, "Idempotency-Key", key)
	again := h.ask("POST", path, coordinator, strings.Replace(body, "Vieras", "Toinen", 1), "Idempotency-Key", key)
	if first.status != http.StatusOK || again.status != http.StatusOK || again.header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("first %d %s, again %d %s", first.status, first.body, again.status, again.body)
	}
	for _, a := range []answer{first, again} {
		if strings.Contains(a.body, "Vierailija") {
			t.Errorf("the receipt holds a name: %s", a.body)
		}
	}
}
