package programme

import "kolmikko/events"

func (c *Cohort) evolveGathering(r events.Recorded) {
	switch e := r.Event.(type) {
	case events.GatheringScheduled:
		put(&c.Gatherings, e.Gathering, &Gathering{
			Kind: e.Kind, Title: e.Title, Link: e.Link, StartsAt: e.StartsAt, EndsAt: e.EndsAt, Modes: e.Modes,
		}, false)
	case events.GatheringMoved:
		g := c.Gatherings[e.Gathering]
		g.StartsAt, g.EndsAt = e.StartsAt, e.EndsAt
	case events.GatheringCancelled:
		c.Gatherings[e.Gathering].Cancelled = true
	case events.SpeakerConfirmed:
		g := c.Gatherings[e.Gathering]
		g.Speakers = append(g.Speakers, e.Name)
	case events.AttendanceChosen:
		put(&c.Gatherings[e.Gathering].Chosen, e.Person, e.Mode, false)
	case events.AttendanceRecorded:
		put(&c.Gatherings[e.Gathering].Recorded, e.Person, e.Mode, false)
	case events.MaterialPublished:
		put(&c.Materials, e.Material, &Material{MaterialPublished: e}, false)
	case events.MaterialRetired:
		c.Materials[e.Material].Retired = true
	case events.CommentSubmitted:
		put(&c.Comments, e.Comment, &Comment{By: r.By, Material: e.Material}, false)
	case events.CommentPublished:
		c.Comments[e.Comment].Decided = events.KindOf(e)
	case events.CommentRejected:
		c.Comments[e.Comment].Decided = events.KindOf(e)
	default:
		c.evolveFeedback(r)
	}
}

func (c *Cohort) evolveFeedback(r events.Recorded) {
	switch e := r.Event.(type) {
	case events.SurveyOpened:
		put(&c.Surveys, e.Survey, &Survey{SurveyOpened: e}, false)
	case events.SurveyClosed:
		c.Surveys[e.Survey].Closed = true
	case events.FeedbackGiven:
		put(&c.Surveys[e.Survey].Answered, e.Respondent, true, false)
	case events.TieReported:
		put(&c.Ties, e, true, false)
	case events.GoalSet:
		put(&c.Goals, e.Goal, &Goal{Owner: r.By, Theme: e.Theme}, false)
	case events.GoalRated:
		c.Goals[e.Goal].Level = &e.Level
	}
}

// remember keeps what may be corrected later.
func (s *State) remember(r events.Recorded) {
	switch r.Event.(type) {
	case events.MeetingHeld, events.AttendanceRecorded, events.GoalRated, events.TieReported:
		put(&s.Records, r.Place, Record{events.KindOf(r.Event), r.Cohort, r.By, r.Event}, false)
	}
}

// correct replaces what a record said by what is true.
func (s *State) correct(r events.Recorded, c events.RecordCorrected) {
	record, there := s.Records[c.Corrects]
	truth, err := c.True()
	if !there || err != nil {
		return // written by a build that could correct more; the rules go on without it
	}
	if tie, was := record.Event.(events.TieReported); was {
		delete(s.Cohorts[r.Cohort].Ties, tie)
	}
	record.Event = truth
	s.Records[c.Corrects] = record
	s.Cohorts[r.Cohort].evolve(events.Recorded{At: r.At, Cohort: r.Cohort, By: record.By, Event: truth})
}
