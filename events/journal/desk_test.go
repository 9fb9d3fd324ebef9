package journal

import (
	"errors"
	"testing"
	"time"

	"kolmikko/events"
)

// refused is a rule that said no.
type refused string

func (r refused) Error() string             { return string(r) }
func (r refused) Refused() (string, string) { return string(r), "detail of " + string(r) }

const no1 = refused("no-seat")

func action(by, key, print string) Action {
	return Action{Programme: "c", Cohort: "c1", By: events.PersonID(by), At: noon, Key: key, Print: print}
}

// A count is a state: how many events there were.
type count int

func counting(log Log) *Desk[count] {
	return NewDesk(log, func(n *count, _ events.Recorded) { *n++ })
}

func reload(t *testing.T, log Log) *Desk[count] {
	t.Helper()
	d := counting(log)
	for r, err := range Read(t.Context(), log, 0, "") {
		if err != nil {
			t.Fatal(err)
		}
		d.Take(r)
		d.Take(r) // is passed over
	}
	return d
}

func agree(n int) func(*count) ([]events.Event, error) {
	return func(*count) ([]events.Event, error) {
		facts := make([]events.Event, n)
		for i := range facts {
			facts[i] = events.ConsentGiven{Person: "a", Purpose: "matching", TextVersion: i}
		}
		return facts, nil
	}
}

func refuse(*count) ([]events.Event, error) { return nil, no1 }

func mustAct(t *testing.T, d *Desk[count], a Action, decide func(*count) ([]events.Event, error)) Answer {
	t.Helper()
	answer, err := d.Act(t.Context(), a, decide, nil)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

func testSameKey(t *testing.T, log Log) {
	d := counting(log)
	first := mustAct(t, d, action("a", "k", "x"), agree(2))
	if first.First != 1 || first.Last != 2 || len(first.Events) != 2 || first.Repeated {
		t.Fatalf("first: %+v", first)
	}
	mustAct(t, d, action("b", "k", "x"), agree(1))
	for name, d := range map[string]*Desk[count]{"live": d, "after a restart": reload(t, log)} {
		again := mustAct(t, d, action("a", "k", "x"), agree(2))
		if again.First != 1 || again.Last != 2 || !again.Repeated || len(again.Events) != 0 {
			t.Errorf("%s: again: %+v", name, again)
		}
		d.Look("c", func(n *count) {
			if *n != 3 {
				t.Errorf("%s: the state took %d events in; want 3", name, *n)
			}
		})
	}
	late := action("a", "k", "x")
	late.At = noon.Add(time.Hour)
	behind := counting(log) // as another process that hasn't heard of it yet
	if again := mustAct(t, behind, late, agree(2)); again.First != 1 || again.Last != 2 || !again.Repeated {
		t.Errorf("behind: again: %+v", again)
	}
	if head, _ := log.Head(t.Context()); head != 3 {
		t.Errorf("head = %d; want 3", head)
	}
}

func testRefusal(t *testing.T, log Log) {
	d := counting(log)
	mustAct(t, d, action("a", "", "x"), agree(1))
	mustAct(t, d, action("a", "k", "y"), refuse)
	for name, d := range map[string]*Desk[count]{"live": d, "after a restart": reload(t, log)} {
		again := mustAct(t, d, action("a", "k", "y"), agree(1)) // it would be allowed by now
		if again.Rule != "no-seat" || again.Detail != "detail of no-seat" || again.Last != 1 || !again.Repeated {
			t.Errorf("%s: again: %+v", name, again)
		}
	}
	if made := mustAct(t, d, action("a", "", "y"), refuse); made.Rule != "no-seat" {
		t.Errorf("without a key: %+v", made)
	}
	if again := mustAct(t, d, action("a", "", "y"), agree(1)); again.Last != 2 {
		t.Errorf("without a key, again: %+v", again)
	}
}

func testQuiet(t *testing.T, log Log) {
	d := counting(log)
	mustAct(t, d, action("a", "", "x"), agree(1))
	if quiet := mustAct(t, d, action("a", "k", "y"), agree(0)); quiet.Last != 1 || quiet.First != 0 || quiet.Rule != "" {
		t.Errorf("quiet: %+v", quiet)
	}
	for name, d := range map[string]*Desk[count]{"live": d, "after a restart": reload(t, log)} {
		again := mustAct(t, d, action("a", "k", "y"), agree(1))
		if again.First != 0 || again.Last != 1 || !again.Repeated {
			t.Errorf("%s: again: %+v", name, again)
		}
	}
}

func testKeyReused(t *testing.T, log Log) {
	d := counting(log)
	mustAct(t, d, action("a", "k", "x"), agree(1))
	mustAct(t, d, action("a", "l", "x"), refuse)
	for name, d := range map[string]*Desk[count]{"live": d, "after a restart": reload(t, log)} {
		for _, key := range []string{"k", "l"} {
			if _, err := d.Act(t.Context(), action("a", key, "other"), agree(1), nil); !errors.Is(err, ErrKeyReused) {
				t.Errorf("%s: key %s: err = %v; want ErrKeyReused", name, key, err)
			}
		}
	}
}

func testPanic(t *testing.T, log Log) {
	d := counting(log)
	func() {
		defer func() { recover() }()
		d.Act(t.Context(), action("a", "", "x"), func(*count) ([]events.Event, error) { panic("a bug") }, nil)
	}()
	mustAct(t, d, action("a", "", "x"), agree(1))
}
