package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"example.com/wuye"
	"example.com/wuye/audit"
	"example.com/wuye/billing"
	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

// A Trace follows one ticket: its rows, its verdicts, who was called, and for each breach
// the days that counted and those that did not.
type Trace struct {
	Line
	AsOf     time.Time       `json:"as_of"`
	Foreign  bool            `json:"foreign,omitzero"`
	Days     []int           `json:"days,omitempty"` // Seq of the rows of which only the day is known
	Rows     []ticket.Event  `json:"rows"`
	Verdicts []Clock         `json:"verdicts"`
	Firings  []Escalation    `json:"firings,omitempty"`
	Breaches []Explained     `json:"breaches,omitempty"`
	Money    []billing.Entry `json:"money,omitempty"`
	Audit    []audit.Finding `json:"audit,omitempty"`   // asked for by -audit
	Changes  *Changes        `json:"changes,omitempty"` // asked for by -reading
	Vague    bool            `json:"vague,omitzero"`    // of Days not even the day is known
	Clauses  []Cited         `json:"clauses"`
}

// Explained is a breach with its spans.
type Explained struct {
	Clock
	From  int             `json:"from,omitzero"` // Seq of the row that starts it,
	To    int             `json:"to,omitzero"`   // and of the one that stops it
	Spans []calendar.Span `json:"spans"`
}

// trace follows the ticket id; ok is false if r has no such ticket by asOf.
func trace(desk *wuye.Desk, r records, id string, j job) (t Trace, ok bool, err error) {
	asOf := j.asOf
	i := slices.IndexFunc(r.histories, func(h []ticket.Event) bool { return h[0].Ticket == id })
	if i < 0 {
		return t, false, nil
	}
	v, err := look(desk, r, r.histories[i], asOf)
	if err != nil || len(v.rows) == 0 {
		return t, false, err
	}
	policy, err := desk.Policy(v.ticket.Opened)
	if err != nil {
		return t, false, err
	}
	t = Trace{Line: v.line(), AsOf: calendar.InChina(asOf), Foreign: r.foreign, Days: v.days, Vague: v.vague, Rows: v.rows}
	var ids []rule.ID
	for _, o := range v.verdicts {
		t.Verdicts = append(t.Verdicts, v.clock(o))
		ids = append(ids, o.Clause)
		if o.Status == sla.Breached {
			spans, err := policy.SLA.Explain(desk.Calendar(), r.histories[i], o, asOf)
			if err != nil {
				return t, false, err
			}
			t.Breaches = append(t.Breaches, Explained{v.clock(o), seqAt(v.rows, o.Start), seqAt(v.rows, o.Stop), spans})
		}
	}
	children := raised(r, asOf)
	for _, f := range v.firings {
		t.Firings = append(t.Firings, v.escalation(f, children))
		ids = append(ids, f.Step.Clause)
	}
	for _, e := range r.money {
		if e.Ticket == id && e.Recorded.Before(asOf) {
			t.Money = append(t.Money, e)
		}
	}
	h := r.histories[i]
	if j.audit {
		if t.Audit, err = findings(desk, r, h, asOf); err != nil {
			return t, false, err
		}
		for _, f := range t.Audit {
			ids = append(ids, f.Clause)
		}
	}
	if j.without != nil {
		one := func(d *wuye.Desk) (o judging, err error) {
			v, err := look(d, r, h, asOf)
			if err != nil {
				return o, err
			}
			found, err := findings(d, r, h, asOf)
			return judging{views: []view{v}, findings: [][]audit.Finding{found}}, err
		}
		was, err := one(j.without)
		if err != nil {
			return t, false, err
		}
		now, err := one(desk)
		if err != nil {
			return t, false, err
		}
		j.first, j.last = calendar.DateOf(v.ticket.Opened).Month(), calendar.DateOf(asOf).Month() // all of it
		t.Changes = changes(was, now, j)
		ids = append(ids, t.Changes.clauses()...)
	}
	t.Clauses = inWords(ids, policy, clauseOrder())
	return t, true, nil
}

// seqAt is the Seq of the row that happened, or was entered, at that instant; 0: none.
func seqAt(rows []ticket.Event, at time.Time) int {
	for _, is := range []func(ticket.Event) time.Time{func(e ticket.Event) time.Time { return e.At }, func(e ticket.Event) time.Time { return e.Recorded }} {
		for _, e := range rows {
			if !at.IsZero() && is(e).Equal(at) {
				return e.Seq
			}
		}
	}
	return 0
}

// print writes one ticket's trace.
func (t Trace) print(w io.Writer) error {
	p := page{year: t.AsOf.Year()}
	p.line("%s  %s  %s%s  登记 %s  截至 %s（UTC+8）", t.Ticket, p.subject(t.Kind, t.Category), stateZh(t.State, t.Foreign), map[bool]string{true: "（挂起）"}[t.Held], p.clock(t.Opened), full(t.AsOf))
	p.title("经过")
	var rows [][]string
	for _, e := range t.Rows {
		recorded := ""
		if !e.Recorded.IsZero() && e.Recorded.Sub(e.At) > time.Hour {
			recorded = p.clock(e.Recorded)
		}
		rows = append(rows, []string{fmt.Sprint(e.Seq), p.at(t, e.At), recorded, e.Type.Label(), actor(e.By), p.details(e)})
	}
	p.table([]string{">序", "发生", "补录于", "事件", "经手", "内容"}, rows)
	if len(t.Money) > 0 {
		p.title("收费")
		rows = nil
		for _, e := range t.Money {
			amount := ""
			if e.Amount != 0 {
				amount = e.Amount.String()
			}
			rows = append(rows, []string{e.Serial, p.clock(e.At), e.Type.Label(), e.Payment.Label(), amount, actor(e.By), strings.TrimSpace(e.Ref + " " + e.Reason)})
		}
		p.table([]string{"记录编号", "发生", "事项", "方式", ">金额", "经手", "凭据与缘由"}, rows)
	}
	p.title("各条款结论（轮次：每重开一次加一；小数点后是第几次）")
	rows = nil
	for _, v := range t.Verdicts {
		due := p.deadline(v.Due)
		if v.Status == sla.Paused {
			due = "剩 " + lasting(v.Left)
		}
		number := fmt.Sprint(v.Cycle)
		if v.Number > 1 {
			number += fmt.Sprintf(".%d", v.Number)
		}
		rows = append(rows, []string{string(v.Clause), number, v.Status.Label(), p.at(t, v.Start), due, p.at(t, v.Stop), v.Who.Label()})
	}
	p.table([]string{"条款", "轮次", "结论", "起算", "应于", "实际", "责任人"}, rows)
	for _, x := range t.Breaches {
		done, late := p.actual(x.Clock, t.AsOf)
		p.title("超时 " + string(x.Clause) + "：" + x.Clause.Zh())
		if late != "" {
			late = "，迟 " + late
		}
		p.line("  起于 %s%s，应于 %s，实际 %s%s%s", p.at(t, x.Start), row(x.From), p.deadline(x.Due), done, row(x.To), late)
		rows = nil
		for _, s := range x.Spans {
			counted := "不计"
			if s.Counted {
				counted = "计"
			}
			rows = append(rows, []string{p.clock(s.From), p.clock(s.To), lasting(s.To.Sub(s.From)), counted, s.Why})
		}
		p.table([]string{"从", "至", ">时长", "计否", "缘由"}, rows)
	}
	if len(t.Firings) > 0 {
		p.title("升级")
		rows = nil
		for _, e := range t.Firings {
			why := string(e.For)
			if e.Warning {
				why += " 临期提醒"
			}
			rows = append(rows, append(append([]string{p.clock(e.At)}, p.who(e)...), why))
		}
		p.table([]string{"时刻", "须出面", "缘由", "条款", "处理", "因"}, rows)
	}
	if t.Audit != nil {
		p.title("审计")
		p.findings(t.Audit)
	}
	p.changes(t.Changes, p.title)
	p.title("所引条款")
	p.clauses(t.Clauses)
	_, err := io.WriteString(w, p.String())
	return err
}

// at is an instant of t's rows, without the time where only the day is known.
func (p *page) at(t Trace, at time.Time) string {
	if slices.Contains(t.Days, seqAt(t.Rows, at)) {
		if t.Vague && !at.Equal(t.Rows[0].At) {
			return "不明"
		}
		return p.day(at) + " 当天"
	}
	return p.clock(at)
}

// details are the fields of a row that say more than who did what when.
func (p *page) details(e ticket.Event) string {
	var d []string
	add := func(label, s string) {
		if s != "" {
			d = append(d, label+s)
		}
	}
	add("", string(e.Kind.Label()))
	add("", e.Category)
	add("", e.Nature.Label())
	if e.Urgency == ticket.Emergency {
		add("", e.Urgency.Label())
	}
	add("", e.Severity.Label())
	add("", e.Caller.Label())
	add("", e.Channel.Label())
	add("", e.State.Label())
	add("-> ", actor(e.To))
	add("对象 ", actor(e.Against))
	add("至 ", p.clock(e.Until))
	add("", e.Hold.Label())
	add("", e.Grade.Label())
	add("批准 ", actor(e.Approver))
	add("凭 ", e.Ref)
	add("", e.Reason)
	return strings.Join(d, " ")
}

// row names a row of the history.
func row(seq int) string {
	if seq == 0 {
		return ""
	}
	return fmt.Sprintf("（第 %d 行）", seq)
}
