package story

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // Helsinki, wherever this runs

	"kolmikko/api"
	"kolmikko/events"
	"kolmikko/events/journal"
	"kolmikko/events/programme"
	"kolmikko/events/vault"
	"kolmikko/projections"
)

// A theatre is where a story is told in a test: it lasts as long as the test.
type theatre struct {
	log  *journal.Memory
	keys *vault.Memory
	now  time.Time
}

// A coin is the chance from which keys are made: always the same, as the vault
// binds each key to its owner.
type coin byte

func (c coin) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(c)
	}
	return len(p), nil
}

// open opens the house anew, over what the theatre keeps, as a process does that
// starts.
func (th *theatre) open(t *testing.T) Stage {
	t.Helper()
	keys, err := vault.Load(th.keys, vault.Options{Rand: coin(7)})
	if err != nil {
		t.Fatal(err)
	}
	door := &api.Door{
		Log: th.log, Desk: journal.NewDesk(th.log, (*programme.State).Evolve), Vault: keys,
		Views: projections.NewViews(), Now: func() time.Time { return th.now },
	}
	for r, err := range journal.Read(t.Context(), th.log, 0, "") {
		if err != nil {
			t.Fatal(err)
		}
		door.Desk.Take(r)
	}
	return Stage{Door: door, Clock: func(now time.Time) { th.now = now }}
}

func newTheatre() *theatre { return &theatre{log: new(journal.Memory), keys: new(vault.Memory)} }

// tell tells a story in it, to the end.
func (th *theatre) tell(t *testing.T, seed uint64) (acts int) {
	t.Helper()
	acts, err := Tell(t.Context(), th.open(t), seed)
	if err != nil {
		t.Fatal(err)
	}
	return acts
}

// told is the story's lines, in one.
func (th *theatre) told(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	for line, err := range th.log.Lines(t.Context(), 0, "", false) {
		if err != nil {
			t.Fatal(err)
		}
		b.Write(line.Data)
		b.WriteByte('\n')
	}
	return b.String()
}

// difference returns the first line in which two stories differ.
func difference(a, b string) string {
	as, bs := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(as), len(bs)) {
		if as[i] != bs[i] {
			return fmt.Sprintf("line %d is\n%s\nand\n%s", i+1, as[i], bs[i])
		}
	}
	return fmt.Sprintf("%d lines and %d", len(as), len(bs))
}

const seed = 2022

// TestTold tells the story once and looks at it from all sides: telling it takes
// a while.
func TestTold(t *testing.T) {
	th := newTheatre()
	acts := th.tell(t, seed)
	first := th.told(t)
	t.Run("telling it again adds nothing", func(t *testing.T) {
		if again := th.tell(t, seed); again != acts || th.told(t) != first {
			t.Errorf("%d acts and then %d: %s", acts, again, difference(first, th.told(t)))
		}
	})
	t.Run("it is a whole cohort", func(t *testing.T) { checkCohort(t, th) })
	t.Run("its people say that they are invented", func(t *testing.T) { checkInvented(t, th, first) })
	t.Run("the same seed tells the same, byte for byte, also when it is interrupted anywhere", func(t *testing.T) {
		chance := rand.New(rand.NewPCG(seed, 4))
		points := []int{1, 2 + chance.IntN(acts/3), acts/2 + chance.IntN(acts/3)}
		if testing.Short() {
			points = points[1:2]
		}
		other := newTheatre()
		for _, point := range points {
			other.interrupt(t, seed, point)
		}
		if other.tell(t, seed); other.told(t) != first {
			t.Errorf("interrupted at %d: %s", points, difference(first, other.told(t)))
		}
	})
	t.Run("another seed tells another", func(t *testing.T) {
		other := newTheatre()
		other.interrupt(t, seed+1, 200)
		if begun := other.told(t); strings.HasPrefix(first, begun) || strings.Count(begun, "\n") < 150 {
			t.Errorf("another seed tells %s", begun)
		}
	})
}

// interrupt tells the story until so many acts have been told.
func (th *theatre) interrupt(t *testing.T, seed uint64, acts int) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	stage := th.open(t)
	n, clock := 0, stage.Clock
	stage.Clock = func(now time.Time) {
		clock(now)
		if n++; n >= acts {
			stop()
		}
	}
	if _, err := Tell(ctx, stage, seed); !errors.Is(err, context.Canceled) {
		t.Fatalf("interrupted at act %d: %v", acts, err)
	}
}

// checkCohort holds the story to what it is to tell.
func checkCohort(t *testing.T, th *theatre) {
	count := map[events.Kind]int{}
	var total int
	for r, err := range journal.Read(t.Context(), th.log, 0, "") {
		if err != nil {
			t.Fatal(err)
		}
		count[events.KindOf(r.Event)]++
		total++
		if r.Programme != Programme || r.Cohort != Cohort && r.Cohort != events.WholeProgramme {
			t.Fatalf("event %d is of %s/%s", r.Place, r.Programme, r.Cohort)
		}
	}
	if total < 2500 || total > 4500 {
		t.Errorf("%d events", total)
	}
	for kind, want := range map[events.Kind]int{
		"programme-proposed": 1, "programme-launched": 1, "cohort-opened": 1, "organiser-joined": 5, "wish-submitted": 12,
		"organisation-registered": 50, "groups-published": 2, "matching-run": 2, "matching-overridden": 1, "phase-rescheduled": 1,
		"enrolment-withdrawn": 1, "enrolment-waitlisted": 3, "enrolment-promoted": 1, "groups-repaired": 1, "person-erased": 1,
		"survey-opened": 5, "survey-closed": 5, "cohort-completed": 1, "gathering-scheduled": 8, "gathering-moved": 1, "phase-completed": 8,
	} {
		if count[kind] != want {
			t.Errorf("%d events %s, want %d", count[kind], kind, want)
		}
	}
	told := []events.Kind{"codes-published", "role-granted", "principles-published", "consent-given", "preference-stated",
		"group-agreement-reached", "group-themes-agreed", "concern-raised", "meeting-held", "meeting-moved", "meeting-cancelled", "meeting-declined",
		"attendance-chosen", "attendance-recorded", "speaker-confirmed", "material-published", "material-retired", "comment-published",
		"comment-rejected", "feedback-given", "tie-reported", "goal-set", "goal-rated", "nudge-sent", "evaluation-planned", "record-corrected",
		"participant-dropped-out", "enrolment-amended", "enrolment-declined"}
	for _, kind := range told {
		if count[kind] == 0 {
			t.Errorf("no %s is told", kind)
		}
	}
}

// checkInvented holds everybody in the story to be nobody: addresses are of a
// domain that is for examples, and no name is in the history in the clear.
func checkInvented(t *testing.T, th *theatre, lines string) {
	c, err := readCast(seed)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, r := range c.rows {
		names = append(names, r.Name)
		if r.Address != "" && !strings.HasSuffix(r.Address, "@example.org") {
			t.Errorf("the address %s may be somebody's", r.Address)
		}
	}
	for _, m := range c.staff {
		names = append(names, m.name)
		if !strings.HasSuffix(address(m.name), "@example.org") {
			t.Errorf("the address %s may be somebody's", address(m.name))
		}
	}
	for _, name := range names {
		if strings.Contains(lines, name) {
			t.Errorf("the history holds the name %s", name)
		}
	}
	people, organisations := map[events.PersonID]bool{}, map[events.OrganisationID]bool{}
	for _, r := range c.rows {
		people[r.Person], organisations[r.Organisation] = true, true
	}
	supervisors := slices.DeleteFunc(slices.Clone(c.rows), func(r programme.Row) bool { return r.Track != events.Peer })
	if len(supervisors) != 90 || len(organisations) != 50 || len(people) != 130 {
		t.Errorf("%d supervisors of %d organisations, %d people", len(supervisors), len(organisations), len(people))
	}
	if !strings.Contains(lines, "example.org") {
		t.Errorf("no link of the story is for examples")
	}
}

func TestLocal(t *testing.T) {
	helsinki, err := time.LoadLocation("Europe/Helsinki")
	if err != nil {
		t.Fatal(err)
	}
	for day := time.Date(2022, 1, 1, 12, 0, 0, 0, time.UTC); day.Year() < 2024; day = day.AddDate(0, 0, 1) {
		want := time.Date(day.Year(), day.Month(), day.Day(), 9, 30, 0, 0, helsinki)
		if got := local(day.Year(), day.Month(), day.Day(), 9, 30); !got.Equal(want) {
			t.Errorf("half past nine on %s is %s, want %s", day.Format(time.DateOnly), got, want.UTC())
		}
	}
}
