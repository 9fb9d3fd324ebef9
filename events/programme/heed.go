package programme

import (
	"slices"

	"kolmikko/events"
)

func heedForms() []Form {
	return slices.Concat(surveyForms(), []Form{
		form[ReportTie]("tie", "report", OfCohort, "say that you have come to know somebody of another organisation"),
		form[SetGoal]("goal", "set", OfCohort, "set yourself a goal; only its theme is known"),
		form[RateGoal]("goal", "rate", OfCohort, "say how near you are to a goal of yours"),
		form[SendNudge]("nudge", "send", OfEither, "remind somebody of something"),
		form[DeclineNudges]("nudges", "decline", OfProgramme, "want no reminders"),
		form[WelcomeNudges]("nudges", "welcome", OfProgramme, "want reminders again"),
		form[ErasePerson]("person", "erase", OfEither, "make everything known of a person unreadable, for ever"),
	})
}

// CohortArchived stands in the way of whatever may follow a cohort's end, once
// its keys are destroyed.
const CohortArchived = "cohort-archived"

// lasting returns the cohort that is asked about, also when it is over: people
// are asked once more half a year later. It ends with the archiving.
func (s *State) lasting(ask Ask) (*Cohort, error) {
	switch c := s.Cohorts[ask.Cohort]; {
	case ask.Cohort == events.WholeProgramme || c == nil || !c.Completed:
		return s.cohort(ask)
	case c.Archived:
		return nil, refuse(CohortArchived, "the cohort has been archived")
	default:
		return c, nil
	}
}

// participant returns the lasting cohort of which who asks is a participant.
func (s *State) participant(ask Ask) (*Cohort, error) {
	if err := s.registered(ask.By); err != nil {
		return nil, err
	}
	c, err := s.lasting(ask)
	switch {
	case err != nil:
		return nil, err
	case !c.Participates(ask.By):
		return nil, refuse(NotParticipant, "this is for the participants of the cohort")
	}
	return c, nil
}
