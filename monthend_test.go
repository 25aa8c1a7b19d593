package wuye_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/wuye"
	"example.com/wuye/billing"
	"example.com/wuye/calendar"
	"example.com/wuye/ticket"
	"pgregory.net/rapid"
)

func monthEnd(t fatal, d *wuye.Desk, month string, r wuye.Records, asOf string) wuye.MonthEnd {
	t.Helper()
	e, err := d.MonthEnd(calendar.MustMonth(month), r, "key", at(asOf))
	if err != nil {
		t.Fatalf("%s: %v", month, err)
	}
	return e
}

// drawnIn is in which months' routine draws the ticket is, by the desk's own month ends.
func drawnIn(t fatal, d *wuye.Desk, history []ticket.Event, months ...string) string {
	t.Helper()
	var in []string
	for _, m := range months {
		next := calendar.MustMonth(m).Add(1).String()
		if monthEnd(t, d, m, records(history), next+"-01 00:00").Routine.Population > 0 {
			in = append(in, m)
		}
	}
	return strings.Join(in, " ")
}

// The slips of a month: finished since the last draw, before the end of the 30th.
func TestTR_4_3a(t *testing.T) {
	late := func(history []ticket.Event, row int, recorded string) []ticket.Event {
		history = slices.Clone(history)
		history[row].Recorded = at(recorded)
		return history
	}
	again := and(slip("T", "2026-10-12"),
		ticket.Event{Type: ticket.Reopened, At: at("2026-10-29 09:00"), By: resident},
		ticket.Event{Type: ticket.Dispatched, At: at("2026-10-29 10:00"), By: assistant, To: worker},
		ticket.Event{Type: ticket.Completed, At: at("2026-11-03 10:00"), By: worker},
		ticket.Event{Type: ticket.Told, At: at("2026-11-03 11:00"), By: assistant})
	reopened := slices.Clone(again)
	for i := range reopened[6:] {
		reopened[6+i].At = reopened[6+i].At.AddDate(0, 0, 3) // after October's draw
	}
	disputed := and(slip("T", "2026-10-12")[:5],
		ticket.Event{Type: ticket.Disputed, At: at("2026-10-13 10:00"), By: resident})
	for _, c := range []struct {
		name    string
		history []ticket.Event
		want    string
	}{
		{"finished on the 12th", slip("T", "2026-10-12"), "2026-10"},
		{"on the 30th", slip("T", "2026-10-30"), "2026-10"},
		{"on the 31st: none escapes", slip("T", "2026-10-31"), "2026-11"},
		{"finished on the 30th, entered on the 31st", late(slip("T", "2026-10-30"), 5, "2026-10-31 00:00"), "2026-11"},
		{"a nanosecond earlier", func() []ticket.Event {
			h := slip("T", "2026-10-30")
			h[5].Recorded = at("2026-10-31 00:00").Add(-1)
			return h
		}(), "2026-10"},
		{"an earlier row entered late hides the later ones", late(slip("T", "2026-10-12"), 3, "2026-12-05 00:00"), "2026-12"},
		{"the last day of February", slip("T", "2026-02-28"), "2026-02"},
		{"the 30th of January", slip("T", "2026-01-30"), "2026-01"},
		{"the 31st of January", slip("T", "2026-01-31"), "2026-02"},
		{"only completed", slip("T", "2026-10-12")[:5], ""},
		{"completed, told next month", and(slip("T", "2026-10-12")[:5], ticket.Event{Type: ticket.Told, At: at("2026-11-02 10:00"), By: assistant}), "2026-11"},
		{"signed off instead of told", and(slip("T", "2026-10-12")[:5], ticket.Event{Type: ticket.SignedOff, At: at("2026-10-12 10:00"), By: resident}), "2026-10"},
		{"signed off, then told in November", and(slip("T", "2026-10-12")[:5], ticket.Event{Type: ticket.SignedOff, At: at("2026-10-12 10:00"), By: resident},
			ticket.Event{Type: ticket.Told, At: at("2026-11-12 10:00"), By: assistant}), "2026-10"},
		{"disputed", disputed, ""},
		{"disputed, redone in November", and(disputed, ticket.Event{Type: ticket.Completed, At: at("2026-11-13 10:00"), By: worker},
			ticket.Event{Type: ticket.Told, At: at("2026-11-13 11:00"), By: assistant}), "2026-11"},
		{"reopened before the draw: the new cycle", again, "2026-11"},
		{"reopened after the draw: both", reopened, "2026-10 2026-11"},
		{"archived meanwhile", and(slip("T", "2026-10-12"), ticket.Event{Type: ticket.Archived, At: at("2026-10-13 09:00"), By: assistant}), "2026-10"},
		{"declined", story("T", slip("T", "2026-10-12")[0], ticket.Event{Type: ticket.Declined, At: at("2026-10-12 10:00"), By: assistant, Reason: "不在服务范围"},
			ticket.Event{Type: ticket.Told, At: at("2026-10-12 10:05"), By: assistant}), ""},
		{"abandoned", and(slip("T", "2026-10-12")[:4], ticket.Event{Type: ticket.Abandoned, At: at("2026-10-12 10:00"), By: assistant, Approver: supervisor, Reason: "客户不在"},
			ticket.Event{Type: ticket.Told, At: at("2026-10-12 10:05"), By: assistant}), ""},
		{"withdrawn", and(slip("T", "2026-10-12")[:4], ticket.Event{Type: ticket.Withdrawn, At: at("2026-10-12 10:00"), By: resident}), ""},
		{"cleaning", with(slip("T", "2026-10-12"), func(e *ticket.Event) { e.Kind = ticket.Cleaning }), "2026-10"},
		{"another service", with(slip("T", "2026-10-12"), func(e *ticket.Event) { e.Kind, e.Nature = ticket.Service, ticket.Routine }), "2026-10"},
		{"an inquiry", with(slip("T", "2026-10-12"), func(e *ticket.Event) { e.Kind = ticket.Inquiry }), ""},
		{"a complaint", complaint("T", "2026-10-12"), ""},
		{"a paid service", special("T", "2026-10-12"), ""},
		{"an emergency", with(slip("T", "2026-10-12"), func(e *ticket.Event) { e.Urgency = ticket.Emergency }), ""},
		{"a larger repair", with(slip("T", "2026-10-12"), func(e *ticket.Event) { e.Severity = ticket.Major }), ""},
		{"an important one", with(slip("T", "2026-10-12"), func(e *ticket.Event) { e.Severity = ticket.Important }), "2026-10"},
		{"no name given", with(slip("T", "2026-10-12"), func(e *ticket.Event) { e.Caller, e.Reason = ticket.Anonymous, "不愿留名" }), ""},
		{"raised to an emergency before the draw", and(slip("T", "2026-10-12"), ticket.Event{Type: ticket.Reranked, At: at("2026-10-29 10:00"), By: assistant, Urgency: ticket.Emergency}), ""},
		{"taken over as answered", story("T", ticket.Event{Type: ticket.Registered, At: at("2026-10-12 09:00"), Kind: ticket.Repair},
			ticket.Event{Type: ticket.Completed, At: at("2026-10-12 10:00")},
			ticket.Event{Type: ticket.Imported, At: at("2026-10-20 00:00"), By: assistant, State: ticket.Answered}), ""},
		{"taken over in work", story("T", ticket.Event{Type: ticket.Imported, At: at("2026-10-12 00:00"), By: assistant, Kind: ticket.Repair, State: ticket.InWork},
			ticket.Event{Type: ticket.Completed, At: at("2026-10-14 10:00"), By: worker},
			ticket.Event{Type: ticket.Told, At: at("2026-10-14 11:00"), By: assistant}), "2026-10"},
		{"taken over as done in November", story("T", ticket.Event{Type: ticket.Registered, At: at("2026-10-12 09:00"), Kind: ticket.Repair},
			ticket.Event{Type: ticket.Completed, At: at("2026-10-12 10:00")},
			ticket.Event{Type: ticket.Imported, At: at("2026-11-20 00:00"), By: assistant, State: ticket.Done},
			ticket.Event{Type: ticket.Told, At: at("2026-11-21 11:00"), By: assistant}), "2026-11"},
	} {
		if got := drawnIn(t, desk(t), c.history, "2026-01", "2026-02", "2026-09", "2026-10", "2026-11", "2026-12"); got != c.want {
			t.Errorf("%s: drawn in %q, want %q", c.name, got, c.want)
		}
	}

	// Where neither answer can be recorded, what is completed is finished.
	p := wuye.Standard()
	p.SLA.Unrecorded, p.From = []ticket.EventType{ticket.Told, ticket.SignedOff}, calendar.MustDate("2026-09-15")
	for _, c := range []struct {
		name    string
		history []ticket.Event
		want    string
	}{
		{"completed", slip("T", "2026-10-12")[:5], "2026-10"},
		{"disputed before the draw, redone after it", and(disputed, ticket.Event{Type: ticket.Completed, At: at("2026-11-13 10:00"), By: worker}), "2026-11"},
		{"disputed after the draw: it stood at it", and(slip("T", "2026-10-12")[:5], ticket.Event{Type: ticket.Disputed, At: at("2026-11-03 10:00"), By: resident},
			ticket.Event{Type: ticket.Completed, At: at("2026-11-13 10:00"), By: worker}), "2026-10"},
		{"it stood when the desk began", and(slip("T", "2026-09-10")[:5], ticket.Event{Type: ticket.Disputed, At: at("2026-09-18 10:00"), By: resident},
			ticket.Event{Type: ticket.Completed, At: at("2026-09-20 10:00"), By: worker}), ""},
	} {
		if got := drawnIn(t, desk(t, p), c.history, "2026-09", "2026-10", "2026-11", "2026-12"); got != c.want {
			t.Errorf("%s, answers unrecorded: drawn in %q, want %q", c.name, got, c.want)
		}
	}
}

// The size and the mode are the policy's, and the draw is its own certificate.
func TestTR_4_4(t *testing.T) {
	for n, want := range map[int][2]int{0: {0, 0}, 4: {4, 2}, 5: {5, 3}, 20: {5, 3}, 21: {7, 4}, 49: {15, 8}, 50: {20, 10}, 51: {20, 10}} {
		var all [][]ticket.Event
		var ids []string
		for i := range n {
			ids = append(ids, fmt.Sprintf("T%03d", i))
			all = append(all, slip(ids[i], fmt.Sprintf("2026-10-%02d", 1+i%30)))
		}
		e := monthEnd(t, desk(t), "2026-10", records(all...), "2026-11-01 08:00")
		if got := [2]int{e.Routine.Size, e.Routine.Visits}; got != want || e.Routine.Population != n {
			t.Errorf("%d slips of %d: %v, want %v", e.Routine.Population, n, got, want)
		}
		if e.Routine.Scope != "standard/2026-10/routine" || e.Cash.Scope != "standard/2026-10/cash" || e.Banked.Scope != "standard/2026-10/banked" {
			t.Errorf("scopes %q, %q, %q", e.Routine.Scope, e.Cash.Scope, e.Banked.Scope)
		}
		if err := e.Routine.Verify("key", ids); err != nil {
			t.Error(err)
		}
		if want := at("2026-10-31 00:00").Add(-1); e.Sampled != want {
			t.Errorf("sampled at %s, want %s", e.Sampled, want)
		}
	}
}

// Over any year of months, whenever each end is asked for, each slip enters exactly one
// draw for each cycle in which it stands finished at a draw. The second version looks at
// every draw in turn, by Replay of the rows known then, and remembers who was there before.
func TestMonthEndOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := wuye.Standard()
		p.From = calendar.MustDate("2026-01-10")
		unrecorded := rapid.Bool().Draw(t, "answers unrecorded")
		if unrecorded {
			p.SLA.Unrecorded = []ticket.EventType{ticket.Told, ticket.SignedOff}
		}
		q := p
		q.From = calendar.MustDate("2026-04-15")
		q, _ = q.WithReading("draw-day", "calendar-month")
		d := desk(t, p, q)
		var all [][]ticket.Event
		for i := range rapid.IntRange(1, 6).Draw(t, "tickets") {
			all = append(all, randomSlip(t, fmt.Sprintf("T%d", i)))
		}

		draws := map[calendar.Month]time.Time{calendar.MustMonth("2025-12"): p.From.Start()} // nothing is drawn of what stood before
		for m := calendar.MustMonth("2026-01"); m.Compare(calendar.MustMonth("2026-12")) <= 0; m = m.Add(1) {
			draws[m] = m.Day(30).AddDays(1).Start()
			if m.Compare(calendar.MustMonth("2026-04")) >= 0 {
				draws[m] = m.Add(1).Day(1).Start()
			}
		}
		type turn struct {
			id    string
			cycle int
		}
		before := map[turn]bool{}
		for m := calendar.MustMonth("2025-12"); m.Compare(calendar.MustMonth("2026-12")) <= 0; m = m.Add(1) {
			var want []string
			for _, h := range all {
				known := ticket.KnownBy(h, draws[m].Add(-1))
				if len(known) == 0 {
					continue
				}
				now, err := ticket.Replay(known)
				if err != nil {
					t.Fatal(err)
				}
				stands := now.Completed && (now.State == ticket.Answered || now.State == ticket.Closed || unrecorded && now.State == ticket.Done)
				if stands && !before[turn{now.ID, now.Cycle}] {
					before[turn{now.ID, now.Cycle}] = true
					want = append(want, now.ID)
				}
			}
			if m == calendar.MustMonth("2025-12") {
				continue
			}
			asOf := m.Add(1).Day(1).Start().Add(time.Duration(rapid.Int64Range(0, int64(90*24*time.Hour)).Draw(t, "asked")))
			e, err := d.MonthEnd(m, records(all...), "key", asOf)
			if err != nil {
				t.Fatal(err)
			}
			if err := e.Routine.Verify("key", want); err != nil {
				t.Fatalf("%s: want %v, drawn from %d: %v", m, want, e.Routine.Population, err)
			}
		}
	})
}

// randomSlip goes through the flow of a repair at random, entered up to two months late.
func randomSlip(t *rapid.T, id string) []ticket.Event {
	now := at("2026-01-01 08:00").Add(time.Duration(rapid.IntRange(0, 200*24).Draw(t, "opened")) * time.Hour)
	history := story(id, ticket.Event{Type: ticket.Registered, At: now, By: assistant, Kind: ticket.Repair, Caller: ticket.Owner, Has: form})
	tick, err := ticket.Ticket{}.Apply(history[0])
	if err != nil {
		t.Fatal(err)
	}
	moves := []ticket.Event{
		{Type: ticket.Triaged, By: assistant}, {Type: ticket.Dispatched, By: assistant, To: worker}, {Type: ticket.Completed, By: worker},
		{Type: ticket.Completed, By: worker}, {Type: ticket.Told, By: assistant}, {Type: ticket.Told, By: assistant}, {Type: ticket.Disputed, By: resident},
		{Type: ticket.SignedOff, By: resident}, {Type: ticket.Archived, By: assistant}, {Type: ticket.Reopened, By: resident},
		{Type: ticket.Informed, By: assistant}, {Type: ticket.Withdrawn, By: resident},
	}
	for range rapid.IntRange(0, 25).Draw(t, "rows") {
		now = now.Add(time.Duration(rapid.IntRange(0, 12*24).Draw(t, "later")) * time.Hour)
		e := rapid.SampledFrom(moves).Draw(t, "row")
		e.Ticket, e.Seq, e.At = id, tick.Seq+1, now
		if rapid.IntRange(0, 3).Draw(t, "late") == 0 {
			e.Recorded = now.Add(time.Duration(rapid.IntRange(0, 60*24).Draw(t, "by")) * time.Hour)
		}
		if next, err := tick.Apply(e); err == nil {
			tick, history = next, append(history, e)
		}
	}
	return history
}

// The same arguments give the same bytes, whatever was recorded from asOf on, and in
// whatever order the records come.
func TestMonthEndDeterminism(t *testing.T) {
	r, log := october()
	r.Money = log
	want := encode(t, monthEnd(t, desk(t), "2026-10", r, "2026-11-03 09:00"))

	var more [][]ticket.Event
	for h := range r.Tickets {
		last := h[len(h)-1]
		h = slices.Clone(h)
		if last.Type == ticket.SignedOff || last.Type == ticket.Told {
			h = and(h, ticket.Event{Type: ticket.Reopened, At: at("2026-10-31 10:00"), Recorded: at("2026-11-03 09:00"), By: resident})
		}
		more = append(more, h)
	}
	slices.Reverse(more)
	more = append(more, with(slip("T99", "2026-10-15"), func(e *ticket.Event) { e.Recorded = at("2026-11-03 09:00") }))
	again := records(more...)
	again.Money = append(slices.Clone(log), billing.Entry{Serial: "N-S2", Ticket: "S2", Seq: 3, Type: billing.HandedIn, At: at("2026-10-20 17:00"), Recorded: at("2026-11-03 09:00"), By: worker})
	again.Done = []wuye.DutyDone{{Clause: "SP-2.6.1.4", At: at("2026-11-03 09:00"), By: finance, Ref: "2026-10"}}
	if got := encode(t, monthEnd(t, desk(t), "2026-10", again, "2026-11-03 09:00")); got != want {
		t.Errorf("what was recorded later shows:\n%s\n%s", want, got)
	}
}

// october is a month of every sort of ticket: 3 slips, 3 special services (cash, bank, not
// yet sorted), 2 complaints, a major repair.
func october() (wuye.Records, []billing.Entry) {
	r := records(
		slip("R1", "2026-10-09"), slip("R2", "2026-10-12"), slip("R3", "2026-10-31"),
		special("S1", "2026-10-13"), special("S2", "2026-10-20"), special("S3", "2026-10-21"),
		complaint("C1", "2026-10-14"),
		and(complaint("C2", "2026-10-15"), ticket.Event{Type: ticket.Dismissed, At: at("2026-10-16 10:00"), By: supervisor, Reason: "查无此事"}),
		with(slip("M1", "2026-10-16"), func(e *ticket.Event) { e.Urgency = ticket.Emergency }))
	log := slices.Concat(
		charge("S1", "2026-10-13", billing.Cash, billing.Cash),
		charge("S2", "2026-10-20", billing.Collection, ""),
		charge("S3", "2026-10-21", billing.Cash, billing.Collection))
	return r, log
}

// charge is a quote of 80 yuan, charged by one means and sorted as another, if any.
func charge(id, day string, means, sorted billing.Payment) []billing.Entry {
	log := []billing.Entry{
		{Type: billing.Quoted, At: at(day + " 14:10"), Amount: 8000, By: worker, Ref: "Q-" + id},
		{Type: billing.Charged, At: at(day + " 16:15"), Amount: 8000, Payment: means, By: worker, Ticket: id}}
	if sorted != "" {
		log = append(log,
			billing.Entry{Type: billing.HandedIn, At: at(day + " 17:00"), By: worker},
			billing.Entry{Type: billing.Sorted, At: at(day + " 17:30"), By: finance, Payment: sorted})
	}
	for i := range log {
		log[i].Serial, log[i].Seq, log[i].Ticket, log[i].Recorded = "N-"+id, i+1, id, log[i].At
	}
	return log
}

// All the services paid in cash are revisited.
func TestSP_2_7_1b(t *testing.T) {
	r, log := october()
	r.Money = log
	e := monthEnd(t, desk(t), "2026-10", r, "2026-11-03 09:00")
	if e.Cash.Size != 1 || e.Cash.Population != 1 || e.Cash.Ranked[0] != "S1" {
		t.Errorf("cash: %+v", e.Cash)
	}
	// Waived, not charged at all, one of two serials cash: all count as cash. Voided with nothing in its place: not charged.
	waived := append(charge("S1", "2026-10-13", billing.Collection, ""), billing.Entry{Serial: "N-S1", Ticket: "S1", Seq: 3, Type: billing.Waived, At: at("2026-10-14 09:00"), Recorded: at("2026-10-14 09:00"), By: assistant, Approver: manager, Reason: "返工免费"})
	voided := slices.Clone(waived)
	voided[2].Type = billing.Voided
	second := charge("S1", "2026-10-13", billing.Cash, "")
	for i := range second {
		second[i].Serial = "N-S1b"
	}
	redone := append(slices.Clone(voided), charge("S1", "2026-10-14", billing.Collection, "")...)
	for i := range redone[3:] {
		redone[3+i].Serial = "N-S1b"
		redone[3+i].Ref = "N-S1"
	}
	for _, c := range []struct {
		name string
		log  []billing.Entry
		cash int
	}{
		{"waived", waived, 1}, {"nothing charged", nil, 1}, {"two means", append(charge("S1", "2026-10-13", billing.Collection, ""), second...), 1},
		{"voided", voided, 1}, {"voided and charged anew", redone, 0}, {"collected by the bank", charge("S1", "2026-10-13", billing.Collection, ""), 0},
	} {
		r := records(special("S1", "2026-10-13"))
		r.Money = c.log
		e := monthEnd(t, desk(t), "2026-10", r, "2026-11-03 09:00")
		if e.Cash.Population != c.cash || e.Banked.Population != 1-c.cash {
			t.Errorf("%s: cash %d, banked %d", c.name, e.Cash.Population, e.Banked.Population)
		}
	}
}

// Of those collected by the bank at least 80 per cent are; the base is as finance sorted it.
func TestSP_2_7_1c(t *testing.T) {
	r, log := october()
	r.Money = log
	e := monthEnd(t, desk(t), "2026-10", r, "2026-11-03 09:00")
	if err := e.Banked.Verify("key", []string{"S2", "S3"}); err != nil || e.Banked.Size != 2 {
		t.Errorf("banked: %+v, %v", e.Banked, err)
	}
	var all [][]ticket.Event
	r.Money = nil
	for i := range 41 {
		id := fmt.Sprintf("S%02d", i)
		all = append(all, special(id, "2026-10-13"))
		r.Money = append(r.Money, charge(id, "2026-10-13", billing.Collection, billing.Collection)...)
	}
	r.Tickets = slices.Values(all)
	if e := monthEnd(t, desk(t), "2026-10", r, "2026-11-03 09:00"); e.Banked.Population != 41 || e.Banked.Size != 33 {
		t.Errorf("%d of %d", e.Banked.Size, e.Banked.Population)
	}
}

// The month of a service is that of the signature, else of the charge.
func TestSP_2_7_1a_months(t *testing.T) {
	unsigned := special("S", "2026-10-31")[:8]
	again := and(special("S", "2026-10-20"),
		ticket.Event{Type: ticket.Reopened, At: at("2026-11-02 10:00"), By: resident},
		ticket.Event{Type: ticket.Dispatched, At: at("2026-11-02 10:05"), By: assistant, To: worker},
		ticket.Event{Type: ticket.Completed, At: at("2026-11-03 10:00"), By: worker},
		ticket.Event{Type: ticket.SignedOff, At: at("2026-11-03 10:10"), By: resident})
	for _, c := range []struct {
		name    string
		history []ticket.Event
		log     []billing.Entry
		oct     int
		nov     int
	}{
		{"signed", special("S", "2026-10-31"), nil, 1, 0},
		{"not signed, not charged", unsigned, nil, 0, 0},
		{"not signed, charged", unsigned, charge("S", "2026-11-01", billing.Cash, ""), 0, 1},
		{"signed again after a reopening", again, nil, 1, 1},
		{"not special", slip("S", "2026-10-20"), nil, 0, 0},
	} {
		r := records(c.history)
		r.Money = c.log
		if got := monthEnd(t, desk(t), "2026-10", r, "2026-12-03 09:00").Cash.Population; got != c.oct {
			t.Errorf("%s: October %d, want %d", c.name, got, c.oct)
		}
		if got := monthEnd(t, desk(t), "2026-11", r, "2026-12-03 09:00").Cash.Population; got != c.nov {
			t.Errorf("%s: November %d, want %d", c.name, got, c.nov)
		}
	}
}

// Read as paid, it is that of the first payment, if that came before the quota of the
// signed month was due.
func TestSP_2_7_1a_paid(t *testing.T) {
	d := desk(t, read(t, "service-month", "paid"))
	for _, c := range []struct {
		paid     string
		oct, nov int
	}{
		{"", 1, 0}, {"2026-10-21 10:00", 1, 0}, {"2026-11-01 00:00", 0, 1}, {"2026-11-10 23:59", 0, 1}, {"2026-11-11 00:00", 1, 0},
	} {
		r := records(special("S", "2026-10-20"))
		r.Money = charge("S", "2026-10-20", billing.Cash, "")
		if c.paid != "" {
			r.Money = append(r.Money, billing.Entry{Serial: "N-S", Ticket: "S", Seq: 3, Type: billing.Received, At: at(c.paid), Recorded: at(c.paid), Amount: 8000, Payment: billing.Cash, By: finance, Ref: "R-1"})
		}
		if got := monthEnd(t, d, "2026-10", r, "2026-12-03 09:00").Cash.Population; got != c.oct {
			t.Errorf("paid %q: October %d, want %d", c.paid, got, c.oct)
		}
		if got := monthEnd(t, d, "2026-11", r, "2026-12-03 09:00").Cash.Population; got != c.nov {
			t.Errorf("paid %q: November %d, want %d", c.paid, got, c.nov)
		}
	}
}
