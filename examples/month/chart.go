package main

import "fmt"

// A chart is bars of parts, one under the other, all to one scale: small enough to be read
// at a glance, each with its figures in words beside it.
type chart struct {
	Title  string
	Legend []part
	Bars   []bar
}

// A bar is one row of a chart.
type bar struct {
	Label, Note string
	Parts       []part
}

// A part of a bar: Class gives its colour, Name its meaning.
type part struct {
	Class, Name string
	N           int
}

// barWidth is the width of a bar in the units of its drawing.
const barWidth = 1000

// A box is a part where it is drawn.
type box struct {
	part
	X, W int
}

// Boxes are the parts of the i-th bar, which fill what the longest bar fills.
func (c chart) Boxes(i int) []box {
	longest := 1
	for _, b := range c.Bars {
		longest = max(longest, b.sum())
	}
	var boxes []box
	before := 0
	for _, p := range c.Bars[i].Parts {
		if p.N > 0 {
			x, end := before*barWidth/longest, (before+p.N)*barWidth/longest
			boxes = append(boxes, box{p, x, max(end-x, 1)})
		}
		before += p.N
	}
	return boxes
}

func (b bar) sum() (n int) {
	for _, p := range b.Parts {
		n += p.N
	}
	return n
}

// Words are the bar for those who do not see it.
func (b bar) Words() string {
	s := b.Label
	for _, p := range b.Parts {
		if p.N > 0 {
			s += fmt.Sprintf(" %s %d", p.Name, p.N)
		}
	}
	return s
}
