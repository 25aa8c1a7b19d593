package main

import (
	"fmt"
	"slices"

	"example.com/wuye/billing"
	"example.com/wuye/rule"
	"example.com/wuye/sla"
)

// A chart is bars of parts, one under the other, all to one scale: small enough to be read
// at a glance, each with its figures in words beside it.
type chart struct {
	Title  string
	Bars   []bar
	PerBar bool // each bar has parts of its own, named under it; else one legend names all
}

// A bar is one row of a chart.
type bar struct {
	Label, Note string
	Parts       []part
}

// A part of a bar: Class gives its colour, Name its meaning, Text its number in words.
type part struct {
	Class, Name string
	N           int64
	Text        string
}

func parts(p ...part) []part {
	for i := range p {
		if p[i].Text == "" {
			p[i].Text = fmt.Sprint(p[i].N)
		}
	}
	return slices.DeleteFunc(p, func(p part) bool { return p.N <= 0 })
}

// barWidth is the width of the longest bar in the units of its drawing.
const barWidth = 1000

// A box is a part where it is drawn.
type box struct {
	part
	X, W int64
}

// Boxes are the parts of the i-th bar; the longest bar fills the width.
func (c chart) Boxes(i int) (boxes []box) {
	longest := int64(1)
	for _, b := range c.Bars {
		longest = max(longest, b.sum())
	}
	before := int64(0)
	for _, p := range c.Bars[i].Parts {
		x, end := before*barWidth/longest, (before+p.N)*barWidth/longest
		boxes = append(boxes, box{p, x, max(end-x, 1)})
		before += p.N
	}
	return boxes
}

func (b bar) sum() (n int64) {
	for _, p := range b.Parts {
		n += p.N
	}
	return n
}

// Words are the bar for those who do not see it.
func (b bar) Words() string {
	s := b.Label
	for _, p := range b.Parts {
		s += "，" + p.Name + " " + p.Text
	}
	return s
}

// colours are the classes of the parts, in the order of a legend.
var colours = []string{"met", "bank", "late", "run", "off", "dim"}

// Legend names the colours of the bars, each once.
func (c chart) Legend() (legend []part) {
	for _, b := range c.Bars {
		for _, p := range b.Parts {
			if !slices.ContainsFunc(legend, func(o part) bool { return o.Class == p.Class }) {
				p.Text = ""
				legend = append(legend, p)
			}
		}
	}
	slices.SortFunc(legend, func(a, b part) int { return slices.Index(colours, a.Class) - slices.Index(colours, b.Class) })
	return legend
}

// clockChart shows of each clause which limits were kept.
func (k Pack) clockChart() chart {
	c := chart{Title: "各条款的时限（项）；右边是按时率"}
	for _, r := range k.Clocks {
		n := func(s ...sla.Status) (n int64) {
			for _, s := range s {
				n += int64(r.Statuses[s])
			}
			return n
		}
		b := bar{Label: string(r.Clause), Note: "—", Parts: parts(part{"met", "按时", n(sla.Met), ""}, part{"late", "超时", n(sla.Breached), ""},
			part{"run", "计时与暂停", n(sla.Running, sla.Paused), ""}, part{"off", "免除", n(sla.Lapsed), ""}, part{"dim", "不明", n(sla.Unseen), ""})}
		if all := r.Statuses[sla.Met] + r.Statuses[sla.Breached]; all > 0 {
			b.Note = percent(r.Statuses[sla.Met], all)
		}
		c.Bars = append(c.Bars, b)
	}
	return c
}

// monthChart shows of each month what was kept of what can be judged.
func (k Pack) monthChart() chart {
	c := chart{Title: "逐月的时限（项），不明的不画；右边是按时数/能判断的"}
	for _, m := range k.Months {
		met, late := m.Statuses[sla.Met], m.Statuses[sla.Breached]
		c.Bars = append(c.Bars, bar{m.Month.String(), fmt.Sprintf("%d/%d", met, met+late), parts(part{"met", "按时", int64(met), ""}, part{"late", "超时", int64(late), ""})})
	}
	return c
}

// A group is one kind of revisit of the plan.
type group struct {
	name   string
	clause rule.ID
	plan   []Revisit
}

func (r *Revisits) groups() []group {
	of := func(clause rule.ID) (plan []Revisit) {
		for _, x := range r.Special {
			if x.Clause == clause {
				plan = append(plan, x)
			}
		}
		return plan
	}
	return []group{{"常规抽样", "TR-4.3a", r.Slips}, {"有效投诉", "TR-4.7a", r.Complaints}, {"重大需求", "TR-4.8", r.Major},
		{"特约现付", "SP-2.7.1b", of("SP-2.7.1b")}, {"特约托收", "SP-2.7.1c", of("SP-2.7.1c")}}
}

// done counts what of a plan is done.
func done(plan []Revisit) (n int) {
	for _, x := range plan {
		if !x.Done.IsZero() {
			n++
		}
	}
	return n
}

// chart shows what of the plan is done.
func (r *Revisits) chart() chart {
	c := chart{Title: "回访（件）；右边是已访/应访"}
	for _, g := range r.groups() {
		n := done(g.plan)
		c.Bars = append(c.Bars, bar{g.name + " " + string(g.clause), fmt.Sprintf("%d/%d", n, len(g.plan)),
			parts(part{"met", "已访", int64(n), ""}, part{"run", "待访", int64(len(g.plan) - n), ""})})
	}
	return c
}

// chart shows where the month's money came from and where it is.
func (m *Money) chart() chart {
	s := m.Statement
	opening, fresh := m.opening()
	yuan := func(class, name string, f billing.Fen) part { return part{class, name, int64(f), f.String()} }
	return chart{Title: "收费报表 SP-2.6.1.4（元）", PerBar: true, Bars: []bar{
		{"从哪里来", (opening + fresh + s.Reversed).String(), parts(yuan("run", "期初未收", opening), yuan("met", "本月新增", fresh), yuan("off", "冲回", s.Reversed))},
		{"到了哪里", (s.Received + s.Collected + s.Waived + s.Voided + s.Open).String(), parts(yuan("met", "现付收讫", s.Received), yuan("bank", "托收到账", s.Collected),
			yuan("off", "减免", s.Waived), yuan("dim", "作废", s.Voided), yuan("run", "期末未收", s.Open))},
	}}
}

// opening is what was open at the last close, and what came new in this one.
func (m *Money) opening() (open, fresh billing.Fen) {
	s := m.Statement
	for _, c := range s.New {
		fresh += c.Amount
	}
	return s.Received + s.Collected + s.Waived + s.Voided + s.Open - fresh - s.Reversed, fresh
}
