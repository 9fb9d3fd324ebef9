package story

import (
	"fmt"
	"time"

	"kolmikko/api"
	"kolmikko/events"
	"kolmikko/events/programme"
)

// Items that the surveys ask. An item keeps its id and version from survey to
// survey, so that answers can be compared.
var (
	confidence = events.Item{Item: "confidence", Version: 1, Scale: events.Agreement, Question: events.Text{
		"fi": "Saan vertaisilta tukea esihenkilötyössäni.", "sv": "Jag får stöd av andra chefer i mitt arbete.", "en": "I get support from peers in my work as a supervisor."}}
	network = events.Item{Item: "network", Version: 1, Scale: events.Agreement, Question: events.Text{
		"fi": "Tunnen ihmisiä muista virastoista, joilta voin kysyä.", "sv": "Jag känner människor i andra ämbetsverk som jag kan fråga.", "en": "I know people in other organisations whom I can ask."}}
	climate = events.Item{Item: "climate", Version: 1, Scale: events.Agreement, Question: events.Text{
		"fi": "Ryhmässäni voi puhua luottamuksellisesti.", "sv": "I min grupp kan man tala i förtroende.", "en": "In my group one can speak in confidence."}}
	recommend = events.Item{Item: "recommend", Version: 1, Scale: events.Recommendation, Question: events.Text{
		"fi": "Suosittelisitko ohjelmaa kollegalle?", "sv": "Skulle du rekommendera programmet för en kollega?", "en": "Would you recommend the programme to a colleague?"}}
)

// Surveys of the cohort.
var surveys = []struct {
	stage  events.Stage
	opens  time.Time
	closes events.Date
	days   int
	share  float64 // of people who answer
	items  []events.Item
}{
	{events.Baseline, local(2022, 10, 5, 16, 0), "2022-10-21", 15, 0.80, []events.Item{confidence, network}},
	{events.Pulse, local(2022, 12, 1, 9, 0), "2022-12-14", 12, 0.50, []events.Item{climate}},
	{events.Mid, local(2023, 2, 6, 9, 0), "2023-02-20", 13, 0.64, []events.Item{confidence, network, climate}},
	{events.Pulse, local(2023, 3, 27, 9, 0), "2023-04-07", 10, 0.45, []events.Item{climate}},
	{events.End, local(2023, 5, 17, 16, 0), "2023-05-29", 11, 0.70, []events.Item{confidence, network, climate, recommend}},
}

// scheduleSurveys opens and closes the surveys, lets people answer, set and rate
// goals, and report ties.
func (t *teller) scheduleSurveys() {
	for i, s := range surveys {
		id := events.SurveyID(fmt.Sprint("s", i+1))
		t.at(s.opens, func() error {
			receipt, err := t.do(t.cast.evaluator, programme.OpenSurvey{Stage: s.stage, Items: s.items, Closes: s.closes})
			if err != nil {
				return err
			}
			if opened, ok := receipt.Events[0].Data.(events.SurveyOpened); ok {
				id = opened.Survey
			}
			return nil
		})
		chance := t.chance("survey", i)
		for n, p := range t.cast.people {
			answers, when, says := t.answers(i, n), s.opens.Add(time.Duration(1+chance.IntN(s.days*24))*time.Hour), chance.Float64() < s.share
			if !says {
				continue
			}
			t.at(when, func() error {
				if !t.active(p) {
					return nil
				}
				a := api.Answers{Answers: answers}
				if n%9 == 0 && s.stage != events.Pulse {
					a.Text = "Parasta on ollut huomata, ettei ole yksin. (Keksitty vastaus.)"
				}
				return t.feedback(id, p, a)
			})
		}
		t.at(s.opens.AddDate(0, 0, s.days+2), func() error {
			_, err := t.do(events.Clock, programme.CloseSurvey{Survey: id})
			return err
		})
	}
	t.scheduleGoals()
	t.scheduleTies()
}

// feedback gives one person's answers, as the holder of their token.
func (t *teller) feedback(survey events.SurveyID, p events.PersonID, a api.Answers) error {
	token, err := t.stage.Door.Vault.Token(Programme, Cohort, survey, p)
	if err != nil {
		return err
	}
	t.acts++
	t.tick()
	a.Token = token
	if _, err := t.stage.Door.AnswerSurvey(t.ctx, Programme, Cohort, survey, a); err != nil {
		return fmt.Errorf("answer %s: %w", survey, err)
	}
	return nil
}

// answers returns what the nth person says to survey i: people differ, and most
// of them gain something from survey to survey.
func (t *teller) answers(i, n int) (all []events.Answer) {
	person := t.chance("person", n)
	base, gain := 2.6+person.NormFloat64()*0.7, 0.9+person.NormFloat64()*0.5
	chance := t.chance("answer", i, n)
	for _, item := range surveys[i].items {
		low, high, _ := item.Scale.Range()
		at := (base + gain*float64(i)/4 + chance.NormFloat64()*0.5) / 5
		if item.Item == climate.Item {
			at += 0.2
		}
		if item.Item == recommend.Item {
			at += 0.15
		}
		value := int(at*float64(high) + 0.5)
		all = append(all, events.Answer{Item: item.Item, Value: min(max(value, low), high)})
	}
	return all
}

// scheduleGoals lets every third person set a goal and rate it twice.
func (t *teller) scheduleGoals() {
	for n := 0; n < len(t.cast.people); n += 3 {
		p := t.cast.people[n]
		chance := t.chance("goal", n)
		theme := t.cast.rows[n].Themes[0]
		t.at(local(2022, 10, 10, 8, 0).Add(time.Duration(chance.IntN(20*24))*time.Hour), func() error {
			if !t.active(p) {
				return nil
			}
			receipt, err := t.do(p, programme.SetGoal{Theme: theme})
			if err != nil {
				return err
			}
			goal, ok := receipt.Events[0].Data.(events.GoalSet)
			if !ok {
				return fmt.Errorf("a goal brought a %s", receipt.Events[0].Kind)
			}
			for i, when := range []time.Time{local(2023, 1, 20, 9, 0), local(2023, 5, 10, 9, 0)} {
				level := min(max(-1+i+chance.IntN(3), -2), 2)
				t.at(when.Add(time.Duration(chance.IntN(200))*time.Hour), func() error {
					if !t.active(p) {
						return nil
					}
					_, err := t.do(p, programme.RateGoal{Goal: goal.Goal, Level: level})
					return err
				})
			}
			return nil
		})
	}
}

// scheduleTies lets those who take part in the survey of ties report whom they
// have come to know, at the beginning and at the end.
func (t *teller) scheduleTies() {
	houses := t.cast.rows
	for i, p := range t.cast.people {
		if !t.sharesTies(i) {
			continue
		}
		chance := t.chance("ties", i)
		for wave, when := range []time.Time{local(2022, 10, 12, 9, 0), local(2023, 5, 19, 9, 0)} {
			for range wave + 1 {
				to := houses[chance.IntN(len(houses))].Organisation
				if to == t.cast.homes[p] {
					continue
				}
				t.at(when.Add(time.Duration(chance.IntN(120))*time.Hour), func() error {
					if !t.active(p) {
						return nil
					}
					_, err := t.do(p, programme.ReportTie{To: to, Tie: "knows", Wave: wave})
					return err
				})
			}
		}
	}
}
