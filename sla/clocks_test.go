package sla_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"example.com/wuye/rule"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

// The whole table of clocks as a manager reads it, to hold beside the documents' table.
func TestClockTable(t *testing.T) {
	var b strings.Builder
	for _, c := range sla.Standard().Clocks {
		fmt.Fprintf(&b, "%s  %s\n", c.Clause, c.Clause.Zh())
		line := func(name, text string) {
			if text != "" {
				fmt.Fprintf(&b, "    %s  %s\n", name, text)
			}
		}
		line("适用", matchText(c.When))
		line("起算", momentText(c.From))
		line("停止", momentText(c.To))
		line("免除", marksText(c.Unless))
		if c.Yields != "" {
			line("让位", string(c.Yields)+"已做到的")
		}
		var flags []string
		for _, f := range []struct {
			on   bool
			text string
		}{{c.Again, "每次另计"}, {c.Through, "重开后继续"}, {c.Holds, "挂起时停表"}} {
			if f.on {
				flags = append(flags, f.text)
			}
		}
		line("计法", strings.Join(flags, ";"))
		warn := ""
		if c.Warn.N > 0 {
			warn = ",提前" + c.Warn.Label() + "预警"
		}
		line("时限", c.Limit.Label()+warn+",责任人"+c.Who.Label())
	}
	golden(t, "clocks.txt", b.String())
	if err := sla.Standard().Validate(); err != nil {
		t.Error(err)
	}
}

func matchText(when []ticket.Match) string {
	var any []string
	for _, m := range when {
		var all []string
		for _, k := range m.Kinds {
			all = append(all, k.Label())
		}
		if len(all) > 1 {
			all = []string{strings.Join(all, "或")}
		}
		for _, n := range m.Natures {
			all = append(all, n.Label())
		}
		if m.Urgency != "" {
			all = append(all, m.Urgency.Label())
		}
		for _, s := range m.Severity {
			all = append(all, s.Label())
		}
		for _, f := range []struct{ answer, yes, no string }{{m.Named, "实名", "匿名"}, {m.Booked, "有预约", "无预约"}, {m.Linked, "回访中提出", "非回访中提出"}} {
			switch f.answer {
			case "yes":
				all = append(all, f.yes)
			case "no":
				all = append(all, f.no)
			}
		}
		any = append(any, strings.Join(all, "、"))
	}
	return strings.Join(any, ";或 ")
}

func momentText(m sla.Moment) string {
	var all []string
	for _, g := range m {
		all = append(all, marksText(g))
	}
	if len(all) > 1 {
		return "[" + strings.Join(all, "] 且 [") + "]"
	}
	return strings.Join(all, "")
}

func marksText(marks []sla.Mark) string {
	fields := map[string]string{"by.id": "有工号", "to.id": "交给具体人", "until": "有时间", "grade": "有评价", "approver": "经批准", "ref": "有编号", "reason": "有事由", "to": "告知外部单位", "to.crew": "给服务人员或部门负责人", "!to.crew": "非给服务人员或部门负责人"}
	var any []string
	for _, m := range marks {
		s := m.Type.Label()
		for _, f := range m.With {
			s += "(" + fields[f] + ")"
		}
		if m.Role != "" {
			s += "(" + m.Role.Label() + ")"
		}
		if m.Channel != "" {
			s += "(" + m.Channel.Label() + ")"
		}
		switch {
		case m.Recorded:
			s += "[录入时刻]"
		case m.Anew:
			s += "[重新起算]"
		case m.Proof:
			s += "[佐证]"
		}
		any = append(any, s)
	}
	return strings.Join(any, "|")
}

// edge holds a clock to its due, one nanosecond to each side: running and not yet over,
// breached by itself, met in time, breached by a row that came too late. stop adds the rows
// that meet the clause, the last of them at that instant.
func edge(t *testing.T, id rule.ID, h walk, due string, stop func(walk, time.Time) walk) {
	t.Helper()
	end := at(due)
	v := find(t, judged(t, h, h[len(h)-1].At), id)
	if v.Status != sla.Running || !v.Due.At.Equal(end) {
		t.Fatalf("%s: %s, want running until %s", id, lines([]sla.Verdict{v}), due)
	}
	last := end // the last instant in time
	if v.Due.Whole {
		last = end.Add(-1)
	}
	if want := last.Add(1); !v.Wake.Equal(want) {
		t.Errorf("%s: wakes %s, want %s", id, stamp(v.Wake), stamp(want))
	}
	for _, c := range []struct {
		asOf time.Time
		want sla.Status
	}{{last.Add(-1), sla.Running}, {last, sla.Running}, {last.Add(1), sla.Breached}, {last.Add(time.Hour), sla.Breached}} {
		if v := find(t, judged(t, h, c.asOf), id); v.Status != c.want || !v.Stop.IsZero() {
			t.Errorf("%s as of %s: %s, want %s", id, stamp(c.asOf), v.Status, c.want)
		}
	}
	for _, c := range []struct {
		stop time.Time
		want sla.Status
	}{{last.Add(-1), sla.Met}, {last, sla.Met}, {last.Add(1), sla.Breached}} {
		done := stop(h, c.stop)
		if v := find(t, judged(t, done, c.stop.Add(time.Hour)), id); v.Status != c.want || !v.Stop.Equal(c.stop) || !v.Wake.IsZero() {
			t.Errorf("%s done at %s: %s", id, stamp(c.stop), lines([]sla.Verdict{v}))
		}
	}
}

// then adds rows of these types at one instant; their other fields are the modifiers'.
func then(typ ticket.EventType, more ...func(*ticket.Event)) func(walk, time.Time) walk {
	return func(w walk, when time.Time) walk {
		w = w.add(typ, "2026-01-01 00:00", more...)
		w[len(w)-1].At, w[len(w)-1].Recorded = when, when
		return w
	}
}

func open(k ticket.Kind, more ...func(*ticket.Event)) walk {
	return walk{}.add(ticket.Registered, "2026-09-21 09:00", append([]func(*ticket.Event){kind(k)}, more...)...)
}

func absent(t *testing.T, id rule.ID, h walk) {
	t.Helper()
	for _, v := range judged(t, h, h[len(h)-1].At.Add(time.Minute)) {
		if v.Clause == id {
			t.Errorf("%s runs: %s", id, lines([]sla.Verdict{v}))
		}
	}
}

func status(t *testing.T, id rule.ID, h walk, asOf string, want sla.Status) sla.Verdict {
	t.Helper()
	v := find(t, judged(t, h, at(asOf)), id)
	if v.Status != want {
		t.Errorf("%s as of %s: want %s, got %s", id, asOf, want, lines([]sla.Verdict{v}))
	}
	return v
}

func TestHB_2_1d(t *testing.T) {
	h := open(ticket.Repair, emergency)
	w := by(ticket.Worker, "W1")
	for _, stop := range []func(walk, time.Time) walk{then(ticket.Acknowledged, w), then(ticket.PlanStarted), then(ticket.Arrived, w), then(ticket.Started, w), then(ticket.Completed, w), then(ticket.Told)} {
		edge(t, "HB-2.1d", h, "2026-09-21 09:15", stop)
	}
	// A receipt without a name is none; one in time is proved by arriving in time.
	status(t, "HB-2.1d", h.add(ticket.Acknowledged, "2026-09-21 09:05", by(ticket.Worker, "")), "2026-09-21 10:00", sla.Breached)
	status(t, "HB-2.1d", h.add(ticket.Acknowledged, "2026-09-21 09:20", w).add(ticket.Arrived, "2026-09-21 09:14", w), "2026-09-21 10:00", sla.Met)
	status(t, "HB-2.1d", h.add(ticket.Declined, "2026-09-21 09:05"), "2026-09-21 10:00", sla.Lapsed)
	absent(t, "HB-2.1d", open(ticket.Repair))
}

func TestHB_2_1e(t *testing.T) {
	w := by(ticket.Worker, "W1")
	for _, stop := range []func(walk, time.Time) walk{then(ticket.Started, w), then(ticket.Told), then(ticket.ReferredOut), then(ticket.Declined), then(ticket.Arrived, w), then(ticket.Completed, w)} {
		edge(t, "HB-2.1e", open(ticket.Repair), "2026-09-21 11:00", stop)
	}
	for _, stop := range []func(walk, time.Time) walk{then(ticket.Escalated), then(ticket.Dispatched), then(ticket.Told), then(ticket.Completed)} {
		edge(t, "HB-2.1e", open(ticket.Suggestion), "2026-09-21 11:00", stop)
	}
	absent(t, "HB-2.1e", open(ticket.Complaint))
	absent(t, "HB-2.1e", open(ticket.Repair, emergency))
	absent(t, "HB-2.1e", open(ticket.Repair, until("2026-09-22 10:00")))
	status(t, "HB-2.1e", open(ticket.Repair).add(ticket.Dispatched, "2026-09-21 09:30"), "2026-09-21 12:00", sla.Breached) // to send is not to begin
	status(t, "HB-2.1e", open(ticket.Repair).add(ticket.Abandoned, "2026-09-21 09:30"), "2026-09-21 12:00", sla.Lapsed)
}

func TestHB_2_2b(t *testing.T) {
	h := open(ticket.Repair)
	for _, stop := range []func(walk, time.Time) walk{then(ticket.Dispatched, to(ticket.Worker, "W1")), then(ticket.Escalated, to(ticket.Supervisor, "S1")), then(ticket.ReferredOut), then(ticket.Declined),
		then(ticket.Told), then(ticket.Acknowledged, by(ticket.DepartmentHead, "H1")), then(ticket.Started, by(ticket.DepartmentHead, "H1")), then(ticket.Completed)} {
		edge(t, "HB-2.2b", h, "2026-09-22 09:00", stop)
	}
	department := h.add(ticket.Dispatched, "2026-09-21 09:30", to(ticket.DepartmentHead, ""))
	status(t, "HB-2.2b", department, "2026-09-22 10:00", sla.Breached) // to no named person
	status(t, "HB-2.2b", department.add(ticket.Acknowledged, "2026-09-21 10:00", by(ticket.DepartmentHead, "H1")), "2026-09-22 10:00", sla.Met)
	// The later of entry and assignment: entered late is late, and not known is unseen.
	assigned := func(entry func(*ticket.Event)) walk {
		return open(ticket.Repair, entry).add(ticket.Dispatched, "2026-09-21 09:30", to(ticket.Worker, "W1"), entered("2026-09-23 09:00"))
	}
	status(t, "HB-2.2b", assigned(entered("2026-09-22 09:00")), "2026-09-23 09:00", sla.Met)
	status(t, "HB-2.2b", assigned(entered("2026-09-22 09:00:00.000000001")), "2026-09-23 09:00", sla.Breached)
	status(t, "HB-2.2b", assigned(unentered), "2026-09-23 09:00", sla.Unseen)
}

func TestHL3_3_3(t *testing.T) {
	h := open(ticket.Repair).add(ticket.Dispatched, "2026-09-21 09:30", to(ticket.Worker, "W1"), until("2026-09-21 16:00"))
	w := by(ticket.Worker, "W1")
	edge(t, "HL3-3.3", h, "2026-09-21 16:00", then(ticket.Completed, w))
	edge(t, "HL3-3.3", h, "2026-09-21 16:00", then(ticket.Told))
	absent(t, "HL3-3.3", open(ticket.Repair).add(ticket.Dispatched, "2026-09-21 09:30", to(ticket.Worker, "W1")))
	// WY-extension: more time to the worker moves it while it runs, at the due still, afterwards not.
	longer := func(when string, more ...func(*ticket.Event)) walk {
		return h.add(ticket.Extended, when, append([]func(*ticket.Event){until("2026-09-21 18:00"), approved, to(ticket.Worker, "W1")}, more...)...)
	}
	edge(t, "HL3-3.3", longer("2026-09-21 15:00"), "2026-09-21 18:00", then(ticket.Completed, w))
	edge(t, "HL3-3.3", longer("2026-09-21 16:00"), "2026-09-21 18:00", then(ticket.Completed, w))
	status(t, "HL3-3.3", longer("2026-09-21 16:00:00.000000001"), "2026-09-21 17:00", sla.Breached)
	status(t, "HL3-3.3", longer("2026-09-21 15:00", to(ticket.Customer, "")), "2026-09-21 17:00", sla.Breached)                                              // that moves a promise
	status(t, "HL3-3.3", longer("2026-09-21 15:00", func(e *ticket.Event) { e.Approver = ticket.Actor{} }), "2026-09-21 17:00", sla.Breached)                // nobody approved
	status(t, "HL3-3.3", h.add(ticket.Dispatched, "2026-09-21 12:00", to(ticket.Worker, "W2"), until("2026-09-21 18:00")), "2026-09-21 17:00", sla.Breached) // sent again is not extended
	status(t, "HL3-3.3", h.add(ticket.ReferredOut, "2026-09-21 10:00"), "2026-09-21 17:00", sla.Lapsed)
}

func TestSP_2_4_1(t *testing.T) {
	h := open(ticket.Service, nature(ticket.Special), until("2026-09-22 14:00")).add(ticket.Triaged, "2026-09-21 09:10")
	for _, stop := range []func(walk, time.Time) walk{then(ticket.Delivered), then(ticket.Acknowledged, by(ticket.Worker, "W1")), then(ticket.Arrived), then(ticket.Started)} {
		edge(t, "SP-2.4.1", h, "2026-09-21 09:25", stop)
	}
	absent(t, "SP-2.4.1", open(ticket.Service).add(ticket.Triaged, "2026-09-21 09:10"))
}

func TestSP_2_4_2b(t *testing.T) {
	h := open(ticket.Service, nature(ticket.Special), until("2026-09-21 14:00"))
	for _, stop := range []func(walk, time.Time) walk{then(ticket.Arrived), then(ticket.Started), then(ticket.Completed)} {
		edge(t, "SP-2.4.2b", h, "2026-09-21 14:00", stop)
	}
	edge(t, "SP-2.4.2b", h.add(ticket.Rescheduled, "2026-09-21 14:00", until("2026-09-22 09:00")), "2026-09-22 09:00", then(ticket.Arrived))
	status(t, "SP-2.4.2b", h.add(ticket.Rescheduled, "2026-09-21 14:00:00.000000001", until("2026-09-22 09:00")), "2026-09-21 15:00", sla.Breached)
	// In a new cycle the old appointment is gone; a new one starts the clock.
	again := h.add(ticket.Arrived, "2026-09-21 13:00").add(ticket.SignedOff, "2026-09-21 13:30").add(ticket.Reopened, "2026-09-21 15:00")
	if v := judged(t, again.add(ticket.Rescheduled, "2026-09-21 15:10", until("2026-09-22 09:00")), at("2026-09-22 08:00")); find(t, v[1:], "SP-2.4.2b").Cycle != 1 || lastOf(v, "SP-2.4.2b").Cycle != 2 || lastOf(v, "SP-2.4.2b").Status != sla.Running {
		t.Errorf("got\n%s", lines(v))
	}
}

func lastOf(all []sla.Verdict, id rule.ID) (last sla.Verdict) {
	for _, v := range all {
		if v.Clause == id {
			last = v
		}
	}
	return last
}

func TestQI_3_5t(t *testing.T) {
	h := open(ticket.Complaint).add(ticket.Promised, "2026-09-21 09:10", until("2026-09-21 12:00"))
	edge(t, "QI-3.5t", h, "2026-09-21 12:00", then(ticket.Told))
	edge(t, "QI-3.5t", h, "2026-09-21 12:00", then(ticket.SignedOff))
	// The earliest open promise binds; only an approved extension moves it; after an answer the next is a new one.
	edge(t, "QI-3.5t", h.add(ticket.Promised, "2026-09-21 10:00", until("2026-09-21 15:00")), "2026-09-21 12:00", then(ticket.Told))
	edge(t, "QI-3.5t", h.add(ticket.Promised, "2026-09-21 10:00", until("2026-09-21 11:00")), "2026-09-21 11:00", then(ticket.Told))
	edge(t, "QI-3.5t", h.add(ticket.Extended, "2026-09-21 11:00", until("2026-09-21 15:00"), approved), "2026-09-21 15:00", then(ticket.Told))
	status(t, "QI-3.5t", h.add(ticket.Extended, "2026-09-21 11:00", until("2026-09-21 15:00"), approved, to(ticket.Worker, "W1")), "2026-09-21 13:00", sla.Breached)
	if v := lastOf(judged(t, h.add(ticket.Promised, "2026-09-21 13:00", until("2026-09-21 15:00")), at("2026-09-21 14:00")), "QI-3.5t"); v.Number != 1 || v.Status != sla.Breached {
		t.Errorf("an unanswered promise is not replaced: %+v", v)
	}
	two := h.add(ticket.Told, "2026-09-21 11:00").add(ticket.Promised, "2026-09-21 11:00", until("2026-09-21 15:00"))
	if v := judged(t, two, at("2026-09-21 15:00:00.000000001")); find(t, v, "QI-3.5t").Status != sla.Met || lastOf(v, "QI-3.5t").Number != 2 || lastOf(v, "QI-3.5t").Status != sla.Breached {
		t.Errorf("got\n%s", lines(v))
	}
}

func TestVC_4_1a(t *testing.T) {
	h := open(ticket.Complaint, ref("T0")).add(ticket.Promised, "2026-09-21 09:10", until("2026-09-21 12:00"))
	edge(t, "VC-4.1a", h, "2026-09-21 12:00", then(ticket.Told))
	absent(t, "VC-4.1a", open(ticket.Complaint).add(ticket.Promised, "2026-09-21 09:10", until("2026-09-21 12:00")))
}

func TestQI_3_6a(t *testing.T) {
	h := open(ticket.Complaint)
	for _, stop := range []func(walk, time.Time) walk{then(ticket.Informed), then(ticket.Told), then(ticket.SignedOff), then(ticket.Revisited)} {
		edge(t, "QI-3.6a", h, "2026-09-21 11:00", stop)
	}
	status(t, "QI-3.6a", h.add(ticket.Missed, "2026-09-21 10:00"), "2026-09-21 12:00", sla.Breached) // an attempt does not count
	absent(t, "QI-3.6a", open(ticket.Complaint, anonymous))
	absent(t, "QI-3.6a", open(ticket.Repair))
}

func TestQI_3_7a(t *testing.T) {
	h := open(ticket.Complaint)
	edge(t, "QI-3.7a", h, "2026-09-22 24:00", then(ticket.Told, graded(ticket.Fair)))
	edge(t, "QI-3.7a", h.add(ticket.Told, "2026-09-21 10:00"), "2026-09-22 24:00", then(ticket.Rated, graded(ticket.NoGrade)))
	edge(t, "QI-3.7a", h.add(ticket.Rated, "2026-09-21 10:00", graded(ticket.Fair)), "2026-09-22 24:00", then(ticket.SignedOff))
	edge(t, "QI-3.7a", open(ticket.Complaint, anonymous), "2026-09-22 24:00", then(ticket.Completed))
	status(t, "QI-3.7a", h.add(ticket.Told, "2026-09-21 10:00"), "2026-09-23 00:00", sla.Breached) // the opinion was not asked
	absent(t, "QI-3.7a", open(ticket.Complaint, severity(ticket.Important)))
}

func TestQI_3_8(t *testing.T) {
	h := open(ticket.Complaint).add(ticket.Completed, "2026-09-21 15:00")
	edge(t, "QI-3.8", h.add(ticket.Told, "2026-09-21 16:00"), "2026-09-22 24:00", then(ticket.Revisited))
	edge(t, "QI-3.8", h.add(ticket.Revisited, "2026-09-21 16:00"), "2026-09-22 24:00", then(ticket.Told))
	edge(t, "QI-3.8", open(ticket.Complaint).add(ticket.Told, "2026-09-21 15:00"), "2026-09-22 24:00", then(ticket.Revisited)) // settled at once is resolved and told
	status(t, "QI-3.8", h.add(ticket.Missed, "2026-09-21 16:00", approved), "2026-09-30 00:00", sla.Lapsed)
	status(t, "QI-3.8", h.add(ticket.Missed, "2026-09-21 16:00"), "2026-09-30 00:00", sla.Breached)
	if v := status(t, "QI-3.8", h.add(ticket.Missed, "2026-09-23 00:00", approved), "2026-09-30 00:00", sla.Breached); !v.Stop.IsZero() {
		t.Error("given up after the due, the breach stays")
	}
	// Disputed before it is due, the completion started nothing; afterwards the breach stays.
	if v := status(t, "QI-3.8", h.add(ticket.Disputed, "2026-09-22 23:00").add(ticket.Completed, "2026-09-23 10:00"), "2026-09-23 11:00", sla.Running); !v.Due.At.Equal(at("2026-09-24 24:00")) {
		t.Errorf("%+v", v)
	}
	absent(t, "QI-3.8", h.add(ticket.Disputed, "2026-09-22 23:00"))
	status(t, "QI-3.8", h.add(ticket.Disputed, "2026-09-23 00:00").add(ticket.Completed, "2026-09-23 10:00"), "2026-09-23 11:00", sla.Breached)
}

func TestVC_1_5a(t *testing.T) {
	h := open(ticket.Complaint)
	edge(t, "VC-1.5a", h, "2026-09-21 24:00", then(ticket.Revisited))
	// It falls away when VC-1.5b is met, and stands when that is not.
	both := h.add(ticket.Informed, "2026-09-21 20:00").add(ticket.HandedOver, "2026-09-21 23:59:59.999999999")
	if v := status(t, "VC-1.5a", both, "2026-09-22 08:00", sla.Lapsed); !v.Stop.Equal(at("2026-09-21 23:59:59.999999999")) {
		t.Errorf("%+v", v)
	}
	late := h.add(ticket.Informed, "2026-09-21 20:00").add(ticket.HandedOver, "2026-09-21 24:00")
	status(t, "VC-1.5a", late, "2026-09-22 08:00", sla.Breached)
	status(t, "VC-1.5b", late, "2026-09-22 08:00", sla.Breached)
	status(t, "VC-1.5a", h.add(ticket.Missed, "2026-09-21 20:00", approved), "2026-09-22 08:00", sla.Lapsed)
}

func TestVC_1_5b(t *testing.T) {
	h := open(ticket.Complaint)
	edge(t, "VC-1.5b", h.add(ticket.Informed, "2026-09-21 10:00"), "2026-09-21 24:00", then(ticket.HandedOver))
	edge(t, "VC-1.5b", h.add(ticket.HandedOver, "2026-09-21 10:00"), "2026-09-21 24:00", then(ticket.Informed))
	for _, done := range []ticket.EventType{ticket.Completed, ticket.Replied, ticket.Told, ticket.Declined, ticket.Abandoned} {
		status(t, "VC-1.5b", h.add(done, "2026-09-21 23:59:59.999999999"), "2026-09-22 08:00", sla.Lapsed)
		status(t, "VC-1.5b", h.add(done, "2026-09-21 24:00"), "2026-09-22 08:00", sla.Breached)
	}
	// Resolved and disputed the same day is unresolved at its end.
	status(t, "VC-1.5b", h.add(ticket.Completed, "2026-09-21 15:00").add(ticket.Disputed, "2026-09-21 16:00"), "2026-09-22 08:00", sla.Breached)
	// A complaint at 23:50 has this as its way out.
	night := walk{}.add(ticket.Registered, "2026-09-21 23:50", kind(ticket.Complaint)).add(ticket.Informed, "2026-09-21 23:52").add(ticket.HandedOver, "2026-09-21 23:55")
	status(t, "VC-1.5b", night, "2026-09-22 08:00", sla.Met)
	status(t, "VC-1.5a", night, "2026-09-22 08:00", sla.Lapsed)
}

func TestVC_1_5c(t *testing.T) {
	h := open(ticket.Complaint).add(ticket.HandedOver, "2026-09-21 20:00").add(ticket.Completed, "2026-09-22 10:00")
	edge(t, "VC-1.5c", h, "2026-09-23 24:00", then(ticket.Revisited))
	absent(t, "VC-1.5c", h[:2])
	absent(t, "VC-1.5c", open(ticket.Complaint).add(ticket.Completed, "2026-09-21 10:00"))
}

func TestTR_4_2a(t *testing.T) {
	h := open(ticket.FitOut).add(ticket.Completed, "2026-09-21 16:00")
	edge(t, "TR-4.2a", h, "2026-09-28 24:00", then(ticket.Revisited, channel(ticket.Visit)))
	status(t, "TR-4.2a", h.add(ticket.Revisited, "2026-09-22 10:00", channel(ticket.Phone)), "2026-09-29 00:00", sla.Breached)
	absent(t, "TR-4.2a", open(ticket.Repair).add(ticket.Completed, "2026-09-21 16:00"))
}

func TestTR_4_3b(t *testing.T) {
	h := walk{}.add(ticket.Registered, "2026-09-10 09:00", kind(ticket.Cleaning)).add(ticket.Completed, "2026-09-11 10:00").add(ticket.SignedOff, "2026-09-11 11:00").
		add(ticket.Sampled, "2026-09-30 23:59:59.999999999", by(ticket.System, ""), channel(ticket.Phone), ref("P/2026-09/routine"))
	edge(t, "TR-4.3b", h, "2026-10-05 24:00", then(ticket.Revisited))
	status(t, "TR-4.3b", h.add(ticket.Missed, "2026-10-02 10:00"), "2026-10-06 00:00", sla.Breached)
	status(t, "TR-4.3b", h.add(ticket.Missed, "2026-10-02 10:00", ref("T2")), "2026-10-06 00:00", sla.Lapsed)
	status(t, "TR-4.3b", h.add(ticket.Missed, "2026-10-02 10:00", approved), "2026-10-06 00:00", sla.Lapsed)
	status(t, "TR-4.3b", h.add(ticket.Withdrawn, "2026-10-02 10:00"), "2026-10-06 00:00", sla.Lapsed)
	// A reopening does not end it, and the new cycle is drawn once more.
	again := h.add(ticket.Reopened, "2026-10-01 09:00").add(ticket.Completed, "2026-10-02 09:00").add(ticket.SignedOff, "2026-10-02 09:30")
	status(t, "TR-4.3b", again.add(ticket.Revisited, "2026-10-03 10:00"), "2026-10-06 00:00", sla.Met)
	twice := again.add(ticket.Sampled, "2026-10-30 23:59:59.999999999", by(ticket.System, ""), channel(ticket.Phone), ref("P/2026-10/routine"))
	if v := judged(t, twice, at("2026-11-01 00:00")); find(t, v, "TR-4.3b").Status != sla.Breached || lastOf(v, "TR-4.3b").Cycle != 2 || !lastOf(v, "TR-4.3b").Due.At.Equal(at("2026-11-05 24:00")) {
		t.Errorf("got\n%s", lines(v))
	}
}

func TestTR_4_8t(t *testing.T) {
	for _, more := range []func(*ticket.Event){severity(ticket.Major), emergency} {
		h := open(ticket.Repair, more).add(ticket.Completed, "2026-09-21 16:00")
		edge(t, "TR-4.8t", h, "2026-09-21 24:00", then(ticket.Revisited, channel(ticket.Phone)))
	}
	absent(t, "TR-4.8t", open(ticket.Repair).add(ticket.Completed, "2026-09-21 16:00"))
	absent(t, "TR-4.8t", open(ticket.Repair, emergency, anonymous).add(ticket.Completed, "2026-09-21 16:00"))
}

func TestTR_5_0a(t *testing.T) {
	revisit := func(entry func(*ticket.Event)) walk {
		return open(ticket.Repair).add(ticket.Revisited, "2026-09-21 16:00", entry)
	}
	for when, want := range map[string]sla.Status{"2026-09-21 16:00": sla.Met, "2026-09-22 23:59:59.999999999": sla.Met, "2026-09-22 24:00": sla.Breached} {
		if v := status(t, "TR-5.0a", revisit(entered(when)), "2026-09-25 00:00", want); v.Number != 1 || !v.Stop.Equal(at(when)) {
			t.Errorf("%+v", v)
		}
	}
	status(t, "TR-5.0a", revisit(unentered), "2026-09-25 00:00", sla.Unseen)
}

func TestWY_manager_visit(t *testing.T) {
	h := open(ticket.Complaint).add(ticket.Completed, "2026-09-21 15:00")
	visit := then(ticket.Revisited, by(ticket.Manager, "M1"), channel(ticket.Visit))
	edge(t, "WY-manager-visit", h, "2026-09-22 24:00", visit)
	status(t, "WY-manager-visit", h.add(ticket.Revisited, "2026-09-21 16:00", by(ticket.Manager, "M1"), channel(ticket.Phone)), "2026-09-23 00:00", sla.Breached)
	status(t, "WY-manager-visit", h.add(ticket.Revisited, "2026-09-21 16:00", by(ticket.Supervisor, "S1"), channel(ticket.Visit)), "2026-09-23 00:00", sla.Breached)
	status(t, "WY-manager-visit", h.add(ticket.Dismissed, "2026-09-21 16:00"), "2026-09-23 00:00", sla.Lapsed)
	// Dismissed, referred out, or sent to the authority beforehand: never owed.
	status(t, "WY-manager-visit", open(ticket.Complaint).add(ticket.Dismissed, "2026-09-21 10:00").add(ticket.Completed, "2026-09-21 15:00"), "2026-09-23 00:00", sla.Lapsed)
	status(t, "WY-manager-visit", open(ticket.Complaint).add(ticket.Told, "2026-09-21 15:00", to(ticket.Authority, "12345")), "2026-09-23 00:00", sla.Lapsed)
	absent(t, "WY-manager-visit", open(ticket.Complaint).add(ticket.ReferredOut, "2026-09-21 10:00").add(ticket.Replied, "2026-09-21 15:00"))
}

func TestWY_unanswered(t *testing.T) {
	for _, stop := range []ticket.EventType{ticket.Triaged, ticket.Dispatched, ticket.ReferredOut, ticket.Declined, ticket.Told, ticket.PlanStarted, ticket.Acknowledged, ticket.Started, ticket.Completed} {
		edge(t, "WY-unanswered", open(ticket.Repair), "2026-09-21 09:30", then(stop))
		edge(t, "WY-unanswered", open(ticket.Repair, emergency), "2026-09-21 09:07", then(stop))
	}
}

// Every row of the table has its test above: the names are the clauses'.
func TestEveryClauseHasItsTest(t *testing.T) {
	tested := map[rule.ID]bool{"HB-2.1d": true, "HB-2.1e": true, "HB-2.2b": true, "HL3-3.3": true, "SP-2.4.1": true, "SP-2.4.2b": true, "QI-3.5t": true, "VC-4.1a": true, "QI-3.6a": true,
		"QI-3.7a": true, "QI-3.8": true, "VC-1.5a": true, "VC-1.5b": true, "VC-1.5c": true, "TR-4.2a": true, "TR-4.3b": true, "TR-4.8t": true, "TR-5.0a": true, "WY-manager-visit": true, "WY-unanswered": true}
	for _, c := range sla.Standard().Clocks {
		if !tested[c.Clause] {
			t.Errorf("no test of %s", c.Clause)
		}
	}
}
