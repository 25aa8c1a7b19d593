package main

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"regexp"
	"slices"
	"strings"

	"example.com/wuye/sla"
)

// pageHTML is one page without anything from outside: its style is in it, its charts are
// drawn in it. It is well-formed XML too, so that a test can walk it.
//
//go:embed page.html
var pageHTML string

// A sheet is a pack as the page shows it.
type sheet struct {
	Title, Months, Basis string
	Readings             string
	Notes                []string
	Tiles                []tile
	Parts                []section
	Tracing              string
}

// A tile is a figure that a manager looks for first.
type tile struct {
	Name, Value, Note string
	Short             bool // of its target
}

// A section is a numbered part of the page.
type section struct {
	ID, Title string
	Name      string // in the table of contents: the title up to its first mark
	Own       bool   // begins a page of its own: other people's
	Blocks    []block
}

// html writes the pack as one page to open or to print.
func (k Pack) html(w io.Writer) error {
	k.Clauses = slices.Clone(k.Clauses)
	for _, c := range k.scored { // the page prints the figures, so their clauses are cited too
		if !slices.ContainsFunc(k.Clauses, func(o Cited) bool { return o.Clause == c.Clause }) {
			k.Clauses = append(k.Clauses, c)
		}
	}
	order := clauseOrder()
	slices.SortFunc(k.Clauses, func(a, b Cited) int { return order[a.Clause] - order[b.Clause] })

	p := k.page()
	p.whole = true
	k.sections(&p)
	s := sheet{Title: k.Source, Months: k.months(), Basis: k.basis(), Readings: chosen(k.Choices), Notes: k.Notes, Tiles: k.tiles(), Tracing: tracing}
	if !k.Foreign {
		figures := k.page()
		figures.whole = true
		k.scores(&figures)
		s.Parts = append(s.Parts, section{"s0", "指标", "指标", false, figures.blocks})
	}
	n := 0
	for _, b := range p.blocks {
		if b.Kind == "section" {
			n++
			s.Parts = append(s.Parts, section{fmt.Sprintf("s%d", n), b.Text, b.Text[:strings.IndexAny(b.Text+"：", "：[")], b.Own, nil})
			continue
		}
		last := &s.Parts[len(s.Parts)-1]
		last.Blocks = append(last.Blocks, b)
	}
	for _, part := range s.Parts { // a table is called what the line before it says
		name := part.Title
		for i, b := range part.Blocks {
			switch b.Kind {
			case "caption":
				name = b.Text
			case "table":
				part.Blocks[i].Label = strings.TrimSpace(name)
			}
		}
	}
	t, err := template.New("page").Funcs(template.FuncMap{"cite": k.citer(), "long": func(s string) bool { return width(s) > 26 }, "trim": strings.TrimSpace}).Parse(pageHTML)
	if err != nil {
		return err
	}
	return t.Execute(w, s)
}

var clauseID = regexp.MustCompile(`\b(?:HB|HL[123]|VC|TR|SP|QI|CC|SC|WY)-[0-9A-Za-z]+(?:[.-][0-9A-Za-z]+)*`)

// citer links the clauses that a text names to their words at the page's end.
func (k Pack) citer() func(string) template.HTML {
	cited := map[string]string{}
	for _, c := range k.Clauses {
		cited[string(c.Clause)] = c.Zh
	}
	return func(s string) template.HTML {
		var b strings.Builder
		end := 0
		for _, at := range clauseID.FindAllStringIndex(s, -1) {
			if zh := cited[s[at[0]:at[1]]]; zh != "" {
				id := s[at[0]:at[1]]
				b.WriteString(template.HTMLEscapeString(s[end:at[0]]))
				fmt.Fprintf(&b, `<a href="#c-%s" title="%s">%s</a>`, id, template.HTMLEscapeString(zh), id)
				end = at[1]
			}
		}
		b.WriteString(template.HTMLEscapeString(s[end:]))
		return template.HTML(b.String())
	}
}

// tiles are the summary: each figure with its clause.
func (k Pack) tiles() []tile {
	var tiles []tile
	satisfied := tile{Name: "满意度", Value: "不明", Note: "没有客户评价 HB-2.1b"}
	if f := k.satisfaction(); f != nil && f.Den > 0 {
		satisfied.Value, satisfied.Short = share(*f), 10*f.Num < 9*f.Den
		satisfied.Note = fmt.Sprintf("%d/%d，要求%s HB-2.1b", f.Num, f.Den, target(*f))
	}
	onTime := tile{Name: "按时率", Value: "不明", Note: "没有能判断的时限"}
	if met, all := k.kept(); all > 0 {
		onTime.Value, onTime.Note = percent(met, all), fmt.Sprintf("到期 %d 项，按时 %d 项；各条款见“时限”", all, met)
		if k.Foreign {
			onTime.Note = fmt.Sprintf("能判断的 %d 项，按时 %d 项；各条款见“时限”", all, met)
		}
	}
	total := 0
	for _, r := range k.Kinds {
		total += r.Total
	}
	sum, tickets := map[sla.Status]int{}, map[string]bool{}
	for _, r := range k.Clocks {
		for s, n := range r.Statuses {
			sum[s] += n
		}
	}
	for _, b := range k.Breaches {
		tickets[b.Ticket] = true
	}
	tiles = append(tiles, satisfied, onTime,
		tile{Name: "在册工单", Value: fmt.Sprintf("%d 件", total), Note: fmt.Sprintf("HL1-3；尚未答复 %d 件 VC-3.5", len(k.Unanswered))},
		tile{Name: "超时", Value: fmt.Sprintf("%d 项", sum[sla.Breached]), Note: fmt.Sprintf("涉及 %d 单；计时与暂停 %d，免除 %d，不明 %d", len(tickets), sum[sla.Running]+sum[sla.Paused], sum[sla.Lapsed], sum[sla.Unseen])})
	if r := k.Revisits; r != nil {
		visited, all := 0, 0
		for _, g := range r.groups() {
			visited, all = visited+done(g.plan), all+len(g.plan)
		}
		tiles = append(tiles, tile{Name: "回访", Value: fmt.Sprintf("%d/%d", visited, all), Note: fmt.Sprintf("待访 %d 件 TR-4.3b SP-2.7.1a", all-visited)})
	}
	if m := k.Money; m != nil {
		s := m.Statement
		tiles = append(tiles, tile{Name: "收讫与到账", Value: (s.Received + s.Collected).String() + " 元",
			Note: fmt.Sprintf("SP-2.6.1.4；期末未收 %s 元，本批托收 %d 笔 %s 元 SP-2.6.1.5", s.Open, len(s.Batch), s.Batched)})
	}
	return tiles
}
