package journal

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"kolmikko/events"
)

// external starts a server as an operator would, from a configuration file: a
// writer with the rights that we name, an operator with all, and the system
// account.
func external(t *testing.T, sync string) *server.Server {
	t.Helper()
	quoted := func(subjects []string) string { return `["` + strings.Join(subjects, `", "`) + `"]` }
	may := WriterPermissions()
	config := fmt.Sprintf(`
		listen: "127.0.0.1:-1"
		jetstream { store_dir: %q, sync_interval: %s }
		accounts {
			SYS { users: [ { user: system, password: p } ] }
			BOOK {
				jetstream: enabled
				users: [
					{ user: operator, password: p }
					{ user: writer, password: p, permissions: {
						publish: { allow: %s, deny: %s }
						subscribe: %s
					} }
				]
			}
		}
		system_account: SYS
	`, t.TempDir(), sync, quoted(may.Publish.Allow), quoted(may.Publish.Deny), quoted(may.Subscribe.Allow))
	file := filepath.Join(t.TempDir(), "nats.conf")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	opts, err := server.ProcessConfigFile(file)
	if err != nil {
		t.Fatal(err)
	}
	opts.NoSigs, opts.NoLog = true, true
	s, err := server.NewServer(opts)
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	if !s.ReadyForConnections(20 * time.Second) {
		t.Fatal("the server did not start")
	}
	return s
}

func dialAs(t *testing.T, s *server.Server, user string) *nats.Conn {
	t.Helper()
	nc, err := Dial(t.Context(), strings.Replace(s.ClientURL(), "nats://", "nats://"+user+":p@", 1), "", nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	return nc
}

func TestAWriterCanWriteAndReadAndLoseNothing(t *testing.T) {
	t.Parallel()
	s := external(t, "always")
	log, err := OpenJetStream(t.Context(), dialAs(t, s, "writer"), OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if last, err := log.Restore(t.Context(), story(100)); last != 100 || err != nil {
		t.Fatalf("restored %d, %v", last, err)
	}
	mustAppend(t, log, 100, entry("c", "a"))
	mustAppend(t, log, 0, entry("d", "a"), entry("d", "b"))
	n := 0
	for _, err := range Read(t.Context(), log, 0, "") {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	if n != 103 {
		t.Errorf("read %d events; want 103", n)
	}
	mustAct(t, counting(log), action("a", "k", "x"), refuse)
	if again := mustAct(t, reload(t, log), action("a", "k", "x"), agree(1)); !again.Repeated {
		t.Errorf("a refusal was forgotten: %+v", again)
	}

	js, err := jetstream.New(log.nc, jetstream.WithDefaultTimeout(300*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	config := historyConfig(log.Stream(), 1)
	config.MaxMsgs = 1
	stream, err := js.Stream(t.Context(), log.Stream())
	if err != nil {
		t.Fatal(err)
	}
	for what, do := range map[string]func() error{
		"limit the stream":  func() error { _, err := js.UpdateStream(t.Context(), config); return err },
		"delete the stream": func() error { return js.DeleteStream(t.Context(), log.Stream()) },
		"purge the stream":  func() error { return stream.Purge(t.Context()) },
		"delete an event":   func() error { return stream.DeleteMsg(t.Context(), 1) },
		"erase an event":    func() error { return stream.SecureDeleteMsg(t.Context(), 1) },
		"renew it": func() error {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			_, err := Renew(ctx, log.nc, OpenOptions{})
			return err
		},
	} {
		if err := do(); err == nil {
			t.Errorf("the writer can %s", what)
		}
	}
	if err := log.Check(t.Context(), 103); err != nil {
		t.Error(err)
	}
}

func TestAnOperatorCanLoseHistoryAndIsSeen(t *testing.T) {
	t.Parallel()
	s := external(t, "always")
	log, err := OpenJetStream(t.Context(), dialAs(t, s, "operator"), OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := log.Restore(t.Context(), story(10)); err != nil {
		t.Fatal(err)
	}
	made := historyConfig(log.Stream(), 1)
	drifted(t, log, func(c *jetstream.StreamConfig) { c.MaxMsgs, c.Discard = 4, jetstream.DiscardOld }) // DenyPurge doesn't mind
	drifted(t, log, func(c *jetstream.StreamConfig) { c.MaxMsgs, c.Discard = made.MaxMsgs, made.Discard })
	if err := log.Check(t.Context(), 0); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "holds 4 events of 10") {
		t.Errorf("err = %v; want ErrDamaged", err)
	}
	if _, err := log.Append(t.Context(), 10, []events.Recorded{entry("c", "a")}); !errors.Is(err, ErrDamaged) {
		t.Errorf("append: err = %v; want ErrDamaged", err)
	}
}

func TestAServerThatDoesNotSyncIsWarnedAbout(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		sync   string
		system bool
		want   string
	}{
		{"always", true, ""},
		{"2m", true, notSynced},
		{"always", false, maybeSynced},
		{"2m", false, maybeSynced},
	} {
		t.Run(fmt.Sprintf("sync %s, asked by the system account: %v", c.sync, c.system), func(t *testing.T) {
			t.Parallel()
			s := external(t, c.sync)
			o := OpenOptions{}
			if c.system {
				o.System = dialAs(t, s, "system")
			}
			log, err := OpenJetStream(t.Context(), dialAs(t, s, "writer"), o)
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(log.Warnings(), ""); got != c.want {
				t.Errorf("warnings: %q; want %q", got, c.want)
			}
		})
	}
	if w := openLog(t, serve(t)).Warnings(); len(w) > 0 {
		t.Errorf("the embedded server: %q", w)
	}
}
