package programme

import (
	"fmt"
	"slices"

	"kolmikko/events"
)

// SubmitWish asks that somebody's wish is heard.
type SubmitWish struct {
	Wish   events.WishID `json:"wish,omitzero" doc:"its id, so that asking again is quiet; made when empty"`
	Themes []events.Code `json:"themes,omitzero" doc:"of the list of themes"`
	Text   string        `json:"text,omitzero" personal:"true" doc:"the wish in the person's own words"`
}

// Decide hears anybody who is registered. Without an id each wish is a new one:
// what is personal can't be compared.
func (c SubmitWish) Decide(s *State, ask Ask) ([]events.Event, error) {
	if err := s.registered(ask.By); err != nil {
		return nil, err
	}
	id := c.Wish // a door that may ask twice makes one up
	if _, there := s.Wishes[id]; there {
		return nil, nil
	}
	if id == "" {
		id = next("w", s.Wishes)
	}
	if len(c.Themes) == 0 && c.Text == "" {
		return nil, refuse(Incomplete, "say what you wish for, in themes or in your own words")
	}
	if err := s.distinct(ListThemes, c.Themes); err != nil {
		return nil, err
	}
	return facts(events.WishSubmitted{Wish: id, Themes: c.Themes, Text: events.Plain(ask.By, c.Text)})
}

// next returns the first of PREFIX1, PREFIX2, … from the map's size on that is
// not in it.
func next[K ~string, V any](prefix string, taken map[K]V) K {
	for n := len(taken) + 1; ; n++ {
		id := K(fmt.Sprint(prefix, n))
		if _, there := taken[id]; !there {
			return id
		}
	}
}

// distinct refuses codes that are not on the list, or there twice.
func (s *State) distinct(list events.Code, codes []events.Code) error {
	for i, c := range codes {
		if slices.Contains(codes[:i], c) {
			return refuse(Unfit, "of the %s, one is there twice", list)
		}
	}
	return s.known(list, codes...)
}

// ThemeWish asks that a wish counts for themes.
type ThemeWish struct {
	Wish   events.WishID `json:"wish" doc:"the wish's id"`
	Themes []events.Code `json:"themes" doc:"of the list of themes"`
}

// Decide lets a coordinator say what a wish is about.
func (c ThemeWish) Decide(s *State, ask Ask) ([]events.Event, error) {
	if err := s.may(ask, events.Coordinator, events.Owner); err != nil {
		return nil, err
	}
	themes, there := s.Wishes[c.Wish]
	switch {
	case !there:
		return nil, refuse(NotFound, "there is no such wish")
	case len(c.Themes) == 0:
		return nil, refuse(Incomplete, "say one theme at least")
	case slices.Equal(themes, c.Themes):
		return nil, nil
	}
	if err := s.distinct(ListThemes, c.Themes); err != nil {
		return nil, err
	}
	return facts(events.WishThemed(c))
}
