// Package api is the programme's door to the outside: HTTP in, JSON out, and
// the same door for whoever is inside the process.
//
// A [Door] turns a request into a command and its occasion, has package
// programme decide on it, and answers once the views show what came of it. The
// [Server] offers every command and every view over HTTP, each kind by one
// generic handler. The package holds no rule of its own: to add a command, add
// it to programme.Forms, and to add a view, to projections.Catalogue; routes,
// OpenAPI document and command line follow.
package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"kolmikko/events"
	"kolmikko/events/journal"
	"kolmikko/events/programme"
	"kolmikko/events/vault"
	"kolmikko/projections"
)

// A Door lets people act on programmes and look at them. All its fields are
// needed.
type Door struct {
	Log   journal.Log
	Desk  *journal.Desk[programme.State]
	Views *projections.Views
	Vault *vault.Keys
	Now   func() time.Time
}

// A Request is a command with who asks it of which programme or cohort.
type Request struct {
	Programme events.ProgrammeID
	Cohort    events.CohortID // or events.WholeProgramme
	By        events.PersonID // has been authenticated, or is a reserved actor
	At        time.Time       // now, when zero
	Key       string          // the same key gives the same answer for ever; none, when empty
	Form      string          // the command's name, such as "submit-enrolment"
	Command   programme.Command
	Said      any    // what was asked, where Command was made from it and from how things stand; else nil
	Causation string // the ID of the event that brought it about, if one did
}

// A Receipt tells where in the history a command's answer stands.
type Receipt struct {
	First    uint64 `json:"first,omitzero" doc:"the place of its first event; absent when nothing had to happen"`
	Place    uint64 `json:"place" doc:"the place up to which the history holds the answer"`
	Repeated bool   `json:"repeated,omitzero" doc:"this key was answered before, and this is that answer"`
	Events   []Fact `json:"events,omitzero" doc:"what was written"`
}

// A Fact is one event as a receipt shows it.
type Fact struct {
	Place uint64       `json:"place"`
	Kind  events.Kind  `json:"kind"`
	Data  events.Event `json:"data"`
}

// UnmarshalJSON reads a fact by its kind.
func (f *Fact) UnmarshalJSON(text []byte) error {
	var raw struct {
		Place uint64         `json:"place"`
		Kind  events.Kind    `json:"kind"`
		Data  jsontext.Value `json:"data"`
	}
	if err := json.Unmarshal(text, &raw); err != nil {
		return err
	}
	data, err := events.Fact(raw.Kind, raw.Data)
	*f = Fact{raw.Place, raw.Kind, data}
	return err
}

// Act does what is asked and answers once every view shows it. The error is a
// [programme.Refusal], one of package journal, or ours; with [ErrBehind] the
// receipt stands all the same: it is written, and views are late.
func (d *Door) Act(ctx context.Context, r Request) (Receipt, error) {
	receipt, err := d.ActSoon(ctx, r)
	if err != nil {
		return Receipt{}, err
	}
	wait, cancel := context.WithTimeout(ctx, longestWait)
	defer cancel()
	switch err := d.Views.Await(wait, receipt.Place); {
	case err != nil && ctx.Err() != nil:
		return receipt, fmt.Errorf("await the views: %w", ctx.Err())
	case err != nil:
		return receipt, fmt.Errorf("%w: the views don't show place %d, where it is written", ErrBehind, receipt.Place)
	}
	return receipt, nil
}

// ActSoon is [Door.Act] for who doesn't look at the views next: it answers once
// the history holds the answer on disk.
func (d *Door) ActSoon(ctx context.Context, r Request) (Receipt, error) {
	if r.At.IsZero() {
		r.At = d.Now()
	}
	ask := programme.Ask{By: r.By, At: r.At.UTC().Truncate(time.Millisecond), Cohort: r.Cohort}
	cmd, said := stamped(r.Command, ask.At), r.Said
	if said == nil {
		said = stamped(r.Command, time.Time{})
	}
	print, err := printOf(r.Form, said)
	if err != nil {
		return Receipt{}, err
	}
	action := journal.Action{
		Programme: r.Programme, Cohort: r.Cohort, By: r.By, At: ask.At,
		Key: r.Key, Print: print, Causation: r.Causation,
	}
	decide := func(s *programme.State) ([]events.Event, error) { return cmd.Decide(s, ask) }
	answer, err := d.Desk.Act(ctx, action, decide, d.seal)
	switch {
	case err != nil:
		return Receipt{}, err
	case answer.Rule != "":
		return Receipt{}, programme.Refusal{Rule: answer.Rule, Detail: answer.Detail}
	}
	receipt := Receipt{First: answer.First, Place: answer.Last, Repeated: answer.Repeated}
	if answer.Repeated && answer.First > 0 {
		if answer.Events, err = d.written(ctx, r.Programme, answer); err != nil {
			return Receipt{}, err
		}
	}
	for _, e := range answer.Events {
		receipt.Events = append(receipt.Events, Fact{e.Place, events.KindOf(e.Event), e.Event})
	}
	return receipt, nil
}

// written reads again what a repeated answer wrote when it was first given.
func (d *Door) written(ctx context.Context, p events.ProgrammeID, a journal.Answer) (all []events.Recorded, err error) {
	for r, err := range journal.Read(ctx, d.Log, a.First-1, p) {
		if err != nil {
			return nil, fmt.Errorf("read what was written: %w", err)
		}
		if len(all) > 0 && r.Correlation != all[0].Correlation || r.Place > a.Last {
			break
		}
		all = append(all, r)
	}
	return all, nil
}

// printOf tells commands apart by their name and all that is not personal in
// them: personal text leaves no trace here, not even a digest.
func printOf(form string, said any) (string, error) {
	data, err := json.Marshal(redacted(said), json.Deterministic(true))
	if err != nil {
		return "", fmt.Errorf("read the command %s: %w", form, err)
	}
	sum := sha256.Sum256(data)
	return form + " " + hex.EncodeToString(sum[:16]), nil
}
