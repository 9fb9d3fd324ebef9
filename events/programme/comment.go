package programme

import (
	"fmt"
	"strings"

	"kolmikko/events"
)

func commentForms() []Form {
	return []Form{
		form[SubmitComment]("comment", "submit", OfEither, "comment on a material; a coordinator reads it first"),
		form[PublishComment]("comment", "publish", OfEither, "show a comment to everybody"),
		form[RejectComment]("comment", "reject", OfEither, "decide not to show a comment"),
	}
}

// Rules about comments.
const (
	CommentWaits    = "comment-waits"   // they have one on this material that nobody has decided about
	CommentDecided  = "comment-decided" // otherwise; a decision stands
	longestPersonal = 4000              // bytes
)

// SubmitComment asks that others may read what somebody says of a material.
type SubmitComment struct {
	Material events.MaterialID `json:"material" doc:"id of the material"`
	Text     string            `json:"text" personal:"true" doc:"the comment, 4,000 bytes at most"`
}

// Decide keeps the comment for a coordinator to read. A person has one waiting
// on a material at most, so that sending it twice makes no second.
func (c SubmitComment) Decide(s *State, ask Ask) ([]events.Event, error) {
	if err := s.registered(ask.By); err != nil {
		return nil, err
	}
	where, err := s.where(ask)
	if err != nil {
		return nil, err
	}
	m, err := where.material(c.Material)
	if err != nil {
		return nil, err
	}
	for _, earlier := range where.Comments {
		if earlier.By == ask.By && earlier.Material == c.Material && earlier.Decided == "" {
			return nil, refuse(CommentWaits, "your comment on this material waits for a coordinator")
		}
	}
	switch {
	case m.Retired:
		return nil, refuse(MaterialRetired, "the material is no longer offered")
	case strings.TrimSpace(c.Text) == "":
		return nil, refuse(Incomplete, "write the comment")
	case len(c.Text) > longestPersonal:
		return nil, refuse(Unfit, "a comment has %d bytes at most", longestPersonal)
	}
	return facts(events.CommentSubmitted{
		Comment:  events.CommentID(fmt.Sprint("c", len(where.Comments)+1)),
		Material: c.Material, Text: events.Plain(ask.By, c.Text),
	})
}

// PublishComment asks that a comment is shown to everybody.
type PublishComment struct {
	Comment events.CommentID `json:"comment" doc:"id of the comment"`
}

// Decide publishes a comment that waits and can still be read. A decision about
// a comment is made once: who would show it after all asks its author for
// another.
func (c PublishComment) Decide(s *State, ask Ask) ([]events.Event, error) {
	e := events.CommentPublished(c)
	waits, err := s.moderate(ask, c.Comment, events.KindOf(e))
	if err != nil || waits == nil {
		return nil, err
	}
	if err := s.registered(waits.By); err != nil {
		return nil, err
	}
	return facts(e)
}

// RejectComment asks that a comment is not shown.
type RejectComment struct {
	Comment events.CommentID `json:"comment" doc:"id of the comment"`
	Reason  events.Code      `json:"reason" doc:"why, from the list of reasons"`
}

// Decide rejects a comment that waits, also one that nobody can read any more.
func (c RejectComment) Decide(s *State, ask Ask) ([]events.Event, error) {
	e := events.CommentRejected(c)
	waits, err := s.moderate(ask, c.Comment, events.KindOf(e))
	if err != nil || waits == nil {
		return nil, err
	}
	if err := s.known(ListReasons, c.Reason); err != nil {
		return nil, err
	}
	return facts(e)
}

// moderate returns the comment that a coordinator decides about, or nil if they
// decided so before.
func (s *State) moderate(ask Ask, id events.CommentID, as events.Kind) (*Comment, error) {
	if err := s.may(ask, events.Coordinator, events.Owner); err != nil {
		return nil, err
	}
	where, err := s.where(ask)
	if err != nil {
		return nil, err
	}
	switch c := where.Comments[id]; {
	case c == nil:
		return nil, refuse(NotFound, "there is no such comment here")
	case c.Decided == as:
		return nil, nil
	case c.Decided != "":
		return nil, refuse(CommentDecided, "it was decided otherwise: %s", c.Decided)
	default:
		return c, nil
	}
}
