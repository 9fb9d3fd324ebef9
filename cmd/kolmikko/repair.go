package main

import (
	"errors"
	"path/filepath"
)

// repairFile is in a data folder while a repair is under way.
const repairFile = "repair.json"

func repairFileIn(data string) string { return filepath.Join(data, repairFile) }

// errUnfinished is returned for a house whose repair was interrupted.
var errUnfinished = errors.New("repair-unfinished: a repair of the history was interrupted; run kolmikko repair again")
