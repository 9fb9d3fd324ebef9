package programme

import (
	"testing"
	"time"

	"kolmikko/events"
)

// The words in which meetings are told: anne proposes one for a fortnight ahead.
var (
	ahead    = time.Date(2022, 10, 19, 7, 0, 0, 0, time.UTC)
	afterIt  = ahead.Add(2 * time.Hour)
	proposed = events.MeetingProposed{Meeting: "m1", Group: "t01", StartsAt: ahead, Minutes: 90, Mode: events.Lab}
	accepted = events.MeetingAccepted{Meeting: "m1", Group: "t01"}
	declined = events.MeetingDeclined{Meeting: "m1", Group: "t01"}
	agreed   = events.MeetingAgreed{Meeting: "m1", Group: "t01", StartsAt: ahead, Minutes: 90, Mode: events.Lab}
	off      = events.MeetingCancelled{Meeting: "m1", Group: "t01", Reason: "illness"}
	held     = events.MeetingHeld{Meeting: "m1", Group: "t01", HeldAt: ahead, Minutes: 75, Mode: events.Lab, Present: 3, Themes: []events.Code{"wellbeing"}}
)

// meeting is a triad with a meeting proposed, and agreed by two of them.
func meeting(more ...any) given {
	return triad(by(anne, proposed), by(matti, accepted), by(matti, agreed)).and(more...)
}

func TestProposeMeeting(t *testing.T) {
	propose := func(change func(*ProposeMeeting)) ProposeMeeting {
		c := ProposeMeeting{"t01", ahead, 90, events.Lab}
		if change != nil {
			change(&c)
		}
		return c
	}
	refused := func(rule string, change func(*ProposeMeeting)) spec {
		return spec{given: triad(), by: anne, when: propose(change), refused: rule}
	}
	second := proposed
	second.Meeting = "m2"
	lastDay := proposed
	lastDay.StartsAt = time.Date(2023, 5, 31, 20, 59, 0, 0, time.UTC)
	for name, s := range map[string]spec{
		"a member proposes":                      {given: triad(), by: anne, when: propose(nil), then: []events.Event{proposed}},
		"times are written in UTC":               {given: triad(), by: anne, when: propose(func(c *ProposeMeeting) { c.StartsAt = ahead.In(time.FixedZone("", 10800)) }), then: []events.Event{proposed}},
		"the same again is quiet":                {given: triad(by(anne, proposed)), by: anne, when: propose(nil)},
		"once agreed too":                        {given: meeting(), by: matti, when: propose(nil)},
		"a cancelled one may be proposed anew":   {given: meeting(off), by: anne, when: propose(nil), then: []events.Event{second}},
		"until the cohort's last minute":         {given: triad(), by: anne, when: propose(func(c *ProposeMeeting) { c.StartsAt = lastDay.StartsAt }), then: []events.Event{lastDay}},
		"another accepts it instead":             {given: triad(by(anne, proposed)), by: matti, when: propose(nil), refused: AlreadyProposed},
		"or moves it":                            {given: meeting(), by: anne, when: propose(func(c *ProposeMeeting) { c.Minutes = 60 }), refused: AlreadyProposed},
		"nobody for them":                        {given: triad(), when: propose(nil), refused: NotYours},
		"not of another group":                   {given: triad(), by: olli, when: propose(nil), refused: NotYours},
		"a stranger is not registered":           {given: triad(), by: stranger, when: propose(nil), refused: NotRegistered},
		"who dropped out meets no more":          {given: triad(left(anne)), by: anne, when: propose(nil), refused: NotYours},
		"nor does a group that is dissolved":     {given: triad(events.GroupDissolved{Group: "t01", Reason: "too-few"}), by: anne, when: propose(nil), refused: NotFound},
		"a time is given":                        refused(Incomplete, func(c *ProposeMeeting) { c.StartsAt = time.Time{} }),
		"a time is ahead":                        refused(NotAhead, func(c *ProposeMeeting) { c.StartsAt = noon }),
		"and within the cohort":                  refused(OutsideCohort, func(c *ProposeMeeting) { c.StartsAt = lastDay.StartsAt.Add(time.Minute) }),
		"not in a year that nobody writes":       refused(OutsideCohort, func(c *ProposeMeeting) { c.StartsAt = ahead.AddDate(18000, 0, 0) }),
		"a quarter of an hour at least":          refused(Unfit, func(c *ProposeMeeting) { c.Minutes = 14 }),
		"a working day at most":                  refused(Unfit, func(c *ProposeMeeting) { c.Minutes = 481 }),
		"in a mode in which people meet":         refused(Unfit, func(c *ProposeMeeting) { c.Mode = events.Either }),
		"before the cohort opened there is none": {given: triad(), in: "c99", by: anne, when: propose(nil), refused: CohortNotOpened},
	} {
		t.Run(name, s.run)
	}
}

func TestAcceptMeeting(t *testing.T) {
	accept := AcceptMeeting{"m1"}
	three := []any{events.GroupAgreementReached{Group: "t01", Rhythm: 4, Quorum: 3}, by(anne, proposed)}
	for name, s := range map[string]spec{
		"two can come, so it is agreed":      {given: triad(by(anne, proposed)), by: matti, when: accept, then: []events.Event{accepted, agreed}},
		"where three are a quorum, not yet":  {given: triad(three...), by: matti, when: accept, then: []events.Event{accepted}},
		"until the third can":                {given: triad(three...).and(by(matti, accepted)), by: liisa, when: accept, then: []events.Event{accepted, agreed}},
		"who dropped out can't come":         {given: triad(by(anne, proposed), left(anne)), by: matti, when: accept, then: []events.Event{accepted}},
		"and is no part of the quorum":       {given: triad(three...).and(by(matti, accepted), left(liisa)), by: matti, when: accept, then: []events.Event{agreed}},
		"one more may come to an agreed one": {given: meeting(), by: liisa, when: accept, then: []events.Event{accepted}},
		"who could not may after all":        {given: meeting(by(liisa, declined)), by: liisa, when: accept, then: []events.Event{accepted}},
		"whoever proposes has accepted":      {given: triad(by(anne, proposed)), by: anne, when: accept},
		"accepting twice is quiet":           {given: meeting(), by: matti, when: accept},
		"nobody for them":                    {given: triad(by(anne, proposed)), when: accept, refused: NotYours},
		"not of another group":               {given: triad(by(anne, proposed)), by: olli, when: accept, refused: NotYours},
		"a meeting is there":                 {given: triad(), by: anne, when: accept, refused: NotFound},
		"not once it has begun":              {given: triad(by(anne, proposed)), by: matti, at: ahead, when: accept, refused: NotAhead},
		"nor once it was cancelled":          {given: meeting(off), by: liisa, when: accept, refused: MeetingIsOff},
		"nor once it was held":               {given: meeting(held), by: liisa, at: afterIt, when: accept, refused: AlreadyHeld},
		"the erased can't come":              {given: triad(by(anne, proposed), erased(matti)), by: matti, when: accept, refused: Erased},
	} {
		t.Run(name, s.run)
	}
}

func TestDeclineMeeting(t *testing.T) {
	decline := DeclineMeeting{"m1"}
	for name, s := range map[string]spec{
		"a member can't come":        {given: triad(by(anne, proposed)), by: matti, when: decline, then: []events.Event{declined}},
		"also to one that is agreed": {given: meeting(), by: matti, when: decline, then: []events.Event{declined}},
		"declining twice is quiet":   {given: meeting(by(liisa, declined)), by: liisa, when: decline},
		"nobody for them":            {given: meeting(), when: decline, refused: NotYours},
		"a meeting is there":         {given: triad(), by: anne, when: decline, refused: NotFound},
		"not once it has begun":      {given: meeting(), by: liisa, at: ahead, when: decline, refused: NotAhead},
		"nor once it was cancelled":  {given: meeting(off), by: liisa, when: decline, refused: MeetingIsOff},
	} {
		t.Run(name, s.run)
	}
}

func TestMoveMeeting(t *testing.T) {
	later := ahead.AddDate(0, 0, 7)
	moved := events.MeetingMoved{Meeting: "m1", Group: "t01", StartsAt: later, Minutes: 60, Mode: events.Teams, OldStart: ahead}
	move := MoveMeeting{"m1", later, 60, events.Teams}
	past := move
	past.StartsAt = noon
	for name, s := range map[string]spec{
		"a member moves it":              {given: meeting(), by: liisa, when: move, then: []events.Event{moved}},
		"even once it should have begun": {given: meeting(), by: anne, at: afterIt, when: move, then: []events.Event{moved}},
		"the same again is quiet":        {given: meeting(moved), by: anne, when: move},
		"nobody for them":                {given: meeting(), when: move, refused: NotYours},
		"a meeting is there":             {given: triad(), by: anne, when: move, refused: NotFound},
		"only one that was agreed":       {given: triad(by(anne, proposed)), by: anne, when: move, refused: NotAgreed},
		"not into the past":              {given: meeting(), by: anne, when: past, refused: NotAhead},
		"nor out of the cohort":          {given: meeting(), by: anne, when: MoveMeeting{"m1", ahead.AddDate(1, 0, 0), 60, events.Lab}, refused: OutsideCohort},
		"nor for too long":               {given: meeting(), by: anne, when: MoveMeeting{"m1", later, 500, events.Lab}, refused: Unfit},
		"nor into no mode":               {given: meeting(), by: anne, when: MoveMeeting{"m1", later, 60, "pub"}, refused: Unfit},
		"nor once it was held":           {given: meeting(held), by: anne, at: afterIt, when: move, refused: AlreadyHeld},
		"nor once it was cancelled":      {given: meeting(off), by: anne, when: move, refused: MeetingIsOff},
	} {
		t.Run(name, s.run)
	}
}

func TestCancelMeeting(t *testing.T) {
	cancel := CancelMeeting{"m1", "illness"}
	for name, s := range map[string]spec{
		"a member calls it off":             {given: meeting(), by: liisa, when: cancel, then: []events.Event{off}},
		"before it is agreed":               {given: triad(by(anne, proposed)), by: anne, when: cancel, then: []events.Event{off}},
		"cancelling twice is quiet":         {given: meeting(off), by: anne, when: CancelMeeting{"m1", "clash"}},
		"nobody for them":                   {given: meeting(), when: cancel, refused: NotYours},
		"nor when it is so already":         {given: meeting(off), when: cancel, refused: NotYours},
		"a meeting is there":                {given: triad(), by: anne, when: cancel, refused: NotFound},
		"the reason is known":               {given: meeting(), by: anne, when: CancelMeeting{"m1", "whim"}, refused: CodeUnknown},
		"what was held can't be called off": {given: meeting(held), by: anne, at: afterIt, when: cancel, refused: AlreadyHeld},
	} {
		t.Run(name, s.run)
	}
}
