package main

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"example.com/wuye"
	"example.com/wuye/rule"
)

// page writes the document.
func page(found Found) string {
	var b strings.Builder
	modelled, untested, uncited := found.modelled()
	fmt.Fprintf(&b, `<!-- Written by tools/ruledoc from package rule and the repository. Do not edit. -->

# The rules, clause by clause

Every clause of the documents in our own words, the code that cites it, and the tests named after it.
Of %d clauses %d are modelled: %d are cited by code, %d have tests of their own. The other %d are listed with the reason why not.

How: %s.
Clauses bind (a breach is a violation) unless marked *should* (a warning) or *may* (a permission).
`, len(rule.Clauses()), modelled, modelled-len(uncited), modelled-len(untested), len(rule.Clauses())-modelled, hows())

	for _, d := range rule.Documents() {
		fmt.Fprintf(&b, "\n## %s %s\n\n%s<br>%s。\n\n| clause | demands | how | code | tests |\n|---|---|---|---|---|\n", d.Code, d.Title, sentence(d.En), d.Zh)
		for _, c := range rule.Under(rule.ID(d.Code)) {
			fmt.Fprintf(&b, "| %s | %s<br>%s | %s | %s | %s |\n", c.ID, cell(c.En), cell(c.Zh), how(c), code(found.Code[c.ID]), tests(found.Tests[c.ID]))
		}
	}

	b.WriteString("\n## Readings\n\nAmbiguities that a site settles for itself (CC-204): `policy.WithReading(code, option)`, the default first.\n\n| reading | question | clauses | options |\n|---|---|---|---|\n")
	for _, r := range wuye.Readings() {
		var options []string
		for _, o := range r.Options {
			options = append(options, fmt.Sprintf("`%s` %s / %s", o.Code, cell(o.En), cell(o.Zh)))
		}
		fmt.Fprintf(&b, "| `%s` | %s<br>%s | %s | %s |\n", r.Code, cell(r.En), cell(r.Zh), ids(r.Clauses), strings.Join(options, "<br>"))
	}

	b.WriteString("\n## Decisions\n\nAmbiguities that are settled once, without a setting. What a site may settle for itself is a reading, above.\n\n| clauses | decided | because |\n|---|---|---|\n")
	for _, d := range rule.Decisions() {
		fmt.Fprintf(&b, "| %s | %s<br>%s | %s<br>%s |\n", ids(d.Clauses), cell(d.En), cell(d.Zh), cell(d.WhyEn), cell(d.WhyZh))
	}

	b.WriteString("\n## Records\n\nWhat the documents tell people to keep, and what keeps it here.\n\n| record | clause | kept as |\n|---|---|---|\n")
	for _, r := range rule.Records() {
		fmt.Fprintf(&b, "| %s %s | %s | `%s` |\n", cell(r.Zh), cell(r.En), ids(r.Clauses), strings.ReplaceAll(r.Is, " ", "`, `"))
	}
	return b.String()
}

// modelled counts the clauses that the library makes hold, and lists those that no code cites or no test is named after.
func (found Found) modelled() (n int, untested, uncited []rule.ID) {
	for _, c := range rule.Clauses() {
		if slices.Contains(c.How, rule.Note) {
			continue
		}
		n++
		if len(found.Code[c.ID]) == 0 {
			uncited = append(uncited, c.ID)
		}
		if len(found.Tests[c.ID]) == 0 {
			untested = append(untested, c.ID)
		}
	}
	return n, untested, uncited
}

// lacking says which clauses still want code or a test.
func (found Found) lacking() string {
	_, untested, uncited := found.modelled()
	return fmt.Sprintf("no code: %v\nno test: %v\n", uncited, untested)
}

// hows explains the codes.
func hows() string {
	var all []string
	for _, h := range []rule.How{rule.Flow, rule.Clock, rule.Ladder, rule.Sample, rule.Money, rule.Agenda, rule.Audit, rule.Score, rule.Note} {
		all = append(all, fmt.Sprintf("*%s* %s", h, h.Label()))
	}
	return strings.Join(all, ", ")
}

func how(c rule.Clause) string {
	var all []string
	for _, h := range c.How {
		all = append(all, string(h))
	}
	if c.Force != rule.Must {
		all = append(all, "*"+string(c.Force)+"*")
	}
	return strings.Join(all, ", ")
}

func code(files []string) string {
	var all []string
	for _, f := range files {
		all = append(all, fmt.Sprintf("[%s](../%s)", f, f))
	}
	return strings.Join(all, ", ")
}

func tests(found []Test) string {
	var all []string
	for _, t := range found {
		pkg := path.Base(path.Dir(t.Path))
		if pkg == "." {
			pkg = "wuye"
		}
		all = append(all, fmt.Sprintf("[%s.%s](../%s)", pkg, t.Name, t.Path))
	}
	return strings.Join(all, ", ")
}

func ids(of []rule.ID) string {
	var all []string
	for _, id := range of {
		all = append(all, string(id))
	}
	return strings.Join(all, ", ")
}

func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }

func sentence(s string) string { return strings.ToUpper(s[:1]) + s[1:] + "." }

// diff shows the lines by which b differs from a: the longest common subsequence of what is between their common
// beginning and end.
func diff(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for len(x) > 0 && len(y) > 0 && x[0] == y[0] {
		x, y = x[1:], y[1:]
	}
	for len(x) > 0 && len(y) > 0 && x[len(x)-1] == y[len(y)-1] {
		x, y = x[:len(x)-1], y[:len(y)-1]
	}
	common := make([][]int, len(x)+1) // common[i][j]: of x[i:] and y[j:]
	for i := range common {
		common[i] = make([]int, len(y)+1)
	}
	for i := len(x) - 1; i >= 0; i-- {
		for j := len(y) - 1; j >= 0; j-- {
			if x[i] == y[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	var out strings.Builder
	for len(x) > 0 || len(y) > 0 {
		i, j := len(common)-1-len(x), len(common[0])-1-len(y)
		switch {
		case len(x) > 0 && len(y) > 0 && x[0] == y[0]:
			x, y = x[1:], y[1:]
		case len(y) == 0 || len(x) > 0 && common[i+1][j] >= common[i][j+1]:
			out.WriteString("-" + x[0] + "\n")
			x = x[1:]
		default:
			out.WriteString("+" + y[0] + "\n")
			y = y[1:]
		}
	}
	return out.String()
}
