package programme

import (
	"slices"
	"testing"

	"kolmikko/events"
)

// applying is what anne asks, changed.
func applying(change func(*SubmitEnrolment)) SubmitEnrolment {
	a := application("o1")
	c := SubmitEnrolment{Person: anne, Track: events.Peer, Part: events.Supervisor, Consent: 1, Organisation: a.Organisation,
		Region: a.Region, Languages: a.Languages, Themes: a.Themes, Slots: a.Slots, Mode: a.Mode, Experience: a.Experience}
	if change != nil {
		change(&c)
	}
	return c
}

// applied is what follows from applying.
func applied(id events.EnrolmentID, c SubmitEnrolment) events.EnrolmentSubmitted {
	return events.EnrolmentSubmitted{Enrolment: id, Person: c.Person, Track: c.Track, Part: c.Part, Application: c.application()}
}

func consented(p events.PersonID, version int) events.ConsentGiven {
	return events.ConsentGiven{Person: p, Purpose: Participation, TextVersion: version}
}

func TestSubmitEnrolment(t *testing.T) {
	submit := applying(nil)
	yes, follows := consented(anne, 1), applied("e1", submit)
	without := applying(func(c *SubmitEnrolment) { c.Consent = 0 })
	mine := applying(func(c *SubmitEnrolment) { c.Person = "" })
	week := applying(func(c *SubmitEnrolment) { slices.Reverse(c.Slots) })
	gone := events.ConsentWithdrawn{Person: anne, Purpose: Participation}
	back := events.EnrolmentWithdrawn{Enrolment: "e1", Reason: "no-time"}
	for name, s := range map[string]spec{
		"with consent in the same breath":     {given: begun(seats), by: anne, when: submit, then: []events.Event{yes, follows}},
		"or given before":                     {given: begun(seats, yes), by: anne, when: without, then: []events.Event{follows}},
		"a newer text is agreed to anew":      {given: begun(seats, yes), by: anne, when: applying(func(c *SubmitEnrolment) { c.Consent = 2 }), then: []events.Event{consented(anne, 2), follows}},
		"an older one is not":                 {given: begun(seats, consented(anne, 2)), by: anne, when: submit, then: []events.Event{follows}},
		"not without consent":                 {given: begun(seats), by: anne, when: without, refused: ConsentMissing},
		"not when it was withdrawn":           {given: begun(seats, yes, gone), by: anne, when: without, refused: ConsentMissing},
		"but when it is given again":          {given: begun(seats, yes, gone), by: anne, when: submit, then: []events.Event{yes, follows}},
		"which a coordinator can't":           {given: begun(seats, yes, gone), when: submit, refused: ConsentGone},
		"who asks is who enrols":              {given: begun(seats), by: anne, when: mine, then: []events.Event{yes, follows}},
		"a coordinator enrols others":         {given: begun(seats), when: submit, then: []events.Event{yes, follows}},
		"nobody else does":                    {given: begun(seats), by: matti, when: submit, refused: NotYours},
		"half-days are in the week's order":   {given: begun(seats, yes), by: anne, when: week, then: []events.Event{follows}},
		"asking twice is quiet":               {given: begun(seats, yes, follows), by: anne, when: submit},
		"also once it is accepted":            {given: begun(seats, yes, follows, events.EnrolmentAccepted{Enrolment: "e1"}), by: anne, when: without},
		"one live enrolment on a track":       {given: begun(seats, yes, follows), by: anne, when: applying(func(c *SubmitEnrolment) { c.Experience = 3 }), refused: AlreadyEnrolled},
		"who withdrew may come again":         {given: begun(seats, yes, follows, back), by: anne, when: submit, then: []events.Event{applied("e2", submit)}},
		"enrolment is open":                   {given: begun(), by: anne, when: submit, refused: EnrolmentClosed},
		"and not closed since":                {given: begun(seats, events.EnrolmentClosed{Track: events.Peer, Part: events.Supervisor}), by: anne, when: submit, refused: EnrolmentClosed},
		"for this part":                       {given: begun(newcomers), by: anne, when: applying(func(c *SubmitEnrolment) { c.Track = events.Reverse }), refused: EnrolmentClosed},
		"who comes later may wait":            {given: begun(slices.Concat(enrolled(matti), []any{seatsFor(1)})...), by: anne, when: submit, then: []events.Event{yes, applied("e2", submit)}},
		"a stranger registers first":          {given: begun(seats), by: stranger, when: applying(func(c *SubmitEnrolment) { c.Person = stranger }), refused: NotRegistered},
		"also by a coordinator":               {given: begun(seats), when: applying(func(c *SubmitEnrolment) { c.Person = stranger }), refused: NotRegistered},
		"nobody who was erased":               {given: begun(seats, whole(events.PersonErased{Person: anne})), by: anne, when: submit, refused: Erased},
		"everyone works somewhere":            {given: begun(seats), by: anne, when: applying(func(c *SubmitEnrolment) { c.Organisation = "o9" }), refused: NotFound},
		"a newcomer is new":                   {given: begun(newcomers), by: anne, when: newcomer(13), refused: NoNewcomer},
		"a year is new enough":                {given: begun(newcomers), by: anne, when: newcomer(12), then: []events.Event{yes, applied("e1", newcomer(12))}},
		"three half-days are too few":         {given: begun(seats), by: anne, when: applying(func(c *SubmitEnrolment) { c.Slots = c.Slots[:3] }), refused: TooFewSlots},
		"the same half-day does not count":    {given: begun(seats), by: anne, when: applying(func(c *SubmitEnrolment) { c.Slots[0] = c.Slots[1] }), refused: Unfit},
		"saturday is no half-day":             {given: begun(seats), by: anne, when: applying(func(c *SubmitEnrolment) { c.Slots[0] = "sat-am" }), refused: Unfit},
		"everyone speaks something":           {given: begun(seats), by: anne, when: applying(func(c *SubmitEnrolment) { c.Languages = nil }), refused: Incomplete},
		"that is on its list":                 {given: begun(seats), by: anne, when: applying(func(c *SubmitEnrolment) { c.Languages = []events.Code{"la"} }), refused: CodeUnknown},
		"everyone has a theme":                {given: begun(seats), by: anne, when: applying(func(c *SubmitEnrolment) { c.Themes = nil }), refused: Incomplete},
		"themes are on their list":            {given: begun(seats), by: anne, when: applying(func(c *SubmitEnrolment) { c.Themes = []events.Code{"hats"} }), refused: CodeUnknown},
		"regions as well":                     {given: begun(seats), by: anne, when: applying(func(c *SubmitEnrolment) { c.Region = "atlantis" }), refused: CodeUnknown},
		"nobody prefers to be absent":         {given: begun(seats), by: anne, when: applying(func(c *SubmitEnrolment) { c.Mode = events.Absent }), refused: Unfit},
		"experience is in four steps":         {given: begun(seats), by: anne, when: applying(func(c *SubmitEnrolment) { c.Experience = 4 }), refused: Unfit},
		"a team's size in three":              {given: begun(seats), by: anne, when: applying(func(c *SubmitEnrolment) { c.TeamSize = 3 }), refused: Unfit},
		"nobody reports to themselves":        {given: begun(seats), by: anne, when: applying(func(c *SubmitEnrolment) { c.Superior = anne }), refused: Unfit},
		"nor to a stranger":                   {given: begun(seats), by: anne, when: applying(func(c *SubmitEnrolment) { c.Superior = stranger }), refused: NotRegistered},
		"nobody enrols when it is over":       {given: begun(seats, events.CohortCompleted{}), by: anne, when: submit, refused: CohortOver},
		"a version of a text is not negative": {given: begun(seats), by: anne, when: applying(func(c *SubmitEnrolment) { c.Consent = -1 }), refused: Unfit},
	} {
		t.Run(name, s.run)
	}
}

// seatsFor is so many seats on the peer track.
func seatsFor(capacity int) events.EnrolmentOpened {
	e := seats
	e.Capacity = capacity
	return e
}

func newcomer(months int) SubmitEnrolment {
	return applying(func(c *SubmitEnrolment) { c.Track, c.Part, c.Months = events.Reverse, events.Newcomer, months })
}

// amending is what anne asks of e1, changed.
func amending(change func(*AmendEnrolment)) AmendEnrolment {
	a := application("o1")
	c := AmendEnrolment{Enrolment: "e1", Organisation: a.Organisation, Region: a.Region, Languages: a.Languages,
		Themes: a.Themes, Slots: a.Slots, Mode: a.Mode, Experience: a.Experience}
	change(&c)
	return c
}

func TestAmendEnrolment(t *testing.T) {
	amend := amending(func(c *AmendEnrolment) { c.Experience = 2 })
	now := application("o1")
	now.Experience = 2
	follows := events.EnrolmentAmended{Enrolment: "e1", Application: now}
	frozen := events.MatchingFrozen{Track: events.Peer, Enrolments: []events.EnrolmentID{"e1"}}
	others := events.MatchingFrozen{Track: events.Peer, Enrolments: []events.EnrolmentID{"e2"}}
	there := func(more ...any) given { return begun(append(enrolled(anne, matti), more...)...) }
	for name, s := range map[string]spec{
		"people amend their own":             {given: there(), by: anne, when: amend, then: []events.Event{follows}},
		"a coordinator amends anybody's":     {given: there(), when: amend, then: []events.Event{follows}},
		"nobody else":                        {given: there(), by: matti, when: amend, refused: NotYours},
		"asking twice is quiet":              {given: there(follows), by: anne, when: amend},
		"not while it is matched":            {given: there(frozen), by: anne, when: amend, refused: MatchingIsOn},
		"unless it is not among the matched": {given: there(others), by: anne, when: amend, then: []events.Event{follows}},
		"not when it was withdrawn":          {given: there(events.EnrolmentWithdrawn{Enrolment: "e1"}), by: anne, when: amend, refused: NotLive},
		"everyone works somewhere":           {given: there(), by: anne, when: amending(func(c *AmendEnrolment) { c.Organisation = "o9" }), refused: NotFound},
		"it is held to the same rules":       {given: there(), by: anne, when: amending(func(c *AmendEnrolment) { c.Slots = nil }), refused: TooFewSlots},
		"it is there":                        {given: there(), when: amending(func(c *AmendEnrolment) { c.Enrolment = "e9" }), refused: NotFound},
		"who has none amends none":           {given: there(), by: anne, when: amending(func(c *AmendEnrolment) { c.Enrolment = "e9" }), refused: NotYours},
	} {
		t.Run(name, s.run)
	}
}

func TestWithdrawEnrolment(t *testing.T) {
	withdraw := WithdrawEnrolment{"e1", "no-time"}
	follows := []events.Event{events.EnrolmentWithdrawn(withdraw)}
	there := func(more ...any) given { return begun(append(enrolled(anne, matti, liisa), more...)...) }
	for name, s := range map[string]spec{
		"people withdraw their own":      {given: there(), by: anne, when: withdraw, then: follows},
		"a coordinator whom they told":   {given: there(), when: withdraw, then: follows},
		"nobody else":                    {given: there(), by: matti, when: withdraw, refused: NotYours},
		"asking twice is quiet":          {given: there(follows[0]), by: anne, when: withdraw},
		"who was declined has nothing":   {given: there(events.EnrolmentDeclined{Enrolment: "e1"}), by: anne, when: withdraw, refused: NotLive},
		"who has a group drops out":      {given: begun(grouped(anne, matti, liisa)...), by: anne, when: withdraw, refused: InAGroup},
		"a reason is on its list":        {given: there(), by: anne, when: WithdrawEnrolment{"e1", "bored"}, refused: CodeUnknown},
		"it is there":                    {given: there(), when: WithdrawEnrolment{"e9", "no-time"}, refused: NotFound},
		"a stranger learns nothing more": {given: there(), by: stranger, when: WithdrawEnrolment{"e9", "no-time"}, refused: NotYours},
	} {
		t.Run(name, s.run)
	}
}
