package matching

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"kolmikko/events"
)

// An Instance is a matching that needs no history: a cohort as JSON, or people
// without names as an MDGP text.
type Instance struct {
	Pool    Pool                  // of a cohort
	Weights map[events.Code]int64 // of a cohort
	table   *table                // of an MDGP text
	split   int                   // people below it are of another kind than the others; 0: all are alike
}

// ParseInstance reads either form; errors name the line, or the person and the
// column.
func ParseInstance(text []byte) (*Instance, error) {
	if trimmed := bytes.TrimSpace(text); len(trimmed) > 0 && trimmed[0] == '{' {
		return parseCohort(trimmed)
	}
	t, err := parseTable(text)
	if err != nil {
		return nil, err
	}
	return &Instance{table: t}, nil
}

// Split says that an MDGP instance's people from 0 to n-1 are of one part and
// the others of another: each group gets as many of one as of the other, or one
// more.
func (in *Instance) Split(n int) error {
	if in.table == nil || n < 0 || n > in.table.n {
		return fmt.Errorf("split %d is not between 0 and the number of people", n)
	}
	in.split = n
	return nil
}

// cohortFile is a cohort's JSON. What is not known there is an error.
type cohortFile struct {
	Seed          json.Number       `json:"seed"`
	Organisations []cohortHouse     `json:"organisations"`
	Branches      []string          `json:"branches"`
	Regions       []string          `json:"regions"`
	Themes        []string          `json:"themes"`
	People        []json.RawMessage `json:"people"`
	Newcomers     []json.RawMessage `json:"newcomers"`
	Weights       map[string]int64  `json:"weights"`
}

// cohortHouse is an organisation in a cohort's JSON.
type cohortHouse struct {
	ID     string `json:"id"`
	Branch string `json:"branch"`
	Region string `json:"region"`
	Size   int    `json:"size_class"`
}

// cohortPerson is a person in a cohort's JSON; themes and slots are numbers, the
// slots those of the week's half-days in order.
type cohortPerson struct {
	ID         string        `json:"id"`
	Role       string        `json:"role"`
	Org        string        `json:"org"`
	Branch     string        `json:"branch"`
	Region     string        `json:"region"`
	Size       int           `json:"size_class"`
	Experience int           `json:"experience"`
	TeamSize   int           `json:"team_size"`
	Themes     []int         `json:"themes"`
	Languages  []events.Code `json:"languages"`
	Slots      []int         `json:"slots"`
	Mode       events.Mode   `json:"mode"`
}

// weightNames are the criteria as a cohort's JSON spells them.
func weightNames() map[string]events.Code {
	return map[string]events.Code{"theme": events.SoftThemes, "slots": events.SoftSlots, "region": events.SoftRegion,
		"branch": events.SoftBranch, "size": events.SoftSize, "experience": events.SoftExperience, "mode": events.SoftMode,
		"preference": events.SoftPreference, "novelty": events.SoftNovelty, "group-theme": events.SoftGroupTheme}
}

// parseCohort reads a cohort's JSON. Its newcomers are not matched here.
func parseCohort(text []byte) (*Instance, error) {
	var file cohortFile
	if err := strict(text, &file); err != nil {
		return nil, lineOf(text, err)
	}
	if len(file.People) == 0 {
		return nil, errors.New("people: there are none")
	}
	if len(file.People) > largest {
		return nil, fmt.Errorf("people: there are %d, and %d at most can be matched", len(file.People), largest)
	}
	in := &Instance{Weights: DefaultRules(events.Peer).Weights}
	for name, w := range file.Weights {
		code, known := weightNames()[name]
		if !known {
			return nil, fmt.Errorf("weights: %q is not known", name)
		}
		in.Weights[code] = w
	}
	for k, raw := range file.People {
		c, err := file.person(raw)
		if err != nil {
			return nil, fmt.Errorf("people, number %d: %w", k+1, err)
		}
		in.Pool.Candidates = append(in.Pool.Candidates, c)
	}
	rules := DefaultRules(events.Peer)
	rules.Weights = in.Weights
	return in, CheckRules(rules, in.Pool)
}

// person reads one person.
func (f *cohortFile) person(raw []byte) (Candidate, error) {
	var p cohortPerson
	if err := strict(raw, &p); err != nil {
		if p.ID != "" {
			return Candidate{}, fmt.Errorf("%s: %w", p.ID, err)
		}
		return Candidate{}, err
	}
	c := Candidate{ID: events.PersonID(p.ID), Part: events.Part(p.Role), Organisation: events.OrganisationID(p.Org),
		Branch: events.Code(p.Branch), Region: events.Code(p.Region), Size: p.Size, Experience: p.Experience,
		Languages: p.Languages, Mode: p.Mode}
	fail := func(column string, v any) (Candidate, error) {
		return Candidate{}, fmt.Errorf("%s: column %s: %v makes no sense", p.ID, column, v)
	}
	if p.ID == "" {
		return Candidate{}, errors.New("column id: it is empty")
	}
	if p.Org == "" || len(f.Organisations) > 0 && !slices.ContainsFunc(f.Organisations, func(h cohortHouse) bool { return h.ID == p.Org }) {
		return fail("org", fmt.Sprintf("%q", p.Org))
	}
	if p.Mode != events.Lab && p.Mode != events.Teams && p.Mode != events.Either {
		return fail("mode", fmt.Sprintf("%q", p.Mode))
	}
	for _, t := range p.Themes {
		if t < 0 || t > 63 || len(f.Themes) > 0 && t >= len(f.Themes) {
			return fail("themes", t)
		}
		c.Themes = append(c.Themes, events.Code(fmt.Sprintf("theme-%d", t)))
	}
	for _, s := range p.Slots {
		if s < 0 || s >= len(events.Slots()) {
			return fail("slots", s)
		}
		c.Slots = append(c.Slots, events.Slots()[s])
	}
	return c, nil
}

// strict decodes JSON that may hold nothing unknown, and nothing after its end.
func strict(text []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return plain(err)
	}
	if d.More() {
		return errors.New("there is something after its end")
	}
	return nil
}

// plain says in our words what the decoder found.
func plain(err error) error {
	if wrong, is := errors.AsType[*json.UnmarshalTypeError](err); is {
		return fmt.Errorf("column %s: it is a %s", wrong.Field, wrong.Value)
	}
	if name, is := strings.CutPrefix(err.Error(), "json: unknown field "); is {
		return fmt.Errorf("column %s is not known", name)
	}
	return err
}

// lineOf adds to an error of syntax in which line it is.
func lineOf(text []byte, err error) error {
	if wrong, is := errors.AsType[*json.SyntaxError](err); is {
		at := min(int(wrong.Offset), len(text))
		return fmt.Errorf("line %d: %w", 1+bytes.Count(text[:at], []byte("\n")), err)
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("line %d: the text ends too early", 1+bytes.Count(text, []byte("\n")))
	}
	return err
}
