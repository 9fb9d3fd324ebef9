package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"kolmikko/api/auth"
	"kolmikko/events"
	"kolmikko/events/journal"
	"kolmikko/events/programme"
	"kolmikko/events/vault"
)

// surveyToken handles POST …/surveys/{survey}/token: the one-time token with
// which the asker answers a survey. It is theirs alone, and the answers that
// come with it don't say whose it is.
func (s *Server) surveyToken(w http.ResponseWriter, r *http.Request, asker auth.Asker) error {
	survey := events.SurveyID(r.PathValue("survey"))
	if err := s.mayAnswer(programmeOf(r), cohortOf(r), survey, asker.Person); err != nil {
		return err
	}
	token, err := s.Vault.Token(programmeOf(r), cohortOf(r), survey, asker.Person)
	if errors.Is(err, vault.ErrForgotten) {
		return errArchived
	}
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return write(w, map[string]string{"token": token})
}

// mayAnswer refuses unless person may answer survey; whether they have, only
// the answers' pseudonyms know.
func (d *Door) mayAnswer(p events.ProgrammeID, c events.CohortID, survey events.SurveyID, person events.PersonID) (err error) {
	d.Desk.Look(p, func(state *programme.State) {
		cohort := state.Cohorts[c]
		switch {
		case cohort == nil || cohort.Surveys[survey] == nil:
			err = ErrNotFound
		case !cohort.Participates(person):
			err = errNotAsked
		}
	})
	return err
}

// Answers is what the holder of a token says.
type Answers struct {
	Token   string          `json:"token" doc:"the one-time token"`
	Track   events.Track    `json:"track,omitzero" doc:"peer or reverse, for who takes part in both; the group of that track is what the answers are about"`
	Answers []events.Answer `json:"answers"`
	Text    string          `json:"text,omitzero" doc:"anything else, in words; seen only above the small-group threshold" personal:"true"`
}

// answerSurvey handles POST …/surveys/{survey}/answers. The token is all that
// it asks for, so that answers and login never meet.
func (s *Server) answerSurvey(w http.ResponseWriter, r *http.Request) {
	if err := s.answer(w, r); err != nil {
		s.fail(w, r, err)
	}
}

func (s *Server) answer(w http.ResponseWriter, r *http.Request) error {
	if err := s.limit(auth.Asker{Person: events.Respondent}); err != nil {
		return err
	}
	var a Answers
	if err := read(w, r, &a); err != nil {
		return err
	}
	if !events.IsWord(string(programmeOf(r))) || !events.IsWord(string(cohortOf(r))) {
		return ErrNotFound
	}
	receipt, err := s.AnswerSurvey(r.Context(), programmeOf(r), cohortOf(r), events.SurveyID(r.PathValue("survey")), a)
	return writeReceipt(w, receipt, err)
}

// AnswerSurvey gives the feedback of the holder of a.Token. The same answers
// again get the same answer; others are refused, once some were taken. A refusal
// is not remembered: who left a question out answers again.
func (d *Door) AnswerSurvey(ctx context.Context, p events.ProgrammeID, c events.CohortID, survey events.SurveyID, a Answers) (Receipt, error) {
	person, ok, err := d.Vault.Holder(p, c, survey, a.Token, d.askedOf(p, c))
	switch {
	case errors.Is(err, vault.ErrForgotten):
		return Receipt{}, errArchived
	case err != nil:
		return Receipt{}, err
	case !ok:
		return Receipt{}, fmt.Errorf("%w: no such token", auth.ErrUnknown)
	}
	cmd, err := d.Feedback(p, c, survey, person, a)
	if err != nil {
		return Receipt{}, err
	}
	r := Request{
		Programme: p, Cohort: c, By: events.Respondent, At: d.Now(), Key: "token-" + a.Token,
		Form: "give-feedback", Command: cmd, Said: a, // their group may be another when they ask again
	}
	switch refusal, answered := d.refusalOf(r); {
	case refusal == nil || answered:
	case cmd.Track == "" && refusal.Rule == programme.Unfit:
		return Receipt{}, errNotAsked
	default:
		return Receipt{}, *refusal
	}
	receipt, err := d.Act(ctx, r)
	if errors.Is(err, journal.ErrKeyReused) {
		return Receipt{}, programme.Refusal{Rule: programme.AlreadyAnswered, Detail: "this token has been used for the survey"}
	}
	return receipt, err
}

// What is said to who comes to a survey without taking part in its cohort, and
// after the key of its pseudonyms was destroyed. They never change.
var (
	errNotAsked = programme.Refusal{Rule: programme.NotYours, Detail: "a survey asks those who take part in its cohort"}
	errArchived = programme.Refusal{Rule: programme.SurveyOver, Detail: "the cohort has been archived, and its surveys take no more answers"}
)

// refusalOf returns which rule stands in the way of r as things are, if one
// does, and whether it is that the token was used.
func (d *Door) refusalOf(r Request) (refusal *programme.Refusal, answered bool) {
	var err error
	d.Desk.Look(r.Programme, func(s *programme.State) {
		_, err = r.Command.Decide(s, programme.Ask{By: r.By, At: r.At, Cohort: r.Cohort})
	})
	if no, ok := errors.AsType[programme.Refusal](err); ok {
		return &no, no.Rule == programme.AlreadyAnswered
	}
	return nil, false
}

// Feedback returns the command with which a person's answers become feedback
// under pseudonyms.
func (d *Door) Feedback(p events.ProgrammeID, c events.CohortID, survey events.SurveyID, person events.PersonID, a Answers) (*programme.GiveFeedback, error) {
	respondent, err := d.Respondent(p, c, person)
	if err != nil {
		return nil, err
	}
	seat, group := d.seatOf(p, c, person, a.Track)
	cmd := &programme.GiveFeedback{
		Survey: survey, Respondent: respondent, Track: seat.Track, Part: seat.Part, Answers: a.Answers, Text: a.Text,
	}
	if group != "" {
		if cmd.Cluster, err = d.Cluster(p, c, group); err != nil {
			return nil, err
		}
	}
	return cmd, nil
}

// askedOf returns everybody whom a cohort's surveys may have asked: those who
// take part, and those who did.
func (d *Door) askedOf(p events.ProgrammeID, c events.CohortID) (people []events.PersonID) {
	d.Desk.Look(p, func(state *programme.State) {
		cohort := state.Cohorts[c]
		if cohort == nil {
			return
		}
		asked := map[events.PersonID]bool{}
		for _, e := range cohort.Enrolments {
			if (e.Status == programme.Accepted || e.Status == programme.DroppedOut) && !asked[e.Person] {
				asked[e.Person] = true
				people = append(people, e.Person)
			}
		}
	})
	return people
}

// seatOf returns the seat and the group that a person's answers are about: of
// the track that they say, else of the first that they take part in.
func (d *Door) seatOf(p events.ProgrammeID, c events.CohortID, person events.PersonID, track events.Track) (seat programme.Seat, group events.GroupID) {
	d.Desk.Look(p, func(state *programme.State) {
		cohort := state.Cohorts[c]
		for _, t := range []events.Track{events.Peer, events.Reverse} {
			if cohort == nil || track != "" && t != track || !cohort.Active(person, t) {
				continue
			}
			on := programme.PersonOnTrack{Person: person, Track: t}
			seat, group = cohort.Enrolments[cohort.Live[on]].Seat, cohort.GroupOf[on]
			return
		}
	})
	return seat, group
}

// Respondent returns the pseudonym under which a person gives feedback in a
// cohort.
func (d *Door) Respondent(p events.ProgrammeID, c events.CohortID, person events.PersonID) (events.RespondentID, error) {
	mask, err := d.Vault.Mask(p, c, "respondent", string(person))
	return events.RespondentID(mask), err
}

// Cluster returns the pseudonym of a group in a cohort's feedback.
func (d *Door) Cluster(p events.ProgrammeID, c events.CohortID, group events.GroupID) (events.ClusterID, error) {
	mask, err := d.Vault.Mask(p, c, "cluster", string(group))
	return events.ClusterID(mask), err
}
