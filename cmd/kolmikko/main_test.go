package main

import (
	"bytes"
	"context"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) { testscript.Main(m, map[string]func(){"kolmikko": main}) }

// TestScripts runs each script of testdata/script. $DEMO is a data folder of the
// script's own in which the demo's story has been told.
func TestScripts(t *testing.T) {
	told := t.TempDir()
	var out bytes.Buffer
	if status := run(t.Context(), []string{"demo", "--once", "--data", filepath.Join(told, "demo")}, &out, &out); status != 0 {
		t.Fatalf("the demo: status %d\n%s", status, &out)
	}
	testscript.Run(t, testscript.Params{
		Dir:  "testdata/script",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"waitfor": waitFor, "forge": forge},
		Setup: func(e *testscript.Env) error {
			demo := filepath.Join(e.WorkDir, "demo")
			e.Setenv("DEMO", demo)
			e.Setenv("NO_COLOR", "1")
			e.Setenv("ADDR", freeAddr(t))
			for _, dir := range []string{"demo", "demo.keys"} {
				to := filepath.Join(e.WorkDir, dir)
				if err := os.CopyFS(to, os.DirFS(filepath.Join(told, dir))); err != nil {
					return err
				}
				if err := private(to); err != nil {
					return err
				}
			}
			return nil
		},
	})
}

// freeAddr returns an address of this machine that nobody listens on.
func freeAddr(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// waitFor is the script command "waitfor ADDR": it waits until something listens
// there.
func waitFor(ts *testscript.TestScript, _ bool, args []string) {
	for range 600 {
		if c, err := net.Dial("tcp", args[0]); err == nil {
			c.Close()
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	ts.Fatalf("nothing listens on %s", args[0])
}

// forge is the script command "forge FILE LINE": it makes a line of an archive
// say that somebody else did it.
func forge(ts *testscript.TestScript, _ bool, args []string) {
	file := ts.MkAbs(args[0])
	text, err := os.ReadFile(file)
	ts.Check(err)
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	lines := bytes.SplitAfter(text, []byte("\n"))
	lines[n-1] = regexp.MustCompile(`"by":"[^"]*"`).ReplaceAll(lines[n-1], []byte(`"by":"import"`))
	ts.Check(os.WriteFile(file, bytes.Join(lines, nil), 0o600))
}

// private takes away from others what a copy has given them.
func private(dir string) error {
	return filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			return os.Chmod(path, 0o700)
		}
		return os.Chmod(path, 0o600)
	})
}

// TestTheReadmeIsRun sees to it that each command line that the README shows is
// one that a script of testdata/script runs, or one that a test names here.
func TestTheReadmeIsRun(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	script, err := os.ReadFile("testdata/script/readme.txtar")
	if err != nil {
		t.Fatal(err)
	}
	shown := 0
	inBlock := false
	for line := range strings.Lines(string(readme)) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "```"):
			inBlock = !inBlock
		case inBlock && strings.HasPrefix(line, "kolmikko "):
			shown++
			command, _, _ := strings.Cut(line, "   #")
			quoted := strings.ReplaceAll(strings.TrimSpace(command), `"`, "'") // as a script quotes
			if !strings.Contains(string(script), quoted+"\n") {
				t.Errorf("the README shows %q, and no script runs it", command)
			}
		}
	}
	if shown == 0 {
		t.Error("the README shows no command")
	}
}

// say runs one command line in this process and returns what it printed.
func say(t *testing.T, args ...string) (stdout string, status int) {
	t.Helper()
	var out, errs bytes.Buffer
	status = run(context.WithoutCancel(t.Context()), args, &out, &errs)
	if status != 0 {
		t.Logf("kolmikko %s: %s", strings.Join(args, " "), &errs)
	}
	return out.String(), status
}

// TestEveryActHasItsFlags sees to it that no command's fields collide with the
// flags that all have, and that each says what it is for.
func TestEveryActHasItsFlags(t *testing.T) {
	for _, noun := range newActs() {
		for _, verb := range noun.Commands() {
			if verb.Short == "" {
				t.Errorf("%s does not say what it does", verb.CommandPath())
			}
			if help, status := say(t, noun.Name(), verb.Name(), "--help"); status != 0 || !strings.Contains(help, "--programme") {
				t.Errorf("kolmikko %s %s --help: status %d", noun.Name(), verb.Name(), status)
			}
		}
	}
}
