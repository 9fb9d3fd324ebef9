package main

import (
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/nats-io/nats-server/v2/server"

	"kolmikko/api"
	"kolmikko/events"
	"kolmikko/events/archive"
	"kolmikko/events/programme"
)

// TestHousesOnACluster opens two houses on an existing cluster of three servers:
// what one of them does the other shows, and their archives are the same bytes.
func TestHousesOnACluster(t *testing.T) {
	urls, keys := cluster(t), filepath.Join(t.TempDir(), "keys") // houses of one history share its secrets
	open := func(name string) *house {
		h, err := openHouse(t.Context(), openOptions{data: filepath.Join(t.TempDir(), name), nats: urls, keys: keys})
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	here, there := open("here"), open("there")
	owner := events.PersonID(uuid.NewString())
	do := func(h *house, by events.PersonID, form string, cmd programme.Command) uint64 {
		t.Helper()
		receipt, err := h.Act(t.Context(), api.Request{Programme: "p", Cohort: events.WholeProgramme, By: by, Key: uuid.NewString(), Form: form, Command: cmd})
		if err != nil {
			t.Fatal(err)
		}
		return receipt.Place
	}
	do(here, events.Operator, "register-person", &programme.RegisterPerson{Person: owner, Language: "fi", Name: "Outi Esimerkki"})
	do(here, events.Operator, "grant-role", &programme.GrantRole{Person: owner, Role: events.Owner})
	last := do(there, owner, "submit-wish", &programme.SubmitWish{Themes: []events.Code{"wellbeing"}})
	for _, h := range []*house{here, there} {
		if err := h.Views.Await(t.Context(), last); err != nil {
			t.Fatal(err)
		}
		if health := h.health(t.Context()); !health.Writable || health.Head != last {
			t.Errorf("health %+v; want a writable journal that ends at %d", health, last)
		}
		if err := h.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if a, b := linesOf(t, here.archiveDir), linesOf(t, there.archiveDir); a != b || strings.Count(a, "\n") != int(last) {
		t.Errorf("one archive has %d bytes, the other %d", len(a), len(b))
	}
}

func linesOf(t *testing.T, dir string) string {
	t.Helper()
	reader, err := archive.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for l, err := range reader.Lines(0) {
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&all, "%s\n", l.Bytes)
	}
	return all.String()
}

// cluster starts three servers on loopback and returns their URLs.
func cluster(t *testing.T) string {
	t.Helper()
	var ports, urls []string
	for range 3 {
		ports = append(ports, strings.TrimPrefix(freeAddr(t), "127.0.0.1:"))
	}
	var routes []string
	for _, p := range ports {
		routes = append(routes, "nats://127.0.0.1:"+p)
	}
	var all []*server.Server
	for i, p := range ports {
		s, err := server.NewServer(&server.Options{
			ServerName: fmt.Sprint("n", i), Host: "127.0.0.1", Port: server.RANDOM_PORT, NoSigs: true, NoLog: true,
			JetStream: true, StoreDir: t.TempDir(), SyncAlways: true,
			Cluster: server.ClusterOpts{Name: "test", Host: "127.0.0.1", Port: atoi(t, p)},
			Routes:  server.RoutesFromStr(strings.Join(routes, ",")),
		})
		if err != nil {
			t.Fatal(err)
		}
		s.Start()
		t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
		all = append(all, s)
	}
	for _, s := range all {
		if !s.ReadyForConnections(20 * time.Second) {
			t.Fatal("a server did not start")
		}
		urls = append(urls, s.ClientURL())
	}
	for range 200 {
		if leader := all[0].JetStreamIsCurrent() && all[1].JetStreamIsCurrent() && all[2].JetStreamIsCurrent(); leader {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	return strings.Join(urls, ",")
}

func atoi(t *testing.T, port string) int {
	t.Helper()
	a, err := net.ResolveTCPAddr("tcp", "127.0.0.1:"+port)
	if err != nil {
		t.Fatal(err)
	}
	return a.Port
}
