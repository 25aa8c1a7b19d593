package main

import (
	"fmt"
	"html"
	"slices"
	"strings"

	"example.com/wuye/ticket"
)

// The picture has a column for each state and a line for each move: dots where it may start, an arrow to where it ends.
const (
	left   = 190 // room for the step's name
	column = 112
	height = 34 // of a move
	thin   = 22 // of a piece of evidence
	top    = 96
	right  = 390
)

var width = left + column*len(states) + right

func x(s ticket.State) int { return left + column*slices.Index(states, s) + column/2 }

// picture is docs/flow.svg.
func picture(all []line) string {
	// One line a step: what else it asks, and why, is in the grid.
	var moves, evidence []line
	for _, l := range all {
		if l.Type == ticket.Imported {
			continue
		}
		into := &moves
		if !l.Type.Moves() {
			into = &evidence
		}
		if slices.ContainsFunc(*into, func(o line) bool { return o.Type == l.Type && slices.Equal(o.from, l.from) && o.roles() == l.roles() }) {
			continue // a second clause for the same step
		}
		*into = append(*into, l)
	}
	bottom := top + height*len(moves) + 44 + thin*len(evidence) + 12

	var b strings.Builder
	p := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	p(`<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %[1]d %[2]d" font-family="'Noto Sans CJK SC','Noto Sans SC','Source Han Sans SC','PingFang SC','Microsoft YaHei',sans-serif">`, width, bottom+16)
	p(`<title>工单流程</title>`)
	p(`<defs><marker id="to" markerWidth="9" markerHeight="9" refX="8" refY="4.5" orient="auto"><path d="M0,0.5 L9,4.5 L0,8.5 z" fill="#1f4e8c"/></marker></defs>`)
	p(`<rect width="%d" height="%d" fill="#ffffff"/>`, width, bottom+16)
	p(`<text x="16" y="38" font-size="20" font-weight="bold" fill="#222">工单流程</text><text x="16" y="60" font-size="12" fill="#666">● 原状态　箭头所指为新状态</text>`)
	p(`<text x="%d" y="60" font-size="13" fill="#666">谁可办理</text><text x="%d" y="60" font-size="13" fill="#666">依据</text>`, left+column*len(states)+18, width-120)
	for i, s := range states {
		fill, stroke := "#eaf1fb", "#1f4e8c"
		switch s {
		case "", ticket.Void:
			fill, stroke = "#f1f1f1", "#888888"
		case ticket.Closed:
			fill, stroke = "#e8f5e9", "#2e7d32"
		}
		p(`<line x1="%d" y1="72" x2="%[1]d" y2="%d" stroke="%s" stroke-width="1" stroke-dasharray="3 4" opacity="0.55"/>`, x(s), bottom, stroke)
		p(`<rect x="%d" y="20" width="%d" height="52" rx="9" fill="%s" stroke="%s" stroke-width="1.5"/>`, left+column*i+5, column-10, fill, stroke)
		p(`<text x="%d" y="43" font-size="15" text-anchor="middle" fill="#222">%s</text><text x="%[1]d" y="62" font-size="12" text-anchor="middle" fill="#666">%[3]s</text>`, x(s), label(s), s)
	}
	name := func(y int, l line) {
		p(`<text x="16" y="%d" font-size="14" fill="#222">%s</text><text x="92" y="%[1]d" font-size="11.5" fill="#666">%[3]s</text>`, y+5, l.Type.Label(), l.Type)
		p(`<text x="%d" y="%d" font-size="12" fill="#333">%s</text>`, left+column*len(states)+18, y+4, html.EscapeString(l.roles()))
		p(`<text x="%d" y="%d" font-size="11.5" fill="#666">%s</text>`, width-120, y+4, l.Clause)
	}
	y := top + height/2 - 6
	for i, l := range moves {
		if i%2 == 0 {
			p(`<rect x="8" y="%d" width="%d" height="%d" fill="#000000" opacity="0.025"/>`, y-height/2, width-16, height)
		}
		name(y, l)
		to := x(l.To)
		for _, f := range l.from {
			if f == l.To { // from a state to itself
				p(`<path d="M%d,%d c-16,-15 24,-15 9,-1" fill="none" stroke="#1f4e8c" stroke-width="1.4"/><path d="M%d,%d l7,-1 l-5,-5 z" fill="#1f4e8c"/>`, to-4, y-4, to+1, y-3)
			}
		}
		lo, hi := to, to
		for _, f := range l.from {
			lo, hi = min(lo, x(f)), max(hi, x(f))
		}
		if lo < to {
			p(`<line x1="%d" y1="%d" x2="%d" y2="%[2]d" stroke="#1f4e8c" stroke-width="1.6" marker-end="url(#to)"/>`, lo, y, to-6)
		}
		if hi > to {
			p(`<line x1="%d" y1="%d" x2="%d" y2="%[2]d" stroke="#1f4e8c" stroke-width="1.6" marker-end="url(#to)"/>`, hi, y, to+6)
		}
		for _, f := range l.from {
			p(`<circle cx="%d" cy="%d" r="4.5" fill="#1f4e8c"/>`, x(f), y)
		}
		if !slices.Contains(l.from, l.To) {
			p(`<circle cx="%d" cy="%d" r="4" fill="#ffffff" stroke="#1f4e8c" stroke-width="1.6"/>`, to, y)
		}
		if when := l.when(); when != "" {
			p(`<text x="%d" y="%d" font-size="11" text-anchor="middle" fill="#1f4e8c">%s</text>`, (lo+hi)/2, y-6, html.EscapeString(when))
		}
		y += height
	}
	y += 24
	p(`<text x="16" y="%d" font-size="15" font-weight="bold" fill="#222">旁证：不改变状态，横条所及之处可办理</text>`, y-8)
	y += thin
	for _, l := range evidence {
		name(y, l)
		for _, f := range l.from {
			p(`<rect x="%d" y="%d" width="%d" height="6" fill="#c8832b" opacity="0.75"/>`, x(f)-column/2, y-3, column)
		}
		y += thin
	}
	p(`</svg>`)
	return b.String()
}
