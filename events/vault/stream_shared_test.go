//go:build unix

package vault

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"kolmikko/events/journal"
)

// dial makes another connection, as another process would.
func dial(t testing.TB, url string) *nats.Conn {
	t.Helper()
	nc, err := journal.Dial(t.Context(), url, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	return nc
}

// listening starts the embedded server with a port, and returns its address.
func (p place) listening(t testing.TB) string {
	t.Helper()
	s, err := journal.Serve(journal.Options{Dir: p.data, MaxStore: 1 << 30, Listen: "127.0.0.1:0",
		Users: []*server.User{{Username: "keys", Password: "p"}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	u, err := url.Parse(s.URL())
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.UserPassword("keys", "p")
	return u.String()
}

// clustered starts three servers that are one cluster, and returns where they
// are.
func clustered(t testing.TB) string {
	t.Helper()
	var routes []*url.URL
	var routePorts, ports [3]int
	for i := range 3 {
		routePorts[i], ports[i] = freePort(t), freePort(t)
		routes = append(routes, &url.URL{Scheme: "nats", Host: fmt.Sprintf("127.0.0.1:%d", routePorts[i])})
	}
	var urls string
	var nodes []*server.Server
	for i := range 3 {
		node, err := server.NewServer(&server.Options{
			ServerName: fmt.Sprint("node", i), Host: "127.0.0.1", Port: ports[i], NoSigs: true, NoLog: true,
			JetStream: true, SyncAlways: true, StoreDir: t.TempDir(), JetStreamMaxStore: 1 << 30,
			Cluster: server.ClusterOpts{Name: "three", Host: "127.0.0.1", Port: routePorts[i]}, Routes: routes,
		})
		if err != nil {
			t.Fatal(err)
		}
		node.Start()
		t.Cleanup(func() { node.Shutdown(); node.WaitForShutdown() })
		nodes = append(nodes, node)
		urls += fmt.Sprintf("nats://127.0.0.1:%d,", ports[i])
	}
	eventually(t, "the cluster has a leader", func() bool {
		return nodes[0].JetStreamIsLeader() || nodes[1].JetStreamIsLeader() || nodes[2].JetStreamIsLeader()
	})
	return urls[:len(urls)-1]
}

func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// TestSeveralProcesses is what holds wherever several vaults share a stream.
func TestSeveralProcesses(t *testing.T) {
	for name, start := range map[string]func(testing.TB) string{
		"one server":         func(t testing.TB) string { return newPlace(t).listening(t) },
		"a cluster of three": clustered,
	} {
		t.Run(name, func(t *testing.T) {
			at, kek := start(t), newPlace(t).kek
			var vaults [3]*Keys
			var opening sync.WaitGroup
			for i := range vaults {
				nc := dial(t, at)
				opening.Go(func() {
					eventually(t, "the keys open", func() bool {
						s, err := OpenStream(t.Context(), nc, StreamOptions{KEKFile: kek})
						if err != nil {
							t.Log(err)
							return false
						}
						vaults[i] = keysOf(t, s)
						return true
					})
				})
			}
			opening.Wait()
			if t.Failed() || vaults[0] == nil || vaults[1] == nil || vaults[2] == nil {
				t.FailNow()
			}
			want := 1
			if name != "one server" {
				want = 3
			}
			keptTimes(t, vaults[0], want)
			shareKeys(t, vaults[:])
			shareForgetting(t, vaults[:])
			forgetAtOnce(t, vaults[:])
			keptTimes(t, vaults[0], want)
		})
	}
}

// keptTimes checks how many servers keep the stream.
func keptTimes(t *testing.T, k *Keys, want int) {
	t.Helper()
	s := k.store.(*Stream)
	stream, err := s.js.Stream(t.Context(), s.gen.name)
	if err != nil || stream.CachedInfo().Config.Replicas != want {
		t.Errorf("%+v, %v; want %d replicas", stream, err, want)
	}
}

// shareKeys seals for the same people everywhere at the same time.
func shareKeys(t *testing.T, vaults []*Keys) {
	const people = 40
	var sealing sync.WaitGroup
	lines := make([][][]byte, len(vaults))
	for i, k := range vaults {
		sealing.Go(func() {
			for n := range people {
				lines[i] = append(lines[i], wired(t, k, registered(person(n), "Anna", "")).Line)
			}
		})
	}
	sealing.Wait()
	for i := range vaults {
		for n := range people {
			if !bytes.Equal(lines[i][n], lines[0][n]) {
				t.Fatalf("two vaults have two keys of %s", person(n))
			}
		}
	}
	r := wired(t, vaults[0], registered("p-new", "Anna", ""))
	for _, k := range vaults {
		if got, err := opened(k, r, "name"); err != nil || got != "Anna" {
			t.Errorf("text that another vault sealed: %q, %v", got, err)
		}
	}
}

// shareForgetting forgets in one vault, and finds it so in the others without
// being told.
func shareForgetting(t *testing.T, vaults []*Keys) {
	hers, his := registered(anna, "Anna", ""), registered(bertil, "Bertil", "")
	hers, his = wired(t, vaults[0], hers), wired(t, vaults[0], his)
	for _, k := range vaults {
		if _, err := opened(k, hers, "name"); err != nil {
			t.Fatal(err)
		}
	}
	if err := vaults[1].Forget("mentoring", anna); err != nil {
		t.Fatal(err)
	}
	for i, k := range vaults {
		eventually(t, "her text is unreadable everywhere", func() bool {
			_, err := opened(k, hers, "name")
			return errors.Is(err, ErrForgotten)
		})
		if got, err := opened(k, his, "name"); err != nil || got != "Bertil" {
			t.Errorf("%d: his text: %q, %v", i, got, err)
		}
		late := wired(t, k, registered(person(1000+i), "x", ""))
		if got, err := opened(vaults[0], late, "name"); err != nil || got != "x" {
			t.Errorf("%d: a key made after the rotation: %q, %v", i, got, err)
		}
		if err := k.Trouble(); err != nil {
			t.Errorf("%d: %v", i, err)
		}
	}
}

// forgetAtOnce forgets somebody else in each vault at the same time, while keys
// are being made.
func forgetAtOnce(t *testing.T, vaults []*Keys) {
	var all sync.WaitGroup
	for i, k := range vaults {
		all.Go(func() {
			if err := k.Forget("mentoring", person(i)); err != nil {
				t.Errorf("%d: %v", i, err)
			}
		})
		all.Go(func() {
			for n := range 20 {
				if _, err := k.Seal(registered(person(2000+100*i+n), "x", "")); err != nil {
					t.Errorf("%d: %v", i, err)
				}
			}
		})
	}
	all.Wait()
	for i := range vaults {
		for j, k := range vaults {
			eventually(t, "all know that all are forgotten", func() bool { return k.Forgotten("mentoring", person(i)) })
			for n := range 20 {
				r := wired(t, vaults[i], registered(person(2000+100*i+n), "x", ""))
				if got, err := opened(k, r, "name"); err != nil || got != "x" {
					t.Errorf("%d's, opened by %d: %q, %v", i, j, got, err)
				}
			}
		}
	}
}

// TestAVaultThatWasAwayHearsOfItToo restarts the server between what one vault
// does and what another hears.
func TestAVaultThatWasAwayHearsOfItToo(t *testing.T) {
	p := newPlace(t)
	_, stop := p.serve(t)
	stop() // the folders are there
	port := freePort(t)
	start := func() *journal.Server {
		s, err := journal.Serve(journal.Options{Dir: p.data, MaxStore: 1 << 30, Listen: fmt.Sprint("127.0.0.1:", port),
			Users: []*server.User{{Username: "keys", Password: "p"}}})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.Close)
		return s
	}
	s := start()
	away := keysOf(t, openStream(t, dial(t, fmt.Sprintf("nats://keys:p@127.0.0.1:%d", port)), StreamOptions{KEKFile: p.kek}))
	hers := wired(t, away, registered(anna, "Anna", ""))
	s.Close()
	nc, stop := p.serve(t) // without a port
	k := keysOf(t, openStream(t, nc, StreamOptions{KEKFile: p.kek}))
	if err := k.Forget("mentoring", anna); err != nil {
		t.Fatal(err)
	}
	k.Close()
	stop()
	start()
	eventually(t, "her text is unreadable", func() bool {
		_, err := opened(away, hers, "name")
		return errors.Is(err, ErrForgotten)
	})
}

const sharerURL = "KOLMIKKO_VAULT_SHARER_URL"

// TestToShare is the other process of TestTwoProcesses.
func TestToShare(t *testing.T) {
	at := os.Getenv(sharerURL)
	if at == "" {
		t.Skip("it is another test's process")
	}
	k := keysOf(t, openStream(t, dial(t, at), StreamOptions{KEKFile: os.Getenv(victimKEK)}))
	sealed := wired(t, k, registered(anna, "Anna", ""))
	fmt.Println("line " + base64.StdEncoding.EncodeToString(sealed.Line))
	eventually(t, "the other process forgets her", func() bool { return k.Forgotten("mentoring", anna) })
	if err := k.Forget("mentoring", bertil); err != nil {
		t.Fatal(err)
	}
	fmt.Println("forgotten")
}

func TestTwoProcesses(t *testing.T) {
	p := newPlace(t)
	at := p.listening(t)
	k := keysOf(t, openStream(t, dial(t, at), StreamOptions{KEKFile: p.kek}))
	his := wired(t, k, registered(bertil, "Bertil", ""))
	cmd := exec.Command(os.Args[0], "-test.run=^TestToShare$")
	cmd.Env = append(os.Environ(), sharerURL+"="+at, victimKEK+"="+p.kek)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer time.AfterFunc(time.Minute, func() { _ = cmd.Process.Kill() }).Stop()
	done := false
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if lines.Text() == "forgotten" {
			done = true
			continue
		}
		said, ok := bytes.CutPrefix(lines.Bytes(), []byte("line "))
		if !ok {
			continue
		}
		line, err := base64.StdEncoding.AppendDecode(nil, said)
		if err != nil {
			t.Fatal(err)
		}
		if mine := wired(t, k, registered(anna, "Anna", "")); !bytes.Equal(mine.Line, line) {
			t.Error("two processes have two keys of one person")
		}
		if err := k.Forget("mentoring", anna); err != nil {
			t.Fatal(err)
		}
	}
	if err := cmd.Wait(); err != nil || !done {
		t.Fatalf("the other process: %v", err)
	}
	eventually(t, "his text is unreadable", func() bool {
		_, err := opened(k, his, "name")
		return errors.Is(err, ErrForgotten)
	})
}

func TestTheRightsAreEnough(t *testing.T) {
	p := newPlace(t)
	publish, subscribe := Rights()
	s, err := journal.Serve(journal.Options{Dir: p.data, MaxStore: 1 << 30, Listen: "127.0.0.1:0",
		Users: []*server.User{{Username: "keys", Password: "p", Permissions: &server.Permissions{
			Publish:   &server.SubjectPermission{Allow: publish},
			Subscribe: &server.SubjectPermission{Allow: subscribe},
		}}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	at := strings.Replace(s.URL(), "nats://", "nats://keys:p@", 1)
	o := StreamOptions{KEKFile: p.kek, Patience: 5 * time.Second}
	k, other := keysOf(t, openStream(t, dial(t, at), o)), keysOf(t, openStream(t, dial(t, at), o))
	hers := wired(t, k, registered(anna, "Anna", ""))
	for n := range fewNotes + 2 {
		wired(t, k, registered(person(n), "x", ""))
	}
	if got, err := opened(other, hers, "name"); err != nil || got != "Anna" {
		t.Errorf("%q, %v", got, err)
	}
	if err := k.Forget("mentoring", anna); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the other hears of it", func() bool { return other.Forgotten("mentoring", anna) })
	for _, err := range []error{k.Trouble(), other.Trouble()} {
		if err != nil {
			t.Error(err)
		}
	}
}
