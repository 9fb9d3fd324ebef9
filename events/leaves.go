package events

import (
	"errors"
	"fmt"
	"net/url"
	"time"
	"unicode"
	"unicode/utf8"
)

// checkTime keeps one spelling for each moment: views that fold an event before
// it is written and after it was read see the same.
func checkTime(t time.Time) error {
	if _, offset := t.Zone(); offset != 0 {
		return errors.New("a time is written in UTC")
	}
	if t.Year() < 1 || t.Year() > 9999 {
		return errors.New("a time is in the years 1 to 9999")
	}
	return nil
}

// checkDate wants a day that is in the calendar, in the one form whose strings
// sort as the days do.
func checkDate(d Date) error {
	if _, err := d.Time(time.UTC); err != nil {
		return errors.New("is no date such as 2022-10-05")
	}
	return nil
}

// checkDigest leaves no room for prose in hexadecimal's place.
func checkDigest(d Digest) error {
	if len(d) != 64 {
		return errors.New("is no SHA-256")
	}
	for i := range len(d) {
		if c := d[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return errors.New("is no SHA-256 in lower-case hexadecimal digits")
		}
	}
	return nil
}

// checkText wants one language at least, and no language without a text.
func checkText(t Text) error {
	if len(t) == 0 {
		return errors.New("is a text in no language")
	}
	for lang, s := range t {
		switch {
		case len(lang) < 2 || len(lang) > 3 || !isWord(lang):
			return errors.New("is a text in no language such as fi")
		case s == "":
			return fmt.Errorf("the text in %s is empty", lang)
		case len(s) > longestText:
			return fmt.Errorf("the text in %s is longer than %d bytes", lang, longestText)
		case !utf8.ValidString(s):
			return fmt.Errorf("the text in %s is not UTF-8", lang)
		}
	}
	return nil
}

// checkPersonal lets plain text through: an event is checked before it is
// sealed, and Encode alone asks for the box.
func checkPersonal(p Personal) (members int, err error) {
	switch text := p.Text(); {
	case !isWord(string(p.Of)), p.And != "" && !isWord(string(p.And)):
		return 0, errors.New("is the text of nobody")
	case len(text) > longestText:
		return 0, fmt.Errorf("is longer than %d bytes", longestText)
	case !utf8.ValidString(text):
		return 0, errors.New("is not UTF-8")
	case len(p.Box) > longestBox:
		return 0, fmt.Errorf("is longer than %d bytes when sealed", longestBox)
	case p.And != "":
		return 3, nil
	}
	return 2, nil
}

// A Link is the address of something that all participants may open.
type Link string

// checkLink keeps out what a page must not link to, such as a script, and what
// nobody should publish, such as a password.
func checkLink(l Link) error {
	u, err := url.Parse(string(l))
	switch {
	case err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "":
		return errors.New("is no web address such as https://example.org/page")
	case u.User != nil:
		return errors.New("is a web address with a password in it")
	case len(l) > longestLink:
		return fmt.Errorf("is longer than %d bytes", longestLink)
	}
	return nil
}

// A Name is one line of public text that is the same in every language: the
// name of a speaker, of an engine, of a licence, of a time zone.
type Name string

// checkName lets a name be empty only where its field is marked as optional,
// which structRule sees to.
func checkName(n Name) error {
	if len(n) > longestName || !utf8.ValidString(string(n)) {
		return fmt.Errorf("is longer than %d bytes, or not UTF-8", longestName)
	}
	for _, r := range n {
		if unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp) {
			return errors.New("is more than one line")
		}
	}
	return nil
}
