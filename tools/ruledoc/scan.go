package main

import (
	"cmp"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"example.com/wuye/rule"
)

// Found is what the repository has for each clause, in order of path.
type Found struct {
	Code  map[rule.ID][]string // paths of files that cite it
	Tests map[rule.ID][]Test
}

// A Test is a test function named after a clause.
type Test struct{ Path, Name string }

var (
	like      = regexp.MustCompile(`\b(HB|HL[123]|VC|TR|SP|QI|CC|SC|WY)-([0-9A-Z][0-9A-Za-z]*(\.[0-9A-Za-z]+)*(\([0-9]+\))?|[a-z]+(-[a-z]+)*)`)
	implement = regexp.MustCompile(`It implements (?:[^.]|\.\S)*`)
)

// scan reads the main module; nested modules, examples and testdata are left out, as in the test of package rule,
// whose notion of a citation this is: a whole string literal, or a comment "It implements TR-4.4a.".
func scan(repo fs.FS) (Found, error) {
	found := Found{map[rule.ID][]string{}, map[rule.ID][]Test{}}
	err := fs.WalkDir(repo, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			_, other := fs.Stat(repo, path.Join(name, "go.mod"))
			if name != "." && (other == nil || d.Name()[0] == '.' || d.Name() == "testdata" || d.Name() == "examples") {
				return fs.SkipDir
			}
			return nil
		}
		test := strings.HasSuffix(name, "_test.go")
		if path.Ext(name) != ".go" || !test && path.Dir(name) == "rule" {
			return nil
		}
		src, err := fs.ReadFile(repo, name)
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, src, parser.ParseComments)
		if err != nil {
			return err
		}
		if test {
			found.tests(name, f)
		} else {
			found.code(name, f)
		}
		return nil
	})
	return found, err
}

func (found Found) code(name string, f *ast.File) {
	cite := func(text string) {
		for _, m := range like.FindAllString(text, -1) {
			for _, id := range meant(rule.ID(m)) {
				if !slices.Contains(found.Code[id], name) {
					found.Code[id] = append(found.Code[id], name)
				}
			}
		}
	}
	for _, group := range f.Comments {
		for _, s := range implement.FindAllString(strings.Join(strings.Fields(group.Text()), " "), -1) {
			cite(s)
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			if s, err := strconv.Unquote(lit.Value); err == nil && s != "" && like.FindString(s) == s {
				cite(s)
			}
		}
		return true
	})
}

// meant gives the clause itself, or for a bare number its letters.
func meant(id rule.ID) []rule.ID {
	if _, ok := rule.Lookup(id); ok {
		return []rule.ID{id}
	}
	var letters []rule.ID
	for _, c := range rule.Under(id) {
		if len(c.ID) == len(id)+1 {
			letters = append(letters, c.ID)
		}
	}
	return letters
}

func (found Found) tests(name string, f *ast.File) {
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Recv != nil {
			continue
		}
		for _, id := range named(fn.Name.Name) {
			found.Tests[id] = append(found.Tests[id], Test{name, fn.Name.Name})
		}
	}
}

// named gives the clauses that a test is named after: TestTR_4_4a, TestTR_4_4ab and TestTR_4_4a_b (two), TestTR_4_4
// (all its letters), each with any suffix that begins with a capital or an underscore. TestHL3_3_3 is HL3-3.3.
func named(test string) []rule.ID {
	rest, ok := strings.CutPrefix(test, "Test")
	if !ok {
		return nil
	}
	for _, number := range numbers {
		tail, ok := strings.CutPrefix(rest, mangle(number))
		if !ok {
			continue
		}
		var ids []rule.ID
		for tail != "" {
			letter := strings.TrimPrefix(tail, "_")
			if letter == "" || len(letter) > 1 && letter != tail && letter[1] != '_' {
				break
			}
			id := number + rule.ID(letter[:1])
			if _, ok := rule.Lookup(id); !ok {
				break
			}
			ids, tail = append(ids, id), letter[1:]
		}
		switch {
		case tail != "" && (tail[0] != '_' || len(tail) > 1 && '0' <= tail[1] && tail[1] <= '9') && !('A' <= tail[0] && tail[0] <= 'Z'):
			continue // another number, or a word that only begins alike
		case ids == nil:
			return meant(number)
		}
		return ids
	}
	return nil
}

// numbers are the clauses' numbers without letters, the longest first.
var numbers = func() []rule.ID {
	var all []rule.ID
	for _, c := range rule.Clauses() {
		id := c.ID
		if c.Section != "" {
			id = rule.ID(c.Document + "-" + c.Section)
		}
		if !slices.Contains(all, id) {
			all = append(all, id)
		}
	}
	slices.SortStableFunc(all, func(a, b rule.ID) int { return cmp.Compare(len(b), len(a)) })
	return all
}()

// mangle writes an ID as a function's name can: SP-2.6.1.1a is SP_2_6_1_1a.
func mangle(id rule.ID) string {
	return strings.NewReplacer("-", "_", ".", "_", "(", "_", ")", "").Replace(string(id))
}
