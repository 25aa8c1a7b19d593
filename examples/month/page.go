package main

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"example.com/wuye/calendar"
	"example.com/wuye/sla"
)

// columns is the width of the terminal that the text is laid out for.
const columns = 100

// most is how many rows of a list are laid out; the JSON has them all.
const most = 200

// A page is what a report says, part by part, before it becomes text or HTML.
type page struct {
	year     int  // of the dates that need not say it
	whole    bool // nothing is cut short: HTML wraps by itself
	sections int
	blocks   []block
}

// A block is one part of a page.
type block struct {
	Kind  string     // "section", "title", "caption", "line", "text", "clause", "grid", "table", "chart" (HTML only)
	Label string     // of text, clause and grid
	Text  string     // a heading, a line, a sentence
	Items []string   // of a grid
	Heads []head     // of a table
	Rows  [][]string // of a table
	Chart chart
	Own   bool // of a section: printed, it begins a page
}

// A head is of one column of a table.
type head struct {
	Text  string
	Right bool // a column of numbers
}

func (p *page) add(b block) { p.blocks = append(p.blocks, b) }

// section opens the next numbered part.
func (p *page) section(s string) {
	p.add(block{Kind: "section", Text: string([]rune("一二三四五六七八九十")[p.sections]) + "、" + s})
	p.sections++
}

// own makes the section just opened begin a page when printed: it goes to other people.
func (p *page) own() { p.blocks[len(p.blocks)-1].Own = true }

func (p *page) title(s string) { p.add(block{Kind: "title", Text: s}) }

func (p *page) line(format string, args ...any) {
	p.add(block{Kind: "line", Text: strings.TrimRight(fmt.Sprintf(format, args...), " ")})
}

// caption is a line that says what the next table or list is of.
func (p *page) caption(format string, args ...any) {
	p.add(block{Kind: "caption", Text: strings.TrimRight(fmt.Sprintf(format, args...), " ")})
}

// chart is for HTML: in text the table that follows says the same.
func (p *page) chart(c chart) { p.add(block{Kind: "chart", Chart: c}) }

// text is a sentence after a label.
func (p *page) text(label, s string) { p.add(block{Kind: "text", Label: label, Text: s}) }

// grid is items under a label.
func (p *page) grid(label string, items []string) {
	p.add(block{Kind: "grid", Label: label, Items: items})
}

// table is rows under heads; a head that begins with ">" is of a column of numbers.
func (p *page) table(heads []string, rows [][]string) {
	b := block{Kind: "table", Rows: rows}
	for _, h := range heads {
		text, right := strings.CutPrefix(h, ">")
		b.Heads = append(b.Heads, head{text, right})
	}
	p.add(b)
}

// list is a table of which a long one is cut off.
func (p *page) list(heads []string, rows [][]string) {
	p.table(heads, rows[:min(len(rows), most)])
	if len(rows) > most {
		p.line("  只列前 %d 行，共 %d 行；全部见 -json", most, len(rows))
	}
}

// cut is s in at most n columns, in text.
func (p *page) cut(s string, n int) string {
	if p.whole {
		return s
	}
	return cut(s, n)
}

// String is the page as text laid out by display columns: a Chinese character takes two.
func (p *page) String() string {
	var t typist
	for _, b := range p.blocks {
		switch b.Kind {
		case "section", "title":
			t.line("")
			t.line(b.Text)
			t.line(strings.Repeat("-", columns))
		case "line", "caption":
			t.line(b.Text)
		case "text", "clause":
			t.text(b.Label, b.Text)
		case "grid":
			t.grid(b.Label, b.Items)
		case "table":
			t.table(b.Heads, b.Rows)
		}
	}
	return t.String()
}

// A typist writes text for a terminal.
type typist struct{ strings.Builder }

func (t *typist) line(s string) {
	t.WriteString(strings.TrimRight(s, " "))
	t.WriteByte('\n')
}

// table prints rows under heads. A cell with nothing but empty ones behind it may run on
// over them.
func (t *typist) table(heads []head, rows [][]string) {
	widths := make([]int, len(heads))
	all := append([][]string{nil}, rows...)
	for _, h := range heads {
		all[0] = append(all[0], h.Text)
	}
	for _, row := range all {
		for i, cell := range row {
			if i == len(row)-1 || strings.Join(row[i+1:], "") != "" {
				widths[i] = max(widths[i], width(cell))
			}
		}
	}
	for _, row := range all {
		var b strings.Builder
		for i, cell := range row {
			gap := strings.Repeat(" ", max(0, widths[i]-width(cell)))
			b.WriteString("  ")
			if heads[i].Right {
				b.WriteString(gap + cell)
			} else {
				b.WriteString(cell + gap)
			}
		}
		t.line(b.String())
	}
}

// grid prints items under a label, in columns as wide as the widest item.
func (t *typist) grid(label string, items []string) {
	indent, cell := width(label), 0
	for _, item := range items {
		cell = max(cell, width(item)+2)
	}
	line, used := label, indent
	for i, item := range items {
		if i > 0 && used+cell > columns+2 {
			t.line(line)
			line, used = strings.Repeat(" ", indent), indent
		}
		line += pad(item, cell)
		used += cell
	}
	if len(items) == 0 {
		line += "无"
	}
	t.line(line)
}

// text prints a sentence after a label, wrapped between words. No line begins with a space.
func (t *typist) text(label, s string) {
	indent := width(label)
	line, used := label, indent
	for _, w := range words(s) {
		if used+width(w) > columns {
			t.line(line)
			line, used = strings.Repeat(" ", indent), indent
			w = strings.TrimLeft(w, " ")
		}
		line += w
		used += width(w)
	}
	t.line(line)
}

// words are the parts of s that a line keeps whole: a Chinese character or a run of ASCII,
// with the marks that open before it and those that close after it.
func words(s string) (parts []string) {
	const opening, closing = "（“《", "，。；：、！？）”》"
	glue := false // to the part before
	for s != "" {
		n := strings.IndexFunc(s, func(r rune) bool { return r > 0x7f || r == ' ' })
		if n < 0 {
			n = len(s)
		}
		if n == 0 {
			_, n = utf8.DecodeRuneInString(s)
		}
		w := s[:n]
		s = s[n:]
		if len(parts) > 0 && (glue || strings.Contains(closing, w)) {
			parts[len(parts)-1] += w
		} else {
			parts = append(parts, w)
		}
		glue = strings.Contains(opening, w)
	}
	return parts
}

// wide are the ranges of characters that take two columns.
var wide = [][2]rune{{0x1100, 0x115f}, {0x2e80, 0x303e}, {0x3041, 0xa4cf}, {0xac00, 0xd7a3}, {0xf900, 0xfaff},
	{0xfe30, 0xfe6f}, {0xff00, 0xff60}, {0xffe0, 0xffe6}, {0x1f300, 0x1faff}, {0x20000, 0x3fffd}}

func width(s string) (n int) {
	for _, r := range s {
		n++
		for _, w := range wide {
			if w[0] <= r && r <= w[1] {
				n++
			}
		}
	}
	return n
}

// cut is s in at most n columns.
func cut(s string, n int) string {
	if width(s) <= n {
		return s
	}
	used, end := 0, 0
	for i, r := range s {
		if used += width(string(r)); used > n-1 {
			break
		}
		end = i + len(string(r))
	}
	return strings.TrimRight(s[:end], "，、；：") + "…"
}

func pad(s string, n int) string { return s + strings.Repeat(" ", max(0, n-width(s))) }

// clock prints an instant at UTC+8, with the year only where it is another than the page's.
// Midnight is everywhere the 24:00 of the day that it ends.
func (p *page) clock(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	if t = calendar.InChina(t); t.Equal(calendar.DateOf(t).Start()) {
		return p.day(t.Add(-time.Nanosecond)) + " 24:00"
	}
	return p.day(t) + t.Format(" 15:04")
}

// full is clock with the year.
func full(t time.Time) string { return new(page).clock(t) }

func (p *page) day(t time.Time) string {
	if t = calendar.InChina(t); t.Year() != p.year {
		return t.Format("2006-01-02")
	}
	return t.Format("01-02")
}

// deadline prints when a limit ends, or why nobody knows yet.
func (p *page) deadline(d sla.Due) string {
	if d.Unpublished != 0 {
		return fmt.Sprintf("%d 年放假安排未公布", d.Unpublished)
	}
	return p.clock(d.At)
}

func lasting(d time.Duration) string {
	m := int(d / time.Minute)
	switch {
	case d < time.Minute:
		return "不足1分"
	case m < 60:
		return fmt.Sprintf("%d分", m)
	case m < 24*60:
		return fmt.Sprintf("%d时%02d分", m/60, m%60)
	}
	return fmt.Sprintf("%d天%d时", m/60/24, m/60%24)
}
