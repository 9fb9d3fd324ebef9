package programme

import (
	"testing"
	"time"

	"kolmikko/events"
)

// reporting is the command that reports a meeting, with a change.
func reporting(change func(*HoldMeeting)) HoldMeeting {
	c := HoldMeeting{"m1", "", held.HeldAt, held.Minutes, held.Mode, held.Present, held.Themes}
	if change != nil {
		change(&c)
	}
	return c
}

func TestHoldMeeting(t *testing.T) {
	day := 24 * time.Hour
	refused := func(rule string, change func(*HoldMeeting)) spec {
		return spec{given: meeting(), by: matti, at: afterIt, when: reporting(change), refused: rule}
	}
	unplanned := func(change func(*HoldMeeting)) HoldMeeting {
		return reporting(func(c *HoldMeeting) {
			c.Meeting, c.Group, c.HeldAt = "", "t01", ahead.Add(-day)
			if change != nil {
				change(c)
			}
		})
	}
	second := held
	second.Meeting, second.HeldAt = "m2", ahead.Add(-day)
	plain, two := held, held
	plain.Themes, two.Present = nil, 2
	dropped := events.Recorded{By: liisa, Cohort: "c22", At: afterIt, Event: left(liisa).Event}
	for name, s := range map[string]spec{
		"a member reports that they met":       {given: meeting(), by: matti, at: afterIt, when: reporting(nil), then: []events.Event{held}},
		"who could not come may too":           {given: meeting(by(liisa, declined)), by: liisa, at: afterIt, when: reporting(func(c *HoldMeeting) { c.Present = 2 }), then: []events.Event{two}},
		"without a theme":                      {given: meeting(), by: matti, at: afterIt, when: reporting(func(c *HoldMeeting) { c.Themes = nil }), then: []events.Event{plain}},
		"a proposed one may have been held":    {given: triad(by(anne, proposed)), by: anne, at: afterIt, when: reporting(nil), then: []events.Event{held}},
		"two months later still":               {given: meeting(), by: matti, at: ahead.Add(60 * day), when: reporting(nil), then: []events.Event{held}},
		"times are written in UTC":             {given: meeting(), by: matti, at: afterIt, when: reporting(func(c *HoldMeeting) { c.HeldAt = ahead.In(time.FixedZone("", 10800)) }), then: []events.Event{held}},
		"one that was not agreed beforehand":   {given: meeting(), by: anne, at: afterIt, when: unplanned(nil), then: []events.Event{second}},
		"who has left since was there":         {given: meeting(dropped), by: matti, at: afterIt.Add(day), when: reporting(nil), then: []events.Event{held}},
		"reporting twice is quiet":             {given: meeting(held), by: anne, at: afterIt, when: reporting(nil)},
		"also what was not agreed beforehand":  {given: meeting(second), by: matti, at: afterIt, when: unplanned(nil)},
		"otherwise it is corrected":            {given: meeting(held), by: anne, at: afterIt, when: reporting(func(c *HoldMeeting) { c.Present = 2 }), refused: AlreadyHeld},
		"also where it has no name":            {given: meeting(second), by: anne, at: afterIt, when: unplanned(func(c *HoldMeeting) { c.HeldAt = c.HeldAt.Add(time.Hour) }), refused: AlreadyHeld},
		"an agreed one is named":               {given: meeting(), by: anne, at: afterIt, when: unplanned(func(c *HoldMeeting) { c.HeldAt = ahead }), refused: AlreadyHeld},
		"the coordinator can't do it for them": {given: meeting(), at: afterIt, when: reporting(nil), refused: NotYours},
		"nor can the owner":                    {given: meeting(), by: owner, at: afterIt, when: unplanned(nil), refused: NotYours},
		"nor another group":                    {given: meeting(), by: olli, at: afterIt, when: reporting(nil), refused: NotYours},
		"nor who dropped out":                  {given: meeting(left(matti)), by: matti, at: afterIt, when: reporting(nil), refused: NotYours},
		"not before its start":                 {given: meeting(), by: matti, at: ahead.Add(-time.Minute), when: reporting(func(c *HoldMeeting) { c.HeldAt = noon }), refused: NotYetBegun},
		"nor what is still to come":            refused(NotYetBegun, func(c *HoldMeeting) { c.HeldAt = afterIt.Add(time.Minute) }),
		"nor longer than two months after":     {given: meeting(), by: matti, at: ahead.Add(60*day + time.Minute), when: reporting(nil), refused: ReportedTooLate},
		"nor before the cohort":                {given: meeting(), by: matti, when: unplanned(func(c *HoldMeeting) { c.HeldAt = noon.Add(-6 * day) }), refused: OutsideCohort},
		"a cancelled one was not held":         {given: meeting(off), by: matti, at: afterIt, when: reporting(nil), refused: MeetingIsOff},
		"a meeting is there":                   {given: triad(), by: matti, at: afterIt, when: reporting(nil), refused: NotFound},
		"a meeting or a group is named":        refused(Incomplete, func(c *HoldMeeting) { c.Meeting = "" }),
		"a meeting is of its group":            refused(Unfit, func(c *HoldMeeting) { c.Group = "t02" }),
		"one alone is no meeting":              refused(PresenceDiffers, func(c *HoldMeeting) { c.Present = 1 }),
		"nor are more than they are":           refused(PresenceDiffers, func(c *HoldMeeting) { c.Present = 4 }),
		"a time is given":                      refused(Incomplete, func(c *HoldMeeting) { c.HeldAt = time.Time{} }),
		"a quarter of an hour at least":        refused(Unfit, func(c *HoldMeeting) { c.Minutes = 14 }),
		"in a mode in which people meet":       refused(Unfit, func(c *HoldMeeting) { c.Mode = events.Absent }),
		"a theme is known":                     refused(CodeUnknown, func(c *HoldMeeting) { c.Themes = []events.Code{"gossip"} }),
		"and there once":                       refused(Unfit, func(c *HoldMeeting) { c.Themes = []events.Code{"wellbeing", "wellbeing"} }),
	} {
		t.Run(name, s.run)
	}
}
