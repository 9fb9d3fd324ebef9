package programme

import (
	"strings"
	"time"
	"unicode/utf8"

	"kolmikko/events"
)

// NotParticipant stands in the way of who has no seat in the cohort.
const NotParticipant = "not-a-participant"

// worded refuses a text that is not there, or not text.
func worded(field string, t events.Text) error {
	if len(t) == 0 {
		return refuse(Incomplete, "give the %s in one language at least", field)
	}
	for _, text := range t {
		if strings.TrimSpace(text) == "" || !utf8.ValidString(text) {
			return refuse(Unfit, "the %s is empty in one language, or is not UTF-8", field)
		}
	}
	return nil
}

// named refuses a name that is not there.
func named(field string, n events.Name) error {
	if strings.TrimSpace(string(n)) == "" {
		return refuse(Incomplete, "give the %s", field)
	}
	return nil
}

// within refuses a time that is further from another than a mistake in typing
// would leave it, and could not be written down in the end.
func within(field string, t, of time.Time, years int) error {
	if t.IsZero() {
		return refuse(Incomplete, "say when: the %s is empty", field)
	}
	if t.Before(of.AddDate(-years, 0, 0)) || t.After(of.AddDate(years, 0, 0)) {
		return refuse(Unfit, "the %s is more than %d years away", field, years)
	}
	return nil
}
