package programme

import (
	"bytes"
	"encoding/json"
	"slices"

	"kolmikko/events"
)

// Rules about correcting a record.
const (
	NotCorrectable = "not-correctable" // a record of this kind is not corrected this way
	OtherRecord    = "other-record"    // the correction would make it a record of something else
)

// CorrectRecord asks to note what a record should have said. The record stays
// where it is.
type CorrectRecord struct {
	Place  uint64          `json:"place" doc:"the record's place in the history"`
	Truth  json.RawMessage `json:"truth" doc:"the fields that were wrong, as they should be, such as {\"present\": 2}"`
	Reason events.Code     `json:"reason" doc:"why: a code of the list of reasons"`
}

// Decide corrects a meeting that was held, an attendance, a goal's rating or a
// tie, for whoever may record one, by the rules of recording it. What it is a
// record of stays.
func (c CorrectRecord) Decide(s *State, ask Ask) ([]events.Event, error) {
	record, there := s.Records[c.Place]
	switch {
	case !there:
		return nil, refuse(NotCorrectable, "at this place is no meeting, attendance, rating or tie")
	case record.Cohort != ask.Cohort:
		return nil, refuse(NotFound, "the record is of another cohort")
	}
	h, err := s.where(ask)
	if err != nil {
		return nil, err
	}
	truth, err := s.truth(h, ask, record, c.Truth)
	if err != nil {
		return nil, err
	}
	if err := s.known(ListReasons, c.Reason); err != nil {
		return nil, err
	}
	e, err := events.Correct(c.Place, truth, c.Reason)
	if err != nil {
		return nil, refuse(Unfit, "the correction holds what a %s can't", record.Kind)
	}
	now, err := events.Correct(c.Place, record.Event, c.Reason)
	if err == nil && bytes.Equal(now.Truth, e.Truth) {
		return nil, nil
	}
	return facts(e)
}

// truth returns a record with the given fields in place of its own, if whoever
// asks may record that.
func (s *State) truth(c *Cohort, ask Ask, record Record, fields []byte) (events.Event, error) {
	switch now := record.Event.(type) {
	case events.MeetingHeld:
		return s.trueMeeting(c, ask, now, fields)
	case events.AttendanceRecorded:
		if err := s.mayFor(ask, now.Person, events.Host, events.Coordinator, events.Owner); err != nil {
			return nil, err
		}
		e, err := overlaid(now, fields)
		switch {
		case err != nil:
			return nil, err
		case e.Gathering != now.Gathering || e.Person != now.Person:
			return nil, refuse(OtherRecord, "the gathering and the person stay")
		case e.Mode != events.Lab && e.Mode != events.Teams && e.Mode != events.Absent:
			return nil, refuse(Unfit, "people attend in the lab, on teams, or not (none)")
		}
		return e, nil
	case events.GoalRated:
		if goal := c.Goals[now.Goal]; goal == nil || s.mayFor(ask, goal.Owner) != nil {
			return nil, refuse(NotYours, "only whose goal it is may rate it")
		}
		e, err := overlaid(now, fields)
		switch {
		case err != nil:
			return nil, err
		case e.Goal != now.Goal:
			return nil, refuse(OtherRecord, "the goal stays")
		case e.Level < -2 || e.Level > 2:
			return nil, refuse(Unfit, "a goal is rated from -2 to 2, not %d", e.Level)
		}
		return e, nil
	case events.TieReported:
		return s.trueTie(c, ask, now, fields)
	}
	return nil, refuse(NotCorrectable, "a %s is not corrected this way", record.Kind)
}

// trueMeeting holds a correction to the rules of reporting a meeting, but for
// how long ago it was: a mistake may be found late.
func (s *State) trueMeeting(c *Cohort, ask Ask, now events.MeetingHeld, fields []byte) (events.Event, error) {
	_, g, err := s.member(ask, now.Group)
	if err != nil {
		return nil, err
	}
	now.Themes = slices.Clone(now.Themes) // JSON is read into what is there
	e, err := overlaid(now, fields)
	if err != nil {
		return nil, err
	}
	if e.Meeting != now.Meeting || e.Group != now.Group {
		return nil, refuse(OtherRecord, "the meeting and the group stay")
	}
	e.HeldAt = e.HeldAt.UTC()
	if len(e.Themes) == 0 {
		e.Themes = nil
	}
	if c.overlapping(e, false) != nil {
		return nil, refuse(AlreadyHeld, "another meeting of the group was held at that time")
	}
	return e, s.holdable(c, g, ask, e)
}

// trueTie holds a correction to the rules of reporting a tie; consent was given
// for the record, and may have been withdrawn since.
func (s *State) trueTie(c *Cohort, ask Ask, now events.TieReported, fields []byte) (events.Event, error) {
	if err := s.mayFor(ask, now.From); err != nil {
		return nil, err
	}
	e, err := overlaid(now, fields)
	if err != nil {
		return nil, err
	}
	_, home := s.Organisations[e.To]
	switch {
	case e.From != now.From:
		return nil, refuse(OtherRecord, "whose tie it is stays")
	case !home:
		return nil, refuse(NotFound, "there is no such organisation")
	case c.worksAt(e.From, e.To):
		return nil, refuse("own-organisation", "a tie reaches to another organisation")
	case e.Wave < 0 || e.Wave > lastWave:
		return nil, refuse(Unfit, "a wave is 0 to %d, not %d", lastWave, e.Wave)
	case e != now && c.Ties[e]:
		return nil, refuse(OtherRecord, "that tie was reported as well")
	}
	return e, s.known(ListTies, e.Tie)
}

// overlaid returns a record with the given JSON fields in place of its own, so
// that nobody has to repeat what was right.
func overlaid[E events.Event](now E, fields []byte) (E, error) {
	if len(fields) == 0 {
		return now, refuse(Incomplete, "give the fields that were wrong, as they should be")
	}
	dec := json.NewDecoder(bytes.NewReader(fields))
	dec.DisallowUnknownFields()
	if dec.Decode(&now) != nil || dec.More() {
		return now, refuse(Unfit, "the truth is a JSON object of fields that a %s has", events.KindOf(now))
	}
	return now, nil
}
