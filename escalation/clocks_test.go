package escalation_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"example.com/wuye/calendar"
	"example.com/wuye/escalation"
	"example.com/wuye/rule"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// slowClock says in sentences what one verdict calls for, minute by minute and nanosecond by
// nanosecond: what fires at each instant at which anything could.
func slowClock(v sla.Verdict, asOf time.Time) (out []string, next time.Time) {
	superior := "supervisor"
	if v.Who == ticket.Supervisor || v.Who == ticket.Manager {
		superior = "manager"
	}
	number := fmt.Sprint(v.From)
	switch {
	case v.From == 0 && v.Number > 0:
		number = fmt.Sprint(v.Number)
	case v.From == 0:
		number = "1"
	case v.Anew != 0:
		number += fmt.Sprint(".", v.Anew)
	}
	say := func(at time.Time, text string) {
		switch {
		case !at.After(asOf):
			out = append(out, text+" "+stamp(at))
		case next.IsZero() || at.Before(next):
			next = at
		}
	}
	over := func(at time.Time) bool { // was it over at that instant?
		return !v.Stop.IsZero() && !v.Stop.After(at) || v.Stop.IsZero() && v.Status == sla.Lapsed
	}
	late := v.Due.At // the first instant that is too late
	if !v.Due.Whole {
		late = late.Add(1)
	}
	if late.Before(v.Start) {
		late = v.Start
	}
	runs := (v.Status == sla.Running || v.Status == sla.Breached) && !v.Due.At.IsZero()
	if v.Clause != "WY-unanswered" {
		key := fmt.Sprintf("WY-breach(%s)/%d/%s/%s", v.Clause, v.Cycle, superior, number)
		if !v.Warn.IsZero() && v.Status != sla.Unseen && !over(v.Warn) && (v.Status != sla.Paused || !v.Warn.After(asOf)) {
			say(v.Warn, key+"w")
		}
		if runs {
			say(late, key)
		}
		return out, next
	}
	if !runs {
		return nil, next
	}
	n := max(v.Number, 1)
	for at := late; ; at = at.Add(30 * time.Minute) {
		if at.After(late) && !v.Stop.IsZero() && v.Stop.Before(at) {
			return out, next
		}
		say(at, fmt.Sprintf("WY-unanswered/%d/%s/%d", v.Cycle, superior, n))
		if at.After(asOf) {
			return out, next
		}
		superior, n = "manager", n+1
	}
}

// anyVerdict is a clock in any state, possible or not.
func anyVerdict(t *rapid.T, id int) sla.Verdict {
	when := func(name string) time.Time {
		if rapid.IntRange(0, 3).Draw(t, "no "+name) == 0 {
			return time.Time{}
		}
		return at("21 09:00").Add(time.Duration(rapid.IntRange(0, 12).Draw(t, name)) * 15 * time.Minute)
	}
	return sla.Verdict{
		Ticket: "T1", Clause: rapid.SampledFrom([]rule.ID{"HB-2.2b", "QI-3.8", "WY-unanswered"}).Draw(t, "clause"), Cycle: 1,
		Status: rapid.SampledFrom([]sla.Status{sla.Running, sla.Paused, sla.Met, sla.Breached, sla.Lapsed, sla.Unseen}).Draw(t, "status"),
		Number: rapid.IntRange(0, 2).Draw(t, "number"), From: id * rapid.IntRange(0, 1).Draw(t, "from"), Anew: rapid.IntRange(0, 1).Draw(t, "anew"),
		Start: when("start"), Stop: when("stop"), Warn: when("warn"), Due: sla.Due{At: when("due"), Whole: rapid.Bool().Draw(t, "whole")},
		Who: rapid.SampledFrom([]ticket.Role{"", ticket.Worker, ticket.DepartmentHead, ticket.Assistant, ticket.Supervisor, ticket.Manager, ticket.Finance}).Draw(t, "who"),
	}
}

func TestClockProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := anyVerdict(t, 7)
		asOf := at("21 09:00").Add(time.Duration(rapid.IntRange(0, 16).Draw(t, "as of"))*15*time.Minute + time.Duration(rapid.IntRange(-1, 1).Draw(t, "ns")))
		due, next := escalation.Standard().Firings(nil, []sla.Verdict{v}, asOf)
		var got []string
		for _, f := range due {
			got = append(got, f.Key[len("T1/"):]+" "+stamp(f.At))
			if f.For != v.Clause || f.Warning != (f.Key[len(f.Key)-1] == 'w') {
				t.Fatalf("%+v", f)
			}
		}
		want, wantNext := slowClock(v, asOf)
		slices.Sort(got) // warning and breach may be due together
		slices.Sort(want)
		if diff := cmp.Diff(want, got); diff != "" || !next.Equal(wantNext) {
			t.Fatalf("next %v, not %v\n%s", next, wantNext, diff)
		}
	})
}

// What several clocks fire is what each of them fires, in one order, under keys that are all
// different, also where the caller's verdicts bear one number. How many there are does not
// show: the same keys come where they are looked for in another way.
func TestClocksTogether(t *testing.T) {
	l := escalation.Standard()
	rapid.Check(t, func(t *rapid.T) {
		var v []sla.Verdict
		for range rapid.IntRange(0, 6).Draw(t, "clocks") {
			v = append(v, anyVerdict(t, 1))
		}
		asOf := at("21 12:00")
		due, _ := l.Firings(nil, v, asOf)
		alone := 0
		for i := range v {
			one, _ := l.Firings(nil, v[i:i+1], asOf)
			alone += len(one)
		}
		if alone != len(due) {
			t.Fatalf("%d firings together, %d one by one", len(due), alone)
		}
		many := slices.Clone(v) // and 40 clocks more, of other cycles
		for i := range 40 {
			o := verdict(sla.Breached, "")
			o.Cycle = 2 + i
			many = append([]sla.Verdict{o}, many...)
		}
		all, _ := l.Firings(nil, many, at("21 13:01"))
		keys := map[string]bool{}
		for _, f := range all {
			if keys[f.Key] && f.Step.Cause != escalation.Unanswered {
				t.Fatal("twice", f.Key)
			}
			keys[f.Key] = true
		}
		for _, f := range due {
			if !keys[f.Key] {
				t.Fatalf("%s is not among many", f.Key)
			}
		}
	})
}

// What fires nothing allocates nothing; what fires, its firings and their keys.
func TestAllocations(t *testing.T) {
	clocks, err := sla.Standard().Compile()
	if err != nil {
		t.Fatal(err)
	}
	h := story(minor, triaged, row("21 09:20", ticket.Assistant, ticket.Informed), row("21 09:30", ticket.Assistant, ticket.Told),
		row("21 09:30", ticket.Customer, ticket.Rated, grade(ticket.Satisfied)), row("21 09:40", ticket.Assistant, ticket.Revisited), row("21 09:50", ticket.Manager, ticket.Revisited, onSite))
	for i := range h {
		h[i].Recorded = h[i].At
	}
	l := escalation.Standard()
	for _, c := range []struct {
		rows    int
		asOf    string
		firings int
		allocs  float64
	}{{7, "22 00:00", 0, 0}, {6, "23 00:00", 2, 2}, {5, "21 20:00", 1, 2}} {
		v, err := clocks.AppendVerdicts(nil, calendar.China(), h[:c.rows], at(c.asOf))
		if err != nil {
			t.Fatal(err)
		}
		due, _ := l.Firings(h[:c.rows], v, at(c.asOf))
		if got := testing.AllocsPerRun(20, func() { l.Firings(h[:c.rows], v, at(c.asOf)) }); len(due) != c.firings || got > c.allocs {
			t.Errorf("%d rows as of %s: %d firings, %v allocations", c.rows, c.asOf, len(due), got)
		}
	}
}

// Whatever stands in a ladder, a history and its verdicts, nothing panics, each firing is one
// of the ladder's steps and is due, and no two bear one key.
func FuzzFirings(f *testing.F) {
	add := func(l escalation.Ladder, h []ticket.Event, v []sla.Verdict, minutes int) {
		ladder, err1 := json.Marshal(l)
		rows, err2 := json.Marshal(h)
		clocks, err3 := json.Marshal(v)
		if err1 != nil || err2 != nil || err3 != nil {
			f.Fatal(err1, err2, err3)
		}
		f.Add(ladder, rows, clocks, minutes)
	}
	add(nil, story(minor, triaged, row("21 10:00", ticket.Assistant, ticket.Escalated, to(ticket.Supervisor)), row("21 11:00", ticket.Supervisor, ticket.Arrived)), unansweredClock(sla.Breached, "21 09:30", ""), 90)
	add(escalation.Standard()[:12], story(row("21 09:00", ticket.Assistant, ticket.Registered, kind(ticket.Complaint, ticket.Major), linked), row("21 09:30", ticket.Worker, ticket.Damaged)), []sla.Verdict{verdict(sla.Breached, ""), verdict(sla.Breached, "")}, 600)
	f.Fuzz(func(t *testing.T, ladder, rows, clocks []byte, minutes int) {
		l := escalation.Standard()
		var h []ticket.Event
		var v []sla.Verdict
		if json.Unmarshal(rows, &h) != nil || json.Unmarshal(clocks, &v) != nil || len(h) > 50 || len(v) > 50 {
			return
		}
		if json.Unmarshal(ladder, &l) != nil || len(l) == 0 {
			l = escalation.Standard()
		}
		asOf := at("21 09:00").Add(time.Duration(minutes%5000) * time.Minute)
		for i := range v {
			// A clock of long ago that nobody ever took fires as often as it says; not here.
			if v[i].Due.At.Before(at("01 00:00")) {
				v[i].Due.At = time.Time{}
			}
		}
		valid := l.Validate() == nil
		due, next := l.Firings(h, v, asOf)
		keys := map[string]bool{}
		for i, fired := range due {
			if !slices.Contains(l, fired.Step) || fired.At.After(asOf) || i > 0 && fired.At.Before(due[i-1].At) {
				t.Fatalf("%+v", fired)
			}
			if keys[fired.Key] && fired.Step.Cause != escalation.Unanswered {
				t.Fatal("twice", fired.Key)
			}
			keys[fired.Key] = true
		}
		if !next.IsZero() && !next.After(asOf) {
			t.Fatal(next)
		}
		for _, c := range l.Conditions(h, asOf) {
			if c.Clause == "" && valid || c.Broken(asOf) && c.Due.At.IsZero() {
				t.Fatalf("%+v", c)
			}
		}
	})
}
