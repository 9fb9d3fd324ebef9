package journal

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"
	"github.com/nats-io/nats.go/jetstream"
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

// streamAnswers is Answers in a stream: one message for each, under its
// correlation.
type streamAnswers struct {
	j *JetStream

	mu    sync.Mutex
	known map[uuid.UUID]struct{} // all there are, if nobody else writes; else nil
}

// Recall is [Answers.Recall]. Who writes alone knows without asking that there
// is no answer, as is the rule.
func (s *streamAnswers) Recall(ctx context.Context, correlation string) (Remembered, bool, error) {
	if s.j.o.Alone {
		if there, err := s.has(ctx, correlation); !there || err != nil {
			return Remembered{}, false, err
		}
	}
	m, err := s.j.getFrom(ctx, answersStream, query{Last: "answers." + correlation})
	if errors.Is(err, errNone) {
		return Remembered{}, false, nil
	} else if err != nil {
		return Remembered{}, false, fmt.Errorf("recall an answer: %w", err)
	}
	var answer Remembered
	if err := json.Unmarshal(m.Data, &answer); err != nil {
		return Remembered{}, false, fmt.Errorf("recall an answer: %w", err)
	}
	return answer, true, nil
}

func (s *streamAnswers) has(ctx context.Context, correlation string) (bool, error) {
	id, err := uuid.Parse(correlation)
	if err != nil {
		return false, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known == nil {
		stream, err := s.j.js.Stream(ctx, answersStream)
		if err != nil {
			return false, fmt.Errorf("list the answers: %w", err)
		}
		info, err := stream.Info(ctx, jetstream.WithSubjectFilter("answers.*"))
		if err != nil {
			return false, fmt.Errorf("list the answers: %w", err)
		}
		s.known = make(map[uuid.UUID]struct{}, len(info.State.Subjects))
		for subject := range info.State.Subjects {
			if id, err := uuid.Parse(strings.TrimPrefix(subject, "answers.")); err == nil {
				s.known[id] = struct{}{}
			}
		}
	}
	_, there := s.known[id]
	return there, nil
}

// Remember is [Answers.Remember].
func (s *streamAnswers) Remember(ctx context.Context, correlation string, answer Remembered) (Remembered, error) {
	if err := s.j.Writable(); err != nil {
		return Remembered{}, err
	}
	if err := s.j.o.Space(); err != nil {
		return Remembered{}, err
	}
	data, err := json.Marshal(answer)
	if err != nil {
		return Remembered{}, err
	}
	s.add(correlation) // also if the ack is lost
	_, err = s.j.js.Publish(ctx, "answers."+correlation, data,
		jetstream.WithExpectLastSequenceForSubject(0, "answers."+correlation))
	if err == nil {
		return answer, nil
	}
	first, known, lookup := s.Recall(ctx, correlation)
	if !known || lookup != nil {
		return Remembered{}, fmt.Errorf("remember an answer: %w", explain(err))
	}
	return first, nil
}

func (s *streamAnswers) add(correlation string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if id, err := uuid.Parse(correlation); err == nil && s.known != nil {
		s.known[id] = struct{}{}
	}
}
