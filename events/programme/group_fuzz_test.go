package programme

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"kolmikko/events"
)

// FuzzGroups lets any sequence of commands about matching, groups and meetings
// loose on two triads, and holds their history to what must be true of every
// one. The script says who asks what, and when.
func FuzzGroups(f *testing.F) {
	for seed := range uint64(48) {
		chance, script := rand.NewChaCha8([32]byte{byte(seed), 1}), make([]byte, 3000)
		_, _ = chance.Read(script) // which never fails
		f.Add(script)
	}
	f.Fuzz(func(t *testing.T, script []byte) {
		script = script[:min(len(script), 4000)]
		begin := matched(published)
		if len(script) > 0 && script[0]%4 == 0 {
			begin = matched()
		}
		var history given
		for _, e := range begin {
			history = append(history, asRecorded(e))
		}
		s, d := fold(history), &dice{script, noon}
		for len(d.script) > 0 {
			d.now = d.now.Add(time.Duration(d.roll(30)) * time.Hour)
			c := d.aboutGroups(s)
			ask := Ask{d.groupActor(c), d.now, "c22"}
			then, err := c.Decide(s, ask)
			if err != nil && then != nil {
				t.Fatalf("%T %+v: refused, and yet %+v", c, c, then)
			}
			for _, e := range then {
				if err := events.Check(e); err != nil {
					t.Fatalf("%T %+v: %v", c, c, err)
				}
				r := events.Recorded{Place: uint64(len(history) + 1), By: ask.By, Cohort: ask.Cohort, At: d.now, Event: e}
				holdsBefore(t, s, r)
				history = append(history, r)
				s.Evolve(r)
			}
			if again, _ := c.Decide(s, ask); again != nil {
				t.Fatalf("%T %+v: a second time brought %+v", c, c, again)
			}
			holdsGroups(t, s)
		}
		if !reflect.DeepEqual(s, fold(history)) {
			t.Error("deciding has changed the state")
		}
	})
}

// holdsBefore fails unless what follows may follow, given the state until now.
func holdsBefore(t *testing.T, s *State, r events.Recorded) {
	t.Helper()
	c := s.Cohorts[r.Cohort]
	switch e := r.Event.(type) {
	case events.MeetingHeld:
		if m := c.Meetings[e.Meeting]; m != nil && m.Status == Held {
			t.Errorf("%s was held twice", e.Meeting)
		}
		if g := c.Groups[e.Group]; !slices.Contains(g.Members, r.By) || e.HeldAt.After(r.At) || e.Present < 2 {
			t.Errorf("%s reported %+v of %+v", r.By, e, g)
		}
	case events.MeetingAgreed:
		m, n := c.Meetings[e.Meeting], 1
		for p, can := range m.Accepted {
			if can && p != r.By && slices.Contains(c.Groups[e.Group].Members, p) {
				n++
			}
		}
		if g := c.Groups[e.Group]; n < 2 || n < min(g.Agreed.Quorum, len(s.living(c, g))) {
			t.Errorf("%s was agreed by %d", e.Meeting, n)
		}
	case events.GroupsPublished:
		holdsSizes(t, e.Groups)
	case events.GroupsRepaired:
		holdsSizes(t, e.Groups)
		for _, p := range e.Moved {
			if !c.Willing[PersonOnTrack{p, e.Track}] {
				t.Errorf("%s was moved without consent", p)
			}
		}
	case events.MatchingOverridden:
		if e.BrokenRule != "" && (e.SecondEyes == "" || e.SecondEyes == r.By) {
			t.Errorf("a hard rule was broken by one alone: %+v", e)
		}
	case events.GroupAgreementReached:
		for _, p := range s.living(c, c.Groups[e.Group]) {
			if p != r.By && c.Groups[e.Group].Assents[p] != (Terms{e.Rhythm, e.Quorum}) {
				t.Errorf("%s did not assent to %+v", p, e)
			}
		}
	}
}

func holdsSizes(t *testing.T, groups []events.Group) {
	t.Helper()
	for _, g := range groups {
		if n := len(g.Members); n > 0 && n < 3 {
			t.Errorf("%s has %d members", g.Group, n)
		}
	}
}

// holdsGroups fails if anybody is in two groups of a track.
func holdsGroups(t *testing.T, s *State) {
	t.Helper()
	for _, c := range s.Cohorts {
		in := map[PersonOnTrack]events.GroupID{}
		for id, g := range c.Groups {
			for _, p := range g.Members {
				who := PersonOnTrack{p, g.Track}
				if in[who] != "" || g.Dissolved || c.GroupOf[who] != id {
					t.Fatalf("%s is in %s and %s, known to be in %s", p, in[who], id, c.GroupOf[who])
				}
				in[who] = id
			}
		}
	}
}

// groupActor returns who asks, mostly somebody who may.
func (d *dice) groupActor(c Command) events.PersonID {
	if d.roll(8) == 0 {
		return actors[d.roll(len(actors))]
	}
	switch c.(type) {
	case RecordMatching:
		return events.Engine
	case AssentToTerms, ProposeMeeting, AcceptMeeting, DeclineMeeting, MoveMeeting, CancelMeeting, HoldMeeting, CorrectRecord,
		ConsentToMove, EndParticipation, AgreeThemes, RaiseConcern:
		return six[d.roll(6)]
	}
	return []events.PersonID{coordinator, owner}[d.roll(2)]
}

// aboutGroups returns any command about matching, groups and meetings, mostly
// one that makes sense.
func (d *dice) aboutGroups(s *State) Command {
	c := s.Cohorts["c22"]
	group := []events.GroupID{"t01", "t02", "t03"}[d.roll(3)]
	meeting := events.MeetingID(fmt.Sprint("m", max(1, len(c.Meetings)-d.roll(4))))
	when := d.now.Add(time.Duration(d.roll(250)-50) * time.Hour)
	mode := []events.Mode{events.Lab, events.Teams, events.Either}[d.roll(3)]
	switch a, b := six[d.roll(6)], six[d.roll(6)]; d.roll(18) {
	case 0:
		return AssentToTerms{group, 1 + d.roll(2), 2 + d.roll(2)}
	case 1, 2:
		return ProposeMeeting{group, when, 60, mode}
	case 3, 4:
		return AcceptMeeting{meeting}
	case 5:
		return DeclineMeeting{meeting}
	case 6:
		return MoveMeeting{meeting, when, 60, mode}
	case 7:
		return []Command{CancelMeeting{meeting, "illness"}, RaiseConcern{group, "silence"}, AgreeThemes{group, []events.Code{"wellbeing"}, d.roll(3)}}[d.roll(3)]
	case 8, 9:
		return HoldMeeting{meeting, "", when, 60, mode, 1 + d.roll(3), nil}
	case 10:
		return HoldMeeting{"", group, when, 60, mode, 1 + d.roll(3), nil}
	case 11:
		places := append(slices.Sorted(maps.Keys(s.Records)), 1)
		return CorrectRecord{places[d.roll(len(places))], json.RawMessage(fmt.Sprintf(`{"present": %d}`, d.roll(4))), "mistyped"}
	case 12:
		return []Command{EndParticipation{"", events.Peer, "no-time"}, LockGroup{group, "works-well"}, UnlockGroup{group, "drop-out"}, DissolveGroup{group, "too-few"}}[d.roll(4)]
	case 13:
		return ConsentToMove{events.Peer}
	case 14:
		return d.repair(c)
	case 15:
		return []Command{PublishGroups{"run1"}, PublishGroups{"run2"}, d.freeze(c), RecordMatching{ran}}[d.roll(4)]
	case 16:
		return []Command{SecondOverride{"run1", a, b, hardRules()[d.roll(3)]}, SecondOverride(seconded)}[d.roll(2)]
	default:
		return []Command{OverrideMatching{"run1", a, b, "", "asked-for", 1}, overriding(broke)}[d.roll(2)]
	}
}

// freeze lists who is accepted now.
func (d *dice) freeze(c *Cohort) FreezeMatching {
	f := FreezeMatching{Track: events.Peer, InputDigest: []events.Digest{input, other}[d.roll(2)]}
	for id, e := range c.Enrolments {
		if e.Status == Accepted {
			f.Enrolments = append(f.Enrolments, id)
		}
	}
	slices.Sort(f.Enrolments)
	return f
}

// repair exchanges two people, or makes a new group of whoever has none.
func (d *dice) repair(c *Cohort) RepairGroups {
	r := RepairGroups{Track: events.Peer, Method: "by-hand"}
	for _, id := range []events.GroupID{"t01", "t02", "t03"} {
		if g := c.Groups[id]; g != nil && !g.Dissolved {
			r.Groups = append(r.Groups, events.Group{Group: id, Members: slices.Clone(g.Members)})
		}
	}
	free := events.Group{Group: "t03"}
	for _, p := range six {
		if c.GroupOf[PersonOnTrack{p, events.Peer}] == "" && c.Active(p, events.Peer) {
			free.Members = append(free.Members, p)
		}
	}
	if len(free.Members) > 0 && d.roll(2) == 0 {
		r.Groups = append(r.Groups, free)
		return r
	}
	exchange(r.Groups, six[d.roll(6)], six[d.roll(6)])
	return r
}
