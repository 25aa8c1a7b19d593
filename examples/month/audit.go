package main

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"example.com/wuye"
	"example.com/wuye/audit"
	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/sampling"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

// scores are the figures of j's months, all tickets in one. Those of several months are
// added up. What a day without a time cannot decide counts as unseen.
func scores(desk *wuye.Desk, r records, j job) ([]audit.Figure, error) {
	if len(r.best) == 0 && !j.whole() {
		all, err := audit.Scorecard(desk, j.first, r.all(), j.asOf, nil)
		if err != nil || len(all) == 0 {
			return nil, err
		}
		return told(all[0].Figures, r), nil
	}
	certain := map[calendar.Month][][]ticket.Event{}
	worst := map[calendar.Month][][]ticket.Event{}
	best := map[calendar.Month][][]ticket.Event{}
	add := func(to map[calendar.Month][][]ticket.Event, h []ticket.Event) error {
		months, err := touched(desk, h, j)
		for _, m := range months {
			to[m] = append(to[m], h)
		}
		return err
	}
	for _, h := range r.histories {
		var err error
		if other, ok := r.best[h[0].Ticket]; ok {
			if err = add(worst, h); err == nil {
				err = add(best, other)
			}
		} else {
			err = add(certain, h)
		}
		if err != nil {
			return nil, err
		}
	}
	var total, low, high figures
	if err := total.count(desk, certain, j, nil); err != nil {
		return nil, err
	}
	each := func(h []ticket.Event) string { return h[0].Ticket }
	low.order = total.order // one order for all
	if err := low.count(desk, worst, j, each); err != nil {
		return nil, err
	}
	high.order = low.order
	if err := high.count(desk, best, j, each); err != nil {
		return nil, err
	}
	total.order = high.order
	for _, k := range low.inOrder() {
		f, other := low.sums[k], high.sums[k]
		if f.Num != other.Num || f.Den != other.Den || f.Unseen != other.Unseen {
			f.Num, f.Den, f.Unseen = 0, 0, 1
		}
		total.add(figureKey{"", k.clause, k.name}, f)
	}
	for _, k := range high.inOrder() {
		if _, both := low.sums[k]; !both {
			f := high.sums[k]
			f.Num, f.Den, f.Unseen = 0, 0, 1
			total.add(figureKey{"", k.clause, k.name}, f)
		}
	}
	var all []audit.Figure
	for _, k := range total.inOrder() {
		all = append(all, total.sums[k])
	}
	return told(all, r), nil
}

// told takes back what Scorecard counts as unanswered where the file has no column for the
// answer: nobody knows.
func told(figures []audit.Figure, r records) []audit.Figure {
	if slices.Contains(r.unrecorded, ticket.Told) && slices.Contains(r.unrecorded, ticket.SignedOff) {
		for i, f := range figures {
			if f.Clause == "HB-2.2d" {
				figures[i].Den, figures[i].Unseen = f.Num, f.Unseen+f.Den-f.Num
			}
		}
	}
	return figures
}

// touched are the months of j to whose figures h can add: in which it has a row or a limit
// that falls due.
func touched(desk *wuye.Desk, h []ticket.Event, j job) ([]calendar.Month, error) {
	var months []calendar.Month
	add := func(at time.Time) {
		if m := calendar.DateOf(at).Month(); !at.IsZero() && m.Compare(j.first) >= 0 && m.Compare(j.last) <= 0 && !slices.Contains(months, m) {
			months = append(months, m)
		}
	}
	for _, e := range h {
		add(e.At)
	}
	verdicts, err := desk.AppendVerdicts(nil, h, j.asOf)
	for _, v := range verdicts {
		if !v.Due.At.IsZero() {
			add(v.Due.At.Add(-1))
		}
	}
	return months, err
}

// figures are added up by ticket, where they are kept apart, and by what they measure. They
// keep the order in which Scorecard gives them.
type figures struct {
	sums  map[figureKey]audit.Figure
	order []figureName
}

type figureName struct {
	clause rule.ID
	name   string
}

type figureKey struct {
	ticket string
	clause rule.ID
	name   string
}

func (s *figures) add(k figureKey, f audit.Figure) {
	if s.sums == nil {
		s.sums = map[figureKey]audit.Figure{}
	}
	old := s.sums[k]
	f.Num, f.Den, f.Unseen = f.Num+old.Num, f.Den+old.Den, f.Unseen+old.Unseen
	s.sums[k] = f
}

// inOrder are the keys by ticket, then as Scorecard gives them.
func (s *figures) inOrder() []figureKey {
	place := map[figureName]int{}
	for i, name := range s.order {
		place[name] = i
	}
	return slices.SortedFunc(maps.Keys(s.sums), func(a, b figureKey) int {
		return cmp.Or(cmp.Compare(a.ticket, b.ticket), cmp.Compare(place[figureName{a.clause, a.name}], place[figureName{b.clause, b.name}]))
	})
}

// count adds the scorecards of the months, each of the histories that touch it, in the
// groups of key.
func (s *figures) count(desk *wuye.Desk, of map[calendar.Month][][]ticket.Event, j job, key func([]ticket.Event) string) error {
	for m := j.first; m.Compare(j.last) <= 0; m = m.Add(1) {
		groups, err := audit.Scorecard(desk, m, wuye.Records{Tickets: slices.Values(of[m])}, j.asOf, key)
		if err != nil {
			return err
		}
		for _, g := range groups {
			for i, f := range g.Figures {
				if name := (figureName{f.Clause, f.Name}); !slices.Contains(s.order, name) { // after the one before it
					at := 0
					if i > 0 {
						at = 1 + slices.Index(s.order, figureName{g.Figures[i-1].Clause, g.Figures[i-1].Name})
					}
					s.order = slices.Insert(s.order, at, name)
				}
				s.add(figureKey{g.Key, f.Clause, f.Name}, f)
			}
		}
	}
	return nil
}

// Audited is what the audit finds, beyond the clocks: of each ticket, and of the month.
type Audited struct {
	Clauses  []AuditRow      `json:"clauses,omitempty"`
	Findings []audit.Finding `json:"findings,omitempty"` // violations and warnings; what is unseen is only counted
}

// An AuditRow counts the findings of one clause by level.
type AuditRow struct {
	Clause rule.ID             `json:"clause"`
	Levels map[audit.Level]int `json:"levels"`
}

var levels = []audit.Level{audit.Violation, audit.Warning, audit.Unseen}

// findings audits one history. Of a ticket with a day for a time only that is found which
// both ends of the day show; the rest is unseen.
func findings(desk *wuye.Desk, r records, h []ticket.Event, asOf time.Time) ([]audit.Finding, error) {
	found, err := audit.History(desk, h, asOf)
	best, uncertain := r.best[h[0].Ticket]
	if err != nil || !uncertain {
		return found, err
	}
	others, err := audit.History(desk, best, asOf)
	if err != nil {
		return nil, err
	}
	var both []audit.Finding
	unseen := func(f audit.Finding) {
		f.Level, f.Late, f.Zh = audit.Unseen, 0, "记录没有钟点，看不出"
		if !slices.ContainsFunc(both, func(o audit.Finding) bool { return o.Clause == f.Clause && o.Level == audit.Unseen }) {
			both = append(both, f)
		}
	}
	for _, f := range found {
		i := slices.IndexFunc(others, func(o audit.Finding) bool { return o.Clause == f.Clause && o.Level == f.Level })
		switch {
		case i < 0 || f.Level == audit.Unseen:
			unseen(f)
		case f != others[i]:
			f.Late, f.Zh = min(f.Late, others[i].Late), "记录没有钟点；当天最早与最晚都已违反"
			both = append(both, f)
		default:
			both = append(both, f)
		}
		if i >= 0 {
			others = slices.Delete(others, i, i+1)
		}
	}
	for _, f := range others {
		unseen(f)
	}
	return both, nil
}

// audited counts and lists what was found.
func audited(j judging) *Audited {
	a := &Audited{}
	byClause := map[rule.ID]map[audit.Level]int{}
	for _, found := range append(slices.Clone(j.findings), j.month) {
		for _, f := range found {
			if byClause[f.Clause] == nil {
				byClause[f.Clause] = map[audit.Level]int{}
			}
			byClause[f.Clause][f.Level]++
			if f.Level != audit.Unseen {
				a.Findings = append(a.Findings, f)
			}
		}
	}
	order := clauseOrder()
	for _, id := range slices.SortedFunc(maps.Keys(byClause), func(a, b rule.ID) int { return cmp.Compare(order[a], order[b]) }) {
		a.Clauses = append(a.Clauses, AuditRow{id, byClause[id]})
	}
	slices.SortStableFunc(a.Findings, func(x, y audit.Finding) int {
		return cmp.Or(x.At.Compare(y.At), cmp.Compare(order[x.Clause], order[y.Clause]), cmp.Compare(x.Ticket, y.Ticket))
	})
	return a
}

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

// minus are the findings of a that b has not.
func minus(a, b []audit.Finding) (only []audit.Finding) {
	for _, f := range a {
		if !slices.Contains(b, f) {
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
