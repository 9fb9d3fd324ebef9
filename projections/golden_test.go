package projections

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"kolmikko/events"
)

var update = flag.Bool("update", false, "write the stories and what the views show of them into the golden files")

// TestGolden folds the history of each file in testdata/VIEW into the view, and
// compares what it shows of the file's "of" with its "view". The history has one
// event to a line, as an export of the journal has.
func TestGolden(t *testing.T) {
	if *update {
		writeStories(t)
	}
	for _, entry := range Catalogue() {
		files, err := filepath.Glob(filepath.Join("testdata", entry.Name, "*.txtar"))
		if err != nil || files == nil {
			t.Errorf("no golden files of view %s", entry.Name)
		}
		for _, file := range files {
			t.Run(entry.Name+"/"+filepath.Base(file), func(t *testing.T) { golden(t, entry, file) })
		}
	}
}

func golden(t *testing.T, entry Entry, file string) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var of Of
	if err := json.Unmarshal(part(t, archive, "of").Data, &of); err != nil {
		t.Fatal(err)
	}
	history := lines(t, part(t, archive, "history").Data)
	got := shown(t, keep(t, entry, history), of)
	view := part(t, archive, "view")
	if *update {
		view.Data = got
		if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(got, view.Data) {
		t.Errorf("got\n%s\nwant\n%s", got, view.Data)
	}
	for split := range history {
		again := keep(t, entry, history[:split])
		again.Show(of) // shows of a history that goes on, and leaves it as it is
		take(t, again, history[max(0, split-2):])
		if in2 := shown(t, again, of); !bytes.Equal(got, in2) {
			t.Fatalf("split before event %d, the history shows\n%s", split+1, in2)
		}
	}
	if twice := shown(t, keep(t, entry, history, history), of); !bytes.Equal(got, twice) {
		t.Errorf("delivered twice, the history shows\n%s", twice)
	}
}

// part returns a part of a golden file.
func part(t *testing.T, archive *txtar.Archive, name string) *txtar.File {
	t.Helper()
	i := slices.IndexFunc(archive.Files, func(f txtar.File) bool { return f.Name == name })
	if i < 0 {
		t.Fatalf("there is no part %q", name)
	}
	return &archive.Files[i]
}

// keep returns a view of entry that has taken in histories.
func keep(t testing.TB, entry Entry, histories ...[]events.Recorded) Kept {
	t.Helper()
	view := entry.New()
	for _, h := range histories {
		take(t, view, h)
	}
	return view
}

func take(t testing.TB, view Kept, history []events.Recorded) {
	t.Helper()
	for _, r := range history {
		if err := view.Take(r); err != nil {
			t.Fatal(err)
		}
	}
}

// shown returns what a view shows, as indented JSON, or a line that says that
// there is no such thing.
func shown(t testing.TB, view Kept, of Of) []byte {
	t.Helper()
	what, there := view.Show(of)
	if !there {
		return []byte("no such thing\n")
	}
	text, err := json.MarshalIndent(what, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	return append(text, '\n')
}

// lines decodes a history.
func lines(t testing.TB, history []byte) []events.Recorded {
	t.Helper()
	var all []events.Recorded
	for line := range bytes.Lines(history) {
		r, err := events.Decode(uint64(len(all)+1), bytes.TrimRight(line, "\n"))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}

// writeStories writes each story into its golden file, as lines of the codec.
func writeStories(t *testing.T) {
	for name, s := range stories() {
		var history bytes.Buffer
		for _, r := range s.history {
			line, err := events.Encode(r)
			if err != nil {
				t.Fatal(name, err)
			}
			fmt.Fprintf(&history, "%s\n", line)
		}
		of, err := json.Marshal(s.of)
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join("testdata", filepath.FromSlash(name)+".txtar")
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		archive := &txtar.Archive{Comment: []byte(strings.TrimSpace(s.about) + "\n\n"), Files: []txtar.File{
			{Name: "history", Data: history.Bytes()}, {Name: "of", Data: append(of, '\n')}, {Name: "view"},
		}}
		if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
