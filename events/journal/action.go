package journal

import (
	"strconv"
	"time"

	"github.com/google/uuid"

	"kolmikko/events"
)

// house is the namespace of every correlation, so that the same action has the
// same IDs in every installation and on every day.
var house = uuid.NewSHA1(uuid.NameSpaceURL, []byte("https://kolmikko.invalid/correlation"))

// An Action is a command as the journal sees it: who does what where, not what
// it means.
type Action struct {
	Programme events.ProgrammeID
	Cohort    events.CohortID // or [events.WholeProgramme]
	By        events.PersonID
	At        time.Time
	Key       string // makes a repetition the same action; when empty, a random one is made
	Print     string // the command's name and a digest of what in it is not personal
	Causation string // the ID of the event that brought it about, if one did
}

// An Answer is what became of an action.
type Answer struct {
	First, Last uint64            // places of its events; without any, Last is where the programme's history ended
	Events      []events.Recorded // what was written just now; none when it is repeated
	Rule        string            // that refused it; empty when none did
	Detail      string            // of the refusal
	Repeated    bool              // it was answered before, and this is that answer
}

// correlation names the action: the same key from the same person in the same
// programme is the same action.
func (a Action) correlation() uuid.UUID {
	key := a.Key
	if key == "" {
		key = uuid.NewString()
	}
	name := make([]byte, 0, 128)
	name = append(name, a.Programme...)
	name = append(name, 0)
	name = append(name, a.By...)
	name = append(name, 0)
	name = append(name, key...)
	return uuid.NewSHA1(house, name)
}

// eventID returns the ID of the i-th event of an action.
func eventID(correlation uuid.UUID, print string, i int) uuid.UUID {
	name := make([]byte, 0, 128)
	name = append(name, print...)
	name = append(name, 0)
	return uuid.NewSHA1(correlation, strconv.AppendInt(name, int64(i), 10))
}

// entries completes facts into what is to be written, but for their seals.
func (a Action) entries(correlation uuid.UUID, facts []events.Event) []events.Recorded {
	entries := make([]events.Recorded, len(facts))
	for i, fact := range facts {
		entries[i] = events.Recorded{
			ID: eventID(correlation, a.Print, i).String(), At: a.At.UTC().Round(0),
			Programme: a.Programme, Cohort: a.Cohort, By: a.By,
			Causation: a.Causation, Correlation: correlation.String(), Event: fact,
		}
	}
	return entries
}
