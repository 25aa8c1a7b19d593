// Clausecut proves the tests: it takes one clause after another out of the tables that carry them (the clocks, the
// flow, the ladder, the duties, the schemes, the money log), runs the tests named after the clause, and prints whether
// they fail. A clause whose tests pass without it has no test worth the name. The tree is not changed: each cut is
// compiled through an overlay.
//
//	cd tools && go run ./clausecut            all of them (some minutes); exit 1 if one is not noticed
//	cd tools && go run ./clausecut QI-3.8     these only
package main

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
)

func main() {
	root := flag.String("root", "..", "the repository")
	flag.Parse()
	if err := run(*root, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "clausecut:", err)
		os.Exit(1)
	}
}

func run(root string, only []string) error {
	tables, err := read(root)
	if err != nil {
		return err
	}
	named, err := tests(root)
	if err != nil {
		return err
	}
	unnoticed := 0
	for _, clause := range carried(tables) {
		if len(only) > 0 && !slices.Contains(only, clause) {
			continue
		}
		result := try(root, tables, clause, named)
		fmt.Printf("%-20s %s\n", clause, result)
		if !strings.HasPrefix(result, "noticed") {
			unnoticed++
		}
	}
	if unnoticed > 0 {
		return fmt.Errorf("%d clauses can be taken out and no test named after them fails", unnoticed)
	}
	return nil
}
