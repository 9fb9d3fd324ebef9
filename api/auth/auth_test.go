package auth

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"kolmikko/events"
)

const (
	anne  events.PersonID = "00000000-0000-4000-8000-0000000000a1"
	matti events.PersonID = "00000000-0000-4000-8000-0000000000a2"
)

func open(t *testing.T) (*Tokens, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "house", "tokens.ndjson")
	tokens, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return tokens, path
}

func grant(t *testing.T, tokens *Tokens, to events.PersonID) string {
	t.Helper()
	token, err := tokens.Grant(to, "")
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// who returns whom a token stands for, "" when nobody.
func who(t *testing.T, tokens *Tokens, token string) events.PersonID {
	t.Helper()
	asker, err := tokens.Who(&http.Request{Header: http.Header{"Authorization": {"Bearer " + token}}})
	if err != nil && !errors.Is(err, ErrUnknown) {
		t.Fatal(err)
	}
	return asker.Person
}

func TestTokens(t *testing.T) {
	tokens, path := open(t)
	if got := who(t, tokens, "anything"); got != "" {
		t.Errorf("without a file, a token stands for %s", got)
	}
	one, other, third := grant(t, tokens, anne), grant(t, tokens, matti), grant(t, tokens, anne)
	for token, want := range map[string]events.PersonID{one: anne, other: matti, third: anne, one[1:]: "", "": ""} {
		if got := who(t, tokens, token); got != want {
			t.Errorf("a token stands for %q, want %q", got, want)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil || strings.Contains(string(text), one) {
		t.Errorf("the file holds a token: %s, %v", text, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, %v", info.Mode(), err)
	}
	if n, err := tokens.Revoke(anne); n != 2 || err != nil {
		t.Errorf("%d taken back, %v", n, err)
	}
	for token, want := range map[string]events.PersonID{one: "", other: matti, third: ""} {
		if got := who(t, tokens, token); got != want {
			t.Errorf("afterwards a token stands for %q, want %q", got, want)
		}
	}
	if n, err := tokens.Revoke(anne); n != 0 || err != nil {
		t.Errorf("again, %d taken back, %v", n, err)
	}
}

// TestExchanged takes a token back and hands out another at once, so that the
// file is as long as before, and perhaps as old.
func TestExchanged(t *testing.T) {
	tokens, path := open(t)
	for range 50 {
		old := grant(t, tokens, anne)
		if got := who(t, tokens, old); got != anne {
			t.Fatalf("a new token stands for %q", got)
		}
		before, _ := os.Stat(path)
		if _, err := tokens.Revoke(anne); err != nil {
			t.Fatal(err)
		}
		fresh := grant(t, tokens, anne)
		_ = os.Chtimes(path, before.ModTime(), before.ModTime()) // as a coarse clock would have it
		if got := who(t, tokens, old); got != "" {
			t.Fatalf("a token that was taken back stands for %q", got)
		}
		if got := who(t, tokens, fresh); got != anne {
			t.Fatalf("a fresh token stands for %q", got)
		}
		if _, err := tokens.Revoke(anne); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAnotherProcess(t *testing.T) {
	served, path := open(t)
	tool, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	token := grant(t, tool, anne)
	if got := who(t, served, token); got != anne {
		t.Errorf("a token that another process handed out stands for %q", got)
	}
	if _, err := tool.Revoke(anne); err != nil {
		t.Fatal(err)
	}
	if got := who(t, served, token); got != "" {
		t.Errorf("a token that another process took back stands for %q", got)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if got := who(t, served, token); got != "" {
		t.Errorf("with the file gone, a token stands for %q", got)
	}
}

func TestFile(t *testing.T) {
	for name, tt := range map[string]struct {
		text string
		mode os.FileMode
		says string
	}{
		"others can read it":       {"", 0o640, "chmod 600"},
		"a line that is no JSON":   {"\n{\n", 0o600, "line 2"},
		"a line that says more":    {`{"sha256":"` + strings.Repeat("a", 64) + `","person":"operator","role":"owner"}`, 0o600, "line 1"},
		"a digest that is cut off": {`{"sha256":"aa","person":"operator"}`, 0o600, "line 1"},
		"nobody's token":           {`{"sha256":"` + strings.Repeat("a", 64) + `","person":""}`, 0o600, "line 1"},
		"one that says too much":   {`{"sha256":"` + strings.Repeat("a", 64) + `","person":"respondent"}`, 0o600, "line 1"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "tokens.ndjson")
			if err := os.WriteFile(path, []byte(tt.text), tt.mode); err != nil {
				t.Fatal(err)
			}
			_, err := Open(path)
			if err == nil || !strings.Contains(err.Error(), tt.says) || strings.Contains(err.Error(), "aaaa") {
				t.Errorf("%v; want %s", err, tt.says)
			}
			tokens := &Tokens{path: path}
			if _, err := tokens.Who(&http.Request{Header: http.Header{"Authorization": {"Bearer x"}}}); err == nil || errors.Is(err, ErrUnknown) {
				t.Errorf("a file that can't be trusted says %v", err)
			}
		})
	}
}

// TestGrantKeepsTheFileWhole hands out tokens to whom it can't, and after a line
// that doesn't end.
func TestGrantKeepsTheFileWhole(t *testing.T) {
	tokens, path := open(t)
	first := grant(t, tokens, anne)
	for _, person := range []events.PersonID{"", "Anne Aalto", "../anne", events.Respondent, events.Import} {
		if _, err := tokens.Grant(person, ""); err == nil {
			t.Errorf("%q has a token", person)
		}
	}
	text, _ := os.ReadFile(path)
	if err := os.WriteFile(path, []byte(strings.TrimSpace(string(text))), 0o600); err != nil {
		t.Fatal(err)
	}
	second := grant(t, tokens, matti)
	if who(t, tokens, first) != anne || who(t, tokens, second) != matti {
		t.Error("a line that didn't end took the next one with it")
	}
}

// TestAtOnce hands tokens out and takes them back at the same time; none that
// was taken back comes back, and none is lost.
func TestAtOnce(t *testing.T) {
	tokens, _ := open(t)
	gone := grant(t, tokens, anne)
	var all sync.WaitGroup
	fresh := make([]string, 20)
	for i := range fresh {
		all.Go(func() {
			if i%5 == 0 {
				if _, err := tokens.Revoke(anne); err != nil {
					t.Error(err)
				}
			}
			fresh[i] = grant(t, tokens, matti)
			_ = who(t, tokens, gone)
		})
	}
	all.Wait()
	if got := who(t, tokens, gone); got != "" {
		t.Errorf("a token that was taken back stands for %q", got)
	}
	for i, token := range fresh {
		if got := who(t, tokens, token); got != matti {
			t.Errorf("token %d stands for %q", i, got)
		}
	}
}
