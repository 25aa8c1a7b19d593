package audit_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"example.com/wuye"
	"example.com/wuye/audit"
	"example.com/wuye/billing"
	"example.com/wuye/rule"
	"example.com/wuye/ticket"
)

// sentences is what the findings of a clause say to people.
func sentences(t *testing.T, d *wuye.Desk, id rule.ID, asOf string, history []ticket.Event) []string {
	t.Helper()
	findings, err := audit.History(d, history, at(asOf))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range findings {
		if f.Clause == id {
			got = append(got, f.Zh)
		}
	}
	return got
}

// A history in which every row stands twice is judged like the one without the copies, also
// where the flow refuses something and where the row is the first.
func TestRowsTwice(t *testing.T) {
	phone := did("09-21 17:00", assistant, ticket.Revisited, by(ticket.Phone))
	for name, h := range map[string][]ticket.Event{
		"revisited by phone": minorComplaint(phone),
		"not revisited":      minorComplaint(),
		"upheld at last":     minorComplaint(phone, did("09-22 15:00", supervisor, ticket.Upheld)),
		"reopened":           story("C1", append(minorComplaint(phone), did("09-23 09:00", customer, ticket.Reopened), did("09-23 09:10", worker, ticket.Archived))...),
	} {
		var twice []ticket.Event
		for _, e := range h {
			twice = append(twice, e, e)
		}
		if want := judge(t, desk(t), "", "10-20 09:00", h); len(want) == 0 {
			t.Errorf("%s: nothing is found", name)
		}
		for _, d := range []*wuye.Desk{desk(t), desk(t, reading(t, "complaint-validity", "when-upheld"))} {
			expect(t, judge(t, d, "", "10-20 09:00", twice), judge(t, d, "", "10-20 09:00", h)...)
		}
	}
}

// A duty of the desk's is the desk's, to whomever the ticket went.
func TestDeskDuty(t *testing.T) {
	h := story("T", registered("09-21 09:00", ticket.Complaint), did("09-21 09:05", assistant, ticket.Triaged), did("09-21 09:10", assistant, ticket.Dispatched, to(assistant)))
	findings, err := audit.History(desk(t), h, at("09-30 09:00"))
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, f := range findings {
		if f.By.Role == ticket.Assistant && f.Late > 0 {
			found = true
			if f.By.ID != "" && f.Clause != "HL1-4.3" {
				t.Errorf("%+v", f)
			}
		}
	}
	if !found {
		t.Error(findings)
	}
}

// Histories that begin where none should: the first row counts like the others.
func TestOddBeginnings(t *testing.T) {
	complaint := registered("09-21 09:10", ticket.Complaint)
	away := did("09-21 09:30", assistant, ticket.Dispatched, to(worker), until("09-21 18:00"))
	emergency := registered("09-21 09:10", ticket.Repair, urgent)
	service := registered("09-21 09:10", ticket.Service, special, until("09-21 14:00"))
	first := func(what ticket.EventType, more ...func(*ticket.Event)) ticket.Event {
		return did("09-21 09:00", assistant, what, more...)
	}
	for _, c := range []struct {
		id   rule.ID
		rows []ticket.Event
		want []string
	}{
		{"HB-2.2c", []ticket.Event{first(ticket.Archived), registered("09-21 09:10", ticket.Inquiry)}, []string{"violation 09-21 09:00", "violation 09-21 09:00"}}, // not asked, and not told
		{"TR-4.7a", []ticket.Event{first(ticket.Archived), complaint}, []string{"violation 09-21 09:00"}},
		{"HL2-4.1", []ticket.Event{first(ticket.Promised, until("09-21 17:00")), complaint, away}, nil},
		{"HL2-4.1", []ticket.Event{complaint, away}, []string{"violation 09-21 09:30"}},
		{"HL2-4.2", []ticket.Event{first(ticket.Promised, until("09-21 17:00")), complaint, away}, []string{"violation 09-21 09:30"}},
		{"SP-2.4.2a", []ticket.Event{did("09-21 09:00", worker, ticket.Acknowledged), service, did("09-21 09:40", worker, ticket.Started)}, nil},
		{"SP-2.4.2a", []ticket.Event{service, did("09-21 09:40", worker, ticket.Started)}, []string{"violation 09-21 09:40"}},
		{"HL2-3.2.3", []ticket.Event{first(ticket.PlanStarted), emergency}, nil},
		{"HL2-3.2.3", []ticket.Event{first(ticket.Told), emergency, did("09-21 09:20", assistant, ticket.PlanStarted)}, []string{"violation 09-21 09:20"}},
		{"HL2-3.2.3", []ticket.Event{did("09-21 10:00", assistant, ticket.PlanStarted), emergency, did("09-21 09:30", assistant, ticket.Told)}, []string{"violation 09-21 10:00"}},
		{"HL2-3.2.3", []ticket.Event{first(ticket.Told), emergency}, []string{"violation 09-21 09:10"}},
	} {
		t.Run(string(c.id), func(t *testing.T) {
			expect(t, judge(t, desk(t), c.id, "09-21 12:00", story("T", c.rows...)), c.want...)
		})
	}
}

// What is answered stays answered while things are only noted down; what was taken over
// unanswered is followed, what was settled is not.
func TestFollowedWhileOpen(t *testing.T) {
	h := story("T", registered("09-21 09:00", ticket.Inquiry), did("09-21 09:10", assistant, ticket.Told), did("09-21 10:00", assistant, ticket.Informed))
	expect(t, judge(t, desk(t), "HL1-4.3", "10-24 09:00", h))
	for state, want := range map[ticket.State][]string{
		ticket.InWork: {"warning 09-23 00:00"}, ticket.Answered: nil, ticket.Closed: nil, ticket.Void: nil,
	} {
		imported := story("T", ticket.Event{Type: ticket.Imported, At: at("09-21 09:00"), State: state, Kind: ticket.Repair, Caller: ticket.Owner})
		expect(t, judge(t, desk(t), "HL1-4.3", "09-24 09:00", imported), want...)
	}
}

// What is asked before the next step, in the words of the step.
func TestConditionsInWords(t *testing.T) {
	up := did("09-21 11:00", supervisor, ticket.Escalated, to(manager))
	expect(t, sentences(t, desk(t), "VC-1.3a", "09-21 17:00", escalatedComplaint()), "接手的客服主管没有上门")
	expect(t, sentences(t, desk(t), "VC-1.3b", "09-21 17:00", escalatedComplaint(up)), "上报时没有书面报告")
	long := routineRepair(did("09-21 16:00", assistant, ticket.Revisited, by(ticket.Visit), asked, until("09-21 16:15")))
	expect(t, sentences(t, desk(t), "TR-4.9.3", "09-21 17:00", long), "上门回访用了15分钟，超过十分钟")
}

// Sent from hand to hand, whatever is noted down in between; a dispute begins anew.
func TestShirked(t *testing.T) {
	sent := func(when string, a ticket.Actor) ticket.Event {
		return did(when, assistant, ticket.Dispatched, to(a))
	}
	noted := func(when string) ticket.Event { return did(when, assistant, ticket.Informed) }
	rows := []ticket.Event{registered("09-21 09:00", ticket.Repair), did("09-21 09:05", assistant, ticket.Triaged),
		sent("09-21 09:10", worker), noted("09-21 09:15"), sent("09-21 09:20", helper), noted("09-21 09:25"), sent("09-21 09:30", worker)}
	expect(t, judge(t, desk(t), "VC-3.5", "09-21 10:00", story("T", rows...)), "violation 09-21 09:30")
	rows = append(rows[:5], did("09-21 09:40", helper, ticket.Completed), did("09-21 09:50", customer, ticket.Disputed), sent("09-21 09:55", worker), sent("09-21 09:58", helper))
	expect(t, judge(t, desk(t), "VC-3.5", "09-21 10:00", story("T", rows...)))
}

// A complaint promised by Monday, 24:00, and answered on Wednesday at noon is unfinished on
// Tuesday, 24:00; so is one of the second cycle, whose cause must be of that cycle.
func TestUnfinishedAtMidnight(t *testing.T) {
	late := story("T", registered("09-21 09:00", ticket.Complaint, important), did("09-21 09:05", assistant, ticket.Triaged),
		did("09-21 09:10", supervisor, ticket.Promised, until("09-22 00:00")), did("09-23 12:00", assistant, ticket.Told))
	if got := judge(t, desk(t), "QI-A.3b", "09-25 09:00", late); len(got) == 0 {
		t.Error("nothing is found")
	}
	again := func(rows ...ticket.Event) []ticket.Event {
		first := []ticket.Event{registered("09-14 09:00", ticket.Complaint), did("09-14 09:05", assistant, ticket.Triaged), did("09-14 09:30", assistant, ticket.Told),
			did("09-21 09:00", customer, ticket.Reopened), did("09-21 09:10", assistant, ticket.Promised, until("09-21 17:00"))}
		return story("T", append(append(first, rows...), did("09-24 12:00", assistant, ticket.Told))...)
	}
	cause := did("09-21 15:00", assistant, ticket.Held, why("缺料"), func(e *ticket.Event) { e.Hold = ticket.WaitingMaterials })
	urged := did("09-22 10:00", supervisor, ticket.Urged)
	bare, kept := judge(t, desk(t), "QI-A.3b", "09-25 09:00", again()), judge(t, desk(t), "QI-A.3b", "09-25 09:00", again(cause, urged))
	if len(bare) == 0 || len(kept) >= len(bare) {
		t.Errorf("%q without, %q with cause and urging", bare, kept)
	}
}

// Of an anonymous complaint the form need not have the name, but all else.
func TestFormOfAnonymous(t *testing.T) {
	scope := desk(t, func(p *wuye.Policy) { p.Form = append(p.Form, ticket.Scope) })
	h := func(c ticket.Caller) []ticket.Event {
		return story("T", registered("09-21 09:00", ticket.Complaint, func(e *ticket.Event) {
			e.Caller, e.Has, e.Reason = c, []ticket.Particular{ticket.Contact, ticket.Content, ticket.Room}, "不愿留名"
		}))
	}
	expect(t, sentences(t, scope, "QI-3.4a", "09-21 09:05", h(ticket.Anonymous)), "投诉记录缺少："+ticket.Scope.Label())
	expect(t, sentences(t, scope, "QI-3.4a", "09-21 09:05", h(ticket.Owner)), "投诉记录缺少："+ticket.Name.Label()+"、"+ticket.Scope.Label())
}

// Worked on it: a repair he may neither revisit nor rate, a complaint he may revisit.
func TestOwnWorkOfComplaints(t *testing.T) {
	as := ticket.Actor{Role: ticket.Assistant, ID: helper.ID}
	h := func(what ticket.EventType) []ticket.Event {
		return story("T", registered("09-21 09:00", ticket.Complaint), did("09-21 09:05", assistant, ticket.Triaged), did("09-21 09:10", assistant, ticket.Joined, to(helper)),
			did("09-21 10:00", assistant, ticket.Told), did("09-21 11:00", as, what, by(ticket.Phone), asked))
	}
	expect(t, judge(t, desk(t), "WY-own-work", "09-21 17:00", h(ticket.Revisited)))
	expect(t, judge(t, desk(t), "WY-own-work", "09-21 17:00", h(ticket.Rated)), "violation 09-21 11:00")
}

// What the flow refuses, and no step can mend, is told, also where nothing is missing.
func TestRefusedOutright(t *testing.T) {
	h := story("T", registered("09-21 09:00", ticket.Inquiry), did("09-21 09:10", assistant, ticket.Told, grade(ticket.Satisfied)), did("09-21 09:20", assistant, ticket.Archived),
		did("09-21 09:30", assistant, ticket.Informed))
	expect(t, judge(t, desk(t), "HB-1.3a", "09-21 10:00", h), "violation 09-21 09:30")
	// A row out of order does not make those entered late come before the ticket was opened.
	h = story("T", registered("09-21 09:00", ticket.Inquiry), did("09-21 09:40", worker, ticket.Told, grade(ticket.Satisfied)), did("09-21 09:30", assistant, ticket.Informed))
	h[2].Recorded = at("09-21 09:45")
	expect(t, judge(t, desk(t), "HB-2.1a", "09-21 10:00", h))
	// Reopened by whom may not, the cycle is the second all the same: a revisit of before, entered
	// late, is none of it.
	h = minorComplaint(did("09-22 10:00", manager, ticket.Revisited, by(ticket.Visit), grade(ticket.Fair)))
	late := did("09-22 11:00", assistant, ticket.Revisited, by(ticket.Phone))
	late.Recorded = at("09-23 09:30")
	h = story("C1", append(h, did("09-23 09:00", worker, ticket.Reopened), did("09-23 09:20", assistant, ticket.Told, grade(ticket.Fair)), late, did("09-23 10:00", assistant, ticket.Archived))...)
	expect(t, judge(t, desk(t), "VC-1.4c", "10-20 09:00", h), "violation 09-23 10:00")
}

// A column that no row fills in is unseen, one that another row fills in was left out here.
func TestColumns(t *testing.T) {
	begin := []ticket.Event{registered("09-21 09:00", ticket.Repair, func(e *ticket.Event) { e.Channel = "" }), did("09-21 09:05", assistant, ticket.Triaged)}
	for _, c := range []struct {
		column string
		clause rule.ID
		bare   ticket.Event
		filled ticket.Event
	}{
		{"to", "HL3-3.2", did("09-21 09:30", assistant, ticket.Dispatched), did("09-21 09:20", assistant, ticket.Joined, to(helper))},
		{"to.id", "HL3-3.2", did("09-21 09:30", assistant, ticket.Dispatched, to(ticket.Actor{Role: ticket.Worker})), did("09-21 09:20", assistant, ticket.Joined, to(helper))},
		{"channel", "SP-2.7.2", did("09-21 09:30", assistant, ticket.Revisited), did("09-21 09:20", assistant, ticket.Informed, by(ticket.Phone))},
		{"grade", "HB-2.2c", did("09-21 09:30", assistant, ticket.Rated), did("09-21 09:20", assistant, ticket.Informed, grade(ticket.Fair))},
		{"reason", "SP-2.3a", did("09-21 09:30", assistant, ticket.Declined), did("09-21 09:20", assistant, ticket.Informed, why("缺料"))},
		{"ref", "SP-2.4.2d", did("09-21 09:30", assistant, ticket.Agreed), did("09-21 09:20", assistant, ticket.Informed, ref("K1"))},
		{"until", "QI-3.5", did("09-21 09:30", assistant, ticket.Promised), did("09-21 09:20", assistant, ticket.Rescheduled, until("09-22 09:00"))},
	} {
		alone := slices.Concat(begin, []ticket.Event{c.bare})
		beside := slices.Concat(begin, []ticket.Event{c.filled, c.bare})
		if got := sentences(t, desk(t), c.clause, "09-21 10:00", story("T", alone...)); !slices.Contains(got, "全部记录都没有填这些栏目："+c.column) {
			t.Errorf("%s: %q", c.column, got)
		}
		got := sentences(t, desk(t), c.clause, "09-21 10:00", story("T", beside...))
		if len(got) == 0 || strings.Contains(got[0], "全部记录") {
			t.Errorf("%s is filled in by another row: %q", c.column, got)
		}
	}
}

// A stream may hold a history without rows.
func TestDivergenceOfNothing(t *testing.T) {
	r := wuye.Records{Tickets: tickets(nil, graded("1", ticket.Inquiry, ticket.Fair))}
	for split, err := range audit.Divergence(desk(t), desk(t), september, r, at("10-01 09:00")) {
		t.Errorf("%+v, %v", split, err)
	}
}

// Revisited and satisfied, or asked nothing, calls for nothing.
func TestSatisfiedRevisit(t *testing.T) {
	for _, g := range []ticket.Grade{ticket.Satisfied, ticket.Fair, ticket.NoGrade, ""} {
		h := story("R1", append(repair("R1", "", ""), did("09-21 16:00", assistant, ticket.Revisited, by(ticket.Phone), grade(g)))...)
		expect(t, month(t, desk(t), "SP-2.7.5", "10-20 09:00", wuye.Records{Tickets: tickets(h)}))
	}
	for _, g := range []ticket.Grade{ticket.Poor, ticket.Bad} {
		h := story("R1", append(repair("R1", "", ""), did("09-21 16:00", assistant, ticket.Revisited, by(ticket.Phone), grade(g)))...)
		expect(t, month(t, desk(t), "SP-2.7.5", "10-20 09:00", wuye.Records{Tickets: tickets(h)}), "R1 09-21 16:00")
	}
}

// Of five slips three are to be visited; two were drawn for it, one of them was visited.
func TestVisitsInWords(t *testing.T) {
	v, p := ticket.Visit, ticket.Phone
	r := wuye.Records{Tickets: tickets(repair("R1", v, "10-03 10:00"), repair("R2", v, ""), repair("R3", p, "10-03 10:00"), repair("R4", p, "10-03 11:00"), repair("R5", p, "10-03 12:00"))}
	findings, err := audit.Month(desk(t), september, r, at("10-20 09:00"))
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(findings, func(f audit.Finding) bool { return f.Clause == "TR-4.4d" })
	if i < 0 || !strings.Contains(findings[i].Zh, "应有3单上门回访，定为上门2单，到期上门1单") {
		t.Errorf("%+v", findings)
	}
}

// The grade is the last one of the month, whatever rows come after it.
func TestGradeThenMore(t *testing.T) {
	h := story("1", append(graded("1", ticket.Inquiry, ticket.Satisfied), did("09-21 10:00", assistant, ticket.Informed), did("09-21 11:00", assistant, ticket.Archived))...)
	check(t, card(t, desk(t), "HB-2.1b", wuye.Records{Tickets: tickets(h)}), 1, 1, 0, "at least 90 %")
}

// Answered or not: what is noted down afterwards changes nothing, a dispute or a reopening does,
// and so does a takeover of what was answered.
func TestAnsweredAsOf(t *testing.T) {
	told := []ticket.Event{registered("09-21 09:00", ticket.Repair, ref("R0")), did("09-21 09:10", assistant, ticket.Triaged), did("09-21 09:20", assistant, ticket.Dispatched, to(worker)),
		did("09-21 10:00", worker, ticket.Completed), did("09-21 10:10", assistant, ticket.Told)}
	with := func(more ...ticket.Event) wuye.Records {
		return wuye.Records{Tickets: tickets(story("T", append(slices.Clone(told), more...)...))}
	}
	taken := func(s ticket.State) wuye.Records {
		return wuye.Records{Tickets: tickets(story("T", ticket.Event{Type: ticket.Imported, At: at("09-21 09:00"), State: s, Kind: ticket.Repair, Caller: ticket.Owner}))}
	}
	for _, id := range []rule.ID{"HB-2.2d", "VC-4.1b"} {
		target := map[rule.ID]string{"VC-4.1b": "100 %"}[id]
		check(t, card(t, desk(t), id, with()), 1, 1, 0, target)
		check(t, card(t, desk(t), id, with(did("09-21 11:00", assistant, ticket.Informed))), 1, 1, 0, target)
		check(t, card(t, desk(t), id, with(did("09-21 11:00", customer, ticket.Reopened))), 0, 1, 0, target)
		check(t, card(t, desk(t), id, with(did("09-21 11:00", customer, ticket.Reopened), did("09-21 12:00", assistant, ticket.Informed))), 0, 1, 0, target)
	}
	for state, num := range map[ticket.State]int{ticket.Answered: 1, ticket.Closed: 1, ticket.InWork: 0, ticket.Done: 0} {
		check(t, card(t, desk(t), "HB-2.2d", taken(state)), num, 1, 0, "")
	}
}

// By the month a complaint of August is none of September's, by the year it is; one of the year
// before is none of either.
func TestComplaintRatePeriod(t *testing.T) {
	of := func(id, day string) []ticket.Event {
		return story(id, registered(day+" 09:00", ticket.Complaint), did(day+" 09:10", assistant, ticket.Told))
	}
	r := func() wuye.Records {
		return wuye.Records{Tickets: tickets(of("1", "08-21"), of("2", "09-21"), of("3", "10-08"))}
	}
	households := func(p *wuye.Policy) { p.Households = 500 }
	check(t, card(t, desk(t, households), "HB-2.1c", r()), 1, 500, 0, "below 1 %")
	check(t, card(t, desk(t, households, reading(t, "complaint-rate-period", "year")), "HB-2.1c", r()), 2, 500, 0, "below 1 %")
}

// What the site cannot record is unseen where it is not there.
func TestUnseenFigures(t *testing.T) {
	blind := desk(t, func(p *wuye.Policy) { p.SLA.Unrecorded = []ticket.EventType{ticket.Reopened, ticket.Disputed} })
	r := wuye.Records{Tickets: tickets(begun("R1", "09-21 10:00"), begun("R2", "09-21 10:00"))}
	check(t, card(t, blind, "HB-3.4", r), 0, 0, 2, "")
	check(t, card(t, blind, "SP-2.5.2", r), 0, 0, 2, "")
}

// Told of the reason, or not: of a complaint that took longer.
func TestReasonTold(t *testing.T) {
	h := func(id, reason string) []ticket.Event {
		return story(id, registered("09-21 09:00", ticket.Complaint), did("09-21 10:00", assistant, ticket.Informed, why(reason)), did("09-21 12:00", assistant, ticket.Told))
	}
	check(t, card(t, desk(t), "QI-3.6b", wuye.Records{Tickets: tickets(h("1", "等配件"))}), 1, 1, 0, "100 %")
	check(t, card(t, desk(t), "QI-3.6b", wuye.Records{Tickets: tickets(h("1", ""))}), 0, 0, 1, "100 %")
}

// A major repair is a major need, and a special one a special service.
func TestNeedsOfRepairs(t *testing.T) {
	major := begun("R1", "09-21 10:00")
	major[0].Severity = ticket.Major
	check(t, card(t, desk(t), "TR-4.8", wuye.Records{Tickets: tickets(major)}), 0, 1, 0, "100 %")
	history, entries := paidService("S1", billing.Cash, "")
	history[0].Kind = ticket.Repair
	check(t, card(t, desk(t), "SP-2.7.1b", wuye.Records{Tickets: tickets(history), Money: entries}), 0, 1, 0, "100 %")
}

// Of four that were drawn and revisited two were visited; one should have been.
func TestVisitedShare(t *testing.T) {
	v, p := ticket.Visit, ticket.Phone
	phoned := story("R4", append(repair("R4", v, ""), did("10-03 10:00", assistant, ticket.Revisited, by(p), asked))...)
	r := wuye.Records{Tickets: tickets(repair("R1", v, "10-03 10:00"), repair("R2", v, "10-03 10:00"), repair("R3", p, "10-03 10:00"), phoned)}
	check(t, card(t, desk(t), "TR-4.4d", r), 2, 4, 0, "at least 50 %")
}

// What was due at the month's last instant is of the month; of the two clocks on a complaint the
// first counts where the second was kept.
func TestClocksOfTheMonth(t *testing.T) {
	promised := story("T", registered("09-30 09:00", ticket.Inquiry), did("09-30 09:10", assistant, ticket.Promised, until("10-01 00:00")), did("10-01 09:00", assistant, ticket.Told))
	check(t, card(t, desk(t), "QI-3.5t", wuye.Records{Tickets: tickets(promised)}), 0, 1, 0, "")
	promised[1].Until = at("10-01 00:01")
	check(t, card(t, desk(t), "QI-3.5t", wuye.Records{Tickets: tickets(promised)}), 0, 0, 0, "")
	slow := story("T", registered("09-21 09:00", ticket.Complaint), did("09-21 09:20", assistant, ticket.Triaged))
	check(t, card(t, desk(t), "VC-1.5a", wuye.Records{Tickets: tickets(slow)}), 0, 0, 0, "")
	check(t, card(t, desk(t), "VC-1.5b", wuye.Records{Tickets: tickets(slow)}), 0, 1, 0, "")
	alone := desk(t, func(p *wuye.Policy) { p.Off = []wuye.Off{{Clause: "VC-1.5b", Reason: "没有交接班记录"}} })
	check(t, card(t, alone, "VC-1.5a", wuye.Records{Tickets: tickets(slow)}), 0, 1, 0, "")
}

// Four figures stand there with nothing to count, and no others.
func TestStandingFigures(t *testing.T) {
	h := story("T", registered("10-02 09:00", ticket.Inquiry)) // of October
	scores, err := audit.Scorecard(desk(t, func(p *wuye.Policy) { p.Households = 500 }), september, wuye.Records{Tickets: tickets(h)}, at("10-20 09:00"), nil)
	if err != nil || len(scores) != 1 {
		t.Fatal(scores, err)
	}
	var got []string
	for _, f := range scores[0].Figures {
		got = append(got, fmt.Sprint(f.Clause, " ", f.Num, "/", f.Den))
	}
	expect(t, got, "HB-2.1b 0/0", "HB-2.1c 0/500", "HB-2.2d 0/0", "VC-4.1b 0/0")
}
