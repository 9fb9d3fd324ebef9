package programme

import (
	"testing"

	"kolmikko/events"
)

func TestGiveConsent(t *testing.T) {
	give := GiveConsent{"research", 2}
	follows := events.ConsentGiven{Person: anne, Purpose: "research", TextVersion: 2}
	gone := events.ConsentWithdrawn{Person: anne, Purpose: "research"}
	for name, s := range map[string]spec{
		"people consent for themselves":   {given: begun(), by: anne, when: give, then: []events.Event{follows}},
		"asking twice is quiet":           {given: begun(follows), by: anne, when: give},
		"to a newer text anew":            {given: begun(follows), by: anne, when: GiveConsent{"research", 3}, then: []events.Event{events.ConsentGiven{Person: anne, Purpose: "research", TextVersion: 3}}},
		"not to an older one":             {given: begun(follows), by: anne, when: GiveConsent{"research", 1}, refused: VersionOlder},
		"again after it was withdrawn":    {given: begun(follows, gone), by: anne, when: give, then: []events.Event{follows}},
		"a text has a version":            {given: begun(), by: anne, when: GiveConsent{"research", 0}, refused: Unfit},
		"a purpose is on its list":        {given: begun(), by: anne, when: GiveConsent{"marketing", 1}, refused: CodeUnknown},
		"a stranger can't":                {given: begun(), by: stranger, when: give, refused: NotRegistered},
		"nor a reserved actor":            {given: begun(), by: events.Import, when: give, refused: NotRegistered},
		"nobody consents when it is over": {given: begun(events.CohortCompleted{}), by: anne, when: give, refused: CohortOver},
	} {
		t.Run(name, s.run)
	}
}

func TestWithdrawConsent(t *testing.T) {
	given := events.ConsentGiven{Person: anne, Purpose: "research", TextVersion: 2}
	withdraw := WithdrawConsent{"research"}
	follows := []events.Event{events.ConsentWithdrawn{Person: anne, Purpose: "research"}}
	retired := events.CodesPublished{List: ListPurposes, Version: 1}
	for name, s := range map[string]spec{
		"at any time":                   {given: begun(given), by: anne, when: withdraw, then: follows},
		"also when the cohort is over":  {given: begun(given, events.CohortCompleted{}, events.CohortArchived{}), by: anne, when: withdraw, then: follows},
		"also when nobody asks for it":  {given: begun(given, whole(retired)), by: anne, when: withdraw, then: follows},
		"asking twice is quiet":         {given: begun(given, follows[0]), by: anne, when: withdraw},
		"what was not given is quiet":   {given: begun(given), by: matti, when: withdraw},
		"a stranger has nothing to say": {given: begun(given), by: stranger, when: withdraw, refused: NotRegistered},
		"in a cohort":                   {given: begun(given), by: anne, in: "c99", when: withdraw, refused: CohortNotOpened},
	} {
		t.Run(name, s.run)
	}
}

func TestAcceptPrinciples(t *testing.T) {
	accept := AcceptPrinciples{1}
	follows := events.PrinciplesAccepted{Person: anne, Version: 1}
	newer := whole(events.PrinciplesPublished{Version: 2, Text: events.Text{"fi": "Uusi"}})
	there := func(more ...any) given { return waiting(3, more...) }
	for name, s := range map[string]spec{
		"who has enrolled accepts them": {given: there(), by: anne, when: accept, then: []events.Event{follows}},
		"asking twice is quiet":         {given: there(follows), by: anne, when: accept},
		"only the newest":               {given: there(follows, newer), by: anne, when: accept, refused: VersionNotNewest},
		"and those anew":                {given: there(follows, newer), by: anne, when: AcceptPrinciples{2}, then: []events.Event{events.PrinciplesAccepted{Person: anne, Version: 2}}},
		"who has not enrolled":          {given: there(), by: olli, when: accept, refused: NotParticipant},
		"who withdrew":                  {given: there(events.EnrolmentWithdrawn{Enrolment: "e1"}), by: anne, when: accept, refused: NotParticipant},
		"a coordinator can't for them":  {given: there(), when: accept, refused: NotParticipant},
		"a stranger":                    {given: there(), by: stranger, when: accept, refused: NotRegistered},
		"there are some": {given: given{registered(anne), events.CohortOpened{StartsOn: "2022-10-01", TimeZone: "UTC"}}, by: anne,
			when: accept, refused: NotFound},
	} {
		t.Run(name, s.run)
	}
}

func TestStatePreference(t *testing.T) {
	avoid := StatePreference{Avoid: []events.PersonID{matti}, PreferThemes: []events.Code{"wellbeing"}}
	follows := events.PreferenceStated{Person: anne, Avoid: avoid.Avoid, PreferThemes: avoid.PreferThemes}
	frozen := events.MatchingFrozen{Track: events.Peer, Enrolments: []events.EnrolmentID{"e1"}}
	four := []events.PersonID{matti, liisa, olli, pekka}
	for name, s := range map[string]spec{
		"who has enrolled states one":    {given: waiting(3), by: anne, when: avoid, then: []events.Event{follows}},
		"asking twice is quiet":          {given: waiting(3, follows), by: anne, when: avoid},
		"a new one replaces it":          {given: waiting(3, follows), by: anne, when: StatePreference{}, then: []events.Event{events.PreferenceStated{Person: anne}}},
		"four are too many to avoid":     {given: waiting(3), by: anne, when: StatePreference{Avoid: four}, refused: TooManyAvoided},
		"organisations count as well":    {given: waiting(3), by: anne, when: StatePreference{Avoid: four[:3], AvoidHouses: []events.OrganisationID{"o1"}}, refused: TooManyAvoided},
		"four are too many to prefer":    {given: waiting(3), by: anne, when: StatePreference{Prefer: four}, refused: TooManyPreferred},
		"nobody avoids themselves":       {given: waiting(3), by: anne, when: StatePreference{Avoid: []events.PersonID{anne}}, refused: Unfit},
		"nor whom they prefer":           {given: waiting(3), by: anne, when: StatePreference{Avoid: four[:1], Prefer: four[:1]}, refused: Unfit},
		"a stranger is not named":        {given: waiting(3), by: anne, when: StatePreference{Avoid: []events.PersonID{stranger}}, refused: NotRegistered},
		"organisations are registered":   {given: waiting(3), by: anne, when: StatePreference{AvoidHouses: []events.OrganisationID{"o9"}}, refused: NotFound},
		"themes are on their list":       {given: waiting(3), by: anne, when: StatePreference{PreferThemes: []events.Code{"hats"}}, refused: CodeUnknown},
		"not while they are matched":     {given: waiting(3, frozen), by: anne, when: avoid, refused: MatchingIsOn},
		"others may meanwhile":           {given: waiting(3, frozen), by: liisa, when: avoid, then: []events.Event{events.PreferenceStated{Person: liisa, Avoid: avoid.Avoid, PreferThemes: avoid.PreferThemes}}},
		"and they once there are groups": {given: waiting(3, frozen, events.GroupsPublished{Run: "run1", Track: events.Peer}), by: anne, when: avoid, then: []events.Event{follows}},
		"who has not enrolled":           {given: waiting(3), by: olli, when: avoid, refused: NotParticipant},
		"a coordinator can't for them":   {given: waiting(3), when: avoid, refused: NotParticipant},
	} {
		t.Run(name, s.run)
	}
}
