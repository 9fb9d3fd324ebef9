// Package sheet reads the sheets that people send: enrolments as CSV or XLSX,
// with a heading row that names the columns.
//
// It turns cells into rows and says, by row and column, what is no number or no
// text; what a row may hold is a rule of package programme, which finds
// faults of its own. It keeps nothing and repeats no personal text in a fault.
// To read another format, turn it into records and give them to rows.
package sheet

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"kolmikko/events"
	"kolmikko/events/programme"
)

// Columns are those of a sheet of enrolments. A list in a cell is separated by
// spaces, commas or semicolons.
func Columns() []string {
	return []string{"person", "name", "address", "language", "organisation", "organisation_name", "branch",
		"organisation_region", "size", "track", "part", "region", "languages", "themes", "slots", "mode",
		"experience", "months", "team_size", "superior", "consent"}
}

// needed are the columns that a sheet must have.
var needed = []string{"name", "organisation", "track", "part", "languages", "themes", "slots", "mode", "region"}

// ReadCSV reads enrolments from CSV in UTF-8 whose fields are separated by commas
// or semicolons. A row without a person gets one from newPerson; rows with the
// same address are the same person's. Rows are counted as a spreadsheet program
// does: the heading is the first.
func ReadCSV(r io.Reader, newPerson func() events.PersonID) ([]programme.Row, []programme.RowFault, error) {
	br := bufio.NewReader(r)
	head, err := br.Peek(4096)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, fmt.Errorf("read the sheet: %w", err)
	}
	switch {
	case bytes.HasPrefix(head, []byte("\ufeff")):
		_, _ = br.Discard(3) // a spreadsheet program's byte order mark
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}), bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return nil, nil, errors.New("read the sheet: it is UTF-16; save it as CSV UTF-8")
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return nil, nil, errors.New("read the sheet: it is a workbook, not CSV")
	}
	heading, _, _ := bytes.Cut(head, []byte("\n"))
	cr := csv.NewReader(br)
	cr.FieldsPerRecord = -1
	if bytes.Count(heading, []byte(";")) > bytes.Count(heading, []byte(",")) {
		cr.Comma = ';'
	}
	var records []record
	within := 0 // line breaks within cells so far: they begin no row
	for {
		cells, err := cr.Read()
		if errors.Is(err, io.EOF) {
			return rows(records, newPerson)
		}
		if err != nil {
			return nil, nil, fmt.Errorf("read the sheet: %w", err)
		}
		line, _ := cr.FieldPos(0)
		records = append(records, record{line - within, cells})
		within += strings.Count(strings.Join(cells, ""), "\n")
	}
}

// ReadXLSX reads enrolments from the first sheet of a workbook, as [ReadCSV]
// does. Of a formula it reads what the spreadsheet program made of it.
func ReadXLSX(r io.Reader, newPerson func() events.PersonID) ([]programme.Row, []programme.RowFault, error) {
	book, err := excelize.OpenReader(r, excelize.Options{UnzipSizeLimit: 64 << 20, UnzipXMLSizeLimit: 16 << 20})
	if err != nil {
		return nil, nil, fmt.Errorf("read the workbook: %w", err)
	}
	defer book.Close()
	all, err := book.GetRows(book.GetSheetName(0), excelize.Options{RawCellValue: true})
	if err != nil {
		return nil, nil, fmt.Errorf("read the workbook: %w", err)
	}
	var records []record
	for i, cells := range all {
		records = append(records, record{i + 1, cells})
	}
	return rows(records, newPerson)
}

// A record is the cells of one row, and its number.
type record struct {
	row   int
	cells []string
}

// rows reads records, the first of which names the columns.
func rows(records []record, newPerson func() events.PersonID) (all []programme.Row, faults []programme.RowFault, err error) {
	if len(records) == 0 {
		return nil, nil, errors.New("the sheet is empty: its first row names the columns")
	}
	columns, err := headings(records[0].cells)
	if err != nil {
		return nil, nil, err
	}
	byAddress := map[string]events.PersonID{}
	for _, r := range records[1:] {
		if strings.TrimSpace(strings.Join(r.cells, "")) == "" {
			continue
		}
		if err := readable(columns, r); err != nil {
			return nil, nil, err
		}
		c := cells{line: r.row, columns: columns, record: r.cells}
		row := c.row()
		address := strings.ToLower(row.Address)
		switch {
		case row.Person != "":
		case address != "" && byAddress[address] != "":
			row.Person = byAddress[address]
		default:
			row.Person = newPerson()
		}
		if address != "" {
			byAddress[address] = row.Person
		}
		all, faults = append(all, row), append(faults, c.faults...)
	}
	return all, faults, nil
}

// readable returns an error that names the cell which is no text: of another
// encoding, or with control characters.
func readable(columns map[string]int, r record) error {
	for _, name := range Columns() {
		i, there := columns[name]
		switch {
		case !there || i >= len(r.cells):
		case !utf8.ValidString(r.cells[i]):
			return fmt.Errorf("row %d, column %q is not UTF-8: save the sheet as CSV UTF-8", r.row, name)
		case strings.ContainsFunc(r.cells[i], func(c rune) bool { return unicode.IsControl(c) && !unicode.IsSpace(c) }):
			return fmt.Errorf("row %d, column %q holds control characters", r.row, name)
		}
	}
	return nil
}

// headings finds the columns, and returns an error that names one which is not
// known, is there twice, or is missing.
func headings(record []string) (map[string]int, error) {
	columns := map[string]int{}
	for i, name := range record {
		name = strings.ReplaceAll(strings.ToLower(strings.TrimSpace(name)), " ", "_")
		if name == "" {
			continue
		}
		if !slices.Contains(Columns(), name) {
			return nil, fmt.Errorf("the heading of column %d is not known; the columns are %s", i+1, strings.Join(Columns(), ", "))
		}
		if _, twice := columns[name]; twice {
			return nil, fmt.Errorf("column %q is there twice", name)
		}
		columns[name] = i
	}
	for _, name := range needed {
		if _, there := columns[name]; !there {
			return nil, fmt.Errorf("column %q is missing", name)
		}
	}
	return columns, nil
}

// cells are those of one row.
type cells struct {
	line    int
	columns map[string]int
	record  []string
	faults  []programme.RowFault
}

// row reads the row, with zero values where there is no cell.
func (c *cells) row() programme.Row {
	return programme.Row{
		Line: c.line, Person: events.PersonID(c.text("person")), Name: c.text("name"), Address: c.text("address"),
		Language: events.Code(c.text("language")), Organisation: events.OrganisationID(c.text("organisation")),
		OrganisationName: c.text("organisation_name"), Branch: events.Code(c.text("branch")),
		OrganisationRegion: events.Code(c.text("organisation_region")), Size: c.number("size"),
		Track: events.Track(c.text("track")), Part: events.Part(c.text("part")), Region: events.Code(c.text("region")),
		Languages: list[events.Code](c.text("languages")), Themes: list[events.Code](c.text("themes")),
		Slots: list[events.Slot](c.text("slots")), Mode: events.Mode(c.text("mode")),
		Experience: c.number("experience"), Months: c.number("months"), TeamSize: c.number("team_size"),
		Superior: events.PersonID(c.text("superior")), Consent: c.number("consent"),
	}
}

// text returns a cell without the space around it.
func (c *cells) text(column string) string {
	i, there := c.columns[column]
	if !there || i >= len(c.record) {
		return ""
	}
	return strings.TrimSpace(c.record[i])
}

// number returns a cell as a whole number, and notes a fault where it is none.
func (c *cells) number(column string) int {
	text := c.text(column)
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		c.faults = append(c.faults, programme.RowFault{Line: c.line, Column: column, Rule: programme.Unfit, Detail: "it is no whole number"})
	}
	return n
}

// list returns the words of a cell.
func list[T ~string](text string) (all []T) {
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == ',' || r == ';' }) {
		all = append(all, T(word))
	}
	return all
}
