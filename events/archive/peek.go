package archive

import (
	"bytes"
	"encoding/json"
	"strings"

	"kolmikko/events"
)

// Peek returns what a line is about without decoding it: its kind on the wire,
// its programme and its cohort. It reads the head that [events.Encode] writes,
// and parses the envelope where a line begins otherwise. ok is false if neither
// works; that it is true doesn't say that the line can be decoded.
func Peek(line []byte) (kind events.Kind, programme events.ProgrammeID, cohort events.CohortID, ok bool) {
	if subject, found := subjectIn(line); found {
		if kind, programme, cohort, ok = split(string(subject)); ok {
			return kind, programme, cohort, true
		}
	}
	var e struct {
		Subject string `json:"subject"`
	}
	if json.Unmarshal(line, &e) != nil {
		return "", "", "", false
	}
	return split(e.Subject)
}

// The head of a line as it is written: id, type and subject stand between these.
const (
	beforeID      = `{"specversion":"1.0","id":"`
	beforeType    = `,"source":"/kolmikko","type":"`
	beforeSubject = `,"subject":"`
)

// subjectIn returns the subject of a line that begins as every line does.
func subjectIn(line []byte) ([]byte, bool) {
	rest, ok := line, true
	for _, before := range [...]string{beforeID, beforeType} {
		if rest, ok = skip(rest, before); !ok {
			return nil, false
		}
		if _, rest, ok = bytes.Cut(rest, quote); !ok {
			return nil, false
		}
	}
	if rest, ok = skip(rest, beforeSubject); !ok {
		return nil, false
	}
	subject, _, ok := bytes.Cut(rest, quote)
	return subject, ok
}

var quote = []byte{'"'}

func skip(line []byte, prefix string) ([]byte, bool) {
	if len(line) < len(prefix) || string(line[:len(prefix)]) != prefix {
		return nil, false
	}
	return line[len(prefix):], true
}

// split takes a subject apart: history.PROGRAMME.COHORT.KIND, of words only.
func split(subject string) (events.Kind, events.ProgrammeID, events.CohortID, bool) {
	history, rest, _ := strings.Cut(subject, ".")
	programme, rest, _ := strings.Cut(rest, ".")
	cohort, kind, _ := strings.Cut(rest, ".")
	ok := history == "history" && events.IsWord(programme) && events.IsWord(kind) &&
		(cohort == string(events.WholeProgramme) || events.IsWord(cohort))
	if !ok {
		return "", "", "", false
	}
	return events.Kind(kind), events.ProgrammeID(programme), events.CohortID(cohort), true
}
