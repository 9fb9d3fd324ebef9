package main

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"kolmikko/events"
	"kolmikko/events/archive"
	"kolmikko/events/journal"
)

// openWriter opens the archive's writer, after mending from the journal what is
// damaged.
func openWriter(ctx context.Context, dir string, log journal.Log) (*archive.Writer, error) {
	w, err := archive.OpenWriter(dir, archive.Options{})
	if !errors.Is(err, archive.ErrDamaged) {
		return w, err
	}
	if _, err := archive.Mend(dir, sourceOf(ctx, log)); err != nil {
		return nil, err
	}
	return archive.OpenWriter(dir, archive.Options{})
}

// sourceOf offers the journal's lines to the archive.
func sourceOf(ctx context.Context, log journal.Log) archive.Source {
	return func(after uint64) iter.Seq2[archive.Line, error] {
		return func(yield func(archive.Line, error) bool) {
			for l, err := range log.Lines(ctx, after, "", false) {
				if !yield(archive.Line{Place: l.Place, Bytes: l.Data}, err) {
					return
				}
			}
		}
	}
}

// load takes in what the archive holds.
func (h *house) load(ctx context.Context, from *archive.Reader) error {
	for r, err := range from.Read(0) {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return fmt.Errorf("read the archive: %w", err)
		}
		h.Desk.Take(r)
		h.Views.Take(r)
	}
	return nil
}

// follow takes what happens into the archive, the rules and the views, until ctx
// is done.
func (h *house) follow(ctx context.Context) {
	err := h.followUntil(ctx)
	if ctx.Err() != nil {
		return
	}
	err = fmt.Errorf("follow the history: %w", err)
	if isDamage(err) {
		h.log.Halt(damaged(err))
		close(h.ended) // and what there is can be read on
		return
	}
	h.log.Halt(err) // what nobody follows, nobody writes
	h.mu.Lock()
	defer h.mu.Unlock()
	h.failed = err
	close(h.fell)
	close(h.ended)
}

func (h *house) followUntil(ctx context.Context) error {
	for l, err := range h.log.Lines(ctx, h.archive.Last(), "", true) {
		if err != nil {
			return err
		}
		if err := h.copyOut(l); err != nil {
			return err
		}
		r, err := events.Decode(l.Place, l.Data)
		if err != nil {
			return err // an event of an unknown kind is kept in the archive, and loud
		}
		h.Desk.Take(r)
		h.Views.Take(r)
	}
	return errors.New("the journal's answer ended")
}

// copyOut takes a line into the archive and the tree. Of a history that was found
// damaged nothing is copied or signed any more.
func (h *house) copyOut(l journal.Line) error {
	if h.log.Writable() != nil {
		return nil
	}
	if err := h.archive.Append(l.Place, l.Data); err != nil {
		return err
	}
	return h.tree.Append(auditEvent(l.Place, l.Subject, l.Data))
}

// settle waits until every view has taken in what the journal holds, or all that
// can be read of it.
func (h *house) settle(ctx context.Context) error {
	head, err := h.log.Head(ctx)
	if err != nil || h.log.Writable() != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() {
		select {
		case <-h.ended:
			cancel(h.err())
		case <-ctx.Done():
		}
	}()
	err = h.Views.Await(ctx, head)
	if err != nil && h.err() == nil && isDamage(h.log.Writable()) {
		return nil
	}
	if err != nil {
		return context.Cause(ctx)
	}
	return nil
}

// err returns why following the history ended, if it did by itself.
func (h *house) err() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.failed
}
