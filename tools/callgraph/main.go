// Callgraph shows that no call path leads from the library's functions to files, network, environment, clock,
// chance or processes: it builds the SSA form of the library and all that it imports, resolves calls through
// interfaces and function values by variable type analysis (VTA), and walks from every function of the library,
// exported or not, until it comes to a package of the short list below, which is trusted for the reason given.
// Anything else of the standard library is a finding, printed with the path that leads there.
//
//	cd tools && go run ./callgraph       the boundary, or the paths that break it and exit status 1
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	root := flag.String("root", "..", "the repository")
	flag.Parse()
	r, err := walk(*root, "example.com/wuye", "./...")
	if err != nil {
		fmt.Fprintln(os.Stderr, "callgraph:", err)
		os.Exit(1)
	}
	fmt.Print(r)
	if len(r.Broken) > 0 {
		os.Exit(1)
	}
}
