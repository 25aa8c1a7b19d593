package main

import (
	"fmt"
	"slices"
	"strings"

	"example.com/wuye/ticket"
)

// page is docs/flow.md.
func page(all []line) string {
	var b strings.Builder
	b.WriteString(`# The flow of a ticket

Written by ` + "`cd tools && go run ./flowdoc`" + ` from ` + "`ticket.Transitions()`" + `, the table that the code runs on. A move is legal if a line fits it, and must
satisfy every line that fits. As a picture with who may do what: [flow.svg](flow.svg).

` + "```mermaid\nstateDiagram-v2\n")
	for _, s := range states[1:] {
		fmt.Fprintf(&b, "    state \"%s %s\" as %s\n", s.Label(), s, s)
	}
	type edge struct{ from, to ticket.State }
	var edges []edge
	labels := map[edge][]string{}
	for _, l := range all {
		if !l.Type.Moves() || l.Type == ticket.Imported {
			continue
		}
		for _, from := range l.from {
			e := edge{from, l.To}
			if labels[e] == nil {
				edges = append(edges, e)
			}
			if !slices.Contains(labels[e], l.Type.Label()) {
				labels[e] = append(labels[e], l.Type.Label())
			}
		}
	}
	for _, e := range edges {
		from := string(e.from)
		if from == "" {
			from = "[*]"
		}
		fmt.Fprintf(&b, "    %s --> %s: %s\n", from, e.to, strings.Join(labels[e], "、"))
	}
	b.WriteString("    closed --> [*]\n    void --> [*]\n```\n\n## Moves\n\n")
	head := "| 原状态 | 步骤 | 新状态 | 适用 | 谁可办理 | 条件 | 依据 |\n|---|---|---|---|---|---|---|\n"
	b.WriteString(head)
	row := func(l line) {
		fmt.Fprintf(&b, "| %s | %s `%s` | %s | %s | %s | %s | %s |\n", l.froms(), l.Type.Label(), l.Type, l.to(), l.when(), l.roles(), l.asks(), l.Clause)
	}
	for _, l := range all {
		if l.Type.Moves() {
			row(l)
		}
	}
	b.WriteString("\n## Evidence\n\nIt leaves the state where it is.\n\n" + head)
	for _, l := range all {
		if !l.Type.Moves() {
			row(l)
		}
	}
	return b.String()
}
