package audit_test

import (
	"fmt"
	"iter"
	"slices"
	"testing"
	"time"

	"example.com/wuye"
	"example.com/wuye/audit"
	"example.com/wuye/billing"
	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/ticket"
)

var september = calendar.MustMonth("2026-09")

// tickets is a stream of histories.
func tickets(histories ...[]ticket.Event) iter.Seq[[]ticket.Event] { return slices.Values(histories) }

// month is the findings of one clause in September, as "ticket day hour:minute".
func month(t *testing.T, d *wuye.Desk, id rule.ID, asOf string, r wuye.Records) []string {
	t.Helper()
	findings, err := audit.Month(d, september, r, at(asOf))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range findings {
		if f.Zh == "" || f.Want == "" || !f.Level.Valid() {
			t.Errorf("a finding without its sentences or level: %+v", f)
		}
		if f.Clause == id {
			got = append(got, f.Ticket+" "+f.At.Format("01-02 15:04"))
		}
	}
	return got
}

// repair is a routine repair of September, finished on the 21st and drawn on the 30th if asked.
func repair(id string, drawn ticket.Channel, revisited string) []ticket.Event {
	rows := []ticket.Event{
		registered("09-21 09:00", ticket.Repair), did("09-21 09:10", assistant, ticket.Triaged),
		did("09-21 09:20", assistant, ticket.Dispatched, to(worker)), did("09-21 10:00", worker, ticket.Started),
		did("09-21 11:00", worker, ticket.Completed), did("09-21 11:30", assistant, ticket.Told, grade(ticket.Satisfied)),
	}
	if drawn != "" {
		e := did("10-01 08:00", ticket.Actor{Role: ticket.System}, ticket.Sampled, ref("standard/2026-09/routine"), by(drawn))
		e.At, e.Recorded = at("10-01 00:00").Add(-1), at("10-01 08:00")
		rows = append(rows, e)
	}
	if revisited != "" {
		rows = append(rows, did(revisited, assistant, ticket.Revisited, by(drawn), asked))
	}
	return story(id, rows...)
}

// Seven slips: five are drawn, three of them on site.
func TestTR_4_4(t *testing.T) {
	month3 := func(modes ...ticket.Channel) wuye.Records {
		var all [][]ticket.Event
		for i := range 7 {
			mode := ticket.Channel("")
			if i < len(modes) {
				mode = modes[i]
			}
			revisit := ""
			if mode != "" {
				revisit = "10-03 10:00"
			}
			all = append(all, repair(fmt.Sprintf("R%d", i), mode, revisit))
		}
		return wuye.Records{Tickets: tickets(all...)}
	}
	v, p := ticket.Visit, ticket.Phone
	expect(t, month(t, desk(t), "TR-4.4a", "10-20 09:00", month3(v, v, v, p, p)))
	expect(t, month(t, desk(t), "TR-4.4a", "10-20 09:00", month3(v, v, v, p)), " 10-06 00:00")
	expect(t, month(t, desk(t), "TR-4.4a", "10-05 23:59", month3(v, v, v, p))) // not due yet
	expect(t, month(t, desk(t), "TR-4.4d", "10-20 09:00", month3(v, v, v, p, p)))
	expect(t, month(t, desk(t), "TR-4.4d", "10-06 00:00", month3(v, v, p, p, p)), " 10-06 00:00")
	blind := desk(t, func(p *wuye.Policy) { p.SLA.Unrecorded = []ticket.EventType{ticket.Sampled} })
	expect(t, month(t, blind, "TR-4.4a", "10-20 09:00", month3()))
}

// Three were to be visited by the 5th; one visit came on the 6th, 00:00.
func TestTR_4_4d(t *testing.T) {
	r := func(last string) wuye.Records {
		return wuye.Records{Tickets: tickets(
			repair("R1", ticket.Visit, "10-03 10:00"), repair("R2", ticket.Visit, "10-04 10:00"), repair("R3", ticket.Visit, last),
			repair("R4", ticket.Phone, "10-03 11:00"), repair("R5", ticket.Phone, "10-03 12:00"))}
	}
	expect(t, month(t, desk(t), "TR-4.4d", "10-20 09:00", r("10-05 23:59")))
	expect(t, month(t, desk(t), "TR-4.4d", "10-20 09:00", r("10-06 00:00")), " 10-06 00:00")
}

// A visit of the 25th was made before anybody was drawn.
func TestVisitBeforeTheDraw(t *testing.T) {
	early := repair("R3", ticket.Visit, "")
	early = story("R3", append(early, did("09-25 10:00", assistant, ticket.Revisited, by(ticket.Visit), asked))...)
	r := wuye.Records{Tickets: tickets(repair("R1", ticket.Visit, "10-03 10:00"), repair("R2", ticket.Visit, "10-04 10:00"), early, repair("R4", ticket.Phone, "10-03 11:00"), repair("R5", ticket.Phone, "10-03 12:00"))}
	expect(t, month(t, desk(t), "TR-4.4d", "10-20 09:00", r), " 10-06 00:00")
}

// Slips of another month do not stand in for September's, and who is named as substitute was drawn.
func TestTR_4_3a(t *testing.T) {
	slips := func(drawn ...[]ticket.Event) wuye.Records {
		var all [][]ticket.Event
		for i := range 5 {
			all = append(all, repair(fmt.Sprintf("R%d", i), "", ""))
		}
		return wuye.Records{Tickets: tickets(append(all, drawn...)...)}
	}
	august := story("A1",
		registered("08-21 09:00", ticket.Repair), did("08-21 09:10", assistant, ticket.Triaged),
		did("08-21 09:20", assistant, ticket.Dispatched, to(worker)), did("08-21 10:00", worker, ticket.Started),
		did("08-21 11:00", worker, ticket.Completed), did("08-21 11:30", assistant, ticket.Told, grade(ticket.Satisfied)),
		did("10-01 00:00", ticket.Actor{Role: ticket.System}, ticket.Sampled, ref("standard/2026-09/routine"), by(ticket.Visit)))
	expect(t, month(t, desk(t), "TR-4.3a", "10-20 09:00", slips(august)), "A1 09-30 23:59")
	expect(t, month(t, desk(t), "TR-4.4a", "10-20 09:00", slips(august)), " 10-06 00:00")

	gaveUp := func(other string) []ticket.Event {
		tries := []ticket.Event{did("10-02 10:00", assistant, ticket.Missed), did("10-02 18:00", assistant, ticket.Missed), did("10-03 10:00", assistant, ticket.Missed, ref(other))}
		return story("R9", append(repair("R9", ticket.Phone, ""), tries...)...)
	}
	expect(t, month(t, desk(t), "WY-unreachable", "10-20 09:00", slips(gaveUp("R8"), repair("R8", ticket.Phone, "10-04 10:00"))))
	expect(t, month(t, desk(t), "WY-unreachable", "10-20 09:00", slips(gaveUp("R99"))), "R99 10-03 10:00")
}

// paidService is a special service signed on the 21st, and its money.
func paidService(id string, means billing.Payment, revisited string) ([]ticket.Event, []billing.Entry) {
	rows := []ticket.Event{
		registered("09-21 09:00", ticket.Service, special, until("09-21 14:00")), did("09-21 09:05", assistant, ticket.Triaged),
		did("09-21 09:10", assistant, ticket.Dispatched, to(worker)), did("09-21 09:12", worker, ticket.Acknowledged),
		did("09-21 13:55", worker, ticket.Arrived), did("09-21 13:56", worker, ticket.Agreed, ref("Q")),
		did("09-21 14:00", worker, ticket.Started, ref(id)), did("09-21 15:00", worker, ticket.Completed),
		did("09-21 15:10", customer, ticket.SignedOff, grade(ticket.Satisfied)),
	}
	if revisited != "" {
		rows = append(rows, did(revisited, assistant, ticket.Revisited, by(ticket.Phone), asked))
	}
	return story(id, rows...), money(id,
		billing.Entry{Type: billing.Quoted, At: at("09-21 13:56"), By: worker, Amount: 8000, Ref: "Q"},
		billing.Entry{Type: billing.Charged, At: at("09-21 15:10"), By: worker, Amount: 8000, Payment: means},
	)
}

func money(id string, rows ...billing.Entry) []billing.Entry {
	for i := range rows {
		rows[i].Serial, rows[i].Ticket, rows[i].Seq, rows[i].Recorded = id, id, i+1, rows[i].At
	}
	return rows
}

func services(means billing.Payment, revisited ...string) wuye.Records {
	var r wuye.Records
	var all [][]ticket.Event
	for i, when := range revisited {
		history, entries := paidService(fmt.Sprintf("S%d", i), means, when)
		all, r.Money = append(all, history), append(r.Money, entries...)
	}
	r.Tickets = tickets(all...)
	return r
}

// Every one by the 10th, 24:00.
func TestSP_2_7_1b(t *testing.T) {
	expect(t, month(t, desk(t), "SP-2.7.1b", "10-20 09:00", services(billing.Cash, "09-25 10:00", "10-10 23:59")))
	expect(t, month(t, desk(t), "SP-2.7.1b", "10-20 09:00", services(billing.Cash, "09-25 10:00", "10-11 00:00")), " 10-11 00:00")
	expect(t, month(t, desk(t), "SP-2.7.1b", "10-10 23:00", services(billing.Cash, "09-25 10:00", ""))) // not yet due
}

// 80 % of four is 3.2, and so four; of five it is four.
func TestSP_2_7_1c(t *testing.T) {
	expect(t, month(t, desk(t), "SP-2.7.1c", "10-20 09:00", services(billing.Collection, "09-25 10:00", "09-25 10:00", "09-25 10:00", "")), " 10-11 00:00")
	expect(t, month(t, desk(t), "SP-2.7.1c", "10-20 09:00", services(billing.Collection, "09-25 10:00", "09-25 10:00", "09-25 10:00", "09-25 10:00", "")))
}

// The record is handed in on the 21st: sorted by 24:00 (SP-2.6.1.2), collated by 5 October
// (SP-2.6.1.3); the money that the worker took booked on the day he hands it in (SP-2.6.2.3).
func TestSP_2_6_1_2(t *testing.T) {
	finance := ticket.Actor{Role: ticket.Finance, ID: "F01"}
	r := func(sorted, booked, collated string) wuye.Records {
		history, entries := paidService("S1", billing.Cash, "09-25 10:00")
		entries = money("S1", append(entries,
			billing.Entry{Type: billing.Received, At: at("09-21 15:12"), By: worker, Amount: 8000, Payment: billing.Cash, Ref: "1"},
			billing.Entry{Type: billing.HandedIn, At: at("09-22 09:00"), By: worker},
			billing.Entry{Type: billing.Sorted, At: at(sorted), By: finance, Payment: billing.Cash},
			billing.Entry{Type: billing.Booked, At: at(booked), By: finance},
			billing.Entry{Type: billing.Collated, At: at(collated), By: assistant})...)
		return wuye.Records{Tickets: tickets(history), Money: entries}
	}
	good, late := r("09-22 23:58", "09-22 23:59", "10-05 23:59"), r("09-23 00:00", "09-23 00:00", "10-06 00:00")
	for _, c := range []struct {
		clause rule.ID
		due    string
	}{{"SP-2.6.1.2", "S1 09-23 00:00"}, {"SP-2.6.2.3", "S1 09-23 00:00"}, {"SP-2.6.1.3", "S1 10-06 00:00"}} {
		expect(t, month(t, desk(t), c.clause, "10-20 09:00", good))
		expect(t, month(t, desk(t), c.clause, "10-20 09:00", late), c.due)
	}
}

// The readings and the duty's own day decide by when: included or before, moved or not, the
// 12th, the close of business.
func TestMonthByReadings(t *testing.T) {
	finance := ticket.Actor{Role: ticket.Finance, ID: "F01"}
	r := func(sorted, collated string) wuye.Records {
		history, entries := paidService("S1", billing.Cash, "09-25 10:00")
		return wuye.Records{Tickets: tickets(history), Money: money("S1", append(entries,
			billing.Entry{Type: billing.HandedIn, At: at("09-22 09:00"), By: worker},
			billing.Entry{Type: billing.Sorted, At: at(sorted), By: finance, Payment: billing.Cash},
			billing.Entry{Type: billing.Collated, At: at(collated), By: assistant})...)}
	}
	before, moves := desk(t, reading(t, "by-the-nth", "before")), desk(t, reading(t, "rest-day", "moves"))
	twelfth := desk(t, func(p *wuye.Policy) {
		for i := range p.Duties {
			if p.Duties[i].Clause == "SP-2.6.1.3" {
				p.Duties[i].Day = 12
			}
		}
	})
	expect(t, month(t, before, "SP-2.6.1.3", "10-20 09:00", r("09-22 10:00", "10-05 12:00")), "S1 10-05 00:00")
	expect(t, month(t, moves, "SP-2.6.1.3", "10-20 09:00", r("09-22 10:00", "10-08 12:00")))
	expect(t, month(t, twelfth, "SP-2.6.1.3", "10-20 09:00", r("09-22 10:00", "10-12 12:00")))

	hours, err := calendar.China().WithHours(calendar.Shift{Days: []time.Weekday{1, 2, 3, 4, 5}, Open: "09:00", Close: "17:30"})
	if err != nil {
		t.Fatal(err)
	}
	p, err := wuye.Standard().WithReading("that-day", "close")
	if err != nil {
		t.Fatal(err)
	}
	closing, err := wuye.New(hours, p)
	if err != nil {
		t.Fatal(err)
	}
	expect(t, month(t, closing, "SP-2.6.1.2", "10-20 09:00", r("09-22 20:00", "10-02 09:00")), "S1 09-22 17:30")
	expect(t, month(t, closing, "SP-2.6.1.2", "10-20 09:00", r("09-22 17:29", "10-02 09:00")))
}

// A revisit from before the service is none of it; where attempts count, an attempt does.
func TestSP_2_7_1a(t *testing.T) {
	again := func(more ...ticket.Event) wuye.Records {
		history, entries := paidService("S1", billing.Cash, "09-22 10:00")
		rows := append(history, did("10-10 09:00", customer, ticket.Reopened), did("10-10 09:10", assistant, ticket.Dispatched, to(worker)),
			did("10-10 10:00", worker, ticket.Started, ref("S1")), did("10-10 11:00", worker, ticket.Completed), did("10-10 14:00", customer, ticket.SignedOff))
		return wuye.Records{Tickets: tickets(story("S1", append(rows, more...)...)), Money: entries}
	}
	october := func(d *wuye.Desk, r wuye.Records) (got []string) {
		findings, err := audit.Month(d, calendar.MustMonth("2026-10"), r, at("11-20 09:00"))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range findings {
			if f.Clause == "SP-2.7.1b" {
				got = append(got, f.At.Format("01-02 15:04"))
			}
		}
		return got
	}
	expect(t, october(desk(t), again()), "11-11 00:00")
	expect(t, october(desk(t), again(did("10-11 10:00", assistant, ticket.Revisited, by(ticket.Phone), asked))))
	missed := did("10-11 10:00", assistant, ticket.Missed)
	expect(t, october(desk(t), again(missed)), "11-11 00:00")
	expect(t, october(desk(t, reading(t, "unreachable", "counts")), again(missed)))
}

func TestSP_2_6_1_3(t *testing.T) { TestSP_2_6_1_2(t) }
func TestSP_2_6_2_3(t *testing.T) { TestSP_2_6_1_2(t) }

// Two records, signed 15:10 and 16:10: collated the other way round.
func TestSP_2_7_1d(t *testing.T) {
	finance := ticket.Actor{Role: ticket.Finance, ID: "F01"}
	serial := func(id, signed, collated string) []billing.Entry {
		return money(id,
			billing.Entry{Type: billing.Charged, At: at(signed), By: worker, Amount: 8000, Payment: billing.Cash},
			billing.Entry{Type: billing.HandedIn, At: at("09-21 17:00"), By: worker},
			billing.Entry{Type: billing.Sorted, At: at("09-21 17:10"), By: finance, Payment: billing.Cash},
			billing.Entry{Type: billing.Collated, At: at(collated), By: assistant})
	}
	r := func(first, second string) wuye.Records {
		return wuye.Records{Money: append(serial("A", "09-21 15:10", first), serial("B", "09-21 16:10", second)...)}
	}
	expect(t, month(t, desk(t), "SP-2.7.1d", "10-20 09:00", r("10-02 09:00", "10-02 09:01")))
	expect(t, month(t, desk(t), "SP-2.7.1d", "10-20 09:00", r("10-02 09:00", "10-02 09:00")))
	expect(t, month(t, desk(t), "SP-2.7.1d", "10-20 09:00", r("10-02 09:01", "10-02 09:00")), "A 10-02 09:01")
}

// Weeks end on Sunday, 24:00: the week of 2026-09-14 on 2026-09-21, 00:00.
func TestVC_1_8(t *testing.T) {
	done := func(when string) wuye.Records {
		var r wuye.Records
		for _, at := range []time.Time{at("09-03 10:00"), at("09-10 10:00"), at(when), at("09-24 10:00")} {
			r.Done = append(r.Done, wuye.DutyDone{Clause: "VC-1.8", At: at, By: assistant, Ref: at.Format("W02")})
		}
		return r
	}
	from := desk(t, func(p *wuye.Policy) { p.From = calendar.MustDate("2026-08-31") })
	expect(t, month(t, from, "VC-1.8", "10-20 09:00", done("09-20 23:59")))
	expect(t, month(t, from, "VC-1.8", "10-20 09:00", done("09-21 00:00")), " 09-21 00:00")
}

// A ticket that became part of another says which, and the other was told.
func TestWY_group(t *testing.T) {
	case1 := func(urged ...ticket.Event) wuye.Records {
		other := story("G1", append([]ticket.Event{registered("09-21 09:00", ticket.Complaint, important), did("09-21 09:05", assistant, ticket.Triaged)}, urged...)...)
		merged := story("G2", registered("09-21 09:30", ticket.Complaint), did("09-21 09:35", assistant, ticket.Merged, ref("G1")))
		return wuye.Records{Tickets: tickets(other, merged)}
	}
	expect(t, month(t, desk(t), "WY-group", "10-20 09:00", case1(did("09-21 09:35", assistant, ticket.Urged, ref("G2")))))
	expect(t, month(t, desk(t), "WY-group", "10-20 09:00", case1()), "G2 09-21 09:35")
	expect(t, month(t, desk(t), "WY-group", "10-20 09:00", case1(did("09-21 09:35", assistant, ticket.Urged, ref("G3")))), "G2 09-21 09:35")
	// What several households complain of is no minor matter.
	lowered := did("09-21 09:40", supervisor, ticket.Reranked, func(e *ticket.Event) { e.Severity = ticket.Minor })
	expect(t, month(t, desk(t), "WY-group", "10-20 09:00", case1(did("09-21 09:35", assistant, ticket.Urged, ref("G2")), lowered)), "G1 09-21 09:35")
}

// The ticket that it was merged into was itself withdrawn: nobody answers this household.
func TestMergedIntoNothing(t *testing.T) {
	other := story("G1", registered("09-21 09:00", ticket.Complaint, important), did("09-21 09:35", assistant, ticket.Urged, ref("G2")), did("09-21 09:40", customer, ticket.Withdrawn))
	merged := story("G2", registered("09-21 09:30", ticket.Complaint), did("09-21 09:35", assistant, ticket.Merged, ref("G1")))
	expect(t, month(t, desk(t), "WY-group", "10-20 09:00", wuye.Records{Tickets: tickets(other, merged)}), "G2 09-21 09:35")
}

func important(e *ticket.Event) { e.Severity = ticket.Important }

// Dissatisfied at 16:00: a new ticket that day, or the old one opened again.
func TestSP_2_7_5(t *testing.T) {
	unhappy := repair("R1", "", "")
	unhappy = story("R1", append(unhappy, did("09-21 16:00", assistant, ticket.Revisited, by(ticket.Phone), asked, grade(ticket.Poor)))...)
	follow := func(when string) []ticket.Event {
		return story("R2", registered(when, ticket.Repair, ref("R1")))
	}
	reopened := story("R1", append(slices.Clone(unhappy), did("09-21 23:59", customer, ticket.Reopened))...)
	expect(t, month(t, desk(t), "SP-2.7.5", "10-20 09:00", wuye.Records{Tickets: tickets(unhappy)}), "R1 09-21 16:00")
	expect(t, month(t, desk(t), "SP-2.7.5", "10-20 09:00", wuye.Records{Tickets: tickets(unhappy, follow("09-21 23:59"))}))
	expect(t, month(t, desk(t), "SP-2.7.5", "10-20 09:00", wuye.Records{Tickets: tickets(unhappy, follow("09-22 00:00"))}), "R1 09-21 16:00")
	expect(t, month(t, desk(t), "SP-2.7.5", "10-20 09:00", wuye.Records{Tickets: tickets(reopened)}))
}

// TestDivergence is program 12: a repair begun at 10:00 and finished at 12:00 keeps HB-2.1e as
// the response it is called, and breaches it as the handling the sentence says.
func TestDivergence(t *testing.T) {
	begun, finished := desk(t), desk(t, reading(t, "general-two-hours", "finished"))
	slow := story("R1",
		registered("09-21 09:00", ticket.Repair), did("09-21 09:10", assistant, ticket.Triaged),
		did("09-21 09:20", assistant, ticket.Dispatched, to(worker)), did("09-21 10:00", worker, ticket.Started),
		did("09-21 12:00", worker, ticket.Completed), did("09-21 12:10", assistant, ticket.Told, grade(ticket.Satisfied)))
	r := wuye.Records{Tickets: tickets(graded("I1", ticket.Inquiry, ticket.Fair), slow)}
	var got []string
	for split, err := range audit.Divergence(begun, finished, september, r, at("10-01 09:00")) {
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range split.A {
			got = append(got, "A "+split.Ticket+" "+string(f.Clause))
		}
		for _, f := range split.B {
			got = append(got, "B "+split.Ticket+" "+string(f.Clause))
		}
	}
	expect(t, got, "B R1 HB-2.1e")
	// A ticket that one desk cannot judge is an error of that ticket, and the rest goes on.
	late := desk(t, func(p *wuye.Policy) { p.From = calendar.MustDate("2026-09-22") })
	failed := 0
	for split, err := range audit.Divergence(begun, late, september, r, at("10-01 09:00")) {
		if err != nil && split.Ticket != "" {
			failed++
		}
	}
	if failed != 2 {
		t.Errorf("%d tickets failed, want 2", failed)
	}
}
