package sla_test

import (
	"slices"
	"testing"
	"time"

	"example.com/wuye/calendar"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"

	"pgregory.net/rapid"
)

// What holds of every history is spread over the tests by subject: that spans tile and sum is
// TestExplainSums; that another zone and rows told twice change nothing, that what is over
// stays so, and that nothing changes before its Wake, is TestInvariants; that a second judge
// written from the words agrees is TestAgainstTheSlowJudge.

// A verdict does not depend on how often, when, or in which order one asked before: the same
// compiled policy and buffer, asked at many instants as the rows come in, answers each as one
// that was never asked.
func TestAskedBefore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, h := anyPolicy(t), anyHistory(t)
		used, err := p.Compile()
		if err != nil {
			t.Fatal(err)
		}
		var buf []sla.Verdict
		for range rapid.IntRange(1, 6).Draw(t, "times") {
			rows := h[:rapid.IntRange(1, len(h)).Draw(t, "rows")]
			asOf := rows[len(rows)-1].At.Add(time.Duration(rapid.IntRange(-50, 100).Draw(t, "hours")) * time.Hour)
			if buf, err = used.AppendVerdicts(buf[:0], calendar.China(), rows, asOf); err != nil {
				t.Fatal(err)
			}
			fresh, err := p.AppendVerdicts(nil, calendar.China(), slices.Clone(rows), asOf)
			if err != nil || !slices.Equal(buf, fresh) {
				t.Fatalf("%v\nasked before\n%snever asked\n%s", err, long(buf), long(fresh))
			}
		}
	})
}

// More hold never makes a deadline earlier: of any limit that a hold stops, a hold more, or one
// that ends later or never, moves the due on or leaves it, and what is left in an open hold is
// no less.
func TestMoreHoldIsNeverEarlier(t *testing.T) {
	hours := office(t)
	rapid.Check(t, func(t *rapid.T) {
		start := anyMinute(t, "start")
		c := sla.Standard().Of("QI-3.7a")[0]
		for c.Limit, c.Warn = anyLimit(t), (sla.Limit{}); c.Limit.Unit == sla.Promise; c.Limit = anyLimit(t) {
		}
		clocks, err := sla.Policy{Clocks: []sla.Clock{c}}.Compile()
		if err != nil {
			t.Fatal(err)
		}
		cal := calendar.China()
		if rapid.Bool().Draw(t, "hours") {
			cal = hours
		}
		less := walk{{Ticket: "W1", Seq: 1, Type: ticket.Registered, At: start, Recorded: start, Kind: ticket.Complaint, Caller: ticket.Owner}}
		more, now := slices.Clone(less), start
		put := func(h *walk, typ ticket.EventType) {
			*h = append(*h, ticket.Event{Ticket: "W1", Seq: len(*h) + 1, Type: typ, At: now, Recorded: now})
		}
		for range rapid.IntRange(1, 4).Draw(t, "holds") {
			step := func(label string) {
				now = now.Add(rapid.SampledFrom([]time.Duration{0, time.Minute, 3 * time.Hour, 9 * time.Hour, 24 * time.Hour, 70 * time.Hour}).Draw(t, label))
			}
			step("until the hold")
			both := rapid.IntRange(0, 2).Draw(t, "both") > 0
			if put(&more, ticket.Held); both {
				put(&less, ticket.Held)
			}
			step("held")
			if both {
				put(&less, ticket.Resumed)
			}
			step("and longer")
			if rapid.IntRange(0, 7).Draw(t, "for good") == 0 {
				break
			}
			put(&more, ticket.Resumed)
		}
		judge := func(h walk) sla.Verdict {
			v, err := clocks.AppendVerdicts(nil, cal, h, now.Add(time.Hour))
			if err != nil || len(v) != 1 {
				t.Fatal(v, err)
			}
			return v[0]
		}
		a, b := judge(less), judge(more)
		switch {
		case b.Status == sla.Paused || b.Due.Unpublished != 0: // later than any due
			if a.Status == sla.Paused {
				t.Fatalf("%s held for good with less hold only\n%s", c.Limit, long([]sla.Verdict{a, b}))
			}
		case a.Due.Unpublished != 0 || b.Due.At.Before(a.Due.At):
			t.Fatalf("%s with more hold is due earlier\n%s", c.Limit, long([]sla.Verdict{a, b}))
		}
	})
}
