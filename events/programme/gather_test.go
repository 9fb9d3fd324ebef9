package programme

import (
	"testing"
	"time"

	"kolmikko/events"
)

// The words in which gatherings are told.
var (
	evening = time.Date(2022, 10, 12, 14, 0, 0, 0, time.UTC)
	labOf2  = []events.Seating{{Mode: events.Lab, Capacity: 2}, {Mode: events.Teams}}
	because = events.Text{"fi": "Puhuja sairastui"}
	meetup  = events.GatheringScheduled{
		Gathering: "g1", Kind: events.Meetup, Title: events.Text{"fi": "Esihenkilötreffit"},
		StartsAt: evening, EndsAt: evening.Add(2 * time.Hour), Modes: labOf2, Link: "https://example.org/treffit",
	}
	called  = events.GatheringCancelled{Gathering: "g1", Reason: because}
	there   = events.AttendanceRecorded{Gathering: "g1", Person: anne, Mode: events.Lab}
	speaker = events.SpeakerConfirmed{Gathering: "g1", Name: "Example Speaker", Topic: events.Text{"fi": "Dialogi"}}
)

// asking is the command that asks for a gathering as it was scheduled, with
// changes.
func asking(e events.GatheringScheduled, change func(*ScheduleGathering)) ScheduleGathering {
	c := ScheduleGathering{e.Kind, e.Title, e.StartsAt, e.EndsAt, e.Modes, e.Link}
	if change != nil {
		change(&c)
	}
	return c
}

// numbered is a gathering under another id.
func numbered(e events.GatheringScheduled, id events.GatheringID, change func(*events.GatheringScheduled)) events.GatheringScheduled {
	e.Gathering = id
	change(&e)
	return e
}

func TestScheduleGathering(t *testing.T) {
	spring := time.Date(2022, 3, 1, 8, 0, 0, 0, time.UTC)
	theme := events.GatheringScheduled{Gathering: "g1", Kind: events.ThemeGathering, Title: events.Text{"sv": "Arbete 2.0"},
		StartsAt: spring.AddDate(0, 0, 20), EndsAt: spring.AddDate(0, 0, 20).Add(time.Hour), Modes: labOf2[1:]}
	opening := numbered(meetup, "g1", func(e *events.GatheringScheduled) { e.Kind = events.Opening })
	refusing := func(rule string, change func(*ScheduleGathering)) spec {
		return spec{given: begun(), when: asking(meetup, change), refused: rule}
	}
	for name, s := range map[string]spec{
		"everybody is invited":                 {given: begun(), when: asking(meetup, nil), then: []events.Event{meetup}},
		"asking twice is quiet":                {given: begun(meetup), when: asking(meetup, nil)},
		"the order of the modes says nothing":  {given: begun(meetup), when: asking(meetup, func(c *ScheduleGathering) { c.Modes = []events.Seating{labOf2[1], labOf2[0]} })},
		"another follows under the next id":    {given: begun(meetup), when: asking(meetup, func(c *ScheduleGathering) { c.Title = events.Text{"fi": "Toinen"} }), then: []events.Event{numbered(meetup, "g2", func(e *events.GatheringScheduled) { e.Title = events.Text{"fi": "Toinen"} })}},
		"after a cancellation it may be again": {given: begun(meetup, called), when: asking(meetup, nil), then: []events.Event{numbered(meetup, "g2", func(*events.GatheringScheduled) {})}},
		"times are written in UTC":             {given: begun(), when: asking(meetup, func(c *ScheduleGathering) { c.StartsAt = c.StartsAt.In(time.FixedZone("", 7200)) }), then: []events.Event{meetup}},
		"theme gatherings come before there is a cohort": {given: given{whole(events.RoleGranted{Person: coordinator, Role: events.Coordinator})},
			in: events.WholeProgramme, at: spring, when: asking(theme, nil), then: []events.Event{theme}},
		"the owner may as well":                   {given: begun(), by: owner, when: asking(meetup, nil), then: []events.Event{meetup}},
		"no participant schedules":                {given: begun(), by: anne, when: asking(meetup, nil), refused: NotYours},
		"no host schedules":                       {given: begun(), by: host, when: asking(meetup, nil), refused: NotYours},
		"no cohort, no gathering":                 {given: begun(), in: "c99", when: asking(meetup, nil), refused: CohortNotOpened},
		"not once the cohort is over":             {given: begun(events.CohortCompleted{EndedOn: "2022-10-05"}), when: asking(meetup, nil), refused: CohortOver},
		"otherwise at the same time":              {given: begun(meetup), when: asking(meetup, func(c *ScheduleGathering) { c.Link = "" }), refused: AlreadyScheduled},
		"a second opening":                        {given: begun(opening), when: asking(opening, func(c *ScheduleGathering) { c.Title = events.Text{"fi": "Toinen"} }), refused: AlreadyScheduled},
		"after a cancelled opening comes another": {given: begun(opening, called), when: asking(opening, nil), then: []events.Event{numbered(opening, "g2", func(*events.GatheringScheduled) {})}},
		"a theme gathering in a cohort":           {given: begun(), when: asking(theme, nil), refused: WrongScope},
		"a meetup without a cohort":               {given: begun(), in: events.WholeProgramme, when: asking(meetup, nil), refused: WrongScope},
		"a kind that nobody knows":                refusing(Unfit, func(c *ScheduleGathering) { c.Kind = "party" }),
		"no kind":                                 refusing(Incomplete, func(c *ScheduleGathering) { c.Kind = "" }),
		"no title":                                refusing(Incomplete, func(c *ScheduleGathering) { c.Title = nil }),
		"a title of blanks":                       refusing(Unfit, func(c *ScheduleGathering) { c.Title = events.Text{"fi": " "} }),
		"a title in no language":                  refusing(Unfit, func(c *ScheduleGathering) { c.Title = events.Text{"Finnish": "Treffit"} }),
		"no modes":                                refusing(Incomplete, func(c *ScheduleGathering) { c.Modes = nil }),
		"a mode twice":                            refusing(Unfit, func(c *ScheduleGathering) { c.Modes = append(labOf2[:1:1], labOf2[0]) }),
		"a mode that is a preference":             refusing(Unfit, func(c *ScheduleGathering) { c.Modes = []events.Seating{{Mode: events.Either}} }),
		"fewer than no seats":                     refusing(Unfit, func(c *ScheduleGathering) { c.Modes = []events.Seating{{Mode: events.Lab, Capacity: -1}} }),
		"no start":                                refusing(Incomplete, func(c *ScheduleGathering) { c.StartsAt = time.Time{} }),
		"it ends before it starts":                refusing(Unfit, func(c *ScheduleGathering) { c.EndsAt = c.StartsAt }),
		"it never ends":                           refusing(Unfit, func(c *ScheduleGathering) { c.EndsAt = c.StartsAt.AddDate(0, 0, 4) }),
		"a year mistyped":                         refusing(Unfit, func(c *ScheduleGathering) { c.StartsAt = c.StartsAt.AddDate(2000, 0, 0) }),
		"a link that is none":                     refusing(Unfit, func(c *ScheduleGathering) { c.Link = "treffit" }),
		"before the cohort starts": refusing(OutsideCohort, func(c *ScheduleGathering) {
			c.StartsAt, c.EndsAt = c.StartsAt.AddDate(0, -1, 0), c.EndsAt.AddDate(0, -1, 0)
		}),
		"after midnight in the cohort's zone": refusing(OutsideCohort, func(c *ScheduleGathering) {
			c.StartsAt = time.Date(2023, 5, 31, 20, 0, 0, 0, time.UTC)
			c.EndsAt = c.StartsAt.Add(90 * time.Minute)
		}),
	} {
		t.Run(name, s.run)
	}
}

func TestMoveGathering(t *testing.T) {
	later := meetup.StartsAt.AddDate(0, 0, 7)
	move := MoveGathering{"g1", later, later.Add(time.Hour), because}
	moved := events.GatheringMoved{Gathering: "g1", StartsAt: later, EndsAt: later.Add(time.Hour), OldStart: meetup.StartsAt, Reason: because}
	for name, s := range map[string]spec{
		"both times stay visible":     {given: begun(meetup), when: move, then: []events.Event{moved}},
		"asking twice is quiet":       {given: begun(meetup, moved), when: move},
		"no participant moves it":     {given: begun(meetup), by: anne, when: move, refused: NotYours},
		"there is no such gathering":  {given: begun(), when: move, refused: NotFound},
		"it was cancelled":            {given: begun(meetup, called), when: move, refused: GatheringCancelled},
		"it took place":               {given: begun(meetup, there), when: move, refused: AttendanceTaken},
		"nobody says why":             {given: begun(meetup), when: MoveGathering{"g1", later, later.Add(time.Hour), nil}, refused: Incomplete},
		"it would end before it is":   {given: begun(meetup), when: MoveGathering{"g1", later, later.Add(-1), because}, refused: Unfit},
		"it would be after the spell": {given: begun(meetup), when: MoveGathering{"g1", later.AddDate(1, 0, 0), later.AddDate(1, 0, 1), because}, refused: OutsideCohort},
	} {
		t.Run(name, s.run)
	}
}

func TestCancelGathering(t *testing.T) {
	cancel := CancelGathering{"g1", because}
	for name, s := range map[string]spec{
		"everybody reads why":        {given: begun(meetup), when: cancel, then: []events.Event{called}},
		"asking twice is quiet":      {given: begun(meetup, called), when: cancel},
		"no participant cancels it":  {given: begun(meetup), by: anne, when: cancel, refused: NotYours},
		"there is no such gathering": {given: begun(), when: cancel, refused: NotFound},
		"it took place":              {given: begun(meetup, there), when: cancel, refused: AttendanceTaken},
		"nobody says why":            {given: begun(meetup), when: CancelGathering{Gathering: "g1"}, refused: Incomplete},
	} {
		t.Run(name, s.run)
	}
}

func TestConfirmSpeaker(t *testing.T) {
	confirm := ConfirmSpeaker{"g1", speaker.Name, speaker.Topic, true}
	for name, s := range map[string]spec{
		"everybody reads who speaks": {given: begun(meetup), when: confirm, then: []events.Event{speaker}},
		"the same name is quiet":     {given: begun(meetup, speaker), when: confirm},
		"a second speaker":           {given: begun(meetup, speaker), when: ConfirmSpeaker{"g1", "Another Speaker", speaker.Topic, true}, then: []events.Event{events.SpeakerConfirmed{Gathering: "g1", Name: "Another Speaker", Topic: speaker.Topic}}},
		"no participant confirms":    {given: begun(meetup), by: anne, when: confirm, refused: NotYours},
		"there is no such gathering": {given: begun(), when: confirm, refused: NotFound},
		"it was cancelled":           {given: begun(meetup, called), when: confirm, refused: GatheringCancelled},
		"the speaker was not asked":  {given: begun(meetup), when: ConfirmSpeaker{"g1", speaker.Name, speaker.Topic, false}, refused: "not-agreed"},
		"nobody is named":            {given: begun(meetup), when: ConfirmSpeaker{"g1", " ", speaker.Topic, true}, refused: Incomplete},
		"they speak about nothing":   {given: begun(meetup), when: ConfirmSpeaker{"g1", speaker.Name, nil, true}, refused: Incomplete},
		"a name of two lines":        {given: begun(meetup), when: ConfirmSpeaker{"g1", "Example\nSpeaker", speaker.Topic, true}, refused: Unfit},
	} {
		t.Run(name, s.run)
	}
}
