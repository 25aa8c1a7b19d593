package main

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"example.com/wuye"
	"example.com/wuye/audit"
	"example.com/wuye/calendar"
	"example.com/wuye/rule"
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
		return all[0].Figures, nil
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
	return all, nil
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

// scores are the figures of the month, each with its parts, target and clause.
func (k Pack) scores(p *page) {
	var rows [][]string
	for _, f := range k.Scores {
		rows = append(rows, []string{string(f.Clause), share(f), count(f.Num), count(f.Den), count(f.Unseen), target(f), p.cut(f.Name, 36)})
	}
	p.list([]string{"条款", ">比率", ">分子", ">分母", ">不明", "要求", "指标"}, rows)
	p.line("  分子、分母都不含不明的；没有分母就没有比率。")
	if k.Months == nil {
		return
	}
	p.line("")
	p.caption("  逐月：当月登记的件数，当月到期的时限")
	p.chart(k.monthChart())
	rows = nil
	for _, m := range k.Months {
		met, all := m.Statuses[sla.Met], m.Statuses[sla.Met]+m.Statuses[sla.Breached]
		rate := ""
		if all > 0 {
			rate = percent(met, all)
		}
		rows = append(rows, []string{m.Month.String(), count(m.Opened), count(met), count(m.Statuses[sla.Breached]), count(m.Statuses[sla.Unseen]), rate})
	}
	p.list([]string{"月份", ">登记", ">按时", ">超时", ">不明", ">按时率"}, rows)
}

// share is f as a percentage, "" where there is nothing to measure.
func share(f audit.Figure) string {
	if f.Den == 0 {
		return ""
	}
	return percent(f.Num, f.Den)
}

// target is what the documents ask of f.
func target(f audit.Figure) string {
	return strings.NewReplacer("at least ", "不低于 ", "below ", "低于 ", " %", "%").Replace(f.Target)
}

// print lists what the audit found: by clause, then one by one.
func (a *Audited) print(p *page) {
	if len(a.Clauses) == 0 {
		p.line("  没有发现")
		return
	}
	var rows [][]string
	for _, r := range a.Clauses {
		cells := []string{string(r.Clause)}
		for _, l := range levels {
			cells = append(cells, count(r.Levels[l]))
		}
		rows = append(rows, append(cells, p.cut(r.Clause.Zh(), 44)))
	}
	heads := []string{"条款"}
	for _, l := range levels {
		heads = append(heads, ">"+l.Label())
	}
	p.table(append(heads, "要求（全文见末节）"), rows)
	p.line("")
	p.caption("  逐项 %d 项（无从判断的只计数，不逐项列）", len(a.Findings))
	p.findings(a.Findings)
}

func (p *page) findings(found []audit.Finding) {
	var rows [][]string
	for _, f := range found {
		rows = append(rows, []string{p.clock(f.At), cmp.Or(f.Ticket, "全月"), string(f.Clause), f.Level.Label(), actor(f.By), p.cut(p.dated(f.Zh), 40)})
	}
	if rows == nil {
		return
	}
	p.list([]string{"时刻", "单号", "条款", "程度", "谁", "发现"}, rows)
}

var fullDate = regexp.MustCompile(`\b(\d{4})-(\d\d-\d\d)\b`)

// dated is a sentence of the library with its dates written as the page writes them.
func (p *page) dated(s string) string {
	return fullDate.ReplaceAllStringFunc(s, func(d string) string { return strings.TrimPrefix(d, fmt.Sprintf("%04d-", p.year)) })
}
