package programme

import (
	"slices"
	"testing"

	"kolmikko/events"
)

func TestPublishCodes(t *testing.T) {
	themes := DefaultList(ListThemes)
	extra := append(slices.Clip(themes), events.Term{Code: "silence", Label: events.Text{"fi": "Hiljaisuus"}})
	retired := slices.Clone(themes)
	retired[0].Retired = true
	publish := func(terms []events.Term) PublishCodes { return PublishCodes{ListThemes, terms} }
	published := func(version int, terms []events.Term) events.CodesPublished {
		return events.CodesPublished{List: ListThemes, Version: version, Terms: terms}
	}
	purposes := slices.Clone(DefaultList(ListPurposes))
	purposes[0].Retired = true
	none := slices.Clone(themes)
	for i := range none {
		none[i].Retired = true
	}
	for name, s := range map[string]spec{
		"the first version follows the default": {given: begun(), when: publish(extra), then: []events.Event{published(1, extra)}},
		"versions grow":                         {given: begun(whole(published(1, themes))), when: publish(retired), then: []events.Event{published(2, retired)}},
		"asking twice is quiet":                 {given: begun(whole(published(4, extra))), when: publish(extra)},
		"no code is removed":                    {given: begun(), when: publish(themes[1:]), refused: CodeRemoved},
		"nor one that was added":                {given: begun(whole(published(1, extra))), when: publish(themes), refused: CodeRemoved},
		"no code is there twice":                {given: begun(), when: publish(append(slices.Clip(themes), themes[0])), refused: Unfit},
		"each code is a word":                   {given: begun(), when: publish(append(slices.Clip(themes), events.Term{Code: "Two words", Label: events.Text{"fi": "x"}})), refused: Unfit},
		"each code has a label":                 {given: begun(), when: publish(append(slices.Clip(themes), events.Term{Code: "silence"})), refused: Incomplete},
		"a list offers something":               {given: begun(), when: publish(none), refused: Incomplete},
		"people can always agree to take part":  {given: begun(), when: PublishCodes{ListPurposes, purposes}, refused: CodeNeeded},
		"there is no such list":                 {given: begun(), when: PublishCodes{"hats", themes}, refused: NotFound},
		"a participant publishes none":          {given: begun(), by: anne, when: publish(extra), refused: NotYours},
		"a retired code is offered no longer": {given: begun(whole(published(1, retired))), by: anne,
			when: SubmitWish{Themes: []events.Code{retired[0].Code}}, refused: CodeUnknown},
	} {
		t.Run(name, s.run)
	}
}
