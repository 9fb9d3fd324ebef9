package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"kolmikko/api/story"
	"kolmikko/events"
	"kolmikko/events/journal"
)

// A tellingUp counts what became of a cohort. It is a fold of the history, like
// any view, for the demo's last words only.
type tellingUp struct {
	kinds                map[events.Kind]int
	people               map[events.Part]int
	organisations        map[events.OrganisationID]bool
	groups               map[events.Track]int
	late, lab, teams     int
	answers, respondents int
	asked                map[events.SurveyID]int
}

func (u *tellingUp) apply(r events.Recorded) {
	u.kinds[events.KindOf(r.Event)]++
	switch e := r.Event.(type) {
	case events.EnrolmentSubmitted:
		u.organisations[e.Application.Organisation] = true
		if e.Track == events.Peer || e.Part == events.Newcomer {
			u.people[e.Part]++
		}
	case events.GroupsPublished:
		u.groups[e.Track] += len(e.Groups)
	case events.MeetingHeld:
		if r.At.Sub(e.HeldAt).Hours() > 7*24 {
			u.late++
		}
	case events.AttendanceRecorded:
		switch e.Mode {
		case events.Lab:
			u.lab++
		case events.Teams:
			u.teams++
		}
	case events.FeedbackGiven:
		u.respondents++
		u.answers += len(e.Answers)
	}
}

// summarise prints what became of the story: what the journal holds, counted.
func summarise(c *cobra.Command, h *house) error {
	u := &tellingUp{kinds: map[events.Kind]int{}, people: map[events.Part]int{},
		organisations: map[events.OrganisationID]bool{}, groups: map[events.Track]int{}, asked: map[events.SurveyID]int{}}
	total := 0
	for r, err := range journal.Read(c.Context(), h.log, 0, story.Programme) {
		if err != nil {
			return err
		}
		u.apply(r)
		total++
	}
	if err := h.archive.Sync(); err != nil {
		return err
	}
	bytes, files := sizeOf(h.archiveDir)
	u.print(c.OutOrStdout())
	fmt.Fprintf(c.OutOrStdout(), "history      %d events of %d kinds; archive %s in %d files\n", total, len(u.kinds), bytesOf(bytes), files)
	return nil
}

func (u *tellingUp) print(w io.Writer) {
	k := u.kinds
	fmt.Fprintf(w, "people       %d supervisors and %d newcomers of %d organisations enrolled\n",
		u.people[events.Supervisor], u.people[events.Newcomer], len(u.organisations))
	fmt.Fprintf(w, "             %d enrolments accepted, %d promoted from the waiting list, %d withdrawn, %d declined\n",
		k["enrolment-accepted"], k["enrolment-promoted"], k["enrolment-withdrawn"], k["enrolment-declined"])
	fmt.Fprintf(w, "groups       %d triads and %d reverse groups; %d dropped out, %d repair, %d erased\n",
		u.groups[events.Peer], u.groups[events.Reverse], k["participant-dropped-out"], k["groups-repaired"], k["person-erased"])
	fmt.Fprintf(w, "meetings     %d proposed, %d agreed, %d held; %d moved, %d cancelled, %d reported over a week late, %d corrected\n",
		k["meeting-proposed"], k["meeting-agreed"], k["meeting-held"], k["meeting-moved"], k["meeting-cancelled"], u.late, k["record-corrected"])
	fmt.Fprintf(w, "gatherings   %d held; %d attended on site, %d on Teams\n", k["gathering-scheduled"]-k["gathering-cancelled"], u.lab, u.teams)
	fmt.Fprintf(w, "surveys      %d; %d respondents gave %d answers\n", k["survey-opened"], u.respondents, u.answers)
	fmt.Fprintf(w, "wishes       %d, one of which became the programme\n", k["wish-submitted"])
}
