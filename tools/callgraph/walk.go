package main

import (
	"cmp"
	"fmt"
	"go/types"
	"maps"
	"slices"
	"strings"

	"golang.org/x/tools/go/callgraph"
	"golang.org/x/tools/go/callgraph/cha"
	"golang.org/x/tools/go/callgraph/vta"
	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/ssa/ssautil"
)

// trusted are the packages of the standard library at which the walk stops, and why.
var trusted = map[string]string{
	"bytes":                          "values in, values out",
	"cmp":                            "values in, values out",
	"crypto/sha256":                  "a pure function of its input; its start-up self-test reads nothing",
	"encoding/binary":                "values in, values out",
	"encoding/hex":                   "values in, values out",
	"encoding/json":                  "calls back only the methods of the values it is given, which are ours and walked; reads and writes only what it is handed",
	"errors":                         "values in, values out",
	"fmt":                            "formats values by their own methods; of its functions only those that return a string or an error are allowed",
	"crypto/internal/fips140/sha256": "what crypto/sha256 is made of",
	"io":                             "interfaces and errors; reads and writes only what it is handed",
	"iter":                           "values in, values out",
	"math":                           "values in, values out",
	"math/rand/v2":                   "generators that the caller seeds; the functions of the package itself draw on a source of their own and are not allowed",
	"math/big":                       "values in, values out; chance only from a source that it is handed",
	"math/bits":                      "values in, values out",
	"reflect":                        "only beneath encoding/json and fmt",
	"slices":                         "values in, values out",
	"strconv":                        "values in, values out",
	"strings":                        "values in, values out",
	"sync":                           "locks of decimal's own; no clock, no goroutine",
	"time":                           "arithmetic of instants; what reads the clock, sleeps or loads zone files is not allowed",
	"unicode":                        "tables",
	"unicode/utf8":                   "values in, values out",
	"unicode/utf16":                  "values in, values out",
}

// refused are the functions of trusted packages that do what the library must not.
var refused = map[string]string{
	"time.Now": "clock", "time.Since": "clock", "time.Until": "clock", "time.Sleep": "clock", "time.After": "clock", "time.AfterFunc": "clock",
	"time.Tick": "clock", "time.NewTimer": "clock", "time.NewTicker": "clock", "time.LoadLocation": "files and environment",
	"(time.Time).Local": "the host's zone", "fmt.Print": "files", "fmt.Printf": "files", "fmt.Println": "files",
	"fmt.Scan": "files", "fmt.Scanf": "files", "fmt.Scanln": "files",
}

// allowed reports whether a function of the standard library may be called, and else why not.
func allowed(f *ssa.Function, pkg string) (string, bool) {
	name := f.String()
	switch {
	case refused[name] != "":
		return refused[name], false
	case f.Name() == "init":
		return "", true // what a standard package does when it is loaded it does in every program
	case f.Signature.Recv() != nil && slices.Contains([]string{"Error", "Unwrap", "Is", "String"}, f.Name()):
		return "", true // an error or a value that was handed in says what it is
	case pkg == "math/rand/v2" && f.Signature.Recv() == nil && name != "math/rand/v2.New" && name != "math/rand/v2.NewPCG":
		return "chance", false
	case trusted[pkg] == "":
		return "package " + pkg + " is not trusted", false
	}
	return "", true
}

// A result is the boundary that the walk came to, and where it was broken.
type result struct {
	From    int            // functions of the library
	Walked  int            // functions walked, with those of its dependencies
	Reached map[string]int // functions of each trusted package that are called
	Broken  []string       // paths to what is not trusted, or refused
}

func (r result) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d functions of the library, %d walked with those of its dependencies\n\n", r.From, r.Walked)
	for _, p := range slices.Sorted(maps.Keys(r.Reached)) {
		fmt.Fprintf(&b, "%-30s %3d functions  %s\n", p, r.Reached[p], trusted[p])
	}
	if len(r.Broken) == 0 {
		b.WriteString("\nno path to files, network, environment, clock, chance or processes\n")
	}
	for _, p := range r.Broken {
		fmt.Fprintf(&b, "\n%s\n", p)
	}
	return b.String()
}

// walk builds the call graph of the packages of a module that the pattern names, but for its
// examples, and walks it from each of their functions.
func walk(dir, module, pattern string) (result, error) {
	initial, err := packages.Load(&packages.Config{Dir: dir, Mode: packages.LoadAllSyntax}, pattern)
	if err != nil {
		return result{}, err
	}
	if packages.PrintErrors(initial) > 0 {
		return result{}, fmt.Errorf("%s does not compile", module)
	}
	initial = slices.DeleteFunc(initial, func(p *packages.Package) bool { return strings.HasPrefix(p.PkgPath, module+"/examples/") })
	prog, _ := ssautil.AllPackages(initial, ssa.InstantiateGenerics)
	prog.Build()

	all := ssautil.AllFunctions(prog)
	graph := vta.CallGraph(all, cha.CallGraph(prog))
	graph = vta.CallGraph(all, graph) // again on its own result: closer

	ours := map[*types.Package]bool{}
	for _, p := range initial {
		ours[p.Types] = true
	}
	type step struct {
		node *callgraph.Node
		from *step
	}
	var queue []*step
	r := result{Reached: map[string]int{}}
	seen := map[*callgraph.Node]bool{}
	for f := range all {
		if n := graph.Nodes[f]; n != nil && ours[packageOf(f)] && !seen[n] {
			seen[n] = true
			queue = append(queue, &step{node: n})
			r.From++
		}
	}
	slices.SortFunc(queue, func(a, b *step) int { return cmp.Compare(a.node.Func.String(), b.node.Func.String()) })

	path := func(s *step, why string) string {
		var names []string
		for ; s != nil; s = s.from {
			names = append(names, s.node.Func.String())
		}
		slices.Reverse(names)
		return why + ":\n  " + strings.Join(names, "\n  -> ")
	}
	for len(queue) > 0 {
		s := queue[0]
		queue = queue[1:]
		r.Walked++
		out := slices.Clone(s.node.Out)
		slices.SortFunc(out, func(a, b *callgraph.Edge) int {
			return cmp.Compare(a.Callee.Func.String(), b.Callee.Func.String())
		})
		for _, e := range out {
			f := e.Callee.Func
			if seen[e.Callee] {
				continue
			}
			seen[e.Callee] = true
			next := &step{e.Callee, s}
			pkg := packageOf(f)
			if pkg == nil || !standard(pkg.Path()) { // of no package: a wrapper that the SSA form makes
				queue = append(queue, next)
			} else if why, ok := allowed(f, pkg.Path()); !ok {
				r.Broken = append(r.Broken, path(next, why))
			} else if trusted[pkg.Path()] != "" {
				r.Reached[pkg.Path()]++
			}
		}
	}
	return r, nil
}

// packageOf is the package of a function, also of an instance of a generic one and of a method.
func packageOf(f *ssa.Function) *types.Package {
	if f.Pkg != nil {
		return f.Pkg.Pkg
	}
	if o := f.Origin(); o != nil && o.Pkg != nil {
		return o.Pkg.Pkg
	}
	if o := f.Object(); o != nil {
		return o.Pkg()
	}
	if p := f.Parent(); p != nil {
		return packageOf(p)
	}
	return nil
}

// standard reports whether a path is of the standard library: its first part has no dot.
func standard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}
