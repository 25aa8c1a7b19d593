package audit_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"example.com/wuye"
	"example.com/wuye/audit"
	"example.com/wuye/billing"
	"example.com/wuye/rule"
	"example.com/wuye/ticket"
)

// figure is one clause's figure of a score.
func figure(t *testing.T, s audit.Score, id rule.ID) audit.Figure {
	t.Helper()
	i := slices.IndexFunc(s.Figures, func(f audit.Figure) bool { return f.Clause == id })
	if i < 0 {
		return audit.Figure{}
	}
	return s.Figures[i]
}

func graded(id string, k ticket.Kind, g ticket.Grade) []ticket.Event {
	return story(id, registered("09-21 09:00", k), did("09-21 09:10", assistant, ticket.Told, grade(g)))
}

// Very satisfied, satisfied, fair, and one who gave no answer: 2 of 3; points 5+4+3 of 15.
func TestHB_2_1b(t *testing.T) {
	r := func() wuye.Records {
		return wuye.Records{Tickets: tickets(graded("1", ticket.Inquiry, ticket.VerySatisfied), graded("2", ticket.Inquiry, ticket.Satisfied),
			graded("3", ticket.Inquiry, ticket.Fair), graded("4", ticket.Inquiry, ticket.NoGrade))}
	}
	mean := desk(t, reading(t, "satisfaction", "mean"))
	for _, c := range []struct {
		desk     *wuye.Desk
		num, den int
	}{{desk(t), 2, 3}, {mean, 12, 15}} {
		scores, err := audit.Scorecard(c.desk, september, r(), at("10-01 09:00"), nil)
		if err != nil {
			t.Fatal(err)
		}
		if f := figure(t, scores[0], "HB-2.1b"); f.Num != c.num || f.Den != c.den || f.Target == "" {
			t.Errorf("got %+v, want %d of %d", f, c.num, c.den)
		}
	}
}

func reading(t *testing.T, code, option string) func(*wuye.Policy) {
	return func(p *wuye.Policy) {
		q, err := p.WithReading(code, option)
		if err != nil {
			t.Fatal(err)
		}
		*p = q
	}
}

// One complaint of two is dismissed; 500 households; without their number there is no rate.
func TestHB_2_1c(t *testing.T) {
	r := func() wuye.Records {
		dismissed := story("2", append(graded("2", ticket.Complaint, ticket.Fair), did("09-21 09:20", supervisor, ticket.Dismissed, why("不实")))...)
		return wuye.Records{Tickets: tickets(graded("1", ticket.Complaint, ticket.Fair), dismissed, graded("3", ticket.Inquiry, ticket.Fair))}
	}
	households := func(p *wuye.Policy) { p.Households = 500 }
	for _, c := range []struct {
		what     string
		desk     *wuye.Desk
		num, den int
	}{
		{"no households", desk(t), 0, 0},
		{"households", desk(t, households), 1, 500},
		{"tickets", desk(t, reading(t, "complaint-rate-base", "tickets")), 1, 3},
		{"only upheld", desk(t, households, reading(t, "complaint-validity", "when-upheld")), 0, 500},
	} {
		scores, err := audit.Scorecard(c.desk, september, r(), at("10-01 09:00"), nil)
		if err != nil {
			t.Fatal(err)
		}
		if f := figure(t, scores[0], "HB-2.1c"); f.Num != c.num || f.Den != c.den {
			t.Errorf("%s: got %+v, want %d of %d", c.what, f, c.num, c.den)
		}
	}
}

// Two points raised in a revisit, one answered by the month's end.
func TestVC_4_1b(t *testing.T) {
	linked := func(id, told string) []ticket.Event {
		return story(id, registered("09-29 09:00", ticket.Complaint, ref("R1")), did(told, assistant, ticket.Told))
	}
	scores, err := audit.Scorecard(desk(t), september, wuye.Records{Tickets: tickets(linked("1", "09-30 23:59"), linked("2", "10-01 00:00"))}, at("10-02 09:00"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if f := figure(t, scores[0], "VC-4.1b"); f.Num != 1 || f.Den != 2 {
		t.Errorf("got %+v, want 1 of 2", f)
	}
}

func TestTR_5_0b(t *testing.T) { TestVC_4_1b(t) }

// Groups are in order of key, and VC-1.5a and VC-1.5b breached together count once.
func TestScorecardGroups(t *testing.T) {
	silent := story("1", registered("09-21 09:00", ticket.Complaint))
	r := wuye.Records{Tickets: tickets(silent, graded("2", ticket.Inquiry, ticket.Fair))}
	scores, err := audit.Scorecard(desk(t), september, r, at("10-01 09:00"), func(h []ticket.Event) string { return string(h[0].Kind) })
	if err != nil {
		t.Fatal(err)
	}
	if len(scores) != 2 || scores[0].Key != "complaint" || scores[1].Key != "inquiry" {
		t.Fatalf("got %+v", scores)
	}
	if f := figure(t, scores[0], "VC-1.5b"); f.Num != 0 || f.Den != 1 {
		t.Errorf("VC-1.5b: got %+v, want 0 of 1", f)
	}
	if f := figure(t, scores[0], "VC-1.5a"); f.Den != 0 {
		t.Errorf("VC-1.5a: got %+v, want none", f)
	}
}

// card is one clause's figure of September in one group, as of 20 October.
func card(t *testing.T, d *wuye.Desk, id rule.ID, r wuye.Records) audit.Figure {
	t.Helper()
	scores, err := audit.Scorecard(d, september, r, at("10-20 09:00"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(scores) == 0 {
		return audit.Figure{}
	}
	return figure(t, scores[0], id)
}

func check(t *testing.T, f audit.Figure, num, den, unseen int, target string) {
	t.Helper()
	if f.Num != num || f.Den != den || f.Unseen != unseen || f.Target != target {
		t.Errorf("got %+v, want %d of %d, %d unseen, target %q", f, num, den, unseen, target)
	}
}

// begun is a repair of the 21st that somebody began at that time; it is finished at 15:00, told
// at 15:30.
func begun(id, when string, more ...ticket.Event) []ticket.Event {
	return story(id, append([]ticket.Event{registered("09-21 09:00", ticket.Repair), did("09-21 09:10", assistant, ticket.Triaged),
		did("09-21 09:20", assistant, ticket.Dispatched, to(worker)), did(when, worker, ticket.Started),
		did("09-21 15:00", worker, ticket.Completed), did("09-21 15:30", assistant, ticket.Told)}, more...)...)
}

// First replies: a repair begun at 11:00, one begun at 11:01, an emergency taken at 09:15, a
// complaint told of its progress at 11:01: two of four. A reopened ticket's second is not its first.
func TestHB_2_2a(t *testing.T) {
	emergency := story("E", registered("09-21 09:00", ticket.Repair, urgent), did("09-21 09:01", assistant, ticket.Triaged), did("09-21 09:15", worker, ticket.Acknowledged))
	complaint := story("C", registered("09-21 09:00", ticket.Complaint), did("09-21 09:01", assistant, ticket.Triaged), did("09-21 11:01", assistant, ticket.Informed))
	again := begun("R3", "09-21 11:00", did("09-22 09:00", customer, ticket.Reopened), did("09-22 09:10", assistant, ticket.Dispatched, to(worker)), did("09-22 12:00", worker, ticket.Started))
	f := card(t, desk(t), "HB-2.2a", wuye.Records{Tickets: tickets(begun("R1", "09-21 11:00"), begun("R2", "09-21 11:01"), emergency, complaint)})
	check(t, f, 2, 4, 0, "")
	check(t, card(t, desk(t), "HB-2.2a", wuye.Records{Tickets: tickets(again)}), 1, 1, 0, "")
	check(t, card(t, desk(t), "HB-2.1e", wuye.Records{Tickets: tickets(again)}), 1, 2, 0, "")
}

// Three were answered in September, one of them reopened since, though in October; one answered
// only in October is of that month. Two of three that were completed had to be redone.
func TestReopenedAndRework(t *testing.T) {
	reopened := begun("R1", "09-21 10:00", did("10-09 09:00", customer, ticket.Reopened))
	october := story("R4", registered("09-30 09:00", ticket.Inquiry), did("10-01 09:00", assistant, ticket.Told), did("10-02 09:00", customer, ticket.Reopened))
	redone := func(id string) []ticket.Event {
		h := begun(id, "09-21 10:00")
		return story(id, slices.Insert(h, 5, did("09-21 15:10", customer, ticket.Disputed), did("09-21 15:20", worker, ticket.Completed))...)
	}
	r := wuye.Records{Tickets: tickets(reopened, redone("R2"), redone("R3"), october)}
	check(t, card(t, desk(t), "HB-3.4", r), 1, 3, 0, "")
	check(t, card(t, desk(t), "SP-2.5.2", r), 2, 3, 0, "")
}

// What was reopened or redone before this month's answer, or completion, is not its fault.
func TestOnceIsEnough(t *testing.T) {
	h := story("R1", registered("08-30 09:00", ticket.Repair), did("08-30 09:10", assistant, ticket.Triaged), did("08-30 09:20", assistant, ticket.Dispatched, to(worker)),
		did("08-30 10:00", worker, ticket.Started), did("08-31 10:00", worker, ticket.Completed), did("09-01 09:00", customer, ticket.Disputed), did("09-01 10:00", worker, ticket.Completed))
	check(t, card(t, desk(t), "SP-2.5.2", wuye.Records{Tickets: tickets(h)}), 0, 1, 0, "")
	h = story("I1", registered("08-30 09:00", ticket.Inquiry), did("08-30 09:10", assistant, ticket.Told), did("09-01 09:00", customer, ticket.Reopened), did("09-01 10:00", assistant, ticket.Told))
	check(t, card(t, desk(t), "HB-3.4", wuye.Records{Tickets: tickets(h)}), 0, 1, 0, "")
}

// Four were drawn: one visited, one phoned, one not reached and replaced by another, one
// forgotten. Two of three are revisited, one of the two on site.
func TestCoverage(t *testing.T) {
	v, p := ticket.Visit, ticket.Phone
	replaced := repair("R3", p, "")
	replaced = story("R3", append(replaced, did("10-02 10:00", assistant, ticket.Missed, ref("R9")))...)
	r := wuye.Records{Tickets: tickets(repair("R1", v, "10-03 10:00"), repair("R2", p, "10-03 10:00"), replaced, repair("R4", v, ""), repair("R5", "", ""))}
	check(t, card(t, desk(t), "TR-4.3a", r), 2, 3, 0, "100 %")
	check(t, card(t, desk(t), "TR-4.4d", r), 1, 2, 0, "at least 50 %")
	check(t, card(t, desk(t, reading(t, "on-site-half", "majority")), "TR-4.4d", r), 1, 2, 0, "more than 50 %")
	blind := desk(t, func(p *wuye.Policy) { p.SLA.Unrecorded = []ticket.EventType{ticket.Revisited} })
	check(t, card(t, blind, "TR-4.3a", r), 2, 2, 1, "100 %") // what is there counts, what is not is unseen
}

// A service revisited before it was done again is not revisited.
func TestRevisitedBeforeTheService(t *testing.T) {
	history, entries := paidService("S1", billing.Cash, "")
	early := slices.Insert(history, 7, did("09-21 14:30", assistant, ticket.Revisited, by(ticket.Phone), asked))
	check(t, card(t, desk(t), "SP-2.7.1b", wuye.Records{Tickets: tickets(story("S1", early...)), Money: entries}), 0, 1, 0, "100 %")
}

// Of three valid complaints resolved in September one is visited by the manager; one dismissed
// and one of two that the supervisor settled are revisited by whom they ask for.
func TestComplaintsRevisited(t *testing.T) {
	phone := did("09-21 17:00", assistant, ticket.Revisited, by(ticket.Phone))
	visit := did("09-22 10:00", manager, ticket.Revisited, by(ticket.Visit), grade(ticket.Fair))
	dismissed := did("09-21 16:00", supervisor, ticket.Dismissed, why("不实"))
	open := func(rows ...ticket.Event) []ticket.Event { // not archived yet
		h := minorComplaint(rows...)
		return h[:len(h)-1]
	}
	raised := func(by ticket.Event) []ticket.Event {
		h := open(did("09-21 16:00", supervisor, ticket.Dismissed, why("不实")), by)
		return story("C2", slices.Insert(h, 4, did("09-21 09:20", assistant, ticket.Escalated, to(supervisor)))...)
	}
	supervisors := did("09-21 17:00", supervisor, ticket.Revisited, by(ticket.Phone))
	r := wuye.Records{Tickets: tickets(minorComplaint(phone, visit), minorComplaint(phone), open(), open(dismissed, phone), raised(phone), raised(supervisors))}
	check(t, card(t, desk(t), "TR-4.7a", r), 1, 3, 0, "100 %")
	check(t, card(t, desk(t), "VC-1.4c", r), 1, 1, 0, "100 %")
	check(t, card(t, desk(t), "VC-1.6", r), 1, 2, 0, "100 %")
	tier := desk(t, reading(t, "complaint-revisitor", "tier"))
	check(t, card(t, tier, "TR-4.7a", r), 0, 0, 0, "")
	check(t, card(t, tier, "VC-1.4c", r), 3, 4, 0, "100 %")
	// Given up with approval, it is not counted.
	excused := did("09-22 15:00", supervisor, ticket.Missed, why("三次未联系上"), func(e *ticket.Event) { e.Approver = manager })
	check(t, card(t, desk(t), "TR-4.7a", wuye.Records{Tickets: tickets(open(excused))}), 0, 0, 0, "")
}

// Two emergencies were completed, one of them revisited; one was disputed and is not completed.
func TestTR_4_8(t *testing.T) {
	emergency := func(id string, more ...ticket.Event) []ticket.Event {
		return story(id, append([]ticket.Event{registered("09-21 09:00", ticket.Repair, urgent), did("09-21 09:01", assistant, ticket.Triaged),
			did("09-21 09:02", assistant, ticket.Dispatched, to(worker)), did("09-21 09:10", worker, ticket.Started), did("09-21 10:00", worker, ticket.Completed)}, more...)...)
	}
	r := wuye.Records{Tickets: tickets(emergency("E1"), emergency("E2", did("09-21 11:00", assistant, ticket.Revisited, by(ticket.Phone), asked)), emergency("E3", did("09-21 11:00", customer, ticket.Disputed)))}
	check(t, card(t, desk(t), "TR-4.8", r), 1, 2, 0, "100 %")
}

// The month's special services, revisited by 10 October, 24:00, and what the bank collected.
func TestServicesOfTheMonth(t *testing.T) {
	r := services(billing.Cash, "09-25 10:00", "10-10 23:59", "10-11 00:00")
	check(t, card(t, desk(t), "SP-2.7.1b", r), 2, 3, 0, "100 %")
	r = services(billing.Collection, "09-25 10:00", "")
	check(t, card(t, desk(t), "SP-2.7.1c", r), 1, 2, 0, "at least 80 %")
	check(t, card(t, desk(t), "SP-2.7.1b", r), 0, 0, 0, "")
}

// Of three charges in September's batch one is collected, one failed, one not told of yet; one
// that failed is put to the bank again in October, and is of that batch too.
func TestSP_2_6_1_5(t *testing.T) {
	finance := ticket.Actor{Role: ticket.Finance, ID: "F01"}
	charge := func(id string, results ...billing.Entry) []billing.Entry {
		rows := []billing.Entry{{Type: billing.Charged, At: at("09-21 15:10"), By: worker, Amount: 8000, Payment: billing.Collection}}
		for _, e := range results {
			e.By = finance
			rows = append(rows, e)
		}
		return money(id, rows...)
	}
	put := func(when, month string) billing.Entry {
		return billing.Entry{Type: billing.Submitted, At: at(when), Ref: month}
	}
	collected := billing.Entry{Type: billing.Collected, At: at("10-08 10:00"), Amount: 8000}
	failed := billing.Entry{Type: billing.Failed, At: at("10-08 10:00"), Reason: "余额不足"}
	history, _ := paidService("A", billing.Collection, "")
	r := wuye.Records{Tickets: tickets(history), Money: slices.Concat(
		charge("A", put("10-01 10:00", "2026-09"), collected),
		charge("B", put("10-01 10:00", "2026-09"), failed, put("10-12 10:00", "2026-10"), billing.Entry{Type: billing.Collected, At: at("10-15 10:00"), Amount: 8000}),
		charge("C", put("10-01 10:00", "2026-09")))}
	check(t, card(t, desk(t), "SP-2.6.1.5", r), 1, 2, 0, "")
	// By group: that of the ticket; of tickets that are not there, "".
	scores, err := audit.Scorecard(desk(t), september, r, at("10-20 09:00"), func([]ticket.Event) string { return "锦绣苑" })
	if err != nil || len(scores) != 2 {
		t.Fatal(scores, err)
	}
	check(t, figure(t, scores[0], "SP-2.6.1.5"), 0, 1, 0, "")
	check(t, figure(t, scores[1], "SP-2.6.1.5"), 1, 1, 0, "")
}

// What the form has no box for is unseen, and what a row may show counts where it does.
func TestManners(t *testing.T) {
	slow := func(id string, c ticket.Channel, reason string) []ticket.Event {
		return story(id, registered("09-21 09:00", ticket.Complaint, by(c)), did("09-21 10:00", assistant, ticket.Informed, why(reason)), did("09-21 11:01", assistant, ticket.Told))
	}
	soon := story("3", registered("09-21 09:00", ticket.Complaint), did("09-21 11:00", assistant, ticket.Told))
	r := wuye.Records{Tickets: tickets(slow("1", ticket.Phone, "等配件"), slow("2", ticket.Counter, ""), soon)}
	check(t, card(t, desk(t), "QI-2.5", r), 0, 0, 2, "100 %")
	check(t, card(t, desk(t), "QI-3.3a", r), 0, 0, 3, "100 %")
	check(t, card(t, desk(t), "QI-3.4b", r), 0, 0, 3, "100 %")
	check(t, card(t, desk(t), "QI-3.6b", r), 1, 1, 1, "100 %")

	// Where the form has the boxes: one complainant was apologised to, none read to; of two calls
	// one rang long, and nobody apologised.
	boxes := desk(t, func(p *wuye.Policy) { p.Form = append(p.Form, ticket.LongRing, ticket.Apology, ticket.ReadBack) })
	long, sorry := slow("1", ticket.Phone, ""), slow("2", ticket.Counter, "")
	long[0].Has, sorry[1].Has = append(slices.Clone(form), ticket.LongRing), []ticket.Particular{ticket.Apology}
	r = wuye.Records{Tickets: tickets(long, sorry, soon)}
	check(t, card(t, boxes, "QI-2.5", r), 1, 2, 0, "100 %")
	check(t, card(t, boxes, "QI-3.3a", r), 1, 3, 0, "100 %")
	check(t, card(t, boxes, "QI-3.4b", r), 0, 3, 0, "100 %")
	expect(t, judge(t, boxes, "QI-2.5", "09-21 18:00", long), "violation 09-21 09:00")
	expect(t, judge(t, boxes, "QI-3.3a", "09-21 18:00", long), "violation 09-21 09:00")
	expect(t, judge(t, boxes, "QI-3.3a", "09-21 18:00", sorry))
	expect(t, judge(t, boxes, "QI-3.4b", "09-21 18:00", sorry), "violation 09-21 09:00")
	for _, id := range []rule.ID{"QI-2.5", "QI-3.3a", "QI-3.4b"} { // no box, no finding
		expect(t, judge(t, desk(t), id, "09-21 18:00", long))
	}
	expect(t, judge(t, boxes, "QI-3.4a", "09-21 18:00", sorry)) // a box is no particular of the record
}

func TestQI_2_5(t *testing.T)  { TestManners(t) }
func TestQI_3_3a(t *testing.T) { TestManners(t) }
func TestQI_3_4b(t *testing.T) { TestManners(t) }
func TestQI_3_6b(t *testing.T) { TestManners(t) }

// Every figure has a name and a clause, no clause comes twice, and the order is always the same.
func TestFiguresAreNamed(t *testing.T) {
	d := desk(t, func(p *wuye.Policy) { p.Households = 500 })
	all := tickets(minorComplaint(), repair("R1", ticket.Visit, "10-03 10:00"), graded("1", ticket.Inquiry, ticket.Fair))
	scores, err := audit.Scorecard(d, september, wuye.Records{Tickets: all}, at("10-20 09:00"), nil)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[rule.ID]bool{}
	for _, f := range scores[0].Figures {
		if _, ok := rule.Lookup(f.Clause); f.Name == "" || !ok || seen[f.Clause] || f.Num > f.Den {
			t.Errorf("%+v", f)
		}
		seen[f.Clause] = true
	}
	var first []string
	for _, f := range scores[0].Figures[:5] {
		first = append(first, string(f.Clause))
	}
	expect(t, first, "HB-2.1b", "HB-2.1c", "HB-2.2d", "VC-4.1b", "HB-2.2a")
}

// What cannot be judged is an error: a month without a policy, a history that is none, a money
// log that is refused.
func TestScorecardErrors(t *testing.T) {
	mixed := graded("1", ticket.Inquiry, ticket.Fair)
	mixed[1].Ticket = "2"
	money := []billing.Entry{{Serial: "A", Seq: 2, Type: billing.Charged, At: at("09-21 15:10"), Recorded: at("09-21 15:10"), By: worker}}
	late := desk(t, func(p *wuye.Policy) { p.From = p.From.AddMonths(12 * 30) })
	for what, err := range map[string]error{
		"no policy":  second(audit.Scorecard(late, september, wuye.Records{}, at("10-20 09:00"), nil)),
		"no history": second(audit.Scorecard(desk(t), september, wuye.Records{Tickets: tickets(mixed)}, at("10-20 09:00"), nil)),
		"no log":     second(audit.Scorecard(desk(t), september, wuye.Records{Money: money}, at("10-20 09:00"), nil)),
	} {
		if err == nil || rule.Zh(err) == "" {
			t.Errorf("%s: %v", what, err)
		}
	}
	if refused, ok := errors.AsType[*wuye.NotInForceError](second(audit.Scorecard(late, september, wuye.Records{}, time.Time{}, nil))); !ok {
		t.Errorf("got %v", refused)
	}
}

func second[T any](_ T, err error) error { return err }
