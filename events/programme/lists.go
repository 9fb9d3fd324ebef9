package programme

import (
	"strings"

	"kolmikko/events"
)

// DefaultList returns the terms that a list has until a programme publishes its
// own; nil for a list that is not known. They are not to be changed.
func DefaultList(list events.Code) []events.Term { return defaults[list] }

// DefaultLists returns the names of the lists that there are.
func DefaultLists() []events.Code {
	return []events.Code{ListThemes, ListBranches, ListRegions, ListLanguage, ListReasons, ListConcerns,
		ListPurposes, ListTies, ListRoles, ListNudges, ListGrounds}
}

// Participation is the purpose without whose consent nobody enrols.
const Participation events.Code = "participation"

// defaults never changes.
var defaults = map[events.Code][]events.Term{
	ListThemes:   terms(themes),
	ListBranches: terms(branches),
	ListRegions:  terms(regions),
	ListLanguage: terms(languages),
	ListReasons:  append(terms(reasons), givenByRules()...),
	ListConcerns: terms(concerns),
	ListPurposes: terms(purposes),
	ListTies:     terms(ties),
	ListRoles:    terms(organiserRoles),
	ListNudges:   terms(nudges),
	ListGrounds:  terms(grounds),
}

// terms reads lines of a code and its labels in Finnish, Swedish and English,
// with bars between them.
func terms(text string) (all []events.Term) {
	for line := range strings.Lines(strings.TrimSpace(text)) {
		part := strings.Split(strings.TrimSpace(line), " | ")
		all = append(all, events.Term{Code: events.Code(part[0]),
			Label: events.Text{"fi": part[1], "sv": part[2], "en": part[3]}})
	}
	return all
}

// givenByRules returns the reasons that a rule gives and nobody chooses.
func givenByRules() []events.Term {
	return []events.Term{{Code: ErasedReason, Retired: true,
		Label: events.Text{"fi": "Tiedot poistettu", "sv": "Uppgifterna raderade", "en": "Data was erased"}}}
}

const themes = `
leading-hybrid-work | Monipaikkaisen työn johtaminen | Att leda arbete på flera platser | Leading hybrid work
remote-team-trust | Etätiimin luottamus | Förtroende i distansteamet | Trust in a remote team
wellbeing | Työhyvinvointi | Välbefinnande i arbetet | Well-being at work
leading-change | Muutoksen johtaminen | Förändringsledning | Leading change
dialogue-and-feedback | Vuorovaikutus ja palaute | Dialog och återkoppling | Dialogue and feedback
own-resilience | Oma jaksaminen | Egen ork | One's own resilience
developing-skills | Osaamisen kehittäminen | Kompetensutveckling | Developing skills
recruitment-and-induction | Rekrytointi ja perehdytys | Rekrytering och introduktion | Recruitment and induction
developing-a-team | Tiimin kehittäminen | Att utveckla ett team | Developing a team
difficult-conversations | Vaikeat keskustelut | Svåra samtal | Difficult conversations
digitalisation-and-ai | Digitalisaatio ja tekoäly | Digitalisering och artificiell intelligens | Digitalisation and artificial intelligence
leading-networks | Verkostojohtaminen | Nätverksledarskap | Leading networks
`

const branches = `
vnk | Valtioneuvoston kanslia | Statsrådets kansli | Prime Minister's Office
um | Ulkoministeriö | Utrikesministeriet | Ministry for Foreign Affairs
om | Oikeusministeriö | Justitieministeriet | Ministry of Justice
sm | Sisäministeriö | Inrikesministeriet | Ministry of the Interior
plm | Puolustusministeriö | Försvarsministeriet | Ministry of Defence
vm | Valtiovarainministeriö | Finansministeriet | Ministry of Finance
okm | Opetus- ja kulttuuriministeriö | Undervisnings- och kulturministeriet | Ministry of Education and Culture
mmm | Maa- ja metsätalousministeriö | Jord- och skogsbruksministeriet | Ministry of Agriculture and Forestry
lvm | Liikenne- ja viestintäministeriö | Kommunikationsministeriet | Ministry of Transport and Communications
tem | Työ- ja elinkeinoministeriö | Arbets- och näringsministeriet | Ministry of Economic Affairs and Employment
stm | Sosiaali- ja terveysministeriö | Social- och hälsovårdsministeriet | Ministry of Social Affairs and Health
ym | Ympäristöministeriö | Miljöministeriet | Ministry of the Environment
`

const regions = `
uusimaa | Uusimaa | Nyland | Uusimaa
varsinais-suomi | Varsinais-Suomi | Egentliga Finland | Southwest Finland
satakunta | Satakunta | Satakunta | Satakunta
kanta-hame | Kanta-Häme | Egentliga Tavastland | Kanta-Häme
pirkanmaa | Pirkanmaa | Birkaland | Pirkanmaa
paijat-hame | Päijät-Häme | Päijänne-Tavastland | Päijät-Häme
kymenlaakso | Kymenlaakso | Kymmenedalen | Kymenlaakso
etela-karjala | Etelä-Karjala | Södra Karelen | South Karelia
etela-savo | Etelä-Savo | Södra Savolax | South Savo
pohjois-savo | Pohjois-Savo | Norra Savolax | North Savo
pohjois-karjala | Pohjois-Karjala | Norra Karelen | North Karelia
keski-suomi | Keski-Suomi | Mellersta Finland | Central Finland
etela-pohjanmaa | Etelä-Pohjanmaa | Södra Österbotten | South Ostrobothnia
pohjanmaa | Pohjanmaa | Österbotten | Ostrobothnia
keski-pohjanmaa | Keski-Pohjanmaa | Mellersta Österbotten | Central Ostrobothnia
pohjois-pohjanmaa | Pohjois-Pohjanmaa | Norra Österbotten | North Ostrobothnia
kainuu | Kainuu | Kajanaland | Kainuu
lappi | Lappi | Lappland | Lapland
ahvenanmaa | Ahvenanmaa | Åland | Åland
`

const languages = `
fi | suomi | finska | Finnish
sv | ruotsi | svenska | Swedish
en | englanti | engelska | English
se | pohjoissaame | nordsamiska | Northern Sámi
smn | inarinsaame | enaresamiska | Inari Sámi
sms | koltansaame | skoltsamiska | Skolt Sámi
fse | suomalainen viittomakieli | finskt teckenspråk | Finnish Sign Language
`
