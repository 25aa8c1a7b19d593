package audit_test

import (
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

// Who appears in the stories.
var (
	assistant  = ticket.Actor{Role: ticket.Assistant, ID: "A01"}
	supervisor = ticket.Actor{Role: ticket.Supervisor, ID: "S01"}
	manager    = ticket.Actor{Role: ticket.Manager, ID: "M01"}
	worker     = ticket.Actor{Role: ticket.Worker, ID: "W07"}
	helper     = ticket.Actor{Role: ticket.Worker, ID: "W08"}
	head       = ticket.Actor{Role: ticket.DepartmentHead, ID: "D01"}
	authority  = ticket.Actor{Role: ticket.Authority}
	customer   = ticket.Actor{Role: ticket.Customer}
)

var form = []ticket.Particular{ticket.Name, ticket.Contact, ticket.Content, ticket.Room}

// at is an instant of 2026 at UTC+8, "09-21 09:05".
func at(s string) time.Time {
	t, err := time.Parse("2006-01-02 15:04 -0700", "2026-"+s+" +0800")
	if err != nil {
		panic(err)
	}
	return calendar.InChina(t)
}

// story numbers the rows of one ticket and takes each as entered when it happened.
func story(id string, rows ...ticket.Event) []ticket.Event {
	for i := range rows {
		rows[i].Ticket, rows[i].Seq = id, i+1
		if rows[i].Recorded.IsZero() {
			rows[i].Recorded = rows[i].At
		}
	}
	return rows
}

// did is a row in which somebody did something.
func did(when string, by ticket.Actor, what ticket.EventType, more ...func(*ticket.Event)) ticket.Event {
	e := ticket.Event{Type: what, At: at(when), By: by}
	for _, m := range more {
		m(&e)
	}
	return e
}

func to(a ticket.Actor) func(*ticket.Event)   { return func(e *ticket.Event) { e.To = a } }
func until(s string) func(*ticket.Event)      { return func(e *ticket.Event) { e.Until = at(s) } }
func ref(s string) func(*ticket.Event)        { return func(e *ticket.Event) { e.Ref = s } }
func why(s string) func(*ticket.Event)        { return func(e *ticket.Event) { e.Reason = s } }
func by(c ticket.Channel) func(*ticket.Event) { return func(e *ticket.Event) { e.Channel = c } }
func grade(g ticket.Grade) func(*ticket.Event) {
	return func(e *ticket.Event) { e.Grade = g }
}
func asked(e *ticket.Event) {
	e.Grade, e.Punctual, e.Attitude, e.Quality = ticket.Satisfied, ticket.Satisfied, ticket.Satisfied, ticket.Satisfied
}

func registered(when string, k ticket.Kind, more ...func(*ticket.Event)) ticket.Event {
	return did(when, assistant, ticket.Registered, append([]func(*ticket.Event){func(e *ticket.Event) {
		e.Kind, e.Caller, e.Has, e.Channel = k, ticket.Owner, form, ticket.Phone
	}}, more...)...)
}

func urgent(e *ticket.Event)  { e.Urgency = ticket.Emergency }
func special(e *ticket.Event) { e.Nature = ticket.Special }

func desk(t *testing.T, change ...func(*wuye.Policy)) *wuye.Desk {
	t.Helper()
	p := wuye.Standard()
	for _, c := range change {
		c(&p)
	}
	d, err := wuye.New(calendar.China(), p)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// judge is the findings of one clause, as "level hour:minute"; all clauses if id is "".
func judge(t *testing.T, d *wuye.Desk, id rule.ID, asOf string, history []ticket.Event) []string {
	t.Helper()
	findings, err := audit.History(d, history, at(asOf))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range findings {
		switch {
		case id == "":
			got = append(got, string(f.Level)+" "+string(f.Clause)+" "+f.At.Format("01-02 15:04"))
		case f.Clause == id:
			got = append(got, string(f.Level)+" "+f.At.Format("01-02 15:04"))
		}
		if f.Zh == "" || f.Want == "" || f.Ticket != history[0].Ticket || !f.Level.Valid() {
			t.Errorf("a finding without its sentences, ticket or level: %+v", f)
		}
	}
	return got
}

func expect(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

// minorComplaint is the first walk: kept to the letter, with a chosen revisit.
func minorComplaint(revisits ...ticket.Event) []ticket.Event {
	rows := []ticket.Event{
		registered("09-21 09:05", ticket.Complaint),
		did("09-21 09:10", assistant, ticket.Triaged),
		did("09-21 09:12", assistant, ticket.Promised, until("09-21 17:00")),
		did("09-21 09:15", assistant, ticket.Dispatched, to(head)),
		did("09-21 10:40", assistant, ticket.Informed),
		did("09-21 11:00", head, ticket.Started),
		did("09-21 15:00", head, ticket.Completed),
		did("09-21 15:30", assistant, ticket.Told),
		did("09-21 15:31", customer, ticket.Rated, grade(ticket.Satisfied)),
	}
	rows = append(rows, revisits...)
	return story("C1", append(rows, did("09-22 16:00", assistant, ticket.Archived))...)
}

// TestClean: a desk that keeps the rules has no finding.
func TestClean(t *testing.T) {
	history := minorComplaint(
		did("09-21 17:00", assistant, ticket.Revisited, by(ticket.Phone)),
		did("09-22 10:00", manager, ticket.Revisited, by(ticket.Visit), grade(ticket.Satisfied), until("09-22 10:10")))
	expect(t, judge(t, desk(t), "", "10-20 09:00", history))
}

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

func TestQI_3_4a(t *testing.T) {
	scope := desk(t, func(p *wuye.Policy) { p.Form = append(p.Form, ticket.Scope) })
	expect(t, judge(t, desk(t), "QI-3.4a", "09-21 09:05", minorComplaint()))
	expect(t, judge(t, scope, "QI-3.4a", "09-21 09:05", minorComplaint()), "violation 09-21 09:05")
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

// The second cycle of a complaint is as valid as the first: the manager comes again.
func TestSecondCycleIsValid(t *testing.T) {
	visit := did("09-22 10:00", manager, ticket.Revisited, by(ticket.Visit), grade(ticket.Fair))
	rows := append(minorComplaint(visit), did("09-23 09:00", customer, ticket.Reopened), did("09-23 09:10", assistant, ticket.Told, grade(ticket.Fair)),
		did("09-23 10:00", assistant, ticket.Revisited, by(ticket.Phone)), did("09-23 11:00", assistant, ticket.Archived))
	expect(t, judge(t, desk(t), "TR-4.7a", "10-20 09:00", story("C1", rows...)), "violation 09-23 11:00")
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

// On site, by phone, or the like: each is a revisit, and none of them departs from SP-2.7.2.
func TestSP_2_7_2(t *testing.T) {
	for _, how := range []ticket.Channel{ticket.Visit, ticket.Phone, ticket.Online, ticket.Counter} {
		expect(t, judge(t, desk(t), "", "09-21 17:00", routineRepair(did("09-21 16:00", assistant, ticket.Revisited, by(how), asked))))
	}
	silent := routineRepair(did("09-21 16:00", assistant, ticket.Revisited, asked)) // how, nobody wrote down
	expect(t, judge(t, desk(t), "SP-2.7.2", "09-21 17:00", silent), "warning 09-21 16:00")
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

// Where attempts count, the manager's is a visit that met nobody.
func TestAttemptsCount(t *testing.T) {
	tried := did("09-22 10:00", manager, ticket.Missed, by(ticket.Visit))
	phone := did("09-21 17:00", assistant, ticket.Revisited, by(ticket.Phone))
	expect(t, judge(t, desk(t), "TR-4.7a", "10-20 09:00", minorComplaint(phone, tried)), "violation 09-22 16:00")
	expect(t, judge(t, desk(t, reading(t, "unreachable", "counts")), "TR-4.7a", "10-20 09:00", minorComplaint(phone, tried)))
}
