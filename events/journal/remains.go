package journal

import (
	"context"
	"errors"
	"iter"
)

// Remains yields what can still be read of a damaged history, in order: places
// that can't be are left out. It is for repairing; [JetStream.Lines] is for
// everything else.
func (j *JetStream) Remains(ctx context.Context, after uint64) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		r := &reading{j: j, subjects: subjectsOf(""), at: after}
		r.more = func(l Line) bool { return yield(l, nil) }
		if err := r.remains(ctx); err != nil && !errors.Is(err, errEnough) {
			yield(Line{}, err)
		}
	}
}

// remains reads on to the head, over places that can't be read.
func (r *reading) remains(ctx context.Context) error {
	end, err := r.j.Head(ctx)
	if err != nil {
		return err
	}
	for r.at < end {
		err := r.consume(ctx, end)
		switch {
		case err == nil:
			return nil
		case !errors.Is(err, errStalled) || ctx.Err() != nil:
			return err
		}
		if err := r.step(ctx, end); err != nil {
			return err
		}
	}
	return nil
}

// step gives the next line that can be read, asking for one place after the
// other; where there is none, it is at the end.
func (r *reading) step(ctx context.Context, end uint64) error {
	for place := r.at + 1; place <= end; place++ {
		m, err := r.j.get(ctx, query{Seq: place})
		switch {
		case err == nil:
			return r.line(Line{m.Seq, m.Subject, m.Time, m.Data})
		case !errors.Is(err, errNone):
			return r.wrap(err)
		}
	}
	r.at = end
	return nil
}
