package journal

import (
	"fmt"
	"math/rand/v2"
	"net"
	"net/url"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// A cluster is three real servers on loopback.
type cluster struct {
	nodes [3]*server.Server
	opts  [3]*server.Options
}

// accounts is how many histories a cluster can keep apart.
const accounts = 40

func startCluster(t testing.TB) *cluster {
	t.Helper()
	c := &cluster{}
	var routes []*url.URL
	var ports [3]int
	for i := range ports {
		ports[i] = freePort(t)
		routes = append(routes, &url.URL{Scheme: "nats", Host: fmt.Sprintf("127.0.0.1:%d", ports[i])})
	}
	for i := range c.opts {
		c.opts[i] = &server.Options{
			ServerName: fmt.Sprint("node", i), Host: "127.0.0.1", Port: freePort(t), NoSigs: true, NoLog: true,
			JetStream: true, SyncAlways: true, StoreDir: t.TempDir(), JetStreamMaxStore: 1 << 30,
			Cluster: server.ClusterOpts{Name: "three", Host: "127.0.0.1", Port: ports[i]}, Routes: routes,
		}
		for a := range accounts {
			account := server.NewAccount(fmt.Sprint("A", a))
			c.opts[i].Accounts = append(c.opts[i].Accounts, account)
			c.opts[i].Users = append(c.opts[i].Users, &server.User{Username: fmt.Sprint("u", a), Password: "p", Account: account})
		}
		c.start(t, i)
	}
	t.Cleanup(func() {
		for _, node := range c.nodes {
			node.Shutdown()
		}
		for _, node := range c.nodes {
			node.WaitForShutdown()
		}
	})
	eventually(t, "the cluster has a leader", func() bool {
		for _, node := range c.nodes {
			if node.JetStreamIsLeader() {
				return true
			}
		}
		return false
	})
	return c
}

func (c *cluster) start(t testing.TB, i int) {
	t.Helper()
	node, err := server.NewServer(c.opts[i])
	if err != nil {
		t.Fatal(err)
	}
	node.Start()
	if !node.ReadyForConnections(20 * time.Second) {
		t.Fatal("a node did not start")
	}
	for a := range accounts {
		account, err := node.LookupAccount(fmt.Sprint("A", a))
		if err != nil {
			t.Fatal(err)
		}
		if err := account.EnableJetStream(nil, nil); err != nil {
			t.Fatal(err)
		}
	}
	c.nodes[i] = node
}

// dial connects to all nodes as the user of account a.
func (c *cluster) dial(t testing.TB, a int) *nats.Conn {
	t.Helper()
	var urls string
	for _, o := range c.opts {
		urls += fmt.Sprintf("nats://u%d:p@127.0.0.1:%d,", a, o.Port)
	}
	nc, err := Dial(t.Context(), urls[:len(urls)-1], "", nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	return nc
}

// open opens the history of account a, once the cluster is ready for it.
func (c *cluster) open(t testing.TB, a int, o OpenOptions) *JetStream {
	t.Helper()
	nc := c.dial(t, a)
	var log *JetStream
	eventually(t, "the cluster takes a stream", func() (ok bool) {
		var err error
		log, err = OpenJetStream(t.Context(), nc, o)
		return err == nil
	})
	return log
}

// freePort finds a port below those that the system gives to connections, one of
// which would else have it by the time that it is listened on.
func freePort(t testing.TB) int {
	t.Helper()
	for range 100 {
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", 20000+rand.IntN(12000)))
		if err == nil {
			defer l.Close()
			return l.Addr().(*net.TCPAddr).Port
		}
	}
	t.Fatal("no port is free")
	return 0
}

func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for range 600 {
		if ok() {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("not in 30 s: %s", what)
}
