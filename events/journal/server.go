package journal

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"strconv"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// Options say how [Serve] serves.
type Options struct {
	Dir      string       // where everything is kept; it is made if it is missing
	MaxStore int64        // bytes that the store may take; 0 sets it below what the disk has
	Logger   *slog.Logger // for what the server says; nil for nowhere
	Listen   string       // host:port for NATS clients; empty opens no port
}

// A Server is a JetStream server inside this process, and a connection to it.
type Server struct {
	Conn *nats.Conn

	srv  *server.Server
	held *hold
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
	s := &Server{held: held}
	if err := s.start(o); err != nil {
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
	s.Conn, err = nats.Connect("", nats.InProcessServer(s.srv), nats.Name("kolmikko"),
		nats.MaxReconnects(-1), nats.ReconnectBufSize(-1))
	return err
}

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
	host, port, err := net.SplitHostPort(o.Listen)
	if err != nil {
		return nil, err
	}
	opts.Host = host
	if opts.Port, err = strconv.Atoi(port); err != nil {
		return nil, err
	}
	return opts, nil
}

// Close disconnects, waits until the server has put its files in order, and
// lets go of the folder.
func (s *Server) Close() {
	if s.Conn != nil {
		s.Conn.Close()
	}
	if s.srv != nil {
		s.srv.Shutdown()
		s.srv.WaitForShutdown()
	}
	s.held.release()
}

// Dial connects to an existing server or cluster; creds is the file with its
// credentials, empty for none. It reconnects for ever, and holds nothing back
// to be sent later: what can't be sent now fails now.
func Dial(ctx context.Context, url, creds string, logger *slog.Logger) (*nats.Conn, error) {
	logger = cmp.Or(logger, slog.New(slog.DiscardHandler))
	opts := []nats.Option{
		nats.Name("kolmikko"), nats.MaxReconnects(-1), nats.ReconnectBufSize(-1),
		nats.ReconnectWait(500 * time.Millisecond),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) { logger.Warn("NATS is gone", "err", err) }),
		nats.ReconnectHandler(func(c *nats.Conn) { logger.Info("NATS is back", "url", c.ConnectedUrlRedacted()) }),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { logger.Warn("NATS says no", "err", err) }),
	}
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

// serverLog hands on what the embedded server says.
type serverLog struct{ to *slog.Logger }

func (l serverLog) Noticef(format string, v ...any) { l.to.Debug(fmt.Sprintf(format, v...)) }
func (l serverLog) Warnf(format string, v ...any)   { l.to.Warn(fmt.Sprintf(format, v...)) }
func (l serverLog) Errorf(format string, v ...any)  { l.to.Error(fmt.Sprintf(format, v...)) }
func (l serverLog) Fatalf(format string, v ...any)  { l.to.Error(fmt.Sprintf(format, v...)) }
func (l serverLog) Debugf(string, ...any)           {}
func (l serverLog) Tracef(string, ...any)           {}
