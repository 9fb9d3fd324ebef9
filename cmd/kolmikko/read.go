package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"kolmikko/events"
	"kolmikko/events/archive"
	"kolmikko/events/journal"
)

// openHistory returns the history in a data folder for reading. Where a server
// has the folder, the archive is at most a second behind it; where none has, it
// is first brought up to the journal.
func openHistory(ctx context.Context, data string) (*archive.Reader, error) {
	dir := filepath.Join(data, archiveDir)
	if _, err := os.Stat(filepath.Join(data, journalDir)); err == nil && !exists(repairFileIn(data)) {
		err := bringUp(ctx, data, dir)
		if err != nil && !errors.Is(err, journal.ErrHeld) && !errors.Is(err, journal.ErrDamaged) { // what was archived can be read
			return nil, err
		}
	}
	r, err := archive.Open(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("there is no history in %s: begin one with kolmikko serve or kolmikko demo", data)
	}
	return r, err
}

// bringUp appends to the archive what the journal has and it hasn't.
func bringUp(ctx context.Context, data, dir string) (err error) {
	server, err := journal.Serve(journal.Options{Dir: filepath.Join(data, journalDir)})
	if err != nil {
		return err
	}
	defer server.Close()
	log, err := server.Open(ctx, journal.OpenOptions{})
	if err != nil {
		return err
	}
	w, err := openWriter(ctx, dir, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	for l, err := range log.Lines(ctx, w.Last(), "", false) {
		if err != nil {
			return err
		}
		if err := w.Append(l.Place, l.Data); err != nil {
			return err
		}
	}
	if server.Untouched() {
		server.Vouch() // as it was found
	}
	return nil
}

// readerOf returns what a reading command reads: from, if given, else the
// history in the data folder.
func readerOf(ctx context.Context, data, from string) (*archive.Reader, error) {
	if from != "" {
		return archive.Open(from)
	}
	return openHistory(ctx, data)
}

// parseWhere reads PROGRAMME or PROGRAMME/COHORT.
func parseWhere(args []string) (p events.ProgrammeID, c events.CohortID, err error) {
	if len(args) == 0 {
		return "", "", nil
	}
	programme, cohort, both := strings.Cut(args[0], "/")
	if !events.IsWord(programme) || both && !events.IsWord(cohort) && cohort != string(events.WholeProgramme) {
		return "", "", usagef("%q is not of the form PROGRAMME or PROGRAMME/COHORT", args[0])
	}
	return events.ProgrammeID(programme), events.CohortID(cohort), nil
}

// parseTime reads a time as RFC 3339, or a day, which means its end in UTC.
func parseTime(flag, text string) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t, nil
	}
	if t, err := time.Parse(time.DateOnly, text); err == nil {
		return t.AddDate(0, 0, 1).Add(-1), nil
	}
	return time.Time{}, usagef("--%s %q is no time such as 2023-01-31 or 2023-01-31T12:00:00Z", flag, text)
}
