package audit_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"example.com/wuye"
	"example.com/wuye/audit"
	"example.com/wuye/ticket"
	"pgregory.net/rapid"
)

// Repairs are taken up in the order of report: not by the instant alone, since two clerks may be
// at work, but none before one reported earlier; those reported together have no order.
func TestHB_2_1h(t *testing.T) {
	at := func(id, reported, taken string, more ...func(*ticket.Event)) []ticket.Event {
		h := story(id, registered(reported, ticket.Repair, more...), did(reported, assistant, ticket.Triaged))
		if taken != "" {
			h = story(id, append(h, did(taken, assistant, ticket.Dispatched, to(worker)))...)
		}
		return h
	}
	code := func(s string) func(*ticket.Event) { return func(e *ticket.Event) { e.Category = s } }
	first, second := at("R1", "09-21 09:00", "09-21 09:30"), at("R2", "09-21 09:10", "09-21 09:20")
	for _, c := range []struct {
		what string
		all  [][]ticket.Event
		want []string
	}{
		{"in order", [][]ticket.Event{first, at("R2", "09-21 09:10", "09-21 09:31")}, nil},
		{"taken together", [][]ticket.Event{first, at("R2", "09-21 09:10", "09-21 09:30")}, nil},
		{"reported together", [][]ticket.Event{first, at("R2", "09-21 09:00", "09-21 09:20")}, nil},
		{"overtaken", [][]ticket.Event{first, second}, []string{"R1 09-21 09:20"}},
		{"overtaken by two, told once, of the first", [][]ticket.Event{first, second, at("R3", "09-21 09:11", "09-21 09:15")}, []string{"R1 09-21 09:15", "R2 09-21 09:15"}},
		{"overtaken and never taken", [][]ticket.Event{at("R1", "09-21 09:00", ""), second}, []string{"R1 09-21 09:20"}},
		{"by an emergency", [][]ticket.Event{first, at("R2", "09-21 09:10", "09-21 09:20", urgent)}, nil},
		{"by a larger repair", [][]ticket.Event{first, at("R2", "09-21 09:10", "09-21 09:20", func(e *ticket.Event) { e.Severity = ticket.Major })}, nil},
		{"by one with an appointment", [][]ticket.Event{first, at("R2", "09-21 09:10", "09-21 09:20", until("09-21 14:00"))}, nil},
		{"another trade's", [][]ticket.Event{at("R1", "09-21 09:00", "09-21 09:30", code("水")), at("R2", "09-21 09:10", "09-21 09:20", code("电"))}, nil},
		{"taken in time, and entered afterwards", [][]ticket.Event{story("R1", append(at("R1", "09-21 09:00", "09-21 09:30"), did("09-21 09:15", worker, ticket.Acknowledged))...), second}, nil},
		{"withdrawn while it waited", [][]ticket.Event{story("R1", append(at("R1", "09-21 09:00", ""), did("09-21 09:15", customer, ticket.Withdrawn))...), second}, nil},
	} {
		t.Run(c.what, func(t *testing.T) {
			expect(t, month(t, desk(t), "HB-2.1h", "10-20 09:00", wuye.Records{Tickets: tickets(c.all...)}), c.want...)
		})
	}
	blind := desk(t, func(p *wuye.Policy) { p.SLA.Unrecorded = []ticket.EventType{ticket.Dispatched} })
	expect(t, month(t, blind, "HB-2.1h", "10-20 09:00", wuye.Records{Tickets: tickets(first, second)}))
}

// Whom the search from the last one back finds overtaken are those that a look at each pair finds.
func TestOvertakenPairByPair(t *testing.T) {
	d := desk(t)
	rapid.Check(t, func(t *rapid.T) {
		type queued struct{ reported, taken int }
		var queue []queued
		var all [][]ticket.Event
		for i := range rapid.IntRange(0, 8).Draw(t, "repairs") {
			q := queued{rapid.IntRange(0, 5).Draw(t, "reported"), 0}
			q.taken = q.reported + rapid.IntRange(0, 5).Draw(t, "waited")
			queue = append(queue, q)
			reported, taken := at("09-21 09:00").Add(time.Duration(q.reported)*time.Minute), at("09-21 09:00").Add(time.Duration(q.taken)*time.Minute)
			rows := []ticket.Event{registered("09-21 09:00", ticket.Repair), did("09-21 09:00", assistant, ticket.Triaged), did("09-21 09:00", assistant, ticket.Dispatched, to(worker))}
			rows[0].At, rows[1].At, rows[2].At = reported, reported, taken
			all = append(all, story(fmt.Sprint("R", i), rows...))
		}
		var want []string
		for i, q := range queue {
			if slices.ContainsFunc(queue, func(o queued) bool { return o.reported > q.reported && o.taken < q.taken }) {
				want = append(want, fmt.Sprint("R", i))
			}
		}
		findings, err := audit.Month(d, september, wuye.Records{Tickets: tickets(all...)}, at("10-20 09:00"))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range findings {
			if f.Clause == "HB-2.1h" {
				got = append(got, f.Ticket)
			}
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Fatalf("got %v, want %v of %v", got, want, queue)
		}
	})
}
