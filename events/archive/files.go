package archive

import (
	"io"
	"os"
	"path/filepath"
)

// unfinished ends the name of a file that isn't whole yet.
const unfinished = ".tmp"

// replace writes a file beside the one it is to be, and puts it in its place
// once it is on the disk. If it fails, what was there before is left.
func replace(file string, write func(io.Writer) error) error {
	f, err := os.OpenFile(file+unfinished, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	err = write(f)
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(f.Name(), file)
	}
	if err != nil {
		os.Remove(f.Name())
		return err
	}
	return syncDir(filepath.Dir(file))
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
