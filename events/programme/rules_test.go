package programme

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"kolmikko/events"
)

// FuzzRules lets any sequence of any commands loose on a programme and holds it
// to what must be true of every history; see [ledger]. Of the script, a byte
// each picks where it starts, a command, its values, who asks and when; where it
// ends, chance goes on.
func FuzzRules(f *testing.F) {
	for seed := range walks {
		f.Add(scriptOf(seed))
	}
	f.Fuzz(func(t *testing.T, script []byte) { walk(t, script).compare() })
}

// walks is how many scripts of chance are gone through by every test run.
const walks = 96

// commands is how many are asked in a walk.
const commands = 2000

// scriptOf returns the script of a walk: its first byte picks the beginning.
func scriptOf(seed int) []byte { return []byte{byte(seed), byte(seed >> 8)} }

// walk lets a script loose, and then what chance makes of it: scripts stay short
// so that a failing one can be made smaller.
func walk(t *testing.T, script []byte) *world {
	x := &chance{script: script, rest: rand.NewChaCha8(sha256.Sum256(script)), state: new(State), now: noon}
	w := &world{t: t, x: x, ledger: newLedger(t), forms: Forms()}
	for _, f := range w.forms {
		if slices.Contains(often, f.Noun) {
			w.often = append(w.often, f)
		}
	}
	for _, e := range beginnings()[x.roll(len(beginnings()))] {
		r, ok := e.(events.Recorded)
		if !ok {
			r = events.Recorded{By: coordinator, Cohort: "c22", At: noon, Event: e.(events.Event)}
		}
		w.record(r)
	}
	w.ledger.strict = true
	for range commands {
		w.act()
	}
	return w
}

// TestChanceTellsEveryKind keeps the fuzzer from holding rules to histories in
// which nothing happens.
func TestChanceTellsEveryKind(t *testing.T) {
	told := map[events.Kind]int{}
	for seed := range walks {
		for _, r := range walk(t, scriptOf(seed)).history {
			if r.Line != nil { // of a command, not of the beginning
				told[events.KindOf(r.Event)]++
			}
		}
	}
	for _, k := range events.Kinds() {
		if told[k] == 0 && k != events.KindOf(events.HistoryRepaired{}) { // no door offers it
			t.Errorf("no %s", k)
		}
	}
	t.Log(told)
}

// beginnings are the histories that a script may start from.
func beginnings() []given {
	people := enrolled(anne, matti, liisa, olli, pekka, host)
	rules := func(hard ...events.Code) events.MatchingRulesSet {
		return events.MatchingRulesSet{Track: events.Peer, Rules: events.MatchingRules{Hard: hard, Size: 3, Remainder: []int{4, 5}}}
	}
	groups := events.GroupsPublished{Run: "run0", Track: events.Peer, Groups: []events.Group{
		{Group: "t01", Members: []events.PersonID{anne, matti, liisa}}, {Group: "t02", Members: []events.PersonID{olli, pekka, host}}}}
	open := []any{seats, newcomers, consented(pia, 1), consented(kai, 1), registered(pia), registered(kai)}
	roles := []any{registered(owner), whole(events.RoleGranted{Person: owner, Role: events.Owner}),
		registered(coordinator), whole(events.RoleGranted{Person: coordinator, Role: events.Coordinator})}
	return []given{
		nil,
		roles,
		begun(open...),
		begun(append(people, rules(events.HardOrganisation), registered(pia), registered(kai))...),
		begun(append(people, rules(), groups, consented(pia, 1), registered(pia), registered(kai))...),
		begun(append(people, rules(), groups, by(anne, events.MoveConsented{Person: anne, Track: events.Peer}))...),
	}
}

// A world is a programme in which anything may be asked.
type world struct {
	t       *testing.T
	x       *chance
	ledger  *ledger
	history []events.Recorded // as they are read from the journal
	forms   []Form
	often   []Form
}

// repeatable names the commands that bring something each time, since what is
// personal can't be compared.
var repeatable = []string{"amend-person", "submit-wish"}

// often are the nouns that most commands of a script are about, since these
// take several steps to get anywhere.
var often = []string{"meeting", "enrolment", "matching", "matching-override", "groups", "group-terms", "principles", "attendance"}

// seldom says one time in how many a command is asked that ends much.
var seldom = map[string]int{"complete-cohort": 15, "erase-person": 12, "publish-principles": 16,
	"dissolve-group": 8, "end-participation": 8, "withdraw-enrolment": 6, "import-summary": 12, "withdraw-consent": 8,
	"revoke-role": 4, "publish-codes": 4, "close-enrolment": 6, "cancel-meeting": 3, "cancel-gathering": 3}

func (w *world) pick() Form {
	if w.x.roll(2) == 0 {
		return oneOf(w.x, w.often...)
	}
	return oneOf(w.x, w.forms...)
}

// act lets the next command of the script be asked by whoever may.
func (w *world) act() {
	x := w.x
	form := w.pick()
	if x.roll(max(1, seldom[form.Name()])) > 0 {
		return
	}
	x.cohort = "c22"
	switch {
	case form.Scope == OfProgramme, form.Scope == OfEither && x.roll(3) == 0, x.roll(64) == 0:
		x.cohort = events.WholeProgramme
	case x.roll(32) == 0, form.Noun == "cohort" || form.Noun == "summary":
		x.cohort = oneOf[events.CohortID](x, "c22", "c23", "c24")
	}
	x.now = x.now.Add(oneOf(x, 0, 0, time.Minute, time.Hour, 6*time.Hour, 30*time.Hour))
	c := form.New()
	x.fill(c)
	then, ask := w.ask(form, c)
	if len(then) == 0 {
		return
	}
	for _, e := range then {
		w.record(events.Recorded{By: ask.By, Cohort: ask.Cohort, At: ask.At, Event: e})
	}
	if again, _ := c.Decide(x.state, ask); len(again) > 0 && !slices.Contains(repeatable, form.Name()) {
		w.t.Fatalf("%s %+v: a second time brought %+v", form.Name(), c, again)
	}
}

// ask asks a command in the name of one after another, until it brings
// something, or a rule is in its way that is not about who asks.
func (w *world) ask(form Form, c Command) ([]events.Event, Ask) {
	actors := append([]events.PersonID{events.Operator, events.Clock, events.Engine, events.Notify, events.Respondent, events.Import}, anybody...)
	first := w.x.roll(len(actors))
	var ask Ask
	for i := range actors {
		ask = Ask{By: actors[(first+i)%len(actors)], At: w.x.now, Cohort: w.x.cohort}
		then, err := c.Decide(w.x.state, ask)
		refusal, refused := errors.AsType[Refusal](err)
		switch {
		case err != nil && !refused:
			w.t.Fatalf("%s %+v: %v is no refusal", form.Name(), c, err)
		case err != nil && then != nil:
			w.t.Fatalf("%s %+v: refused, and yet %+v", form.Name(), c, then)
		case refusal.Rule == "" != (refusal.Detail == ""):
			w.t.Fatalf("%s %+v: refused with %+v", form.Name(), c, refusal)
		case len(then) > 0:
			return then, ask
		case refused && !slices.Contains([]string{NotYours, NotRegistered, NotParticipant}, refusal.Rule):
			return nil, ask
		}
	}
	return nil, ask
}

// record seals an event, writes and reads it, and takes it in.
func (w *world) record(r events.Recorded) {
	r.ID, r.Programme, r.Place = fmt.Sprint("event-", len(w.history)+1), "mentoring", uint64(len(w.history)+1)
	sealed, err := events.Seal(r.Event, func(f events.PersonalField) (events.Personal, error) {
		return events.Personal{Of: f.Value.Of, And: f.Value.And, Box: []byte{1}}, nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	r.Event = sealed
	if w.ledger.strict {
		line, err := events.Encode(r)
		if err != nil {
			w.t.Fatalf("%+v can't be written: %v", r.Event, err)
		}
		read, err := events.Decode(r.Place, line)
		if err != nil {
			w.t.Fatal(err)
		}
		w.history = append(w.history, read)
	} else {
		w.history = append(w.history, r) // an example is not always whole
	}
	w.ledger.hold(r, w.x.state)
	w.x.state.Evolve(r)
}

// compare holds the state, about which so much was asked, to one that is made
// of the history as it was written.
func (w *world) compare() {
	fresh := new(State)
	for _, r := range w.history {
		fresh.Evolve(r)
	}
	zones := gocmp.Comparer(func(a, b *time.Location) bool { return a.String() == b.String() })
	if diff := gocmp.Diff(fresh, w.x.state, zones, cmpopts.EquateEmpty(), gocmp.AllowUnexported(events.Personal{})); diff != "" {
		w.t.Errorf("the state differs from the history's (-history +state):\n%s", diff)
	}
}

// BenchmarkFold is what the rules cost a programme of 5,000 events at its start.
func BenchmarkFold(b *testing.B) {
	history := begun(grouped(anne, matti, liisa)...)
	for i := len(history); i < 5000; i++ {
		history = append(history, by(anne, events.MeetingHeld{Meeting: events.MeetingID(fmt.Sprint("m", i)), Group: "t01",
			HeldAt: noon, Minutes: 60, Mode: events.Lab, Present: 2}))
	}
	for b.Loop() {
		fold(history)
	}
}
