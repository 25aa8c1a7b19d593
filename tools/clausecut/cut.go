package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"example.com/wuye/rule"
)

// files hold the tables, by path from the root.
var files = []string{
	"sla/clocks.go", "ticket/table.go", "escalation/escalation.go", "policy.go", "sampling/sampling.go", "billing/entry.go",
}

// A table is one of the files: its text, and the clauses that its rows carry.
type table struct {
	path    string
	source  []byte
	clauses []string // in the order of the file, each once
}

func read(root string) ([]table, error) {
	var all []table
	for _, name := range files {
		path, err := filepath.Abs(filepath.Join(root, name))
		if err != nil {
			return nil, err
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		t := table{path: path, source: source}
		if _, err := cut(t.source, func(clause string) bool {
			if !slices.Contains(t.clauses, clause) {
				t.clauses = append(t.clauses, clause)
			}
			return false
		}); err != nil {
			return nil, err
		}
		if len(t.clauses) == 0 {
			return nil, fmt.Errorf("%s carries no clause: has its table moved?", name)
		}
		all = append(all, t)
	}
	return all, nil
}

func carried(tables []table) []string {
	var all []string
	for _, t := range tables {
		for _, c := range t.clauses {
			if !slices.Contains(all, c) {
				all = append(all, c)
			}
		}
	}
	return all
}

// cut is the source without the rows of the clauses that take says: elements of a literal,
// and calls of the function row. Of a scheme, which names the clause of its share on site
// itself, that share becomes nothing.
func cut(source []byte, take func(clause string) bool) ([]byte, error) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, "", source, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	var off []span // of bytes to leave out
	at := func(n ast.Node) span {
		return span{from: set.Position(n.Pos()).Offset, to: set.Position(n.End()).Offset}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ExprStmt:
			call, ok := n.X.(*ast.CallExpr)
			if name, is := callee(call); ok && is && name == "row" {
				if clause := among(call.Args); clause != "" && take(clause) {
					off = append(off, at(n))
				}
			}
		case *ast.CompositeLit:
			for i, e := range n.Elts {
				row := e
				if pair, ok := e.(*ast.KeyValueExpr); ok {
					row = pair.Value
				}
				literal, ok := row.(*ast.CompositeLit)
				if !ok {
					continue
				}
				if clause := among(literal.Elts); clause != "" && take(clause) {
					s := at(e)
					if i+1 < len(n.Elts) {
						s.to = set.Position(n.Elts[i+1].Pos()).Offset
					} else {
						s.to += trailingComma(source[s.to:])
					}
					off = append(off, s)
				}
			}
		case *ast.ReturnStmt:
			for _, e := range n.Results {
				if literal, ok := e.(*ast.CompositeLit); ok {
					if clause := among(literal.Elts); clause != "" && take(clause) {
						for _, e := range literal.Elts {
							if number, ok := e.(*ast.BasicLit); ok && number.Kind == token.INT {
								s := at(number)
								off = append(off, span{s.from, s.to, "0"})
							}
						}
					}
				}
			}
		case *ast.FuncDecl:
			if n.Body != nil {
				use(n.Body, set, &off)
			}
		}
		return true
	})
	slices.SortFunc(off, func(a, b span) int { return a.from - b.from })
	var out bytes.Buffer
	done := 0
	for _, s := range off {
		if s.from < done { // inside one that is gone
			continue
		}
		out.Write(source[done:s.from])
		out.WriteString(s.instead)
		done = s.to
	}
	out.Write(source[done:])
	return format.Source(out.Bytes())
}

type span struct {
	from, to int
	instead  string
}

// use makes the variables of a function used, so that it compiles when a row that was alone in
// using one is gone.
func use(body *ast.BlockStmt, set *token.FileSet, off *[]span) {
	for _, statement := range body.List {
		var names []*ast.Ident
		switch s := statement.(type) {
		case *ast.AssignStmt:
			if s.Tok == token.DEFINE {
				for _, l := range s.Lhs {
					names = append(names, l.(*ast.Ident))
				}
			}
		case *ast.DeclStmt:
			if d := s.Decl.(*ast.GenDecl); d.Tok == token.VAR {
				for _, spec := range d.Specs {
					names = append(names, spec.(*ast.ValueSpec).Names...)
				}
			}
		}
		var uses string
		for _, n := range names {
			if n.Name != "_" {
				uses += "\n_ = " + n.Name
			}
		}
		if uses != "" {
			end := set.Position(statement.End()).Offset
			*off = append(*off, span{end, end, uses + "\n"})
		}
	}
}

func callee(call *ast.CallExpr) (string, bool) {
	if call == nil {
		return "", false
	}
	name, ok := call.Fun.(*ast.Ident)
	if !ok {
		return "", false
	}
	return name.Name, true
}

// among is the clause that stands among the fields of a row itself, "" if none does.
func among(fields []ast.Expr) string {
	for _, f := range fields {
		if pair, ok := f.(*ast.KeyValueExpr); ok {
			if key, ok := pair.Key.(*ast.Ident); !ok || key.Name != "Clause" {
				continue
			}
			f = pair.Value
		}
		if literal, ok := f.(*ast.BasicLit); ok && literal.Kind == token.STRING {
			s, err := strconv.Unquote(literal.Value)
			if _, known := rule.Lookup(rule.ID(s)); err == nil && known {
				return s
			}
		}
	}
	return ""
}

func trailingComma(rest []byte) int {
	for i, b := range rest {
		switch b {
		case ' ', '\t', '\n':
		case ',':
			return i + 1
		default:
			return 0
		}
	}
	return 0
}

// A test is a function named after a clause.
type test struct{ pkg, name string }

var function = regexp.MustCompile(`(?m)^func (Test[A-Z][A-Za-z0-9_]*)\(`)

// tests are all of the repository.
func tests(root string) ([]test, error) {
	var all []test
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if rel, _ := filepath.Rel(root, path); rel == "tools" || rel == "bench" || rel == "examples" || strings.HasPrefix(d.Name(), ".") && rel != "." {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		for _, m := range function.FindAllSubmatch(source, -1) {
			all = append(all, test{"./" + filepath.ToSlash(rel), string(m[1])})
		}
		return nil
	})
	return all, err
}

// after are the tests named after a clause, or after the bare number of which it is a letter.
func after(clause string, all []test) (pkgs, names []string) {
	id := "Test" + strings.NewReplacer("-", "_", ".", "_").Replace(clause)
	wanted := []string{id}
	if last := id[len(id)-1]; 'a' <= last && last <= 'z' && '0' <= id[len(id)-2] && id[len(id)-2] <= '9' {
		wanted = append(wanted, id[:len(id)-1])
	}
	for _, t := range all {
		for _, w := range wanted {
			if t.name == w || strings.HasPrefix(t.name, w+"_") && w == id {
				if !slices.Contains(pkgs, t.pkg) {
					pkgs = append(pkgs, t.pkg)
				}
				if !slices.Contains(names, t.name) {
					names = append(names, t.name)
				}
			}
		}
	}
	return pkgs, names
}

var failed = regexp.MustCompile(`(?m)^\s*--- FAIL: (Test\w+)`)

// try takes one clause out of every table and runs its tests.
func try(root string, tables []table, clause string, all []test) string {
	pkgs, names := after(clause, all)
	if len(names) == 0 {
		return "NO TEST is named after it"
	}
	dir, err := os.MkdirTemp("", "clausecut")
	if err != nil {
		return "NOT TRIED: " + err.Error()
	}
	defer os.RemoveAll(dir)
	replace := map[string]string{}
	for i, t := range tables {
		if !slices.Contains(t.clauses, clause) {
			continue
		}
		without, err := cut(t.source, func(c string) bool { return c == clause })
		if err != nil {
			return "NOT TRIED: " + err.Error()
		}
		name := filepath.Join(dir, fmt.Sprintf("%d.go", i))
		if err := os.WriteFile(name, without, 0o600); err != nil {
			return "NOT TRIED: " + err.Error()
		}
		replace[t.path] = name
	}
	overlay := filepath.Join(dir, "overlay.json")
	b, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "NOT TRIED: " + err.Error()
	}
	if err := os.WriteFile(overlay, b, 0o600); err != nil {
		return "NOT TRIED: " + err.Error()
	}
	args := append([]string{"test", "-vet=off", "-overlay", overlay, "-run", "^(" + strings.Join(names, "|") + ")$"}, pkgs...)
	command := exec.Command("go", args...)
	command.Dir = root
	out, err := command.CombinedOutput()
	switch {
	case err == nil:
		return "NOT NOTICED by " + strings.Join(names, ", ")
	case bytes.Contains(out, []byte("[build failed]")) || !failed.Match(out) && !bytes.Contains(out, []byte("panic")):
		return "NOT TRIED: " + firstLine(out)
	}
	var who []string
	for _, m := range failed.FindAllSubmatch(out, -1) {
		if name := string(m[1]); slices.Contains(names, name) && !slices.Contains(who, name) {
			who = append(who, name)
		}
	}
	return "noticed by " + strings.Join(who, ", ")
}

func firstLine(out []byte) string {
	for line := range strings.Lines(string(out)) {
		if !strings.HasPrefix(line, "#") {
			return strings.TrimSpace(line)
		}
	}
	return "it does not compile"
}
