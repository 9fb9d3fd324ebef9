package audit

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestHandler(t *testing.T) {
	k, dir := key(t), t.TempDir()
	tree := open(t, dir, k)
	defer tree.Close()
	fill(t, tree, 100)
	hundred, err := folder(dir).read("tile/entries/000.p/100")
	if err != nil {
		t.Fatal(err)
	}
	fill(t, tree, 300)
	server := httptest.NewServer(http.StripPrefix("/tree", Handler(dir)))
	defer server.Close()
	for _, c := range []struct {
		name, method, path string
		status             int
		cache, kind        string
	}{
		{"the checkpoint isn't cached", "GET", "checkpoint", 200, "no-cache", textType},
		{"a tile never changes", "GET", "tile/0/000", 200, "public, max-age=31536000, immutable", tileType},
		{"a partial tile never changes either", "GET", "tile/0/001.p/44", 200, "public, max-age=31536000, immutable", tileType},
		{"a bundle", "GET", "tile/entries/001.p/44", 200, "public, max-age=31536000, immutable", tileType},
		{"a partial bundle that became full is still there", "GET", "tile/entries/000.p/100", 200, "public, max-age=31536000, immutable", tileType},
		{"a checkpoint that was kept", "GET", "checkpoints/000/000/000/100", 200, "", textType},
		{"without a body", "HEAD", "checkpoint", 200, "no-cache", textType},
		{"a tile that isn't there yet", "GET", "tile/0/002", 404, "", ""},
		{"a path that is written in another way", "GET", "tile/0/0", 404, "", ""},
		{"a full tile as a partial one", "GET", "tile/0/000.p/256", 404, "", ""},
		{"a folder", "GET", "tile/0", 404, "", ""},
		{"out of the tree", "GET", "tile/..%2f..%2fcheckpoint", 404, "", ""},
		{"another file of the folder", "GET", ".tmp/0", 404, "", ""},
		{"it is only read", "POST", "checkpoint", 405, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			q, err := http.NewRequest(c.method, server.URL+"/tree/"+c.path, nil)
			if err != nil {
				t.Fatal(err)
			}
			a, err := server.Client().Do(q)
			if err != nil {
				t.Fatal(err)
			}
			defer a.Body.Close()
			if a.StatusCode != c.status {
				t.Fatalf("status %d", a.StatusCode)
			}
			if c.status == 200 && (a.Header.Get("Cache-Control") != c.cache || a.Header.Get("Content-Type") != c.kind) {
				t.Errorf("%v", a.Header)
			}
			if b, _ := io.ReadAll(a.Body); c.path == "tile/entries/000.p/100" && !bytes.Equal(b, hundred) {
				t.Error("it is not what it was")
			}
		})
	}
}
