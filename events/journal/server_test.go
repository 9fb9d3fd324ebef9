package journal

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"go.uber.org/goleak"

	"kolmikko/events"
)

// TestMain also is the other process of the tests that need one.
func TestMain(m *testing.M) {
	switch dir := os.Getenv("JOURNAL_TEST_DIR"); os.Getenv("JOURNAL_TEST_AS") {
	case "second":
		_, err := Serve(Options{Dir: dir})
		fmt.Println(errors.Is(err, ErrHeld), err)
	case "signalled":
		fmt.Println(outliveSignal(dir))
	default:
		goleak.VerifyTestMain(m)
	}
}

func another(t *testing.T, as, dir string) string {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "JOURNAL_TEST_AS="+as, "JOURNAL_TEST_DIR="+dir)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return string(out)
}

func TestASecondProcessIsToldWhoHoldsTheFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	begun := time.Now().UTC().Truncate(time.Second)
	s, err := Serve(Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	told := another(t, "second", dir)
	host, _ := os.Hostname()
	if !strings.HasPrefix(told, "true ") || !strings.Contains(told, fmt.Sprintf("process %d on %s since ", os.Getpid(), host)) {
		t.Errorf("told %q", told)
	}
	_, since, _ := strings.Cut(strings.TrimSpace(told), " since ")
	if at, err := time.Parse(time.RFC3339, since); err != nil || at.Before(begun) {
		t.Errorf("since %q: %v; begun %v", since, err, begun)
	}
	s.Close()
	if told := another(t, "second", dir); told != "false <nil>\n" {
		t.Errorf("once it is free: told %q", told)
	}
}

func TestSignalsAreNotTheServers(t *testing.T) {
	t.Parallel()
	if got := another(t, "signalled", t.TempDir()); got != "<nil>\n" {
		t.Errorf("a signalled process says %q", got)
	}
}

// outliveSignal takes a signal that the NATS server would exit on, and appends
// once it has come.
func outliveSignal(dir string) error {
	s, err := Serve(Options{Dir: dir})
	if err != nil {
		return err
	}
	defer s.Close()
	ours := make(chan os.Signal, 1)
	signal.Notify(ours, syscall.SIGTERM)
	if err := syscall.Kill(os.Getpid(), syscall.SIGTERM); err != nil {
		return err
	}
	<-ours
	time.Sleep(500 * time.Millisecond) // for the server to exit, if it were to
	log, err := s.Open(context.Background(), OpenOptions{})
	if err != nil {
		return err
	}
	_, err = log.Append(context.Background(), 0, []events.Recorded{entry("c", "a")})
	return err
}

func TestTheServerSyncsAndStaysInItsFolder(t *testing.T) {
	dir := t.TempDir()
	s, err := Serve(Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	mustAppend(t, openLog(t, s), 0, entry("c", "a"))
	v, err := s.srv.Varz(nil)
	if err != nil {
		t.Fatal(err)
	}
	if !v.JetStream.Config.SyncAlways {
		t.Error("writes are not synced before their ack")
	}
	if want := filepath.Join(dir, "jetstream"); v.JetStream.Config.StoreDir != want {
		t.Errorf("the store is %s; want %s", v.JetStream.Config.StoreDir, want)
	}
	if s.srv.Addr() != nil || s.URL() != "" {
		t.Errorf("it listens on %v", s.srv.Addr())
	}
	if free, _ := freeSpace(dir); v.JetStream.Config.MaxStore <= 0 || v.JetStream.Config.MaxStore >= free {
		t.Errorf("the store may take %d bytes of %d", v.JetStream.Config.MaxStore, free)
	}
}

func TestAFolderMustBeNamed(t *testing.T) {
	if _, err := Serve(Options{}); err == nil {
		t.Error("served no folder")
	}
}

func TestAPortIsOpenedForNamedUsersOnly(t *testing.T) {
	if _, err := Serve(Options{Dir: t.TempDir(), Listen: "127.0.0.1:-1"}); err == nil {
		t.Error("opened a port for everybody")
	}
	s := listen(t)
	for user, want := range map[string]bool{"writer:secret": true, "writer:guess": false, "": false, "kolmikko:": false} {
		nc, err := Dial(t.Context(), strings.Replace(s.URL(), "nats://", "nats://"+user+"@", 1), "", nil)
		if (err == nil) != want {
			t.Errorf("user %q: err = %v", user, err)
		}
		if err == nil {
			nc.Close()
		}
	}
}

// listen serves on a port, to the user "writer".
func listen(t testing.TB) *Server {
	t.Helper()
	s, err := Serve(Options{Dir: t.TempDir(), Listen: "127.0.0.1:-1",
		Users: []*server.User{{Username: "writer", Password: "secret", Permissions: WriterPermissions()}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func TestAFullStoreRefusesAndLosesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	acked := uint64(0)
	for _, room := range []int64{200 << 10, 300 << 10} {
		s, err := Serve(Options{Dir: dir, MaxStore: room})
		if err != nil {
			t.Fatal(err)
		}
		log, err := s.Open(t.Context(), OpenOptions{AtLeast: acked})
		if err != nil {
			t.Fatal(err)
		}
		if head, err := log.Head(t.Context()); head != acked || err != nil {
			t.Fatalf("head %d, %v; want %d", head, err, acked)
		}
		begun := acked
		for acked < 5000 {
			var last uint64
			e, f := entry("c", events.PersonID(fmt.Sprint("a", acked))), entry("c", events.PersonID(fmt.Sprint("b", acked)))
			if acked%7 == 0 {
				last, err = log.Append(t.Context(), acked, []events.Recorded{e, f})
			} else {
				last, err = log.Append(t.Context(), acked, []events.Recorded{e})
			}
			if err != nil {
				break
			}
			acked = last
		}
		if !errors.Is(err, ErrFull) {
			t.Errorf("err = %v; want ErrFull", err)
		}
		if _, err := log.Append(t.Context(), acked, []events.Recorded{entry("c", "x"), entry("c", "y")}); !errors.Is(err, ErrFull) {
			t.Errorf("two: err = %v; want ErrFull", err)
		}
		if acked < begun+50 {
			t.Errorf("%d events in %d bytes", acked, room)
		}
		n := uint64(0)
		for _, err := range log.Lines(t.Context(), 0, "", false) {
			if err != nil {
				t.Fatal(err)
			}
			n++
		}
		if n != acked {
			t.Errorf("%d events are there; %d were acknowledged", n, acked)
		}
		s.Close()
	}
}

func TestAFullDiskRefusesAndRecovers(t *testing.T) {
	s := serve(t)
	log := openLog(t, s)
	desk := counting(log)
	s.looked.Store(0)
	s.reserve = 1 << 60 // as if somebody else had filled the disk
	if _, err := log.Append(t.Context(), 0, []events.Recorded{entry("c", "a")}); !errors.Is(err, ErrFull) {
		t.Errorf("append: err = %v; want ErrFull", err)
	}
	if _, err := desk.Act(t.Context(), action("a", "k", "x"), refuse, nil); !errors.Is(err, ErrFull) {
		t.Errorf("refusal: err = %v; want ErrFull", err)
	}
	s.reserve = 1
	mustAct(t, desk, action("a", "k", "x"), agree(1))
}
