package audit_test

import (
	"fmt"
	"iter"
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
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// A legal history that met everything has no finding, wherever one stands and whenever one asks.
func TestKeptIsClean(t *testing.T) {
	d := desk(t)
	rapid.Check(t, func(t *rapid.T) {
		rows := anyLife(t, "T")
		if _, err := ticket.Replay(rows); err != nil {
			t.Fatalf("the life is not legal: %v", err)
		}
		if rapid.Bool().Draw(t, "zone") {
			for i := range rows {
				rows[i].At = rows[i].At.In(time.FixedZone("", -5*3600))
			}
		}
		asOf := later
		if rapid.Bool().Draw(t, "midway") {
			asOf = rows[rapid.IntRange(0, len(rows)-1).Draw(t, "row")].Recorded
		}
		findings, err := audit.History(d, rows, asOf)
		if err != nil || findings != nil {
			t.Fatalf("%v %v", findings, err)
		}
	})
}

// One departure gives exactly its finding: one for each check, some for the flow and the clocks.
// Two stand where two clauses are departed from: a late visit is late by its clock, and was not
// agreed anew; a complaint that the manager did not visit by the day, he never visited.
func TestInjections(t *testing.T) {
	unasked := func(e *ticket.Event) { e.Grade = "" }
	moved := func(d time.Duration) func(*ticket.Event) { // to another time, with what it says of one
		return func(e *ticket.Event) { e.At, e.Recorded = e.At.Add(d), e.Recorded.Add(d) }
	}
	dayLater := func(by ticket.Actor, what ticket.EventType, days int, more ...func(*ticket.Event)) ticket.Event {
		e := row(by, what, more...)
		e.At = monday.AddDays(days).Start().Add(10 * time.Hour)
		return e
	}
	slow := drop(ticket.Informed) // a grave complaint of four days, for which rows are put in
	long := together(slow, change(ticket.Promised, func(e *ticket.Event) { e.Until = e.Until.AddDate(0, 0, 5) }), delay(ticket.Completed, 72*time.Hour),
		after(ticket.Started, row(assistant, ticket.Informed), dayLater(head, ticket.Joined, 1, to(helper)), dayLater(head, ticket.Joined, 2, to(helper)), dayLater(head, ticket.Joined, 3, to(helper))))
	informed := together(slow, change(ticket.Promised, func(e *ticket.Event) { e.Until = e.Until.AddDate(0, 0, 5) }), delay(ticket.Completed, 72*time.Hour),
		after(ticket.Started, row(assistant, ticket.Informed), dayLater(assistant, ticket.Informed, 1), dayLater(assistant, ticket.Informed, 2), dayLater(assistant, ticket.Informed, 3)),
		change(ticket.Dispatched, func(e *ticket.Event) { e.Until = e.At.Add(8 * time.Hour) }))
	for _, c := range []struct {
		what   string
		life   string
		change func([]ticket.Event) []ticket.Event
		want   string
	}{
		{"satisfaction not asked", "inquiry", change(ticket.Told, unasked), "HB-2.2c"},
		{"two days without a row", "repair", delay(ticket.Completed, 72*time.Hour), "HL1-4.3"},
		{"of a suggestion", "suggestion", delay(ticket.Completed, 72*time.Hour), "HL2-3.2.4"},
		{"of a grave complaint, whose customer heard nothing either", "grave", together(change(ticket.Promised, func(e *ticket.Event) { e.Until = e.Until.AddDate(0, 0, 5) }), delay(ticket.Completed, 72*time.Hour)), "HL2-4.3 QI-3.7c"},
		{"a point neither answered nor promised that day", "point", drop(ticket.Promised), "VC-4.1a"},
		{"nor in its month", "point", together(drop(ticket.Promised), daily(30)), "TR-5.0b VC-4.1a"},
		{"transferred in without a number", "inbound", change(ticket.Registered, func(e *ticket.Event) { e.Ref = "" }), "WY-inbound"},
		{"the sender not answered", "inbound", change(ticket.Told, func(e *ticket.Event) { e.To = ticket.Actor{} }), "WY-inbound"},
		{"the customer not answered", "inbound", func(rows []ticket.Event) []ticket.Event {
			for i := range rows {
				if rows[i].Type == ticket.Told {
					rows[i].To = authority
				}
			}
			return rows
		}, "WY-inbound"},
		{"what was transferred in is lowered", "inbound", after(ticket.Triaged, row(supervisor, ticket.Reranked, func(e *ticket.Event) { e.Severity = ticket.Minor })), "WY-inbound"},
		{"priced unseen", "service", drop(ticket.Inspected), "SP-2.4.2c"},
		{"seen after the price", "service", together(drop(ticket.Inspected), after(ticket.Agreed, row(worker, ticket.Inspected))), "SP-2.4.2c"},
		{"drawn off the record", "supplied", drop(ticket.Issued), "SP-2.4.3"},
		{"the slip not written off", "service", drop(ticket.WrittenOff), "SP-2.6.1.1a"},
		{"materials kept", "supplied", drop(ticket.GivenBack), "SP-2.6.1.1b"},
		{"drawn once more and kept", "supplied", after(ticket.GivenBack, row(worker, ticket.Issued)), "SP-2.6.1.1b"},
		{"no emergency plan", "emergency", drop(ticket.PlanStarted), "HL2-3.2.3"},
		{"the plan after the work", "emergency", together(drop(ticket.PlanStarted), after(ticket.Told, row(assistant, ticket.PlanStarted))), "HL2-3.2.3"},
		{"forwarded without a promise", "complaint", drop(ticket.Promised), "HL2-4.1"},
		{"the department's limit is later", "complaint", change(ticket.Dispatched, func(e *ticket.Event) { e.Until = e.At.Add(9 * time.Hour) }), "HL2-4.2"},
		{"the supervisor stayed away", "grave", drop(ticket.Arrived), "VC-1.3a"},
		{"no written report", "grave", drop(ticket.Reported), "VC-1.3b"},
		{"the supervisor's, revisited by the assistant", "noise", after(ticket.Promised, row(assistant, ticket.Escalated, to(supervisor)), row(supervisor, ticket.Arrived)), "VC-1.6"},
		{"the manager only phoned", "complaint", change(ticket.Revisited, by(ticket.Phone)), "TR-4.7a WY-manager-visit"},
		{"a suggestion kept from the manager", "suggestion", drop(ticket.Escalated), "VC-3.4"},
		{"one heard in a revisit", "suggestion", together(drop(ticket.Escalated), change(ticket.Registered, ref("R1"))), "VC-4.1d"},
		{"sent from hand to hand", "repair", after(ticket.Dispatched, row(assistant, ticket.Dispatched, to(helper)), row(assistant, ticket.Dispatched, to(worker))), "VC-3.5"},
		{"attitude not asked", "emergency", change(ticket.Revisited, func(e *ticket.Event) { e.Attitude = "" }), "TR-4.5"},
		{"the customer's attitude not recorded", "complaint", change(ticket.Revisited, unasked), "TR-4.7b"},
		{"eleven minutes", "complaint", change(ticket.Revisited, func(e *ticket.Event) { e.Until = e.At.Add(11 * time.Minute) }), "TR-4.9.3"},
		{"came late without a word", "service", delay(ticket.Arrived, 10*time.Minute), "SP-2.3c SP-2.4.2b"},
		{"receipt not logged", "service", together(drop(ticket.Acknowledged), after(ticket.Dispatched, row(assistant, ticket.Delivered))), "SP-2.4.2a"},
		{"no opinion on site", "service", change(ticket.Revisited, func(e *ticket.Event) { e.Grade, e.Channel = "", ticket.Visit }), "SP-2.7.3a"},
		{"no opinion by phone", "service", change(ticket.Revisited, unasked), "SP-2.7.3b"},
		{"overdue, no cause, nobody urged", "grave", informed, "HL3-3.3 QI-A.3b"},
		{"overdue, with cause and urging", "grave", together(informed, after(ticket.Started, row(assistant, ticket.Urged, why("配件未到")))), "HL3-3.3"},
		{"overdue, urged, no cause", "grave", together(informed, after(ticket.Started, row(assistant, ticket.Urged))), "HL3-3.3 QI-A.3b"},
		{"overdue, cause, nobody urged", "grave", together(informed, after(ticket.Started, row(head, ticket.Informed, why("配件未到")))), "HL3-3.3 QI-A.3b"},
		{"an overdue repair is no complaint", "repair", together(change(ticket.Dispatched, func(e *ticket.Event) { e.Until = e.At.Add(8 * time.Hour) }), delay(ticket.Completed, 72*time.Hour)), "HL1-4.3 HL3-3.3"},
		{"the owner called while he was waited for", "repair", after(ticket.Started, row(worker, ticket.Held, func(e *ticket.Event) { e.Hold = ticket.WaitingCustomer }), row(customer, ticket.Urged), row(worker, ticket.Resumed)), "QI-A.3b"},
		{"the form lacks the room", "complaint", change(ticket.Registered, func(e *ticket.Event) { e.Has = form[:3] }), "QI-3.4a"},
		{"days without a word to the customer", "grave", long, "QI-3.7c"},
		{"no superior's promise", "grave", change(ticket.Promised, func(e *ticket.Event) { e.By = assistant }), "WY-superior-promise"},
		{"a default rating online", "noise", change(ticket.Revisited, by(ticket.Online)), "WY-online-revisit"},
		{"a helper rings up himself", "emergency", together(after(ticket.Started, row(worker, ticket.Joined, to(helper))), change(ticket.Revisited, func(e *ticket.Event) { e.By.ID = helper.ID })), "WY-own-work"},
		{"given up after one attempt", "emergency", after(ticket.Told, row(supervisor, ticket.Missed, func(e *ticket.Event) { e.Approver = manager })), "WY-unreachable"},

		{"archived by the worker", "inquiry", change(ticket.Archived, func(e *ticket.Event) { e.By = worker }), "SP-1b"},
		{"not taken on", "repair", drop(ticket.Triaged), "HL1-4.2"},
		{"not dispatched", "repair", drop(ticket.Dispatched), "HL3-3.2"},
		{"signed off and never completed", "repair", together(drop(ticket.Completed), change(ticket.Told, func(e *ticket.Event) { e.Type, e.By = ticket.SignedOff, customer })), "HB-1.3a"},
		{"reopened by a worker, and not revisited again", "reopened", together(change(ticket.Reopened, func(e *ticket.Event) { e.By = worker }), func(rows []ticket.Event) []ticket.Event {
			i := slices.IndexFunc(rows, func(e ticket.Event) bool { return e.Type == ticket.Reopened })
			return append(rows[:i:i], drop(ticket.Revisited)(slices.Clone(rows[i:]))...)
		}), "HB-3.4 QI-3.8 TR-4.7a VC-1.4c VC-1.5a WY-manager-visit"},
		{"no answer", "repair", drop(ticket.Told), "HB-2.2c HB-2.2c"}, // no result told, and no satisfaction asked
		{"begun after two hours and a minute", "repair", delay(ticket.Started, 61*time.Minute), "HB-2.1e"},
		{"silent for two hours", "complaint", drop(ticket.Informed), "QI-3.6a"},
		{"the fit-out visited on the eighth day", "fit-out", delay(ticket.Revisited, 3*nextDay*time.Minute), "TR-4.2a"},
		{"the revisit written up on the third day", "noise", change(ticket.Revisited, func(e *ticket.Event) { e.Recorded = e.Recorded.AddDate(0, 0, 2) }), "TR-5.0a"},
		{"the revisit written up the day after", "noise", change(ticket.Revisited, func(e *ticket.Event) { e.Recorded = e.Recorded.AddDate(0, 0, 1) }), ""},
		{"answered after thirty-one minutes", "inquiry", together(drop(ticket.Triaged), delay(ticket.Told, 21*time.Minute)), "WY-unanswered"},
		{"a late entry is no departure", "repair", change(ticket.Completed, moved(-time.Minute)), ""},
	} {
		t.Run(c.what, func(t *testing.T) {
			before := live(c.life, "T", monday, 100)
			if f, err := audit.History(desk(t), before, later); err != nil || f != nil {
				t.Fatalf("before: %v %v", f, err)
			}
			rows := story("T", c.change(before)...)
			findings, err := audit.History(desk(t), rows, later)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range findings {
				got = append(got, string(f.Clause))
			}
			slices.Sort(got)
			if s := strings.Join(got, " "); s != c.want {
				t.Errorf("got %q, want %q:\n%v", s, c.want, findings)
			}
		})
	}
}

// QI-A.8: an item that was closed is registered, handled, followed each day, brought to a result
// and its customer asked, or there is a finding; looked for here row by row, in whatever is left
// of a life.
func TestQI_A_8(t *testing.T) {
	d := desk(t)
	rapid.Check(t, func(t *rapid.T) {
		rows := spoil(t, anyLife(t, "T"))
		if slices.ContainsFunc(rows, func(e ticket.Event) bool { return e.Type == ticket.Reopened || e.At.After(e.Recorded) }) {
			return // one cycle
		}
		has := func(types ...ticket.EventType) bool {
			return slices.ContainsFunc(rows, func(e ticket.Event) bool { return slices.Contains(types, e.Type) })
		}
		if !has(ticket.Archived) {
			return
		}
		asked := slices.ContainsFunc(rows, func(e ticket.Event) bool { return e.Grade != "" })
		followed := true
		for i := 1; i < len(rows) && !slices.Contains([]ticket.EventType{ticket.Told, ticket.SignedOff}, rows[i-1].Type); i++ {
			followed = followed && rows[i].At.Before(calendar.DateOf(rows[i-1].At).AddDays(2).Start())
		}
		if has(ticket.Registered) && has(ticket.Completed, ticket.Replied, ticket.Declined, ticket.Told) && followed && has(ticket.Told, ticket.SignedOff) && asked {
			return
		}
		findings, err := audit.History(d, rows, later)
		if err != nil {
			t.Fatal(err)
		}
		if len(findings) == 0 {
			t.Fatalf("no finding: %v", rows)
		}
	})
}

// Splitting a stream changes nothing: each ticket is judged alone, though the space is used again.
func TestSplitting(t *testing.T) {
	d := desk(t)
	rapid.Check(t, func(t *rapid.T) {
		var all [][]ticket.Event
		for i := range rapid.IntRange(1, 8).Draw(t, "tickets") {
			all = append(all, spoil(t, anyLife(t, fmt.Sprint("T", i))))
		}
		var want []string
		for _, h := range all {
			findings, err := audit.History(d, h, later)
			want = append(want, lines(err, findings)...)
		}
		cut := rapid.IntRange(0, len(all)).Draw(t, "cut")
		got := append(stream(d, slices.Values(all[:cut])), stream(d, slices.Values(all[cut:]))...)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
		if diff := cmp.Diff(want, stream(d, slices.Values(all))); diff != "" {
			t.Fatal(diff)
		}
	})
}

func lines(err error, findings []audit.Finding) []string {
	var all []string
	if err != nil {
		all = append(all, err.Error())
	}
	for _, f := range findings {
		all = append(all, fmt.Sprint(f))
	}
	return all
}

func stream(d *wuye.Desk, tickets iter.Seq[[]ticket.Event]) []string {
	var all []string
	for f, err := range audit.Histories(d, tickets, later) {
		if err != nil {
			all = append(all, err.Error())
		} else {
			all = append(all, fmt.Sprint(f))
		}
	}
	return all
}

// Whoever has heard enough stops, and a ticket that cannot be judged does not.
func TestHistoriesStops(t *testing.T) {
	bad := live("inquiry", "B", monday, 100)
	bad[1].Ticket = "C"
	slow := story("S", drop(ticket.Told)(live("repair", "S", monday, 100))...)
	var got []string
	for f, err := range audit.Histories(desk(t), tickets(bad, nil, slow, slow), later) {
		got = append(got, f.Ticket+" "+string(f.Clause))
		if (err != nil) != (f.Clause == "") {
			t.Errorf("%v: %v", f, err)
		}
		if len(got) == 2 {
			break
		}
	}
	expect(t, got, "B ", "S HB-2.2c")
	for f := range audit.Histories(desk(t), nil, later) {
		t.Error(f)
	}
}

var march = calendar.MustMonth("2026-03")

// The scorecards of parts add up to that of the whole, and so do the groups of one.
func TestScorecardsAddUp(t *testing.T) {
	readings := []func(*wuye.Policy){func(*wuye.Policy) {}, func(p *wuye.Policy) { p.SLA.Unrecorded = []ticket.EventType{ticket.Revisited} }}
	for _, change := range readings {
		d := desk(t, func(p *wuye.Policy) { p.Households = 500 }, change)
		rapid.Check(t, func(t *rapid.T) {
			var parts [2]wuye.Records
			var histories [2][][]ticket.Event
			for i := range rapid.IntRange(1, 10).Draw(t, "tickets") {
				id := fmt.Sprint("T", i)
				h := spoil(t, anyLife(t, id))
				k := rapid.IntRange(0, 1).Draw(t, "part")
				histories[k] = append(histories[k], h)
				if h[0].Nature == ticket.Special && h[0].Type == ticket.Registered {
					parts[k].Money = append(parts[k].Money, banked(id, h[0].At.Add(6*time.Hour), rapid.Bool().Draw(t, "collected"))...)
				}
			}
			for k := range parts {
				parts[k].Tickets = slices.Values(histories[k])
			}
			whole := wuye.Records{Tickets: slices.Values(slices.Concat(histories[0], histories[1])), Money: slices.Concat(parts[0].Money, parts[1].Money)}
			sum := map[rule.ID]audit.Figure{}
			for _, part := range parts {
				add(t, d, sum, part, nil)
			}
			all, grouped := map[rule.ID]audit.Figure{}, map[rule.ID]audit.Figure{}
			add(t, d, all, whole, nil)
			add(t, d, grouped, whole, func(h []ticket.Event) string { return string(h[0].Kind) })
			if diff := cmp.Diff(all, sum); diff != "" {
				t.Fatalf("parts (-whole +parts):\n%s", diff)
			}
			if diff := cmp.Diff(all, grouped); diff != "" {
				t.Fatalf("groups (-whole +groups):\n%s", diff)
			}
		})
	}
}

// add adds the figures of all groups. The households are the same ones in every part, and a part
// without tickets has none.
func add(t *rapid.T, d *wuye.Desk, sum map[rule.ID]audit.Figure, r wuye.Records, key func([]ticket.Event) string) {
	scores, err := audit.Scorecard(d, march, r, later, key)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range scores {
		for _, f := range s.Figures {
			old := sum[f.Clause]
			f.Num, f.Den, f.Unseen = f.Num+old.Num, f.Den+old.Den, f.Unseen+old.Unseen
			if f.Clause == "HB-2.1c" {
				f.Den = 500
			}
			sum[f.Clause] = f
		}
	}
}

// banked is a charge that the bank was asked for in April, for March.
func banked(id string, signed time.Time, collected bool) []billing.Entry {
	finance := ticket.Actor{Role: ticket.Finance, ID: "F01"}
	result := billing.Entry{Type: billing.Failed, Reason: "余额不足"}
	if collected {
		result = billing.Entry{Type: billing.Collected, Amount: 8000}
	}
	result.At, result.By = at("04-08 10:00"), finance
	return money(id,
		billing.Entry{Type: billing.Charged, At: signed, By: worker, Amount: 8000, Payment: billing.Collection},
		billing.Entry{Type: billing.Submitted, At: at("04-01 10:00"), By: finance, Ref: "2026-03"}, result)
}
