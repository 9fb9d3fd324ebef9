package audit

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// A cosigner verifies a witness' cosignatures, as tlog-cosignature has them for
// Ed25519.
type cosigner struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

// newCosigner reads a witness' public key, name+id+key with the id that name and
// key make. [note.NewVerifier] knows no such keys.
func newCosigner(vkey string) (*cosigner, error) {
	key, err := publicKey(vkey, algCosignature)
	if err != nil {
		return nil, err
	}
	name, rest, _ := strings.Cut(vkey, "+")
	sum := sha256.Sum256(append([]byte(name+"\n"), append([]byte{algCosignature}, key...)...))
	c := &cosigner{name: name, hash: binary.BigEndian.Uint32(sum[:]), key: key}
	if !isWord(name) || !strings.HasPrefix(rest, fmt.Sprintf("%08x+", c.hash)) {
		return nil, fmt.Errorf("a witness' key %q: %w", vkey, ErrMalformed)
	}
	return c, nil
}

// Name, KeyHash and Verify make it a [note.Verifier].
func (c *cosigner) Name() string    { return c.name }
func (c *cosigner) KeyHash() uint32 { return c.hash }

func (c *cosigner) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	at := binary.BigEndian.Uint64(sig)
	text := fmt.Sprintf("cosignature/v1\ntime %d\n%s", at, msg)
	return at < 1<<63 && ed25519.Verify(c.key, []byte(text), sig[8:])
}

// cosignedAt reads the time out of a cosignature.
func cosignedAt(s note.Signature) (time.Time, bool) {
	b, err := base64.StdEncoding.DecodeString(s.Base64)
	if err != nil || len(b) != 4+8+64 {
		return time.Time{}, false
	}
	return time.Unix(int64(binary.BigEndian.Uint64(b[4:])), 0).UTC(), true
}
