package vault

import (
	"bytes"
	"fmt"
	"os"
)

// Migrate moves all that a file store holds into a stream, and then overwrites
// and removes the file. It returns how many records there were. When it fails or
// is killed, the file is still there or all is in the stream, and it can be done
// again. If the two hold different keys of one owner, nothing is moved.
//
// Both must be unused by a vault; from is closed when Migrate succeeds.
func Migrate(from *File, to *Stream) (int, error) {
	records, err := from.Load()
	if err != nil {
		return 0, fmt.Errorf("migrate keys: %w", err)
	}
	owners := make([]Owner, len(records))
	keys := make(map[Owner][]byte, len(records))
	for i, r := range records {
		owners[i], keys[r.Owner] = r.Owner, r.Key
	}
	there, err := to.Find(owners...)
	if err != nil {
		return 0, fmt.Errorf("migrate keys: %w", err)
	}
	if err := sameKeys(there, keys); err != nil {
		return 0, err
	}
	kept, err := to.Add(records...)
	if err == nil {
		err = sameKeys(kept, keys)
	}
	if err != nil {
		return 0, fmt.Errorf("migrate keys: %w", err)
	}
	var destroyed []Owner // here, while the stream has a key of theirs
	for _, r := range kept {
		if r.Key != nil && keys[r.Owner] == nil {
			destroyed = append(destroyed, r.Owner)
		}
	}
	if len(destroyed) > 0 {
		if err := to.Destroy(destroyed...); err != nil {
			return 0, fmt.Errorf("migrate keys: %w", err)
		}
	}
	if err := from.remove(); err != nil {
		return 0, fmt.Errorf("migrate keys: they are in the stream, and the file must go: %w", err)
	}
	return len(records), nil
}

// sameKeys returns an error if a record has another key than its owner's in
// keys. A destroyed one differs from none.
func sameKeys(records []Record, keys map[Owner][]byte) error {
	for _, r := range records {
		if key := keys[r.Owner]; key != nil && r.Key != nil && !bytes.Equal(key, r.Key) {
			return fmt.Errorf("migrate keys: file and stream hold different keys of %s", r.Owner)
		}
	}
	return nil
}

// remove overwrites the file of keys, removes it with its folder, unless that
// holds something else, and closes the store.
func (f *File) remove() error {
	if err := overwrite(f.path()); err != nil {
		return err
	}
	if err := syncDir(f.dir); err != nil {
		return err
	}
	_ = os.Remove(f.dir) // what else is in it stays
	return f.Close()
}
