package wuye_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"example.com/wuye"
	"example.com/wuye/billing"
	"example.com/wuye/escalation"
	"example.com/wuye/rule"
	"example.com/wuye/ticket"
)

// revisits is what a ticket owes in words: "cycle clause who mode, from, due: what became of it".
func revisits(t fatal, d *wuye.Desk, history []ticket.Event, money []billing.Entry, asOf string) string {
	t.Helper()
	all, err := d.Revisits(history, money, at(asOf))
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, r := range all {
		lines = append(lines, sayRevisit(r))
	}
	return strings.Join(lines, "\n")
}

func sayRevisit(r wuye.Revisit) string {
	mode, state := "call", "owed"
	if r.Visit {
		mode = "visit"
	}
	if r.Share {
		mode += " (share)"
	}
	if !r.Done.IsZero() {
		state = fmt.Sprintf("done %s row %d", r.Done.Format("01-02 15:04"), r.Row)
	} else if r.Excused {
		state = "excused"
	}
	due := "no due"
	if !r.Due.At.IsZero() {
		due = "by " + r.Due.At.Format("01-02 15:04")
	}
	var clauses []string
	for _, c := range r.Clauses {
		clauses = append(clauses, string(c))
	}
	return fmt.Sprintf("%d %s %s %s, %s: %s", r.Cycle, strings.Join(clauses, "+"), r.Who, mode, due, state)
}

func met(by ticket.Actor, how ticket.Channel, when string, more ...func(*ticket.Event)) ticket.Event {
	e := ticket.Event{Type: ticket.Revisited, At: at(when), By: by, Channel: how}
	for _, change := range more {
		change(&e)
	}
	return e
}

func graded(g ticket.Grade) func(*ticket.Event) { return func(e *ticket.Event) { e.Grade = g } }

func missed(when string, more ...func(*ticket.Event)) ticket.Event {
	e := ticket.Event{Type: ticket.Missed, At: at(when), By: assistant, Channel: ticket.Phone}
	for _, change := range more {
		change(&e)
	}
	return e
}

func approved(e *ticket.Event) { e.Approver, e.Reason = supervisor, "三次联系不上" }

// bySupervisor is a complaint that a supervisor went and settled; upheld or not, by the reading.
func bySupervisor(id, day string) []ticket.Event {
	h := complaint(id, day)
	h[5].By, h[6].By = supervisor, supervisor
	return h
}

func dismissed(h []ticket.Event, when string) []ticket.Event {
	return and(h, ticket.Event{Type: ticket.Dismissed, At: at(when), By: manager, Reason: "查无此事"})
}

// Who is revisited, by whom, how, by when, under which clause. Wednesday 2026-10-14; the
// working day ends on Thursday, 24:00.
func TestRevisits(t *testing.T) {
	const day, asOf = "2026-10-14", "2026-10-20 09:00"
	emergency := with(slip("T", day), func(e *ticket.Event) { e.Urgency = ticket.Emergency })
	drawn := and(slip("T", day), ticket.Event{Type: ticket.Sampled, At: at("2026-10-15 00:00").Add(-1), Recorded: at("2026-10-15 08:00"), By: assistant, Ref: "standard/2026-10/routine", Channel: ticket.Visit})
	bank := charge("T", day, billing.Collection, "")
	reopened := and(complaint("T", day), ticket.Event{Type: ticket.Reopened, At: at("2026-10-15 09:00"), By: resident},
		ticket.Event{Type: ticket.Told, At: at("2026-10-15 10:00"), By: assistant})
	for _, c := range []struct {
		name    string
		history []ticket.Event
		money   []billing.Entry
		want    string
	}{
		{"a routine slip", slip("T", day), nil, ""},
		{"an inquiry", with(slip("T", day), func(e *ticket.Event) { e.Kind = ticket.Inquiry }), nil, ""},
		{"a complaint that is not resolved", complaint("T", day)[:6], nil, ""},
		{"a valid complaint", complaint("T", day), nil, "1 TR-4.7a manager visit, by 10-16 00:00: owed"},
		{"dismissed", dismissed(complaint("T", day), "2026-10-14 16:00"), nil, "1 VC-1.4c assistant call, by 10-15 00:00: owed"},
		{"dismissed, the supervisor settled it", dismissed(bySupervisor("T", day), "2026-10-14 16:00"), nil, "1 VC-1.6 supervisor call, by 10-15 00:00: owed"},
		{"reopened and settled at once", reopened, nil, "1 TR-4.7a manager visit, no due: excused\n2 TR-4.7a manager visit, by 10-17 00:00: owed"},
		{"given up, and reopened", and(complaint("T", day), missed("2026-10-14 18:00", approved), reopened[8], reopened[9]), nil, "1 TR-4.7a manager visit, no due: excused\n2 TR-4.7a manager visit, by 10-17 00:00: owed"},
		{"the authority's own", and(complaint("T", day)[:2], ticket.Event{Type: ticket.ReferredOut, At: at("2026-10-14 09:20"), By: assistant, To: bureau},
			ticket.Event{Type: ticket.Replied, At: at("2026-10-15 09:20"), By: bureau}), nil, "1 VC-1.4c assistant call, by 10-15 00:00: owed"},
		{"no name given", with(complaint("T", day), func(e *ticket.Event) { e.Caller, e.Reason = ticket.Anonymous, "不愿留名" }), nil, ""},
		{"withdrawn", and(complaint("T", day)[:6], ticket.Event{Type: ticket.Withdrawn, At: at("2026-10-14 14:00"), By: resident}), nil, ""},
		{"a fit-out", with(slip("T", day), func(e *ticket.Event) { e.Kind = ticket.FitOut }), nil, "1 TR-4.2a assistant visit, by 10-22 00:00: owed"},
		{"an emergency", emergency, nil, "1 TR-4.8 assistant call, by 10-15 00:00: owed"},
		{"an emergency not completed", emergency[:4], nil, ""},
		{"a drawn slip", drawn, nil, "1 TR-4.3b assistant visit, by 11-06 00:00: owed"},
		{"a service paid in cash", special("T", day), nil, "1 SP-2.7.1b assistant call, by 11-11 00:00: owed"},
		{"a service collected by the bank", special("T", day), bank, "1 SP-2.7.1c assistant call (share), by 11-11 00:00: owed"},
		{"an urgent paid repair", with(special("T", day), func(e *ticket.Event) { e.Kind, e.Urgency = ticket.Repair, ticket.Emergency }), nil,
			"1 TR-4.8 assistant call, by 10-15 00:00: owed\n1 SP-2.7.1b assistant call, by 11-11 00:00: owed"},
	} {
		if got := revisits(t, desk(t), c.history, c.money, asOf); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
	illegal := slip("T", day)
	_, err := desk(t).Revisits(story("T", illegal[0], illegal[4]), nil, at(asOf))
	as[*ticket.Refusal](t, err)
	_, err = desk(t).Revisits(slip("T", "2003-10-14"), nil, at(asOf))
	as[*wuye.NotInForceError](t, err)
	if all, err := desk(t).Revisits(complaint("T", day), nil, at(day+" 09:00")); all != nil || err != nil {
		t.Errorf("nothing known yet: %v, %v", all, err)
	}
	// Money that is recorded later is not known yet, and of another ticket is not its own.
	bank[1].Recorded = at(asOf).Add(1)
	if got := revisits(t, desk(t), special("T", day), bank, asOf); !strings.Contains(got, "SP-2.7.1b") {
		t.Errorf("charged later: %s", got)
	}
	if got := revisits(t, desk(t), special("T", day), charge("T2", day, billing.Collection, ""), asOf); !strings.Contains(got, "SP-2.7.1b") {
		t.Errorf("another's charge: %s", got)
	}
}

// What serves a revisit: of the role or above, in the mode, since it is owed, with a person
// who answered.
func TestRevisitDone(t *testing.T) {
	const day = "2026-10-14"
	c, s := complaint("T", day), dismissed(bySupervisor("T", day), "2026-10-14 16:00")
	fitOut := with(slip("T", day), func(e *ticket.Event) { e.Kind = ticket.FitOut })
	for _, k := range []struct {
		name    string
		history []ticket.Event
		want    string // what became of the first
	}{
		{"the manager on site", and(c, met(manager, ticket.Visit, "2026-10-15 10:00")), "done 10-15 10:00 row 9"},
		{"the manager by phone", and(c, met(manager, ticket.Phone, "2026-10-15 10:00")), "owed"},
		{"the assistant on site", and(c, met(assistant, ticket.Visit, "2026-10-15 10:00")), "owed"},
		{"the manager, of what was not yet handled", and(c[:6], met(manager, ticket.Visit, "2026-10-14 14:00"), c[6], c[7]), "owed"},
		{"twice: the first counts", and(c, met(manager, ticket.Visit, "2026-10-15 10:00"), met(manager, ticket.Visit, "2026-10-16 10:00")), "done 10-15 10:00 row 9"},
		{"entered in the other order", and(c, met(manager, ticket.Visit, "2026-10-16 10:00"), met(manager, ticket.Visit, "2026-10-15 10:00")), "done 10-15 10:00 row 10"},
		{"after a reopening, of the first cycle", and(c, ticket.Event{Type: ticket.Reopened, At: at("2026-10-15 09:00"), By: resident}, met(manager, ticket.Visit, "2026-10-15 10:00")), "excused"},
		{"given up with approval", and(c, missed("2026-10-16 10:00", approved)), "excused"},
		{"given up, and then reached", and(c, missed("2026-10-16 10:00", approved), met(manager, ticket.Visit, "2026-10-17 10:00")), "done 10-17 10:00 row 10"},
		{"another order named, of what was not drawn", and(c, missed("2026-10-16 10:00", func(e *ticket.Event) { e.Ref = "T2" })), "owed"},
		{"an attempt", and(c, missed("2026-10-16 10:00")), "owed"},
		{"the tier that settled it", and(s, met(supervisor, ticket.Phone, "2026-10-15 10:00")), "done 10-15 10:00 row 10"},
		{"a tier above", and(s, met(manager, ticket.Phone, "2026-10-15 10:00")), "done 10-15 10:00 row 10"},
		{"a tier below", and(s, met(assistant, ticket.Phone, "2026-10-15 10:00")), "owed"},
		{"online, answered", and(s, met(supervisor, ticket.Online, "2026-10-15 10:00", graded(ticket.Fair))), "done 10-15 10:00 row 10"},
		{"online, by default", and(s, met(supervisor, ticket.Online, "2026-10-15 10:00", graded(ticket.NoGrade))), "owed"},
		{"online, nothing said", and(s, met(supervisor, ticket.Online, "2026-10-15 10:00")), "owed"},
		{"a fit-out by phone", and(fitOut, met(assistant, ticket.Phone, "2026-10-15 10:00")), "owed"},
		{"a fit-out at home", and(fitOut, met(assistant, ticket.Visit, "2026-10-15 10:00")), "done 10-15 10:00 row 7"},
	} {
		got := revisits(t, desk(t), k.history, nil, "2026-10-20 09:00")
		got, _, _ = strings.Cut(got, "\n")
		if !strings.HasSuffix(got, ": "+k.want) {
			t.Errorf("%s: %s, want %s", k.name, got, k.want)
		}
	}
	// By the reading that an attempt counts it is enough, in the mode and by the role.
	d := desk(t, read(t, "unreachable", "counts"))
	if got := revisits(t, d, and(s, missed("2026-10-16 10:00", func(e *ticket.Event) { e.By = supervisor })), nil, "2026-10-20 09:00"); !strings.HasSuffix(got, "done 10-16 10:00 row 10") {
		t.Errorf("an attempt that counts: %s", got)
	}
	if got := revisits(t, d, and(s, missed("2026-10-16 10:00")), nil, "2026-10-20 09:00"); !strings.HasSuffix(got, "owed") {
		t.Errorf("an attempt of the assistant: %s", got)
	}
}

// What the supervisor or above settled, that tier revisits: the desk's own call meets the
// clock of QI-3.8, and the supervisor still owes his, and has it on his agenda.
func TestVC_1_6(t *testing.T) {
	h := and(dismissed(bySupervisor("C1", "2026-10-14"), "2026-10-14 16:00"), met(assistant, ticket.Phone, "2026-10-14 17:00", graded(ticket.Satisfied)))
	items := agenda(t, desk(t), records(h), "2026-10-15 09:00")
	if got := of(items, "VC-1.6"); got != "supervisor 10-15 00:00!" || of(items, "QI-3.8") != "" {
		t.Errorf("on the agenda: %q, QI-3.8 %q", got, of(items, "QI-3.8"))
	}
	items = agenda(t, desk(t), records(and(h, met(supervisor, ticket.Phone, "2026-10-15 08:30"))), "2026-10-15 09:00")
	if got := of(items, "VC-1.6"); got != "" {
		t.Errorf("called by the supervisor: %q", got)
	}
	blind := wuye.Standard() // a site that cannot record revisits is not asked for them once they are due
	blind.SLA.Unrecorded = []ticket.EventType{ticket.Revisited}
	for when, want := range map[string]string{"2026-10-15 23:59": "supervisor 10-16 00:00", "2026-10-16 00:00": ""} {
		important := with(h[:9], func(e *ticket.Event) { e.Severity = ticket.Important })
		if got := of(agenda(t, desk(t, blind), records(important), when), "VC-1.6"); got != want {
			t.Errorf("revisits unrecorded, %s: %q, want %q", when, got, want)
		}
	}
	off := wuye.Standard()
	off.Off = []wuye.Off{{Clause: "VC-1.6", Reason: "本项目统一由客服助理回访"}}
	if got := revisits(t, desk(t, off), h, nil, "2026-10-15 09:00"); got != "1 VC-1.4c assistant call, by 10-15 00:00: done 10-14 17:00 row 10" {
		t.Errorf("not kept: %s", got)
	}
}

// The assistant revisits what a department's head has settled. By the reading "tier" nobody
// else is asked, valid or not.
func TestVC_2_1c(t *testing.T) {
	d := desk(t, read(t, "complaint-revisitor", "tier"))
	if got := revisits(t, d, complaint("C1", "2026-10-14"), nil, "2026-10-15 09:00"); got != "1 VC-1.4c assistant call, by 10-15 00:00: owed" {
		t.Errorf("by the head: %s", got)
	}
	if got := revisits(t, d, bySupervisor("C1", "2026-10-14"), nil, "2026-10-15 09:00"); got != "1 VC-1.6 supervisor call, by 10-15 00:00: owed" {
		t.Errorf("by the supervisor: %s", got)
	}
	// What was settled by the supervisor in the first cycle is not so in the second.
	again := and(bySupervisor("C1", "2026-10-14"), ticket.Event{Type: ticket.Reopened, At: at("2026-10-15 09:00"), By: resident}, ticket.Event{Type: ticket.Told, At: at("2026-10-15 10:00"), By: assistant})
	if got := revisits(t, d, again, nil, "2026-10-15 12:00"); got != "1 VC-1.6 supervisor call, by 10-15 00:00: excused\n2 VC-1.4c assistant call, by 10-16 00:00: owed" {
		t.Errorf("reopened: %s", got)
	}
}

// A fit-out is revisited at home within seven days; a phone call does not do.
func TestTR_4_2a(t *testing.T) {
	h := with(slip("F", "2026-10-14"), func(e *ticket.Event) { e.Kind = ticket.FitOut })
	for when, want := range map[string]string{"2026-10-21 23:59": "assistant 10-22 00:00", "2026-10-22 00:00": "assistant 10-22 00:00!"} {
		if got := of(agenda(t, desk(t), records(and(h, met(assistant, ticket.Phone, "2026-10-15 10:00"))), when), "TR-4.2a"); got != want {
			t.Errorf("%s: %q, want %q", when, got, want)
		}
	}
}

// A drawn slip is revisited as it was marked; another order takes its place, or it is given up.
func TestTR_4_3b(t *testing.T) {
	drawn := func(how ticket.Channel, more ...ticket.Event) []ticket.Event {
		return and(slip("T1", "2026-10-09"), append([]ticket.Event{{Type: ticket.Sampled, At: at("2026-10-31 00:00").Add(-1), Recorded: at("2026-11-01 08:00"), By: assistant, Ref: "standard/2026-10/routine", Channel: how}}, more...)...)
	}
	for _, c := range []struct {
		name    string
		history []ticket.Event
		want    string
	}{
		{"before the draw", and(slip("T1", "2026-10-09"), met(assistant, ticket.Visit, "2026-10-10 10:00"), drawn(ticket.Visit)[6]), "1 TR-4.3b assistant visit, by 11-06 00:00: owed"},
		{"at home", drawn(ticket.Visit, met(assistant, ticket.Visit, "2026-11-02 10:00")), "1 TR-4.3b assistant visit, by 11-06 00:00: done 11-02 10:00 row 8"},
		{"by phone, marked for a visit", drawn(ticket.Visit, met(assistant, ticket.Phone, "2026-11-02 10:00")), "1 TR-4.3b assistant visit, by 11-06 00:00: done 11-02 10:00 row 8"},
		{"at home, marked for a call", drawn(ticket.Phone, met(assistant, ticket.Visit, "2026-11-02 10:00")), "1 TR-4.3b assistant call, by 11-06 00:00: done 11-02 10:00 row 8"},
		{"replaced", drawn(ticket.Visit, missed("2026-11-03 10:00", func(e *ticket.Event) { e.Ref = "T2" })), "1 TR-4.3b assistant visit, no due: excused"},
		{"given up", drawn(ticket.Visit, missed("2026-11-03 10:00", approved)), "1 TR-4.3b assistant visit, no due: excused"},
		{"drawn again", drawn(ticket.Phone, met(assistant, ticket.Phone, "2026-11-02 10:00"),
			ticket.Event{Type: ticket.Reopened, At: at("2026-11-03 09:00"), By: resident}, ticket.Event{Type: ticket.Dispatched, At: at("2026-11-03 10:00"), By: assistant, To: worker},
			ticket.Event{Type: ticket.Completed, At: at("2026-11-03 11:00"), By: worker}, ticket.Event{Type: ticket.Told, At: at("2026-11-03 12:00"), By: assistant},
			ticket.Event{Type: ticket.Sampled, At: at("2026-12-01 00:00").Add(-1), By: assistant, Ref: "standard/2026-11/routine", Channel: ticket.Visit}),
			"1 TR-4.3b assistant call, by 11-06 00:00: done 11-02 10:00 row 8\n2 TR-4.3b assistant visit, by 12-06 00:00: owed"},
	} {
		if got := revisits(t, desk(t), c.history, nil, "2026-12-02 09:00"); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}

// A booked service is revisited under whichever scheme it belongs to.
func TestTR_4_1(t *testing.T) {
	if got := revisits(t, desk(t), special("S1", "2026-10-14"), nil, "2026-10-15 09:00"); !strings.Contains(got, "SP-2.7.1b") {
		t.Errorf("booked and paid: %s", got)
	}
	booked := with(slip("S1", "2026-10-14"), func(e *ticket.Event) { e.Until = at("2026-10-14 15:00") })
	if e := monthEnd(t, desk(t), "2026-10", records(booked), "2026-11-01 00:00"); !slices.Equal(e.Drawn.Routine, []string{"S1"}) {
		t.Errorf("booked and routine: %v", e.Drawn)
	}
}

// A special service is revisited on site, by phone, or the like, after it was signed for.
func TestSP_2_7_2(t *testing.T) {
	for _, c := range []struct {
		how  ticket.Channel
		when string
		want bool
	}{
		{ticket.Visit, "2026-10-15 10:00", true}, {ticket.Phone, "2026-10-15 10:00", true}, {ticket.Online, "2026-10-15 10:00", true},
		{ticket.Counter, "2026-10-15 10:00", true}, {ticket.Phone, "2026-10-14 16:15", true},
	} {
		h := and(special("S1", "2026-10-14"), met(assistant, c.how, c.when, graded(ticket.Satisfied)))
		if got := strings.Contains(revisits(t, desk(t), h, nil, "2026-10-20 09:00"), "done"); got != c.want {
			t.Errorf("%s at %s: %v", c.how, c.when, got)
		}
	}
	early := special("S1", "2026-10-14")
	early = and(early[:8], met(assistant, ticket.Phone, "2026-10-14 16:14"), early[8])
	if got := revisits(t, desk(t), early, nil, "2026-10-20 09:00"); !strings.HasSuffix(got, "owed") {
		t.Errorf("before it was signed for: %s", got)
	}
}

// One revisit serves them all, by the strictest person and mode and by the earliest due.
func TestTogether(t *testing.T) {
	d := desk(t)
	urgent := func(e *ticket.Event) { e.Kind, e.Urgency = ticket.Repair, ticket.Emergency }
	paidFitOut := with(special("F1", "2026-10-14"), func(e *ticket.Event) { e.Kind = ticket.FitOut })
	paidFitOut[8].By = assistant
	bank := charge("S1", "2026-10-14", billing.Collection, "")
	reopened := and(bySupervisor("C1", "2026-10-14"), ticket.Event{Type: ticket.Dismissed, At: at("2026-10-14 16:00"), By: manager, Reason: "查无此事"},
		ticket.Event{Type: ticket.Reopened, At: at("2026-10-15 09:00"), By: resident}, ticket.Event{Type: ticket.Told, At: at("2026-10-15 10:00"), By: assistant})
	for _, c := range []struct {
		name    string
		history []ticket.Event
		money   []billing.Entry
		want    string
	}{
		{"nothing", slip("T", "2026-10-14"), nil, ""},
		{"one", complaint("C1", "2026-10-14"), nil, "1 TR-4.7a manager visit, by 10-16 00:00: owed"},
		{"urgent and paid", with(special("S1", "2026-10-14"), urgent), nil, "1 TR-4.8+SP-2.7.1b assistant call, by 10-15 00:00: owed"},
		{"urgent, and one of a share", with(special("S1", "2026-10-14"), urgent), bank, "1 TR-4.8+SP-2.7.1c assistant call, by 10-15 00:00: owed"},
		{"one of a share alone", special("S1", "2026-10-14"), bank, ""},
		{"of a share twice", and(special("S1", "2026-10-14"), ticket.Event{Type: ticket.Reopened, At: at("2026-11-02 09:00"), By: resident}, ticket.Event{Type: ticket.Dispatched, At: at("2026-11-02 10:00"), By: assistant, To: worker},
			ticket.Event{Type: ticket.Completed, At: at("2026-11-02 11:00"), By: worker}, ticket.Event{Type: ticket.SignedOff, At: at("2026-11-02 12:00"), By: resident}), bank, ""},
		{"a paid fit-out", paidFitOut, nil, "1 TR-4.2a+SP-2.7.1b assistant visit, by 10-22 00:00: owed"},
		{"of two cycles the last", reopened, nil, "2 TR-4.7a manager visit, by 10-17 00:00: owed"},
		{"the later one is due first", and(paidFitOut, ticket.Event{Type: ticket.Reopened, At: at("2026-10-15 09:00"), By: resident}, ticket.Event{Type: ticket.Dispatched, At: at("2026-10-15 10:00"), By: assistant, To: worker},
			ticket.Event{Type: ticket.Completed, At: at("2026-11-08 10:00"), By: worker}), nil, "2 TR-4.2a+SP-2.7.1b assistant visit, by 11-11 00:00: owed"},
		{"all done", and(complaint("C1", "2026-10-14"), met(manager, ticket.Visit, "2026-10-15 10:00")), nil, ""},
		{"a phone call did for the one, not for the other", and(paidFitOut, met(assistant, ticket.Phone, "2026-10-15 10:00")), nil, "1 TR-4.2a assistant visit, by 10-22 00:00: owed"},
	} {
		all, err := d.Revisits(c.history, c.money, at("2026-11-10 09:00"))
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if one, ok := wuye.Together(all); ok {
			got = sayRevisit(one)
			for _, r := range all { // it serves each of them: none is from later on, of a higher role, or on site where it is not
				if r.Owed() && (one.From.Before(r.From) || one.Who.Tier() < r.Who.Tier() || r.Visit && !one.Visit) {
					t.Errorf("%s: %s does not serve %s", c.name, got, sayRevisit(r))
				}
			}
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// A complaint heard in a revisit is a ticket of its own, linked to that one: it is reported
// up, has its own clocks and revisits, and stays on the agenda until it is answered.
func TestWY_linked(t *testing.T) {
	heard := with(complaint("C2", "2026-10-14"), func(e *ticket.Event) { e.Ref = "C1" })
	items := agenda(t, desk(t), records(heard[:6]), "2026-10-14 14:00")
	if of(items, "VC-4.1a") != "assistant 10-14 17:00" || of(items, "QI-3.7a") == "" {
		t.Errorf("its own clocks: VC-4.1a %q, QI-3.7a %q", of(items, "VC-4.1a"), of(items, "QI-3.7a"))
	}
	j := must(desk(t).Judge(heard[:1], at("2026-10-14 10:00")))
	if !slices.ContainsFunc(j.Firings, func(f escalation.Firing) bool { return f.Step.Clause == "TR-4.6" }) {
		t.Errorf("not reported up: %v", j.Firings)
	}
	if got := revisits(t, desk(t), heard, nil, "2026-10-15 09:00"); !strings.Contains(got, "TR-4.7a manager visit") {
		t.Errorf("its own revisit: %s", got)
	}
}

// Each point that a revisit raised is on the agenda until it is answered; what is not by the
// month's end is late, since then the share of 100 per cent is counted (VC-4.1b).
func TestTR_5_0b(t *testing.T) {
	point := func(rows int) []ticket.Event {
		return with(slip("T2", "2026-10-14"), func(e *ticket.Event) { e.Kind, e.Ref = ticket.Inquiry, "T1" })[:rows]
	}
	off := wuye.Standard()
	off.Off = []wuye.Off{{Clause: "TR-5.0b", Reason: "另有办法"}}
	for _, c := range []struct {
		name    string
		d       *wuye.Desk
		history []ticket.Event
		asOf    string
		want    string
	}{
		{"raised", desk(t), point(1), "2026-10-14 09:00", "assistant 11-01 00:00"},
		{"in work", desk(t), point(4), "2026-10-31 23:59", "assistant 11-01 00:00"},
		{"the month is over", desk(t), point(4), "2026-11-01 00:00", "assistant 11-01 00:00!"},
		{"answered", desk(t), point(6), "2026-10-14 10:00", ""},
		{"of no revisit", desk(t), slip("T2", "2026-10-14")[:4], "2026-10-31 23:59", ""},
		{"withdrawn", desk(t), and(point(4), ticket.Event{Type: ticket.Withdrawn, At: at("2026-10-14 09:45"), By: resident}), "2026-10-31 23:59", ""},
		{"transferred in", desk(t), with(point(4), func(e *ticket.Event) { e.Channel = ticket.Inbound }), "2026-10-31 23:59", ""},
		{"not kept", desk(t, off), point(4), "2026-10-31 23:59", ""},
	} {
		if got := of(agenda(t, c.d, records(c.history), c.asOf), "TR-5.0b"); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// A revisit that leaves the customer dissatisfied is acted on that day: the ticket is
// reopened, or a new one names it.
func TestSP_2_7_5(t *testing.T) {
	unhappy := and(slip("T1", "2026-10-09"), met(assistant, ticket.Phone, "2026-10-14 10:00", graded(ticket.Poor)))
	linked := func(when string) []ticket.Event {
		return story("T2", ticket.Event{Type: ticket.Registered, At: at(when), By: assistant, Kind: ticket.Repair, Caller: ticket.Owner, Has: form, Ref: "T1"})
	}
	for _, c := range []struct {
		name      string
		histories [][]ticket.Event
		asOf      string
		want      string
	}{
		{"nothing yet", [][]ticket.Event{unhappy}, "2026-10-14 23:59", "supervisor 10-15 00:00"},
		{"late", [][]ticket.Event{unhappy}, "2026-10-15 00:00", "supervisor 10-15 00:00!"},
		{"reopened", [][]ticket.Event{and(unhappy, ticket.Event{Type: ticket.Reopened, At: at("2026-10-14 11:00"), By: assistant})}, "2026-10-14 23:59", ""},
		{"a new ticket", [][]ticket.Event{unhappy, linked("2026-10-14 11:00")}, "2026-10-14 23:59", ""},
		{"a new ticket, first in the stream", [][]ticket.Event{linked("2026-10-14 10:00"), unhappy}, "2026-10-14 23:59", ""},
		{"an earlier one", [][]ticket.Event{unhappy, linked("2026-10-14 09:59")}, "2026-10-14 23:59", "supervisor 10-15 00:00"},
		{"an earlier one and a new one", [][]ticket.Event{unhappy, linked("2026-10-14 11:00"), linked("2026-10-13 11:00")}, "2026-10-14 23:59", ""},
		{"asked again, and satisfied", [][]ticket.Event{and(unhappy, met(assistant, ticket.Phone, "2026-10-16 10:00", graded(ticket.Fair)))}, "2026-10-17 09:00", ""},
		{"asked again, and not", [][]ticket.Event{and(unhappy, met(assistant, ticket.Phone, "2026-10-16 10:00", graded(ticket.Bad)))}, "2026-10-17 09:00", "supervisor 10-15 00:00!"},
		{"fair", [][]ticket.Event{and(slip("T1", "2026-10-09"), met(assistant, ticket.Phone, "2026-10-14 10:00", graded(ticket.Fair)))}, "2026-10-14 23:59", ""},
	} {
		if got := of(agenda(t, desk(t), records(c.histories...), c.asOf), "SP-2.7.5"); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// Where the policy has no clock for it, a complaint's revisit is on the agenda all the same.
func TestAgendaRevisitsWithoutClock(t *testing.T) {
	p := wuye.Standard()
	for _, id := range []rule.ID{"QI-3.8", "VC-1.5a", "VC-1.5b", "VC-1.5c", "TR-4.7a", "WY-manager-visit"} {
		p.Off = append(p.Off, wuye.Off{Clause: id, Reason: "本项目不设"})
	}
	h := complaint("C1", "2026-10-14")
	items := agenda(t, desk(t, p), records(h), "2026-10-15 09:00")
	i := slices.IndexFunc(items, func(i wuye.Item) bool { return i.Clause == "VC-1.4c" })
	if i < 0 || items[i].Late || !items[i].Due.At.IsZero() || !strings.Contains(items[i].Zh, "期限未定，由客服助理办") {
		t.Errorf("%+v", items)
	}
	if got := of(agenda(t, desk(t, p), records(and(h, met(assistant, ticket.Phone, "2026-10-15 08:00"))), "2026-10-15 09:00"), "VC-1.4c"); got != "" {
		t.Errorf("called: %q", got)
	}
	if got := of(agenda(t, desk(t), records(h), "2026-10-15 09:00"), "VC-1.4c"); got != "" {
		t.Errorf("with the clock of QI-3.8: %q", got)
	}
}

// What a clock takes for done, and is not, is still asked for: the manager's visit of a
// complaint that was dismissed and then upheld, an emergency's call that nobody answered.
func TestAgendaRevisitsBeyondClock(t *testing.T) {
	upheld := and(dismissed(complaint("C1", "2026-10-14"), "2026-10-14 16:00"), ticket.Event{Type: ticket.Upheld, At: at("2026-10-14 17:00"), By: supervisor})
	if got := of(agenda(t, desk(t), records(upheld), "2026-10-20 09:00"), "TR-4.7a"); got != "manager 01-01 00:00" { // no instant
		t.Errorf("upheld after all: %q", got)
	}
	if got := of(agenda(t, desk(t), records(complaint("C1", "2026-10-14")), "2026-10-20 09:00"), "TR-4.7a"); got != "" {
		t.Errorf("its own clock asks: %q", got)
	}
	urgent := and(with(slip("M1", "2026-10-14"), func(e *ticket.Event) { e.Urgency = ticket.Emergency }), met(assistant, ticket.Online, "2026-10-14 11:00"))
	if got := of(agenda(t, desk(t), records(urgent), "2026-10-14 12:00"), "TR-4.8"); got != "assistant 10-15 00:00" {
		t.Errorf("online, nobody answered: %q", got)
	}
}
