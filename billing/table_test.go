package billing

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// printTable is the compiled table, as the package comment bears it.
func printTable() string {
	var b strings.Builder
	line := func(cells ...any) {
		b.WriteString("//\t" + strings.TrimRight(fmt.Sprintf("%-13s%-12s%-37s%-10s%-28s%-16s%s", cells...), " ") + "\n")
	}
	line("entry", "to", "from", "means", "needs", "who", "clause")
	for i, typ := range types {
		c, m := moves[i+1], table[typ]
		var from, needed, who []string
		if c.from&1 != 0 {
			from = append(from, "–")
		}
		for _, s := range types {
			if c.from>>s.number()&1 != 0 {
				from = append(from, string(s))
			}
		}
		if len(from) == 10 {
			from = []string{"charged or later"}
		}
		if m.after != "" {
			from = []string{"after " + string(m.after)}
		}
		if c.once {
			from[0] += ", once"
		}
		for _, f := range []string{"ticket", "amount", "payment", "ref", "reason", "approver"} {
			if c.needs&needs[f] != 0 {
				needed = append(needed, f)
			}
		}
		for _, p := range []string{"worker", "desk", "finance"} {
			if c.who&parties[p] != 0 {
				who = append(who, p)
			}
		}
		means := ""
		if c.bank {
			means = "bank"
		}
		if c.notBank {
			means = "not bank"
		}
		to := string(entryType(c.to))
		if to == "" {
			to = "same"
		}
		line(string(typ), to, strings.Join(from, ", "), means, strings.Join(needed, " "), strings.Join(who, " "), string(m.clause))
	}
	return b.String()
}

func TestTableInComment(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(doc), printTable()) {
		t.Errorf("the package comment does not bear the table as compiled:\n%s", printTable())
	}
}
