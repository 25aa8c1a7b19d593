package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"example.com/wuye/conformance"
	"example.com/wuye/rule"
)

// width is what the lines are kept to: a terminal's, in columns, of which Chinese takes two a
// character.
const width = 80

func (t test) either(en, zh string) string {
	if t.english {
		return en
	}
	return zh
}

// print writes the verdict: the tally, each clause that was answered, the departures, and what
// was not answered.
func (t test) print(out io.Writer, r conformance.Report) {
	count := func(format string, n conformance.Tally) string {
		return fmt.Sprintf(format, n.Asked, n.Right, n.Departed, n.Following, n.Unanswered)
	}
	total := count(t.either("%d asked, %d right, %d wrong, %d hence wrong too, %d blank", "%d题，答对%d，不符%d，由此连带%d，未答%d"), r.Tally)
	fmt.Fprintln(out, wrap(fmt.Sprintf(t.either("Policy %s: %s", "规则 %s：%s"), t.policy.Name, total), "  "))
	fmt.Fprintln(out)

	heads := []string{"条款", "题", "对", "不符", "连带", "未答", "内容"}
	if t.english {
		heads = []string{"clause", "asked", "right", "wrong", "hence", "blank", "demands"}
	}
	fmt.Fprintln(out, row(" ", heads))
	var none []string
	for _, c := range r.Clauses {
		if c.Unanswered == c.Asked {
			none = append(none, string(c.Clause))
			continue
		}
		mark, demand := " ", c.Clause.Zh()
		if c.Departed > 0 {
			mark = "✗"
		}
		if t.english {
			demand = c.Clause.En()
		}
		fmt.Fprintln(out, row(mark, append([]string{string(c.Clause)}, append(strings.Fields(count("%d %d %d %d %d", c.Tally)), demand)...)))
	}
	if none != nil {
		fmt.Fprintln(out)
		fmt.Fprintln(out, wrap(fmt.Sprintf(t.either("Not answered at all, %d clauses: ", "全未回答的%d条："), len(none))+strings.Join(none, " "), "  "))
	}

	shown := map[rule.ID]int{}
	for _, d := range r.Departures {
		if shown[d.Clause]++; shown[d.Clause] > t.departed {
			continue
		}
		fmt.Fprintln(out)
		for line := range strings.Lines(d.Explain(!t.english)) {
			fmt.Fprintln(out, wrap(strings.TrimRight(line, "\n"), "      "))
		}
	}
	fmt.Fprintln(out)
	if ids := r.Convicted(); ids != nil {
		var all []string
		for _, id := range ids {
			all = append(all, string(id))
		}
		fmt.Fprintln(out, wrap(t.either("Departs from ", "不符合：")+strings.Join(all, " "), "  "))
		return
	}
	fmt.Fprintln(out, t.either("Every answer keeps its clause.", "所答各题全部符合。"))
}

// row is a row of the table: a mark, the clause, five numbers to the right of their columns, and
// as much of the last text as fits.
func row(mark string, cells []string) string {
	s := mark + " " + cells[0] + strings.Repeat(" ", max(0, 19-columnsOf(cells[0])))
	for _, cell := range cells[1:6] {
		s += " " + strings.Repeat(" ", max(0, 5-columnsOf(cell))) + cell
	}
	s += "  "
	return s + cut(cells[6], width-columnsOf(s))
}

// columnsOf is how wide a text stands.
func columnsOf(s string) int {
	n := 0
	for _, r := range s {
		n += columnsOfRune(r)
	}
	return n
}

func columnsOfRune(r rune) int {
	if r >= 0x2e80 && r < 0xa4d0 || r >= 0xf900 && r < 0xfb00 || r >= 0xfe30 && r < 0xfe70 || r >= 0xff01 && r < 0xff61 {
		return 2
	}
	return 1
}

// cut is the text, or as much of it as fits before a mark that there is more.
func cut(s string, columns int) string {
	if columnsOf(s) <= columns {
		return s
	}
	n := 0
	for i, r := range s {
		if n += columnsOfRune(r); n > columns-1 {
			return s[:i] + "…"
		}
	}
	return s
}

// wrap breaks a text into lines that fit: at a space, or between two Chinese characters, but
// not before a closing mark or after an opening one. The lines after the first are indented.
func wrap(s, indent string) string {
	var b strings.Builder
	at, start, brk := 0, 0, 0 // columns so far; where the line starts, and where it may break
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		w := columnsOfRune(r)
		if last, _ := utf8.DecodeLastRuneInString(s[:i]); w == 2 && i > start && !strings.ContainsRune("，。；：、？！）”", r) && !strings.ContainsRune("（“", last) {
			brk = i
		}
		if at+w > width && brk > start {
			b.WriteString(strings.TrimRight(s[start:brk], " ") + "\n" + indent)
			start = brk
			for start < len(s) && s[start] == ' ' {
				start++
			}
			if i < start {
				i = start
			}
			at = len(indent) + columnsOf(s[start:i])
			continue
		}
		if at += w; r == ' ' && i > start {
			brk = i + 1
		}
		i += size
	}
	b.WriteString(s[start:])
	return b.String()
}
