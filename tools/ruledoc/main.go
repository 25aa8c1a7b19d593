// Ruledoc writes docs/rules.md: every clause, what it demands, the code that cites it and the tests named after it.
//
//	cd tools && go run ./ruledoc          write it; print the modelled clauses that lack code or test
//	cd tools && go run ./ruledoc -check   print the difference and exit 1 if it is out of date
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	check := flag.Bool("check", false, "write nothing; exit 1 with a diff if the document is out of date")
	root := flag.String("root", "..", "the repository")
	flag.Parse()
	if err := run(*root, *check); err != nil {
		fmt.Fprintln(os.Stderr, "ruledoc:", err)
		os.Exit(1)
	}
}

func run(root string, check bool) error {
	found, err := scan(os.DirFS(root))
	if err != nil {
		return err
	}
	name := filepath.Join(root, "docs", "rules.md")
	want := page(found)
	if !check {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		fmt.Print(found.lacking())
		return os.WriteFile(name, []byte(want), 0o644)
	}
	have, err := os.ReadFile(name)
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	if string(have) != want {
		return fmt.Errorf("docs/rules.md is out of date; run: cd tools && go run ./ruledoc\n%s", diff(string(have), want))
	}
	return nil
}
