package vault

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/synadia-io/orbit.go/jetstreamext"
)

// A generation's name ends with when it was begun and is never used twice: a
// stream that is deleted and made again brings its old messages back.
const (
	keysStream   = "KEYS_"
	keysSubject  = "keys."
	firstSubject = keysSubject + "first" // so that two processes can't both begin
	begun        = "20060102T150405.000000"

	mostBatch = 1000 // messages that the server takes at once, all or none
	fewNotes  = 16   // up to so many are asked for one by one, which is quicker than a consumer
	stallTime = 2 * time.Second
)

// Codes of the server that its client has no name for.
const (
	codeNoLeader  jetstream.ErrorCode = 10008
	codeNotLeader jetstream.ErrorCode = 10009
	codeOverlap   jetstream.ErrorCode = 10065
)

var (
	errConflict = errors.New("another process was quicker")
	errStalled  = errors.New("the server gives no more, and there is more")
)

func isAPIError(err error, codes ...jetstream.ErrorCode) bool {
	e, ok := errors.AsType[*jetstream.APIError](err)
	if wrapped, is := errors.AsType[jetstream.JetStreamError](err); !ok && is {
		e = wrapped.APIError()
	}
	return e != nil && slices.Contains(codes, e.ErrorCode)
}

// passes reports whether it may be otherwise when it is tried again.
func passes(err error) bool {
	for _, is := range []error{errConflict, errStalled, jetstream.ErrStreamNotFound, jetstream.ErrNoStreamResponse, nats.ErrNoResponders,
		nats.ErrReconnectBufExceeded, nats.ErrConnectionReconnecting, nats.ErrDisconnected, nats.ErrTimeout,
		context.DeadlineExceeded, jetstream.ErrInvalidJSAck, jetstreamext.ErrInvalidBatchAck} {
		if errors.Is(err, is) {
			return true
		}
	}
	return isAPIError(err, jetstream.JSErrCodeStreamWrongLastSequence, jetstream.JSErrCodeStreamWrongLastSequenceConstant,
		jetstream.JSErrCodeStreamNotFound, codeNoLeader, codeNotLeader, codeOverlap,
		jetstreamext.JSErrCodeBatchPublishIncomplete, jetstreamext.JSErrCodeAtomicPublishTooManyInflight)
}

// try does what until it succeeds, can't, or patience is at its end.
func (s *Stream) try(what func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(s.ctx, s.o.Patience)
	defer cancel()
	for pause := time.Millisecond; ; pause = min(2*pause, 250*time.Millisecond) {
		err := what(ctx)
		if err == nil || !passes(err) || s.nc.IsClosed() {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(pause):
		}
	}
}

// generations lists the streams of keys, newest last.
func (s *Stream) generations(ctx context.Context) ([]string, error) {
	var names []string
	listed := s.js.StreamNames(ctx, jetstream.WithStreamListSubject(keysSubject+">"))
	for name := range listed.Name() {
		if strings.HasPrefix(name, keysStream) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, listed.Err()
}

// nameAfter names a generation that comes after another.
func nameAfter(old string) string {
	at := time.Now().UTC().Truncate(time.Microsecond)
	last, err := time.Parse(begun, strings.Replace(strings.TrimPrefix(old, keysStream), "_", ".", 1))
	if err == nil && !at.After(last) {
		at = last.Add(time.Microsecond)
	}
	return keysStream + strings.Replace(at.Format(begun), ".", "_", 1)
}

// create makes a stream for a generation, unless it is there.
func (s *Stream) create(ctx context.Context, name, subject string) error {
	replicas := s.o.Replicas
	if replicas == 0 {
		replicas = 1
		if s.nc.ConnectedClusterName() != "" {
			replicas = 3
		}
	}
	// No limits, since nothing is to go by itself, and no denials, since keys are
	// to be deleted. Direct gets are off: a replica that is behind would answer.
	_, err := s.js.CreateStream(ctx, jetstream.StreamConfig{
		Name: name, Subjects: []string{subject}, Replicas: replicas,
		Storage: jetstream.FileStorage, Retention: jetstream.LimitsPolicy, Discard: jetstream.DiscardNew,
		MaxMsgs: -1, MaxBytes: -1, MaxConsumers: -1, MaxMsgSize: -1, MaxMsgsPerSubject: -1, AllowAtomicPublish: true,
	})
	return err
}

// publish writes notes, all or none, right behind what was read of g, and takes
// them in. If anything has been written in between, it is errConflict.
func (s *Stream) publish(ctx context.Context, g *generation, notes ...note) error {
	// The stream's last place, not the subject's, is the guard: it means the same
	// on one server and on three, and covers also what will be deleted.
	msgs := make([]*nats.Msg, len(notes))
	for i, n := range notes {
		msgs[i] = &nats.Msg{Subject: g.subject, Data: n.encode(), Header: nats.Header{jetstream.ExpectedStreamHeader: {g.name}}}
	}
	msgs[0].Header[jetstream.ExpectedLastSeqHeader] = []string{strconv.FormatUint(g.last, 10)}
	ctx, cancel := context.WithTimeout(ctx, s.o.Patience/4)
	defer cancel()
	var last uint64
	if len(msgs) == 1 {
		ack, err := s.js.PublishMsg(ctx, msgs[0], jetstream.WithRetryAttempts(0))
		if err != nil {
			return conflict(err)
		}
		last = ack.Sequence
	} else {
		ack, err := jetstreamext.PublishMsgBatch(ctx, s.js, msgs, jetstreamext.BatchFlowControl{})
		if err != nil {
			return conflict(err)
		}
		last = ack.Sequence
	}
	if last != g.last+uint64(len(msgs)) {
		return fmt.Errorf("%w: %s: what should be at place %d is at %d", ErrDamaged, g.name, g.last+uint64(len(msgs)), last)
	}
	for i, m := range msgs {
		if err := g.take(last-uint64(len(msgs)-1-i), m.Data); err != nil {
			return err
		}
	}
	return nil
}

func conflict(err error) error {
	if isAPIError(err, jetstream.JSErrCodeStreamWrongLastSequence, jetstream.JSErrCodeStreamWrongLastSequenceConstant) {
		return errConflict
	}
	return err
}

// read takes in what was written to g since it was read. The stream's leader
// says how far that is.
func (s *Stream) read(ctx context.Context, g *generation) error {
	stream, err := s.js.Stream(ctx, g.name)
	if err != nil {
		return err
	}
	g.subject = stream.CachedInfo().Config.Subjects[0]
	end := stream.CachedInfo().State.LastSeq
	if end < g.last {
		return fmt.Errorf("%w: %s ends at place %d, and had %d", ErrDamaged, g.name, end, g.last)
	}
	for n := 0; g.last < end && n < fewNotes; n++ {
		msg, err := stream.GetMsg(ctx, g.last+1, jetstream.WithGetMsgSubject(keysSubject+">"))
		if errors.Is(err, jetstream.ErrMsgNotFound) { // and the last one is never deleted
			g.lose(end)
			return nil
		} else if err != nil {
			return err
		}
		if err := g.take(msg.Sequence, msg.Data); err != nil {
			return err
		}
	}
	if g.last >= end {
		return nil
	}
	return s.consume(ctx, g.name, g.last, end, g.take)
}

// consume hands on what a generation holds past the place at, up to the place
// end.
func (s *Stream) consume(ctx context.Context, name string, at, end uint64, more func(uint64, []byte) error) error {
	msgs, err := s.messages(ctx, name, at)
	if err != nil {
		return err
	}
	return drain(ctx, msgs, end, more)
}

// messages yields what a generation holds past the place at, and what is written
// to it then.
func (s *Stream) messages(ctx context.Context, name string, at uint64) (jetstream.MessagesContext, error) {
	consumer, err := s.js.OrderedConsumer(ctx, name, jetstream.OrderedConsumerConfig{
		DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: at + 1,
		InactiveThreshold: 30 * time.Second, MaxResetAttempts: 2, // then we begin anew
	})
	if err != nil {
		return nil, err
	}
	return consumer.Messages()
}

// drain hands on messages and stops them after the place end, or never when that
// is 0.
func drain(ctx context.Context, msgs jetstream.MessagesContext, end uint64, more func(uint64, []byte) error) error {
	defer msgs.Stop()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(ctx, msgs.Stop)()
	patience := stallTime
	if end == 0 {
		patience = math.MaxInt64
	}
	watch := time.AfterFunc(patience, func() { cancel(errStalled) })
	defer watch.Stop()
	for at := uint64(0); end == 0 || at < end; {
		msg, err := msgs.Next(jetstream.NextContext(ctx))
		if errors.Is(context.Cause(ctx), errStalled) {
			return errStalled
		} else if err != nil {
			return err
		}
		meta, err := msg.Metadata()
		if err != nil {
			return err
		}
		at = meta.Sequence.Stream
		if err := more(at, msg.Data()); err != nil {
			return err
		}
		watch.Reset(patience)
	}
	return nil
}

// erase deletes the wraps in g that are to be gone, and sees that they are.
func (s *Stream) erase(ctx context.Context, g *generation) error {
	if len(g.gone) == 0 {
		return nil
	}
	stream, err := s.js.Stream(ctx, g.name)
	if err != nil {
		return err
	}
	for place := range g.gone {
		// Deleting twice is an error, and so is an answer that got lost: what
		// counts is that it can't be read.
		err := stream.SecureDeleteMsg(ctx, place)
		if _, there := stream.GetMsg(ctx, place); errors.Is(there, jetstream.ErrMsgNotFound) {
			delete(g.gone, place)
			continue
		}
		if err == nil {
			err = errConflict // a replica that is behind
		}
		return fmt.Errorf("delete the wrapped key at place %d: %w", place, err)
	}
	return nil
}
