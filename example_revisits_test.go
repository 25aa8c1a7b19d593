package wuye_test

import (
	"fmt"
	"slices"

	"example.com/wuye"
	"example.com/wuye/billing"
	"example.com/wuye/calendar"
	"example.com/wuye/ticket"
)

// An urgent repair that the customer pays for: the emergency is revisited that day, the paid
// service by the 10th of the next month, and one call serves both. A complaint that the
// supervisor settled, and the manager dismissed: the supervisor calls, not the desk.
func ExampleDesk_Revisits() {
	desk, err := wuye.New(calendar.China(), wuye.Standard())
	if err != nil {
		fmt.Println(err)
		return
	}
	urgent := with(special("S1", "2026-10-14"), func(e *ticket.Event) { e.Kind, e.Urgency = ticket.Repair, ticket.Emergency })
	settled := dismissed(bySupervisor("C1", "2026-10-14"), "2026-10-14 16:00")
	for _, history := range [][]ticket.Event{urgent, settled} {
		all, err := desk.Revisits(history, nil, at("2026-10-14 18:00"))
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, r := range all {
			fmt.Println(r.Ticket, r.Clauses, r.Who.Label(), "上门", r.Visit, r.Due.At.Format("2006-01-02 15:04"), r.Owed())
		}
	}
	// Output:
	// S1 [TR-4.8] 客服助理 上门 false 2026-10-15 00:00 true
	// S1 [SP-2.7.1b] 客服助理 上门 false 2026-11-11 00:00 true
	// C1 [VC-1.6] 客服主管 上门 false 2026-10-15 00:00 true
}

func ExampleTogether() {
	desk, err := wuye.New(calendar.China(), wuye.Standard())
	if err != nil {
		fmt.Println(err)
		return
	}
	urgent := with(special("S1", "2026-10-14"), func(e *ticket.Event) { e.Kind, e.Urgency = ticket.Repair, ticket.Emergency })
	for _, history := range [][]ticket.Event{urgent, and(urgent, met(assistant, ticket.Phone, "2026-10-14 17:30"))} {
		all, err := desk.Revisits(history, nil, at("2026-10-14 18:00"))
		one, ok := wuye.Together(all)
		fmt.Println(ok, one.Clauses, one.Due.At.Format("2006-01-02 15:04"), err)
	}
	// Output:
	// true [TR-4.8 SP-2.7.1b] 2026-10-15 00:00 <nil>
	// false [] 0001-01-01 00:00 <nil>
}

// Row is the row that made it: there stand the three questions, the grade and the opinion.
func ExampleRevisit_Owed() {
	desk, err := wuye.New(calendar.China(), wuye.Standard())
	if err != nil {
		fmt.Println(err)
		return
	}
	history := and(special("S1", "2026-10-14"), met(assistant, ticket.Phone, "2026-10-15 10:00", graded(ticket.Satisfied)))
	all, err := desk.Revisits(history, charge("S1", "2026-10-14", billing.Cash, ""), at("2026-10-16 09:00"))
	if err != nil {
		fmt.Println(err)
		return
	}
	r := all[0]
	fmt.Println(r.Owed(), r.Done.Format("2006-01-02 15:04"), history[r.Row-1].By.ID, history[r.Row-1].Grade.Label())
	// Output: false 2026-10-15 10:00 A01 满意
}

// A desk with a million open tickets: nothing is held but the ticket that goes by.
func ExampleDesk_Items() {
	policy := wuye.Standard()
	policy.From = calendar.MustDate("2026-10-01")
	desk, err := wuye.New(calendar.China(), policy)
	if err != nil {
		fmt.Println(err)
		return
	}
	records := records(special("S1", "2026-10-14")[:4], slip("T1", "2026-10-14")[:2])
	for item, err := range desk.Items(records, at("2026-10-14 14:30")) {
		if err != nil {
			fmt.Println(err)
			return
		}
		if item.Late {
			fmt.Println(item.Ticket, item.Clause, item.Who.Role.Label(), item.Who.ID, item.Due.At.Format("01-02 15:04"))
		}
	}
	// Output:
	// S1 SP-2.4.2b 服务人员 W07 10-14 14:00
	// T1 HB-2.1e 客服助理  10-14 11:00
	//  VC-1.8 客服助理  10-12 00:00
	//  VC-1.9 客服助理  10-12 00:00
}

// What worker W07 has to do; and what the supervisors have.
func ExampleItem_For() {
	desk, err := wuye.New(calendar.China(), wuye.Standard())
	if err != nil {
		fmt.Println(err)
		return
	}
	items, err := desk.Agenda(records(special("S1", "2026-10-14")[:4], special("S2", "2026-10-14")[:4]), at("2026-10-14 13:00"))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, i := range items {
		if i.For(worker) {
			fmt.Println(i.Ticket, i.Clause, i.Due.At.Format("15:04"))
		}
	}
	fmt.Println(slices.ContainsFunc(items, func(i wuye.Item) bool { return i.For(ticket.Actor{Role: ticket.Supervisor}) && i.Clause == "QI-A.3a" }))
	// Output:
	// S1 SP-2.4.2b 14:00
	// S2 SP-2.4.2b 14:00
	// true
}

// The shift log at 20:00, for the shift that ends at 08:00: of the day's complaint the
// progress must be told and handed over; the fit-out is due only next week.
func ExampleHandover() {
	desk, err := wuye.New(calendar.China(), wuye.Standard())
	if err != nil {
		fmt.Println(err)
		return
	}
	fitOut := with(slip("F1", "2026-10-14"), func(e *ticket.Event) { e.Kind = ticket.FitOut })
	items, err := desk.Agenda(records(complaint("C1", "2026-10-14")[:6], fitOut), at("2026-10-14 20:00"))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, i := range wuye.Handover(items, at("2026-10-15 08:00")) {
		fmt.Println(i.Ticket, i.Clause, i.Due.At.Format("01-02 15:04"), i.Late)
	}
	// Output:
	// C1 QI-3.5t 10-14 17:00 true
	// C1 VC-1.5a 10-15 00:00 false
	// C1 VC-1.5b 10-15 00:00 false
}

// Ten services collected by the bank, eight to be revisited by the 10th; seven were, one of
// them a day late.
func ExampleQuota_Lacks() {
	q := wuye.Quota{Clause: "SP-2.7.1c", All: 10, Need: 8, Done: 7, Late: 1}
	fmt.Println(q.Lacks())
	// Output: 2
}
