package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"path/filepath"
	"strings"

	"kolmikko/events"
	"kolmikko/events/archive"
	"kolmikko/events/journal"
	"kolmikko/projections/audit"
)

// A survey is what the three copies of a history are like: journal, archive and
// the signed tree.
type survey struct {
	point   audit.Checkpoint // what all is held against; size 0 where nothing was signed
	last    uint64           // place of the history
	journal condition
	archive condition
	tree    []*audit.Damage
}

// A condition is what one copy of the lines is like.
type condition struct {
	source audit.Source // what of it can be read
	report *audit.Report
	bad    places // that it hasn't, or has otherwise
	last   uint64 // place
	amiss  error  // what else is wrong with it
}

// sound reports whether what was signed of it is there and nothing else is.
func (c *condition) sound(point audit.Checkpoint) bool {
	return c.report == nil || len(c.report.Differences) == 0 && c.report.Root == point.Root && c.report.Events == point.Size
}

func (c *condition) damaged() bool { return len(c.bad) > 0 || c.amiss != nil }

// A surveyor looks at the copies in a data folder.
type surveyor struct {
	data    string
	policy  *audit.Policy // nil where there is no key
	against []audit.Checkpoint
	log     *journal.JetStream // nil where there is no journal to read
	wild    error              // why there is none
	bar     *progress
	total   int64 // events, about
}

// survey reads all copies whole. What can't be settled is an [audit.Alarm].
func (v *surveyor) survey(ctx context.Context) (*survey, error) {
	s := &survey{}
	s.archive.source = leftIn(filepath.Join(v.data, archiveDir))
	s.journal.source = leftOf(ctx, v.log)
	damages, err := archive.Check(filepath.Join(v.data, archiveDir))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for _, d := range damages {
		s.archive.amiss = errors.Join(s.archive.amiss, d)
	}
	if err := v.verify(ctx, s); err != nil {
		return nil, err
	}
	if err := s.settle(); err != nil {
		return nil, err
	}
	if err := s.tail(ctx); err != nil {
		return nil, err
	}
	if v.log == nil {
		s.journal.amiss = v.wild
	}
	if v.log != nil && len(s.journal.bad) == 0 {
		s.journal.amiss = v.log.Check(ctx, s.last)
	}
	return s, nil
}

// verify holds both copies of the lines against the tree.
func (v *surveyor) verify(ctx context.Context, s *survey) error {
	if v.policy == nil {
		return nil
	}
	for i, c := range []*condition{&s.archive, &s.journal} {
		name := []string{"archive", "journal"}[i]
		var err error
		c.report, err = audit.Verify(filepath.Join(v.data, treeDir), v.policy, v.watched(ctx, name, c.source), v.against...)
		if errors.Is(err, audit.ErrNotFound) {
			c.report = nil
			continue
		}
		if err != nil {
			return err
		}
		if c.report.Checkpoint.Size == 0 {
			return fmt.Errorf("tree-unreadable: no checkpoint of the tree can be read, so nothing signed tells what the history was: %w", c.report.Damages[0])
		}
		s.point = c.report.Checkpoint
	}
	return nil
}

// watched shows how far a reading is, and ends it with ctx.
func (v *surveyor) watched(ctx context.Context, name string, source audit.Source) audit.Source {
	return func(after uint64) iter.Seq2[audit.Event, error] {
		return func(yield func(audit.Event, error) bool) {
			for e, err := range source(after) {
				if err == nil {
					err = ctx.Err()
				}
				if e.Place%1000 == 0 {
					v.bar.set(min(int64(e.Place), v.total), v.total, fmt.Sprintf("%s, place %d", name, e.Place))
				}
				if !yield(e, err) || err != nil {
					return
				}
			}
		}
	}
}

// settle says which signed places of which copy are damaged.
func (s *survey) settle() error {
	a, j := &s.archive, &s.journal
	switch {
	case a.report == nil:
		return nil
	case a.sound(s.point):
		s.tree = a.report.Damages
		j.bad = j.report.Differences
		return s.settled(a, j)
	case j.sound(s.point):
		s.tree = j.report.Damages
		a.bad = a.report.Differences
		return s.settled(j, a)
	}
	s.tree = a.report.Damages
	a.bad, j.bad = a.report.Differences, j.report.Differences
	for _, c := range []*condition{a, j} {
		if alarm := forked(c.report); alarm != nil {
			return alarm
		}
	}
	return nil
}

// settled finds out exactly where a copy differs from one that is what was
// signed, if the tree's files could not tell.
func (s *survey) settled(sound, other *condition) error {
	if alarm := forked(sound.report); alarm != nil {
		return alarm
	}
	if other.sound(s.point) || forked(other.report) == nil && len(s.tree) == 0 {
		return nil
	}
	other.bad = nil
	return alongside(sound.source, other.source, 0, func(place uint64, is, has *audit.Event) error {
		switch {
		case place > s.point.Size:
			return errEnough
		case has == nil:
			other.bad = other.bad.add(place, true)
		case !same(is, has):
			other.bad = other.bad.add(place, false)
		}
		return nil
	})
}

func forked(r *audit.Report) error {
	for _, a := range r.Alarms {
		if a.Code == audit.TreeForked {
			return a
		}
	}
	return nil
}

// tail looks at what is signed by nobody yet: of two copies that differ nobody
// can say which is right.
func (s *survey) tail(ctx context.Context) error {
	a, j := &s.archive, &s.journal
	size := s.point.Size
	s.last, a.last, j.last = size, size, size
	var late places // that the archive hasn't, which is no damage at its end
	err := alongside(a.source, j.source, size, func(place uint64, here, there *audit.Event) error {
		s.last = place
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case here == nil && there == nil:
			a.bad, j.bad = a.bad.add(place, true), j.bad.add(place, true)
			return nil
		case here == nil:
			late = late.add(place, true)
			j.last = place
			return nil
		}
		a.bad, late = append(a.bad, late...), nil
		a.last = place
		if there == nil {
			j.bad = j.bad.add(place, true)
			return nil
		}
		j.last = place
		if !same(here, there) {
			return fmt.Errorf("disputed: archive and journal differ at place %d, and no checkpoint says which is right; if it is the journal, move the archive's folder away and run it again", place)
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return err
}

func same(a, b *audit.Event) bool { return a.Subject == b.Subject && bytes.Equal(a.Line, b.Line) }

var errEnough = errors.New("enough was read")

// alongside goes through two histories past the place after, and shows each
// place that either has, and those in between, with what it is in each.
func alongside(one, other audit.Source, after uint64, look func(place uint64, one, other *audit.Event) error) error {
	a, stopA := iter.Pull2(one(after))
	defer stopA()
	b, stopB := iter.Pull2(other(after))
	defer stopB()
	nextA, nextB := &ahead{next: a}, &ahead{next: b}
	for place := after + 1; ; place++ {
		is, err := nextA.at(place)
		if err != nil {
			return err
		}
		has, err := nextB.at(place)
		if err != nil {
			return err
		}
		if nextA.ended && nextB.ended {
			return nil
		}
		if err := look(place, is, has); err != nil {
			return err
		}
	}
}

// An ahead reads a history one event ahead.
type ahead struct {
	next  func() (audit.Event, error, bool)
	event *audit.Event
	ended bool
}

// at returns the event at a place, or nil. Places are asked for in order; the
// line is the reader's until the next one.
func (h *ahead) at(place uint64) (*audit.Event, error) {
	for !h.ended && (h.event == nil || h.event.Place < place) {
		e, err, more := h.next()
		if err != nil {
			return nil, err
		}
		h.event, h.ended = &e, !more
	}
	if h.ended || h.event.Place > place {
		return nil, nil
	}
	return h.event, nil
}

// leftIn offers what lines of a damaged archive are where they should be.
func leftIn(dir string) audit.Source {
	return func(after uint64) iter.Seq2[audit.Event, error] {
		return func(yield func(audit.Event, error) bool) {
			files, err := filepath.Glob(filepath.Join(dir, "*.ndjson")) // sorted, as places are
			if err != nil {
				yield(audit.Event{}, err)
				return
			}
			for i, file := range files {
				end := ^uint64(0)
				if i+1 < len(files) {
					if end = firstOf(files[i+1]); end <= after+1 {
						continue
					}
				}
				if !leftInFile(file, after, end, yield) {
					return
				}
			}
		}
	}
}

// firstOf reads the place that a segment is named by.
func firstOf(file string) (first uint64) {
	_, _ = fmt.Sscanf(strings.TrimSuffix(filepath.Base(file), ".ndjson"), "%d", &first)
	return first
}

// leftInFile yields a segment's lines below the place end.
func leftInFile(file string, after, end uint64, yield func(audit.Event, error) bool) bool {
	reader, err := archive.Open(file)
	if err != nil {
		return yield(audit.Event{}, err)
	}
	for l, err := range reader.Lines(0) {
		if err != nil || l.Place >= end {
			return true // the rest of this segment is lost
		}
		if r, err := events.Decode(l.Place, l.Bytes); l.Place <= after || err != nil && !errors.Is(err, events.ErrUnknownKind) {
			continue
		} else if err == nil && !yield(auditEvent(l.Place, r.Subject(), l.Bytes), nil) {
			return false
		} else if err != nil && !yield(eventOf(l.Place, l.Bytes), nil) {
			return false
		}
	}
	return true
}

// leftOf offers what lines of a damaged journal can be read.
func leftOf(ctx context.Context, log *journal.JetStream) audit.Source {
	return func(after uint64) iter.Seq2[audit.Event, error] {
		return func(yield func(audit.Event, error) bool) {
			if log == nil {
				return
			}
			for l, err := range log.Remains(ctx, after) {
				if !yield(auditEvent(l.Place, l.Subject, l.Data), err) || err != nil {
					return
				}
			}
		}
	}
}

// whole offers the history, each place from a copy that has it as it was: the
// archive where it can.
func (s *survey) whole(after uint64) iter.Seq2[audit.Event, error] {
	if len(s.archive.bad) == 0 && s.archive.last == s.last {
		return s.archive.source(after)
	}
	return func(yield func(audit.Event, error) bool) {
		here, there := &pointer{s.archive.bad}, &pointer{s.journal.bad}
		err := alongside(s.archive.source, s.journal.source, after, func(place uint64, a, j *audit.Event) error {
			e := a
			if e == nil || here.at(place) {
				if e = j; e == nil || there.at(place) {
					return lost(place)
				}
			}
			if place > s.last || !yield(*e, nil) {
				return errEnough
			}
			return nil
		})
		if err != nil && !errors.Is(err, errEnough) {
			yield(audit.Event{}, err)
		}
	}
}

func lost(place uint64) error {
	return fmt.Errorf("history-lost: place %d is in no copy as it was; put a backup's archive in the place of this one and run it again", place)
}

// print says what was found of each copy.
func (s *survey) print(w io.Writer) {
	for _, c := range []struct {
		name string
		condition
	}{{"archive", s.archive}, {"journal", s.journal}} {
		c.bad.print(w, c.name)
		if c.amiss != nil {
			fmt.Fprintf(w, "%s: %v\n", c.name, c.amiss)
		}
		if !c.damaged() {
			fmt.Fprintf(w, "%s: whole, %d events\n", c.name, c.last)
		}
	}
	for _, d := range s.tree {
		fmt.Fprintf(w, "tree: %v\n", d)
	}
	switch {
	case s.point.Size == 0:
		fmt.Fprintln(w, "tree: nothing was signed yet")
	case len(s.tree) == 0:
		fmt.Fprintf(w, "tree: whole, %d events, root %s\n", s.point.Size, hex.EncodeToString(s.point.Root[:]))
	}
}
