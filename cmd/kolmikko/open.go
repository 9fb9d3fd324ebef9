package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"
	"time"

	"kolmikko/api"
	"kolmikko/events"
	"kolmikko/events/archive"
	"kolmikko/events/journal"
	"kolmikko/events/programme"
	"kolmikko/events/vault"
	"kolmikko/projections"
	"kolmikko/projections/audit"
)

// Where things are in a data folder.
const (
	journalDir = "journal" // the embedded server's store
	archiveDir = "archive" // the history as files of lines
	tokensFile = "tokens.ndjson"
)

// openOptions say which house to open.
type openOptions struct {
	data   string
	keys   string           // folder of the secrets that the data folder must not hold; see keysBeside
	kek    string           // the key-encryption key, when it comes from the environment
	nats   string           // an existing server or cluster; the embedded one when empty
	creds  string           // for it
	rand   io.Reader        // where keys come from; crypto/rand when nil
	now    func() time.Time // the clock; the real one when nil
	logger *slog.Logger

	repaired bool // by who opens it, who has yet to record that
}

// A house is every room wired to the others, with the history being followed
// into the archive and the views.
type house struct {
	*api.Door
	log        *journal.JetStream
	archive    *archive.Writer
	tree       *audit.Tree
	witnesses  *audit.Witnesses // nil where no policy names any
	archiveDir string
	trouble    []string // what was found wrong when it was opened
	logger     *slog.Logger
	examined   bool // when it was opened, all that had to be compared was found whole

	keyStore func(vault.StreamOptions) (*vault.Stream, error) // on the journal's server

	server *journal.Server // nil when the journal is elsewhere
	hangUp func()          // ends the connection to a journal that is elsewhere
	stop   context.CancelFunc
	done   sync.WaitGroup

	mu     sync.Mutex
	failed error         // why following ended, guarded by mu
	fell   chan struct{} // closed when following ended by itself, and not since the history is damaged
	ended  chan struct{} // closed when following ended by itself
}

// gcWhileOpening is the garbage collector's percentage while a house is opened,
// when nearly all that is made is garbage at once: less memory, for little time.
const gcWhileOpening = 40

// openHouse opens the house in o.data and returns once every view is up to date.
func openHouse(ctx context.Context, o openOptions) (h *house, err error) {
	defer debug.SetGCPercent(debug.SetGCPercent(gcWhileOpening))
	h = &house{fell: make(chan struct{}), ended: make(chan struct{}), logger: cmp.Or(o.logger, slog.New(slog.DiscardHandler))}
	defer func() {
		if err != nil {
			err = errors.Join(err, h.Close())
			h = nil
		}
	}()
	if err := os.MkdirAll(o.data, 0o700); err != nil {
		return h, fmt.Errorf("make the data folder: %w", err)
	}
	h.archiveDir = filepath.Join(o.data, archiveDir)
	if _, err := os.Stat(repairFileIn(o.data)); err == nil && !o.repaired {
		return h, errUnfinished
	}
	if err := h.openJournal(ctx, o); err != nil {
		return h, err
	}
	keys, err := h.openKeys(o)
	if err != nil {
		return h, err
	}
	now := o.now
	if now == nil {
		now = func() time.Time { return time.Now().UTC() }
	}
	h.Door = &api.Door{
		Log:   h.log,
		Desk:  journal.NewDesk(h.log, (*programme.State).Evolve),
		Views: projections.NewViews(projections.Catalogue()...),
		Vault: keys,
		Now:   now,
	}
	if err := h.openArchive(ctx); err != nil {
		return h, err
	}
	h.expectKeys()
	if err := h.openTree(ctx, o.data, keysBeside(o.data, o.keys)); err != nil {
		return h, err
	}
	follow, stop := context.WithCancel(context.WithoutCancel(ctx))
	h.stop = stop
	h.done.Go(func() { h.follow(follow) })
	h.done.Go(func() { h.watch(follow) })
	if h.witnesses != nil {
		h.done.Go(func() { h.witnesses.Follow(follow, time.Minute) })
	}
	return h, h.settle(ctx)
}

func (h *house) openJournal(ctx context.Context, o openOptions) error {
	last, err := lastArchived(h.archiveDir)
	if err != nil {
		return err
	}
	open := journal.OpenOptions{Logger: o.logger, AtLeast: last}
	if o.nats != "" {
		conn, err := journal.Dial(ctx, o.nats, o.creds, o.logger)
		if err != nil {
			return err
		}
		h.hangUp = conn.Close
		h.keyStore = func(o vault.StreamOptions) (*vault.Stream, error) { return vault.OpenStream(ctx, conn, o) }
		h.log, err = journal.OpenJetStream(ctx, conn, open)
		return err
	}
	h.server, err = journal.Serve(journal.Options{
		Dir: filepath.Join(o.data, journalDir), Logger: o.logger,
	})
	if err != nil {
		return err
	}
	h.keyStore = func(o vault.StreamOptions) (*vault.Stream, error) { return vault.OpenStream(ctx, h.server.Conn, o) }
	h.log, err = h.server.Open(ctx, open)
	return err
}

// expectKeys tells the vault of whom the history holds sealed text, so that a key
// that was lost is missed and not made anew.
func (h *house) expectKeys() {
	for _, p := range h.Desk.Programmes() {
		var people []events.PersonID
		h.Desk.Look(p, func(s *programme.State) {
			for id, about := range s.People {
				if !about.Erased {
					people = append(people, id)
				}
			}
		})
		h.Vault.Expect(p, people...)
	}
}

// openKeys opens the vault, whose keys are in the journal's store, wrapped under
// a key-encryption key that is not.
func (h *house) openKeys(o openOptions) (*vault.Keys, error) {
	stream, err := h.keyStore(vault.StreamOptions{
		KEKFile: filepath.Join(keysBeside(o.data, o.keys), kekFile), KEKValue: o.kek, Apart: o.data,
	})
	if err != nil {
		return nil, err
	}
	keys, err := vault.Load(stream, vault.Options{Rand: o.rand})
	if err != nil {
		return nil, errors.Join(err, stream.Close())
	}
	return keys, nil
}

// lastArchived returns the last place of the archive in dir, 0 if there is none.
func lastArchived(dir string) (uint64, error) {
	reader, err := archive.Open(dir)
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return reader.Last()
}

// openArchive replays the archive into the rules and the views.
func (h *house) openArchive(ctx context.Context) (err error) {
	if h.archive, err = openWriter(ctx, h.archiveDir, h.log); err != nil {
		return err
	}
	reader, err := archive.Open(h.archiveDir)
	if err != nil {
		return err
	}
	err = h.load(ctx, reader)
	if errors.Is(err, archive.ErrDamaged) {
		return h.mendArchive(ctx)
	}
	return err
}

// mendArchive repairs what is damaged in the middle of the archive from the
// journal, and replays it.
func (h *house) mendArchive(ctx context.Context) error {
	if err := h.archive.Close(); err != nil {
		return err
	}
	mended, err := archive.Mend(h.archiveDir, sourceOf(ctx, h.log))
	if err != nil {
		return fmt.Errorf("mend the archive: %w", err)
	}
	for _, d := range mended {
		h.trouble = append(h.trouble, "mended from the journal: "+d.Error())
	}
	if h.archive, err = archive.OpenWriter(h.archiveDir, archive.Options{}); err != nil {
		return err
	}
	reader, err := archive.Open(h.archiveDir)
	if err != nil {
		return err
	}
	return h.load(ctx, reader)
}

// health says how the house is.
func (h *house) health(ctx context.Context) api.Health {
	a := api.Health{Archived: h.archive.Synced(), Trouble: append(append([]string{}, h.trouble...), h.log.Warnings()...), Writable: true}
	head, err := h.log.Head(ctx)
	if err != nil {
		a.Trouble, a.Writable = append(a.Trouble, "the journal does not answer: "+err.Error()), false
	}
	a.Head = head
	if err := h.Vault.Trouble(); err != nil {
		a.Trouble = append(a.Trouble, err.Error())
	}
	if h.witnesses != nil {
		for _, alarm := range h.witnesses.Alarms(time.Now()) {
			a.Trouble = append(a.Trouble, alarm.Error())
		}
	}
	broken := h.log.Health()
	err = broken
	if err == nil {
		err = h.log.Writable()
	}
	switch {
	case broken == nil && isDamage(err):
		a.Trouble, a.Writable = append(a.Trouble, err.Error()+howToMend), false
	case err != nil:
		a.Trouble, a.Writable = append(a.Trouble, err.Error()), false
	}
	return a
}

// Close puts every room in order; what was acknowledged is on disk anyway.
func (h *house) Close() (err error) {
	if h.stop != nil {
		h.stop()
		h.done.Wait()
	}
	if h.archive != nil {
		err = errors.Join(err, h.archive.Close())
	}
	if h.tree != nil {
		err = errors.Join(err, h.tree.Close())
	}
	if h.Door != nil {
		err = errors.Join(err, h.Vault.Close())
	}
	switch {
	case h.server != nil:
		if h.examined && h.log.Writable() == nil && err == nil {
			h.server.Vouch()
		}
		h.server.Close()
	case h.hangUp != nil:
		h.hangUp()
	}
	return err
}
