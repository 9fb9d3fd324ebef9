package journal

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strconv"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/synadia-io/orbit.go/jetstreamext"

	"kolmikko/events"
)

// restoreBatch is how many lines are restored with one sync.
const restoreBatch = 500

var errNotEmpty = errors.New("restore takes an empty history, and there is one here already")

// Restore is [Log.Restore]. What was restored when it is interrupted stays, so
// that the history is no longer empty: begin another with [Renew].
func (j *JetStream) Restore(ctx context.Context, lines iter.Seq2[[]byte, error]) (uint64, error) {
	if err := j.Writable(); err != nil {
		return 0, err
	}
	last, err := j.Head(ctx)
	if err != nil {
		return 0, err
	}
	if last != 0 {
		return 0, errNotEmpty
	}
	var batch []*nats.Msg
	for data, err := range lines {
		if err != nil {
			return last, err
		}
		r, err := events.Decode(last+uint64(len(batch))+1, data)
		if err != nil {
			return last, err
		}
		batch = append(batch, j.msg(message{r.ID, r.Subject(), data}))
		if len(batch) == restoreBatch {
			if last, err = j.restore(ctx, last, batch); err != nil {
				return last, err
			}
			batch = nil
		}
	}
	if len(batch) > 0 {
		return j.restore(ctx, last, batch)
	}
	return last, nil
}

// restore publishes batch right behind the place last.
func (j *JetStream) restore(ctx context.Context, last uint64, batch []*nats.Msg) (uint64, error) {
	if err := j.o.Space(); err != nil {
		return last, err
	}
	end := last + uint64(len(batch))
	batch[0].Header[jetstream.ExpectedLastSeqHeader] = []string{strconv.FormatUint(last, 10)}
	ctx, cancel := context.WithTimeout(ctx, j.o.Patience)
	defer cancel()
	var got uint64
	if len(batch) == 1 {
		ack, err := j.publish(ctx, batch[0])
		if err != nil {
			return last, fmt.Errorf("restore event %d: %w", end, explain(err))
		}
		got = ack.Place
	} else {
		ack, err := jetstreamext.PublishMsgBatch(ctx, j.js, batch, jetstreamext.BatchFlowControl{})
		if err != nil {
			return last, fmt.Errorf("restore events %d to %d: %w", last+1, end, explain(err))
		}
		got = ack.Sequence
	}
	if got != end {
		return last, fmt.Errorf("%w: event %d was restored at place %d", ErrDamaged, end, got)
	}
	return end, nil
}
