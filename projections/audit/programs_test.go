package audit

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The tests in this file have programs that are not ours read what we write.

const (
	fsckProgram    = "github.com/transparency-dev/tessera/cmd/fsck@v1.0.4"
	spicyProgram   = "filippo.io/torchwood/cmd/spicy@v0.9.0"
	witnessProgram = "filippo.io/torchwood/cmd/litewitness@v0.9.0"
)

// program builds a Go program as its makers published it, or skips the test if it
// can't be had.
func program(t *testing.T, path string) string {
	t.Helper()
	if testing.Short() {
		t.Skip("it builds a program of others")
	}
	bin := t.TempDir()
	run(t, bin, nil, "go", "install", path)
	name, _, _ := strings.Cut(filepath.Base(path), "@")
	return filepath.Join(bin, name)
}

// run runs a program in dir and returns all that it says. It skips the test where
// go install can't get something.
func run(t *testing.T, dir string, in []byte, name string, args ...string) string {
	t.Helper()
	out, err := runs(dir, in, name, args...)
	if err != nil && name == "go" {
		t.Skipf("%s can't be had here: %v\n%s", args, err, out)
	}
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
	return out
}

func runs(dir string, in []byte, name string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Stdin, cmd.WaitDelay = dir, bytes.NewReader(in), 5*time.Second
	cmd.Env = append(os.Environ(), "GOBIN="+dir, "GOFLAGS=-mod=mod")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// fsck checks a tree by a URL and reports what it says; done is false where it
// hangs, as it may on a damaged tree.
func fsck(t *testing.T, fsck, url, vkey string) (said string, sound bool) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "vkey")
	if err := os.WriteFile(file, []byte(vkey+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	out, _ := exec.CommandContext(ctx, fsck, "--storage_url="+url, "--public_key="+file, "--ui=false", "--N=64").CombinedOutput()
	return string(out), strings.Contains(string(out), "Successfully fsck'd log")
}

func TestFsckOfTessera(t *testing.T) {
	check := program(t, fsckProgram)
	k := key(t)
	dir := treeToDamage(t, k, damagedLarge)
	if said, sound := fsck(t, check, "file://"+dir+"/", k.Public()); !sound || !strings.Contains(said, fmt.Sprintf("size %d", damagedLarge)) {
		t.Errorf("of the folder it says %s", said)
	}
	server := httptest.NewServer(http.StripPrefix("/audit", Handler(dir)))
	defer server.Close()
	if said, sound := fsck(t, check, server.URL+"/audit/", k.Public()); !sound {
		t.Errorf("over HTTP it says %s", said)
	}
	damage(t, dir, "tile/entries/100")
	if said, sound := fsck(t, check, "file://"+dir+"/", k.Public()); sound {
		t.Errorf("of a damaged bundle it says %s", said)
	}
}

func TestSpicyOfTorchwood(t *testing.T) {
	spicy := program(t, spicyProgram)
	k, dir := key(t), t.TempDir()
	tree := open(t, t.TempDir(), k)
	defer tree.Close()
	fill(t, tree, 1000)
	for _, place := range []uint64{1, 256, 257, 1000} {
		proof, err := tree.Prover().Prove(place)
		if err != nil {
			t.Fatal(err)
		}
		leaf := filepath.Join(dir, "leaf")
		_, older, _ := bytes.Cut(proof, []byte("\n")) // it knows the format from before it had a first line
		for name, b := range map[string][]byte{leaf: LeafOf(k.History(), event(place)).Append(nil), leaf + ".spicy": older} {
			if err := os.WriteFile(name, b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if out := run(t, dir, nil, spicy, "-verify", k.Public(), leaf); !strings.Contains(out, "verified") {
			t.Errorf("place %d: %s", place, out)
		}
		if err := os.WriteFile(leaf, LeafOf(k.History(), event(place+1)).Append(nil), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := runs(dir, nil, spicy, "-verify", k.Public(), leaf); err == nil {
			t.Errorf("another leaf than that of place %d: %s", place, out)
		}
	}
}

// TestReadme runs the commands of a bundle's README as they stand there.
func TestReadme(t *testing.T) {
	program(t, fsckProgram)
	program(t, spicyProgram)
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("openssl can't be had here")
	}
	k := key(t)
	file := bundleOf(t, treeToDamage(t, k, damagedLarge), k, 300, 301, 70_000)
	dir := t.TempDir()
	run(t, dir, nil, "tar", "-xf", file)
	text, err := os.ReadFile(filepath.Join(dir, readmeFile))
	if err != nil {
		t.Fatal(err)
	}
	script, steps := "set -e\n", 0
	for line := range strings.Lines(string(text)) {
		if command, ok := strings.CutPrefix(line, "    $ "); ok {
			script += command
			steps++
		}
	}
	out := run(t, dir, nil, "sh", "-c", script)
	for _, want := range []string{k.Public(), "Signature Verified Successfully", "Successfully fsck'd log", "Spicy signature(s) verified"} {
		if !strings.Contains(out, want) {
			t.Errorf("%d commands say nothing of %q: %s", steps, want, out)
		}
	}
	for _, name := range []string{"payloads/300.json", "tile/0/005", "checkpoint"} {
		damage(t, dir, name)
		if out, err := runs(dir, nil, "sh", "-c", script); err == nil {
			t.Errorf("with a damaged %s they say %s", name, out)
		}
		damage(t, dir, name)
	}
}

// bundleOf writes a bundle with these payloads.
func bundleOf(t *testing.T, dir string, k *Key, places ...uint64) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "bundle.tar")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	payloads := func(yield func(Event, error) bool) {
		for _, place := range places {
			if !yield(event(place), nil) {
				return
			}
		}
	}
	if err := WriteBundle(f, dir, BundleOptions{Key: k.Public(), Payloads: payloads}); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return file
}

// litewitness starts torchwood's witness on loopback, for the log of a key. It
// returns the witness as a policy names it.
func litewitness(t *testing.T, k *Key) string {
	t.Helper()
	bin := program(t, witnessProgram)
	for _, name := range []string{"ssh-agent", "ssh-add", "ssh-keygen", "sqlite3"} {
		if _, err := exec.LookPath(name); err != nil {
			t.Skipf("%s can't be had here", name)
		}
	}
	dir, err := os.MkdirTemp("", "w") // a socket's path has to be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	socket, keyFile, db := filepath.Join(dir, "s"), filepath.Join(dir, "key"), filepath.Join(dir, "db")
	start(t, dir, "ssh-agent", "-D", "-a", socket)
	waitFor(t, func() bool { _, err := os.Stat(socket); return err == nil })
	run(t, dir, nil, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", keyFile)
	t.Setenv("SSH_AUTH_SOCK", socket)
	run(t, dir, nil, "ssh-add", keyFile)
	public, err := os.ReadFile(keyFile + ".pub")
	if err != nil {
		t.Fatal(err)
	}
	blob, err := base64.StdEncoding.DecodeString(strings.Fields(string(public))[1])
	if err != nil {
		t.Fatal(err)
	}
	print := sha256.Sum256(blob)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	start(t, dir, bin, "-name=witness.test/lite", "-db="+db, "-ssh-agent="+socket, "-listen="+address,
		"-key=SHA256:"+base64.RawStdEncoding.EncodeToString(print[:]))
	waitFor(t, func() bool {
		c, err := net.Dial("tcp", address)
		if err == nil {
			c.Close()
		}
		return err == nil
	})
	// What witnessctl add-log and add-key do; it needs a module that can't be had
	// everywhere.
	origin := originPrefix + k.History()
	run(t, dir, fmt.Appendf(nil, "PRAGMA busy_timeout=5000; INSERT INTO log VALUES('%s', 0, '%s'); INSERT INTO key VALUES('%s', '%s');",
		origin, base64.StdEncoding.EncodeToString(sha256.New().Sum(nil)), origin, k.Public()), "sqlite3", db)
	vkey := vkeyOf("witness.test/lite", ed25519.PublicKey(blob[len(blob)-ed25519.PublicKeySize:]))
	return "witness lite " + vkey + " http://" + address + "\n"
}

func vkeyOf(name string, key ed25519.PublicKey) string {
	b := append([]byte{algCosignature}, key...)
	sum := sha256.Sum256(append([]byte(name+"\n"), b...))
	return fmt.Sprintf("%s+%08x+%s", name, binary.BigEndian.Uint32(sum[:]), base64.StdEncoding.EncodeToString(b))
}

// start runs a program until the test is over.
func start(t *testing.T, dir, name string, args ...string) {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("%s says %s", name, said.String())
		}
	})
}

func waitFor(t *testing.T, ready func() bool) {
	t.Helper()
	for range 200 {
		if ready() {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("it did not come up")
}

func TestLitewitness(t *testing.T) {
	k := key(t)
	line := litewitness(t, k)
	policy, err := ParsePolicy([]byte("log " + k.Public() + "\n" + line + "quorum lite\n"))
	if err != nil {
		t.Fatal(err)
	}
	witnessing(t, k, policy)
}

func TestPublicPEMIsWhatOpensslWrites(t *testing.T) {
	k := key(t)
	b, err := PublicPEM(k.Public())
	if err != nil {
		t.Fatal(err)
	}
	out, err := runs(t.TempDir(), b, "openssl", "pkey", "-pubin", "-noout", "-text")
	if err != nil {
		t.Skipf("openssl can't be had here: %v", err)
	}
	public, err := publicKey(k.Public(), algEd25519)
	if err != nil {
		t.Fatal(err)
	}
	hexed := strings.NewReplacer(":", "", "\n", "", " ", "").Replace(out)
	if block, _ := pem.Decode(b); block == nil || !strings.Contains(hexed, hex.EncodeToString(public)) {
		t.Errorf("openssl reads %s", out)
	}
}
