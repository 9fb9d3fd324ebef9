package main

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"kolmikko/events"
	"kolmikko/events/archive"
	"kolmikko/projections"
)

// historyOptions say which part of the history to show.
type historyOptions struct {
	kind, data, read, lang string
	first                  uint64
	limit                  int
	json                   bool

	programme events.ProgrammeID
	cohort    events.CohortID
}

func newHistory() *cobra.Command {
	var o historyOptions
	c := &cobra.Command{
		Use:   "history [PROGRAMME[/COHORT]]",
		Short: "Show what happened, by whom, in order; --json prints the events exactly as written",
		Args:  cobra.MaximumNArgs(1),
		RunE:  func(c *cobra.Command, args []string) error { return o.run(c, args) },
	}
	f := c.Flags()
	f.StringVar(&o.kind, "kind", "", "only events of this kind")
	f.Uint64Var(&o.first, "from", 1, "the first place")
	f.IntVar(&o.limit, "limit", 0, "how many at most; 0 is all")
	f.BoolVar(&o.json, "json", false, "print the events' lines exactly as written, one a line")
	f.StringVar(&o.lang, "lang", "en", "the language of the words: fi, sv or en")
	f.StringVar(&o.data, "data", defaultData(), "folder of the house")
	f.StringVar(&o.read, "read", "", "an export or an archive's folder to read instead")
	_ = c.RegisterFlagCompletionFunc("kind", func(*cobra.Command, []string, string) (kinds []string, _ cobra.ShellCompDirective) {
		for _, k := range events.Kinds() {
			kinds = append(kinds, string(k))
		}
		return kinds, cobra.ShellCompDirectiveNoFileComp
	})
	return c
}

func (o *historyOptions) run(c *cobra.Command, args []string) (err error) {
	if o.programme, o.cohort, err = parseWhere(args); err != nil {
		return err
	}
	switch {
	case o.kind != "" && !slices.Contains(events.Kinds(), events.Kind(o.kind)):
		return usagef("--kind %q is no kind of event", o.kind)
	case o.first < 1:
		return usagef("--from is a place, a whole number from 1")
	case o.limit < 0:
		return usagef("--limit is how many at most, 0 for all")
	}
	reader, err := readerOf(c.Context(), o.data, o.read)
	if err != nil {
		return err
	}
	return o.print(c, reader)
}

// wants reports whether an event is asked for.
func (o *historyOptions) wants(k events.Kind, p events.ProgrammeID, c events.CohortID) bool {
	return (o.programme == "" || p == o.programme) && (o.cohort == "" || c == o.cohort) &&
		(o.kind == "" || k == events.Kind(o.kind))
}

func (o *historyOptions) print(c *cobra.Command, reader *archive.Reader) error {
	out := c.OutOrStdout()
	var rows [][]string
	n := 0
	for r, err := range reader.ReadIf(o.first-1, o.wants) {
		if err == nil {
			err = c.Context().Err()
		}
		if err != nil {
			return err
		}
		if !o.wants(events.KindOf(r.Event), r.Programme, r.Cohort) {
			continue
		}
		if n++; o.limit > 0 && n > o.limit {
			break
		}
		if o.json {
			fmt.Fprintf(out, "%s\n", r.Line)
			continue
		}
		rows = append(rows, []string{fmt.Sprint(r.Place), r.At.Format("2006-01-02 15:04"), projections.Say(r, o.lang)})
	}
	if !o.json {
		printTable(out, []string{"PLACE", "RECORDED", "WHAT HAPPENED"}, rows)
	}
	return nil
}
