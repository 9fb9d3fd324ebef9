package journal

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"kolmikko/events"
)

// OpenOptions say how [OpenJetStream] opens a history, and what is known of its
// server. [Server.Open] fills in what it knows.
type OpenOptions struct {
	AtLeast uint64       // the last place that the archive or a checkpoint has; a shorter history is damaged
	Logger  *slog.Logger // for warnings; nil for nowhere

	Alone    bool          // no other process writes to this server
	Synced   bool          // it is known that every write is synced before its ack
	System   *nats.Conn    // to the system account, for asking the servers whether they sync; nil for none
	Health   func() error  // why the server can't write any more; nil if it isn't known
	Space    func() error  // is asked before each Append; nil for always
	AckWait  time.Duration // until one attempt counts as lost; 0 for 2 s
	Patience time.Duration // until an Append gives up finding out; 0 for 20 s
}

// JetStream is a Log in a JetStream stream: one message for each event, under
// the subject that it names.
type JetStream struct {
	nc       *nats.Conn
	js       jetstream.JetStream
	o        OpenOptions
	log      *slog.Logger
	stream   string // HISTORY_ and when it was begun
	answers  *streamAnswers
	drift    atomic.Pointer[[]string]
	halted   atomic.Pointer[error]
	unsynced string // the warning, if it is not known that writes are synced
}

// OpenJetStream opens the newest history that the server at nc keeps, and
// begins one where there is none. A history that is damaged or that its stream
// could lose is opened too, to be read: [JetStream.Writable] says why it is not
// to be written.
func OpenJetStream(ctx context.Context, nc *nats.Conn, o OpenOptions) (*JetStream, error) {
	j, err := connect(nc, o)
	if err != nil {
		return nil, err
	}
	if err := j.open(ctx); err != nil {
		return nil, fmt.Errorf("open the history: %w", err)
	}
	return j, nil
}

func connect(nc *nats.Conn, o OpenOptions) (*JetStream, error) {
	js, err := jetstream.New(nc)
	if err != nil {
		return nil, err
	}
	o.AckWait = cmp.Or(o.AckWait, 2*time.Second)
	o.Patience = cmp.Or(o.Patience, 20*time.Second)
	fine := func() error { return nil }
	if o.Health == nil {
		o.Health = fine
	}
	if o.Space == nil {
		o.Space = fine
	}
	j := &JetStream{nc: nc, js: js, o: o, log: cmp.Or(o.Logger, slog.New(slog.DiscardHandler))}
	j.answers = &streamAnswers{j: j}
	return j, nil
}

func (j *JetStream) open(ctx context.Context) error {
	names, err := j.streams(ctx)
	if err != nil {
		return err
	}
	if !slices.Contains(names, answersStream) {
		if _, err := j.js.CreateStream(ctx, answersConfig(j.replicas())); err != nil {
			return err
		}
	}
	j.stream = newest(names)
	if j.stream == "" {
		if j.o.AtLeast > 0 {
			return fmt.Errorf("%w: the server has none, and there are %d events elsewhere; restore them into it",
				ErrDamaged, j.o.AtLeast)
		}
		if err := j.begin(ctx, ""); err != nil {
			return err
		}
	}
	if err := j.Check(ctx, j.o.AtLeast); err != nil && !errors.Is(err, ErrDamaged) {
		return err
	}
	j.unsynced = j.checkSync(ctx)
	for _, warning := range j.Warnings() {
		j.log.Warn(warning)
	}
	return nil
}

// Head is [Log.Head].
func (j *JetStream) Head(ctx context.Context) (uint64, error) {
	info, err := j.info(ctx)
	if err != nil {
		return 0, fmt.Errorf("read the history's head: %w", err)
	}
	return info.State.LastSeq, nil
}

func (j *JetStream) info(ctx context.Context) (*jetstream.StreamInfo, error) {
	var stream jetstream.Stream
	err := j.patiently(ctx, func(ctx context.Context) (err error) {
		stream, err = j.js.Stream(ctx, j.stream)
		return err
	})
	if err != nil {
		return nil, err
	}
	return stream.CachedInfo(), nil
}

// Answers is [Log.Answers].
func (j *JetStream) Answers() Answers { return j.answers }

// Stream returns the name of the stream that holds the history.
func (j *JetStream) Stream() string { return j.stream }

// Halt stops all writing for the given reason, which wraps [ErrDamaged]; the
// first one counts. It is for whoever compares the history with another copy,
// and lasts until the history is opened again.
func (j *JetStream) Halt(reason error) {
	if j.halted.CompareAndSwap(nil, &reason) {
		j.log.Error("the history is not written any more", "err", reason)
	}
}

// Writable returns nil, or why nothing is written.
func (j *JetStream) Writable() error {
	if reason := j.halted.Load(); reason != nil {
		return *reason
	}
	return nil
}

// subjectsOf is what every event of programme p is stored under, or of all when
// p is empty. It is the one spelling of the guard: a replicated stream sees what
// is in flight only under the very same one.
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

// newest returns the newest history among the names of streams.
func newest(names []string) string {
	var last string
	for _, name := range names {
		if strings.HasPrefix(name, historyStream) {
			last = max(last, name)
		}
	}
	return last
}

// errNone is returned for a message that isn't there.
var errNone = errors.New("no such message")

// A query names one message of a stream.
type query struct {
	Seq  uint64 `json:"seq,omitzero"`           // this one, or the first from here on of Next
	Next string `json:"next_by_subj,omitempty"` // subjects
	Last string `json:"last_by_subj,omitempty"` // the last of these subjects
}

// A stored message is one as the server keeps it.
type stored struct {
	Subject string    `json:"subject"`
	Seq     uint64    `json:"seq"`
	Header  []byte    `json:"hdrs"`
	Data    []byte    `json:"data"`
	Time    time.Time `json:"time"`
}

func (j *JetStream) get(ctx context.Context, q query) (stored, error) {
	return j.getFrom(ctx, j.stream, q)
}

// getFrom asks a stream's leader for a message. A direct get would be answered
// by any replica, also by one that is behind.
func (j *JetStream) getFrom(ctx context.Context, stream string, q query) (stored, error) {
	body, err := json.Marshal(q)
	if err != nil {
		return stored{}, err
	}
	var answer struct {
		Error   *jetstream.APIError `json:"error"`
		Message stored              `json:"message"`
	}
	err = j.patiently(ctx, func(ctx context.Context) error {
		reply, err := j.nc.RequestWithContext(ctx, "$JS.API.STREAM.MSG.GET."+stream, body)
		if err != nil {
			return err
		}
		answer.Error = nil
		if err := json.Unmarshal(reply.Data, &answer); err != nil {
			return err
		}
		if answer.Error != nil {
			return answer.Error
		}
		return nil
	})
	if isAPIError(err, jetstream.JSErrCodeMessageNotFound) {
		err = errNone
	}
	return answer.Message, err
}

// patiently asks what may be asked again, and does so while the answer gets lost
// or is one of a cluster that is finding its leader: that may not know of a
// stream that it has.
func (j *JetStream) patiently(ctx context.Context, ask func(context.Context) error) error {
	until := time.Now().Add(3 * j.o.AckWait)
	for wait := 10 * time.Millisecond; ; wait = min(2*wait, 500*time.Millisecond) {
		try, cancel := context.WithTimeout(ctx, j.o.AckWait)
		err := ask(try)
		cancel()
		passes := err != nil && (verdictOf(err) == again || verdictOf(err) == lost || isAPIError(err, jetstream.JSErrCodeStreamNotFound))
		if !passes || j.nc.IsClosed() || time.Now().After(until) || !pause(ctx, wait) {
			return err
		}
	}
}
