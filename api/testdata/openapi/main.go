// Command openapi holds a document to OpenAPI 3.1, and what a server answered to
// the document. It says what differs, and ends with 1 if anything does.
package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"github.com/pb33f/libopenapi-validator/errors"

	_ "github.com/oapi-codegen/runtime" // what the generated client imports
)

// An exchange is a request and what the server answered.
type exchange struct {
	Method, Path, Body, Answer string
	Status                     int
	Header                     http.Header
}

func main() {
	if err := check(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func check(document, exchanges string) error {
	text, err := os.ReadFile(document)
	if err != nil {
		return err
	}
	doc, err := libopenapi.NewDocument(text)
	if err != nil {
		return err
	}
	v, errs := validator.NewValidator(doc)
	if len(errs) > 0 {
		return fmt.Errorf("%v", errs)
	}
	if ok, found := v.ValidateDocument(); !ok {
		return fmt.Errorf("the document: %s", listed(found))
	}
	if text, err = os.ReadFile(exchanges); err != nil {
		return err
	}
	var all []exchange
	if err := json.Unmarshal(text, &all); err != nil {
		return err
	}
	for _, e := range all {
		r := httptest.NewRequest(e.Method, e.Path, strings.NewReader(e.Body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer x")
		w := httptest.NewRecorder()
		for name := range e.Header {
			w.Header().Set(name, e.Header.Get(name))
		}
		w.WriteHeader(e.Status)
		_, _ = w.WriteString(e.Answer)
		if ok, found := v.ValidateHttpRequestResponse(r, w.Result()); !ok {
			return fmt.Errorf("%s %s: %d %s\n%s", e.Method, e.Path, e.Status, e.Answer, listed(found))
		}
	}
	fmt.Printf("valid %s, %d exchanges\n", doc.GetVersion(), len(all))
	return nil
}

func listed(found []*errors.ValidationError) string {
	var b strings.Builder
	for _, e := range found {
		fmt.Fprintln(&b, e.Message, e.Reason)
		for _, s := range e.SchemaValidationErrors {
			fmt.Fprintln(&b, " ", s.Reason)
		}
	}
	return b.String()
}
