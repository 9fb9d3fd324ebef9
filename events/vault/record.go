package vault

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"kolmikko/events"
)

// recordLine is a [Record] in the file.
type recordLine struct {
	Programme events.ProgrammeID `json:"programme"`
	Cohort    events.CohortID    `json:"cohort,omitempty"`
	Person    events.PersonID    `json:"person,omitempty"`
	Key       []byte             `json:"key,omitempty"`
	Destroyed bool               `json:"destroyed,omitempty"`
	Check     string             `json:"check"` // shows that the rest is unharmed, and nothing of the key
}

func appendRecord(b []byte, r Record) []byte {
	o := r.Owner
	line, err := json.Marshal(recordLine{o.Programme, o.Cohort, o.Person, r.Key, r.Key == nil, r.check()})
	if err != nil {
		panic("vault: " + err.Error()) // it is strings and bytes
	}
	return append(append(b, line...), '\n')
}

func (r Record) check() string {
	mac := hmac.New(sha256.New, r.Key)
	mac.Write(bind(domain+"check", string(r.Owner.Programme), string(r.Owner.Cohort), string(r.Owner.Person)))
	return hex.EncodeToString(mac.Sum(nil)[:4])
}

// parse reads what appendRecord wrote, and nothing else: a line that would be
// written otherwise is harmed.
func parse(text []byte) ([]Record, error) {
	var records []Record
	for line := range bytes.Lines(text) {
		var l recordLine
		err := json.Unmarshal(line, &l)
		r := Record{Owner{l.Programme, l.Cohort, l.Person}, l.Key}
		if err == nil {
			err = r.Owner.check()
		}
		if err == nil && (len(l.Key) != keySize && l.Key != nil || !bytes.Equal(appendRecord(nil, r), line)) {
			err = errors.New("the record is harmed")
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", len(records)+1, err)
		}
		records = append(records, r)
	}
	return records, nil
}
