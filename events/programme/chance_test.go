package programme

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"time"

	"kolmikko/events"
)

// chance fills commands with plausible values, as a script of bytes has it: ids
// that are there, codes on their lists, times about now, and now and then what
// can't be.
type chance struct {
	script []byte
	rest   *rand.ChaCha8
	state  *State
	cohort events.CohortID
	now    time.Time
}

// anybody is who may be named, and who may ask.
var anybody = []events.PersonID{anne, matti, liisa, olli, pekka, pia, kai, owner, coordinator, host, evaluator, protector, stranger}

// roll returns one of 0 to sides-1.
func (x *chance) roll(sides int) int {
	if len(x.script) == 0 {
		return int(x.rest.Uint64() % uint64(sides))
	}
	n := int(x.script[0]) % sides
	x.script = x.script[1:]
	return n
}

func oneOf[T any](x *chance, of ...T) T { return of[x.roll(len(of))] }

// id returns one that is there, or now and then one that is not.
func id[K ~string, V any](x *chance, there map[K]V) K {
	known := slices.Sorted(maps.Keys(there))
	if len(known) == 0 || x.roll(12) == 0 {
		return oneOf[K](x, "", "x9", "Not A Word")
	}
	return known[x.roll(len(known))]
}

func (x *chance) where() *Cohort {
	if c := x.state.Cohorts[x.cohort]; c != nil {
		return c
	}
	return &Cohort{}
}

// fill fills a command; special ones with what makes them likely to be told yes.
func (x *chance) fill(c Command) {
	v := reflect.ValueOf(c).Elem()
	for i := range v.NumField() {
		name, option, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		if option != "" && x.roll(3) == 0 {
			continue
		}
		x.value(v.Field(i), name)
	}
	switch c := c.(type) {
	case *FreezeMatching:
		c.Enrolments, c.InputDigest = x.accepted(c.Track), DigestOf(nil)
	case *RecordMatching:
		c.Run = x.run(oneOf(x, events.Peer, events.Peer, events.Reverse))
	case *SetMatchingRules:
		c.Hard = oneOf(x, nil, []events.Code{events.HardOrganisation}, []events.Code{events.HardLanguage, "hats"})
		c.Size, c.Remainder, c.Quotas, c.Floor = 3, []int{4, 5}, nil, 0
	case *SecondOverride:
		c.Move, c.For, c.BrokenRule = x.ofRun(c.Run), x.ofRun(c.Run), events.HardOrganisation
	case *OverrideMatching:
		c.Move, c.For = x.ofRun(c.Run), x.ofRun(c.Run)
	case *RepairGroups:
		x.repair(c)
	default:
		x.fit(c)
	}
}

// fit mends what chance alone would hardly get right.
func (x *chance) fit(c Command) {
	switch c := c.(type) {
	case *JoinOrganiser:
		c.Role = x.code(ListRoles)
	case *SubmitEnrolment:
		c.Slots = append(slices.Clone(events.Slots()[:3]), oneOf(x, events.Slots()...))
		c.Region, c.Languages, c.Mode = "uusimaa", []events.Code{"fi"}, events.Either
	case *PromoteEnrolment:
		if x.roll(4) > 0 {
			c.Reason = ""
		}
	case *AmendEnrolment:
		c.Slots = events.Slots()[x.roll(7):]
		c.Region, c.Languages, c.Mode = "lappi", []events.Code{"fi", "sv"}, events.Lab
	case *LaunchProgramme:
		c.Principles, c.Tracks = nil, []events.Track{events.Peer, events.Reverse}
	case *OpenCohort:
		c.Tracks = []events.Track{events.Peer, events.Reverse}
	case *ScheduleGathering:
		c.EndsAt = c.StartsAt.Add(2 * time.Hour)
		c.Modes = []events.Seating{{Mode: events.Lab, Capacity: 1}, {Mode: events.Teams}}
	case *MoveGathering:
		c.EndsAt = c.StartsAt.Add(3 * time.Hour)
	case *PublishCodes:
		c.Terms = slices.Clone(DefaultList(c.List))
		if len(c.Terms) > 1 {
			c.Terms[1].Retired = x.roll(2) == 0
		}
	case *GiveFeedback:
		if v := x.where().Surveys[c.Survey]; v != nil {
			c.Answers = nil
			for _, item := range v.Items {
				c.Answers = append(c.Answers, events.Answer{Item: item.Item, Value: 1})
			}
		}
	}
}

// ofRun returns somebody of a run.
func (x *chance) ofRun(id events.RunID) events.PersonID {
	run, people := x.where().Runs[id], slices.Clone(anybody)
	if run != nil && x.roll(12) > 0 {
		people = people[:1]
		for _, g := range run.Now {
			people = append(people, g.Members...)
		}
		for _, u := range run.Unplaced {
			people = append(people, u.Person)
		}
	}
	return oneOf(x, people...)
}

// repair fills in a group with one member more, or two that exchange one.
func (x *chance) repair(c *RepairGroups) {
	h := x.where()
	var groups []events.Group
	for _, id := range slices.Sorted(maps.Keys(h.Groups)) {
		if g := h.Groups[id]; g.Track == c.Track && len(g.Members) > 0 {
			groups = append(groups, events.Group{Group: id, Members: slices.Clone(g.Members)})
		}
	}
	c.Run, c.Groups, c.Method = "", groups, "by-hand"
	switch {
	case len(groups) > 1 && x.roll(2) == 0:
		exchange(groups, oneOf(x, groups[0].Members...), oneOf(x, groups[1].Members...))
	case len(groups) > 0:
		g := &groups[x.roll(len(groups))]
		g.Members = append(g.Members, oneOf(x, anybody...))
	}
}

// accepted returns who may be frozen.
func (x *chance) accepted(t events.Track) (all []events.EnrolmentID) {
	for _, id := range slices.Sorted(maps.Keys(x.where().Enrolments)) {
		if e := x.where().Enrolments[id]; e.Seat.Track == t && e.Status == Accepted && !x.state.erased(e.Person) {
			all = append(all, id)
		}
	}
	return all
}

// run returns what an engine could have made of what is frozen: groups of three,
// and who is left over in the last of them or unplaced.
func (x *chance) run(t events.Track) events.MatchingRun {
	h := x.where()
	run := events.MatchingRun{Run: events.RunID(fmt.Sprint("run", len(h.Runs)+x.roll(2))), Track: t, Engine: "chance",
		InputDigest: h.Frozen[t].InputDigest, RulesDigest: DigestOf(nil), Certificate: events.Certificate{Method: "none"}}
	var people []events.PersonID
	for _, id := range h.Frozen[t].Enrolments {
		if e := h.Enrolments[id]; e.Status == Accepted && !x.state.erased(e.Person) {
			people = append(people, e.Person)
		}
	}
	for len(people) >= 3 {
		n := 3
		if len(people) < 6 && x.roll(2) == 0 {
			n = len(people)
		}
		run.Groups = append(run.Groups, events.ProposedGroup{
			Group: events.GroupID(fmt.Sprint(t, "-", len(run.Groups)+1+x.roll(2)*x.roll(9))), Members: people[:n]})
		people = people[n:]
	}
	for _, p := range people {
		run.Unplaced = append(run.Unplaced, events.Unplaced{Person: p, Reason: events.HardLanguage})
	}
	return run
}

// value fills one field by its type, and by its name where the type does not
// tell.
func (x *chance) value(v reflect.Value, name string) {
	if x.identified(v) || x.worded(v, name) {
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(oneOf(x, "sana", "toinen sana", ""))
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(x.number(name)))
	case reflect.Uint64:
		places := slices.Sorted(maps.Keys(x.state.Records))
		v.SetUint(oneOf(x, append(places, 1)...))
	case reflect.Bool:
		v.SetBool(x.roll(3) > 0)
	case reflect.Struct:
		for i := range v.NumField() {
			name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
			x.value(v.Field(i), name)
		}
	case reflect.Slice:
		n := oneOf(x, 1, 1, 2, 3, 0)
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			x.value(v.Index(i), name)
		}
		if codes, ok := v.Addr().Interface().(*[]events.Code); ok {
			slices.Sort(*codes)
			*codes = slices.Compact(*codes)
		}
	case reflect.Map:
		if w := reflect.ValueOf(map[events.Code]int64{events.SoftThemes: int64(x.roll(30))}); w.Type() == v.Type() {
			v.Set(w)
		}
	default:
		panic("no chance of a " + v.Type().String())
	}
}

// identified fills an id.
func (x *chance) identified(v reflect.Value) bool {
	h := x.where()
	switch p := v.Addr().Interface().(type) {
	case *events.PersonID:
		*p = oneOf(x, anybody...)
	case *events.OrganisationID:
		*p = oneOf[events.OrganisationID](x, "o1", "o2", "o3", "o4", "x9")
	case *events.WishID:
		*p = id(x, x.state.Wishes)
	case *events.EnrolmentID:
		*p = id(x, h.Enrolments)
	case *events.RunID:
		*p = id(x, h.Runs)
	case *events.GroupID:
		*p = id(x, h.Groups)
	case *events.MeetingID:
		*p = id(x, h.Meetings)
	case *events.GatheringID:
		*p = id(x, h.Gatherings)
	case *events.MaterialID:
		*p = id(x, h.Materials)
	case *events.CommentID:
		*p = id(x, h.Comments)
	case *events.SurveyID:
		*p = id(x, h.Surveys)
	case *events.GoalID:
		*p = id(x, h.Goals)
	case *events.ItemID:
		*p = oneOf[events.ItemID](x, "i1", "i2")
	case *events.ReportID:
		*p = oneOf[events.ReportID](x, "r1", "r2")
	case *events.RespondentID:
		*p = oneOf[events.RespondentID](x, "p1", "p2", "p3")
	case *events.ClusterID:
		*p = oneOf[events.ClusterID](x, "k1", "k2")
	default:
		return false
	}
	return true
}

// worded fills a word, a date, a time or a text.
func (x *chance) worded(v reflect.Value, name string) bool {
	switch p := v.Addr().Interface().(type) {
	case *events.Code:
		*p = x.code(events.Code(name))
	case *events.Digest:
		*p = oneOf(x, DigestOf(nil), DigestOf(events.Text{"fi": "sana"}), "none")
	case *events.Date:
		*p = events.Day(x.now.AddDate(0, 0, oneOf(x, 0, 1, 7, 30, 200, -1, -30)))
	case *time.Time:
		*p = x.now.Add(time.Duration(oneOf(x, 1, 24, 100, 700, 700, 1500, 0, -1, -24, -100)) * time.Hour)
	case *events.Text:
		*p = oneOf(x, events.Text{"fi": "Sana"}, events.Text{"fi": "Muu sana", "sv": "Annat ord"}, nil)
	case *events.Track:
		*p = oneOf(x, events.Peer, events.Peer, events.Reverse)
	case *events.Part:
		*p = oneOf(x, events.Supervisor, events.Supervisor, events.Newcomer)
	case *events.Mode:
		*p = oneOf(x, events.Lab, events.Teams, events.Either, events.Absent)
	case *events.Slot:
		*p = oneOf(x, append(events.Slots(), "sun-am")...)
	case *events.Role:
		*p = oneOf(x, events.Roles()...)
	case *events.Phase:
		*p = oneOf(x, events.Phases()...)
	case *events.Stage:
		*p = oneOf(x, events.Baseline, events.Pulse, events.Mid, events.End, events.FollowUp)
	case *events.Scale:
		*p = oneOf(x, events.Agreement, events.YesNo)
	case *events.GatheringKind:
		*p = oneOf(x, events.ThemeGathering, events.Opening, events.Meetup, events.Closing)
	case *events.MaterialKind:
		*p = oneOf[events.MaterialKind](x, "article", "video")
	case *events.Link:
		*p = oneOf[events.Link](x, "https://example.org/1", "https://example.org/2", "nowhere")
	case *events.Name:
		*p = oneOf[events.Name](x, "Example", "UTC", "Europe/Helsinki")
	case *json.RawMessage:
		*p = json.RawMessage(oneOf(x, `{"present":2}`, `{"mode":"teams"}`, `{"level":1}`, `{"wave":2}`, `{"to":"o2"}`, `{`))
	default:
		return false
	}
	return true
}

// code returns one of the list that a field's name tells of.
func (x *chance) code(name events.Code) events.Code {
	lists := map[events.Code]events.Code{"region": ListRegions, "organisation_region": ListRegions, "branch": ListBranches,
		"language": ListLanguage, "languages": ListLanguage, "themes": ListThemes, "theme": ListThemes, "prefer_themes": ListThemes,
		"reason": ListReasons, "concern": ListConcerns, "purpose": ListPurposes, "tie": ListTies, "template": ListNudges,
		"ground": ListGrounds, ListRoles: ListRoles}
	switch {
	case name == "list":
		return oneOf(x, DefaultLists()...)
	case name == "channel":
		return oneOf(x, Channels()...)
	case name == "broken_rule":
		return oneOf(x, append(hardRules(), "")...)
	case lists[name] == "" || x.roll(16) == 0:
		return oneOf[events.Code](x, "change", "insight", "No Word")
	}
	some := DefaultList(lists[name])
	return some[x.roll(min(4, len(some)))].Code
}

// number returns one that a field of this name may hold, and now and then one
// that it may not.
func (x *chance) number(name string) int {
	switch name {
	case "minutes":
		return oneOf(x, 60, 90, 5)
	case "rhythm", "quorum", "present":
		return oneOf(x, 2, 2, 3, 9)
	case "capacity":
		return oneOf(x, 1, 2, 3, 7, 0)
	case "version", "text_version", "consent", "retention":
		return oneOf(x, 1, 1, 2, 0)
	case "k":
		return oneOf(x, 5, 8, 1)
	case "months":
		return oneOf(x, 0, 3, 13)
	}
	return oneOf(x, 0, 1, 1, 2, -1, 7)
}
