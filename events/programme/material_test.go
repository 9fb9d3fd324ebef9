package programme

import (
	"slices"
	"strings"
	"testing"

	"kolmikko/events"
)

// The words in which material is told.
var (
	article = events.MaterialPublished{Material: "mat1", Kind: "article", Title: events.Text{"fi": "Hyvä kysymys"},
		Link: "https://example.org/kysymys", Licence: "CC BY 4.0"}
	retired = events.MaterialRetired{Material: "mat1", Reason: "outdated"}
	remark  = by(anne, events.CommentSubmitted{Comment: "c1", Material: "mat1", Text: events.Personal{Of: anne, Box: []byte{1}}})
)

func TestPublishMaterial(t *testing.T) {
	publish := PublishMaterial{article.Kind, article.Title, article.Link, "", article.Licence}
	refusing := func(rule string, change func(*PublishMaterial)) spec {
		c := publish
		change(&c)
		return spec{given: begun(), when: c, refused: rule}
	}
	byDigest := events.MaterialPublished{Material: "mat2", Kind: "video", Title: article.Title,
		Digest: events.Digest(strings.Repeat("0f", 32)), Licence: "CC0"}
	second := PublishMaterial{"video", article.Title, "", byDigest.Digest, "CC0"}
	for name, s := range map[string]spec{
		"everybody may read it":              {given: begun(), when: publish, then: []events.Event{article}},
		"asking twice is quiet":              {given: begun(article), when: publish},
		"a file is known by its digest":      {given: begun(article), when: second, then: []events.Event{byDigest}},
		"what was retired may come back":     {given: begun(article, retired), when: publish, then: []events.Event{events.MaterialPublished{Material: "mat2", Kind: article.Kind, Title: article.Title, Link: article.Link, Licence: article.Licence}}},
		"it may be of the whole programme":   {given: begun(article), in: events.WholeProgramme, when: publish, then: []events.Event{article}},
		"no participant publishes":           {given: begun(), by: anne, when: publish, refused: NotYours},
		"no cohort, no material":             {given: begun(), in: "c99", when: publish, refused: CohortNotOpened},
		"the same link under another title":  {given: begun(article), when: PublishMaterial{"article", events.Text{"fi": "Toinen"}, article.Link, "", "CC0"}, refused: AlreadyOffered},
		"the same file under another title":  {given: begun(article, byDigest), when: PublishMaterial{"video", events.Text{"fi": "Toinen"}, "", byDigest.Digest, "CC0"}, refused: AlreadyOffered},
		"a kind that nobody knows":           refusing(Unfit, func(c *PublishMaterial) { c.Kind = "rumour" }),
		"no title":                           refusing(Incomplete, func(c *PublishMaterial) { c.Title = nil }),
		"neither link nor digest":            refusing(Incomplete, func(c *PublishMaterial) { c.Link = "" }),
		"a link that is none":                refusing(Unfit, func(c *PublishMaterial) { c.Link = "kysymys" }),
		"a digest that is none":              refusing(Unfit, func(c *PublishMaterial) { c.Digest = "0f0f" }),
		"a digest in capitals":               refusing(Unfit, func(c *PublishMaterial) { c.Digest = events.Digest(strings.Repeat("0F", 32)) }),
		"nobody knows how it may be used":    refusing(Incomplete, func(c *PublishMaterial) { c.Licence = "" }),
		"a licence of two lines":             refusing(Unfit, func(c *PublishMaterial) { c.Licence = "CC\nBY" }),
		"a title that is not text":           refusing(Unfit, func(c *PublishMaterial) { c.Title = events.Text{"fi": "\xff"} }),
		"a title longer than any title is":   refusing(Unfit, func(c *PublishMaterial) { c.Title = events.Text{"fi": strings.Repeat("a", 4001)} }),
		"a link longer than any browser has": refusing(Unfit, func(c *PublishMaterial) { c.Link += events.Link(strings.Repeat("a", 2000)) }),
	} {
		t.Run(name, s.run)
	}
}

func TestRetireMaterial(t *testing.T) {
	retire := RetireMaterial{"mat1", "outdated"}
	for name, s := range map[string]spec{
		"it is no longer offered":    {given: begun(article), when: retire, then: []events.Event{retired}},
		"asking twice is quiet":      {given: begun(article, retired), when: retire},
		"no participant retires it":  {given: begun(article), by: anne, when: retire, refused: NotYours},
		"there is no such material":  {given: begun(), when: retire, refused: NotFound},
		"it is another cohort's":     {given: begun(article), in: events.WholeProgramme, when: retire, refused: NotFound},
		"a reason that nobody knows": {given: begun(article), when: RetireMaterial{"mat1", "tired"}, refused: CodeUnknown},
	} {
		t.Run(name, s.run)
	}
}

func TestSubmitComment(t *testing.T) {
	comment := SubmitComment{"mat1", "Kokeilimme tätä"}
	said := events.CommentSubmitted{Comment: "c1", Material: "mat1", Text: events.Plain(anne, "Kokeilimme tätä")}
	again := said
	again.Comment = "c2"
	for name, s := range map[string]spec{
		"anybody registered comments":        {given: begun(article), by: anne, when: comment, then: []events.Event{said}},
		"once it was decided they may again": {given: begun(article, remark, events.CommentPublished{Comment: "c1"}), by: anne, when: comment, then: []events.Event{again}},
		"twice before it was decided":        {given: begun(article, remark), by: anne, when: comment, refused: CommentWaits},
		"on another material meanwhile": {given: begun(article, events.MaterialPublished{Material: "mat2", Kind: "story", Title: article.Title, Link: "https://example.org/tarina", Licence: "CC0"}, remark),
			by: anne, when: SubmitComment{"mat2", "Kokeilimme tätä"}, then: []events.Event{events.CommentSubmitted{Comment: "c2", Material: "mat2", Text: said.Text}}},
		"nobody who is not registered":      {given: begun(article), by: stranger, when: comment, refused: NotRegistered},
		"nobody who was erased":             {given: begun(article, whole(events.PersonErased{Person: anne})), by: anne, when: comment, refused: Erased},
		"there is no such material":         {given: begun(), by: anne, when: comment, refused: NotFound},
		"the material is no longer offered": {given: begun(article, retired), by: anne, when: comment, refused: MaterialRetired},
		"nothing is said":                   {given: begun(article), by: anne, when: SubmitComment{"mat1", " \n"}, refused: Incomplete},
		"more is said than can be kept":     {given: begun(article), by: anne, when: SubmitComment{"mat1", strings.Repeat("a", 4001)}, refused: Unfit},
		"what is said is no text":           {given: begun(article), by: anne, when: SubmitComment{"mat1", "\xff"}, refused: Unfit},
		"nobody who is no person":           {given: begun(article), by: events.Operator, when: comment, refused: NotRegistered},
	} {
		t.Run(name, s.run)
	}
}

func TestModerateComment(t *testing.T) {
	publish, reject := PublishComment{"c1"}, RejectComment{"c1", "names-somebody"}
	published, rejected := events.CommentPublished(publish), events.CommentRejected(reject)
	waits := slices.Clip(begun(article, remark))
	for name, s := range map[string]spec{
		"a comment is shown":                     {given: waits, when: publish, then: []events.Event{published}},
		"showing it twice is quiet":              {given: append(waits, published), when: publish},
		"a comment is not shown":                 {given: waits, when: reject, then: []events.Event{rejected}},
		"rejecting it twice is quiet":            {given: append(waits, rejected), when: reject},
		"its author does not publish it":         {given: waits, by: anne, when: publish, refused: NotYours},
		"its author does not reject it":          {given: waits, by: anne, when: reject, refused: NotYours},
		"there is no such comment to show":       {given: begun(article), when: publish, refused: NotFound},
		"there is no such comment to reject":     {given: begun(article), when: reject, refused: NotFound},
		"what was rejected stays so":             {given: append(waits, rejected), when: publish, refused: CommentDecided},
		"what was shown stays so":                {given: append(waits, published), when: reject, refused: CommentDecided},
		"a reason that nobody knows":             {given: waits, when: RejectComment{"c1", "dull"}, refused: CodeUnknown},
		"nobody can read it any more":            {given: append(waits, whole(events.PersonErased{Person: anne})), when: publish, refused: Erased},
		"what nobody can read may be put aside":  {given: append(waits, whole(events.PersonErased{Person: anne})), when: reject, then: []events.Event{rejected}},
		"it is decided where it was said":        {given: waits, in: events.WholeProgramme, when: publish, refused: NotFound},
		"the owner may as well":                  {given: waits, by: owner, when: publish, then: []events.Event{published}},
		"an evaluator does not decide about any": {given: waits, by: evaluator, when: publish, refused: NotYours},
	} {
		t.Run(name, s.run)
	}
}
