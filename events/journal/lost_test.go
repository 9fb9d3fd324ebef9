package journal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"kolmikko/events"
)

// A wire is a TCP connection to a server that can be cut at a chosen moment.
type wire struct {
	listener net.Listener
	to       string

	mu    sync.Mutex
	conns []net.Conn
	dark  bool   // nobody gets through
	at    []byte // cut once the client sends this; nil for never
	after bool   // the server still gets it, and only its answer is lost
	cuts  int
	gone  sync.WaitGroup
}

func newWire(t *testing.T, s *Server) *wire {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{listener: listener, to: strings.TrimPrefix(s.URL(), "nats://")}
	w.gone.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			w.gone.Go(func() { w.join(client) })
		}
	})
	t.Cleanup(func() {
		listener.Close()
		w.cut()
		w.gone.Wait()
	})
	return w
}

// join carries bytes both ways until one side hangs up.
func (w *wire) join(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", w.to)
	if err != nil {
		return
	}
	defer server.Close()
	w.mu.Lock()
	w.conns = append(w.conns, client, server)
	dark := w.dark
	w.mu.Unlock()
	if dark {
		return
	}
	w.gone.Go(func() {
		io.Copy(client, server)
		client.Close()
	})
	buf := make([]byte, 64<<10)
	for {
		n, err := client.Read(buf)
		if err != nil {
			return
		}
		if w.cutsAt(buf[:n]) {
			if w.after {
				client.Close() // before the server can answer
				server.Write(buf[:n])
				time.Sleep(100 * time.Millisecond)
			}
			return
		}
		if _, err := server.Write(buf[:n]); err != nil {
			return
		}
	}
}

func (w *wire) cutsAt(sent []byte) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.at == nil || !bytes.Contains(sent, w.at) {
		return false
	}
	w.at = nil
	w.cuts++
	return true
}

// arm cuts the wire once when the client sends what contains at.
func (w *wire) arm(at string, after bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at, w.after = []byte(at), after
}

func (w *wire) darken(dark bool) {
	w.mu.Lock()
	w.dark = dark
	w.mu.Unlock()
	w.cut()
}

func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, conn := range w.conns {
		conn.Close()
	}
	w.conns = nil
}

// open opens the history through the wire.
func (w *wire) open(t *testing.T) *JetStream {
	t.Helper()
	nc, err := nats.Connect("nats://writer:secret@"+w.listener.Addr().String(), append(connecting(), nats.ReconnectWait(20*time.Millisecond))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	log, err := OpenJetStream(t.Context(), nc, OpenOptions{AckWait: 500 * time.Millisecond, Patience: 10 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	return log
}

func TestWhatIsLostOnTheWayIsWrittenOnce(t *testing.T) {
	t.Parallel()
	batch := func(n int) (entries []events.Recorded) {
		for i := range n {
			entries = append(entries, entry("c", events.PersonID(fmt.Sprint("x", i))))
		}
		return entries
	}
	for name, c := range map[string]struct {
		entries int
		at      string
		after   bool
	}{
		"one event, its ack is lost":           {1, "HPUB history.c.", true},
		"one event, it is lost itself":         {1, "HPUB history.c.", false},
		"several events, their ack is lost":    {3, "Nats-Batch-Commit", true},
		"several events, they are lost":        {3, "HPUB history.c.", false},
		"several events, the last one is lost": {30, "Nats-Batch-Sequence: 30", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := listen(t)
			w := newWire(t, s)
			log := w.open(t)
			mustAppend(t, log, 0, entry("c", "first"))
			w.arm(c.at, c.after)
			if last := mustAppend(t, log, 1, batch(c.entries)...); last != uint64(1+c.entries) {
				t.Errorf("last = %d; want %d", last, 1+c.entries)
			}
			if w.cuts != 1 {
				t.Fatalf("the wire was cut %d times", w.cuts)
			}
			n := 0
			for range Read(t.Context(), openLog(t, s), 0, "c") {
				n++
			}
			if n != 1+c.entries {
				t.Errorf("%d events are written; want %d", n, 1+c.entries)
			}
		})
	}
}

func TestWhatIsLostAndOvertakenIsAConflict(t *testing.T) {
	t.Parallel()
	s := listen(t)
	w := newWire(t, s)
	log, other := w.open(t), openLog(t, s)
	w.arm("HPUB history.c.", false)
	done := make(chan error)
	go func() {
		_, err := log.Append(t.Context(), 0, []events.Recorded{entry("c", "lost")})
		done <- err
	}()
	eventually(t, "the wire is cut", func() bool { w.mu.Lock(); defer w.mu.Unlock(); return w.cuts == 1 })
	mustAppend(t, other, 0, entry("c", "quicker"))
	if err := <-done; !errors.Is(err, ErrConflict) {
		t.Errorf("err = %v; want ErrConflict", err)
	}
	if got := people(t, Read(t.Context(), other, 0, "c")); got != "1quicker" {
		t.Errorf("read %q", got)
	}
}

func TestWhatIsUnsettledIsSettledByTheSameKey(t *testing.T) {
	t.Parallel()
	for _, reached := range []bool{true, false} {
		t.Run(fmt.Sprint("the server got it: ", reached), func(t *testing.T) {
			t.Parallel()
			s := listen(t)
			w := newWire(t, s)
			log := w.open(t)
			d := counting(log)
			mustAct(t, d, action("a", "", "x"), agree(1))
			w.arm("HPUB history.c.", reached)
			ctx, cancel := context.WithCancel(t.Context())
			go func() {
				eventually(t, "the wire is cut", func() bool { w.mu.Lock(); defer w.mu.Unlock(); return w.cuts == 1 })
				w.darken(true)
				cancel()
			}()
			if _, err := d.Act(ctx, action("a", "k", "x"), agree(1), nil); !errors.Is(err, ErrUnsettled) {
				t.Errorf("err = %v; want ErrUnsettled", err)
			}
			w.darken(false)
			later := action("a", "k", "x")
			later.At = noon.Add(time.Minute)
			answer := mustAct(t, d, later, agree(1))
			if answer.First != 2 || answer.Last != 2 || answer.Repeated != reached {
				t.Errorf("answer: %+v", answer)
			}
			if got := people(t, Read(t.Context(), openLog(t, s), 0, "c")); got != "1a 2a" {
				t.Errorf("read %q", got)
			}
		})
	}
}

func TestWhatABrokenStoreShowsIsNoOutcome(t *testing.T) {
	t.Parallel()
	for _, shows := range []bool{true, false} {
		t.Run(fmt.Sprint("it shows the event: ", shows), func(t *testing.T) {
			t.Parallel()
			s := listen(t)
			w := newWire(t, s)
			log := w.open(t)
			mustAppend(t, log, 0, entry("c", "a"))
			log.o.Health = func() error { return errors.New("input/output error") } // as after a failed sync
			w.arm("HPUB history.c.", shows)
			if _, err := log.Append(t.Context(), 1, []events.Recorded{entry("c", "b")}); !errors.Is(err, ErrUnsettled) {
				t.Errorf("err = %v; want ErrUnsettled", err)
			}
			if _, err := log.Append(t.Context(), 1, []events.Recorded{entry("c", "b")}); !errors.Is(err, ErrDamaged) {
				t.Errorf("again: err = %v; want ErrDamaged", err)
			}
		})
	}
}

// TestAFollowerWaitsForAServerThatIsAway begins to follow while it is.
func TestAFollowerWaitsForAServerThatIsAway(t *testing.T) {
	t.Parallel()
	s := listen(t)
	w := newWire(t, s)
	log, writer := w.open(t), openLog(t, s)
	mustAppend(t, writer, 0, entry("c", "a"), entry("c", "b"))
	w.darken(true)
	back := time.AfterFunc(time.Second, func() { w.darken(false) })
	defer back.Stop()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	var seen []string
	for r, err := range Follow(ctx, log, 0) {
		if err != nil {
			t.Fatal(err)
		}
		if seen = append(seen, fmt.Sprint(r.Place, r.By)); r.Place == 2 {
			break
		}
	}
	if got := strings.Join(seen, " "); got != "1a 2b" {
		t.Errorf("followed %q", got)
	}
}

func TestAFollowerOutlivesACut(t *testing.T) {
	t.Parallel()
	s := listen(t)
	w := newWire(t, s)
	log, writer := w.open(t), openLog(t, s)
	mustAppend(t, writer, 0, entry("c", "a"))
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	var seen []string
	for r, err := range Follow(ctx, log, 0) {
		if err != nil {
			t.Fatal(err)
		}
		seen = append(seen, fmt.Sprint(r.Place, r.By))
		switch r.Place {
		case 1:
			w.cut()
			mustAppend(t, writer, 1, entry("c", "b"))
		case 2:
			cancel()
		}
	}
	if got := strings.Join(seen, " "); got != "1a 2b" {
		t.Errorf("followed %q", got)
	}
}
