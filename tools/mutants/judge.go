package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/tools/go/packages"
)

// A report is what gremlins writes.
type report struct {
	Files []struct {
		Name      string     `json:"file_name"`
		Mutations []mutation `json:"mutations"`
	} `json:"files"`
}

type mutation struct {
	Type   string `json:"type"`
	Status string `json:"status"` // KILLED, LIVED, TIMED OUT, NOT COVERED, NOT VIABLE, …
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

// instead is what each sort of change writes for an operator.
var instead = map[string]map[string]string{
	"ARITHMETIC_BASE":       {"+": "-", "-": "+", "*": "/", "/": "*", "%": "*"},
	"CONDITIONALS_BOUNDARY": {">": ">=", "<": "<=", ">=": ">", "<=": "<"},
	"CONDITIONALS_NEGATION": {"==": "!=", "!=": "==", "<=": ">", "<": ">=", ">=": "<", ">": "<="},
	"INCREMENT_DECREMENT":   {"++": "--", "--": "++"},
	"INVERT_NEGATIVES":      {"-": "+"},
}

// A result is the count of one package.
type result struct {
	pkg                 string
	killed, endless     int
	lived, uncovered    []string
	uncompiled, unknown int
}

// share is how many per cent of the changes that compile were noticed, rounded down.
func (r result) share() int {
	noticed := r.killed + r.endless
	all := noticed + len(r.lived) + len(r.uncovered)
	if all == 0 {
		return 100
	}
	return 100 * noticed / all
}

func (r result) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %d %% noticed: %d killed, %d without end, %d lived, %d not covered; left out %d that do not compile\n",
		r.pkg, r.share(), r.killed, r.endless, len(r.lived), len(r.uncovered), r.uncompiled)
	for _, s := range r.lived {
		fmt.Fprintf(&b, "  lived        %s\n", s)
	}
	for _, s := range r.uncovered {
		fmt.Fprintf(&b, "  not covered  %s\n", s)
	}
	return b.String()
}

// judge tells the changes that do not compile from those that were killed.
func judge(root, pkg string, told report) (result, error) {
	r := result{pkg: pkg}
	c, err := load(filepath.Join(root, pkg))
	if err != nil {
		return r, err
	}
	for _, f := range told.Files {
		name := filepath.Base(f.Name)
		for _, m := range f.Mutations {
			line, ok := c.compiles(name, m)
			where := fmt.Sprintf("%s:%d:%d %s: %s", filepath.Join(pkg, name), m.Line, m.Column, strings.ToLower(m.Type), line)
			switch {
			case !ok:
				r.uncompiled++
			case m.Status == "KILLED":
				r.killed++
			case m.Status == "TIMED OUT":
				r.endless++
			case m.Status == "LIVED":
				r.lived = append(r.lived, where)
			case m.Status == "NOT COVERED":
				r.uncovered = append(r.uncovered, where)
			default:
				r.unknown++
			}
		}
	}
	return r, nil
}

// A checker type-checks a package with one of its files changed.
type checker struct {
	set     *token.FileSet
	path    string
	sources map[string][]byte
	syntax  map[string]*ast.File
	imports map[string]*types.Package
}

func load(dir string) (*checker, error) {
	loaded, err := packages.Load(&packages.Config{Dir: dir, Mode: packages.NeedName | packages.NeedFiles | packages.NeedTypes | packages.NeedImports | packages.NeedDeps}, ".")
	if err != nil {
		return nil, err
	}
	if packages.PrintErrors(loaded) > 0 {
		return nil, fmt.Errorf("%s does not compile", dir)
	}
	p := loaded[0]
	c := &checker{set: token.NewFileSet(), path: p.PkgPath, sources: map[string][]byte{}, syntax: map[string]*ast.File{}, imports: map[string]*types.Package{}}
	for path, i := range p.Imports {
		c.imports[path] = i.Types
	}
	for _, file := range p.GoFiles {
		b, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		name := filepath.Base(file)
		c.sources[name] = b
		if c.syntax[name], err = parser.ParseFile(c.set, name, b, 0); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// Import makes c the importer of what its package imports.
func (c *checker) Import(path string) (*types.Package, error) {
	if p := c.imports[path]; p != nil {
		return p, nil
	}
	return nil, fmt.Errorf("%s is not imported", path)
}

// compiles is the line of the change, and whether the package compiles with it.
func (c *checker) compiles(name string, m mutation) (line string, ok bool) {
	source := c.sources[name]
	lines := bytes.SplitAfter(source, []byte("\n"))
	if m.Line < 1 || m.Line > len(lines) {
		return "", false
	}
	line = strings.TrimSpace(string(lines[m.Line-1]))
	at := len(bytes.Join(lines[:m.Line-1], nil)) + m.Column - 1
	for _, width := range []int{2, 1} {
		if at+width > len(source) {
			continue
		}
		changed, is := instead[m.Type][string(source[at:at+width])]
		if !is {
			continue
		}
		text := append(append(append([]byte(nil), source[:at]...), changed...), source[at+width:]...)
		file, err := parser.ParseFile(c.set, name, text, 0)
		if err != nil {
			return line, false
		}
		files := []*ast.File{file}
		for other, f := range c.syntax {
			if other != name {
				files = append(files, f)
			}
		}
		conf := types.Config{Importer: c, Error: func(error) {}}
		_, err = conf.Check(c.path, c.set, files, nil)
		return line, err == nil
	}
	return line, true // a sort of change that is not known here: taken as told
}
