package api

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"kolmikko/events"
	"kolmikko/events/programme"
)

// onStage is a house whose cohort has phases, one of them at other dates than
// announced, and gatherings, one moved and one called off.
func onStage(t *testing.T) *house {
	t.Helper()
	h := grouped(t)
	for i, p := range events.Phases() {
		day := func(n int) events.Date { return events.Day(noon.AddDate(0, 0, n)) }
		h.act(coordinator, "2022", programme.AnnouncePhase{Phase: p, From: day(10 * i), To: day(10*i + 5)})
	}
	h.act(coordinator, "2022", programme.StartPhase{Phase: events.Phases()[0]})
	h.act(coordinator, "2022", programme.ReschedulePhase{Phase: "evaluation", From: "2023-05-17", To: "2023-05-17", Reason: events.Text{"fi": "Tilan vuoksi."}})
	for i, title := range []events.Text{{"fi": "Aloitus <i>", "sv": "Inledning <i>", "en": "Opening <i>"}, {"fi": "Esihenkilötreffit"}} {
		h.act(coordinator, "2022", programme.ScheduleGathering{Kind: events.Meetup, Title: title, StartsAt: noon.AddDate(0, 2, i),
			EndsAt: noon.AddDate(0, 2, i).Add(time.Hour), Modes: []events.Seating{{Mode: events.Teams}}})
	}
	h.act(coordinator, "2022", programme.MoveGathering{Gathering: "g1", StartsAt: noon.AddDate(0, 3, 0), EndsAt: noon.AddDate(0, 3, 0).Add(time.Hour), Reason: events.Text{"fi": "Puhuja on estynyt."}})
	h.act(coordinator, "2022", programme.CancelGathering{Gathering: "g2", Reason: events.Text{"fi": "Puhuja on estynyt."}})
	h.settle()
	return h
}

// pageAt fetches a page and reads its HTML.
func (h *house) pageAt(path, language string) (*html.Node, answer) {
	h.t.Helper()
	a := h.get(path, "", "Accept-Language", language)
	if a.status != http.StatusOK || !strings.HasPrefix(a.header.Get("Content-Type"), "text/html") {
		h.t.Fatalf("%s: %d %s", path, a.status, a.body)
	}
	root, err := html.Parse(strings.NewReader(a.body))
	if err != nil {
		h.t.Fatal(err)
	}
	return root, a
}

// all returns the elements of a name.
func all(root *html.Node, name string) (found []*html.Node) {
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && n.Data == name {
			found = append(found, n)
		}
	}
	return found
}

// attr returns an attribute of n.
func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// words returns the text in n, with single spaces and without soft hyphens.
func words(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return strings.ReplaceAll(strings.Join(strings.Fields(b.String()), " "), "\u00ad", "")
}

func TestPageIsAccessible(t *testing.T) {
	h := onStage(t)
	for _, lang := range languages() {
		t.Run(lang, func(t *testing.T) {
			root, a := h.pageAt("/", lang)
			if got := attr(all(root, "html")[0], "lang"); got != lang || a.header.Get("Content-Language") != lang {
				t.Errorf("the page is in %q", got)
			}
			for name, n := range map[string]int{"header": 1, "nav": 1, "main": 1, "footer": 1, "h1": 1, "title": 1, "script": 0, "img": 0, "form": 0} {
				if found := all(root, name); len(found) != n {
					t.Errorf("%d %s, want %d", len(found), name, n)
				}
			}
			level := 0
			for n := range root.Descendants() {
				if n.Type == html.ElementNode && len(n.Data) == 2 && n.Data[0] == 'h' && n.Data[1] >= '1' && n.Data[1] <= '6' {
					next := int(n.Data[1] - '0')
					if next > level+1 || words(n) == "" {
						t.Errorf("the heading %q is of level %d after %d", words(n), next, level)
					}
					level = next
				}
				if n.Type == html.ElementNode && attr(n, "style")+attr(n, "onclick") != "" {
					t.Errorf("a %s has a style or a script of its own", n.Data)
				}
			}
			tables := all(root, "table")
			for _, table := range tables {
				if c := all(table, "caption"); len(c) != 1 || words(c[0]) == "" {
					t.Error("a table has no caption")
				}
				for _, th := range all(table, "th") {
					if attr(th, "scope") == "" || words(th) == "" {
						t.Errorf("the heading %q is of nothing", words(th))
					}
				}
			}
			if skip := all(root, "a")[0]; len(tables) != 2 || attr(skip, "href") != "#content" || words(skip) == "" || attr(all(root, "main")[0], "id") != "content" {
				t.Errorf("%d tables; the first link leads to %s", len(tables), attr(skip, "href"))
			}
			checkIDs(t, root)
		})
	}
}

// checkIDs holds ids to be there once, and references to lead somewhere.
func checkIDs(t *testing.T, root *html.Node) {
	t.Helper()
	ids := map[string]int{}
	for n := range root.Descendants() {
		if id := attr(n, "id"); id != "" {
			ids[id]++
		}
	}
	for n := range root.Descendants() {
		if to := attr(n, "aria-labelledby"); to != "" && ids[to] != 1 {
			t.Errorf("%d elements are called %s", ids[to], to)
		}
	}
}

func TestPageInWords(t *testing.T) {
	h := onStage(t)
	for lang, want := range map[string][]string{
		"fi": {"Aloitus <i> 1.12.2022 klo 14.00 aiemmin 1.11.2022 klo 14.00", "Esihenkilötreffit 2.11.2022 klo 14.00 (peruttu)", "Ilmoittautuminen 1.9.2022–6.9.2022 käynnissä", "Arviointi 17.5.2023 aiemmin"},
		"sv": {"Inledning <i> 1.12.2022 kl. 14.00 tidigare 1.11.2022 kl. 14.00", "Esihenkilötreffit 2.11.2022 kl. 14.00 (inställd)", "Anmälan 1.9.2022–6.9.2022 pågår", "Utvärdering 17.5.2023 tidigare"},
		"en": {"Opening <i> 1 Dec 2022, 14:00 before 1 Nov 2022, 14:00", "Esihenkilötreffit 2 Nov 2022, 14:00 (cancelled)", "Enrolment 1 Sep 2022 – 6 Sep 2022 under way", "Evaluation 17 May 2023 before"},
	} {
		root, _ := h.pageAt("/", lang)
		var rows []string
		for _, tr := range all(root, "tr") {
			var cells []string
			for c := range tr.ChildNodes() {
				cells = append(cells, words(c))
			}
			rows = append(rows, strings.Join(cells, " "))
		}
		for _, row := range want {
			if !slices.ContainsFunc(rows, func(r string) bool { return strings.HasPrefix(r, row) }) {
				t.Errorf("%s: no row %q among %q", lang, row, rows)
			}
		}
		figures := words(all(root, "dl")[0])
		if !strings.Contains(figures, "6") || len(all(root, "dt")) != 4 {
			t.Errorf("%s: the figures are %q", lang, figures)
		}
	}
	for word, in := range pageWords {
		for _, lang := range languages() {
			if in[lang] == "" {
				t.Errorf("%s has no word in %s", word, lang)
			}
		}
	}
	for _, p := range events.Phases() {
		if pageWords[string(p)] == nil {
			t.Errorf("the phase %s has no words", p)
		}
	}
}

// TestPageMarksOtherLanguages reads a title that is there in Finnish only.
func TestPageMarksOtherLanguages(t *testing.T) {
	h := onStage(t)
	for lang, marked := range map[string]bool{"fi": false, "sv": true, "en": true} {
		root, _ := h.pageAt("/?lang="+lang, "de")
		for _, name := range []string{"h2", "h3"} {
			heading := all(root, name)[0]
			spans := all(heading, "span")
			if got := len(spans) == 1 && attr(spans[0], "lang") == "fi"; name == "h2" && got != marked {
				t.Errorf("%s: %q is marked as Finnish: %v", lang, words(heading), got)
			}
		}
	}
}

func TestPageOfOne(t *testing.T) {
	h := onStage(t)
	whole := events.WholeProgramme
	at := func(c events.CohortID, cmd programme.Command) {
		t.Helper()
		if _, err := h.Act(t.Context(), Request{Programme: "other", Cohort: c, By: owner, Form: fmt.Sprintf("%T", cmd), Command: cmd}); err != nil {
			t.Fatal(err)
		}
	}
	for _, cmd := range []programme.Command{programme.RegisterPerson{Person: owner, Language: "fi", Name: "Outi Omistaja"}, programme.GrantRole{Person: owner, Role: events.Owner}} {
		if _, err := h.Act(t.Context(), Request{Programme: "other", Cohort: whole, By: events.Operator, Form: fmt.Sprintf("%T", cmd), Command: cmd}); err != nil {
			t.Fatal(err)
		}
	}
	at(whole, programme.ProposeProgramme{Title: events.Text{"fi": "Toinen ohjelma"}, Goals: []events.Text{{"fi": "Verkostot"}}})
	at(whole, programme.LaunchProgramme{StartsOn: "2022-08-01", EndsOn: "2023-12-31", Tracks: []events.Track{events.Peer}})
	at("2022", programme.OpenCohort{Title: events.Text{"fi": "Toisen toteutus"}, StartsOn: "2022-09-01", EndsOn: "2023-05-31", Tracks: []events.Track{events.Peer}})
	for path, want := range map[string]string{
		"/":                                "Toinen ohjelma, Vertaismentorointi",
		"/programmes/peer":                 "Vertaismentorointi",
		"/programmes/other/cohorts/2022":   "Toinen ohjelma",
		"/programmes/peer/cohorts/2022":    "Vertaismentorointi",
		"/programmes/peer/cohorts/2022?x=": "Vertaismentorointi",
	} {
		root, _ := h.pageAt(path, "fi")
		var titles []string
		for _, h2 := range all(root, "h2") {
			titles = append(titles, words(h2))
		}
		gatherings := len(all(root, "table")) > 1
		if got := strings.Join(titles, ", "); got != want || gatherings != strings.Contains(want, "Vertais") {
			t.Errorf("%s shows %s, with gatherings: %v; want %s", path, got, gatherings, want)
		}
		checkIDs(t, root)
	}
	for _, path := range []string{"/programmes/none", "/programmes/peer/cohorts/none", "/programmes/peer/cohorts/-"} {
		if a := h.get(path, ""); a.problem(t).Type != "not-found" {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
}

// TestPageTellsNothingElse looks for what only some may know.
func TestPageTellsNothingElse(t *testing.T) {
	h := onStage(t)
	_, a := h.pageAt("/", "fi")
	for _, who := range slices.Concat(members, []events.PersonID{owner, coordinator}) {
		if strings.Contains(a.body, string(who)) {
			t.Errorf("the page holds the pseudonym %s", who)
		}
	}
	for _, name := range []string{"Nimi-", "example.org", "Omistaja"} {
		if strings.Contains(a.body, name) {
			t.Errorf("the page holds %s", name)
		}
	}
	if empty, _ := newHouse(t).follow().pageAt("/", "fi"); !strings.Contains(words(empty), "Ohjelmia ei vielä ole.") {
		t.Errorf("without a programme the page says %s", words(empty))
	}
}
