package api

import (
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// maxBody is more than any command needs: an import of some hundred rows.
const maxBody = 1 << 20

// longestPointer is how much of a field's name an error repeats.
const longestPointer = 100

// read fills into from the request's body, which is one JSON object and nothing
// that into doesn't have. Errors name the field and never repeat its value.
func read(w http.ResponseWriter, r *http.Request, into any) error {
	body := jsontext.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	if kind := body.PeekKind(); kind != jsontext.KindBeginObject && kind != jsontext.KindInvalid {
		return fmt.Errorf("%w: the body is no JSON object", ErrMalformed)
	}
	err := json.UnmarshalDecode(body, into, json.RejectUnknownMembers(true))
	if err == nil {
		if _, err := body.ReadToken(); err != io.EOF {
			return fmt.Errorf("%w: something comes after the JSON object", ErrMalformed)
		}
		return nil
	}
	if tooBig, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return fmt.Errorf("%w: a body has %d bytes at most", ErrTooLarge, tooBig.Limit)
	}
	if wrong, ok := errors.AsType[*json.SemanticError](err); ok {
		if errors.Is(wrong.Err, json.ErrUnknownName) {
			return fmt.Errorf("%w: there is no field %s", ErrMalformed, pointed(wrong.JSONPointer))
		}
		return fmt.Errorf("%w: %s can't hold what it is given", ErrMalformed, pointed(wrong.JSONPointer))
	}
	if wrong, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		if errors.Is(wrong.Err, jsontext.ErrDuplicateName) {
			return fmt.Errorf("%w: the field %s is there twice", ErrMalformed, pointed(wrong.JSONPointer))
		}
		return fmt.Errorf("%w: the body is no JSON, from byte %d on", ErrMalformed, wrong.ByteOffset)
	}
	return fmt.Errorf("%w: the body is no JSON object", ErrMalformed)
}

// pointed names a field by its JSON pointer, of which it keeps the beginning:
// names are the client's, too.
func pointed(p jsontext.Pointer) string {
	switch {
	case p == "":
		return "the body"
	case len(p) > longestPointer:
		return string(p[:longestPointer]) + "…"
	}
	return string(p)
}
