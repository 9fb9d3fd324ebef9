package events

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// vocabulary is every event that this build can read, each with the content
// that it may hold.
var vocabulary = index(
	word[CodesPublished](Public),
	word[OrganisationRegistered](Public),
	word[OrganisationAmended](Public),
	word[PersonRegistered](Expressed),
	word[PersonAmended](Expressed),
	word[PersonErased](Structure),
	word[RoleGranted](Structure),
	word[RoleRevoked](Structure),
	word[OrganiserJoined](Structure),

	word[WishSubmitted](Expressed),
	word[WishThemed](Values),
	word[ProgrammeProposed](Public),
	word[ProgrammeLaunched](Public),
	word[CohortOpened](Public),
	word[PrinciplesPublished](Public),
	word[PhaseAnnounced](Public),
	word[PhaseStarted](Public),
	word[PhaseCompleted](Public),
	word[PhaseRescheduled](Public),

	word[EnrolmentOpened](Structure),
	word[EnrolmentClosed](Structure),
	word[EnrolmentSubmitted](Values),
	word[EnrolmentAmended](Values),
	word[EnrolmentWithdrawn](Values),
	word[EnrolmentAccepted](Values),
	word[EnrolmentDeclined](Values),
	word[EnrolmentWaitlisted](Values),
	word[EnrolmentPromoted](Values),
	word[ConsentGiven](Structure),
	word[ConsentWithdrawn](Structure),
	word[PrinciplesAccepted](Structure),
	word[PreferenceStated](Values),

	word[MatchingRulesSet](Values),
	word[MatchingFrozen](Structure),
	word[MatchingRun](Values),
	word[MatchingOverridden](Values),
	word[OverrideSeconded](Values),
	word[GroupsPublished](Structure),
	word[GroupLocked](Structure),
	word[GroupUnlocked](Structure),
	word[GroupDissolved](Structure),
	word[GroupsRepaired](Values),

	word[GroupAgreementReached](Sparse),
	word[GroupAgreementAssented](Sparse),
	word[GroupThemesAgreed](Sparse),
	word[ConcernRaised](Sparse),
	word[ParticipantDroppedOut](Values),
	word[MoveConsented](Structure),
	word[MeetingProposed](Sparse),
	word[MeetingAccepted](Sparse),
	word[MeetingDeclined](Sparse),
	word[MeetingAgreed](Sparse),
	word[MeetingMoved](Sparse),
	word[MeetingCancelled](Sparse),
	word[MeetingHeld](Sparse),

	word[GatheringScheduled](Public),
	word[GatheringMoved](Public),
	word[GatheringCancelled](Public),
	word[SpeakerConfirmed](Public),
	word[AttendanceChosen](Structure),
	word[AttendanceRecorded](Structure),
	word[MaterialPublished](Public),
	word[MaterialRetired](Public),
	word[CommentSubmitted](Expressed),
	word[CommentPublished](Structure),
	word[CommentRejected](Values),

	word[SurveyOpened](Public),
	word[SurveyClosed](Structure),
	word[FeedbackGiven](Expressed),
	word[TieReported](Structure),
	word[GoalSet](Sparse),
	word[GoalRated](Sparse),
	word[NudgeSent](Structure),
	word[NudgesDeclined](Structure),
	word[NudgesWelcomed](Structure),
	word[RecordCorrected](Values),

	word[EvaluationPlanned](Values),
	word[EvaluationReleased](Public),
	word[CohortCompleted](Structure),
	word[CohortArchived](Structure),
	word[HistoricalSummaryImported](Public),
	word[HistoryRepaired](Structure),
)

// Kinds returns the whole vocabulary, in alphabetical order.
func Kinds() []Kind { return slices.Sorted(maps.Keys(vocabulary)) }

// ClassOf returns what content an event of kind k may hold, and whether there
// is such a kind.
func ClassOf(k Kind) (Class, bool) {
	e, known := vocabulary[k]
	return e.class, known
}

// Fact reads the data of an event of kind k, as it is on the wire.
func Fact(k Kind, data []byte) (Event, error) {
	w, known := vocabulary[k]
	if !known {
		return nil, fmt.Errorf("%q: %w", k, ErrUnknownKind)
	}
	e, err := w.decode(data)
	if err != nil {
		return nil, fmt.Errorf("a %s: %w: %w", k, ErrMalformed, withoutValue(err))
	}
	return e, nil
}

// An entry is what is known of one kind. It is made once and never changed.
type entry struct {
	kind     Kind
	class    Class
	goType   reflect.Type
	check    rule
	personal []personalField
	decode   func(jsontext.Value) (Event, error)
}

// lookup returns the entry of e's kind. An event is a value of its own type: a
// pointer to one, or a struct around one, would go past every check.
func lookup(e Event) (entry, error) {
	if e == nil {
		return entry{}, errors.New("no event")
	}
	w := vocabulary[e.kind()]
	if reflect.TypeOf(e) != w.goType {
		return entry{}, fmt.Errorf("a %T is not in the vocabulary", e)
	}
	return w, nil
}

func word[E Event](class Class) entry {
	var zero E
	t := reflect.TypeFor[E]()
	return entry{zero.kind(), class, t, ruleFor(t), personalIn(t), func(data jsontext.Value) (Event, error) {
		var e E
		err := json.Unmarshal(data, &e, reading)
		return e, err
	}}
}

func index(words ...entry) map[Kind]entry {
	m := make(map[Kind]entry, len(words))
	for _, w := range words {
		if _, twice := m[w.kind]; twice {
			panic("events: two words for " + w.kind)
		}
		m[w.kind] = w
	}
	return m
}
