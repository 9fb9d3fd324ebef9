package programme

import (
	"testing"

	"kolmikko/events"
)

func TestSubmitWish(t *testing.T) {
	wish := SubmitWish{Themes: []events.Code{"wellbeing"}, Text: "enemmän keskustelua"}
	heard := func(id events.WishID) events.WishSubmitted {
		return events.WishSubmitted{Wish: id, Themes: wish.Themes, Text: events.Plain(anne, wish.Text)}
	}
	known := wish
	known.Wish = "mine"
	for name, s := range map[string]spec{
		"anybody registered is heard":      {given: begun(), by: anne, when: wish, then: []events.Event{heard("w1")}},
		"each wish is a new one":           {given: begun(by(anne, heard("w1"))), by: anne, when: wish, then: []events.Event{heard("w2")}},
		"an id may come with it":           {given: begun(), by: anne, when: known, then: []events.Event{heard("mine")}},
		"and then asking twice is quiet":   {given: begun(by(anne, heard("mine"))), by: anne, when: known},
		"ids that are taken are passed by": {given: begun(by(anne, heard("w2"))), by: anne, when: wish, then: []events.Event{heard("w3")}},
		"also before there is a programme": {given: given{registered(anne)}, by: anne, when: wish, then: []events.Event{heard("w1")}},
		"themes alone will do":             {given: begun(), by: anne, when: SubmitWish{Themes: wish.Themes}, then: []events.Event{events.WishSubmitted{Wish: "w1", Themes: wish.Themes}}},
		"nothing at all won't":             {given: begun(), by: anne, when: SubmitWish{}, refused: Incomplete},
		"themes are on their list":         {given: begun(), by: anne, when: SubmitWish{Themes: []events.Code{"hats"}}, refused: CodeUnknown},
		"each of them once":                {given: begun(), by: anne, when: SubmitWish{Themes: []events.Code{"wellbeing", "wellbeing"}}, refused: Unfit},
		"an id is a word":                  {given: begun(), by: anne, when: SubmitWish{Wish: "a b", Text: "x"}, refused: Unfit},
		"a stranger is not heard":          {given: begun(), by: stranger, when: wish, refused: NotRegistered},
	} {
		t.Run(name, s.run)
	}
}

func TestThemeWish(t *testing.T) {
	heard := by(anne, events.WishSubmitted{Wish: "w1", Themes: []events.Code{"wellbeing"}})
	theme := ThemeWish{"w1", []events.Code{"leading-change"}}
	for name, s := range map[string]spec{
		"a coordinator finds its themes": {given: begun(heard), when: theme, then: []events.Event{events.WishThemed(theme)}},
		"asking twice is quiet":          {given: begun(heard, events.WishThemed(theme)), when: theme},
		"they may be found anew":         {given: begun(heard, events.WishThemed{Wish: "w1", Themes: []events.Code{"wellbeing"}}), when: theme, then: []events.Event{events.WishThemed(theme)}},
		"a participant does not":         {given: begun(heard), by: anne, when: theme, refused: NotYours},
		"the wish is there":              {given: begun(), when: theme, refused: NotFound},
		"there is one theme at least":    {given: begun(heard), when: ThemeWish{Wish: "w1"}, refused: Incomplete},
		"themes are on their list":       {given: begun(heard), when: ThemeWish{"w1", []events.Code{"hats"}}, refused: CodeUnknown},
	} {
		t.Run(name, s.run)
	}
}
