package journal

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/nats-io/nats.go"
)

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
