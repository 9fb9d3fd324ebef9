package main

import (
	"fmt"
	"os"
	"strings"
	"syscall"

	"github.com/go-json-experiment/json"
	"github.com/spf13/cobra"

	"kolmikko/projections/matching"
)

// solve matches an instance that needs no history.
func (o *matchOptions) solve(c *cobra.Command) error {
	text, err := os.ReadFile(o.instance)
	if err != nil {
		return err
	}
	in, err := matching.ParseInstance(text)
	if err != nil {
		return fmt.Errorf("instance-unfit: %s: %w", o.instance, err)
	}
	if o.split == 0 {
		o.split = splitBeside(o.instance)
	}
	if o.split > 0 {
		if err := in.Split(o.split); err != nil {
			return usagef("--split: %s", err)
		}
	}
	bar := newProgress(c.ErrOrStderr(), "matching")
	begun := cpuSeconds()
	s, err := in.Solve(matching.Settings{Variant: o.variant, Floor: o.floor, Options: o.options(c, bar)})
	bar.done(err == nil)
	if err != nil {
		return fmt.Errorf("instance-unfit: %s: %w", o.instance, err)
	}
	s.CPUSeconds = cpuSeconds() - begun
	if o.json {
		return printJSON(c.OutOrStdout(), s)
	}
	out := c.OutOrStdout()
	for i, g := range s.Groups {
		fmt.Fprintf(out, "%d\t", i+1)
		for _, n := range g {
			fmt.Fprintf(out, "%s ", nameOf(n))
		}
		fmt.Fprintln(out)
	}
	for _, n := range s.Unplaced {
		fmt.Fprintf(out, "without a group\t%s\n", nameOf(n))
	}
	proof := fmt.Sprintf("at most %s are possible", s.Bound)
	if s.Proven {
		proof = "proven to be the most"
	}
	fmt.Fprintf(out, "%d groups, %s points, %s; the worst has %s; %.2f s of CPU\n", len(s.Groups), s.Objective, proof, s.Worst, s.CPUSeconds)
	return nil
}

// splitBeside returns how many people of an MDGP text are of the first part, by
// the "split" of the .json of the same name beside it; 0 where there is none.
func splitBeside(file string) int {
	name, isText := strings.CutSuffix(file, ".mdgp.txt")
	if !isText {
		return 0
	}
	text, err := os.ReadFile(name + ".json")
	if err != nil {
		return 0
	}
	var about struct {
		Split int `json:"split"`
	}
	if err := json.Unmarshal(text, &about); err != nil {
		return 0
	}
	return about.Split
}

func nameOf(n matching.Name) string {
	if n.Word != "" {
		return n.Word
	}
	return fmt.Sprint(n.Number)
}

// cpuSeconds returns the processor time that this process has used.
func cpuSeconds() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return float64(u.Utime.Sec+u.Stime.Sec) + float64(u.Utime.Usec+u.Stime.Usec)/1e6
}
