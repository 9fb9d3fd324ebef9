package programme

import (
	"testing"
	"time"

	"kolmikko/events"
)

func TestSendNudge(t *testing.T) {
	nudge := SendNudge{"survey-open", anne, "e-mail"}
	sent := events.NudgeSent{Template: "survey-open", Target: anne, Channel: "e-mail"}
	declined := whole(events.NudgesDeclined{Person: anne})
	week := noon.AddDate(0, 0, 7)
	for name, s := range map[string]spec{
		"somebody is reminded":              {given: begun(), by: events.Notify, when: nudge, then: []events.Event{sent}},
		"of the whole programme as well":    {given: begun(), by: events.Notify, in: events.WholeProgramme, when: nudge, then: []events.Event{sent}},
		"of a follow-up after the end":      {given: begun(over), by: events.Notify, when: nudge, then: []events.Event{sent}},
		"again after a week":                {given: begun(sent), by: events.Notify, at: week, when: nudge, then: []events.Event{sent}},
		"not before, whatever it is about":  {given: begun(sent), by: events.Notify, at: week.Add(-time.Second), when: SendNudge{"gathering-soon", anne, "page"}, refused: NudgedLately},
		"nor of something elsewhere":        {given: begun(sent), by: events.Notify, in: events.WholeProgramme, when: nudge, refused: NudgedLately},
		"somebody else meanwhile":           {given: begun(sent), by: events.Notify, when: SendNudge{"survey-open", matti, "e-mail"}, then: []events.Event{events.NudgeSent{Template: "survey-open", Target: matti, Channel: "e-mail"}}},
		"nobody who wants none":             {given: begun(declined), by: events.Notify, when: nudge, refused: NudgesDeclined},
		"until they want some again":        {given: begun(declined, whole(events.NudgesWelcomed{Person: anne})), by: events.Notify, when: nudge, then: []events.Event{sent}},
		"nobody who was erased":             {given: begun(whole(events.PersonErased{Person: anne})), by: events.Notify, when: nudge, refused: Erased},
		"nobody who is not registered":      {given: begun(), by: events.Notify, when: SendNudge{"survey-open", stranger, "e-mail"}, refused: NotRegistered},
		"a coordinator does not remind":     {given: begun(), when: nudge, refused: NotYours},
		"nor does the clock":                {given: begun(), by: events.Clock, when: nudge, refused: NotYours},
		"a template that nobody knows":      {given: begun(), by: events.Notify, when: SendNudge{"hurry", anne, "e-mail"}, refused: CodeUnknown},
		"a channel that there is not":       {given: begun(), by: events.Notify, when: SendNudge{"survey-open", anne, "pigeon"}, refused: Unfit},
		"of a cohort that there is not":     {given: begun(), by: events.Notify, in: "c99", when: nudge, refused: CohortNotOpened},
		"nothing that is past and archived": {given: begun(over, archive), by: events.Notify, when: nudge, refused: CohortArchived},
	} {
		t.Run(name, s.run)
	}
}

func TestDeclineNudges(t *testing.T) {
	declined, welcomed := events.NudgesDeclined{Person: anne}, events.NudgesWelcomed{Person: anne}
	for name, s := range map[string]spec{
		"somebody wants none":           {given: begun(), by: anne, in: events.WholeProgramme, when: DeclineNudges{}, then: []events.Event{declined}},
		"declining twice is quiet":      {given: begun(whole(declined)), by: anne, in: events.WholeProgramme, when: DeclineNudges{}},
		"a stranger has none coming":    {given: begun(), by: stranger, in: events.WholeProgramme, when: DeclineNudges{}, refused: NotRegistered},
		"nor has one who was erased":    {given: begun(whole(events.PersonErased{Person: anne})), by: anne, when: DeclineNudges{}, refused: Erased},
		"somebody wants some again":     {given: begun(whole(declined)), by: anne, in: events.WholeProgramme, when: WelcomeNudges{}, then: []events.Event{welcomed}},
		"who never declined is quiet":   {given: begun(), by: anne, in: events.WholeProgramme, when: WelcomeNudges{}},
		"a stranger welcomes nothing":   {given: begun(), by: stranger, in: events.WholeProgramme, when: WelcomeNudges{}, refused: NotRegistered},
		"welcoming comes before erased": {given: begun(whole(events.PersonErased{Person: anne})), by: anne, when: WelcomeNudges{}, refused: Erased},
	} {
		t.Run(name, s.run)
	}
}
