package api

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"kolmikko/api/auth"
	"kolmikko/events"
	"kolmikko/events/programme"
)

// FuzzCommands posts anything as any command of anybody's: it is taken, or
// refused with a reason that doesn't repeat it, and never breaks anything.
func FuzzCommands(f *testing.F) {
	h := grouped(f)
	forms, who := programme.Forms(), []events.PersonID{owner, coordinator, anne, auditor, protector, events.Clock, events.Operator}
	for i, form := range forms {
		f.Add(uint(i), uint(1), said(f, form.New()))
		if example := examples()[form.Name()]; example != nil {
			f.Add(uint(i), uint(2), said(f, example))
		}
	}
	f.Add(uint(3), uint(1), `{"person":"canary-7","themes":["canary-7",{}]}`)
	f.Add(uint(3), uint(1), `{"canary":"canary-7`)
	f.Add(uint(3), uint(1), `{"canary-7":1}`)
	f.Fuzz(func(t *testing.T, n, as uint, body string) {
		form := forms[n%uint(len(forms))]
		w := httptest.NewRecorder()
		r := httptest.NewRequestWithContext(t.Context(), "POST", "/", strings.NewReader(strings.ReplaceAll(body, "canary-7", "kanarialintu")))
		r.SetPathValue("programme", "peer")
		if form.Scope != programme.OfProgramme {
			r.SetPathValue("cohort", "2022")
		}
		err := h.server.command(form)(w, r, auth.Asker{Person: who[as%uint(len(who))]})
		p := Problem{Status: w.Code}
		if err != nil {
			p = problemOf(err)
		}
		switch {
		case p.Status >= http.StatusInternalServerError:
			t.Errorf("%s: %v", form.Name(), err)
		case strings.Contains(withoutPointer(p.Detail), "kanarialintu"):
			t.Errorf("%s: the answer repeats what was said: %s", form.Name(), p.Detail)
		case err == nil && w.Header().Get("Kolmikko-Place") == "":
			t.Errorf("%s: the answer has no place: %s", form.Name(), w.Body)
		}
	})
}

// withoutPointer returns what a detail says besides the names of fields, which
// are repeated on purpose: it cuts the JSON pointer that an error ends with.
func withoutPointer(detail string) string {
	said, _, _ := strings.Cut(detail, "/")
	return said
}
