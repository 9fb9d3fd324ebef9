package api

import (
	"kolmikko/events"
	"kolmikko/events/programme"
)

// pageWords are the words of the page, by what they mean, or by the phase, and by
// language. The glossary settles them; they never change. A soft hyphen stands
// where a long one may be broken on a narrow screen.
var pageWords = map[string]map[string]string{
	"title":       {"fi": "Mentorointiohjelmat", "sv": "Mentorskapsprogram", "en": "Mentoring programmes"},
	"languages":   {"fi": "Kieli", "sv": "Språk", "en": "Language"},
	"language":    {"fi": "suomi", "sv": "svenska", "en": "English"},
	"skip":        {"fi": "Siirry sisältöön", "sv": "Gå till innehållet", "en": "Skip to the content"},
	"none":        {"fi": "Ohjelmia ei vielä ole.", "sv": "Det finns inga program ännu.", "en": "There is no programme yet."},
	"goals":       {"fi": "Tavoitteet", "sv": "Mål", "en": "Goals"},
	"principles":  {"fi": "Periaatteet", "sv": "Principer", "en": "Principles"},
	"organisers":  {"fi": "Järjestäjät", "sv": "Arrangörer", "en": "Organisers"},
	"cohort":      {"fi": "Toteutus", "sv": "Omgång", "en": "Cohort"},
	"phases":      {"fi": "Vaiheet", "sv": "Faser", "en": "Phases"},
	"phase":       {"fi": "Vaihe", "sv": "Fas", "en": "Phase"},
	"when":        {"fi": "Ajankohta", "sv": "Tidpunkt", "en": "When"},
	"before":      {"fi": "aiemmin", "sv": "tidigare", "en": "before"},
	"state":       {"fi": "Tila", "sv": "Läge", "en": "State"},
	"completed":   {"fi": "päättynyt", "sv": "avslutad", "en": "completed"},
	"started":     {"fi": "käynnissä", "sv": "pågår", "en": "under way"},
	"announced":   {"fi": "tulossa", "sv": "kommande", "en": "to come"},
	"gatherings":  {"fi": "Tilaisuudet", "sv": "Tillställningar", "en": "Gatherings"},
	"gathering":   {"fi": "Tilaisuus", "sv": "Tillställning", "en": "Gathering"},
	"cancelled":   {"fi": "peruttu", "sv": "inställd", "en": "cancelled"},
	"figures":     {"fi": "Lukuina", "sv": "I siffror", "en": "In figures"},
	"participant": {"fi": "Osallistujia", "sv": "Deltagare", "en": "Participants"},
	"triads":      {"fi": "Vertais\u00adkolmikoita", "sv": "Kollega\u00adtrior", "en": "Triads"},
	"reverse":     {"fi": "Käänteis\u00adryhmiä", "sv": "Omvända grupper", "en": "Reverse groups"},
	"meetings":    {"fi": "Pidettyjä tapaamisia", "sv": "Möten som hållits", "en": "Meetings held"},
	"history":     {"fi": "Jokainen vaihe on ohjelman historiassa; muuttuneet päivät jäävät näkyviin.", "sv": "Varje fas finns i programmets historia; ändrade datum förblir synliga.", "en": "Every phase is in the programme's history; dates that changed stay visible."},

	"enrolment":  {"fi": "Ilmoit\u00adtautuminen", "sv": "Anmälan", "en": "Enrolment"},
	"review":     {"fi": "Ilmoittau\u00adtumisten käsittely", "sv": "Behandling av anmälningar", "en": "Review"},
	"matching":   {"fi": "Ryhmien muodos\u00adtaminen", "sv": "Grupp\u00adbildning", "en": "Matching"},
	"opening":    {"fi": "Aloitus", "sv": "Inledning", "en": "Opening"},
	"mentoring":  {"fi": "Mentorointi", "sv": "Mentorskap", "en": "Mentoring"},
	"midway":     {"fi": "Väli\u00adarviointi", "sv": "Mellan\u00adutvärdering", "en": "Midway"},
	"closing":    {"fi": "Päätös", "sv": "Avslutning", "en": "Closing"},
	"evaluation": {"fi": "Arviointi", "sv": "Utvärdering", "en": "Evaluation"},
}

// labelOf returns what a code of a list is called, by the list that comes with
// the house.
func labelOf(lang string, list, code events.Code) string {
	for _, t := range programme.DefaultList(list) {
		if t.Code == code {
			label, _ := t.Label.In(lang)
			return label
		}
	}
	return string(code)
}
