package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"github.com/google/go-cmp/cmp"
)

// htmlOf is the page of a run.
func htmlOf(t *testing.T, args ...string) string {
	t.Helper()
	return output(t, append(args, "-html", "-")...)
}

// pages are those that the tests walk: our own month, with all that may be asked for, and
// somebody else's file.
func pages(t *testing.T) map[string]string {
	return map[string]string{
		"own":     htmlOf(t),
		"audited": htmlOf(t, "-audit", "-reading", "general-two-hours=finished", "-reading", "share-rounding=half-up"),
		"foreign": htmlOf(t, "-csv", "testdata/sf311.csv", "-map", "maps/sf311.json", "-all", "-audit"),
	}
}

// The page as a browser gets it. Look at it in one before -update: at 1280 and at 390 pixels,
// and printed on A4.
func TestPageGolden(t *testing.T) {
	got := strings.ReplaceAll(htmlOf(t), calendar.China().ID()[:12], "DIGEST")
	name := filepath.Join("testdata", "pack.html")
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// An element of a page.
type element struct {
	name  string
	attr  map[string]string
	class []string
	path  string // of the elements that it is in, and itself
	text  string // in it, but for that of elements in it
	index int    // among the children of its parent, from 0
}

// walk reads a page strictly, as XML: every element is closed, in order, and no attribute
// stands twice.
func walk(t *testing.T, page string) (all []*element) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(page))
	d.Entity = map[string]string{} // numeric ones only
	var open []*element
	var children []int
	for {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch x := token.(type) {
		case xml.StartElement:
			e := &element{name: x.Name.Local, attr: map[string]string{}}
			if n := len(children); n > 0 {
				e.index = children[n-1]
				children[n-1]++
				e.path = open[n-1].path
			}
			e.path += "/" + e.name
			for _, a := range x.Attr {
				if _, twice := e.attr[a.Name.Local]; twice {
					t.Errorf("%s: attribute %s twice", e.path, a.Name.Local)
				}
				e.attr[a.Name.Local] = a.Value
			}
			e.class = strings.Fields(e.attr["class"])
			all, open, children = append(all, e), append(open, e), append(children, 0)
		case xml.EndElement:
			open, children = open[:len(open)-1], children[:len(children)-1]
		case xml.CharData:
			if n := len(open); n > 0 {
				open[n-1].text += string(x)
			}
		}
	}
	if len(open) > 0 {
		t.Errorf("%s is not closed", open[len(open)-1].path)
	}
	return all
}

// The page is one file: nothing in it is fetched, and nothing in it runs.
func TestPageHasNoOutsideResource(t *testing.T) {
	for name, page := range pages(t) {
		for _, no := range []string{"http:", "https:", "//", "url(", "@import", "javascript:", "data:", "file:"} {
			if i := strings.Index(page, no); i >= 0 {
				t.Errorf("%s: %q in …%s…", name, no, page[max(0, i-40):min(len(page), i+40)])
			}
		}
		for _, e := range walk(t, page) {
			if slices.Contains([]string{"script", "link", "img", "iframe", "object", "embed", "base", "form", "use", "image", "video", "audio", "source"}, e.name) {
				t.Errorf("%s: <%s>", name, e.path)
			}
			for a, v := range e.attr {
				if a == "src" || a == "srcset" || a == "style" || strings.HasPrefix(a, "on") || a == "href" && !strings.HasPrefix(v, "#") {
					t.Errorf("%s: <%s %s=%q>", name, e.path, a, v)
				}
			}
		}
	}
}

// The page is whole: one title, headings in order, ids once, every link has its target,
// every table its head and its name, every row its cells, every drawing its words.
func TestPageIsWellFormed(t *testing.T) {
	for name, page := range pages(t) {
		if !strings.HasPrefix(page, "<!doctype html>\n<html lang=\"zh-CN\">") {
			t.Errorf("%s: begins %.60q", name, page)
		}
		all := walk(t, page)
		count, ids, level := map[string]int{}, map[string]bool{}, 0
		for _, e := range all {
			count[e.name]++
			if id, ok := e.attr["id"]; ok {
				if ids[id] || id == "" {
					t.Errorf("%s: id %q twice, or empty", name, id)
				}
				ids[id] = true
			}
			if len(e.name) == 2 && e.name[0] == 'h' && e.name[1] <= '6' {
				n := int(e.name[1] - '0')
				if n > level+1 {
					t.Errorf("%s: a heading h%d after h%d", name, n, level)
				}
				level = n
			}
		}
		if count["title"] != 1 || count["h1"] != 1 || count["main"] != 1 || count["nav"] != 1 {
			t.Errorf("%s: %v", name, count)
		}
		columns, cells := 0, -1
		for _, e := range all {
			if target, ok := e.attr["href"]; ok && !ids[target[1:]] {
				t.Errorf("%s: a link to %s, which is not there", name, target)
			}
			if by := e.attr["aria-labelledby"]; by != "" && !ids[by] {
				t.Errorf("%s: labelled by %s, which is not there", name, by)
			}
			switch {
			case slices.Contains(e.class, "scroll") && (e.attr["aria-label"] == "" || e.attr["tabindex"] != "0"):
				t.Errorf("%s: a table without a name, or not to be reached by the keyboard", name)
			case e.name == "svg" && e.attr["aria-hidden"] != "true" && e.attr["aria-label"] == "":
				t.Errorf("%s: a drawing without words", name)
			case e.name == "table":
				columns, cells = 0, -1
			case e.name == "th":
				columns++
			case e.name == "tr":
				if cells >= 0 && cells != columns {
					t.Errorf("%s: a row of %d cells under %d heads", name, cells, columns)
				}
				if cells = 0; strings.Contains(e.path, "/thead/") {
					cells = -1
				}
			case e.name == "td":
				cells++
			}
		}
		if count["table"] == 0 || count["thead"] != count["table"] || count["tbody"] != count["table"] {
			t.Errorf("%s: %d tables, %d heads", name, count["table"], count["thead"])
		}
	}
}

// Numbers stand to the right, in figures of one width, under heads that do too.
func TestPageNumbers(t *testing.T) {
	number := regexp.MustCompile(`^[0-9]+(\.[0-9]+%?)?$`)
	page := htmlOf(t)
	right := map[int]bool{}
	n := 0
	for _, e := range walk(t, page) {
		is := slices.Contains(e.class, "r")
		switch {
		case e.name == "th":
			if e.index == 0 {
				right = map[int]bool{}
			}
			right[e.index] = is
		case e.name == "td":
			if is != right[e.index] {
				t.Errorf("%q is aligned otherwise than its head", e.text)
			}
			if number.MatchString(e.text) && !regexp.MustCompile(`^26\d{6}$`).MatchString(e.text) { // a ticket's number is a name
				n++
				if !is {
					t.Errorf("the number %s is not to the right", e.text)
				}
			}
		}
	}
	if n < 150 {
		t.Errorf("only %d numbers", n)
	}
	for _, want := range []string{"font-variant-numeric: tabular-nums", "size: A4", "table-header-group", "break-inside: avoid", "max-width: 40rem", ":focus-visible"} {
		if !strings.Contains(page, want) {
			t.Errorf("the style has no %s", want)
		}
	}
}

// The six sections are on the page, whole: each ticket and clause that the JSON names, and
// no line of the text is cut short there.
func TestPageIsComplete(t *testing.T) {
	page, text := htmlOf(t), output(t)
	for _, s := range []string{"一、工单", "二、时限", "三、升级", "四、回访计划", "五、收费", "六、周期职责", "七、所引条款"} {
		if !regexp.MustCompile(`<h2 id="s\d-h">`+s).MatchString(page) || !strings.Contains(text, s) {
			t.Errorf("no section %s", s)
		}
	}
	if strings.Contains(page, "…") {
		t.Error("something is cut short")
	}
	var pack Pack
	if err := json.Unmarshal([]byte(output(t, "-json")), &pack); err != nil {
		t.Fatal(err)
	}
	for _, b := range pack.Breaches {
		if !strings.Contains(page, "<td>"+b.Ticket+"</td>") {
			t.Errorf("no row of %s", b.Ticket)
		}
	}
	for _, c := range pack.Clauses {
		if !strings.Contains(page, `id="c-`+string(c.Clause)+`"`) || !strings.Contains(page, string(c.Clause)+"</b> <span>"+xmlText(c.Zh)) {
			t.Errorf("%s is not in words", c.Clause)
		}
	}
	for _, f := range pack.Scores {
		if !strings.Contains(page, `id="c-`+string(f.Clause)+`"`) {
			t.Errorf("the clause of the figure %s is not in words", f.Clause)
		}
	}
	// the clauses stand in the order of the documents
	last := -1
	order := clauseOrder()
	for _, m := range regexp.MustCompile(`id="c-([^"]+)"`).FindAllStringSubmatch(page, -1) {
		if n := order[rule.ID(m[1])]; n <= last {
			t.Errorf("%s is out of order", m[1])
		} else {
			last = n
		}
	}
}

func xmlText(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;").Replace(s)
}

// The tiles give the figures of the text, each with its clause.
func TestPageTiles(t *testing.T) {
	page := htmlOf(t)
	_, tiles, _ := strings.Cut(page, `<dl class="tiles">`)
	tiles, _, _ = strings.Cut(tiles, "</dl>")
	plain := regexp.MustCompile(`<[^>]*>`).ReplaceAllString(tiles, "|")
	for _, want := range []string{"80.0%", "未达要求", "36/45，要求不低于 90% ||HB-2.1b", "92.9%", "到期 238 项，按时 221 项", "53 件", "尚未答复 4 件", "19 项", "16/24", "793.60 元", "期末未收 574.90 元"} {
		if !strings.Contains(strings.ReplaceAll(plain, "|HB", "||HB"), want) && !strings.Contains(plain, want) {
			t.Errorf("no tile says %s:\n%s", want, plain)
		}
	}
}

// A chart draws what its words say: parts side by side without a gap, all bars to one scale.
func TestChart(t *testing.T) {
	c := chart{Bars: []bar{
		{"a", "", parts(part{"met", "按时", 3, ""}, part{"late", "超时", 1, ""})},
		{"b", "", parts(part{"met", "按时", 0, ""}, part{"late", "超时", 2, ""}, part{"dim", "不明", 6, ""})},
		{"c", "", nil},
	}}
	want := [][][2]int64{{{0, 375}, {375, 125}}, {{0, 250}, {250, 750}}, nil}
	for i := range c.Bars {
		var got [][2]int64
		for _, b := range c.Boxes(i) {
			got = append(got, [2]int64{b.X, b.W})
		}
		if diff := cmp.Diff(want[i], got); diff != "" {
			t.Errorf("bar %d (-want +got)\n%s", i, diff)
		}
	}
	if got := c.Bars[1].Words(); got != "b，超时 2，不明 6" {
		t.Error(got)
	}
	var legend []string
	for _, p := range c.Legend() {
		legend = append(legend, p.Name+p.Text)
	}
	if diff := cmp.Diff([]string{"按时", "超时", "不明"}, legend); diff != "" {
		t.Errorf("legend (-want +got)\n%s", diff)
	}
}

// The money's two bars are of one length: what was open, new and reversed is somewhere.
func TestMoneyChart(t *testing.T) {
	r, desk, asOf := embedded(t)
	pack, err := build(desk, r, october(asOf))
	if err != nil {
		t.Fatal(err)
	}
	c := pack.Money.chart()
	if a, b := c.Bars[0].sum(), c.Bars[1].sum(); a != b || a != 1504_82 || c.Bars[0].Note != "1504.82" {
		t.Errorf("%d fen come, %d go; %s", a, b, c.Bars[0].Note)
	}
	n := 0
	for _, b := range pack.Revisits.chart().Bars {
		n += int(b.sum())
	}
	if n != 24 {
		t.Errorf("%d revisits drawn", n)
	}
}

// What stands in a file is text on the page, whatever it looks like.
func TestPageEscapes(t *testing.T) {
	evil := strings.NewReplacer(`"跳闸"`, `"<script>alert(1)</script>&\"'TR-4.3a"`).Replace(string(ticketsJSONL))
	if evil == string(ticketsJSONL) {
		t.Fatal("nothing replaced")
	}
	var out, errs bytes.Buffer
	if code := run([]string{"-events", "-", "-html", "-"}, strings.NewReader(evil), &out, &errs); code != 0 {
		t.Fatal(errs.String())
	}
	if strings.Contains(out.String(), "<script") || !strings.Contains(out.String(), "&lt;script&gt;") {
		t.Error("a category became part of the page")
	}
	walk(t, out.String())
}

// -html FILE writes the page and prints the pack as ever.
func TestPageFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "pack.html")
	if got := output(t, "-html", name); got != output(t) {
		t.Error("the text is another")
	}
	page, err := os.ReadFile(name)
	if err != nil || string(page) != htmlOf(t) {
		t.Errorf("the file and the stream differ (%v)", err)
	}
	var out, errs bytes.Buffer
	if code := run([]string{"-html", filepath.Join(name, "x")}, strings.NewReader(""), &out, &errs); code != 1 || out.Len() > 0 || errs.Len() == 0 {
		t.Errorf("a file that cannot be written: status %d, %d bytes printed, %s", code, out.Len(), errs.String())
	}
}
