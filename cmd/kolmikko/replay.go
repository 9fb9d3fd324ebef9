package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"kolmikko/events"
	"kolmikko/events/archive"
	"kolmikko/projections"
)

// replayOptions say which part of the history to fold, and what to show of it.
type replayOptions struct {
	data, from string
	asOf       string
	at         uint64
	person     string
	days       int
	json       bool
}

func newReplay() *cobra.Command {
	var o replayOptions
	c := &cobra.Command{
		Use:   "replay VIEW [PROGRAMME[/COHORT]]",
		Short: "Fold any view anew from the archive or an export, without a server",
		Args:  cobra.RangeArgs(1, 2),
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) (names []string, _ cobra.ShellCompDirective) {
			if len(args) == 0 {
				for _, e := range projections.Catalogue() {
					names = append(names, e.Name+"\t"+e.Question)
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(c *cobra.Command, args []string) error { return o.run(c, args) },
	}
	f := c.Flags()
	f.StringVar(&o.asOf, "as-of", "", "as it was known at this time: by the time of recording")
	f.Uint64Var(&o.at, "at", 0, "as it was at this place of the history")
	f.StringVar(&o.person, "person", "", "about whom, for a view about somebody")
	f.IntVar(&o.days, "silent-days", 0, "days without a meeting after which a group counts as silent")
	f.BoolVar(&o.json, "json", false, "print the view as JSON")
	f.StringVar(&o.data, "data", defaultData(), "folder of the house")
	f.StringVar(&o.from, "from", "", "an export or an archive's folder to read instead")
	c.MarkFlagsMutuallyExclusive("as-of", "at")
	return c
}

func (o *replayOptions) run(c *cobra.Command, args []string) error {
	entry, known := projections.Find(args[0])
	if !known {
		return usagef("there is no view %q; kolmikko views lists them", args[0])
	}
	p, cohort, err := parseWhere(args[1:])
	if err != nil {
		return err
	}
	of := projections.Of{Programme: p, Cohort: cohort, Person: events.PersonID(o.person), Days: o.days}
	until := time.Time{}
	if o.asOf != "" {
		if until, err = parseTime("as-of", o.asOf); err != nil {
			return err
		}
	}
	reader, err := readerOf(c.Context(), o.data, o.from)
	if err != nil {
		return err
	}
	if err := only(c, reader, &of); err != nil {
		return err
	}
	view := entry.New()
	if of.At, err = o.fold(c, reader, view, until); err != nil {
		return err
	}
	shown, ok := view.Show(of)
	if !ok {
		return fmt.Errorf("not-found: the view %s shows nothing of %s/%s there", entry.Name, of.Programme, of.Cohort)
	}
	if o.json {
		return printJSON(c.OutOrStdout(), shown)
	}
	return printOutline(c.OutOrStdout(), shown)
}

// fold replays the history into view and returns the time that counts as now:
// the one that was asked for, else that of the last event.
func (o *replayOptions) fold(c *cobra.Command, reader *archive.Reader, view projections.Kept, until time.Time) (now time.Time, err error) {
	for r, err := range reader.Read(0) {
		if err == nil {
			err = c.Context().Err()
		}
		if err != nil {
			return now, err
		}
		if o.at > 0 && r.Place > o.at {
			break
		}
		if !until.IsZero() && r.At.After(until) {
			continue
		}
		if err := view.Take(r); err != nil {
			return now, err
		}
		if r.At.After(now) {
			now = r.At
		}
	}
	if !until.IsZero() {
		now = until
	}
	return now, nil
}

// only fills in the programme and the cohort where the history has just one.
func only(c *cobra.Command, reader *archive.Reader, of *projections.Of) error {
	if of.Programme != "" && of.Cohort != "" {
		return nil
	}
	programmes, cohorts := map[events.ProgrammeID]bool{}, map[events.CohortID]bool{}
	for l, err := range reader.Lines(0) {
		if err == nil {
			err = c.Context().Err()
		}
		if err != nil {
			return err
		}
		_, p, cohort, ok := archive.Peek(l.Bytes)
		if !ok {
			continue // the fold will say what is wrong with it
		}
		if programmes[p] = true; of.Programme == "" || p == of.Programme {
			if cohort != events.WholeProgramme {
				cohorts[cohort] = true
			}
		}
	}
	if of.Programme == "" {
		if len(programmes) != 1 {
			return usagef("the history has %d programmes: say which, as PROGRAMME or PROGRAMME/COHORT", len(programmes))
		}
		for of.Programme = range programmes {
		}
	}
	if of.Cohort == "" && len(cohorts) == 1 {
		for of.Cohort = range cohorts {
		}
	}
	return nil
}
