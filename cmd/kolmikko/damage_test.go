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

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/minio/highwayhash"

	"kolmikko/api"
	"kolmikko/events"
	"kolmikko/events/journal"
	"kolmikko/events/programme"
)

// damagedPlaces is how many events the house has that is damaged: long ones, so
// that they fill three blocks of the store.
const damagedPlaces = 2000

// wounds are ways to damage the journal of a house while nobody serves it, such
// as its server does not notice or does not say. Each returns what is to be said
// of it.
var wounds = map[string]func(t *testing.T, data string) (found, repaired string){
	"a flipped bit of a payload": func(t *testing.T, data string) (string, string) {
		alter(t, data, 900, false)
		return "event 900 ", "journal: place 900 is missing"
	},
	"a flipped bit of a payload, and the index is gone": func(t *testing.T, data string) (string, string) {
		alter(t, data, 900, false)
		must(t, os.Remove(filepath.Join(blocksOf(t, data), "index.db")))
		return "event 900 ", "journal: each place from 900 to "
	},
	"a forged payload with the checksum of its own": func(t *testing.T, data string) (string, string) {
		alter(t, data, 900, true)
		return "the journal is not what was signed at place 900,", "journal: place 900 differs"
	},
	"a forged payload in a file that is as old as before": func(t *testing.T, data string) (string, string) {
		block, _, _ := recordOf(t, data, 900)
		info, err := os.Stat(block)
		must(t, err)
		alter(t, data, 900, true)
		must(t, os.Chtimes(block, time.Time{}, info.ModTime()))
		return "the journal is not what was signed at place 900,", "journal: place 900 differs"
	},
	"a cut tail": func(t *testing.T, data string) (string, string) {
		block, at, _ := recordOf(t, data, 1990)
		must(t, os.Truncate(block, int64(at)))
		must(t, os.Remove(filepath.Join(blocksOf(t, data), "index.db")))
		return "event 1990 is missing", "journal: each place from 1990 to 2000 is missing"
	},
	"a deleted block": func(t *testing.T, data string) (string, string) {
		block, _, _ := recordOf(t, data, 1200)
		text, err := os.ReadFile(block)
		must(t, err)
		must(t, os.Remove(block))
		first := binary.LittleEndian.Uint64(text[4:])
		return fmt.Sprintf("event %d is missing", first), fmt.Sprintf("journal: each place from %d to ", first)
	},
	"a damaged last block": func(t *testing.T, data string) (string, string) {
		block, at, _ := recordOf(t, data, 1950)
		text, err := os.ReadFile(block)
		must(t, err)
		copy(text[at:], bytes.Repeat([]byte{0xa5}, 4096))
		must(t, os.WriteFile(block, text, 0o600))
		return "event 1950 ", "journal: each place from 1950 to 2000 is missing"
	},
	"a record that claims a place far ahead": func(t *testing.T, data string) (string, string) {
		block, at, _ := recordOf(t, data, 900)
		text, err := os.ReadFile(block)
		must(t, err)
		text[at+4+6] ^= 1 // of eight bytes, little-endian
		must(t, os.WriteFile(block, text, 0o600))
		return "", fmt.Sprintf("journal: each place from 1 to %d is missing", damagedPlaces)
	},
}

// TestDamage damages the journal of a house that is closed. Each time it is
// found before anything is written, the place is named, writing stops, reading
// goes on, and a repair makes it whole.
func TestDamage(t *testing.T) {
	whole := filepath.Join(t.TempDir(), "data")
	prepare(t, whole, damagedPlaces)
	for name, wound := range wounds {
		t.Run(name, func(t *testing.T) {
			data := copied(t, whole)
			found, what := wound(t, data)
			if found == "" {
				refused(t, data)
			} else {
				foundOut(t, data, found, damagedPlaces)
			}
			repaired(t, data, what, "journal: restored 2000 events", "recorded in o")
		})
	}
}

// refused tries to open a house on whose store its server would not start.
func refused(t *testing.T, data string) {
	t.Helper()
	if _, err := openHouse(t.Context(), openOptions{data: data}); !errors.Is(err, journal.ErrDamaged) || !strings.Contains(err.Error(), "event 899 ") {
		t.Errorf("err = %v; want ErrDamaged behind event 899", err)
	}
	if said, status := say(t, "history", "--data", data, "--limit", "1"); status != 0 || said == "" {
		t.Errorf("what was archived can't be read: status %d, %s", status, said)
	}
}

// foundOut opens a house that was damaged, and looks at what it lets one do.
func foundOut(t *testing.T, data, says string, last uint64) {
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
	if p := h.Views.Place(); p < last {
		t.Errorf("the views have taken in %d of %d events", p, last)
	}
	must(t, h.Close())
}

// repaired says what a repair would do, does it, and looks at what is left.
func repaired(t *testing.T, data string, says ...string) {
	t.Helper()
	before := listing(t, data)
	said, status := say(t, "repair", "--data", data, "--dry-run")
	if status != 0 || !strings.Contains(said, "nothing was done") {
		t.Errorf("dry run: status %d\n%s", status, said)
	}
	t.Logf("dry run:\n%s", said)
	if after := listing(t, data); after != before {
		t.Errorf("a dry run changed archive or tree:\n%s", gocmp.Diff(before, after))
	}
	begun := time.Now()
	said, status = say(t, "repair", "--data", data)
	t.Logf("repaired in %s:\n%s", time.Since(begun), said)
	for _, want := range says {
		if !strings.Contains(said, want) {
			t.Errorf("it does not say %q", want)
		}
	}
	if status != 0 {
		t.Fatalf("repair: status %d", status)
	}
	said, status = say(t, "audit", "verify", "--data", data)
	if status != 0 || !strings.Contains(said, "archive: verified 200") || !strings.Contains(said, "journal: verified 200") {
		t.Errorf("status %d\n%s", status, said)
	}
	h := opened(t, data)
	if _, err := h.Act(t.Context(), registering()); err != nil {
		t.Errorf("after the repair: %v", err)
	}
	must(t, h.Close())
}

// listing is what archive and tree hold.
func listing(t *testing.T, data string) string {
	t.Helper()
	var list strings.Builder
	for _, dir := range []string{archiveDir, treeDir} {
		must(t, filepath.WalkDir(filepath.Join(data, dir), func(file string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			text, err := os.ReadFile(file)
			fmt.Fprintf(&list, "%s %x\n", file, sha256.Sum256(text))
			return err
		}))
	}
	return list.String()
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

// lines yields a history of long events, in two programmes.
func lines(n int) iter.Seq2[[]byte, error] {
	long := events.Text{"en": strings.Repeat("talk and listen ", 180)}
	return func(yield func([]byte, error) bool) {
		for place := 1; place <= n; place++ {
			id := uuid.NewSHA1(uuid.Nil, fmt.Append(nil, place)).String()
			line, err := events.Encode(events.Recorded{
				ID: id, At: time.Date(2022, 10, 5, 12, 0, place, 0, time.UTC), Cohort: events.WholeProgramme, By: events.Operator,
				Programme: events.ProgrammeID([]string{"one", "other"}[place/100%2]),
				Event:     events.ProgrammeProposed{Title: long, Goals: []events.Text{long, long}},
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
	return api.Request{Programme: "one", Cohort: events.WholeProgramme, By: events.Operator, Form: "register-person",
		Command: &programme.RegisterPerson{Person: person, Language: "fi", Name: "Keksitty Henkilö"}}
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
