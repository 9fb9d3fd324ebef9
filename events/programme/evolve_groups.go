package programme

import (
	"slices"
	"time"

	"kolmikko/events"
)

func (c *Cohort) evolveMatching(r events.Recorded) {
	switch e := r.Event.(type) {
	case events.MatchingRulesSet:
		put(&c.Rules, e.Track, e.Rules, false)
	case events.MatchingFrozen:
		put(&c.Frozen, e.Track, e, false)
	case events.MatchingRun:
		run := &Run{MatchingRun: e, Rules: c.Rules[e.Track], Seconded: map[events.OverrideSeconded]events.PersonID{}}
		for _, g := range e.Groups {
			run.Now = append(run.Now, events.Group{Group: g.Group, Members: slices.Clone(g.Members)})
		}
		put(&c.Runs, e.Run, run, false)
		put(&c.LastRun, e.Track, e.Run, false)
	case events.OverrideSeconded:
		c.Runs[e.Run].Seconded[e] = r.By
	case events.MatchingOverridden:
		run := c.Runs[e.Run]
		run.Overrides = append(run.Overrides, e)
		exchange(run.Now, e.Move, e.For)
	case events.GroupsPublished:
		put(&c.Published, e.Track, e.Run, false)
		c.regroup(e.Track, e.Groups, r.At)
	case events.GroupsRepaired:
		c.regroup(e.Track, e.Groups, r.At)
		for _, p := range e.Moved {
			delete(c.Willing, PersonOnTrack{p, e.Track})
		}
	case events.ParticipantDroppedOut:
		c.leave(PersonOnTrack{e.Person, e.Track}, r.At)
	case events.MoveConsented:
		put(&c.Willing, PersonOnTrack{e.Person, e.Track}, true, false)
	default:
		c.evolveGroup(r)
	}
}

// exchange puts two people of groups in each other's place.
func exchange(groups []events.Group, a, b events.PersonID) {
	for _, g := range groups {
		for i, p := range g.Members {
			switch p {
			case a:
				g.Members[i] = b
			case b:
				g.Members[i] = a
			}
		}
	}
}

// regroup makes groups what they are now; one without members is dissolved.
func (c *Cohort) regroup(t events.Track, groups []events.Group, at time.Time) {
	for _, now := range groups {
		put(&c.Groups, now.Group, &Group{ID: now.Group, Track: t}, true)
		g := c.Groups[now.Group]
		for _, p := range g.Members {
			if c.GroupOf[PersonOnTrack{p, t}] == now.Group {
				delete(c.GroupOf, PersonOnTrack{p, t})
			}
			if !slices.Contains(now.Members, p) {
				put(&g.Left, p, at, false)
			}
		}
		g.Members, g.Dissolved = slices.Clone(now.Members), len(now.Members) == 0
		for _, p := range now.Members {
			put(&c.GroupOf, PersonOnTrack{p, t}, now.Group, false)
			delete(g.Left, p)
		}
		for p := range g.Assents {
			if !slices.Contains(g.Members, p) {
				delete(g.Assents, p)
			}
		}
	}
}

// leave takes a person out of their seat and their group.
func (c *Cohort) leave(who PersonOnTrack, at time.Time) {
	put(&c.Dropped, who, true, false)
	if id, live := c.Live[who]; live {
		c.settle(id, DroppedOut)
	}
	if g := c.Groups[c.GroupOf[who]]; g != nil {
		g.Members = slices.DeleteFunc(slices.Clone(g.Members), func(p events.PersonID) bool { return p == who.Person })
		delete(g.Assents, who.Person)
		put(&g.Left, who.Person, at, false)
		delete(c.GroupOf, who)
	}
}

func (c *Cohort) evolveGroup(r events.Recorded) {
	switch e := r.Event.(type) {
	case events.GroupLocked:
		c.Groups[e.Group].Locked = true
	case events.GroupUnlocked:
		c.Groups[e.Group].Locked = false
	case events.GroupDissolved:
		c.regroup(c.Groups[e.Group].Track, []events.Group{{Group: e.Group}}, r.At)
	case events.GroupAgreementAssented:
		put(&c.Groups[e.Group].Assents, e.Person, Terms{e.Rhythm, e.Quorum}, false)
	case events.GroupAgreementReached:
		c.Groups[e.Group].Agreed = Terms{e.Rhythm, e.Quorum}
	case events.GroupThemesAgreed:
		c.Groups[e.Group].Themes = e
	case events.ConcernRaised:
		put(&c.Groups[e.Group].Worries, Worry{r.By, e.Concern}, r.At, false)
	default:
		c.evolveMeeting(r)
	}
}

func (c *Cohort) evolveMeeting(r events.Recorded) {
	switch e := r.Event.(type) {
	case events.MeetingProposed:
		put(&c.Meetings, e.Meeting, &Meeting{Group: e.Group, StartsAt: e.StartsAt, Minutes: e.Minutes, Mode: e.Mode,
			Status: Proposed, Accepted: map[events.PersonID]bool{r.By: true}}, false)
	case events.MeetingAccepted:
		c.Meetings[e.Meeting].Accepted[r.By] = true
	case events.MeetingDeclined:
		c.Meetings[e.Meeting].Accepted[r.By] = false
	case events.MeetingAgreed:
		c.Meetings[e.Meeting].Status = Agreed
	case events.MeetingMoved:
		m := c.Meetings[e.Meeting]
		m.StartsAt, m.Minutes, m.Mode = e.StartsAt, e.Minutes, e.Mode
	case events.MeetingCancelled:
		c.Meetings[e.Meeting].Status = Cancelled
	case events.MeetingHeld:
		put(&c.Meetings, e.Meeting, &Meeting{Group: e.Group, StartsAt: e.HeldAt, Minutes: e.Minutes, Mode: e.Mode}, true)
		m := c.Meetings[e.Meeting]
		m.Status, m.Held = Held, e
	default:
		c.evolveGathering(r)
	}
}
