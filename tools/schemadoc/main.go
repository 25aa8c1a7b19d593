// Schemadoc writes docs/policy.schema.json: the JSON Schema of a policy, from the types themselves, their
// constants and their comments, so that an editor can complete a policy and mark what ParsePolicy would refuse.
//
//	cd tools && go run ./schemadoc          write it
//	cd tools && go run ./schemadoc -check   exit 1 if it is out of date
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	check := flag.Bool("check", false, "write nothing; exit 1 if the schema is out of date")
	root := flag.String("root", "..", "the repository")
	flag.Parse()
	if err := run(*root, *check); err != nil {
		fmt.Fprintln(os.Stderr, "schemadoc:", err)
		os.Exit(1)
	}
}

func run(root string, check bool) error {
	want, err := schema(root)
	if err != nil {
		return err
	}
	name := filepath.Join(root, "docs", "policy.schema.json")
	if !check {
		return os.WriteFile(name, want, 0o644)
	}
	have, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	if string(have) != string(want) {
		return fmt.Errorf("docs/policy.schema.json is out of date; run: cd tools && go run ./schemadoc")
	}
	return nil
}
