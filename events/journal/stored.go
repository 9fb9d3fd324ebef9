package journal

import (
	"context"
	"errors"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

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
	reply, err := j.ask(ctx, "$JS.API.STREAM.MSG.GET."+stream, body)
	if err != nil {
		return stored{}, err
	}
	var answer struct {
		Error   *jetstream.APIError `json:"error"`
		Message stored              `json:"message"`
	}
	if err := json.Unmarshal(reply.Data, &answer); err != nil {
		return stored{}, err
	}
	switch {
	case answer.Error == nil:
		return answer.Message, nil
	case answer.Error.ErrorCode == jetstream.JSErrCodeMessageNotFound:
		return stored{}, errNone
	}
	return stored{}, answer.Error
}

// ask asks the server something that may be asked again, and does so if the
// answer gets lost.
func (j *JetStream) ask(ctx context.Context, subject string, body []byte) (reply *nats.Msg, err error) {
	for range 3 {
		try, cancel := context.WithTimeout(ctx, j.o.AckWait)
		reply, err = j.nc.RequestWithContext(try, subject, body)
		for err != nil && verdictOf(err) == again && pause(try, 20*time.Millisecond) {
			reply, err = j.nc.RequestWithContext(try, subject, body)
		}
		cancel()
		if err == nil || ctx.Err() != nil || j.nc.IsClosed() {
			break
		}
	}
	return reply, err
}
