package audit_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/wuye"
	"example.com/wuye/audit"
	"example.com/wuye/billing"
	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/ticket"
)

// daily delays the work by days, with a look at the ticket on each of them.
func daily(days int) func([]ticket.Event) []ticket.Event {
	return func(rows []ticket.Event) []ticket.Event {
		i := slices.IndexFunc(rows, func(e ticket.Event) bool { return e.Type == ticket.Started })
		begun := rows[i].At
		rows = delay(ticket.Completed, time.Duration(days)*24*time.Hour)(rows)
		var looks []ticket.Event
		for day := 1; day <= days; day++ {
			look := row(assistant, ticket.Informed)
			look.At, look.Recorded = begun.AddDate(0, 0, day), begun.AddDate(0, 0, day)
			looks = append(looks, look)
		}
		return slices.Insert(rows, i+1, looks...)
	}
}

func blind(t *testing.T, types ...ticket.EventType) *wuye.Desk {
	return desk(t, func(p *wuye.Policy) { p.SLA.Unrecorded = types })
}

// A point raised in a revisit on Monday: promised or answered by Monday, 24:00, and answered in
// September, or by the day in October that was promised.
func TestVC_4_1a(t *testing.T) {
	point := func(rows ...ticket.Event) []ticket.Event {
		return story("T2", append([]ticket.Event{registered("09-21 09:00", ticket.Inquiry, ref("T1")), did("09-21 09:05", assistant, ticket.Triaged)}, rows...)...)
	}
	promised := func(when, to string) ticket.Event { return did(when, assistant, ticket.Promised, until(to)) }
	told := func(when string) ticket.Event { return did(when, assistant, ticket.Told, grade(ticket.Fair)) }
	for _, c := range []struct {
		asOf    string
		history []ticket.Event
		want    []string
	}{
		{"09-21 23:59", point(), nil}, // the day is not over
		{"09-22 00:00", point(), []string{"violation 09-22 00:00"}},
		{"09-22 09:00", point(promised("09-21 23:59", "09-25 17:00")), nil},
		{"09-22 09:00", point(told("09-21 23:59")), nil},
		{"09-22 09:00", point(told("09-22 00:00")), []string{"violation 09-22 00:00"}},
		{"09-22 09:00", point(did("09-21 17:00", customer, ticket.Withdrawn)), nil},
	} {
		expect(t, judge(t, desk(t), "VC-4.1a", c.asOf, c.history), c.want...)
	}
	expect(t, judge(t, blind(t, ticket.Promised), "VC-4.1a", "09-22 09:00", point()))
	alone := point()
	alone[0].Ref = "" // raised in no revisit
	expect(t, judge(t, desk(t), "VC-4.1a", "09-22 09:00", alone))

	soon, late := promised("09-21 10:00", "09-25 17:00"), promised("09-21 10:00", "10-05 17:00")
	moved := did("09-24 10:00", assistant, ticket.Extended, until("10-05 17:00"), why("配件"), func(e *ticket.Event) { e.Approver = supervisor })
	hands := moved
	hands.To = worker // the worker's limit, not the customer's
	for _, c := range []struct {
		asOf    string
		history []ticket.Event
		want    []string
	}{
		{"09-30 23:59", point(soon), nil},
		{"10-01 00:00", point(soon), []string{"violation 10-01 00:00"}},
		{"10-20 09:00", point(soon, told("09-30 23:59")), nil},
		{"10-20 09:00", point(soon, told("10-01 00:00")), []string{"violation 10-01 00:00"}},
		{"10-05 17:00", point(late), nil},
		{"10-20 09:00", point(late, told("10-05 17:00")), nil},
		{"10-20 09:00", point(late), []string{"violation 10-05 17:00"}},
		{"10-02 09:00", point(soon, moved), nil},
		{"10-02 09:00", point(soon, hands), []string{"violation 10-01 00:00"}},
	} {
		expect(t, judge(t, desk(t), "TR-5.0b", c.asOf, c.history), c.want...)
	}
	expect(t, judge(t, blind(t, ticket.Told), "TR-5.0b", "10-20 09:00", point(soon)))
}

// Transferred in by 12345. That the sender waits is found when the file is closed.
func TestWY_inbound(t *testing.T) {
	inbound := func(number string, rows ...ticket.Event) []ticket.Event {
		return story("T", append([]ticket.Event{registered("09-21 09:00", ticket.Inquiry, by(ticket.Inbound), ref(number))}, rows...)...)
	}
	owner := did("09-21 09:10", assistant, ticket.Told, grade(ticket.Fair))
	sender := did("09-21 09:20", assistant, ticket.Told, to(authority), grade(ticket.Fair))
	closed := did("09-21 10:00", assistant, ticket.Archived)
	say := func(d *wuye.Desk, h []ticket.Event) []string { return sentences(t, d, "WY-inbound", "09-25 09:00", h) }
	expect(t, say(desk(t), inbound("N1", owner, sender, closed)))
	expect(t, say(desk(t), inbound("", owner, sender, closed)), "转办单没有记下对方编号")
	expect(t, say(desk(t), inbound("N1", owner, closed)), "归档前没有答复转办单位")
	expect(t, say(desk(t), inbound("N1", sender, closed)), "归档前没有答复业主")
	expect(t, say(desk(t), inbound("N1", sender)))
	expect(t, say(blind(t, ticket.Told), inbound("N1", owner, closed)))
	nobody := inbound("N1", sender, closed)
	nobody[0].Caller, nobody[0].Reason = ticket.Anonymous, "不愿留名"
	expect(t, say(desk(t), nobody))
	phoned := inbound("", owner, closed)
	phoned[0].Channel = ticket.Phone
	expect(t, say(desk(t), phoned))
}

// The special service of the walk: what was left out is found under its own clause, unless the
// site cannot record it; and nothing is asked of one that drew nothing, or was not done.
func TestSkippedEvidence(t *testing.T) {
	walk := func() []ticket.Event { return live("supplied", "S", monday, 100) }
	expect(t, judge(t, desk(t), "", "06-01 09:00", walk()))
	for _, c := range []struct {
		what   ticket.EventType
		clause rule.ID
		when   string
	}{
		{ticket.Inspected, "SP-2.4.2c", "violation 03-02 13:58"},
		{ticket.Issued, "SP-2.4.3", "violation 03-02 15:25"},
		{ticket.WrittenOff, "SP-2.6.1.1a", "violation 03-03 09:10"},
		{ticket.GivenBack, "SP-2.6.1.1b", "violation 03-03 09:10"},
	} {
		expect(t, judge(t, desk(t), c.clause, "06-01 09:00", story("S", drop(c.what)(walk())...)), c.when)
		expect(t, judge(t, blind(t, c.what), "", "06-01 09:00", story("S", drop(c.what)(walk())...)))
	}
	expect(t, judge(t, desk(t), "", "06-01 09:00", story("S", drop(ticket.Issued, ticket.GivenBack)(walk())...))) // nothing was needed
	open := story("S", drop(ticket.WrittenOff, ticket.GivenBack, ticket.Archived)(walk())...)
	expect(t, judge(t, desk(t), "", "06-01 09:00", open)) // both may still come
	after := append(open, row(assistant, ticket.Archived), row(assistant, ticket.WrittenOff), row(worker, ticket.GivenBack))
	for i := len(open); i < len(after); i++ {
		after[i].At = open[len(open)-1].At.Add(time.Minute)
	}
	expect(t, judge(t, desk(t), "", "06-01 09:00", story("S", after...))) // as they may in a closed file
	routine := story("S", drop(ticket.Inspected, ticket.WrittenOff)(walk())...)
	routine[0].Nature = ticket.Commercial
	for _, id := range []rule.ID{"SP-2.4.2c", "SP-2.6.1.1a"} {
		expect(t, judge(t, desk(t), id, "06-01 09:00", routine))
	}
}

func TestSP_2_4_2c(t *testing.T)   { TestSkippedEvidence(t) }
func TestSP_2_4_3(t *testing.T)    { TestSkippedEvidence(t) }
func TestSP_2_6_1_1a(t *testing.T) { TestSkippedEvidence(t) }
func TestSP_2_6_1_1b(t *testing.T) { TestSkippedEvidence(t) }

// A record of September is with finance, and cash is taken, by 5 October, 24:00, when the records
// are collated.
func TestSP_2_6_1_1c(t *testing.T) {
	r := func(means billing.Payment, more ...billing.Entry) wuye.Records {
		history, entries := paidService("S1", means, "09-25 10:00")
		return wuye.Records{Tickets: tickets(history), Money: money("S1", append(entries, more...)...)}
	}
	received := billing.Entry{Type: billing.Received, At: at("09-21 15:12"), By: worker, Amount: 8000, Payment: billing.Cash, Ref: "1"}
	handed := func(when string) billing.Entry {
		return billing.Entry{Type: billing.HandedIn, At: at(when), By: worker}
	}
	waived := billing.Entry{Type: billing.Waived, At: at("09-22 10:00"), By: assistant, Approver: manager, Reason: "质量问题"}
	for _, c := range []struct {
		clause rule.ID
		asOf   string
		r      wuye.Records
		want   []string
	}{
		{"SP-2.6.1.1c", "10-20 09:00", r(billing.Cash, received, handed("10-05 23:59")), nil},
		{"SP-2.6.1.1c", "10-20 09:00", r(billing.Cash, received, handed("10-06 00:00")), []string{"S1 10-06 00:00"}},
		{"SP-2.6.1.1c", "10-20 09:00", r(billing.Collection), []string{"S1 10-06 00:00"}}, // binds the bank's too
		{"SP-2.6.1.1c", "10-05 23:59", r(billing.Cash), nil},
		{"SP-2.6.2.1", "10-20 09:00", r(billing.Cash, received), nil},
		{"SP-2.6.2.1", "10-20 09:00", r(billing.Cash), []string{"S1 10-06 00:00"}},
		{"SP-2.6.2.1", "10-05 23:59", r(billing.Cash), nil},
		{"SP-2.6.2.1", "10-20 09:00", r(billing.Cash, waived), nil},
		{"SP-2.6.2.1", "10-20 09:00", r(billing.Collection), nil},
		{"SP-2.6.1.3", "10-20 09:00", r(billing.Cash, received), []string{"S1 10-06 00:00"}}, // nor was it collated
	} {
		expect(t, month(t, desk(t), c.clause, c.asOf, c.r), c.want...)
	}
}

func TestSP_2_6_2_1(t *testing.T) { TestSP_2_6_1_1c(t) }

// Withdrawn at 09:30, entered after it was taken on at 10:00: the flow goes on, its clocks have
// lapsed, and the audit still asks who looks after it. Entered in time, it is over.
func TestLateEndLeavesItOpen(t *testing.T) {
	for what, by := range map[ticket.EventType]ticket.Actor{ticket.Withdrawn: customer, ticket.Merged: assistant, ticket.Told: assistant} {
		end := did("09-21 09:30", by, what, ref("T9"))
		end.Recorded = at("09-21 10:30")
		late := story("T", registered("09-21 09:00", ticket.Complaint), did("09-21 10:00", assistant, ticket.Triaged), end)
		if now, err := ticket.Replay(late); err != nil || now.State != ticket.Accepted {
			t.Fatal(now.State, err)
		}
		expect(t, judge(t, desk(t), "HL2-4.3", "09-25 09:00", late), "warning 09-23 00:00")
		late[2].At = at("09-21 10:30")
		expect(t, judge(t, desk(t), "HL2-4.3", "09-25 09:00", late))
	}
}

// A ticket of before the first policy, signed for under it: the month's end draws it, and so the
// month is judged, not refused. It was revisited, or was not.
func TestMonthWithOlderTicket(t *testing.T) {
	d := desk(t, func(p *wuye.Policy) { p.From = calendar.MustDate("2026-09-21") })
	r := func(revisited string) wuye.Records {
		history, entries := paidService("S1", billing.Cash, revisited)
		history[0].At, history[0].Recorded = at("09-20 09:00"), at("09-20 09:00")
		return wuye.Records{Tickets: tickets(history), Money: entries}
	}
	end, err := d.MonthEnd(september, r(""), "key", at("10-20 09:00"))
	if err != nil || !slices.Equal(end.Drawn.Cash, []string{"S1"}) {
		t.Fatal(end.Drawn, err)
	}
	for _, revisited := range []string{"", "09-25 10:00", "10-11 00:00"} {
		var want []string
		if revisited != "09-25 10:00" {
			want = []string{" 10-11 00:00"}
		}
		expect(t, month(t, d, "SP-2.7.1b", "10-20 09:00", r(revisited)), want...)
	}
}

// Two repairs sent to one worker in order: he begins with the one reported first.
func TestBegunInOrder(t *testing.T) {
	at := func(id, reported, sent, begun string, more ...ticket.Event) []ticket.Event {
		rows := append([]ticket.Event{registered(reported, ticket.Repair), did(reported, assistant, ticket.Triaged), did(sent, assistant, ticket.Dispatched, to(worker))}, more...)
		if begun != "" {
			rows = append(rows, did(begun, worker, ticket.Started))
		}
		return story(id, rows...)
	}
	second := at("R2", "09-21 09:10", "09-21 09:30", "09-21 10:00")
	wait := did("09-21 09:50", worker, ticket.Held, func(e *ticket.Event) { e.Hold = ticket.WaitingCustomer })
	other := did("09-21 09:40", assistant, ticket.Dispatched, to(helper), why("换人"))
	for _, c := range []struct {
		what  string
		first []ticket.Event
		want  []string
	}{
		{"in order", at("R1", "09-21 09:00", "09-21 09:20", "09-21 09:59"), nil},
		{"together", at("R1", "09-21 09:00", "09-21 09:20", "09-21 10:00"), nil},
		{"overtaken", at("R1", "09-21 09:00", "09-21 09:20", "09-21 10:01"), []string{"R1 09-21 10:00"}},
		{"overtaken and never begun", at("R1", "09-21 09:00", "09-21 09:20", ""), []string{"R1 09-21 10:00"}},
		{"the customer was waited for", at("R1", "09-21 09:00", "09-21 09:20", "09-21 10:01", wait), nil},
		{"another's by then", at("R1", "09-21 09:00", "09-21 09:20", "09-21 10:01", other), nil},
		{"overtaken at the desk, told once", at("R1", "09-21 09:00", "09-21 09:31", "09-21 10:01"), []string{"R1 09-21 09:30"}},
		{"receipts the other way round", at("R1", "09-21 09:00", "09-21 09:20", "09-21 09:59", did("09-21 09:58", worker, ticket.Acknowledged)), nil},
	} {
		t.Run(c.what, func(t *testing.T) {
			expect(t, month(t, desk(t), "HB-2.1h", "10-20 09:00", wuye.Records{Tickets: tickets(c.first, second)}), c.want...)
			expect(t, month(t, blind(t, ticket.Dispatched), "HB-2.1h", "10-20 09:00", wuye.Records{Tickets: tickets(c.first, second)}))
		})
	}
	findings, err := audit.Month(desk(t), september, wuye.Records{Tickets: tickets(at("R1", "09-21 09:00", "09-21 09:20", "09-21 10:01"), second)}, time.Date(2026, 10, 20, 1, 0, 0, 0, time.UTC))
	i := slices.IndexFunc(findings, func(f audit.Finding) bool { return f.Clause == "HB-2.1h" })
	if err != nil || i < 0 || findings[i].By != worker || findings[i].Late != time.Minute || !strings.Contains(fmt.Sprint(findings[i].Zh), "R2先动工") {
		t.Error(findings, err)
	}
}
