package story

import (
	_ "embed"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/google/uuid"

	"kolmikko/api/sheet"
	"kolmikko/events"
	"kolmikko/events/programme"
)

// Enrolments is the sheet that the story's cohort enrols from: 90 supervisors of
// 50 organisations and 40 newcomers, all invented, none of them real.
//
//go:embed cohort-2022.csv
var Enrolments string

// A cast is everybody in the story.
type cast struct {
	owner, coordinator, second, host, evaluator, auditor, protector events.PersonID

	staff  []member // those, and the guests of the theme gatherings
	rows   []programme.Row
	people []events.PersonID // who enrol, each once
	homes  map[events.PersonID]events.OrganisationID
}

// A member of the staff, or a guest.
type member struct {
	id   events.PersonID
	name string
	role events.Role
}

// Who runs the programme, and who came to its theme gatherings: all invented.
const staff = `Outi Ohjelmala owner
Kaisa Koordinoja coordinator
Petra Parinen coordinator
Heli Huolehtiva host
Arvo Arvioija evaluator
Tarkka Tilintutkija auditor
Turva Tietosuojala protector
Aino Alkumäki
Berit Begynnelse
Eero Ensinen
Hilja Hakala-Keksi
Ilpo Ideala
Juulia Joutsensatu
Lempi Lähtölä
Manu Mielikuva
Nella Neuvola-Taru
Pihla Pohdinta
Rauno Runomaa
Tuisku Toivomus
`

func readCast(seed uint64) (*cast, error) {
	c := &cast{homes: map[events.PersonID]events.OrganisationID{}}
	random := uuids{rand.New(rand.NewPCG(seed, 1))}
	for line := range strings.Lines(staff) {
		words := strings.Fields(line)
		m := member{id: random.person(), name: words[0] + " " + words[1]}
		if len(words) == 3 {
			m.role = events.Role(words[2])
		}
		c.staff = append(c.staff, m)
	}
	for i, to := range []*events.PersonID{&c.owner, &c.coordinator, &c.second, &c.host, &c.evaluator, &c.auditor, &c.protector} {
		*to = c.staff[i].id
	}
	rows, problems, err := sheet.ReadCSV(strings.NewReader(Enrolments), random.person)
	if err != nil || len(problems) > 0 {
		return nil, fmt.Errorf("the story's sheet: %v %w", problems, err)
	}
	c.rows = rows
	for _, r := range rows {
		if _, known := c.homes[r.Person]; !known {
			c.people = append(c.people, r.Person)
			c.homes[r.Person] = r.Organisation
		}
	}
	return c, nil
}

// uuids makes random UUIDs from a seed.
type uuids struct{ chance *rand.Rand }

func (u uuids) person() events.PersonID {
	var b [16]byte
	binary.LittleEndian.PutUint64(b[:8], u.chance.Uint64())
	binary.LittleEndian.PutUint64(b[8:], u.chance.Uint64())
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80 // version 4, RFC 9562
	return events.PersonID(uuid.UUID(b).String())
}

// address returns an address that nobody has: example.org is for examples.
func address(name string) string {
	plain := strings.NewReplacer("ä", "a", "ö", "o", " ", ".").Replace(strings.ToLower(name))
	return plain + "@example.org"
}
