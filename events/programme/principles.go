package programme

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"

	"kolmikko/events"
)

// PublishPrinciples asks that participants accept this text from now on.
type PublishPrinciples struct {
	Text events.Text `json:"text" doc:"the principles as they are shown, in each language"`
}

// Decide lets a coordinator publish the next version.
func (c PublishPrinciples) Decide(s *State, ask Ask) ([]events.Event, error) {
	if err := s.may(ask, events.Coordinator, events.Owner); err != nil {
		return nil, err
	}
	if s.Principles.Version > 0 && maps.Equal(c.Text, s.Principles.Text) {
		return nil, nil
	}
	if err := worded("text", c.Text); err != nil {
		return nil, err
	}
	return facts(events.PrinciplesPublished{Version: s.Principles.Version + 1, Text: c.Text, Digest: DigestOf(c.Text)})
}

// DigestOf returns the SHA-256 of a text as it is shown: for each language, in
// alphabetical order, a line with the language and the text's length in bytes,
// and the text with its lines ended by a line feed alone, without space around.
func DigestOf(t events.Text) events.Digest {
	h := sha256.New()
	for _, lang := range slices.Sorted(maps.Keys(t)) {
		shown := strings.TrimSpace(strings.ReplaceAll(t[lang], "\r\n", "\n"))
		fmt.Fprintf(h, "%s %d\n%s\n", lang, len(shown), shown)
	}
	return events.Digest(hex.EncodeToString(h.Sum(nil)))
}
