package main

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Sizes in pixels of the field that is drawn, and what is around it.
const (
	left, top    = 84, 70
	wide, high   = 500, 440
	right, below = 244, 66
	gap          = 17 // between labels
)

// A scale puts powers of ten from low to high on length pixels.
type scale struct{ low, high, length float64 }

func (s scale) at(v float64) float64 {
	return (math.Log10(v) - s.low) / (s.high - s.low) * s.length
}

// picture is docs/growth.svg: processor time against number, both logarithmic, a line for each work. A work in proportion
// is as steep as the thin lines behind.
func picture(f figures) string {
	total := func(g growth, n int) float64 { return f.value(g.at(n), "ns/op") * float64(n) / 1e9 } // seconds
	least, most := math.Inf(1), 0.0
	for _, g := range growths {
		for _, n := range f.sizes(g) {
			least, most = min(least, total(g, n)), max(most, total(g, n))
		}
	}
	xs := scale{math.Log10(float64(sizes[0])), math.Log10(float64(sizes[len(sizes)-1])), wide}
	ys := scale{math.Floor(math.Log10(least)), math.Ceil(math.Log10(most)), high}
	x := func(n float64) float64 { return left + xs.at(n) }
	y := func(seconds float64) float64 { return top + high - ys.at(seconds) }

	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-labelledby="t" font-family="system-ui, 'Noto Sans CJK SC', 'PingFang SC', sans-serif">`+"\n",
		left+wide+right, top+high+below, left+wide+right, top+high+below)
	b.WriteString(`<title id="t">Processor time of each work, from 1,000 to 10,000,000: all grow in proportion, but for the draw that has to sort</title>` + "\n")
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="#ffffff"/>`+"\n", left+wide+right, top+high+below)
	text := func(x, y float64, size int, ink, more, s string) {
		fmt.Fprintf(&b, `<text x="%.1f" y="%.1f" font-size="%d" fill="%s" %s>%s</text>`+"\n", x, y, size, ink, more, s)
	}
	line := func(x1, y1, x2, y2 float64, ink string, width float64) {
		fmt.Fprintf(&b, `<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" stroke="%s" stroke-width="%.1f"/>`+"\n", x1, y1, x2, y2, ink, width)
	}
	text(left, 28, 18, "#1f2933", `font-weight="600"`, "How the cost grows 规模与耗时")
	text(left, 48, 12, "#52606d", "", "Thin slanting lines: exactly in proportion 斜细线：严格成正比")

	for p := ys.low; p <= ys.high; p++ {
		at := y(math.Pow(10, p))
		line(left, at, left+wide, at, "#e4e7eb", 1)
		text(left-10, at+4, 12, "#52606d", `text-anchor="end"`, seconds(int(p)))
	}
	for i, n := range sizes {
		line(x(float64(n)), top, x(float64(n)), top+high, "#e4e7eb", 1)
		text(x(float64(n)), top+high+20, 12, "#52606d", `text-anchor="middle"`, "10"+strings.Split("³ ⁴ ⁵ ⁶ ⁷", " ")[i])
	}
	text(left+wide/2, top+high+46, 13, "#1f2933", `text-anchor="middle"`, "tickets, charges, orders 工单、收费、派工单数")
	text(22, top+high/2, 13, "#1f2933", fmt.Sprintf(`text-anchor="middle" transform="rotate(-90 22 %d)"`, top+high/2), "processor time, all of them 处理器总耗时")
	for p := ys.low - (xs.high - xs.low); p < ys.high; p++ { // proportion: a power up for each power along
		from, to := max(0, ys.low-p), min(xs.high-xs.low, ys.high-p)
		line(left+from/(xs.high-xs.low)*wide, y(math.Pow(10, p+from)), left+to/(xs.high-xs.low)*wide, y(math.Pow(10, p+to)), "#d5dae0", 0.6)
	}

	type label struct {
		g       growth
		x, y    float64
		written float64
	}
	var labels []label
	for _, g := range growths {
		var points []string
		at := f.sizes(g)
		for _, n := range at {
			points = append(points, fmt.Sprintf("%.1f,%.1f", x(float64(n)), y(total(g, n))))
		}
		fmt.Fprintf(&b, `<polyline points="%s" fill="none" stroke="%s" stroke-width="1.8" stroke-dasharray="%s"/>`+"\n", strings.Join(points, " "), g.ink, cmpOr(g.dash, "none"))
		for _, n := range at {
			fmt.Fprintf(&b, `<circle cx="%.1f" cy="%.1f" r="2.6" fill="%s"/>`+"\n", x(float64(n)), y(total(g, n)), g.ink)
		}
		last := at[len(at)-1]
		labels = append(labels, label{g: g, x: x(float64(last)), y: y(total(g, last))})
	}
	// Labels stand at the ends of their lines, apart from each other; one that ends early, above its end.
	slices.SortFunc(labels, func(a, b label) int { return int(math.Copysign(1, a.y-b.y)) })
	lowest := math.Inf(-1)
	for i := range labels {
		if labels[i].x == left+wide {
			labels[i].written = max(labels[i].y, lowest+gap)
			lowest = labels[i].written
		}
	}
	for _, l := range labels {
		last := f.sizes(l.g)[len(f.sizes(l.g))-1]
		says := fmt.Sprintf("%s %s, %s", l.g.work, l.g.zh, duration(total(l.g, last)*1e9))
		if l.x != left+wide {
			text(l.x-8, l.y-8, 12, l.g.ink, `text-anchor="end"`, says)
			continue
		}
		line(l.x+4, l.y, l.x+18, l.written, l.g.ink, 0.6)
		text(l.x+22, l.written+4, 12, l.g.ink, "", says)
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// seconds names a power of ten of a second.
func seconds(power int) string { return duration(math.Pow(10, float64(power+9))) }
