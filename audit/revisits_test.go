package audit_test

import (
	"slices"
	"testing"

	"example.com/wuye"
	"example.com/wuye/billing"
	"example.com/wuye/rule"
	"example.com/wuye/ticket"
)

// Who revisits a complaint, under both readings. It is valid and the head of a department
// settled it, unless said otherwise.
func TestVC_1_6(t *testing.T) {
	tierDesk := desk(t, func(p *wuye.Policy) {
		q, err := p.WithReading("complaint-revisitor", "tier")
		if err != nil {
			t.Fatal(err)
		}
		*p = q
	})
	phone := did("09-21 17:00", assistant, ticket.Revisited, by(ticket.Phone))
	visit := did("09-22 10:00", manager, ticket.Revisited, by(ticket.Visit), grade(ticket.Fair))
	dismissed := did("09-21 17:30", supervisor, ticket.Dismissed, why("不实"))
	raised := []ticket.Event{did("09-21 16:00", assistant, ticket.Escalated, to(supervisor))}
	for _, c := range []struct {
		what    string
		desk    *wuye.Desk
		rows    []ticket.Event
		clause  rule.ID
		finding []string
	}{
		{"valid, the manager came", desk(t), []ticket.Event{phone, visit}, "TR-4.7a", nil},
		{"valid, the assistant phoned", desk(t), []ticket.Event{phone}, "TR-4.7a", []string{"violation 09-22 16:00"}},
		{"dismissed, the assistant phoned", desk(t), []ticket.Event{phone, dismissed}, "TR-4.7a", nil},
		{"dismissed, nobody revisited", desk(t), []ticket.Event{dismissed}, "VC-1.4c", []string{"violation 09-22 16:00"}}, // told once, by the archive that the flow refuses
		{"raised, dismissed, the assistant phoned", desk(t), append(slices.Clone(raised), phone, dismissed), "VC-1.6", []string{"violation 09-22 16:00"}},
		{"raised, dismissed, the supervisor phoned", desk(t), append(slices.Clone(raised), did("09-21 17:00", supervisor, ticket.Revisited, by(ticket.Phone)), dismissed), "VC-1.6", nil},
		{"tier: the assistant phoned", tierDesk, []ticket.Event{phone}, "TR-4.7a", nil},
	} {
		t.Run(c.what, func(t *testing.T) {
			expect(t, judge(t, c.desk, c.clause, "10-20 09:00", minorComplaint(c.rows...)), c.finding...)
		})
	}
}

func TestTR_4_7a(t *testing.T) {
	excused := did("09-22 15:00", supervisor, ticket.Missed, why("三次未联系上"), func(e *ticket.Event) { e.Approver = manager })
	expect(t, judge(t, desk(t), "TR-4.7a", "10-20 09:00", minorComplaint(excused)))
}

func TestTR_4_7b(t *testing.T) {
	visit := did("09-22 10:00", manager, ticket.Revisited, by(ticket.Visit))
	expect(t, judge(t, desk(t), "TR-4.7b", "10-20 09:00", minorComplaint(visit)), "violation 09-22 10:00")
	visit.Grade = ticket.Poor
	expect(t, judge(t, desk(t), "TR-4.7b", "10-20 09:00", minorComplaint(visit)))
}

// routineRepair is finished and revisited by phone.
func routineRepair(revisit ticket.Event, more ...ticket.Event) []ticket.Event {
	rows := append([]ticket.Event{
		registered("09-21 09:00", ticket.Repair), did("09-21 09:10", assistant, ticket.Triaged),
		did("09-21 09:20", assistant, ticket.Dispatched, to(worker)), did("09-21 10:00", worker, ticket.Started),
	}, more...)
	return story("T", append(rows, did("09-21 11:00", worker, ticket.Completed), did("09-21 11:30", assistant, ticket.Told, grade(ticket.Satisfied)), revisit)...)
}

func TestTR_4_5(t *testing.T) {
	expect(t, judge(t, desk(t), "TR-4.5", "09-21 17:00", routineRepair(did("09-21 16:00", assistant, ticket.Revisited, by(ticket.Phone), asked))))
	expect(t, judge(t, desk(t), "TR-4.5", "09-21 17:00", routineRepair(did("09-21 16:00", assistant, ticket.Revisited, by(ticket.Phone), asked, func(e *ticket.Event) { e.Attitude = "" }))), "violation 09-21 16:00")
}

// 宜: a warning, and ten minutes are ten minutes.
func TestTR_4_9_3(t *testing.T) {
	stayed := func(end string) []ticket.Event {
		return routineRepair(did("09-21 16:00", assistant, ticket.Revisited, by(ticket.Visit), asked, until(end)))
	}
	expect(t, judge(t, desk(t), "TR-4.9.3", "09-21 17:00", stayed("09-21 16:10")))
	expect(t, judge(t, desk(t), "TR-4.9.3", "09-21 17:00", stayed("09-21 16:11")), "warning 09-21 16:00")
}

// A helper of the day before rings up himself.
func TestWY_own_work(t *testing.T) {
	revisit := did("09-21 16:00", ticket.Actor{Role: ticket.Assistant, ID: helper.ID}, ticket.Revisited, by(ticket.Phone), asked)
	expect(t, judge(t, desk(t), "WY-own-work", "09-21 17:00", routineRepair(revisit, did("09-21 10:10", worker, ticket.Joined, to(helper)))), "violation 09-21 16:00")
	expect(t, judge(t, desk(t), "WY-own-work", "09-21 17:00", routineRepair(revisit)))
}

func TestSP_2_7_3(t *testing.T) {
	service := func(how ticket.Channel, more ...func(*ticket.Event)) []ticket.Event {
		history, _ := paidService("S1", billing.Cash, "")
		more = append([]func(*ticket.Event){by(how)}, more...)
		return story("S1", append(history, did("09-22 10:00", assistant, ticket.Revisited, more...))...)
	}
	expect(t, judge(t, desk(t), "SP-2.7.3a", "09-22 11:00", service(ticket.Visit)), "violation 09-22 10:00")
	expect(t, judge(t, desk(t), "SP-2.7.3a", "09-22 11:00", service(ticket.Visit, grade(ticket.Fair))))
	expect(t, judge(t, desk(t), "SP-2.7.3b", "09-22 11:00", service(ticket.Phone)), "violation 09-22 10:00")
	expect(t, judge(t, desk(t), "SP-2.7.3b", "09-22 11:00", service(ticket.Phone, why("价格偏高"))))
}

func TestSP_2_7_3a(t *testing.T) { TestSP_2_7_3(t) }
func TestSP_2_7_3b(t *testing.T) { TestSP_2_7_3(t) }

// Three attempts on two days before a customer is given up.
func TestWY_unreachable(t *testing.T) {
	approved := func(e *ticket.Event) { e.Approver = manager }
	excused := func(when string) ticket.Event {
		return did(when, supervisor, ticket.Missed, why("联系不上"), approved)
	}
	first, second := did("09-21 18:00", assistant, ticket.Missed), did("09-21 20:00", assistant, ticket.Missed)
	expect(t, judge(t, desk(t), "WY-unreachable", "10-20 09:00", minorComplaint(first, second, excused("09-22 09:00"))))
	expect(t, judge(t, desk(t), "WY-unreachable", "10-20 09:00", minorComplaint(first, second, excused("09-21 21:00"))), "violation 09-21 21:00")
	expect(t, judge(t, desk(t), "WY-unreachable", "10-20 09:00", minorComplaint(first, excused("09-22 09:00"))), "violation 09-22 09:00")
}

// One departure is told once, by the flow or by the check.
func TestOwnWorkOnce(t *testing.T) {
	rated := did("09-21 16:00", ticket.Actor{Role: ticket.Assistant, ID: worker.ID}, ticket.Rated, grade(ticket.Satisfied))
	expect(t, judge(t, desk(t), "WY-own-work", "09-21 17:00", routineRepair(rated)), "violation 09-21 16:00")
}

// A default rating is nobody's answer.
func TestWY_online_revisit(t *testing.T) {
	online := func(g ticket.Grade) []ticket.Event {
		return routineRepair(did("09-21 16:00", assistant, ticket.Revisited, by(ticket.Online), asked, grade(g)))
	}
	expect(t, judge(t, desk(t), "WY-online-revisit", "09-21 17:00", online(ticket.Satisfied)))
	expect(t, judge(t, desk(t), "WY-online-revisit", "09-21 17:00", online(ticket.NoGrade)), "violation 09-21 16:00")
	expect(t, judge(t, desk(t), "WY-online-revisit", "09-21 17:00", online("")), "violation 09-21 16:00")
}

// The tier that dealt with a complaint, in each way in which one can: the assistant's call is
// then not enough. It is the tier that the flow keeps.
func TestSettledBy(t *testing.T) {
	begin := []ticket.Event{registered("09-21 09:00", ticket.Complaint), did("09-21 09:10", assistant, ticket.Triaged)}
	end := []ticket.Event{did("09-21 12:00", supervisor, ticket.Dismissed, why("不实")), did("09-21 13:00", assistant, ticket.Revisited, by(ticket.Phone)), did("09-21 14:00", assistant, ticket.Archived)}
	dispatched := did("09-21 09:20", assistant, ticket.Dispatched, to(head))
	told := did("09-21 11:00", assistant, ticket.Told)
	for _, c := range []struct {
		what string
		rows []ticket.Event
		tier ticket.Role
	}{
		{"told at once by the supervisor", []ticket.Event{did("09-21 11:00", supervisor, ticket.Told)}, ticket.Supervisor},
		{"told by the supervisor after the head's work", []ticket.Event{dispatched, did("09-21 10:00", head, ticket.Completed), did("09-21 11:00", supervisor, ticket.Told)}, ""},
		{"told at once after it was returned", []ticket.Event{dispatched, did("09-21 10:00", head, ticket.Returned, why("非本部门")), did("09-21 11:00", supervisor, ticket.Told)}, ticket.Supervisor},
		{"escalated by the supervisor", []ticket.Event{did("09-21 10:00", supervisor, ticket.Escalated, to(head)), told}, ticket.Supervisor},
		{"completed by the supervisor", []ticket.Event{dispatched, did("09-21 10:00", supervisor, ticket.Completed), told}, ticket.Supervisor},
		{"told at once by the assistant", []ticket.Event{told}, ticket.Assistant},
	} {
		t.Run(c.what, func(t *testing.T) {
			history := story("T", slices.Concat(begin, c.rows, end)...)
			now, err := ticket.Replay(history)
			if err != nil || now.Tier != c.tier {
				t.Fatalf("the flow keeps %q, %v, want %q", now.Tier, err, c.tier)
			}
			var want []string
			if c.tier.Tier() > ticket.Assistant.Tier() {
				want = []string{"violation 09-21 14:00"}
			}
			expect(t, judge(t, desk(t), "VC-1.6", "10-20 09:00", history), want...)
		})
	}
}

// The second cycle of a complaint is as valid as the first: the manager comes again.
func TestSecondCycleIsValid(t *testing.T) {
	visit := did("09-22 10:00", manager, ticket.Revisited, by(ticket.Visit), grade(ticket.Fair))
	rows := append(minorComplaint(visit), did("09-23 09:00", customer, ticket.Reopened), did("09-23 09:10", assistant, ticket.Told, grade(ticket.Fair)),
		did("09-23 10:00", assistant, ticket.Revisited, by(ticket.Phone)), did("09-23 11:00", assistant, ticket.Archived))
	expect(t, judge(t, desk(t), "TR-4.7a", "10-20 09:00", story("C1", rows...)), "violation 09-23 11:00")
}

// On site, by phone, or the like: each is a revisit, and none of them departs from SP-2.7.2.
func TestSP_2_7_2(t *testing.T) {
	for _, how := range []ticket.Channel{ticket.Visit, ticket.Phone, ticket.Online, ticket.Counter} {
		expect(t, judge(t, desk(t), "", "09-21 17:00", routineRepair(did("09-21 16:00", assistant, ticket.Revisited, by(how), asked))))
	}
	silent := routineRepair(did("09-21 16:00", assistant, ticket.Revisited, asked)) // how, nobody wrote down
	expect(t, judge(t, desk(t), "SP-2.7.2", "09-21 17:00", silent), "warning 09-21 16:00")
}

// Where attempts count, the manager's is a visit that met nobody.
func TestAttemptsCount(t *testing.T) {
	tried := did("09-22 10:00", manager, ticket.Missed, by(ticket.Visit))
	phone := did("09-21 17:00", assistant, ticket.Revisited, by(ticket.Phone))
	expect(t, judge(t, desk(t), "TR-4.7a", "10-20 09:00", minorComplaint(phone, tried)), "violation 09-22 16:00")
	expect(t, judge(t, desk(t, reading(t, "unreachable", "counts")), "TR-4.7a", "10-20 09:00", minorComplaint(phone, tried)))
}
