package programme

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"kolmikko/events"
)

// ImportEnrolments asks for the enrolments of a list: all of them, or none.
type ImportEnrolments struct {
	Rows []Row `json:"rows" doc:"the list's rows"`
}

// A Row is one enrolment of a list, with who enrols and where they work.
type Row struct {
	Line               int                   `json:"line,omitzero" doc:"where it stands in the list; counted from 1 when empty"`
	Person             events.PersonID       `json:"person" doc:"a random UUID (version 4)"`
	Name               string                `json:"name,omitzero" personal:"true" doc:"their name; may be empty for who is registered"`
	Address            string                `json:"address,omitzero" personal:"true" doc:"their e-mail address"`
	Language           events.Code           `json:"language" doc:"in which they read: fi, sv, en, …"`
	Organisation       events.OrganisationID `json:"organisation" doc:"id of where they work"`
	OrganisationName   string                `json:"organisation_name,omitzero" doc:"in Finnish; this and the next three may be empty for one that is registered"`
	Branch             events.Code           `json:"branch,omitzero" doc:"of the organisation, from the list of branches"`
	OrganisationRegion events.Code           `json:"organisation_region,omitzero" doc:"of the organisation, from the list of regions; the person's when empty"`
	Size               int                   `json:"size,omitzero" doc:"of the organisation, 0 to 3"`
	Track              events.Track          `json:"track" doc:"peer or reverse"`
	Part               events.Part           `json:"part" doc:"supervisor or newcomer"`
	Region             events.Code           `json:"region" doc:"where the person works, from the list of regions"`
	Languages          []events.Code         `json:"languages" doc:"that they can talk in, best first"`
	Themes             []events.Code         `json:"themes" doc:"of the list of themes"`
	Slots              []events.Slot         `json:"slots" doc:"half-days that suit, four at least, such as tue-am"`
	Mode               events.Mode           `json:"mode" doc:"lab, teams or either"`
	Experience         int                   `json:"experience" doc:"0: under 2 years as a supervisor, 1: under 5, 2: under 10, 3: more"`
	Months             int                   `json:"months,omitzero" doc:"a newcomer's months of service"`
	TeamSize           int                   `json:"team_size,omitzero" doc:"0: under 10 people, 1: under 25, 2: more"`
	Superior           events.PersonID       `json:"superior,omitzero" doc:"pseudonym of whom they report to"`
	Consent            int                   `json:"consent,omitzero" doc:"version of the text on participation that they agreed to"`
}

// A RowFault is what is wrong with one column of one row. It never repeats what
// the row holds there.
type RowFault struct {
	Line   int
	Column string // the field's name in JSON
	Rule   string // the rule that it breaks
	Detail string // in English
}

// String tells a fault as a line.
func (f RowFault) String() string {
	return fmt.Sprintf("row %d, %s: %s", f.Line, f.Column, f.Detail)
}

// mostEvents is how many events one import brings at most, since they are
// written in one piece.
const mostEvents = 900

// Decide lets a coordinator read in a list of which every row is right. A row
// that is there already brings nothing.
func (c ImportEnrolments) Decide(s *State, ask Ask) ([]events.Event, error) {
	if err := s.may(ask, events.Coordinator, events.Owner); err != nil {
		return nil, err
	}
	cohort, err := s.cohort(ask)
	if err != nil {
		return nil, err
	}
	if len(c.Rows) == 0 {
		return nil, refuse(Incomplete, "the list has no rows")
	}
	// All that is wrong is told at once: nobody mends a list one row at a time.
	b := s.readRows(cohort, ask, c.Rows)
	if len(b.faults) > 0 {
		var lines []string
		for _, f := range b.faults {
			lines = append(lines, f.String())
		}
		return nil, refuse(ImportRows, "nothing was imported:\n%s", strings.Join(lines, "\n"))
	}
	if len(b.events) > mostEvents {
		return nil, refuse(TooManyRows, "import the first %d rows, then the next", b.fit)
	}
	return facts(b.events...)
}

// CheckRows returns what is wrong with a list, row by row, as [ImportEnrolments]
// would find it. It asks nobody whether they may.
func (s *State) CheckRows(ask Ask, rows []Row) ([]RowFault, error) {
	cohort, err := s.cohort(ask)
	if err != nil {
		return nil, err
	}
	return s.readRows(cohort, ask, rows).faults, nil
}

// A batch is what the rows so far amount to.
type batch struct {
	state  *State
	cohort *Cohort
	ask    Ask

	houses  map[events.OrganisationID]Row // that are new, with their first row
	people  map[events.PersonID]int       // the index of their first row
	rows    []Row
	seated  map[PersonOnTrack]int   // the line that enrols them
	given   map[events.PersonID]int // the version that they consent to
	faults  []RowFault
	events  []events.Event
	entered int // enrolments
	fit     int // rows that bring no more than mostEvents
}

func (s *State) readRows(cohort *Cohort, ask Ask, rows []Row) *batch {
	b := &batch{state: s, cohort: cohort, ask: ask, houses: map[events.OrganisationID]Row{},
		people: map[events.PersonID]int{}, rows: slices.Clone(rows), seated: map[PersonOnTrack]int{},
		given: map[events.PersonID]int{}}
	// Who is in the list is known before any row is read, since a superior may
	// stand further down.
	for i := range b.rows {
		r := &b.rows[i]
		if r.Line == 0 {
			r.Line = i + 1
		}
		if _, twice := b.people[r.Person]; !twice {
			b.people[r.Person] = i
		}
	}
	for i := range b.rows {
		b.read(i)
		if len(b.events) <= mostEvents {
			b.fit++
		}
	}
	return b
}

// read takes in one more row: what is wrong with it, or what it brings.
func (b *batch) read(i int) {
	r := b.rows[i]
	if b.there(r) {
		return
	}
	before := len(b.faults) // the row is looked at to its end, whatever is wrong
	house := b.house(r)
	person := b.person(i)
	consent := b.enrolment(r)
	if len(b.faults) > before {
		return
	}
	b.events = append(b.events, house...)
	b.events = append(b.events, person...)
	b.events = append(b.events, consent...)
	b.entered++
	b.events = append(b.events, events.EnrolmentSubmitted{
		Enrolment: events.EnrolmentID(fmt.Sprint("e", len(b.cohort.Enrolments)+b.entered)),
		Person:    r.Person, Track: r.Track, Part: r.Part, Application: r.application()})
}

// there reports whether a row brought its enrolment already, whatever became of
// that since.
func (b *batch) there(r Row) bool {
	for _, e := range b.cohort.Enrolments {
		if e.Person == r.Person && e.Seat == (Seat{r.Track, r.Part}) && sameApplication(e.Application, r.application()) {
			return b.state.registered(r.Person) == nil
		}
	}
	return false
}

func (r Row) application() events.Application {
	return events.Application{Organisation: r.Organisation, Region: r.Region, Languages: r.Languages, Themes: r.Themes,
		Slots: inWeek(r.Slots), Mode: r.Mode, Experience: r.Experience, Months: r.Months, TeamSize: r.TeamSize,
		Superior: r.Superior}
}

// add notes what a rule says of a column, without the code that it may name.
func (b *batch) add(r Row, column string, err error) {
	refusal, refused := errors.AsType[Refusal](err)
	if !refused {
		return
	}
	// In a list whose columns have slipped, a name may stand where a code should.
	if refusal.Rule == CodeUnknown {
		refusal.Detail = "holds a code that is not on its list"
	}
	b.faults = append(b.faults, RowFault{r.Line, column, refusal.Rule, refusal.Detail})
}

// house returns the organisation of a row, if it is new.
func (b *batch) house(r Row) []events.Event {
	about := events.Organisation{Name: events.Text{"fi": r.OrganisationName}, Branch: r.Branch,
		Region: r.OrganisationRegion, Size: r.Size}
	if about.Region == "" {
		about.Region = r.Region
	}
	if known, there := b.state.Organisations[r.Organisation]; there {
		b.differs(r, known.Name["fi"], known.Branch, known.Region, known.Size, "what is registered; amend that first")
		return nil
	}
	if first, there := b.houses[r.Organisation]; there {
		region := first.OrganisationRegion
		if region == "" {
			region = first.Region
		}
		b.differs(r, first.OrganisationName, first.Branch, region, first.Size, fmt.Sprint("row ", first.Line))
		return nil
	}
	b.houses[r.Organisation] = r
	if !events.IsWord(string(r.Organisation)) {
		b.add(r, "organisation", refuse(Unfit, "is no word of a-z, 0-9 and hyphens"))
	}
	if strings.TrimSpace(r.OrganisationName) == "" {
		b.add(r, "organisation_name", refuse(Incomplete, "is empty, and the organisation is not registered"))
	}
	b.add(r, "branch", b.state.known(ListBranches, r.Branch))
	b.add(r, "organisation_region", b.state.known(ListRegions, about.Region))
	b.add(r, "size", between(r.Size, 0, 3))
	return []events.Event{events.OrganisationRegistered{Organisation: r.Organisation, About: about}}
}

// differs notes where a row says otherwise of its organisation than is known;
// what it leaves empty says nothing.
func (b *batch) differs(r Row, name string, branch, region events.Code, size int, from string) {
	for _, column := range []struct {
		name   string
		differ bool
	}{
		{"organisation_name", r.OrganisationName != "" && r.OrganisationName != name},
		{"branch", r.Branch != "" && r.Branch != branch},
		{"organisation_region", r.OrganisationRegion != "" && r.OrganisationRegion != region},
		{"size", r.OrganisationName != "" && r.Size != size},
	} {
		if column.differ {
			b.add(r, column.name, refuse(OrganisationKnown, "differs from %s", from))
		}
	}
}

// person returns who enrols, if they are new.
func (b *batch) person(i int) []events.Event {
	r, first := b.rows[i], b.people[b.rows[i].Person]
	if b.state.People[r.Person] != nil {
		b.add(r, "person", b.state.registered(r.Person))
		return nil
	}
	if first != i {
		if first := b.rows[first]; first.Name != r.Name || first.Address != r.Address || first.Language != r.Language {
			b.add(r, "person", refuse(AlreadyRegistered, "is somebody else in row %d", first.Line))
		}
		return nil
	}
	if !isPseudonym(r.Person) {
		b.add(r, "person", refuse(Unfit, "is no random UUID in lower case"))
	}
	if strings.TrimSpace(r.Name) == "" {
		b.add(r, "name", refuse(Incomplete, "is empty"))
	}
	b.add(r, "language", b.state.known(ListLanguage, r.Language))
	return []events.Event{events.PersonRegistered{Person: r.Person, Language: r.Language,
		Name: events.Plain(r.Person, r.Name), Address: events.Plain(r.Person, r.Address)}}
}

// enrolment checks the application itself, and returns the consent that comes
// with it.
func (b *batch) enrolment(r Row) []events.Event {
	seat, who := Seat{r.Track, r.Part}, PersonOnTrack{r.Person, r.Track}
	if q := b.cohort.Seats[seat]; q == nil || !q.Open {
		b.add(r, "track", refuse(EnrolmentClosed, "nobody enrols for this part and track now"))
	}
	for _, e := range b.cohort.Enrolments {
		if e.Person == r.Person && e.Seat.Track == r.Track {
			b.add(r, "person", refuse(AlreadyEnrolled, "has enrolled with other details; amend that, or submit it anew by itself"))
			break
		}
	}
	if line, twice := b.seated[who]; twice {
		b.add(r, "person", refuse(AlreadyEnrolled, "enrols on this track in row %d", line))
		return nil
	}
	for _, f := range b.state.faults(b.cohort, seat, r.Person, r.application()) {
		refusal, _ := errors.AsType[Refusal](f.refusal)
		if _, listed := b.people[r.Superior]; f.field == "superior" && listed && refusal.Rule == NotRegistered {
			continue
		}
		b.add(r, f.field, f.refusal)
	}
	b.seated[who] = r.Line
	if given := b.given[r.Person]; given > 0 && r.Consent <= given {
		return nil
	}
	consent, err := b.cohort.consent(b.ask, r.Person, r.Consent)
	b.add(r, "consent", err)
	b.given[r.Person] = r.Consent
	return consent
}
