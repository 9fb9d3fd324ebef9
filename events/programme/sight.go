package programme

import (
	"slices"
	"strings"

	"kolmikko/events"
)

// A sight says who sees a view.
type sight struct {
	roles     []events.Role // who sees all of it
	everybody bool          // whoever is registered sees all of it
	self      bool          // a person sees what is about themselves
	group     bool          // a member sees what is about their own group
}

// sights is who sees which view; a view that isn't here is seen by nobody. A
// view of an evaluation's has a name that begins with "evaluation". It never
// changes.
var sights = map[string]sight{
	"programme":   {everybody: true},
	"publication": {everybody: true}, // that groups were published, when and how many; not who is in them
	"gatherings":  {everybody: true},
	"materials":   {everybody: true},
	"timeline":    {everybody: true}, // every phase is shown to all, all through
	"roster":      {roles: []events.Role{events.Coordinator, events.Owner, events.Evaluator, events.Auditor}},
	"my-status":   {roles: []events.Role{events.Coordinator}, self: true},
	"groups":      {roles: []events.Role{events.Coordinator, events.Owner, events.Auditor}, group: true},
	"meetings":    {roles: []events.Role{events.Coordinator, events.Owner, events.Auditor}, group: true},
	"history":     {roles: []events.Role{events.Auditor, events.Owner, events.Coordinator, events.Protector}},
	"waiting":     {roles: []events.Role{events.Coordinator}}, // concerns are in it
	"outbox":      {roles: []events.Role{events.Coordinator, events.Owner}},
	"people":      {roles: []events.Role{events.Coordinator, events.Owner}, self: true, group: true},
	"evaluation":  {roles: []events.Role{events.Evaluator, events.Coordinator, events.Owner}},
}

// hidden is which events not all who see the history see in it, and who does:
// a concern is between a member and the coordinator; a preference is never
// shown to whom it is about; an answer to a survey shows in releases only,
// since its time tells whose it is. It never changes.
var hidden = map[events.Kind][]events.Role{
	events.KindOf(events.ConcernRaised{}):    {events.Coordinator},
	events.KindOf(events.PreferenceStated{}): {events.Coordinator, events.Auditor},
	events.KindOf(events.FeedbackGiven{}):    {events.Auditor},
}

// MaySee refuses unless who may see a view of a cohort, or of
// [events.WholeProgramme]. With about it is only what concerns that person, or
// their group; without, all of the view, except that my-status is about who
// asks. Whoever runs the installation sees what everybody sees.
func (s *State) MaySee(view string, cohort events.CohortID, who, about events.PersonID) error {
	if strings.HasPrefix(view, "evaluation-") {
		view = "evaluation"
	}
	sees, known := sights[view]
	_, opened := s.Cohorts[cohort]
	switch {
	case !known:
		return refuse(NotFound, "there is no such view")
	case who != events.Operator && s.registered(who) != nil && len(s.Roles[who]) == 0:
		return refuse(NotYours, "only who is registered sees anything")
	case !opened && cohort != events.WholeProgramme:
		return refuse(NotFound, "there is no such cohort")
	case sees.everybody:
		return nil
	case slices.ContainsFunc(sees.roles, func(r events.Role) bool { return s.Has(who, r) }):
		if about != "" && s.People[about] == nil {
			return refuse(NotFound, "there is no such person")
		}
		return nil
	case sees.self && who != events.Operator && (about == who || about == "" && !sees.group):
		return nil
	case sees.group && about != "" && s.together(who, about, cohort):
		return nil
	}
	return refuse(NotYours, "%s is not for you to see", view)
}

// MaySeeKind reports whether who sees, in the history that they may see, the
// events of a kind.
func (s *State) MaySeeKind(who events.PersonID, k events.Kind) bool {
	roles, only := hidden[k]
	if !only {
		roles = sights["history"].roles
	}
	return slices.ContainsFunc(roles, func(r events.Role) bool { return s.Has(who, r) })
}

// RoleSeesKind reports whether a role sees, in the history that it may see, the
// events of a kind.
func RoleSeesKind(r events.Role, k events.Kind) bool {
	roles, only := hidden[k]
	if !only {
		roles = sights["history"].roles
	}
	return slices.Contains(roles, r)
}

// MayName reports whether who may see the name of about in a cohort: one's own,
// those of one's group, and any as a coordinator or an owner. Nobody has the
// name of somebody who was erased.
func (s *State) MayName(who, about events.PersonID, cohort events.CohortID) bool {
	if s.registered(about) != nil {
		return false
	}
	return who == about || s.Has(who, events.Coordinator) || s.Has(who, events.Owner) || s.together(who, about, cohort)
}

// together reports whether two people, or one with themselves, are of one group
// of a cohort that is not archived.
func (s *State) together(a, b events.PersonID, cohort events.CohortID) bool {
	c := s.Cohorts[cohort]
	if c == nil || c.Archived || s.registered(a) != nil {
		return false
	}
	for _, track := range []events.Track{events.Peer, events.Reverse} {
		of, in := c.GroupOf[PersonOnTrack{a, track}]
		with, also := c.GroupOf[PersonOnTrack{b, track}]
		if in && also && of == with {
			return true
		}
	}
	return false
}
