package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"kolmikko/api/auth"
	"kolmikko/api/story"
	"kolmikko/events"
	"kolmikko/events/programme"
)

// demoOptions are the demo's flags.
type demoOptions struct {
	data, addr string
	once       bool
	seed       uint64
}

func newDemo() *cobra.Command {
	var o demoOptions
	c := &cobra.Command{
		Use:   "demo",
		Short: "Tell a whole cohort, 2022–2023, through the real commands, and serve it",
		Long: `Tells a whole cohort of a mentoring programme, from the wish in spring 2022 to the end in
May 2023, through the real commands with a made-up clock, on an embedded JetStream server
whose every acknowledgement is on disk. Then it says what became of it and serves it.

Everybody in it is invented. The same seed tells the same story byte for byte; a second
demo on the same folder goes on where the first stopped and adds nothing twice.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return o.run(c) },
	}
	f := c.Flags()
	f.StringVar(&o.data, "data", "", "folder of the house; a new one, which is named, by default")
	f.StringVar(&o.addr, "addr", "localhost:8080", "where to serve HTTP")
	f.BoolVar(&o.once, "once", false, "exit when the story is told")
	f.Uint64Var(&o.seed, "seed", 2022, "which story")
	return c
}

func (o *demoOptions) run(c *cobra.Command) (err error) {
	if o.data == "" {
		if o.data, err = os.MkdirTemp("", "kolmikko-demo-"); err != nil {
			return fmt.Errorf("make a data folder: %w", err)
		}
	}
	if err := o.claim(); err != nil {
		return err
	}
	fmt.Fprintf(c.OutOrStdout(), "data folder  %s\n", o.data)
	clock := &storyClock{}
	open := openOptions{
		data: o.data, rand: seededKeys(o.seed), now: clock.Now,
		logger: slog.New(slog.NewTextHandler(c.ErrOrStderr(), &slog.HandlerOptions{Level: slog.LevelWarn})),
	}
	h, err := openHouse(c.Context(), open)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.Close()) }()
	if err := o.tell(c, h, clock); err != nil {
		return err
	}
	if err := summarise(c, h); err != nil {
		return err
	}
	clock.end()
	if o.once {
		return nil
	}
	if err := o.introduce(c, h); err != nil {
		return err
	}
	return serveHouse(c, h, o.addr, open)
}

// claim notes in the data folder which story is told in it, so that another
// seed does not get mixed in.
func (o *demoOptions) claim() error {
	file := filepath.Join(o.data, "demo-seed")
	mine := fmt.Appendln(nil, o.seed)
	told, err := os.ReadFile(file)
	switch {
	case err == nil && !bytes.Equal(told, mine):
		return fmt.Errorf("other-story: %s holds the story of seed %s; give that --seed or another --data", o.data, bytes.TrimSpace(told))
	case err == nil:
		return nil
	}
	if _, err := os.Stat(filepath.Join(o.data, journalDir)); err == nil {
		return fmt.Errorf("not-a-demo: %s holds a history that is no demo's; give another --data", o.data)
	}
	if err := os.MkdirAll(o.data, 0o700); err != nil {
		return fmt.Errorf("make the data folder: %w", err)
	}
	return os.WriteFile(file, mine, 0o600)
}

// tell tells the story with a bar on a terminal and a line a second elsewhere.
func (o *demoOptions) tell(c *cobra.Command, h *house, clock *storyClock) error {
	begun := time.Now()
	bar := newProgress(c.ErrOrStderr(), "telling the cohort")
	acts, err := story.Tell(c.Context(), story.Stage{
		Door: h.Door, Clock: clock.set,
		Progress: func(day, days, acts int) { bar.set(int64(day), int64(days), fmt.Sprintf("%d acts", acts)) },
	}, o.seed)
	bar.done(err == nil)
	if errors.Is(err, context.Canceled) {
		return fmt.Errorf("stopped after %d acts; kolmikko demo --data %s goes on from there", acts, o.data)
	}
	if err != nil {
		return fmt.Errorf("tell the story: %w", err)
	}
	head, err := h.log.Head(c.Context())
	if err != nil {
		return err
	}
	if err := h.Views.Await(c.Context(), head); err != nil {
		return err
	}
	fmt.Fprintf(c.ErrOrStderr(), "%d acts in %.1f s\n", acts, time.Since(begun).Seconds())
	return nil
}

// introduce hands out tokens for a coordinator and a participant and says how
// to use them.
func (o *demoOptions) introduce(c *cobra.Command, h *house) error {
	tokens, err := auth.Open(filepath.Join(o.data, tokensFile))
	if err != nil {
		return err
	}
	coordinator, participant := demoPeople(h)
	out := c.OutOrStdout()
	fmt.Fprintf(out, "\nTo look around, in another terminal:\n\n  export KOLMIKKO_URL=http://%s KOLMIKKO_PROGRAMME=%s KOLMIKKO_COHORT=%s\n",
		o.addr, story.Programme, story.Cohort)
	for _, p := range []struct {
		who events.PersonID
		as  string
	}{{coordinator, "the coordinator"}, {participant, "a participant"}} {
		if _, err := tokens.Revoke(p.who); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
		token, err := tokens.Grant(p.who, "demo, "+p.as)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "  export KOLMIKKO_TOKEN=%s   # %s\n", token, p.as)
	}
	fmt.Fprintf(out, "  curl -H \"Authorization: Bearer $KOLMIKKO_TOKEN\" \\\n    http://%s/v1/programmes/%s/cohorts/%s/views/my-status\n\n",
		o.addr, story.Programme, story.Cohort)
	return nil
}

// demoPeople returns a coordinator and somebody who takes part.
func demoPeople(h *house) (coordinator, participant events.PersonID) {
	h.Desk.Look(story.Programme, func(s *programme.State) {
		for p, roles := range s.Roles {
			if roles[events.Coordinator] && (coordinator == "" || p < coordinator) {
				coordinator = p
			}
		}
		for on := range s.Cohorts[story.Cohort].GroupOf {
			if participant == "" || on.Person < participant {
				participant = on.Person
			}
		}
	})
	return coordinator, participant
}

// A storyClock shows the story's time while it is told, and then the real one.
type storyClock struct {
	mu   sync.Mutex
	now  time.Time
	real bool
}

func (c *storyClock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t
}

func (c *storyClock) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.real = true
}

// Now returns the time that the clock shows.
func (c *storyClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.real {
		return time.Now().UTC()
	}
	return c.now
}

// seededKeys is where a story's keys come from: it says the same 32 bytes over
// and over, and the vault binds each key to whose it is. The keys of a demo are
// no secret, and neither are its people.
func seededKeys(seed uint64) io.Reader {
	secret := sha256.Sum256(binary.BigEndian.AppendUint64([]byte("kolmikko demo "), seed))
	return &repeating{secret: secret}
}

// A repeating reader says its 32 bytes again and again.
type repeating struct {
	secret [32]byte
	at     int
}

// Read never fails.
func (r *repeating) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = r.secret[r.at%len(r.secret)]
		r.at++
	}
	return len(p), nil
}
