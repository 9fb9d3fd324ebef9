package projections

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"kolmikko/events"
)

// each keeps one V for each K. A history speaks of one K for a while, so the
// last one is at hand.
type each[K comparable, V any] struct {
	by   map[K]*V
	last *V
	key  K // last's
}

// at returns k's V, a new one if there was none. Only the writer calls it.
func (m *each[K, V]) at(k K) *V {
	if m.last != nil && m.key == k {
		return m.last
	}
	v := m.by[k]
	if v == nil {
		if m.by == nil {
			m.by = map[K]*V{}
		}
		v = new(V)
		m.by[k] = v
	}
	m.last, m.key = v, k
	return v
}

// get returns k's V, or nil.
func (m *each[K, V]) get(k K) *V { return m.by[k] }

// sorted returns the keys of m in order.
func sorted[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

// shower is a view of one programme or one cohort, by its pointer.
type shower[V any] interface {
	*V
	Apply(events.Recorded)
	Show(Of) (any, bool)
}

// PerProgramme makes of the view of one programme a view of each. There is such
// a thing once anything was recorded of the programme.
func PerProgramme[V any, P shower[V]]() Kept {
	type all = each[events.ProgrammeID, V]
	return NewView(
		func(m *all, r events.Recorded) { P(m.at(r.Programme)).Apply(r) },
		func(m *all, of Of) (any, bool) {
			if v := m.get(of.Programme); v != nil {
				return P(v).Show(of)
			}
			return nil, false
		})
}

// cohortOf names a cohort of a programme.
type cohortOf struct {
	programme events.ProgrammeID
	cohort    events.CohortID
}

// PerCohort makes of the view of one cohort a view of each. What belongs to no
// cohort is one more of them, [events.WholeProgramme]; no cohort means that one.
func PerCohort[V any, P shower[V]]() Kept {
	type all = each[cohortOf, V]
	return NewView(
		func(m *all, r events.Recorded) { P(m.at(cohortOf{r.Programme, r.Cohort})).Apply(r) },
		func(m *all, of Of) (any, bool) {
			if v := m.get(cohortOf{of.Programme, cmp.Or(of.Cohort, events.WholeProgramme)}); v != nil {
				return P(v).Show(of)
			}
			return nil, false
		})
}

// put sets m[k], making the map if need be.
func put[K comparable, V any](m *map[K]V, k K, v V) {
	if *m == nil {
		*m = map[K]V{}
	}
	(*m)[k] = v
}

// copied returns a copy of s that is never nil, so that JSON has [] for nothing.
func copied[T any](s []T) []T { return append([]T{}, s...) }

// truth returns what a corrected record should have said. Decoding has made
// sure that it can be read.
func truth(e events.RecordCorrected) events.Event {
	t, err := e.True()
	if err != nil {
		panic(err)
	}
	return t
}

// days returns how many full days there are from one time to a later one.
func days(from, to time.Time) int { return max(0, int(to.Sub(from)/(24*time.Hour))) }
