package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"example.com/wuye"
	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

func actor(a ticket.Actor) string {
	if a.Role == "" {
		return ""
	}
	return strings.TrimSpace(a.Role.Label() + " " + a.ID)
}

func (p *page) subject(kind ticket.Kind, category string) string {
	if category == "" {
		return kind.Label()
	}
	return kind.Label() + "：" + p.cut(category, 16)
}

// count leaves zeros blank, so that the eye finds what is there.
func count(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

// stateZh is s for people. Of somebody else's export only whether there is an answer is known.
func stateZh(s ticket.State, foreign bool) string {
	if foreign {
		switch s {
		case ticket.Open:
			return "未答复"
		case ticket.Answered:
			return "已答复"
		case ticket.Closed:
			return "已办结"
		}
	}
	return s.Label()
}

// print writes the pack for a manager to read top to bottom.
func (k Pack) print(w io.Writer) error {
	p := k.page()
	p.line("%s", k.title())
	p.line("%s", k.basis())
	p.text("读法：", chosen(k.Choices))
	for _, n := range k.Notes {
		p.text("注：", n)
	}
	k.summary(&p)
	k.sections(&p)
	p.line("")
	p.text("追查：", tracing)
	_, err := io.WriteString(w, p.String())
	return err
}

const tracing = "任一单的经过、各条款结论、每项超时的逐日计算：go run ./examples/month -ticket 单号（换了输入或时刻，须带同样的参数）。同样内容的 JSON：加 -json。"

func (k Pack) page() page { return page{year: k.Month.Day(1).Start().Year()} }

func (k Pack) title() string { return k.Source + "  " + k.months() }

// during names the time of the pack.
func (k Pack) during() string {
	if k.Until != (calendar.Month{}) {
		return "期间"
	}
	return "本月"
}

func (k Pack) months() string {
	if k.Until != (calendar.Month{}) {
		return fmt.Sprintf("%s 至 %s 报告", k.Month, k.Until)
	}
	return fmt.Sprintf("%s 月末报告", k.Month)
}

func (k Pack) basis() string {
	return fmt.Sprintf("截至 %s（UTC+8）  规则 %s  日历 %.12s", full(k.AsOf), k.Policy, k.Calendar)
}

// sections are the numbered parts.
func (k Pack) sections(p *page) {
	k.printTickets(p)
	k.printClocks(p)
	k.printEscalations(p)
	k.printRevisits(p)
	k.printMoney(p)
	k.printDuties(p)
	if k.Foreign {
		p.section("指标")
		k.scores(p)
	}
	if k.Audit != nil {
		p.section("审计：时限之外也查")
		k.Audit.print(p)
	}
	p.changes(k.Changes, p.section)
	p.section("所引条款")
	p.clauses(k.Clauses)
}

// chosen says how the policy reads the documents where they are ambiguous.
func chosen(choices []wuye.Choice) string {
	var parts []string
	for _, r := range wuye.Readings() {
		for _, c := range choices {
			if c.Reading == r.Code {
				parts = append(parts, r.Zh+"——"+option(r, c.Option))
			}
		}
	}
	if len(parts) == 0 {
		return "均为默认"
	}
	return strings.Join(parts, "；") + "；其余为默认"
}

// clauses prints the clauses in words, and then what the codes before the hyphens stand for.
func (p *page) clauses(cited []Cited) {
	for _, c := range cited {
		p.add(block{Kind: "clause", Label: "  " + pad(string(c.Clause), 18), Text: c.Zh})
	}
	p.line("")
	p.caption("  文件代号（条款编号连字符之前）")
	for _, d := range rule.Documents() {
		if slices.ContainsFunc(cited, func(c Cited) bool { return strings.HasPrefix(string(c.Clause), d.Code+"-") }) {
			p.text("  "+pad(d.Code, 18), d.Title)
		}
	}
}

// summary is what a manager looks for first.
func (k Pack) summary(p *page) {
	p.line("")
	total, sum, tickets := 0, map[sla.Status]int{}, map[string]bool{}
	for _, r := range k.Kinds {
		total += r.Total
	}
	p.line("  %s；%s", k.satisfied(), k.onTime())
	p.line("  "+k.during()+"在册工单 %d 件，尚未答复 %d 件", total, len(k.Unanswered))
	verdicts := 0
	for _, r := range k.Clocks {
		for _, s := range statuses {
			sum[s] += r.Statuses[s]
			verdicts += r.Statuses[s]
		}
	}
	for _, b := range k.Breaches {
		tickets[b.Ticket] = true
	}
	p.line("  时限 %d 项：超时 %d（涉及 %d 单），按时 %d，计时与暂停 %d，免除 %d，不明 %d", verdicts, sum[sla.Breached], len(tickets),
		sum[sla.Met], sum[sla.Running]+sum[sla.Paused], sum[sla.Lapsed], sum[sla.Unseen])
	if r := k.Revisits; r != nil {
		waiting := 0
		for _, x := range slices.Concat(r.Slips, r.Complaints, r.Major, r.Special) {
			if x.Done.IsZero() {
				waiting++
			}
		}
		p.line("  回访计划 %d 件，待访 %d 件", len(r.Slips)+len(r.Complaints)+len(r.Major)+len(r.Special), waiting)
	}
	if m := k.Money; m != nil {
		s := m.Statement
		p.line("  本月收讫 %s 元，托收到账 %s 元，本批托收 %d 笔 %s 元，期末未收 %s 元", s.Received, s.Collected, len(s.Batch), s.Batched, s.Open)
	}
}

// satisfied is the month's satisfaction for people.
func (k Pack) satisfied() string {
	f := k.satisfaction()
	if f == nil || f.Den == 0 {
		return "满意度 不明（没有客户评价）"
	}
	target := strings.NewReplacer("at least ", "，要求不低于 ", " %", "%").Replace(f.Target)
	return fmt.Sprintf("满意度 %s（%d/%d%s）[%s]", percent(f.Num, f.Den), f.Num, f.Den, target, f.Clause)
}

// onTime is the share of the limits kept.
func (k Pack) onTime() string {
	met, all := k.kept()
	switch {
	case all == 0:
		return "按时率 不明（没有能判断的时限）"
	case k.Foreign:
		return fmt.Sprintf("按时率 %s（能判断的 %d 项，按时 %d 项）", percent(met, all), all, met)
	}
	return fmt.Sprintf("按时率 %s（本月到期 %d 项，按时 %d 项）", percent(met, all), all, met)
}

// kept counts the limits kept of those that fell due in the month; of somebody else's
// export, of those that can be judged.
func (k Pack) kept() (met, all int) {
	clocks := map[rule.ID]bool{}
	for _, r := range k.Clocks {
		clocks[r.Clause] = true
		if k.Foreign {
			met += r.Statuses[sla.Met]
			all += r.Statuses[sla.Met] + r.Statuses[sla.Breached]
		}
	}
	for _, f := range k.Scores {
		if !k.Foreign && clocks[f.Clause] {
			met += f.Num
			all += f.Den
		}
	}
	return met, all
}

// percent is n/d, to the nearest tenth of a percent.
func percent(n, d int) string {
	tenths := (2000*n + d) / (2 * d)
	return fmt.Sprintf("%d.%d%%", tenths/10, tenths%10)
}

func (k Pack) printTickets(p *page) {
	p.section("工单：种类与状态 [HL1-3]")
	columns := states
	if k.Foreign {
		columns = []ticket.State{ticket.Open, ticket.Answered, ticket.Closed}
	}
	heads := []string{"种类", ">合计"}
	for _, s := range columns {
		heads = append(heads, ">"+stateZh(s, k.Foreign))
	}
	all := KindRow{States: map[ticket.State]int{}}
	row := func(label string, r KindRow) []string {
		cells := []string{label, fmt.Sprint(r.Total)}
		for _, s := range columns {
			cells = append(cells, count(r.States[s]))
		}
		return cells
	}
	var rows [][]string
	for _, r := range k.Kinds {
		rows = append(rows, row(r.Kind.Label(), r))
		all.Total += r.Total
		for s, n := range r.States {
			all.States[s] += n
		}
	}
	p.table(heads, append(rows, row("合计", all)))
	p.line("")
	if len(k.Unanswered) == 0 {
		p.line("  没有未答复的工单 [VC-3.5]")
		return
	}
	p.caption("  尚未答复 %d 件 [VC-3.5]", len(k.Unanswered))
	rows = nil
	for _, l := range k.Unanswered {
		state := stateZh(l.State, k.Foreign)
		if l.Held {
			state += "（挂起）"
		}
		with := cmp.Or(l.With, "无人")
		if k.Foreign {
			with = "不明"
		}
		rows = append(rows, []string{l.Ticket, p.subject(l.Kind, l.Category), state, p.clock(l.Opened), lasting(k.AsOf.Sub(l.Opened)), with})
	}
	p.list([]string{"单号", "事项", "状态", "登记", ">已等", "在办"}, rows)
}

func (k Pack) printClocks(p *page) {
	p.section("时限：每条款的结论")
	p.chart(k.clockChart())
	heads := []string{"条款", ">按时", ">计时", ">暂停", ">超时", ">免除", ">不明"} // as statuses, in two characters each
	all := ClockRow{Clause: "合计", Statuses: map[sla.Status]int{}}
	row := func(r ClockRow) []string {
		cells := []string{string(r.Clause)}
		for _, s := range statuses {
			cells = append(cells, count(r.Statuses[s]))
		}
		return append(cells, p.cut(r.Clause.Zh(), 44))
	}
	var rows [][]string
	for _, r := range k.Clocks {
		rows = append(rows, row(r))
		for s, n := range r.Statuses {
			all.Statuses[s] += n
		}
	}
	p.table(append(heads, "要求（全文见末节）"), append(rows, row(all)))
	p.line("  %s：不再要求；%s：记录里看不出，不算超时。", sla.Lapsed.Label(), sla.Unseen.Label())
	p.line("")
	p.caption("  超时 %d 项%s", len(k.Breaches), k.byWho())
	if len(k.Breaches) > 0 {
		rows = nil
		for _, c := range k.Breaches {
			done, late := p.actual(c, k.AsOf)
			rows = append(rows, []string{c.Ticket, p.subject(c.Kind, c.Category), string(c.Clause), c.Who.Label(), p.deadline(c.Due), done, late})
		}
		p.list([]string{"单号", "事项", "条款", "责任人", "应于", "实际", ">迟"}, rows)
	}
	p.line("")
	p.caption("  计时与暂停 %d 项，先到期的在前", len(k.Running))
	if len(k.Running) > 0 {
		rows = nil
		for _, c := range k.Running {
			due := p.deadline(c.Due)
			if c.Status == sla.Paused {
				due = "暂停，剩 " + lasting(c.Left)
			}
			rows = append(rows, []string{due, string(c.Clause), c.Ticket, p.subject(c.Kind, c.Category), c.Who.Label()})
		}
		p.list([]string{"应于", "条款", "单号", "事项", "责任人"}, rows)
	}
}

// byWho counts the breaches by who answers for them, most first.
func (k Pack) byWho() string {
	n := map[ticket.Role]int{}
	var roles []ticket.Role
	for _, c := range k.Breaches {
		if n[c.Who]++; n[c.Who] == 1 {
			roles = append(roles, c.Who)
		}
	}
	slices.SortFunc(roles, func(a, b ticket.Role) int { return cmp.Or(cmp.Compare(n[b], n[a]), cmp.Compare(a, b)) })
	s := ""
	for i, r := range roles {
		s += fmt.Sprintf("%s%s %d 项", map[bool]string{true: "：", false: "、"}[i == 0], r.Label(), n[r])
	}
	return s
}

// actual says when a breached thing was done, and how late. Where the history has no such
// row, the answer to the customer is named, if there is one after the due instant: that much
// of it was late for certain.
func (p *page) actual(c Clock, asOf time.Time) (done, late string) {
	switch {
	case !c.Stop.IsZero() && c.DayOnly:
		return p.day(c.Stop) + " 当天", ""
	case !c.Stop.IsZero():
		return p.clock(c.Stop), lasting(c.Stop.Sub(c.Due.At))
	case !c.Answered.IsZero() && !c.Over && !c.Due.Met(c.Answered):
		if c.DayOnly {
			return p.day(c.Answered) + "（答复）", ""
		}
		return p.clock(c.Answered) + "（答复）", lasting(c.Answered.Sub(c.Due.At))
	case c.Over:
		return "未做（已无从补做）", ""
	}
	return "尚未", lasting(asOf.Sub(c.Due.At))
}

func (k Pack) printEscalations(p *page) {
	p.section("升级：谁须出面，为什么")
	if len(k.Escalations) == 0 {
		p.line("  无")
		return
	}
	byRule := map[rule.ID][]Escalation{} // of ours
	var rows [][]string
	warnings := 0
	for _, e := range k.Escalations {
		switch {
		case e.Warning:
			warnings++
		case strings.HasPrefix(string(e.Step.Clause), "WY-"):
			byRule[e.Step.Clause] = append(byRule[e.Step.Clause], e)
		default:
			rows = append(rows, append([]string{p.clock(e.At), e.Ticket, p.cut(e.Category, 16)}, p.who(e)...))
		}
	}
	if rows != nil {
		p.list([]string{"时刻", "单号", "事项", "须出面", "缘由", "条款", "处理"}, rows)
		p.line("")
	}
	p.caption("  时限已过，通知上一级 [WY-breach] %d 次%s", len(byRule["WY-breach"]), tiers(byRule["WY-breach"]))
	p.text("  ", k.notified()+fmt.Sprintf("另有临期提醒 %d 次（逐次见 -json 或 -ticket）。", warnings))
	for _, id := range []rule.ID{"WY-breach", "WY-unanswered"} {
		if len(byRule[id]) == 0 {
			continue
		}
		if id == "WY-unanswered" {
			p.line("")
			p.caption("  无人接手，逐级通知 [WY-unanswered] %d 次%s", len(byRule[id]), tiers(byRule[id]))
		}
		rows = nil
		for _, e := range byRule[id] {
			who := p.who(e)
			rows = append(rows, []string{p.clock(e.At), e.Ticket, p.subject(e.Kind, e.Category), string(cmp.Or(e.For, e.Step.Clause)), who[0], who[3]})
		}
		p.list([]string{"时刻", "单号", "事项", "超时条款", "通知", "处理"}, rows)
	}
}

// tiers counts firings by the tier that they went to.
func tiers(firings []Escalation) string {
	n := map[ticket.Role]int{}
	for _, e := range firings {
		n[e.Step.To]++
	}
	var parts []string
	for _, r := range []ticket.Role{ticket.Assistant, ticket.Supervisor, ticket.Manager} {
		if n[r] > 0 {
			parts = append(parts, fmt.Sprintf("%s %d 次", r.Label(), n[r]))
		}
	}
	if parts == nil {
		return ""
	}
	return "（" + strings.Join(parts, "、") + "）"
}

// notified says how the breaches and their notices add up: a breach gives one notice, of
// WY-breach or, where nobody came, of WY-unanswered, whose later ones only go higher.
func (k Pack) notified() string {
	if len(k.Breaches) == 0 {
		return k.during() + "没有超时。"
	}
	byClock, unanswered := 0, 0
	for _, c := range k.Breaches {
		fired := slices.ContainsFunc(k.Escalations, func(e Escalation) bool {
			late := e.At.Sub(c.Due.At) // a limit that is an instant is over a nanosecond later
			return !e.Warning && e.Ticket == c.Ticket && 0 <= late && late <= time.Nanosecond && (e.For == c.Clause || e.Step.Clause == c.Clause)
		})
		switch {
		case fired && c.Clause == "WY-unanswered":
			unanswered++
		case fired:
			byClock++
		}
	}
	var parts []string
	for _, x := range []struct {
		n  int
		zh string
	}{{byClock, "由 WY-breach 各通知一次"}, {unanswered, "是无人接手，由 WY-unanswered 通知"}, {len(k.Breaches) - byClock - unanswered, "的通知不在" + k.during()}} {
		if x.n > 0 {
			parts = append(parts, fmt.Sprintf("%d 项%s", x.n, x.zh))
		}
	}
	return fmt.Sprintf("上节超时 %d 项：%s。", len(k.Breaches), strings.Join(parts, "，"))
}

// who says who must act, why, by which clause, and what happened then.
func (p *page) who(e Escalation) []string {
	to := e.Step.To.Label()
	if e.Step.Visit {
		to += " 到场"
	}
	if e.Step.Report {
		to += " 书面"
	}
	acted := "尚未"
	switch {
	case e.Over && e.Acted.IsZero():
		acted = "未出面"
	case e.Linked != "":
		acted = "已立 " + e.Linked
	case !e.Acted.IsZero():
		acted = p.clock(e.Acted) + " " + cmp.Or(e.By.ID, e.By.Role.Label())
	}
	return []string{to, e.Step.Cause.Label(), string(e.Step.Clause), acted}
}
