package audit

import (
	"testing"
	"time"
)

// TestClosingWhileItIsAboutToFlush closes trees whose own goroutine flushes all
// the time; each of the two waited for the other once.
func TestClosingWhileItIsAboutToFlush(t *testing.T) {
	k := key(t)
	for range 30 {
		tree, err := OpenTree(t.TempDir(), Options{Key: k, Every: time.Nanosecond, Batch: 1})
		if err != nil {
			t.Fatal(err)
		}
		for place := range uint64(20) {
			if err := tree.Append(event(place + 1)); err != nil {
				t.Fatal(err)
			}
		}
		if err := tree.Close(); err != nil {
			t.Error(err)
		}
	}
}
