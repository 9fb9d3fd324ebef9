package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"kolmikko/api"
	"kolmikko/projections"
)

func newViews() *cobra.Command {
	var data, from string
	var asJSON bool
	c := &cobra.Command{
		Use:   "views",
		Short: "List the views: what each answers, its place in the history and how far it is behind",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			states, err := viewStates(c, data, from)
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(c.OutOrStdout(), states)
			}
			printViews(c, states)
			return nil
		},
	}
	f := c.Flags()
	f.BoolVar(&asJSON, "json", false, "print JSON")
	f.StringVar(&data, "data", defaultData(), "folder of the house")
	f.StringVar(&from, "from", "", "an export or an archive's folder to read instead")
	return c
}

// viewStates folds every view from the history that is in the data folder, or
// in from.
func viewStates(c *cobra.Command, data, from string) ([]api.ViewState, error) {
	reader, err := readerOf(c.Context(), data, from)
	if err != nil {
		return nil, err
	}
	views := projections.NewViews(projections.Catalogue()...)
	var head uint64
	for r, err := range reader.Read(0) {
		if err == nil {
			err = c.Context().Err()
		}
		if err != nil {
			return nil, err
		}
		views.Take(r)
		head = r.Place
	}
	return api.ViewStates(views, head), nil
}

func printViews(c *cobra.Command, states []api.ViewState) {
	var rows [][]string
	for _, v := range states {
		state := v.Question
		if v.Error != "" {
			state = "STOPPED: " + v.Error
		}
		rows = append(rows, []string{v.Name, fmt.Sprint(v.Place), fmt.Sprint(v.Lag), state})
	}
	printTable(c.OutOrStdout(), []string{"VIEW", "PLACE", "LAG", "ANSWERS"}, rows)
}
