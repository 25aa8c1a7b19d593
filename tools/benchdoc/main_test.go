package main

import (
	"encoding/xml"
	"io"
	"maps"
	"os"
	"strings"
	"testing"
)

// recorded is what benchdoc printed once.
func recorded(t *testing.T) figures {
	t.Helper()
	file, err := os.Open("testdata/figures.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	f, err := parse(file)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestParse(t *testing.T) {
	f, err := parse(strings.NewReader(`cpu: AMD EPYC
cores: 2
load: 2.5
BenchmarkDue/hours-2   98   68.05 ns/op  0 mallocs/op
load: 2.5
BenchmarkDue/hours-2   98   70.05 ns/op  0 mallocs/op
BenchmarkDraw/take-20-2   1   130 ns/op  1.307 ×hashing
ok  	example.com/wuye/bench	17.701s
`))
	if err != nil {
		t.Fatal(err)
	}
	if got := f.value("Due/hours", "ns/op"); got != 68.05 {
		t.Errorf("the quieter of two runs is %v", got)
	}
	if got := f.value("Draw/take-20", "×hashing"); got != 1.307 {
		t.Errorf("the ratio is %v", got)
	}
	if one, err := parse(strings.NewReader("cores: 1\nBenchmarkDraw/take-20 1 130 ns/op\n")); err != nil || one.value("Draw/take-20", "ns/op") != 130 {
		t.Error("on one core names have nothing added:", one.of, err)
	}
	if f.fact("cpu") != "AMD EPYC" || f.fact("load") != "2.5" || f.fact("go") != "unknown go" {
		t.Error("facts:", f.facts)
	}
	for _, bad := range []string{"", "PASS\n", "BenchmarkDue-2 98 x ns/op\n", "BenchmarkDue-2 98 12\n", "BenchmarkDue-2\n"} {
		if _, err := parse(strings.NewReader(bad)); err == nil {
			t.Errorf("%q is taken for figures", bad)
		}
	}
}

// The quietest run is that in which all sides together took least, not that in which we look best.
func TestQuietest(t *testing.T) {
	f, err := parse(strings.NewReader("BenchmarkW 1 9 ns/op 30 peer:ns/op 0.3 ×peer\nBenchmarkW 1 10 ns/op 20 peer:ns/op 0.5 ×peer\nBenchmarkW 1 15 ns/op 21 peer:ns/op 0.7 ×peer\n"))
	if err != nil {
		t.Fatal(err)
	}
	if ours, ratio := f.value("W", "ns/op"), f.value("W", "×peer"); ours != 10 || ratio != 0.5 {
		t.Errorf("ours %v, ratio %v", ours, ratio)
	}
}

func TestBudgets(t *testing.T) {
	f := figures{of: map[string]map[string][]float64{"W": {
		"ns/op": {150}, "mallocs/op": {0}, "hash:ns/op": {100}, "sort:ns/op": {10}, "×hash": {1.5}}}}
	for _, c := range []struct {
		budget budget
		says   string
		met    bool
	}{
		{budget{ns: 150, still: true}, "≤ 150 ns, 0 allocs", true},
		{budget{ns: 149}, "≤ 149 ns", false},
		{budget{times: 1.5, of: "hash"}, "≤ 1.5 × hash", true},
		{budget{times: 1.4, of: "hash"}, "≤ 1.4 × hash", false},
		{budget{times: 1.4, of: "hash", plus: "sort"}, "≤ 1.4 × hash + sort", true}, // 140 + 10
		{budget{times: 1.3, of: "hash", plus: "sort"}, "≤ 1.3 × hash + sort", false},
	} {
		if got := c.budget.met(f, "W"); got != c.met || c.budget.String() != c.says {
			t.Errorf("%s: met %t", c.budget, got)
		}
	}
	f.of["W"]["mallocs/op"] = []float64{1}
	if (budget{ns: 150, still: true}).met(f, "W") {
		t.Error("memory was asked for, and the budget is met")
	}
}

func TestFigures(t *testing.T) {
	for v, want := range map[float64]string{2.851: "2.85 ns", 60.85: "60.9 ns", 999.6: "1 µs", 4233: "4.23 µs", 1033500: "1.03 ms", 6e10: "60 s", 0: "0 ns"} {
		if got := duration(v); got != want {
			t.Errorf("%v is written %s, not %s", v, got, want)
		}
	}
	for v, want := range map[float64]string{0.0001804: "0.00018", 1.307: "1.31", 1234: "1234", 10: "10"} {
		if got := figure(v); got != want {
			t.Errorf("%v is written %s, not %s", v, got, want)
		}
	}
}

// Every row stands on the page, with its own figures; a rival that is faster is said to be.
func TestPage(t *testing.T) {
	f := recorded(t)
	text, err := page(f)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range append(budgeted, others...) {
		if !strings.Contains(text, "| "+r.work+" | "+duration(f.value(r.name, "ns/op"))+" |") {
			t.Errorf("no row for %s", r.name)
		}
		for _, p := range r.peers {
			if loses := strings.Contains(text, "\n- "+r.work+": "+duration(f.value(r.name, p.name+":ns/op"))+" for "+p.is+";"); loses != (!p.part && f.value(r.name, "×"+p.name) > 1) {
				t.Errorf("%s beside %s: said to be slower: %t", r.name, p.name, loses)
			}
		}
	}
	head := ""
	for line := range strings.Lines(text) {
		switch {
		case !strings.HasPrefix(line, "|"):
			head = ""
		case head == "":
			head = line
		case strings.Count(line, "|") != strings.Count(head, "|"):
			t.Errorf("a row with another number of columns: %s", line)
		}
	}
	if again, _ := page(f); again != text {
		t.Error("two pages from the same figures differ")
	}
}

func TestIncomplete(t *testing.T) {
	for _, gone := range []string{"IsWorkday/date", "Close/rows-5/by-time", "MonthEnd"} {
		f := recorded(t)
		delete(f.of, gone)
		if _, err := page(f); err == nil {
			t.Errorf("a page without %s", gone)
		}
	}
	f := recorded(t)
	delete(f.of["Apply/flow"], "×looplab/fsm")
	if _, err := page(f); err == nil {
		t.Error("a page without a ratio")
	}
	f = recorded(t)
	maps.DeleteFunc(f.of, func(name string, _ map[string][]float64) bool { return strings.HasPrefix(name, "Growth/draw/") })
	if _, err := page(f); err == nil {
		t.Error("a page without a growth")
	}
	f = recorded(t)
	f.of["News"] = f.of["MonthEnd"]
	if _, err := page(f); err == nil {
		t.Error("a benchmark without a row")
	}
}

// The picture is XML, all in its frame, with a line and a label for each work.
func TestPicture(t *testing.T) {
	svg := picture(recorded(t))
	lines := 0
	for d := xml.NewDecoder(strings.NewReader(svg)); ; {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if e, ok := token.(xml.StartElement); ok && e.Name.Local == "polyline" {
			lines++
		}
	}
	if lines != len(growths) {
		t.Errorf("%d lines for %d works", lines, len(growths))
	}
	for _, g := range growths {
		if !strings.Contains(svg, ">"+g.work+" "+g.zh+", ") {
			t.Errorf("no label for %s", g.name)
		}
	}
	if strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") || strings.Contains(svg, `="-`) {
		t.Error("something is outside of the picture")
	}
}
