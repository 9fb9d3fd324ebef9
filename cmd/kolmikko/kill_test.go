package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"kolmikko/api"
	"kolmikko/api/auth"
	"kolmikko/events"
	"kolmikko/events/archive"
	"kolmikko/events/programme"
)

const (
	kills   = 20
	clients = 4
)

// TestAcknowledgedIsOnDisk kills a serving house without warning, over and over,
// while clients act: every action that was acknowledged is there in the end,
// once, at the place that its receipt named.
func TestAcknowledgedIsOnDisk(t *testing.T) {
	data := t.TempDir()
	tokens := begin(t, data)
	acked := &ledger{by: map[events.PersonID]uint64{}}
	for n := range kills {
		server := startServing(t, data)
		ctx, cancel := context.WithCancel(t.Context())
		var acting sync.WaitGroup
		for _, token := range tokens {
			acting.Go(func() { register(ctx, server.url, token, acked) })
		}
		time.Sleep(time.Duration(150+37*n) * time.Millisecond)
		server.kill(t)
		cancel()
		acting.Wait()
	}
	h, err := openHouse(t.Context(), openOptions{data: data})
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	acked.check(t, filepath.Join(data, archiveDir))
	if len(acked.by) < kills {
		t.Errorf("only %d actions were acknowledged under %d kills", len(acked.by), kills)
	}
	t.Logf("%d acknowledged actions outlived %d kills", len(acked.by), kills)
}

// begin makes a programme with an owner and coordinators, and a token for each
// of the latter.
func begin(t *testing.T, data string) (tokens []string) {
	h, err := openHouse(t.Context(), openOptions{data: data})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	do := func(by events.PersonID, form string, cmd programme.Command) {
		t.Helper()
		if _, err := h.Act(t.Context(), api.Request{Programme: "p", Cohort: events.WholeProgramme, By: by, Form: form, Command: cmd}); err != nil {
			t.Fatal(err)
		}
	}
	holders, err := auth.Open(filepath.Join(data, tokensFile))
	if err != nil {
		t.Fatal(err)
	}
	owner := events.PersonID(uuid.NewString())
	do(events.Operator, "register-person", &programme.RegisterPerson{Person: owner, Language: "fi", Name: "Outi Omistaja"})
	do(events.Operator, "grant-role", &programme.GrantRole{Person: owner, Role: events.Owner})
	for range clients {
		c := events.PersonID(uuid.NewString())
		do(owner, "register-person", &programme.RegisterPerson{Person: c, Language: "fi", Name: "Kaisa Koordinoija"})
		do(owner, "grant-role", &programme.GrantRole{Person: c, Role: events.Coordinator})
		token, err := holders.Grant(c, "")
		if err != nil {
			t.Fatal(err)
		}
		tokens = append(tokens, token)
	}
	return tokens
}

// register registers one person after the other until ctx is done.
func register(ctx context.Context, url, token string, acked *ledger) {
	client := &api.Client{URL: url, Token: token}
	for ctx.Err() == nil {
		person := events.PersonID(uuid.NewString())
		receipt, err := client.Act(ctx, api.Request{
			Programme: "p", Cohort: events.WholeProgramme, Form: "register-person",
			Command: &programme.RegisterPerson{Person: person, Language: "fi", Name: "Keksitty Henkilö"},
		})
		if err == nil {
			acked.add(person, receipt.Place)
		} else {
			time.Sleep(10 * time.Millisecond)
		}
	}
}

// A ledger is what was acknowledged, and where.
type ledger struct {
	mu sync.Mutex
	by map[events.PersonID]uint64
}

func (l *ledger) add(p events.PersonID, place uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.by[p] = place
}

// check finds every entry of l in the archive, once and at its place.
func (l *ledger) check(t *testing.T, dir string) {
	reader, err := archive.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	found := map[events.PersonID]uint64{}
	for r, err := range reader.Read(0) {
		if err != nil {
			t.Fatal(err)
		}
		if e, ok := r.Event.(events.PersonRegistered); ok {
			if found[e.Person] != 0 {
				t.Errorf("%s is registered at %d and at %d", e.Person, found[e.Person], r.Place)
			}
			found[e.Person] = r.Place
		}
	}
	for person, place := range l.by {
		if found[person] != place {
			t.Errorf("%s was acknowledged at %d and is at %d", person, place, found[person])
		}
	}
}

// A served house in a process of its own.
type served struct {
	cmd *exec.Cmd
	url string
}

// startServing serves data in another process and returns once it listens.
func startServing(t *testing.T, data string) *served {
	t.Helper()
	cmd := exec.Command("kolmikko", "serve", "--data", data, "--addr", "127.0.0.1:0")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if url, ok := strings.CutPrefix(lines.Text(), "listening on "); ok {
			return &served{cmd, url}
		}
	}
	t.Fatal(fmt.Errorf("the server ended: %w", cmd.Wait()))
	return nil
}

func (s *served) kill(t *testing.T) {
	t.Helper()
	if err := s.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = s.cmd.Wait() // it was killed
}
