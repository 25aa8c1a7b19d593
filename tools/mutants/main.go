// Mutants changes the code of a package in one place at a time and runs its tests: a change that no test notices is a
// survivor. The changes are those of gremlins; it counts one that does not compile as killed, so these are found here
// by the type checker and left out of the count.
//
//	cd tools && go run ./mutants sampling escalation      packages, by folder from the root
//	cd tools && go run ./mutants -limit 90 billing        exit 1 if fewer than 90 % of those that compile are killed
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

const gremlins = "github.com/go-gremlins/gremlins/cmd/gremlins@v0.6.0"

func main() {
	root := flag.String("root", "..", "the repository")
	limit := flag.Int("limit", 0, "per cent that must be killed in each package")
	workers := flag.Int("workers", 2, "tests that run at once")
	wait := flag.Int("wait", 6, "how many times the tests' own time a change may take; more is counted as noticed, since it never ends")
	flag.Parse()
	low := false
	for _, pkg := range flag.Args() {
		r, err := mutate(*root, pkg, *workers, *wait)
		if err != nil {
			fmt.Fprintln(os.Stderr, "mutants:", err)
			os.Exit(1)
		}
		fmt.Print(r)
		low = low || r.share() < *limit
	}
	if low {
		fmt.Fprintf(os.Stderr, "mutants: fewer than %d %% were killed\n", *limit)
		os.Exit(1)
	}
}

// mutate runs gremlins on one package and sorts what it reports.
func mutate(root, pkg string, workers, wait int) (result, error) {
	dir, err := os.MkdirTemp("", "mutants")
	if err != nil {
		return result{}, err
	}
	defer os.RemoveAll(dir)
	out := filepath.Join(dir, "out.json")
	c := exec.Command("go", "run", gremlins, "unleash", "--silent", "--workers", fmt.Sprint(workers), "--timeout-coefficient", fmt.Sprint(wait), "--output", out, "./"+pkg)
	c.Dir, c.Stderr = root, os.Stderr
	if err := c.Run(); err != nil {
		return result{}, fmt.Errorf("%s: %w", pkg, err)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		return result{}, err
	}
	var told report
	if err := json.Unmarshal(b, &told); err != nil {
		return result{}, err
	}
	return judge(root, pkg, told)
}
