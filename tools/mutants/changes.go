package main

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"

	"golang.org/x/tools/go/packages"
)

const gremlins = "github.com/go-gremlins/gremlins/cmd/gremlins@v0.6.0"

// instead is what each sort of change writes for an operator.
var instead = map[string]map[string]string{
	"ARITHMETIC_BASE":       {"+": "-", "-": "+", "*": "/", "/": "*", "%": "*"},
	"CONDITIONALS_BOUNDARY": {">": ">=", "<": "<=", ">=": ">", "<=": "<"},
	"CONDITIONALS_NEGATION": {"==": "!=", "!=": "==", "<=": ">", "<": ">=", ">=": "<", ">": "<="},
	"INCREMENT_DECREMENT":   {"++": "--", "--": "++"},
	"INVERT_NEGATIVES":      {"-": "+"},
}

// A change writes another operator in one place.
type change struct {
	id            int
	file          string
	line, column  int
	at            int    // offset of the operator
	was, now      string // operators
	fn            string // Type.Method, a function, or the name that is declared
	text, changed string // the line, and the line after the change
	fate          fate
}

type fate int

const (
	uncovered fate = iota // no test comes to the place
	lived
	killed
	endless
	unbuilt // the compiler refuses what the type checker took
)

func (m *change) String() string {
	return fmt.Sprintf("%s:%d:%d %s\n      - %s\n      + %s", m.file, m.line, m.column, m.fn, m.text, m.changed)
}

// A checked package: sources, syntax and types.
type checked struct {
	dir, path, name string
	set             *token.FileSet
	files           []string // in order
	sources         map[string][]byte
	syntax          map[string]*ast.File
	info            types.Info
	imports         map[string]*types.Package
	rapid           bool // the tests import rapid
}

func load(dir string) (*checked, error) {
	loaded, err := packages.Load(&packages.Config{Dir: dir, Mode: packages.NeedName | packages.NeedFiles | packages.NeedTypes | packages.NeedImports | packages.NeedDeps}, ".")
	if err != nil {
		return nil, err
	}
	if packages.PrintErrors(loaded) > 0 {
		return nil, fmt.Errorf("%s does not compile", dir)
	}
	p := loaded[0]
	if dir, err = filepath.Abs(dir); err != nil {
		return nil, err
	}
	c := &checked{dir: dir, path: p.PkgPath, name: p.Name, set: token.NewFileSet(), sources: map[string][]byte{}, syntax: map[string]*ast.File{},
		info: types.Info{Types: map[ast.Expr]types.TypeAndValue{}}, imports: map[string]*types.Package{}}
	for path, i := range p.Imports {
		c.imports[path] = i.Types
	}
	for _, file := range p.GoFiles {
		b, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		name := filepath.Base(file)
		c.files = append(c.files, name)
		c.sources[name] = b
		if c.syntax[name], err = parser.ParseFile(c.set, name, b, parser.SkipObjectResolution); err != nil {
			return nil, err
		}
	}
	tests, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil {
		return nil, err
	}
	for _, t := range tests {
		b, err := os.ReadFile(t)
		if err != nil {
			return nil, err
		}
		c.rapid = c.rapid || strings.Contains(string(b), `"pgregory.net/rapid"`)
	}
	return c, c.check(c.syntax, &c.info)
}

// Import makes c the importer of what its package imports.
func (c *checked) Import(path string) (*types.Package, error) {
	if p := c.imports[path]; p != nil {
		return p, nil
	}
	return nil, fmt.Errorf("%s is not imported", path)
}

func (c *checked) check(syntax map[string]*ast.File, info *types.Info) error {
	var files []*ast.File
	for _, name := range c.files {
		files = append(files, syntax[name])
	}
	conf := types.Config{Importer: c, Error: func(error) {}}
	_, err := conf.Check(c.path, c.set, files, info)
	return err
}

// with is the text of the file with the change.
func (c *checked) with(m *change) string {
	s := string(c.sources[m.file])
	return s[:m.at] + m.now + s[m.at+len(m.was):]
}

// compiles reports whether the package compiles with the change.
func (c *checked) compiles(m *change) bool {
	file, err := parser.ParseFile(c.set, m.file, c.with(m), parser.SkipObjectResolution)
	if err != nil {
		return false
	}
	syntax := map[string]*ast.File{}
	for name, f := range c.syntax {
		syntax[name] = f
	}
	syntax[m.file] = file
	return c.check(syntax, nil) == nil
}

// A report is what gremlins writes.
type report struct {
	Files []struct {
		Name      string `json:"file_name"`
		Mutations []struct {
			Type   string `json:"type"`
			Line   int    `json:"line"`
			Column int    `json:"column"`
		} `json:"mutations"`
	} `json:"files"`
}

// elsewhere ends the name of a file that the go command leaves out here, so that gremlins reads the files alone, apart
// from their module, and builds nothing.
const elsewhere = "_zos.go"

// changes asks gremlins what to change. A binary minus is named twice by it, with the same change, and counts once.
func changes(c *checked) ([]*change, error) {
	dir, err := os.MkdirTemp("", "mutants")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	write := map[string]string{"go.mod": "module p\n\ngo 1.26\n", "p.go": "package p\n\nfunc P() {}\n"}
	for _, name := range c.files {
		write[strings.TrimSuffix(name, ".go")+elsewhere] = string(c.sources[name])
	}
	for name, text := range write {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			return nil, err
		}
	}
	out := filepath.Join(dir, "out.json")
	cmd := exec.Command("go", "run", gremlins, "unleash", "--dry-run", "--silent", "--output", out, ".")
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "GOWORK=off")
	if b, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("gremlins: %w\n%s", err, b)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		if os.IsNotExist(err) {
			return nil, nil // nothing to change
		}
		return nil, err
	}
	var told report
	if err := json.Unmarshal(b, &told); err != nil {
		return nil, err
	}
	var all []*change
	seen := map[string]bool{}
	for _, f := range told.Files {
		name := strings.TrimSuffix(f.Name, elsewhere) + ".go"
		source, ok := c.sources[name]
		if !ok {
			continue
		}
		lines := strings.SplitAfter(string(source), "\n")
		for _, m := range f.Mutations {
			line := lines[m.Line-1]
			before, after := line[:m.Column-1], line[m.Column-1:]
			for _, width := range []int{2, 1} {
				if len(after) < width {
					continue
				}
				now, ok := instead[m.Type][after[:width]]
				if !ok {
					continue
				}
				if key := fmt.Sprint(name, m.Line, m.Column, now); !seen[key] {
					seen[key] = true
					at := len(strings.Join(lines[:m.Line-1], "")) + m.Column - 1
					all = append(all, &change{file: name, line: m.Line, column: m.Column, at: at, was: after[:width], now: now, fn: c.function(name, at),
						text: strings.TrimSpace(line), changed: strings.TrimSpace(before + now + after[width:])})
				}
				break
			}
		}
	}
	sort.Slice(all, func(i, j int) bool {
		a, b := all[i], all[j]
		if a.file != b.file {
			return a.file < b.file
		}
		if a.at != b.at {
			return a.at < b.at
		}
		return a.now < b.now
	})
	for i, m := range all {
		m.id = i + 1
	}
	return all, nil
}

// function names the declaration that a place is in.
func (c *checked) function(name string, at int) string {
	f := c.syntax[name]
	pos := c.set.File(f.Pos()).Pos(at)
	for _, d := range f.Decls {
		if pos < d.Pos() || pos >= d.End() {
			continue
		}
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil || len(d.Recv.List) == 0 {
				return d.Name.Name
			}
			t := d.Recv.List[0].Type
			if s, ok := t.(*ast.StarExpr); ok {
				t = s.X
			}
			if i, ok := t.(*ast.IndexExpr); ok {
				t = i.X
			}
			return types.ExprString(t) + "." + d.Name.Name
		case *ast.GenDecl:
			for _, s := range d.Specs {
				if s, ok := s.(*ast.ValueSpec); ok && s.Pos() <= pos && pos < s.End() {
					return s.Names[0].Name
				}
			}
		}
	}
	return ""
}
