//go:build unix

package vault

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// What the process that is to be killed is told, in its environment.
const (
	victimData = "KOLMIKKO_VAULT_VICTIM_DATA"
	victimKEK  = "KOLMIKKO_VAULT_VICTIM_KEK"
	victimStep = "KOLMIKKO_VAULT_VICTIM_STEP" // the step after which it dies, and which time
	victimWho  = "KOLMIKKO_VAULT_VICTIM_WHO"  // the number of the first person that it forgets
)

// TestStreamToBeKilled is the process that the tests below kill, or that kills
// itself after a step.
func TestStreamToBeKilled(t *testing.T) {
	p := place{os.Getenv(victimData), os.Getenv(victimKEK)}
	if p.data == "" {
		t.Skip("it is another test's process")
	}
	step, times, _ := strings.Cut(os.Getenv(victimStep), "/")
	left, _ := strconv.Atoi(times)
	nc, _ := p.serve(t)
	s := openStream(t, nc, StreamOptions{KEKFile: p.kek, step: func(done string) {
		if done != step {
			return
		}
		if left--; left <= 0 {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	}})
	fmt.Println("open")
	who, err := strconv.Atoi(os.Getenv(victimWho))
	if err != nil {
		return
	}
	for ; ; who++ {
		if err := s.Destroy(of(person(who))); err != nil {
			t.Fatal(err)
		}
		fmt.Println("forgot", who)
		if step != "" {
			t.Fatalf("it lives on past %q", step)
		}
	}
}

// victim runs the process until it dies, or for a while, and returns the last
// number that it said it forgot.
func victim(t *testing.T, p place, step string, who int, after time.Duration) (last int) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestStreamToBeKilled$")
	cmd.Env = append(os.Environ(), victimData+"="+p.data, victimKEK+"="+p.kek, victimStep+"="+step, victimWho+"="+strconv.Itoa(who))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	last = who - 1
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if said := lines.Text(); said == "open" && after > 0 {
			time.AfterFunc(after, func() { _ = cmd.Process.Kill() })
		} else if n, ok := strings.CutPrefix(said, "forgot "); ok {
			last, _ = strconv.Atoi(n)
		} else if strings.Contains(said, "lives on") || strings.Contains(said, "FAIL") {
			t.Error(said)
		}
	}
	err = cmd.Wait()
	if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Fatalf("it was not killed: %v", err)
	}
	return last
}

// populated is a place with n people's keys, and what these are.
func populated(t *testing.T, n int) (place, map[Owner][]byte) {
	t.Helper()
	p := newPlace(t)
	nc, stop := p.serve(t)
	defer stop()
	s := openStream(t, nc, StreamOptions{KEKFile: p.kek})
	defer s.Close()
	keys := map[Owner][]byte{}
	var records []Record
	for i := range n {
		key, err := newKey(seeded(byte(i)).Rand, of(person(i)))
		if err != nil {
			t.Fatal(err)
		}
		keys[of(person(i))] = key
		records = append(records, Record{of(person(i)), bytes.Clone(key)})
	}
	if _, err := s.Add(records...); err != nil {
		t.Fatal(err)
	}
	return p, keys
}

// checkPlace opens p after a kill: everybody's key is there but those below
// gone, which aren't, and perhaps unsure's. It returns whether that is gone.
func checkPlace(t *testing.T, p place, keys map[Owner][]byte, gone, unsure int) (went bool) {
	t.Helper()
	nc, stop := p.serve(t)
	defer stop()
	s := openStream(t, nc, StreamOptions{KEKFile: p.kek})
	defer s.Close()
	if err := s.Trouble(); err != nil {
		t.Error(err)
	}
	records, err := s.Load()
	if err != nil {
		t.Fatal(err)
	}
	if len(records) != len(keys) {
		t.Errorf("%d records; want %d", len(records), len(keys))
	}
	for _, r := range records {
		var n int
		if _, err := fmt.Sscanf(string(r.Owner.Person), "p-%d", &n); err != nil {
			t.Fatal(err)
		}
		switch {
		case n == unsure:
			went = r.Key == nil
		case n < gone && r.Key != nil:
			t.Errorf("the key of %s is back", r.Owner)
		case n >= gone && !bytes.Equal(r.Key, keys[r.Owner]):
			t.Errorf("the key of %s is lost or another", r.Owner)
		}
	}
	names, err := s.generations(t.Context())
	if err != nil || len(names) != 1 {
		t.Errorf("streams %v, %v; want one", names, err)
	}
	if n := len(secrets(t, p.kek)); n != 1 {
		t.Errorf("%d key-encryption keys in the file; want one", n)
	}
	left, err := filepath.Glob(p.kek + "*")
	if err != nil || len(left) != 2 { // the file and its lock
		t.Errorf("files %v, %v", left, err)
	}
	return went
}

// TestKilledAtEachStep kills an erasure after each of its steps. Whoever opens
// the keys next brings it to its end.
func TestKilledAtEachStep(t *testing.T) {
	p, keys := populated(t, 1500)
	for n, step := range []string{"marked/1", "erased/1", "kek linked/1", "kek renamed/1", "kek added/1", "created/1", "leaving/1",
		"moved some/1", "moved some/2", "moved/1", "deleted/1", "kek linked/2", "kek renamed/2", "kek dropped/1"} {
		t.Run(step, func(t *testing.T) {
			nc, stop := p.serve(t)
			s := openStream(t, nc, StreamOptions{KEKFile: p.kek})
			wrap, kek := wrapOf(t, s, of(person(n))), secrets(t, p.kek)[0]
			s.Close()
			stop()
			victim(t, p, step, n, 0)
			if !checkPlace(t, p, keys, n, n) {
				t.Error("it was marked as destroyed, and is not")
			}
			if inFolder(t, p.data, wrap) {
				t.Error("the destroyed key's wrap is still in the store")
			}
			if inFolder(t, filepath.Dir(p.kek), []byte(kek)) {
				t.Error("the key-encryption key that it was wrapped under is still there")
			}
		})
	}
}

// TestKilledWhereItBegins kills the making of the first stream and key.
func TestKilledWhereItBegins(t *testing.T) {
	for _, step := range []string{"kek linked/1", "kek renamed/1", "kek made/1"} {
		p := newPlace(t)
		victim(t, p, step, 0, 0)
		checkPlace(t, p, nil, 0, -1)
	}
}

// TestKilledAtAnyMoment kills one erasure after another, whatever they are at.
func TestKilledAtAnyMoment(t *testing.T) {
	p, keys := populated(t, 1500)
	gone := 0
	for range 15 {
		gone = victim(t, p, "", gone, time.Duration(rand.IntN(500)+1)*time.Millisecond) + 1
		if checkPlace(t, p, keys, gone, gone) {
			gone++
		}
	}
	if gone < 15 {
		t.Errorf("only %d were forgotten", gone)
	}
}
