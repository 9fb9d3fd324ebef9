package projections

import (
	"strings"

	"kolmikko/events"
)

// Apply takes in one more event.
func (s *cohortTimeline) Apply(r events.Recorded) {
	switch e := r.Event.(type) {
	case events.CohortOpened:
		s.opened = e
		s.milestone(r, "")
	case events.PhaseAnnounced:
		x := s.entry(PhaseEntry, string(e.Phase))
		x.From, x.To, x.dated = e.From, e.To, r.Place
	case events.PhaseRescheduled:
		x := s.entry(PhaseEntry, string(e.Phase))
		x.changes = append(x.changes, said[Change]{Change{From: e.OldFrom, To: e.OldTo, Until: r.At, Reason: e.Reason}, r.Place})
		x.From, x.To, x.dated = e.From, e.To, r.Place
	case events.PhaseStarted:
		s.entry(PhaseEntry, string(e.Phase)).StartedAt = r.At
	case events.PhaseCompleted:
		s.entry(PhaseEntry, string(e.Phase)).CompletedAt = r.At
	case events.SurveyOpened:
		x := s.entry(SurveyEntry, string(e.Survey))
		x.Kind, x.StartsAt, x.To, x.StartedAt, x.dated = string(e.Stage), r.At, e.Closes, r.At, r.Place
	case events.SurveyClosed:
		s.entry(SurveyEntry, string(e.Survey)).CompletedAt = r.At
	case events.RecordCorrected:
		s.correct(e)
	default:
		if !s.gather(r) {
			s.mark(r)
		}
	}
}

func (s *cohortTimeline) gather(r events.Recorded) bool {
	switch e := r.Event.(type) {
	case events.GatheringScheduled:
		x := s.entry(GatheringEntry, string(e.Gathering))
		x.Kind, x.Title, x.titled = string(e.Kind), e.Title, r.Place
		x.StartsAt, x.EndsAt, x.dated = e.StartsAt, e.EndsAt, r.Place
	case events.GatheringMoved:
		x := s.entry(GatheringEntry, string(e.Gathering))
		x.changes = append(x.changes, said[Change]{Change{StartsAt: e.OldStart, Until: r.At, Reason: e.Reason}, r.Place})
		x.StartsAt, x.EndsAt, x.dated = e.StartsAt, e.EndsAt, r.Place
	case events.GatheringCancelled:
		x := s.entry(GatheringEntry, string(e.Gathering))
		x.CancelledAt, x.Reason, x.off = r.At, e.Reason, r.Place
	default:
		return false
	}
	return true
}

// mark takes in what is a milestone of a cohort.
func (s *cohortTimeline) mark(r events.Recorded) {
	switch e := r.Event.(type) {
	case events.EnrolmentOpened:
		s.milestone(r, e.Track)
	case events.EnrolmentClosed:
		s.milestone(r, e.Track)
	case events.MatchingFrozen:
		s.milestone(r, e.Track)
	case events.GroupsPublished:
		s.milestone(r, e.Track)
	case events.GroupsRepaired:
		s.milestone(r, e.Track)
	case events.ProgrammeProposed, events.ProgrammeLaunched, events.PrinciplesPublished, events.EvaluationPlanned,
		events.EvaluationReleased, events.CohortCompleted, events.CohortArchived, events.HistoricalSummaryImported:
		s.milestone(r, "")
	}
}

func (s *cohortTimeline) milestone(r events.Recorded, t events.Track) {
	s.entries = append(s.entries, &timelineEntry{TimelineEntry: TimelineEntry{
		What: MilestoneEntry, ID: string(events.KindOf(r.Event)), Kind: string(t), StartsAt: r.At,
	}})
}

// entry returns what is shown of something, which begins with this call if
// there was nothing yet.
func (s *cohortTimeline) entry(what TimelineWhat, id string) *timelineEntry {
	key := timelineKey{what, id}
	x := s.by[key]
	if x == nil {
		x = &timelineEntry{TimelineEntry: TimelineEntry{What: what, ID: id}}
		put(&s.by, key, x)
		s.entries = append(s.entries, x)
	}
	return x
}

// correct replaces what a record said that is still shown.
func (s *cohortTimeline) correct(c events.RecordCorrected) {
	if !strings.HasPrefix(string(c.Record), "phase-") && !strings.HasPrefix(string(c.Record), "gathering-") &&
		c.Record != "survey-opened" {
		return
	}
	switch e := truth(c).(type) {
	case events.PhaseAnnounced:
		s.in(PhaseEntry, string(e.Phase), func(x *timelineEntry) {
			x.redate(c.Corrects, TimelineEntry{From: e.From, To: e.To})
		})
	case events.PhaseRescheduled:
		s.in(PhaseEntry, string(e.Phase), func(x *timelineEntry) {
			x.redate(c.Corrects, TimelineEntry{From: e.From, To: e.To})
			x.rechange(c.Corrects, Change{From: e.OldFrom, To: e.OldTo, Reason: e.Reason})
		})
	case events.GatheringScheduled:
		s.in(GatheringEntry, string(e.Gathering), func(x *timelineEntry) {
			x.redate(c.Corrects, TimelineEntry{StartsAt: e.StartsAt, EndsAt: e.EndsAt})
			if x.titled == c.Corrects {
				x.Kind, x.Title = string(e.Kind), e.Title
			}
		})
	case events.GatheringMoved:
		s.in(GatheringEntry, string(e.Gathering), func(x *timelineEntry) {
			x.redate(c.Corrects, TimelineEntry{StartsAt: e.StartsAt, EndsAt: e.EndsAt})
			x.rechange(c.Corrects, Change{StartsAt: e.OldStart, Reason: e.Reason})
		})
	case events.GatheringCancelled:
		s.in(GatheringEntry, string(e.Gathering), func(x *timelineEntry) {
			if x.off == c.Corrects {
				x.Reason = e.Reason
			}
		})
	case events.SurveyOpened:
		s.in(SurveyEntry, string(e.Survey), func(x *timelineEntry) {
			if x.dated == c.Corrects {
				x.Kind, x.To = string(e.Stage), e.Closes
			}
		})
	}
}

// in changes an entry, if there is such a one.
func (s *cohortTimeline) in(what TimelineWhat, id string, change func(*timelineEntry)) {
	if x := s.by[timelineKey{what, id}]; x != nil {
		change(x)
	}
}

// redate corrects an entry's dates, if they are still from the record at place.
func (e *timelineEntry) redate(place uint64, is TimelineEntry) {
	if e.dated == place {
		e.From, e.To, e.StartsAt, e.EndsAt = is.From, is.To, is.StartsAt, is.EndsAt
	}
}

// rechange corrects the change that the record at place made.
func (e *timelineEntry) rechange(place uint64, is Change) {
	for i := range e.changes {
		if c := &e.changes[i]; c.place == place {
			is.Until = c.what.Until
			c.what = is
		}
	}
}
