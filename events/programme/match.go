package programme

import (
	"maps"
	"slices"

	"kolmikko/events"
)

func matchForms() []Form {
	return []Form{
		form[SetMatchingRules]("matching-rules", "set", OfCohort, "say by which rules a track is matched"),
		form[FreezeMatching]("matching", "freeze", OfCohort, "say which enrolments are matched"),
		form[RecordMatching]("matching", "record", OfCohort, "record what the matching engine made"),
		form[SecondOverride]("matching-override", "second", OfCohort, "agree that an exchange may break a hard rule"),
		form[OverrideMatching]("matching", "override", OfCohort, "exchange two people of a matching"),
		form[PublishGroups]("groups", "publish", OfCohort, "make the groups of a matching those of the cohort"),
		form[RepairGroups]("groups", "repair", OfCohort, "change groups after somebody dropped out"),
		form[LockGroup]("group", "lock", OfCohort, "leave a group as it is when matching anew"),
		form[UnlockGroup]("group", "unlock", OfCohort, "let a group be changed again"),
		form[DissolveGroup]("group", "dissolve", OfCohort, "end a group; its members have none then"),
	}
}

// Rules about matching.
const (
	TrackNotOffered    = "track-not-offered"   // the cohort doesn't have the track
	AlreadyPublished   = "already-published"   // the track has its groups; they are repaired, not made anew
	NotPublished       = "not-published"       // the track has no groups yet
	ReviewIncomplete   = "review-incomplete"   // an enrolment waits to be reviewed
	EnrolmentsDiffer   = "enrolments-differ"   // the list is not that of the accepted enrolments
	NotFrozen          = "not-frozen"          // nothing says which enrolments are matched
	RulesMissing       = "rules-missing"       // nothing says by which rules
	DigestDiffers      = "digest-differs"      // a run was made of something else than was frozen
	RunTaken           = "run-taken"           // another run has this id
	RunOutdated        = "run-outdated"        // a later run, freeze or set of rules has replaced it
	GroupTaken         = "group-taken"         // another group has this id
	GroupSize          = "group-size"          // a group is of a size that the rules don't allow
	NotActive          = "not-active"          // a person has no seat on the track, or no longer
	TwiceInGroups      = "twice-in-groups"     // a person is in two groups, or twice in one
	LeftOut            = "left-out"            // a person is neither in a group nor listed
	SumsDiffer         = "sums-differ"         // points don't add up, or exceed their bound
	PrinciplesOutdated = "principles-outdated" // a member has not accepted the newest principles
)

// matching returns the cohort for whoever may arrange the groups of a track.
func (s *State) matching(ask Ask, t events.Track) (*Cohort, error) {
	if err := s.may(ask, events.Coordinator, events.Owner); err != nil {
		return nil, err
	}
	return s.onTrack(ask, t)
}

// onTrack returns the cohort that is asked about, if it has the track.
func (s *State) onTrack(ask Ask, t events.Track) (*Cohort, error) {
	c, err := s.cohort(ask)
	if err == nil && !slices.Contains(c.Opened.Tracks, t) {
		err = refuse(TrackNotOffered, "name a track of the cohort: peer or reverse")
	}
	return c, err
}

// SetMatchingRules asks that a track be matched by these rules.
type SetMatchingRules struct {
	Track     events.Track          `json:"track" doc:"peer or reverse"`
	Hard      []events.Code         `json:"hard" doc:"the rules that every group keeps, such as same-organisation"`
	Weights   map[events.Code]int64 `json:"weights,omitzero" doc:"points for each soft criterion, 0 to 1000, such as themes: 30"`
	Size      int                   `json:"size" doc:"people in a group, such as 3"`
	Remainder []int                 `json:"remainder,omitzero" doc:"sizes allowed for who is left over, such as 4"`
	MinSlots  int                   `json:"min_slots,omitzero" doc:"half-days that the members have in common at least"`
	Quotas    []events.Quota        `json:"quotas,omitzero" doc:"how many of each part a group has"`
	Floor     int                   `json:"floor,omitzero" doc:"points that every group has; -1 as many as the sum allows, 0 none"`
	Stability int64                 `json:"stability,omitzero" doc:"points for each group that is kept when matching anew"`
}

// Decide sets the rules until the groups of the track are published.
func (c SetMatchingRules) Decide(s *State, ask Ask) ([]events.Event, error) {
	h, err := s.matching(ask, c.Track)
	if err != nil {
		return nil, err
	}
	rules := events.MatchingRules{Hard: c.Hard, Weights: c.Weights, Size: c.Size, Remainder: c.Remainder,
		MinSlots: c.MinSlots, Quotas: c.Quotas, Floor: c.Floor, Stability: c.Stability}
	if now, set := h.Rules[c.Track]; set && sameRules(now, rules) {
		return nil, nil
	}
	if h.Published[c.Track] != "" {
		return nil, refuse(AlreadyPublished, "the track has its groups: rules for it are for a next cohort")
	}
	if err := checkRules(rules); err != nil {
		return nil, err
	}
	return facts(events.MatchingRulesSet{Track: c.Track, Rules: rules})
}

// sameRules reports whether two sets of rules say the same, in the same order.
func sameRules(a, b events.MatchingRules) bool {
	return slices.Equal(a.Hard, b.Hard) && maps.Equal(a.Weights, b.Weights) && a.Size == b.Size &&
		slices.Equal(a.Remainder, b.Remainder) && a.MinSlots == b.MinSlots && slices.Equal(a.Quotas, b.Quotas) &&
		a.Floor == b.Floor && a.Stability == b.Stability
}

// Bounds of what rules may say; they are the engine's too.
const (
	smallestGroup = 3
	largestGroup  = 64
	heaviest      = 1000    // points of a soft criterion
	stablest      = 100_000 // points of a group that is kept
)

// checkRules refuses rules that can't be kept by any group.
func checkRules(r events.MatchingRules) error {
	for i, rule := range r.Hard {
		if !slices.Contains(hardRules(), rule) || slices.Contains(r.Hard[:i], rule) {
			return refuse(CodeUnknown, "a hard rule is not known, or there twice; known are %v", hardRules())
		}
	}
	for _, rule := range slices.Sorted(maps.Keys(r.Weights)) {
		if !slices.Contains(softRules(), rule) {
			return refuse(CodeUnknown, "a soft criterion is not known; known are %v", softRules())
		}
		if w := r.Weights[rule]; w < 0 || w > heaviest {
			return refuse(Unfit, "the weight of %s is %d, not from 0 to %d", rule, w, heaviest)
		}
	}
	for i, size := range append([]int{r.Size}, r.Remainder...) {
		if size < smallestGroup || size > largestGroup {
			return refuse(Unfit, "a group has from %d to %d people, not %d", smallestGroup, largestGroup, size)
		}
		if i > 0 && (size == r.Size || slices.Contains(r.Remainder[:i-1], size)) {
			return refuse(Unfit, "a remainder of %d is there twice, or the size itself", size)
		}
	}
	switch {
	case r.MinSlots < 0 || r.MinSlots > len(events.Slots()):
		return refuse(Unfit, "a week has %d half-days, not %d", len(events.Slots()), r.MinSlots)
	case r.Floor < -1:
		return refuse(Unfit, "the floor is -1, 0 or points, not %d", r.Floor)
	case r.Stability < 0 || r.Stability > stablest:
		return refuse(Unfit, "the stability is %d, not from 0 to %d", r.Stability, stablest)
	}
	return checkQuotas(r)
}

// checkQuotas refuses quotas that a group of an allowed size can't keep.
func checkQuotas(r events.MatchingRules) error {
	if len(r.Quotas) == 0 {
		if slices.Contains(r.Hard, events.HardQuota) {
			return refuse(Incomplete, "the hard rule quota needs quotas")
		}
		return nil
	}
	least, most := 0, 0
	for i, q := range r.Quotas {
		same := func(o events.Quota) bool { return o.Part == q.Part }
		switch {
		case q.Part != events.Supervisor && q.Part != events.Newcomer:
			return refuse(Unfit, "a quota is of supervisors or of newcomers")
		case slices.ContainsFunc(r.Quotas[:i], same):
			return refuse(Unfit, "there are two quotas of the part %s", q.Part)
		case q.Min < 0 || q.Max < max(q.Min, 1) || q.Max > largestGroup:
			return refuse(Unfit, "a quota from %d to %d can't be", q.Min, q.Max)
		}
		least, most = least+q.Min, most+q.Max
	}
	for _, size := range append([]int{r.Size}, r.Remainder...) {
		if size < least || size > most {
			return refuse(Unfit, "a group of %d can't keep quotas that come to %d to %d people", size, least, most)
		}
	}
	return nil
}
