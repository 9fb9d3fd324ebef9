package matching

import (
	"reflect"
	"slices"
	"testing"

	"kolmikko/events"
)

// tell folds events of a cohort into an intake, from a place on.
func tell(n *Intake, cohort events.CohortID, place uint64, facts ...events.Event) uint64 {
	for _, fact := range facts {
		n.Apply(events.Recorded{Place: place, Programme: "p", Cohort: cohort, Event: fact})
		place++
	}
	return place
}

func enrolled(id string, house events.OrganisationID) []events.Event {
	return []events.Event{
		events.EnrolmentSubmitted{Enrolment: events.EnrolmentID("e-" + id), Person: events.PersonID(id), Track: events.Peer, Part: events.Supervisor,
			Application: events.Application{Organisation: house, Region: "lappi", Languages: []events.Code{"fi"}, Slots: events.Slots()[:4], Mode: events.Either}},
		events.EnrolmentAccepted{Enrolment: events.EnrolmentID("e-" + id)},
	}
}

func ids(p Pool) (out []events.PersonID) {
	for _, c := range p.Candidates {
		out = append(out, c.ID)
	}
	return out
}

func TestIntake(t *testing.T) {
	var n Intake
	at := tell(&n, events.WholeProgramme, 1,
		events.OrganisationRegistered{Organisation: "o1", About: events.Organisation{Branch: "vm", Region: "lappi", Size: 2}},
		events.OrganisationRegistered{Organisation: "o2", About: events.Organisation{Branch: "stm", Size: 1}})
	at = tell(&n, "first", at, slices.Concat(enrolled("a", "o1"), enrolled("b", "o2"), enrolled("x", "o2"))...)
	at = tell(&n, "first", at, events.GroupsPublished{Track: events.Peer, Groups: []events.Group{{Group: "t01", Members: []events.PersonID{"a", "b", "x"}}}})
	at = tell(&n, "second", at, slices.Concat(enrolled("a", "o1"), enrolled("b", "o2"), enrolled("c", "o1"), enrolled("d", "o2"))...)
	at = tell(&n, "second", at,
		events.PreferenceStated{Person: "c", Avoid: []events.PersonID{"d"}},
		events.EnrolmentWaitlisted{Enrolment: "e-d", Position: 1})

	pool, known := n.Pool("second", events.Peer)
	if !known || !slices.Equal(ids(pool), []events.PersonID{"a", "b", "c"}) {
		t.Fatalf("before the freeze those with a seat are %v, %v", ids(pool), known)
	}
	a, c := pool.Candidates[0], pool.Candidates[2]
	if !slices.Equal(a.Met, []events.PersonID{"b", "x"}) || !slices.Equal(a.Acquaintances, []events.OrganisationID{"o2"}) || a.Branch != "vm" || a.Size != 2 {
		t.Errorf("a is %+v", a)
	}
	if !slices.Equal(c.Avoid, []events.PersonID{"d"}) || c.Met != nil {
		t.Errorf("c is %+v", c)
	}

	at = tell(&n, "second", at, events.MatchingFrozen{Track: events.Peer, Enrolments: []events.EnrolmentID{"e-a", "e-b", "e-c"}, InputDigest: InputDigest(pool)})
	frozen, is := n.Frozen("second", events.Peer)
	if !is || InputDigest(frozen) != InputDigest(pool) {
		t.Error("the frozen pool is not the one that there was")
	}
	at = tell(&n, "second", at,
		events.PreferenceStated{Person: "c"},
		events.OrganisationAmended{Organisation: "o1", About: events.Organisation{Branch: "ym"}},
		events.GroupsPublished{Track: events.Peer, Groups: []events.Group{{Group: "t01", Members: []events.PersonID{"a", "b", "c"}}}},
		events.GroupLocked{Group: "t01"})
	if frozen, _ = n.Frozen("second", events.Peer); InputDigest(frozen) != InputDigest(pool) {
		t.Error("what happens after the freeze changes it")
	}
	if p, _ := n.Pool("second", events.Peer); len(p.Locked) != 1 || len(p.Former) != 1 {
		t.Errorf("locked are %v, of %v", p.Locked, p.Former)
	}
	tell(&n, "second", at,
		events.GroupUnlocked{Group: "t01"},
		events.ParticipantDroppedOut{Person: "b", Track: events.Peer, Group: "t01"},
		events.EnrolmentPromoted{Enrolment: "e-d"})
	p, _ := n.Pool("second", events.Peer)
	if !slices.Equal(ids(p), []events.PersonID{"a", "c", "d"}) || !reflect.DeepEqual(p.Former, []events.Group{{Group: "t01", Members: []events.PersonID{"a", "c"}}}) || len(p.Locked) != 0 {
		t.Errorf("after a drop-out and a promotion the pool is %v, of %v", ids(p), p.Former)
	}
	if _, known := n.Pool("third", events.Peer); known {
		t.Error("a cohort that nobody opened is known")
	}
}

func TestRulesAreTheCoordinators(t *testing.T) {
	var n Intake
	if r, set := n.Rules("c", events.Peer); set || r.Size != 3 {
		t.Errorf("before anybody sets them, the rules are %v, %v", r, set)
	}
	tell(&n, "c", 1, events.MatchingRulesSet{Track: events.Peer, Rules: events.MatchingRules{Size: 4}})
	if r, set := n.Rules("c", events.Peer); !set || r.Size != 4 {
		t.Errorf("the rules are %v, %v", r, set)
	}
}
