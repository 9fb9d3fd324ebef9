package main

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kolmikko/events"
	"kolmikko/events/archive"
	"kolmikko/projections/audit"
)

// mendable is how many events the house has whose copies are damaged one by one:
// three segments of the archive, and tiles of the tree that are full and partial.
const mendable = 600

// TestRepair damages archive, tree and journal, also several at once, and has
// them made whole again.
func TestRepair(t *testing.T) {
	whole := segmented(t)
	for name, c := range map[string]struct {
		does  func(*testing.T, string)
		found string // when the house is opened; empty where that mends it
		says  []string
	}{
		"a byte of the archive that still decodes": {func(t *testing.T, data string) { forgeLine(t, data, 3, 70, false) },
			"the archive is not what was signed at place 470, and the journal is",
			[]string{"archive: place 470 differs", "journal: whole, 600 events", "archive: written anew, 600 events; the old one is in archive.damaged-", "recorded in one"}},
		"a byte of a full segment": {func(t *testing.T, data string) { forgeLine(t, data, 2, 70, false) },
			"the archive is not what was signed at place 270, and the journal is",
			[]string{"archive: place 270 differs", "is damaged at place 201", "archive: verified 600 events"}},
		"a line of the archive, with its SHA-256": {func(t *testing.T, data string) { forgeLine(t, data, 2, 70, true) },
			"the archive is not what was signed at place 270, and the journal is",
			[]string{"archive: place 270 differs", "archive: verified 600 events"}},
		"a segment is gone": {func(t *testing.T, data string) { must(t, os.Remove(segmentOf(data, 2))) },
			"",
			[]string{"archive: each place from 201 to 400 is missing", "archive: verified 600 events"}},
		"the archive is cut": {func(t *testing.T, data string) { must(t, os.Truncate(segmentOf(data, 3), 20_000)) },
			"",
			[]string{"to 600 is missing", "archive: verified 600 events"}},
		"the archive is gone": {func(t *testing.T, data string) { must(t, os.RemoveAll(filepath.Join(data, archiveDir))) },
			"",
			[]string{"archive: each place from 1 to 600 is missing", "archive: verified 600 events", "recorded in other"}},
		"a tile of the tree": {func(t *testing.T, data string) { scratch(t, data, "tile/0/000") },
			"the tree is damaged",
			[]string{"archive: whole, 600 events", "journal: whole, 600 events", "tree: tile/0/000", "tree: 1 files rebuilt", "tree: verified 600 events", "recorded in one"}},
		"a bundle of the tree is gone": {func(t *testing.T, data string) { must(t, os.Remove(filepath.Join(data, treeDir, "tile/entries/001"))) },
			"tile/entries/001",
			[]string{"tree: tile/entries/001", "tree: 1 files rebuilt"}},
		"the newest checkpoint": {func(t *testing.T, data string) { scratch(t, data, "checkpoint") },
			"checkpoint: ",
			[]string{"tree: checkpoint: ", "tree: 1 files rebuilt"}},
		"archive and journal, at places that are not the same": {func(t *testing.T, data string) {
			forgeLine(t, data, 1, 70, true)
			alter(t, data, 300, true)
		}, "the archive is not what was signed at place 70, and the journal is",
			[]string{"archive: place 70 differs", "journal: place 300 differs", "archive: verified", "journal: verified", "recorded in "}},
		"archive and tree, of the same events": {func(t *testing.T, data string) {
			forgeLine(t, data, 1, 70, true)
			scratch(t, data, "tile/0/000")
			scratch(t, data, "tile/entries/000")
		}, "place 70",
			[]string{"archive: place 70 differs", "tree: 2 files rebuilt"}},
		"journal and tree, of the same events": {func(t *testing.T, data string) {
			alter(t, data, 70, true)
			scratch(t, data, "tile/0/000")
			scratch(t, data, "tile/entries/000")
		}, "place 70",
			[]string{"journal: place 70 differs", "tree: 2 files rebuilt", "journal: verified 600 events"}},
	} {
		t.Run(name, func(t *testing.T) {
			data := copied(t, whole)
			c.does(t, data)
			if c.found != "" {
				foundOut(t, data, c.found, mendable)
			}
			said, status := say(t, "repair", "--data", data)
			for _, want := range c.says {
				if status != 0 || !strings.Contains(said, want) {
					t.Errorf("status %d; it does not say %q:\n%s", status, want, said)
				}
			}
			isWhole(t, data, whole)
		})
	}
}

// TestRepairRefuses shows what nobody may mend, and that nothing is changed.
func TestRepairRefuses(t *testing.T) {
	whole := segmented(t)
	for name, c := range map[string]struct {
		does func(*testing.T, string)
		says string
	}{
		"a place that is in no copy": {func(t *testing.T, data string) {
			forgeLine(t, data, 1, 70, true)
			alter(t, data, 70, false)
		}, "history-lost: place 70 "},
		"archive and journal that say the same, and not what was signed": {func(t *testing.T, data string) {
			forgeLine(t, data, 1, 70, true)
			alter(t, data, 70, true)
		}, "history-lost: place 70 "},
		"another root that was signed": {func(t *testing.T, data string) { forkTree(t, data) }, "ALARM: tree-forked"},
		"no checkpoint can be read": {func(t *testing.T, data string) {
			must(t, os.RemoveAll(filepath.Join(data, treeDir, "checkpoints")))
			scratch(t, data, "checkpoint")
		}, "tree-unreadable: "},
		"the key is gone": {func(t *testing.T, data string) { must(t, os.Remove(filepath.Join(data+".keys", auditKeyFile))) }, "key-missing: "},
		"there is no history": {func(t *testing.T, data string) {
			must(t, os.RemoveAll(data))
			must(t, os.MkdirAll(filepath.Join(data, archiveDir), 0o700))
			must(t, os.MkdirAll(filepath.Join(data, treeDir), 0o700))
		}, "there is no history in"},
	} {
		t.Run(name, func(t *testing.T) {
			data := copied(t, whole)
			c.does(t, data)
			before := listing(t, data)
			var out, errs bytes.Buffer
			if status := run(t.Context(), []string{"repair", "--data", data}, &out, &errs); status != 1 || !strings.Contains(errs.String(), c.says) {
				t.Errorf("status %d, %s; want %q\n%s", status, &errs, c.says, &out)
			}
			if after := listing(t, data); after != before || exists(repairFileIn(data)) {
				t.Error("something was changed")
			}
		})
	}
}

// TestAnInterruptedRepairIsCompleted kills repairs without warning, each a little
// later than the one before, until one gets to its end.
func TestAnInterruptedRepairIsCompleted(t *testing.T) {
	whole := segmented(t)
	data := copied(t, whole)
	forgeLine(t, data, 1, 70, true)
	alter(t, data, 300, true)
	scratch(t, data, "tile/entries/001")
	for killed := 0; ; killed++ {
		cmd := exec.Command("kolmikko", "repair", "--data", data)
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		must(t, cmd.Start())
		late := time.AfterFunc(time.Duration(60+25*killed)*time.Millisecond, func() { _ = cmd.Process.Kill() })
		err := cmd.Wait()
		late.Stop()
		if err == nil {
			t.Logf("done after %d kills:\n%s", killed, &out)
			break
		}
		if cmd.ProcessState.Exited() {
			t.Fatalf("after %d kills: %v\n%s", killed, err, &out)
		}
		if exists(repairFileIn(data)) {
			if _, err := openHouse(t.Context(), openOptions{data: data}); !errors.Is(err, errUnfinished) {
				t.Fatalf("after %d kills the house opened: %v", killed, err)
			}
		}
	}
	isWhole(t, data, whole)
	streams, err := filepath.Glob(filepath.Join(data, journalDir, "jetstream", "$G", "streams", "HISTORY_*"))
	must(t, err)
	t.Logf("%d generations are left", len(streams))
}

// isWhole checks that a house which was repaired holds what another does, has
// said so in its history once, and is verified.
func isWhole(t *testing.T, data, as string) {
	t.Helper()
	if said, status := say(t, "audit", "verify", "--data", data); status != 0 || !strings.Contains(said, "journal: verified 6") {
		t.Errorf("status %d\n%s", status, said)
	}
	was, err := archive.Open(filepath.Join(as, archiveDir))
	must(t, err)
	is, err := archive.Open(filepath.Join(data, archiveDir))
	must(t, err)
	if same, err := was.Compare(0, is.Lines); same != mendable || err != nil {
		t.Errorf("%d events are the same, %v", same, err)
	}
	said := map[events.ProgrammeID]events.Event{}
	for r, err := range is.Read(mendable) {
		must(t, err)
		if _, ok := r.Event.(events.HistoryRepaired); !ok || said[r.Programme] != nil {
			t.Errorf("place %d: %#v", r.Place, r.Event)
		}
		said[r.Programme] = r.Event
	}
	if len(said) == 0 {
		t.Error("no programme says that it was repaired")
	}
	if said, status := say(t, "repair", "--data", data); status != 0 || !strings.Contains(said, "nothing is to be repaired") {
		t.Errorf("a second time: status %d\n%s", status, said)
	}
	h := opened(t, data)
	if _, err := h.Act(t.Context(), registering()); err != nil || exists(repairFileIn(data)) {
		t.Errorf("it is not as before: %v", err)
	}
	must(t, h.Close())
}

// segmented makes a house whose archive is in three segments of 200 lines.
func segmented(t *testing.T) string {
	t.Helper()
	data := filepath.Join(t.TempDir(), "data")
	prepare(t, data, mendable)
	text, err := os.ReadFile(segmentOf(data, 1))
	must(t, err)
	all := bytes.SplitAfter(text, []byte("\n"))
	for n := range 3 {
		part := bytes.Join(all[200*n:200*n+200], nil)
		must(t, os.WriteFile(segmentOf(data, n+1), part, 0o600))
		if n < 2 {
			sumUp(t, data, n+1)
		}
	}
	must(t, opened(t, data).Close())
	return data
}

func segmentOf(data string, n int) string {
	return filepath.Join(data, archiveDir, fmt.Sprintf("%020d.ndjson", 200*n-199))
}

// sumUp writes a segment's SHA-256 beside it.
func sumUp(t *testing.T, data string, n int) {
	t.Helper()
	text, err := os.ReadFile(segmentOf(data, n))
	must(t, err)
	name := strings.TrimSuffix(segmentOf(data, n), ".ndjson") + ".sha256"
	must(t, os.WriteFile(name, fmt.Appendf(nil, "%x  %s\n", sha256.Sum256(text), filepath.Base(segmentOf(data, n))), 0o600))
}

// forgeLine changes who did what a line of a segment says.
func forgeLine(t *testing.T, data string, segment, line int, withSum bool) {
	t.Helper()
	text, err := os.ReadFile(segmentOf(data, segment))
	must(t, err)
	all := bytes.SplitAfter(text, []byte("\n"))
	all[line-1] = bytes.Replace(all[line-1], []byte(`"by":"operator"`), []byte(`"by":"importer"`), 1)
	must(t, os.WriteFile(segmentOf(data, segment), bytes.Join(all, nil), 0o600))
	if withSum {
		sumUp(t, data, segment)
	}
}

// scratch changes a byte of a file of the tree.
func scratch(t *testing.T, data, name string) {
	t.Helper()
	file := filepath.Join(data, treeDir, filepath.FromSlash(name))
	text, err := os.ReadFile(file)
	must(t, err)
	text[len(text)/2] ^= 1
	must(t, os.WriteFile(file, text, 0o600))
}

// forkTree has the house's own key sign another history, and puts that
// checkpoint among those that were kept.
func forkTree(t *testing.T, data string) {
	t.Helper()
	key, err := audit.LoadOrCreateKey(filepath.Join(data+".keys", auditKeyFile))
	must(t, err)
	dir := t.TempDir()
	tree, err := audit.OpenTree(dir, audit.Options{Key: key, Batch: 1 << 20, Every: time.Hour})
	must(t, err)
	for place := range uint64(500) {
		must(t, tree.Append(auditEvent(place+1, "history.one.-.programme-proposed", []byte("{}"))))
	}
	must(t, tree.Close())
	signed, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	must(t, err)
	must(t, os.WriteFile(filepath.Join(data, treeDir, "checkpoints", "000", "000", "000", "500"), signed, 0o600))
}
