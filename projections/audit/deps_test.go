package audit

import (
	"os/exec"
	"strings"
	"testing"
)

// TestAnAuditorCanBuildItAlone holds what is linked here to the standard library
// and x/mod: neither NATS nor anything else of the house.
func TestAnAuditorCanBuildItAlone(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, path := range strings.Fields(string(out)) {
		switch path {
		case "kolmikko/projections/audit", "golang.org/x/mod/sumdb/note", "golang.org/x/mod/sumdb/tlog":
			seen++
		default:
			t.Errorf("it links %s", path)
		}
	}
	if seen != 3 {
		t.Errorf("it links %s", out)
	}
}
