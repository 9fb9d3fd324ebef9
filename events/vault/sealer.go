package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"io"
	"slices"
	"sync"

	"kolmikko/events"
)

const (
	keySize   = 32
	nonceSize = 12
	version   = 1  // of a box; its first byte
	grain     = 32 // a sealed text's length is a multiple of this, so that names look alike

	domain = "kolmikko/vault/v1 " // begins what a key is derived for
)

// newKey makes a key for o. What chance gives is bound to o, so that two owners
// have two keys even if the same seed is told twice.
func newKey(chance io.Reader, o Owner) ([]byte, error) {
	secret := make([]byte, keySize)
	if _, err := io.ReadFull(chance, secret); err != nil {
		return nil, fmt.Errorf("make a key: %w", err)
	}
	bound := bind(domain+"key", string(o.Programme), string(o.Cohort), string(o.Person))
	return hkdf.Key(sha256.New, secret, nil, string(bound), keySize)
}

// A sealer seals with AES-256-GCM, under a nonce that is made from the text and
// its label (as in RFC 5297, with HMAC-SHA256): the same text at the same place
// makes the same box, and no nonce serves two texts.
type sealer struct {
	aead cipher.AEAD
	macs sync.Pool // of hash.Hash that make nonces
}

// newSealer derives a sealer from a person's key, or from two people's: without
// either it can't be made (RFC 5869).
func newSealer(of, and []byte) (*sealer, error) {
	if and != nil {
		both, err := hkdf.Key(sha256.New, slices.Concat(of, and), nil, domain+"two people", keySize)
		if err != nil {
			return nil, err
		}
		of = both
	}
	key, err := hkdf.Expand(sha256.New, of, domain+"seal", keySize)
	if err != nil {
		return nil, err
	}
	nonce, err := hkdf.Expand(sha256.New, of, domain+"nonce", keySize)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	return &sealer{aead: aead, macs: sync.Pool{New: func() any { return hmac.New(sha256.New, nonce) }}}, err
}

// seal returns text as a box: the version, the nonce, and the padded text
// sealed together with its label.
func (s *sealer) seal(label []byte, text string) []byte {
	padded := make([]byte, (len(text)/grain+1)*grain)
	copy(padded, text)
	padded[len(text)] = 0x80 // ISO/IEC 7816-4: the rest is zero
	mac := s.macs.Get().(hash.Hash)
	defer s.macs.Put(mac)
	mac.Reset()
	mac.Write(label)
	mac.Write(padded)
	box := make([]byte, 1, 1+sha256.Size+len(padded)+s.aead.Overhead())
	box[0] = version
	box = mac.Sum(box)[:1+nonceSize]
	return s.aead.Seal(box, box[1:], padded, label)
}

func (s *sealer) open(label, box []byte) (string, error) {
	if len(box) < 1+nonceSize || box[0] != version {
		return "", ErrTampered
	}
	padded, err := s.aead.Open(nil, box[1:1+nonceSize], box[1+nonceSize:], label)
	if err != nil {
		return "", ErrTampered
	}
	end := len(padded) - 1
	for end >= 0 && padded[end] == 0 {
		end--
	}
	if end < 0 || padded[end] != 0x80 {
		return "", ErrTampered
	}
	return string(padded[:end]), nil
}

// bind returns what the text of p is sealed together with at a place of the
// history.
func (at Label) bind(p events.Personal) []byte {
	return bind(domain+"text", at.Subject, at.ID, string(p.Of), string(p.And), at.Field)
}

// bind joins parts so that no other parts make the same bytes.
func bind(parts ...string) []byte {
	n := 0
	for _, p := range parts {
		n += len(p) + binary.MaxVarintLen32
	}
	b := make([]byte, 0, n)
	for _, p := range parts {
		b = binary.AppendUvarint(b, uint64(len(p)))
		b = append(b, p...)
	}
	return b
}
