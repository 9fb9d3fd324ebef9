package journal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/synadia-io/orbit.go/jetstreamext"

	"kolmikko/events"
)

// Append is [Log.Append]. What gets lost on the way is looked up and sent
// again; the guard and the IDs see to it that it is written once.
func (j *JetStream) Append(ctx context.Context, after uint64, entries []events.Recorded) (uint64, error) {
	messages, err := encode(entries)
	if err != nil {
		return 0, err
	}
	return j.appendLines(ctx, after, entries[0].Programme, messages)
}

func (j *JetStream) appendLines(ctx context.Context, after uint64, p events.ProgrammeID, messages []message) (uint64, error) {
	if err := ctx.Err(); err != nil {
		return 0, err // nothing was sent
	}
	if err := j.Writable(); err != nil {
		return 0, err
	}
	if err := j.o.Space(); err != nil {
		return 0, err
	}
	w := &write{j: j, after: after, guard: subjectsOf(p), messages: messages}
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

// settle makes attempts until it is certain what became of the write, or
// nobody can wait any longer. An attempt that comes late does no harm: its guard
// fits only where it belongs.
func (w *write) settle(ctx context.Context) (uint64, error) {
	giveUp := time.Now().Add(w.j.o.Patience)
	for pause := 5 * time.Millisecond; ; pause = min(2*pause, 500*time.Millisecond) {
		last, err := w.attempt(ctx)
		if err == nil {
			return last, nil
		}
		said := verdictOf(err)
		w.open = w.open || said == lost
		if said == lost {
			if broken := w.j.Health(); broken != nil {
				return 0, fmt.Errorf("%w: %w", ErrUnsettled, broken)
			}
		}
		switch {
		case !w.open && said == no:
			return 0, explain(err)
		case w.open || said == late:
			if last, result := w.outcome(ctx, err); !errors.Is(result, errOpen) {
				return last, result
			}
		}
		select {
		case <-ctx.Done():
			return 0, w.abandon(ctx.Err())
		case <-time.After(pause):
		}
		if time.Now().After(giveUp) || w.j.nc.IsClosed() {
			return 0, w.abandon(err)
		}
	}
}

func (w *write) abandon(err error) error {
	if w.open {
		return fmt.Errorf("%w: %w", ErrUnsettled, err)
	}
	return fmt.Errorf("append: %w", err)
}

// attempt publishes the messages once: one of them plainly, several as an
// atomic batch.
func (w *write) attempt(ctx context.Context) (uint64, error) {
	ctx, cancel := context.WithTimeout(ctx, w.j.o.AckWait)
	defer cancel()
	msgs := make([]*nats.Msg, len(w.messages))
	for i, m := range w.messages {
		msgs[i] = w.j.msg(m)
	}
	msgs[0].Header[jetstream.ExpectedLastSubjSeqHeader] = []string{strconv.FormatUint(w.after, 10)}
	msgs[0].Header[jetstream.ExpectedLastSubjSeqSubjHeader] = []string{w.guard}
	if len(msgs) > 1 {
		ack, err := jetstreamext.PublishMsgBatch(ctx, w.j.js, msgs, jetstreamext.BatchFlowControl{})
		if err != nil {
			return 0, err
		}
		return ack.Sequence, nil
	}
	ack, err := w.j.publish(ctx, msgs[0])
	switch {
	case err != nil:
		return 0, err
	case ack.Duplicate && ack.Place <= w.after:
		return 0, fmt.Errorf("event %s is in the history already, at place %d", w.messages[0].id, ack.Place)
	case ack.Duplicate:
		return 0, errDuplicate // it may have other bytes
	}
	return ack.Place, nil
}

// An ack is the server's answer to a message: where it is on disk, or why it
// isn't.
type ack struct {
	Error     *jetstream.APIError `json:"error"`
	Stream    string              `json:"stream"`
	Place     uint64              `json:"seq"`
	Duplicate bool                `json:"duplicate"`
}

// publish is a plain publish that waits for its ack. It doesn't repeat anything
// by itself, as the client's own does.
func (j *JetStream) publish(ctx context.Context, msg *nats.Msg) (ack, error) {
	reply, err := j.nc.RequestMsgWithContext(ctx, msg)
	if err != nil {
		return ack{}, err
	}
	var a ack
	switch err := json.Unmarshal(reply.Data, &a); {
	case err != nil:
		return ack{}, fmt.Errorf("%w: %w", jetstream.ErrInvalidJSAck, err)
	case a.Error != nil:
		return ack{}, a.Error
	case a.Stream == "":
		return ack{}, jetstream.ErrInvalidJSAck
	}
	return a, nil
}

// msg puts m into the form that it is stored in. A write meant for a history
// that was replaced by another is refused by its name.
func (j *JetStream) msg(m message) *nats.Msg {
	return &nats.Msg{Subject: m.subject, Data: m.line, Header: nats.Header{
		jetstream.MsgIDHeader:          {m.id},
		jetstream.ExpectedStreamHeader: {j.stream},
	}}
}

var (
	errOpen      = errors.New("nothing is there yet")
	errDuplicate = errors.New("an event with this ID is there")
)

// outcome looks up who wrote what follows the place after: we did, and the last
// of our places is returned; someone else did, and it is ErrConflict; or
// nobody yet, which is errOpen while an attempt may still come.
func (w *write) outcome(ctx context.Context, cause error) (uint64, error) {
	first, err := w.j.get(ctx, query{Seq: w.after + 1, Next: w.guard})
	switch {
	case err == nil:
		if !bytes.Equal(first.Data, w.messages[0].line) {
			return 0, ErrConflict
		}
		if broken := w.j.Health(); broken != nil {
			return 0, fmt.Errorf("%w: %w", ErrUnsettled, broken)
		}
		return w.found(ctx, first.Seq)
	case w.open:
		return 0, errOpen
	case errors.Is(err, errNone) && isAPIError(cause, jetstreamext.JSErrCodeBatchPublishDuplicateMsgID):
		return 0, fmt.Errorf("one of the events is in the history already: %w", cause)
	case errors.Is(err, errNone):
		return 0, w.standing(ctx)
	}
	return 0, ErrConflict
}

// standing tells a conflict with what is on its way from one with an event that
// the server can't read: to that nothing can ever be appended.
func (w *write) standing(ctx context.Context) error {
	_, err := w.j.get(ctx, query{Seq: w.after})
	if w.after == 0 || !errors.Is(err, errNone) {
		return ErrConflict
	}
	if head, err := w.j.Head(ctx); err != nil || head < w.after {
		return ErrConflict
	}
	err = w.j.missing(w.after)
	w.j.Halt(err)
	return err
}

// found checks that what begins at the place first is the whole write.
func (w *write) found(ctx context.Context, first uint64) (uint64, error) {
	last := first + uint64(len(w.messages)) - 1
	if last == first {
		return last, nil
	}
	m, err := w.j.get(ctx, query{Seq: last})
	if err != nil && !errors.Is(err, errNone) {
		return 0, errOpen
	}
	if !bytes.Equal(m.Data, w.messages[len(w.messages)-1].line) {
		return 0, ErrConflict // a write of fewer or more events that begins alike
	}
	return last, nil
}

// A verdict is what an error says about an attempt.
type verdict int

const (
	no    verdict = iota // refused, and it would be again
	late                 // refused: the history has moved on, or so it seems
	again                // not taken this time
	lost                 // nobody knows
)

// Codes of the server that its client has no name for.
const (
	codeAccountFull jetstream.ErrorCode = 10002
	codeNoLeader    jetstream.ErrorCode = 10008
	codeNotLeader   jetstream.ErrorCode = 10009
	codeNoResources jetstream.ErrorCode = 10023
	codeNoStorage   jetstream.ErrorCode = 10047
	codeOtherStream jetstream.ErrorCode = 10060
	codeNotStored   jetstream.ErrorCode = 10077
	codeSealed      jetstream.ErrorCode = 10109
	codeIDOnItsWay  jetstream.ErrorCode = 10158
)

func verdictOf(err error) verdict {
	switch {
	case errors.Is(err, errDuplicate), isAPIError(err,
		jetstream.JSErrCodeStreamWrongLastSequence,         // from one replica
		jetstream.JSErrCodeStreamWrongLastSequenceConstant, // from several
		jetstreamext.JSErrCodeBatchPublishDuplicateMsgID):
		return late
	case errors.Is(err, jetstream.ErrNoStreamResponse), errors.Is(err, nats.ErrNoResponders),
		errors.Is(err, nats.ErrReconnectBufExceeded), errors.Is(err, nats.ErrConnectionReconnecting),
		isAPIError(err, codeNoLeader, codeNotLeader, codeIDOnItsWay,
			jetstreamext.JSErrCodeBatchPublishIncomplete, jetstreamext.JSErrCodeAtomicPublishTooManyInflight):
		return again
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled), errors.Is(err, nats.ErrTimeout),
		errors.Is(err, nats.ErrDisconnected), errors.Is(err, nats.ErrConnectionClosed),
		errors.Is(err, jetstream.ErrInvalidJSAck), errors.Is(err, jetstreamext.ErrInvalidBatchAck):
		return lost
	}
	return no
}

// explain says what a refusal means to who appends.
func explain(err error) error {
	switch {
	case isAPIError(err, codeAccountFull, codeNoResources, codeNoStorage, codeNotStored):
		return fmt.Errorf("%w: %w", ErrFull, err)
	case isAPIError(err, codeOtherStream, codeSealed, jetstream.JSErrCodeStreamNotFound):
		return fmt.Errorf("%w: it was replaced or closed while it was in use; restart: %w", ErrDamaged, err)
	}
	return fmt.Errorf("append: %w", err)
}
