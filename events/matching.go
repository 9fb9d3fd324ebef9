package events

// MatchingRules is what a matching obeys and what it weighs. All numbers are
// whole, so that every machine computes the same.
type MatchingRules struct {
	Hard      []Code         `json:"hard"`            // see the Hard constants
	Weights   map[Code]int64 `json:"weights"`         // points for each soft criterion; see the Soft constants
	Size      int            `json:"size"`            // people in a group: 3 for the peer track
	Remainder []int          `json:"remainder"`       // sizes allowed for who is left over, such as 4
	MinSlots  int            `json:"min_slots"`       // half-days common to all of a group
	Quotas    []Quota        `json:"quotas,omitzero"` // how many of each part; empty for the peer track
	Floor     int            `json:"floor"`           // -1 raises the worst group as far as the sum allows, 0 none, else points
	Stability int64          `json:"stability"`       // points for each group kept when matching anew
}

// A Quota bounds how many of a part a group has.
type Quota struct {
	Part Part `json:"part"`
	Min  int  `json:"min"`
	Max  int  `json:"max"`
}

// Hard rules of a matching, by code.
const (
	HardOrganisation Code = "same-organisation"  // no two of one organisation
	HardReporting    Code = "reporting-line"     // nobody with their superior
	HardAvoid        Code = "avoid-list"         // nobody with whom they avoid
	HardEarlier      Code = "met-before"         // nobody with whom they were in an earlier cohort's group
	HardLanguage     Code = "no-common-language" // a language common to all
	HardSlots        Code = "no-common-slots"    // MinSlots half-days common to all
	HardQuota        Code = "quota"              // the numbers of each part
	HardPairLanguage Code = "no-language-of-two" // a language common to each two
	HardPairSlots    Code = "no-slots-of-two"    // MinSlots half-days common to each two
)

// Soft criteria of a matching, by code; the points of each are its weight at
// most.
const (
	SoftThemes     Code = "themes"      // common themes, two at most
	SoftSlots      Code = "slots"       // common half-days, four at most
	SoftRegion     Code = "region"      // different regions
	SoftBranch     Code = "branch"      // different branches of government
	SoftSize       Code = "size"        // organisations of different size
	SoftExperience Code = "experience"  // different experience
	SoftMode       Code = "mode"        // modes that go together
	SoftPreference Code = "preference"  // a stated preference
	SoftNovelty    Code = "novelty"     // organisations without ties from earlier cohorts
	SoftGroupTheme Code = "group-theme" // a theme common to the whole group, once a group
)

// MatchingRulesSet says by which rules a track of the cohort is matched.
type MatchingRulesSet struct {
	Track Track         `json:"track"`
	Rules MatchingRules `json:"rules"`
}

// MatchingFrozen says which enrolments are matched; none changes after it.
type MatchingFrozen struct {
	Track       Track         `json:"track"`
	Enrolments  []EnrolmentID `json:"enrolments"`
	InputDigest Digest        `json:"input_digest"` // of the applications and preferences
}

// A ProposedGroup is one group of a matching, with its points.
type ProposedGroup struct {
	Group   GroupID        `json:"group"`
	Members []PersonID     `json:"members"`
	Points  int64          `json:"points"`
	By      map[Code]int64 `json:"by"` // points by criterion; they add up to Points
}

// An Unplaced person is in no group of a matching, and Reason says which rule
// left the fewest ways.
type Unplaced struct {
	Person PersonID `json:"person"`
	Reason Code     `json:"reason"`
}

// A Certificate lets anybody check a matching's bound without searching again.
type Certificate struct {
	Method Code               `json:"method"`         // how the bound was found
	Duals  map[PersonID]int64 `json:"duals,omitzero"` // a price in points × Scale for each person
	Scale  int64              `json:"scale,omitzero"` // what the duals are multiplied by
	Proven bool               `json:"proven"`         // the objective is the bound, or the search was complete
	Steps  int64              `json:"steps,omitzero"` // how far the search went
	Floor  int64              `json:"floor,omitzero"` // what every group was held to, in points
}

// MatchingRun says what the engine made of frozen enrolments.
type MatchingRun struct {
	Run         RunID           `json:"run"`
	Track       Track           `json:"track"`
	InputDigest Digest          `json:"input_digest"`
	RulesDigest Digest          `json:"rules_digest"`
	Engine      Name            `json:"engine"` // name and version
	Seed        uint64          `json:"seed"`
	Objective   int64           `json:"objective"` // the points of all groups
	Bound       int64           `json:"bound"`     // what no matching can exceed
	Certificate Certificate     `json:"certificate"`
	Groups      []ProposedGroup `json:"groups"`
	Unplaced    []Unplaced      `json:"unplaced"`
}

// MatchingOverridden says that a coordinator exchanged two people of a run.
type MatchingOverridden struct {
	Run        RunID    `json:"run"`
	Move       PersonID `json:"move"`
	For        PersonID `json:"for"`
	BrokenRule Code     `json:"broken_rule,omitzero"`
	SecondEyes PersonID `json:"second_eyes,omitzero"` // who else agreed that a hard rule is broken
	Reason     Code     `json:"reason"`
	Cost       int64    `json:"cost"` // points that the run lost by it; negative if it gained
}

// OverrideSeconded says that a second person agrees that an exchange may break a
// hard rule.
type OverrideSeconded struct {
	Run        RunID    `json:"run"`
	Move       PersonID `json:"move"`
	For        PersonID `json:"for"`
	BrokenRule Code     `json:"broken_rule"`
}

// A Group is its members.
type Group struct {
	Group   GroupID    `json:"group"`
	Members []PersonID `json:"members"`
}

// GroupsPublished says that the groups of a run, with what was overridden, are
// now those of the cohort.
type GroupsPublished struct {
	Run      RunID      `json:"run"`
	Track    Track      `json:"track"`
	Groups   []Group    `json:"groups"`
	Unplaced []PersonID `json:"unplaced"`
}

// GroupLocked says that a group is left as it is when matching anew.
type GroupLocked struct {
	Group  GroupID `json:"group"`
	Reason Code    `json:"reason"`
}

// GroupUnlocked says that it may be changed again.
type GroupUnlocked struct {
	Group  GroupID `json:"group"`
	Reason Code    `json:"reason"`
}

// GroupDissolved says that a group is no more; its members have none.
type GroupDissolved struct {
	Group  GroupID `json:"group"`
	Reason Code    `json:"reason"`
}

// GroupsRepaired says which groups changed after somebody dropped out.
type GroupsRepaired struct {
	Track  Track      `json:"track"`
	Run    RunID      `json:"run,omitzero"` // the recorded run that it comes from, if the engine made it
	Groups []Group    `json:"groups"`       // those that changed, as they are now; without members: dissolved
	Method Code       `json:"method"`
	Moved  []PersonID `json:"moved"` // who has another group than before, each with their consent
	Cost   int64      `json:"cost"`  // points lost against the groups before
}

func (MatchingRulesSet) kind() Kind   { return "matching-rules-set" }
func (MatchingFrozen) kind() Kind     { return "matching-frozen" }
func (MatchingRun) kind() Kind        { return "matching-run" }
func (MatchingOverridden) kind() Kind { return "matching-overridden" }
func (OverrideSeconded) kind() Kind   { return "override-seconded" }
func (GroupsPublished) kind() Kind    { return "groups-published" }
func (GroupLocked) kind() Kind        { return "group-locked" }
func (GroupUnlocked) kind() Kind      { return "group-unlocked" }
func (GroupDissolved) kind() Kind     { return "group-dissolved" }
func (GroupsRepaired) kind() Kind     { return "groups-repaired" }
