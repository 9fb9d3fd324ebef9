package story

import (
	"time"

	"kolmikko/events"
	"kolmikko/events/programme"
)

// scheduleEnd is the phases as they come, the midway phase at other dates than
// announced, and the end of the cohort.
func (t *teller) scheduleEnd() {
	clock := func(when time.Time, do programme.Command) {
		t.at(when, func() error {
			_, err := t.do(events.Clock, do)
			return err
		})
	}
	clock(local(2022, 10, 5, 8, 0), programme.StartPhase{Phase: "opening"})
	clock(local(2022, 10, 5, 18, 0), programme.CompletePhase{Phase: "opening"})
	clock(local(2022, 10, 6, 6, 0), programme.StartPhase{Phase: "mentoring"})
	t.at(local(2022, 12, 16, 14, 0), func() error {
		_, err := t.do(t.cast.coordinator, programme.ReschedulePhase{
			Phase: "midway", From: "2023-01-30", To: "2023-02-24",
			Reason: events.Text{"fi": "Väliarviointi siirtyy esihenkilötreffien jälkeen.", "sv": "Mellanutvärderingen flyttas till efter chefsträffen."},
		})
		return err
	})
	clock(local(2023, 1, 30, 6, 0), programme.StartPhase{Phase: "midway"})
	clock(local(2023, 2, 24, 18, 0), programme.CompletePhase{Phase: "midway"})
	clock(local(2023, 5, 12, 18, 0), programme.CompletePhase{Phase: "mentoring"})
	clock(local(2023, 5, 17, 8, 0), programme.StartPhase{Phase: "closing"})
	clock(local(2023, 5, 17, 18, 0), programme.CompletePhase{Phase: "closing"})
	clock(local(2023, 5, 18, 6, 0), programme.StartPhase{Phase: "evaluation"})
	clock(local(2023, 5, 31, 15, 0), programme.CompletePhase{Phase: "evaluation"})
	for i := range 8 {
		t.at(local(2023, 5, 24, 9, i), func() error {
			p := t.cast.people[13*i+4]
			if !t.active(p) {
				return nil
			}
			_, err := t.do(events.Notify, programme.SendNudge{Template: "survey-closing", Target: p, Channel: "e-mail"})
			return err
		})
	}
	t.at(local(2023, 5, 31, 16, 0), func() error {
		_, err := t.do(t.cast.owner, programme.CompleteCohort{EndedOn: "2023-05-31"})
		return err
	})
}
