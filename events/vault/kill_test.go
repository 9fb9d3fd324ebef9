package vault

import (
	"bufio"
	"encoding/base64"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"kolmikko/events"
)

const killed = "KOLMIKKO_VAULT_TO_BE_KILLED" // the folder, in the environment of the process that is killed

// TestToBeKilled is the process that TestKilled kills. It seals and forgets, and
// says each thing once it is done.
func TestToBeKilled(t *testing.T) {
	dir := os.Getenv(killed)
	if dir == "" {
		t.Skip("it is another test's process")
	}
	k := openDir(t, dir)
	for n := len(k.keys); ; n++ {
		person := events.PersonID(fmt.Sprintf("p-%d", n))
		r := registered(person, string(person), "")
		sealed, err := k.Seal(r)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println("sealed", person, base64.StdEncoding.EncodeToString(sealed.(events.PersonRegistered).Name.Box))
		if n%3 == 0 {
			if err := k.Forget("mentoring", person); err != nil {
				t.Fatal(err)
			}
			fmt.Println("forgot", person)
		}
	}
}

// TestKilled kills a process at any moment, 25 times: what it said is so.
func TestKilled(t *testing.T) {
	dir := folder(t)
	boxes, forgotten := map[events.PersonID][]byte{}, map[events.PersonID]bool{}
	for range 25 {
		for _, said := range killAfter(t, dir, time.Duration(20+rand.IntN(60))*time.Millisecond) {
			switch what := strings.Fields(said); {
			case len(what) == 3 && what[0] == "sealed":
				box, err := base64.StdEncoding.DecodeString(what[2])
				if err != nil {
					t.Fatal(err)
				}
				boxes[events.PersonID(what[1])] = box
			case len(what) == 2 && what[0] == "forgot":
				forgotten[events.PersonID(what[1])] = true
			}
		}
		k := openDir(t, dir)
		for person, box := range boxes {
			at := LabelOf(registered(person, "", ""), "name")
			got, err := k.Open(at, events.Personal{Of: person, Box: box})
			if forgotten[person] != errors.Is(err, ErrForgotten) && !k.Forgotten("mentoring", person) || err == nil && got != string(person) {
				t.Errorf("%s, forgotten %v: %q, %v", person, forgotten[person], got, err)
			}
		}
		k.Close()
	}
	if len(boxes) < 25 || len(forgotten) < 8 {
		t.Errorf("only %d sealed and %d forgotten", len(boxes), len(forgotten))
	}
}

// killAfter runs the process for a while and returns the lines that it said.
func killAfter(t *testing.T, dir string, d time.Duration) (said []string) {
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
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if len(said) == 0 { // it is at it
			time.AfterFunc(d, func() { cmd.Process.Kill() })
		}
		said = append(said, lines.Text())
	}
	_ = cmd.Wait() // it was killed
	return said
}
