package events

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// ErrUnsealed is returned by [Encode] for an event that still holds personal
// text in the clear.
var ErrUnsealed = errors.New("personal text must be sealed before it is written")

// Personal is text that names or describes a person. A rule writes it with
// [Plain]; the vault seals it before it is encoded, and opens it where a page is
// rendered. Its zero value is no text.
type Personal struct {
	Of  PersonID // whose key it is sealed under
	And PersonID // a second person whom it is about: erasing either erases it
	Box []byte   // the sealed text; nil while plain

	// A pointer, because fmt prints what a string field holds when the struct
	// around it is not exported, without asking String.
	plain *string
}

// Plain returns text about a person, not sealed yet; it is the zero value when
// text is empty.
func Plain(of PersonID, text string) Personal {
	if text == "" {
		return Personal{}
	}
	return Personal{Of: of, plain: &text}
}

// Text returns what is to be sealed; it is empty once that is done.
func (p Personal) Text() string {
	if p.plain == nil {
		return ""
	}
	return *p.plain
}

// String keeps personal text out of logs and error messages.
func (p Personal) String() string {
	if p.IsZero() {
		return "no text"
	}
	return "text of " + string(p.Of)
}

// GoString is String, for %#v.
func (p Personal) GoString() string { return p.String() }

// IsZero reports whether there is no text.
func (p Personal) IsZero() bool {
	return p.Of == "" && p.And == "" && p.Box == nil && p.plain == nil
}

type box struct {
	Of  PersonID `json:"of"`
	And PersonID `json:"and,omitzero"`
	Box []byte   `json:"box"`
}

// MarshalJSONTo writes sealed text as {"of", "and", "box"}, and refuses text
// that isn't sealed with [ErrUnsealed].
func (p Personal) MarshalJSONTo(enc *jsontext.Encoder) error {
	if p.plain != nil || len(p.Box) == 0 {
		return ErrUnsealed
	}
	return json.MarshalEncode(enc, box{p.Of, p.And, p.Box})
}

// UnmarshalJSONFrom reads what MarshalJSONTo wrote.
func (p *Personal) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	var b box
	if err := json.UnmarshalDecode(dec, &b, json.RejectUnknownMembers(true)); err != nil {
		return err
	}
	if b.Of == "" || len(b.Box) == 0 {
		return errors.New("sealed text without its owner or its box")
	}
	*p = Personal{Of: b.Of, And: b.And, Box: b.Box}
	return nil
}

// A PersonalField is one place of an event that holds personal text.
type PersonalField struct {
	Name  string // on the wire, such as "address"
	Value Personal
}

// PersonalFields returns the personal text in e, in the order of its fields.
func PersonalFields(e Event) []PersonalField {
	v := reflect.ValueOf(e)
	var fields []PersonalField
	for _, f := range vocabulary[e.kind()].personal {
		if p := v.Field(f.index).Interface().(Personal); !p.IsZero() {
			fields = append(fields, PersonalField{f.name, p})
		}
	}
	return fields
}

// Seal returns e with each of its personal texts replaced by what seal makes of
// it. Events without any are returned as they are.
func Seal(e Event, seal func(PersonalField) (Personal, error)) (Event, error) {
	w, err := lookup(e)
	if err != nil || len(w.personal) == 0 {
		return e, err
	}
	v := reflect.New(w.goType).Elem()
	v.Set(reflect.ValueOf(e))
	for _, f := range w.personal {
		p := v.Field(f.index).Interface().(Personal)
		if p.plain == nil {
			continue
		}
		sealed, err := seal(PersonalField{f.name, p})
		if err != nil {
			return nil, fmt.Errorf("seal the %s of a %s: %w", f.name, w.kind, err)
		}
		v.Field(f.index).Set(reflect.ValueOf(sealed))
	}
	return v.Interface().(Event), nil
}

type personalField struct {
	index int
	name  string
}

// personalIn returns where a struct holds personal text: in fields of its own,
// never deeper.
func personalIn(t reflect.Type) []personalField {
	var fields []personalField
	for i := range t.NumField() {
		if t.Field(i).Type == reflect.TypeFor[Personal]() {
			fields = append(fields, personalField{i, wireName(t.Field(i))})
		}
	}
	return fields
}
