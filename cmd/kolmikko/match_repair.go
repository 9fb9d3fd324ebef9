package main

import (
	"errors"
	"fmt"
	"log/slog"
	"os"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"kolmikko/api"
	"kolmikko/events"
	"kolmikko/events/programme"
	"kolmikko/projections/matching"
)

func newMatchVerify() *cobra.Command {
	var data, file string
	c := &cobra.Command{
		Use:   "verify [--data DIR | --run FILE]",
		Short: "Check what recorded runs claim: their rules, their points, their bound and its proof",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			var run string
			if file != "" {
				text, err := os.ReadFile(file)
				if err != nil {
					return err
				}
				var only events.MatchingRun
				if err := json.Unmarshal(text, &only, json.RejectUnknownMembers(true)); err != nil {
					return fmt.Errorf("run-unfit: %s: %w", file, err)
				}
				run = string(only.Run)
				return verifyRuns(c, data, run, &only)
			}
			return verifyRuns(c, data, run, nil)
		},
	}
	c.Flags().StringVar(&data, "data", defaultData(), "folder of the house")
	c.Flags().StringVar(&file, "run", "", "check the run in FILE, the data of a matching-run, against the frozen enrolments in --data")
	return c
}

// verifyRuns replays the history and checks each run at its place, against what
// was frozen by then; with claimed it checks that one instead of the recorded
// run of the same id.
func verifyRuns(c *cobra.Command, data, only string, claimed *events.MatchingRun) error {
	reader, err := openHistory(c.Context(), data)
	if err != nil {
		return err
	}
	intakes := map[events.ProgrammeID]*matching.Intake{}
	checked, failed := 0, 0
	for r, err := range reader.Read(0) {
		if err != nil {
			return err
		}
		intake := intakes[r.Programme]
		if intake == nil {
			intake = new(matching.Intake)
			intakes[r.Programme] = intake
		}
		run, ok := r.Event.(events.MatchingRun)
		if ok && (only == "" || string(run.Run) == only) {
			if claimed != nil {
				run = *claimed
			}
			checked++
			if err := verifyRun(intake, r.Cohort, run); err != nil {
				failed++
				fmt.Fprintf(c.OutOrStdout(), "%d\t%s\tNOT AS CLAIMED: %s\n", r.Place, run.Run, err)
			} else {
				fmt.Fprintf(c.OutOrStdout(), "%d\t%s\t%d points, at most %d: as claimed%s\n", r.Place, run.Run, run.Objective, run.Bound, provenWord(run))
			}
		}
		intake.Apply(r)
	}
	switch {
	case failed > 0:
		return fmt.Errorf("run-untrue: %d of %d runs are not as claimed", failed, checked)
	case checked == 0:
		return errors.New("not-found: there is no such run in the history")
	}
	return nil
}

func provenWord(run events.MatchingRun) string {
	if run.Certificate.Proven {
		return ", and proven"
	}
	return ""
}

func verifyRun(intake *matching.Intake, cohort events.CohortID, run events.MatchingRun) error {
	pool, frozen := intake.Frozen(cohort, run.Track)
	rules, set := intake.Rules(cohort, run.Track)
	if !frozen || !set {
		return errors.New("no enrolments were frozen, or no rules set")
	}
	return matching.Verify(pool, rules, run)
}

func newMatchRepair() *cobra.Command {
	o := matchOptions{}
	var bonus int64
	c := &cobra.Command{
		Use:   "repair",
		Short: "Change as few groups as need be after drop-outs",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			p, cohort, track, err := o.where()
			if err != nil {
				return err
			}
			return o.repair(c, p, cohort, track, bonus)
		},
	}
	f := c.Flags()
	f.StringVarP(&o.programme, "programme", "P", os.Getenv("KOLMIKKO_PROGRAMME"), "the programme")
	f.StringVarP(&o.cohort, "cohort", "C", os.Getenv("KOLMIKKO_COHORT"), "the cohort")
	f.StringVar(&o.track, "track", "peer", "peer or reverse")
	f.Int64Var(&bonus, "bonus", -1, "points that a group which is kept earns; -1 chooses about 4 % of a group's")
	f.Uint64Var(&o.seed, "seed", 1, "decides between equals")
	f.Float64Var(&o.seconds, "seconds", 0, "end the search after so long")
	f.BoolVar(&o.dry, "dry-run", false, "show the curve from keeping every group to solving anew, and record nothing")
	f.BoolVar(&o.json, "json", false, "print JSON")
	f.StringVar(&o.data, "data", defaultData(), "folder of the house")
	f.StringVar(&o.as, "as", os.Getenv("KOLMIKKO_AS"), "who repairs: a coordinator's pseudonym")
	return c
}

func (o *matchOptions) repair(c *cobra.Command, p events.ProgrammeID, cohort events.CohortID, track events.Track, bonus int64) error {
	_, rules, intake, err := poolOf(c, o.data, p, cohort, track)
	if err != nil {
		return err
	}
	pool, ok := intake.Pool(cohort, track) // as it is now, with who dropped out gone
	if !ok || len(pool.Former) == 0 {
		return fmt.Errorf("not-published: the %s track of %s/%s has no groups to repair", track, p, cohort)
	}
	bar := newProgress(c.ErrOrStderr(), "repairing")
	repairs := make([]matching.Repair, 1)
	if o.dry && bonus < 0 {
		repairs, err = matching.Curve(pool, rules, track, o.options(c, bar))
	} else {
		repairs[0], err = matching.Mend(pool, rules, track, bonus, o.options(c, bar))
	}
	bar.done(err == nil)
	if err != nil {
		return err
	}
	if err := o.printRepairs(c, repairs); err != nil || o.dry {
		return err
	}
	return o.recordRepair(c, p, cohort, repairs[0])
}

func (o *matchOptions) printRepairs(c *cobra.Command, repairs []matching.Repair) error {
	if o.json {
		return printJSON(c.OutOrStdout(), repairs)
	}
	var rows [][]string
	for _, r := range repairs {
		rows = append(rows, []string{fmt.Sprint(r.Bonus), fmt.Sprintf("%d of %d", r.Kept, r.Whole), fmt.Sprint(len(r.Diff.Moved)), fmt.Sprint(r.Points), fmt.Sprint(r.Lost)})
	}
	printTable(c.OutOrStdout(), []string{"BONUS", "KEPT", "MOVED", "POINTS", "LOST"}, rows)
	for _, r := range repairs[:1] {
		for _, m := range r.Diff.Moved {
			fmt.Fprintf(c.OutOrStdout(), "moved\t%s\n", m)
		}
	}
	return nil
}

// recordRepair enters the repair in the history; who is moved must have agreed.
func (o *matchOptions) recordRepair(c *cobra.Command, p events.ProgrammeID, cohort events.CohortID, r matching.Repair) (err error) {
	if o.as == "" {
		return usagef("say who repairs, with --as, or only try it with --dry-run")
	}
	h, err := openHouse(c.Context(), openOptions{data: o.data, logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.Close()) }()
	e := r.Event
	receipt, err := h.Act(c.Context(), api.Request{
		Programme: p, Cohort: cohort, By: events.PersonID(o.as), Key: uuid.NewString(), Form: "repair-groups",
		Command: &programme.RepairGroups{Track: e.Track, Run: e.Run, Groups: e.Groups, Method: e.Method, Cost: e.Cost},
	})
	if err != nil {
		return err
	}
	return printReceipt(c, receipt, false)
}
