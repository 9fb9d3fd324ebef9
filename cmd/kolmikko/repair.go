package main

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"kolmikko/events/archive"
	"kolmikko/events/journal"
	"kolmikko/projections/audit"
)

// A repair makes damaged copies of a house's history whole again, each from what
// the signed tree says is right: the archive first, since the others are written
// from it, then the tree, then the journal, in a new generation. Each is verified
// before the next. What it means to do stands in a file first, so that one which
// was interrupted anywhere is done by the next.
type repair struct {
	auditOptions
	against string // file of a checkpoint that somebody kept
	kek     string
	dry     bool

	c      *cobra.Command
	key    *audit.Key // nil where nothing was ever signed
	points []audit.Checkpoint
	server *journal.Server // nil where it can't start, on a dry run
	found  *survey
	under  *undertaking // nil until something is done
}

func newRepair() *cobra.Command {
	var r repair
	c := &cobra.Command{
		Use:   "repair [--data DIR] [--dry-run]",
		Short: "Make damaged copies of the history whole again, from one that is what was signed",
		Long: `Make damaged copies of the history whole again, from one that is what was signed.

Archive, audit tree and journal are held against the newest signed checkpoint. What differs is
written anew: the archive beside the old one, which is kept; the tree's files; the journal into
a new generation, the old one is kept. Each programme of which an event was concerned records it.
Two roots that were both signed are an alarm, which is shown and not mended. An interrupted
repair is completed by the next.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			r.c, r.kek = c, os.Getenv("KOLMIKKO_KEK")
			return r.run(c.Context())
		},
	}
	r.bind(c)
	c.Flags().StringVar(&r.against, "against", "", "a checkpoint that you kept, in FILE, to hold everything against as well")
	c.Flags().BoolVar(&r.dry, "dry-run", false, "say what is damaged and what would be done, and do nothing")
	return c
}

func (r *repair) run(ctx context.Context) error {
	if _, err := os.Stat(r.data); err != nil {
		return fmt.Errorf("there is no house in %s", r.data)
	}
	err := r.repair(ctx)
	if r.server != nil {
		r.server.Close()
	}
	if err == nil && r.under != nil {
		err = r.record(ctx)
	}
	if err != nil && ctx.Err() != nil && exists(repairFileIn(r.data)) {
		return errUnfinished
	}
	return err
}

// repair does all but recording it.
func (r *repair) repair(ctx context.Context) error {
	policy, err := r.trust()
	if err != nil {
		return err
	}
	v := &surveyor{data: r.data, policy: policy, against: r.points}
	if err := r.open(ctx, v); err != nil {
		return err
	}
	if r.under, err = readUndertaking(r.data); err != nil {
		return err
	}
	if r.under != nil && !r.dry {
		if err := r.under.swap(r.data); err != nil {
			return err
		}
	}
	v.bar = newProgress(r.c.ErrOrStderr(), "examining")
	r.found, err = v.survey(ctx)
	v.bar.done(err == nil)
	if alarm, ok := errors.AsType[*audit.Alarm](err); ok {
		return fmt.Errorf("ALARM: %w; nothing was changed: show this to the auditor, and hold the history against a checkpoint that somebody kept", alarm)
	}
	if err != nil {
		return err
	}
	out := r.c.OutOrStdout()
	if r.found.last == 0 {
		return fmt.Errorf("there is no history in %s", r.data)
	}
	r.found.print(out)
	if !r.found.archive.damaged() && !r.found.journal.damaged() && len(r.found.tree) == 0 {
		return r.nothing()
	}
	if err := drain(r.found.whole(0)); err != nil {
		return err
	}
	if r.dry {
		r.would()
		r.under = nil
		return nil
	}
	return r.undertake(ctx)
}

// trust reads the key, and what was kept elsewhere. Witnesses have no say here:
// what they don't know yet is signed all the same.
func (r *repair) trust() (*audit.Policy, error) {
	file := filepath.Join(keysBeside(r.data, r.keys), auditKeyFile)
	if _, err := os.Stat(file); errors.Is(err, os.ErrNotExist) {
		if _, err := os.Stat(filepath.Join(r.data, treeDir)); err == nil {
			return nil, fmt.Errorf("key-missing: there is a signed tree, and no %s in %s; say where it is with --keys", auditKeyFile, filepath.Dir(file))
		}
		return nil, nil // nothing was ever signed
	}
	var err error
	if r.key, err = audit.LoadOrCreateKey(file); err != nil {
		return nil, err
	}
	policy, err := audit.PolicyOf(r.key.Public())
	if err != nil {
		return nil, err
	}
	r.points, err = kept(policy, r.against)
	return policy, err
}

// open starts the journal's server. A stream that it could not start on is set
// aside, but not on a dry run.
func (r *repair) open(ctx context.Context, v *surveyor) error {
	var err error
	o := journal.Options{Dir: filepath.Join(r.data, journalDir)}
	r.server, err = journal.Serve(o)
	if w, ok := errors.AsType[*journal.Wild](err); ok {
		v.wild = w
		if r.dry {
			return nil
		}
		o.Aside = true
		r.server, err = journal.Serve(o)
	}
	if err != nil {
		return err
	}
	last, err := lastArchived(filepath.Join(r.data, archiveDir))
	if err != nil && !errors.Is(err, archive.ErrDamaged) {
		return err
	}
	v.total = int64(last)
	v.log, err = r.server.Open(ctx, journal.OpenOptions{AtLeast: max(last, 1)})
	if errors.Is(err, journal.ErrDamaged) { // there is none
		v.wild = cmp.Or(v.wild, err)
		return nil
	}
	return err
}

// nothing ends a repair that finds all copies whole: there may be one left to be
// recorded.
func (r *repair) nothing() error {
	if r.under == nil {
		fmt.Fprintln(r.c.OutOrStdout(), "nothing is to be repaired")
		return nil
	}
	if r.dry {
		fmt.Fprintln(r.c.OutOrStdout(), "would record the repair that was interrupted")
		r.under = nil
	} else {
		r.server.Vouch()
	}
	return nil
}

// would says what a repair would do.
func (r *repair) would() {
	out, s := r.c.OutOrStdout(), r.found
	if s.archive.damaged() {
		fmt.Fprintf(out, "would write the archive anew, %d events, and keep the old one beside it\n", s.last)
	}
	if len(s.tree) > 0 {
		fmt.Fprintf(out, "would rebuild the tree's files from the archive, if it leads to the signed root\n")
	}
	if s.journal.damaged() {
		fmt.Fprintf(out, "would restore the journal from the archive, %d events, into a new generation\n", s.last)
	}
	fmt.Fprintln(out, "would record the repair; nothing was done")
}

// undertake makes all copies whole.
func (r *repair) undertake(ctx context.Context) error {
	var err error
	if r.under, err = noteDown(r.data, r.found, r.under); err != nil {
		return err
	}
	if err := r.mendArchive(ctx); err != nil {
		return fmt.Errorf("repair the archive: %w", err)
	}
	if err := r.mendTree(ctx); err != nil {
		return fmt.Errorf("repair the tree: %w", err)
	}
	if r.found.journal.damaged() {
		if err := r.mendJournal(ctx); err != nil {
			return fmt.Errorf("repair the journal: %w", err)
		}
	}
	r.server.Vouch()
	return nil
}

// mendArchive writes the archive anew, beside the old one, and puts it in its
// place once it is verified. One that only ends too soon is gone on with.
func (r *repair) mendArchive(ctx context.Context) error {
	dir, s := filepath.Join(r.data, archiveDir), r.found
	target := dir
	if s.archive.damaged() {
		target = filepath.Join(r.data, freshArchive)
		if err := os.RemoveAll(target); err != nil { // of one that was interrupted
			return err
		}
	}
	if err := r.write(ctx, target); err != nil {
		return err
	}
	if err := r.verify(ctx, "archive", target, nil); err != nil {
		return err
	}
	if target == dir {
		return nil
	}
	old, err := r.under.putInPlace(r.data)
	if err != nil {
		return err
	}
	fmt.Fprintf(r.c.OutOrStdout(), "archive: written anew, %d events; the old one is in %s\n", s.last, old)
	return nil
}

// write completes the archive in a folder from the whole history.
func (r *repair) write(ctx context.Context, dir string) (err error) {
	w, err := archive.OpenWriter(dir, archive.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	bar := newProgress(r.c.ErrOrStderr(), "writing the archive")
	defer func() { bar.done(err == nil) }()
	for e, err := range r.found.whole(w.Last()) {
		if err == nil {
			err = ctx.Err()
		}
		if err == nil {
			err = w.Append(e.Place, e.Line)
		}
		if err != nil {
			return err
		}
		bar.set(int64(e.Place), int64(r.found.last), fmt.Sprint("place ", e.Place))
	}
	return nil
}

// mendTree rebuilds the files of the tree.
func (r *repair) mendTree(ctx context.Context) error {
	if len(r.found.tree) == 0 {
		return nil
	}
	reader, err := archive.Open(filepath.Join(r.data, archiveDir))
	if err != nil {
		return err
	}
	mended, err := audit.Rebuild(filepath.Join(r.data, treeDir), audit.Options{Key: r.key}, audited(reader))
	if err != nil {
		return err
	}
	fmt.Fprintf(r.c.OutOrStdout(), "tree: %d files rebuilt\n", len(mended))
	r.found.tree = nil
	return r.verify(ctx, "tree", filepath.Join(r.data, archiveDir), nil)
}

// mendJournal restores the archive, which is whole by now, into a new generation.
func (r *repair) mendJournal(ctx context.Context) error {
	dir := filepath.Join(r.data, archiveDir)
	reader, err := archive.Open(dir)
	if err != nil {
		return err
	}
	if r.under.Unfilled != "" { // when an earlier repair was interrupted
		if err := r.server.Discard(ctx, r.under.Unfilled); err != nil {
			return err
		}
	}
	log, err := r.server.Renew(ctx, journal.OpenOptions{})
	if err != nil {
		return err
	}
	r.under.Unfilled = log.Stream()
	if err := r.under.write(r.data); err != nil {
		return err
	}
	bar := newProgress(r.c.ErrOrStderr(), "restoring the journal")
	last, err := log.Restore(ctx, r.restored(bar, reader))
	bar.done(err == nil)
	if err != nil {
		return err
	}
	fmt.Fprintf(r.c.OutOrStdout(), "journal: restored %d events into %s\n", last, log.Stream())
	if err := r.verify(ctx, "journal", dir, log); err != nil {
		return err
	}
	r.under.Unfilled = ""
	return r.under.write(r.data)
}

func (r *repair) restored(bar *progress, reader *archive.Reader) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for l, err := range archive.Copied(reader.Lines(0)) {
			bar.set(int64(l.Place), int64(r.found.last), fmt.Sprint("place ", l.Place))
			if !yield(l.Bytes, err) {
				return
			}
		}
	}
}

// verify holds a copy that was written, the archive in dir or a journal beside
// it, against the tree. Damaged files of the tree are seen to later.
func (r *repair) verify(ctx context.Context, name, dir string, log journal.Log) (err error) {
	reader, err := archive.Open(dir)
	if err != nil {
		return err
	}
	source := audited(reader)
	if log != nil {
		source = beside(booked(ctx, log), reader, 0, r.found.last, func(booked, _ audit.Event) error {
			return fmt.Errorf("%w: place %d was not written as it was read", journal.ErrDamaged, booked.Place)
		})
	}
	point := r.found.point
	v := &surveyor{bar: newProgress(r.c.ErrOrStderr(), "verifying"), total: int64(r.found.last)}
	defer func() { v.bar.done(err == nil) }()
	source = v.watched(ctx, name, source)
	if point.Size == 0 {
		return drain(source(0))
	}
	policy, err := audit.PolicyOf(r.key.Public())
	if err != nil {
		return err
	}
	report, err := audit.Verify(filepath.Join(r.data, treeDir), policy, source, r.points...)
	if err != nil {
		return err
	}
	if alarm := forked(report); alarm != nil {
		return alarm
	}
	written := condition{report: report}
	if !written.sound(point) || report.Events+report.Beyond != r.found.last || len(r.found.tree) == 0 && len(report.Damages) > 0 {
		return printReport(r.c.OutOrStdout(), name, report)
	}
	fmt.Fprintf(r.c.OutOrStdout(), "%s: verified %d events, root %s\n", name, report.Events, hex.EncodeToString(report.Root[:]))
	return nil
}
