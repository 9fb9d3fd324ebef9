package archive

import (
	"bufio"
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"
)

const killed = "KOLMIKKO_ARCHIVE_TO_BE_KILLED" // the folder, in the environment of the process that is killed

// TestToBeKilled is the process that TestKilled kills. It follows the history
// and says which places are synced.
func TestToBeKilled(t *testing.T) {
	dir := os.Getenv(killed)
	if dir == "" {
		t.Skip("it is another test's process")
	}
	options := small(t)
	options.SyncEvery = time.Millisecond
	w, err := OpenWriter(dir, options)
	if err != nil {
		t.Fatal(err)
	}
	said := w.Last()
	for l := range history(t, 1<<40)(w.Last()) {
		if err := w.Append(l.Place, l.Bytes); err != nil {
			t.Fatal(err)
		}
		if l.Place%7 == 0 {
			if err := w.Sync(); err != nil {
				t.Fatal(err)
			}
		}
		if synced := w.Synced(); synced > said {
			said = synced
			fmt.Println(said)
		}
	}
}

// TestKilled kills a process at any moment, 25 times: what it said was synced is
// there, and what follows upon it makes the same history.
func TestKilled(t *testing.T) {
	dir := t.TempDir()
	var last, said uint64
	for range 25 {
		said = max(said, killAfter(t, dir, time.Duration(5+rand.IntN(50))*time.Millisecond))
		r, err := Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		if there, err := r.Last(); err != nil || there < said {
			t.Fatalf("%d were synced and %d are there, %v", said, there, err)
		}
		w, err := OpenWriter(dir, small(t))
		if err != nil {
			t.Fatal(err)
		}
		if last = w.Last(); last < said {
			t.Fatalf("%d were synced and %d are left", said, last)
		}
		w.Close()
	}
	if last < 25 {
		t.Errorf("only %d lines were written", last)
	}
	refill(t, dir, last+100)
	sound(t, dir, last+100)
}

// killAfter runs the process for a while and returns the last place that it
// said.
func killAfter(t *testing.T, dir string, d time.Duration) (said uint64) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestToBeKilled$")
	cmd.Env = append(os.Environ(), killed+"="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	for begun := false; ; begun = true {
		text, err := lines.ReadBytes('\n')
		if err != nil { // what isn't a whole line wasn't said
			break
		}
		if !begun {
			time.AfterFunc(d, func() { cmd.Process.Kill() })
		}
		if said, err = strconv.ParseUint(string(bytes.TrimSpace(text)), 10, 64); err != nil {
			t.Fatalf("it said %q", text)
		}
	}
	_ = cmd.Wait() // it was killed
	return said
}
