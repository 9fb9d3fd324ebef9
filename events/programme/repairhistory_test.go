package programme

import (
	"strings"
	"testing"

	"kolmikko/events"
)

func TestRecordRepair(t *testing.T) {
	whole := events.WholeProgramme
	done := RecordRepair{Generation: "history-20221005t120000-250000", Reason: JournalDamaged, From: 3, To: 9, Count: 2,
		Size: 12, Root: events.Digest(strings.Repeat("0a", 32))}
	but := func(change func(*RecordRepair)) RecordRepair {
		c := done
		change(&c)
		return c
	}
	follows := []events.Event{events.HistoryRepaired(done)}
	later := but(func(c *RecordRepair) { c.Generation = "history-20230105t120000-250000" })
	tree := but(func(c *RecordRepair) { c.Reason, c.Count = TreeDamaged, 0 })
	unsigned := but(func(c *RecordRepair) { c.Size, c.Root = 0, "" })
	recorded := events.Recorded{By: events.Operator, Cohort: whole, At: noon, Event: follows[0]}
	for name, s := range map[string]spec{
		"whoever runs the installation":  {by: events.Operator, in: whole, when: done, then: follows},
		"asking twice is quiet":          {given: given{recorded}, by: events.Operator, in: whole, when: done},
		"another repair is another":      {given: given{recorded}, by: events.Operator, in: whole, when: later, then: []events.Event{events.HistoryRepaired(later)}},
		"a tree has no lines":            {by: events.Operator, in: whole, when: tree, then: []events.Event{events.HistoryRepaired(tree)}},
		"also of what nobody had signed": {by: events.Operator, in: whole, when: unsigned, then: []events.Event{events.HistoryRepaired(unsigned)}},
		"an owner repairs nothing":       {given: begun(), by: owner, in: whole, when: done, refused: NotYours},
		"it is of the whole programme":   {given: begun(), by: events.Operator, when: done, refused: Unfit},
		"the generation is named":        {by: events.Operator, in: whole, when: but(func(c *RecordRepair) { c.Generation = "" }), refused: Incomplete},
		"a reason names a copy":          {by: events.Operator, in: whole, when: but(func(c *RecordRepair) { c.Reason = "tired" }), refused: Unfit},
		"places count from 1":            {by: events.Operator, in: whole, when: but(func(c *RecordRepair) { c.From = 0 }), refused: Unfit},
		"and go on":                      {by: events.Operator, in: whole, when: but(func(c *RecordRepair) { c.To = 2 }), refused: Unfit},
		"no more than lie between":       {by: events.Operator, in: whole, when: but(func(c *RecordRepair) { c.Count = 8 }), refused: Unfit},
		"something was written anew":     {by: events.Operator, in: whole, when: but(func(c *RecordRepair) { c.Count = 0 }), refused: Incomplete},
		"a size comes with a root":       {by: events.Operator, in: whole, when: but(func(c *RecordRepair) { c.Root = "" }), refused: Incomplete},
		"and a root with what it is of":  {by: events.Operator, in: whole, when: but(func(c *RecordRepair) { c.Size = 0 }), refused: Incomplete},
	} {
		t.Run(name, s.run)
	}
}
