package wuye_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"example.com/wuye"
	"example.com/wuye/billing"
	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

// A ticket: where it stands and what is due. A minor complaint of Monday 21 September 2026,
// 09:05, at 11:00: a department head has it, and the owner must hear how it goes by 11:05.
func ExampleDesk_Judge() {
	desk, err := wuye.New(calendar.China(), wuye.Standard())
	if err != nil {
		fmt.Println(err)
		return
	}
	history := complaint("T1", "2026-09-21")[:4]
	j, err := desk.Judge(history, at("2026-09-21 11:00"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(j.Ticket.State.Label())
	for _, v := range j.Verdicts {
		if v.Status == sla.Running {
			fmt.Println(v.Due.At.Format("01-02 15:04"), v.Who.Label(), v.Clause, v.Clause.Zh())
		}
	}
	fmt.Println("wake", j.Wake.Format("15:04:05.000000000"))
	// Output:
	// 待开工
	// 09-21 17:00 客服助理 QI-3.5t 约定了答复时间的，最迟在约定的时刻答复
	// 09-21 11:05 客服助理 QI-3.6a 当场没解决的投诉，自首次联系起2小时内告诉客户进展，解决与否都要告知；没联系上的不算
	// 09-23 00:00 客服助理 QI-3.7a 轻微投诉自首次联系起1个工作日内解决，并把结果告诉客户、征询意见
	// 09-22 00:00 客服助理 VC-1.5a 一般投诉当天回访，由VC-1.5b代替的除外
	// 09-22 00:00 客服助理 VC-1.5b 一般投诉当天没解决的，当天把进展告诉业主，并写进交接班记录，两样都要做到
	// wake 11:05:00.000000001
}

// Adopt: rows from the columns of another system, its status from a column, ours from here
// on. What the rows do not tell is unseen, never a breach; that nobody took it for fifty
// minutes they do tell.
func ExampleDesk_Judge_adopt() {
	stateOf := map[int]ticket.State{1000: ticket.Accepted, 1100: ticket.Assigned, 1800: ticket.Answered, 1900: ticket.Closed}
	row := struct {
		ID                    string
		Status                int
		CreatedAt, Dispatched time.Time
	}{"WX-1024", 1100, at("2026-09-21 08:40"), at("2026-09-21 09:30")}
	history := []ticket.Event{
		{Ticket: row.ID, Seq: 1, Type: ticket.Registered, At: row.CreatedAt, Kind: ticket.Repair},
		{Ticket: row.ID, Seq: 2, Type: ticket.Dispatched, At: row.Dispatched},
		{Ticket: row.ID, Seq: 3, Type: ticket.Imported, At: at("2026-09-21 12:00"), State: stateOf[row.Status], By: assistant},
		{Ticket: row.ID, Seq: 4, Type: ticket.Started, At: at("2026-09-21 12:10"), By: worker},
	}
	desk, err := wuye.New(calendar.China(), wuye.Standard())
	if err != nil {
		fmt.Println(err)
		return
	}
	j, err := desk.Judge(history, at("2026-09-21 12:30"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(j.Ticket.State.Label(), j.Ticket.Opened.Format("01-02 15:04"))
	for _, v := range j.Verdicts {
		fmt.Println(v.Clause, v.Status)
	}
	// Output:
	// 处理中 09-21 08:40
	// HB-2.1e unseen
	// HB-2.2b unseen
	// WY-unanswered breached
}

// Month end: 37 routine slips, 12 to be revisited (30 per cent is 11.1), half of them on
// site; two services collected by the bank, 186.50 yuan together.
func ExampleDesk_MonthEnd() {
	var all [][]ticket.Event
	for i := range 37 {
		all = append(all, slip(fmt.Sprintf("T%02d", i+1), fmt.Sprintf("2026-10-%02d", 1+i%28)))
	}
	all = append(all, special("S1", "2026-10-13"), special("S2", "2026-10-14"))
	money := slices.Concat(charge("S1", "2026-10-13", billing.Collection, billing.Collection), charge("S2", "2026-10-14", billing.Collection, billing.Collection))
	money[4].Amount, money[5].Amount = 10650, 10650
	records := wuye.Records{Tickets: slices.Values(all), Money: money,
		Done: []wuye.DutyDone{{Clause: "SP-2.6.1.4", At: at("2026-10-31 16:00"), By: finance, Ref: "2026-10"}}}

	desk, err := wuye.New(calendar.China(), wuye.Standard())
	if err != nil {
		fmt.Println(err)
		return
	}
	closedAt := at("2026-11-01 09:00")
	end, err := desk.MonthEnd(calendar.MustMonth("2026-10"), records, "公布前保密的密钥", closedAt)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("回访", end.Routine.Size, "其中上门", end.Routine.Visits)
	fmt.Println("上门", end.Routine.ToVisit())
	fmt.Println("电话", end.Routine.ToCall())
	fmt.Println("抽样记于", end.Sampled.Format("2006-01-02 15:04:05"))
	fmt.Println("特约服务回访", end.Cash.Size, "+", end.Banked.Size)
	fmt.Println("托收", len(end.Money.Batch), "笔", end.Money.Batched, "元")
	// Anybody, once the key is out: the right orders of all 37, in the right order.
	fmt.Println("可复核", len(end.Drawn.Routine), end.Routine.Verify("公布前保密的密钥", end.Drawn.Routine))
	// Output:
	// 回访 12 其中上门 6
	// 上门 [T18 T14 T34 T32 T02 T35]
	// 电话 [T28 T04 T20 T05 T07 T33]
	// 抽样记于 2026-10-30 23:59:59
	// 特约服务回访 0 + 2
	// 托收 2 笔 186.50 元
	// 可复核 37 <nil>
}

// What is due on Wednesday 14 October 2026 at 09:00: first what is overdue, last week's
// records and the worker who was to come yesterday at 14:00.
func ExampleDesk_Agenda() {
	policy := wuye.Standard()
	policy.From = calendar.MustDate("2026-10-01") // nothing is owed for the time before
	desk, err := wuye.New(calendar.China(), policy)
	if err != nil {
		fmt.Println(err)
		return
	}
	records := wuye.Records{
		Tickets: slices.Values([][]ticket.Event{special("S1", "2026-10-13")[:4]}),
		Done:    []wuye.DutyDone{{Clause: "VC-1.9", At: at("2026-10-13 17:00"), By: assistant}},
	}
	items, err := desk.Agenda(records, at("2026-10-14 09:00"))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, i := range items[:3] {
		fmt.Println(i.Zh)
	}
	// Output:
	// 客服助理应于 2026-10-11 24:00 前办而未办，已迟2天9小时：2026-W41 每周把投诉和回访记录交客服主管审核，由主管签意见（VC-1.8）
	// 客服助理应于 2026-10-11 24:00 前办而未办，已迟2天9小时：2026-W41 每周把记录装订好，交客服主管存档（VC-1.9）
	// 工单 S1：服务人员 W07应于 2026-10-13 14:00 前办而未办，已迟19小时：服务人员在预约的时间之前赶到现场，正好到点也算准时（SP-2.4.2b）
}

// Two policies: the later is in force for tickets opened from its date on.
func ExampleNew() {
	old, now := wuye.Standard(), wuye.Standard()
	old.Name = "锦绣苑2020"
	now.Name, now.From = "锦绣苑2026", calendar.MustDate("2026-07-01")
	desk, err := wuye.New(calendar.China(), old, now)
	if err != nil {
		fmt.Println(err)
		return
	}
	p, err := desk.Policy(at("2026-06-30 23:59"))
	fmt.Println(p.Name, err)
	p, err = desk.Policy(at("2026-07-01 00:00"))
	fmt.Println(p.Name, err)
	_, err = desk.Policy(at("2003-12-31 12:00"))
	fmt.Println(rule.Zh(err))
	fmt.Println(desk.Calendar().ID() == calendar.China().ID())
	// Output:
	// 锦绣苑2020 <nil>
	// 锦绣苑2026 <nil>
	// 2003-12-31 尚无规则施行，最早的规则自 2004-01-01 起施行
	// true
}

// Any history has verdicts, also one that no lifecycle would let pass.
func ExampleDesk_AppendVerdicts() {
	desk, err := wuye.New(calendar.China(), wuye.Standard())
	if err != nil {
		fmt.Println(err)
		return
	}
	history := []ticket.Event{
		{Ticket: "T1", Seq: 1, Type: ticket.Registered, At: at("2026-09-21 08:40"), Kind: ticket.Repair, Urgency: ticket.Emergency},
		{Ticket: "T1", Seq: 2, Type: ticket.Completed, At: at("2026-09-21 10:00")},
	}
	verdicts, err := desk.AppendVerdicts(nil, history, at("2026-09-30 00:00"))
	fmt.Println(verdicts[0].Clause, verdicts[0].Status, verdicts[0].Stop.Sub(verdicts[0].Due.At), err)
	// Output:
	// HB-2.1d breached 1h5m0s <nil>
}

// A site that does not send slips by hand says so, and is not held to the 15 minutes.
func ExampleStandard() {
	p := wuye.Standard()
	p.Name = "锦绣苑"
	p.Off = []wuye.Off{{Clause: "SP-2.4.1", Reason: "派工单由系统即时送达"}}
	fmt.Println(p.Validate(), len(p.Lint()), p.Keeps("SP-2.4.1"), p.Keeps("SP-2.4.2b"))
	// Output:
	// <nil> 0 false true
}

func ExampleParsePolicy() {
	text, err := json.Marshal(wuye.Standard())
	if err != nil {
		fmt.Println(err)
		return
	}
	p, err := wuye.ParsePolicy(text)
	fmt.Println(p.Name, p.Routine.Size(37), err)

	_, err = wuye.ParsePolicy([]byte(`{"name":"锦绣苑","from":"2026-01-01","duties":[{"clause":"VC-1.8","every":"week","hour":3}]}`))
	fmt.Println(err)
	fmt.Println(rule.Zh(err))
	// Output:
	// standard 12 <nil>
	// wuye: policy: duties[0].hour: unknown field
	// 规则设置有误（duties[0].hour）：未知的字段
}

func ExamplePolicy_Validate() {
	p := wuye.Standard()
	p.Duties[0].Times = 0
	err := p.Validate()
	fmt.Println(err)
	fmt.Println(rule.Zh(err))
	// Output:
	// wuye: policy: duties[0].times: 0 is not in 1 … 1,000
	// 规则设置有误（duties[0].times）：次数应在1至1000之间
}

func ExamplePolicy_Lint() {
	p := wuye.Standard()
	p.SLA = p.SLA.With("QI-3.8") // no clock in its place, and no reason why
	for _, l := range p.Lint() {
		fmt.Println(l.Code, l.Path, l.Zh)
	}
	// Output:
	// unenforced sla.clocks 没有任何设置落实 QI-3.8，也未说明停用：投诉解决后1个工作日内，把经过和结果告诉客户，并回访、留下记录
}

func ExamplePolicy_Keeps() {
	p := wuye.Standard()
	p.Off = []wuye.Off{{Clause: "TR-4.4", Reason: "另有抽样办法"}} // no clause itself: all its letters
	fmt.Println(p.Keeps("TR-4.4a"), p.Keeps("TR-4.4d"), p.Keeps("TR-4.3a"))
	// Output:
	// false false true
}

// 50 orders lie in two brackets: the law gives 20, the lower one 30 per cent.
func ExamplePolicy_WithReading() {
	p := wuye.Standard()
	lower, err := p.WithReading("bracket-edges", "lower")
	fmt.Println(p.Routine.Size(50), lower.Routine.Size(50), lower.Choices, err)
	_, err = p.WithReading("bracket-edges", "outer")
	fmt.Println(err)
	// Output:
	// 20 15 [{bracket-edges lower}] <nil>
	// wuye: unknown option "outer" of reading bracket-edges: one of law, lower, upper, middle
}

func ExamplePolicy_Reading() {
	p := wuye.Standard()
	fmt.Println(p.Reading("mobile-payment"))
	p, err := p.WithReading("mobile-payment", "as-collection")
	fmt.Println(p.Reading("mobile-payment"), err)
	// Output:
	// as-cash
	// as-collection <nil>
}

func ExampleReadings() {
	for _, r := range wuye.Readings()[:3] {
		fmt.Println(r.Code, r.Clauses, r.Zh)
		for _, o := range r.Options {
			fmt.Println("  ", o.Code, o.Zh)
		}
	}
	// Output:
	// bracket-edges [TR-4.4a TR-4.4b TR-4.4c CC-1259] 20张与50张各落在两档，算哪一档
	//    law 以下、以上含本数：20张抽5，50张抽20
	//    lower 都算较低一档：20张抽5，50张抽15
	//    upper 都算较高一档：20张抽6，50张抽20
	//    middle 都算中间一档：20张抽6，50张抽15
	// share-rounding [TR-4.4b] 30%出现零头时怎么取整（80%一律进一）
	//    up 进一
	//    half-up 四舍五入
	// on-site-half [TR-4.4d CC-1259] 抽样数为单数时，半数以上是多少
	//    at-least 不少于一半
	//    majority 超过一半
}

func ExamplePolicy_ValidComplaint() {
	p := wuye.Standard()
	c := complaint("C1", "2026-10-14")
	fmt.Println(p.ValidComplaint(c))
	c = and(c, ticket.Event{Type: ticket.Dismissed, At: at("2026-10-14 16:00"), By: supervisor, Reason: "查无此事"})
	fmt.Println(p.ValidComplaint(c))
	// Output:
	// true
	// false
}

// A record that is handed in on Monday 21 September 2026 is sorted that day, collated by
// 5 October.
func ExampleDesk_DueBy() {
	desk, err := wuye.New(calendar.China(), wuye.Standard())
	if err != nil {
		fmt.Println(err)
		return
	}
	handedIn := at("2026-09-21 10:00")
	sorted, _ := desk.DueBy("SP-2.6.1.2", handedIn)
	collated, _ := desk.DueBy("SP-2.6.1.3", handedIn)
	fmt.Println(sorted.At.Format("2006-01-02 15:04"), collated.At.Format("2006-01-02 15:04"))
	// Output: 2026-09-22 00:00 2026-10-06 00:00
}

// A table of repairs with the columns "created" and "finished" alone.
func ExamplePolicy_Recording() {
	p := wuye.Standard().Recording(ticket.Registered, ticket.Completed)
	fmt.Println(len(p.SLA.Unrecorded), slices.Contains(p.SLA.Unrecorded, ticket.Told), slices.Contains(p.SLA.Unrecorded, ticket.Completed))
	// Output: 46 true false
}

// Rules answer for many tickets without copying the policy.
func ExampleDesk_Rules() {
	desk, err := wuye.New(calendar.China(), wuye.Standard())
	if err != nil {
		fmt.Println(err)
		return
	}
	rules, err := desk.Rules(at("2026-09-21 09:05"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(rules.Keeps("VC-1.4c"), rules.Reading("complaint-validity"), rules.Records(ticket.Revisited))
	// Output: true until-dismissed true
}

// What the profile of the villa's document keeps to.
func ExampleVilla() {
	p := wuye.Villa()
	fmt.Println(p.Keeps("VC-1.5a"), p.Keeps("TR-4.4"), p.Reading("complaint-revisitor"))
	fmt.Println(p.Off[4].Clause, p.Off[4].Reason)
	// Output:
	// true false tier
	// TR 本项目只执行《别墅业主投诉和回访管理制度》（VC）
}

// That of Tianxiacheng's, with its own titles.
func ExampleTianxiacheng() {
	p := wuye.Tianxiacheng()
	fmt.Println(p.Keeps("TR-4.4a"), p.Keeps("VC-1.5a"), p.Routine.Size(37), p.Titles.Of(ticket.Manager))
	// Output: true false 12 服务中心经理
}

// A ticket is judged by the policy that was in force when it was opened.
func ExampleDesk_Policy() {
	before, after := wuye.Standard(), wuye.Standard()
	before.Name, after.Name, after.From = "2025", "2026", calendar.MustDate("2026-01-01")
	desk, err := wuye.New(calendar.China(), before, after)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, opened := range []string{"2025-12-31 23:59", "2026-01-01 00:00"} {
		p, err := desk.Policy(at(opened))
		fmt.Println(p.Name, err)
	}
	// Output:
	// 2025 <nil>
	// 2026 <nil>
}

func ExampleDesk_Calendar() {
	desk, err := wuye.New(calendar.China(), wuye.Standard())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(desk.Calendar().IsWorkday(calendar.MustDate("2026-09-20"))) // a Sunday, and a make-up day
	// Output: true <nil>
}

// All that Rules answer.
func ExampleRules() {
	desk, err := wuye.New(calendar.China(), wuye.Standard())
	if err != nil {
		fmt.Println(err)
		return
	}
	rules, err := desk.Rules(at("2026-09-21 09:05"))
	if err != nil {
		fmt.Println(err)
		return
	}
	history := complaint("T1", "2026-09-21")
	fmt.Println(rules.Keeps("VC-1.4c"), rules.Records(ticket.Revisited), rules.Asks(ticket.Apology))
	fmt.Println(rules.Reading("complaint-validity"), rules.ValidComplaint(history))
	for _, c := range rules.Conditions(history, at("2026-09-30 00:00")) {
		fmt.Println(c.Clause, c.Who.Role.Label(), c.Open())
	}
	// Output:
	// true true false
	// until-dismissed true
	// VC-2.1b 部门负责人 true
}

// The door of a backend: the row is stored only if there is no error.
func ExampleDesk_Admit() {
	desk, err := wuye.New(calendar.China(), wuye.Standard())
	if err != nil {
		fmt.Println(err)
		return
	}
	stored := complaint("T1", "2026-09-21")[:3]
	e := ticket.Event{Ticket: "T1", Seq: 4, Type: ticket.Archived, At: at("2026-09-21 09:30"), Recorded: at("2026-09-21 09:30"), By: ticket.Actor{Role: ticket.Assistant, ID: "A1"}}
	_, err = desk.Admit(stored, e)
	fmt.Println(rule.Zh(err))
	// Output: 工单现为“待派工”，不能办理“归档”（依据 HB-1.3a）
}

// What is owed on one ticket.
func ExampleDesk_Due() {
	desk, err := wuye.New(calendar.China(), wuye.Standard())
	if err != nil {
		fmt.Println(err)
		return
	}
	items, err := desk.Due(complaint("T1", "2026-09-21")[:4], nil, at("2026-09-21 10:00"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(items[0].Zh)
	// Output: 工单 T1：客服助理在 2026-09-21 11:05 前办：当场没解决的投诉，自首次联系起2小时内告诉客户进展，解决与否都要告知；没联系上的不算（QI-3.6a）
}

func ExampleDuty_May() {
	d := wuye.Duty{Clause: "VC-1.8", Who: ticket.Assistant, Every: "week", Times: 1}
	fmt.Println(d.May(ticket.Supervisor), d.May(ticket.Finance))
	// Output: true false
}
