package main

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"kolmikko/api"
	"kolmikko/events"
	"kolmikko/events/programme"
	"kolmikko/projections/matching"
)

// matchOptions are the flags of match.
type matchOptions struct {
	programme, cohort, track string
	rules                    string
	seed                     uint64
	seconds                  float64
	dry, explain, json       bool
	data, as                 string

	instance, variant, floor string
	split                    int
}

func newMatch() *cobra.Command {
	var o matchOptions
	c := &cobra.Command{
		Use:   "match",
		Short: "Form groups at their best, with a bound that anybody can check",
		Long: `Forms the groups of a cohort's track from its frozen enrolments: hard rules hold, as many as possible
are placed, the worst group is raised, and the sum of the points is as high as can be found, with a bound
that no matching can exceed. What it makes enters the history as a run; kolmikko groups publish makes it
the cohort's. With --dry-run it only shows what it would make. With --instance it solves a file.

The same input, rules and seed make the same groups on every machine, unless --seconds or Ctrl-C cuts
the search short; then it ends with the best so far, and says how far from the bound that may be.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if o.instance != "" {
				return o.solve(c)
			}
			return o.match(c)
		},
	}
	f := c.Flags()
	f.StringVarP(&o.programme, "programme", "P", os.Getenv("KOLMIKKO_PROGRAMME"), "the programme")
	f.StringVarP(&o.cohort, "cohort", "C", os.Getenv("KOLMIKKO_COHORT"), "the cohort")
	f.StringVar(&o.track, "track", "peer", "peer or reverse")
	f.StringVar(&o.rules, "rules", "", "rules to match by, as JSON in FILE, instead of those that were set")
	f.Uint64Var(&o.seed, "seed", 1, "decides between equals")
	f.Float64Var(&o.seconds, "seconds", 0, "end the search after so many seconds of a core; 0 searches as long as the engine sees fit")
	f.BoolVar(&o.dry, "dry-run", false, "record nothing")
	f.BoolVar(&o.explain, "explain", false, "say for each person the best other group, and what each rule costs")
	f.BoolVar(&o.json, "json", false, "print JSON")
	f.StringVar(&o.data, "data", defaultData(), "folder of the house")
	f.StringVar(&o.as, "as", os.Getenv("KOLMIKKO_AS"), "who freezes the enrolments: a coordinator's pseudonym")
	f.StringVar(&o.instance, "instance", "", "solve this FILE: a cohort as JSON or an MDGP text")
	f.StringVar(&o.variant, "variant", "", "of an instance: pair or full")
	f.StringVar(&o.floor, "floor", "", "of an instance: auto, none, or points that every group must have")
	f.IntVar(&o.split, "split", 0, "of an MDGP text: people before this number are of one part, the others of another; by default what the .json of the same name beside it says")
	c.AddCommand(newMatchVerify(), newMatchRepair())
	return c
}

// options returns the engine's, with a clock where --seconds asks for one.
func (o *matchOptions) options(c *cobra.Command, bar *progress) matching.Options {
	begun, used := time.Now(), cpuSeconds()
	return matching.Options{
		Seed: o.seed, Steps: int64(o.seconds * matching.StepsPerSecond), // the same on every machine, unless that is slower
		Stop: func() bool {
			return c.Context().Err() != nil ||
				o.seconds > 0 && (cpuSeconds()-used > o.seconds || time.Since(begun).Seconds() > 3*o.seconds)
		},
		Progress: func(done, total int64, objective, bound int64) {
			bar.set(done, total, fmt.Sprintf("%d points, at most %d", objective, bound))
		},
	}
}

// where checks the flags that say which track.
func (o *matchOptions) where() (events.ProgrammeID, events.CohortID, events.Track, error) {
	p, cohort, track := events.ProgrammeID(o.programme), events.CohortID(o.cohort), events.Track(o.track)
	switch {
	case !events.IsWord(o.programme) || !events.IsWord(o.cohort):
		return p, cohort, track, usagef("say which cohort, with --programme and --cohort")
	case track != events.Peer && track != events.Reverse:
		return p, cohort, track, usagef("--track is peer or reverse")
	}
	return p, cohort, track, nil
}

func (o *matchOptions) match(c *cobra.Command) error {
	p, cohort, track, err := o.where()
	if err != nil {
		return err
	}
	if o.dry || o.explain || o.rules != "" {
		return o.try(c, p, cohort, track)
	}
	if o.as == "" {
		return usagef("say who freezes the enrolments, with --as, or only try it with --dry-run")
	}
	h, err := openHouse(c.Context(), openOptions{data: o.data, logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	err = o.record(c, h, p, cohort, track)
	return errors.Join(err, h.Close())
}

// record freezes the enrolments, matches them and records the run.
func (o *matchOptions) record(c *cobra.Command, h *house, p events.ProgrammeID, cohort events.CohortID, track events.Track) error {
	m := api.Matching{Programme: p, Cohort: cohort, Track: track, By: events.PersonID(o.as), Key: uuid.NewString()}
	h.Desk.Look(p, func(s *programme.State) {
		n := 1
		if s.Cohorts[cohort] != nil {
			n += len(s.Cohorts[cohort].Runs)
		}
		m.Run = events.RunID(fmt.Sprintf("run-%s-%d", track, n))
	})
	if _, err := h.Freeze(c.Context(), m); err != nil {
		return err
	}
	bar := newProgress(c.ErrOrStderr(), "matching")
	m.Options = o.options(c, bar)
	result, receipt, err := h.Match(c.Context(), m)
	bar.done(err == nil)
	if err != nil {
		return err
	}
	if err := o.print(c, result.Run, nil, nil); err != nil {
		return err
	}
	if !o.json {
		fmt.Fprintf(c.OutOrStdout(), "recorded as %s at place %d\n", m.Run, receipt.Place)
	}
	return nil
}

// try matches from the history, and shows what comes of it without recording.
func (o *matchOptions) try(c *cobra.Command, p events.ProgrammeID, cohort events.CohortID, track events.Track) error {
	pool, rules, intake, err := poolOf(c, o.data, p, cohort, track)
	if err != nil {
		return err
	}
	was := rules
	if o.rules != "" {
		text, err := os.ReadFile(o.rules)
		if err != nil {
			return err
		}
		rules = events.MatchingRules{}
		if err := json.Unmarshal(text, &rules, json.RejectUnknownMembers(true)); err != nil {
			return fmt.Errorf("rules-unfit: %s: %w", o.rules, err)
		}
	}
	bar := newProgress(c.ErrOrStderr(), "matching")
	result, err := matching.Run(pool, rules, track, o.options(c, bar))
	bar.done(err == nil)
	if err != nil {
		return fmt.Errorf("rules-unfit: %w", err)
	}
	var why *matching.Explanation
	if o.explain {
		e := matching.Explain(pool, rules, result.Run, o.options(c, newProgress(c.ErrOrStderr(), "explaining")))
		why = &e
	}
	var diff *matching.Diff
	if intake.last != nil {
		d := matching.Compare(pool, was, *intake.last, result.Run)
		diff = &d
	}
	return o.print(c, result.Run, why, diff)
}

// An intaken is a track's intake with the last run that the history has of it.
type intaken struct {
	matching.Intake
	last *events.MatchingRun
}

// poolOf folds the history in a data folder into a track's pool and rules: the
// frozen enrolments, or those that have a seat now.
func poolOf(c *cobra.Command, data string, p events.ProgrammeID, cohort events.CohortID, track events.Track) (matching.Pool, events.MatchingRules, *intaken, error) {
	intake := new(intaken)
	reader, err := openHistory(c.Context(), data)
	if err != nil {
		return matching.Pool{}, events.MatchingRules{}, nil, err
	}
	for r, err := range reader.ReadIf(0, func(_ events.Kind, in events.ProgrammeID, _ events.CohortID) bool { return in == p }) {
		if err != nil {
			return matching.Pool{}, events.MatchingRules{}, nil, err
		}
		if r.Programme != p {
			continue
		}
		intake.Apply(r)
		if run, ok := r.Event.(events.MatchingRun); ok && r.Cohort == cohort && run.Track == track {
			intake.last = &run
		}
	}
	pool, ok := intake.Frozen(cohort, track)
	if !ok {
		pool, ok = intake.Pool(cohort, track)
	}
	if !ok {
		return pool, events.MatchingRules{}, nil, fmt.Errorf("not-found: nobody has a seat on the %s track of %s/%s", track, p, cohort)
	}
	rules, ok := intake.Rules(cohort, track)
	if !ok {
		rules = matching.DefaultRules(track)
	}
	return pool, rules, intake, nil
}

// A shownRun is what match prints as JSON.
type shownRun struct {
	Objective int64                  `json:"objective"`
	Bound     int64                  `json:"bound"`
	GapPPM    int64                  `json:"gap_ppm"`
	Proven    bool                   `json:"proven"`
	Groups    []events.ProposedGroup `json:"groups"`
	Unplaced  []events.Unplaced      `json:"unplaced"`
	Why       *matching.Explanation  `json:"why,omitzero"`
	Diff      *matching.Diff         `json:"diff,omitzero"` // against the last run of the history
}

func (o *matchOptions) print(c *cobra.Command, run events.MatchingRun, why *matching.Explanation, diff *matching.Diff) error {
	shown := shownRun{run.Objective, run.Bound, 0, run.Certificate.Proven, run.Groups, run.Unplaced, why, diff}
	if run.Objective > 0 {
		shown.GapPPM = (run.Bound - run.Objective) * 1e6 / run.Objective
	}
	if o.json {
		return printJSON(c.OutOrStdout(), shown)
	}
	var rows [][]string
	for _, g := range run.Groups {
		row := []string{string(g.Group), fmt.Sprint(g.Points), ""}
		for _, m := range g.Members {
			row[2] += string(m)[:min(8, len(m))] + " "
		}
		rows = append(rows, row)
	}
	out := c.OutOrStdout()
	printTable(out, []string{"GROUP", "POINTS", "MEMBERS"}, rows)
	for _, u := range run.Unplaced {
		fmt.Fprintf(out, "%s has no group: %s\n", u.Person, u.Reason)
	}
	proof := fmt.Sprintf("at most %d are possible", run.Bound)
	if run.Certificate.Proven {
		proof = "proven to be the most"
	}
	fmt.Fprintf(out, "%d groups, %d points, %s\n", len(run.Groups), run.Objective, proof)
	if diff != nil {
		fmt.Fprintf(out, "against the last run of the history: %d groups are the same, %d people are with others, %d points less\n",
			len(diff.Kept), len(diff.Moved), diff.Cost)
	}
	if why != nil {
		return printOutline(out, why)
	}
	return nil
}
