package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kolmikko/events/journal"
)

// TestWhatHappensToARunningHouseIsFound examines a house as each hour does.
func TestWhatHappensToARunningHouseIsFound(t *testing.T) {
	whole := segmented(t)
	for name, c := range map[string]struct {
		does func(*testing.T, string)
		says string // nothing where all is well
	}{
		"nothing happened":             {does: func(*testing.T, string) {}},
		"a line of the archive":        {func(t *testing.T, data string) { forgeLine(t, data, 2, 7, false) }, "place 207"},
		"the newest of the archive":    {func(t *testing.T, data string) { forgeLine(t, data, 3, 200, false) }, "place 600"},
		"a segment of the archive":     {func(t *testing.T, data string) { must(t, os.Remove(segmentOf(data, 2))) }, "place 201"},
		"a tile of the tree":           {func(t *testing.T, data string) { scratch(t, data, "tile/0/001") }, "the tree is damaged"},
		"a bundle of the tree is gone": {func(t *testing.T, data string) { must(t, os.Remove(filepath.Join(data, treeDir, "tile/entries/001"))) }, "tile/entries/001"},
	} {
		t.Run(name, func(t *testing.T) {
			data := copied(t, whole)
			h := opened(t, data)
			c.does(t, data)
			must(t, h.examine(t.Context(), false, 1))
			err := h.log.Writable()
			if c.says == "" {
				if err != nil {
					t.Error(err)
				}
			} else if !errors.Is(err, journal.ErrDamaged) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("err = %v; want ErrDamaged with %q", err, c.says)
			}
			if _, err := h.Act(t.Context(), registering()); (err == nil) != (c.says == "") {
				t.Errorf("acting: %v", err)
			}
			_ = h.Close() // what could not be copied out is said as well
		})
	}
}

// TestASampleIsEnoughAfterAnOrderlyEnd sees which starts compare all.
func TestASampleIsEnoughAfterAnOrderlyEnd(t *testing.T) {
	data := copied(t, segmented(t))
	untouched := func() bool {
		h := opened(t, data)
		defer h.Close()
		return h.server.Untouched()
	}
	for range 2 {
		if !untouched() {
			t.Error("after an orderly end all is compared")
		}
	}
	block, _, _ := recordOf(t, data, 300)
	now := time.Now()
	must(t, os.Chtimes(block, now, now))
	if !untouched() {
		t.Error("what is as it was, and only younger, is compared")
	}
	alter(t, data, 300, true)
	for range 2 {
		if untouched() {
			t.Error("a store that was damaged was vouched for")
		}
	}
}

// TestWhatCannotBeFollowedCanBeRead has an event in the journal lost that the
// archive does not have yet.
func TestWhatCannotBeFollowedCanBeRead(t *testing.T) {
	data := copied(t, segmented(t))
	text, err := os.ReadFile(segmentOf(data, 3))
	must(t, err)
	must(t, os.Truncate(segmentOf(data, 3), int64(len(text)/2)))
	alter(t, data, 580, false)
	h := opened(t, data)
	defer h.Close()
	<-h.ended
	select {
	case <-h.fell:
		t.Error("the house fell")
	default:
	}
	if err := h.log.Writable(); !errors.Is(err, journal.ErrDamaged) || !strings.Contains(err.Error(), "event 580 ") {
		t.Errorf("err = %v; want ErrDamaged with event 580", err)
	}
	if p := h.Views.Place(); p != 579 {
		t.Errorf("the views have taken in %d events; want 579", p)
	}
	must(t, h.Close())
	if said, status := say(t, "repair", "--data", data); status != 1 || !strings.Contains(said, "journal: place 580 is missing") {
		t.Errorf("status %d: what nobody has was mended\n%s", status, said)
	}
}
