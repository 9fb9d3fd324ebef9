package events

// HistoryRepaired says that copies of the history which were damaged have been
// made whole again from one that was not. It is in the history of each
// programme of which an event was concerned.
//
// The lines themselves are what they were: whoever holds a checkpoint from
// before can see that.
type HistoryRepaired struct {
	Generation Code   `json:"generation"`    // the journal's stream from then on, in lower case with hyphens
	Reason     Code   `json:"reason"`        // which copies were damaged, such as journal-damaged
	From       uint64 `json:"from"`          // the first place that a copy no longer had as it was
	To         uint64 `json:"to"`            // the last
	Count      int    `json:"count"`         // of the places in between, those
	Size       uint64 `json:"size,omitzero"` // of the signed checkpoint that all was held against; 0 for none
	Root       Digest `json:"root,omitzero"` // of the history up to there, from which it was written
}

func (HistoryRepaired) kind() Kind { return "history-repaired" }
