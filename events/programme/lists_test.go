package programme

import (
	"testing"

	"kolmikko/events"
)

func TestDefaultLists(t *testing.T) {
	sizes := map[events.Code]int{ListThemes: 12, ListBranches: 12, ListRegions: 19}
	for _, list := range DefaultLists() {
		terms := DefaultList(list)
		if len(terms) == 0 || sizes[list] != 0 && len(terms) != sizes[list] {
			t.Errorf("%s has %d terms, want %d", list, len(terms), sizes[list])
		}
		if err := events.Check(events.CodesPublished{List: list, Version: 1, Terms: terms}); err != nil {
			t.Errorf("%s: %v", list, err)
		}
		seen := map[events.Code]bool{}
		for _, term := range terms {
			if seen[term.Code] || len(term.Label) != 3 {
				t.Errorf("%s: %s is there twice or lacks a label", list, term.Code)
			}
			seen[term.Code] = true
		}
	}
	if DefaultList("hats") != nil {
		t.Error("a list of hats")
	}
}
