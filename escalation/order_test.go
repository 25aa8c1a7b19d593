package escalation_test

import (
	"slices"
	"testing"

	"example.com/wuye/escalation"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
	"github.com/google/go-cmp/cmp"
)

// A step is found wherever it stands on the ladder, in the first place too.
func TestAnyPlaceOnTheLadder(t *testing.T) {
	h := story(
		row("21 09:00", ticket.Assistant, ticket.Registered, kind(ticket.Complaint, ticket.Major), linked),
		triaged,
		row("21 10:00", ticket.Assistant, ticket.Escalated, to(ticket.Supervisor)),
		completed,
		row("21 12:00", ticket.Customer, ticket.Disputed),
		row("21 13:00", ticket.Customer, ticket.Disputed),
		row("21 14:00", ticket.Worker, ticket.Damaged),
		row("21 15:00", ticket.Assistant, ticket.Revisited, grade(ticket.Bad)),
	)
	v := append(unansweredClock(sla.Breached, "21 09:07", "21 09:10"), verdict(sla.Breached, ""))
	standard := escalation.Standard()
	want := lines(standard, h, v, always)
	if len(want) < 8 {
		t.Fatal(want)
	}
	for i := range standard {
		l := slices.Concat(standard[i:i+1], standard[:i], standard[i+1:])
		if diff := cmp.Diff(want, lines(l, h, v, always)); diff != "" {
			t.Errorf("with %s (%s) first: %s", l[0].Clause, l[0].From, diff)
		}
	}
}

// Warnings come before breaches of the same instant, in whatever order the clocks are given.
func TestWarningsFirst(t *testing.T) {
	late := verdict(sla.Breached, "")
	late.Due, late.Warn = sla.Due{At: at("22 00:00"), Whole: true}, at("21 23:00")
	warned := verdict(sla.Running, "")
	warned.Clause, warned.Warn, warned.Due.At = "QI-3.5t", at("22 00:00"), at("22 09:00")
	for _, v := range [][]sla.Verdict{{late, warned}, {warned, late}} {
		checkClock(t, nil, v, "22 00:00", "WY-breach(HB-2.2b)/1/supervisor/1w 21 23:00",
			"WY-breach(QI-3.5t)/1/supervisor/1w 22 00:00", "WY-breach(HB-2.2b)/1/supervisor/1 22 00:00", "next 22 09:00+")
	}
}

// Verdicts of the caller's that bear one number have a key each, be they few or many.
func TestKeysOfOneNumber(t *testing.T) {
	v := verdict(sla.Met, "21 13:00")
	checkClock(t, nil, []sla.Verdict{v, v, v}, always,
		"WY-breach(HB-2.2b)/1/supervisor/1w 21 12:30", "WY-breach(HB-2.2b)/1/supervisor/1w+ 21 12:30", "WY-breach(HB-2.2b)/1/supervisor/1w++ 21 12:30")
	due, _ := escalation.Standard().Firings(nil, slices.Repeat([]sla.Verdict{v}, 100), at(always))
	for i, f := range due {
		if i > 0 && f.Key != due[i-1].Key+"+" {
			t.Fatal(f.Key)
		}
	}
}

// A row whose Seq came before is a repetition and says nothing, whatever stands in it; rows
// without a Seq are no repetitions of each other.
func TestRepeatedRows(t *testing.T) {
	h := story(
		row("21 09:00", ticket.Assistant, ticket.Registered, kind(ticket.Complaint, ""), severe), triaged,
		row("21 10:00", ticket.Assistant, ticket.Escalated, to(ticket.Supervisor)),
		row("21 15:00", ticket.Assistant, ticket.Told),
		row("22 09:00", ticket.Customer, ticket.Reopened),
		row("22 10:00", ticket.Assistant, ticket.Escalated, to(ticket.Supervisor)),
	)
	wantLines, wantAsks := lines(escalation.Standard(), h, nil, always), asks(h, always)
	if len(wantLines) < 3 || len(wantAsks) < 4 {
		t.Fatal(wantLines, wantAsks)
	}
	for i := range h {
		for _, j := range []int{0, i} { // the first row or this one again, and moving at a later time
			again := h[j]
			again.At = at("22 09:30")
			if j == i {
				again.Type = ticket.Told
			}
			twice := slices.Insert(slices.Clone(h), i+1, again, h[i])
			if diff := cmp.Diff(wantLines, lines(escalation.Standard(), twice, nil, always)); diff != "" {
				t.Errorf("row %d again after row %d: %s", j+1, i+1, diff)
			}
			if diff := cmp.Diff(wantAsks, asks(twice, always)); diff != "" {
				t.Errorf("row %d again after row %d: %s", j+1, i+1, diff)
			}
		}
	}
	bare := slices.Clone(h)
	for i := range bare {
		bare[i].Seq = 0
	}
	if diff := cmp.Diff(wantLines, lines(escalation.Standard(), bare, nil, always)); diff != "" {
		t.Errorf("without Seq: %s", diff)
	}
}
