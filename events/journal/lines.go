package journal

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"kolmikko/events"
)

// fewLines is up to how many lines are asked for one by one: that is quicker
// than a consumer.
const fewLines = 16

// Lines is [Log.Lines].
func (j *JetStream) Lines(ctx context.Context, after uint64, p events.ProgrammeID, follow bool) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		r := &reading{j: j, subjects: subjectsOf(p), whole: p == "", at: after}
		more := func(l Line) bool { return yield(l, nil) }
		var err error
		if follow {
			err = r.follow(ctx, more)
		} else {
			err = r.read(ctx, more)
		}
		if err != nil {
			yield(Line{}, err)
		}
	}
}

// A reading is one pass over the history.
type reading struct {
	j        *JetStream
	subjects string
	whole    bool   // all programmes: places have no holes
	at       uint64 // the last place that was read
}

// errEnough ends a reading whose reader has had enough.
var errEnough = errors.New("enough")

// read reads on to the head.
func (r *reading) read(ctx context.Context, more func(Line) bool) error {
	for range fewLines {
		m, err := get(ctx, r.j.nc, r.j.stream, query{Seq: r.at + 1, Next: r.subjects})
		if errors.Is(err, errNone) {
			return nil
		} else if err != nil {
			return fmt.Errorf("read the history past %d: %w", r.at, err)
		}
		if err := r.line(Line{m.Seq, m.Subject, m.Time, m.Data}, more); err != nil {
			return enough(err)
		}
	}
	end, err := get(ctx, r.j.nc, r.j.stream, query{Last: r.subjects})
	if err != nil {
		return fmt.Errorf("read the history's end: %w", err)
	}
	for r.at < end.Seq {
		if err := r.consume(ctx, end.Seq, more); err != nil {
			return enough(err)
		}
	}
	return nil
}

// follow reads on until ctx is done.
func (r *reading) follow(ctx context.Context, more func(Line) bool) error {
	for ctx.Err() == nil {
		switch err := r.consume(ctx, 0, more); {
		case errors.Is(err, errEnough):
			return nil
		case err != nil && ctx.Err() == nil:
			return err
		}
	}
	return nil
}

func enough(err error) error {
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}

// line hands on one line, or says that one before it is missing.
func (r *reading) line(l Line, more func(Line) bool) error {
	if r.whole && l.Place != r.at+1 {
		return fmt.Errorf("%w: event %d is missing from the journal", ErrDamaged, r.at+1)
	}
	r.at = l.Place
	if !more(l) {
		return errEnough
	}
	return nil
}

// consume reads from a consumer up to the place end, or on and on when that is
// 0.
func (r *reading) consume(ctx context.Context, end uint64, more func(Line) bool) error {
	consumer, err := r.j.js.OrderedConsumer(ctx, r.j.stream, jetstream.OrderedConsumerConfig{
		FilterSubjects:    []string{r.subjects},
		DeliverPolicy:     jetstream.DeliverByStartSequencePolicy,
		OptStartSeq:       r.at + 1,
		InactiveThreshold: 30 * time.Second,
	})
	if err != nil {
		return fmt.Errorf("read the history past %d: %w", r.at, err)
	}
	msgs, err := consumer.Messages()
	if err != nil {
		return fmt.Errorf("read the history past %d: %w", r.at, err)
	}
	defer msgs.Stop()
	for end == 0 || r.at < end {
		msg, err := msgs.Next(jetstream.NextContext(ctx))
		if err != nil {
			return fmt.Errorf("read the history past %d: %w", r.at, err)
		}
		meta, err := msg.Metadata()
		if err != nil {
			return err
		}
		if err := r.line(Line{meta.Sequence.Stream, msg.Subject(), meta.Timestamp, msg.Data()}, more); err != nil {
			return err
		}
	}
	return nil
}
