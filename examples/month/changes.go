package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"example.com/wuye"
	"example.com/wuye/audit"
	"example.com/wuye/rule"
	"example.com/wuye/sampling"
	"example.com/wuye/sla"
)

// Changes is what the readings of the command line judge differently from the default.
type Changes struct {
	Readings []wuye.Choice  `json:"readings"`
	Clocks   []ClockChange  `json:"clocks,omitempty"`
	Scores   []FigureChange `json:"scores,omitempty"`
	Plans    []PlanChange   `json:"plans,omitempty"`
	Tickets  []audit.Split  `json:"tickets,omitempty"` // a: found by default only, b: found by the reading only; without a number: of the month
}

// A ClockChange counts the verdicts of a clause that were one thing and are another; the
// same status twice: due at another instant. An empty status: no such clock.
type ClockChange struct {
	Clause rule.ID    `json:"clause"`
	Was    sla.Status `json:"was,omitempty"`
	Now    sla.Status `json:"now,omitempty"`
	N      int        `json:"n"`
}

// A FigureChange is a figure of the scorecard that differs.
type FigureChange struct {
	Was audit.Figure `json:"was"`
	Now audit.Figure `json:"now"`
}

// A PlanChange is a number of the plan of revisits that differs.
type PlanChange struct {
	Clause rule.ID `json:"clause"`
	What   string  `json:"what"`
	Was    int     `json:"was"`
	Now    int     `json:"now"`
}

// changes compares two judgments of the same records.
func changes(was, now judging, j job) *Changes {
	c := &Changes{Readings: j.choices}
	type key struct {
		ticket string
		clause rule.ID
		cycle  int
		number int
	}
	verdicts := func(of judging) map[key]sla.Verdict {
		all := map[key]sla.Verdict{}
		for _, v := range of.views {
			for _, o := range v.verdicts {
				if ofMonth(o, j.begin(), j.end()) {
					all[key{v.ticket.ID, o.Clause, o.Cycle, o.Number}] = o
				}
			}
		}
		return all
	}
	type change struct {
		clause   rule.ID
		was, now sla.Status
	}
	a, b, n := verdicts(was), verdicts(now), map[change]int{}
	for k, o := range a { // counted: order does not show
		if b[k].Status != o.Status || b[k].Due != o.Due {
			n[change{k.clause, o.Status, b[k].Status}]++
		}
	}
	for k, o := range b {
		if _, old := a[k]; !old {
			n[change{k.clause, "", o.Status}]++
		}
	}
	order := clauseOrder()
	for _, x := range slices.SortedFunc(maps.Keys(n), func(x, y change) int {
		return cmp.Or(cmp.Compare(order[x.clause], order[y.clause]), cmp.Compare(x.was, y.was), cmp.Compare(x.now, y.now))
	}) {
		c.Clocks = append(c.Clocks, ClockChange{x.clause, x.was, x.now, n[x]})
	}

	for _, f := range now.pack.Scores {
		i := slices.IndexFunc(was.pack.Scores, func(o audit.Figure) bool { return o.Clause == f.Clause && o.Name == f.Name })
		if i < 0 {
			c.Scores = append(c.Scores, FigureChange{audit.Figure{Name: f.Name, Clause: f.Clause}, f})
		} else if was.pack.Scores[i] != f {
			c.Scores = append(c.Scores, FigureChange{was.pack.Scores[i], f})
		}
	}
	for _, f := range was.pack.Scores {
		if !slices.ContainsFunc(now.pack.Scores, func(o audit.Figure) bool { return o.Clause == f.Clause && o.Name == f.Name }) {
			c.Scores = append(c.Scores, FigureChange{f, audit.Figure{Name: f.Name, Clause: f.Clause}})
		}
	}

	if x, y := was.pack.Revisits, now.pack.Revisits; x != nil && y != nil {
		plan := func(clause rule.ID, what string, was, now int) {
			if was != now {
				c.Plans = append(c.Plans, PlanChange{clause, what, was, now})
			}
		}
		draw := func(clause, onSite rule.ID, what string, was, now sampling.Draw) {
			plan(clause, what+"，总数", was.Population, now.Population)
			plan(clause, what+"，回访", was.Size, now.Size)
			plan(onSite, what+"，其中上门", was.Visits, now.Visits)
		}
		draw("TR-4.3a", "TR-4.4d", "常规单抽样", x.Routine, y.Routine)
		plan("TR-4.7a", "有效投诉", len(x.Complaints), len(y.Complaints))
		plan("TR-4.8", "重大需求", len(x.Major), len(y.Major))
		draw("SP-2.7.1b", "SP-2.7.1b", "现付的特约服务", x.Cash, y.Cash)
		draw("SP-2.7.1c", "SP-2.7.1c", "托收的特约服务", x.Banked, y.Banked)
	}

	found := func(of judging) map[string][]audit.Finding {
		all := map[string][]audit.Finding{"": of.month}
		for i, v := range of.views {
			all[v.ticket.ID] = of.findings[i]
		}
		return all
	}
	x, y := found(was), found(now)
	ids := slices.Concat(slices.Collect(maps.Keys(x)), slices.Collect(maps.Keys(y)))
	slices.Sort(ids) // the month first
	for _, id := range slices.Compact(ids) {
		if s := (audit.Split{Ticket: id, A: minus(x[id], y[id]), B: minus(y[id], x[id])}); s.A != nil || s.B != nil {
			c.Tickets = append(c.Tickets, s)
		}
	}
	return c
}

// minus are the findings of a that b has not; what is unseen is none.
func minus(a, b []audit.Finding) (only []audit.Finding) {
	for _, f := range a {
		if f.Level != audit.Unseen && !slices.Contains(b, f) {
			only = append(only, f)
		}
	}
	return only
}

// clauses are those that the changes name.
func (c *Changes) clauses() (ids []rule.ID) {
	for _, x := range c.Clocks {
		ids = append(ids, x.Clause)
	}
	for _, x := range c.Scores {
		ids = append(ids, x.Now.Clause)
	}
	for _, x := range c.Plans {
		ids = append(ids, x.Clause)
	}
	for _, s := range c.Tickets {
		for _, f := range slices.Concat(s.A, s.B) {
			ids = append(ids, f.Clause)
		}
	}
	return ids
}

// changes shows what the readings judge differently, under a heading.
func (p *page) changes(c *Changes, heading func(string)) {
	if c == nil {
		return
	}
	heading("读法的差别：与默认相比")
	p.text("  读法：", chosen(c.Readings))
	if len(c.Clocks)+len(c.Scores)+len(c.Plans)+len(c.Tickets) == 0 {
		p.line("  没有差别")
		return
	}
	var rows [][]string
	word := func(s sla.Status) string { return cmp.Or(s.Label(), "没有这项") }
	for _, x := range c.Clocks {
		now := word(x.Now)
		if x.Was == x.Now {
			now += "（应于另一时刻）"
		}
		rows = append(rows, []string{string(x.Clause), fmt.Sprint(x.N), word(x.Was), now})
	}
	if rows != nil {
		p.caption("  时限")
		p.table([]string{"条款", ">项数", "默认", "此读法"}, rows)
	}
	rows = nil
	for _, x := range c.Scores {
		part := func(f audit.Figure) string {
			if f.Den == 0 {
				return "不明"
			}
			return fmt.Sprintf("%s（%d/%d）", share(f), f.Num, f.Den)
		}
		rows = append(rows, []string{string(x.Now.Clause), part(x.Was), part(x.Now), p.cut(x.Now.Name, 40)})
	}
	if rows != nil {
		p.caption("  指标")
		p.table([]string{"条款", ">默认", ">此读法", "指标"}, rows)
	}
	rows = nil
	for _, x := range c.Plans {
		rows = append(rows, []string{string(x.Clause), x.What, fmt.Sprint(x.Was), fmt.Sprint(x.Now)})
	}
	if rows != nil {
		p.caption("  回访计划")
		p.table([]string{"条款", "项目", ">默认", ">此读法"}, rows)
	}
	rows = nil
	for _, s := range c.Tickets {
		for _, side := range []struct {
			zh    string
			found []audit.Finding
		}{{"仅默认", s.A}, {"仅此读法", s.B}} {
			for _, f := range side.found {
				rows = append(rows, []string{cmp.Or(s.Ticket, "全月"), side.zh, string(f.Clause), f.Level.Label(), p.cut(p.dated(f.Zh), 50)})
			}
		}
	}
	if rows != nil {
		p.caption("  发现（审计）")
		p.list([]string{"单号", "哪种读法", "条款", "程度", "发现"}, rows)
	}
}
