package journal

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Options say how [Serve] serves.
type Options struct {
	Dir      string       // where everything is kept; it is made if it is missing
	MaxStore int64        // bytes that the store may take; 0 sets it below what the disk has
	Reserve  int64        // bytes that the disk must have left for a write; 0 for 64 MiB
	Aside    bool         // for a repair: a stream that keeps the server from starting, a [Wild], is set aside
	Logger   *slog.Logger // for what the server says; nil for nowhere

	Listen string         // host:port for NATS clients; empty opens no port
	Users  []*server.User // who may come in there; see [WriterPermissions]
}

// A Server is a JetStream server inside this process, and a connection to it.
type Server struct {
	Conn *nats.Conn

	srv     *server.Server
	held    *hold
	dir     string
	reserve int64
	looked  atomic.Int64 // when the disk was last seen to have room, in Unix nanoseconds

	opened    closing // what the files were before they were served
	untouched bool
	vouched   atomic.Bool
}

// Serve starts a server that keeps its files in o.Dir, and holds that folder:
// a second process gets [ErrHeld].
func Serve(o Options) (*Server, error) {
	if o.Dir == "" {
		return nil, errors.New("serve the journal: no folder is named")
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("serve the journal: %w", err)
	}
	held, err := take(o.Dir)
	if err != nil {
		return nil, fmt.Errorf("serve the journal: %w", err)
	}
	s := &Server{held: held, dir: o.Dir, reserve: cmp.Or(o.Reserve, 64<<20)}
	err = s.reopen(o.Aside)
	if err == nil {
		err = s.start(o)
	}
	if err != nil {
		s.Close()
		return nil, fmt.Errorf("serve the journal: %w", err)
	}
	return s, nil
}

func (s *Server) start(o Options) error {
	opts, err := o.server()
	if err != nil {
		return err
	}
	client := append(connecting(), nats.NoCallbacksAfterClientClose())
	if o.Listen != "" {
		client = append(client, nats.UserInfo(insider, opts.Users[0].Password))
	}
	if s.srv, err = server.NewServer(opts); err != nil {
		return err
	}
	s.srv.SetLoggerV2(serverLog{cmp.Or(o.Logger, slog.New(slog.DiscardHandler))}, false, false, false)
	s.srv.Start()
	if !s.srv.ReadyForConnections(30 * time.Second) {
		return errors.New("the embedded NATS server did not start in 30 s")
	}
	if !s.srv.JetStreamEnabled() {
		return errors.New("the embedded NATS server could not open its store")
	}
	s.Conn, err = nats.Connect("", append(client, nats.InProcessServer(s.srv))...)
	return err
}

// insider is the user of this process's own connection, where all have to say
// who they are.
const insider = "kolmikko"

func (o Options) server() (*server.Options, error) {
	opts := &server.Options{
		ServerName:        "kolmikko",
		StoreDir:          o.Dir, // an empty one would mean the temp folder
		JetStream:         true,
		JetStreamMaxStore: o.MaxStore,
		SyncAlways:        true, // an ack that a power cut can take back is none
		DontListen:        o.Listen == "",
		NoSigs:            true, // the server would trap SIGTERM and exit
	}
	if o.MaxStore == 0 {
		room, err := storeRoom(o.Dir)
		if err != nil {
			return nil, err
		}
		opts.JetStreamMaxStore = room
	}
	if o.Listen == "" {
		return opts, nil
	}
	if len(o.Users) == 0 {
		return nil, errors.New("a port is opened only for users who are named")
	}
	host, port, err := net.SplitHostPort(o.Listen)
	if err != nil {
		return nil, err
	}
	opts.Host = host
	if opts.Port, err = strconv.Atoi(port); err != nil {
		return nil, err
	}
	opts.Users = append([]*server.User{{Username: insider, Password: rand.Text()}}, o.Users...)
	return opts, nil
}

// Open is [OpenJetStream] on this server, with what is known of it.
func (s *Server) Open(ctx context.Context, o OpenOptions) (*JetStream, error) {
	o.Synced, o.Alone = true, s.srv.Addr() == nil
	o.Health, o.Space = s.Health, s.Space
	return OpenJetStream(ctx, s.Conn, o)
}

// Renew is [Renew] on this server, with what is known of it.
func (s *Server) Renew(ctx context.Context, o OpenOptions) (*JetStream, error) {
	o.Synced, o.Alone = true, s.srv.Addr() == nil
	o.Health, o.Space = s.Health, s.Space
	return Renew(ctx, s.Conn, o)
}

// Discard deletes a history that was begun with [Server.Renew] and never filled,
// to make room for another. It is not for one that anybody has acted in.
func (s *Server) Discard(ctx context.Context, stream string) error {
	if !strings.HasPrefix(stream, historyStream) {
		return fmt.Errorf("%s is no history", stream)
	}
	js, err := jetstream.New(s.Conn)
	if err != nil {
		return err
	}
	if err := js.DeleteStream(ctx, stream); err != nil && !errors.Is(err, jetstream.ErrStreamNotFound) {
		return fmt.Errorf("discard %s: %w", stream, err)
	}
	return nil
}

// Health returns why the server can't write any more, such as a disk that
// failed; only a restart gets it going again.
func (s *Server) Health() error {
	if status := s.srv.Healthz(nil); status.Error != "" {
		return errors.New(status.Error)
	}
	return nil
}

// Space returns [ErrFull] while the disk has hardly any room left, whoever took
// it: a full disk would break the store until a restart. It looks at the disk
// twenty times a second at most; nobody fills the reserve in between.
func (s *Server) Space() error {
	now := time.Now().UnixNano()
	if now-s.looked.Load() < int64(50*time.Millisecond) {
		return nil
	}
	free, err := freeSpace(s.dir)
	if err != nil {
		return err
	}
	if free < s.reserve {
		return fmt.Errorf("%w: the disk has %d MiB left, and %d MiB are kept free", ErrFull, free>>20, s.reserve>>20)
	}
	s.looked.Store(now)
	return nil
}

// URL returns where NATS clients find the server; it is empty without a port.
func (s *Server) URL() string {
	if s.srv.Addr() == nil {
		return ""
	}
	return s.srv.ClientURL()
}

// Close disconnects, waits until the server has put its files in order, notes
// what they are if the history is vouched for, and lets go of the folder.
func (s *Server) Close() {
	sound := s.vouched.Load() && s.srv != nil && s.Health() == nil
	if s.Conn != nil {
		s.Conn.Close()
	}
	if s.srv != nil {
		s.srv.Shutdown()
		s.srv.WaitForShutdown()
	}
	if sound {
		_ = s.note() // without it, all is compared at the next start
	}
	s.held.release()
}

// Dial connects to an existing server or cluster; creds is the file with its
// credentials, empty for none. It reconnects for ever; logger hears of it.
func Dial(ctx context.Context, url, creds string, logger *slog.Logger) (*nats.Conn, error) {
	logger = cmp.Or(logger, slog.New(slog.DiscardHandler))
	opts := append(connecting(),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) { logger.Warn("NATS is gone", "err", err) }),
		nats.ReconnectHandler(func(c *nats.Conn) { logger.Info("NATS is back", "url", c.ConnectedUrlRedacted()) }),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { logger.Warn("NATS says no", "err", err) }))
	if creds != "" {
		opts = append(opts, nats.UserCredentials(creds))
	}
	if deadline, ok := ctx.Deadline(); ok {
		opts = append(opts, nats.Timeout(time.Until(deadline)))
	}
	nc, err := nats.Connect(url, opts...)
	if err != nil {
		return nil, fmt.Errorf("connect to NATS: %w", err)
	}
	return nc, nil
}

// connecting is how every connection here is: it comes back for ever, and holds
// nothing back to be sent later. What can't be sent now fails now.
func connecting() []nats.Option {
	return []nats.Option{nats.Name("kolmikko"), nats.MaxReconnects(-1), nats.ReconnectBufSize(-1),
		nats.ReconnectWait(500 * time.Millisecond)}
}

// serverLog hands on what an embedded server says.
type serverLog struct{ to *slog.Logger }

func (l serverLog) Noticef(format string, v ...any) { l.to.Debug(fmt.Sprintf(format, v...)) }
func (l serverLog) Warnf(format string, v ...any)   { l.to.Warn(fmt.Sprintf(format, v...)) }
func (l serverLog) Errorf(format string, v ...any)  { l.to.Error(fmt.Sprintf(format, v...)) }
func (l serverLog) Fatalf(format string, v ...any)  { l.to.Error(fmt.Sprintf(format, v...)) }
func (l serverLog) Debugf(string, ...any)           {}
func (l serverLog) Tracef(string, ...any)           {}

// WriterPermissions is what the user of a journal on an existing server may do:
// append, read, and make the two streams where they are missing. What could
// lose history (to update, delete or purge a stream, to delete a message, to
// restore over one) is not among it: DenyDelete and DenyPurge alone don't stop
// an update of a stream's limits, nor its deletion.
//
// A folder for its own streams, such as the keys of personal data, needs rights
// of its own.
func WriterPermissions() *server.Permissions {
	return &server.Permissions{
		Publish: &server.SubjectPermission{
			Allow: []string{
				"history.>", "answers.*",
				"$JS.API.INFO", "$JS.API.STREAM.NAMES", "$JS.API.STREAM.INFO.*", "$JS.API.STREAM.CREATE.*",
				"$JS.API.STREAM.MSG.GET.*",
				"$JS.API.CONSUMER.CREATE.>", "$JS.API.CONSUMER.INFO.>", "$JS.API.CONSUMER.DELETE.>", "$JS.API.CONSUMER.MSG.NEXT.>",
			},
			Deny: []string{
				"$JS.API.STREAM.UPDATE.>", "$JS.API.STREAM.DELETE.>", "$JS.API.STREAM.PURGE.>",
				"$JS.API.STREAM.MSG.DELETE.>", "$JS.API.STREAM.RESTORE.>",
			},
		},
		Subscribe: &server.SubjectPermission{Allow: []string{"_INBOX.>"}},
	}
}
