package main

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"kolmikko/api"
	"kolmikko/events"
	"kolmikko/events/archive"
	"kolmikko/events/programme"
	"kolmikko/projections/audit"
)

const (
	repairFile   = "repair.json"   // in a data folder while a repair is under way
	freshArchive = "archive.fresh" // one that is being written
)

func repairFileIn(data string) string { return filepath.Join(data, repairFile) }

// errUnfinished is returned for a house whose repair was interrupted.
var errUnfinished = errors.New("repair-unfinished: a repair of the history was interrupted; run kolmikko repair again")

// An undertaking is what a repair found and means to do. It is written down
// before anything is changed and stays until the repair is recorded.
type undertaking struct {
	ID         string               `json:"id"`
	Begun      time.Time            `json:"begun"`
	Reason     events.Code          `json:"reason"`
	From       uint64               `json:"from"`
	To         uint64               `json:"to"`
	Count      int                  `json:"count"`
	Size       uint64               `json:"size,omitzero"`
	Root       events.Digest        `json:"root,omitzero"`
	Unfilled   string               `json:"unfilled,omitzero"` // a generation of the journal that is being restored
	Programmes []events.ProgrammeID `json:"programmes"`
	Old        string               `json:"old,omitzero"` // where the old archive is going, while the fresh one, which is whole, takes its place
}

// readUndertaking returns the one that was interrupted, or nil.
func readUndertaking(data string) (*undertaking, error) {
	text, err := os.ReadFile(repairFileIn(data))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	u := new(undertaking)
	if err := json.Unmarshal(text, u); err != nil {
		return nil, fmt.Errorf("read %s: %w", repairFile, err)
	}
	return u, nil
}

// noteDown notes what is about to be done about what was found. One that was
// interrupted keeps what it found first: what is damaged now may be its own doing.
func noteDown(data string, s *survey, earlier *undertaking) (*undertaking, error) {
	u := &undertaking{ID: uuid.NewString(), Begun: time.Now().UTC().Truncate(time.Second), Reason: s.reason()}
	if earlier != nil {
		*u = *earlier
		if u.Reason != s.reason() {
			u.Reason = programme.CopiesDamaged
		}
		return u, u.write(data)
	}
	if s.point.Size > 0 {
		u.Size, u.Root = s.point.Size, events.Digest(hex.EncodeToString(s.point.Root[:]))
	}
	bad := union(s.archive.bad, s.journal.bad)
	u.From, u.To, u.Count = 1, s.last, int(bad.count())
	if len(bad) > 0 {
		u.From, u.To = bad[0].First, bad[len(bad)-1].Last
	} else if u.Reason != programme.TreeDamaged {
		u.Count = int(s.last) // no line is damaged, and what holds them is
	}
	var err error
	if u.Programmes, err = programmesOf(s.whole, bad); err != nil {
		return nil, err
	}
	return u, u.write(data)
}

// reason says which copies were damaged.
func (s *survey) reason() events.Code {
	var all []events.Code
	for _, c := range []struct {
		code    events.Code
		damaged bool
	}{{programme.ArchiveDamaged, s.archive.damaged()}, {programme.TreeDamaged, len(s.tree) > 0}, {programme.JournalDamaged, s.journal.damaged()}} {
		if c.damaged {
			all = append(all, c.code)
		}
	}
	if len(all) == 1 {
		return all[0]
	}
	return programme.CopiesDamaged
}

// union returns the places of either.
func union(a, b places) (all places) {
	both := slices.Concat(a, b)
	slices.SortFunc(both, func(x, y audit.Difference) int { return cmp.Compare(x.First, y.First) })
	for _, d := range both {
		d.Missing = false
		if n := len(all); n > 0 && d.First <= all[n-1].Last+1 {
			all[n-1].Last = max(all[n-1].Last, d.Last)
			continue
		}
		all = append(all, d)
	}
	return all
}

// request is what records the repair in a programme's history.
func (u *undertaking) request(p events.ProgrammeID, stream string) api.Request {
	return api.Request{
		Programme: p, Cohort: events.WholeProgramme, By: events.Operator, Form: "record-repair", Key: "repair-" + u.ID,
		Command: &programme.RecordRepair{
			Generation: events.Code(strings.ToLower(strings.ReplaceAll(stream, "_", "-"))),
			Reason:     u.Reason, From: u.From, To: u.To, Count: u.Count, Size: u.Size, Root: u.Root,
		},
	}
}

// putInPlace gives the fresh archive the place of the old one, and returns where
// that is then.
func (u *undertaking) putInPlace(data string) (old string, err error) {
	u.Old = archiveDir + ".damaged-" + beganAt(u.Begun)
	for n := 2; exists(filepath.Join(data, u.Old)); n++ {
		u.Old = fmt.Sprintf("%s.damaged-%s-%d", archiveDir, beganAt(u.Begun), n)
	}
	if err := u.write(data); err != nil {
		return "", err
	}
	old = u.Old
	return old, u.swap(data)
}

// swap does what is left of putting a fresh archive in its place.
func (u *undertaking) swap(data string) error {
	if u.Old == "" {
		return nil
	}
	fresh, dir, old := filepath.Join(data, freshArchive), filepath.Join(data, archiveDir), filepath.Join(data, u.Old)
	if exists(fresh) && exists(dir) && !exists(old) {
		if err := os.Rename(dir, old); err != nil {
			return err
		}
	}
	if exists(fresh) {
		if err := os.Rename(fresh, dir); err != nil {
			return err
		}
	}
	if err := syncFolder(data); err != nil {
		return err
	}
	u.Old = ""
	return u.write(data)
}

func exists(file string) bool {
	_, err := os.Lstat(file)
	return err == nil
}

// write puts the undertaking on the disk, whole.
func (u *undertaking) write(data string) error {
	text, err := json.Marshal(u, json.Deterministic(true))
	if err != nil {
		return err
	}
	file := repairFileIn(data)
	f, err := os.OpenFile(file+".tmp", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(append(text, '\n'))
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := os.Rename(file+".tmp", file); err != nil {
		return err
	}
	return syncFolder(data)
}

// end says that all is done and recorded.
func (u *undertaking) end(data string) error {
	if err := os.Remove(repairFileIn(data)); err != nil {
		return err
	}
	return syncFolder(data)
}

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// record opens the house, and enters the repair in each programme's history that
// it concerns.
func (r *repair) record(ctx context.Context) (err error) {
	h, err := openHouse(ctx, openOptions{data: r.data, keys: r.keys, kek: r.kek, repaired: true})
	if err != nil {
		return fmt.Errorf("the history is whole; record the repair: %w", err)
	}
	defer func() { err = errors.Join(err, h.Close()) }()
	if err := h.log.Writable(); err != nil {
		return err
	}
	r.under.Unfilled = "" // what is in it counts from now on
	if err := r.under.write(r.data); err != nil {
		return err
	}
	for _, p := range r.under.Programmes {
		receipt, err := h.Act(ctx, r.under.request(p, h.log.Stream()))
		if err != nil {
			return fmt.Errorf("the history is whole; record the repair in %s: %w", p, err)
		}
		if receipt.Place > 0 {
			fmt.Fprintf(r.c.OutOrStdout(), "recorded in %s at place %d\n", p, receipt.Place)
		}
	}
	return r.under.end(r.data)
}

// beganAt is for names of what is kept.
func beganAt(t time.Time) string { return t.UTC().Format("20060102T150405") }

// programmesOf lists the programmes of a history's places, or of all where there
// are none.
func programmesOf(history audit.Source, of places) (all []events.ProgrammeID, err error) {
	seen, at := map[events.ProgrammeID]bool{}, &pointer{of}
	for e, err := range history(0) {
		if err != nil {
			return nil, err
		}
		if len(of) > 0 && !at.at(e.Place) {
			continue
		}
		if _, p, _, ok := archive.Peek(e.Line); ok && !seen[p] {
			seen[p] = true
			all = append(all, p)
		}
	}
	return all, nil
}
