package projections

import (
	"slices"
	"time"

	"kolmikko/events"
)

// Gatherings is what everybody is or was invited to: those of one cohort, those
// of none ([events.WholeProgramme]), or without a cohort all of a programme.
type Gatherings struct {
	Gatherings []Gathering `json:"gatherings"` // in the order of their starts
}

// A Gathering is one of them.
type Gathering struct {
	Gathering  events.GatheringID   `json:"gathering"`
	Cohort     events.CohortID      `json:"cohort"`
	Kind       events.GatheringKind `json:"kind"`
	Title      events.Text          `json:"title"`
	StartsAt   time.Time            `json:"starts_at"`
	EndsAt     time.Time            `json:"ends_at"`
	Link       events.Link          `json:"link,omitzero"`
	Moves      []GatheringMove      `json:"moves,omitzero"`
	Cancelled  *Cancellation        `json:"cancelled,omitzero"`
	Speakers   []Speaker            `json:"speakers,omitzero"`
	Modes      []ModeCount          `json:"modes"`
	NotComing  int                  `json:"not_coming"`           // who chose so
	Undecided  int                  `json:"undecided"`            // participants of the cohort who have not chosen
	Switched   []Switch             `json:"switched,omitzero"`    // in the order in which each first came about
	CameOther  int                  `json:"came_other,omitzero"`  // recorded in another mode than chosen
	CameUnsaid int                  `json:"came_unsaid,omitzero"` // recorded without having chosen
}

// A GatheringMove is a gathering's from one time to another.
type GatheringMove struct {
	From   time.Time   `json:"from"`
	To     time.Time   `json:"to"`
	At     time.Time   `json:"at"` // when it was recorded
	Reason events.Text `json:"reason"`
}

// A Cancellation says when and why a gathering was called off.
type Cancellation struct {
	At     time.Time   `json:"at"`
	Reason events.Text `json:"reason"`
}

// A Speaker is who speaks, and about what.
type Speaker struct {
	Name  events.Name `json:"name"`
	Topic events.Text `json:"topic"`
}

// A ModeCount counts those who attend in one mode.
type ModeCount struct {
	Mode     events.Mode `json:"mode"`
	Capacity int         `json:"capacity"` // 0 is without bound
	Chosen   int         `json:"chosen"`
	Recorded int         `json:"recorded"`
	Left     *int        `json:"left,omitzero"` // places; missing where there is no bound
}

// A Switch counts changes from one choice to another.
type Switch struct {
	From  events.Mode `json:"from"`
	To    events.Mode `json:"to"`
	Count int         `json:"count"`
}

func (s *gatherings) shown(g *gathering, c events.CohortID, participants []events.PersonID) Gathering {
	shown := Gathering{
		Gathering: g.is.Gathering, Cohort: c, Kind: g.is.Kind, Title: g.is.Title,
		StartsAt: g.starts, EndsAt: g.ends, Link: g.is.Link, Modes: []ModeCount{}, Switched: g.switched(),
	}
	for _, m := range g.moves {
		shown.Moves = append(shown.Moves, m.GatheringMove)
	}
	if g.off != nil {
		off := g.off.Cancellation
		shown.Cancelled = &off
	}
	for _, speaker := range g.speakers {
		shown.Speakers = append(shown.Speakers, speaker.what)
	}
	for _, p := range participants {
		if s.of(g.chosen, p).what == "" {
			shown.Undecided++
		}
	}
	g.count(&shown)
	return shown
}

// switched counts how choices were changed.
func (g *gathering) switched() (all []Switch) {
	for i, from := range g.before {
		to := g.chosen[from.seat].what
		if next := slices.IndexFunc(g.before[i+1:], func(c choice) bool { return c.seat == from.seat }); next >= 0 {
			to = g.before[i+1+next].what
		}
		if to == from.what || to == "" {
			continue
		}
		same := slices.IndexFunc(all, func(s Switch) bool { return s.From == from.what && s.To == to })
		if same < 0 {
			same, all = len(all), append(all, Switch{From: from.what, To: to})
		}
		all[same].Count++
	}
	return all
}

// count counts who chose and who came, by mode. A mode that was not offered and
// yet chosen or recorded comes after those that were.
func (g *gathering) count(shown *Gathering) {
	for _, s := range g.is.Modes {
		shown.Modes = append(shown.Modes, ModeCount{Mode: s.Mode, Capacity: s.Capacity})
	}
	for _, mode := range []events.Mode{events.Lab, events.Teams} {
		m := ModeCount{Mode: mode}
		for _, c := range g.chosen {
			if c.what == mode {
				m.Chosen++
			}
		}
		for _, c := range g.recorded {
			if c.what == mode {
				m.Recorded++
			}
		}
		shown.add(m)
	}
	for _, c := range g.chosen {
		if c.what == events.Absent {
			shown.NotComing++
		}
	}
	for i, came := range g.recorded {
		switch {
		case came.what == "":
		case i >= len(g.chosen) || g.chosen[i].what == "":
			shown.CameUnsaid++
		case g.chosen[i].what != came.what:
			shown.CameOther++
		}
	}
}

func (g *Gathering) add(m ModeCount) {
	for i := range g.Modes {
		if offered := &g.Modes[i]; offered.Mode == m.Mode {
			offered.Chosen, offered.Recorded = m.Chosen, m.Recorded
			if offered.Capacity > 0 {
				left := max(0, offered.Capacity-m.Chosen)
				offered.Left = &left
			}
			return
		}
	}
	if m.Chosen > 0 || m.Recorded > 0 {
		g.Modes = append(g.Modes, m)
	}
}
