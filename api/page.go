package api

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"time"

	"kolmikko/events"
	"kolmikko/projections"
)

//go:embed page.html
var pageHTML string

//go:embed page.css
var pageCSS string

//go:embed icon.svg
var pageIcon []byte

// icon handles GET /icon.svg: a group of three.
func (s *Server) icon(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "image/svg+xml")
	w.Header().Set("Cache-Control", "public, max-age=86400")
	writeTagged(w, r, "1", pageIcon)
}

// styleHash lets the page's own style through its content security policy.
var styleHash = func() string {
	sum := sha256.Sum256([]byte(pageCSS))
	return base64.StdEncoding.EncodeToString(sum[:])
}()

// pageTemplate never changes once it is parsed.
var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"say":       func(lang, word string) string { return pageWords[word][lang] },
	"phase":     func(lang string, p events.Phase) string { return pageWords[string(p)][lang] },
	"code":      labelOf,
	"text":      textIn,
	"days":      daysIn,
	"moment":    momentIn,
	"languages": languages,
}).Parse(pageHTML))

// A pageOf is what the page shows.
type pageOf struct {
	Lang       string
	Style      template.CSS
	Programmes []programmeOnPage
}

// A programmeOnPage is one programme with the cohorts to be shown.
type programmeOnPage struct {
	projections.Programme
	Runs []cohortOnPage
}

// A cohortOnPage is one cohort with its gatherings.
type cohortOnPage struct {
	projections.CohortState
	Announced []projections.PhaseState
	Invited   []projections.TimelineEntry
}

// page handles GET / and the addresses of one programme and of one cohort: how
// they stand, for everybody to see. It shows what is public only: phases and
// gatherings with old and new dates, and counts.
func (s *Server) page(w http.ResponseWriter, r *http.Request) {
	if err := s.drawPage(w, r); err != nil {
		s.fail(w, r, err)
	}
}

// drawPage draws it in memory first: what can't be drawn is a problem and no half
// of a page.
func (s *Server) drawPage(w http.ResponseWriter, r *http.Request) error {
	shown := pageOf{Lang: languageOf(r.Header.Get("Accept-Language")), Style: template.CSS(pageCSS)}
	if lang := r.URL.Query().Get("lang"); slices.Contains(languages(), lang) {
		shown.Lang = lang
	}
	for _, p := range s.Desk.Programmes() {
		if one := r.PathValue("programme"); one != "" && one != string(p) {
			continue
		}
		about, there, err := s.onPage(p, r.PathValue("cohort"))
		if err != nil {
			return err
		}
		if there {
			shown.Programmes = append(shown.Programmes, about)
		}
	}
	if len(shown.Programmes) == 0 && r.PathValue("programme") != "" {
		return ErrNotFound
	}
	var html strings.Builder
	if err := pageTemplate.Execute(&html, shown); err != nil {
		return fmt.Errorf("draw the page: %w", err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", shown.Lang)
	w.Header().Set("Vary", "Accept-Language")
	w.Header().Set("Cache-Control", "no-cache")
	_, _ = w.Write([]byte(html.String())) // the client has gone if it can't be written
	return nil
}

// onPage returns a programme as the page shows it, with one cohort, or with all
// when it is empty, and whether there is such a programme and cohort.
func (s *Server) onPage(p events.ProgrammeID, cohort string) (shown programmeOnPage, there bool, err error) {
	view, there, err := s.publicly("programme", projections.Of{Programme: p, At: s.Now()})
	if !there || err != nil {
		return shown, false, err
	}
	shown.Programme = view.(projections.Programme)
	for _, c := range shown.Cohorts {
		if cohort != "" && cohort != string(c.Cohort) {
			continue
		}
		run := cohortOnPage{CohortState: c}
		for _, phase := range c.Phases {
			if phase.From != "" {
				run.Announced = append(run.Announced, phase)
			}
		}
		view, there, err := s.publicly("timeline", projections.Of{Programme: p, Cohort: c.Cohort, At: s.Now()})
		if err != nil {
			return shown, false, err
		}
		if there {
			for _, e := range view.(projections.Timeline).Entries {
				if e.What == projections.GatheringEntry {
					run.Invited = append(run.Invited, e)
				}
			}
		}
		shown.Runs = append(shown.Runs, run)
	}
	return shown, cohort == "" || len(shown.Runs) > 0, nil
}

// publicly returns what a view that everybody may see shows.
func (s *Server) publicly(view string, of projections.Of) (any, bool, error) {
	kept, known := s.Views.Get(view)
	if !known {
		return nil, false, nil
	}
	if err := kept.Err(); err != nil {
		return nil, false, fmt.Errorf("view %s: %w", view, err)
	}
	shown, there := kept.Show(of)
	return shown, there, nil
}

// A textOnPage is a text, the language that it is in, and that of the page.
type textOnPage struct{ Lang, In, Text string }

// textIn returns a text in the reader's language, or else in another, which the
// page marks.
func textIn(lang string, t events.Text) textOnPage {
	text, in := t.In(lang)
	return textOnPage{lang, in, text}
}

// A dayOnPage is a day or a moment, as machines and as people write it.
type dayOnPage struct{ At, Said string }

// A daysOnPage is a day, or the first and the last of several.
type daysOnPage struct {
	From   dayOnPage
	To     *dayOnPage
	Spaced bool // a dash between them has spaces around it
}

// daysIn writes dates as the language does: 5.10.2022, or 5 Oct 2022.
func daysIn(lang string, from, to events.Date) daysOnPage {
	day := func(d events.Date) dayOnPage {
		t, err := d.Time(time.UTC)
		if err != nil {
			return dayOnPage{string(d), string(d)}
		}
		return dayOnPage{string(d), t.Format(dateLayout(lang))}
	}
	days := daysOnPage{From: day(from), Spaced: lang == "en"}
	if to != from && to != "" {
		last := day(to)
		days.To = &last
	}
	return days
}

// momentIn writes a time as it is in the cohort's time zone.
func momentIn(lang string, zone events.Name, t time.Time) dayOnPage {
	if in, err := time.LoadLocation(string(zone)); err == nil {
		t = t.In(in)
	}
	said := t.Format(dateLayout(lang))
	switch lang {
	case "fi":
		said += fmt.Sprintf(" klo %d.%02d", t.Hour(), t.Minute())
	case "sv":
		said += fmt.Sprintf(" kl. %d.%02d", t.Hour(), t.Minute())
	default:
		said += t.Format(", 15:04")
	}
	return dayOnPage{t.Format(time.RFC3339), said}
}

// dateLayout is how a language writes dates.
func dateLayout(lang string) string {
	if lang == "en" {
		return "2 Jan 2006"
	}
	return "2.1.2006"
}
