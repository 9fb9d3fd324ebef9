package audit

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
)

// The files of a tree, besides its tiles.
const (
	checkpointFile = "checkpoint"  // the newest, signed
	cosignedFile   = "cosigned"    // the newest that witnesses have cosigned
	keptFolder     = "checkpoints" // each that was signed, by its size
	witnessFolder  = "witnesses"   // what each has said
	tempFolder     = ".tmp"        // what isn't whole yet
)

// keptPath is where the checkpoint of a size is kept. Twelve digits, so that the
// order of names is that of sizes, and no folder has more than a thousand.
func keptPath(size uint64) string {
	return fmt.Sprintf("%s/%03d/%03d/%03d/%03d", keptFolder, size/1e9, size/1e6%1e3, size/1e3%1e3, size%1e3)
}

// parseKeptPath reads what keptPath writes, and nothing else.
func parseKeptPath(name string) (uint64, bool) {
	digits := strings.ReplaceAll(strings.TrimPrefix(name, keptFolder+"/"), "/", "")
	size, err := strconv.ParseUint(digits, 10, 63)
	return size, err == nil && keptPath(size) == name
}

// A store is where the files of a tree are read: a folder or a bundle. Names
// have slashes; one that isn't there is fs.ErrNotExist.
type store interface {
	read(name string) ([]byte, error)
	kept() ([]uint64, error)      // the sizes of the checkpoints that were kept, in order
	standings() ([]string, error) // names
}

// readTile reads a tile. A partial one that was removed when its tile became
// full is cut from that.
func readTile(s store, t tile) ([]byte, error) {
	b, err := s.read(t.path())
	if t.width == tileWidth || !errors.Is(err, fs.ErrNotExist) {
		return b, err
	}
	full, err := s.read(t.full().path())
	if err != nil {
		return nil, err
	}
	return narrow(t, full)
}

// A folder is a tree's files on a disk.
type folder string

func (f folder) path(name string) string { return filepath.Join(string(f), filepath.FromSlash(name)) }

func (f folder) read(name string) ([]byte, error) { return os.ReadFile(f.path(name)) }

func (f folder) kept() ([]uint64, error) {
	var sizes []uint64
	err := filepath.WalkDir(f.path(keptFolder), func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(string(f), file)
		if size, ok := parseKeptPath(filepath.ToSlash(name)); ok {
			sizes = append(sizes, size)
		}
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return sizes, err
}

// newestKept returns the greatest size of a checkpoint that was kept, reading
// only the folders on its way; 0 if there is none.
func (f folder) newestKept() (uint64, error) {
	name := keptFolder
	for {
		list, err := os.ReadDir(f.path(name))
		if errors.Is(err, fs.ErrNotExist) && name == keptFolder || err == nil && len(list) == 0 {
			return 0, nil
		}
		if err != nil {
			return 0, err
		}
		last := list[len(list)-1] // names are as long as each other
		name += "/" + last.Name()
		if !last.IsDir() {
			size, ok := parseKeptPath(name)
			if !ok {
				return 0, fmt.Errorf("%s: %w", name, ErrMalformed)
			}
			return size, nil
		}
	}
}

// A file is one to be written under a tree's folder.
type file struct {
	name string
	data []byte
}

// A writer puts files into a tree's folder so that each is there whole or not at
// all, whenever the process or the machine stops.
type writer struct {
	dir  folder
	next uint64          // names the next temp file
	made map[string]bool // folders whose own entries are on the disk
}

// atOnce is how many files are synced at the same time: a disk takes them
// together.
const atOnce = 32

// newWriter sweeps what a process that was stopped had not finished. Temp files
// have a folder of their own, so that this takes no walk over the tree.
func newWriter(dir folder) (*writer, error) {
	if err := os.MkdirAll(dir.path(tempFolder), 0o700); err != nil {
		return nil, err
	}
	stray, err := os.ReadDir(dir.path(tempFolder))
	if err != nil {
		return nil, err
	}
	for _, f := range stray { // a process stopped before it had written them
		if err := os.Remove(dir.path(tempFolder + "/" + f.Name())); err != nil {
			return nil, err
		}
	}
	return &writer{dir: dir, made: map[string]bool{}}, nil
}

// write puts files on the disk, in any order among themselves. Once it returns
// they are there with all folders that lead to them; if it fails, some are.
func (w *writer) write(files []file) error {
	dirs := map[string]bool{}
	for _, f := range files {
		dirs[path.Dir(f.name)] = true
	}
	for dir := range dirs {
		if w.made[dir] {
			continue
		}
		if err := os.MkdirAll(w.dir.path(dir), 0o700); err != nil {
			return err
		}
		for up := path.Dir(dir); ; up = path.Dir(up) {
			dirs[up] = true
			if up == "." {
				break
			}
		}
	}
	if err := each(files, func(i int, f file) error { return w.put(w.next+uint64(i), f) }); err != nil {
		return err
	}
	w.next += uint64(len(files))
	list := make([]string, 0, len(dirs))
	for dir := range dirs {
		list = append(list, dir)
	}
	if err := each(list, func(_ int, dir string) error { return syncDir(w.dir.path(dir)) }); err != nil {
		return err
	}
	for _, dir := range list {
		w.made[dir] = true
	}
	return nil
}

// put writes a temp file, syncs it and gives it its name.
func (w *writer) put(n uint64, to file) error {
	temp := w.dir.path(tempFolder + "/" + strconv.FormatUint(n, 10))
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(to.data)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(temp, w.dir.path(to.name))
	}
	if err != nil {
		os.Remove(temp)
	}
	return err
}

// each does f for all of list, several at a time, and returns the first error.
func each[T any](list []T, f func(int, T) error) error {
	if len(list) == 1 {
		return f(0, list[0])
	}
	var (
		wait  sync.WaitGroup
		mu    sync.Mutex
		next  int
		first error
	)
	take := func() int {
		mu.Lock()
		defer mu.Unlock()
		if first != nil || next == len(list) {
			return -1
		}
		next++
		return next - 1
	}
	// No more is begun once one has failed; those under way end.
	for range min(atOnce, len(list)) {
		wait.Go(func() {
			for i := take(); i >= 0; i = take() {
				if err := f(i, list[i]); err != nil {
					mu.Lock()
					first = cmpOr(first, err)
					mu.Unlock()
				}
			}
		})
	}
	wait.Wait()
	return first
}

func cmpOr(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// syncDir puts on the disk which files dir has.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
