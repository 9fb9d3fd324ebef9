package journal

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// streamAnswers is Answers in a stream: one message for each, under its
// correlation.
type streamAnswers struct {
	nc *nats.Conn
	js jetstream.JetStream
}

// Recall is [Answers.Recall].
func (s *streamAnswers) Recall(ctx context.Context, correlation string) (Remembered, bool, error) {
	m, err := get(ctx, s.nc, answersStream, query{Last: "answers." + correlation})
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

// Remember is [Answers.Remember].
func (s *streamAnswers) Remember(ctx context.Context, correlation string, answer Remembered) (Remembered, error) {
	data, err := json.Marshal(answer)
	if err != nil {
		return Remembered{}, err
	}
	_, err = s.js.Publish(ctx, "answers."+correlation, data, jetstream.WithExpectLastSequencePerSubject(0))
	if err == nil {
		return answer, nil
	}
	first, known, lookup := s.Recall(ctx, correlation)
	if !known || lookup != nil {
		return Remembered{}, fmt.Errorf("remember an answer: %w", err)
	}
	return first, nil
}
