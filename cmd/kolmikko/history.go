package main

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"kolmikko/events"
	"kolmikko/projections"
)

func newHistory() *cobra.Command {
	var kind, data, from string
	var first uint64
	var limit int
	var asJSON bool
	var lang string
	c := &cobra.Command{
		Use:   "history [PROGRAMME[/COHORT]]",
		Short: "Show what happened, by whom, in order; --json prints the events exactly as written",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			p, cohort, err := parseWhere(args)
			if err != nil {
				return err
			}
			if kind != "" && !slices.Contains(events.Kinds(), events.Kind(kind)) {
				return usagef("--kind %q is no kind of event", kind)
			}
			if first < 1 {
				return usagef("--from is a place, a whole number from 1")
			}
			reader, err := readerOf(c.Context(), data, from)
			if err != nil {
				return err
			}
			want := func(k events.Kind, in events.ProgrammeID, of events.CohortID) bool {
				return (p == "" || in == p) && (cohort == "" || of == cohort) && (kind == "" || k == events.Kind(kind))
			}
			var rows [][]string
			n := 0
			for r, err := range reader.ReadIf(first-1, want) {
				if err != nil {
					return err
				}
				if !want(events.KindOf(r.Event), r.Programme, r.Cohort) {
					continue
				}
				if n++; limit > 0 && n > limit {
					break
				}
				if asJSON {
					fmt.Fprintf(c.OutOrStdout(), "%s\n", r.Line)
					continue
				}
				rows = append(rows, []string{fmt.Sprint(r.Place), r.At.Format("2006-01-02 15:04"), projections.Say(r, lang)})
			}
			if !asJSON {
				printTable(c.OutOrStdout(), []string{"PLACE", "RECORDED", "WHAT HAPPENED"}, rows)
			}
			return nil
		},
	}
	f := c.Flags()
	f.StringVar(&kind, "kind", "", "only events of this kind")
	f.Uint64Var(&first, "from", 1, "the first place")
	f.IntVar(&limit, "limit", 0, "how many at most; 0 is all")
	f.BoolVar(&asJSON, "json", false, "print the events' lines exactly as written, one a line")
	f.StringVar(&lang, "lang", "en", "the language of the words: fi, sv or en")
	f.StringVar(&data, "data", defaultData(), "folder of the house")
	f.StringVar(&from, "read", "", "an export or an archive's folder to read instead")
	_ = c.RegisterFlagCompletionFunc("kind", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		var kinds []string
		for _, k := range events.Kinds() {
			kinds = append(kinds, string(k))
		}
		return kinds, cobra.ShellCompDirectiveNoFileComp
	})
	return c
}
