package events

import "time"

// A Term is one code of a published list, with its labels.
type Term struct {
	Code    Code `json:"code"`
	Label   Text `json:"label"`
	Retired bool `json:"retired,omitzero"` // no longer offered; what was said with it stays readable
}

// CodesPublished says which codes a list has from now on.
type CodesPublished struct {
	List    Code   `json:"list"`
	Version int    `json:"version"`
	Terms   []Term `json:"terms"`
}

// An Organisation as it is registered.
type Organisation struct {
	Name   Text `json:"name"`
	Branch Code `json:"branch"`
	Region Code `json:"region"`
	Size   int  `json:"size"` // 0: under 100 people, 1: under 500, 2: under 2,000, 3: more
}

// OrganisationRegistered says that an organisation of the state is known here.
type OrganisationRegistered struct {
	Organisation OrganisationID `json:"organisation"`
	About        Organisation   `json:"about"`
}

// OrganisationAmended says that what is known of an organisation now reads as it
// does here, whole.
type OrganisationAmended struct {
	Organisation OrganisationID `json:"organisation"`
	About        Organisation   `json:"about"`
}

// PersonRegistered says that a pseudonym stands for somebody. It is the one
// place of personal data that others refer to.
type PersonRegistered struct {
	Person   PersonID `json:"person"`
	Language Code     `json:"language"` // in which they read letters and pages
	Name     Personal `json:"name"`
	Address  Personal `json:"address,omitzero"` // of e-mail
}

// PersonAmended says that what is known of a person now reads as it does here,
// whole.
type PersonAmended struct {
	Person   PersonID `json:"person"`
	Language Code     `json:"language"`
	Name     Personal `json:"name"`
	Address  Personal `json:"address,omitzero"`
}

// PersonErased says that the key to a person's data was destroyed, so that
// nobody can read it any more.
type PersonErased struct {
	Person         PersonID  `json:"person"`
	Ground         Code      `json:"ground"`
	KeyDestroyedAt time.Time `json:"key_destroyed_at"`
}

// RoleGranted says that a person has a role in the programme.
type RoleGranted struct {
	Person PersonID `json:"person"`
	Role   Role     `json:"role"`
}

// RoleRevoked says that they have it no longer.
type RoleRevoked struct {
	Person PersonID `json:"person"`
	Role   Role     `json:"role"`
}

// OrganiserJoined says that an organisation takes part in running the
// programme.
type OrganiserJoined struct {
	Organisation OrganisationID `json:"organisation"`
	Role         Code           `json:"role"`
}

func (CodesPublished) kind() Kind         { return "codes-published" }
func (OrganisationRegistered) kind() Kind { return "organisation-registered" }
func (OrganisationAmended) kind() Kind    { return "organisation-amended" }
func (PersonRegistered) kind() Kind       { return "person-registered" }
func (PersonAmended) kind() Kind          { return "person-amended" }
func (PersonErased) kind() Kind           { return "person-erased" }
func (RoleGranted) kind() Kind            { return "role-granted" }
func (RoleRevoked) kind() Kind            { return "role-revoked" }
func (OrganiserJoined) kind() Kind        { return "organiser-joined" }
