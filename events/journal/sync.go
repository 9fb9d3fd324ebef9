package journal

import (
	"context"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/nats-io/nats.go"
)

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
