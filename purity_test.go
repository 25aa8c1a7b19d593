package wuye_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// What a pure package may import: anything else needs a reason here. None of these reaches
// a file, the network, the environment, a clock or a source of chance by the calls allowed below.
var pureImports = map[string]bool{
	"bytes": true, "cmp": true, "container/heap": true, "crypto/sha256": true, "encoding": true, "encoding/binary": true,
	"encoding/hex": true, "encoding/json": true, "errors": true, "fmt": true, "hash": true, "io": true, "iter": true,
	"maps": true, "math": true, "math/big": true, "math/bits": true, "slices": true, "sort": true, "strconv": true, "strings": true,
	"time": true, "unicode": true, "unicode/utf16": true, "unicode/utf8": true,
	"math/rand/v2": true, // conformance: a generator seeded by the caller; the global functions are refused below

	"github.com/shopspring/decimal": true,
}

// Calls that read the world or write to it though their package is allowed.
var impure = map[string]string{
	"time.Now": "a clock", "time.Since": "a clock", "time.Until": "a clock", "time.Sleep": "a clock", "time.After": "a clock",
	"time.AfterFunc": "a clock", "time.Tick": "a clock", "time.NewTimer": "a clock", "time.NewTicker": "a clock",
	"time.Local": "the machine's zone", "time.LoadLocation": "a file",
	"fmt.Print": "output", "fmt.Printf": "output", "fmt.Println": "output", "fmt.Scan": "input", "fmt.Scanf": "input", "fmt.Scanln": "input",
	"github.com/shopspring/decimal.DivisionPrecision":        "a global that anybody may change",
	"github.com/shopspring/decimal.MarshalJSONWithoutQuotes": "a global that anybody may change",
}

// needsGo skips a test that runs the go command where no command can be run.
func needsGo(t *testing.T) {
	t.Helper()
	if runtime.GOOS == "js" {
		t.Skip("WebAssembly starts no process")
	}
}

// TestPure proves what the documentation promises of every package outside examples: no
// file, network, environment, clock, goroutine, global chance, init, mutable package
// variable, or range over a map whose order could show. A map range whose order cannot
// show says so in a comment that contains "order does not show".
func TestPure(t *testing.T) {
	needsGo(t)
	fset := token.NewFileSet()
	packages := listPackages(t)
	exports := map[string]string{}
	for _, p := range packages {
		exports[p.ImportPath] = p.Export
	}
	imports := importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) {
		if exports[path] == "" {
			return nil, fmt.Errorf("no export data of %s", path)
		}
		return os.Open(exports[path])
	})

	checked := 0
	for _, p := range packages {
		if p.Module == nil || p.Module.Path != "example.com/wuye" || strings.Contains(p.ImportPath+"/", "/examples/") {
			continue
		}
		checked++
		var files []*ast.File
		for _, name := range p.GoFiles {
			f, err := parser.ParseFile(fset, filepath.Join(p.Dir, name), nil, parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, f)
		}
		info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{}}
		if _, err := (&types.Config{Importer: imports}).Check(p.ImportPath, fset, files, info); err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			for _, finding := range impurities(fset, p.ImportPath, f, info) {
				t.Error(finding)
			}
		}
	}
	if checked < 10 {
		t.Fatalf("only %d packages were found, so nothing is proved", checked)
	}
}

// TestPureFinds shows that the proof can fail: each of these lines is found.
func TestPureFinds(t *testing.T) {
	needsGo(t)
	for _, line := range []string{
		`import "os"; var _ = os.Args`, `import "time"; func f() time.Time { return time.Now() }`,
		`import "time"; func f() time.Time { return time.Unix(1, 0) }`, `import "time"; var f = time.Local`,
		`func f() { go f() }`, `func init() {}`, `func f() { panic(1) }`, `var v int; func f() { v = 1 }`, `var v int; func f() { v++ }`,
		`var v []int; func f() { v[0] = 1 }`, `var v int; func f() *int { return &v }`, `func f(m map[int]int) { for range m { } }`,
		`import "maps"; func f(m map[int]int) { for range maps.Keys(m) { } }`, `var c chan int`,
		`var v map[int]int; func f() { delete(v, 1) }`, `var v [1]int; func f() []int { return v[:] }`,
		`import "math/rand/v2"; func f() int { return rand.Int() }`, `type T int; func (t *T) Set() {}; var v T; func f() { v.Set() }`,
	} {
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, "x.go", "package x; "+line, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{}}
		if _, err := (&types.Config{Importer: importer.Default()}).Check("x", fset, []*ast.File{f}, info); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if len(impurities(fset, "x", f, info)) == 0 {
			t.Errorf("not found: %s", line)
		}
	}
}

type listed struct {
	ImportPath, Dir, Export string
	GoFiles                 []string
	Module                  *struct{ Path string }
}

func listPackages(t *testing.T) []listed {
	t.Helper()
	out, err := exec.Command("go", "list", "-deps", "-export", "-json=ImportPath,Dir,Export,GoFiles,Module", "./...").Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("go list: %v\n%s", err, exit.Stderr)
		}
		t.Fatal(err)
	}
	var all []listed
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := d.Decode(&p); err == io.EOF {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

// impurities says where a file departs from the promise.
func impurities(fset *token.FileSet, pkg string, f *ast.File, info *types.Info) []string {
	var found []string
	report := func(n ast.Node, format string, args ...any) {
		found = append(found, fset.Position(n.Pos()).String()+": "+fmt.Sprintf(format, args...))
	}

	for _, i := range f.Imports {
		path := strings.Trim(i.Path.Value, `"`)
		bridge := strings.HasSuffix(pkg, "/calendar/rickar") && strings.HasPrefix(path, "github.com/rickar/cal/v2")
		if !pureImports[path] && !bridge && !strings.HasPrefix(path, "example.com/wuye") {
			report(i, "imports %s", path)
		}
	}

	excused := map[int]bool{} // lines on which a range over a map has given its reason
	for _, group := range f.Comments {
		if strings.Contains(group.Text(), "order does not show") {
			excused[fset.Position(group.Pos()).Line] = true
			excused[fset.Position(group.End()).Line+1] = true
		}
	}

	// The package variable that an expression is a part of, if it is one.
	global := func(e ast.Expr) *types.Var {
		for {
			switch x := e.(type) {
			case *ast.ParenExpr:
				e = x.X
			case *ast.IndexExpr:
				e = x.X
			case *ast.SliceExpr:
				e = x.X
			case *ast.StarExpr:
				e = x.X
			case *ast.SelectorExpr:
				if v, ok := info.Uses[x.Sel].(*types.Var); ok && !v.IsField() && v.Pkg() != nil && v.Parent() == v.Pkg().Scope() {
					return v
				}
				e = x.X
			case *ast.Ident:
				if v, ok := info.Uses[x].(*types.Var); ok && v.Pkg() != nil && v.Parent() == v.Pkg().Scope() {
					return v
				}
				return nil
			default:
				return nil
			}
		}
	}

	var path []ast.Node
	ast.Inspect(f, func(n ast.Node) bool {
		if n == nil {
			path = path[:len(path)-1]
			return true
		}
		path = append(path, n)
		switch n := n.(type) {
		case *ast.GoStmt:
			report(n, "starts a goroutine")
		case *ast.ChanType:
			report(n, "has a channel")
		case *ast.FuncDecl:
			if n.Name.Name == "init" && n.Recv == nil {
				report(n, "has an init")
			}
		case *ast.AssignStmt:
			if n.Tok != token.DEFINE {
				for _, l := range n.Lhs {
					if v := global(l); v != nil {
						report(n, "writes the package variable %s", v.Name())
					}
				}
			}
		case *ast.IncDecStmt:
			if v := global(n.X); v != nil {
				report(n, "writes the package variable %s", v.Name())
			}
		case *ast.UnaryExpr:
			if v := global(n.X); n.Op == token.AND && v != nil && readOnly[pkg+"."+v.Name()] == "" {
				report(n, "takes the address of the package variable %s", v.Name())
			}
		case *ast.SliceExpr:
			if v := global(n.X); v != nil {
				if _, array := v.Type().Underlying().(*types.Array); array {
					report(n, "gives away a slice of the package variable %s", v.Name())
				}
			}
		case *ast.RangeStmt:
			if _, ok := info.TypeOf(n.X).Underlying().(*types.Map); ok && !excused[fset.Position(n.Pos()).Line] {
				report(n, "ranges over a map")
			}
		case *ast.Ident:
			if _, ok := info.Uses[n].(*types.Builtin); ok && (n.Name == "delete" || n.Name == "clear" || n.Name == "copy") {
				call := path[len(path)-2].(*ast.CallExpr)
				if v := global(call.Args[0]); v != nil {
					report(n, "writes the package variable %s", v.Name())
				}
			}
			if _, ok := info.Uses[n].(*types.Builtin); ok && n.Name == "panic" {
				if d := enclosing(path); d == nil || !strings.HasPrefix(strings.ToLower(d.Name.Name), "must") {
					report(n, "panics outside a Must function")
				}
			}
		case *ast.SelectorExpr:
			if s := info.Selections[n]; s != nil {
				fn, ok := s.Obj().(*types.Func)
				if !ok {
					break
				}
				if strings.HasSuffix(fn.FullName(), "decimal.Decimal).Div") {
					report(n, "divides decimals, whose precision is a global")
				}
				_, pointer := fn.Signature().Recv().Type().(*types.Pointer)
				_, already := info.TypeOf(n.X).Underlying().(*types.Pointer)
				if v := global(n.X); v != nil && pointer && !already {
					report(n, "calls a method that may change the package variable %s", v.Name())
				}
				break
			}
			o := info.Uses[n.Sel]
			if o == nil || o.Pkg() == nil {
				break
			}
			name := o.Pkg().Path() + "." + o.Name()
			if why := impure[name]; why != "" {
				report(n, "%s: %s", name, why)
			}
			if fn, ok := o.(*types.Func); ok && o.Pkg().Path() == "math/rand/v2" && !strings.HasPrefix(fn.Name(), "New") {
				report(n, "%s draws from the global source", name)
			}
			if strings.HasPrefix(name, "maps.") && slices.Contains([]string{"All", "Keys", "Values"}, o.Name()) && !sortedBy(path, info) && !excused[fset.Position(n.Pos()).Line] {
				report(n, "%s in no order", name)
			}
			if (name == "time.Unix" || name == "time.UnixMilli" || name == "time.UnixMicro") && !zoned(path) {
				report(n, "%s without In or UTC is in the machine's zone", name)
			}
		}
		return true
	})
	return found
}

// Package variables whose address is taken to read through it, with the reason.
var readOnly = map[string]string{
	"example.com/wuye/ticket.theFlow": "the compiled table is large and read once a row",
}

func enclosing(path []ast.Node) *ast.FuncDecl {
	for _, n := range path {
		if d, ok := n.(*ast.FuncDecl); ok {
			return d
		}
	}
	return nil
}

// sortedBy reports whether the call at the end of path is the argument of slices.Sorted….
func sortedBy(path []ast.Node, info *types.Info) bool {
	if len(path) < 3 {
		return false
	}
	outer, ok := path[len(path)-3].(*ast.CallExpr)
	if !ok {
		return false
	}
	s, ok := outer.Fun.(*ast.SelectorExpr)
	return ok && info.Uses[s.Sel] != nil && strings.HasPrefix(info.Uses[s.Sel].Name(), "Sorted")
}

// zoned reports whether the call at the end of path is at once put in a zone: time.Unix(…).In(z),
// or an argument of calendar.InChina.
func zoned(path []ast.Node) bool {
	if len(path) < 3 {
		return false
	}
	switch n := path[len(path)-3].(type) {
	case *ast.SelectorExpr:
		return n.Sel.Name == "In" || n.Sel.Name == "UTC"
	case *ast.CallExpr:
		switch f := n.Fun.(type) {
		case *ast.SelectorExpr:
			return f.Sel.Name == "InChina"
		case *ast.Ident:
			return f.Name == "InChina"
		}
	}
	return false
}
