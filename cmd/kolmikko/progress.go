package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// A progress shows how far long work is: a bar on a terminal, a line a second
// elsewhere.
type progress struct {
	w    io.Writer
	what string
	said time.Time

	bars *mpb.Progress // nil where w is no terminal
	bar  *mpb.Bar
	note string
}

func newProgress(w io.Writer, what string) *progress {
	p := &progress{w: w, what: what, said: time.Now()}
	if _, tty := width(w); tty && os.Getenv("TERM") != "dumb" {
		p.bars = mpb.New(mpb.WithOutput(w), mpb.WithWidth(40), mpb.WithRefreshRate(120*time.Millisecond))
		p.bar = p.bars.AddBar(0,
			mpb.PrependDecorators(decor.Name(what+" ")),
			mpb.AppendDecorators(decor.Percentage(), decor.Any(func(decor.Statistics) string { return "  " + p.note })))
	}
	return p
}

// set says that done of total is done, and notes something beside it.
func (p *progress) set(done, total int64, note string) {
	p.note = note
	if p.bar != nil {
		p.bar.SetTotal(total, false)
		p.bar.SetCurrent(done)
		return
	}
	if time.Since(p.said) >= time.Second && total > 0 {
		p.said = time.Now()
		fmt.Fprintf(p.w, "%s: %d %%, %s\n", p.what, 100*done/total, note)
	}
}

// done ends the bar.
func (p *progress) done(complete bool) {
	if p.bar == nil {
		return
	}
	if complete {
		p.bar.SetTotal(-1, true)
	} else {
		p.bar.Abort(false)
	}
	p.bars.Wait()
}
