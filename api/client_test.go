package api

import (
	"bufio"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"kolmikko/events"
	"kolmikko/events/programme"
	"kolmikko/projections"
)

// client returns one of somebody's, of a server that hands the first answers to
// lose: see [losing].
func (h *house) client(who events.PersonID, lose ...loss) (*Client, *atomic.Int64) {
	asked := new(atomic.Int64)
	listening := httptest.NewServer(losing(h.t, h.handle, asked, lose))
	h.t.Cleanup(listening.Close)
	return &Client{URL: listening.URL + "/", Token: h.token(who)}, asked
}

// A loss is what becomes of an answer on its way.
type loss string

const (
	cut     loss = "the connection is cut before the answer"
	half    loss = "the connection is cut within the answer"
	refused loss = "the server is starting"
)

// losing acts on every request, and loses the first answers as it is told.
func losing(t testing.TB, h http.Handler, asked *atomic.Int64, lose []loss) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := int(asked.Add(1)) - 1
		if n >= len(lose) {
			h.ServeHTTP(w, r)
			return
		}
		if lose[n] == refused {
			writeProblem(w, Problem{Type: "behind", Title: "not yet", Status: http.StatusServiceUnavailable})
			return
		}
		answer := httptest.NewRecorder()
		h.ServeHTTP(answer, r)
		conn, buffered, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		if lose[n] == half {
			sendHalf(buffered.Writer, answer)
		}
	})
}

func sendHalf(w *bufio.Writer, answer *httptest.ResponseRecorder) {
	answer.Header().Set("Content-Length", "100000")
	_, _ = w.WriteString("HTTP/1.1 200 OK\r\n")
	_ = answer.Header().Write(w)
	_, _ = w.WriteString("\r\n" + answer.Body.String()[:10])
	_ = w.Flush()
}

func seat(who events.PersonID, key string) Request {
	enrol := enrolment("o1")
	return Request{Programme: "peer", Cohort: "2022", By: who, Key: key, Form: "submit-enrolment", Command: &enrol}
}

func TestClientAsksAgain(t *testing.T) {
	for name, lose := range map[string][]loss{
		"an answer that is not lost": nil,
		string(cut):                  {cut},
		string(half):                 {half},
		string(refused):              {refused},
		"one after the other":        {refused, cut, half},
	} {
		t.Run(name, func(t *testing.T) {
			h := founded(t)
			c, asked := h.client(anne, lose...)
			receipt, err := c.Act(t.Context(), seat(anne, key))
			if err != nil || asked.Load() != int64(len(lose)+1) {
				t.Fatalf("asked %d times: %v", asked.Load(), err)
			}
			last := receipt.Events[len(receipt.Events)-1]
			submitted, ok := last.Data.(events.EnrolmentSubmitted)
			if !ok || submitted.Person != anne || last.Place != receipt.Place || receipt.First == 0 {
				t.Errorf("the receipt is %+v", receipt)
			}
			acted := h.lines(func(r events.Recorded) bool { return r.By == anne && events.KindOf(r.Event) == "enrolment-submitted" })
			if len(acted) != 1 {
				t.Errorf("it was done %d times", len(acted))
			}
		})
	}
}

func TestClientDoesNotAskAgain(t *testing.T) {
	h := founded(t)
	t.Run("without a key", func(t *testing.T) {
		c, asked := h.client(anne, cut)
		if _, err := c.Act(t.Context(), seat(anne, "")); err == nil || asked.Load() != 1 {
			t.Errorf("asked %d times: %v", asked.Load(), err)
		}
	})
	t.Run("when a rule said no", func(t *testing.T) {
		c, asked := h.client(host)
		_, err := c.Act(t.Context(), Request{Programme: "peer", Cohort: "2022", Key: key, Form: "accept-enrolment",
			Command: &programme.AcceptEnrolment{Enrolment: "e1"}})
		if refusal, ok := errors.AsType[programme.Refusal](err); !ok || refusal.Rule != programme.NotYours || refusal.Detail == "" || asked.Load() != 1 {
			t.Errorf("asked %d times: %v", asked.Load(), err)
		}
	})
	t.Run("when who asks is not known", func(t *testing.T) {
		c, asked := h.client(host)
		c.Token = "nobody's"
		_, err := c.Act(t.Context(), seat(anne, key))
		if failure, ok := errors.AsType[*Failure](err); !ok || failure.Type != "unknown-person" || asked.Load() != 1 {
			t.Errorf("asked %d times: %v", asked.Load(), err)
		}
	})
	t.Run("when nobody waits any more", func(t *testing.T) {
		c, _ := h.client(anne, refused, refused, refused, refused, refused, refused, refused)
		ctx, cancel := context.WithTimeout(t.Context(), 150*time.Millisecond)
		defer cancel()
		if _, err := c.Act(ctx, seat(anne, key+"c")); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v", err)
		}
	})
}

func TestClientReads(t *testing.T) {
	h := grouped(t)
	h.settle()
	c, _ := h.client(auditor)
	var roster projections.Roster
	if err := c.View(t.Context(), "programmes/peer/cohorts/2022/views/roster", url.Values{"after": {"1"}}, &roster); err != nil || len(roster.Enrolments) != 6 {
		t.Errorf("%d enrolments: %v", len(roster.Enrolments), err)
	}
	err := c.View(t.Context(), "programmes/peer/cohorts/2022/views/waiting", nil, &roster)
	if refusal, ok := errors.AsType[programme.Refusal](err); !ok || refusal.Rule != programme.NotYours {
		t.Errorf("what an auditor may not see: %v", err)
	}
	lines, header, err := c.Raw(t.Context(), "/v1/programmes/peer/history?limit=1000", "application/x-ndjson")
	if want := strings.Join(h.lines(func(events.Recorded) bool { return true }), "\n") + "\n"; err != nil || string(lines) != want || header.Get("Content-Type") != "application/x-ndjson" {
		t.Errorf("%v, %s", err, lines)
	}
	if _, _, err := c.Raw(t.Context(), "/none", "text/html"); err == nil || !strings.HasPrefix(err.Error(), "not-found: ") {
		t.Errorf("what there isn't: %v", err)
	}
	var health Health
	h.health.Store(&Health{Trouble: []string{"the disk is full"}})
	if err := c.Ready(t.Context(), &health); err != nil || health.Writable || len(health.Trouble) != 1 {
		t.Errorf("%+v, %v", health, err)
	}
	other := httptest.NewServer(http.NotFoundHandler())
	defer other.Close()
	if err := (&Client{URL: other.URL}).View(t.Context(), "views", nil, nil); err == nil || !strings.HasPrefix(err.Error(), "unexpected: 404") {
		t.Errorf("a server that is another: %v", err)
	}
	if err := (&Client{URL: other.URL}).Ready(t.Context(), &health); err == nil {
		t.Error("a server that is another is taken for one of ours")
	}
}
