package audit

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"testing"

	"example.com/wuye/rule"
	"example.com/wuye/ticket"
)

// Every clause that a check, or the month, judges by itself says in package rule that audits
// judge it; a step of a record may say that its clock does. What a clock, a refusal of the flow,
// a scheme or a duty says of its own clause is theirs.
func TestClausesSayAudit(t *testing.T) {
	says := map[rule.ID][]rule.How{"VC-1.4c": {rule.Audit}, "VC-1.6": {rule.Audit}, "TR-4.7a": {rule.Audit}} // of escalation.Revisitor
	for _, k := range checks {
		says[k.clause] = []rule.How{rule.Audit}
	}
	for _, name := range []string{"checks.go", "revisits.go", "services.go", "month.go", "order.go"} {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) == 0 {
				return true
			}
			method, ok := call.Fun.(*ast.SelectorExpr)
			id, literal := call.Args[0].(*ast.BasicLit)
			if !ok || !literal || id.Kind != token.STRING {
				return true
			}
			clause, err := strconv.Unquote(id.Value)
			if err != nil {
				t.Fatal(err)
			}
			switch method.Sel.Name {
			case "find":
				says[rule.ID(clause)] = []rule.How{rule.Audit}
			case "by":
				says[rule.ID(clause)] = []rule.How{rule.Audit, rule.Clock}
			}
			return true
		})
	}
	if len(says) < 45 {
		t.Errorf("only %d clauses were found in the code", len(says))
	}
	for id, any := range says {
		if c, ok := rule.Lookup(id); !ok || !slices.ContainsFunc(c.How, func(h rule.How) bool { return slices.Contains(any, h) }) {
			t.Errorf("%s is judged by an audit, and package rule says %v", id, c.How)
		}
	}
}

// Each type of row has its bit, alone, and those that move the state are those of package ticket.
func TestSets(t *testing.T) {
	var all set
	for _, r := range ticket.Transitions() {
		is := setOf(r.Type)
		if is == 0 || is&(is-1) != 0 || is&every == 0 {
			t.Errorf("%s is %b", r.Type, is)
		}
		if got := is&moving != 0; got != r.Type.Moves() {
			t.Errorf("%s moves the state: %v", r.Type, got)
		}
		all |= is
	}
	if all != every {
		t.Errorf("no type has the bits %b", every&^all)
	}
}
