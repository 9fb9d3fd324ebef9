package audit

import (
	"bytes"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A call is a finished one of a victim, by the paths in its arguments.
type call struct{ name, file, to string }

var (
	inFd    = regexp.MustCompile(`^fsync\(\d+<([^>]+)>`)
	renamed = regexp.MustCompile(`^renameat2?\([^,]+, "([^"]+)", [^,]+, "([^"]+)"`)
)

// traced runs a victim under strace and returns its syncs and renames in the order
// in which they ended.
func traced(t *testing.T, dir, keyFile string, to uint64) []call {
	t.Helper()
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace can't be had here")
	}
	log := filepath.Join(t.TempDir(), "strace")
	if out, err := victim(dir, keyFile, to, strace, "-f", "-y", "-qq", "-s", "4096", "-o", log, "-e", "trace=fsync,renameat,renameat2").CombinedOutput(); err != nil {
		t.Skipf("strace does not run here: %v\n%s", err, out)
	}
	b, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	var list []call
	begun := map[string]string{} // by thread
	for line := range bytes.Lines(b) {
		thread, text, _ := strings.Cut(strings.TrimSpace(string(line)), " ")
		text = strings.TrimSpace(text)
		if strings.HasSuffix(text, "<unfinished ...>") {
			begun[thread] = text
			continue
		}
		if strings.HasPrefix(text, "<... ") {
			text = begun[thread] + text
		}
		if !strings.HasSuffix(text, "= 0") {
			continue
		}
		if m := inFd.FindStringSubmatch(text); m != nil {
			list = append(list, call{"fsync", m[1], ""})
		} else if m := renamed.FindStringSubmatch(text); m != nil {
			list = append(list, call{"rename", m[1], m[2]})
		}
	}
	return list
}

// TestACheckpointIsTheLastOnTheDisk follows the writer's system calls: no file gets
// its name before it is synced, and when a checkpoint does, every name that was
// given before, and every folder on its way, is synced.
func TestACheckpointIsTheLastOnTheDisk(t *testing.T) {
	dir, keyFile := t.TempDir(), filepath.Join(t.TempDir(), "key")
	if _, err := LoadOrCreateKey(keyFile); err != nil {
		t.Fatal(err)
	}
	synced, waiting, ever := map[string]bool{}, map[string]bool{}, map[string]bool{}
	checkpoints := 0
	for _, c := range traced(t, dir, keyFile, 700) {
		if c.name == "fsync" {
			synced[c.file], ever[c.file] = true, true
			delete(waiting, c.file)
			continue
		}
		if !synced[c.file] {
			t.Errorf("%s gets its name before it is synced", c.to)
		}
		delete(synced, c.file) // the name is used again
		if c.to == folder(dir).path(checkpointFile) {
			checkpoints++
			for missing := range waiting {
				t.Errorf("checkpoint %d is there before what is in %s", checkpoints, missing)
			}
		}
		waiting[path.Dir(c.to)] = true
		for up := path.Dir(c.to); up != dir; up = path.Dir(up) {
			if !ever[path.Dir(up)] {
				waiting[path.Dir(up)] = true
			}
		}
	}
	if checkpoints != 14 {
		t.Errorf("%d checkpoints were written", checkpoints)
	}
	for missing := range waiting {
		t.Errorf("in the end %s is not synced", missing)
	}
}
