// Package auth says who is asking: it knows the bearer tokens that were handed
// out and the person, or the reserved actor, that each stands for. It never
// says what they may do; that is a rule of package programme.
//
// To add another way to log in: give it a Who method like that of [Tokens].
package auth

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/go-json-experiment/json"

	"kolmikko/events"
)

// ErrUnknown is returned for a request whose bearer is not known.
var ErrUnknown = errors.New("unknown bearer")

// An Asker is whoever asks.
type Asker struct {
	Person events.PersonID `json:"person"` // a pseudonym or a reserved actor
}

// A Grant is one line of a token file: a token, by its digest, and who holds it.
type Grant struct {
	SHA256 events.Digest   `json:"sha256"` // of the token
	Person events.PersonID `json:"person"`
	Note   string          `json:"note,omitzero"` // for whoever reads the file; no personal data belongs here
}

// Tokens are the bearer tokens of a file, one [Grant] a line. The file is read
// again when it has changed, so that a token can be added or taken away while
// the server runs. It holds no token, only digests.
type Tokens struct {
	path string

	mu      sync.Mutex // guards all below
	changed time.Time
	size    int64
	holders map[events.Digest]Asker
}

// Open reads the token file at path; one that is not there has no tokens yet.
func Open(path string) (*Tokens, error) {
	t := &Tokens{path: path}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t, t.refresh()
}

// Who returns who sent r, by its Authorization header, or [ErrUnknown].
func (t *Tokens) Who(r *http.Request) (Asker, error) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		return Asker{}, ErrUnknown
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.refresh(); err != nil {
		return Asker{}, err
	}
	asker, known := t.holders[digest(token)]
	if !known {
		return Asker{}, ErrUnknown
	}
	return asker, nil
}

// Grant hands out a new token to person and returns it; it is kept nowhere.
func (t *Tokens) Grant(person events.PersonID, note string) (string, error) {
	var secret [24]byte
	rand.Read(secret[:])
	token := hex.EncodeToString(secret[:])
	return token, t.add(Grant{digest(token), person, note})
}

// add appends g to the file, and it is there when add returns.
func (t *Tokens) add(g Grant) error {
	line, err := json.Marshal(g)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(t.path), 0o700); err != nil {
		return fmt.Errorf("write the token file: %w", err)
	}
	f, err := os.OpenFile(t.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("write the token file: %w", err)
	}
	_, err = f.Write(append(line, '\n'))
	return errors.Join(err, f.Sync(), f.Close())
}

// Revoke takes all tokens of person away and returns how many there were.
func (t *Tokens) Revoke(person events.PersonID) (n int, err error) {
	text, err := os.ReadFile(t.path)
	if err != nil {
		return 0, fmt.Errorf("read the token file: %w", err)
	}
	var kept bytes.Buffer
	for line := range bytes.Lines(text) {
		var g Grant
		if json.Unmarshal(line, &g) == nil && g.Person == person {
			n++
			continue
		}
		kept.Write(line)
	}
	next := t.path + ".next"
	if err := os.WriteFile(next, kept.Bytes(), 0o600); err != nil {
		return 0, fmt.Errorf("write the token file: %w", err)
	}
	return n, os.Rename(next, t.path)
}

// refresh reads the file again if it has changed.
func (t *Tokens) refresh() error {
	info, err := os.Stat(t.path)
	if errors.Is(err, fs.ErrNotExist) {
		t.holders = nil
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the token file: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("the token file %s can be read by others: chmod 600 it", t.path)
	}
	if t.holders != nil && info.ModTime().Equal(t.changed) && info.Size() == t.size {
		return nil
	}
	holders, err := readGrants(t.path)
	if err != nil {
		return err
	}
	t.holders, t.changed, t.size = holders, info.ModTime(), info.Size()
	return nil
}

func readGrants(path string) (map[events.Digest]Asker, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read the token file: %w", err)
	}
	defer f.Close()
	holders := map[events.Digest]Asker{}
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		var g Grant
		if err := json.Unmarshal(lines.Bytes(), &g, json.RejectUnknownMembers(true)); err != nil {
			return nil, fmt.Errorf("token file %s, line %d: %w", path, n, err)
		}
		if len(g.SHA256) != 64 || !events.IsWord(string(g.Person)) {
			return nil, fmt.Errorf("token file %s, line %d: no digest or no person", path, n)
		}
		holders[g.SHA256] = Asker{g.Person}
	}
	return holders, lines.Err()
}

func digest(token string) events.Digest {
	sum := sha256.Sum256([]byte(token))
	return events.Digest(hex.EncodeToString(sum[:]))
}
