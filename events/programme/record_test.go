package programme

import (
	"encoding/json"
	"testing"

	"kolmikko/events"
)

func TestCorrectRecord(t *testing.T) {
	goal := events.GoalSet{Goal: "goal1", Theme: "wellbeing"}
	rated := events.GoalRated{Goal: "goal1", Level: 1}
	tie := events.TieReported{From: anne, To: "o2", Tie: "knows", Wave: 1}
	went := events.AttendanceRecorded{Gathering: "g1", Person: anne, Mode: events.Lab}
	h := meeting(held, meetup, went, by(anne, goal), by(anne, rated), by(anne, tie))
	last := uint64(len(h))
	meetingAt, wentAt, ratedAt, tieAt := last-5, last-3, last-1, last
	set := func(place uint64, fields string) CorrectRecord {
		return CorrectRecord{place, json.RawMessage(fields), "mistyped"}
	}
	fact := func(place uint64, truth events.Event) []events.Event {
		e, err := events.Correct(place, truth, "mistyped")
		if err != nil {
			t.Fatal(err)
		}
		return []events.Event{e}
	}
	two, online, better, away := held, went, rated, tie
	two.Present, two.Minutes = 2, 60
	online.Mode, better.Level, away.To = events.Teams, 2, "o3"
	corrected := h.and(fact(meetingAt, two)[0])
	twin := held
	twin.Meeting, twin.HeldAt = "m2", noon
	for name, s := range map[string]spec{
		"a member corrects a meeting":       {given: h, by: matti, at: afterIt, when: set(meetingAt, `{"present": 2, "minutes": 60}`), then: fact(meetingAt, two)},
		"a host an attendance":              {given: h, by: host, when: set(wentAt, `{"mode": "teams"}`), then: fact(wentAt, online)},
		"and whose it is":                   {given: h, by: anne, when: set(wentAt, `{"mode": "teams"}`), then: fact(wentAt, online)},
		"an owner a rating":                 {given: h, by: anne, when: set(ratedAt, `{"level": 2}`), then: fact(ratedAt, better)},
		"a participant a tie":               {given: h, by: anne, when: set(tieAt, `{"to": "o3"}`), then: fact(tieAt, away)},
		"the same again is quiet":           {given: corrected, by: matti, at: afterIt, when: set(meetingAt, `{"minutes": 60, "present": 2}`)},
		"and so is what it says anyway":     {given: h, by: matti, at: afterIt, when: set(meetingAt, `{"present": 3}`)},
		"it may be corrected once more":     {given: corrected, by: matti, at: afterIt, when: set(meetingAt, `{"present": 3, "minutes": 75}`), then: fact(meetingAt, held)},
		"the coordinator has no say":        {given: h, at: afterIt, when: set(meetingAt, `{"present": 2}`), refused: NotYours},
		"nor in a rating":                   {given: h, when: set(ratedAt, `{"level": 2}`), refused: NotYours},
		"nor in a tie":                      {given: h, when: set(tieAt, `{"to": "o3"}`), refused: NotYours},
		"nor another in an attendance":      {given: h, by: matti, when: set(wentAt, `{"mode": "teams"}`), refused: NotYours},
		"who dropped out corrects no more":  {given: h.and(left(matti)), by: matti, at: afterIt, when: set(meetingAt, `{"present": 2}`), refused: NotYours},
		"other kinds are not corrected":     {given: h, by: anne, when: set(last-2, `{"theme": "wellbeing"}`), refused: NotCorrectable},
		"nor is what is not there":          {given: h, by: anne, when: set(last+1, `{}`), refused: NotCorrectable},
		"nor in another cohort":             {given: h, in: "c99", by: anne, when: set(ratedAt, `{"level": 2}`), refused: NotFound},
		"it stays that meeting":             {given: h, by: matti, at: afterIt, when: set(meetingAt, `{"meeting": "m2"}`), refused: OtherRecord},
		"of that group":                     {given: h, by: matti, at: afterIt, when: set(meetingAt, `{"group": "t02"}`), refused: OtherRecord},
		"that gathering":                    {given: h, by: host, when: set(wentAt, `{"gathering": "g2"}`), refused: OtherRecord},
		"that person":                       {given: h, by: host, when: set(wentAt, `{"person": "00000000-0000-4000-8000-000000000002"}`), refused: OtherRecord},
		"that goal":                         {given: h, by: anne, when: set(ratedAt, `{"goal": "goal2"}`), refused: OtherRecord},
		"and that person's tie":             {given: h, by: anne, when: set(tieAt, `{"from": "00000000-0000-4000-8000-000000000002"}`), refused: OtherRecord},
		"the rules of holding one hold":     {given: h, by: matti, at: afterIt, when: set(meetingAt, `{"present": 4}`), refused: PresenceDiffers},
		"a time is not to come":             {given: h, by: matti, at: afterIt, when: set(meetingAt, `{"held_at": "2022-11-19T07:00:00Z"}`), refused: NotYetBegun},
		"nor that of another meeting":       {given: h.and(twin), by: matti, at: afterIt, when: set(meetingAt, `{"held_at": "2022-10-05T12:30:00Z"}`), refused: AlreadyHeld},
		"a mode is one of attending":        {given: h, by: host, when: set(wentAt, `{"mode": "either"}`), refused: Unfit},
		"a level is one of five":            {given: h, by: anne, when: set(ratedAt, `{"level": 3}`), refused: Unfit},
		"an organisation is known":          {given: h, by: anne, when: set(tieAt, `{"to": "o9"}`), refused: NotFound},
		"and another than one's own":        {given: h, by: anne, when: set(tieAt, `{"to": "o1"}`), refused: "own-organisation"},
		"a tie is known":                    {given: h, by: anne, when: set(tieAt, `{"tie": "marriage"}`), refused: CodeUnknown},
		"a wave is counted":                 {given: h, by: anne, when: set(tieAt, `{"wave": -1}`), refused: Unfit},
		"no tie becomes another's double":   {given: h.and(by(anne, away)), by: anne, when: set(tieAt, `{"to": "o3"}`), refused: OtherRecord},
		"a field is one that it has":        {given: h, by: matti, at: afterIt, when: set(meetingAt, `{"notes": "…"}`), refused: Unfit},
		"the truth is an object":            {given: h, by: matti, at: afterIt, when: set(meetingAt, `3`), refused: Unfit},
		"and one only":                      {given: h, by: matti, at: afterIt, when: set(meetingAt, `{} {}`), refused: Unfit},
		"there is a truth":                  {given: h, by: matti, at: afterIt, when: set(meetingAt, ``), refused: Incomplete},
		"a theme is no prose":               {given: h, by: matti, at: afterIt, when: set(meetingAt, `{"themes": ["What She Said"]}`), refused: CodeUnknown},
		"the reason is known":               {given: h, by: anne, when: CorrectRecord{ratedAt, json.RawMessage(`{"level": 2}`), "whim"}, refused: CodeUnknown},
		"the reason is a word":              {given: h, by: anne, when: CorrectRecord{ratedAt, json.RawMessage(`{"level": 2}`), "Because I Say"}, refused: CodeUnknown},
		"a cohort that is over stays as is": {given: h.and(events.CohortCompleted{}), by: anne, when: set(ratedAt, `{"level": 2}`), refused: CohortOver},
	} {
		t.Run(name, s.run)
	}
}
