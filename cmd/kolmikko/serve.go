package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/spf13/cobra"

	"kolmikko/api"
	"kolmikko/api/auth"
	"kolmikko/projections/audit"
)

func newServe() *cobra.Command {
	var o openOptions
	var addr string
	c := &cobra.Command{
		Use:   "serve [--data DIR | --nats URL --creds FILE] [--addr HOST:PORT]",
		Short: "Serve the history over HTTP, from an embedded JetStream or an existing cluster",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			o.kek = os.Getenv("KOLMIKKO_KEK")
			o.logger = slog.New(slog.NewTextHandler(c.ErrOrStderr(), nil))
			h, err := openHouse(c.Context(), o)
			if err != nil {
				return err
			}
			return errors.Join(serveHouse(c, h, addr, o), h.Close())
		},
	}
	f := c.Flags()
	f.StringVar(&o.data, "data", defaultData(), "folder of the journal, the archive and the keys")
	f.StringVar(&o.nats, "nats", "", "URL of an existing NATS server or cluster, instead of the embedded one")
	f.StringVar(&o.creds, "creds", "", "credentials file for --nats")
	f.StringVar(&o.keys, "keys", os.Getenv("KOLMIKKO_KEYS"), "folder of the secrets, never in the data folder or its backups; the data folder's name with .keys behind it by default")
	f.StringVar(&addr, "addr", "localhost:8080", "where to serve HTTP")
	return c
}

// defaultData is where a house is kept unless said otherwise.
func defaultData() string {
	if dir := os.Getenv("KOLMIKKO_DATA"); dir != "" {
		return dir
	}
	return "kolmikko-data"
}

// serveHouse serves h at addr until the command's context is done or a part of
// the house fails.
func serveHouse(c *cobra.Command, h *house, addr string, o openOptions) error {
	ctx := c.Context()
	tokens, err := auth.Open(filepath.Join(o.data, tokensFile))
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("serve HTTP: %w", err)
	}
	server := &http.Server{
		Handler:           (&api.Server{Door: h.Door, Who: tokens, Logger: o.logger, Health: h.health, Tree: audit.Handler(filepath.Join(o.data, treeDir))}).Handler(),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(o.logger.Handler(), slog.LevelWarn),
		BaseContext:       func(net.Listener) context.Context { return ctx },
	}
	url := "http://" + listener.Addr().String()
	if err := announce(o.data, url); err != nil {
		return err
	}
	defer os.Remove(filepath.Join(o.data, servingFile))
	for _, t := range h.health(ctx).Trouble {
		fmt.Fprintln(c.ErrOrStderr(), "kolmikko: trouble:", t)
	}
	fmt.Fprintf(c.OutOrStdout(), "listening on %s\n", url)
	return serveUntil(ctx, server, listener, h)
}

func serveUntil(ctx context.Context, server *http.Server, listener net.Listener, h *house) error {
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	var err error
	select {
	case <-ctx.Done():
	case <-h.fell:
		err = h.err()
	case err = <-failed:
		return fmt.Errorf("serve HTTP: %w", err)
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if stopped := server.Shutdown(grace); stopped != nil {
		_ = server.Close() // whoever still streams is cut off
	}
	return err
}

// servingFile tells other processes where the data folder is being served.
const servingFile = "serving.json"

// A serving is what that file says.
type serving struct {
	URL string `json:"url"`
	PID int    `json:"pid"`
}

func announce(data, url string) error {
	text, err := json.Marshal(serving{url, os.Getpid()})
	if err == nil {
		err = os.WriteFile(filepath.Join(data, servingFile), append(text, '\n'), 0o600)
	}
	if err != nil {
		return fmt.Errorf("say where the data is served: %w", err)
	}
	return nil
}

// servedAt returns where the data folder is being served, by what its server
// last said.
func servedAt(data string) (string, bool) {
	text, err := os.ReadFile(filepath.Join(data, servingFile))
	var s serving
	if err != nil || json.Unmarshal(text, &s) != nil {
		return "", false
	}
	return s.URL, s.URL != ""
}
