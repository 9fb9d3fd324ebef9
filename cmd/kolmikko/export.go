package main

import (
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"kolmikko/events/archive"
	"kolmikko/events/journal"
)

func newExport() *cobra.Command {
	var data, out string
	c := &cobra.Command{
		Use:   "export --out FILE",
		Short: "Write the history into a file of lines, with a manifest beside it",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if _, err := os.Stat(out); err == nil {
				return fmt.Errorf("file-exists: %s is there already; remove it or choose another name", out)
			}
			reader, err := openHistory(c.Context(), data)
			if err != nil {
				return err
			}
			m, err := archive.ExportFile(out, untilDone(c, reader.Lines(0)), time.Now().UTC())
			if err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "%d events, places %d to %d, SHA-256 %s\n", m.Count, m.First, m.Last, m.SHA256)
			return nil
		},
	}
	c.Flags().StringVar(&out, "out", "", "the file to write; FILE.manifest.json is written beside it")
	c.Flags().StringVar(&data, "data", defaultData(), "folder of the house")
	_ = c.MarkFlagRequired("out")
	return c
}

// untilDone ends lines with the command's context.
func untilDone(c *cobra.Command, lines iter.Seq2[archive.Line, error]) iter.Seq2[archive.Line, error] {
	return func(yield func(archive.Line, error) bool) {
		for l, err := range lines {
			if err == nil {
				err = c.Context().Err()
			}
			if !yield(l, err) || err != nil {
				return
			}
		}
	}
}

func newRestore() *cobra.Command {
	var data string
	c := &cobra.Command{
		Use:   "restore FILE --data DIR",
		Short: "Make a new house of an export: the same places, the same bytes",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			m, err := archive.VerifyExport(args[0])
			if err != nil {
				return err
			}
			if m.First != 1 {
				return fmt.Errorf("export-partial: %s begins at place %d; a house is made of a whole history", args[0], m.First)
			}
			if err := restore(c, args[0], data); err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "%d events restored into %s\n", m.Count, data)
			fmt.Fprintln(c.ErrOrStderr(), "kolmikko: an export holds no keys: what is sealed in it can be read only with those of the old house")
			return nil
		},
	}
	c.Flags().StringVar(&data, "data", "", "a new folder")
	_ = c.MarkFlagRequired("data")
	return c
}

// restore writes the lines of a verified export into the journal and then the
// archive of a house that has no history yet.
func restore(c *cobra.Command, file, data string) (err error) {
	reader, err := archive.Open(file)
	if err != nil {
		return err
	}
	server, err := journal.Serve(journal.Options{Dir: filepath.Join(data, journalDir)})
	if err != nil {
		return err
	}
	defer server.Close()
	log, err := server.Open(c.Context(), journal.OpenOptions{})
	if err != nil {
		return err
	}
	lines := func(yield func([]byte, error) bool) {
		for l, err := range archive.Copied(reader.Lines(0)) {
			if !yield(l.Bytes, err) {
				return
			}
		}
	}
	if _, err := log.Restore(c.Context(), lines); err != nil {
		return err
	}
	w, err := archive.OpenWriter(filepath.Join(data, archiveDir), archive.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	for l, err := range reader.Lines(0) {
		if err != nil {
			return err
		}
		if err := w.Append(l.Place, l.Bytes); err != nil {
			return err
		}
	}
	return nil
}
