package api

import (
	"net/http"
	"strings"
	"testing"

	"kolmikko/events"
	"kolmikko/events/journal"
	"kolmikko/events/programme"
)

const survey = ofPeer22 + "/surveys/baseline"

// asked is a house whose cohort is asked one question, and perhaps another.
func asked(t *testing.T) *house {
	t.Helper()
	h := grouped(t)
	h.act(evaluator, "2022", programme.OpenSurvey{Stage: events.Baseline, Closes: "2022-09-14", Items: []events.Item{
		{Item: "support", Version: 1, Scale: events.Agreement, Question: events.Text{"fi": "Saan tukea."}},
		{Item: "again", Version: 1, Scale: events.YesNo, Question: events.Text{"fi": "Tulisin uudestaan."}, Optional: true},
	}})
	return h
}

// ticket returns somebody's one-time token for the survey.
func (h *house) ticket(who events.PersonID) string {
	h.t.Helper()
	var a struct {
		Token string `json:"token"`
	}
	h.ask("POST", survey+"/token", who, "").into(h.t, &a)
	return a.Token
}

// TestSurvey is a conversation of the holders of two tokens.
func TestSurvey(t *testing.T) {
	h := asked(t)
	token, other := h.ticket(anne), h.ticket(matti)
	if token == "" || token == other || token != h.ticket(anne) {
		t.Fatalf("the tokens are %q and %q", token, other)
	}
	for _, tt := range []struct {
		does, path, body string
		status           int
		answer           string
	}{
		{"a token that is nobody's", survey, `{"token":"abcdefghijklmnopqrstuvwxyz","answers":[]}`, 401, `"unknown-person"`},
		{"no token", survey, `{"answers":[{"item":"support","value":4}]}`, 401, `"unknown-person"`},
		{"a token of another survey", strings.Replace(survey, "baseline", "end", 1), `{"token":"T","answers":[]}`, 401, `"unknown-person"`},
		{"an unknown field", survey, `{"token":"T","name":"Anne Aalto"}`, 400, `/name`},
		{"a question that is left out", survey, `{"token":"T","answers":[]}`, 409, `"rule:answer-missing"`},
		{"an answer that is off the scale", survey, `{"token":"T","answers":[{"item":"support","value":6}]}`, 409, `"rule:off-scale"`},
		{"a text that is too long", survey, `{"token":"T","answers":[{"item":"support","value":4}],"text":"` + strings.Repeat("a", 4001) + `"}`, 422, `"rule:unfit"`},
		{"a track that they don't take part in", survey, `{"token":"T","track":"reverse","answers":[{"item":"support","value":4}]}`, 403, `"rule:not-yours"`},
		{"who was refused answers all the same", survey, `{"token":"T","answers":[{"item":"support","value":4}],"text":"Hyvä."}`, 200, `"feedback-given"`},
		{"twice gets the same answer", survey, `{"token":"T","answers":[{"item":"support","value":4}],"text":"Hyvä."}`, 200, `"repeated":true`},
		{"and other answers don't replace them", survey, `{"token":"T","answers":[{"item":"support","value":1}]}`, 409, `"rule:already-answered"`},
		{"somebody else's are taken", survey, `{"token":"O","answers":[{"item":"support","value":1},{"item":"again","value":1}]}`, 200, `"feedback-given"`},
	} {
		t.Run(tt.does, func(t *testing.T) {
			body := strings.NewReplacer(`"T"`, `"`+token+`"`, `"O"`, `"`+other+`"`).Replace(tt.body)
			a := h.ask("POST", tt.path+"/answers", "", body)
			if a.status != tt.status || !strings.Contains(a.body, tt.answer) {
				t.Errorf("%d %s; want %d with %s", a.status, a.body, tt.status, tt.answer)
			}
			if a.status >= 400 {
				a.problem(t)
			}
		})
	}
	t.Run("a bearer that comes along is not looked at", func(t *testing.T) {
		a := h.ask("POST", survey+"/answers", "", `{"token":"`+token+`","answers":[{"item":"support","value":4}]}`, "Authorization", "Bearer nobody's")
		if a.status != http.StatusOK {
			t.Errorf("%d %s", a.status, a.body)
		}
	})
	t.Run("answers and login never meet", func(t *testing.T) {
		for r, err := range journal.Read(t.Context(), h.Log, 0, "") {
			if err != nil {
				t.Fatal(err)
			}
			if e, ok := r.Event.(events.FeedbackGiven); ok {
				for _, who := range members {
					if strings.Contains(string(r.Line), string(who)) {
						t.Errorf("the answer of %s leads to %s: %s", e.Respondent, who, r.Line)
					}
				}
				if r.By != events.Respondent || strings.Contains(string(r.Line), "Hyvä") {
					t.Errorf("by %s: %s", r.By, r.Line)
				}
			}
		}
		if logged := h.logged.String(); strings.Contains(logged, token) {
			t.Errorf("the log holds the token: %s", logged)
		}
	})
}

func TestSurveyTokens(t *testing.T) {
	h := asked(t)
	for name, tt := range map[string]struct {
		path   string
		as     events.PersonID
		status int
	}{
		"a participant":                {survey, olli, http.StatusOK},
		"somebody who takes no part":   {survey, applicant, http.StatusForbidden},
		"a coordinator":                {survey, coordinator, http.StatusForbidden},
		"nobody":                       {survey, "", http.StatusUnauthorized},
		"a survey that there isn't":    {ofPeer22 + "/surveys/end", olli, http.StatusNotFound},
		"a cohort that there isn't":    {strings.Replace(survey, "2022", "2029", 1), olli, http.StatusNotFound},
		"a programme that there isn't": {strings.Replace(survey, "peer", "none", 1), olli, http.StatusNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			a := h.ask("POST", tt.path+"/token", tt.as, "")
			if a.status != tt.status {
				t.Errorf("%d %s, want %d", a.status, a.body, tt.status)
			}
			if a.status == http.StatusOK && a.header.Get("Cache-Control") != "no-store" {
				t.Errorf("a token may be kept: %q", a.header.Get("Cache-Control"))
			}
		})
	}
}

// TestSurveyOver answers too late: after the closing, after dropping out, and
// after the cohort was archived.
func TestSurveyOver(t *testing.T) {
	h := asked(t)
	const one = `","answers":[{"item":"support","value":4}]}`
	token, dropped, late := h.ticket(anne), h.ticket(olli), h.ticket(eeva)
	h.act(olli, "2022", programme.EndParticipation{Track: events.Peer, Reason: "workload"})
	if a := h.ask("POST", survey+"/answers", "", `{"token":"`+dropped+one); a.status != http.StatusForbidden || a.problem(t).Type != "rule:not-yours" {
		t.Errorf("who dropped out: %d %s", a.status, a.body)
	}
	if a := h.ask("POST", survey+"/answers", "", `{"token":"`+token+one); a.status != http.StatusOK {
		t.Fatalf("%d %s", a.status, a.body)
	}
	h.act(anne, "2022", programme.EndParticipation{Track: events.Peer, Reason: "workload"})
	h.at(noon.AddDate(0, 0, 30))
	if a := h.ask("POST", survey+"/answers", "", `{"token":"`+token+one); a.status != http.StatusOK || !strings.Contains(a.body, `"repeated":true`) {
		t.Errorf("the same answers again, much later: %d %s", a.status, a.body)
	}
	if a := h.ask("POST", survey+"/answers", "", `{"token":"`+late+one); a.status != http.StatusConflict || a.problem(t).Type != "rule:survey-over" {
		t.Errorf("too late: %d %s", a.status, a.body)
	}
	h.archive()
	for _, path := range []string{"/answers", "/token"} {
		if a := h.ask("POST", survey+path, eeva, `{"token":"`+late+one); a.status != http.StatusConflict || a.problem(t).Type != "rule:survey-over" {
			t.Errorf("after archiving, %s: %d %s", path, a.status, a.body)
		}
	}
}

// archive ends the cohort and archives it.
func (h *house) archive() {
	h.t.Helper()
	h.at(noon.AddDate(1, 0, 0))
	h.act(owner, "2022", programme.CompleteCohort{EndedOn: "2023-05-31", Reason: "left-the-state"})
	h.act(owner, "2022", programme.ArchiveCohort{Retention: 10})
}
