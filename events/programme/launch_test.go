package programme

import (
	"testing"

	"kolmikko/events"
)

func TestProposeProgramme(t *testing.T) {
	heard := by(anne, events.WishSubmitted{Wish: "w1", Themes: []events.Code{"wellbeing"}})
	propose := ProposeProgramme{events.Text{"fi": "Vertaismentorointi"}, []events.Text{{"fi": "Verkostot"}}, []events.WishID{"w1"}}
	follows := events.ProgrammeProposed(propose)
	before := given{registered(owner), whole(events.RoleGranted{Person: owner, Role: events.Owner}), heard}
	other := func(change func(*ProposeProgramme)) ProposeProgramme {
		c := propose
		change(&c)
		return c
	}
	for name, s := range map[string]spec{
		"an owner proposes it from a wish": {given: before, by: owner, when: propose, then: []events.Event{follows}},
		"or from none": {given: before, by: owner, when: other(func(c *ProposeProgramme) { c.FromWishes = []events.WishID{} }),
			then: []events.Event{events.ProgrammeProposed{Title: propose.Title, Goals: propose.Goals}}},
		"asking twice is quiet":       {given: append(before, whole(follows)), by: owner, when: propose},
		"it is proposed once":         {given: append(before, whole(follows)), by: owner, when: other(func(c *ProposeProgramme) { c.FromWishes = nil }), refused: ProposedBefore},
		"its wishes exist":            {given: before, by: owner, when: other(func(c *ProposeProgramme) { c.FromWishes = []events.WishID{"w7"} }), refused: NotFound},
		"it has a title":              {given: before, by: owner, when: ProposeProgramme{Goals: propose.Goals}, refused: Incomplete},
		"it has a goal":               {given: before, by: owner, when: ProposeProgramme{Title: propose.Title}, refused: Incomplete},
		"a coordinator proposes none": {given: begun(), when: propose, refused: NotYours},
	} {
		t.Run(name, s.run)
	}
}

func TestLaunchProgramme(t *testing.T) {
	launch := LaunchProgramme{"2022-09-01", "2030-06-30", []events.Track{events.Peer}, []events.Text{{"fi": "Luottamus"}}}
	follows := events.ProgrammeLaunched(launch)
	before := given{registered(owner), whole(events.RoleGranted{Person: owner, Role: events.Owner})}
	proposed := append(before, whole(events.ProgrammeProposed{Title: events.Text{"fi": "Vertaismentorointi"}}))
	other := func(change func(*LaunchProgramme)) LaunchProgramme {
		c := launch
		change(&c)
		return c
	}
	for name, s := range map[string]spec{
		"an owner launches it":            {given: proposed, by: owner, when: launch, then: []events.Event{follows}},
		"asking twice is quiet":           {given: append(proposed, whole(follows)), by: owner, when: launch},
		"it is launched once":             {given: append(proposed, whole(follows)), by: owner, when: other(func(c *LaunchProgramme) { c.EndsOn = "2029-06-30" }), refused: LaunchedBefore},
		"it was proposed":                 {given: before, by: owner, when: launch, refused: NotProposed},
		"it starts before it ends":        {given: proposed, by: owner, when: other(func(c *LaunchProgramme) { c.EndsOn = "2022-09-01" }), refused: EndsBeforeStart},
		"its days are days":               {given: proposed, by: owner, when: other(func(c *LaunchProgramme) { c.StartsOn = "2022-02-30" }), refused: Unfit},
		"it has a track":                  {given: proposed, by: owner, when: other(func(c *LaunchProgramme) { c.Tracks = nil }), refused: Incomplete},
		"its tracks are known":            {given: proposed, by: owner, when: other(func(c *LaunchProgramme) { c.Tracks = []events.Track{"solo"} }), refused: Unfit},
		"each of them once":               {given: proposed, by: owner, when: other(func(c *LaunchProgramme) { c.Tracks = []events.Track{"peer", "peer"} }), refused: Unfit},
		"a principle has words":           {given: proposed, by: owner, when: other(func(c *LaunchProgramme) { c.Principles = []events.Text{{}} }), refused: Unfit},
		"a coordinator does not launch":   {given: begun(), when: launch, refused: NotYours},
		"the operator does not launch it": {given: proposed, by: events.Operator, when: launch, refused: NotYours},
	} {
		t.Run(name, s.run)
	}
}

func TestOpenCohort(t *testing.T) {
	open := OpenCohort{events.Text{"fi": "2022–2023"}, "2022-10-01", "2023-05-31", []events.Track{events.Peer}, ""}
	follows := events.CohortOpened(open)
	follows.TimeZone = "Europe/Helsinki"
	there := events.Recorded{By: coordinator, Cohort: "c23", At: noon, Event: follows}
	summary := events.Recorded{By: evaluator, Cohort: "c23", At: noon, Event: events.HistoricalSummaryImported{}}
	other := func(change func(*OpenCohort)) OpenCohort {
		c := open
		change(&c)
		return c
	}
	for name, s := range map[string]spec{
		"a coordinator opens one":         {given: begun(), in: "c23", when: open, then: []events.Event{follows}},
		"asking twice is quiet":           {given: begun(there), in: "c23", when: open},
		"it is opened once":               {given: begun(there), in: "c23", when: other(func(c *OpenCohort) { c.EndsOn = "2023-06-30" }), refused: OpenedBefore},
		"not where a summary stands":      {given: begun(summary), in: "c23", when: open, refused: HasSummary},
		"its id is a word":                {given: begun(), in: "C 23", when: open, refused: Unfit},
		"the whole programme is none":     {given: begun(), in: events.WholeProgramme, when: open, refused: Unfit},
		"the programme is launched":       {given: given{registered(owner), whole(events.RoleGranted{Person: owner, Role: events.Owner})}, by: owner, when: open, refused: NotLaunched},
		"it lies within the programme":    {given: begun(), in: "c23", when: other(func(c *OpenCohort) { c.EndsOn = "2024-05-31" }), refused: OutsideProgramme},
		"it starts before it ends":        {given: begun(), in: "c23", when: other(func(c *OpenCohort) { c.EndsOn = "2022-09-30" }), refused: EndsBeforeStart},
		"it has a title":                  {given: begun(), in: "c23", when: other(func(c *OpenCohort) { c.Title = nil }), refused: Incomplete},
		"its tracks are the programme's":  {given: begun(), in: "c23", when: other(func(c *OpenCohort) { c.Tracks = []events.Track{"solo"} }), refused: Unfit},
		"its time zone is known":          {given: begun(), in: "c23", when: other(func(c *OpenCohort) { c.TimeZone = "Europe/Atlantis" }), refused: TimeZoneUnknown},
		"and the same on every machine":   {given: begun(), in: "c23", when: other(func(c *OpenCohort) { c.TimeZone = "Local" }), refused: TimeZoneUnknown},
		"a participant opens none":        {given: begun(), by: anne, in: "c23", when: open, refused: NotYours},
		"another time zone may be chosen": {given: begun(), in: "c23", when: other(func(c *OpenCohort) { c.TimeZone = "UTC" }), then: []events.Event{events.CohortOpened(other(func(c *OpenCohort) { c.TimeZone = "UTC" }))}},
	} {
		t.Run(name, s.run)
	}
}

func TestPublishPrinciples(t *testing.T) {
	publish := PublishPrinciples{events.Text{"fi": "Kuuntelen.\nPidän kuulemani omanani.", "sv": "Jag lyssnar."}}
	follows := events.PrinciplesPublished{Version: 2, Text: publish.Text, Digest: DigestOf(publish.Text)}
	for name, s := range map[string]spec{
		"versions grow":                {given: begun(), when: publish, then: []events.Event{follows}},
		"asking twice is quiet":        {given: begun(whole(follows)), when: publish},
		"there is some text":           {given: begun(), when: PublishPrinciples{}, refused: Incomplete},
		"a participant publishes none": {given: begun(), by: anne, when: publish, refused: NotYours},
	} {
		t.Run(name, s.run)
	}
}

// TestDigestOf holds the canonical form to what sha256sum says of it:
// printf 'fi 15\nLuottamus\nja ä\nsv 8\nFörtro.\n' | sha256sum
func TestDigestOf(t *testing.T) {
	want := events.Digest("052157003edef9ef202598f8d92966ef479f21ab9f31bbfd1ab3cd8f31165da7")
	if got := DigestOf(events.Text{"sv": "Förtro. ", "fi": "Luottamus\r\nja ä"}); got != want {
		t.Errorf("DigestOf = %s, want %s", got, want)
	}
	if DigestOf(events.Text{"fi": "a"}) == DigestOf(events.Text{"sv": "a"}) {
		t.Error("a language makes no difference")
	}
}
