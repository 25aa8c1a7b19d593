package rule_test

import (
	"errors"
	"fmt"

	"example.com/wuye/rule"
)

func ExampleID_Zh() {
	fmt.Println(rule.ID("TR-4.4a").Zh())
	fmt.Println(rule.ID("VC-1.3").Zh()) // a bare number: all its letters
	// Output:
	// 派工单20张以下：回访5张
	// 客服助理解决不了的，及时交客服主管，由主管上门；客服主管也解决不了的，写成书面报告交物业经理
}

func ExampleID_En() {
	fmt.Println(rule.ID("TR-4.4c").En())
	// Output: 50 dispatch slips or more: 20 are revisited
}

func ExampleLookup() {
	c, ok := rule.Lookup("TR-4.9.3")
	fmt.Println(ok, c.Document, c.Section, c.How, c.Force, c.Zh)

	_, ok = rule.Lookup("TR-4.4") // four clauses, none of this name
	fmt.Println(ok)
	// Output:
	// true TR 4.9.3 [audit] should 上门回访谈十分钟左右比较合适
	// false
}

func ExampleUnder() {
	for _, c := range rule.Under("QI-3.7") {
		fmt.Println(c.ID, c.How[0].Label(), c.En)
	}
	// Output:
	// QI-3.7a 时限 A minor complaint is solved within 1 working day of the first contact, the result told and the customer's opinion asked
	// QI-3.7b 升级 An important or major complaint goes to the superior at once, who coordinates
	// QI-3.7c 升级 The recipient of an important or major complaint follows it and keeps the customer told
}

func ExampleClauses() {
	count := map[rule.How]int{}
	for _, c := range rule.Clauses() {
		for _, h := range c.How {
			count[h]++
		}
	}
	fmt.Println(len(rule.Clauses()), "clauses,", count[rule.Clock], "with a clock,", count[rule.Note], "not modelled")
	// Output: 240 clauses, 35 with a clock, 63 not modelled
}

func ExampleDocuments() {
	for _, d := range rule.Documents() {
		if d.Code[0] == 'H' {
			fmt.Println(d.Code, d.Title)
		}
	}
	// Output:
	// HB 物业公司客户服务与投诉处理手册
	// HL1 物业服务热线管理制度（第1篇）
	// HL2 物业服务热线管理制度（第2篇）
	// HL3 物业服务热线管理制度（第3篇）
}

func ExampleDecisions() {
	for _, d := range rule.Decisions() {
		if d.Clauses[0] == "TR-5.0a" {
			fmt.Printf("%v %s（%s）\n%s: %s\n", d.Clauses, d.Zh, d.WhyZh, d.En, d.WhyEn)
		}
	}
	// Output:
	// [TR-5.0a] TR-5.0a的第二天是自然日（原文没有写工作日，前台每天都有人）
	// The next day of TR-5.0a is a natural day: the text does not say working day, and the desk works daily
}

func ExampleRecords() {
	for _, r := range rule.Records()[:3] {
		fmt.Println(r.Zh, r.Clauses, r.Is)
	}
	// Output:
	// 投诉记录表 [VC-1.1] ticket.Registered
	// 书面报告 [VC-1.3b] ticket.Reported
	// 交接班记录 [VC-1.5b] ticket.HandedOver
}

func ExampleHow_Label() {
	fmt.Println(rule.Clock.Label(), rule.Clock.Valid(), rule.How("clocks").Valid())
	// Output: 时限 true false
}

func ExampleForce_Label() {
	fmt.Println(rule.Must.Label(), rule.Should.Label(), rule.May.Label())
	// Output: 必须 宜 可以
}

// refusal stands for any error of this module.
type refusal struct{}

func (refusal) Error() string { return "ticket: started before the fee was agreed" }
func (refusal) Zh() string    { return "费用谈定之前不能动工" }

func ExampleZh() {
	err := fmt.Errorf("ticket T1: %w", refusal{})
	fmt.Println(rule.Zh(err))
	fmt.Println(rule.Zh(errors.New("connection reset")) == "") // not ours
	// Output:
	// 费用谈定之前不能动工
	// true
}
