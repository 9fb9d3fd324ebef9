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

// Act does what is asked and answers once every view shows it. The error is a
// [programme.Refusal], one of package journal, or ours.
func (d *Door) Act(ctx context.Context, r Request) (Receipt, error) {
	receipt, err := d.ActSoon(ctx, r)
	if err != nil {
		return Receipt{}, err
	}
	if err := d.Views.Await(ctx, receipt.Place); err != nil {
		return Receipt{}, fmt.Errorf("await the views: %w", err)
	}
	return receipt, nil
}

// ActSoon is [Door.Act] for who doesn't look at the views next: it answers once
// the history holds the answer on disk.
func (d *Door) ActSoon(ctx context.Context, r Request) (Receipt, error) {
	if r.At.IsZero() {
		r.At = d.Now()
	}
	said := r.Said
	if said == nil {
		said = r.Command
	}
	print, err := printOf(r.Form, said)
	if err != nil {
		return Receipt{}, err
	}
	ask := programme.Ask{By: r.By, At: r.At.UTC().Truncate(time.Millisecond), Cohort: r.Cohort}
	action := journal.Action{
		Programme: r.Programme, Cohort: r.Cohort, By: r.By, At: ask.At,
		Key: r.Key, Print: print, Causation: r.Causation,
	}
	decide := func(s *programme.State) ([]events.Event, error) { return r.Command.Decide(s, ask) }
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

// seal makes an event fit to be written: its personal text is sealed, and where
// it says that a key was destroyed, the key is. Both may happen again when the
// history moved on in between, and do no harm then.
func (d *Door) seal(r events.Recorded) (events.Event, error) {
	switch e := r.Event.(type) {
	case events.PersonErased:
		return e, d.forget(r.Programme, e.Person)
	case events.CohortArchived:
		return e, d.Vault.ForgetCohort(r.Programme, r.Cohort)
	}
	return d.Vault.Seal(r)
}

// forget destroys a person's key, and the keys of the pseudonyms under which
// they wrote feedback.
func (d *Door) forget(p events.ProgrammeID, person events.PersonID) error {
	var cohorts []events.CohortID
	d.Desk.Look(p, func(s *programme.State) {
		for id, c := range s.Cohorts {
			if !c.Archived && len(c.Surveys) > 0 {
				cohorts = append(cohorts, id)
			}
		}
	})
	for _, c := range cohorts {
		respondent, err := d.Respondent(p, c, person)
		if err != nil {
			return err
		}
		if err := d.Vault.Forget(p, events.PersonID(respondent)); err != nil {
			return err
		}
	}
	return d.Vault.Forget(p, person)
}

// Respondent returns the pseudonym under which a person gives feedback in a
// cohort.
func (d *Door) Respondent(p events.ProgrammeID, c events.CohortID, person events.PersonID) (events.RespondentID, error) {
	mask, err := d.Vault.Mask(p, c, "respondent", string(person))
	return events.RespondentID(mask), err
}

// Cluster returns the pseudonym of a group in a cohort's feedback.
func (d *Door) Cluster(p events.ProgrammeID, c events.CohortID, group events.GroupID) (events.ClusterID, error) {
	mask, err := d.Vault.Mask(p, c, "cluster", string(group))
	return events.ClusterID(mask), err
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
