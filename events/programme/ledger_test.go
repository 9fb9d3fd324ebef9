package programme

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"kolmikko/events"
)

// A ledger keeps a history's own books, without asking the rules, and says
// where one of its events breaks what must hold of every history.
type ledger struct {
	t      *testing.T
	strict bool // examples are only booked
	state  *State
	at     events.Recorded

	roles      map[events.PersonID]map[events.Role]bool
	had        map[events.Role]bool
	gone       map[events.PersonID]bool
	versions   map[events.Code]int
	principles int
	once       map[string]bool
	nudged     map[events.PersonID]time.Time
	cohorts    map[events.CohortID]*page
}

// A page is what a ledger keeps of a cohort.
type page struct {
	over, archived bool
	capacity       map[Seat]int
	open           map[Seat]bool
	queue          map[Seat][]events.EnrolmentID
	enrolments     map[events.EnrolmentID]*entry
	consents       map[events.ConsentWithdrawn]bool
	frozen         map[events.EnrolmentID]bool
	started        map[events.Phase]bool
	groups         map[events.GroupID][]events.PersonID
	track          map[events.GroupID]events.Track
	assents        map[events.GroupAgreementAssented]bool
	can            map[events.MeetingID]map[events.PersonID]bool
	starts         map[events.MeetingID]time.Time
	willing        map[PersonOnTrack]bool
	excused        map[events.PersonID]bool // by an override that breaks a hard rule
}

type entry struct {
	person events.PersonID
	seat   Seat
	status Status
}

func newLedger(t *testing.T) *ledger {
	return &ledger{t: t, roles: map[events.PersonID]map[events.Role]bool{}, had: map[events.Role]bool{},
		gone: map[events.PersonID]bool{}, versions: map[events.Code]int{}, once: map[string]bool{},
		nudged: map[events.PersonID]time.Time{}, cohorts: map[events.CohortID]*page{}}
}

func newPage() *page {
	return &page{capacity: map[Seat]int{}, open: map[Seat]bool{}, queue: map[Seat][]events.EnrolmentID{},
		enrolments: map[events.EnrolmentID]*entry{}, consents: map[events.ConsentWithdrawn]bool{},
		frozen: map[events.EnrolmentID]bool{}, started: map[events.Phase]bool{},
		groups: map[events.GroupID][]events.PersonID{}, track: map[events.GroupID]events.Track{},
		assents: map[events.GroupAgreementAssented]bool{}, can: map[events.MeetingID]map[events.PersonID]bool{},
		starts: map[events.MeetingID]time.Time{}, willing: map[PersonOnTrack]bool{},
		excused: map[events.PersonID]bool{}}
}

// must fails the history unless something holds.
func (l *ledger) must(holds bool, format string, args ...any) {
	l.t.Helper()
	if l.strict && !holds {
		l.t.Fatalf("event %d, a %s of %s by %s at %s: %s: %+v", l.at.Place, events.KindOf(l.at.Event), l.at.Cohort, l.at.By,
			l.at.At.Format(time.RFC3339), fmt.Sprintf(format, args...), l.at.Event)
	}
}

// hold books an event before the state takes it in.
func (l *ledger) hold(r events.Recorded, before *State) {
	l.at, l.state = r, before
	c := l.cohorts[r.Cohort]
	if c == nil {
		c = newPage()
		l.cohorts[r.Cohort] = c
	}
	kind := events.KindOf(r.Event)
	l.must(!l.gone[r.By], "by somebody erased")
	if key := onceKey(r.Event); key != "" {
		key = fmt.Sprint(r.Cohort, " ", key)
		l.must(!l.once[key], "a second time")
		l.once[key] = true
	}
	l.must(!c.over || slices.Contains(afterwards, kind), "after the cohort was completed")
	l.must(!c.archived || slices.Contains(atLast, kind), "after the cohort was archived")
	l.must(l.mayBring(kind, r.By), "by somebody who may not")
	l.holdPeople(r)
	l.holdPlan(c, r)
	l.holdEnrolment(c, r)
	l.holdMatching(c, r)
	l.holdGroup(c, r)
	l.holdGathering(c, r)
	l.balance(c)
}

// balance holds the books themselves: seats, groups and roles.
func (l *ledger) balance(c *page) {
	taken := map[Seat]int{}
	live := map[PersonOnTrack]int{}
	for _, e := range c.enrolments {
		switch e.status {
		case Accepted:
			taken[e.seat]++
			fallthrough
		case Submitted, Waitlisted:
			live[PersonOnTrack{e.person, e.seat.Track}]++
		}
	}
	for seat, n := range taken {
		l.must(n <= c.capacity[seat], "%d people on %d seats", n, c.capacity[seat])
	}
	for who, n := range live {
		l.must(n == 1, "%s has %d live enrolments on a track", who.Person, n)
	}
	in := map[PersonOnTrack]events.GroupID{}
	for g, members := range c.groups {
		for _, p := range members {
			who := PersonOnTrack{p, c.track[g]}
			l.must(in[who] == "", "%s is in %s and in %s", p, in[who], g)
			in[who] = g
		}
	}
	for _, r := range []events.Role{events.Owner, events.Coordinator} {
		n := 0
		for _, roles := range l.roles {
			if roles[r] {
				n++
			}
		}
		l.had[r] = l.had[r] || n > 0
		// A coordinator who is erased may be the last: their right goes first.
		_, erasing := l.at.Event.(events.PersonErased)
		l.must(n > 0 || !l.had[r] || r == events.Coordinator && (erasing || len(l.gone) > 0), "no %s remains", r)
	}
}

// afterwards are the kinds that may follow a cohort's end, and atLast those that
// may follow its archiving.
var (
	afterwards = append([]events.Kind{"cohort-archived", "survey-opened", "survey-closed", "feedback-given", "tie-reported",
		"goal-set", "goal-rated", "nudge-sent"}, atLast...)
	atLast = []events.Kind{"evaluation-planned", "evaluation-released", "consent-withdrawn"}
)

// onceKey names what happens once in a cohort, or is empty.
func onceKey(e events.Event) string {
	kind := events.KindOf(e)
	switch e := e.(type) {
	case events.ProgrammeProposed, events.ProgrammeLaunched, events.CohortOpened, events.CohortCompleted, events.CohortArchived,
		events.HistoricalSummaryImported:
		return string(kind)
	case events.PersonRegistered:
		return fmt.Sprint(kind, e.Person)
	case events.PersonErased:
		return fmt.Sprint(kind, e.Person)
	case events.OrganisationRegistered:
		return fmt.Sprint(kind, e.Organisation)
	case events.WishSubmitted:
		return fmt.Sprint(kind, e.Wish)
	case events.PhaseAnnounced:
		return fmt.Sprint(kind, e.Phase)
	case events.PhaseStarted:
		return fmt.Sprint(kind, e.Phase)
	case events.PhaseCompleted:
		return fmt.Sprint(kind, e.Phase)
	case events.EnrolmentSubmitted:
		return fmt.Sprint(kind, e.Enrolment)
	case events.MatchingRun:
		return fmt.Sprint(kind, e.Run)
	case events.GroupsPublished:
		return fmt.Sprint(kind, e.Track)
	case events.GroupDissolved:
		return fmt.Sprint(kind, e.Group)
	case events.MeetingHeld:
		return fmt.Sprint(kind, e.Meeting)
	default:
		return onceMore(kind, e)
	}
}

func onceMore(kind events.Kind, e events.Event) string {
	switch e := e.(type) {
	case events.MeetingProposed:
		return fmt.Sprint(kind, e.Meeting)
	case events.MeetingAgreed:
		return fmt.Sprint(kind, e.Meeting)
	case events.MeetingCancelled:
		return fmt.Sprint(kind, e.Meeting)
	case events.GatheringScheduled:
		return fmt.Sprint(kind, e.Gathering)
	case events.GatheringCancelled:
		return fmt.Sprint(kind, e.Gathering)
	case events.AttendanceRecorded:
		return fmt.Sprint(kind, e.Gathering, e.Person)
	case events.MaterialPublished:
		return fmt.Sprint(kind, e.Material)
	case events.MaterialRetired:
		return fmt.Sprint(kind, e.Material)
	case events.CommentSubmitted:
		return fmt.Sprint(kind, e.Comment)
	case events.CommentPublished:
		return fmt.Sprint("decided", e.Comment)
	case events.CommentRejected:
		return fmt.Sprint("decided", e.Comment)
	case events.SurveyOpened:
		if e.Stage == events.Pulse {
			return fmt.Sprint(kind, e.Survey)
		}
		return fmt.Sprint(kind, e.Stage)
	case events.SurveyClosed:
		return fmt.Sprint(kind, e.Survey)
	case events.FeedbackGiven:
		return fmt.Sprint(kind, e.Survey, e.Respondent)
	case events.GoalSet:
		return fmt.Sprint(kind, e.Goal)
	case events.EvaluationReleased:
		return fmt.Sprint(kind, e.Report)
	}
	return ""
}

// bringers says whose kinds of events are whose; those that are missing are
// anybody's own, which the ledger sees to by itself.
var bringers = map[events.Role][]events.Kind{
	events.Owner: {"programme-proposed", "programme-launched", "organiser-joined", "role-revoked", "cohort-completed", "cohort-archived"},
	events.Coordinator: {"codes-published", "organisation-registered", "organisation-amended", "wish-themed", "cohort-opened",
		"principles-published", "phase-rescheduled", "enrolment-opened", "enrolment-accepted", "enrolment-declined",
		"enrolment-waitlisted", "enrolment-promoted", "matching-rules-set", "matching-frozen", "matching-overridden",
		"override-seconded", "groups-published", "group-locked", "group-unlocked", "group-dissolved", "groups-repaired",
		"gathering-scheduled", "gathering-moved", "gathering-cancelled", "speaker-confirmed", "material-published",
		"material-retired", "comment-published", "comment-rejected"},
	events.Evaluator: {"historical-summary-imported", "evaluation-planned", "evaluation-released"},
	events.Protector: {"person-erased"},
}

// reserved says which kinds are those of actors who are no person.
var reserved = map[events.Kind]events.PersonID{"matching-run": events.Engine, "nudge-sent": events.Notify, "feedback-given": events.Respondent,
	"history-repaired": events.Operator}

func (l *ledger) mayBring(kind events.Kind, by events.PersonID) bool {
	if actor := reserved[kind]; actor != "" {
		return by == actor
	}
	for role, kinds := range bringers {
		if slices.Contains(kinds, kind) {
			return l.roles[by][role] || role == events.Coordinator && l.roles[by][events.Owner]
		}
	}
	return true
}
