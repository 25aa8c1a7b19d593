package tickets

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"

	"example.com/wuye"
	"example.com/wuye/calendar"
)

// Desks are the desks that a worker knows, by name. A name is made of what judges (Name), so
// that it can never come to mean something else: a worker with a newer policy or calendar has
// one desk more, and keeps the old ones as long as tickets name them. A Desks is complete
// before the worker starts and not changed afterwards.
type Desks map[string]*wuye.Desk

// Name is the name of the desk of a calendar and a book of policies: the last policy's name, a digest
// of the whole book, every default written out, and the calendar's ID.
func Name(cal calendar.Calendar, book ...wuye.Policy) (string, error) {
	if len(book) == 0 {
		return "", errors.New("tickets: a desk needs at least one policy")
	}
	text, err := json.Marshal(book)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s/%.6x/%s", book[len(book)-1].Name, sha256.Sum256(text), cal.ID()), nil
}

// Add makes the desk of a calendar and a book of policies known and returns its name.
func (d Desks) Add(cal calendar.Calendar, book ...wuye.Policy) (string, error) {
	desk, err := wuye.New(cal, book...)
	if err != nil {
		return "", err
	}
	name, err := Name(cal, book...)
	if err == nil {
		d[name] = desk
	}
	return name, err
}

// Load reads one desk from each directory of a file system: its policies (policy*.json, in
// order of the file names) and the notices that it knows beside the library's (notice*.json).
// A new year's notice, or a new policy, is a new directory beside the old one. The second
// result gives the name of each directory's desk.
func Load(dir fs.FS) (Desks, map[string]string, error) {
	desks, names := Desks{}, map[string]string{}
	entries, err := fs.ReadDir(dir, ".")
	if err != nil {
		return nil, nil, err
	}
	for _, entry := range entries {
		if !entry.IsDir() {
			continue
		}
		var book []wuye.Policy
		if err := read(dir, entry.Name()+"/policy*.json", func(b []byte) error {
			p, err := wuye.ParsePolicy(b)
			book = append(book, p)
			return err
		}); err != nil {
			return nil, nil, err
		}
		var notices []calendar.Notice
		if err := read(dir, entry.Name()+"/notice*.json", func(b []byte) error {
			var n calendar.Notice
			err := json.Unmarshal(b, &n)
			notices = append(notices, n)
			return err
		}); err != nil {
			return nil, nil, err
		}
		cal, err := calendar.China().With(notices...)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", entry.Name(), err)
		}
		if names[entry.Name()], err = desks.Add(cal, book...); err != nil {
			return nil, nil, fmt.Errorf("%s: %w", entry.Name(), err)
		}
	}
	return desks, names, nil
}

func read(dir fs.FS, pattern string, take func([]byte) error) error {
	files, err := fs.Glob(dir, path.Clean(pattern))
	if err != nil {
		return err
	}
	for _, file := range files {
		text, err := fs.ReadFile(dir, file)
		if err == nil {
			err = take(text)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	return nil
}
