package escalation_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/wuye/escalation"
	"example.com/wuye/rule"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var china = time.FixedZone("UTC+8", 8*3600)

// at is a moment of September 2026: "21 09:05" is Monday the 21st.
func at(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", "2026-09-"+s, china)
	if err != nil {
		panic(err)
	}
	return t
}

// row is an event; Seq is set by story.
func row(when string, by ticket.Role, typ ticket.EventType, more ...func(*ticket.Event)) ticket.Event {
	e := ticket.Event{Ticket: "T1", Type: typ, At: at(when), By: ticket.Actor{Role: by, ID: "N1"}}
	for _, m := range more {
		m(&e)
	}
	return e
}

func to(r ticket.Role) func(*ticket.Event) { return func(e *ticket.Event) { e.To.Role = r } }
func grade(g ticket.Grade) func(*ticket.Event) {
	return func(e *ticket.Event) { e.Grade = g }
}
func kind(k ticket.Kind, s ticket.Severity) func(*ticket.Event) {
	return func(e *ticket.Event) { e.Kind, e.Severity = k, s }
}
func linked(e *ticket.Event) { e.Ref = "T0" }
func inbound(e *ticket.Event) {
	e.Ref, e.Channel = "12345-7788", ticket.Inbound
}

func story(rows ...ticket.Event) []ticket.Event {
	for i := range rows {
		rows[i].Seq = i + 1
	}
	return rows
}

const always = "30 00:00"

// lines are the firings of a history and its verdicts as a manager reads them.
func lines(l escalation.Ladder, h []ticket.Event, v []sla.Verdict, asOf string) []string {
	due, next := l.Firings(h, v, at(asOf))
	var out []string
	for _, f := range due {
		out = append(out, strings.TrimPrefix(f.Key, "T1/")+" "+stamp(f.At))
	}
	if !next.IsZero() {
		out = append(out, "next "+stamp(next))
	}
	return out
}

// stamp is the minute, with a + for the nanosecond after it.
func stamp(t time.Time) string {
	s := t.Format("02 15:04")
	if t.Nanosecond() == 1 {
		s += "+"
	}
	return s
}

func check(t *testing.T, h []ticket.Event, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, lines(escalation.Standard(), h, nil, always)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func checkClock(t *testing.T, h []ticket.Event, v []sla.Verdict, asOf string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, lines(escalation.Standard(), h, v, asOf)); diff != "" {
		t.Errorf("as of %s (-want +got):\n%s", asOf, diff)
	}
}

var (
	minor     = row("21 09:00", ticket.Assistant, ticket.Registered, kind(ticket.Complaint, ""))
	repair    = row("21 09:00", ticket.Assistant, ticket.Registered, kind(ticket.Repair, ""))
	triaged   = row("21 09:10", ticket.Assistant, ticket.Triaged)
	completed = row("21 11:00", ticket.Worker, ticket.Completed)
)

func TestVC_1_3a(t *testing.T) {
	h := story(minor, triaged, row("21 10:00", ticket.Assistant, ticket.Escalated, to(ticket.Supervisor)))
	check(t, h, "VC-1.3a/1/supervisor/1 21 10:00")
	due, _ := escalation.Standard().Firings(h, nil, at(always))
	want := escalation.Step{From: ticket.Assistant, Cause: escalation.Unsolved, To: ticket.Supervisor, Visit: true, Clause: "VC-1.3a"}
	if diff := cmp.Diff(want, due[0].Step); diff != "" {
		t.Error(diff)
	}
	// To a department, or to nobody named: the regular step. Twice asked is twice.
	check(t, story(minor, triaged,
		row("21 10:00", ticket.Assistant, ticket.Escalated, to(ticket.DepartmentHead)),
		row("21 10:30", ticket.Worker, ticket.Escalated)),
		"VC-1.3a/1/supervisor/1 21 10:00", "VC-1.3a/1/supervisor/2 21 10:30")
	// What the worker brings back to the desk is not yet what the desk cannot solve.
	check(t, story(minor, triaged, row("21 10:00", ticket.Worker, ticket.Escalated, to(ticket.Assistant))))
}

func TestVC_1_3b(t *testing.T) {
	h := story(minor, triaged, row("21 10:00", ticket.Supervisor, ticket.Escalated, to(ticket.Manager)))
	check(t, h, "VC-1.3b/1/manager/1 21 10:00")
	if due, _ := escalation.Standard().Firings(h, nil, at(always)); !due[0].Step.Report || due[0].Step.Visit {
		t.Errorf("%+v", due[0].Step)
	}
	// Above the manager there is nobody to solve it.
	check(t, story(minor, triaged, row("21 10:00", ticket.Manager, ticket.Escalated, to(ticket.Manager))))
}

func TestVC_3_3b(t *testing.T) {
	for _, from := range foot { // past the supervisor
		check(t, story(minor, triaged, row("21 10:00", from, ticket.Escalated, to(ticket.Manager))), "VC-3.3b/1/manager/1 21 10:00")
	}
}

func TestVC_3_4(t *testing.T) {
	check(t, story(
		row("21 09:00", ticket.Assistant, ticket.Registered, kind(ticket.Suggestion, "")),
		triaged,
		row("21 10:00", ticket.Assistant, ticket.Escalated, to(ticket.Manager))),
		"VC-3.4/1/manager/1 21 10:00")
}

func TestSP_2_5_3(t *testing.T) {
	redo := func(day string, by ticket.Role) []ticket.Event {
		return []ticket.Event{row(day+" 12:00", by, ticket.Disputed), row(day+" 13:00", ticket.Worker, ticket.Completed)}
	}
	first := slices.Concat([]ticket.Event{repair, triaged, completed}, redo("21", ticket.Customer))
	check(t, story(slices.Clone(first)...))
	second := slices.Concat(first, redo("22", ticket.Customer))
	check(t, story(slices.Clone(second)...), "SP-2.5.3/1/supervisor/1 22 12:00")
	// The worker reports to the centre head, also where the centre head took the call; a
	// third time he knows.
	check(t, story(slices.Concat(first, redo("22", ticket.Supervisor), redo("23", ticket.Customer))...), "SP-2.5.3/1/supervisor/1 22 12:00")
	// A new cycle counts anew.
	reopened := []ticket.Event{row("23 09:00", ticket.Assistant, ticket.Told), row("24 09:00", ticket.Customer, ticket.Reopened), row("24 10:00", ticket.Worker, ticket.Completed)}
	check(t, story(slices.Concat(first, reopened, redo("25", ticket.Customer))...))
	check(t, story(slices.Concat(second, reopened, redo("25", ticket.Customer), redo("26", ticket.Customer))...),
		"SP-2.5.3/1/supervisor/1 22 12:00", "SP-2.5.3/2/supervisor/1 26 12:00")
	// A reopening entered late begins no cycle; but taking over begins the flow anew, and what
	// follows it is not late.
	late := []ticket.Event{row("21 10:00", ticket.Customer, ticket.Reopened)}
	again := []ticket.Event{row("21 11:30", ticket.Customer, ticket.Disputed), row("21 11:40", ticket.Customer, ticket.Disputed)}
	imported := []ticket.Event{row("21 09:30", "", ticket.Imported, func(e *ticket.Event) { e.State = ticket.Done })}
	check(t, story(slices.Concat([]ticket.Event{repair, completed}, late, again)...), "SP-2.5.3/1/supervisor/1 21 11:40")
	check(t, story(slices.Concat([]ticket.Event{repair, completed}, imported, late, again)...), "SP-2.5.3/2/supervisor/1 21 11:40")
	// Late is what is older than the last row that was not late itself.
	check(t, story(slices.Concat([]ticket.Event{repair, completed}, []ticket.Event{row("21 09:30", ticket.Assistant, ticket.Triaged)}, late, again)...), "SP-2.5.3/1/supervisor/1 21 11:40")
	// The same row twice is once.
	twice := story(slices.Clone(first)...)
	check(t, append(twice, twice[3]))
}

func TestSP_2_5_4a(t *testing.T) {
	check(t, story(repair, triaged,
		row("21 10:00", ticket.Worker, ticket.Damaged),
		row("21 10:30", ticket.Supervisor, ticket.Damaged)),
		"SP-2.5.4a/1/supervisor/1 21 10:00", "SP-2.5.4a/1/supervisor/2 21 10:30")
}

func TestQI_3_7b(t *testing.T) {
	important := kind(ticket.Complaint, ticket.Important)
	check(t, story(row("21 09:00", ticket.Assistant, ticket.Registered, important)), "QI-3.7b/1/supervisor/1 21 09:00")
	check(t, story(row("21 09:00", ticket.Assistant, ticket.Registered, kind(ticket.Complaint, ticket.Major))), "QI-3.7b/1/supervisor/1 21 09:00")
	// The superior of him who took it; the customer's own entry is the desk's.
	check(t, story(row("21 09:00", ticket.Supervisor, ticket.Registered, important)), "QI-3.7b/1/manager/1 21 09:00")
	check(t, story(row("21 09:00", ticket.Customer, ticket.Registered, important)), "QI-3.7b/1/supervisor/1 21 09:00")
	check(t, story(row("21 09:00", "", ticket.Registered, important)), "QI-3.7b/1/supervisor/1 21 09:00")
	// Transferred in by 12345 it is at least important.
	check(t, story(row("21 09:00", ticket.Assistant, ticket.Registered, kind(ticket.Complaint, ""), inbound)), "QI-3.7b/1/supervisor/1 21 09:00")
	// A major repair is not a complaint; it may become one.
	check(t, story(row("21 09:00", ticket.Assistant, ticket.Registered, kind(ticket.Repair, ticket.Major))))
	check(t, story(row("21 09:00", ticket.Assistant, ticket.Registered, kind(ticket.Repair, ticket.Major)),
		row("21 10:00", ticket.Supervisor, ticket.Reranked, kind(ticket.Complaint, ""))), "QI-3.7b/1/manager/1 21 10:00")
	// From important to major nothing new; down and up again is new.
	check(t, story(row("21 09:00", ticket.Assistant, ticket.Registered, important),
		row("21 10:00", ticket.Assistant, ticket.Reranked, kind("", ticket.Major)),
		row("21 11:00", ticket.Supervisor, ticket.Reranked, kind("", ticket.Minor)),
		row("21 12:00", ticket.Assistant, ticket.Reranked, kind("", ticket.Important))),
		"QI-3.7b/1/supervisor/1 21 09:00", "QI-3.7b/1/supervisor/2 21 12:00")
	// Taken over from another system.
	check(t, story(row("21 09:00", "", ticket.Imported, important, func(e *ticket.Event) { e.State = ticket.Accepted })), "QI-3.7b/1/supervisor/1 21 09:00")

	// The walk "hold, upgrade, resume": Friday the 18th 10:00, held 11:00, important 14:00.
	check(t, story(
		row("18 10:00", ticket.Assistant, ticket.Registered, kind(ticket.Complaint, ticket.Minor)),
		row("18 11:00", ticket.Assistant, ticket.Held),
		row("18 14:00", ticket.Assistant, ticket.Reranked, kind("", ticket.Important)),
		row("20 09:00", ticket.Assistant, ticket.Resumed)),
		"QI-3.7b/1/supervisor/1 18 14:00")
}

func TestTR_4_6(t *testing.T) {
	check(t, story(row("21 09:00", ticket.Assistant, ticket.Registered, kind(ticket.Complaint, ""), linked)), "TR-4.6/1/supervisor/1 21 09:00")
	check(t, story(row("21 09:00", ticket.Supervisor, ticket.Registered, kind(ticket.Complaint, ""), linked)), "TR-4.6/1/manager/1 21 09:00")
	// A linked request is not a complaint; a complaint with an outside number is not linked.
	check(t, story(row("21 09:00", ticket.Assistant, ticket.Registered, kind(ticket.Repair, ""), linked)))
	check(t, story(row("21 09:00", ticket.Assistant, ticket.Registered, kind(ticket.Complaint, ""), inbound)), "QI-3.7b/1/supervisor/1 21 09:00")
}

func TestVC_4_1c(t *testing.T) {
	check(t, story(row("21 09:00", ticket.Assistant, ticket.Registered, kind(ticket.Repair, ticket.Major), linked)), "VC-4.1c/1/manager/1 21 09:00")
	check(t, story(row("21 09:00", ticket.Assistant, ticket.Registered, kind(ticket.Repair, ticket.Important), linked)))
	// A major complaint heard in a revisit is all three; found major later it is so then.
	check(t, story(row("21 09:00", ticket.Assistant, ticket.Registered, kind(ticket.Complaint, ""), linked),
		row("21 10:00", ticket.Assistant, ticket.Reranked, kind("", ticket.Major))),
		"TR-4.6/1/supervisor/1 21 09:00", "QI-3.7b/1/supervisor/1 21 10:00", "VC-4.1c/1/manager/1 21 10:00")
}

func TestSP_2_7_5(t *testing.T) {
	for g, fires := range map[ticket.Grade]bool{
		ticket.VerySatisfied: false, ticket.Satisfied: false, ticket.Fair: false, ticket.Poor: true, ticket.Bad: true, ticket.NoGrade: false, "": false,
	} {
		var want []string
		if fires {
			want = []string{"SP-2.7.5/1/supervisor/1 22 09:00"}
		}
		check(t, story(repair, triaged, completed, row("22 09:00", ticket.Assistant, ticket.Revisited, grade(g))), want...)
	}
	// The customer's own rating is not a revisit; the manager hears it himself.
	check(t, story(repair, triaged, completed, row("22 09:00", ticket.Customer, ticket.Rated, grade(ticket.Bad))))
	check(t, story(repair, triaged, completed, row("22 09:00", ticket.Manager, ticket.Revisited, grade(ticket.Bad))), "SP-2.7.5/1/manager/1 22 09:00")
}

// verdict is a clock from 9:00 with a warning at 12:30 and due at 13:00, of the assistant's.
func verdict(s sla.Status, stop string) sla.Verdict {
	v := sla.Verdict{Ticket: "T1", Clause: "HB-2.2b", Cycle: 1, Number: 1, Status: s, Start: at("21 09:00"), Due: sla.Due{At: at("21 13:00")}, Warn: at("21 12:30"), Who: ticket.Assistant}
	if stop != "" {
		v.Stop = at(stop)
	}
	return v
}

func TestWY_breach(t *testing.T) {
	const warning, breach = "WY-breach(HB-2.2b)/1/supervisor/1w 21 12:30", "WY-breach(HB-2.2b)/1/supervisor/1 21 13:00+"
	one := func(s sla.Status, stop string) []sla.Verdict { return []sla.Verdict{verdict(s, stop)} }
	checkClock(t, nil, one(sla.Running, ""), "21 12:29", "next 21 12:30")
	checkClock(t, nil, one(sla.Running, ""), "21 12:30", warning, "next 21 13:00+")
	checkClock(t, nil, one(sla.Running, ""), "21 13:00", warning, "next 21 13:00+")
	checkClock(t, nil, one(sla.Breached, ""), "21 13:01", warning, breach)
	checkClock(t, nil, one(sla.Breached, "21 18:00"), always, warning, breach)
	checkClock(t, nil, one(sla.Met, "21 13:00"), always, warning)
	checkClock(t, nil, one(sla.Met, "21 12:30"), always)
	checkClock(t, nil, one(sla.Lapsed, "21 12:31"), always, warning)
	checkClock(t, nil, one(sla.Lapsed, "21 12:00"), always)
	checkClock(t, nil, one(sla.Lapsed, ""), always)
	checkClock(t, nil, one(sla.Unseen, ""), always)
	paused := verdict(sla.Paused, "")
	checkClock(t, nil, []sla.Verdict{paused}, "21 12:00")
	paused.Warn, paused.Due = time.Time{}, sla.Due{}
	checkClock(t, nil, []sla.Verdict{paused}, always)

	// To the tier above Who, whoever that is.
	for who, tier := range map[ticket.Role]string{
		ticket.Worker: "supervisor", ticket.DepartmentHead: "supervisor", ticket.Assistant: "supervisor", ticket.Finance: "supervisor", "": "supervisor",
		ticket.Supervisor: "manager", ticket.Manager: "manager",
	} {
		v := verdict(sla.Breached, "")
		v.Who, v.Warn = who, time.Time{}
		checkClock(t, nil, []sla.Verdict{v}, always, "WY-breach(HB-2.2b)/1/"+tier+"/1 21 13:00+")
	}
	// A day is breached at its end, not a nanosecond later.
	day := verdict(sla.Running, "")
	day.Due, day.Warn = sla.Due{At: at("22 00:00"), Whole: true}, time.Time{}
	checkClock(t, nil, []sla.Verdict{day}, "21 23:59", "next 22 00:00")
	day.Status = sla.Breached
	checkClock(t, nil, []sla.Verdict{day}, "22 00:00", "WY-breach(HB-2.2b)/1/supervisor/1 22 00:00")
	// Nothing is known of a year without a notice.
	unpublished := verdict(sla.Running, "")
	unpublished.Due, unpublished.Warn = sla.Due{Unpublished: 2027}, time.Time{}
	checkClock(t, nil, []sla.Verdict{unpublished}, always)

	// A late row has cured it: the verdict is met, and the breach is no longer returned.
	due, _ := escalation.Standard().Firings(nil, one(sla.Breached, ""), at("21 14:00"))
	cured, _ := escalation.Standard().Firings(nil, one(sla.Met, "21 12:45"), at("21 15:00"))
	if len(due) != 2 || len(cured) != 1 || cured[0].Key != due[0].Key {
		t.Error(due, cured)
	}
	if f := due[1]; f.For != "HB-2.2b" || f.Warning || f.Step.Clause != "WY-breach" || !due[0].Warning {
		t.Errorf("%+v", due)
	}
	// Promises come again, each with its number; so do cycles.
	p := verdict(sla.Breached, "")
	p.Clause, p.Number, p.Cycle, p.Warn = "QI-3.5t", 2, 3, time.Time{}
	checkClock(t, nil, []sla.Verdict{p}, always, "WY-breach(QI-3.5t)/3/supervisor/2 21 13:00+")
}

func unansweredClock(s sla.Status, due, stop string) []sla.Verdict {
	v := sla.Verdict{Ticket: "T1", Clause: "WY-unanswered", Cycle: 1, Number: 1, Status: s, Start: at("21 09:00"), Due: sla.Due{At: at(due)}, Who: ticket.Assistant}
	if stop != "" {
		v.Stop = at(stop)
	}
	return []sla.Verdict{v}
}

func TestWY_unanswered(t *testing.T) {
	const (
		first  = "WY-unanswered/1/supervisor/1 21 09:30+"
		second = "WY-unanswered/1/manager/2 21 10:00+"
		third  = "WY-unanswered/1/manager/3 21 10:30+"
	)
	h := story(repair)
	run, late := unansweredClock(sla.Running, "21 09:30", ""), unansweredClock(sla.Breached, "21 09:30", "")
	checkClock(t, h, run, "21 09:30", "next 21 09:30+")
	checkClock(t, h, late, "21 09:31", first, "next 21 10:00+")
	checkClock(t, h, late, "21 10:00", first, "next 21 10:00+")
	checkClock(t, h, late, "21 10:01", first, second, "next 21 10:30+")
	checkClock(t, h, late, "21 10:31", first, second, third, "next 21 11:00+")
	// An emergency after seven minutes, then each further thirty.
	checkClock(t, h, unansweredClock(sla.Breached, "21 09:07", ""), "21 09:38",
		"WY-unanswered/1/supervisor/1 21 09:07+", "WY-unanswered/1/manager/2 21 09:37+", "next 21 10:07+")
	// Taken at last: at the half hour is in time, a minute later is not.
	checkClock(t, h, unansweredClock(sla.Met, "21 09:30", "21 09:30"), always)
	checkClock(t, h, unansweredClock(sla.Breached, "21 09:30", "21 09:45"), always, first)
	checkClock(t, h, unansweredClock(sla.Breached, "21 09:30", "21 10:00"), always, first)
	checkClock(t, h, unansweredClock(sla.Breached, "21 09:30", "21 10:01"), always, first, second)
	nano := unansweredClock(sla.Breached, "21 09:30", "21 10:00")
	nano[0].Stop = nano[0].Stop.Add(1)
	checkClock(t, h, nano, always, first, second)
	// What was done in an earlier cycle does not count.
	checkClock(t, story(row("20 09:00", ticket.Assistant, ticket.Triaged), row("21 09:00", ticket.Customer, ticket.Reopened)), late, "21 10:01", first, second, "next 21 10:30+")
	// The clock knows no stop, yet somebody had it, or it ended, or began anew.
	for _, end := range []ticket.EventType{
		ticket.Completed, ticket.Started, ticket.Acknowledged, ticket.PlanStarted, ticket.Triaged,
		ticket.Withdrawn, ticket.Merged, ticket.Voided, ticket.Reopened, ticket.Archived,
	} {
		checkClock(t, story(repair, row("21 09:59", ticket.Assistant, end)), late, always, first)
	}
	for _, on := range []ticket.EventType{ticket.Urged, ticket.Reranked, ticket.Informed} {
		checkClock(t, story(repair, row("21 09:59", ticket.Assistant, on)), late, "21 10:01", first, second, "next 21 10:30+")
	}
	imported := func(s ticket.State) []ticket.Event {
		return story(repair, row("21 09:59", "", ticket.Imported, func(e *ticket.Event) { e.State = s }))
	}
	checkClock(t, imported(ticket.Assigned), late, always, first)
	checkClock(t, imported(ticket.Open), late, "21 10:01", first, second, "next 21 10:30+")
	checkClock(t, h, unansweredClock(sla.Lapsed, "21 09:30", "21 09:20"), always)
	checkClock(t, h, unansweredClock(sla.Unseen, "21 09:30", ""), always)
}

// A clause that the site does not keep has no steps, and then nothing fires by it.
func TestOff(t *testing.T) {
	h := story(
		row("21 09:00", ticket.Assistant, ticket.Registered, kind(ticket.Complaint, ticket.Major), linked),
		row("21 10:00", ticket.Assistant, ticket.Escalated, to(ticket.Supervisor)),
		row("21 10:10", ticket.Assistant, ticket.Escalated, to(ticket.Manager)),
		row("21 10:20", ticket.Supervisor, ticket.Escalated, to(ticket.Manager)),
		row("21 11:00", ticket.Worker, ticket.Damaged), completed,
		row("21 12:00", ticket.Customer, ticket.Disputed), row("21 12:10", ticket.Worker, ticket.Completed), row("21 13:00", ticket.Customer, ticket.Disputed),
		row("21 14:00", ticket.Assistant, ticket.Revisited, grade(ticket.Bad)),
	)
	v := append(unansweredClock(sla.Breached, "21 09:30", "21 10:00"), verdict(sla.Breached, ""))
	all, _ := escalation.Standard().Firings(h, v, at(always))
	seen := map[rule.ID]int{}
	for _, f := range all {
		seen[f.Step.Clause]++
	}
	for _, clause := range []rule.ID{"VC-1.3a", "VC-1.3b", "VC-3.3b", "VC-4.1c", "TR-4.6", "QI-3.7b", "SP-2.5.3", "SP-2.5.4a", "SP-2.7.5", "WY-breach", "WY-unanswered"} {
		if seen[clause] == 0 {
			t.Errorf("the story does not fire %s", clause)
		}
		off := slices.DeleteFunc(escalation.Standard(), func(s escalation.Step) bool { return s.Clause == clause })
		got, _ := off.Firings(h, v, at(always))
		want := slices.DeleteFunc(slices.Clone(all), func(f escalation.Firing) bool { return f.Step.Clause == clause })
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("without %s (-want +got):\n%s", clause, diff)
		}
	}
	if due, next := escalation.Ladder(nil).Firings(h, v, at("21 09:00")); due != nil || !next.IsZero() {
		t.Error(due, next)
	}
}

func TestKnownRowsOnly(t *testing.T) {
	h := story(minor, triaged, row("21 10:00", ticket.Assistant, ticket.Escalated, to(ticket.Supervisor)))
	h[2].Recorded = at("21 16:00") // entered six hours late
	for asOf, n := range map[string]int{"21 09:59": 0, "21 10:00": 0, "21 15:59": 0, "21 16:00": 1} {
		due, _ := escalation.Standard().Firings(h, nil, at(asOf))
		if len(due) != n || n == 1 && !due[0].At.Equal(at("21 10:00")) {
			t.Errorf("as of %s: %+v", asOf, due)
		}
	}
	// Entered before it happened: not due before it happens.
	h[2].Recorded, h[2].At = at("21 09:30"), at("21 10:00")
	checkClock(t, h, nil, "21 09:30", "next 21 10:00")
}

// anyHistory is rows of all kinds in no legal order.
func anyHistory(t *rapid.T) []ticket.Event {
	types := []ticket.EventType{
		ticket.Registered, ticket.Imported, ticket.Reranked, ticket.Escalated, ticket.Escalated, ticket.Disputed, ticket.Disputed, ticket.Damaged,
		ticket.Revisited, ticket.Revisited, ticket.Reopened, ticket.Completed, ticket.Triaged, ticket.Urged, ticket.Voided, "nonsense",
	}
	roles := []ticket.Role{"", "boss", ticket.Customer, ticket.Worker, ticket.DepartmentHead, ticket.Assistant, ticket.Supervisor, ticket.Manager}
	h := make([]ticket.Event, rapid.IntRange(0, 14).Draw(t, "rows"))
	for i := range h {
		h[i] = ticket.Event{
			Ticket: "T1", Seq: i + 1,
			Type:     rapid.SampledFrom(types).Draw(t, "type"),
			At:       at("21 09:00").Add(time.Duration(rapid.IntRange(0, 600).Draw(t, "at")) * time.Minute),
			By:       ticket.Actor{Role: rapid.SampledFrom(roles).Draw(t, "by")},
			To:       ticket.Actor{Role: rapid.SampledFrom(roles).Draw(t, "to")},
			Kind:     rapid.SampledFrom([]ticket.Kind{"", ticket.Complaint, ticket.Repair, ticket.Suggestion}).Draw(t, "kind"),
			Severity: rapid.SampledFrom([]ticket.Severity{"", ticket.Minor, ticket.Important, ticket.Major}).Draw(t, "severity"),
			Grade:    rapid.SampledFrom([]ticket.Grade{"", ticket.Fair, ticket.Poor, ticket.Bad}).Draw(t, "grade"),
			Ref:      rapid.SampledFrom([]string{"", "T0"}).Draw(t, "ref"),
		}
		if rapid.IntRange(0, 9).Draw(t, "again") == 0 {
			h[i].Seq = rapid.IntRange(0, i+1).Draw(t, "seq")
		}
		if rapid.Bool().Draw(t, "entered later") {
			h[i].Recorded = h[i].At.Add(time.Duration(rapid.IntRange(0, 300).Draw(t, "minutes")) * time.Minute)
		}
	}
	return h
}

// clocksAt are the verdicts at asOf of clocks that are stopped or never: what sla would say.
func clocksAt(stops []int, asOf time.Time) []sla.Verdict {
	var v []sla.Verdict
	for i, m := range stops {
		one := verdict(sla.Running, "")
		one.Number = i + 1
		if i == 0 {
			one = unansweredClock(sla.Running, "21 09:30", "")[0]
		}
		stop := one.Start.Add(time.Duration(m) * time.Minute)
		switch {
		case m > 0 && !stop.After(asOf):
			one.Stop, one.Status = stop, sla.Met
			if stop.After(one.Due.At) {
				one.Status = sla.Breached
			}
		case asOf.After(one.Due.At):
			one.Status = sla.Breached
		}
		v = append(v, one)
	}
	return v
}

func TestFiringsProperty(t *testing.T) {
	l := escalation.Standard()
	rapid.Check(t, func(t *rapid.T) {
		h := anyHistory(t)
		// Half of the histories have no late rows; in the others a late row may show that the
		// ticket had been taken, and only then may a firing go.
		onTime := rapid.Bool().Draw(t, "on time")
		if onTime {
			slices.SortStableFunc(h, func(a, b ticket.Event) int { return a.At.Compare(b.At) })
		}
		recorded := at("21 00:00")
		for i := range h {
			if onTime {
				h[i].Recorded = time.Time{}
			}
			if h[i].Recorded.Before(h[i].At) {
				h[i].Recorded = h[i].At
			}
			if h[i].Recorded.Before(recorded) {
				h[i].Recorded = recorded
			}
			recorded = h[i].Recorded
		}
		stops := rapid.SliceOfN(rapid.IntRange(0, 400), 0, 3).Draw(t, "stops")
		given := slices.Clone(h)
		var before map[string]escalation.Firing
		for minute := 0; minute <= 1000; minute += rapid.IntRange(1, 240).Draw(t, "step") {
			asOf := at("21 09:00").Add(time.Duration(minute) * time.Minute)
			due, next := l.Firings(h, clocksAt(stops, asOf), asOf)
			again, nextAgain := l.Firings(h, clocksAt(stops, asOf), asOf)
			if diff := cmp.Diff(due, again); diff != "" || !next.Equal(nextAgain) {
				t.Fatal("asked twice:", diff)
			}
			now := map[string]escalation.Firing{}
			for i, f := range due {
				if _, twice := now[f.Key]; twice {
					t.Fatal("one key for two:", f.Key)
				}
				now[f.Key] = f
				if i > 0 && f.At.Before(due[i-1].At) {
					t.Fatal("not in order of time")
				}
				if f.At.After(asOf) || f.Ticket != "T1" || f.Step.Clause == "" || !slices.Contains(l, f.Step) {
					t.Fatalf("%+v", f)
				}
				if _, offset := f.At.Zone(); offset != 8*3600 {
					t.Fatal(f.At)
				}
			}
			for key, f := range before {
				if (onTime || f.Step.Cause != escalation.Unanswered) && cmp.Diff(f, now[key]) != "" {
					t.Fatalf("%s is gone or changed: %s", key, cmp.Diff(f, now[key]))
				}
			}
			if !next.IsZero() && !next.After(asOf) {
				t.Fatal("next is not to come:", next)
			}
			if diff := cmp.Diff(given, h); diff != "" {
				t.Fatal("history changed:", diff)
			}
			before = now
		}
	})
}

// Nothing new comes by itself before next: with the same rows, every instant before it gives
// the same firings, and next itself gives more.
func TestNextIsExact(t *testing.T) {
	l := escalation.Standard()
	rapid.Check(t, func(t *rapid.T) {
		stops := make([]int, rapid.IntRange(1, 3).Draw(t, "clocks"))
		asOf := at("21 09:00").Add(time.Duration(rapid.IntRange(0, 300).Draw(t, "as of")) * time.Minute)
		due, next := l.Firings(nil, clocksAt(stops, asOf), asOf)
		if next.IsZero() {
			t.Fatal("the unanswered clock always comes again")
		}
		same, again := l.Firings(nil, clocksAt(stops, next.Add(-1)), next.Add(-1))
		if diff := cmp.Diff(due, same); diff != "" || !again.Equal(next) {
			t.Fatal(diff, next, again)
		}
		if more, _ := l.Firings(nil, clocksAt(stops, next), next); len(more) <= len(due) {
			t.Fatal(fmt.Sprint("nothing new at ", next))
		}
	})
}
