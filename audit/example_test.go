package audit_test

import (
	"fmt"
	"time"

	"example.com/wuye"
	"example.com/wuye/audit"
	"example.com/wuye/calendar"
	"example.com/wuye/ticket"
)

func mustDesk(p wuye.Policy) *wuye.Desk {
	d, err := wuye.New(calendar.China(), p)
	if err != nil {
		panic(err)
	}
	return d
}

// A table with the columns "created" and "finished": all that it can show is that the work was
// done after twenty minutes. Whether somebody took receipt within fifteen it does not tell.
func ExampleHistory_legacy() {
	opened := time.Date(2026, 9, 21, 9, 0, 0, 0, time.FixedZone("", 8*3600))
	history := []ticket.Event{
		{Ticket: "X1", Seq: 1, Type: ticket.Registered, At: opened, Kind: ticket.Repair, Urgency: ticket.Emergency},
		{Ticket: "X1", Seq: 2, Type: ticket.Completed, At: opened.Add(20 * time.Minute)},
	}
	desk := mustDesk(wuye.Standard().Recording(ticket.Registered, ticket.Completed))
	findings, err := audit.History(desk, history, opened.Add(time.Hour))
	if err != nil {
		fmt.Println(err)
	}
	for _, f := range findings {
		fmt.Println(f.Level.Label(), f.Clause, f.Zh)
	}
	// Output:
	// 不明 HL1-4.1 全部记录都没有填这些栏目：by、caller、has
	// 不明 WY-unanswered 记录里看不出是否按时
	// 不明 HB-2.1d 记录里看不出是否按时
	// 不明 HB-2.2b 记录里看不出是否按时
}

// A stream of tickets, one held at a time: of two, one was told nothing for two hours.
func ExampleHistories() {
	good := story("1", registered("09-21 09:00", ticket.Inquiry), did("09-21 09:10", assistant, ticket.Told, grade(ticket.Satisfied)))
	slow := story("2", registered("09-21 09:00", ticket.Inquiry), did("09-21 09:10", assistant, ticket.Triaged), did("09-21 11:30", assistant, ticket.Told, grade(ticket.Fair)))
	for f, err := range audit.Histories(mustDesk(wuye.Standard()), tickets(good, slow), at("09-22 09:00")) {
		fmt.Println(f.Ticket, f.Clause, f.Late, f.Zh, err)
		fmt.Println(f.Want)
	}
	// Output:
	// 2 HB-2.1e 30m0s 应在2026-09-21 11:00前办到，实际2026-09-21 11:30 <nil>
	// 一般诉求（紧急、投诉、预约除外）自首次联系起2小时内处理，是着手还是办完依所选读法
}

// A desk that records every step, and left two of them: when an emergency was opened and when
// the work was done. Twenty minutes were too many, whoever answered; that nobody sent it out shows too.
func ExampleHistory() {
	opened := time.Date(2026, 9, 21, 9, 0, 0, 0, time.FixedZone("", 8*3600))
	history := []ticket.Event{
		{Ticket: "X1", Seq: 1, Type: ticket.Registered, At: opened, Kind: ticket.Repair, Urgency: ticket.Emergency},
		{Ticket: "X1", Seq: 2, Type: ticket.Completed, At: opened.Add(20 * time.Minute)},
	}
	findings, err := audit.History(mustDesk(wuye.Standard()), history, opened.Add(time.Hour))
	if err != nil {
		fmt.Println(err)
	}
	for _, f := range findings {
		if f.Level == audit.Violation {
			fmt.Println(f.Clause, f.Late, f.Zh)
		}
	}
	// Output:
	// HL2-3.2.3 0s 紧急事件没有启动应急预案
	// WY-unanswered 13m0s 应在2026-09-21 09:07前办到，实际2026-09-21 09:20
	// HB-2.1d 5m0s 应在2026-09-21 09:15前办到，实际2026-09-21 09:20
	// HL1-4.2 0s “完工”之前没有“受理”
	// HL3-3.2 0s “完工”之前没有“派工”
}

// Seven routine slips were finished in September: five are to be drawn, three of them for a
// visit. Nobody drew any.
func ExampleMonth() {
	var all [][]ticket.Event
	for _, id := range []string{"1", "2", "3", "4", "5", "6", "7"} {
		all = append(all, repair(id, "", ""))
	}
	p := wuye.Standard()
	p.Duties = nil // who keeps them elsewhere
	findings, err := audit.Month(mustDesk(p), calendar.MustMonth("2026-09"), wuye.Records{Tickets: tickets(all...)}, at("10-06 09:00"))
	if err != nil {
		fmt.Println(err)
	}
	for _, f := range findings {
		fmt.Println(f.Level, f.Clause, f.Zh)
	}
	// Output:
	// violation TR-4.4a 2026-09完成7单，应抽5单，只抽了0单
	// violation TR-4.4d 2026-09抽样应有3单上门回访，定为上门0单，到期上门0单
}

// Three customers gave a grade, two of them satisfied or better.
func ExampleScorecard() {
	r := wuye.Records{Tickets: tickets(graded("1", ticket.Inquiry, ticket.VerySatisfied), graded("2", ticket.Inquiry, ticket.Satisfied), graded("3", ticket.Inquiry, ticket.Fair))}
	scores, err := audit.Scorecard(mustDesk(wuye.Standard()), calendar.MustMonth("2026-09"), r, at("10-01 09:00"), nil)
	if err != nil {
		fmt.Println(err)
	}
	for _, f := range scores[0].Figures[:2] {
		fmt.Println(f.Clause, f.Name, f.Num, "/", f.Den, f.Target)
	}
	// Output:
	// HB-2.1b 满意度 2 / 3 at least 90 %
	// HB-2.2d 已答复的工单 3 / 3
}

// Two hours to begin, or two hours to finish? The repair begun at 10:00 and finished at 12:00
// is where the two readings part.
func ExampleDivergence() {
	finished, err := wuye.Standard().WithReading("general-two-hours", "finished")
	if err != nil {
		fmt.Println(err)
	}
	a, b := mustDesk(wuye.Standard()), mustDesk(finished)
	slow := story("R1",
		registered("09-21 09:00", ticket.Repair), did("09-21 09:10", assistant, ticket.Triaged),
		did("09-21 09:20", assistant, ticket.Dispatched, to(worker)), did("09-21 10:00", worker, ticket.Started),
		did("09-21 12:00", worker, ticket.Completed), did("09-21 12:10", assistant, ticket.Told))
	for split, err := range audit.Divergence(a, b, calendar.MustMonth("2026-09"), wuye.Records{Tickets: tickets(slow)}, at("10-01 09:00")) {
		fmt.Println(split.Ticket, len(split.A), split.B[0].Clause, split.B[0].Zh, err)
	}
	// Output:
	// R1 0 HB-2.1e 应在2026-09-21 11:00前办到，实际2026-09-21 12:00 <nil>
}

func ExampleLevel_Label() {
	fmt.Println(audit.Violation.Label(), audit.Warning.Label(), audit.Unseen.Label())
	// Output: 违反 提醒 不明
}

func ExampleLevel_Valid() {
	fmt.Println(audit.Unseen.Valid(), audit.Level("fine").Valid())
	// Output: true false
}
