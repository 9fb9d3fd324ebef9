package audit

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"
)

// longestBehind is how long a witness may leave a checkpoint uncosigned before
// it is an alarm.
const longestBehind = 24 * time.Hour

// A Standing is where a witness stands with the tree.
type Standing struct {
	Witness    string    `json:"witness"`              // the name of its key
	Size       uint64    `json:"size"`                 // of the newest checkpoint that it has cosigned
	CosignedAt time.Time `json:"cosigned_at,omitzero"` // by its own clock
	Waiting    time.Time `json:"waiting,omitzero"`     // since when it has a newer one to cosign
	Refused    *Alarm    `json:"refused,omitempty"`    // until it cosigns again
	Unreached  string    `json:"-"`                    // why the last attempt came to nothing
	line       string    // its signature line of that checkpoint, if it was got by this process
}

// Alarms returns what of a standing an auditor must be shown.
func (s Standing) Alarms(now time.Time) []*Alarm {
	var list []*Alarm
	if s.Refused != nil {
		list = append(list, s.Refused)
	}
	if behind := now.Sub(s.Waiting); !s.Waiting.IsZero() && behind > longestBehind {
		list = append(list, &Alarm{Code: WitnessBehind, Witness: s.Witness, Size: s.Size,
			Why: fmt.Sprintf("it has cosigned nothing newer for %d hours", behind/time.Hour)})
	}
	return list
}

// Standings returns how the witnesses of the tree in dir stand, also while
// another process asks them.
func Standings(dir string) ([]Standing, error) { return readStandings(folder(dir)) }

func readStandings(s store) ([]Standing, error) {
	names, err := s.standings()
	if err != nil {
		return nil, fmt.Errorf("read how witnesses stand: %w", err)
	}
	list := make([]Standing, len(names))
	for i, name := range names {
		b, err := s.read(name)
		if err == nil {
			err = json.Unmarshal(b, &list[i])
		}
		if err != nil {
			return nil, fmt.Errorf("read how witnesses stand: %w", &Damage{name, err})
		}
	}
	return list, nil
}

// standings returns the names of the files of standings.
func (f folder) standings() ([]string, error) {
	list, err := os.ReadDir(f.path(witnessFolder))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var names []string
	for _, e := range list {
		names = append(names, witnessFolder+"/"+e.Name())
	}
	return names, err
}

func (b *Bundle) standings() ([]string, error) {
	var names []string
	for name := range b.files {
		if strings.HasPrefix(name, witnessFolder+"/") {
			names = append(names, name)
		}
	}
	return names, nil
}
