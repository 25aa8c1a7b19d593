package billing_test

import (
	"encoding/json"
	"fmt"
	"time"

	"example.com/wuye/billing"
	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/ticket"
	"github.com/shopspring/decimal"
)

func yuan(s string) decimal.Decimal { return decimal.RequireFromString(s) }

func exampleList() billing.PriceList {
	list, err := billing.NewPriceList(
		billing.Price{Item: "drain", Name: "疏通管道", Unit: "次", Yuan: yuan("80"), From: calendar.MustDate("2026-01-01")},
		billing.Price{Item: "tile", Name: "补瓷砖", Unit: "㎡", Yuan: yuan("42.60"), From: calendar.MustDate("2026-01-01")},
	)
	if err != nil {
		panic(err)
	}
	return list
}

func ExamplePriceList_Quote() {
	q, err := exampleList().Quote(calendar.MustDate("2026-10-09"),
		billing.Line{Item: "drain", Qty: decimal.NewFromInt(1)}, // 1 次 × 80 = 80.00
		billing.Line{Item: "tile", Qty: yuan("2.5")},            // 2.5 ㎡ × 42.60 = 106.50
	)
	fmt.Println(q.Total, q.Total.Capital(), err)
	_, err = exampleList().Quote(calendar.MustDate("2025-12-31"), billing.Line{Item: "drain", Qty: decimal.NewFromInt(1)})
	fmt.Println(err)
	// Output:
	// 186.50 壹佰捌拾陆元伍角 <nil>
	// billing: lines[0].item: not yet: "drain" (SP-2.4.2d)
}

func ExampleNewPriceList() {
	_, err := billing.NewPriceList(billing.Price{Item: "drain", Yuan: yuan("-80"), From: calendar.MustDate("2026-01-01")})
	fmt.Println(err)
	fmt.Println(rule.Zh(err))
	// Output:
	// billing: prices[0].yuan: out of range: "-80" (SP-2.4.2d)
	// prices[0].yuan超出允许范围：-80（SP-2.4.2d）
}

func ExamplePriceList_On() {
	for _, p := range exampleList().On(calendar.MustDate("2026-10-09")) {
		fmt.Println(p.Name, p.Yuan.StringFixed(2), "元/"+p.Unit)
	}
	// Output:
	// 疏通管道 80.00 元/次
	// 补瓷砖 42.60 元/㎡
}

func ExamplePriceList_UnmarshalJSON() {
	var list billing.PriceList
	err := json.Unmarshal([]byte(`[
		{"item": "wall", "name": "墙面修补", "unit": "㎡", "yuan": "35", "materials": "extra", "minimum": "50.00", "from": "2026-01-01"},
		{"item": "putty", "name": "腻子", "unit": "袋", "yuan": "28.50", "materials": "material", "from": "2026-01-01"}
	]`), &list)
	if err != nil {
		panic(err)
	}
	q, err := list.Quote(calendar.MustDate("2026-10-09"),
		billing.Line{Item: "wall", Qty: yuan("1.2")}, // 1.2 ㎡ × 35 = 42.00, at least 50.00
		billing.Line{Item: "putty", Qty: yuan("1")},  // 28.50
	)
	fmt.Println(q.Total, err)
	fmt.Println(json.Unmarshal([]byte(`[{"item": "wall", "yuan": 35}]`), &list))
	// Output:
	// 78.50 <nil>
	// billing: prices[0].yuan: malformed (SP-2.4.2d)
}

func ExampleFenOf() {
	f, err := billing.FenOf(yuan("106.505"))
	fmt.Println(f, int64(f), f.Yuan(), err)
	// Output: 106.51 10651 106.51 <nil>
}

func ExampleFen_Capital() {
	for _, f := range []billing.Fen{18650, 100105, 10000, 5} {
		fmt.Println(f, f.Capital())
	}
	// Output:
	// 186.50 壹佰捌拾陆元伍角
	// 1001.05 壹仟零壹元零伍分
	// 100.00 壹佰元整
	// 0.05 伍分
}

func ExampleParseCapital() {
	for _, s := range []string{"人民币壹佰捌拾陆元伍角整", "壹拾万柒仟元零伍角叁分", "壹佰捌拾陆元"} {
		fmt.Println(billing.ParseCapital(s))
	}
	// Output:
	// 186.50 <nil>
	// 107000.53 <nil>
	// 0.00 billing: amount: malformed: "壹佰捌拾陆元" (SP-2.6.2.1)
}

func ExampleParseEntry() {
	e, err := billing.ParseEntry([]byte(`{"serial":"FW-1","seq":2,"type":"received","amount":"186.50","payment":"cash","ref":"R001"}`))
	fmt.Println(e.Type.Label(), e.Payment.Label(), e.Amount, err)
	_, err = billing.ParseEntry([]byte(`{"serial":"FW-1","amount":186.5}`))
	fmt.Println(err.(*billing.Refusal).Fields)
	// Output:
	// 收款 现金 186.50 <nil>
	// [amount]
}

// at is ten o'clock of a day of 2026, as "10-05".
func at(day string) time.Time { return calendar.MustDate("2026-" + day).Start().Add(10 * time.Hour) }

// entry is a row entered at ten o'clock of the day it is of.
func entry(day, serial string, seq int, typ billing.EntryType, role ticket.Role, more billing.Entry) billing.Entry {
	more.Serial, more.Seq, more.Type, more.At, more.Recorded = serial, seq, typ, at(day), at(day)
	more.By = ticket.Actor{Role: role, ID: string(role) + "-1"}
	return more
}

// log is two special services of October: a drain paid in cash, and tiles for the bank.
func log() []billing.Entry {
	return []billing.Entry{
		entry("10-05", "FW-1", 1, billing.Charged, ticket.Worker, billing.Entry{Ticket: "T-1", Amount: 8000, Payment: billing.Cash}),
		entry("10-05", "FW-1", 2, billing.Received, ticket.Worker, billing.Entry{Amount: 8000, Payment: billing.Cash, Ref: "R001"}),
		entry("10-09", "FW-2", 1, billing.Charged, ticket.Worker, billing.Entry{Ticket: "T-2", Amount: 10650, Payment: billing.Collection}),
	}
}

func ExampleReplay() {
	ledger, err := billing.Replay(log())
	if err != nil {
		panic(err)
	}
	for c, rows := range ledger.All() {
		fmt.Println(c.Serial, c.Month, c.State.Label(), c.Payment.Label(), c.Amount, len(rows))
	}
	c, ok := ledger.Charge("FW-2")
	fmt.Println(c.Ticket, ok)

	// The bank's customer cannot pay at the door unless the charge is switched.
	_, err = billing.Replay(append(log(), entry("10-09", "FW-2", 2, billing.Received, ticket.Worker, billing.Entry{Amount: 10650, Payment: billing.Cash, Ref: "R002"})))
	fmt.Println(err)
	fmt.Println(rule.Zh(err))
	// Output:
	// FW-1 2026-10 收款 现金 80.00 2
	// FW-2 2026-10 签单计费 银行托收 106.50 1
	// T-2 true
	// billing: "FW-2" row 2, received after charged: illegal move (SP-2.6.2.1)
	// 记录FW-2第2行“收款”（现为“签单计费”）此时不能登记（SP-2.6.2.1）
}

func ExampleCharge_Bill() {
	ledger, err := billing.Replay(log())
	if err != nil {
		panic(err)
	}
	c, _ := ledger.Charge("FW-2")
	fmt.Println(c.Bill())
	// Output: 服务及回访记录表序号 FW-2，金额 106.50 元（人民币壹佰零陆元伍角）
}

func ExampleClose() {
	s, err := billing.Close(log(), calendar.MustMonth("2026-10"), time.Time{}, at("10-31"))
	if err != nil {
		panic(err)
	}
	fmt.Println("本月", len(s.New), "笔，已收", s.Received, "未收", s.Open)
	fmt.Println("托收", len(s.Batch), "笔", s.Batched, "元")
	// Output:
	// 本月 2 笔，已收 80.00 未收 106.50
	// 托收 1 笔 106.50 元
}

func ExampleStatement_Reconcile() {
	october, err := billing.Close(log(), calendar.MustMonth("2026-10"), time.Time{}, at("10-31"))
	if err != nil {
		panic(err)
	}
	november, err := billing.Close(log(), calendar.MustMonth("2026-11"), at("10-31"), at("11-30"))
	if err != nil {
		panic(err)
	}
	fmt.Println(november.Reconcile(october))
	november.Carried = nil // somebody loses FW-2
	for _, difference := range november.Reconcile(october) {
		fmt.Println(difference)
	}
	// Output:
	// []
	// SP-2.6.1.4 上期未结，本期不见 FW-2：106.50
	// SP-2.6.1.4 未结合计 106.50，各笔之和 0.00
	// SP-2.6.1.5 托收合计 106.50，各笔之和 0.00
	// SP-2.6.1.5 托收清单与各笔不符
}

func ExampleStatement_Late() {
	// Signed on 30 September, entered on 2 October, when September had been closed.
	late := entry("10-02", "FW-0", 1, billing.Charged, ticket.Worker, billing.Entry{Ticket: "T-0", Amount: 5000, Payment: billing.Collection})
	late.At = at("09-30")
	s, err := billing.Close(append(log(), late), calendar.MustMonth("2026-10"), at("10-01"), at("10-31"))
	if err != nil {
		panic(err)
	}
	fmt.Println(len(s.New), s.Late()[0].Serial, s.Late()[0].Month)
	// Output: 3 FW-0 2026-09
}

func ExampleSeenBefore() {
	fmt.Println(len(billing.SeenBefore(log(), at("10-09")))) // the row of that very instant is not seen
	// Output: 2
}

func ExampleLedger_Charge() {
	ledger, err := billing.Replay(log())
	if err != nil {
		panic(err)
	}
	c, ok := ledger.Charge("FW-1")
	fmt.Println(c.State.Label(), c.Amount, ok)
	// Output: 收款 80.00 true
}

// Every serial with its rows.
func ExampleLedger_All() {
	ledger, err := billing.Replay(log())
	if err != nil {
		panic(err)
	}
	for c, rows := range ledger.All() {
		fmt.Println(c.Serial, rows[0].Type.Label(), len(rows))
	}
	// Output:
	// FW-1 签单计费 2
	// FW-2 签单计费 1
}

func ExampleFen_Yuan() {
	fmt.Println(billing.Fen(10650).Yuan())
	// Output: 106.5
}
