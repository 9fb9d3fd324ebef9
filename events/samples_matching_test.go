package events

func matchingSamples() []Event {
	rules := MatchingRules{
		Hard:    []Code{HardOrganisation, HardReporting, HardQuota},
		Weights: map[Code]int64{SoftThemes: 30, SoftSlots: 20, SoftRegion: 10},
		Size:    6, Remainder: []int{5, 7}, MinSlots: 2,
		Quotas: []Quota{{Part: Supervisor, Min: 2, Max: 4}, {Part: Newcomer, Min: 2, Max: 4}},
		Floor:  -1, Stability: 15,
	}
	run := MatchingRun{
		Run: "run-1", Track: Peer, InputDigest: sum, RulesDigest: other, Engine: "swap 1.0", Seed: 18446744073709551615,
		Objective: 180, Bound: 195,
		Certificate: Certificate{
			Method: "lagrange", Duals: map[PersonID]int64{second: -40, first: 65000, third: 0},
			Scale: 1000, Steps: 4096, Floor: 120,
		},
		Groups: []ProposedGroup{{
			Group: "triad-1", Members: []PersonID{first, second, third}, Points: 180,
			By: map[Code]int64{SoftThemes: 90, SoftSlots: 60, SoftRegion: 30},
		}},
		Unplaced: []Unplaced{{Person: fourth, Reason: HardLanguage}},
	}
	return []Event{
		MatchingRulesSet{Track: Reverse, Rules: rules},
		MatchingFrozen{Track: Peer, Enrolments: []EnrolmentID{"enrolment-17", "enrolment-18"}, InputDigest: sum},
		run,
		MatchingOverridden{
			Run: "run-1", Move: first, For: fourth, BrokenRule: HardReporting, SecondEyes: owner, Reason: "asked-for", Cost: -3,
		},
		OverrideSeconded{Run: "run-1", Move: first, For: fourth, BrokenRule: HardReporting},
		GroupsPublished{
			Run: "run-1", Track: Peer, Unplaced: []PersonID{},
			Groups: []Group{{Group: "triad-1", Members: []PersonID{first, second, third}}},
		},
		GroupLocked{Group: "triad-1", Reason: "works-well"},
		GroupUnlocked{Group: "triad-1", Reason: "drop-out"},
		GroupDissolved{Group: "triad-1", Reason: "too-few"},
		GroupsRepaired{
			Track: Peer, Run: "run-2", Method: "least-moves", Moved: []PersonID{third}, Cost: 12,
			Groups: []Group{{Group: "triad-1", Members: []PersonID{}}, {Group: "triad-2", Members: []PersonID{second, third, fourth}}},
		},
	}
}
