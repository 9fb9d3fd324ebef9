package story

import (
	"fmt"
	"time"

	"kolmikko/events"
	"kolmikko/events/programme"
)

// Seats of the cohort: fewer than the supervisors who want one.
var seats = []programme.OpenEnrolment{
	{Track: events.Peer, Part: events.Supervisor, Capacity: 87, Form: 1},
	{Track: events.Reverse, Part: events.Supervisor, Capacity: 40, Form: 1},
	{Track: events.Reverse, Part: events.Newcomer, Capacity: 40, Form: 1, Months: 12},
}

// Whose enrolment goes another way than most, by their row in the sheet.
const (
	withdraws = 17 // after being accepted
	firstWait = 87 // this peer and those after wait
)

// scheduleEnrolment is enrolment and review: a sheet is read in, some amend
// their enrolment, the last wait, one withdraws and the first who waited gets
// the seat.
func (t *teller) scheduleEnrolment() {
	c := t.cast.coordinator
	t.at(local(2022, 8, 22, 8, 0), func() error {
		if _, err := t.do(c, programme.StartPhase{Phase: "enrolment"}); err != nil {
			return err
		}
		for _, s := range seats {
			if _, err := t.do(c, s); err != nil {
				return err
			}
		}
		return nil
	})
	t.at(local(2022, 9, 8, 15, 0), func() error {
		_, err := t.do(c, programme.ImportEnrolments{Rows: t.cast.rows})
		return err
	})
	for i := range 9 {
		n := 5 + 10*i
		t.at(local(2022, 9, 9, 8, 10*i), func() error { return t.amend(n) })
	}
	t.at(local(2022, 9, 9, 16, 15), func() error {
		for _, s := range seats {
			if _, err := t.do(c, programme.CloseEnrolment{Track: s.Track, Part: s.Part}); err != nil {
				return err
			}
		}
		_, err := t.do(events.Clock, programme.CompletePhase{Phase: "enrolment"})
		return err
	})
	t.scheduleReview()
	t.schedulePromises()
}

// enrolment returns the id of the nth row's enrolment.
func enrolment(n int) events.EnrolmentID { return events.EnrolmentID(fmt.Sprint("e", n+1)) }

// amend lets the nth enrolled find that both ways of meeting suit.
func (t *teller) amend(n int) error {
	r := t.cast.rows[n]
	_, err := t.do(r.Person, programme.AmendEnrolment{
		Enrolment: enrolment(n), Organisation: r.Organisation, Region: r.Region, Languages: r.Languages,
		Themes: r.Themes, Slots: r.Slots, Mode: events.Either, Experience: r.Experience, Months: r.Months, TeamSize: r.TeamSize,
	})
	return err
}

// scheduleReview decides on every enrolment, a few dozen a day.
func (t *teller) scheduleReview() {
	c := t.cast.coordinator
	t.at(local(2022, 9, 12, 8, 30), func() error {
		_, err := t.do(c, programme.StartPhase{Phase: "review"})
		return err
	})
	for n := range t.cast.rows {
		when := local(2022, 9, 12+n/45, 9, 0).Add(time.Duration(n%45) * 3 * time.Minute)
		t.at(when, func() (err error) {
			if n >= firstWait && n < 90 {
				_, err = t.do(c, programme.WaitlistEnrolment{Enrolment: enrolment(n), Reason: "capacity"})
			} else {
				_, err = t.do(c, programme.AcceptEnrolment{Enrolment: enrolment(n)})
			}
			return err
		})
	}
	t.at(local(2022, 9, 15, 20, 40), func() error {
		_, err := t.do(t.cast.rows[withdraws].Person, programme.WithdrawEnrolment{Enrolment: enrolment(withdraws), Reason: "new-post"})
		return err
	})
	t.at(local(2022, 9, 16, 9, 0), func() error {
		if _, err := t.do(c, programme.PromoteEnrolment{Enrolment: enrolment(firstWait)}); err != nil {
			return err
		}
		for n := firstWait + 1; n < 90; n++ {
			if _, err := t.do(c, programme.DeclineEnrolment{Enrolment: enrolment(n), Reason: "no-seat"}); err != nil {
				return err
			}
		}
		_, err := t.do(events.Clock, programme.CompletePhase{Phase: "review"})
		return err
	})
}

// schedulePromises is what participants agree to, and whom they would rather
// have in their group.
func (t *teller) schedulePromises() {
	chance := t.chance("promises")
	for i, p := range t.cast.people {
		if !t.seated(p) {
			continue
		}
		t.at(local(2022, 9, 16, 10, 0).Add(time.Duration(chance.IntN(4*24*60))*time.Minute), func() error {
			if _, err := t.do(p, programme.AcceptPrinciples{Version: 1}); err != nil {
				return err
			}
			if !t.sharesTies(i) {
				return nil
			}
			_, err := t.do(p, programme.GiveConsent{Purpose: "ties", TextVersion: 1})
			return err
		})
	}
	for i := range 12 {
		who, other := t.cast.people[7*i], t.cast.people[7*i+3]
		if !t.seated(who) {
			continue
		}
		wish := programme.StatePreference{Avoid: []events.PersonID{other}}
		if i%3 == 0 {
			wish = programme.StatePreference{PreferThemes: []events.Code{"leading-change"}}
		}
		t.at(local(2022, 9, 17, 12, 5*i), func() error {
			_, err := t.do(who, wish)
			return err
		})
	}
}

// seated reports whether somebody has a seat after the review.
func (t *teller) seated(p events.PersonID) bool {
	for n, r := range t.cast.rows {
		if r.Person == p && n != withdraws && (n <= firstWait || n >= 90) {
			return true
		}
	}
	return false
}

// sharesTies reports whether the ith person takes part in the survey of ties.
func (t *teller) sharesTies(i int) bool { return i%6 == 1 }
