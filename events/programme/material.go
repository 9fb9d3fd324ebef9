package programme

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"kolmikko/events"
)

func materialForms() []Form {
	return []Form{
		form[PublishMaterial]("material", "publish", OfEither, "offer something to read or see"),
		form[RetireMaterial]("material", "retire", OfEither, "no longer offer a material"),
	}
}

// Rules about material.
const (
	AlreadyOffered  = "already-offered"  // under another title, kind or licence
	MaterialRetired = "material-retired" // nobody comments on it any more
)

// PublishMaterial asks that something is offered to read or see. It lies
// somewhere on the web, or is known by its digest, or both.
type PublishMaterial struct {
	Kind    events.MaterialKind `json:"kind" doc:"article, practice, story or video"`
	Title   events.Text         `json:"title" doc:"what it is called, by language"`
	Link    events.Link         `json:"link,omitzero" doc:"web address where it lies"`
	Digest  events.Digest       `json:"digest,omitzero" doc:"SHA-256 of the file, as 64 hexadecimal digits"`
	Licence events.Name         `json:"licence" doc:"under which it may be used, such as CC BY 4.0"`
}

// Decide publishes the material, once: what lies at a link or has a digest is
// offered under one title. A material that was retired may be published anew,
// under another id.
func (c PublishMaterial) Decide(s *State, ask Ask) ([]events.Event, error) {
	if err := s.may(ask, events.Coordinator, events.Owner); err != nil {
		return nil, err
	}
	where, err := s.where(ask)
	if err != nil {
		return nil, err
	}
	if where.hasMaterial(c) {
		return nil, nil
	}
	if err := cmp.Or(c.whole(), where.otherMaterial(c)); err != nil {
		return nil, err
	}
	return facts(events.MaterialPublished{
		Material: events.MaterialID(fmt.Sprint("mat", len(where.Materials)+1)),
		Kind:     c.Kind, Title: c.Title, Link: c.Link, Digest: c.Digest, Licence: c.Licence,
	})
}

// whole refuses a material of which something is missing or can't be.
func (c PublishMaterial) whole() error {
	switch {
	case !slices.Contains(events.MaterialKinds(), c.Kind):
		return refuse(Unfit, "the kind is none of article, practice, story and video")
	case c.Link == "" && c.Digest == "":
		return refuse(Incomplete, "give a link or a digest: what is it that is published?")
	case c.Digest != "" && !isDigest(c.Digest):
		return refuse(Unfit, "a digest is the SHA-256 of a file in 64 digits of 0-9 and a-f")
	}
	return cmp.Or(worded("title", c.Title), named("licence", c.Licence))
}

// hasMaterial reports whether the material is offered just so.
func (c *Cohort) hasMaterial(p PublishMaterial) bool {
	for _, m := range c.Materials {
		if !m.Retired && m.Kind == p.Kind && m.Link == p.Link && m.Digest == p.Digest && m.Licence == p.Licence && maps.Equal(m.Title, p.Title) {
			return true
		}
	}
	return false
}

// otherMaterial refuses what is offered already, otherwise than asked.
func (c *Cohort) otherMaterial(p PublishMaterial) error {
	for _, m := range c.Materials {
		if !m.Retired && (m.Link != "" && m.Link == p.Link || m.Digest != "" && m.Digest == p.Digest) {
			return refuse(AlreadyOffered, "what is at this link, or has this digest, is offered already; retire it first")
		}
	}
	return nil
}

// RetireMaterial asks that a material is no longer offered.
type RetireMaterial struct {
	Material events.MaterialID `json:"material" doc:"id of the material"`
	Reason   events.Code       `json:"reason" doc:"why, from the list of reasons"`
}

// Decide retires the material; what was said about it stays.
func (c RetireMaterial) Decide(s *State, ask Ask) ([]events.Event, error) {
	if err := s.may(ask, events.Coordinator, events.Owner); err != nil {
		return nil, err
	}
	where, err := s.where(ask)
	if err != nil {
		return nil, err
	}
	m, err := where.material(c.Material)
	if err != nil || m.Retired {
		return nil, err
	}
	if err := s.known(ListReasons, c.Reason); err != nil {
		return nil, err
	}
	return facts(events.MaterialRetired(c))
}

// material returns the material with an id, retired or not.
func (c *Cohort) material(id events.MaterialID) (*Material, error) {
	if m := c.Materials[id]; m != nil {
		return m, nil
	}
	return nil, refuse(NotFound, "there is no such material here")
}
