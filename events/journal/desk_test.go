package journal

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
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
			facts[i] = events.ConsentGiven{Person: "a", Purpose: "matching", TextVersion: i + 1}
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

func testHalfKnown(t *testing.T, log Log) {
	mustAct(t, counting(log), action("a", "k", "x"), agree(3))
	half := counting(log) // such as an archive that ends amid an action
	for r, err := range Read(t.Context(), log, 0, "c") {
		if err != nil {
			t.Fatal(err)
		}
		if r.Place < 3 {
			half.Take(r)
		}
	}
	if again := mustAct(t, half, action("a", "k", "x"), agree(3)); again.First != 1 || again.Last != 3 || !again.Repeated {
		t.Errorf("again: %+v", again)
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

func testStale(t *testing.T, log Log) {
	d, other := counting(log), counting(log) // as in two processes
	mustAct(t, d, action("a", "", "x"), agree(1))
	mustAct(t, other, action("b", "", "x"), agree(1))
	one := func(n *count) ([]events.Event, error) {
		if *n < 2 {
			return nil, no1
		}
		return agree(1)(n)
	}
	if answer := mustAct(t, d, action("a", "k", "y"), one); answer.Rule != "" || answer.Last != 3 {
		t.Errorf("refused on an old state: %+v", answer)
	}
	quiet := func(n *count) ([]events.Event, error) {
		if *n < 3 {
			return nil, nil
		}
		return agree(1)(n)
	}
	if answer := mustAct(t, other, action("a", "l", "y"), quiet); answer.First != 4 {
		t.Errorf("quiet on an old state: %+v", answer)
	}
}

func testKeyApart(t *testing.T, log Log) {
	d := counting(log)
	mustAct(t, d, action("a", "k", "x"), agree(1))
	if of := mustAct(t, d, action("b", "k", "x"), agree(1)); of.Repeated || of.Last != 2 {
		t.Errorf("another person: %+v", of)
	}
	elsewhere := action("a", "k", "x")
	elsewhere.Programme = "d"
	if of := mustAct(t, d, elsewhere, agree(1)); of.Repeated || of.Last != 3 {
		t.Errorf("another programme: %+v", of)
	}
	d.Look("none", func(n *count) {
		if *n != 0 {
			t.Errorf("the state of no programme: %d", *n)
		}
	})
	if got := d.Programmes(); !slices.Equal(got, []events.ProgrammeID{"c", "d"}) {
		t.Errorf("programmes: %v", got)
	}
}

func testSeal(t *testing.T, log Log) {
	var seen []string
	d := NewDesk(log, func(_ *count, r events.Recorded) { seen = append(seen, fmt.Sprint(r.Place, " ", r.ID)) })
	var sealed []string
	seal := func(r events.Recorded) (events.Event, error) {
		sealed = append(sealed, r.ID)
		return events.ConsentGiven{Person: "sealed", Purpose: "matching", TextVersion: len(sealed)}, nil
	}
	answer, err := d.Act(t.Context(), action("a", "k", "x"), agree(2), seal)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"1 " + sealed[0], "2 " + sealed[1]}
	if len(sealed) != 2 || !slices.Equal(seen, want) {
		t.Errorf("evolved %v; want %v", seen, want)
	}
	i := 0
	for r, err := range Read(t.Context(), log, 0, "c") {
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(r, answer.Events[i]) {
			t.Errorf("answered %+v; written is %+v", answer.Events[i], r)
		}
		i++
	}
	refuse := func(events.Recorded) (events.Event, error) { return nil, errors.New("no key") }
	if _, err := d.Act(t.Context(), action("a", "l", "x"), agree(1), refuse); err == nil || err.Error() != "no key" {
		t.Errorf("err = %v; want the seal's", err)
	}
}

func testUnwritable(t *testing.T, log Log) {
	d := counting(log)
	plain := func(*count) ([]events.Event, error) {
		return []events.Event{events.PersonRegistered{Person: "a", Language: "fi", Name: events.Plain("a", "Aino")}}, nil
	}
	if _, err := d.Act(t.Context(), action("a", "k", "x"), plain, nil); !errors.Is(err, events.ErrUnsealed) {
		t.Errorf("err = %v; want ErrUnsealed", err)
	}
	if head, _ := log.Head(t.Context()); head != 0 {
		t.Errorf("head = %d; want 0", head)
	}
	mustAct(t, d, action("a", "k", "x"), agree(1)) // nothing was remembered
}

func testSeats(t *testing.T, log Log) {
	desk := NewDesk(log, func(taken *int, _ events.Recorded) { *taken++ })
	other := NewDesk(log, func(taken *int, _ events.Recorded) { *taken++ }) // as if in another process
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			d := desk
			if i%2 == 0 {
				d = other
			}
			_, err := d.Act(t.Context(), action(fmt.Sprint("p", i), "", "sit"), func(taken *int) ([]events.Event, error) {
				if *taken == 3 {
					return nil, no1
				}
				return []events.Event{events.ConsentGiven{Person: "a", Purpose: "matching", TextVersion: 1}}, nil
			}, nil)
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	n := 0
	for range Read(t.Context(), log, 0, "c") {
		n++
	}
	if n != 3 {
		t.Errorf("%d events on 3 seats", n)
	}
}
