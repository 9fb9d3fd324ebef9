package api

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestPageInABrowser looks at the page with a real browser and axe. With
// KOLMIKKO_SHOTS, it leaves screenshots in that folder.
func TestPageInABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser takes a while")
	}
	for _, tool := range []string{"node", "npm", "chromium"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed: the page is not looked at with a browser", tool)
		}
	}
	dir := t.TempDir()
	for _, name := range []string{"package.json", "package-lock.json", "check.js"} {
		text, err := os.ReadFile(filepath.Join("testdata", "browser", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run := func(name string, args ...string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), name, args...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
		}
		return string(out)
	}
	run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline")
	browser, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal(err)
	}
	h := onStage(t)
	args := []string{"check.js", browser, h.listen() + "/"}
	if shots := os.Getenv("KOLMIKKO_SHOTS"); shots != "" {
		args = append(args, shots)
	}
	if said := run("node", args...); !strings.Contains(said, "20 looks, 0 faults") {
		t.Errorf("the browser says %s", said)
	}
}
