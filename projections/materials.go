package projections

import (
	"strings"
	"time"

	"kolmikko/events"
)

// Materials is what there is to read and see: that of one cohort, that of none
// ([events.WholeProgramme]), or without a cohort all of a programme.
type Materials struct {
	Offered []Material `json:"offered"` // the newest first
	Retired []Material `json:"retired"` // the newest first
}

// A Material is one of them.
type Material struct {
	Material    events.MaterialID   `json:"material"`
	Cohort      events.CohortID     `json:"cohort"`
	Kind        events.MaterialKind `json:"kind"`
	Title       events.Text         `json:"title"`
	Link        events.Link         `json:"link,omitzero"`
	Digest      events.Digest       `json:"digest,omitzero"`
	Licence     events.Name         `json:"licence"`
	PublishedAt time.Time           `json:"published_at"`
	RetiredAt   time.Time           `json:"retired_at,omitzero"`
	Reason      events.Code         `json:"reason,omitzero"` // why it was retired
	Comments    []Comment           `json:"comments"`        // published, in the order in which they were
	Waiting     int                 `json:"waiting"`         // comments that a coordinator has not decided on
	Rejected    int                 `json:"rejected"`        // comments
}

// A Comment is somebody's on a material.
type Comment struct {
	Comment     events.CommentID  `json:"comment"`
	Material    events.MaterialID `json:"material"`
	By          events.PersonID   `json:"by"`
	SubmittedAt time.Time         `json:"submitted_at"`
	PublishedAt time.Time         `json:"published_at,omitzero"`
	Text        *Sealed           `json:"text"`
}

// programmeMaterials are the materials of one programme, as they are kept for
// [Materials].
type programmeMaterials struct {
	list     []*material // in the order in which they were published
	by       map[events.MaterialID]*material
	comments map[events.CommentID]*Comment // that nobody has decided on
	cohorts  each[events.CohortID, struct{}]
}

type material struct {
	Material
	said, retired uint64 // the places of the records that say so
}

// Apply takes in one more event.
func (s *programmeMaterials) Apply(r events.Recorded) {
	s.cohorts.at(r.Cohort)
	switch e := r.Event.(type) {
	case events.MaterialPublished:
		m := &material{Material: Material{Material: e.Material, Cohort: r.Cohort, PublishedAt: r.At}, said: r.Place}
		m.describe(e)
		s.list = append(s.list, m)
		put(&s.by, e.Material, m)
	case events.MaterialRetired:
		if m := s.by[e.Material]; m != nil {
			m.RetiredAt, m.Reason, m.retired = r.At, e.Reason, r.Place
		}
	case events.CommentSubmitted:
		put(&s.comments, e.Comment, &Comment{
			Comment: e.Comment, Material: e.Material, By: r.By, SubmittedAt: r.At, Text: sealed(r, "text", e.Text),
		})
		if m := s.by[e.Material]; m != nil {
			m.Waiting++
		}
	case events.CommentPublished:
		s.decide(e.Comment, func(m *material, c Comment) {
			c.PublishedAt = r.At
			m.Comments = append(m.Comments, c)
		})
	case events.CommentRejected:
		s.decide(e.Comment, func(m *material, _ Comment) { m.Rejected++ })
	case events.RecordCorrected:
		s.correct(e)
	}
}

func (m *Material) describe(e events.MaterialPublished) {
	m.Kind, m.Title, m.Link, m.Digest, m.Licence = e.Kind, e.Title, e.Link, e.Digest, e.Licence
}

// decide ends a comment's wait.
func (s *programmeMaterials) decide(id events.CommentID, how func(*material, Comment)) {
	c := s.comments[id]
	if c == nil {
		return
	}
	delete(s.comments, id)
	if m := s.by[c.Material]; m != nil {
		m.Waiting--
		how(m, *c)
	}
}

// correct replaces what a record said that is still shown.
func (s *programmeMaterials) correct(c events.RecordCorrected) {
	if !strings.HasPrefix(string(c.Record), "material-") {
		return
	}
	switch e := truth(c).(type) {
	case events.MaterialPublished:
		if m := s.by[e.Material]; m != nil && m.said == c.Corrects {
			m.describe(e)
		}
	case events.MaterialRetired:
		if m := s.by[e.Material]; m != nil && m.retired == c.Corrects {
			m.Reason = e.Reason
		}
	}
}

// Show returns the [Materials] of a cohort or of the programme.
func (s *programmeMaterials) Show(of Of) (any, bool) {
	shown := Materials{Offered: []Material{}, Retired: []Material{}}
	for i := len(s.list) - 1; i >= 0; i-- {
		m := s.list[i].Material
		if of.Cohort != "" && of.Cohort != m.Cohort {
			continue
		}
		m.Comments = copied(m.Comments)
		for i := range m.Comments {
			m.Comments[i].Text = m.Comments[i].Text.copy()
		}
		if m.RetiredAt.IsZero() {
			shown.Offered = append(shown.Offered, m)
		} else {
			shown.Retired = append(shown.Retired, m)
		}
	}
	return shown, of.Cohort == "" || s.cohorts.get(of.Cohort) != nil
}
