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
	"kolmikko/events/programme"
	"kolmikko/projections"
)

//go:embed page.html
var pageHTML string

//go:embed page.css
var pageCSS string

// styleHash lets the page's own style through its content security policy.
var styleHash = func() string {
	sum := sha256.Sum256([]byte(pageCSS))
	return base64.StdEncoding.EncodeToString(sum[:])
}()

// pageTemplate never changes once it is parsed.
var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"text": func(lang string, t events.Text) string { s, _ := t.In(lang); return s },
	"say":  func(lang, word string) string { return pageWords[word][lang] },
	"code": func(lang string, list, code any) string {
		return labelOf(lang, events.Code(fmt.Sprint(list)), events.Code(fmt.Sprint(code)))
	},
	"date": pageDate,
}).Parse(pageHTML))

// A pageOf is what the page shows.
type pageOf struct {
	Lang       string
	Style      template.CSS
	Programmes []projections.Programme
	Timelines  map[events.CohortID]projections.Timeline
}

// page handles GET /: how every programme stands, for everybody to see. It shows
// what is public only: phases with old and new dates, and counts.
func (s *Server) page(w http.ResponseWriter, r *http.Request) {
	shown := pageOf{Lang: languageOf(r.Header.Get("Accept-Language")), Style: template.CSS(pageCSS), Timelines: map[events.CohortID]projections.Timeline{}}
	if lang := r.URL.Query().Get("lang"); slices.Contains([]string{"fi", "sv", "en"}, lang) {
		shown.Lang = lang
	}
	for _, p := range s.Desk.Programmes() {
		kept, _ := s.Views.Get("programme")
		view, ok := kept.Show(projections.Of{Programme: p, At: s.Now()})
		if about, is := view.(projections.Programme); ok && is {
			shown.Programmes = append(shown.Programmes, about)
			s.addTimelines(&shown, about)
		}
	}
	var html strings.Builder
	if err := pageTemplate.Execute(&html, shown); err != nil {
		s.fail(w, r, fmt.Errorf("draw the page: %w", err))
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", shown.Lang)
	w.Header().Set("Vary", "Accept-Language")
	_, _ = w.Write([]byte(html.String())) // the client has gone if it can't be written
}

func (s *Server) addTimelines(shown *pageOf, about projections.Programme) {
	kept, _ := s.Views.Get("timeline")
	for _, c := range about.Cohorts {
		view, ok := kept.Show(projections.Of{Programme: about.Programme, Cohort: c.Cohort, At: s.Now()})
		if timeline, is := view.(projections.Timeline); ok && is {
			shown.Timelines[c.Cohort] = timeline
		}
	}
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

// pageDate writes a date as the language does: 5.10.2022, or 5 October 2022.
func pageDate(lang string, d any) string {
	var t time.Time
	switch d := d.(type) {
	case events.Date:
		var err error
		if t, err = d.Time(time.UTC); err != nil {
			return string(d)
		}
	case time.Time:
		if helsinki, err := time.LoadLocation("Europe/Helsinki"); err == nil {
			t = d.In(helsinki)
		}
	}
	if t.IsZero() {
		return ""
	}
	if lang == "en" {
		return t.Format("2 January 2006")
	}
	return t.Format("2.1.2006")
}
