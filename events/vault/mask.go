package vault

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"fmt"

	"kolmikko/events"
)

// words is how a mask is written: 26 letters and digits, which [events.IsWord]
// allows.
var words = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

const maskSize = 16 // bytes: 26 letters

// Mask returns the pseudonym that an id, of a person or a group, has for one
// purpose in a cohort. The same id has the same one until the cohort is
// forgotten; without the cohort's key nobody can tell whose it is, and with it
// only by trying each id.
func (k *Keys) Mask(programme events.ProgrammeID, cohort events.CohortID, purpose, id string) (string, error) {
	return k.word(programme, cohort, "mask", purpose, id)
}

// Token returns the one-time token with which a person answers a survey.
func (k *Keys) Token(programme events.ProgrammeID, cohort events.CohortID, survey events.SurveyID, person events.PersonID) (string, error) {
	return k.word(programme, cohort, "token", string(survey), string(person))
}

// VerifyToken reports whether token is a person's for a survey, in a time that
// doesn't depend on how much of it is right. Whether it has been used, the
// history knows.
func (k *Keys) VerifyToken(programme events.ProgrammeID, cohort events.CohortID, survey events.SurveyID, person events.PersonID, token string) (bool, error) {
	_, ok, err := k.Holder(programme, cohort, survey, token, []events.PersonID{person})
	return ok, err
}

// Holder returns whose token it is among those who may answer a survey, in a
// time that doesn't depend on who it is.
func (k *Keys) Holder(programme events.ProgrammeID, cohort events.CohortID, survey events.SurveyID, token string, among []events.PersonID) (events.PersonID, bool, error) {
	found := -1
	for i, person := range among {
		want, err := k.Token(programme, cohort, survey, person)
		if err != nil {
			return "", false, err
		}
		same := subtle.ConstantTimeCompare([]byte(want), []byte(token))
		found = subtle.ConstantTimeSelect(same, i, found)
	}
	if found < 0 {
		return "", false, nil
	}
	return among[found], true, nil
}

// ForgetCohort destroys a cohort's key, for good: after it nobody can tell who
// stood behind its masks, and its tokens are void. Asking twice is quiet.
func (k *Keys) ForgetCohort(programme events.ProgrammeID, cohort events.CohortID) error {
	return k.destroy(Owner{Programme: programme, Cohort: cohort})
}

// word returns what parts are under a cohort's key.
func (k *Keys) word(programme events.ProgrammeID, cohort events.CohortID, parts ...string) (string, error) {
	o := Owner{Programme: programme, Cohort: cohort}
	if err := k.ensure(o); err != nil {
		return "", fmt.Errorf("key of %s: %w", o, err)
	}
	k.mu.RLock()
	defer k.mu.RUnlock() // until the key is used: destroy clears it
	key := k.keys[o]
	if key == nil {
		return "", fmt.Errorf("key of %s: %w", o, ErrForgotten)
	}
	mac := hmac.New(sha256.New, key)
	mac.Write(bind(append([]string{domain + "word"}, parts...)...))
	return words.EncodeToString(mac.Sum(nil)[:maskSize]), nil
}
