package main

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"kolmikko/api/auth"
	"kolmikko/events"
)

func newToken() *cobra.Command {
	c := &cobra.Command{Use: "token", Short: "Hand out and take back the bearer tokens that the HTTP API asks for"}
	var data, note string
	grant := &cobra.Command{
		Use:   "grant PERSON",
		Short: "Print a new token for a person's pseudonym, or for the operator, clock, engine or notify",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			person := events.PersonID(args[0])
			if !events.IsWord(args[0]) || person == events.Respondent || person == events.Import {
				return usagef("%q is no pseudonym, nor an actor that can have a token", args[0])
			}
			tokens, err := auth.Open(filepath.Join(data, tokensFile))
			if err != nil {
				return err
			}
			token, err := tokens.Grant(person, note)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(c.OutOrStdout(), token)
			return err
		},
	}
	grant.Flags().StringVar(&note, "note", "", "what it is for; no personal data belongs here")
	revoke := &cobra.Command{
		Use:   "revoke PERSON",
		Short: "Take back every token of a person",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			tokens, err := auth.Open(filepath.Join(data, tokensFile))
			if err != nil {
				return err
			}
			n, err := tokens.Revoke(events.PersonID(args[0]))
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(c.OutOrStdout(), "%d taken back\n", n)
			return err
		},
	}
	for _, sub := range []*cobra.Command{grant, revoke} {
		sub.Flags().StringVar(&data, "data", defaultData(), "folder of the house")
		c.AddCommand(sub)
	}
	return c
}
