package rule_test

import (
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"example.com/wuye/rule"
	"github.com/google/go-cmp/cmp"
)

// testdata/ids.txt was taken from the documents clause by clause, apart from the tables: the two must agree, in order.
func TestIDs(t *testing.T) {
	var got []string
	for _, c := range rule.Clauses() {
		got = append(got, string(c.ID))
	}
	if diff := cmp.Diff(lines(t, "testdata/ids.txt"), got); diff != "" {
		t.Errorf("clauses (-testdata/ids.txt +rule):\n%s", diff)
	}
}

var update = flag.Bool("update", false, "remove from testdata/pending.txt what is cited by now; nothing is ever added")

// Every clause that is modelled is cited by the code that makes it hold: by a string literal, or by a comment in the
// fixed form "It implements TR-4.4a.". A bare number cites its letters. What nothing cites yet stands in
// testdata/pending.txt, which may only shrink.
func TestCited(t *testing.T) {
	cited := citations(t)
	pending := lines(t, "testdata/pending.txt")
	var still []string
	for _, id := range pending {
		switch c, ok := rule.Lookup(rule.ID(id)); {
		case !ok || slices.Contains(c.How, rule.Note):
			t.Errorf("testdata/pending.txt: %s is no clause that is modelled: remove it", id)
		case cited[c.ID] == "":
			still = append(still, id)
		case !*update:
			t.Errorf("testdata/pending.txt: %s is cited by %s: remove it (go test ./rule -run TestCited -update)", id, cited[c.ID])
		}
	}
	for _, c := range rule.Clauses() {
		if !slices.Contains(c.How, rule.Note) && cited[c.ID] == "" && !slices.Contains(pending, string(c.ID)) {
			t.Errorf("%s: no code cites it: %s", c.ID, c.En)
		}
	}
	if *update && len(still) < len(pending) {
		text := strings.Join(still, "\n")
		if text != "" {
			text += "\n"
		}
		if err := os.WriteFile("testdata/pending.txt", []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// lines gives the lines of a file, without the empty ones.
func lines(t *testing.T, name string) []string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Fields(string(b))
}

// like is what looks like the ID of a clause.
var (
	like      = regexp.MustCompile(`\b(HB|HL[123]|VC|TR|SP|QI|CC|SC|WY)-([0-9A-Z][0-9A-Za-z]*(\.[0-9A-Za-z]+)*(\([0-9]+\))?|[a-z]+(-[a-z]+)*)`)
	implement = regexp.MustCompile(`It implements (?:[^.]|\.\S)*`)
)

// citations says of each clause which file cites it. A citation of no clause at all is an error.
func citations(t *testing.T) map[rule.ID]string {
	t.Helper()
	cited := map[rule.ID]string{}
	cite := func(where, text string) {
		for _, m := range like.FindAllString(text, -1) {
			below := rule.Under(rule.ID(m))
			if len(below) == 0 {
				t.Errorf("%s: cites %s, which is no clause", where, m)
			}
			_, exact := rule.Lookup(rule.ID(m))
			for _, c := range below {
				// TR-4.4 means its letters, but SP-2 is too wide to prove anything.
				if c.ID == rule.ID(m) || !exact && len(c.ID) == len(m)+1 {
					cited[c.ID] = where
				}
			}
		}
	}
	eachFile(t, func(name string, f *ast.File) {
		if strings.HasPrefix(name, "rule/") {
			return
		}
		for _, group := range f.Comments {
			for _, s := range implement.FindAllString(strings.Join(strings.Fields(group.Text()), " "), -1) {
				cite(name, s)
			}
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if s, err := strconv.Unquote(lit.Value); err == nil && like.FindString(s) == s && s != "" {
					cite(name, s)
				}
			}
			return true
		})
	})
	return cited
}

// eachFile parses the code of this module, tests and examples left out.
func eachFile(t *testing.T, visit func(name string, f *ast.File)) {
	t.Helper()
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			_, other := os.Stat(filepath.Join(path, "go.mod"))
			if path != ".." && (other == nil || d.Name()[0] == '.' || d.Name() == "testdata" || d.Name() == "examples") {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		visit(strings.TrimPrefix(filepath.ToSlash(path), "../"), f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// What a record is said to be is really declared: "ticket.Reported" names a constant, a type or a function of package
// ticket, "wuye.Desk.Agenda" a method.
func TestRecordsAreDeclared(t *testing.T) {
	declared := map[string]bool{}
	eachFile(t, func(name string, f *ast.File) {
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				of := f.Name.Name + "."
				if d.Recv != nil {
					of += receiver(d.Recv.List[0].Type) + "."
				}
				declared[of+d.Name.Name] = true
			case *ast.GenDecl:
				for _, s := range d.Specs {
					switch s := s.(type) {
					case *ast.TypeSpec:
						declared[f.Name.Name+"."+s.Name.Name] = true
					case *ast.ValueSpec:
						for _, n := range s.Names {
							declared[f.Name.Name+"."+n.Name] = true
						}
					}
				}
			}
		}
	})
	for _, r := range rule.Records() {
		for name := range strings.FieldsSeq(r.Is) {
			if !declared[name] {
				t.Errorf("%s (%s): nothing is named %s", r.En, r.Zh, name)
			}
		}
	}
}

// receiver names the type of a method, be it a pointer or generic.
func receiver(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return receiver(e.X)
	case *ast.IndexExpr:
		return receiver(e.X)
	case *ast.Ident:
		return e.Name
	}
	return ""
}
