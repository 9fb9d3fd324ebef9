package journal

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"kolmikko/events"
)

// TestALeaderThatGoesLosesNothing shuts the server down that leads the history
// while writers append to programmes of their own and to a shared one.
func TestALeaderThatGoesLosesNothing(t *testing.T) {
	c := startCluster(t)
	o := OpenOptions{AckWait: time.Second, Patience: 60 * time.Second}
	log := c.open(t, 0, o)
	if info, err := log.info(t.Context()); err != nil || info.Config.Replicas != 3 {
		t.Fatalf("%d replicas, %v; want 3", info.Config.Replicas, err)
	}
	var acked sync.Map // event ID to place
	var count atomic.Int64
	ctx, stop := context.WithCancel(t.Context())
	var writers sync.WaitGroup
	for i := range 4 {
		own, err := OpenJetStream(t.Context(), c.dial(t, 0), o)
		if err != nil {
			t.Fatal(err)
		}
		writers.Go(func() { load(t, ctx, own, i, &acked, &count) })
	}
	var followed atomic.Uint64
	writers.Go(func() { followed.Store(followUp(t, ctx, log, &count)) })
	eventually(t, "100 events", func() bool { return count.Load() > 100 })
	c.stopLeader(t, log)
	before := count.Load()
	eventually(t, "100 more events", func() bool { return count.Load() > before+100 })
	stop()
	writers.Wait()

	if followed.Load() < 200 {
		t.Errorf("the follower came to %d", followed.Load())
	}
	at, ids := uint64(0), map[string]uint64{}
	last := map[events.PersonID]int{}
	for r, err := range Read(t.Context(), log, 0, "") {
		if err != nil {
			t.Fatal(err)
		}
		if at++; r.Place != at {
			t.Fatalf("place %d behind %d", r.Place, at-1)
		}
		if first, twice := ids[r.ID]; twice {
			t.Errorf("event %s is at %d and at %d", r.ID, first, r.Place)
		}
		ids[r.ID] = r.Place
		n := r.Event.(events.ConsentGiven).TextVersion
		if n <= last[r.By] {
			t.Errorf("place %d: %s wrote %d behind %d", r.Place, r.By, n, last[r.By])
		}
		last[r.By] = n
	}
	acked.Range(func(id, place any) bool {
		if ids[id.(string)] != place.(uint64) {
			t.Errorf("event %s was acknowledged at place %d and is at %d", id, place, ids[id.(string)])
		}
		return true
	})
	t.Logf("%d acknowledged, %d there", count.Load(), at)
}

// followUp follows the history until it has all that was acknowledged when ctx
// ended, and returns the last place.
func followUp(t *testing.T, ctx context.Context, log *JetStream, count *atomic.Int64) (at uint64) {
	enough, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	for r, err := range Follow(enough, log, 0) {
		if err != nil || r.Place != at+1 {
			t.Errorf("followed to %d, then %d, %v", at, r.Place, err)
			return at
		}
		at = r.Place
		if ctx.Err() != nil && at >= uint64(count.Load()) {
			cancel()
		}
	}
	return at
}

// load appends one event, or three, again and again: in turn to a programme of
// its own and to the one that all share.
func load(t *testing.T, ctx context.Context, log *JetStream, writer int, acked *sync.Map, count *atomic.Int64) {
	by := events.PersonID(fmt.Sprint("writer-", writer))
	ends := map[events.ProgrammeID]uint64{}
	n := 0
	for i := 0; ctx.Err() == nil; i++ {
		p := events.ProgrammeID(by)
		if i%2 == 1 {
			p = "shared"
		}
		var entries []events.Recorded
		for range 1 + i%5/4*2 {
			n++
			e := entry(p, by)
			e.ID = uuid.NewString()
			e.Event = events.ConsentGiven{Person: by, Purpose: "matching", TextVersion: n}
			entries = append(entries, e)
		}
		for settled := false; !settled; {
			end, err := log.Append(context.WithoutCancel(ctx), ends[p], entries)
			switch {
			case err == nil:
				settled, ends[p] = true, end
				for k, e := range entries {
					acked.Store(e.ID, end-uint64(len(entries)-1-k))
				}
				count.Add(int64(len(entries)))
			case errors.Is(err, ErrConflict):
				m, err := log.get(context.WithoutCancel(ctx), query{Last: subjectsOf(p)})
				if err == nil {
					ends[p] = m.Seq
				}
			case !errors.Is(err, ErrUnsettled):
				t.Errorf("writer %d: %v", writer, err)
				return
			}
		}
	}
}

// stopLeader shuts the history's leader down, and starts it again once another
// leads.
func (c *cluster) stopLeader(t *testing.T, log *JetStream) {
	t.Helper()
	leader := func() string {
		ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer cancel()
		info, err := log.info(ctx)
		if err != nil || info.Cluster == nil {
			return ""
		}
		return info.Cluster.Leader
	}
	var first string
	eventually(t, "somebody leads", func() bool { first = leader(); return first != "" })
	for i, node := range c.nodes {
		if node.Name() != first {
			continue
		}
		node.Shutdown()
		node.WaitForShutdown()
		eventually(t, "another leads", func() bool { now := leader(); return now != "" && now != first })
		c.start(t, i)
	}
}
