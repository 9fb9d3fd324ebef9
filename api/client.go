package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"kolmikko/events"
	"kolmikko/events/programme"
)

// A Client asks things of a [Server] in the name of whom its token stands for.
type Client struct {
	URL   string // of the server, such as http://localhost:8080
	Token string
	HTTP  *http.Client // http.DefaultClient when nil
}

// Act posts r's command. A rule that stands in its way comes back as the same
// [programme.Refusal] as it would have without a network between. With a key in
// r, an answer that got lost is asked for again.
func (c *Client) Act(ctx context.Context, r Request) (Receipt, error) {
	body, err := json.Marshal(r.Command)
	if err != nil {
		return Receipt{}, fmt.Errorf("read the command: %w", err)
	}
	path := "/v1/programmes/" + url.PathEscape(string(r.Programme))
	if r.Cohort != events.WholeProgramme {
		path += "/cohorts/" + url.PathEscape(string(r.Cohort))
	}
	header := http.Header{"Content-Type": {"application/json"}}
	if r.Key != "" {
		header.Set("Idempotency-Key", r.Key)
	}
	var receipt Receipt
	for pause := 100 * time.Millisecond; ; pause *= 2 {
		err := c.do(ctx, http.MethodPost, path+"/commands/"+r.Form, header, body, &receipt)
		if err == nil || r.Key == "" || !isPassing(err) || pause > 2*time.Second {
			return receipt, err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return Receipt{}, ctx.Err()
		}
	}
}

// A Failure is a problem that is no rule's refusal.
type Failure struct{ Problem }

func (f *Failure) Error() string {
	if f.Detail != "" {
		return f.Type + ": " + f.Detail
	}
	return f.Type + ": " + f.Title
}

// isPassing reports whether asking again may help: the server asked to be asked
// later, or its answer was lost on the way.
func isPassing(err error) bool {
	if f, ok := errors.AsType[*Failure](err); ok {
		return f.Status == http.StatusServiceUnavailable || f.Status == http.StatusTooManyRequests
	}
	_, lost := errors.AsType[*lostError](err)
	return lost
}

// A lostError is an answer that didn't come, or not whole.
type lostError struct{ error }

func (e *lostError) Unwrap() error { return e.error }

// View fetches the view at path, such as programmes/p/cohorts/c/views/roster,
// into into. With after, it waits for that place.
func (c *Client) View(ctx context.Context, path string, query url.Values, into any) error {
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return c.do(ctx, http.MethodGet, "/v1/"+path, nil, nil, into)
}

// Raw fetches path as the media type accept, for who passes it on.
func (c *Client) Raw(ctx context.Context, path, accept string) ([]byte, http.Header, error) {
	resp, err := c.send(ctx, http.MethodGet, path, http.Header{"Accept": {accept}}, nil)
	if err != nil {
		return nil, nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = failureOf(resp, body)
	}
	return body, resp.Header, err
}

// do asks and reads the answer into into.
func (c *Client) do(ctx context.Context, method, path string, header http.Header, body []byte, into any) error {
	resp, err := c.send(ctx, method, path, header, body)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return fmt.Errorf("%s %s: %w", method, path, &lostError{err})
	}
	if resp.StatusCode != http.StatusOK && resp.StatusCode != http.StatusAccepted {
		return failureOf(resp, answer)
	}
	if err := json.Unmarshal(answer, into); err != nil {
		return fmt.Errorf("%s %s: the answer can't be read: %w", method, path, err)
	}
	return nil
}

// send asks with the client's token; whoever calls it closes the body.
func (c *Client) send(ctx context.Context, method, path string, header http.Header, body []byte) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(c.URL, "/")+path, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", method, path, err)
	}
	if header != nil {
		req.Header = header
	}
	if c.Token != "" {
		req.Header.Set("Authorization", "Bearer "+c.Token)
	}
	client := c.HTTP
	if client == nil {
		client = http.DefaultClient
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, &lostError{err} // which names the method and the address
	}
	return resp, nil
}

// failureOf returns the error that an answer stands for which is no success.
func failureOf(resp *http.Response, body []byte) error {
	var p Problem
	if err := json.Unmarshal(body, &p); err != nil {
		return &Failure{Problem{Type: "unexpected", Title: resp.Status, Status: resp.StatusCode}}
	}
	if rule, ok := strings.CutPrefix(p.Type, "rule:"); ok {
		return programme.Refusal{Rule: rule, Detail: p.Detail}
	}
	return &Failure{p}
}

// Ready asks how the server is. That it isn't ready is an answer, not an error.
func (c *Client) Ready(ctx context.Context, into *Health) error {
	resp, err := c.send(ctx, http.MethodGet, "/readyz", nil, nil)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	return json.UnmarshalRead(resp.Body, into)
}
