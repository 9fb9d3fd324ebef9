package vault

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A ring is where the key-encryption keys are: in a file, where they can be
// replaced, or in a value that was given, where they can't. The first one is
// the one to wrap under; another is there only until a rotation is through.
type ring struct {
	path  string // empty for a value
	value string
	keks  []kek
	step  func(string)
}

func newRing(o StreamOptions) (*ring, error) {
	r := &ring{path: o.KEKFile, value: o.KEKValue, step: o.step}
	if (r.path == "") == (r.value == "") {
		return nil, fmt.Errorf("%w: name either a file or a value", ErrKEK)
	}
	if o.Apart == "" || r.path == "" {
		return r, nil
	}
	in, err := within(o.Apart, r.path)
	if err == nil && in {
		err = fmt.Errorf("%w: %s is inside %s, whose backups would hold it beside the keys; put it elsewhere", ErrKEK, r.path, o.Apart)
	}
	return r, err
}

// within reports whether path is below dir. Neither need exist.
func within(dir, path string) (bool, error) {
	dir, err := resolve(dir)
	if err != nil {
		return false, err
	}
	if path, err = resolve(path); err != nil {
		return false, err
	}
	rel, err := filepath.Rel(dir, path)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)), nil
}

// resolve returns path without symbolic links, as far as it exists.
func resolve(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	resolved, err := filepath.EvalSymlinks(path)
	if errors.Is(err, fs.ErrNotExist) && filepath.Dir(path) != path {
		dir, err := resolve(filepath.Dir(path))
		return filepath.Join(dir, filepath.Base(path)), err
	}
	return resolved, err
}

// load reads the key-encryption keys.
func (r *ring) load() error {
	text := []byte(r.value)
	if r.path != "" {
		var err error
		if text, err = os.ReadFile(r.path); err != nil {
			return err
		}
		if err := guarded(r.path, 0o600); err != nil {
			return err
		}
	}
	keks, err := parseKEKs(string(text))
	clear(text)
	if err != nil {
		return fmt.Errorf("%s: %w", r.name(), err)
	}
	r.keks = keks
	return nil
}

func (r *ring) name() string {
	if r.path == "" {
		return "the value given"
	}
	return r.path
}

// find returns the key-encryption key with an id. Another process may have
// put it there just now.
func (r *ring) find(id string) (kek, error) {
	for reloaded := false; ; reloaded = true {
		if i := slices.IndexFunc(r.keks, func(k kek) bool { return k.id == id }); i >= 0 {
			return r.keks[i], nil
		}
		if reloaded {
			break
		}
		switch err := r.load(); {
		case errors.Is(err, fs.ErrNotExist):
			return kek{}, fmt.Errorf("%w: keys are wrapped under %s, and %s is missing; without it nobody can read personal text: put it back",
				ErrKEK, id, r.path)
		case err != nil:
			return kek{}, err
		}
	}
	return kek{}, fmt.Errorf("%w: keys are wrapped under %s, and %s has %s; put the right one there",
		ErrKEK, id, r.name(), r.ids())
}

func (r *ring) ids() string {
	ids := make([]string, len(r.keks))
	for i, k := range r.keks {
		ids[i] = k.id
	}
	return strings.Join(ids, ", ")
}

// lock keeps other processes of this machine from changing the file until
// release, and sweeps what one left that was killed.
func (r *ring) lock(ctx context.Context) (release func(), err error) {
	if r.path == "" {
		return func() {}, nil
	}
	if err := os.MkdirAll(filepath.Dir(r.path), 0o700); err != nil {
		return nil, err
	}
	// Not the file itself, which is replaced while it is locked.
	name := r.path + ".lock"
	made, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	made.Close()
	for {
		held, err := lockDir(name)
		if err == nil {
			if err := r.sweep(); err != nil {
				held.Close()
				return nil, err
			}
			return func() { held.Close() }, nil
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(10 * time.Millisecond):
		}
		if !errors.Is(err, ErrBusy) {
			return nil, err
		}
	}
}

// Where a replacement is written, and where the former file waits for being
// overwritten.
func (r *ring) tmp() string { return r.path + ".tmp" }
func (r *ring) old() string { return r.path + ".old" }

// sweep destroys what a killed process left. What is to be the file's former
// content may still be the file itself.
func (r *ring) sweep() error {
	now, err := os.Stat(r.path)
	old, oldErr := os.Stat(r.old())
	if err == nil && oldErr == nil && os.SameFile(now, old) {
		if err := os.Remove(r.old()); err != nil {
			return err
		}
	}
	for _, left := range []string{r.tmp(), r.old()} {
		if err := overwrite(left); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// replace puts other keys into the file, whole or not at all, and overwrites
// and removes the former file. The ring must be locked.
func (r *ring) replace(keks ...kek) error {
	if err := r.write(formatKEKs(keks)); err != nil {
		return fmt.Errorf("replace %s: %w", r.path, err)
	}
	r.keks = keks
	return nil
}

func (r *ring) write(content []byte) error {
	file, err := os.OpenFile(r.tmp(), os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	clear(content)
	if err == nil {
		err = file.Sync()
	}
	if err := errors.Join(err, file.Close()); err != nil {
		return errors.Join(err, overwrite(r.tmp()))
	}
	// A second name for what is there now, so that it is found and overwritten
	// even if this process is killed in between.
	if err := os.Link(r.path, r.old()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(err, overwrite(r.tmp()))
	}
	dir := filepath.Dir(r.path)
	if err := syncDir(dir); err != nil {
		return err
	}
	r.step("kek linked")
	if err := os.Rename(r.tmp(), r.path); err != nil {
		return err
	}
	if err := syncDir(dir); err != nil {
		return err
	}
	r.step("kek renamed")
	return errors.Join(r.sweep(), syncDir(dir))
}
