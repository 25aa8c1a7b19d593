package escalation_test

import (
	"errors"
	"fmt"
	"time"

	"example.com/wuye/calendar"
	"example.com/wuye/escalation"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

// What the supervisor cannot solve goes to the manager, with a written report.
func Example() {
	step, ok := escalation.Standard().Next(ticket.Supervisor, escalation.Unsolved)
	if ok {
		fmt.Println(step.To.Label(), step.Report, step.Clause)
	}
	// Output: 物业经理 true VC-1.3b
}

func ExampleLadder_Next() {
	step, _ := escalation.Standard().Next(ticket.Assistant, escalation.Unsolved)
	fmt.Println(step.To, "goes on site:", step.Visit, step.Clause)
	_, ok := escalation.Standard().Next(ticket.Manager, escalation.Unsolved)
	fmt.Println(ok)
	// Output:
	// supervisor goes on site: true VC-1.3a
	// false
}

// A site where reports of damage go to the manager at once.
func ExampleStandard() {
	ladder := escalation.Standard()
	for i := range ladder {
		if ladder[i].Cause == escalation.Damage {
			ladder[i].To = ticket.Manager
		}
	}
	step, _ := ladder.Next(ticket.Worker, escalation.Damage)
	fmt.Println(step.To, step.Clause, ladder.Validate())
	// Output: manager SP-2.5.4a <nil>
}

func ExampleLadder_Validate() {
	ladder := escalation.Ladder{
		{From: ticket.Assistant, Cause: escalation.Unsolved, To: ticket.Supervisor, Visit: true, Clause: "VC-1.3a"},
		{From: ticket.Manager, Cause: escalation.Late, To: ticket.Manager, Clause: "WY-breach"}, // who would ever tell him?
	}
	err := ladder.Validate()
	fmt.Println(err)
	if form, ok := errors.AsType[*escalation.FormError](err); ok {
		fmt.Println(form.Path, form.Zh())
	}
	// Output:
	// escalation: [1].from: no step leads to this tier: "manager"
	// [1].from 升级阶梯设置有误（[1].from）：没有任何一级通向这一层："manager"
}

// Nobody takes the repair that came in at 9:00. Emergencies apart, the supervisor is told
// after half an hour and the manager after an hour; then the same is asked again.
func ExampleLadder_Firings() {
	nine := time.Date(2026, 9, 21, 9, 0, 0, 0, time.FixedZone("UTC+8", 8*3600))
	history := []ticket.Event{{
		Ticket: "T1", Seq: 1, Type: ticket.Registered, At: nine, By: ticket.Actor{Role: ticket.Assistant, ID: "A1"},
		Kind: ticket.Repair, Caller: ticket.Owner,
	}}
	asOf := nine.Add(65 * time.Minute)
	verdicts, err := sla.Standard().AppendVerdicts(nil, calendar.China(), history, asOf)
	if err != nil {
		fmt.Println(err)
		return
	}
	due, next := escalation.Standard().Firings(history, verdicts, asOf)
	for _, f := range due {
		fmt.Println(f.Key, f.At.Format("15:04"), f.Step.To.Label())
	}
	fmt.Println("next", next.Format("15:04"))
	// Output:
	// T1/WY-unanswered/1/supervisor/1 09:30 客服主管
	// T1/WY-unanswered/1/manager/2 10:00 物业经理
	// next 10:30
}

func ExampleCause_Label() {
	fmt.Println(escalation.ReworkFailed.Label(), escalation.Unanswered.Label())
	// Output: 返工后仍不满意 无人接手
}

func ExampleCause_Valid() {
	fmt.Println(escalation.Grave.Valid(), escalation.Cause("tired").Valid())
	// Output: true false
}

// The supervisor dealt with it; and the complaint proved valid.
func ExampleRevisitor() {
	who, visit, clause := escalation.Revisitor(ticket.Supervisor, false)
	fmt.Println(who.Label(), visit, clause)
	who, visit, clause = escalation.Revisitor(ticket.Supervisor, true)
	fmt.Println(who.Label(), visit, clause)
	// Output:
	// 客服主管 false VC-1.6
	// 物业经理 true TR-4.7a
}

// The assistant put a complaint to the supervisor, who hands it on to the manager: he has not
// been on site, and there is no report.
func ExampleLadder_Conditions() {
	nine := time.Date(2026, 9, 21, 9, 0, 0, 0, time.FixedZone("UTC+8", 8*3600))
	supervisor := ticket.Actor{Role: ticket.Supervisor, ID: "S1"}
	history := []ticket.Event{
		{Ticket: "T1", Seq: 1, Type: ticket.Registered, At: nine, Kind: ticket.Complaint, Caller: ticket.Owner, By: ticket.Actor{Role: ticket.Assistant, ID: "A1"}},
		{Ticket: "T1", Seq: 2, Type: ticket.Escalated, At: nine.Add(time.Hour), By: ticket.Actor{Role: ticket.Assistant, ID: "A1"}, To: supervisor},
		{Ticket: "T1", Seq: 3, Type: ticket.Escalated, At: nine.Add(3 * time.Hour), By: supervisor, To: ticket.Actor{Role: ticket.Manager, ID: "M1"}},
	}
	asOf := nine.Add(4 * time.Hour)
	for _, c := range escalation.Standard().Conditions(history[:2], asOf) {
		fmt.Println(c.Clause, c.Who.ID, "open:", c.Open(), "broken:", c.Broken(asOf))
	}
	for _, c := range escalation.Standard().Conditions(history, asOf) {
		fmt.Println(c.Clause, c.Who.ID, "open:", c.Open(), "broken:", c.Broken(asOf))
	}
	// Output:
	// VC-1.3a S1 open: true broken: false
	// VC-1.3a S1 open: true broken: true
	// VC-1.3b S1 open: true broken: true
}

func ExampleCondition_Open() {
	fmt.Println(escalation.Condition{Clause: "VC-1.3a"}.Open())
	// Output: true
}

func ExampleCondition_Broken() {
	answered := time.Date(2026, 9, 21, 15, 0, 0, 0, time.FixedZone("UTC+8", 8*3600))
	c := escalation.Condition{Clause: "VC-1.3a", Due: sla.Due{At: answered}}
	fmt.Println(c.Broken(answered.Add(-1)), c.Broken(answered))
	c.Shown = answered.Add(-time.Hour)
	fmt.Println(c.Broken(answered))
	// Output:
	// false true
	// false
}

// A site where the manager is called 管理处经理. The documents' other titles are understood.
func ExampleTitles_Of() {
	titles := append(escalation.Titles{{Role: ticket.Manager, Name: "管理处经理"}}, escalation.StandardTitles()...)
	step, _ := escalation.Standard().Next(ticket.Supervisor, escalation.Unsolved)
	fmt.Println(titles.Of(step.To), titles.Of(ticket.Supervisor))
	// Output: 管理处经理 客服主管
}

func ExampleTitles_Role() {
	fmt.Println(escalation.StandardTitles().Role("客服中心负责人"))
	fmt.Println(escalation.StandardTitles().Role("老板"))
	// Output:
	// supervisor true
	//  false
}

func ExampleTitles_Validate() {
	fmt.Println(escalation.Titles{{Role: ticket.Finance, Name: "财务"}}.Validate())
	// Output: escalation: [0].role: not a role of the ladder: "finance"
}

func ExampleStandardTitles() {
	for _, t := range escalation.StandardTitles() {
		if t.Role == ticket.Manager {
			fmt.Println(t.Name)
		}
	}
	// Output:
	// 物业经理
	// 经理
	// 管理处经理
	// 服务中心经理
}

// What a message says.
func ExampleFiring_Zh() {
	f := escalation.Firing{Ticket: "T1", For: "QI-3.6a", Step: escalation.Step{From: ticket.Assistant, Cause: escalation.Late, To: ticket.Supervisor, Clause: "WY-breach"}}
	fmt.Println(f.Zh())
	f = escalation.Firing{Ticket: "T2", Step: escalation.Step{From: ticket.Assistant, Cause: escalation.Unsolved, To: ticket.Supervisor, Visit: true, Clause: "VC-1.3a"}}
	fmt.Println(f.Zh())
	// Output:
	// 工单 T1：QI-3.6a已超时（当场没解决的投诉，自首次联系起2小时内告诉客户进展，解决与否都要告知；没联系上的不算），请客服主管接手（依据 WY-breach）
	// 工单 T2：无法解决，请客服主管上门处理（依据 VC-1.3a）
}
