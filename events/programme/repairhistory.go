package programme

import "kolmikko/events"

// Why a history was written anew. They stay as they are for ever.
const (
	JournalDamaged events.Code = "journal-damaged"
	ArchiveDamaged events.Code = "archive-damaged"
	TreeDamaged    events.Code = "tree-damaged"   // no line of the history itself
	CopiesDamaged  events.Code = "copies-damaged" // several of them
)

// RecordRepair says that damaged copies of the history were made whole again. It
// is asked of each programme of which an event was concerned, and of its whole:
// there it is seen by those who may see the programme's history, and goes into
// their exports and bundles. A programme of the house's own would be seen by
// nobody. No door offers it, since only who has repaired something can say so.
type RecordRepair struct {
	Generation events.Code   `json:"generation"`
	Reason     events.Code   `json:"reason"`
	From       uint64        `json:"from"`
	To         uint64        `json:"to"`
	Count      int           `json:"count"`
	Size       uint64        `json:"size,omitzero"`
	Root       events.Digest `json:"root,omitzero"`
}

// Decide lets whoever runs the installation say what was repaired, once.
func (c RecordRepair) Decide(s *State, ask Ask) ([]events.Event, error) {
	switch {
	case ask.By != events.Operator:
		return nil, refuse(NotYours, "only whoever runs the installation repairs it")
	case ask.Cohort != events.WholeProgramme:
		return nil, refuse(Unfit, "a repair is of the whole programme's history")
	case c.Generation == "":
		return nil, refuse(Incomplete, "say in which generation of the journal the history is now")
	case c.Reason != JournalDamaged && c.Reason != ArchiveDamaged && c.Reason != TreeDamaged && c.Reason != CopiesDamaged:
		return nil, refuse(Unfit, "a reason says which copy was damaged")
	case c.From == 0 || c.From > c.To || c.Count < 0 || uint64(c.Count) > c.To-c.From+1:
		return nil, refuse(Unfit, "places count from 1, the first is not after the last, and no more are repaired than lie between")
	case c.Count == 0 && c.Reason != TreeDamaged:
		return nil, refuse(Incomplete, "say how many places were written anew")
	case (c.Size == 0) != (c.Root == ""):
		return nil, refuse(Incomplete, "a checkpoint has a size and a root")
	}
	e := events.HistoryRepaired(c)
	if s.Repaired == e {
		return nil, nil
	}
	return facts(e)
}
