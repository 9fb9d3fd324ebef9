package archive

import (
	"bytes"
	"errors"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kolmikko/events"
)

func exported(t testing.TB, after, last uint64) (string, Manifest) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "history.ndjson")
	m, err := ExportFile(file, history(t, last)(after), noon)
	if err != nil {
		t.Fatal(err)
	}
	return file, m
}

func TestExporting(t *testing.T) {
	file, m := exported(t, 0, 45)
	if got, err := os.ReadFile(file); err != nil || !bytes.Equal(got, whole(t, 45)) {
		t.Error("the export is not the history", err)
	}
	if m.Count != 45 || m.First != 1 || m.Last != 45 || m.Bytes != int64(len(whole(t, 45))) || !m.MadeAt.Equal(noon) {
		t.Errorf("%+v", m)
	}
	if got, err := VerifyExport(file); err != nil || got != m {
		t.Errorf("%+v, %v; want %+v", got, err, m)
	}
	t.Run("an export of an archive is the same", func(t *testing.T) {
		r, err := Open(written(t, 45))
		if err != nil {
			t.Fatal(err)
		}
		again, err := Export(new(bytes.Buffer), r.Lines(0), noon)
		if err != nil || again != m {
			t.Errorf("%+v, %v; want %+v", again, err, m)
		}
	})
	t.Run("a part keeps its places", func(t *testing.T) {
		part, m := exported(t, 30, 45)
		if _, err := VerifyExport(part); err != nil || m.First != 31 || m.Count != 15 {
			t.Errorf("%+v, %v", m, err)
		}
		if first, last, err := places(t, part, 0); first != 31 || last != 45 || err != nil {
			t.Error(first, last, err)
		}
		if first, last, err := places(t, part, 40); first != 41 || last != 45 || err != nil {
			t.Error(first, last, err)
		}
	})
	t.Run("an empty history is an empty file", func(t *testing.T) {
		empty, m := exported(t, 0, 0)
		if got, err := VerifyExport(empty); err != nil || got != m || m.Count != 0 {
			t.Errorf("%+v, %v", m, err)
		}
		if _, last, err := places(t, empty, 0); last != 0 || err != nil {
			t.Error(last, err)
		}
	})
	t.Run("a gap is an error, and leaves what was there", func(t *testing.T) {
		gap := func(yield func(Line, error) bool) {
			_ = yield(Line{1, line(t, 1)}, nil) && yield(Line{3, line(t, 3)}, nil)
		}
		failing := func(yield func(Line, error) bool) { yield(Line{}, fs.ErrPermission) }
		for want, lines := range map[error]iter.Seq2[Line, error]{ErrGap: gap, fs.ErrPermission: failing} {
			if _, err := ExportFile(file, lines, noon); !errors.Is(err, want) {
				t.Errorf("%v; want %v", err, want)
			}
			if _, err := VerifyExport(file); err != nil {
				t.Error(err)
			}
		}
	})
	t.Run("the time is UTC and the caller's", func(t *testing.T) {
		m, err := Export(new(bytes.Buffer), history(t, 1)(0), noon.In(time.FixedZone("", 3600)))
		if err != nil || m.MadeAt != noon {
			t.Error(m.MadeAt, err)
		}
	})
}

func TestVerifyingAnExport(t *testing.T) {
	third := bytes.Index(whole(t, 45), line(t, 3))
	harms := map[string]struct {
		change func([]byte) []byte
		want   error
		says   string
	}{
		"a line that is none":     {func(b []byte) []byte { b[third] = 'x'; return b }, events.ErrMalformed, "line 3: "},
		"another position":        {func(b []byte) []byte { return bytes.Replace(b, []byte(`"position":3`), []byte(`"position":4`), 1) }, ErrDamaged, "SHA-256"},
		"a line less":             {func(b []byte) []byte { return b[:bytes.LastIndexByte(b[:len(b)-1], '\n')+1] }, ErrDamaged, "45 lines and here are 44"},
		"a line more":             {func(b []byte) []byte { return append(b, string(line(t, 46))+"\n"...) }, ErrDamaged, "45 lines and here are 46"},
		"an end in a line":        {func(b []byte) []byte { return b[:len(b)-5] }, ErrDamaged, "line 45: "},
		"an end before its break": {func(b []byte) []byte { return b[:len(b)-1] }, ErrDamaged, "line 45: "},
		"an empty line":           {func(b []byte) []byte { return append(b, '\n') }, events.ErrMalformed, "line 46: "},
		"an unknown kind":         {func(b []byte) []byte { return bytes.Replace(b, []byte("-waitlisted"), []byte("-teleported"), 2) }, events.ErrUnknownKind, "line 1: "},
		"nothing":                 {func([]byte) []byte { return nil }, ErrDamaged, "45 lines and here are 0"},
		"two lines exchanged": {func(b []byte) []byte {
			four, five := line(t, 4), line(t, 5)
			return bytes.Replace(b, bytes.Join([][]byte{four, five}, lineBreak), bytes.Join([][]byte{five, four}, lineBreak), 1)
		}, ErrDamaged, "SHA-256"},
	}
	for what, c := range harms {
		t.Run(what, func(t *testing.T) {
			file, _ := exported(t, 0, 45)
			edit(t, file, c.change)
			if _, err := VerifyExport(file); !errors.Is(err, c.want) || err != nil && !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v; want %v: %s", err, c.want, c.says)
			}
		})
	}
	manifests := map[string]func([]byte) []byte{
		"no JSON":        func(b []byte) []byte { return b[1:] },
		"another format": func(b []byte) []byte { return bytes.Replace(b, []byte("history/1"), []byte("history/9"), 1) },
		"no sense":       func(b []byte) []byte { return bytes.Replace(b, []byte(`"last": 45`), []byte(`"last": 44`), 1) },
		"another sum":    func(b []byte) []byte { return bytes.Replace(b, []byte(`"sha256": "`), []byte(`"sha256": "0`), 1) },
		"another size":   func(b []byte) []byte { return bytes.Replace(b, []byte(`"bytes": `), []byte(`"bytes": 1`), 1) },
	}
	for what, change := range manifests {
		t.Run("a manifest of "+what, func(t *testing.T) {
			file, _ := exported(t, 0, 45)
			edit(t, ManifestOf(file), change)
			if m, err := VerifyExport(file); err == nil {
				t.Errorf("%+v is accepted", m)
			}
		})
	}
	t.Run("no manifest", func(t *testing.T) {
		if _, err := VerifyExport(put(t, "a.ndjson", whole(t, 3))); !errors.Is(err, os.ErrNotExist) {
			t.Error(err)
		}
	})
	t.Run("reading a file that is shorter than its manifest is an error", func(t *testing.T) {
		file, _ := exported(t, 0, 45)
		edit(t, file, func(b []byte) []byte { return b[:bytes.LastIndexByte(b[:len(b)-1], '\n')+1] })
		if _, last, err := places(t, file, 0); last != 44 || !errors.Is(err, ErrDamaged) {
			t.Error(last, err)
		}
	})
}
