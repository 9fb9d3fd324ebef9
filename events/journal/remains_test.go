package journal

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

func TestRemains(t *testing.T) {
	for name, c := range map[string]struct {
		damaged []int
		noIndex bool
		want    []uint64 // the places that are left out; nil where it is the server that decides
	}{
		"all of what is whole":      {want: []uint64{}},
		"over an event":             {damaged: []int{30}, want: []uint64{30}},
		"over the first":            {damaged: []int{1}, want: []uint64{1}},
		"over the last":             {damaged: []int{60}, want: []uint64{60}},
		"over several in a row":     {damaged: []int{7, 8, 9, 58, 59, 60}, want: []uint64{7, 8, 9, 58, 59, 60}},
		"what a server has cut off": {damaged: []int{30}, noIndex: true},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			copied, stream := written(t, dir, 60)
			for _, n := range c.damaged {
				flip(t, dir, stream, n)
			}
			if c.noIndex {
				must(t, os.Remove(filepath.Join(dir, "jetstream", "$G", "streams", stream, "msgs", "index.db")))
			}
			_, log := reopen(t, dir, OpenOptions{})
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			defer cancel()
			var read []uint64
			for l, err := range log.Remains(ctx, 0) {
				must(t, err)
				read = append(read, l.Place)
				for was, err := range copied.Lines(ctx, l.Place-1, "", false) {
					must(t, err)
					if string(was.Data) != string(l.Data) {
						t.Errorf("event %d differs", l.Place)
					}
					break
				}
			}
			out := []uint64{}
			for place := range uint64(60) {
				if !slices.Contains(read, place+1) {
					out = append(out, place+1)
				}
			}
			if c.want != nil && !slices.Equal(out, c.want) {
				t.Errorf("left out %v; want %v", out, c.want)
			}
			t.Logf("left out %v", out)
		})
	}
}
