package audit_test

import (
	"slices"
	"testing"
	"time"

	"example.com/wuye"
	"example.com/wuye/audit"
	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/ticket"
)

// TestForeign is program 11: another system left behind when an emergency was opened and
// closed. Its clocks are judged as far as two instants tell: done within the limit implies
// begun within it, so fourteen minutes breach nothing, and twenty breach HB-2.1d.
func TestForeign(t *testing.T) {
	rows := func(closed string) []ticket.Event {
		return []ticket.Event{
			{Ticket: "X1", Seq: 1, Type: ticket.Registered, At: at("09-21 09:00"), Kind: ticket.Repair, Urgency: ticket.Emergency},
			{Ticket: "X1", Seq: 2, Type: ticket.Completed, At: at(closed)},
		}
	}
	expect(t, judge(t, desk(t), "HB-2.1d", "09-21 10:00", rows("09-21 09:14")))
	expect(t, judge(t, desk(t), "HB-2.1d", "09-21 10:00", rows("09-21 09:20")), "violation 09-21 09:15")
	cannot := func(p *wuye.Policy) {
		p.SLA.Unrecorded = []ticket.EventType{ticket.Triaged, ticket.Dispatched, ticket.Acknowledged, ticket.PlanStarted, ticket.Started, ticket.Arrived}
	}
	expect(t, judge(t, desk(t, cannot), "HB-2.1d", "09-21 10:00", rows("09-21 09:20")), "unseen 09-21 09:15")
	// The steps left out are named, unless the site cannot record them; columns it does not have are unseen.
	expect(t, judge(t, desk(t), "HL3-3.2", "09-21 10:00", rows("09-21 09:20")), "violation 09-21 09:20")
	expect(t, judge(t, desk(t, cannot), "HL3-3.2", "09-21 10:00", rows("09-21 09:20")))
	expect(t, judge(t, desk(t, cannot), "", "09-21 10:00", rows("09-21 09:20")),
		"unseen HL1-4.1 09-21 09:00", "unseen WY-unanswered 09-21 09:07", "unseen HB-2.1d 09-21 09:15", "unseen HB-2.2b 09-22 09:00")
}

// TestFlow: what the table refuses is a finding of the row's clause, and the rest is judged on.
func TestFlow(t *testing.T) {
	// A worker closes the file himself, and it is opened again afterwards.
	history := story("F1",
		registered("09-21 09:00", ticket.Inquiry),
		did("09-21 09:10", assistant, ticket.Told, grade(ticket.Satisfied)),
		did("09-21 09:20", worker, ticket.Archived),
		did("09-21 09:30", customer, ticket.Reopened),
		did("09-21 09:40", assistant, ticket.Told, grade(ticket.Fair)))
	expect(t, judge(t, desk(t), "", "09-21 10:00", history), "violation SP-1b 09-21 09:20")
	// No row after it is judged twice: a completed repair that nobody dispatched.
	history = story("F2",
		registered("09-21 09:00", ticket.Repair),
		did("09-21 09:10", assistant, ticket.Triaged),
		did("09-21 09:20", worker, ticket.Completed),
		did("09-21 09:30", assistant, ticket.Told, grade(ticket.Satisfied)),
		did("09-21 09:40", assistant, ticket.Archived))
	expect(t, judge(t, desk(t), "", "09-21 10:00", history), "violation HL3-3.2 09-21 09:20")
	// Testimony before a takeover is not judged.
	history = story("F3",
		ticket.Event{Type: ticket.Registered, At: at("09-21 09:00"), Kind: ticket.Repair},
		ticket.Event{Type: ticket.Completed, At: at("09-21 09:20")},
		ticket.Event{Type: ticket.Imported, At: at("09-21 09:25"), State: ticket.Done},
		did("09-21 09:30", assistant, ticket.Told, grade(ticket.Satisfied)))
	expect(t, judge(t, desk(t), "", "09-21 10:00", history))
}

// TestOff: a clause that the site does not keep gives no finding.
func TestOff(t *testing.T) {
	off := desk(t, func(p *wuye.Policy) { p.Off = []wuye.Off{{Clause: "SP-1b", Reason: "没有档案室"}} })
	history := story("F1",
		registered("09-21 09:00", ticket.Inquiry),
		did("09-21 09:10", assistant, ticket.Told, grade(ticket.Satisfied)),
		did("09-21 09:20", worker, ticket.Archived))
	expect(t, judge(t, off, "", "09-21 10:00", history))
}

// A return without a reason the flow refuses, and that is told once.
func TestReturnedTwice(t *testing.T) {
	returned := func(when string) ticket.Event { return did(when, worker, ticket.Returned) }
	rows := story("T", registered("09-21 09:00", ticket.Repair, why("漏水")), did("09-21 09:10", assistant, ticket.Triaged),
		did("09-21 09:20", assistant, ticket.Dispatched, to(worker)), returned("09-21 09:30"),
		did("09-21 09:40", assistant, ticket.Dispatched, to(worker)), returned("09-21 09:50"))
	expect(t, judge(t, desk(t), "", "09-21 10:00", rows), "violation VC-3.5 09-21 09:30", "violation VC-3.5 09-21 09:50")
}

// What a refused row says happened, happened: sent out again, the ticket is on hold no more.
func TestForced(t *testing.T) {
	wait := func(when string) ticket.Event {
		return did(when, worker, ticket.Held, func(e *ticket.Event) { e.Hold = ticket.WaitingMaterials })
	}
	rows := story("T", registered("09-21 09:00", ticket.Repair), did("09-21 09:10", assistant, ticket.Triaged), did("09-21 09:20", assistant, ticket.Dispatched, to(worker)),
		wait("09-21 09:30"), did("09-21 09:40", worker, ticket.Dispatched, to(helper)), wait("09-21 09:50"))
	expect(t, judge(t, desk(t), "", "09-21 10:00", rows), "violation HL3-3.2 09-21 09:40")
	// Revisited, if nobody wrote down how: it is not said again that the complaint was not.
	silent := minorComplaint(did("09-21 17:00", assistant, ticket.Revisited), did("09-22 10:00", supervisor, ticket.Dismissed, why("不实")))
	expect(t, judge(t, desk(t), "", "10-20 09:00", silent), "warning SP-2.7.2 09-21 17:00")
}

// What the site cannot record is no finding, whatever step asks for it; a column that no row
// fills in is unseen even where others are filled; and what came before a takeover was
// another system's.
func TestSilence(t *testing.T) {
	onlyThese := wuye.Standard().Recording(ticket.Registered, ticket.Told, ticket.Archived)
	d, err := wuye.New(calendar.China(), onlyThese)
	if err != nil {
		t.Fatal(err)
	}
	history := story("L1",
		ticket.Event{Type: ticket.Registered, At: at("09-21 09:00"), Kind: ticket.Complaint, By: assistant},
		did("09-28 09:30", assistant, ticket.Told),
		did("09-28 10:00", assistant, ticket.Archived))
	for _, f := range judge(t, d, "", "10-20 09:00", history) {
		switch f {
		case "violation QI-3.6a 09-21 11:00", "violation QI-3.7a 09-23 00:00": // told after a week: that much the rows tell
		case "violation WY-unanswered 09-21 09:30", "violation HB-2.2b 09-22 09:05":
			t.Errorf("what the rows cannot tell is told: %s", f)
		default:
			if f[:6] != "unseen" {
				t.Errorf("got %s", f)
			}
		}
	}

	imported := story("L2",
		ticket.Event{Type: ticket.Registered, At: at("09-21 09:00"), Kind: ticket.Complaint},
		ticket.Event{Type: ticket.Told, At: at("09-28 09:30")},
		ticket.Event{Type: ticket.Archived, At: at("09-28 10:00")},
		ticket.Event{Type: ticket.Imported, At: at("10-08 10:00"), State: ticket.Closed})
	for _, id := range []rule.ID{"HB-2.2c", "TR-4.7a", "VC-1.4c", "HL1-4.3", "HL3-3.1"} {
		expect(t, judge(t, desk(t), id, "10-20 09:00", imported))
	}
}

// The same row twice is once; another one under its number is a finding.
func TestConflict(t *testing.T) {
	history := story("T", registered("09-21 09:00", ticket.Inquiry), did("09-21 09:10", assistant, ticket.Told, grade(ticket.Fair)))
	expect(t, judge(t, desk(t), "", "09-21 10:00", append(slices.Clone(history), history[1])))
	other := history[1]
	other.At, other.Recorded = at("09-21 09:20"), at("09-21 09:20")
	expect(t, judge(t, desk(t), "", "09-21 10:00", append(slices.Clone(history), other)), "violation HB-2.1a 09-21 09:20")
}

// What came before a takeover is not judged, nor is the takeover's own fault told twice; what
// came after it is.
func TestTakeover(t *testing.T) {
	rows := story("T",
		ticket.Event{Type: ticket.Registered, At: at("09-21 09:00"), Kind: ticket.Repair},
		ticket.Event{Type: ticket.Imported, At: at("09-22 09:00"), State: ticket.Done},
		did("09-22 10:00", worker, ticket.Told, grade(ticket.Fair)),
		did("09-22 11:00", assistant, ticket.Archived))
	expect(t, judge(t, desk(t), "HB-2.2c", "09-25 09:00", rows), "violation 09-22 10:00")
	rows[1].State = ""
	expect(t, judge(t, desk(t), "WY-import", "09-25 09:00", rows), "warning 09-22 09:00")
}

// Who came late is the worker who had the slip then, not the one to whom it went afterwards.
func TestWhoseDuty(t *testing.T) {
	rows := story("T", registered("09-21 09:00", ticket.Service, special, until("09-21 14:00")), did("09-21 09:05", assistant, ticket.Triaged),
		did("09-21 09:10", assistant, ticket.Dispatched, to(worker)), did("09-21 14:30", assistant, ticket.Dispatched, to(helper)), did("09-21 15:00", helper, ticket.Arrived))
	findings, err := audit.History(desk(t), rows, at("09-21 16:00"))
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(findings, func(f audit.Finding) bool { return f.Clause == "SP-2.4.2b" })
	if i < 0 || findings[i].By != worker || findings[i].Late != time.Hour {
		t.Errorf("got %v", findings)
	}
}
