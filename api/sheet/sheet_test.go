package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"kolmikko/events"
	"kolmikko/events/programme"
)

const heading = "name,address,organisation,track,part,languages,themes,slots,mode,region,experience,months\n"

// numbered returns who makes the pseudonyms p1, p2, ….
func numbered() func() events.PersonID {
	n := 0
	return func() events.PersonID {
		n++
		return events.PersonID(fmt.Sprint("p", n))
	}
}

func anne(line int) programme.Row {
	return programme.Row{Line: line, Person: "p1", Name: "Anne Alku", Address: "anne@example.org", Organisation: "o1",
		Track: events.Peer, Part: events.Supervisor, Languages: []events.Code{"fi", "sv"}, Themes: []events.Code{"wellbeing"},
		Slots: []events.Slot{"mon-am", "tue-pm"}, Mode: events.Lab, Region: "uusimaa", Experience: 2}
}

const row = "Anne Alku,anne@example.org,o1,peer,supervisor,fi sv,wellbeing,mon-am tue-pm,lab,uusimaa,2,\n"

func TestReadCSV(t *testing.T) {
	matti := anne(3)
	matti.Person, matti.Name, matti.Address = "p2", "Matti", "matti@example.org"
	mattis := strings.NewReplacer("Anne Alku", "Matti", "anne@", "matti@").Replace(row)
	semicolons := strings.NewReplacer(",", ";").Replace
	for name, tt := range map[string]struct {
		text string
		want []programme.Row
	}{
		"commas":                            {heading + row, []programme.Row{anne(2)}},
		"semicolons":                        {semicolons(heading + row), []programme.Row{anne(2)}},
		"lists with commas, in quotes":      {heading + strings.Replace(row, "fi sv", `"fi, sv"`, 1), []programme.Row{anne(2)}},
		"lists with commas, semicolons":     {strings.Replace(semicolons(heading+row), "fi sv", `fi,sv`, 1), []programme.Row{anne(2)}},
		"a byte order mark":                 {"\ufeff" + heading + row, []programme.Row{anne(2)}},
		"a byte order mark before a quote":  {"\ufeff" + strings.Replace(heading, "name", `"name"`, 1) + row, []programme.Row{anne(2)}},
		"lines that end as Windows' do":     {strings.ReplaceAll(heading+row+mattis, "\n", "\r\n"), []programme.Row{anne(2), matti}},
		"no end of the last line":           {strings.TrimSuffix(heading+row, "\n"), []programme.Row{anne(2)}},
		"headings in capitals, with spaces": {strings.ToUpper(strings.Replace(heading, "name", " Name ", 1)) + row, []programme.Row{anne(2)}},
		"cells with spaces around":          {heading + strings.ReplaceAll(row, ",", " , "), []programme.Row{anne(2)}},
		"empty rows are passed over":        {heading + ",,,,,,,,,,,\n" + row, []programme.Row{anne(3)}},
		"empty lines are rows, too":         {heading + "\n\n" + row, []programme.Row{anne(4)}},
		"a row that is cut short":           {heading + strings.Replace(row, ",2,\n", ",2\n", 1), []programme.Row{anne(2)}},
		"a column without a heading":        {strings.Replace(heading, "\n", ",\n", 1) + strings.Replace(row, "\n", ",left out\n", 1), []programme.Row{anne(2)}},
	} {
		t.Run(name, func(t *testing.T) {
			rows, faults, err := ReadCSV(strings.NewReader(tt.text), numbered())
			if err != nil || len(faults) > 0 || !reflect.DeepEqual(rows, tt.want) {
				t.Errorf("%+v, %v, %v\nwant %+v", rows, faults, err, tt.want)
			}
		})
	}
}

func TestSamePerson(t *testing.T) {
	known := strings.Replace(heading, "name,", "person,name,", 1)
	text := known + "," + row + "," + strings.Replace(row, "anne@", "ANNE@", 1) +
		"7f," + strings.Replace(row, "anne@", "matti@", 1) + "," + strings.Replace(row, "anne@", "matti@", 1) +
		"," + strings.Replace(row, "anne@example.org", "", 1) + "," + strings.Replace(row, "anne@example.org", "", 1)
	rows, _, err := ReadCSV(strings.NewReader(text), numbered())
	var people []events.PersonID
	for _, r := range rows {
		people = append(people, r.Person)
	}
	if want := []events.PersonID{"p1", "p1", "7f", "7f", "p2", "p3"}; err != nil || !slices.Equal(people, want) {
		t.Errorf("%v, %v; want %v", people, err, want)
	}
}

func TestFaults(t *testing.T) {
	text := heading + row + strings.Replace(row, ",2,", ",two,", 1) + "\"Anne\nAlku\"" + strings.TrimPrefix(strings.Replace(row, ",2,\n", ",1.5,3e2\n", 1), "Anne Alku") +
		strings.Replace(row, ",2,\n", ",,=2+2\n", 1)
	rows, faults, err := ReadCSV(strings.NewReader(text), numbered())
	var at []string
	for _, f := range faults {
		at = append(at, fmt.Sprint(f.Line, " ", f.Column, " ", f.Rule))
		if strings.Contains(f.Detail, "two") {
			t.Errorf("the fault repeats the cell: %s", f.Detail)
		}
	}
	want := []string{"3 experience unfit", "4 experience unfit", "4 months unfit", "5 months unfit"}
	if err != nil || len(rows) != 4 || !slices.Equal(at, want) {
		t.Errorf("%d rows, %v, %v; want the faults %v", len(rows), at, err, want)
	}
}

// TestRefused reads sheets that aren't any. What is said about them names the
// place and never what stands there: it may be somebody's name.
func TestRefused(t *testing.T) {
	for name, tt := range map[string]struct{ text, says string }{
		"nothing":                           {"", "empty"},
		"a mark and nothing":                {"\ufeff", "empty"},
		"an unknown heading":                {strings.Replace(heading, "mode", "Salla Salanen", 1) + row, "column 9"},
		"no heading":                        {row, "column 1"},
		"a missing column":                  {strings.Replace(heading, "mode", "", 1) + row, `"mode" is missing`},
		"a column twice":                    {strings.Replace(heading, "mode", "name", 1) + row, `"name" is there twice`},
		"a quote that is left open":         {heading + `"Salla Salanen` + row, "line 2"},
		"a quote within a cell":             {heading + strings.Replace(row, "Anne", `Salla "Salanen"`, 1), "line 2"},
		"text that isn't UTF-8":             {heading + row + strings.Replace(row, "Anne Alku", "Salla Sal\xe4nen", 1), "row 3, column \"name\""},
		"text that is UTF-16":               {"\xff\xfen\x00a\x00m\x00e\x00", "UTF-8"},
		"a workbook by a sheet's name":      {"PK\x03\x04\x14\x00\x06\x00", "workbook"},
		"a cell that holds control letters": {heading + strings.Replace(row, "Anne Alku", "Salla\x00Salanen", 1), "row 2, column \"name\""},
	} {
		t.Run(name, func(t *testing.T) {
			rows, _, err := ReadCSV(strings.NewReader(tt.text), numbered())
			if err == nil || !strings.Contains(err.Error(), tt.says) || strings.Contains(strings.ToLower(err.Error()), "sal") {
				t.Errorf("%v, %v; want %q", rows, err, tt.says)
			}
		})
	}
	broken := errors.New("the disk is gone")
	if _, _, err := ReadCSV(failing{broken}, numbered()); !errors.Is(err, broken) {
		t.Errorf("%v, want %v", err, broken)
	}
}

type failing struct{ error }

func (f failing) Read([]byte) (int, error) { return 0, f.error }

// workbook writes cells as a spreadsheet program does.
func workbook(t *testing.T, fill func(*excelize.File)) *bytes.Buffer {
	t.Helper()
	book := excelize.NewFile()
	defer book.Close()
	for i, name := range strings.Split(strings.TrimSpace(heading), ",") {
		set(t, book, i+1, 1, name)
	}
	for i, cell := range strings.Split(strings.TrimSuffix(row, ",\n"), ",") {
		set(t, book, i+1, 2, cell)
	}
	if fill != nil {
		fill(book)
	}
	var text bytes.Buffer
	if err := book.Write(&text); err != nil {
		t.Fatal(err)
	}
	return &text
}

func set(t *testing.T, book *excelize.File, column, row int, value any) {
	t.Helper()
	cell, err := excelize.CoordinatesToCellName(column, row)
	if err == nil {
		err = book.SetCellValue("Sheet1", cell, value)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestReadXLSX(t *testing.T) {
	withMonths := func(n int) programme.Row { r := anne(2); r.Months = n; return r }
	for name, tt := range map[string]struct {
		fill func(*excelize.File)
		want []programme.Row
	}{
		"text":                {nil, []programme.Row{anne(2)}},
		"a number":            {func(b *excelize.File) { set(t, b, 11, 2, 2); set(t, b, 12, 2, 7) }, []programme.Row{withMonths(7)}},
		"a number with zeros": {func(b *excelize.File) { set(t, b, 12, 2, 7.0) }, []programme.Row{withMonths(7)}},
		"a formula and what it was": {func(b *excelize.File) {
			set(t, b, 12, 2, 7)
			if err := b.SetCellFormula("Sheet1", "L2", "=3+4"); err != nil {
				t.Fatal(err)
			}
		}, []programme.Row{withMonths(7)}},
		"empty rows are passed over": {func(b *excelize.File) {
			if err := errors.Join(b.InsertRows("Sheet1", 2, 3)); err != nil {
				t.Fatal(err)
			}
		}, []programme.Row{anne(5)}},
		"another sheet is not read": {func(b *excelize.File) {
			if _, err := b.NewSheet("Muistiinpanot"); err != nil {
				t.Fatal(err)
			}
			_ = b.SetCellValue("Muistiinpanot", "A1", "Salla Salanen")
		}, []programme.Row{anne(2)}},
	} {
		t.Run(name, func(t *testing.T) {
			rows, faults, err := ReadXLSX(workbook(t, tt.fill), numbered())
			if err != nil || len(faults) > 0 || !reflect.DeepEqual(rows, tt.want) {
				t.Errorf("%+v, %v, %v\nwant %+v", rows, faults, err, tt.want)
			}
		})
	}
	t.Run("a number that isn't whole", func(t *testing.T) {
		rows, faults, err := ReadXLSX(workbook(t, func(b *excelize.File) { set(t, b, 12, 2, 7.5) }), numbered())
		if err != nil || len(rows) != 1 || len(faults) != 1 || faults[0].Line != 2 || faults[0].Column != "months" {
			t.Errorf("%v, %v, %v", rows, faults, err)
		}
	})
	t.Run("no workbook", func(t *testing.T) {
		if _, _, err := ReadXLSX(strings.NewReader(heading+row), numbered()); err == nil {
			t.Error("CSV is taken for a workbook")
		}
	})
}

// FuzzReadCSV reads anything: it never panics, and what it reads is text with a
// line of its own and a person.
func FuzzReadCSV(f *testing.F) {
	f.Add([]byte(heading + row))
	f.Add([]byte("\ufeff" + strings.ReplaceAll(heading+row, ",", ";")))
	f.Add([]byte(heading + "\"a\n\nb\"" + row + "\n\n" + row))
	f.Add([]byte("name;organisation\r\n\"x\";1"))
	f.Fuzz(func(t *testing.T, text []byte) {
		rows, faults, err := ReadCSV(bytes.NewReader(text), numbered())
		if err != nil {
			return
		}
		last := 1
		for _, r := range rows {
			if r.Line <= last || r.Person == "" {
				t.Errorf("a row of line %d after %d, of %q", r.Line, last, r.Person)
			}
			last = r.Line
			for _, cell := range []string{r.Name, r.Address, r.OrganisationName, string(r.Organisation), string(r.Track)} {
				if cell != strings.TrimSpace(cell) || strings.ToValidUTF8(cell, "") != cell {
					t.Errorf("a cell is %q", cell)
				}
			}
		}
		for _, fault := range faults {
			if fault.Line < 2 || !slices.Contains(Columns(), fault.Column) {
				t.Errorf("a fault at row %d, column %q", fault.Line, fault.Column)
			}
		}
	})
}
