// Package story tells a made-up cohort through the real commands, from a seed
// and with a clock of its own: the demo, and histories to test with. Nobody in
// it exists.
//
// It is a simulation of what people do, not of what the rules answer: every act
// goes through the door like anybody's, with a key, so that a story that was
// interrupted goes on where it stopped and nothing is told twice. The same seed
// tells the same story byte for byte. What the story decides hangs on the seed
// and on facts that never change, never on the state of the moment.
//
// To add to it: schedule acts with at in the file of their noun.
package story

import (
	"container/heap"
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"reflect"
	"time"

	"kolmikko/api"
	"kolmikko/events"
	"kolmikko/events/programme"
)

// Where the story takes place.
const (
	Programme events.ProgrammeID = "vertaismentorointi"
	Cohort    events.CohortID    = "2022"
)

// A Stage is where a story is told.
type Stage struct {
	Door     *api.Door                 // its clock must show what Clock was last told
	Clock    func(time.Time)           // told the time of each act before it
	Progress func(day, days, acts int) // told now and then; may be nil
}

// Tell tells the cohort of 2022–2023. It returns how many acts there were, told
// now or before.
func Tell(ctx context.Context, stage Stage, seed uint64) (acts int, err error) {
	cast, err := readCast(seed)
	if err != nil {
		return 0, err
	}
	t := &teller{ctx: ctx, stage: stage, seed: seed, cast: cast, forms: map[reflect.Type]string{}}
	for _, f := range programme.Forms() {
		t.forms[reflect.TypeOf(f.New()).Elem()] = f.Name()
	}
	t.scheduleSpring()
	t.scheduleEnrolment()
	t.scheduleMatching()
	t.scheduleGatherings()
	t.scheduleMaterial()
	t.scheduleSurveys()
	t.scheduleEnd()
	return t.acts, t.run()
}

// A teller tells one story; it is one goroutine's.
type teller struct {
	ctx   context.Context
	stage Stage
	seed  uint64
	cast  *cast
	forms map[reflect.Type]string

	now    time.Time
	agenda agenda
	acts   int
	groups []*group
	left   map[programme.PersonOnTrack]bool // dropped out so far
}

// at schedules what happens at a time.
func (t *teller) at(when time.Time, do func() error) {
	t.agenda.scheduled++
	heap.Push(&t.agenda, &scene{when, t.agenda.scheduled, do})
}

// run plays the agenda to its end.
func (t *teller) run() error {
	begin, end := local(2022, 1, 17, 9, 0), local(2023, 6, 16, 12, 0)
	days := int(end.Sub(begin).Hours() / 24)
	for t.agenda.Len() > 0 {
		s := heap.Pop(&t.agenda).(*scene)
		t.now = s.when
		if err := t.ctx.Err(); err != nil {
			return err
		}
		if err := s.do(); err != nil {
			return fmt.Errorf("on %s: %w", t.now.Format(time.DateOnly), err)
		}
		if t.stage.Progress != nil {
			t.stage.Progress(int(t.now.Sub(begin).Hours()/24), days, t.acts)
		}
	}
	return nil
}

// do lets somebody act in the cohort, now.
func (t *teller) do(by events.PersonID, cmd programme.Command) (api.Receipt, error) {
	return t.doIn(Cohort, by, cmd)
}

// doWhole lets somebody act in the programme as a whole, now.
func (t *teller) doWhole(by events.PersonID, cmd programme.Command) (api.Receipt, error) {
	return t.doIn(events.WholeProgramme, by, cmd)
}

func (t *teller) doIn(c events.CohortID, by events.PersonID, cmd programme.Command) (api.Receipt, error) {
	key := t.key()
	name := t.forms[reflect.TypeOf(cmd)]
	receipt, err := t.stage.Door.ActSoon(t.ctx, api.Request{
		Programme: Programme, Cohort: c, By: by, At: t.tick(), Key: key, Form: name, Command: cmd,
	})
	if err != nil {
		return receipt, fmt.Errorf("%s: %w", name, err)
	}
	return receipt, nil
}

// key returns the key of the next act.
func (t *teller) key() string {
	t.acts++
	return fmt.Sprintf("story-%016x-%06d", t.seed, t.acts)
}

// tick moves the clock on a little, so that no two acts are at the same time,
// and tells the stage.
func (t *teller) tick() time.Time {
	t.now = t.now.Add(137 * time.Millisecond)
	t.stage.Clock(t.now)
	return t.now
}

// chance returns a source of chance for one thing of the story, so that what is
// added elsewhere does not change it.
func (t *teller) chance(of ...any) *rand.Rand {
	h := fnv.New64a()
	fmt.Fprint(h, of...)
	return rand.New(rand.NewPCG(t.seed, h.Sum64()))
}

// A scene is something that happens at a time; scenes of the same time happen
// in the order in which they were scheduled.
type scene struct {
	when  time.Time
	order int
	do    func() error
}

// An agenda is what is still to happen, the next first.
type agenda struct {
	scenes    []*scene
	scheduled int // ever
}

func (a *agenda) Len() int { return len(a.scenes) }
func (a *agenda) Less(i, j int) bool {
	x, y := a.scenes[i], a.scenes[j]
	return x.when.Before(y.when) || x.when.Equal(y.when) && x.order < y.order
}
func (a *agenda) Swap(i, j int) { a.scenes[i], a.scenes[j] = a.scenes[j], a.scenes[i] }
func (a *agenda) Push(s any)    { a.scenes = append(a.scenes, s.(*scene)) }
func (a *agenda) Pop() any {
	last := a.scenes[len(a.scenes)-1]
	a.scenes = a.scenes[:len(a.scenes)-1]
	return last
}

// local returns a time in Finland, in UTC: summer time ends on the last Sunday
// of October and begins on the last Sunday of March.
func local(year int, month time.Month, day, hour, minute int) time.Time {
	t := time.Date(year, month, day, hour, minute, 0, 0, time.UTC)
	if t.After(lastSunday(year, time.March)) && t.Before(lastSunday(year, time.October)) {
		return t.Add(-3 * time.Hour)
	}
	return t.Add(-2 * time.Hour)
}

func lastSunday(year int, month time.Month) time.Time {
	t := time.Date(year, month+1, 0, 3, 0, 0, 0, time.UTC)
	return t.AddDate(0, 0, -int(t.Weekday()))
}
