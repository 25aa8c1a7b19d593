package wuye_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"example.com/wuye"
	"example.com/wuye/billing"
	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/ticket"
)

func agenda(t fatal, d *wuye.Desk, r wuye.Records, asOf string) []wuye.Item {
	t.Helper()
	items, err := d.Agenda(r, at(asOf))
	if err != nil {
		t.Fatal(err)
	}
	return items
}

// of is the items of a clause, "who due", "!" if late.
func of(items []wuye.Item, clause rule.ID) string {
	var all []string
	for _, i := range items {
		if i.Clause == clause {
			late := ""
			if i.Late {
				late = "!"
			}
			all = append(all, fmt.Sprintf("%s %s%s", i.Who.Role, i.Due.At.Format("01-02 15:04"), late))
		}
	}
	return strings.Join(all, ", ")
}

// A periodic duty is due at its period's end, stays on the agenda of the next period while
// it is undone, and is done by a row of that period, or one that names it.
func duty(t *testing.T, clause rule.ID, who ticket.Actor, asOf, due, lastDue, lastPeriod string) {
	t.Helper()
	p := wuye.Standard()
	d := desk(t, p)
	role := string(who.Role)
	now := role + " " + due
	overdue := role + " " + lastDue + "!"
	check := func(what, want string, done ...wuye.DutyDone) {
		t.Helper()
		if got := of(agenda(t, d, wuye.Records{Done: done}, asOf), clause); got != want {
			t.Errorf("%s, %s: %q, want %q", clause, what, got, want)
		}
	}
	done := wuye.DutyDone{Clause: clause, At: at(asOf), By: who}
	named := done
	named.Ref = lastPeriod
	before := done
	before.At = at("2026-" + lastDue).Add(-1)
	check("undone", overdue+", "+now)
	check("done now", overdue, done)
	check("done in the last period", now, before)
	check("done late, for the last period", now, named)
	check("both", "", done, before)
	later := done
	later.At = at(asOf).Add(1)
	check("done after asOf", overdue+", "+now, later)
	other := done
	other.Clause = "HB-1.3a"
	check("another duty done", overdue+", "+now, other)

	// What began before the first policy is not owed.
	p.From = calendar.DateOf(at("2026-" + lastDue))
	d = desk(t, p)
	check("at the first policy", now)
	p = wuye.Standard()
	p.Off = []wuye.Off{{Clause: clause, Reason: "本项目不设"}}
	d = desk(t, p)
	check("not kept", "")
}

// Wednesday 2026-10-14: the week ends on Sunday the 18th, the last one ended on the 11th.
func TestVC_1_7(t *testing.T) {
	duty(t, "VC-1.7", assistant, "2026-10-14 09:00", "11-01 00:00", "10-01 00:00", "2026-09")
}
func TestVC_1_8(t *testing.T) {
	duty(t, "VC-1.8", assistant, "2026-10-14 09:00", "10-19 00:00", "10-12 00:00", "2026-W41")
}
func TestVC_1_9(t *testing.T) {
	duty(t, "VC-1.9", assistant, "2026-10-14 09:00", "10-19 00:00", "10-12 00:00", "2026-W41")
}
func TestVC_4_2b(t *testing.T) {
	duty(t, "VC-4.2b", manager, "2026-10-14 09:00", "01-01 00:00", "10-01 00:00", "2026-Q3")
}
func TestVC_4_2c(t *testing.T) {
	duty(t, "VC-4.2c", assistant, "2026-10-14 09:00", "01-01 00:00", "10-01 00:00", "2026-Q3")
}
func TestVC_4_2d(t *testing.T) {
	duty(t, "VC-4.2d", assistant, "2026-10-14 09:00", "01-01 00:00", "10-01 00:00", "2026-Q3")
}
func TestTR_4_2b(t *testing.T) {
	duty(t, "TR-4.2b", assistant, "2026-10-14 09:00", "11-01 00:00", "10-01 00:00", "2026-09")
}
func TestHL1_6_1(t *testing.T) {
	duty(t, "HL1-6.1", supervisor, "2026-10-14 09:00", "01-01 00:00", "10-01 00:00", "2026-Q3")
}
func TestHL3_3_4(t *testing.T) {
	duty(t, "HL3-3.4", supervisor, "2026-10-14 09:00", "11-01 00:00", "10-01 00:00", "2026-09")
}
func TestQI_4_1(t *testing.T) {
	duty(t, "QI-4.1", assistant, "2026-10-14 09:00", "11-01 00:00", "10-01 00:00", "2026-09")
}
func TestQI_A_3a(t *testing.T) {
	duty(t, "QI-A.3a", supervisor, "2026-10-14 09:00", "11-01 00:00", "10-01 00:00", "2026-09")
}
func TestQI_A_9(t *testing.T) {
	duty(t, "QI-A.9", supervisor, "2026-10-14 09:00", "11-01 00:00", "10-01 00:00", "2026-09")
}
func TestQI_A_16(t *testing.T) {
	duty(t, "QI-A.16", manager, "2026-10-14 09:00", "11-01 00:00", "10-01 00:00", "2026-09")
}

// A duty done late is put into the last period by its name: over five years, on every day,
// the name that the standard library gives it is understood. 2026 has 53 weeks.
func TestPeriodNames(t *testing.T) {
	d := desk(t)
	for now := at("2024-01-01 09:00"); now.Year() < 2029; now = now.AddDate(0, 0, 1) {
		year, week := now.AddDate(0, 0, -7).ISOWeek()
		month := now.AddDate(0, 0, -now.Day())
		quarter := month.AddDate(0, 0, 1-month.Day()).AddDate(0, -(int(now.Month())-1)%3, 0)
		done := []wuye.DutyDone{
			{Clause: "VC-1.8", Ref: fmt.Sprintf("%d-W%02d", year, week)},
			{Clause: "VC-1.7", Ref: month.Format("2006-01")},
			{Clause: "VC-4.2b", Ref: fmt.Sprintf("%d-Q%d", quarter.Year(), (int(quarter.Month())-1)/3+1)},
			{Clause: "VC-4.2a", Ref: fmt.Sprint(now.Year() - 1)}}
		for i := range done {
			done[i].At = now
		}
		items, err := d.Agenda(wuye.Records{Done: done}, now)
		if err != nil {
			t.Fatal(err)
		}
		for _, done := range done {
			if got := of(items, done.Clause); strings.Contains(got, "!") || got == "" {
				t.Errorf("%s: %s done for %s: %q", now.Format("2006-01-02"), done.Clause, done.Ref, got)
			}
		}
	}
}

// The manager calls at each home once a year; without their number, once is all that can be asked.
func TestVC_4_2a(t *testing.T) {
	p := wuye.Standard()
	p.From = calendar.MustDate("2026-01-01")
	visit := func(home string) wuye.DutyDone {
		return wuye.DutyDone{Clause: "VC-4.2a", At: at("2026-05-03 10:00"), By: manager, Ref: home}
	}
	for _, c := range []struct {
		homes int
		done  []wuye.DutyDone
		want  string
	}{
		{0, nil, "manager 01-01 00:00"},
		{0, []wuye.DutyDone{visit("3-201")}, ""},
		{3, []wuye.DutyDone{visit("3-201"), visit("3-202")}, "manager 01-01 00:00"},
		{3, []wuye.DutyDone{visit("3-201"), visit("3-202"), visit("3-201")}, "manager 01-01 00:00"}, // one home twice
		{3, []wuye.DutyDone{visit("3-201"), visit("3-202"), visit("3-301")}, ""},
		{1, []wuye.DutyDone{{Clause: "VC-4.2a", At: at("2026-05-03 10:00"), By: assistant, Ref: "3-201"}}, "manager 01-01 00:00"}, // not the manager
	} {
		p.Households = c.homes
		if got := of(agenda(t, desk(t, p), wuye.Records{Done: c.done}, "2026-10-14 09:00"), "VC-4.2a"); got != c.want {
			t.Errorf("%d homes, %d visits: %q, want %q", c.homes, len(c.done), got, c.want)
		}
	}
}

// The centre's head and the manager each check three revisits a month, or all there are.
func TestSP_2_7_4(t *testing.T) {
	p := wuye.Standard()
	p.From = calendar.MustDate("2026-10-01")
	revisited := func(n int) wuye.Records {
		var all [][]ticket.Event
		for i := range n {
			all = append(all, and(slip(fmt.Sprintf("T%d", i), "2026-10-09"), ticket.Event{Type: ticket.Revisited, At: at("2026-10-13 10:00"), By: assistant, Channel: ticket.Phone}))
		}
		return records(all...)
	}
	check := func(by ticket.Actor, record string) wuye.DutyDone {
		return wuye.DutyDone{Clause: "SP-2.7.4", At: at("2026-10-14 08:00"), By: by, Ref: record}
	}
	for _, c := range []struct {
		revisits int
		done     []wuye.DutyDone
		want     string
	}{
		{0, nil, ""},
		{5, nil, "manager 11-01 00:00, supervisor 11-01 00:00"},
		{5, []wuye.DutyDone{check(supervisor, "a"), check(supervisor, "b"), check(supervisor, "c")}, "manager 11-01 00:00"},
		{5, []wuye.DutyDone{check(manager, "a"), check(manager, "b"), check(manager, "c")}, "supervisor 11-01 00:00"}, // one does not do it for the other
		{5, []wuye.DutyDone{check(manager, "a"), check(manager, "a"), check(manager, "b")}, "manager 11-01 00:00, supervisor 11-01 00:00"},
		{2, []wuye.DutyDone{check(manager, "a"), check(manager, "b")}, "supervisor 11-01 00:00"},
	} {
		r := revisited(c.revisits)
		r.Done = c.done
		if got := of(agenda(t, desk(t, p), r, "2026-10-14 09:00"), "SP-2.7.4"); got != c.want {
			t.Errorf("%d revisits, %d checks: %q, want %q", c.revisits, len(c.done), got, c.want)
		}
	}
}

// In a month without revisits there is nothing to check; those of the last month still are.
func TestSP_2_7_4_months(t *testing.T) {
	r := records(and(slip("T1", "2026-10-09"), met(assistant, ticket.Phone, "2026-10-13 10:00")))
	if got := of(agenda(t, desk(t), r, "2026-11-03 09:00"), "SP-2.7.4"); got != "manager 11-01 00:00!, supervisor 11-01 00:00!" {
		t.Errorf("%q", got)
	}
	if got := of(agenda(t, desk(t), r, "2026-12-03 09:00"), "SP-2.7.4"); got != "" {
		t.Errorf("two months later: %q", got)
	}
}

// What is open is followed daily: by a row of the ticket, or all at once by the duty.
func TestHL1_4_3(t *testing.T) {
	const asOf = "2026-10-14 09:00"
	open := slip("T1", "2026-10-12")[:4]
	for _, c := range []struct {
		name    string
		history []ticket.Event
		done    []wuye.DutyDone
		want    string
	}{
		{"looked at two days ago", open, nil, "assistant 10-14 00:00!, assistant 10-15 00:00"},
		{"looked at today", and(open, ticket.Event{Type: ticket.Informed, At: at("2026-10-14 08:30"), By: assistant}), nil, ""},
		{"all looked at today", open, []wuye.DutyDone{{Clause: "HL1-4.3", At: at("2026-10-14 08:30"), By: assistant}}, ""},
		{"all looked at yesterday", open, []wuye.DutyDone{{Clause: "HL1-4.3", At: at("2026-10-13 08:30"), By: assistant}}, "assistant 10-15 00:00"},
		{"answered", slip("T1", "2026-10-12"), nil, ""},
	} {
		r := records(c.history)
		r.Done = c.done
		if got := of(agenda(t, desk(t), r, asOf), "HL1-4.3"); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// Records handed in are sorted by finance that day.
func TestSP_2_6_1_2(t *testing.T) {
	log := charge("S1", "2026-10-13", billing.Cash, billing.Cash)
	for _, c := range []struct {
		rows int
		asOf string
		want string
	}{
		{2, "2026-10-13 18:00", ""}, {3, "2026-10-13 17:00", "finance 10-14 00:00"}, {3, "2026-10-13 16:59", ""},
		{3, "2026-10-14 00:00", "finance 10-14 00:00!"}, {4, "2026-10-14 00:00", ""}, {4, "2026-10-13 17:29", "finance 10-14 00:00"},
	} {
		if got := of(agenda(t, desk(t), wuye.Records{Money: log[:c.rows]}, c.asOf), "SP-2.6.1.2"); got != c.want {
			t.Errorf("%d rows at %s: %q, want %q", c.rows, c.asOf, got, c.want)
		}
	}
	d := must(wuye.New(office(t), read(t, "that-day", "close")))
	if got := of(agenda(t, d, wuye.Records{Money: log[:3]}, "2026-10-13 17:30"), "SP-2.6.1.2"); got != "finance 10-13 17:30!" {
		t.Errorf("to the close of business: %q", got)
	}
}

// The month's records are collated by the 5th of the next.
func TestSP_2_6_1_3(t *testing.T) {
	log := charge("S1", "2026-09-29", billing.Cash, billing.Cash)
	collated := append(slices.Clone(log), billing.Entry{Serial: "N-S1", Ticket: "S1", Seq: 5, Type: billing.Collated, At: at("2026-10-04 10:00"), Recorded: at("2026-10-04 10:00"), By: assistant})
	for _, c := range []struct {
		log  []billing.Entry
		asOf string
		want string
	}{
		{log, "2026-09-30 10:00", "assistant 10-06 00:00"}, {log, "2026-10-05 23:59", "assistant 10-06 00:00"}, {log, "2026-10-06 00:00", "assistant 10-06 00:00!"},
		{collated, "2026-10-04 10:00", ""}, {collated, "2026-10-04 09:59", "assistant 10-06 00:00"}, {nil, "2026-10-04 10:00", ""},
	} {
		if got := of(agenda(t, desk(t), wuye.Records{Money: c.log}, c.asOf), "SP-2.6.1.3"); got != c.want {
			t.Errorf("%d rows at %s: %q, want %q", len(c.log), c.asOf, got, c.want)
		}
	}
}

// Finance reports a month's charges by its last day; its Ref says which month.
func TestSP_2_6_1_4(t *testing.T) {
	r := wuye.Records{Money: charge("S1", "2026-09-29", billing.Cash, "")}
	p := wuye.Standard()
	p.From = calendar.MustDate("2026-09-01")
	check := func(asOf, want string, done ...wuye.DutyDone) {
		t.Helper()
		r.Done = done
		if got := of(agenda(t, desk(t, p), r, asOf), "SP-2.6.1.4"); got != want {
			t.Errorf("%s: %q, want %q", asOf, got, want)
		}
	}
	report := func(month, when string) wuye.DutyDone {
		return wuye.DutyDone{Clause: "SP-2.6.1.4", At: at(when), By: finance, Ref: month}
	}
	check("2026-09-30 10:00", "finance 10-01 00:00")
	check("2026-10-02 10:00", "finance 10-01 00:00!, finance 11-01 00:00")
	check("2026-10-02 10:00", "finance 11-01 00:00", report("2026-09", "2026-09-30 17:00"))
	check("2026-10-02 10:00", "finance 11-01 00:00", report("2026-09", "2026-10-02 09:00")) // late, but for September
	r.Money = nil
	check("2026-10-02 10:00", "") // nothing is charged
}

// The month's services are revisited by the 10th of the next: all of one sort, 80 per cent of the other.
func TestSP_2_7_1a(t *testing.T) {
	met := func(history []ticket.Event, when string) []ticket.Event {
		return and(history, ticket.Event{Type: ticket.Revisited, At: at(when), By: assistant, Channel: ticket.Phone})
	}
	var log []billing.Entry
	var all [][]ticket.Event
	for i := range 5 {
		id := fmt.Sprintf("S%d", i)
		log = append(log, charge(id, "2026-09-21", billing.Collection, "")...)
		all = append(all, special(id, "2026-09-21"))
	}
	all = append(all, special("S9", "2026-09-22")) // nothing charged: as cash
	check := func(name, asOf, want string, histories ...[]ticket.Event) {
		t.Helper()
		r := records(histories...)
		r.Money = log
		if got := of(agenda(t, desk(t), r, asOf), "SP-2.7.1a"); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	check("none", "2026-09-25 09:00", "assistant 10-11 00:00", all...)
	check("at the end of the 10th", "2026-10-11 00:00", "assistant 10-11 00:00!", all...)
	check("a nanosecond earlier it is in time", "2026-10-10 23:59", "assistant 10-11 00:00", all...)
	done := slices.Clone(all)
	for _, i := range []int{0, 1, 2, 5} {
		done[i] = met(done[i], "2026-09-28 10:00")
	}
	check("three of five, and the cash one", "2026-10-09 09:00", "assistant 10-11 00:00", done...)
	done[3] = met(done[3], "2026-09-28 11:00")
	check("four of five, and the cash one", "2026-10-09 09:00", "", done...)
	done[5] = all[5]
	check("four of five, not the cash one", "2026-10-09 09:00", "assistant 10-11 00:00", done...)
	check("none was served", "2026-10-09 09:00", "")
}

// What a ticket's clocks ask for is on the agenda, with the worker's number where it is
// his, until it is done or no longer owed.
func TestAgendaTickets(t *testing.T) {
	r := records(
		special("S1", "2026-10-14")[:4],
		complaint("C1", "2026-10-14")[:6],
		and(complaint("C2", "2026-10-12"), ticket.Event{Type: ticket.Reopened, At: at("2026-10-14 08:00"), By: resident}),
		and(slip("V1", "2026-10-14")[:3], ticket.Event{Type: ticket.Withdrawn, At: at("2026-10-14 09:12"), By: resident}))
	items := slices.DeleteFunc(agenda(t, desk(t), r, "2026-10-14 14:30"), func(i wuye.Item) bool { return i.Ticket == "" })
	var got []string
	for _, i := range items {
		late := ""
		if i.Late {
			late = "!"
		}
		got = append(got, fmt.Sprintf("%s %s %s %s/%s%s", i.Due.At.Format("01-02 15:04"), i.Clause, i.Ticket, i.Who.Role, i.Who.ID, late))
		if !strings.Contains(i.Zh, i.Ticket) || !strings.Contains(i.Zh, string(i.Clause)) {
			t.Errorf("%s: %s", i.Clause, i.Zh)
		}
	}
	want := []string{
		"10-14 08:30 WY-unanswered C2 assistant/!",
		"10-14 10:00 QI-3.6a C2 assistant/!",
		"10-14 14:00 SP-2.4.2b S1 worker/W07!",
		"10-14 17:00 QI-3.5t C1 assistant/",
		"10-15 00:00 VC-1.5a C1 assistant/", "10-15 00:00 VC-1.5a C2 assistant/", "10-15 00:00 VC-1.5b C1 assistant/", "10-15 00:00 VC-1.5b C2 assistant/",
		"10-16 00:00 QI-3.7a C1 assistant/", "10-16 00:00 QI-3.7a C2 assistant/",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	// A drawn order is on it until it is revisited, though archived.
	drawn := and(slip("T1", "2026-10-09"), ticket.Event{Type: ticket.Archived, At: at("2026-10-10 09:00"), By: assistant},
		ticket.Event{Type: ticket.Sampled, At: at("2026-10-31 00:00").Add(-1), Recorded: at("2026-11-01 08:00"), By: assistant, Ref: "standard/2026-10/routine", Channel: ticket.Visit})
	if got := of(agenda(t, desk(t), records(drawn), "2026-11-02 09:00"), "TR-4.3b"); got != "assistant 11-06 00:00" {
		t.Errorf("drawn: %q", got)
	}
	if got := of(agenda(t, desk(t), records(drawn), "2026-11-06 00:00"), "TR-4.3b"); got != "assistant 11-06 00:00!" {
		t.Errorf("drawn, and missed: %q", got)
	}
}

// A pause has no due instant: it stands at the end, with what is left.
func TestAgendaPaused(t *testing.T) {
	h := and(complaint("C1", "2026-10-14")[:6], ticket.Event{Type: ticket.Held, At: at("2026-10-14 13:40"), By: head, Hold: ticket.WaitingCustomer})
	items := agenda(t, desk(t), records(h), "2026-10-14 14:30")
	i := slices.IndexFunc(items, func(i wuye.Item) bool { return i.Clause == "QI-3.7a" })
	if i < 0 || i != len(items)-1 || items[i].Late || !items[i].Due.At.IsZero() || !strings.Contains(items[i].Zh, "暂停") {
		t.Errorf("%d of %d: %+v", i, len(items), items[max(i, 0)])
	}
}

// A year without a notice is no error: what falls into it has no due instant yet.
func TestAgendaUnpublished(t *testing.T) {
	items := agenda(t, desk(t), records(complaint("C1", "2026-12-31")[:2]), "2026-12-31 10:00")
	i := slices.IndexFunc(items, func(i wuye.Item) bool { return i.Clause == "QI-3.7a" })
	if i < 0 || items[i].Due.Unpublished != 2027 || !strings.Contains(items[i].Zh, "2027") {
		t.Errorf("%+v", items)
	}
	p := read(t, "rest-day", "moves")
	r := records(special("S1", "2026-12-21"))
	if got := of(agenda(t, desk(t, p), r, "2026-12-25 10:00"), "SP-2.7.1a"); got != "assistant 01-11 00:00" {
		t.Errorf("a 10th that cannot be told to be a rest day: %q", got)
	}
}

// Sorted by due instant, then clause and ticket; the same whatever the order of the records.
func TestAgendaOrder(t *testing.T) {
	r, log := october()
	r.Money = log
	want := agenda(t, desk(t), r, "2026-10-21 16:30")
	all := slices.Collect(r.Tickets)
	slices.Reverse(all)
	again := records(all...)
	again.Money = slices.Clone(log)
	slices.Reverse(again.Money)
	if a, b := encode(t, want), encode(t, agenda(t, desk(t), again, "2026-10-21 16:30")); a != b {
		t.Errorf("the order of the records shows:\n%s\n%s", a, b)
	}
	for i := 1; i < len(want); i++ {
		a, b := want[i-1], want[i]
		if !b.Due.At.IsZero() && (a.Due.At.After(b.Due.At) || a.Due.At.Equal(b.Due.At) && (a.Clause > b.Clause || a.Clause == b.Clause && a.Ticket > b.Ticket)) {
			t.Errorf("%s %s %s stands before %s %s %s", a.Due.At, a.Clause, a.Ticket, b.Due.At, b.Clause, b.Ticket)
		}
	}
	for _, i := range want {
		if i.Zh == "" || strings.Contains(i.Zh, "%!") || i.Due.At != calendar.InChina(i.Due.At) {
			t.Errorf("%+v", i)
		}
	}
}

// It fails like Judge; a clause of the money that is not kept asks for nothing; a ticket
// that is taken over later is not there yet.
func TestAgendaEdges(t *testing.T) {
	illegal := slip("T1", "2026-10-12")
	_, err := desk(t).Agenda(records(story("T1", illegal[0], illegal[4])), at("2026-10-14 09:00"))
	as[*ticket.Refusal](t, err)
	_, err = desk(t).Agenda(wuye.Records{}, at("2003-12-31 23:59"))
	as[*wuye.NotInForceError](t, err)
	p := wuye.Standard()
	p.Off = []wuye.Off{{Clause: "SP-2.6.1.2", Reason: "另有办法"}, {Clause: "SP-2.7.1b", Reason: "另有办法"}}
	r := records(special("S1", "2026-10-13"))
	r.Money = charge("S1", "2026-10-13", billing.Cash, billing.Cash)[:3]
	items := agenda(t, desk(t, p), r, "2026-10-14 09:00")
	if got := of(items, "SP-2.6.1.2") + of(items, "SP-2.7.1a"); got != "" {
		t.Errorf("not kept: %q", got)
	}
	if a, b := encode(t, agenda(t, desk(t), wuye.Records{}, "2026-10-14 09:00")), encode(t, agenda(t, desk(t), records(story("T",
		ticket.Event{Type: ticket.Registered, At: at("2026-10-12 09:00"), Kind: ticket.Repair},
		ticket.Event{Type: ticket.Imported, At: at("2026-10-20 00:00"), By: assistant, State: ticket.Accepted})), "2026-10-14 09:00")); a != b {
		t.Errorf("before it is taken over:\n%s\n%s", a, b)
	}
}

// By when what no clock of a ticket measures is done, by reading.
func TestDueBy(t *testing.T) {
	with := func(code, option string) wuye.Policy {
		p, err := wuye.Standard().WithReading(code, option)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	off := wuye.Standard()
	off.Off = []wuye.Off{{Clause: "SP-2.6.2.3", Reason: "本项目不收现金"}}
	for _, c := range []struct {
		policy wuye.Policy
		clause rule.ID
		want   string
	}{
		{wuye.Standard(), "SP-2.6.1.2", "2026-09-22 00:00"},
		{wuye.Standard(), "SP-2.6.2.3", "2026-09-22 00:00"},
		{wuye.Standard(), "SP-2.7.5", "2026-09-22 00:00"},
		{wuye.Standard(), "SP-2.6.1.3", "2026-10-06 00:00"},
		{wuye.Standard(), "SP-2.7.1a", "2026-10-11 00:00"},
		{with("by-the-nth", "before"), "SP-2.7.1a", "2026-10-10 00:00"},
		{with("rest-day", "moves"), "SP-2.6.1.3", "2026-10-09 00:00"},
		{wuye.Standard(), "QI-3.8", ""}, // a ticket's clock
		{off, "SP-2.6.2.3", ""},
	} {
		due, ok := desk(t, c.policy).DueBy(c.clause, at("2026-09-21 10:00"))
		if ok != (c.want != "") || ok && due.At.Format("2006-01-02 15:04") != c.want {
			t.Errorf("%s: %v, %v, want %s", c.clause, due.At, ok, c.want)
		}
	}
}
