package journal

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/synadia-io/orbit.go/jetstreamext"

	"kolmikko/events"
)

// The streams' names. That of a history ends with when it was begun and is
// never used twice: a stream that is deleted and made again brings its old
// messages back.
const (
	historyStream = "HISTORY_"
	answersStream = "ANSWERS"
	begun         = "20060102T150405.000000" // with _ for the dot
)

// Renew retires the newest history that the server at nc keeps, which stays to
// be looked into, and begins an empty one, to be filled with [JetStream.Restore].
// It takes the rights of an operator, not those of [WriterPermissions].
func Renew(ctx context.Context, nc *nats.Conn, o OpenOptions) (*JetStream, error) {
	o.AtLeast = 0
	j, err := connect(nc, o)
	if err != nil {
		return nil, err
	}
	names, err := j.streams(ctx)
	if err != nil {
		return nil, fmt.Errorf("renew the history: %w", err)
	}
	old := newest(names)
	if old != "" {
		if err := j.retire(ctx, old); err != nil {
			return nil, fmt.Errorf("retire %s: %w", old, err)
		}
	}
	if err := j.begin(ctx, old); err != nil {
		return nil, fmt.Errorf("renew the history: %w", err)
	}
	if err := j.open(ctx); err != nil {
		return nil, fmt.Errorf("renew the history: %w", err)
	}
	return j, nil
}

// retire takes its subjects from a history, so that another can have them.
// Whoever still has it open is refused from now on.
func (j *JetStream) retire(ctx context.Context, name string) error {
	stream, err := j.js.Stream(ctx, name)
	if err != nil {
		return err
	}
	config := stream.CachedInfo().Config
	config.Subjects = []string{"retired." + name}
	_, err = j.js.UpdateStream(ctx, config)
	return err
}

// begin makes an empty history, with a name that comes after the old one's.
func (j *JetStream) begin(ctx context.Context, old string) error {
	at := time.Now().UTC().Truncate(time.Microsecond)
	last, err := time.Parse(begun, strings.Replace(strings.TrimPrefix(old, historyStream), "_", ".", 1))
	if err == nil && !at.After(last) {
		at = last.Add(time.Microsecond)
	}
	j.stream = historyStream + strings.Replace(at.Format(begun), ".", "_", 1)
	_, err = j.js.CreateStream(ctx, historyConfig(j.stream, j.replicas()))
	return err
}

// streams lists the server's streams.
func (j *JetStream) streams(ctx context.Context) ([]string, error) {
	var names []string
	listed := j.js.StreamNames(ctx)
	for name := range listed.Name() {
		names = append(names, name)
	}
	return names, listed.Err()
}

// replicas is how many servers are to keep each stream.
func (j *JetStream) replicas() int {
	if j.nc.ConnectedClusterName() != "" {
		return 3
	}
	return 1
}

func historyConfig(name string, replicas int) jetstream.StreamConfig {
	config := streamConfig(name, "history.>", replicas)
	config.MaxMsgsPerSubject = -1
	config.AllowAtomicPublish = true
	return config
}

func answersConfig(replicas int) jetstream.StreamConfig {
	config := streamConfig(answersStream, "answers.*", replicas)
	config.MaxMsgsPerSubject = 1
	return config
}

// streamConfig is what all streams here share: a file, without any limit, from
// which nothing is taken.
func streamConfig(name, subjects string, replicas int) jetstream.StreamConfig {
	return jetstream.StreamConfig{
		Name: name, Subjects: []string{subjects}, Replicas: replicas,
		Storage: jetstream.FileStorage, Retention: jetstream.LimitsPolicy, Discard: jetstream.DiscardNew,
		MaxMsgs: -1, MaxBytes: -1, MaxConsumers: -1, MaxMsgSize: -1, Duplicates: 2 * time.Minute,
		DenyDelete: true, DenyPurge: true,
	}
}

// restoreBatch is how many lines are restored with one sync.
const restoreBatch = MostEntries

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
