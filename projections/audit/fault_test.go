package audit

import (
	"bufio"
	"bytes"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

const (
	victimDir = "KOLMIKKO_AUDIT_TO_BE_KILLED" // the folder, in the environment of the process that something befalls
	victimKey = "KOLMIKKO_AUDIT_KEY"
	victimTo  = "KOLMIKKO_AUDIT_TO"
)

// TestToBeKilled is the process that the tests below do their worst to. It
// appends the history and says which checkpoints are on the disk.
func TestToBeKilled(t *testing.T) {
	dir := os.Getenv(victimDir)
	if dir == "" {
		t.Skip("it is another test's process")
	}
	k, err := LoadOrCreateKey(os.Getenv(victimKey))
	if err != nil {
		t.Fatal(err)
	}
	to, err := strconv.ParseUint(os.Getenv(victimTo), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	tree, err := OpenTree(dir, Options{Key: k, Every: time.Hour, Batch: 1 << 30})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println(tree.Checkpoint().Size)
	for e := range history(to)(tree.Last()) {
		if err := tree.Append(e); err != nil {
			t.Fatal(err)
		}
		if e.Place%50 == 0 {
			if err := tree.Flush(); err != nil {
				t.Fatal(err)
			}
			fmt.Println(tree.Checkpoint().Size)
		}
	}
	if err := tree.Close(); err != nil {
		t.Fatal(err)
	}
	fmt.Println(to)
}

// victim makes such a process, which goes on to a place. Before its own
// arguments may come a program that runs it.
func victim(dir, keyFile string, to uint64, by ...string) *exec.Cmd {
	args := append(by, os.Args[0], "-test.run=^TestToBeKilled$")
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = append(os.Environ(), victimDir+"="+dir, victimKey+"="+keyFile, victimTo+"="+strconv.FormatUint(to, 10),
		"GODEBUG=asyncpreemptoff=1", "GOCOVERDIR="+os.TempDir())
	return cmd
}

// recovers goes on where a process was stopped that said that so many were on the
// disk, and wants the tree as if nothing had been.
func recovers(t *testing.T, dir string, k *Key, said, to uint64) {
	t.Helper()
	tree := open(t, dir, k)
	if there := tree.Checkpoint().Size; there < said {
		t.Errorf("%d were on the disk and %d are there", said, there)
	}
	fill(t, tree, to)
	if root := tree.Checkpoint().Root; root != rootByTlog(t, k.History(), to) {
		t.Errorf("the root is %v", root)
	}
	if err := tree.Close(); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(filepath.Join(dir, tempFolder)); len(left) > 0 {
		t.Errorf("%d temp files are left", len(left))
	}
	r, err := Verify(dir, tree.Policy(), history(to))
	if err != nil || !r.OK() {
		t.Fatalf("afterwards: %+v, %v", r, err)
	}
}

// TestKilled kills a process at any moment, 25 times: what it said was on the disk
// is there, and what follows makes the same tree.
func TestKilled(t *testing.T) {
	dir, keyFile := t.TempDir(), filepath.Join(t.TempDir(), "key")
	k, err := LoadOrCreateKey(keyFile)
	if err != nil {
		t.Fatal(err)
	}
	var said uint64
	for range 25 {
		said = max(said, killAfter(t, victim(dir, keyFile, 1<<40), time.Duration(5+rand.IntN(50))*time.Millisecond))
		tree := open(t, dir, k)
		if there := tree.Checkpoint().Size; there < said {
			t.Fatalf("%d were on the disk and %d are there", said, there)
		}
		tree.Close()
	}
	if said < 50 {
		t.Errorf("only %d events were written", said)
	}
	recovers(t, dir, k, said, said+1000)
}

// killAfter runs the process for a while and returns the last size that it said.
func killAfter(t *testing.T, cmd *exec.Cmd, d time.Duration) (said uint64) {
	t.Helper()
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
			time.AfterFunc(d, func() { _ = cmd.Process.Kill() })
		}
		said = max(said, lastSaid(text))
	}
	_ = cmd.Wait() // it was killed
	return said
}

// lastSaid is the last size in what a victim printed, among other lines.
func lastSaid(out []byte) (said uint64) {
	for line := range bytes.Lines(out) {
		if n, err := strconv.ParseUint(string(bytes.TrimSpace(line)), 10, 64); err == nil && bytes.HasSuffix(line, []byte("\n")) {
			said = n
		}
	}
	return said
}

// TestFaults has strace fail or kill the writer at each of its system calls, early
// and late: what follows makes the same files.
func TestFaults(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes half a minute")
	}
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace can't be had here")
	}
	keyFile := filepath.Join(t.TempDir(), "key")
	k, err := LoadOrCreateKey(keyFile)
	if err != nil {
		t.Fatal(err)
	}
	const to = 700
	clean := t.TempDir()
	if out, err := victim(clean, keyFile, to, strace, "-f", "-qq", "-o", os.DevNull).CombinedOutput(); err != nil {
		t.Skipf("strace does not run here: %v\n%s", err, out)
	}
	want := files(t, clean)
	befell := 0
	for _, call := range []string{"openat", "write", "fsync", "renameat", "close"} {
		for _, fault := range []string{"error=EIO", "error=ENOSPC", "signal=KILL"} {
			for _, when := range []string{"2", "5", "9", "14", "20", "30"} {
				t.Run(call+" "+fault+" at "+when, func(t *testing.T) {
					dir := t.TempDir()
					out, err := victim(dir, keyFile, to, strace, "-f", "-qq", "-o", os.DevNull,
						"-e", "trace="+call, "-e", "inject="+call+":"+fault+":when="+when).Output()
					if err != nil {
						befell++
					}
					recovers(t, dir, k, lastSaid(out), to)
					for name, b := range files(t, dir) {
						if w, ok := want[name]; ok && w != b {
							t.Errorf("%s is another", name)
						}
					}
					for name := range want {
						if _, err := folder(dir).read(name); err != nil && !strings.HasPrefix(name, keptFolder) && !strings.Contains(name, ".p/") {
							t.Errorf("%s: %v", name, err)
						}
					}
				})
			}
		}
	}
	t.Logf("%d of 90 processes were stopped", befell)
	if befell < 45 {
		t.Errorf("only %d of 90 processes were stopped", befell)
	}
}

// files returns what is in a tree's folder, by name.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := folder(dir).read(name)
		all[name] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
