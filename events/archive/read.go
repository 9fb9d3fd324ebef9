package archive

import (
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"runtime"
	"sync"

	"kolmikko/events"
)

// Read yields the events past the place after, in order, as [Reader.Lines] does.
// An error names the file and the place; a kind that this build doesn't know is
// an [events.ErrUnknownKind], a line that can't be read a [Damage].
func (r *Reader) Read(after uint64) iter.Seq2[events.Recorded, error] {
	return r.ReadIf(after, nil)
}

// ReadIf yields those events past the place after that want asks for by what
// [Peek] sees; the others aren't decoded. A nil want asks for all. It is asked
// once for each subject, from another goroutine, and so must always say the
// same.
//
// Lines are decoded on all processors and yielded in order. An event's Line
// shares its memory with its neighbours: clone what is kept for long.
func (r *Reader) ReadIf(after uint64, want func(events.Kind, events.ProgrammeID, events.CohortID) bool) iter.Seq2[events.Recorded, error] {
	return func(yield func(events.Recorded, error) bool) {
		workers := runtime.GOMAXPROCS(0)
		d := decoding{
			walk: walk{reader: r, after: after}, choice: choice{want: want, known: map[string]bool{}},
			work: make(chan *batch, workers), inOrder: make(chan *batch, 2*workers),
			used: make(chan *batch, 4*workers), enough: make(chan struct{}),
		}
		var all sync.WaitGroup
		defer all.Wait()
		defer close(d.enough)
		all.Go(d.read)
		for range workers {
			all.Go(d.decode)
		}
		for b := range d.inOrder {
			<-b.done
			for _, e := range b.events {
				if !yield(e, nil) {
					return
				}
			}
			if b.err != nil {
				yield(events.Recorded{}, b.err)
				return
			}
			d.reuse(b)
		}
	}
}

const (
	batchLines = 128
	batchBytes = 64 << 10
)

// A batch is lines of one file that follow each other, and then their events.
type batch struct {
	file   string
	lines  []Line
	text   []byte // what the lines stand in
	events []events.Recorded
	err    error         // what follows upon them
	done   chan struct{} // closed when they are decoded
}

// A decoding hands batches from one goroutine that reads to several that decode
// and to the one that yields.
type decoding struct {
	walk    walk
	choice  choice // owned by read
	work    chan *batch
	inOrder chan *batch
	used    chan *batch
	enough  chan struct{} // closed when nobody wants more
}

// read fills batches and hands them on, until the end or enough.
func (d *decoding) read() {
	defer close(d.inOrder)
	defer close(d.work)
	b := d.fresh()
	err := d.walk.all(func(l Line) bool {
		if !d.choice.takes(l.Bytes) {
			return true
		}
		full := len(b.lines) == batchLines || len(b.text)+len(l.Bytes) > cap(b.text)
		if len(b.lines) > 0 && (full || b.file != d.walk.file) {
			if !d.handOn(b) {
				return false
			}
			b = d.fresh()
		}
		b.add(d.walk.file, l)
		return true
	})
	b.err = err
	d.handOn(b)
}

func (b *batch) add(file string, l Line) {
	if b.text == nil {
		b.text = make([]byte, 0, max(batchBytes, len(l.Bytes)))
	}
	b.file = file
	begin := len(b.text)
	b.text = append(b.text, l.Bytes...)
	b.lines = append(b.lines, Line{l.Place, b.text[begin:len(b.text):len(b.text)]})
}

func (d *decoding) handOn(b *batch) bool {
	select {
	case d.inOrder <- b:
		d.work <- b // decode takes until work is closed
		return true
	case <-d.enough:
		return false
	}
}

// decode makes events of the lines of each batch.
func (d *decoding) decode() {
	for b := range d.work {
		for _, l := range b.lines {
			e, err := events.Decode(l.Place, l.Bytes)
			if err != nil {
				b.err = undecoded(b.file, l.Place, err)
				break
			}
			b.events = append(b.events, e)
		}
		close(b.done)
	}
}

// fresh returns an empty batch.
func (d *decoding) fresh() *batch {
	select {
	case b := <-d.used:
		return b
	default:
		return &batch{
			lines: make([]Line, 0, batchLines), events: make([]events.Recorded, 0, batchLines),
			done: make(chan struct{}),
		}
	}
}

// reuse keeps what nobody holds of a batch.
func (d *decoding) reuse(b *batch) {
	clear(b.events)
	*b = batch{lines: b.lines[:0], events: b.events[:0], done: make(chan struct{})}
	select {
	case d.used <- b:
	default:
	}
}

// A choice asks want about each subject once.
type choice struct {
	want  func(events.Kind, events.ProgrammeID, events.CohortID) bool
	known map[string]bool // by subject
}

func (c *choice) takes(line []byte) bool {
	if c.want == nil {
		return true
	}
	subject, usual := subjectIn(line)
	if takes, asked := c.known[string(subject)]; usual && asked {
		return takes
	}
	k, programme, cohort, ok := Peek(line)
	takes := !ok || c.want(k, programme, cohort) // what can't be peeked at is an error of the decoder's
	if usual && ok && len(c.known) < mostSubjects {
		c.known[string(subject)] = takes
	}
	return takes
}

const mostSubjects = 1 << 16 // that are remembered; a history has some hundreds

// undecoded returns what it means that a line of file can't be decoded: a kind
// from a later build is no damage.
func undecoded(file string, place uint64, err error) error {
	if errors.Is(err, events.ErrUnknownKind) {
		return fmt.Errorf("%s: %w", filepath.Base(file), err)
	}
	return &Damage{File: file, Place: place, Why: err}
}
