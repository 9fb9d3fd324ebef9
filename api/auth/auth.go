// Package auth says who is asking: it knows the bearer tokens that were handed
// out and the person, or the reserved actor, that each stands for. It never
// says what they may do; that is a rule of package programme.
//
// To add another way to log in: give it a Who method like that of [Tokens].
package auth

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
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

	mu      sync.Mutex // guards all below, and is held while this process changes the file
	holders map[events.Digest]Asker
	read    fs.FileInfo // of the file when it was last read; nil if there was none
	at      time.Time   // when that was
}

// tick is as coarse as the clock of a file system gets.
const tick = 2 * time.Second

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

// refresh reads the file again if it has changed, or could have since: two
// changes within a tick of a coarse clock look like one. The caller holds mu.
func (t *Tokens) refresh() error {
	info, err := os.Stat(t.path)
	if errors.Is(err, fs.ErrNotExist) {
		t.holders, t.read = nil, nil
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the token file: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("the token file %s can be read by others: chmod 600 it", t.path)
	}
	if t.read != nil && os.SameFile(info, t.read) && info.ModTime().Equal(t.read.ModTime()) &&
		info.Size() == t.read.Size() && t.at.Sub(info.ModTime()) > tick {
		return nil
	}
	t.at = time.Now() // before it is read: what is read is at least as new
	holders, err := readGrants(t.path)
	if err != nil {
		return err
	}
	t.holders, t.read = holders, info
	return nil
}

// readGrants reads a token file whole; a line that makes no sense stops everybody
// rather than somebody.
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
		if len(g.SHA256) != 64 || !mayHold(g.Person) {
			return nil, fmt.Errorf("token file %s, line %d: no digest, or nobody who can have a token", path, n)
		}
		holders[g.SHA256] = Asker{g.Person}
	}
	return holders, lines.Err()
}

// mayHold reports whether somebody can have a bearer token. Whoever answers a
// survey has a one-time token instead, and who reads a file in is known.
func mayHold(p events.PersonID) bool {
	return events.IsWord(string(p)) && p != events.Respondent && p != events.Import
}

// digest is how a token stands in the file.
func digest(token string) events.Digest {
	sum := sha256.Sum256([]byte(token))
	return events.Digest(hex.EncodeToString(sum[:]))
}
