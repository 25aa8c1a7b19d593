// Flowdoc writes docs/flow.md and docs/flow.svg: the flow of a ticket as a diagram and as a grid, from the table that
// the code runs on.
//
//	cd tools && go run ./flowdoc          write them
//	cd tools && go run ./flowdoc -check   exit 1 if they are out of date
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"example.com/wuye/ticket"
)

func main() {
	check := flag.Bool("check", false, "write nothing; exit 1 if the documents are out of date")
	root := flag.String("root", "..", "the repository")
	flag.Parse()
	if err := run(*root, *check); err != nil {
		fmt.Fprintln(os.Stderr, "flowdoc:", err)
		os.Exit(1)
	}
}

func run(root string, check bool) error {
	lines := lines(ticket.Transitions())
	for name, text := range map[string]string{"flow.md": page(lines), "flow.svg": picture(lines)} {
		name = filepath.Join(root, "docs", name)
		if !check {
			if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
				return err
			}
			continue
		}
		have, err := os.ReadFile(name)
		if err != nil && !os.IsNotExist(err) {
			return err
		}
		if string(have) != text {
			return fmt.Errorf("%s is out of date; run: cd tools && go run ./flowdoc", name)
		}
	}
	return nil
}
