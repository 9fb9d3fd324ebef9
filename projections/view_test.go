package projections

import (
	"context"
	"errors"
	"iter"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kolmikko/events"
)

// counted is a view that counts events, and breaks on a survey's closing.
type counted struct{ n int }

func (c *counted) Apply(r events.Recorded) {
	if _, bad := r.Event.(events.SurveyClosed); bad {
		panic("no survey closes")
	}
	c.n++
}

func (c *counted) Show(Of) (any, bool) { return c.n, true }

var counting = Entry{Name: "counted", New: PerCohort[counted]}

func at(place uint64, e events.Event) events.Recorded {
	return events.Recorded{Place: place, Programme: "mentoring", Cohort: "2022", Event: e}
}

var (
	starts = events.PhaseStarted{Phase: "opening"}
	breaks = events.SurveyClosed{Survey: "mid"}
)

func count(t *testing.T, view Kept) int {
	t.Helper()
	n, there := view.Show(Of{Programme: "mentoring", Cohort: "2022"})
	if !there {
		return 0
	}
	return n.(int)
}

func TestAwait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		view := counting.New()
		go func() {
			for place := range uint64(2) {
				time.Sleep(time.Second)
				_ = view.Take(at(place+1, starts))
			}
		}()
		if err := view.Await(t.Context(), 2); err != nil || view.Place() != 2 {
			t.Errorf("awaited: %v, at place %d", err, view.Place())
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := view.Await(ctx, 3); err != context.DeadlineExceeded {
			t.Errorf("awaiting what never comes: %v", err)
		}
		go func() {
			time.Sleep(time.Second)
			_ = view.Take(at(3, breaks))
		}()
		if err := view.Await(t.Context(), 3); !isStopped(err, 3) {
			t.Errorf("awaiting what breaks the view: %v", err)
		}
		if err := view.Await(t.Context(), 2); err != nil {
			t.Errorf("awaiting what a stopped view had: %v", err)
		}
	})
}

func isStopped(err error, place uint64) bool {
	s, ok := errors.AsType[*Stopped](err)
	return ok && s.Place == place && s.Kind == "survey-closed"
}

// TestStopped lets a view break: it stops before the event, says where, and the
// others go on.
func TestStopped(t *testing.T) {
	roster, _ := Find("roster")
	views := NewViews(roster, counting)
	for i, e := range []events.Event{starts, breaks, starts} {
		views.Take(at(uint64(i+1), e))
	}
	broken, _ := views.Get("counted")
	if n := count(t, broken); n != 1 || broken.Place() != 1 || !isStopped(broken.Err(), 2) {
		t.Errorf("the broken view counted %d, at %d: %v", n, broken.Place(), broken.Err())
	}
	if err := broken.Take(at(4, starts)); !isStopped(err, 2) {
		t.Errorf("it takes more: %v", err)
	}
	whole, _ := views.Get("roster")
	if whole.Place() != 3 || whole.Err() != nil || views.Place() != 3 {
		t.Errorf("the other one is at %d: %v", whole.Place(), whole.Err())
	}
	if err := views.Err(); err == nil || !strings.Contains(err.Error(), "view counted: stopped at event 2, a survey-closed: no survey closes") {
		t.Errorf("the views' error is %v", err)
	}
	if err := views.Await(t.Context(), 3); err != nil {
		t.Errorf("awaiting the ones that go on: %v", err)
	}
	lags := views.Lag(5)
	if lags[0].Behind != 2 || lags[1].Behind != 4 || lags[1].Err == nil || lags[1].Name != "counted" {
		t.Errorf("they lag %+v", lags)
	}
}

func TestKeep(t *testing.T) {
	broken := errors.New("the archive ends here")
	view := counting.New()
	if err := Keep(told(broken, starts, starts), view); err != broken || count(t, view) != 2 {
		t.Errorf("kept %d: %v", count(t, view), err)
	}
	if err := Keep(told(nil, starts, starts, starts), view); err != nil || count(t, view) != 3 {
		t.Errorf("delivered again, kept %d: %v", count(t, view), err)
	}
}

// told is a history that ends with err, if there is one.
func told(err error, facts ...events.Event) iter.Seq2[events.Recorded, error] {
	return func(yield func(events.Recorded, error) bool) {
		for i, e := range facts {
			if !yield(at(uint64(i+1), e), nil) {
				return
			}
		}
		if err != nil {
			yield(events.Recorded{}, err)
		}
	}
}

// TestReadWhileWritten is for the race detector: many read while one writes.
func TestReadWhileWritten(t *testing.T) {
	views := NewViews(Catalogue()...)
	history := outboxStories()["outbox/left"].history
	done := make(chan struct{})
	for _, entry := range Catalogue() {
		go func() {
			defer func() { done <- struct{}{} }()
			view, _ := views.Get(entry.Name)
			for view.Place() < uint64(len(history)) {
				for _, of := range questions() {
					of.Programme = "mentoring"
					what, _ := view.Show(of)
					_ = written(what)
				}
			}
		}()
	}
	for _, r := range history {
		views.Take(r)
	}
	for range Catalogue() {
		<-done
	}
}

func TestCatalogue(t *testing.T) {
	var names []string
	for _, e := range Catalogue() {
		names = append(names, e.Name)
		if e.Question == "" || e.Scope == "" || e.New == nil {
			t.Errorf("%+v is not whole", e)
		}
	}
	if !slices.IsSorted(names) || len(slices.Compact(slices.Clone(names))) != len(names) {
		t.Errorf("the views are not in order, or two have one name: %q", names)
	}
	if _, found := Find("no-such-view"); found {
		t.Error("there is a view that does not exist")
	}
}

// TestShownIsPlain walks what views show: every field is exported and has a name
// of lower-case words with underscores, so that any JSON codec writes the same.
func TestShownIsPlain(t *testing.T) {
	seen := map[reflect.Type]bool{}
	var walk func(reflect.Type)
	walk = func(typ reflect.Type) {
		switch typ.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Map:
			walk(typ.Elem())
		case reflect.Struct:
			if seen[typ] || typ == reflect.TypeFor[time.Time]() {
				return
			}
			seen[typ] = true
			for i := range typ.NumField() {
				f := typ.Field(i)
				name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
				if !f.IsExported() || name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz_") != "" {
					t.Errorf("%v.%s is written as %q", typ, f.Name, name)
				}
				walk(f.Type)
			}
		}
	}
	for _, s := range stories() {
		for _, entry := range Catalogue() {
			if what, there := keep(t, entry, s.history).Show(s.of); there {
				walk(reflect.TypeOf(what))
			}
		}
	}
	if len(seen) < 30 {
		t.Errorf("only %d structs were seen", len(seen))
	}
}
