package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"example.com/wuye"
	"example.com/wuye/billing"
	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/sampling"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

// columns is the width of the terminal that the text is laid out for.
const columns = 100

// A page collects text laid out by display columns: a Chinese character takes two.
type page struct {
	strings.Builder
	year     int // of the dates that need not say it
	sections int
}

func (p *page) line(format string, args ...any) {
	p.WriteString(strings.TrimRight(fmt.Sprintf(format, args...), " "))
	p.WriteByte('\n')
}

// section opens the next numbered part.
func (p *page) section(s string) {
	p.title(string([]rune("一二三四五六七八九")[p.sections]) + "、" + s)
	p.sections++
}

func (p *page) title(s string) {
	p.line("")
	p.line("%s", s)
	p.line("%s", strings.Repeat("-", columns))
}

// table prints rows under heads; a head that begins with ">" is of a column of numbers. A
// cell with nothing but empty ones behind it may run on over them.
func (p *page) table(heads []string, rows [][]string) {
	widths := make([]int, len(heads))
	all := append([][]string{nil}, rows...)
	right := make([]bool, len(heads))
	for i, h := range heads {
		right[i] = strings.HasPrefix(h, ">")
		all[0] = append(all[0], strings.TrimPrefix(h, ">"))
	}
	for _, row := range all {
		for i, cell := range row {
			if i == len(row)-1 || strings.Join(row[i+1:], "") != "" {
				widths[i] = max(widths[i], width(cell))
			}
		}
	}
	for _, row := range all {
		var b strings.Builder
		for i, cell := range row {
			gap := strings.Repeat(" ", max(0, widths[i]-width(cell)))
			b.WriteString("  ")
			if right[i] {
				b.WriteString(gap + cell)
			} else {
				b.WriteString(cell + gap)
			}
		}
		p.line("%s", b.String())
	}
}

// grid prints items under a label, in columns as wide as the widest item.
func (p *page) grid(label string, items []string) {
	indent, cell := width(label), 0
	for _, item := range items {
		cell = max(cell, width(item)+2)
	}
	line, used := label, indent
	for i, item := range items {
		if i > 0 && used+cell > columns+2 {
			p.line("%s", line)
			line, used = strings.Repeat(" ", indent), indent
		}
		line += pad(item, cell)
		used += cell
	}
	if len(items) == 0 {
		line += "无"
	}
	p.line("%s", line)
}

// text prints a sentence after a label, wrapped between words. No line begins with a space.
func (p *page) text(label, s string) {
	indent := width(label)
	line, used := label, indent
	for _, w := range words(s) {
		if used+width(w) > columns {
			p.line("%s", line)
			line, used = strings.Repeat(" ", indent), indent
			w = strings.TrimLeft(w, " ")
		}
		line += w
		used += width(w)
	}
	p.line("%s", line)
}

// words are the parts of s that a line keeps whole: a Chinese character or a run of ASCII,
// with the marks that open before it and those that close after it.
func words(s string) (parts []string) {
	const opening, closing = "（“《", "，。；：、！？）”》"
	glue := false // to the part before
	for s != "" {
		n := strings.IndexFunc(s, func(r rune) bool { return r > 0x7f || r == ' ' })
		if n < 0 {
			n = len(s)
		}
		if n == 0 {
			_, n = utf8.DecodeRuneInString(s)
		}
		w := s[:n]
		s = s[n:]
		if len(parts) > 0 && (glue || strings.Contains(closing, w)) {
			parts[len(parts)-1] += w
		} else {
			parts = append(parts, w)
		}
		glue = strings.Contains(opening, w)
	}
	return parts
}

// wide are the ranges of characters that take two columns.
var wide = [][2]rune{{0x1100, 0x115f}, {0x2e80, 0x303e}, {0x3041, 0xa4cf}, {0xac00, 0xd7a3}, {0xf900, 0xfaff},
	{0xfe30, 0xfe6f}, {0xff00, 0xff60}, {0xffe0, 0xffe6}, {0x1f300, 0x1faff}, {0x20000, 0x3fffd}}

func width(s string) (n int) {
	for _, r := range s {
		n++
		for _, w := range wide {
			if w[0] <= r && r <= w[1] {
				n++
			}
		}
	}
	return n
}

// cut is s in at most n columns.
func cut(s string, n int) string {
	if width(s) <= n {
		return s
	}
	used, end := 0, 0
	for i, r := range s {
		if used += width(string(r)); used > n-1 {
			break
		}
		end = i + len(string(r))
	}
	return strings.TrimRight(s[:end], "，、；：") + "…"
}

func pad(s string, n int) string { return s + strings.Repeat(" ", max(0, n-width(s))) }

// clock prints an instant at UTC+8, with the year only where it is another than the page's.
// Midnight is everywhere the 24:00 of the day that it ends.
func (p *page) clock(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	if t = calendar.InChina(t); t.Equal(calendar.DateOf(t).Start()) {
		return p.day(t.Add(-time.Nanosecond)) + " 24:00"
	}
	return p.day(t) + t.Format(" 15:04")
}

// full is clock with the year.
func full(t time.Time) string { return new(page).clock(t) }

func (p *page) day(t time.Time) string {
	if t = calendar.InChina(t); t.Year() != p.year {
		return t.Format("2006-01-02")
	}
	return t.Format("01-02")
}

// deadline prints when a limit ends, or why nobody knows yet.
func (p *page) deadline(d sla.Due) string {
	if d.Unpublished != 0 {
		return fmt.Sprintf("%d 年放假安排未公布", d.Unpublished)
	}
	return p.clock(d.At)
}

func lasting(d time.Duration) string {
	m := int(d / time.Minute)
	switch {
	case d < time.Minute:
		return "不足1分"
	case m < 60:
		return fmt.Sprintf("%d分", m)
	case m < 24*60:
		return fmt.Sprintf("%d时%02d分", m/60, m%60)
	}
	return fmt.Sprintf("%d天%d时", m/60/24, m/60%24)
}

func actor(a ticket.Actor) string {
	if a.Role == "" {
		return ""
	}
	return strings.TrimSpace(a.Role.Label() + " " + a.ID)
}

func subject(kind ticket.Kind, category string) string {
	if category == "" {
		return kind.Label()
	}
	return kind.Label() + "：" + cut(category, 16)
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
	p := page{year: k.Month.Day(1).Start().Year()}
	p.line("%s  %s 月末报告", k.Source, k.Month)
	p.line("截至 %s（UTC+8）  政策 %s  日历 %.12s", full(k.AsOf), k.Policy, k.Calendar)
	p.text("读法：", chosen(k.Choices))
	for _, n := range k.Notes {
		p.text("注：", n)
	}
	k.printSummary(&p)
	k.printTickets(&p)
	k.printClocks(&p)
	k.printEscalations(&p)
	k.printRevisits(&p)
	k.printMoney(&p)
	k.printDuties(&p)
	p.section("所引条款")
	p.clauses(k.Clauses)
	p.line("")
	p.text("追查：", "任一单的经过、各条款结论、每项超时的逐日计算：go run ./examples/month -ticket 单号（换了输入或时刻，须带同样的参数）。同样内容的 JSON：加 -json。")
	_, err := io.WriteString(w, p.String())
	return err
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
		p.text("  "+pad(string(c.Clause), 18), c.Zh)
	}
	p.line("")
	p.line("  文件代号（条款编号连字符之前）")
	for _, d := range rule.Documents() {
		if slices.ContainsFunc(cited, func(c Cited) bool { return strings.HasPrefix(string(c.Clause), d.Code+"-") }) {
			p.text("  "+pad(d.Code, 18), d.Title)
		}
	}
}

func (k Pack) printSummary(p *page) {
	p.line("")
	total, sum, tickets := 0, map[sla.Status]int{}, map[string]bool{}
	for _, r := range k.Kinds {
		total += r.Total
	}
	p.line("  %s；%s", k.satisfied(), k.onTime())
	p.line("  本月在册工单 %d 件，尚未答复 %d 件", total, len(k.Unanswered))
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

// onTime is the share of the limits kept, of those that fell due in the month; of somebody
// else's export, of those that can be judged.
func (k Pack) onTime() string {
	what, met, all := "本月到期 %d 项，按时 %d 项", 0, 0
	clocks := map[rule.ID]bool{}
	for _, r := range k.Clocks {
		clocks[r.Clause] = true
		if k.Foreign {
			met += r.Statuses[sla.Met]
			all += r.Statuses[sla.Met] + r.Statuses[sla.Breached]
		}
	}
	if k.Foreign {
		what = "能判断的 %d 项，按时 %d 项"
	}
	for _, f := range k.Scores {
		if clocks[f.Clause] {
			met += f.Num
			all += f.Den
		}
	}
	if all == 0 {
		return "按时率 不明（没有能判断的时限）"
	}
	return fmt.Sprintf("按时率 %s（"+what+"）", percent(met, all), all, met)
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
	p.line("  尚未答复 %d 件 [VC-3.5]", len(k.Unanswered))
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
		rows = append(rows, []string{l.Ticket, subject(l.Kind, l.Category), state, p.clock(l.Opened), lasting(k.AsOf.Sub(l.Opened)), with})
	}
	p.table([]string{"单号", "事项", "状态", "登记", ">已等", "在办"}, rows)
}

func (k Pack) printClocks(p *page) {
	p.section("时限：每条款的结论")
	heads := []string{"条款", ">按时", ">计时", ">暂停", ">超时", ">免除", ">不明"} // as statuses, in two characters each
	all := ClockRow{Clause: "合计", Statuses: map[sla.Status]int{}}
	row := func(r ClockRow) []string {
		cells := []string{string(r.Clause)}
		for _, s := range statuses {
			cells = append(cells, count(r.Statuses[s]))
		}
		return append(cells, cut(r.Clause.Zh(), 44))
	}
	var rows [][]string
	for _, r := range k.Clocks {
		rows = append(rows, row(r))
		for s, n := range r.Statuses {
			all.Statuses[s] += n
		}
	}
	p.table(append(heads, "要求（全文见末节）"), append(rows, row(all)))
	p.line("  免除：%s；不明：%s，不算超时。", sla.Lapsed.Label(), sla.Unseen.Label())
	p.line("")
	p.line("  超时 %d 项%s", len(k.Breaches), k.byWho())
	if len(k.Breaches) > 0 {
		rows = nil
		for _, c := range k.Breaches {
			done, late := p.actual(c, k.AsOf)
			rows = append(rows, []string{c.Ticket, subject(c.Kind, c.Category), string(c.Clause), c.Who.Label(), p.deadline(c.Due), done, late})
		}
		p.table([]string{"单号", "事项", "条款", "责任人", "应于", "实际", ">迟"}, rows)
	}
	p.line("")
	p.line("  计时与暂停 %d 项，先到期的在前", len(k.Running))
	if len(k.Running) > 0 {
		rows = nil
		for _, c := range k.Running {
			due := p.deadline(c.Due)
			if c.Status == sla.Paused {
				due = "暂停，剩 " + lasting(c.Left)
			}
			rows = append(rows, []string{due, string(c.Clause), c.Ticket, subject(c.Kind, c.Category), c.Who.Label()})
		}
		p.table([]string{"应于", "条款", "单号", "事项", "责任人"}, rows)
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
			rows = append(rows, append([]string{p.clock(e.At), e.Ticket, cut(e.Category, 16)}, p.who(e)...))
		}
	}
	if rows != nil {
		p.table([]string{"时刻", "单号", "事项", "须出面", "缘由", "条款", "处理"}, rows)
		p.line("")
	}
	p.line("  时限已过，通知上一级 [WY-breach] %d 次%s", len(byRule["WY-breach"]), tiers(byRule["WY-breach"]))
	p.text("  ", k.notified()+fmt.Sprintf("另有临期提醒 %d 次（逐次见 -json 或 -ticket）。", warnings))
	for _, id := range []rule.ID{"WY-breach", "WY-unanswered"} {
		if len(byRule[id]) == 0 {
			continue
		}
		if id == "WY-unanswered" {
			p.line("")
			p.line("  无人接手，逐级通知 [WY-unanswered] %d 次%s", len(byRule[id]), tiers(byRule[id]))
		}
		rows = nil
		for _, e := range byRule[id] {
			who := p.who(e)
			rows = append(rows, []string{p.clock(e.At), e.Ticket, subject(e.Kind, e.Category), string(cmp.Or(e.For, e.Step.Clause)), who[0], who[3]})
		}
		p.table([]string{"时刻", "单号", "事项", "超时条款", "通知", "处理"}, rows)
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
		return "本月没有超时。"
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
	}{{byClock, "由 WY-breach 各通知一次"}, {unanswered, "是无人接手，由 WY-unanswered 通知"}, {len(k.Breaches) - byClock - unanswered, "的通知不在本月"}} {
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

func (k Pack) printRevisits(p *page) {
	r := k.Revisits
	if r == nil {
		return
	}
	p.section("回访计划")
	b := bracket(r.Routine)
	size := fmt.Sprintf("取 %d", b.Take)
	if b.Percent > 0 {
		size = fmt.Sprintf("取 %d%%（进位）", b.Percent)
	}
	p.line("  甲、常规单抽样 [TR-4.3a]: 本月完成 %d 单，%s [%s]，抽 %d 单", r.Routine.Population, size, b.Clause, r.Routine.Size)
	p.line("      其中上门 %d 单 [%s]，余可电话；%s 前访毕 [TR-4.3b]", r.Routine.Visits, r.Routine.Scheme.Clause, p.deadline(r.RoutineDue))
	printPlan(p, r.Slips)
	p.grid("  替补，依次递补：", r.Routine.Reserve())
	p.line("")
	p.line("  乙、有效投诉，逐件由经理上门 [TR-4.7a]: %d 件", len(r.Complaints))
	printPlan(p, r.Complaints)
	p.line("")
	p.line("  丙、重大需求，逐件 [TR-4.8]: %d 件", len(r.Major))
	printPlan(p, r.Major)
	p.line("")
	p.line("  丁、特约服务按付款方式：现付 %d 件访 %d [SP-2.7.1b]；托收 %d 件至少访 %d [SP-2.7.1c]",
		r.Cash.Population, r.Cash.Size, r.Banked.Population, r.Banked.Size)
	p.line("      %s 前访毕 [SP-2.7.1a]", p.deadline(r.SpecialDue))
	printPlan(p, r.Special)
	p.line("")
	p.line("  核验：密钥 %s", r.Key)
	p.line("        承诺值 %s", r.Routine.Commitment)
	for _, d := range []sampling.Draw{r.Routine, r.Cash, r.Banked} {
		p.line("        范围 %s", d.Scope)
		p.line("        名册 %s", d.Digest)
	}
	p.text("        ", "承诺值是密钥的 SHA-256，月初已公布；名册是全部单号升序、一行一个的 SHA-256，全部单号在 -json 的 drawn 里。任何人可以重抽：")
	p.line("        %s", `printf '%s\n%s\n%s' 密钥 范围 单号 | sha256sum，由小到大取前几名，先抽的上门。`)
}

func printPlan(p *page, plan []Revisit) {
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
		rows = append(rows, []string{x.Ticket, cut(x.Category, 20), mode, string(x.Clause), done})
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
	var rows [][]string
	for _, r := range m.Rows {
		charged := ""
		if r.Amount != 0 {
			charged = r.Amount.String()
		}
		rows = append(rows, []string{r.Serial, r.Ticket, cut(r.Category, 20), r.Quoted.String(), charged, r.Payment.Label(), r.State.Label()})
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
		{"  收款 [SP-2.6.2.1]:     ", entries(billing.Received)},
		{"  托收到账 [SP-2.6.1.5]: ", entries(billing.Collected)},
		{"  托收失败 [SP-2.6.1.5]: ", entries(billing.Failed)},
		{"  改为现付 [WY-money]:   ", entries(billing.Switched)},
		{"  冲回 [WY-money]:       ", entries(billing.Reversed)},
		{"  减免 [WY-money]:       ", entries(billing.Waived)},
		{"  作废 [WY-money]:       ", entries(billing.Voided)},
	} {
		if len(l.items) > 0 {
			p.grid(l.label, l.items)
		}
	}
	for _, e := range m.Paid {
		p.line("  赔偿 [SP-2.5.4b]:      %s %s 单号 %s %s 元（%s）", p.clock(e.At), e.Serial, e.Ticket, e.Amount, e.Amount.Capital())
	}
	p.line("")
	p.line("  本批托收 %d 笔 [SP-2.6.1.5]", len(s.Batch))
	rows = nil
	for _, c := range s.Batch {
		rows = append(rows, []string{c.Serial, c.Ticket, c.Month.String(), c.Amount.String(), c.Amount.Capital()})
	}
	rows = append(rows, []string{"合计", "", "", s.Batched.String(), s.Batched.Capital()})
	p.table([]string{"记录编号", "单号", "服务月", ">金额", "大写"}, rows)
	p.line("")
	p.line("  收费报表 [SP-2.6.1.4]: 期初 + 新增 + 冲回 = 收讫 + 到账 + 减免 + 作废 + 期末")
	var fresh billing.Fen
	for _, c := range s.New {
		fresh += c.Amount
	}
	opening := s.Received + s.Collected + s.Waived + s.Voided + s.Open - fresh - s.Reversed
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

// print writes one ticket's trace.
func (t Trace) print(w io.Writer) error {
	p := page{year: t.AsOf.Year()}
	p.line("%s  %s  %s%s  登记 %s  截至 %s（UTC+8）", t.Ticket, subject(t.Kind, t.Category), stateZh(t.State, t.Foreign), map[bool]string{true: "（挂起）"}[t.Held], p.clock(t.Opened), full(t.AsOf))
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
		p.title("超时 " + string(x.Clause) + ": " + x.Clause.Zh())
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
	p.title("所引条款")
	p.clauses(t.Clauses)
	_, err := io.WriteString(w, p.String())
	return err
}

// at is an instant of t's rows, without the time where only the day is known.
func (p *page) at(t Trace, at time.Time) string {
	if slices.Contains(t.Days, seqAt(t.Rows, at)) {
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
