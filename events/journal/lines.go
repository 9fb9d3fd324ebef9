package journal

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"kolmikko/events"
)

const (
	fewLines  = 16          // up to so many are asked for one by one, which is quicker than a consumer
	stallTime = time.Second // until a consumer that should have more to give is looked into
)

// Lines is [Log.Lines].
func (j *JetStream) Lines(ctx context.Context, after uint64, p events.ProgrammeID, follow bool) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		if err := checkProgramme(p); err != nil {
			yield(Line{}, err)
			return
		}
		r := &reading{j: j, subjects: subjectsOf(p), whole: p == "", at: after}
		r.more = func(l Line) bool { return yield(l, nil) }
		var err error
		if follow {
			err = r.follow(ctx)
		} else {
			err = r.read(ctx)
		}
		if errors.Is(err, ErrDamaged) {
			j.Halt(err)
		}
		if err != nil && !errors.Is(err, errEnough) {
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
	more     func(Line) bool
}

var (
	errEnough  = errors.New("the reader has had enough")
	errStalled = errors.New("the server gives no more, and there is more")
)

// read reads on to the head.
func (r *reading) read(ctx context.Context) error {
	for range fewLines {
		m, err := r.j.get(ctx, query{Seq: r.at + 1, Next: r.subjects})
		if errors.Is(err, errNone) {
			return r.ended(ctx)
		} else if err != nil {
			return r.wrap(err)
		}
		if err := r.line(Line{m.Seq, m.Subject, m.Time, m.Data}); err != nil {
			return err
		}
	}
	end, err := r.end(ctx)
	if err != nil {
		return err
	}
	for tries := 20; r.at < end; tries-- {
		at := r.at
		err := r.consume(ctx, end)
		if r.at > at {
			tries = 20
		}
		if err == nil || ctx.Err() != nil || !r.passes(err) {
			return err
		}
		if lost := r.probe(ctx); lost != nil {
			return lost
		}
		if tries == 0 || !pause(ctx, 200*time.Millisecond) {
			return err
		}
	}
	return nil
}

// end returns the last place that there is to be read.
func (r *reading) end(ctx context.Context) (uint64, error) {
	if r.whole {
		return r.j.Head(ctx)
	}
	last, err := r.j.get(ctx, query{Last: r.subjects})
	if errors.Is(err, errNone) { // having read some
		return 0, fmt.Errorf("%w: the last of %s can't be read any more from stream %s; restore it from the archive",
			ErrDamaged, r.subjects, r.j.stream)
	} else if err != nil {
		return 0, r.wrap(err)
	}
	return last.Seq, nil
}

// ended checks that the server, which shows no more of the whole history, has
// no more. A damaged event it passes over in silence.
func (r *reading) ended(ctx context.Context) error {
	if !r.whole {
		return nil
	}
	head, err := r.j.Head(ctx)
	if err != nil {
		return err
	}
	if head > r.at { // or it has come just now
		return r.probe(ctx)
	}
	return nil
}

// follow reads on until ctx is done. It outlives a server that is away, and
// takes some time to believe that the stream is.
func (r *reading) follow(ctx context.Context) error {
	for gone := 0; ctx.Err() == nil; {
		err := r.consume(ctx, 0)
		if ctx.Err() != nil {
			return nil
		}
		if errors.Is(err, jetstream.ErrStreamNotFound) {
			gone++
		} else {
			gone = 0
		}
		if !r.passes(err) || gone > 20 {
			return err
		}
		r.j.log.Warn("following the history again", "past", r.at, "err", err)
		pause(ctx, 500*time.Millisecond)
	}
	return nil
}

// passes reports whether it may be otherwise when it is tried again.
func (r *reading) passes(err error) bool {
	return !errors.Is(err, errEnough) && !errors.Is(err, ErrDamaged) &&
		!errors.Is(err, nats.ErrConnectionClosed) && !r.j.nc.IsClosed()
}

func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}

func (r *reading) wrap(err error) error {
	return fmt.Errorf("read the history past %d: %w", r.at, err)
}

// line hands on one line, or says that one before it is missing.
func (r *reading) line(l Line) error {
	if r.whole && l.Place != r.at+1 {
		return r.j.missing(r.at + 1)
	}
	r.at = l.Place
	if !r.more(l) {
		return errEnough
	}
	return nil
}

func (j *JetStream) missing(place uint64) error {
	return fmt.Errorf("%w: event %d can't be read any more from stream %s; restore it from the archive",
		ErrDamaged, place, j.stream)
}

// probe asks for the next line by itself, and says whether it is lost.
func (r *reading) probe(ctx context.Context) error {
	q := query{Seq: r.at + 1}
	if !r.whole {
		q.Next = r.subjects
	}
	_, err := r.j.get(ctx, q)
	if errors.Is(err, errNone) {
		return r.j.missing(r.at + 1)
	}
	return nil
}

// consume reads from a consumer up to the place end, or on and on when that is
// 0.
func (r *reading) consume(ctx context.Context, end uint64) error {
	msgs, err := r.messages(ctx)
	if err != nil {
		return r.wrap(err)
	}
	defer msgs.Stop()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(ctx, msgs.Stop)()
	patience := stallTime
	if end == 0 {
		patience = math.MaxInt64
	}
	watch := time.AfterFunc(patience, func() { cancel(errStalled) })
	for end == 0 || r.at < end {
		msg, err := msgs.Next(jetstream.NextContext(ctx))
		watch.Stop() // the reader may take its time
		if err != nil {
			if errors.Is(context.Cause(ctx), errStalled) {
				err = errStalled
			}
			return r.wrap(err)
		}
		meta, err := msg.Metadata()
		if err != nil {
			return r.wrap(err)
		}
		if err := r.line(Line{meta.Sequence.Stream, msg.Subject(), meta.Timestamp, msg.Data()}); err != nil {
			return err
		}
		watch.Reset(patience)
	}
	watch.Stop()
	return nil
}

func (r *reading) messages(ctx context.Context) (jetstream.MessagesContext, error) {
	config := jetstream.OrderedConsumerConfig{
		DeliverPolicy:     jetstream.DeliverByStartSequencePolicy,
		OptStartSeq:       r.at + 1,
		InactiveThreshold: 30 * time.Second,
		MaxResetAttempts:  2, // then we begin anew
	}
	if !r.whole {
		config.FilterSubjects = []string{r.subjects}
	}
	ctx, cancel := context.WithTimeout(ctx, r.j.o.AckWait)
	defer cancel()
	consumer, err := r.j.js.OrderedConsumer(ctx, r.j.stream, config)
	if err != nil {
		return nil, err
	}
	return consumer.Messages()
}
