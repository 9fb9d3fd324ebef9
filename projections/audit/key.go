package audit

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// A Key signs the checkpoints of one history, which its name tells.
type Key struct {
	signer note.Signer
	vkey   string // the public key, as signed-note has it
	secret string // the file's line
}

// NewKey makes a key for a history; for one that begins now, history is empty
// and a random id is made.
func NewKey(history string) (*Key, error) {
	if history == "" {
		id := make([]byte, 16)
		if _, err := rand.Read(id); err != nil {
			return nil, fmt.Errorf("make a key: %w", err)
		}
		history = hex.EncodeToString(id)
	}
	if !isWord(history) || strings.Contains(history, "+") {
		return nil, fmt.Errorf("make a key for %q: %w", history, ErrMalformed)
	}
	secret, _, err := note.GenerateKey(rand.Reader, originPrefix+history)
	if err != nil {
		return nil, fmt.Errorf("make a key: %w", err)
	}
	return ParseKey(secret)
}

// ParseKey reads a key as its file holds it: a line PRIVATE+KEY+name+id+seed, as
// signed-note has it.
func ParseKey(text string) (*Key, error) {
	secret := strings.TrimSpace(text)
	signer, err := note.NewSigner(secret)
	if err != nil { // what it says of the text is not told
		return nil, fmt.Errorf("read the audit key: %w", ErrMalformed)
	}
	if !strings.HasPrefix(signer.Name(), originPrefix) {
		return nil, fmt.Errorf("read the audit key: it is named %s and not %s…: %w", signer.Name(), originPrefix, ErrOtherHistory)
	}
	_, seed64, _ := strings.Cut(secret[len("PRIVATE+KEY+")+len(signer.Name())+1:], "+")
	seed, err := base64.StdEncoding.DecodeString(seed64)
	if err != nil {
		return nil, fmt.Errorf("read the audit key: %w", ErrMalformed)
	}
	public := ed25519.NewKeyFromSeed(seed[1:]).Public().(ed25519.PublicKey)
	vkey, err := note.NewEd25519VerifierKey(signer.Name(), public)
	if err != nil {
		return nil, fmt.Errorf("read the audit key: %w", err)
	}
	return &Key{signer: signer, vkey: vkey, secret: secret}, nil
}

// LoadOrCreateKey reads the key in file, or makes one for a history that begins
// now. A file that others than its owner may read is [ErrKeyOpen].
func LoadOrCreateKey(file string) (*Key, error) {
	info, err := os.Stat(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		k, err := NewKey("")
		if err != nil {
			return nil, err
		}
		return k, k.Save(file)
	case err != nil:
		return nil, fmt.Errorf("read the audit key: %w", err)
	case info.Mode().Perm()&0o077 != 0:
		return nil, fmt.Errorf("%s has mode %04o and not 0600: %w", file, info.Mode().Perm(), ErrKeyOpen)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the audit key: %w", err)
	}
	return ParseKey(string(text))
}

// Save writes the key to a file that isn't there yet and only its owner may
// read.
func (k *Key) Save(file string) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return fmt.Errorf("save the audit key: %w", err)
	}
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("save the audit key: %w", err)
	}
	_, err = f.WriteString(k.secret + "\n")
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = syncDir(filepath.Dir(file))
	}
	if err != nil {
		os.Remove(file)
		return fmt.Errorf("save the audit key: %w", err)
	}
	return nil
}

// History returns the id of the history that the key signs for.
func (k *Key) History() string { return strings.TrimPrefix(k.signer.Name(), originPrefix) }

// Public returns the public key as signed-note has it, name+id+key: what an
// auditor is given, once, by another way than the checkpoints.
func (k *Key) Public() string { return k.vkey }

// PublicPEM returns the public key of a signed-note public key as openssl
// reads it.
func PublicPEM(vkey string) ([]byte, error) {
	key, err := publicKey(vkey, algEd25519)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return nil, fmt.Errorf("write a public key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), nil
}

// The algorithms of signed-note and tlog-cosignature that are known here.
const (
	algEd25519     = 1
	algCosignature = 4
)

// publicKey reads the Ed25519 key out of name+id+key, which has to be of this
// algorithm. The id isn't looked at.
func publicKey(vkey string, alg byte) (ed25519.PublicKey, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) == 3 {
		b, err := base64.StdEncoding.DecodeString(parts[2])
		if err == nil && len(b) == 1+ed25519.PublicKeySize && bytes.HasPrefix(b, []byte{alg}) {
			return b[1:], nil
		}
	}
	return nil, fmt.Errorf("a public key %q: %w", vkey, ErrMalformed)
}
