package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// ErrKEK is returned where the key-encryption key is missing, isn't one, or is
// another than the one that the keys are wrapped under; the error says what to
// do.
var ErrKEK = errors.New("the key-encryption key does not fit")

// A kek is a key-encryption key: data keys are stored only wrapped under one.
type kek struct {
	id     string // follows from the secret, and tells nothing of it
	secret []byte
	aead   cipher.AEAD
}

func newKEK(secret []byte) (kek, error) {
	if len(secret) != keySize {
		return kek{}, fmt.Errorf("%w: it has %d bytes; it takes %d, as from openssl rand -base64 %d", ErrKEK, len(secret), keySize, keySize)
	}
	id, err := hkdf.Expand(sha256.New, secret, domain+"kek id", 8)
	if err != nil {
		return kek{}, err
	}
	key, err := hkdf.Expand(sha256.New, secret, domain+"kek", keySize)
	if err != nil {
		return kek{}, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return kek{}, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	return kek{id: hex.EncodeToString(id), secret: secret, aead: aead}, err
}

func freshKEK() (kek, error) {
	secret := make([]byte, keySize)
	rand.Read(secret) // never fails
	return newKEK(secret)
}

func (k kek) bind(o Owner) []byte {
	return bind(domain+"wrap", k.id, string(o.Programme), string(o.Cohort), string(o.Person))
}

// wrap seals a data key for its owner.
func (k kek) wrap(r Record) []byte { return k.aead.Seal(nil, nil, r.Key, k.bind(r.Owner)) }

func (k kek) unwrap(o Owner, wrap []byte) ([]byte, error) {
	key, err := k.aead.Open(nil, nil, wrap, k.bind(o))
	if err != nil || len(key) != keySize {
		return nil, fmt.Errorf("%w: the wrapped key of %s", ErrTampered, o)
	}
	return key, nil
}

// parseKEKs reads one key-encryption key or several, newest first, each in
// base64, with commas or white space in between.
func parseKEKs(text string) ([]kek, error) {
	var keks []kek
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ',' || r == ' ' || r == '\n' || r == '\r' || r == '\t' }) {
		secret, err := base64.StdEncoding.DecodeString(word)
		if err != nil { // whose text might quote the key
			return nil, fmt.Errorf("%w: it is not base64", ErrKEK)
		}
		k, err := newKEK(secret)
		if err != nil {
			return nil, err
		}
		keks = append(keks, k)
	}
	if len(keks) == 0 {
		return nil, fmt.Errorf("%w: there is none", ErrKEK)
	}
	return keks, nil
}

// formatKEKs writes what parseKEKs reads, one a line.
func formatKEKs(keks []kek) []byte {
	var b []byte
	for _, k := range keks {
		b = append(base64.StdEncoding.AppendEncode(b, k.secret), '\n')
	}
	return b
}
