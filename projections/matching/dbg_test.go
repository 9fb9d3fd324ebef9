package matching
import ("testing";"os";"encoding/json";"kolmikko/events")
func reversePool(t testing.TB) Pool {
	var in struct { Ids []events.PersonID }
	text, err := os.ReadFile(refs+"cohorts/reverse80_s1.json")
	if err != nil { t.Skip(err) }
	if err := json.Unmarshal(text, &in); err != nil { t.Fatal(err) }
	text, _ = os.ReadFile(refs+"cohorts/cohort90_s1.json")
	var file cohortFile
	if err := strict(text, &file); err != nil { t.Fatal(err) }
	all := map[events.PersonID]Candidate{}
	for _, raw := range append(file.People, file.Newcomers...) {
		c, err := file.person(raw)
		if err != nil { t.Fatal(err) }
		all[c.ID] = c
	}
	var p Pool
	for _, id := range in.Ids { p.Candidates = append(p.Candidates, all[id]) }
	return p
}
func TestDbg(t *testing.T) {
	p := reversePool(t)
	for s := range uint64(3) {
	t0 := cpu()
	r, err := Run(p, DefaultRules(events.Reverse), events.Reverse, Options{Seed: s})
	if err != nil { t.Fatal(err) }
	t.Log(r.Run.Objective, r.Run.Bound, len(r.Run.Unplaced), r.Run.Certificate.Steps, cpu()-t0, Verify(p, DefaultRules(events.Reverse), r.Run))
	rules := DefaultRules(events.Reverse)
	rules.Hard[4] = HardPairLanguage
	t0 = cpu()
	r, err = Run(p, rules, events.Reverse, Options{Seed: s})
	if err != nil { t.Fatal(err) }
	t.Log("pair", r.Run.Objective, r.Run.Bound, len(r.Run.Unplaced), r.Run.Certificate.Steps, cpu()-t0)
	}
}
