package story

import (
	"fmt"
	"time"

	"kolmikko/events"
	"kolmikko/events/programme"
)

// Wishes that were heard at the theme gatherings, and their themes.
var wishes = []struct {
	text   string
	themes []events.Code
}{
	{"Saisiko esihenkilö joskus puhua toisen talon esihenkilön kanssa, ilman asialistaa?", []events.Code{"leading-networks"}},
	{"Uusilta valtion työntekijöiltä voisi oppia, miltä talo näyttää ensi kertaa.", []events.Code{"recruitment-and-induction"}},
	{"Etätyön johtamiseen kaivattaisiin vertaisia.", []events.Code{"leading-hybrid-work", "remote-team-trust"}},
	{"Mer tid för dialog mellan ämbetsverken.", []events.Code{"dialogue-and-feedback"}},
	{"Muutos väsyttää: miten muut jaksavat?", []events.Code{"leading-change", "own-resilience"}},
	{"Palautteen antamista pitäisi harjoitella jossakin.", []events.Code{"dialogue-and-feedback", "difficult-conversations"}},
	{"Tekoäly tulee, kuka neuvoo?", []events.Code{"digitalisation-and-ai"}},
	{"Pienen viraston esihenkilö on yksin.", []events.Code{"leading-networks", "wellbeing"}},
	{"Hur leder man ett team som man aldrig träffar?", []events.Code{"remote-team-trust"}},
	{"Osaamisen kehittämiseen yhteisiä keinoja.", []events.Code{"developing-skills"}},
	{"Tiimin sisäiset ristiriidat.", []events.Code{"difficult-conversations", "developing-a-team"}},
	{"Jotakin, mikä ei ole kurssi.", []events.Code{"wellbeing"}},
}

// scheduleSpring is how the programme came to be: people and organisers, theme
// gatherings, wishes, and the wish that became the programme.
func (t *teller) scheduleSpring() {
	t.at(local(2022, 1, 17, 9, 0), t.found)
	for i, day := range []time.Time{local(2022, 3, 9, 13, 0), local(2022, 4, 6, 13, 0), local(2022, 5, 11, 13, 0)} {
		t.scheduleThemeGathering(i, day)
	}
	t.at(local(2022, 5, 16, 10, 0), func() error {
		for i, w := range wishes {
			id := events.WishID(fmt.Sprint("w", i+1))
			if _, err := t.doWhole(t.cast.coordinator, programme.ThemeWish{Wish: id, Themes: w.themes}); err != nil {
				return err
			}
		}
		return nil
	})
	t.at(local(2022, 6, 1, 9, 30), t.propose)
	t.at(local(2022, 8, 10, 9, 0), t.openCohort)
}

// found registers who runs the programme, and the five organisers.
func (t *teller) found() error {
	for i, m := range t.cast.staff {
		by := t.cast.owner
		if i == 0 {
			by = events.Operator
		}
		register := programme.RegisterPerson{Person: m.id, Language: "fi", Name: m.name, Address: address(m.name)}
		if _, err := t.doWhole(by, register); err != nil {
			return err
		}
		if m.role == "" {
			continue
		}
		if _, err := t.doWhole(by, programme.GrantRole{Person: m.id, Role: m.role}); err != nil {
			return err
		}
	}
	roles := []events.Code{"lead", "host", "partner", "expert", "evaluation"}
	joined := map[events.OrganisationID]bool{}
	for _, r := range t.cast.rows {
		if len(joined) == len(roles) {
			break
		}
		if joined[r.Organisation] {
			continue
		}
		role := roles[len(joined)]
		joined[r.Organisation] = true
		if _, err := t.doWhole(t.cast.owner, programme.RegisterOrganisation{
			Organisation: r.Organisation, Name: events.Text{"fi": r.OrganisationName}, Branch: r.Branch, Region: r.Region, Size: r.Size,
		}); err != nil {
			return err
		}
		if _, err := t.doWhole(t.cast.owner, programme.JoinOrganiser{Organisation: r.Organisation, Role: role}); err != nil {
			return err
		}
	}
	_, err := t.doWhole(t.cast.coordinator, programme.PublishCodes{List: programme.ListThemes, Terms: programme.DefaultList(programme.ListThemes)})
	return err
}

// scheduleThemeGathering is one of spring's, and the wishes heard there.
func (t *teller) scheduleThemeGathering(i int, day time.Time) {
	id := events.GatheringID(fmt.Sprint("g", i+1))
	guests := t.cast.staff[7:]
	chance := t.chance("theme gathering", i)
	titles := []events.Text{
		{"fi": "Esihenkilönä monipaikkaisessa työssä", "sv": "Chef i arbete på flera platser"},
		{"fi": "Mitä uusi työntekijä näkee?", "sv": "Vad ser den nyanställda?"},
		{"fi": "Verkostot yli virastorajojen", "sv": "Nätverk över ämbetsverkens gränser"},
	}
	t.at(day.AddDate(0, 0, -28), func() error {
		_, err := t.doWhole(t.cast.coordinator, programme.ScheduleGathering{
			Kind: events.ThemeGathering, Title: titles[i], StartsAt: day, EndsAt: day.Add(2 * time.Hour),
			Modes: []events.Seating{{Mode: events.Lab, Capacity: 30}, {Mode: events.Teams}},
		})
		return err
	})
	for _, g := range guests {
		mode := []events.Mode{events.Lab, events.Teams}[chance.IntN(2)]
		if chance.IntN(4) == 0 {
			continue
		}
		t.at(day.AddDate(0, 0, -1-chance.IntN(14)), func() error {
			_, err := t.doWhole(g.id, programme.ChooseAttendance{Gathering: id, Mode: mode})
			return err
		})
		t.at(day.Add(time.Hour), func() error {
			_, err := t.doWhole(t.cast.host, programme.RecordAttendance{Gathering: id, Person: g.id, Mode: mode})
			return err
		})
	}
	for n := i * 4; n < i*4+4; n++ {
		t.at(day.Add(time.Duration(100+n)*time.Minute), func() error {
			_, err := t.doWhole(guests[n].id, programme.SubmitWish{Wish: events.WishID(fmt.Sprint("w", n+1)), Text: wishes[n].text})
			return err
		})
	}
}

// propose makes a programme of the first wish, and launches it.
func (t *teller) propose() error {
	goals := []events.Text{
		{"fi": "Oivalluksia ja uusia näkökulmia omaan työhön", "sv": "Insikter och nya perspektiv på det egna arbetet", "en": "Insight and new perspectives on one's own work"},
		{"fi": "Verkostoja ja sosiaalista pääomaa yli organisaatiorajojen", "sv": "Nätverk och socialt kapital över organisationsgränserna", "en": "Networks and social capital across organisations"},
	}
	principles := []events.Text{
		{"fi": "Dialogi", "sv": "Dialog", "en": "Dialogue"}, {"fi": "Arvostus", "sv": "Respekt", "en": "Respect"},
		{"fi": "Oppiminen ja uteliaisuus", "sv": "Lärande och nyfikenhet", "en": "Learning and curiosity"},
		{"fi": "Luottamuksellisuus", "sv": "Konfidentialitet", "en": "Confidentiality"},
	}
	if _, err := t.doWhole(t.cast.owner, programme.ProposeProgramme{
		Title: events.Text{"fi": "Esihenkilöiden vertais- ja käänteismentorointi", "sv": "Kollegialt och omvänt mentorskap för chefer", "en": "Peer and reverse mentoring for supervisors"},
		Goals: goals, FromWishes: []events.WishID{"w1"},
	}); err != nil {
		return err
	}
	if _, err := t.doWhole(t.cast.owner, programme.LaunchProgramme{
		StartsOn: "2022-08-01", EndsOn: "2026-12-31", Tracks: []events.Track{events.Peer, events.Reverse}, Principles: principles,
	}); err != nil {
		return err
	}
	_, err := t.doWhole(t.cast.coordinator, programme.PublishPrinciples{Text: events.Text{
		"fi": "Puhumme avoimesti ja kuuntelemme. Se mitä ryhmässä puhutaan, jää ryhmään.",
		"sv": "Vi talar öppet och lyssnar. Det som sägs i gruppen stannar i gruppen.",
		"en": "We speak openly and listen. What is said in the group stays in the group.",
	}})
	return err
}

// openCohort opens the cohort and announces its phases.
func (t *teller) openCohort() error {
	if _, err := t.do(t.cast.coordinator, programme.OpenCohort{
		Title:    events.Text{"fi": "Toteutus 2022–2023", "sv": "Omgången 2022–2023", "en": "Cohort 2022–2023"},
		StartsOn: "2022-10-05", EndsOn: "2023-05-31", Tracks: []events.Track{events.Peer, events.Reverse}, TimeZone: "Europe/Helsinki",
	}); err != nil {
		return err
	}
	for _, p := range phases {
		if _, err := t.do(t.cast.coordinator, programme.AnnouncePhase{Phase: p.phase, From: p.from, To: p.to}); err != nil {
			return err
		}
	}
	_, err := t.do(t.cast.evaluator, programme.PlanEvaluation{
		Primary: "would-recommend", Secondary: []events.Code{"staying-in", "change-from-baseline"}, K: 5,
	})
	return err
}

// phases of the cohort, as first announced.
var phases = []struct {
	phase    events.Phase
	from, to events.Date
}{
	{"enrolment", "2022-08-22", "2022-09-09"},
	{"review", "2022-09-12", "2022-09-16"},
	{"matching", "2022-09-19", "2022-09-28"},
	{"opening", "2022-10-05", "2022-10-05"},
	{"mentoring", "2022-10-06", "2023-05-12"},
	{"midway", "2023-01-09", "2023-01-27"},
	{"closing", "2023-05-17", "2023-05-17"},
	{"evaluation", "2023-05-18", "2023-05-31"},
}
