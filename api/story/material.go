package story

import (
	"fmt"
	"time"

	"kolmikko/events"
	"kolmikko/events/programme"
)

// Material of the programme, all invented.
var material = []struct {
	day   time.Time
	kind  events.MaterialKind
	title events.Text
}{
	{local(2022, 10, 3, 9, 0), "practice", events.Text{"fi": "Näin kolmikko alkaa", "sv": "Så börjar en trio"}},
	{local(2022, 10, 10, 9, 0), "article", events.Text{"fi": "Kuuntelemisen taito", "sv": "Konsten att lyssna"}},
	{local(2022, 11, 17, 9, 0), "video", events.Text{"fi": "Esihenkilötreffit, tallenne puheesta", "sv": "Chefsträffen, inspelat anförande"}},
	{local(2022, 12, 12, 9, 0), "story", events.Text{"fi": "Kun kolme taloa kohtasi", "sv": "När tre hus möttes"}},
	{local(2023, 2, 1, 9, 0), "practice", events.Text{"fi": "Kysymyskortit", "sv": "Frågekort"}},
	{local(2023, 3, 24, 9, 0), "article", events.Text{"fi": "Käänteismentoroinnin satoa", "sv": "Skörden av omvänt mentorskap"}},
}

// scheduleMaterial offers material, lets people comment on it, and has a
// coordinator read the comments first. The first material is retired later.
func (t *teller) scheduleMaterial() {
	for i, m := range material {
		id := events.MaterialID(fmt.Sprint("material", i+1))
		t.at(m.day, func() error {
			receipt, err := t.do(t.cast.coordinator, programme.PublishMaterial{
				Kind: m.kind, Title: m.title, Licence: "CC BY 4.0", Link: events.Link(fmt.Sprintf("https://example.org/kolmikko/%d", i+1)),
			})
			if err != nil {
				return err
			}
			if published, ok := receipt.Events[0].Data.(events.MaterialPublished); ok {
				id = published.Material
			}
			return nil
		})
		t.at(m.day.AddDate(0, 0, 3), func() error { return t.comment(id, i) })
		if i == 0 {
			t.at(local(2023, 3, 1, 9, 0), func() error {
				_, err := t.do(t.cast.coordinator, programme.RetireMaterial{Material: id, Reason: "replaced"})
				return err
			})
		}
	}
}

func (t *teller) comment(on events.MaterialID, i int) error {
	who := t.cast.people[11*i+2]
	receipt, err := t.do(who, programme.SubmitComment{Material: on, Text: "Tästä oli apua ryhmämme alkuun. (Keksitty kommentti.)"})
	if err != nil {
		return err
	}
	submitted, ok := receipt.Events[0].Data.(events.CommentSubmitted)
	if !ok {
		return fmt.Errorf("a comment brought a %s", receipt.Events[0].Kind)
	}
	t.at(t.now.Add(20*time.Hour), func() error {
		if i == 3 {
			_, err := t.do(t.cast.coordinator, programme.RejectComment{Comment: submitted.Comment, Reason: "off-topic"})
			return err
		}
		_, err := t.do(t.cast.coordinator, programme.PublishComment{Comment: submitted.Comment})
		return err
	})
	return nil
}
