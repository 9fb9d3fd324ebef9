package programme

import (
	"slices"
	"testing"

	"kolmikko/events"
)

func TestReportTie(t *testing.T) {
	agrees := by(anne, events.ConsentGiven{Person: anne, Purpose: Ties, TextVersion: 1})
	takingPart := slices.Clip(begun(append(enrolled(anne, matti), agrees)...))
	report := ReportTie{"o2", "asks-for-advice", 1} // anne is of o1
	tie := events.TieReported{From: anne, To: "o2", Tie: "asks-for-advice", Wave: 1}
	next := tie
	next.Wave = 2
	for name, s := range map[string]spec{
		"who agreed may report":        {given: takingPart, by: anne, when: report, then: []events.Event{tie}},
		"reporting twice is quiet":     {given: append(takingPart, by(anne, tie)), by: anne, when: report},
		"a later wave is another tie":  {given: append(takingPart, by(anne, tie)), by: anne, when: ReportTie{"o2", "asks-for-advice", 2}, then: []events.Event{next}},
		"also when the cohort is over": {given: append(takingPart, over), by: anne, when: report, then: []events.Event{tie}},
		"but not once it is archived":  {given: append(takingPart, over, archive), by: anne, when: report, refused: CohortArchived},
		"who did not agree":            {given: takingPart, by: matti, when: ReportTie{"o1", "asks-for-advice", 1}, refused: ConsentMissing},
		"who agrees no longer": {given: append(takingPart, by(anne, events.ConsentWithdrawn{Person: anne, Purpose: Ties})),
			by: anne, when: report, refused: ConsentMissing},
		"nobody reports for others": {given: takingPart, when: report, refused: NotParticipant},
		"a stranger has no ties":    {given: takingPart, by: stranger, when: report, refused: NotRegistered},
		"to their own organisation": {given: takingPart, by: anne, when: ReportTie{"o1", "asks-for-advice", 1}, refused: "own-organisation"},
		"to no organisation":        {given: takingPart, by: anne, when: ReportTie{"o9", "asks-for-advice", 1}, refused: NotFound},
		"a tie that nobody knows":   {given: takingPart, by: anne, when: ReportTie{"o2", "envies", 1}, refused: CodeUnknown},
		"a wave before the first":   {given: takingPart, by: anne, when: ReportTie{"o2", "knows", -1}, refused: Unfit},
		"a wave after the last":     {given: takingPart, by: anne, when: ReportTie{"o2", "knows", 21}, refused: Unfit},
		"outside any cohort":        {given: takingPart, by: anne, in: events.WholeProgramme, when: report, refused: CohortNotOpened},
	} {
		t.Run(name, s.run)
	}
}

func TestSetGoal(t *testing.T) {
	takingPart := slices.Clip(begun(enrolled(anne, matti)...))
	set := SetGoal{"wellbeing"}
	goal := events.GoalSet{Goal: "goal1", Theme: "wellbeing"}
	for name, s := range map[string]spec{
		"its theme is known":              {given: takingPart, by: anne, when: set, then: []events.Event{goal}},
		"a theme twice is quiet":          {given: append(takingPart, by(anne, goal)), by: anne, when: set},
		"another has a goal of their own": {given: append(takingPart, by(anne, goal)), by: matti, when: set, then: []events.Event{events.GoalSet{Goal: "goal2", Theme: "wellbeing"}}},
		"nobody but a participant":        {given: takingPart, by: olli, when: set, refused: NotParticipant},
		"nobody for a participant":        {given: takingPart, when: set, refused: NotParticipant},
		"a theme that nobody knows":       {given: takingPart, by: anne, when: SetGoal{"fame"}, refused: CodeUnknown},
		"no theme":                        {given: takingPart, by: anne, when: SetGoal{}, refused: CodeUnknown},
	} {
		t.Run(name, s.run)
	}
}

func TestRateGoal(t *testing.T) {
	with := slices.Clip(begun(append(enrolled(anne, matti), by(anne, events.GoalSet{Goal: "goal1", Theme: "wellbeing"}))...))
	rated := events.GoalRated{Goal: "goal1", Level: 0}
	for name, s := range map[string]spec{
		"as hoped":                  {given: with, by: anne, when: RateGoal{"goal1", 0}, then: []events.Event{rated}},
		"the same level is quiet":   {given: append(with, by(anne, rated)), by: anne, when: RateGoal{"goal1", 0}},
		"later it may be nearer":    {given: append(with, by(anne, rated)), by: anne, when: RateGoal{"goal1", 2}, then: []events.Event{events.GoalRated{Goal: "goal1", Level: 2}}},
		"nobody rates another's":    {given: with, by: matti, when: RateGoal{"goal1", 0}, refused: NotYours},
		"nor does a coordinator":    {given: with, when: RateGoal{"goal1", 0}, refused: NotParticipant},
		"there is no such goal":     {given: with, by: anne, when: RateGoal{"goal9", 0}, refused: NotFound},
		"more than much more":       {given: with, by: anne, when: RateGoal{"goal1", 3}, refused: OffScale},
		"less than much less":       {given: with, by: anne, when: RateGoal{"goal1", -3}, refused: OffScale},
		"once the cohort is a past": {given: append(with, over, archive), by: anne, when: RateGoal{"goal1", 0}, refused: CohortArchived},
	} {
		t.Run(name, s.run)
	}
}
