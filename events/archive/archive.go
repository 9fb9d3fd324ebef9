// Package archive keeps the history as plain files: the fast way to replay it,
// and its second copy.
//
// An archive is a folder of segments, each named by the place of its first
// line: 00000000000000000001.ndjson, and so on. A line is exactly the bytes
// that an event has in the journal, with a line break; line k of the whole is
// place k, and there are no gaps. So cat *.ndjson is an export, and sha256sum
// -c *.sha256 checks every segment that is full. A [Writer] is fed by whoever
// follows the journal and is a moment behind it; a [Reader] reads a folder or a
// single file, also while another process writes it. [Check] and [Mend] find
// and repair what went wrong on the disk.
//
// The package never talks to a journal: it takes lines and gives lines. It
// never changes a line, and it holds no text of people but what is sealed. To
// add a form of the history as a file, take an iterator of [Line] as [Export]
// does.
package archive

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// ErrDamaged is what a [Damage] is.
var ErrDamaged = errors.New("the archive is damaged")

// ErrGap is returned where a line doesn't follow upon the one before it.
var ErrGap = errors.New("the history has a gap")

// ErrBusy is returned where another process, or another [Writer], has the
// archive.
var ErrBusy = errors.New("the archive is being written by another process")

// A Line is an event's bytes, without the line break, and its place.
type Line struct {
	Place uint64
	Bytes []byte
}

// A Source gives the lines that another copy of the history, such as the
// journal, has past the place after, and ends with the last of them.
type Source func(after uint64) iter.Seq2[Line, error]

// A Damage says where an archive isn't what was written. It is an
// [ErrDamaged].
type Damage struct {
	File  string // the segment or export
	Place uint64 // the first that can't be relied on
	Why   error

	first, following uint64 // the places that are to be written anew; following is 0 at the end
}

// Error names the file and the place.
func (d *Damage) Error() string {
	return fmt.Sprintf("%s is damaged at place %d: %v", filepath.Base(d.File), d.Place, d.Why)
}

// Is makes every Damage an [ErrDamaged].
func (d *Damage) Is(target error) bool { return target == ErrDamaged }

// Unwrap returns what was found.
func (d *Damage) Unwrap() error { return d.Why }

const (
	longestLine = 16 << 20 // bytes; a journal's messages are far shorter
	suffix      = ".ndjson"
	digits      = 20 // of a place in a segment's name, so that names sort as places do
)

// A segment is one file of an archive and the place of its first line.
type segment struct {
	file  string
	first uint64
}

func segmentAt(dir string, first uint64) segment {
	return segment{filepath.Join(dir, fmt.Sprintf("%0*d%s", digits, first, suffix)), first}
}

// segments lists those of dir, in order.
func segments(dir string) ([]segment, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var all []segment
	for _, e := range entries {
		if first, ok := firstInName(e.Name()); ok {
			all = append(all, segment{filepath.Join(dir, e.Name()), first})
		}
	}
	return all, nil
}

// firstInName returns the place that a segment's name gives.
func firstInName(name string) (uint64, bool) {
	number, ok := strings.CutSuffix(name, suffix)
	if !ok || len(number) != digits {
		return 0, false
	}
	first, err := strconv.ParseUint(number, 10, 64)
	return first, err == nil && first > 0
}

// A splitter reads the lines of a file that may still grow. What it returns
// stands in its own buffer until the next call.
type splitter struct {
	from       io.Reader
	buf        []byte
	begin, end int // buf[begin:end] is read and not yet given
	seen       int // buf[begin:seen] has no line break
}

func newSplitter(from io.Reader) *splitter {
	return &splitter{from: from, buf: make([]byte, 256<<10)}
}

// next returns the next line without its break, or io.EOF where none is whole;
// asked again, it sees whether the file has grown.
func (s *splitter) next() ([]byte, error) {
	for {
		if i := bytes.IndexByte(s.buf[s.seen:s.end], '\n'); i >= 0 {
			line := s.buf[s.begin : s.seen+i]
			s.begin = s.seen + i + 1
			s.seen = s.begin
			return line, nil
		}
		s.seen = s.end
		if err := s.fill(); err != nil {
			return nil, err
		}
	}
}

// fill reads on, and makes room before it if there is none.
func (s *splitter) fill() error {
	if s.begin > 0 {
		s.end = copy(s.buf, s.buf[s.begin:s.end])
		s.begin, s.seen = 0, s.end
	}
	if s.end == len(s.buf) {
		if s.end >= longestLine {
			return fmt.Errorf("a line is longer than %d bytes", longestLine)
		}
		s.buf = append(s.buf, make([]byte, len(s.buf))...)
	}
	n, err := s.from.Read(s.buf[s.end:])
	s.end += n
	if n > 0 {
		return nil
	}
	return err
}

// rest is how many bytes stand after the last line break.
func (s *splitter) rest() int { return s.end - s.begin }
