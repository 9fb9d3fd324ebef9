package events

import (
	"bytes"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// cutLine reads a line whose envelope is written exactly as Encode writes it,
// for which a JSON decoder takes four times as long. It knows nothing of JSON but
// that: ok is false for any other line, and for words with anything to unescape.
// Its data is part of line, and not looked into.
func cutLine(line []byte) (e envelope, ok bool) {
	c := cutter{rest: line, ok: true}
	c.skip(`{"specversion":"1.0","id":"`)
	id := c.word()
	c.skip(`,"source":"` + source + `","type":"`)
	kind := c.word()
	c.skip(`,"subject":"`)
	subject := string(c.word())
	c.skip(`,"time":"`)
	at := c.word()
	c.skip(`,"datacontenttype":"application/json","by":"`)
	by := c.word()
	c.skip(`,"programme":"`)
	programme := c.word()
	c.skip(`,"cohort":"`)
	cohort := c.word()
	causation := c.optional(`,"causation":"`)
	correlation := c.optional(`,"correlation":"`)
	c.skip(`,"data":`)
	if !c.ok || len(c.rest) == 0 || c.rest[len(c.rest)-1] != '}' || !isUTC(at) || e.Time.UnmarshalText(at) != nil {
		return envelope{}, false
	}
	p := len("history.")
	q := p + len(programme) + 1
	if !isSubject(subject, string(programme), string(cohort), string(kind)) {
		return envelope{}, false
	}
	e.SpecVersion, e.Source, e.DataContentType = "1.0", source, "application/json"
	e.ID, e.By, e.Subject = string(id), PersonID(by), subject
	// The subject's parts are equal to these, and already allocated.
	e.Programme, e.Cohort = ProgrammeID(subject[p:q-1]), CohortID(subject[q:q+len(cohort)])
	e.Type = Kind(subject[len(subject)-len(kind):])
	e.Causation, e.Correlation = string(causation), string(correlation)
	e.Data = jsontext.Value(c.rest[:len(c.rest)-1])
	return e, true
}

// isUTC refuses what UnmarshalText lets through but a JSON decoder doesn't (an
// hour of one digit, a fraction after a comma), and every offset.
func isUTC(t []byte) bool {
	return len(t) >= len("2006-01-02T15:04:05Z") && t[12] != ':' && t[19] != ',' && t[len(t)-1] == 'Z'
}

// isSubject reports whether s is the subject of these, without making it.
func isSubject(s, programme, cohort, kind string) bool {
	for i, part := range [...]string{"history", programme, cohort, kind} {
		var ok bool
		if i > 0 {
			if s, ok = strings.CutPrefix(s, "."); !ok {
				return false
			}
		}
		if s, ok = strings.CutPrefix(s, part); !ok {
			return false
		}
	}
	return s == ""
}

// A cutter takes a line apart from its front. Once something is not as expected
// it stays where it is.
type cutter struct {
	rest []byte // not read yet
	ok   bool   // until something is not as Encode writes it
}

// skip goes past literal, which must come next.
func (c *cutter) skip(literal string) {
	if !c.ok || len(c.rest) < len(literal) || string(c.rest[:len(literal)]) != literal {
		c.ok = false
		return
	}
	c.rest = c.rest[len(literal):]
}

// word returns what comes before the next quote, and skips both.
func (c *cutter) word() []byte {
	end := bytes.IndexByte(c.rest, '"')
	if !c.ok || end < 0 {
		c.ok = false
		return nil
	}
	word := c.rest[:end]
	for _, b := range word {
		if b == '\\' || b < ' ' || b >= 0x7f {
			c.ok = false
		}
	}
	c.rest = c.rest[end+1:]
	return word
}

// optional returns the word behind literal, or nothing if something else is next.
func (c *cutter) optional(literal string) []byte {
	if !bytes.HasPrefix(c.rest, []byte(literal)) {
		return nil
	}
	c.skip(literal)
	return c.word()
}
