package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/minio/highwayhash"

	"kolmikko/api"
	"kolmikko/events"
	"kolmikko/events/journal"
	"kolmikko/events/programme"
)

// damagedPlaces is how many events the house has that is damaged: enough for
// three blocks of the store.
const damagedPlaces = 30_000

// A wound is a way to damage what a house keeps while nobody serves it.
type wound struct {
	does func(t *testing.T, data string)
	says string // of the place, when the house is opened
}

// wounds are those of the journal that its server does not notice or does not
// say.
var wounds = map[string]wound{
	"a flipped bit of a payload": {says: "event 9000 ", does: func(t *testing.T, data string) {
		alter(t, data, 9000, false)
	}},
	"a flipped bit of a payload, and the index is gone": {says: "event 9000 ", does: func(t *testing.T, data string) {
		alter(t, data, 9000, false)
		must(t, os.Remove(filepath.Join(blocksOf(t, data), "index.db")))
	}},
	"a forged payload with the checksum of its own": {says: "place 9000,", does: func(t *testing.T, data string) {
		alter(t, data, 9000, true)
	}},
	"a forged payload that is as old as before": {says: "place 9000,", does: func(t *testing.T, data string) {
		block, _, _ := recordOf(t, data, 9000)
		info, err := os.Stat(block)
		must(t, err)
		alter(t, data, 9000, true)
		must(t, os.Chtimes(block, time.Time{}, info.ModTime()))
	}},
	"a cut tail": {says: "event 29990 is missing", does: func(t *testing.T, data string) {
		block, at, _ := recordOf(t, data, 29990)
		must(t, os.Truncate(block, int64(at)))
		must(t, os.Remove(filepath.Join(blocksOf(t, data), "index.db")))
	}},
	"a deleted block": {says: "event 1 is missing", does: func(t *testing.T, data string) {
		block, _, _ := recordOf(t, data, 12000)
		must(t, os.Remove(block))
	}},
	"a damaged last block": {says: "event 29500 is missing", does: func(t *testing.T, data string) {
		block, at, _ := recordOf(t, data, 29500)
		text, err := os.ReadFile(block)
		must(t, err)
		copy(text[at:], bytes.Repeat([]byte{0xa5}, 4096))
		must(t, os.WriteFile(block, text, 0o600))
	}},
}

// TestDamage damages the journal of a house that is closed. Each time it is
// found before anything is written, the place is named, writing stops, reading
// goes on, and a repair makes it whole.
func TestDamage(t *testing.T) {
	whole := filepath.Join(t.TempDir(), "data")
	prepare(t, whole, damagedPlaces)
	for name, w := range wounds {
		t.Run(name, func(t *testing.T) {
			data := copied(t, whole)
			w.does(t, data)
			foundOut(t, data, w.says)
		})
	}
}

// foundOut opens a house that was damaged, and looks at what it lets one do.
func foundOut(t *testing.T, data, says string) {
	t.Helper()
	begun := time.Now()
	h := opened(t, data)
	t.Logf("opened after %s: %v", time.Since(begun), h.log.Writable())
	health := h.health(t.Context())
	if said := strings.Join(health.Trouble, "\n"); health.Writable || !strings.Contains(said, says) {
		t.Errorf("writable %v, trouble %q; want %q", health.Writable, said, says)
	}
	if _, err := h.Act(t.Context(), registering()); err == nil {
		t.Error("a damaged history was written")
	}
	if p := h.Views.Place(); p < damagedPlaces {
		t.Errorf("the views have taken in %d of %d events", p, damagedPlaces)
	}
	must(t, h.Close())
}

func opened(t *testing.T, data string) *house {
	t.Helper()
	h, err := openHouse(t.Context(), openOptions{data: data})
	must(t, err)
	return h
}

// prepare makes a house with n events.
func prepare(t *testing.T, data string, n int) {
	t.Helper()
	server, err := journal.Serve(journal.Options{Dir: filepath.Join(data, journalDir)})
	must(t, err)
	log, err := server.Open(t.Context(), journal.OpenOptions{})
	must(t, err)
	_, err = log.Restore(t.Context(), lines(n))
	server.Close()
	must(t, err)
	must(t, opened(t, data).Close())
}

// lines yields a history in which many are given a role, in two programmes.
func lines(n int) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for place := 1; place <= n; place++ {
			id := uuid.NewSHA1(uuid.Nil, fmt.Append(nil, place)).String()
			line, err := events.Encode(events.Recorded{
				ID: id, At: time.Date(2022, 10, 5, 12, 0, place, 0, time.UTC), Cohort: events.WholeProgramme, By: events.Operator,
				Programme: events.ProgrammeID([]string{"one", "other"}[place/100%2]),
				Event:     events.RoleGranted{Person: events.PersonID(id), Role: events.Owner},
			})
			if !yield(line, err) {
				return
			}
		}
	}
}

// copied returns the data folder of a copy of a house.
func copied(t *testing.T, whole string) string {
	t.Helper()
	data := filepath.Join(t.TempDir(), "data")
	for _, of := range []string{"", ".keys"} {
		must(t, os.CopyFS(data+of, os.DirFS(whole+of)))
		must(t, private(data+of))
	}
	return data
}

func registering() api.Request {
	person := events.PersonID(uuid.NewString())
	return api.Request{Programme: "one", Cohort: events.WholeProgramme, By: events.Operator, Form: "grant-role",
		Command: &programme.GrantRole{Person: person, Role: events.Owner}}
}

// blocksOf returns the folder of the newest history's blocks.
func blocksOf(t *testing.T, data string) string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(data, journalDir, "jetstream", "$G", "streams", "HISTORY_*", "msgs"))
	must(t, err)
	return slices.Max(all)
}

// recordOf finds the record of a place in the store: its block, where it begins
// there, and its bytes.
func recordOf(t *testing.T, data string, place uint64) (block string, at int, record []byte) {
	t.Helper()
	blocks, err := filepath.Glob(filepath.Join(blocksOf(t, data), "*.blk"))
	must(t, err)
	for _, block := range blocks {
		text, err := os.ReadFile(block)
		must(t, err)
		for at := 0; at < len(text); {
			n := int(binary.LittleEndian.Uint32(text[at:]) &^ (1 << 31))
			if binary.LittleEndian.Uint64(text[at+4:]) == place {
				return block, at, text[at : at+n]
			}
			at += n
		}
	}
	t.Fatalf("place %d is in none of %d blocks", place, len(blocks))
	return "", 0, nil
}

// alter flips a bit of a record's payload, in the middle of the second that it
// was recorded at. With forged it gets the checksum that the server would give
// it: HighwayHash under a key of the stream's name and the block's number.
func alter(t *testing.T, data string, place uint64, forged bool) {
	t.Helper()
	block, at, record := recordOf(t, data, place)
	payload := bytes.LastIndex(record, []byte(`"time":"2022-10-`))
	if payload < 0 {
		t.Fatal("the record has no time")
	}
	record[payload+len(`"time":"2022-10-0`)] ^= 1
	if forged {
		stream := filepath.Base(filepath.Dir(filepath.Dir(block)))
		number := strings.TrimSuffix(filepath.Base(block), ".blk")
		key := sha256.Sum256(fmt.Appendf(nil, "%s-%s", stream, number))
		h, err := highwayhash.New64(key[:])
		must(t, err)
		subject := int(binary.LittleEndian.Uint16(record[20:]))
		h.Write(record[4:20])
		h.Write(record[22 : 22+subject])
		h.Write(record[22+subject+4 : len(record)-8])
		copy(record[len(record)-8:], h.Sum(nil))
	}
	f, err := os.OpenFile(block, os.O_WRONLY, 0)
	must(t, err)
	_, err = f.WriteAt(record, int64(at))
	must(t, errors.Join(err, f.Close()))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
