package wuye_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/wuye"
	"example.com/wuye/calendar"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func ownItems(items []wuye.Item) []wuye.Item {
	return slices.DeleteFunc(slices.Clone(items), func(i wuye.Item) bool { return i.Ticket == "" || i.Clause == "SP-2.7.5" })
}

// The agenda of many tickets is the union of the agendas of each, beside what the desk owes
// as a whole; as a stream it is the same, ticket by ticket.
func TestAgendaUnion(t *testing.T) {
	d := desk(t)
	rapid.Check(t, func(t *rapid.T) {
		var all [][]ticket.Event
		for i := range rapid.IntRange(1, 6).Draw(t, "tickets") {
			all = append(all, life(t, fmt.Sprintf("T%d", i)))
		}
		asOf := at("2026-09-20 08:00").Add(time.Duration(rapid.IntRange(0, 80*24).Draw(t, "asked")) * time.Hour)
		together, err := d.Agenda(records(all...), asOf)
		if err != nil {
			t.Fatal(err)
		}
		var stream []wuye.Item
		for i, err := range d.Items(records(all...), asOf) {
			if err != nil {
				t.Fatal(err)
			}
			stream = append(stream, i)
		}
		var apart []wuye.Item
		for _, h := range all {
			one, err := d.Agenda(records(h), asOf)
			if err != nil {
				t.Fatal(err)
			}
			apart = append(apart, ownItems(one)...)
		}
		sorted := func(items []wuye.Item) []string {
			var lines []string
			for _, i := range items {
				lines = append(lines, fmt.Sprintf("%+v", i))
			}
			slices.Sort(lines)
			return lines
		}
		if diff := cmp.Diff(sorted(together), sorted(stream)); diff != "" {
			t.Fatalf("the stream (-agenda +stream):\n%s", diff)
		}
		if diff := cmp.Diff(sorted(ownItems(together)), sorted(apart)); diff != "" {
			t.Fatalf("apart (-together +apart):\n%s", diff)
		}

		// Each is what the ticket's own verdicts and revisits leave to do, and says when.
		owed := map[string]int{}
		for _, h := range all {
			j, err := d.Judge(h, asOf)
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range j.Verdicts {
				if v.Status == sla.Running || v.Status == sla.Paused {
					owed[v.Ticket+string(v.Clause)]++
				}
			}
		}
		for _, i := range together {
			if i.Ticket != "" {
				owed[i.Ticket+string(i.Clause)]--
			}
			if i.Late != (!i.Due.At.IsZero() && i.Due.Late(asOf)) || i.Late != strings.Contains(i.Zh, "未办") || !strings.Contains(i.Zh, string(i.Clause)) {
				t.Fatalf("%+v at %s", i, asOf)
			}
		}
		for what, n := range owed {
			if n > 0 {
				t.Fatalf("%s runs and is not on the agenda", what)
			}
		}
	})
}

// The stream ends where its reader stops, and where a history is refused.
func TestItemsEnd(t *testing.T) {
	d := desk(t)
	read := 0
	tickets := func(yield func([]ticket.Event) bool) {
		for i := range 1000 {
			read++
			if !yield(slip(fmt.Sprintf("T%d", i), "2026-10-14")[:2]) {
				return
			}
		}
	}
	n := 0
	for range d.Items(wuye.Records{Tickets: tickets}, at("2026-10-14 09:30")) {
		if n++; n == 3 {
			break
		}
	}
	if read > 3 {
		t.Errorf("%d tickets read for 3 items", read)
	}
	illegal := slip("T2", "2026-10-14")
	var last error
	n = 0
	for i, err := range d.Items(records(slip("T1", "2026-10-14")[:2], story("T2", illegal[0], illegal[4]), slip("T3", "2026-10-14")[:2]), at("2026-10-14 10:30")) {
		if last != nil || i.Ticket == "T3" {
			t.Error("more after the error")
		}
		last = err
		n++
	}
	as[*ticket.Refusal](t, last)
	if n < 2 {
		t.Errorf("%d items before the error", n)
	}
}

// How late, in words: to the minute, from the end of the day or the instant.
func TestAgendaLateZh(t *testing.T) {
	for asOf, want := range map[string]string{
		"2026-10-14 10:10": "客服助理在 2026-10-14 11:05 前办",
		"2026-10-14 11:05": "客服助理在 2026-10-14 11:05 前办",
		"2026-10-14 11:06": "客服助理应于 2026-10-14 11:05 前办而未办，已迟1分",
		"2026-10-14 13:05": "客服助理应于 2026-10-14 11:05 前办而未办，已迟2小时",
		"2026-10-16 12:10": "客服助理应于 2026-10-14 11:05 前办而未办，已迟2天1小时5分",
	} {
		items := agenda(t, desk(t), records(complaint("C1", "2026-10-14")[:4]), asOf)
		i := slices.IndexFunc(items, func(i wuye.Item) bool { return i.Clause == "QI-3.6a" })
		if got, _, _ := strings.Cut(items[i].Zh, "："); got != "工单 C1" || !strings.HasPrefix(items[i].Zh, "工单 C1："+want+"：") {
			t.Errorf("%s: %s, want %s", asOf, items[i].Zh, want)
		}
	}
	// At the very end of the day it is late, and by nothing yet.
	items := agenda(t, desk(t), wuye.Records{}, "2026-10-19 00:00")
	i := slices.IndexFunc(items, func(i wuye.Item) bool { return i.Clause == "VC-1.8" && i.Late })
	if !strings.HasPrefix(items[i].Zh, "客服助理应于 2026-10-18 24:00 前办而未办：2026-W42 ") {
		t.Error(items[i].Zh)
	}
}

// By tier and by person.
func TestItemFor(t *testing.T) {
	r := records(special("S1", "2026-10-14")[:4], special("S2", "2026-10-14")[:3], complaint("C1", "2026-10-14"))
	items := agenda(t, desk(t), r, "2026-10-14 14:30")
	of := func(who ticket.Actor) string {
		var ids []string
		for _, i := range items {
			if i.For(who) && i.Ticket != "" {
				ids = append(ids, i.Ticket+" "+string(i.Clause))
			}
		}
		slices.Sort(ids)
		return strings.Join(ids, ", ")
	}
	for who, want := range map[ticket.Actor]string{
		worker:                            "S1 SP-2.4.2b, S2 SP-2.4.2b",
		{Role: ticket.Worker}:             "S1 SP-2.4.2b, S2 SP-2.4.2b",
		{Role: ticket.Worker, ID: "W99"}:  "",
		{Role: ticket.Authority, ID: "x"}: "",
	} {
		if got := of(who); got != want {
			t.Errorf("%v: %q, want %q", who, got, want)
		}
	}
	if got := of(assistant); !strings.Contains(got, "S2 SP-2.4.1") || strings.Contains(got, "SP-2.4.2b") {
		t.Errorf("the desk: %q", got)
	}
	// Every item is somebody's.
	roles := []ticket.Role{ticket.Worker, ticket.DepartmentHead, ticket.Assistant, ticket.Supervisor, ticket.Manager, ticket.Finance}
	for _, i := range items {
		n := 0
		for _, r := range roles {
			if i.For(ticket.Actor{Role: r}) {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%+v is for %d roles", i, n)
		}
	}
}

// What the night shift finds: the complaint that was not solved today, by its progress and
// its line in the shift log; what is late; what waits; and nothing that is due later on.
func TestVC_1_5b(t *testing.T) {
	held := and(complaint("C2", "2026-10-14")[:6], ticket.Event{Type: ticket.Held, At: at("2026-10-14 13:40"), By: head, Hold: ticket.WaitingCustomer})
	r := records(complaint("C1", "2026-10-14")[:6], held, slip("T1", "2026-10-14"), special("S1", "2026-10-13")[:4],
		with(slip("F1", "2026-10-13"), func(e *ticket.Event) { e.Kind = ticket.FitOut }))
	items := agenda(t, desk(t), r, "2026-10-14 20:00")
	var got []string
	for _, i := range wuye.Handover(items, at("2026-10-15 08:00")) {
		late := ""
		if i.Late {
			late = "!"
		}
		got = append(got, fmt.Sprintf("%s %s%s", i.Ticket, i.Clause, late))
	}
	want := []string{"C1 QI-3.5t!", "C1 VC-1.5a", "C1 VC-1.5b", "C2 QI-3.5t!", "C2 VC-1.5a", "C2 VC-1.5b", "C2 QI-3.7a", "S1 SP-2.4.2b!"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(wuye.Handover(nil, at("2026-10-15 08:00"))) != 0 {
		t.Error("something of nothing")
	}
}

// What was done for the periods is given, what is due follows: day by day of a year the
// agenda of a desk that does everything on each period's first day has nothing late.
func TestDutiesKept(t *testing.T) {
	p := wuye.Standard()
	p.From = calendar.MustDate("2026-01-01")
	d := desk(t, p)
	var done []wuye.DutyDone
	for day := calendar.MustDate("2026-01-01"); day.Compare(calendar.MustDate("2027-01-01")) < 0; day = day.AddDays(1) {
		for _, duty := range p.Duties {
			first := map[string]bool{"day": true, "week": day.Weekday() == time.Monday, "month": day == day.Month().Day(1),
				"quarter": day == day.Month().Day(1) && (day.Start().Month()-1)%3 == 0, "year": day.Start().YearDay() == 1}
			// The year begins on a Thursday: its first week's is done on that day.
			if first[duty.Every] || day == p.From {
				for n := range duty.Times {
					done = append(done, wuye.DutyDone{Clause: duty.Clause, At: day.Start(), By: ticket.Actor{Role: duty.Who}, Ref: fmt.Sprint(n)})
				}
			}
		}
		for _, i := range must(d.Agenda(wuye.Records{Done: done}, day.Start().Add(time.Hour))) {
			t.Fatalf("%s: %s", day, i.Zh)
		}
	}
}
