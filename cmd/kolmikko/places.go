package main

import (
	"fmt"
	"io"

	"kolmikko/projections/audit"
)

// places are some of a history, in order.
type places []audit.Difference

// add adds a place that comes after all others.
func (p places) add(place uint64, missing bool) places {
	if n := len(p); n > 0 && p[n-1].Last+1 == place && p[n-1].Missing == missing {
		p[n-1].Last = place
		return p
	}
	return append(p, audit.Difference{First: place, Last: place, Missing: missing})
}

func (p places) count() (n uint64) {
	for _, d := range p {
		n += d.Last - d.First + 1
	}
	return n
}

// print names the places of a copy.
func (p places) print(w io.Writer, copied string) {
	for _, d := range p {
		word := "differs"
		if d.Missing {
			word = "is missing"
		}
		if d.First == d.Last {
			fmt.Fprintf(w, "%s: place %d %s\n", copied, d.First, word)
		} else {
			fmt.Fprintf(w, "%s: each place from %d to %d %s\n", copied, d.First, d.Last, word)
		}
	}
}

// A pointer goes through places as a reader goes through a history.
type pointer struct{ rest places }

// at reports whether a place, which comes after those that were asked about, is
// one of them.
func (p *pointer) at(place uint64) bool {
	for len(p.rest) > 0 && p.rest[0].Last < place {
		p.rest = p.rest[1:]
	}
	return len(p.rest) > 0 && p.rest[0].First <= place
}
