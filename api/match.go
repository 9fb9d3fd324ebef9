package api

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"kolmikko/events"
	"kolmikko/events/journal"
	"kolmikko/events/programme"
	"kolmikko/projections/matching"
)

// ErrNobody is returned where a track has nobody to be matched.
var ErrNobody = errors.New("the track has nobody with a seat")

// A Matching is what to match, and how.
type Matching struct {
	Programme events.ProgrammeID
	Cohort    events.CohortID
	Track     events.Track
	By        events.PersonID // who freezes the enrolments
	Key       string          // begins the keys of both actions
	Run       events.RunID
	Options   matching.Options
}

// Freeze freezes the enrolments of a track as they are now.
func (d *Door) Freeze(ctx context.Context, m Matching) (Receipt, error) {
	intake, err := d.intake(ctx, m.Programme)
	if err != nil {
		return Receipt{}, err
	}
	pool, ok := intake.Pool(m.Cohort, m.Track)
	if !ok {
		return Receipt{}, ErrNobody
	}
	cmd := &programme.FreezeMatching{Track: m.Track, InputDigest: matching.InputDigest(pool)}
	d.Desk.Look(m.Programme, func(s *programme.State) { cmd.Enrolments = accepted(s, m.Cohort, m.Track) })
	return d.ActSoon(ctx, Request{
		Programme: m.Programme, Cohort: m.Cohort, By: m.By, Key: suffixed(m.Key, "-freeze"),
		Form: "freeze-matching", Command: cmd,
	})
}

// accepted returns the enrolments of a track that have a seat, in order.
func accepted(s *programme.State, c events.CohortID, t events.Track) (ids []events.EnrolmentID) {
	if s.Cohorts[c] == nil {
		return nil
	}
	for id, e := range s.Cohorts[c].Enrolments {
		if e.Seat.Track == t && e.Status == programme.Accepted && !s.People[e.Person].Erased {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// Match runs the engine on what was frozen and records what it made. With the
// same seed and options it makes the same again.
func (d *Door) Match(ctx context.Context, m Matching) (matching.Result, Receipt, error) {
	intake, err := d.intake(ctx, m.Programme)
	if err != nil {
		return matching.Result{}, Receipt{}, err
	}
	pool, ok := intake.Frozen(m.Cohort, m.Track)
	if !ok {
		return matching.Result{}, Receipt{}, programme.Refusal{Rule: programme.NotFrozen, Detail: "freeze the enrolments of the track first"}
	}
	rules, ok := intake.Rules(m.Cohort, m.Track)
	if !ok {
		return matching.Result{}, Receipt{}, programme.Refusal{Rule: programme.RulesMissing, Detail: "set the matching rules of the track first"}
	}
	result, err := matching.Run(pool, rules, m.Track, m.Options)
	if err != nil {
		return result, Receipt{}, fmt.Errorf("match: %w", err)
	}
	result.Run.Run = m.Run
	receipt, err := d.ActSoon(ctx, Request{
		Programme: m.Programme, Cohort: m.Cohort, By: events.Engine, Key: suffixed(m.Key, "-record"),
		Form: "record-matching", Command: &programme.RecordMatching{Run: result.Run},
	})
	return result, receipt, err
}

// FrozenPool returns whom a track's matching places, as they were when it was
// frozen, and by which rules.
func (d *Door) FrozenPool(ctx context.Context, p events.ProgrammeID, c events.CohortID, t events.Track) (matching.Pool, events.MatchingRules, error) {
	intake, err := d.intake(ctx, p)
	if err != nil {
		return matching.Pool{}, events.MatchingRules{}, err
	}
	pool, frozen := intake.Frozen(c, t)
	rules, set := intake.Rules(c, t)
	if !frozen || !set {
		return pool, rules, ErrNobody
	}
	return pool, rules, nil
}

// intake folds a programme's history into what matching needs to know of it.
func (d *Door) intake(ctx context.Context, p events.ProgrammeID) (*matching.Intake, error) {
	intake := new(matching.Intake)
	for r, err := range journal.Read(ctx, d.Log, 0, p) {
		if err != nil {
			return nil, err
		}
		intake.Apply(r)
	}
	return intake, nil
}

// suffixed returns the key of a part of an action; no key has none.
func suffixed(key, suffix string) string {
	if key == "" {
		return ""
	}
	return key + suffix
}
