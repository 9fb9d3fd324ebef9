package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"kolmikko/events"
	"kolmikko/events/archive"
	"kolmikko/events/journal"
	"kolmikko/projections/audit"
)

// What is kept beside the data folder and never in it nor in its backups: the
// key-encryption key of the vault, the key that signs the audit tree's
// checkpoints, and the policy that names its witnesses.
const (
	kekFile      = "kek"
	auditKeyFile = "audit.key"
	policyFile   = "policy"
	treeDir      = "tree" // in the data folder
)

// keysBeside returns the folder of the secrets of a data folder: the given one,
// or the data folder's name with .keys behind it.
func keysBeside(data, given string) string {
	if given != "" {
		return given
	}
	return filepath.Clean(data) + ".keys"
}

// openTree opens the audit tree and takes in what it hasn't seen of the archive.
func (h *house) openTree(ctx context.Context, data, keys string) error {
	key, err := audit.LoadOrCreateKey(filepath.Join(keys, auditKeyFile))
	if err != nil {
		return err
	}
	tree, err := audit.OpenTree(filepath.Join(data, treeDir), audit.Options{Key: key})
	if isDamage(err) { // the history can be read without it
		h.log.Halt(damaged(err))
		return nil
	}
	if err != nil {
		return err
	}
	h.tree = tree
	if err := h.examine(ctx, h.server != nil && !h.server.Untouched(), rand.Uint64()); err != nil {
		return err
	}
	if h.log.Writable() != nil {
		return nil
	}
	h.examined = true
	reader, err := archive.Open(h.archiveDir)
	if err != nil {
		return err
	}
	for e, err := range audited(reader)(h.tree.Last()) {
		if err == nil {
			err = ctx.Err()
		}
		if err == nil {
			err = h.tree.Append(e)
		}
		if err != nil {
			return fmt.Errorf("bring the tree up: %w", err)
		}
	}
	return h.openWitnesses(filepath.Join(keys, policyFile))
}

// openWitnesses begins to ask the witnesses that a policy names, if there is
// one.
func (h *house) openWitnesses(file string) error {
	text, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the witnesses' policy: %w", err)
	}
	policy, err := audit.ParsePolicy(text)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	h.witnesses, err = audit.NewWitnesses(h.tree, policy, &http.Client{Timeout: 10 * time.Second})
	return err
}

// audited offers the archive's lines to the tree.
func audited(reader *archive.Reader) audit.Source {
	return func(after uint64) iter.Seq2[audit.Event, error] {
		return func(yield func(audit.Event, error) bool) {
			for l, err := range reader.Lines(after) {
				if err != nil {
					yield(audit.Event{}, err)
					return
				}
				kind, p, c, ok := archive.Peek(l.Bytes)
				if !ok {
					yield(audit.Event{}, fmt.Errorf("%w: place %d can't be read", archive.ErrDamaged, l.Place))
					return
				}
				if !yield(auditEvent(l.Place, events.SubjectOf(p, c, kind), l.Bytes), nil) {
					return
				}
			}
		}
	}
}

// booked offers the journal's lines to the tree.
func booked(ctx context.Context, log journal.Log) audit.Source {
	return func(after uint64) iter.Seq2[audit.Event, error] {
		return func(yield func(audit.Event, error) bool) {
			for l, err := range log.Lines(ctx, after, "", false) {
				if !yield(auditEvent(l.Place, l.Subject, l.Data), err) || err != nil {
					return
				}
			}
		}
	}
}

func auditEvent(place uint64, subject string, line []byte) audit.Event {
	return audit.Event{Place: place, Subject: subject, Line: line}
}
