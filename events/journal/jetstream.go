package journal

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"kolmikko/events"
)

// OpenOptions say how [OpenJetStream] opens a history.
type OpenOptions struct {
	Logger *slog.Logger // for warnings; nil for nowhere
}

// JetStream is a Log in a JetStream stream: one message for each event, under
// the subject that it names.
type JetStream struct {
	nc      *nats.Conn
	js      jetstream.JetStream
	stream  string // HISTORY_ and its generation
	answers *streamAnswers
}

// The streams' names. A history's is never used twice: a stream that is deleted
// and made again can bring old messages back.
const (
	historyStream = "HISTORY_"
	answersStream = "ANSWERS"
)

// OpenJetStream opens the newest history that the server at nc keeps, and
// begins one where there is none.
func OpenJetStream(ctx context.Context, nc *nats.Conn, o OpenOptions) (*JetStream, error) {
	js, err := jetstream.New(nc)
	if err != nil {
		return nil, err
	}
	j := &JetStream{nc: nc, js: js, answers: &streamAnswers{nc: nc, js: js}}
	if err := j.open(ctx); err != nil {
		return nil, fmt.Errorf("open the history: %w", err)
	}
	return j, nil
}

func (j *JetStream) open(ctx context.Context) error {
	var names []string
	listed := j.js.StreamNames(ctx)
	for name := range listed.Name() {
		names = append(names, name)
	}
	if err := listed.Err(); err != nil {
		return err
	}
	replicas := 1
	if j.nc.ConnectedClusterName() != "" {
		replicas = 3
	}
	if !slices.Contains(names, answersStream) {
		if _, err := j.js.CreateStream(ctx, answersConfig(replicas)); err != nil {
			return err
		}
	}
	names = slices.DeleteFunc(names, func(name string) bool { return !strings.HasPrefix(name, historyStream) })
	if len(names) > 0 {
		j.stream = slices.Max(names)
		return nil
	}
	j.stream = historyStream + time.Now().UTC().Format("20060102_150405")
	_, err := j.js.CreateStream(ctx, historyConfig(j.stream, replicas))
	return err
}

func historyConfig(name string, replicas int) jetstream.StreamConfig {
	return jetstream.StreamConfig{
		Name: name, Subjects: []string{"history.>"}, Replicas: replicas,
		Storage: jetstream.FileStorage, Retention: jetstream.LimitsPolicy,
		MaxMsgs: -1, MaxBytes: -1, MaxMsgsPerSubject: -1, MaxConsumers: -1, MaxMsgSize: -1,
		Discard: jetstream.DiscardNew, DenyDelete: true, DenyPurge: true,
		AllowAtomicPublish: true, Duplicates: 2 * time.Minute,
	}
}

func answersConfig(replicas int) jetstream.StreamConfig {
	return jetstream.StreamConfig{
		Name: answersStream, Subjects: []string{"answers.*"}, Replicas: replicas,
		Storage: jetstream.FileStorage, Retention: jetstream.LimitsPolicy,
		MaxMsgs: -1, MaxBytes: -1, MaxMsgsPerSubject: 1, MaxConsumers: -1, MaxMsgSize: -1,
		Discard: jetstream.DiscardNew, DenyDelete: true, DenyPurge: true, Duplicates: 2 * time.Minute,
	}
}

// Head is [Log.Head].
func (j *JetStream) Head(ctx context.Context) (uint64, error) {
	stream, err := j.js.Stream(ctx, j.stream)
	if err != nil {
		return 0, fmt.Errorf("read the history's head: %w", err)
	}
	return stream.CachedInfo().State.LastSeq, nil
}

// Answers is [Log.Answers].
func (j *JetStream) Answers() Answers { return j.answers }

// subjectsOf is what every event of programme p is stored under: the one
// spelling of the guard, for a replicated stream sees what is in flight only
// under the very same one.
func subjectsOf(p events.ProgrammeID) string {
	if p == "" {
		return "history.>"
	}
	return "history." + string(p) + ".>"
}

func isAPIError(err error, codes ...jetstream.ErrorCode) bool {
	e, ok := errors.AsType[*jetstream.APIError](err)
	return ok && slices.Contains(codes, e.ErrorCode)
}
