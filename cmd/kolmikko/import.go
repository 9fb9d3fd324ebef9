package main

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"kolmikko/api"
	"kolmikko/api/sheet"
	"kolmikko/events"
	"kolmikko/events/programme"
)

func newImport() *cobra.Command {
	c := &cobra.Command{Use: "import", Short: "Read in what others keep in sheets"}
	var o occasion
	var dry bool
	enrolments := &cobra.Command{
		Use:   "enrolments FILE.csv|FILE.xlsx",
		Short: "Enrol everybody in a sheet, or nobody: what is wrong is told by row and column",
		Long: "Enrols everybody in a sheet, or nobody: what is wrong is told by row and column.\n\nThe first row names the columns: " +
			strings.Join(sheet.Columns(), ", ") + ".\nLists in a cell are separated by spaces.",
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return importEnrolments(c, &o, args[0], dry) },
	}
	o.bind(enrolments, programme.OfCohort)
	_ = enrolments.Flags().MarkHidden("input")
	enrolments.Flags().BoolVar(&dry, "dry-run", false, "only say what is wrong, or what would follow")
	c.AddCommand(enrolments)
	return c
}

func importEnrolments(c *cobra.Command, o *occasion, file string, dry bool) error {
	rows, err := readSheet(c, file)
	if err != nil {
		return err
	}
	form := formOf("import-enrolments")
	cmd := &programme.ImportEnrolments{Rows: rows}
	r, err := o.request(form, cmd)
	if err != nil {
		return err
	}
	if dry {
		return checkImport(c, o, r, rows)
	}
	receipt, err := o.act(c, r)
	if err != nil {
		return err
	}
	if !o.json && receipt.First > 0 {
		fmt.Fprintf(c.OutOrStdout(), "%d rows: %s, places %d to %d\n", len(rows), tally(receipt), receipt.First, receipt.Place)
		return nil
	}
	return printReceipt(c, receipt, o.json)
}

func formOf(name string) programme.Form {
	for _, f := range programme.Forms() {
		if f.Name() == name {
			return f
		}
	}
	panic("kolmikko: no form " + name)
}

// readSheet reads rows by the file's extension and prints what is wrong in them.
func readSheet(c *cobra.Command, file string) ([]programme.Row, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	read := sheet.ReadCSV
	switch strings.ToLower(filepath.Ext(file)) {
	case ".csv":
	case ".xlsx":
		read = sheet.ReadXLSX
	default:
		return nil, usagef("%s is neither a .csv nor an .xlsx file", file)
	}
	rows, faults, err := read(f, func() events.PersonID { return events.PersonID(uuid.NewString()) })
	if err != nil {
		return nil, fmt.Errorf("sheet-unfit: %s: %w", file, err)
	}
	return rows, printFaults(c, faults)
}

func printFaults(c *cobra.Command, faults []programme.RowFault) error {
	for _, f := range faults {
		fmt.Fprintln(c.ErrOrStderr(), "kolmikko:", f)
	}
	if len(faults) > 0 {
		return fmt.Errorf("import-rows: %d cells are wrong; nothing was imported", len(faults))
	}
	return nil
}

// checkImport finds out what the rules would say, in the data folder.
func checkImport(c *cobra.Command, o *occasion, r api.Request, rows []programme.Row) (err error) {
	if o.data == "" {
		return usagef("--dry-run looks into a data folder: give --data")
	}
	h, err := openHouse(c.Context(), openOptions{data: o.data, logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.Close()) }()
	var faults []programme.RowFault
	ask := programme.Ask{By: r.By, At: h.Now(), Cohort: r.Cohort}
	h.Desk.Look(r.Programme, func(s *programme.State) { faults, err = s.CheckRows(ask, rows) })
	if err != nil {
		return err
	}
	if err := printFaults(c, faults); err != nil {
		return err
	}
	fmt.Fprintf(c.OutOrStdout(), "%d rows are right; nothing was imported\n", len(rows))
	return nil
}

// tally counts a receipt's events by kind.
func tally(r api.Receipt) string {
	var kinds []events.Kind
	n := map[events.Kind]int{}
	for _, e := range r.Events {
		if n[e.Kind]++; n[e.Kind] == 1 {
			kinds = append(kinds, e.Kind)
		}
	}
	var parts []string
	for _, k := range kinds {
		parts = append(parts, fmt.Sprintf("%d %s", n[k], k))
	}
	return strings.Join(parts, ", ")
}
