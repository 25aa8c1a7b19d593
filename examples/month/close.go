package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"example.com/wuye"
	"example.com/wuye/billing"
	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/sampling"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

// Revisits is the plan of whom to revisit, and what is done of it already.
type Revisits struct {
	Routine    sampling.Draw    `json:"routine"`
	Drawn      wuye.Populations `json:"drawn"` // of the draws: what Verify asks for
	RoutineDue sla.Due          `json:"routine_due"`
	Marked     time.Time        `json:"marked"` // At of the Sampled rows that the host writes
	Key        string           `json:"key"`    // published after the month, so that anyone can repeat the draws
	Cash       sampling.Draw    `json:"cash"`
	Banked     sampling.Draw    `json:"banked"`
	SpecialDue sla.Due          `json:"special_due"` // of Cash and Banked: SP-2.7.1a
	Complaints []Revisit        `json:"complaints,omitempty"`
	Major      []Revisit        `json:"major,omitempty"`
	Special    []Revisit        `json:"special,omitempty"` // of Cash and Banked
	Slips      []Revisit        `json:"slips,omitempty"`   // of Routine
}

// A Revisit is one ticket of the plan.
type Revisit struct {
	Ticket   string         `json:"ticket"`
	Category string         `json:"category,omitempty"`
	Clause   rule.ID        `json:"clause"`
	Mode     ticket.Channel `json:"mode,omitempty"` // "visit" where it must be on site
	Done     time.Time      `json:"done,omitzero"`  // the last revisit that serves
	By       ticket.Actor   `json:"by,omitzero"`
	How      ticket.Channel `json:"how,omitempty"`
	Grade    ticket.Grade   `json:"grade,omitempty"`
}

// Money is the month's close and the rows behind it.
type Money struct {
	Statement billing.Statement `json:"statement"`
	Since     time.Time         `json:"since,omitzero"` // the last close
	Closed    time.Time         `json:"closed"`         // this close
	Rows      []MoneyRow        `json:"rows,omitempty"` // by serial: what this close speaks of, and quotes that came to nothing
	Paid      []billing.Entry   `json:"paid,omitempty"` // compensations
}

// A MoneyRow is one serial: from quote to payment.
type MoneyRow struct {
	Serial   string            `json:"serial"`
	Ticket   string            `json:"ticket"`
	Category string            `json:"category,omitempty"`
	State    billing.EntryType `json:"state"`
	Payment  billing.Payment   `json:"payment,omitempty"`
	Quoted   billing.Fen       `json:"quoted"`
	Amount   billing.Fen       `json:"amount"`
	Rows     []billing.Entry   `json:"rows"`
}

// close adds what the end of the month brings: draws, censuses, money.
func (p *Pack) close(desk *wuye.Desk, r records, m calendar.Month, key string, asOf time.Time, views map[string]view) error {
	all := r.all()
	end, err := desk.MonthEnd(m, all, key, asOf)
	if err != nil {
		return err
	}
	agenda, err := desk.Agenda(all, asOf)
	if err != nil {
		return err
	}
	for _, item := range agenda {
		if item.Ticket == "" && !item.Due.At.IsZero() && !item.Due.At.After(calendar.DateOf(asOf).AddDays(11).Start()) {
			p.Duties = append(p.Duties, item)
		}
	}
	rv := &Revisits{Routine: end.Routine, Drawn: end.Drawn, Marked: end.Sampled, RoutineDue: end.RoutineDue, Key: key, Cash: end.Cash, Banked: end.Banked}
	for _, q := range end.Quotas {
		rv.SpecialDue = q.Due
	}
	plan := func(dst *[]Revisit, ids []string, clause rule.ID, mode ticket.Channel, serves func(ticket.Event) bool) {
		for _, id := range ids {
			v := views[id]
			x := Revisit{Ticket: id, Category: v.category, Clause: clause, Mode: mode}
			for _, e := range v.rows {
				switch {
				case e.Type == ticket.Reopened:
					x.Done, x.By, x.How, x.Grade = time.Time{}, ticket.Actor{}, "", "" // of an earlier cycle
				case e.Type == ticket.Revisited && serves(e):
					x.Done, x.By, x.How, x.Grade = calendar.InChina(e.At), e.By, e.Channel, e.Grade
				}
			}
			*dst = append(*dst, x)
		}
	}
	since := func(e ticket.Event) bool { return !e.At.Before(end.Sampled) }
	always := func(ticket.Event) bool { return true }
	plan(&rv.Slips, end.Routine.ToVisit(), "TR-4.3a", ticket.Visit, since)
	plan(&rv.Slips, end.Routine.ToCall(), "TR-4.3a", ticket.Phone, since)
	plan(&rv.Complaints, end.Complaints, "TR-4.7a", ticket.Visit, func(e ticket.Event) bool { return e.By.Role == ticket.Manager && e.Channel == ticket.Visit })
	plan(&rv.Major, end.Major, "TR-4.8", "", always)
	plan(&rv.Special, sampled(end.Cash), "SP-2.7.1b", "", always)
	plan(&rv.Special, sampled(end.Banked), "SP-2.7.1c", "", always)
	p.Revisits = rv

	mo := &Money{Statement: end.Money, Closed: calendar.InChina(asOf)}
	for _, d := range r.done {
		if d.Clause == "SP-2.6.1.4" && d.At.Before(asOf) {
			switch d.Ref {
			case m.String():
				mo.Closed = calendar.InChina(d.At)
			case m.Add(-1).String():
				mo.Since = calendar.InChina(d.At)
			}
		}
	}
	charges := map[string]billing.Charge{}
	for _, c := range slices.Concat(end.Money.New, end.Money.Carried) {
		charges[c.Serial] = c
	}
	of := map[string]int{}
	for _, e := range r.money {
		if !e.Recorded.Before(mo.Closed) {
			continue
		}
		if e.Type == billing.Compensated {
			if !e.Recorded.Before(mo.Since) {
				mo.Paid = append(mo.Paid, e)
			}
			continue
		}
		i, ok := of[e.Serial]
		if !ok {
			i = len(mo.Rows)
			of[e.Serial] = i
			mo.Rows = append(mo.Rows, MoneyRow{Serial: e.Serial, Ticket: e.Ticket, Category: views[e.Ticket].category, State: billing.Quoted})
		}
		row := &mo.Rows[i]
		row.Ticket = cmp.Or(row.Ticket, e.Ticket)
		row.Category = cmp.Or(row.Category, views[e.Ticket].category)
		if e.Type == billing.Quoted {
			row.Quoted = e.Amount
		}
		row.Rows = append(row.Rows, e)
	}
	kept := mo.Rows[:0]
	for _, row := range mo.Rows {
		c, ok := charges[row.Serial]
		if ok {
			row.State, row.Payment, row.Amount = c.State, c.Payment, c.Amount
		} else if last := row.Rows[len(row.Rows)-1]; last.Type != billing.Quoted || last.Recorded.Before(mo.Since) {
			continue // settled in an earlier close
		}
		kept = append(kept, row)
	}
	mo.Rows = kept
	slices.SortFunc(mo.Rows, func(a, b MoneyRow) int { return cmp.Compare(a.Serial, b.Serial) })
	p.Money = mo
	return nil
}

func sampled(d sampling.Draw) []string { return d.Ranked[:d.Size] }

func (k Pack) printRevisits(p *page) {
	r := k.Revisits
	if r == nil {
		return
	}
	p.section("回访计划")
	p.chart(r.chart())
	b := bracket(r.Routine)
	size := fmt.Sprintf("取 %d", b.Take)
	if b.Percent > 0 {
		size = fmt.Sprintf("取 %d%%（%s）", b.Percent, map[sampling.Rounding]string{sampling.Up: "进位", sampling.HalfUp: "四舍五入"}[r.Routine.Scheme.Rounding])
	}
	p.caption("  甲、常规单抽样 [TR-4.3a]：本月完成 %d 单，%s [%s]，抽 %d 单", r.Routine.Population, size, b.Clause, r.Routine.Size)
	p.line("      其中上门 %d 单 [%s]，余可电话；%s 前访毕 [TR-4.3b]", r.Routine.Visits, r.Routine.Scheme.Clause, p.deadline(r.RoutineDue))
	p.plan(r.Slips)
	p.grid("  替补，依次递补：", r.Routine.Reserve())
	p.line("")
	p.caption("  乙、有效投诉，逐件由经理上门 [TR-4.7a]：%d 件", len(r.Complaints))
	p.plan(r.Complaints)
	p.line("")
	p.caption("  丙、重大需求，逐件 [TR-4.8]：%d 件", len(r.Major))
	p.plan(r.Major)
	p.line("")
	p.caption("  丁、特约服务按付款方式：现付 %d 件访 %d [SP-2.7.1b]；托收 %d 件至少访 %d [SP-2.7.1c]",
		r.Cash.Population, r.Cash.Size, r.Banked.Population, r.Banked.Size)
	p.line("      %s 前访毕 [SP-2.7.1a]", p.deadline(r.SpecialDue))
	p.plan(r.Special)
	p.line("")
	p.caption("  核验：密钥 %s", r.Key)
	p.line("        承诺值 %s", r.Routine.Commitment)
	for _, d := range []sampling.Draw{r.Routine, r.Cash, r.Banked} {
		p.line("        范围 %s", d.Scope)
		p.line("        名册 %s", d.Digest)
	}
	p.text("        ", "承诺值是密钥的 SHA-256，月初已公布；名册是全部单号升序、一行一个的 SHA-256，全部单号在 -json 的 drawn 里。任何人可以重抽：")
	p.line("        %s", `printf '%s\n%s\n%s' 密钥 范围 单号 | sha256sum，由小到大取前几名，先抽的上门。`)
}

func (p *page) plan(plan []Revisit) {
	if len(plan) == 0 {
		return
	}
	var rows [][]string
	for _, x := range plan {
		done := "待访"
		if !x.Done.IsZero() {
			done = strings.TrimSpace(fmt.Sprintf("%s %s %s %s", p.clock(x.Done), actor(x.By), x.How.Label(), x.Grade.Label()))
		}
		mode := "不限"
		if x.Mode != "" {
			mode = x.Mode.Label()
		}
		rows = append(rows, []string{x.Ticket, p.cut(x.Category, 20), mode, string(x.Clause), done})
	}
	p.table([]string{"单号", "事项", "方式", "条款", "回访"}, rows)
}

func (k Pack) printMoney(p *page) {
	m := k.Money
	if m == nil {
		return
	}
	s := m.Statement
	p.section(fmt.Sprintf("收费：%s，结账于 %s（上次 %s），金额单位为元", s.Month, p.clock(m.Closed), cmp.Or(p.clock(m.Since), "无")))
	p.own()
	var rows [][]string
	for _, r := range m.Rows {
		charged := ""
		if r.Amount != 0 {
			charged = r.Amount.String()
		}
		rows = append(rows, []string{r.Serial, r.Ticket, p.cut(r.Category, 20), r.Quoted.String(), charged, r.Payment.Label(), r.State.Label()})
	}
	p.table([]string{"记录编号", "单号", "服务", ">报价", ">应收", "现行方式", "现状"}, rows)
	p.line("  报价 [SP-2.4.2d]  应收 [SP-2.5.1]")
	p.line("")
	entries := func(want billing.EntryType) (found []string) {
		for _, r := range m.Rows {
			for _, e := range r.Rows {
				if e.Type == want && !e.Recorded.Before(m.Since) {
					found = append(found, strings.Join(slices.DeleteFunc([]string{p.clock(e.At), r.Serial, r.Amount.String(), e.Payment.Label(), e.Ref, e.Reason},
						func(s string) bool { return s == "" }), " "))
				}
			}
		}
		return found
	}
	for _, l := range []struct {
		label string
		items []string
	}{
		{"  收款 [SP-2.6.2.1]：    ", entries(billing.Received)},
		{"  托收到账 [SP-2.6.1.5]：", entries(billing.Collected)},
		{"  托收失败 [SP-2.6.1.5]：", entries(billing.Failed)},
		{"  改为现付 [WY-money]：  ", entries(billing.Switched)},
		{"  冲回 [WY-money]：      ", entries(billing.Reversed)},
		{"  减免 [WY-money]：      ", entries(billing.Waived)},
		{"  作废 [WY-money]：      ", entries(billing.Voided)},
	} {
		if len(l.items) > 0 {
			p.grid(l.label, l.items)
		}
	}
	for _, e := range m.Paid {
		p.line("  赔偿 [SP-2.5.4b]：     %s %s 单号 %s %s 元（%s）", p.clock(e.At), e.Serial, e.Ticket, e.Amount, e.Amount.Capital())
	}
	p.line("")
	p.caption("  本批托收 %d 笔 [SP-2.6.1.5]", len(s.Batch))
	rows = nil
	for _, c := range s.Batch {
		rows = append(rows, []string{c.Serial, c.Ticket, c.Month.String(), c.Amount.String(), c.Amount.Capital()})
	}
	rows = append(rows, []string{"合计", "", "", s.Batched.String(), s.Batched.Capital()})
	p.table([]string{"记录编号", "单号", "服务月", ">金额", "大写"}, rows)
	p.line("")
	p.caption("  收费报表 [SP-2.6.1.4]：期初 + 新增 + 冲回 = 收讫 + 到账 + 减免 + 作废 + 期末")
	opening, fresh := m.opening()
	p.chart(m.chart())
	rows = nil
	for _, r := range []struct {
		name string
		f    billing.Fen
	}{{"期初未收", opening}, {"本月新增", fresh}, {"冲回", s.Reversed}, {"现付收讫", s.Received}, {"托收到账", s.Collected}, {"减免", s.Waived}, {"作废", s.Voided}, {"期末未收", s.Open}} {
		rows = append(rows, []string{r.name, r.f.String(), r.f.Capital()})
	}
	p.table([]string{"项目", ">金额", "大写"}, rows)
	p.grid("  缺漏（收据断号、记录未退回、应托收未送）：", s.Gaps)
}

// printDuties prints what the desk itself owes now or soon.
func (k Pack) printDuties(p *page) {
	if k.Revisits == nil {
		return
	}
	p.section("周期职责：已过期的和十日内到期的")
	if len(k.Duties) == 0 {
		p.line("  无")
	}
	for _, d := range k.Duties {
		state := "待办 "
		if d.Late {
			state = "过期 "
		}
		p.text("  "+state, d.Zh)
	}
}
