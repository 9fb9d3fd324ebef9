package journal

import (
	"context"
	"sync"
)

// Answers is the book of answers that made no event: refusals, and actions
// whose outcome was there already. Without it the same key would be answered
// otherwise once the state has moved on.
type Answers interface {
	// Recall returns what was answered to the action with this correlation, and
	// whether anything was.
	Recall(ctx context.Context, correlation string) (Remembered, bool, error)

	// Remember keeps an answer for ever. The first one stays: it returns what is
	// kept.
	Remember(ctx context.Context, correlation string, answer Remembered) (Remembered, error)
}

// Remembered is an answer that made no event. Detail must name nobody: it is
// kept for ever.
type Remembered struct {
	Mark   string `json:"mark"`            // the ID that the action's first event would have had
	Place  uint64 `json:"place"`           // where the programme's history ended
	Rule   string `json:"rule,omitzero"`   // that refused; empty when it was so already
	Detail string `json:"detail,omitzero"` // of the refusal
}

// memoryAnswers is Answers that last as long as the process.
type memoryAnswers struct {
	mu   sync.Mutex
	book map[string]Remembered
}

func (m *memoryAnswers) Recall(_ context.Context, correlation string) (Remembered, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	answer, known := m.book[correlation]
	return answer, known, nil
}

func (m *memoryAnswers) Remember(_ context.Context, correlation string, answer Remembered) (Remembered, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if first, known := m.book[correlation]; known {
		return first, nil
	}
	if m.book == nil {
		m.book = map[string]Remembered{}
	}
	m.book[correlation] = answer
	return answer, nil
}
