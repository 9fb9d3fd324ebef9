package auth

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/go-json-experiment/json"

	"kolmikko/events"
)

// Grant hands out a new token to person and returns it; it is kept nowhere.
func (t *Tokens) Grant(person events.PersonID, note string) (string, error) {
	if !mayHold(person) {
		return "", errors.New("hand out a token: it is for no pseudonym, nor for an actor that can have one")
	}
	var secret [24]byte
	rand.Read(secret[:])
	token := hex.EncodeToString(secret[:])
	line, err := json.Marshal(Grant{digest(token), person, note})
	if err != nil {
		return "", err
	}
	return token, t.change(func(text []byte) []byte {
		if len(text) > 0 && !bytes.HasSuffix(text, []byte("\n")) {
			text = append(text, '\n')
		}
		return append(append(text, line...), '\n')
	})
}

// Revoke takes all tokens of person away and returns how many there were.
func (t *Tokens) Revoke(person events.PersonID) (n int, err error) {
	if _, err := os.Stat(t.path); err != nil {
		return 0, fmt.Errorf("read the token file: %w", err)
	}
	err = t.change(func(text []byte) []byte {
		var kept []byte
		for line := range bytes.Lines(text) {
			var g Grant
			if json.Unmarshal(line, &g) == nil && g.Person == person {
				n++
				continue
			}
			kept = append(kept, line...)
		}
		return kept
	})
	return n, err
}

// longestTurn is how long a change waits for one of another process.
const longestTurn = 5 * time.Second

// change replaces the file by what make makes of it, whole or not at all, and on
// disk. The file that comes next is also what keeps other processes out.
func (t *Tokens) change(make func([]byte) []byte) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := os.MkdirAll(filepath.Dir(t.path), 0o700); err != nil {
		return fmt.Errorf("change the token file: %w", err)
	}
	next, err := t.begin()
	if err != nil {
		return fmt.Errorf("change the token file: %w", err)
	}
	text, err := os.ReadFile(t.path)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	if err == nil {
		_, err = next.Write(make(text))
	}
	if err = errors.Join(err, next.Sync(), next.Close()); err == nil {
		err = os.Rename(next.Name(), t.path)
	}
	if err != nil {
		return fmt.Errorf("change the token file: %w", errors.Join(err, os.Remove(next.Name())))
	}
	return nil
}

// begin returns the file that comes next, once no other process writes one.
func (t *Tokens) begin() (*os.File, error) {
	for end := time.Now().Add(longestTurn); ; time.Sleep(10 * time.Millisecond) {
		next, err := os.OpenFile(t.path+".next", os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if !errors.Is(err, fs.ErrExist) {
			return next, err
		}
		if time.Now().After(end) {
			return nil, fmt.Errorf("another process is changing it; if none is, remove %s.next", t.path)
		}
	}
}
