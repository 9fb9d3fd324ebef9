package story

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"kolmikko/events"
	"kolmikko/events/programme"
	"kolmikko/projections/matching"
)

// A group as the story sees it.
type group struct {
	id      events.GroupID
	track   events.Track
	members []events.PersonID
	rhythm  int     // weeks
	quorum  int     // people
	zeal    float64 // how likely a meeting of theirs is to happen
	over    bool
	chance  *rand.Rand
}

// form takes in the groups that were published and schedules their life.
func (t *teller) form() error {
	swap, _, err := t.exchange()
	if err != nil {
		return err
	}
	for _, track := range []events.Track{events.Peer, events.Reverse} {
		for i, g := range t.proposed(track) {
			for n, p := range g.Members {
				switch {
				case track == events.Reverse:
				case p == swap[0]:
					g.Members[n] = swap[1]
				case p == swap[1]:
					g.Members[n] = swap[0]
				}
			}
			chance := t.chance("group", g.Group)
			made := &group{id: g.Group, track: track, members: g.Members, chance: chance,
				rhythm: 5 + chance.IntN(3), quorum: 2 + chance.IntN(2), zeal: 0.9 + 0.09*chance.Float64()}
			if track == events.Reverse {
				made.rhythm, made.quorum = 7+chance.IntN(3), 4
			}
			if i%11 == 7 {
				made.zeal = 0.45 // a group that hardly finds together
			}
			t.groups = append(t.groups, made)
			t.scheduleGroup(made)
		}
	}
	return t.scheduleDropOuts()
}

// scheduleGroup is how a group agrees on its terms and begins to meet.
func (t *teller) scheduleGroup(g *group) {
	begin := local(2022, 10, 6, 9, 0).Add(time.Duration(g.chance.IntN(9*24)) * time.Hour)
	for i, p := range g.members {
		t.at(begin.Add(time.Duration(i*7+g.chance.IntN(6))*time.Hour), func() error {
			_, err := t.do(p, programme.AssentToTerms{Group: g.id, Rhythm: g.rhythm, Quorum: g.quorum})
			return err
		})
	}
	settled := begin.Add(time.Duration(len(g.members)*8) * time.Hour)
	t.at(settled, func() error {
		_, err := t.do(g.members[0], programme.AgreeThemes{Group: g.id, Themes: t.themesOf(g), OwnThemes: g.chance.IntN(3)})
		return err
	})
	t.at(settled.Add(time.Hour), func() error { return t.nextMeeting(g, t.now.AddDate(0, 0, 7+g.chance.IntN(10))) })
	if g.zeal < 0.5 {
		t.at(local(2023, 2, 1, 9, 0).Add(time.Duration(g.chance.IntN(300))*time.Hour), func() error {
			if g.over {
				return nil
			}
			_, err := t.do(g.members[len(g.members)-1], programme.RaiseConcern{Group: g.id, Concern: "silence"})
			return err
		})
	}
}

// themesOf returns what a group has in common, or else what its first member
// wants to talk about.
func (t *teller) themesOf(g *group) []events.Code {
	wants := map[events.PersonID][]events.Code{}
	for _, r := range t.cast.rows {
		wants[r.Person] = r.Themes
	}
	shared := slices.Clone(wants[g.members[0]])
	for _, p := range g.members[1:] {
		shared = slices.DeleteFunc(shared, func(c events.Code) bool { return !slices.Contains(wants[p], c) })
	}
	if len(shared) == 0 {
		shared = wants[g.members[0]][:1]
	}
	return shared
}

// scheduleDropOuts is three who drop out. What is left of the first two's groups
// becomes one group of four; one of the three has their data erased later.
func (t *teller) scheduleDropOuts() error {
	a, b, err := t.mergeable()
	if err != nil {
		return err
	}
	third := t.groups[slices.IndexFunc(t.groups, func(g *group) bool { return g.track == events.Reverse })]
	leaver := third.members[len(third.members)-1]
	t.scheduleLeave(local(2022, 12, 1, 10, 0), a.group, a.leaver, "workload")
	t.scheduleLeave(local(2023, 1, 10, 10, 0), b.group, b.leaver, "new-post")
	t.scheduleLeave(local(2023, 2, 20, 10, 0), third, leaver, "left-the-state")
	t.at(local(2023, 1, 12, 9, 0), func() error {
		for _, p := range b.members {
			if _, err := t.do(p, programme.ConsentToMove{Track: events.Peer}); err != nil {
				return err
			}
		}
		return nil
	})
	t.at(local(2023, 1, 13, 9, 0), func() error {
		b.over = true
		a.members = slices.Concat(a.members, b.members)
		_, err := t.do(t.cast.coordinator, programme.RepairGroups{
			Track: events.Peer, Method: "least-moves", Groups: []events.Group{{Group: a.id, Members: a.members}, {Group: b.id}},
		})
		return err
	})
	t.at(local(2023, 3, 15, 13, 0), func() error {
		for _, g := range t.groups { // who is erased takes part in nothing any more
			if g.has(a.leaver) {
				g.members = without(g.members, a.leaver)
				g.quorum = min(g.quorum, len(g.members))
			}
		}
		_, err := t.do(t.cast.protector, programme.ErasePerson{Person: a.leaver, Ground: "own-request", KeyDestroyedAt: t.now})
		return err
	})
	return nil
}

// A loss is a group and who leaves it.
type loss struct {
	*group
	leaver events.PersonID
}

// mergeable finds two triads that can become one group of four when each has
// lost somebody.
func (t *teller) mergeable() (a, b loss, err error) {
	pool, rules, err := t.stage.Door.FrozenPool(t.ctx, Programme, Cohort, events.Peer)
	if err != nil {
		return a, b, err
	}
	for i, x := range t.groups {
		for _, y := range t.groups[i+1:] {
			if x.track != events.Peer || y.track != events.Peer || len(x.members) != 3 || len(y.members) != 3 {
				continue
			}
			for _, p := range x.members {
				for _, q := range y.members {
					if _, _, broken := matching.Score(pool, rules, slices.Concat(without(x.members, p), without(y.members, q))...); len(broken) == 0 {
						return loss{x, p}, loss{y, q}, nil
					}
				}
			}
		}
	}
	return a, b, fmt.Errorf("no two groups can be merged")
}

// scheduleLeave lets somebody drop out of a group.
func (t *teller) scheduleLeave(when time.Time, g *group, who events.PersonID, why events.Code) {
	t.at(when, func() error {
		g.members = without(g.members, who)
		if t.left == nil {
			t.left = map[programme.PersonOnTrack]bool{}
		}
		t.left[programme.PersonOnTrack{Person: who, Track: g.track}] = true
		g.quorum = min(g.quorum, len(g.members))
		_, err := t.do(who, programme.EndParticipation{Track: g.track, Reason: why})
		return err
	})
}

func without(people []events.PersonID, who events.PersonID) []events.PersonID {
	return slices.DeleteFunc(slices.Clone(people), func(p events.PersonID) bool { return p == who })
}
