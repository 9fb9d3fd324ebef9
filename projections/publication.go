package projections

import (
	"time"

	"kolmikko/events"
)

// Publication is that groups were published, when and how many, and not who is
// in them.
type Publication struct {
	Cohort events.CohortID    `json:"cohort"`
	Tracks []TrackPublication `json:"tracks"`
}

// TrackPublication is the groups of one track as everybody may see them.
type TrackPublication struct {
	Track       events.Track `json:"track"`
	PublishedAt time.Time    `json:"published_at"`
	Groups      int          `json:"groups"`      // not dissolved
	Members     int          `json:"members"`     // of them
	RepairedAt  []time.Time  `json:"repaired_at"` // each time
}

// publication is one cohort's, as it is kept for [Publication].
type publication struct {
	groups grouped
	tracks map[events.Track]*published
}

// Apply takes in one more event.
func (s *publication) Apply(r events.Recorded) {
	switch e := r.Event.(type) {
	case events.GroupsPublished:
		put(&s.tracks, e.Track, &published{at: r.At})
	case events.GroupsRepaired:
		if t := s.tracks[e.Track]; t != nil {
			t.repairs = append(t.repairs, Repair{At: r.At})
		}
	}
	s.groups.apply(r)
}

// Show returns the [Publication] of a cohort.
func (s *publication) Show(of Of) (any, bool) {
	shown := Publication{Cohort: of.Cohort, Tracks: []TrackPublication{}}
	for _, name := range sorted(s.tracks) {
		t := TrackPublication{Track: name, PublishedAt: s.tracks[name].at, RepairedAt: []time.Time{}}
		for _, r := range s.tracks[name].repairs {
			t.RepairedAt = append(t.RepairedAt, r.At)
		}
		for _, g := range s.groups.list {
			if g.track == name && !g.dissolved {
				t.Groups++
				t.Members += len(g.members)
			}
		}
		shown.Tracks = append(shown.Tracks, t)
	}
	return shown, true
}
