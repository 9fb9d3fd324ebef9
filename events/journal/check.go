package journal

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Check looks at the stream: whether its settings are as they were made, whether
// it has holes, and whether it reaches the place atLeast. What is wrong stops all
// writing and is returned as [ErrDamaged]; settings that lose nothing are only
// named by [JetStream.Drift].
func (j *JetStream) Check(ctx context.Context, atLeast uint64) error {
	info, err := j.info(ctx)
	if err != nil {
		return fmt.Errorf("check the history: %w", err)
	}
	drift, loses := driftOf(info.Config, historyConfig(j.stream, j.replicas()))
	if answers, err := j.js.Stream(ctx, answersStream); err == nil {
		other, _ := driftOf(answers.CachedInfo().Config, answersConfig(j.replicas()))
		for _, d := range other {
			drift = append(drift, answersStream+" "+d)
		}
	}
	j.drift.Store(&drift)
	state := info.State
	switch {
	case loses != "":
		err = fmt.Errorf("%w: the settings of stream %s could lose it: %s; set them back with nats stream edit %s",
			ErrDamaged, j.stream, loses, j.stream)
	case state.FirstSeq > 1 || state.NumDeleted > 0 || state.Msgs != state.LastSeq:
		err = fmt.Errorf("%w: event %d is missing; stream %s holds %d events of %d; restore it from the archive",
			ErrDamaged, j.firstMissing(ctx, state.FirstSeq), j.stream, state.Msgs, state.LastSeq)
	case state.LastSeq < atLeast:
		err = fmt.Errorf("%w: stream %s ends at event %d, and event %d is missing; restore it from the archive",
			ErrDamaged, j.stream, state.LastSeq, state.LastSeq+1)
	}
	if err != nil {
		j.Halt(err)
	}
	return err
}

// firstMissing names the first place that the stream does not have, though it has
// later ones.
func (j *JetStream) firstMissing(ctx context.Context, first uint64) uint64 {
	if first > 1 {
		return 1
	}
	stream, err := j.js.Stream(ctx, j.stream)
	if err != nil {
		return first
	}
	info, err := stream.Info(ctx, jetstream.WithDeletedDetails(true))
	if err != nil || len(info.State.Deleted) == 0 {
		return first
	}
	return slices.Min(info.State.Deleted)
}

// Health returns why the store can't be written any more, as far as that is
// known, and stops all writing then. What such a store shows need not be on
// disk, and isn't taken for an outcome.
func (j *JetStream) Health() error {
	broken := j.o.Health()
	if broken == nil {
		return nil
	}
	err := fmt.Errorf("%w: the store can't be written: %w; restart it", ErrDamaged, broken)
	j.Halt(err)
	return err
}

// Drift names the settings of the stream that aren't as they were made, as in
// "max_age: 1h, made as 0s".
func (j *JetStream) Drift() []string {
	if drift := j.drift.Load(); drift != nil {
		return slices.Clone(*drift)
	}
	return nil
}

// Warnings says in sentences what an operator should know of the server.
func (j *JetStream) Warnings() []string {
	var list []string
	if drift := j.Drift(); len(drift) > 0 {
		list = append(list, fmt.Sprintf("the settings of stream %s have changed: %s", j.stream, strings.Join(drift, "; ")))
	}
	if j.unsynced != "" {
		list = append(list, j.unsynced)
	}
	return list
}

// driftOf compares a stream's settings with those that it was made with. Of
// those that could lose or change an event, loses names the ones that differ.
func driftOf(is, made jetstream.StreamConfig) (drift []string, loses string) {
	var losing []string
	for _, s := range []struct {
		name     string
		is, made any
		loses    bool
	}{
		{"subjects", is.Subjects, made.Subjects, true},
		{"storage", is.Storage, made.Storage, true},
		{"persist_mode", is.PersistMode, made.PersistMode, true},
		{"retention", is.Retention, made.Retention, true},
		{"max_age", is.MaxAge, made.MaxAge, true},
		{"max_msgs", is.MaxMsgs, made.MaxMsgs, true},
		{"max_bytes", is.MaxBytes, made.MaxBytes, true},
		{"max_msgs_per_subject", is.MaxMsgsPerSubject, made.MaxMsgsPerSubject, true},
		{"deny_delete", is.DenyDelete, made.DenyDelete, true},
		{"deny_purge", is.DenyPurge, made.DenyPurge, true},
		{"allow_rollup_hdrs", is.AllowRollup, made.AllowRollup, true},
		{"allow_msg_ttl", is.AllowMsgTTL, made.AllowMsgTTL, true},
		{"allow_msg_schedules", is.AllowMsgSchedules, made.AllowMsgSchedules, true},
		{"allow_msg_counter", is.AllowMsgCounter, made.AllowMsgCounter, true},
		{"mirror", is.Mirror != nil, made.Mirror != nil, true},
		{"sources", len(is.Sources), len(made.Sources), true},
		{"subject_transform", is.SubjectTransform != nil, made.SubjectTransform != nil, true},
		{"no_ack", is.NoAck, made.NoAck, true},
		{"republish", is.RePublish != nil, made.RePublish != nil, false},
		{"sealed", is.Sealed, made.Sealed, false},
		{"discard", is.Discard, made.Discard, true},
		{"max_msg_size", is.MaxMsgSize, made.MaxMsgSize, false},
		{"max_consumers", is.MaxConsumers, made.MaxConsumers, false},
		{"num_replicas", is.Replicas, made.Replicas, false},
		{"allow_atomic", is.AllowAtomicPublish, made.AllowAtomicPublish, false},
		{"duplicate_window", is.Duplicates, made.Duplicates, false},
	} {
		if a, b := fmt.Sprint(s.is), fmt.Sprint(s.made); a != b {
			drift = append(drift, fmt.Sprintf("%s: %s, made as %s", s.name, a, b))
			if s.loses {
				losing = append(losing, s.name)
			}
		}
	}
	return drift, strings.Join(losing, ", ")
}

// Compare holds the history to another copy of it, such as the archive, which
// yields its lines from place 1 on. It returns how many are the same; a line
// that differs, or that only the copy has, is [ErrDamaged] with its place. That
// the copy is behind is no damage.
func Compare(ctx context.Context, log Log, copied iter.Seq2[[]byte, error]) (same uint64, err error) {
	next, stop := iter.Pull2(log.Lines(ctx, 0, "", false))
	defer stop()
	for data, err := range copied {
		if err != nil {
			return same, err
		}
		line, err, more := next()
		switch {
		case more && err != nil:
			return same, err
		case !more:
			return same, fmt.Errorf("%w: it ends at event %d, and event %d is missing; restore it from the archive",
				ErrDamaged, same, same+1)
		case !bytes.Equal(line.Data, data):
			return same, fmt.Errorf("%w: event %d is not what the copy of it says", ErrDamaged, line.Place)
		}
		same++
	}
	return same, nil
}

// What an operator is told of a server that may acknowledge what a power cut
// takes back.
const (
	notSynced   = "the NATS server does not sync every write, so a power cut can take acknowledged events back: set jetstream { sync_interval: always }"
	maybeSynced = "it cannot be verified that the NATS server syncs every write, since only the system account may ask: see that each has jetstream { sync_interval: always }"
)

// checkSync asks the servers whether they sync every write, and returns the
// warning if they don't or don't say. Only the system account may ask them.
func (j *JetStream) checkSync(ctx context.Context) string {
	if j.o.Synced {
		return ""
	}
	nc := j.o.System
	if nc == nil {
		return maybeSynced
	}
	inbox := nc.NewRespInbox()
	sub, err := nc.SubscribeSync(inbox)
	if err != nil {
		return maybeSynced
	}
	defer sub.Unsubscribe()
	if err := nc.PublishRequest("$SYS.REQ.SERVER.PING.VARZ", inbox, nil); err != nil {
		return maybeSynced
	}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	warning := maybeSynced
	for {
		msg, err := sub.NextMsgWithContext(ctx)
		if err != nil || msg.Header.Get("Status") == "503" { // nobody there to answer
			return warning
		}
		if warning = syncOf(msg); warning != "" {
			return warning
		}
		// One second, or the time that the others take to answer.
		var cancelSoon context.CancelFunc
		ctx, cancelSoon = context.WithTimeout(ctx, 200*time.Millisecond)
		defer cancelSoon()
	}
}

func syncOf(msg *nats.Msg) string {
	var answer struct {
		Data struct {
			JetStream struct {
				Config *struct {
					SyncAlways bool `json:"sync_always"`
				} `json:"config"`
			} `json:"jetstream"`
		} `json:"data"`
	}
	switch err := json.Unmarshal(msg.Data, &answer); {
	case err != nil:
		return maybeSynced
	case answer.Data.JetStream.Config == nil: // keeps nothing
		return ""
	case !answer.Data.JetStream.Config.SyncAlways:
		return notSynced
	}
	return ""
}
