package vault

import (
	"errors"
	"fmt"
	"testing"

	"kolmikko/events"
)

func TestMasks(t *testing.T) {
	k := memory(t)
	seen := map[string]bool{}
	for _, programme := range []events.ProgrammeID{"mentoring", "another"} {
		for _, cohort := range []events.CohortID{"2022", "2023"} {
			for _, purpose := range []string{"respondent", "cluster"} {
				for _, id := range []string{"", "a", string(anna)} {
					mask, err := k.Mask(programme, cohort, purpose, id)
					again, _ := k.Mask(programme, cohort, purpose, id)
					if err != nil || mask != again || len(mask) != 26 || !events.IsWord(mask) {
						t.Errorf("%q, then %q, %v", mask, again, err)
					}
					if seen[mask] {
						t.Errorf("%s of %s in %s/%s has another's mask", purpose, id, programme, cohort)
					}
					seen[mask] = true
				}
			}
		}
	}
	one, _ := k.Mask("mentoring", "2022", "ab", "c")
	two, _ := k.Mask("mentoring", "2022", "a", "bc")
	if one == two {
		t.Error("purpose and id run together")
	}
}

func TestTokens(t *testing.T) {
	k := memory(t)
	var among []events.PersonID
	for n := range 20 {
		among = append(among, events.PersonID(fmt.Sprintf("p-%d", n)))
	}
	token, err := k.Token("mentoring", "2022", "mid", "p-7")
	if err != nil {
		t.Fatal(err)
	}
	t.Run("its holder is known", func(t *testing.T) {
		if who, ok, err := k.Holder("mentoring", "2022", "mid", token, among); err != nil || !ok || who != "p-7" {
			t.Error(who, ok, err)
		}
		if ok, err := k.VerifyToken("mentoring", "2022", "mid", "p-7", token); err != nil || !ok {
			t.Error(ok, err)
		}
	})
	t.Run("it is nobody else's, and for no other survey", func(t *testing.T) {
		for _, wrong := range []string{token + "a", token[1:], "", "aaaaaaaaaaaaaaaaaaaaaaaaaa"} {
			if who, ok, err := k.Holder("mentoring", "2022", "mid", wrong, among); err != nil || ok {
				t.Errorf("%q is %s's, %v", wrong, who, err)
			}
		}
		for _, survey := range []events.SurveyID{"end", "mi", ""} {
			if _, ok, err := k.Holder("mentoring", "2022", survey, token, among); err != nil || ok {
				t.Errorf("it opens %q, %v", survey, err)
			}
		}
		if _, ok, err := k.Holder("mentoring", "2022", "mid", token, among[:7]); err != nil || ok {
			t.Error("it is another's", err)
		}
		if ok, err := k.VerifyToken("mentoring", "2022", "mid", "p-8", token); err != nil || ok {
			t.Error(ok, err)
		}
	})
	t.Run("it is no mask", func(t *testing.T) {
		if mask, err := k.Mask("mentoring", "2022", "mid", "p-7"); err != nil || mask == token {
			t.Error(mask, err)
		}
	})
}

func TestAForgottenCohort(t *testing.T) {
	k := memory(t)
	token, err := k.Token("mentoring", "2022", "mid", anna)
	if err != nil {
		t.Fatal(err)
	}
	hers := wired(t, k, registered(anna, "Anna", ""))
	for range 2 {
		if err := k.ForgetCohort("mentoring", "2022"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := k.Mask("mentoring", "2022", "respondent", string(anna)); !errors.Is(err, ErrForgotten) {
		t.Error(err)
	}
	if _, err := k.VerifyToken("mentoring", "2022", "mid", anna, token); !errors.Is(err, ErrForgotten) {
		t.Error(err)
	}
	if _, err := k.Mask("mentoring", "2023", "respondent", string(anna)); err != nil {
		t.Error("the next cohort's key is gone too:", err)
	}
	if got, err := opened(k, hers, "name"); err != nil || got != "Anna" {
		t.Error("a person's key is gone with the cohort's:", err)
	}
}

func TestAnOwnerHasWordsForIDs(t *testing.T) {
	k := memory(t)
	if _, err := k.Mask("Mentoring!", "2022", "respondent", "x"); err == nil {
		t.Error("a programme that is no word has a key")
	}
	if _, err := k.Seal(registered("Anna Andersson", "x", "")); err == nil {
		t.Error("a person that is no pseudonym has a key")
	}
	if err := k.Forget("mentoring", ""); err == nil {
		t.Error("nobody was forgotten")
	}
}
