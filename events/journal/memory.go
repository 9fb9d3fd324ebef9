package journal

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"sync"
	"time"

	"kolmikko/events"
)

// Memory is a Log that lasts as long as the process. Its zero value is empty.
// What it holds goes through the codec, as it does in JetStream.
type Memory struct {
	mu      sync.Mutex // guards all below
	lines   []Line
	ids     map[string]uint64
	last    map[events.ProgrammeID]uint64
	grown   chan struct{} // closed by the next Append
	answers memoryAnswers
}

// Append is [Log.Append].
func (m *Memory) Append(ctx context.Context, after uint64, entries []events.Recorded) (uint64, error) {
	messages, err := encode(entries)
	if err != nil {
		return 0, err
	}
	return m.appendLines(ctx, after, entries[0].Programme, messages)
}

func (m *Memory) appendLines(ctx context.Context, after uint64, p events.ProgrammeID, messages []message) (uint64, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	switch place, known := m.ids[messages[0].id]; {
	case known && m.follows(p, after, place):
		if !bytes.Equal(m.lines[place-1].Data, messages[0].line) {
			return 0, ErrConflict // the same action, written with other bytes
		}
		return place + uint64(len(messages)) - 1, nil
	case m.last[p] != after:
		return 0, ErrConflict
	}
	for _, msg := range messages {
		if place, known := m.ids[msg.id]; known {
			return 0, fmt.Errorf("event %s is in the history already, at place %d", msg.id, place)
		}
	}
	m.add(p, messages, time.Now())
	return m.last[p], nil
}

// follows reports whether place is the first of programme p past the place
// after.
func (m *Memory) follows(p events.ProgrammeID, after, place uint64) bool {
	if place <= after {
		return false
	}
	for _, line := range m.lines[after:place] {
		if r, err := line.decode(); err == nil && r.Programme == p {
			return line.Place == place
		}
	}
	return false
}

// add writes messages and wakes who follows. The caller holds mu.
func (m *Memory) add(p events.ProgrammeID, messages []message, now time.Time) {
	if m.last == nil {
		m.last, m.ids = map[events.ProgrammeID]uint64{}, map[string]uint64{}
	}
	for _, msg := range messages {
		place := uint64(len(m.lines) + 1)
		m.lines = append(m.lines, Line{place, msg.subject, now.UTC(), msg.line})
		m.ids[msg.id], m.last[p] = place, place
	}
	if m.grown != nil {
		close(m.grown)
		m.grown = nil
	}
}

// Lines is [Log.Lines].
func (m *Memory) Lines(ctx context.Context, after uint64, p events.ProgrammeID, follow bool) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		if err := checkProgramme(p); err != nil {
			yield(Line{}, err)
			return
		}
		for at := after; ; {
			lines, grown := m.past(at)
			for _, line := range lines {
				at = line.Place
				if r, err := line.decode(); p != "" && err == nil && r.Programme != p {
					continue
				}
				if !yield(line, nil) {
					return
				}
			}
			if !follow {
				return
			}
			select {
			case <-grown:
			case <-ctx.Done():
				return
			}
		}
	}
}

func (m *Memory) past(place uint64) ([]Line, <-chan struct{}) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.grown == nil {
		m.grown = make(chan struct{})
	}
	return m.lines[min(place, uint64(len(m.lines))):], m.grown
}

// Head is [Log.Head].
func (m *Memory) Head(context.Context) (uint64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return uint64(len(m.lines)), nil
}

// Restore is [Log.Restore].
func (m *Memory) Restore(_ context.Context, lines iter.Seq2[[]byte, error]) (uint64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.lines) > 0 {
		return 0, errNotEmpty
	}
	var restored Memory
	for data, err := range lines {
		if err != nil {
			return 0, err
		}
		r, err := events.Decode(uint64(len(restored.lines)+1), data)
		if err != nil {
			return 0, err
		}
		if place, known := restored.ids[r.ID]; known {
			return 0, fmt.Errorf("event %s is there twice, at place %d too", r.ID, place)
		}
		restored.add(r.Programme, []message{{r.ID, r.Subject(), data}}, time.Now())
	}
	m.lines, m.ids, m.last = restored.lines, restored.ids, restored.last
	return uint64(len(m.lines)), nil
}

// Answers is [Log.Answers].
func (m *Memory) Answers() Answers { return &m.answers }
