// Mutants changes the code of a package in one place at a time and runs the package's tests: a change that no test
// notices is a survivor. Which changes are made is told by gremlins. It counts one that does not compile as killed, so
// these are found by the type checker and left out of the count; it takes the conditions of a switch for code that no
// test comes to, and does not try them; and it builds the tests anew for every change, which takes hours for a library
// of this size. So here the tests are built once with all changes in them, of which the environment picks one, and for
// each change the tests that come to its place are run, the quickest first. What a constant is made of cannot be picked
// at run time: such a change is built on its own.
//
//	cd tools && go run ./mutants sampling escalation      packages, by folder from the root
//	cd tools && go run ./mutants -limit 90 billing        exit 1 if fewer than 90 % of those that count are noticed
//	cd tools && go run ./mutants -only 'Draw$' sampling   changes in functions or on lines that match, file:line too
//	cd tools && go run ./mutants -only '^moves.go:' conformance   one file at a time, of a package whose tests are slow
//
// The work is done on a copy of the repository as it stands, so that it may be changed meanwhile.
//
// survivors.txt lists the changes that no test can notice, each with the reason; they are left out of the count. An
// entry that no survivor matches any more is reported, and makes the program fail.
package main

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"time"
)

func main() {
	root := flag.String("root", "..", "the repository")
	limit := flag.Int("limit", 0, "per cent that must be noticed in each package")
	workers := flag.Int("workers", runtime.NumCPU(), "tests that run at once")
	wait := flag.Int("wait", 6, "how many times the tests' own time a change may take; what takes longer never ends, and is counted as noticed")
	grace := flag.Duration("grace", 5*time.Second, "what is added to that")
	only := flag.String("only", "", "a pattern: only changes whose function, file:line or line matches")
	known := flag.String("survivors", filepath.Join("mutants", "survivors.txt"), "the changes that no test can notice")
	flag.Parse()
	ok, err := run(*root, *known, *only, *limit, trial{workers: *workers, wait: *wait, grace: *grace}, flag.Args())
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
	}
	if err != nil || !ok {
		os.Exit(1)
	}
}

func run(root, known, only string, limit int, how trial, pkgs []string) (ok bool, err error) {
	pattern, err := regexp.Compile(only)
	if err != nil {
		return false, err
	}
	listed, err := readSurvivors(known)
	if err != nil {
		return false, err
	}
	copied, err := os.MkdirTemp("", "mutants")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(copied)
	if err := copyTree(root, copied); err != nil {
		return false, err
	}
	ok = true
	for _, pkg := range pkgs {
		began := time.Now()
		r, err := mutate(copied, pkg, pattern, how)
		if err != nil {
			return false, fmt.Errorf("%s: %w", pkg, err)
		}
		gone := r.sort(listed)
		fmt.Print(r)
		if only == "" {
			for _, s := range gone {
				fmt.Printf("  listed, but no survivor any more: %s: %s\n", s.fn, s.changed)
			}
			ok = ok && len(gone) == 0
		}
		fmt.Printf("  in %s\n", time.Since(began).Round(time.Second))
		if r.share() < limit {
			fmt.Printf("  fewer than %d %% were noticed\n", limit)
			ok = false
		}
	}
	return ok, nil
}

// copyTree copies the files of a repository, but not its history.
func copyTree(from, to string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		switch target := filepath.Join(to, rel); {
		case d.IsDir() && d.Name() == ".git":
			return fs.SkipDir
		case d.IsDir():
			return os.MkdirAll(target, 0o700)
		case d.Type().IsRegular():
			b, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			return os.WriteFile(target, b, 0o600)
		}
		return nil
	})
}

// mutate makes every change to one package and tells what became of each.
func mutate(root, pkg string, only *regexp.Regexp, how trial) (result, error) {
	r := result{pkg: filepath.ToSlash(filepath.Clean(pkg))}
	c, err := load(filepath.Join(root, pkg))
	if err != nil {
		return r, err
	}
	all, err := changes(c)
	if err != nil {
		return r, err
	}
	var try []*change
	for _, m := range all {
		if !only.MatchString(m.fn) && !only.MatchString(fmt.Sprintf("%s:%d", m.file, m.line)) && !only.MatchString(m.text) {
			continue
		}
		if !c.compiles(m) {
			r.uncompiled++
			continue
		}
		try = append(try, m)
	}
	if r.tried = try; len(try) == 0 {
		return r, nil
	}
	dir, err := os.MkdirTemp("", "mutants")
	if err != nil {
		return r, err
	}
	defer os.RemoveAll(dir)
	how.c, how.dir = c, dir
	err = how.run(try)
	r.tried = slices.DeleteFunc(try, func(m *change) bool { return m.fate == unbuilt })
	r.uncompiled += len(try) - len(r.tried)
	return r, err
}
