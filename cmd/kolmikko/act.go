package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"kolmikko/api"
	"kolmikko/events"
	"kolmikko/events/programme"
)

// newActs makes a command of each form: "kolmikko NOUN VERB".
func newActs() (nouns []*cobra.Command) {
	byNoun := map[string]*cobra.Command{}
	for _, f := range programme.Forms() {
		noun := byNoun[f.Noun]
		if noun == nil {
			noun = &cobra.Command{Use: f.Noun}
			byNoun[f.Noun] = noun
			nouns = append(nouns, noun)
		}
		noun.AddCommand(newAct(f))
	}
	for _, noun := range nouns {
		verbs := ""
		for _, v := range noun.Commands() {
			if verbs != "" {
				verbs += ", "
			}
			verbs += v.Name()
		}
		noun.Short = verbs
	}
	slices.SortFunc(nouns, func(a, b *cobra.Command) int {
		if a.Name() < b.Name() {
			return -1
		}
		return 1
	})
	return nouns
}

// An occasion is what every acting command is told besides its own fields.
type occasion struct {
	programme, cohort, key, input string
	url, token                    string
	data, as                      string
	json                          bool
}

func newAct(f programme.Form) *cobra.Command {
	cmd := f.New()
	var o occasion
	c := &cobra.Command{
		Use:   f.Verb,
		Short: f.Does,
		Args:  cobra.NoArgs,
	}
	bound := bindFields(c.Flags(), cmd)
	o.bind(c, f.Scope)
	c.RunE = func(c *cobra.Command, _ []string) error {
		if o.input != "" {
			if err := readCommand(o.input, c.InOrStdin(), cmd); err != nil {
				return err
			}
		}
		if err := bound.apply(c.Flags()); err != nil {
			return err
		}
		r, err := o.request(f, cmd)
		if err != nil {
			return err
		}
		receipt, err := o.act(c, r)
		if err != nil {
			return err
		}
		return printReceipt(c, receipt, o.json)
	}
	return c
}

func (o *occasion) bind(c *cobra.Command, scope programme.Scope) {
	f := c.Flags()
	f.StringVarP(&o.programme, "programme", "P", os.Getenv("KOLMIKKO_PROGRAMME"), "the programme")
	if scope != programme.OfProgramme {
		f.StringVarP(&o.cohort, "cohort", "C", os.Getenv("KOLMIKKO_COHORT"), "the cohort")
	}
	f.StringVar(&o.key, "key", "", "idempotency key: asking again with it gives the same answer (a new one by default)")
	f.StringVar(&o.input, "input", "", "read the command's fields from a JSON FILE, or - for standard input")
	f.StringVar(&o.url, "url", os.Getenv("KOLMIKKO_URL"), "the server (KOLMIKKO_URL)")
	f.StringVar(&o.token, "token", "", "bearer token (KOLMIKKO_TOKEN)")
	f.StringVar(&o.data, "data", os.Getenv("KOLMIKKO_DATA"), "without a server: the data folder")
	f.StringVar(&o.as, "as", os.Getenv("KOLMIKKO_AS"), "without a server: who acts, a pseudonym or a reserved actor")
	f.BoolVar(&o.json, "json", false, "print the receipt as JSON")
}

func (o *occasion) request(f programme.Form, cmd programme.Command) (api.Request, error) {
	r := api.Request{
		Programme: events.ProgrammeID(o.programme), Cohort: events.CohortID(o.cohort),
		By: events.PersonID(o.as), Key: o.key, Form: f.Name(), Command: cmd,
	}
	switch {
	case o.programme == "":
		return r, usagef("say which programme, with --programme or KOLMIKKO_PROGRAMME")
	case !events.IsWord(o.programme):
		return r, usagef("--programme %q is no word of a-z, 0-9 and hyphens", o.programme)
	case o.cohort == "" && f.Scope == programme.OfCohort:
		return r, usagef("say which cohort, with --cohort or KOLMIKKO_COHORT")
	case o.cohort == "" || f.Scope == programme.OfProgramme:
		r.Cohort = events.WholeProgramme
	case !events.IsWord(o.cohort):
		return r, usagef("--cohort %q is no word of a-z, 0-9 and hyphens", o.cohort)
	}
	if r.Key == "" {
		r.Key = uuid.NewString()
	}
	return r, nil
}

// act asks the server, or does it in the data folder when there is none.
func (o *occasion) act(c *cobra.Command, r api.Request) (api.Receipt, error) {
	token := o.token
	if token == "" {
		token = os.Getenv("KOLMIKKO_TOKEN")
	}
	switch {
	case o.url != "":
		return (&api.Client{URL: o.url, Token: token}).Act(c.Context(), r)
	case o.data == "":
		return api.Receipt{}, usagef("say where: --url of a server with --token, or --data of a folder with --as")
	case o.as == "":
		return api.Receipt{}, usagef("say who acts, with --as or KOLMIKKO_AS")
	}
	return actIn(c.Context(), o.data, r, slog.New(slog.NewTextHandler(c.ErrOrStderr(), &slog.HandlerOptions{Level: slog.LevelWarn})))
}

// actIn opens the house in a data folder that nobody serves, acts, and closes it
// again.
func actIn(ctx context.Context, data string, r api.Request, logger *slog.Logger) (_ api.Receipt, err error) {
	h, err := openHouse(ctx, openOptions{data: data, logger: logger})
	if err != nil {
		return api.Receipt{}, err
	}
	defer func() { err = errors.Join(err, h.Close()) }()
	return h.Act(ctx, r)
}

func printReceipt(c *cobra.Command, r api.Receipt, asJSON bool) error {
	if asJSON {
		return printJSON(c.OutOrStdout(), r)
	}
	out := c.OutOrStdout()
	switch {
	case r.First == 0:
		fmt.Fprintf(out, "it is so already (place %d)\n", r.Place)
	case r.Repeated:
		fmt.Fprintf(out, "done before (place %d)\n", r.Place)
	default:
		for _, e := range r.Events {
			fmt.Fprintf(out, "%d %s\n", e.Place, e.Kind)
		}
		if len(r.Events) == 0 {
			fmt.Fprintf(out, "done (place %d)\n", r.Place)
		}
	}
	return nil
}
