package matching

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"kolmikko/events"
)

func cohort(t testing.TB, path string) Pool {
	text, err := os.ReadFile(path)
	if err != nil {
		t.Skip("reference data is not here: ", err)
	}
	var in struct {
		People []struct {
			ID, Org, Branch, Region string
			Size_class, Experience  int
			Languages               []events.Code
			Themes, Slots           []int
			Mode                    events.Mode
		}
	}
	if err := json.Unmarshal(text, &in); err != nil {
		t.Fatal(err)
	}
	var p Pool
	for _, x := range in.People {
		c := Candidate{ID: events.PersonID(x.ID), Part: events.Supervisor, Organisation: events.OrganisationID(x.Org), Branch: events.Code(x.Branch),
			Region: events.Code(x.Region), Size: x.Size_class, Experience: x.Experience, Languages: x.Languages, Mode: x.Mode}
		for _, t := range x.Themes {
			c.Themes = append(c.Themes, events.Code(fmt.Sprint("t", t)))
		}
		for _, s := range x.Slots {
			c.Slots = append(c.Slots, events.Slots()[s])
		}
		p.Candidates = append(p.Candidates, c)
	}
	return p
}

func TestFirst(t *testing.T) {
	p := cohort(t, "../../../shared/refs/matching/cohorts/cohort90_s1.json")
	for seed := range uint64(3) {
		r, err := Run(p, DefaultRules(events.Peer), events.Peer, Options{Seed: seed})
		if err != nil {
			t.Fatal(err)
		}
		t.Log(r.Run.Objective, r.Run.Bound, len(r.Run.Groups), len(r.Run.Unplaced), r.Worst, r.Run.Certificate.Steps, r.Run.Run)
	}
	t.Log(logs()[:5], logs()[1020:])
}
