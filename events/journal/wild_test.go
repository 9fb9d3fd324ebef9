package journal

import (
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestAWildRecordIsFoundBeforeTheServerStarts flips high bits of places: the
// server would never come up and take all memory.
func TestAWildRecordIsFoundBeforeTheServerStarts(t *testing.T) {
	for name, bit := range map[string]uint{"far": 25, "very far": 55} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			copied, stream := written(t, dir, 20)
			block := filepath.Join(dir, "jetstream", "$G", "streams", stream, "msgs", "1.blk")
			wilden(t, block, 7, bit)
			_, err := Serve(Options{Dir: dir})
			w, ok := errors.AsType[*Wild](err)
			if !ok || !errors.Is(err, ErrDamaged) || w.Stream != stream || w.Place != 6 || !strings.Contains(err.Error(), "event 6 ") {
				t.Fatalf("err = %v; want a Wild behind event 6", err)
			}
			s, err := Serve(Options{Dir: dir, Aside: true})
			must(t, err)
			defer s.Close()
			if _, err := s.Open(t.Context(), OpenOptions{AtLeast: 20}); !errors.Is(err, ErrDamaged) {
				t.Errorf("err = %v; want ErrDamaged", err)
			}
			log, err := s.Renew(t.Context(), OpenOptions{})
			must(t, err)
			if last, err := log.Restore(t.Context(), linesOf(t, copied)); last != 20 || err != nil {
				t.Errorf("restored %d, %v", last, err)
			}
			if _, err := os.Stat(filepath.Join(dir, "aside", stream, "msgs", "1.blk")); err != nil {
				t.Errorf("what was damaged is gone: %v", err)
			}
		})
	}
}

func TestAWildRecordOfAnotherStreamIsNotSetAside(t *testing.T) {
	dir := t.TempDir()
	s := &Server{dir: dir}
	w := &Wild{Stream: "KEYS_1", File: filepath.Join(dir, "jetstream", "$G", "streams", "KEYS_1", "msgs", "1.blk"), Place: 3}
	if err := s.setAside(w); !errors.Is(err, ErrDamaged) {
		t.Errorf("err = %v; want ErrDamaged", err)
	}
}

// wilden flips a bit of the place that a block's n-th record claims.
func wilden(t *testing.T, block string, n int, bit uint) {
	t.Helper()
	data, err := os.ReadFile(block)
	must(t, err)
	at := 0
	for range n - 1 {
		at += int(binary.LittleEndian.Uint32(data[at:]) &^ withHeaders)
	}
	place := binary.LittleEndian.Uint64(data[at+4:])
	if place != uint64(n) {
		t.Fatalf("record %d is of place %d", n, place)
	}
	binary.LittleEndian.PutUint64(data[at+4:], place^1<<bit)
	must(t, os.WriteFile(block, data, 0o600))
}
