package events

import "time"

// The samples are about people and organisations that were made up.
const (
	owner    PersonID = "0b8f6c1e-5d4a-4e6f-9b7a-1c2d3e4f5a6b"
	first    PersonID = "1f2b8c1e-5d4a-4e6f-9b7a-1c2d3e4f5a6b"
	second   PersonID = "2a7c9d0f-6e5b-4f7a-8c8b-2d3e4f5a6b7c"
	third    PersonID = "3c8d0e1a-7f6c-4a8b-9d9c-3e4f5a6b7c8d"
	fourth   PersonID = "4d9e1f2b-8a7d-4b9c-8ead-4f5a6b7c8d9e"
	newcomer PersonID = "5eaf2a3c-9b8e-4cad-9fbe-5a6b7c8d9eaf"

	sum   Digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	other Digest = "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752"
)

// at is a time of the cohort's first autumn.
func at(month time.Month, day, hour int) time.Time {
	return time.Date(2022, month, day, hour, 30, 0, 0, time.UTC)
}

// sealedText stands for what a vault makes of personal text.
func sealedText(of PersonID) Personal {
	return Personal{Of: of, Box: []byte("\x01\xfe sealed elsewhere \x00")}
}

func peopleSamples() []Event {
	office := Organisation{
		Name:   Text{"fi": "Esimerkkivirasto", "sv": "Exempelverket"},
		Branch: "finance", Region: "pirkanmaa", Size: 2,
	}
	larger := office
	larger.Size = 3
	return []Event{
		CodesPublished{List: "themes", Version: 2, Terms: []Term{
			{Code: "leading-change", Label: Text{"fi": "Muutoksen johtaminen", "sv": "Förändringsledning", "en": "Leading change"}},
			{Code: "remote-leading", Label: Text{"fi": "Etäjohtaminen"}, Retired: true},
		}},
		OrganisationRegistered{Organisation: "esimerkkivirasto", About: office},
		OrganisationAmended{Organisation: "esimerkkivirasto", About: larger},
		PersonRegistered{Person: first, Language: "fi", Name: sealedText(first), Address: sealedText(first)},
		PersonAmended{Person: first, Language: "sv", Name: sealedText(first)},
		PersonErased{Person: fourth, Ground: "own-request", KeyDestroyedAt: at(time.November, 7, 9)},
		RoleGranted{Person: second, Role: Coordinator},
		RoleRevoked{Person: second, Role: Host},
		OrganiserJoined{Organisation: "esimerkkivirasto", Role: "host"},
	}
}
