package vault

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
)

// ErrBusy is returned where another process has the folder of keys.
var ErrBusy = errors.New("the keys are in use by another process")

// ErrExposed is returned for keys that others than their owner can get at; the
// error says which command puts it right.
var ErrExposed = errors.New("the keys are open to other users")

const (
	fileName   = "keys.ndjson"
	unfinished = fileName + ".tmp"
)

// A File is a [Store] in a folder: keys.ndjson, with a record a line, which
// only its owner may read. Keep it apart from the journal and from its backups:
// a key that a backup has is not destroyed.
type File struct {
	dir  string
	lock *os.File
	file *os.File
	size int64
	err  error // what made the file unsure; it stays
}

// OpenFile opens the keys in the folder dir, and makes both where there are
// none. Only one process can have them.
func OpenFile(dir string) (*File, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	if err := guarded(dir, 0o700); err != nil {
		return nil, err
	}
	lock, err := lockDir(dir)
	if err != nil {
		return nil, err
	}
	f := &File{dir: dir, lock: lock}
	if err := f.open(); err != nil {
		lock.Close()
		return nil, err
	}
	return f, nil
}

// OpenDir returns the vault whose keys are in the folder dir: see [OpenFile].
func OpenDir(dir string, o Options) (*Keys, error) {
	f, err := OpenFile(dir)
	if err != nil {
		return nil, fmt.Errorf("open the vault: %w", err)
	}
	k, err := Load(f, o)
	if err != nil {
		f.Close()
	}
	return k, err
}

func (f *File) path() string { return filepath.Join(f.dir, fileName) }

func (f *File) open() error {
	left := filepath.Join(f.dir, unfinished) // by a process that was killed
	if err := overwrite(left); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	var err error
	f.file, err = os.OpenFile(f.path(), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	if err := guarded(f.path(), 0o600); err != nil {
		f.file.Close()
		return err
	}
	return syncDir(f.dir)
}

// guarded returns an [ErrExposed] if others have a right to path.
func guarded(path string, mode os.FileMode) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if info.Mode().Perm()&^mode != 0 && runtime.GOOS != "windows" {
		return fmt.Errorf("%w: chmod %o %s", ErrExposed, mode, path)
	}
	return nil
}

// Load reads all records. A last line that wasn't finished is cut off: its Add
// never returned. Any other line that can't be read is an error that names it.
func (f *File) Load() ([]Record, error) {
	text, err := io.ReadAll(io.NewSectionReader(f.file, 0, 1<<40))
	if err != nil {
		return nil, err
	}
	whole := bytes.LastIndexByte(text, '\n') + 1
	records, err := parse(text[:whole])
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.path(), err)
	}
	if whole < len(text) {
		if err := errors.Join(f.file.Truncate(int64(whole)), f.file.Sync()); err != nil {
			return nil, err
		}
	}
	f.size = int64(whole)
	return records, nil
}

// Add writes records at the end of the file, and syncs it. If it fails, the file
// refuses every later call.
func (f *File) Add(records ...Record) ([]Record, error) {
	if f.err != nil {
		return nil, f.err
	}
	var b []byte
	for _, r := range records {
		b = appendRecord(b, r)
	}
	_, err := f.file.WriteAt(b, f.size)
	if err == nil {
		err = f.file.Sync()
	}
	if err != nil { // perhaps they are there, perhaps not
		f.err = fmt.Errorf("%s: %w", f.path(), err)
		return nil, f.err
	}
	f.size += int64(len(b))
	return records, nil
}

// Destroy writes the file anew without the owners' keys, puts it in the old
// one's place, and overwrites the old one. What a disk keeps of overwritten
// blocks is out of its reach: the folder should be on an encrypted disk.
func (f *File) Destroy(owners ...Owner) error {
	if f.err != nil {
		return f.err
	}
	records, err := f.Load()
	if err != nil {
		return err
	}
	for _, o := range owners {
		if i := slices.IndexFunc(records, func(r Record) bool { return r.Owner == o }); i >= 0 {
			records[i].Key = nil
		} else {
			records = append(records, Record{Owner: o})
		}
	}
	var b []byte
	for _, r := range records {
		b = appendRecord(b, r)
	}
	file, err := f.replacement(b)
	if err != nil {
		return err
	}
	old, size := f.file, f.size
	f.file, f.size = file, int64(len(b))
	return errors.Join(syncDir(f.dir), blank(old, size), old.Close())
}

// replacement puts a new file in the old one's place, whole or not at all, and
// returns it.
func (f *File) replacement(content []byte) (*os.File, error) {
	file, err := os.OpenFile(filepath.Join(f.dir, unfinished), os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	_, err = file.Write(content)
	if err == nil {
		err = file.Sync()
	}
	if err == nil {
		err = os.Rename(file.Name(), f.path())
	}
	if err != nil {
		file.Close()
		return nil, errors.Join(err, overwrite(file.Name()))
	}
	return file, nil
}

// Close lets go of the file and the folder.
func (f *File) Close() error { return errors.Join(f.file.Close(), f.lock.Close()) }

// overwrite blanks a file of keys and removes it.
func overwrite(path string) error {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	info, err := file.Stat()
	if err == nil {
		err = blank(file, info.Size())
	}
	return errors.Join(err, file.Close(), os.Remove(path))
}

func blank(file *os.File, size int64) error {
	if _, err := file.WriteAt(make([]byte, size), 0); err != nil {
		return err
	}
	return file.Sync()
}

// syncDir puts on the disk which files dir has.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
