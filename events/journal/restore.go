package journal

import (
	"context"
	"fmt"
	"iter"
	"strconv"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/synadia-io/orbit.go/jetstreamext"

	"kolmikko/events"
)

// restoreBatch is how many lines are restored at a time: one sync for all.
const restoreBatch = 500

// Restore is [Log.Restore]. What was restored when it is interrupted stays, so
// that the history is no longer empty.
func (j *JetStream) Restore(ctx context.Context, lines iter.Seq2[[]byte, error]) (uint64, error) {
	last, err := j.Head(ctx)
	if err != nil {
		return 0, err
	}
	if last != 0 {
		return 0, errNotEmpty
	}
	var batch []*nats.Msg
	place := uint64(0)
	for data, err := range lines {
		if err != nil {
			return last, err
		}
		place++
		r, err := events.Decode(place, data)
		if err != nil {
			return last, err
		}
		batch = append(batch, &nats.Msg{Subject: r.Subject(), Data: data, Header: nats.Header{
			jetstream.MsgIDHeader:          {r.ID},
			jetstream.ExpectedStreamHeader: {j.stream},
		}})
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

// restore publishes batch right after the place last.
func (j *JetStream) restore(ctx context.Context, last uint64, batch []*nats.Msg) (uint64, error) {
	batch[0].Header.Set(jetstream.ExpectedLastSeqHeader, strconv.FormatUint(last, 10))
	ack, err := jetstreamext.PublishMsgBatch(ctx, j.js, batch, jetstreamext.BatchFlowControl{AckEvery: 100, AckTimeout: attemptTime})
	if err != nil {
		return last, fmt.Errorf("restore events %d to %d: %w", last+1, last+uint64(len(batch)), err)
	}
	if want := last + uint64(len(batch)); ack.Sequence != want {
		return ack.Sequence, fmt.Errorf("%w: event %d was restored at place %d", ErrDamaged, want, ack.Sequence)
	}
	return ack.Sequence, nil
}
