package projections

import (
	"time"

	"kolmikko/events"
)

// Programme is how a programme stands: what it is for and how far each of its
// cohorts has got.
type Programme struct {
	Programme     events.ProgrammeID  `json:"programme"`
	Title         events.Text         `json:"title,omitzero"`
	Goals         []events.Text       `json:"goals"`
	FromWishes    []events.WishID     `json:"from_wishes"`
	ProposedAt    time.Time           `json:"proposed_at,omitzero"`
	LaunchedAt    time.Time           `json:"launched_at,omitzero"`
	StartsOn      events.Date         `json:"starts_on,omitzero"`
	EndsOn        events.Date         `json:"ends_on,omitzero"`
	Tracks        []events.Track      `json:"tracks"`
	Principles    ProgrammePrinciples `json:"principles"`
	Organisers    []Organiser         `json:"organisers"`    // in the order in which they joined
	Organisations int                 `json:"organisations"` // registered
	People        int                 `json:"people"`        // registered and not erased
	Wishes        Wishes              `json:"wishes"`
	Gatherings    int                 `json:"gatherings"` // of no cohort, and not cancelled
	Cohorts       []CohortState       `json:"cohorts"`    // in the order in which they were opened
}

// ProgrammePrinciples is what participants accept.
type ProgrammePrinciples struct {
	Version int           `json:"version"` // 0: no text is published
	Text    events.Text   `json:"text,omitzero"`
	Digest  events.Digest `json:"digest,omitzero"`
	Listed  []events.Text `json:"listed"` // as the programme was launched with them
}

// An Organiser is an organisation that takes part in running the programme.
type Organiser struct {
	Organisation events.OrganisationID `json:"organisation"`
	Name         events.Text           `json:"name,omitzero"`
	Role         events.Code           `json:"role"`
}

// Wishes counts what people wished for.
type Wishes struct {
	Count   int          `json:"count"`
	ByTheme []ThemeCount `json:"by_theme"` // by theme; a wish may have several
}

// A ThemeCount counts the wishes about one theme.
type ThemeCount struct {
	Theme events.Code `json:"theme"`
	Count int         `json:"count"`
}

// CohortState is how far a cohort has got.
type CohortState struct {
	Cohort       events.CohortID `json:"cohort"`
	Title        events.Text     `json:"title,omitzero"`
	StartsOn     events.Date     `json:"starts_on,omitzero"`
	EndsOn       events.Date     `json:"ends_on,omitzero"`
	TimeZone     events.Name     `json:"time_zone,omitzero"`
	Tracks       []events.Track  `json:"tracks"`
	OpenedAt     time.Time       `json:"opened_at,omitzero"`
	CompletedAt  time.Time       `json:"completed_at,omitzero"`
	EndedOn      events.Date     `json:"ended_on,omitzero"`
	ArchivedAt   time.Time       `json:"archived_at,omitzero"`
	SummaryOnly  bool            `json:"summary_only,omitzero"` // it has figures and no history
	Phases       []PhaseState    `json:"phases"`                // in their order
	Queues       []Queue         `json:"queues"`                // by track and part
	Groups       []TrackCount    `json:"groups"`                // by track
	Participants int             `json:"participants"`          // with a seat on any track, each counted once
	MeetingsHeld int             `json:"meetings_held"`
	Gatherings   int             `json:"gatherings"`   // not cancelled
	OpenSurveys  int             `json:"open_surveys"` //
	Answers      int             `json:"answers"`      // to all surveys
}

// PhaseState is how far a phase has got.
type PhaseState struct {
	Phase         events.Phase `json:"phase"`
	From          events.Date  `json:"from,omitzero"`
	To            events.Date  `json:"to,omitzero"`
	AnnouncedFrom events.Date  `json:"announced_from,omitzero"` // at first, where it has been rescheduled
	AnnouncedTo   events.Date  `json:"announced_to,omitzero"`
	Rescheduled   int          `json:"rescheduled,omitzero"` // how often
	StartedAt     time.Time    `json:"started_at,omitzero"`
	CompletedAt   time.Time    `json:"completed_at,omitzero"`
}

// A Queue is who enrols for one part on one track.
type Queue struct {
	Track    events.Track   `json:"track"`
	Part     events.Part    `json:"part"`
	Open     bool           `json:"open"`
	Capacity int            `json:"capacity"`
	Left     int            `json:"left"`            // seats
	Months   int            `json:"months,omitzero"` // of service at most
	Enrolled map[Status]int `json:"enrolled"`        // each status is there
}

// A TrackCount counts the groups of a track.
type TrackCount struct {
	Track     events.Track `json:"track"`
	Groups    int          `json:"groups"` // not dissolved
	Members   int          `json:"members"`
	Dissolved int          `json:"dissolved"`
}

// Show returns the [Programme].
func (s *programmeState) Show(of Of) (any, bool) {
	shown := Programme{
		Programme: of.Programme, Title: s.proposed.Title, Goals: copied(s.proposed.Goals),
		FromWishes: copied(s.proposed.FromWishes), ProposedAt: s.proposedAt, LaunchedAt: s.launchedAt,
		StartsOn: s.launched.StartsOn, EndsOn: s.launched.EndsOn, Tracks: copied(s.launched.Tracks),
		Principles: ProgrammePrinciples{
			s.principles.what.Version, s.principles.what.Text, s.principles.what.Digest, copied(s.launched.Principles),
		},
		Organisers: []Organiser{}, Organisations: len(s.houses.names), People: s.people(), Wishes: s.wished(),
		Cohorts: []CohortState{},
	}
	for _, o := range s.organisers {
		o.Name = s.houses.name(o.Organisation)
		shown.Organisers = append(shown.Organisers, o)
	}
	for _, id := range s.order {
		shown.Cohorts = append(shown.Cohorts, s.cohorts.get(id).shown(id))
	}
	if whole := s.cohorts.get(events.WholeProgramme); whole != nil {
		shown.Gatherings = whole.gatherings
	}
	return shown, true
}

func (s *programmeState) people() (n int) {
	for _, erased := range s.erased {
		if !erased {
			n++
		}
	}
	return n
}

func (s *programmeState) wished() Wishes {
	w := Wishes{Count: len(s.wishes), ByTheme: []ThemeCount{}}
	counts := map[events.Code]int{}
	for _, themes := range s.wishes {
		for _, t := range themes.what {
			counts[t]++
		}
	}
	for _, t := range sorted(counts) {
		w.ByTheme = append(w.ByTheme, ThemeCount{t, counts[t]})
	}
	return w
}

func (c *cohortState) shown(id events.CohortID) CohortState {
	shown := CohortState{
		Cohort: id, Title: c.opened.Title, StartsOn: c.opened.StartsOn, EndsOn: c.opened.EndsOn,
		TimeZone: c.opened.TimeZone, Tracks: copied(c.opened.Tracks),
		OpenedAt: c.openedAt, CompletedAt: c.completedAt, EndedOn: c.endedOn, ArchivedAt: c.archivedAt,
		SummaryOnly: c.summary && c.openedAt.IsZero(), Phases: []PhaseState{}, Queues: []Queue{}, Groups: []TrackCount{},
		Participants: len(c.enrolments.participants()), MeetingsHeld: c.held, Gatherings: c.gatherings,
		OpenSurveys: c.surveys, Answers: c.answers,
	}
	for _, name := range events.Phases() {
		if p := c.phases[name]; p != nil {
			state := p.PhaseState
			if p.Rescheduled > 0 {
				state.AnnouncedFrom, state.AnnouncedTo = p.announced.what[0], p.announced.what[1]
			}
			shown.Phases = append(shown.Phases, state)
		}
	}
	for _, q := range c.queues {
		shown.Queues = append(shown.Queues, c.queue(*q))
	}
	for _, t := range []events.Track{events.Peer, events.Reverse} {
		n := TrackCount{Track: t}
		for _, g := range c.groups.list {
			switch {
			case g.track != t:
			case g.dissolved:
				n.Dissolved++
			default:
				n.Groups++
				n.Members += len(g.members)
			}
		}
		if n.Groups+n.Dissolved > 0 {
			shown.Groups = append(shown.Groups, n)
		}
	}
	return shown
}

func (c *cohortState) queue(q Queue) Queue {
	q.Enrolled = map[Status]int{}
	for _, s := range Statuses() {
		q.Enrolled[s] = 0
	}
	for _, x := range c.enrolments.list {
		if x.seat == (seat{q.Track, q.Part}) {
			q.Enrolled[x.status]++
		}
	}
	q.Left = max(0, q.Capacity-q.Enrolled[Accepted])
	return q
}
