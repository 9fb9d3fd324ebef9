package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"time"

	"kolmikko/events"
	"kolmikko/events/archive"
	"kolmikko/events/journal"
	"kolmikko/projections/audit"
)

// How the journal is held against its other copies. A start after an orderly end,
// with every file as it was left, and each hour look at a sample and at the end;
// any other start at everything, since a flipped bit can make an event vanish and
// the server won't say so. That takes about 10 µs an event, once.
const (
	examineEvery = time.Hour
	spots        = 10     // anywhere: the server keeps each block of the store that it reads in memory for a while
	atEachSpot   = 20     // places, one after the other
	newestPlaces = 10_000 // at the end, where a store that was killed is torn; a block of the store has about so many
)

// howToMend ends what is said of a damage.
const howToMend = "; stop the server and run kolmikko repair"

// examine holds the journal against the archive and the signed tree: all of it,
// or what the seed picks. What it finds stops all writing and names the place;
// the error is of what could not be looked at.
func (h *house) examine(ctx context.Context, everything bool, seed uint64) error {
	if h.log.Writable() != nil {
		return nil // as it was found before
	}
	reader, err := archive.Open(h.archiveDir)
	if err != nil {
		return err
	}
	e := &examination{log: h.log, reader: reader, tree: h.tree, treeDir: filepath.Join(filepath.Dir(h.archiveDir), treeDir)}
	if e.archived, err = reader.Last(); err == nil {
		err = h.log.Check(ctx, max(e.archived, e.signed()))
	}
	switch {
	case err != nil:
	case everything:
		err = e.all(ctx)
	default:
		err = e.some(ctx, rand.New(rand.NewPCG(seed, 0)))
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if isDamage(err) {
		h.log.Halt(damaged(err))
		return nil
	}
	return err
}

// isDamage reports whether err is of a copy of the history that is not what was
// written, and not of one that could not be read.
func isDamage(err error) bool {
	_, alarm := errors.AsType[*audit.Alarm](err)
	return alarm || errors.Is(err, journal.ErrDamaged) || errors.Is(err, archive.ErrDamaged) || errors.Is(err, audit.ErrDamaged)
}

// damaged makes a journal.ErrDamaged, which stops writing, of any damage.
func damaged(err error) error {
	if errors.Is(err, journal.ErrDamaged) {
		return err
	}
	return fmt.Errorf("%w: %w", journal.ErrDamaged, err)
}

// watch examines the history each hour until ctx is done.
func (h *house) watch(ctx context.Context) {
	tick := time.NewTicker(examineEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		if err := h.examine(ctx, false, rand.Uint64()); err != nil && ctx.Err() == nil {
			h.logger.Warn("the history was not examined", "err", err)
		}
	}
}

// An examination is one comparison of the journal with its other copies.
type examination struct {
	log      *journal.JetStream
	reader   *archive.Reader
	tree     *audit.Tree // nil where it is damaged itself
	treeDir  string
	archived uint64 // the archive's last place
}

// signed is the size of the newest checkpoint.
func (e *examination) signed() uint64 {
	if e.tree == nil {
		return 0
	}
	return e.tree.Checkpoint().Size
}

// all compares every event with the archive, and with the tree, which is hashed
// anew.
func (e *examination) all(ctx context.Context) error {
	beside := beside(booked(ctx, e.log), e.reader, 0, e.archived, e.judge)
	if e.signed() == 0 {
		return drain(beside(0))
	}
	report, err := audit.Verify(e.treeDir, e.tree.Policy(), beside)
	if err != nil {
		return err
	}
	return amiss(report)
}

// amiss returns the first of what a verification of the journal found.
func amiss(r *audit.Report) error {
	for _, d := range r.Differences {
		return fmt.Errorf("%w: event %d of journal and archive is not what was signed", journal.ErrDamaged, d.First)
	}
	for _, a := range r.Alarms {
		if a.Code == audit.TreeForked {
			return a
		}
	}
	for _, d := range r.Damages {
		return d
	}
	return nil
}

func drain(events iter.Seq2[audit.Event, error]) error {
	for _, err := range events {
		if err != nil {
			return err
		}
	}
	return nil
}

// beside yields what history does, past the place after, and ends with what judge
// makes of the first line that the archive has otherwise, up to the place last.
func beside(history audit.Source, reader *archive.Reader, after, last uint64, judge func(journal, archive audit.Event) error) audit.Source {
	return func(uint64) iter.Seq2[audit.Event, error] {
		return func(yield func(audit.Event, error) bool) {
			next, stop := iter.Pull2(audited(reader)(after))
			defer stop()
			for e, err := range history(after) {
				if err == nil && e.Place <= last {
					copied, other, more := next()
					switch {
					case !more:
						err = fmt.Errorf("%w: place %d is gone meanwhile", archive.ErrDamaged, e.Place)
					case other != nil:
						err = other
					case !bytes.Equal(copied.Line, e.Line) || copied.Place != e.Place:
						err = judge(e, copied)
					}
				}
				if !yield(e, err) || err != nil {
					return
				}
			}
		}
	}
}

// some compares a sample with archive and tree, and the newest places with the
// archive.
func (e *examination) some(ctx context.Context, chance *rand.Rand) error {
	head, err := e.log.Head(ctx)
	if err != nil || head == 0 {
		return err
	}
	var newest uint64
	if e.archived > newestPlaces {
		newest = e.archived - newestPlaces
	}
	if err := drain(beside(booked(ctx, e.log), e.reader, newest, e.archived, e.judge)(newest)); err != nil {
		return err
	}
	sample := make([]uint64, 0, spots*atEachSpot)
	for range spots {
		first := 1 + chance.Uint64N(head)
		for place := first; place < first+atEachSpot && place <= head; place++ {
			sample = append(sample, place)
		}
	}
	slices.Sort(sample)
	return e.sample(ctx, slices.Compact(sample))
}

// sample compares the events at some places, in order.
func (e *examination) sample(ctx context.Context, places []uint64) error {
	copied := map[uint64][]byte{}
	rest := places
	for l, err := range e.reader.Lines(0) {
		if err != nil {
			return err
		}
		if len(rest) == 0 {
			break
		}
		if l.Place == rest[0] {
			copied[l.Place] = bytes.Clone(l.Bytes)
			rest = rest[1:]
		}
	}
	for _, place := range places {
		for is, err := range booked(ctx, e.log)(place - 1) {
			if err != nil {
				return err
			}
			if line, there := copied[place]; there && !bytes.Equal(line, is.Line) {
				return e.judge(is, eventOf(place, line))
			}
			if err := e.prove(is); err != nil {
				return err
			}
			break
		}
	}
	return nil
}

// prove holds one event against the signed tree, if that has its place.
func (e *examination) prove(is audit.Event) error {
	if is.Place > e.signed() {
		return nil
	}
	prover := e.tree.Prover()
	point, err := prover.Checkpoint()
	if err != nil {
		return err
	}
	proof, err := prover.Prove(is.Place)
	if err != nil { // a newer checkpoint may have replaced its files just now
		if proof, err = prover.Prove(is.Place); err != nil {
			return err
		}
	}
	_, err = audit.VerifyProof(e.tree.Policy(), audit.LeafOf(point.History(), is), proof)
	if errors.Is(err, audit.ErrNotIncluded) {
		return fmt.Errorf("%w: event %d of the journal is not what was signed", journal.ErrDamaged, is.Place)
	}
	if err == nil {
		_, err = prover.Leaf(is.Place) // which no proof needs, and an auditor does
	}
	return err
}

// judge says which of two copies that differ is what was signed.
func (e *examination) judge(booked, copied audit.Event) error {
	place := booked.Place
	right := e.prove(booked)
	switch {
	case place > e.signed():
		return fmt.Errorf("%w: journal and archive differ at place %d, and neither is signed", journal.ErrDamaged, place)
	case errors.Is(right, audit.ErrDamaged):
		return fmt.Errorf("%w: journal and archive differ at place %d, and of the tree: %w", journal.ErrDamaged, place, right)
	case right == nil:
		return fmt.Errorf("%w: the archive is not what was signed at place %d, and the journal is", journal.ErrDamaged, place)
	case e.prove(copied) == nil:
		return fmt.Errorf("%w: the journal is not what was signed at place %d, and the archive is", journal.ErrDamaged, place)
	}
	return fmt.Errorf("%w: neither journal nor archive is what was signed at place %d", journal.ErrDamaged, place)
}

// eventOf returns a line of the archive for the tree.
func eventOf(place uint64, line []byte) audit.Event {
	kind, p, c, _ := archive.Peek(line)
	return auditEvent(place, events.SubjectOf(p, c, kind), line)
}
