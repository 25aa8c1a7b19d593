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
	// escalation: [1].from: no step leads to this tier
	// [1].from 升级阶梯设置有误([1].from):没有任何一级通向这一层
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
