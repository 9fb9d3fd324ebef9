package vault

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func TestMigrate(t *testing.T) {
	p := newPlace(t)
	nc, _ := p.serve(t)
	dir := folder(t)
	k := openDir(t, dir)
	hers, his := wired(t, k, registered(anna, "Anna", "")), wired(t, k, registered(bertil, "Bertil", ""))
	mask, err := k.Mask("mentoring", "2022", "respondent", string(anna))
	if err != nil {
		t.Fatal(err)
	}
	if err := k.Forget("mentoring", "p-9", "p-8"); err != nil {
		t.Fatal(err)
	}
	key := bytes.Clone(k.keys[of(anna)])
	k.Close()
	former, err := os.Open(filepath.Join(dir, fileName)) // what a deleted file leaves
	if err != nil {
		t.Fatal(err)
	}
	defer former.Close()

	s := openStream(t, nc, StreamOptions{KEKFile: p.kek})
	if _, err := s.Add(Record{of(anna), key}); err != nil { // by a process that was killed at it
		t.Fatal(err)
	}
	if err := s.Destroy(of(bertil)); err != nil { // since then
		t.Fatal(err)
	}
	n, err := Migrate(openFile(t, dir), s)
	if err != nil || n != 5 {
		t.Fatalf("%d, %v", n, err)
	}
	k = keysOf(t, s)
	if got, err := opened(k, hers, "name"); err != nil || got != "Anna" {
		t.Errorf("%q, %v", got, err)
	}
	if got, err := opened(k, his, "name"); !errors.Is(err, ErrForgotten) {
		t.Errorf("who was forgotten since is back: %q, %v", got, err)
	}
	if again, err := k.Mask("mentoring", "2022", "respondent", string(anna)); err != nil || again != mask {
		t.Errorf("%q, %v; want %q", again, err, mask)
	}
	if !k.Forgotten("mentoring", "p-9") || !k.Forgotten("mentoring", "p-8") {
		t.Error("who was forgotten is not")
	}
	left := make([]byte, 1<<16)
	if n, _ := former.ReadAt(left, 0); n == 0 || len(bytes.Trim(left[:n], "\x00")) > 0 {
		t.Error("the file was not overwritten")
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder: %v", err)
	}
	if inFolder(t, p.data, key) {
		t.Error("the store holds a key in the clear")
	}
}

func openFile(t testing.TB, dir string) *File {
	t.Helper()
	f, err := OpenFile(dir)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestMigrateDestroysWhoWasForgottenInTheFile(t *testing.T) {
	p := newPlace(t)
	nc, _ := p.serve(t)
	dir := folder(t)
	k := openDir(t, dir)
	wired(t, k, registered(anna, "Anna", ""))
	key := bytes.Clone(k.keys[of(anna)])
	if err := k.Forget("mentoring", anna); err != nil {
		t.Fatal(err)
	}
	k.Close()
	s := openStream(t, nc, StreamOptions{KEKFile: p.kek})
	if _, err := s.Add(Record{of(anna), key}); err != nil {
		t.Fatal(err)
	}
	if _, err := Migrate(openFile(t, dir), s); err != nil {
		t.Fatal(err)
	}
	if !keysOf(t, s).Forgotten("mentoring", anna) {
		t.Error("she is not forgotten")
	}
}

func TestMigrateMovesNothingIntoOtherKeys(t *testing.T) {
	p := newPlace(t)
	nc, _ := p.serve(t)
	dir := folder(t)
	k := openDir(t, dir)
	hers := wired(t, k, registered(anna, "Anna", ""))
	wired(t, k, registered(bertil, "Bertil", ""))
	k.Close()
	s := openStream(t, nc, StreamOptions{KEKFile: p.kek})
	wired(t, keysOf(t, s), registered(bertil, "Bertil", ""))
	s = openStream(t, nc, StreamOptions{KEKFile: p.kek})
	f := openFile(t, dir)
	if _, err := Migrate(f, s); err == nil {
		t.Fatal("two keys of one person became one")
	}
	f.Close()
	if got, err := opened(openDir(t, dir), hers, "name"); err != nil || got != "Anna" {
		t.Errorf("the file: %q, %v", got, err)
	}
	if found, err := s.Find(of(anna)); err != nil || len(found) > 0 {
		t.Errorf("%d, %v", len(found), err)
	}
}
