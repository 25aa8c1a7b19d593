// Yeardoc writes docs/year.svg: a year as the State Council moved its working days, drawn from the calendar itself.
//
//	cd tools && go run ./yeardoc          write it
//	cd tools && go run ./yeardoc -check   exit 1 if it is out of date
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

// year is the one drawn: the last that is published.
const year = 2026

func main() {
	check := flag.Bool("check", false, "write nothing; exit 1 if the picture is out of date")
	root := flag.String("root", "..", "the repository")
	flag.Parse()
	if err := run(*root, *check); err != nil {
		fmt.Fprintln(os.Stderr, "yeardoc:", err)
		os.Exit(1)
	}
}

func run(root string, check bool) error {
	want, err := picture(year)
	if err != nil {
		return err
	}
	name := filepath.Join(root, "docs", "year.svg")
	if !check {
		return os.WriteFile(name, []byte(want), 0o644)
	}
	have, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	if string(have) != want {
		return fmt.Errorf("docs/year.svg is out of date; run: cd tools && go run ./yeardoc")
	}
	return nil
}
