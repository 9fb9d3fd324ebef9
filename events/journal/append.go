package journal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/synadia-io/orbit.go/jetstreamext"

	"kolmikko/events"
)

const (
	attemptTime = 5 * time.Second  // until one request counts as lost
	patience    = 20 * time.Second // until an append gives up finding out
)

// Append is [Log.Append]. What was lost on the way is asked for and sent again:
// the guard and the IDs see to it that it is written once.
func (j *JetStream) Append(ctx context.Context, after uint64, entries []events.Recorded) (uint64, error) {
	messages, err := encode(entries)
	if err != nil {
		return 0, err
	}
	w := &write{j: j, after: after, guard: subjectsOf(entries[0].Programme), messages: messages}
	return w.settle(ctx)
}

// A write is one Append on its way.
type write struct {
	j        *JetStream
	after    uint64
	guard    string
	messages []message
	open     bool // an attempt may have been written, or may yet be
}

// settle makes attempts until it is certain what became of the write.
func (w *write) settle(ctx context.Context) (uint64, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for pause := 5 * time.Millisecond; ; pause = min(2*pause, 500*time.Millisecond) {
		last, err := w.attempt(ctx)
		if err == nil {
			return last, nil
		}
		verdict := verdictOf(err)
		w.open = w.open || verdict == lost
		if w.open || verdict == late {
			found, settled, lookup := w.outcome(ctx)
			switch {
			case lookup == nil && settled:
				return found, nil
			case errors.Is(lookup, ErrConflict):
				return 0, ErrConflict
			case !w.open:
				return 0, ErrConflict
			}
		} else if verdict == no {
			return 0, err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			if !w.open {
				return 0, err
			}
			return 0, fmt.Errorf("%w: %w", ErrUnsettled, err)
		}
	}
}

// attempt publishes the messages once.
func (w *write) attempt(ctx context.Context) (uint64, error) {
	ctx, cancel := context.WithTimeout(ctx, attemptTime)
	defer cancel()
	msgs := make([]*nats.Msg, len(w.messages))
	for i, m := range w.messages {
		msgs[i] = &nats.Msg{Subject: m.subject, Data: m.line, Header: nats.Header{
			jetstream.MsgIDHeader:          {m.id},
			jetstream.ExpectedStreamHeader: {w.j.stream},
		}}
	}
	msgs[0].Header.Set(jetstream.ExpectedLastSubjSeqHeader, strconv.FormatUint(w.after, 10))
	msgs[0].Header.Set(jetstream.ExpectedLastSubjSeqSubjHeader, w.guard)
	if len(msgs) > 1 {
		ack, err := jetstreamext.PublishMsgBatch(ctx, w.j.js, msgs, jetstreamext.BatchFlowControl{})
		if err != nil {
			return 0, err
		}
		return ack.Sequence, nil
	}
	ack, err := w.j.js.PublishMsg(ctx, msgs[0])
	if err != nil {
		return 0, err
	}
	if ack.Duplicate {
		return 0, errDuplicate
	}
	return ack.Sequence, nil
}

// outcome looks up what was written past the guard: our messages, then settled
// is true; somebody else's, then the error is ErrConflict; or nothing yet.
func (w *write) outcome(ctx context.Context) (last uint64, settled bool, err error) {
	first, err := get(ctx, w.j.nc, w.j.stream, query{Seq: w.after + 1, Next: w.guard})
	if errors.Is(err, errNone) {
		return 0, false, nil
	} else if err != nil {
		return 0, false, err
	}
	if !bytes.Equal(first.Data, w.messages[0].line) {
		return 0, false, ErrConflict
	}
	return first.Seq + uint64(len(w.messages)) - 1, true, nil
}

var errDuplicate = errors.New("an event with this ID was written before")

// A verdict is what an error says about an attempt.
type verdict int

const (
	no    verdict = iota // refused, and it would be again
	late                 // refused: the history has moved on, or so it seems
	again                // not taken this time
	lost                 // nobody knows
)

func verdictOf(err error) verdict {
	switch {
	case errors.Is(err, errDuplicate),
		isAPIError(err, jetstream.JSErrCodeStreamWrongLastSequence, jetstream.JSErrCodeStreamWrongLastSequenceConstant,
			jetstreamext.JSErrCodeBatchPublishDuplicateMsgID):
		return late
	case errors.Is(err, jetstream.ErrNoStreamResponse), errors.Is(err, nats.ErrNoResponders),
		errors.Is(err, nats.ErrReconnectBufExceeded),
		isAPIError(err, jetstreamext.JSErrCodeBatchPublishIncomplete, jetstreamext.JSErrCodeAtomicPublishTooManyInflight):
		return again
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled), errors.Is(err, nats.ErrTimeout),
		errors.Is(err, nats.ErrDisconnected):
		return lost
	}
	return no
}
