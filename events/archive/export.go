package archive

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"iter"
	"os"
	"time"

	"kolmikko/events"
)

// Format is what a manifest says that its file is.
const Format = "kolmikko-history/1"

// A Manifest says what an export holds. It stands beside it, in
// FILE.manifest.json.
type Manifest struct {
	Format string    `json:"format"`
	Count  uint64    `json:"count"`  // of lines
	First  uint64    `json:"first"`  // place, or 0 in an empty export
	Last   uint64    `json:"last"`   // place
	SHA256 string    `json:"sha256"` // of the file, in hexadecimal
	Bytes  int64     `json:"bytes"`
	MadeAt time.Time `json:"made_at"`
}

// ManifestOf returns where the manifest of an export stands.
func ManifestOf(file string) string { return file + ".manifest.json" }

// Export writes lines to w, each with a line break, and returns what it wrote.
// The lines must follow each other: a gap is an [ErrGap].
func Export(w io.Writer, lines iter.Seq2[Line, error], at time.Time) (Manifest, error) {
	m := Manifest{Format: Format, MadeAt: at.UTC()}
	sum := sha256.New()
	out := bufio.NewWriterSize(io.MultiWriter(w, sum), 256<<10)
	for l, err := range lines {
		if err != nil {
			return Manifest{}, fmt.Errorf("export: %w", err)
		}
		if m.Count > 0 && l.Place != m.Last+1 {
			return Manifest{}, fmt.Errorf("export: place %d after %d: %w", l.Place, m.Last, ErrGap)
		}
		if m.Count == 0 {
			m.First = l.Place
		}
		m.Last = l.Place
		m.Count++
		m.Bytes += int64(len(l.Bytes)) + 1
		out.Write(l.Bytes) // the first error stays and is Flush's
		if err := out.WriteByte('\n'); err != nil {
			return Manifest{}, fmt.Errorf("export: %w", err)
		}
	}
	if err := out.Flush(); err != nil {
		return Manifest{}, fmt.Errorf("export: %w", err)
	}
	m.SHA256 = hex.EncodeToString(sum.Sum(nil))
	return m, nil
}

// ExportFile exports lines to file and its manifest beside it. Neither is there
// before it is whole and on the disk; what was there before is replaced.
func ExportFile(file string, lines iter.Seq2[Line, error], at time.Time) (Manifest, error) {
	var m Manifest
	err := replace(file, func(w io.Writer) (err error) {
		m, err = Export(w, lines, at)
		return err
	})
	if err != nil {
		return Manifest{}, err
	}
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return Manifest{}, err
	}
	return m, replace(ManifestOf(file), func(w io.Writer) error {
		_, err := w.Write(append(text, '\n'))
		return err
	})
}

// ReadManifest returns what the manifest of an export says; os.ErrNotExist if
// it has none.
func ReadManifest(file string) (Manifest, error) {
	text, err := os.ReadFile(ManifestOf(file))
	if err != nil {
		return Manifest{}, fmt.Errorf("read the manifest: %w", err)
	}
	var m Manifest
	if err := json.Unmarshal(text, &m); err != nil {
		return Manifest{}, fmt.Errorf("read the manifest %s: %w", ManifestOf(file), err)
	}
	switch {
	case m.Format != Format:
		return Manifest{}, fmt.Errorf("the manifest's format is %q, not %q", m.Format, Format)
	case m.Count > 0 && (m.First == 0 || m.Last-m.First+1 != m.Count), m.Count == 0 && m.Last != m.First:
		return Manifest{}, fmt.Errorf("the manifest counts %d lines from place %d to %d", m.Count, m.First, m.Last)
	}
	return m, nil
}

// VerifyExport reads file to its end and returns its manifest if it is what the
// manifest says, to the byte, and this build can decode every line. Errors name
// the line. Nothing should be restored from a file without it.
func VerifyExport(file string) (Manifest, error) {
	m, err := ReadManifest(file)
	if err != nil {
		return Manifest{}, err
	}
	f, err := os.Open(file)
	if err != nil {
		return Manifest{}, err
	}
	defer f.Close()
	v := verification{sum: sha256.New()}
	if err := v.read(f, max(m.First, 1)); err != nil {
		return Manifest{}, fmt.Errorf("verify %s: %w", file, err)
	}
	switch {
	case v.lines != m.Count:
		err = fmt.Errorf("the manifest counts %d lines and here are %d", m.Count, v.lines)
	case v.bytes != m.Bytes:
		err = fmt.Errorf("the manifest says %d bytes and here are %d", m.Bytes, v.bytes)
	case hex.EncodeToString(v.sum.Sum(nil)) != m.SHA256:
		err = errors.New("the SHA-256 is not the manifest's")
	}
	if err != nil {
		return Manifest{}, fmt.Errorf("verify %s: %w: %w", file, ErrDamaged, err)
	}
	return m, nil
}

type verification struct {
	sum   hash.Hash
	lines uint64
	bytes int64
}

func (v *verification) read(from io.Reader, first uint64) error {
	lines := newSplitter(io.TeeReader(from, v.sum))
	for {
		line, err := lines.next()
		switch {
		case err == io.EOF && lines.rest() > 0:
			return fmt.Errorf("line %d: the file ends in the middle of it: %w", v.lines+1, ErrDamaged)
		case err == io.EOF:
			return nil
		case err != nil:
			return fmt.Errorf("line %d: %w", v.lines+1, err)
		}
		if _, err := events.Decode(first+v.lines, line); err != nil {
			return fmt.Errorf("line %d: %w", v.lines+1, err)
		}
		v.lines++
		v.bytes += int64(len(line)) + 1
	}
}
