package main

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// page is docs/benchmarks.md. It is an error if a row of ours was not measured, or a benchmark has no row.
func page(f figures) (string, error) {
	if err := complete(f); err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString(`# Benchmarks 性能

What the library costs, beside its peers at the same work, in one run. Generated; figures are of one machine, and the ratios are what
to look at. To measure again, here or elsewhere (about half an hour):

` + "```sh\ncd tools && go run ./benchdoc | tee figures.txt   # or -from figures.txt, to write this page from kept figures\n```\n\n")
	fmt.Fprintf(&b, "Machine: %s, %s cores, %s/%s, %s, on %s. %s\n\n", f.fact("cpu"), f.fact("cores"), f.fact("goos"), f.fact("goarch"), f.fact("go"), f.fact("date"), loads(f))
	b.WriteString(`How it is measured ([bench/beside_test.go](../bench/beside_test.go)): ours and its peers do the same work in turns of a few milliseconds, so that what
disturbs the machine disturbs them all; a ratio is that of neighbouring turns. Time is processor time of the whole process, garbage
collection included (in a heap of at least 256 MB), so that other programs' time does not count, though their use of the caches does.
Figures are medians over the turns, of the quietest of five runs, of growth of two: the one in which all sides of a work together took
least. Small works get 65,536 different inputs in random order (days alone: all that are published; tickets: those that chance makes
of legal moves, seeded), so that no branch predictor learns them, and where calendars are compared both sides must first agree on every one.
"Allocs" is how often an operation asks for memory.

## Budgets

`)
	missed, lost := table(&b, f, budgeted)
	fmt.Fprintf(&b, "\nPeers in italics are parts, not rivals: what the work cannot do without, done alone.\n\n%d of %d budgets are met.", len(budgeted)-len(missed), len(budgeted))
	if len(missed) > 0 {
		b.WriteString(" Those missed, and why:\n\n")
		for _, r := range missed {
			fmt.Fprintf(&b, "- **%s**: %s.\n", r.work, cmpOr(r.why, "it is not known why"))
		}
	} else {
		b.WriteString("\n")
	}
	b.WriteString("\n## Without a budget\n\n")
	_, more := table(&b, f, others)
	b.WriteString("\n## Where we lose\n\n")
	if lost = append(lost, more...); len(lost) == 0 {
		b.WriteString("Nowhere, of the rivals above.\n")
	}
	for _, l := range lost {
		fmt.Fprintf(&b, "- %s\n", l)
	}
	b.WriteString("\n## Growth\n\n![Processor time of each work, from 1,000 to 10,000,000](growth.svg)\n\nProcessor time of one ticket, charge or order, as there are more of them; where all is linear, a row is flat. Orders in any order have to be sorted, n log n; what fits in a cache, up to some thousand tickets, is cheaper. ")
	b.WriteString("Works on tickets go through 65,536 different ones again and again, as a stream; a month's end keeps all its tickets in memory, five kilobytes each, and is measured up to 100,000.\n\n")
	growthTable(&b, f)
	b.WriteString("\nWhat a stream holds when half of it is read and the garbage is gone, in KB: a ticket or two, however long it is.\n\n")
	memoryTable(&b, f)
	return b.String(), nil
}

func cmpOr(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// complete reports what is missing between our rows and the figures.
func complete(f figures) error {
	known := map[string]bool{}
	need := func(name string, units ...string) error {
		known[name] = true
		for _, unit := range units {
			if len(f.of[name][unit]) == 0 {
				return fmt.Errorf("the figures have no %s of Benchmark%s", unit, name)
			}
		}
		return nil
	}
	for _, r := range slices.Concat(budgeted, others) {
		units := []string{"ns/op", "mallocs/op"}
		for _, p := range r.peers {
			units = append(units, p.name+":ns/op", "×"+p.name)
		}
		if err := need(r.name, units...); err != nil {
			return err
		}
	}
	for _, g := range growths {
		if len(f.sizes(g)) < 2 {
			return fmt.Errorf("the figures have no growth of %s", g.name)
		}
		for _, n := range sizes {
			known[g.at(n)], known[g.held(n)] = true, true
		}
	}
	for name := range f.of {
		if !known[name] {
			return fmt.Errorf("the page has no row for Benchmark%s", name)
		}
	}
	return nil
}

func (g growth) at(n int) string   { return fmt.Sprintf("Growth/%s/%d", g.name, n) }
func (g growth) held(n int) string { return fmt.Sprintf("Memory/%s/%d", g.name, n) }

// sizes are those at which g was measured.
func (f figures) sizes(g growth) []int {
	return slices.DeleteFunc(slices.Clone(sizes), func(n int) bool { return len(f.of[g.at(n)]["ns/op"]) == 0 })
}

// value is that of the quietest run: the one in which ours and the peers together took least. Where others use the
// machine, all else is their doing.
func (f figures) value(name, unit string) float64 {
	quietest, least := 0, math.Inf(1)
	for i := range f.of[name][unit] {
		sum := 0.0
		for unit, runs := range f.of[name] {
			if strings.HasSuffix(unit, "ns/op") && i < len(runs) {
				sum += runs[i]
			}
		}
		if sum < least {
			quietest, least = i, sum
		}
	}
	return f.of[name][unit][quietest]
}

func (f figures) fact(key string) string {
	return cmpOr(strings.Join(f.facts[key], ", "), "unknown "+key)
}

// loads says how much else the machine had to do.
func loads(f figures) string {
	most := 0.0
	for _, l := range f.facts["load"] {
		var v float64
		if _, err := fmt.Sscan(l, &v); err == nil {
			most = max(most, v)
		}
	}
	s := "Load average before, between and after the runs: " + f.fact("load") + "."
	var cores float64
	if _, err := fmt.Sscan(f.fact("cores"), &cores); err == nil && most > cores+1 {
		s += " The machine was shared and busy, and others' use of its caches makes works that read much memory slower."
	}
	return s
}

// table writes the rows, and gives those that missed their budget, and the rivals that are faster.
func table(b *strings.Builder, f figures, rows []row) (missed []row, lost []string) {
	b.WriteString("| work | ours | allocs | budget | | peer | peer's | ours ÷ peer's |\n|---|---:|---:|---|---|---|---:|---:|\n")
	for _, r := range rows {
		ours, allocs := f.value(r.name, "ns/op"), f.value(r.name, "mallocs/op")
		verdict := ""
		if r.budget != (budget{}) {
			verdict = "met"
			if !r.budget.met(f, r.name) {
				verdict = "**missed**"
				missed = append(missed, r)
			}
		}
		fmt.Fprintf(b, "| %s | %s | %s | %s | %s |", r.work, duration(ours), few(allocs), r.budget, verdict)
		for i, p := range r.peers {
			ratio := f.value(r.name, "×"+p.name)
			is := p.is
			if p.part {
				is = "*" + is + "*"
			} else if ratio > 1 {
				lost = append(lost, fmt.Sprintf("%s: %s for %s; %s for ours, %s times as much.", r.work, duration(f.value(r.name, p.name+":ns/op")), p.is, duration(ours), figure(ratio)))
			}
			if i > 0 {
				b.WriteString("| | | | | |")
			}
			fmt.Fprintf(b, " %s | %s | %s |\n", is, duration(f.value(r.name, p.name+":ns/op")), figure(ratio))
		}
		if len(r.peers) == 0 {
			b.WriteString(" | | |\n")
		}
	}
	return missed, lost
}

func (w budget) met(f figures, name string) bool {
	ours := f.value(name, "ns/op")
	switch {
	case w.still && f.value(name, "mallocs/op") > 0.0005:
		return false
	case w.plus != "":
		return ours <= w.times*f.value(name, w.of+":ns/op")+f.value(name, w.plus+":ns/op")
	case w.of != "":
		return f.value(name, "×"+w.of) <= w.times
	}
	return ours <= w.ns
}

func (w budget) String() string {
	s := ""
	switch {
	case w.plus != "":
		s = fmt.Sprintf("≤ %g × %s + %s", w.times, w.of, w.plus)
	case w.of != "":
		s = fmt.Sprintf("≤ %g × %s", w.times, w.of)
	case w.ns > 0:
		s = "≤ " + duration(w.ns)
	}
	if w.still {
		s += ", 0 allocs"
	}
	return s
}

func growthTable(b *strings.Builder, f figures) {
	b.WriteString("| work | 10³ | 10⁴ | 10⁵ | 10⁶ | 10⁷ | most ÷ least |\n|---|---:|---:|---:|---:|---:|---:|\n")
	for _, g := range growths {
		fmt.Fprintf(b, "| %s %s |", g.work, g.zh)
		least, most := math.Inf(1), 0.0
		for _, n := range sizes {
			if len(f.of[g.at(n)]) == 0 {
				b.WriteString(" – |")
				continue
			}
			ns := f.value(g.at(n), "ns/op")
			least, most = min(least, ns), max(most, ns)
			fmt.Fprintf(b, " %s |", duration(ns))
		}
		fmt.Fprintf(b, " %s |\n", figure(most/least))
	}
}

func memoryTable(b *strings.Builder, f figures) {
	b.WriteString("| stream | 10³ | 10⁴ | 10⁵ | 10⁶ |\n|---|---:|---:|---:|---:|\n")
	for _, g := range growths {
		if !g.stream {
			continue
		}
		fmt.Fprintf(b, "| %s %s |", g.work, g.zh)
		for _, n := range sizes[:4] {
			if len(f.of[g.held(n)]) == 0 {
				b.WriteString(" – |")
				continue
			}
			fmt.Fprintf(b, " %s |", figure(max(0, f.value(g.held(n), "KB-held"))))
		}
		b.WriteString("\n")
	}
}

// duration writes nanoseconds with three figures: 2.85 ns, 4.23 µs.
func duration(ns float64) string {
	units := []string{"ns", "µs", "ms", "s"}
	i := 0
	for ; i < len(units)-1 && ns >= 999.5; i++ {
		ns /= 1000
	}
	return figure(ns) + " " + units[i]
}

// figure writes a number with three figures, or as many as it has before the point.
func figure(v float64) string {
	if v == 0 {
		return "0"
	}
	digits := 2 - int(math.Floor(math.Log10(math.Abs(v))))
	s := fmt.Sprintf("%.*f", max(0, digits), v)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}

// few writes how often memory was asked for; less than once in two thousand is what a whole work asks for once.
func few(v float64) string {
	if v < 0.0005 {
		return "0"
	}
	return figure(v)
}
