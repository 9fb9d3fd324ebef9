package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"golang.org/x/term"

	"kolmikko/api"
	"kolmikko/events/journal"
)

// width returns how many columns w shows, and whether it is a terminal.
func width(w io.Writer) (int, bool) {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return 0, false
	}
	columns, _, err := term.GetSize(int(f.Fd()))
	if err != nil || columns < 20 {
		columns = 80
	}
	return columns, true
}

// bold marks a heading on a terminal, unless NO_COLOR asks for none.
func bold(w io.Writer, text string) string {
	if _, tty := width(w); !tty || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return text
	}
	return "\x1b[1m" + text + "\x1b[0m"
}

// printTable writes rows as a table on a terminal, the last column cut to fit,
// and as lines of tab-separated fields without a heading elsewhere.
func printTable(w io.Writer, heading []string, rows [][]string) {
	if _, tty := width(w); tty {
		writeTable(w, "", heading, rows)
		return
	}
	for _, row := range rows {
		fmt.Fprintln(w, strings.Join(row, "\t"))
	}
}

// writeTable writes rows below their heading in columns, cut to a terminal's
// width where w is one.
func writeTable(w io.Writer, indent string, heading []string, rows [][]string) {
	columns, _ := width(w)
	widths := make([]int, len(heading))
	for _, row := range append([][]string{heading}, rows...) {
		for i, cell := range row {
			widths[i] = max(widths[i], len([]rune(cell)))
		}
	}
	fmt.Fprintln(w, indent+bold(w, tableLine(heading, widths, columns-len(indent))))
	for _, row := range rows {
		fmt.Fprintln(w, indent+tableLine(row, widths, columns-len(indent)))
	}
}

func tableLine(row []string, widths []int, columns int) string {
	var line strings.Builder
	for i, cell := range row {
		if i > 0 {
			line.WriteString("  ")
		}
		line.WriteString(cell)
		if i < len(row)-1 {
			line.WriteString(strings.Repeat(" ", widths[i]-len([]rune(cell))))
		}
	}
	if text := []rune(line.String()); columns > 0 && len(text) > columns {
		return string(text[:columns-1]) + "…"
	}
	return strings.TrimRight(line.String(), " ")
}

// printJSON writes v as indented JSON.
func printJSON(w io.Writer, v any) error {
	text, err := json.Marshal(v, json.Deterministic(true), jsontext.WithIndent("  "))
	if err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	_, err = fmt.Fprintf(w, "%s\n", text)
	return err
}

// explained says an error as "RULE: detail", with what to do where we know it.
func explained(err error) string {
	text := err.Error()
	if f, ok := errors.AsType[*api.Failure](err); ok && f.Type == "unknown-person" {
		return text + "; give a token with --token or KOLMIKKO_TOKEN (kolmikko token grant makes one)"
	}
	switch {
	case errors.Is(err, journal.ErrHeld):
		return "folder-in-use: " + text + "; ask that server instead, with --url, or stop it"
	case errors.Is(err, journal.ErrDamaged):
		return "history-damaged: " + text + howToMend
	case errors.Is(err, journal.ErrFull):
		return "store-full: " + text
	}
	return text
}
