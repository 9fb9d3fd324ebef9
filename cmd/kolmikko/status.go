package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"kolmikko/api"
	"kolmikko/events/journal"
)

// A status is what there is to know of a data folder.
type status struct {
	Data     string          `json:"data"`
	Served   string          `json:"served,omitzero"` // where, if it is
	Journal  journalStatus   `json:"journal"`
	Archive  archiveStatus   `json:"archive"`
	Views    []api.ViewState `json:"views"`
	DiskFree uint64          `json:"disk_free"` // bytes
	Trouble  []string        `json:"trouble"`
}

type journalStatus struct {
	Stream string   `json:"stream,omitzero"`
	Place  uint64   `json:"place"`
	Bytes  int64    `json:"bytes"`
	Drift  []string `json:"drift"`
}

type archiveStatus struct {
	Place uint64 `json:"place"`
	Files int    `json:"files"`
	Bytes int64  `json:"bytes"`
}

func newStatus() *cobra.Command {
	var data string
	var asJSON bool
	c := &cobra.Command{
		Use:   "status",
		Short: "Show how the house is: journal, archive, views, disk, drift of the settings",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if _, err := os.Stat(data); err != nil {
				return fmt.Errorf("there is no house in %s: begin one with kolmikko serve or kolmikko demo", data)
			}
			s, err := statusOf(c, data)
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(c.OutOrStdout(), s)
			}
			return printStatus(c, s)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	c.Flags().StringVar(&data, "data", defaultData(), "folder of the house")
	return c
}

// statusOf opens the house if nobody has it, and asks its server otherwise.
func statusOf(c *cobra.Command, data string) (s status, err error) {
	s = status{Data: data, Journal: journalStatus{Drift: []string{}}, Trouble: []string{}}
	h, err := openHouse(c.Context(), openOptions{data: data})
	switch {
	case errors.Is(err, journal.ErrHeld):
		err = s.ask(c)
	case err != nil:
		return s, err
	default:
		health := h.health(c.Context())
		s.Journal.Place, s.Archive.Place, s.Trouble = health.Head, health.Archived, append(s.Trouble, health.Trouble...)
		s.Journal.Drift = append(s.Journal.Drift, h.log.Drift()...)
		s.Journal.Stream = h.log.Stream()
		s.Views = api.ViewStates(h.Views, health.Head)
		err = h.Close()
	}
	if err != nil {
		return s, err
	}
	s.Journal.Bytes, _ = sizeOf(filepath.Join(data, journalDir))
	s.Archive.Bytes, s.Archive.Files = sizeOf(filepath.Join(data, archiveDir))
	var disk unix.Statfs_t
	if err := unix.Statfs(data, &disk); err == nil {
		s.DiskFree = disk.Bavail * uint64(disk.Bsize)
	}
	return s, nil
}

// ask fills in what the server that has the folder says of itself.
func (s *status) ask(c *cobra.Command) error {
	url, ok := servedAt(s.Data)
	if !ok {
		s.Trouble = append(s.Trouble, "another process has the folder, and doesn't serve it")
	} else {
		s.Served = url
		var h api.Health
		if err := (&api.Client{URL: url}).Ready(c.Context(), &h); err != nil {
			return fmt.Errorf("ask the server at %s: %w", url, err)
		}
		s.Journal.Place, s.Archive.Place, s.Trouble = h.Head, h.Archived, append(s.Trouble, h.Trouble...)
	}
	states, err := viewStates(c, s.Data, "")
	s.Views = states
	return err
}

func sizeOf(dir string) (bytes int64, files int) {
	_ = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil //nolint:nilerr // a file that went away meanwhile has no size
		}
		if info, err := d.Info(); err == nil {
			bytes += info.Size()
			files++
		}
		return nil
	})
	return bytes, files
}

func printStatus(c *cobra.Command, s status) error {
	w := c.OutOrStdout()
	fmt.Fprintf(w, "data\t%s\n", s.Data)
	if s.Served != "" {
		fmt.Fprintf(w, "served\t%s\n", s.Served)
	}
	fmt.Fprintf(w, "journal\tplace %d, %s %s\n", s.Journal.Place, bytesOf(s.Journal.Bytes), s.Journal.Stream)
	fmt.Fprintf(w, "archive\tplace %d, %s in %d files\n", s.Archive.Place, bytesOf(s.Archive.Bytes), s.Archive.Files)
	fmt.Fprintf(w, "disk\t%s free\n", bytesOf(int64(s.DiskFree)))
	for _, d := range s.Journal.Drift {
		fmt.Fprintf(w, "drift\t%s\n", d)
	}
	for _, t := range s.Trouble {
		fmt.Fprintf(w, "trouble\t%s\n", t)
	}
	fmt.Fprintln(w)
	printViews(c, s.Views)
	return nil
}

func bytesOf(n int64) string {
	switch {
	case n >= 1<<30:
		return fmt.Sprintf("%.1f GB", float64(n)/(1<<30))
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
	}
	return fmt.Sprintf("%.1f kB", float64(n)/(1<<10))
}
