package sla_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

// at reads "2026-09-21 09:05" and "2026-09-21 09:05:00.000000001" as China reads a clock.
func at(s string) time.Time {
	day, clock, _ := strings.Cut(s, " ")
	t := calendar.MustDate(day).Start()
	if clock == "24:00" {
		return t.AddDate(0, 0, 1)
	}
	c, err := time.Parse("15:04:05.999999999", clock)
	if err != nil {
		if c, err = time.Parse("15:04", clock); err != nil {
			panic(err)
		}
	}
	return t.Add(time.Duration(c.Hour())*time.Hour + time.Duration(c.Minute())*time.Minute + time.Duration(c.Second())*time.Second + time.Duration(c.Nanosecond()))
}

// A walk builds a history row by row; every row is entered when it happens.
type walk []ticket.Event

func (w walk) add(typ ticket.EventType, when string, more ...func(*ticket.Event)) walk {
	e := ticket.Event{Ticket: "W1", Seq: len(w) + 1, Type: typ, At: at(when), Recorded: at(when), By: ticket.Actor{Role: ticket.Assistant, ID: "A1"}}
	for _, m := range more {
		m(&e)
	}
	return append(w[:len(w):len(w)], e)
}

func by(role ticket.Role, id string) func(*ticket.Event) {
	return func(e *ticket.Event) { e.By = ticket.Actor{Role: role, ID: id} }
}
func to(role ticket.Role, id string) func(*ticket.Event) {
	return func(e *ticket.Event) { e.To = ticket.Actor{Role: role, ID: id} }
}
func until(s string) func(*ticket.Event)   { return func(e *ticket.Event) { e.Until = at(s) } }
func entered(s string) func(*ticket.Event) { return func(e *ticket.Event) { e.Recorded = at(s) } }
func unentered(e *ticket.Event)            { e.Recorded = time.Time{} }
func kind(k ticket.Kind) func(*ticket.Event) {
	return func(e *ticket.Event) { e.Kind, e.Caller = k, ticket.Owner }
}
func nature(n ticket.Nature) func(*ticket.Event)     { return func(e *ticket.Event) { e.Nature = n } }
func severity(s ticket.Severity) func(*ticket.Event) { return func(e *ticket.Event) { e.Severity = s } }
func emergency(e *ticket.Event)                      { e.Urgency = ticket.Emergency }
func anonymous(e *ticket.Event)                      { e.Caller = ticket.Anonymous }
func graded(g ticket.Grade) func(*ticket.Event)      { return func(e *ticket.Event) { e.Grade = g } }
func channel(c ticket.Channel) func(*ticket.Event)   { return func(e *ticket.Event) { e.Channel = c } }
func ref(s string) func(*ticket.Event)               { return func(e *ticket.Event) { e.Ref = s } }
func state(s ticket.State) func(*ticket.Event)       { return func(e *ticket.Event) { e.State = s } }
func approved(e *ticket.Event) {
	e.Approver, e.Reason = ticket.Actor{Role: ticket.Supervisor, ID: "S1"}, "缺料"
}

// judged is the verdicts on the standard clocks.
func judged(t testing.TB, h []ticket.Event, asOf time.Time) []sla.Verdict {
	t.Helper()
	v, err := sla.Standard().AppendVerdicts(nil, calendar.China(), h, asOf)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// lines writes verdicts one a line, for comparing and for people.
func lines(verdicts []sla.Verdict) string {
	var b strings.Builder
	for _, v := range verdicts {
		fmt.Fprintf(&b, "%-16s %d.%d %-8s %s start %s due %s stop %s\n", v.Clause, v.Cycle, v.Number, v.Status, v.Who, stamp(v.Start), dueText(v), stamp(v.Stop))
	}
	return b.String()
}

func dueText(v sla.Verdict) string {
	switch {
	case v.Due.Unpublished != 0:
		return fmt.Sprint("unpublished ", v.Due.Unpublished)
	case v.Status == sla.Paused:
		return "left " + v.Left.String()
	}
	return stamp(v.Due.At)
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	if t.Nanosecond() != 0 {
		return t.Format("01-02 15:04:05.999999999")
	}
	return t.Format("01-02 15:04")
}

func find(t testing.TB, verdicts []sla.Verdict, id rule.ID) sla.Verdict {
	t.Helper()
	for _, v := range verdicts {
		if v.Clause == id {
			return v
		}
	}
	t.Fatalf("no verdict of %s in\n%s", id, lines(verdicts))
	return sla.Verdict{}
}

func minorComplaint() walk {
	return walk{}.add(ticket.Registered, "2026-09-21 09:05", kind(ticket.Complaint)).
		add(ticket.Triaged, "2026-09-21 09:10").
		add(ticket.Promised, "2026-09-21 09:12", until("2026-09-21 17:00")).
		add(ticket.Dispatched, "2026-09-21 09:15", to(ticket.DepartmentHead, "H1")).
		add(ticket.Informed, "2026-09-21 10:40").
		add(ticket.Started, "2026-09-21 11:00", by(ticket.DepartmentHead, "H1")).
		add(ticket.Completed, "2026-09-21 15:00", by(ticket.DepartmentHead, "H1")).
		add(ticket.Told, "2026-09-21 15:30").
		add(ticket.Rated, "2026-09-21 15:40", by(ticket.Customer, ""), graded(ticket.Satisfied)).
		add(ticket.Revisited, "2026-09-21 17:00", channel(ticket.Phone)).
		add(ticket.Revisited, "2026-09-22 10:00", by(ticket.Manager, "M1"), channel(ticket.Visit)).
		add(ticket.Archived, "2026-09-22 10:30")
}

func noise() walk {
	return walk{}.add(ticket.Registered, "2026-09-21 22:10", kind(ticket.Complaint)).
		add(ticket.Triaged, "2026-09-21 22:12").
		add(ticket.ReferredOut, "2026-09-21 22:20", to(ticket.Authority, "EPB")).
		add(ticket.Informed, "2026-09-21 22:25").
		add(ticket.Replied, "2026-09-22 15:00", by(ticket.Authority, "")).
		add(ticket.Told, "2026-09-22 15:20").
		add(ticket.Rated, "2026-09-22 15:30", by(ticket.Customer, ""), graded(ticket.Satisfied))
}

func specialService() walk {
	w7 := by(ticket.Worker, "W7")
	return walk{}.add(ticket.Registered, "2026-09-21 09:00", kind(ticket.Service), nature(ticket.Special), until("2026-09-21 14:00")).
		add(ticket.Triaged, "2026-09-21 09:05").
		add(ticket.Dispatched, "2026-09-21 09:10", to(ticket.Worker, "W7")).
		add(ticket.Delivered, "2026-09-21 09:18").
		add(ticket.Acknowledged, "2026-09-21 09:19", w7).
		add(ticket.Arrived, "2026-09-21 13:55", w7).
		add(ticket.Inspected, "2026-09-21 14:00", w7).
		add(ticket.Agreed, "2026-09-21 14:05", w7, ref("Q1")).
		add(ticket.Started, "2026-09-21 14:10", w7, ref("F1")).
		add(ticket.Issued, "2026-09-21 14:12", by(ticket.Store, "K1")).
		add(ticket.Completed, "2026-09-21 15:00", w7).
		add(ticket.Disputed, "2026-09-21 15:05", by(ticket.Customer, "")).
		add(ticket.Completed, "2026-09-21 15:40", w7).
		add(ticket.SignedOff, "2026-09-21 15:45", by(ticket.Customer, "")).
		add(ticket.WrittenOff, "2026-09-21 16:00").
		add(ticket.GivenBack, "2026-09-21 16:05", by(ticket.Store, "K1")).
		add(ticket.Revisited, "2026-09-22 10:00", channel(ticket.Phone)).
		add(ticket.Archived, "2026-09-22 10:10")
}

func fitOut() walk {
	return walk{}.add(ticket.Registered, "2026-09-01 09:00", kind(ticket.FitOut)).
		add(ticket.Triaged, "2026-09-01 09:20").
		add(ticket.Dispatched, "2026-09-01 09:30", to(ticket.Worker, "W7")).
		add(ticket.Started, "2026-09-01 10:30", by(ticket.Worker, "W7")).
		add(ticket.Completed, "2026-09-21 16:00", by(ticket.Worker, "W7")).
		add(ticket.SignedOff, "2026-09-21 17:00").
		add(ticket.Told, "2026-09-21 17:10").
		add(ticket.Revisited, "2026-09-28 10:00", channel(ticket.Visit)).
		add(ticket.Archived, "2026-09-28 10:10")
}

// The five walks of the meanings, with every due instant. 2026-09-21 is a Monday.
func TestWalks(t *testing.T) {
	for _, c := range []struct {
		name, want string
		history    walk
		asOf       string
	}{
		{"minor complaint, its first hour", `
HB-2.2b          1.0 running  assistant start 09-21 09:05 due 09-22 09:05 stop -
QI-3.5t          1.1 running  assistant start 09-21 09:12 due 09-21 17:00 stop -
QI-3.6a          1.0 running  assistant start 09-21 09:05 due 09-21 11:05 stop -
QI-3.7a          1.0 running  assistant start 09-21 09:05 due 09-23 00:00 stop -
VC-1.5a          1.0 running  assistant start 09-21 09:05 due 09-22 00:00 stop -
VC-1.5b          1.0 running  assistant start 09-21 09:05 due 09-22 00:00 stop -
WY-unanswered    1.0 met      assistant start 09-21 09:05 due 09-21 09:35 stop 09-21 09:10
`, minorComplaint()[:3], "2026-09-21 09:13"},
		{"minor complaint, to the end", `
HB-2.2b          1.0 met      assistant start 09-21 09:05 due 09-22 09:05 stop 09-21 09:15
QI-3.5t          1.1 met      assistant start 09-21 09:12 due 09-21 17:00 stop 09-21 15:30
QI-3.6a          1.0 met      assistant start 09-21 09:05 due 09-21 11:05 stop 09-21 10:40
QI-3.7a          1.0 met      assistant start 09-21 09:05 due 09-23 00:00 stop 09-21 15:40
QI-3.8           1.0 met      assistant start 09-21 15:00 due 09-23 00:00 stop 09-21 17:00
VC-1.5a          1.0 met      assistant start 09-21 09:05 due 09-22 00:00 stop 09-21 17:00
VC-1.5b          1.0 lapsed   assistant start 09-21 09:05 due 09-22 00:00 stop 09-21 15:00
TR-5.0a          1.1 met      assistant start 09-21 17:00 due 09-23 00:00 stop 09-21 17:00
TR-5.0a          1.2 met      assistant start 09-22 10:00 due 09-24 00:00 stop 09-22 10:00
WY-manager-visit 1.0 met      manager start 09-21 15:00 due 09-23 00:00 stop 09-22 10:00
WY-unanswered    1.0 met      assistant start 09-21 09:05 due 09-21 09:35 stop 09-21 09:10
`, minorComplaint(), "2026-09-30 00:00"},
		{"noise: the authority's answer resolves, and owes no manager's visit", `
HB-2.2b          1.0 met      assistant start 09-21 22:10 due 09-22 22:10 stop 09-21 22:20
QI-3.6a          1.0 met      assistant start 09-21 22:10 due 09-22 00:10 stop 09-21 22:25
QI-3.7a          1.0 met      assistant start 09-21 22:10 due 09-23 00:00 stop 09-22 15:30
QI-3.8           1.0 running  assistant start 09-22 15:00 due 09-24 00:00 stop -
VC-1.5a          1.0 breached assistant start 09-21 22:10 due 09-22 00:00 stop -
VC-1.5b          1.0 breached assistant start 09-21 22:10 due 09-22 00:00 stop -
WY-manager-visit 1.0 lapsed   manager start 09-22 15:20 due 09-24 00:00 stop 09-22 15:20
WY-unanswered    1.0 met      assistant start 09-21 22:10 due 09-21 22:40 stop 09-21 22:12
`, noise(), "2026-09-22 16:00"},
		{"special service, cash: a dispute on the way", `
HB-2.2b          1.0 met      assistant start 09-21 09:00 due 09-22 09:00 stop 09-21 09:10
SP-2.4.1         1.0 met      assistant start 09-21 09:05 due 09-21 09:20 stop 09-21 09:18
SP-2.4.2b        1.0 met      worker start 09-21 09:00 due 09-21 14:00 stop 09-21 13:55
TR-5.0a          1.1 met      assistant start 09-22 10:00 due 09-24 00:00 stop 09-22 10:00
WY-unanswered    1.0 met      assistant start 09-21 09:00 due 09-21 09:30 stop 09-21 09:05
`, specialService(), "2026-09-30 00:00"},
		{"held, upgraded: the minor limit lapses", `
HB-2.2b          1.0 running  assistant start 09-18 10:00 due 09-19 10:00 stop -
QI-3.6a          1.0 breached assistant start 09-18 10:00 due 09-18 12:00 stop -
QI-3.7a          1.0 lapsed   assistant start 09-18 10:00 due 09-21 00:00 stop 09-18 14:00
VC-1.5a          1.0 lapsed   assistant start 09-18 10:00 due 09-19 00:00 stop 09-18 14:00
VC-1.5b          1.0 lapsed   assistant start 09-18 10:00 due 09-19 00:00 stop 09-18 14:00
WY-unanswered    1.0 breached assistant start 09-18 10:00 due 09-18 10:30 stop -
`, walk{}.add(ticket.Registered, "2026-09-18 10:00", kind(ticket.Complaint)).add(ticket.Held, "2026-09-18 11:00").
			add(ticket.Reranked, "2026-09-18 14:00", severity(ticket.Important)).add(ticket.Resumed, "2026-09-20 09:00"), "2026-09-18 15:00"},
		{"fit-out", `
HB-2.1e          1.0 met      assistant start 09-01 09:00 due 09-01 11:00 stop 09-01 10:30
HB-2.2b          1.0 met      assistant start 09-01 09:00 due 09-02 09:00 stop 09-01 09:30
TR-4.2a          1.0 met      assistant start 09-21 16:00 due 09-29 00:00 stop 09-28 10:00
TR-5.0a          1.1 met      assistant start 09-28 10:00 due 09-30 00:00 stop 09-28 10:00
WY-unanswered    1.0 met      assistant start 09-01 09:00 due 09-01 09:30 stop 09-01 09:20
`, fitOut(), "2026-09-30 00:00"},
	} {
		if got := lines(judged(t, c.history, at(c.asOf))); "\n"+got != c.want {
			t.Errorf("%s: got\n%swant%s", c.name, got, c.want)
		}
	}
}

// The two holds of the meanings: of a whole-day limit only the day-ends within count.
func TestWalkHolds(t *testing.T) {
	h := walk{}.add(ticket.Registered, "2026-09-18 10:00", kind(ticket.Complaint)).add(ticket.Held, "2026-09-18 11:00")
	v := find(t, judged(t, h, at("2026-09-19 12:00")), "QI-3.7a")
	if v.Status != sla.Paused || v.Left != 24*time.Hour || !v.Due.At.IsZero() || !v.Wake.IsZero() {
		t.Errorf("in the hold: %+v", v)
	}
	h = h.add(ticket.Resumed, "2026-09-20 09:00")
	if v := find(t, judged(t, h, at("2026-09-20 10:00")), "QI-3.7a"); !v.Due.At.Equal(at("2026-09-20 24:00")) || v.Status != sla.Running {
		t.Errorf("resumed on Sunday, which is worked: %+v", v)
	}
	h = walk{}.add(ticket.Registered, "2026-09-29 10:00", kind(ticket.Complaint)).add(ticket.Held, "2026-09-30 10:00").add(ticket.Resumed, "2026-10-08 09:00")
	if v := find(t, judged(t, h, at("2026-10-08 10:00")), "QI-3.7a"); !v.Due.At.Equal(at("2026-10-08 24:00")) || v.Status != sla.Running {
		t.Errorf("held over the only day-end: %+v", v)
	}
}
