// Kolmikko keeps the history of mentoring programmes and shows what has come of
// them. Run "kolmikko help" for its commands.
//
// This package is the hands of the house: it reads flags, wires the rooms
// together in open.go and serve.go, and prints. Each noun's commands have a file
// of their own; those that a coordinator or a participant takes are made from
// programme.Forms in act.go. To add one, add a form, or a file and its line in
// root.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	_ "time/tzdata" // cohorts have time zones, wherever this runs

	"github.com/spf13/cobra"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// errUsage marks a command line that makes no sense.
var errUsage = errors.New("usage")

// usagef returns an error that makes the exit status 2.
func usagef(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{errUsage}, args...)...)
}

// run does one command line and returns the exit status: 0 when done, 1 when
// refused or failed, 2 when the command line makes no sense.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := newRoot()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errUsage) || isCobraUsage(err):
		text := strings.TrimPrefix(err.Error(), errUsage.Error()+": ")
		fmt.Fprintf(stderr, "kolmikko: %s\nkolmikko: say it with --help to see what it takes\n", firstLine(text))
		return 2
	}
	fmt.Fprintln(stderr, "kolmikko:", explained(err))
	return 1
}

// isCobraUsage reports whether err is one of cobra's own about the command line,
// which have no type.
func isCobraUsage(err error) bool {
	text := err.Error()
	for _, begins := range []string{"unknown command", "unknown flag", "unknown shorthand", "invalid argument",
		"required flag", "accepts ", "requires ", "flag needs", "if any flags in the group", "bad flag"} {
		if strings.HasPrefix(text, begins) {
			return true
		}
	}
	return false
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "kolmikko",
		Short: "Keeps the history of mentoring programmes and shows what has come of them",
		Long: `Kolmikko keeps the history of mentoring programmes and shows what has come of them.

Every action is an event in the history; every view is made from it and can be made again.
Begin with "kolmikko demo".`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.AddGroup(&cobra.Group{ID: "house", Title: "To run it and to look:"}, &cobra.Group{ID: "act", Title: "To act in a programme:"})
	for _, c := range []*cobra.Command{
		newDemo(), newServe(), newImport(), newMatch(), newHistory(), newReplay(), newViews(), newStatus(),
		newExport(), newRestore(), newAudit(), newRepair(), newToken(),
	} {
		c.GroupID = "house"
		root.AddCommand(c)
	}
	for _, c := range newActs() {
		c.GroupID = "act"
		root.AddCommand(c)
	}
	return root
}
