package archive

import (
	"bytes"
	"errors"
	"io/fs"
	"iter"
	"testing"
)

func TestMendingRefuses(t *testing.T) {
	harmed := func(t *testing.T) (string, []byte) {
		dir := written(t, 45)
		tail(func(b []byte) []byte { b[lineOf(b, 3)] = 'x'; return b }, 1)(t, dir)
		return dir, content(t, dir)
	}
	refused := map[string]struct {
		from Source
		want error
	}{
		"a copy that ends before": {history(t, 5), ErrGap},
		"a copy that has a gap":   {func(after uint64) iter.Seq2[Line, error] { return history(t, 45)(after + 1) }, ErrGap},
		"a copy that was changed": {changed(history(t, 45), 4), ErrDisputed},
		"a copy that can't be read": {func(uint64) iter.Seq2[Line, error] {
			return func(yield func(Line, error) bool) { yield(Line{}, fs.ErrPermission) }
		}, fs.ErrPermission},
	}
	for what, c := range refused {
		t.Run(what, func(t *testing.T) {
			dir, before := harmed(t)
			if mended, err := Mend(dir, c.from); !errors.Is(err, c.want) || len(mended) > 0 {
				t.Errorf("mended %v, %v; want %v", mended, err, c.want)
			}
			if !bytes.Equal(content(t, dir), before) {
				t.Error("the archive is not as it was")
			}
		})
	}
	t.Run("while a writer has it", func(t *testing.T) {
		dir := written(t, 5)
		w, err := OpenWriter(dir, Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer w.Close()
		if _, err := Mend(dir, history(t, 5)); !errors.Is(err, ErrBusy) {
			t.Error(err)
		}
	})
}

// changed is a copy in which somebody wrote another position.
func changed(from Source, place uint64) Source {
	return func(after uint64) iter.Seq2[Line, error] {
		return func(yield func(Line, error) bool) {
			for l, err := range from(after) {
				if l.Place == place {
					l.Bytes = bytes.Replace(l.Bytes, []byte(`"position":`), []byte(`"position":1`), 1)
				}
				if !yield(l, err) {
					return
				}
			}
		}
	}
}

func TestComparing(t *testing.T) {
	r, err := Open(written(t, 45))
	if err != nil {
		t.Fatal(err)
	}
	t.Run("the same is quiet", func(t *testing.T) {
		if last, err := r.Compare(0, history(t, 45)); err != nil || last != 45 {
			t.Error(last, err)
		}
		if last, err := r.Compare(30, history(t, 60)); err != nil || last != 45 {
			t.Error(last, err)
		}
	})
	t.Run("another line is named", func(t *testing.T) {
		last, err := r.Compare(0, changed(history(t, 45), 33))
		if d, ok := errors.AsType[*Difference](err); !ok || d.Place != 33 || last != 32 || bytes.Equal(d.Archive, d.Other) {
			t.Error(last, err)
		}
	})
	t.Run("an end that is missing is named", func(t *testing.T) {
		_, err := r.Compare(0, history(t, 40))
		if d, ok := errors.AsType[*Difference](err); !ok || d.Place != 41 || d.Other != nil {
			t.Error(err)
		}
	})
	t.Run("a gap is named", func(t *testing.T) {
		gap := func(after uint64) iter.Seq2[Line, error] { return history(t, 45)(after + 1) }
		if _, err := r.Compare(10, gap); !errors.Is(err, ErrGap) {
			t.Error(err)
		}
	})
}
