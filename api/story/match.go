package story

import (
	"fmt"
	"slices"

	"kolmikko/api"
	"kolmikko/events"
	"kolmikko/events/programme"
	"kolmikko/projections/matching"
)

// scheduleMatching is rules, freezing, the engine's run, one override and
// publication, on both tracks.
func (t *teller) scheduleMatching() {
	c := t.cast.coordinator
	t.at(local(2022, 9, 21, 9, 0), func() error {
		if _, err := t.do(c, programme.StartPhase{Phase: "matching"}); err != nil {
			return err
		}
		for _, track := range []events.Track{events.Peer, events.Reverse} {
			r := matching.DefaultRules(track)
			if _, err := t.do(c, programme.SetMatchingRules{
				Track: track, Hard: r.Hard, Weights: r.Weights, Size: r.Size, Remainder: r.Remainder,
				MinSlots: r.MinSlots, Quotas: r.Quotas, Floor: r.Floor, Stability: r.Stability,
			}); err != nil {
				return err
			}
		}
		return nil
	})
	t.at(local(2022, 9, 22, 10, 0), func() error { return t.match(events.Peer) })
	t.at(local(2022, 9, 22, 11, 0), func() error { return t.match(events.Reverse) })
	t.at(local(2022, 9, 26, 14, 0), t.override)
	t.at(local(2022, 9, 28, 9, 0), func() error {
		for _, track := range []events.Track{events.Peer, events.Reverse} {
			if _, err := t.do(c, programme.PublishGroups{Run: runOf(track)}); err != nil {
				return err
			}
		}
		if _, err := t.do(events.Clock, programme.CompletePhase{Phase: "matching"}); err != nil {
			return err
		}
		return t.form()
	})
}

func runOf(track events.Track) events.RunID { return events.RunID("run-" + string(track)) }

// match freezes a track and runs the engine on it, unless that has been told.
func (t *teller) match(track events.Track) error {
	m := api.Matching{
		Programme: Programme, Cohort: Cohort, Track: track, By: t.cast.coordinator, Run: runOf(track),
		Key: t.key(), Options: matching.Options{Seed: t.seed, Steps: matching.StepsPerSecond / 2},
	}
	t.acts++ // it is two acts
	t.tick()
	var frozen, run bool
	t.stage.Door.Desk.Look(Programme, func(s *programme.State) {
		_, frozen = s.Cohorts[Cohort].Frozen[track]
		run = s.Cohorts[Cohort].Runs[m.Run] != nil
	})
	if !frozen {
		if _, err := t.stage.Door.Freeze(t.ctx, m); err != nil {
			return fmt.Errorf("freeze the %s track: %w", track, err)
		}
	}
	t.tick()
	if !run {
		if _, _, err := t.stage.Door.Match(t.ctx, m); err != nil {
			return fmt.Errorf("match the %s track: %w", track, err)
		}
	}
	return nil
}

// proposed returns what the engine made of a track, before any override.
func (t *teller) proposed(track events.Track) (groups []events.Group) {
	t.stage.Door.Desk.Look(Programme, func(s *programme.State) {
		for _, g := range s.Cohorts[Cohort].Runs[runOf(track)].Groups {
			groups = append(groups, events.Group{Group: g.Group, Members: slices.Clone(g.Members)})
		}
	})
	return groups
}

// override exchanges two people of the peer track where that breaks no hard
// rule: the coordinator knows something that the engine doesn't.
func (t *teller) override() error {
	swap, cost, err := t.exchange()
	if err != nil {
		return err
	}
	_, err = t.do(t.cast.coordinator, programme.OverrideMatching{
		Run: runOf(events.Peer), Move: swap[0], For: swap[1], Reason: "earlier-acquaintance", Cost: cost,
	})
	return err
}

// exchange finds the first two people whose exchange keeps every hard rule, and
// the points that it costs.
func (t *teller) exchange() (swap [2]events.PersonID, cost int64, err error) {
	pool, rules, err := t.stage.Door.FrozenPool(t.ctx, Programme, Cohort, events.Peer)
	if err != nil {
		return swap, 0, err
	}
	groups := t.proposed(events.Peer)
	for i, a := range groups {
		for _, b := range groups[i+1:] {
			for x := range a.Members {
				for y := range b.Members {
					na, nb := slices.Clone(a.Members), slices.Clone(b.Members)
					na[x], nb[y] = b.Members[y], a.Members[x]
					before := points(pool, rules, a.Members) + points(pool, rules, b.Members)
					pa, _, brokenA := matching.Score(pool, rules, na...)
					pb, _, brokenB := matching.Score(pool, rules, nb...)
					if len(brokenA)+len(brokenB) == 0 {
						return [2]events.PersonID{a.Members[x], b.Members[y]}, before - pa - pb, nil
					}
				}
			}
		}
	}
	return swap, 0, fmt.Errorf("no two people can be exchanged")
}

func points(pool matching.Pool, rules events.MatchingRules, members []events.PersonID) int64 {
	p, _, _ := matching.Score(pool, rules, members...)
	return p
}
