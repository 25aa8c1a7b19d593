package audit_test

import (
	"strings"
	"testing"
	"time"

	"example.com/wuye"
	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/ticket"
)

// TestClean: a desk that keeps the rules has no finding.
func TestClean(t *testing.T) {
	history := minorComplaint(
		did("09-21 17:00", assistant, ticket.Revisited, by(ticket.Phone)),
		did("09-22 10:00", manager, ticket.Revisited, by(ticket.Visit), grade(ticket.Satisfied), until("09-22 10:10")))
	expect(t, judge(t, desk(t), "", "10-20 09:00", history))
}

func TestHB_2_2c(t *testing.T) {
	told := func(more ...func(*ticket.Event)) []ticket.Event {
		return story("T", registered("09-21 09:00", ticket.Inquiry), did("09-21 09:10", assistant, ticket.Told, more...), did("09-21 09:20", assistant, ticket.Archived))
	}
	expect(t, judge(t, desk(t), "HB-2.2c", "09-21 10:00", told()), "violation 09-21 09:20")
	expect(t, judge(t, desk(t), "HB-2.2c", "09-21 10:00", told(grade(ticket.NoGrade)))) // asked and not answered is asked
	// A site that cannot record ratings is not judged.
	blind := desk(t, func(p *wuye.Policy) { p.SLA.Unrecorded = []ticket.EventType{ticket.Rated} })
	expect(t, judge(t, blind, "HB-2.2c", "09-21 10:00", told()))
}

// Looked at every day: the day after a row ends at 24:00, and until then another row is due.
func TestHL1_4_3(t *testing.T) {
	open := func(next string) []ticket.Event {
		return story("T", registered("09-21 09:00", ticket.Repair), did(next, assistant, ticket.Triaged))
	}
	expect(t, judge(t, desk(t), "HL1-4.3", "09-22 23:59", open("09-22 23:59")))
	expect(t, judge(t, desk(t), "HL1-4.3", "09-23 00:00", open("09-23 00:00")), "warning 09-23 00:00")
	// Still open: the gap runs on. Answered: nothing is owed.
	expect(t, judge(t, desk(t), "HL1-4.3", "09-24 09:00", open("09-22 09:00")), "warning 09-24 00:00")
	answered := story("T", registered("09-21 09:00", ticket.Inquiry), did("09-21 09:10", assistant, ticket.Told))
	expect(t, judge(t, desk(t), "HL1-4.3", "10-24 09:00", answered))
}

func TestHL2_3_2_3(t *testing.T) {
	emergency := func(more ...ticket.Event) []ticket.Event {
		return story("T", append([]ticket.Event{registered("09-21 22:00", ticket.Repair, urgent), did("09-21 22:01", assistant, ticket.Triaged)}, more...)...)
	}
	plan := did("09-21 22:05", assistant, ticket.PlanStarted)
	expect(t, judge(t, desk(t), "HL2-3.2.3", "09-25 09:00", emergency(plan)))
	expect(t, judge(t, desk(t), "HL2-3.2.3", "09-21 23:00", emergency())) // the day is not over
	expect(t, judge(t, desk(t), "HL2-3.2.3", "09-22 00:00", emergency()), "violation 09-21 22:00")
	expect(t, judge(t, desk(t), "HL2-3.2.3", "09-25 09:00", emergency(did("09-22 00:00", assistant, ticket.PlanStarted))), "violation 09-22 00:00")
}

func TestHL2_4_1(t *testing.T) {
	forwarded := func(before ...ticket.Event) []ticket.Event {
		rows := append([]ticket.Event{registered("09-21 09:00", ticket.Complaint), did("09-21 09:10", assistant, ticket.Triaged)}, before...)
		return story("T", append(rows, did("09-21 09:20", assistant, ticket.Dispatched, to(head), until("09-21 18:00")))...)
	}
	promise := did("09-21 09:15", assistant, ticket.Promised, until("09-21 17:00"))
	expect(t, judge(t, desk(t), "HL2-4.1", "09-21 09:30", forwarded()), "violation 09-21 09:20")
	expect(t, judge(t, desk(t), "HL2-4.1", "09-21 09:30", forwarded(promise)))
}

// The department's limit is 18:00: the owner was told 17:00, or 18:00.
func TestHL2_4_2(t *testing.T) {
	forwarded := func(promised string) []ticket.Event {
		return story("T", registered("09-21 09:00", ticket.Complaint), did("09-21 09:10", assistant, ticket.Triaged),
			did("09-21 09:15", assistant, ticket.Promised, until(promised)), did("09-21 09:20", assistant, ticket.Dispatched, to(head), until("09-21 18:00")))
	}
	expect(t, judge(t, desk(t), "HL2-4.2", "09-21 09:30", forwarded("09-21 17:00")), "violation 09-21 09:20")
	expect(t, judge(t, desk(t), "HL2-4.2", "09-21 09:30", forwarded("09-21 18:00")))
}

func TestSP_2_3c(t *testing.T) {
	service := func(rows ...ticket.Event) []ticket.Event {
		return story("T", append([]ticket.Event{registered("09-21 09:00", ticket.Service, special, until("09-21 14:00")), did("09-21 09:05", assistant, ticket.Triaged),
			did("09-21 09:10", assistant, ticket.Dispatched, to(worker))}, rows...)...)
	}
	arrived := func(when string) ticket.Event { return did(when, worker, ticket.Arrived) }
	moved := func(when, to string) ticket.Event { return did(when, assistant, ticket.Rescheduled, until(to)) }
	expect(t, judge(t, desk(t), "SP-2.3c", "09-22 09:00", service(arrived("09-21 14:00"))))
	expect(t, judge(t, desk(t), "SP-2.3c", "09-22 09:00", service(arrived("09-21 14:01"))), "violation 09-21 14:00")
	expect(t, judge(t, desk(t), "SP-2.3c", "09-22 09:00", service(moved("09-21 13:00", "09-21 16:00"), arrived("09-21 15:00"))))
	expect(t, judge(t, desk(t), "SP-2.3c", "09-22 09:00", service(moved("09-21 14:30", "09-21 16:00"), arrived("09-21 15:00"))), "violation 09-21 14:00")
	expect(t, judge(t, desk(t), "SP-2.3c", "09-22 09:00", service(moved("09-21 14:30", "09-22 16:00"))), "violation 09-21 14:00")
}

func TestSP_2_4_2a(t *testing.T) {
	service := func(rows ...ticket.Event) []ticket.Event {
		rows = append([]ticket.Event{registered("09-21 09:00", ticket.Service, special, until("09-21 14:00")), did("09-21 09:05", assistant, ticket.Triaged),
			did("09-21 09:10", assistant, ticket.Dispatched, to(worker))}, rows...)
		return story("T", append(rows, did("09-21 13:55", worker, ticket.Agreed, ref("Q1")), did("09-21 14:00", worker, ticket.Started, ref("R1")))...)
	}
	expect(t, judge(t, desk(t), "SP-2.4.2a", "09-21 15:00", service()), "violation 09-21 14:00")
	expect(t, judge(t, desk(t), "SP-2.4.2a", "09-21 15:00", service(did("09-21 09:12", worker, ticket.Acknowledged))))
}

// escalatedComplaint goes from the assistant to the supervisor, and on to the manager if asked.
func escalatedComplaint(rows ...ticket.Event) []ticket.Event {
	rows = append([]ticket.Event{
		registered("09-21 09:00", ticket.Complaint), did("09-21 09:10", assistant, ticket.Triaged),
		did("09-21 09:20", assistant, ticket.Escalated, to(supervisor)),
	}, rows...)
	return story("T", append(rows, did("09-21 16:00", assistant, ticket.Told, grade(ticket.Satisfied)))...)
}

func TestVC_1_3a(t *testing.T) {
	expect(t, judge(t, desk(t), "VC-1.3a", "09-21 17:00", escalatedComplaint()), "violation 09-21 16:00")
	expect(t, judge(t, desk(t), "VC-1.3a", "09-21 17:00", escalatedComplaint(did("09-21 10:00", supervisor, ticket.Arrived))))
	expect(t, judge(t, desk(t), "VC-1.3a", "09-21 17:00", escalatedComplaint(did("09-21 10:00", worker, ticket.Arrived))), "violation 09-21 16:00")
	// Past the supervisor to the manager, who decides: VC-3.3b asks for no visit.
	expect(t, judge(t, desk(t), "VC-1.3a", "09-21 17:00", story("T", registered("09-21 09:00", ticket.Complaint), did("09-21 09:10", assistant, ticket.Triaged),
		did("09-21 09:30", assistant, ticket.Escalated, to(manager)), did("09-21 16:00", manager, ticket.Told))))
}

func TestVC_1_3b(t *testing.T) {
	up := did("09-21 11:00", supervisor, ticket.Escalated, to(manager))
	expect(t, judge(t, desk(t), "VC-1.3b", "09-21 17:00", escalatedComplaint(up)), "violation 09-21 11:00")
	expect(t, judge(t, desk(t), "VC-1.3b", "09-21 17:00", escalatedComplaint(did("09-21 10:50", supervisor, ticket.Reported, ref("B1")), up)))
}

func TestVC_3_5(t *testing.T) {
	again := func(reason string) []ticket.Event {
		return story("T", registered("09-21 09:00", ticket.Repair), did("09-21 09:10", assistant, ticket.Triaged),
			did("09-21 09:20", assistant, ticket.Dispatched, to(worker)),
			did("09-21 09:30", worker, ticket.Returned, why("非本工种")),
			did("09-21 09:40", assistant, ticket.Dispatched, to(helper)),
			did("09-21 09:50", assistant, ticket.Dispatched, to(worker), why(reason)))
	}
	expect(t, judge(t, desk(t), "VC-3.5", "09-21 10:00", again("")), "violation 09-21 09:50")
	expect(t, judge(t, desk(t), "VC-3.5", "09-21 10:00", again("夜班换人")))
}

func TestQI_3_4a(t *testing.T) {
	scope := desk(t, func(p *wuye.Policy) { p.Form = append(p.Form, ticket.Scope) })
	expect(t, judge(t, desk(t), "QI-3.4a", "09-21 09:05", minorComplaint()))
	expect(t, judge(t, scope, "QI-3.4a", "09-21 09:05", minorComplaint()), "violation 09-21 09:05")
}

// A suggestion is followed until it is solved, as a complaint is.
func TestHL2_3_2_4(t *testing.T) {
	idle := func(k ticket.Kind) []ticket.Event {
		return story("T", registered("09-21 09:00", k), did("09-21 09:30", assistant, ticket.Triaged))
	}
	gaps := func(d *wuye.Desk, k ticket.Kind) (clauses []string) {
		for _, f := range judge(t, d, "", "09-23 00:00", idle(k)) {
			if strings.HasPrefix(f, "warning ") && strings.HasSuffix(f, " 09-23 00:00") {
				clauses = append(clauses, strings.Fields(f)[1])
			}
		}
		return clauses
	}
	off := func(ids ...rule.ID) *wuye.Desk {
		return desk(t, func(p *wuye.Policy) {
			for _, id := range ids {
				p.Off = append(p.Off, wuye.Off{Clause: id, Reason: "不用热线制度"})
			}
		})
	}
	// One gap, one finding: of the clause that speaks of the kind, or of the general one.
	expect(t, gaps(desk(t), ticket.Suggestion), "HL2-3.2.4")
	expect(t, gaps(desk(t), ticket.Complaint), "HL2-4.3")
	expect(t, gaps(desk(t), ticket.Repair), "HL1-4.3")
	expect(t, gaps(off("HL2-4.3"), ticket.Complaint), "HL2-3.2.4")
	expect(t, gaps(off("HL2-4.3", "HL2-3.2.4"), ticket.Complaint), "HL1-4.3")
	expect(t, gaps(off("HL2-3.2.4"), ticket.Suggestion), "HL1-4.3")
}

func TestHL2_4_3(t *testing.T) { TestHL2_3_2_4(t) }

// The superior promises, unless the answer comes within two hours.
func TestWY_superior_promise(t *testing.T) {
	grave := func(told string, rows ...ticket.Event) []ticket.Event {
		rows = append([]ticket.Event{registered("09-21 09:00", ticket.Complaint, important), did("09-21 09:10", assistant, ticket.Triaged)}, rows...)
		return story("T", append(rows, did(told, assistant, ticket.Told, grade(ticket.Fair)))...)
	}
	promised := func(by ticket.Actor) ticket.Event {
		return did("09-21 09:20", by, ticket.Promised, until("09-22 18:00"))
	}
	expect(t, judge(t, desk(t), "WY-superior-promise", "09-23 09:00", grave("09-21 11:00")))
	expect(t, judge(t, desk(t), "WY-superior-promise", "09-23 09:00", grave("09-21 11:01")), "violation 09-21 11:01")
	expect(t, judge(t, desk(t), "WY-superior-promise", "09-23 09:00", grave("09-22 17:00", promised(assistant))), "violation 09-22 17:00")
	expect(t, judge(t, desk(t), "WY-superior-promise", "09-23 09:00", grave("09-22 17:00", promised(supervisor))))
}

// Of an unfinished complaint the cause is on record and somebody was urged; who waits for the
// owner waits no longer once the owner calls. The table of injections has the rest.
func TestQI_A_3b(t *testing.T) {
	waiting := func(rows ...ticket.Event) []ticket.Event {
		rows = append([]ticket.Event{registered("09-21 09:00", ticket.Repair), did("09-21 09:10", assistant, ticket.Triaged),
			did("09-21 09:20", assistant, ticket.Dispatched, to(worker)), did("09-21 10:00", worker, ticket.Held, func(e *ticket.Event) { e.Hold = ticket.WaitingCustomer })}, rows...)
		return story("T", rows...)
	}
	called := func(when string) ticket.Event { return did(when, customer, ticket.Urged) }
	resumed := did("09-21 12:00", worker, ticket.Resumed)
	expect(t, judge(t, desk(t), "QI-A.3b", "09-21 18:00", waiting(called("09-21 11:00"), resumed)), "violation 09-21 11:00")
	expect(t, judge(t, desk(t), "QI-A.3b", "09-21 18:00", waiting(called("09-21 11:00"), called("09-21 11:30"))), "violation 09-21 11:00") // one hold, one finding
	expect(t, judge(t, desk(t), "QI-A.3b", "09-21 18:00", waiting(resumed, called("09-21 12:00"))))                                        // the wait ended with the call
	expect(t, judge(t, desk(t), "QI-A.3b", "09-21 18:00", waiting(resumed, called("09-21 11:00"))), "violation 09-21 11:00")               // entered late
	expect(t, judge(t, desk(t), "QI-A.3b", "09-21 18:00", waiting(did("09-21 11:00", assistant, ticket.Informed), resumed)))               // our call, not his
	expect(t, judge(t, desk(t), "QI-A.3b", "09-21 18:00", waiting(did("09-21 09:30", customer, ticket.Urged))))                            // he had called before
	materials := waiting(called("09-21 11:00"), resumed)
	materials[3].Hold = ticket.WaitingMaterials
	expect(t, judge(t, desk(t), "QI-A.3b", "09-21 18:00", materials))
}

// The superior is asked within the day, or the plan is begun in it: the 24:00 of WY-at-once.
func TestWY_at_once(t *testing.T) { TestHL2_3_2_3(t) }

func TestWY_follow_up(t *testing.T) { TestHL1_4_3(t) }

// A late entry is not the last look at the ticket.
func TestFollowedByLateEntry(t *testing.T) {
	late := did("09-21 10:00", assistant, ticket.Informed)
	late.Recorded = at("09-22 09:30")
	rows := story("T", registered("09-21 09:00", ticket.Repair), did("09-22 09:00", assistant, ticket.Triaged), late, did("09-23 20:00", assistant, ticket.Dispatched, to(worker)))
	expect(t, judge(t, desk(t), "HL1-4.3", "09-23 21:00", rows))
}

// Told of an important complaint on Monday at 09:30: until Tuesday, 24:00, he hears again.
func TestQI_3_7c(t *testing.T) {
	grave := func(rows ...ticket.Event) []ticket.Event {
		rows = append([]ticket.Event{registered("09-21 09:00", ticket.Complaint, important), did("09-21 09:05", assistant, ticket.Triaged), did("09-21 09:30", assistant, ticket.Informed),
			did("09-22 12:00", assistant, ticket.Joined, to(helper))}, rows...)
		return story("T", rows...)
	}
	expect(t, judge(t, desk(t), "QI-3.7c", "09-25 09:00", grave(did("09-22 23:59", assistant, ticket.Informed), did("09-24 09:00", assistant, ticket.Told))))
	expect(t, judge(t, desk(t), "QI-3.7c", "09-25 09:00", grave(did("09-23 00:00", assistant, ticket.Told))), "warning 09-23 00:00")
	expect(t, judge(t, desk(t), "QI-3.7c", "09-25 09:00", grave()), "warning 09-23 00:00") // and still not
	entered := did("09-21 10:00", assistant, ticket.Informed)                              // of Monday, written down on Tuesday
	entered.Recorded = at("09-22 12:01")
	expect(t, judge(t, desk(t), "QI-3.7c", "09-25 09:00", grave(did("09-22 11:00", assistant, ticket.Informed), entered, did("09-23 12:00", assistant, ticket.Joined, to(helper)), did("09-23 23:00", assistant, ticket.Told))))
	minor := grave(did("09-23 00:00", assistant, ticket.Told))
	minor[0].Severity = ""
	expect(t, judge(t, desk(t), "QI-3.7c", "09-25 09:00", minor))
}

// The manager decides a suggestion; heard in a revisit it is VC-4.1d's.
func TestVC_3_4(t *testing.T) {
	suggestion := func(rows ...ticket.Event) []ticket.Event {
		return story("T", append([]ticket.Event{registered("09-21 09:00", ticket.Suggestion), did("09-21 09:05", assistant, ticket.Triaged)}, rows...)...)
	}
	told := did("09-21 12:00", assistant, ticket.Told)
	expect(t, judge(t, desk(t), "VC-3.4", "09-25 09:00", suggestion(told)), "violation 09-21 12:00")
	expect(t, judge(t, desk(t), "VC-3.4", "09-25 09:00", suggestion(did("09-21 10:00", assistant, ticket.Declined, why("不便")), told)), "violation 09-21 10:00")
	expect(t, judge(t, desk(t), "VC-3.4", "09-25 09:00", suggestion(did("09-21 10:00", manager, ticket.Declined, why("不便")), told)))
	expect(t, judge(t, desk(t), "VC-3.4", "09-25 09:00", suggestion(did("09-21 10:00", assistant, ticket.Escalated, to(manager)), told)))
	expect(t, judge(t, desk(t), "VC-3.4", "09-25 09:00", suggestion(did("09-21 10:00", assistant, ticket.Escalated, to(supervisor)), told)), "violation 09-21 12:00")
}

func TestVC_4_1d(t *testing.T) {
	heard := story("T", registered("09-21 09:00", ticket.Suggestion, ref("R1")), did("09-21 09:05", assistant, ticket.Triaged), did("09-21 12:00", assistant, ticket.Told))
	expect(t, judge(t, desk(t), "VC-4.1d", "09-25 09:00", heard), "violation 09-21 12:00")
	expect(t, judge(t, desk(t), "VC-3.4", "09-25 09:00", heard))
}

// Round the clock: an emergency at 03:00 is due at 03:15, whatever the hours of business.
func TestHL2_2_2(t *testing.T) {
	hours, err := calendar.China().WithHours(calendar.Shift{Days: []time.Weekday{1, 2, 3, 4, 5}, Open: "09:00", Close: "17:30"})
	if err != nil {
		t.Fatal(err)
	}
	d, err := wuye.New(hours, wuye.Standard())
	if err != nil {
		t.Fatal(err)
	}
	night := story("T", registered("09-21 03:00", ticket.Repair, urgent), did("09-21 03:01", assistant, ticket.Triaged), did("09-21 03:16", worker, ticket.Acknowledged))
	expect(t, judge(t, d, "HB-2.1d", "09-21 10:00", night), "violation 09-21 03:15")
}
