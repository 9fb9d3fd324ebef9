package programme

// One list of reasons serves every action that asks for one, so that a view may
// count them together.
const reasons = `
no-time | Ei aikaa juuri nyt | Har inte tid just nu | No time just now
changed-mind | Muutti mielensä | Ändrade sig | Changed their mind
new-post | Uusi tehtävä | Ny uppgift | A new post
left-the-state | Siirtyi pois valtiolta | Lämnade staten | Left the state
on-leave | Virkavapaalla tai perhevapaalla | Tjänstledig eller familjeledig | On leave
illness | Sairastuminen | Sjukdom | Illness
workload | Työkuorma | Arbetsbördan | Workload
not-as-hoped | Ei vastannut odotuksia | Motsvarade inte förväntningarna | Not as hoped for
no-contact | Ei ole saatu yhteyttä | Har inte kunnat nås | Could not be reached
consent-withdrawn | Suostumus peruttiin | Samtycket återtogs | Consent was withdrawn
not-eligible | Ei täytä ehtoja | Uppfyller inte villkoren | Not eligible
no-seat | Paikkaa ei ollut | Det fanns ingen plats | There was no seat
capacity | Paikat ovat täynnä | Platserna är fyllda | All seats are taken
balance | Ryhmien tasapaino | Balans mellan grupperna | Balance of the groups
incomplete | Tiedot puuttuvat | Uppgifter saknas | Details are missing
asked-for | Pyydettiin | På begäran | It was asked for
accessibility | Esteettömyys | Tillgänglighet | Accessibility
language | Kieli | Språket | Language
distance | Etäisyys | Avståndet | Distance
conflict-of-interest | Esteellisyys | Jäv | Conflict of interest
earlier-acquaintance | Ennestään tuttuja | Kände varandra sedan tidigare | Knew each other before
judgement | Koordinaattorin harkinta | Koordinatorns bedömning | The coordinator's judgement
works-well | Toimii hyvin | Fungerar bra | Works well
drop-out | Joku jäi pois | Någon hoppade av | Somebody dropped out
too-few | Liian vähän osallistujia | För få deltagare | Too few people
concern | Huoli ryhmästä | Oro för gruppen | A concern about the group
clash | Päällekkäinen meno | Krockar med annat | A clash of dates
urgent-work | Kiireellinen työ | Brådskande arbete | Urgent work
no-room | Tilaa ei saatu | Ingen lokal att få | No room to be had
moved | Siirrettiin | Flyttades | It was moved
wrong-day | Väärä päivä | Fel dag | Wrong day
wrong-count | Väärä lukumäärä | Fel antal | Wrong count
wrong-length | Väärä kesto | Fel längd | Wrong length
wrong-mode | Väärä osallistumistapa | Fel mötesform | Wrong mode
wrong-person | Väärä henkilö | Fel person | Wrong person
wrong-level | Väärä arvio | Fel bedömning | Wrong rating
mistyped | Näppäilyvirhe | Skrivfel | A slip of the keys
outdated | Vanhentunut | Föråldrad | Outdated
replaced | Korvattiin uudella | Ersattes med en ny | Replaced by a new one
rights | Oikeudet puuttuvat | Rättigheter saknas | Rights are missing
names-somebody | Nimeää jonkun | Nämner någon vid namn | Names somebody
confidential | Luottamuksellista | Konfidentiellt | Confidential
off-topic | Ei liity aiheeseen | Hör inte till ämnet | Off topic
disrespectful | Epäkunnioittava | Respektlös | Disrespectful
advertising | Mainontaa | Reklam | Advertising
closing-not-held | Päätöstilaisuutta ei pidetty | Det avslutande mötet hölls inte | The closing was not held
interim | Väliarvio | Mellanutvärdering | An interim evaluation
cohort-completed | Toteutus päättyi | Omgången avslutades | The cohort was completed
correction | Korjaus | Rättelse | A correction
`

const concerns = `
silence | Ryhmä ei tapaa | Gruppen träffas inte | The group does not meet
no-common-time | Yhteistä aikaa ei löydy | Ingen gemensam tid | No common time
uneven | Yksi puhuu, muut kuuntelevat | En talar, andra lyssnar | One talks, the others listen
confidentiality | Luottamuksellisuus | Konfidentialitet | Confidentiality
disrespect | Epäkunnioitus | Bristande respekt | Disrespect
conflict | Ristiriita | Konflikt | A conflict
not-a-match | Ryhmä ei sovi minulle | Gruppen passar inte mig | The group is not for me
language | Kieli | Språket | Language
accessibility | Esteettömyys | Tillgänglighet | Accessibility
other | Muu asia, ota yhteyttä | Annat, kontakta mig | Something else, please contact me
`

const purposes = `
participation | Osallistuminen ohjelmaan | Deltagande i programmet | Taking part in the programme
research | Tutkimus | Forskning | Research
contact-list | Yhteystiedot osallistujille | Kontaktuppgifter till deltagarna | Contact list for participants
ties | Verkostokysely | Nätverksenkät | The survey of ties
earlier-cohorts | Aiempien toteutusten ryhmät | Tidigare omgångars grupper | Groups of earlier cohorts
`

const ties = `
knows | Tuntee jonkun | Känner någon | Knows somebody
asks-for-advice | Kysyy neuvoa | Ber om råd | Asks for advice
gives-advice | Antaa neuvoja | Ger råd | Gives advice
works-with | Tekee yhteistyötä | Samarbetar | Works with
shares-practice | Jakaa käytäntöjä | Delar praxis | Shares practices
`

const organiserRoles = `
lead | Vastuuorganisaatio | Ansvarig organisation | Lead organisation
host | Tilojen tarjoaja | Värdorganisation | Host
partner | Yhteistyökumppani | Samarbetspart | Partner
expert | Asiantuntijaorganisaatio | Expertorganisation | Expert organisation
evaluation | Arvioinnin tekijä | Utvärderare | Evaluation
`

const nudges = `
meeting-silence | Ryhmä ei ole tavannut pitkään aikaan | Gruppen har inte träffats på länge | The group has not met for a while
agreement-missing | Ryhmän pelisäännöistä ei ole sovittu | Gruppen har inte kommit överens | The group's agreement is missing
principles-unaccepted | Periaatteet odottavat hyväksymistä | Principerna väntar på godkännande | The principles wait to be accepted
meeting-unreported | Tapaaminen odottaa kirjaamista | Ett möte väntar på att antecknas | A meeting waits to be reported
meeting-unanswered | Tapaamisehdotus odottaa vastausta | Ett mötesförslag väntar på svar | A proposed meeting waits for an answer
attendance-unchosen | Osallistumistapa on valitsematta | Deltagandeform har inte valts | How to attend is not chosen yet
gathering-soon | Tilaisuus lähestyy | En tillställning närmar sig | A gathering comes soon
survey-open | Kysely on auki | En enkät är öppen | A survey is open
survey-closing | Kysely sulkeutuu pian | En enkät stängs snart | A survey closes soon
goal-unrated | Tavoite odottaa arviota | Ett mål väntar på bedömning | A goal waits to be rated
`

const grounds = `
own-request | Oma pyyntö | Egen begäran | Own request
consent-withdrawn | Suostumus peruttiin | Samtycket återtogs | Consent was withdrawn
retention-over | Säilytysaika päättyi | Förvaringstiden löpte ut | The time of keeping is over
objection | Vastustaminen | Invändning | Objection
unlawful | Käsittely oli lainvastaista | Behandlingen var lagstridig | Processing was unlawful
legal-duty | Lakisääteinen velvoite | Rättslig skyldighet | A legal duty
registered-twice | Kirjattiin kahdesti | Registrerades två gånger | Registered twice
`
