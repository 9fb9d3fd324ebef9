package projections

import (
	"slices"
	"time"

	"kolmikko/events"
)

// Groups is the groups of a cohort, by track.
type Groups struct {
	Cohort events.CohortID `json:"cohort"`
	Tracks []TrackGroups   `json:"tracks"` // of which a matching is known
}

// TrackGroups is the groups of one track and where they come from.
type TrackGroups struct {
	Track       events.Track      `json:"track"`
	Run         *RunSummary       `json:"run,omitzero"` // that was published
	PublishedAt time.Time         `json:"published_at,omitzero"`
	Unplaced    []events.PersonID `json:"unplaced"`
	Groups      []Group           `json:"groups"` // in the order in which they were published
	Repairs     []Repair          `json:"repairs"`
}

// RunSummary is what a matching reached.
type RunSummary struct {
	Run       events.RunID `json:"run"`
	Engine    events.Name  `json:"engine"`
	Seed      uint64       `json:"seed"`
	Objective int64        `json:"objective"`
	Bound     int64        `json:"bound"`
	Proven    bool         `json:"proven"`
	Overrides int          `json:"overrides"`     // exchanges made by hand after it
	Cost      int64        `json:"override_cost"` // points lost by them
}

// A Group is one group as it is now.
type Group struct {
	Group          events.GroupID          `json:"group"`
	Members        []Member                `json:"members"`
	Organisations  []events.OrganisationID `json:"organisations"` // of the members, in order
	Since          time.Time               `json:"since"`
	Locked         bool                    `json:"locked,omitzero"`
	Dissolved      bool                    `json:"dissolved,omitzero"`
	Agreement      *Agreement              `json:"agreement,omitzero"`
	Assents        int                     `json:"assents"` // of members, to any agreement
	Themes         []events.Code           `json:"themes"`
	OwnThemes      int                     `json:"own_themes"`
	MeetingsAgreed int                     `json:"meetings_agreed"` // whatever came of them
	MeetingsHeld   int                     `json:"meetings_held"`
	DroppedOut     int                     `json:"dropped_out"` // members who left the programme
}

// A Member is one person of a group.
type Member struct {
	Person       events.PersonID       `json:"person"`
	Part         events.Part           `json:"part,omitzero"`
	Organisation events.OrganisationID `json:"organisation,omitzero"`
}

// A Repair is a change of groups after somebody dropped out.
type Repair struct {
	At     time.Time         `json:"at"`
	Run    events.RunID      `json:"run,omitzero"`
	Method events.Code       `json:"method"`
	Groups []events.GroupID  `json:"groups"` // that changed
	Moved  []events.PersonID `json:"moved"`
	Cost   int64             `json:"cost"`
}

// cohortGroups are the groups of one cohort, as they are kept for [Groups].
type cohortGroups struct {
	enrolments enrolments
	groups     grouped
	runs       map[events.RunID]*RunSummary
	tracks     map[events.Track]*published
	counts     map[events.GroupID]*groupCounts
}

type groupCounts struct{ agreed, held, left int }

// published is what is known of one track's groups as a whole.
type published struct {
	run      events.RunID
	at       time.Time
	unplaced []events.PersonID
	repairs  []Repair
}

// Apply takes in one more event.
func (s *cohortGroups) Apply(r events.Recorded) {
	switch e := r.Event.(type) {
	case events.MatchingRun:
		put(&s.runs, e.Run, &RunSummary{
			Run: e.Run, Engine: e.Engine, Seed: e.Seed, Objective: e.Objective, Bound: e.Bound, Proven: e.Certificate.Proven,
		})
	case events.MatchingOverridden:
		if run := s.runs[e.Run]; run != nil {
			run.Overrides++
			run.Cost += e.Cost
		}
	case events.GroupsPublished:
		t := s.track(e.Track)
		t.run, t.at, t.unplaced = e.Run, r.At, e.Unplaced
		s.groups.apply(r)
	case events.GroupsRepaired:
		t := s.track(e.Track)
		t.repairs = append(t.repairs, repair(r.At, e))
		s.groups.apply(r)
	case events.MeetingAgreed:
		s.count(e.Group).agreed++
	case events.MeetingHeld:
		s.count(e.Group).held++
	case events.ParticipantDroppedOut:
		if g := s.groups.of.get(e.Person, e.Track); g != nil {
			s.count(g.id).left++
		}
		s.groups.apply(r)
		s.enrolments.apply(r)
	default:
		if s.enrolments.apply(r) == nil {
			s.groups.apply(r)
		}
	}
}

func (s *cohortGroups) track(t events.Track) *published {
	p := s.tracks[t]
	if p == nil {
		p = &published{}
		put(&s.tracks, t, p)
	}
	return p
}

func (s *cohortGroups) count(g events.GroupID) *groupCounts {
	c := s.counts[g]
	if c == nil {
		c = &groupCounts{}
		put(&s.counts, g, c)
	}
	return c
}

func repair(at time.Time, e events.GroupsRepaired) Repair {
	made := Repair{at, e.Run, e.Method, []events.GroupID{}, copied(e.Moved), e.Cost}
	for _, g := range e.Groups {
		made.Groups = append(made.Groups, g.Group)
	}
	return made
}

// Show returns the [Groups] of a cohort.
func (s *cohortGroups) Show(of Of) (any, bool) {
	shown := Groups{Cohort: of.Cohort, Tracks: []TrackGroups{}}
	for _, name := range sorted(s.tracks) {
		t := s.tracks[name]
		track := TrackGroups{
			Track: name, PublishedAt: t.at, Unplaced: copied(t.unplaced), Groups: []Group{}, Repairs: []Repair{},
		}
		if run := s.runs[t.run]; run != nil {
			summary := *run
			track.Run = &summary
		}
		for _, g := range s.groups.list {
			if g.track == name && g.concerns(of.Person) {
				track.Groups = append(track.Groups, s.shown(g))
			}
		}
		if of.Person != "" {
			track.Run, track.Unplaced = nil, []events.PersonID{}
			shown.Tracks = append(shown.Tracks, track)
			continue // what became of others is not for one member to see
		}
		for _, r := range t.repairs {
			r.Groups, r.Moved = copied(r.Groups), copied(r.Moved)
			track.Repairs = append(track.Repairs, r)
		}
		shown.Tracks = append(shown.Tracks, track)
	}
	return shown, true
}

func (s *cohortGroups) shown(g *group) Group {
	shown := Group{
		Group: g.id, Members: []Member{}, Organisations: []events.OrganisationID{}, Since: g.since,
		Locked: g.locked, Dissolved: g.dissolved, Assents: len(g.assents),
		Themes: copied(g.themes.what.Themes), OwnThemes: g.themes.what.OwnThemes,
	}
	if c := s.counts[g.id]; c != nil {
		shown.MeetingsAgreed, shown.MeetingsHeld, shown.DroppedOut = c.agreed, c.held, c.left
	}
	if g.agreed.place > 0 {
		agreed := g.agreed.what
		shown.Agreement = &agreed
	}
	for _, p := range g.members {
		m := Member{Person: p}
		if x := s.enrolments.live.get(p, g.track); x != nil {
			m.Part, m.Organisation = x.part, x.organisation
			shown.Organisations = append(shown.Organisations, x.organisation)
		}
		shown.Members = append(shown.Members, m)
	}
	slices.Sort(shown.Organisations)
	shown.Organisations = slices.Compact(shown.Organisations)
	return shown
}
