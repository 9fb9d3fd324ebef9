package programme

import (
	"testing"
	"time"

	"kolmikko/events"
)

// triad is anne, matti and liisa as the group t01.
func triad(more ...any) given { return begun(grouped(anne, matti, liisa)...).and(more...) }

// erased is a person whose data was destroyed.
func erased(p events.PersonID) events.Recorded {
	return whole(events.PersonErased{Person: p, Ground: "request"})
}

func assent(p events.PersonID, rhythm, quorum int) events.Recorded {
	return by(p, events.GroupAgreementAssented{Group: "t01", Person: p, Rhythm: rhythm, Quorum: quorum})
}

func TestAssentToTerms(t *testing.T) {
	terms := AssentToTerms{"t01", 4, 2}
	reached := events.GroupAgreementReached{Group: "t01", Rhythm: 4, Quorum: 2}
	mine := []events.Event{assent(anne, 4, 2).Event}
	dissolved := events.GroupDissolved{Group: "t01", Reason: "too-few"}
	two := triad(assent(matti, 4, 2), assent(liisa, 4, 2))
	all := two.and(assent(anne, 4, 2), reached)
	for name, s := range map[string]spec{
		"the first assents":                       {given: triad(), by: anne, when: terms, then: mine},
		"with the last it is agreed":              {given: two, by: anne, when: terms, then: []events.Event{mine[0], reached}},
		"other terms are no agreement":            {given: triad(assent(matti, 4, 2), assent(liisa, 4, 3)), by: anne, when: terms, then: mine},
		"assenting twice is quiet":                {given: triad(assent(anne, 4, 2)), by: anne, when: terms},
		"also once it is agreed":                  {given: all, by: anne, when: terms},
		"other terms may be agreed later":         {given: all.and(assent(matti, 2, 3), assent(liisa, 2, 3)), by: anne, when: AssentToTerms{"t01", 2, 3}, then: []events.Event{assent(anne, 2, 3).Event, events.GroupAgreementReached{Group: "t01", Rhythm: 2, Quorum: 3}}},
		"who dropped out is not waited for":       {given: triad(assent(matti, 4, 2), left(liisa)), by: anne, when: terms, then: []events.Event{mine[0], reached}},
		"nor who was erased":                      {given: triad(assent(matti, 4, 2), erased(liisa)), by: anne, when: terms, then: []events.Event{mine[0], reached}},
		"asking again agrees without them":        {given: triad(assent(matti, 4, 2), assent(anne, 4, 2), left(liisa)), by: anne, when: terms, then: []events.Event{reached}},
		"one alone agrees with nobody":            {given: triad(left(matti), left(liisa)), by: anne, when: AssentToTerms{"t01", 4, 2}, refused: Unfit},
		"not for them":                            {given: two, when: terms, refused: NotYours},
		"not of another group":                    {given: triad(), by: olli, when: terms, refused: NotYours},
		"who dropped out has no say":              {given: triad(left(anne)), by: anne, when: terms, refused: NotYours},
		"nor has who was erased":                  {given: triad(erased(anne)), by: anne, when: terms, refused: Erased},
		"a group is there":                        {given: triad(), by: anne, when: AssentToTerms{"t09", 4, 2}, refused: NotFound},
		"and not dissolved":                       {given: triad(dissolved), by: anne, when: terms, refused: NotFound},
		"a rhythm is a week at least":             {given: triad(), by: anne, when: AssentToTerms{"t01", 0, 2}, refused: Unfit},
		"and half a year at most":                 {given: triad(), by: anne, when: AssentToTerms{"t01", 27, 2}, refused: Unfit},
		"one alone is no quorum":                  {given: triad(), by: anne, when: AssentToTerms{"t01", 4, 1}, refused: Unfit},
		"nor are more than they are":              {given: triad(), by: anne, when: AssentToTerms{"t01", 4, 4}, refused: Unfit},
		"a cohort that is over agrees on nothing": {given: triad(events.CohortCompleted{}), by: anne, when: terms, refused: CohortOver},
	} {
		t.Run(name, s.run)
	}
}

func TestAgreeThemes(t *testing.T) {
	agreed := events.GroupThemesAgreed{Group: "t01", Themes: []events.Code{"leading-change", "wellbeing"}, OwnThemes: 1}
	own := events.GroupThemesAgreed{Group: "t01", OwnThemes: 2}
	for name, s := range map[string]spec{
		"a member says what they agreed": {given: triad(), by: anne, when: AgreeThemes(agreed), then: []events.Event{agreed}},
		"themes of their own only":       {given: triad(), by: anne, when: AgreeThemes(own), then: []events.Event{own}},
		"others replace them":            {given: triad(agreed), by: matti, when: AgreeThemes(own), then: []events.Event{own}},
		"the same again is quiet":        {given: triad(agreed), by: matti, when: AgreeThemes{"t01", []events.Code{"wellbeing", "leading-change"}, 1}},
		"not for them":                   {given: triad(), when: AgreeThemes(agreed), refused: NotYours},
		"a theme is known":               {given: triad(), by: anne, when: AgreeThemes{"t01", []events.Code{"gossip"}, 0}, refused: CodeUnknown},
		"and there once":                 {given: triad(), by: anne, when: AgreeThemes{"t01", []events.Code{"wellbeing", "wellbeing"}, 0}, refused: Unfit},
		"at least one":                   {given: triad(), by: anne, when: AgreeThemes{"t01", nil, 0}, refused: Incomplete},
		"ten of their own at most":       {given: triad(), by: anne, when: AgreeThemes{"t01", nil, 11}, refused: Unfit},
		"a count is not negative":        {given: triad(), by: anne, when: AgreeThemes{"t01", agreed.Themes, -1}, refused: Unfit},
	} {
		t.Run(name, s.run)
	}
}

func TestRaiseConcern(t *testing.T) {
	raised := events.ConcernRaised{Group: "t01", Concern: "silence"}
	for name, s := range map[string]spec{
		"a member is worried":         {given: triad(), by: anne, when: RaiseConcern(raised), then: []events.Event{raised}},
		"the same that day is quiet":  {given: triad(by(anne, raised)), by: anne, at: noon.Add(time.Hour), when: RaiseConcern(raised)},
		"another day it counts again": {given: triad(by(anne, raised)), by: anne, at: noon.Add(24 * time.Hour), when: RaiseConcern(raised), then: []events.Event{raised}},
		"another worries as well":     {given: triad(by(matti, raised)), by: anne, when: RaiseConcern(raised), then: []events.Event{raised}},
		"nobody for them":             {given: triad(), when: RaiseConcern(raised), refused: NotYours},
		"a concern is known":          {given: triad(), by: anne, when: RaiseConcern{"t01", "gossip"}, refused: CodeUnknown},
	} {
		t.Run(name, s.run)
	}
}

func TestEndParticipation(t *testing.T) {
	gone := left(anne).Event
	end := EndParticipation{anne, events.Peer, "new-post"}
	own := EndParticipation{"", events.Peer, "new-post"}
	groupless := events.ParticipantDroppedOut{Person: anne, Track: events.Peer, Reason: "new-post"}
	for name, s := range map[string]spec{
		"somebody drops out":                {given: triad(), by: anne, when: own, then: []events.Event{gone}},
		"by the coordinator":                {given: triad(), when: end, then: []events.Event{gone}},
		"before there is a group":           {given: begun(enrolled(anne)...), by: anne, when: own, then: []events.Event{groupless}},
		"after their group was dissolved":   {given: triad(events.GroupDissolved{Group: "t01", Reason: "too-few"}), by: anne, when: own, then: []events.Event{groupless}},
		"twice is quiet":                    {given: triad(left(anne)), by: anne, when: EndParticipation{"", events.Peer, "illness"}},
		"the erased, by the coordinator":    {given: triad(erased(anne)), when: end, then: []events.Event{gone}},
		"not by themselves":                 {given: triad(erased(anne)), by: anne, when: own, refused: Erased},
		"not by another":                    {given: triad(), by: matti, when: end, refused: NotYours},
		"nor by the evaluator":              {given: triad(), by: evaluator, when: end, refused: NotYours},
		"only who had a seat":               {given: triad(), by: olli, when: own, refused: NotActive},
		"on that track":                     {given: triad(), by: anne, when: EndParticipation{"", events.Reverse, "new-post"}, refused: NotActive},
		"the reason is known":               {given: triad(), by: anne, when: EndParticipation{"", events.Peer, "whim"}, refused: CodeUnknown},
		"a track is one of two":             {given: triad(), by: anne, when: EndParticipation{"", "sideways", "new-post"}, refused: TrackNotOffered},
		"a reserved actor is no person":     {given: triad(), by: events.Clock, when: own, refused: NotYours},
		"nor is a cohort that is over left": {given: triad(events.CohortCompleted{}), by: anne, when: own, refused: CohortOver},
	} {
		t.Run(name, s.run)
	}
}
