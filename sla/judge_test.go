package sla_test

import (
	"testing"
	"time"

	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

// An upgrade starts what newly fits, lapses what no longer fits, and gives what fits both
// ways the new limit from the old start, or from the upgrade if that would be over already.
func TestReranked(t *testing.T) {
	h := open(ticket.Repair).add(ticket.Reranked, "2026-09-21 12:00", emergency)
	edge(t, "HB-2.1d", h, "2026-09-21 12:15", then(ticket.PlanStarted)) // not breached since 9:15
	status(t, "HB-2.1e", h, "2026-09-21 12:00", sla.Breached)           // was due at 11:00, and stays
	status(t, "HB-2.1e", open(ticket.Repair).add(ticket.Reranked, "2026-09-21 11:00", emergency), "2026-09-21 12:00", sla.Lapsed)
	status(t, "WY-unanswered", h, "2026-09-21 12:00", sla.Breached)

	soon := open(ticket.Repair).add(ticket.Reranked, "2026-09-21 09:07", emergency)
	edge(t, "WY-unanswered", soon, "2026-09-21 09:07", then(ticket.Triaged)) // the old start; at 9:07 not yet over
	over := open(ticket.Repair).add(ticket.Reranked, "2026-09-21 09:07:00.000000001", emergency)
	edge(t, "WY-unanswered", over, "2026-09-21 09:14:00.000000001", then(ticket.Triaged))
	edge(t, "WY-unanswered", soon.add(ticket.Reranked, "2026-09-21 09:07", func(e *ticket.Event) { e.Urgency = ticket.Normal }), "2026-09-21 09:30", then(ticket.Triaged))
	status(t, "WY-unanswered", open(ticket.Repair).add(ticket.Triaged, "2026-09-21 09:05").add(ticket.Reranked, "2026-09-21 12:00", emergency), "2026-09-21 13:00", sla.Met)

	// It fits, fits no more, and fits again: it starts anew. What had answered it before counts.
	back := open(ticket.Complaint).add(ticket.Reranked, "2026-09-21 10:00", severity(ticket.Major)).add(ticket.Reranked, "2026-09-23 10:00", severity(ticket.Minor))
	edge(t, "QI-3.7a", back, "2026-09-24 24:00", then(ticket.Told, graded(ticket.Fair)))
	known := open(ticket.Repair).add(ticket.Acknowledged, "2026-09-21 10:00", by(ticket.Worker, "W1")).add(ticket.Reranked, "2026-09-21 12:00", emergency)
	if v := status(t, "HB-2.1d", known, "2026-09-21 13:00", sla.Met); !v.Start.Equal(at("2026-09-21 12:00")) || !v.Stop.Equal(v.Start) {
		t.Errorf("%+v", v)
	}
}

// Late rows are taken at their At. One that would have moved the state stops and lapses, and
// starts nothing.
func TestLateRows(t *testing.T) {
	h := open(ticket.Complaint).add(ticket.Completed, "2026-09-21 15:00")
	status(t, "QI-3.6a", h, "2026-09-21 15:00", sla.Breached)
	status(t, "QI-3.6a", h.add(ticket.Informed, "2026-09-21 11:00", entered("2026-09-21 16:00")), "2026-09-21 15:59", sla.Breached)
	status(t, "QI-3.6a", h.add(ticket.Informed, "2026-09-21 11:00", entered("2026-09-21 16:00")), "2026-09-21 16:00", sla.Met) // cured
	status(t, "HB-2.2b", h.add(ticket.Dispatched, "2026-09-21 10:00", to(ticket.Worker, "W1"), entered("2026-09-21 16:00")), "2026-09-21 16:00", sla.Met)
	absent(t, "HL3-3.3", h.add(ticket.Dispatched, "2026-09-21 10:00", to(ticket.Worker, "W1"), until("2026-09-21 12:00"), entered("2026-09-21 16:00")))
	if v := lastOf(judged(t, h.add(ticket.Reopened, "2026-09-21 10:00", entered("2026-09-21 16:00")), at("2026-09-21 16:00")), "QI-3.6a"); v.Cycle != 1 {
		t.Errorf("a late reopening began a cycle: %+v", v)
	}
}

// Void ends what runs; a breach stays. So does a reopening, which begins a cycle.
func TestVoidAndReopened(t *testing.T) {
	for _, end := range []ticket.EventType{ticket.Withdrawn, ticket.Merged, ticket.Voided} {
		h := open(ticket.Complaint).add(end, "2026-09-21 11:00")
		status(t, "QI-3.6a", h, "2026-09-22 09:00", sla.Lapsed) // at exactly the due it still ran
		status(t, "QI-3.7a", h, "2026-09-24 09:00", sla.Lapsed)
		status(t, "WY-unanswered", h, "2026-09-22 09:00", sla.Breached)
		status(t, "QI-3.6a", open(ticket.Complaint).add(end, "2026-09-21 11:00:00.000000001"), "2026-09-22 09:00", sla.Breached)
	}
	h := open(ticket.Complaint).add(ticket.Promised, "2026-09-21 09:10", until("2026-09-21 18:00")).add(ticket.Informed, "2026-09-21 09:20").
		add(ticket.Completed, "2026-09-21 15:00").add(ticket.Reopened, "2026-09-21 16:00")
	want := `HB-2.2b          1.0 met      assistant start 09-21 09:00 due 09-22 09:00 stop 09-21 15:00
QI-3.5t          1.1 lapsed   assistant start 09-21 09:10 due 09-21 18:00 stop 09-21 16:00
QI-3.6a          1.0 met      assistant start 09-21 09:00 due 09-21 11:00 stop 09-21 09:20
QI-3.7a          1.0 lapsed   assistant start 09-21 09:00 due 09-23 00:00 stop 09-21 16:00
QI-3.8           1.0 lapsed   assistant start 09-21 15:00 due 09-23 00:00 stop 09-21 16:00
VC-1.5a          1.0 lapsed   assistant start 09-21 09:00 due 09-22 00:00 stop 09-21 16:00
VC-1.5b          1.0 lapsed   assistant start 09-21 09:00 due 09-22 00:00 stop 09-21 15:00
WY-manager-visit 1.0 lapsed   manager start 09-21 15:00 due 09-23 00:00 stop 09-21 16:00
WY-unanswered    1.0 breached assistant start 09-21 09:00 due 09-21 09:30 stop 09-21 15:00
HB-2.2b          2.0 running  assistant start 09-21 16:00 due 09-22 16:00 stop -
QI-3.6a          2.0 running  assistant start 09-21 16:00 due 09-21 18:00 stop -
QI-3.7a          2.0 running  assistant start 09-21 16:00 due 09-23 00:00 stop -
VC-1.5a          2.0 running  assistant start 09-21 16:00 due 09-22 00:00 stop -
VC-1.5b          2.0 running  assistant start 09-21 16:00 due 09-22 00:00 stop -
WY-unanswered    2.0 running  assistant start 09-21 16:00 due 09-21 16:30 stop -
`
	if got := lines(judged(t, h, at("2026-09-21 16:00"))); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// A dismissal holds for its cycle.
func TestDismissalHoldsForItsCycle(t *testing.T) {
	h := open(ticket.Complaint).add(ticket.Dismissed, "2026-09-21 10:00").add(ticket.Told, "2026-09-21 11:00").add(ticket.Reopened, "2026-09-21 12:00").add(ticket.Completed, "2026-09-21 15:00")
	all := judged(t, h, at("2026-09-21 16:00"))
	if first, second := find(t, all, "WY-manager-visit"), lastOf(all, "WY-manager-visit"); first.Status != sla.Lapsed || second.Cycle != 2 || second.Status != sla.Running {
		t.Errorf("got\n%s", lines(all))
	}
}

// Disputed undoes a completion as a stop, also when the due has passed; never as proof.
func TestDisputed(t *testing.T) {
	h := open(ticket.Repair).add(ticket.Dispatched, "2026-09-21 09:30", to(ticket.Worker, "W1"), until("2026-09-21 16:00")).
		add(ticket.Completed, "2026-09-21 15:00").add(ticket.Disputed, "2026-09-21 15:30")
	edge(t, "HL3-3.3", h, "2026-09-21 16:00", then(ticket.Completed))
	status(t, "HB-2.1e", open(ticket.Repair).add(ticket.Completed, "2026-09-21 10:00").add(ticket.Disputed, "2026-09-21 10:30"), "2026-09-22 09:00", sla.Met)
}

// As a lapse a completion is undone only by a dispute before the due: what was resolved at
// the day's end stays so.
func TestDisputedLapse(t *testing.T) {
	h := open(ticket.Complaint).add(ticket.Completed, "2026-09-21 15:00")
	status(t, "VC-1.5b", h.add(ticket.Disputed, "2026-09-22 10:00"), "2026-09-22 11:00", sla.Lapsed)
	status(t, "VC-1.5b", h.add(ticket.Disputed, "2026-09-21 24:00"), "2026-09-22 11:00", sla.Lapsed)
	status(t, "VC-1.5b", h.add(ticket.Disputed, "2026-09-21 23:59"), "2026-09-22 11:00", sla.Breached)
}

// What yields is lapsed from then on, though an excuse comes later.
func TestYieldsBeforeAnExcuse(t *testing.T) {
	h := open(ticket.Complaint).add(ticket.Informed, "2026-09-21 09:10").add(ticket.HandedOver, "2026-09-21 10:00").add(ticket.Missed, "2026-09-21 11:00", approved)
	early := open(ticket.Complaint).add(ticket.Informed, "2026-09-21 09:10").add(ticket.Missed, "2026-09-21 09:30", approved).add(ticket.HandedOver, "2026-09-21 10:00")
	for _, c := range []struct {
		h          walk
		asOf, stop string
	}{{h, "2026-09-21 10:30", "2026-09-21 10:00"}, {h, "2026-09-21 11:30", "2026-09-21 10:00"}, {early, "2026-09-21 11:30", "2026-09-21 09:30"}} {
		if v := status(t, "VC-1.5a", c.h, c.asOf, sla.Lapsed); !v.Stop.Equal(at(c.stop)) {
			t.Errorf("as of %s: %+v, want stop %s", c.asOf, v, c.stop)
		}
	}
}

// What was referred out and sent back is owed again by what begins after it.
func TestSentBack(t *testing.T) {
	sent := func(h walk, when, due string) walk {
		return h.add(ticket.Dispatched, when, to(ticket.Worker, "W1"), until(due))
	}
	out := open(ticket.Complaint).add(ticket.Triaged, "2026-09-21 09:05").add(ticket.ReferredOut, "2026-09-21 09:30", to(ticket.Authority, "EPB"))
	back := out.add(ticket.Returned, "2026-09-21 10:00")
	edge(t, "HL3-3.3", sent(back, "2026-09-21 10:10", "2026-09-21 12:00"), "2026-09-21 12:00", then(ticket.Completed))
	status(t, "HL3-3.3", sent(out, "2026-09-21 10:10", "2026-09-21 12:00"), "2026-09-21 11:00", sla.Lapsed) // not sent back
	visit := sent(back, "2026-09-21 10:10", "2026-09-21 12:00").add(ticket.Completed, "2026-09-21 11:00")
	edge(t, "WY-manager-visit", visit, "2026-09-22 24:00", then(ticket.Revisited, by(ticket.Manager, "M1"), channel(ticket.Visit)))
	status(t, "WY-manager-visit", out.add(ticket.Replied, "2026-09-21 10:00").add(ticket.Told, "2026-09-21 11:00"), "2026-09-21 12:00", sla.Lapsed)
	status(t, "WY-manager-visit", visit.add(ticket.Dismissed, "2026-09-21 11:30"), "2026-09-21 12:00", sla.Lapsed)
	// The limit that lapsed is over; a new dispatch with a new limit is a new one.
	first := sent(open(ticket.Complaint), "2026-09-21 09:10", "2026-09-21 11:00").add(ticket.ReferredOut, "2026-09-21 09:30").add(ticket.Returned, "2026-09-21 10:00")
	if v := status(t, "HL3-3.3", first, "2026-09-21 13:00", sla.Lapsed); !v.Stop.Equal(at("2026-09-21 09:30")) {
		t.Errorf("%+v", v)
	}
	edge(t, "HL3-3.3", sent(first, "2026-09-21 10:10", "2026-09-21 12:00"), "2026-09-21 12:00", then(ticket.Completed))
	// Without a referral the first limit stands, and a breach in any case.
	again := sent(open(ticket.Complaint), "2026-09-21 09:10", "2026-09-21 11:00").add(ticket.Returned, "2026-09-21 10:00")
	edge(t, "HL3-3.3", sent(again, "2026-09-21 10:10", "2026-09-21 12:00"), "2026-09-21 11:00", then(ticket.Completed))
	late := sent(open(ticket.Complaint), "2026-09-21 09:10", "2026-09-21 09:20").add(ticket.ReferredOut, "2026-09-21 09:30").add(ticket.Returned, "2026-09-21 10:00")
	status(t, "HL3-3.3", sent(late, "2026-09-21 10:10", "2026-09-21 12:00"), "2026-09-21 11:00", sla.Breached)
}

// Only three clocks know holds: the standard's QI-3.7a, and what a site or reading makes of
// HB-2.1e and HL3-3.3.
func TestHolds(t *testing.T) {
	p := sla.Standard()
	for i := range p.Clocks {
		if c := p.Clocks[i]; c.Holds != (c.Clause == "QI-3.7a") {
			t.Errorf("%s holds: %v", c.Clause, c.Holds)
		}
	}
	finished := p.Of("HB-2.1e")
	for i := range finished {
		finished[i].To, finished[i].Holds = sla.Moment{{{Type: ticket.Completed}, {Type: ticket.Replied}, {Type: ticket.Told}}}, true
	}
	p = p.With("HB-2.1e", finished...)
	judge := func(h walk, asOf string) sla.Verdict {
		t.Helper()
		v, err := p.AppendVerdicts(nil, calendar.China(), h, at(asOf))
		if err != nil {
			t.Fatal(err)
		}
		return find(t, v, "HB-2.1e")
	}
	h := open(ticket.Repair).add(ticket.Held, "2026-09-21 10:00")
	if v := judge(h, "2026-09-21 15:00"); v.Status != sla.Paused || v.Left != time.Hour || !v.Due.At.IsZero() || !v.Wake.IsZero() {
		t.Errorf("held: %+v", v)
	}
	for _, end := range []ticket.EventType{ticket.Resumed, ticket.Returned} { // a row that moves the state ends a hold
		if v := judge(h.add(end, "2026-09-21 15:00"), "2026-09-21 15:00"); v.Status != sla.Running || !v.Due.At.Equal(at("2026-09-21 16:00")) {
			t.Errorf("%s: %+v", end, v)
		}
	}
	referred := open(ticket.Repair).add(ticket.ReferredOut, "2026-09-21 10:00").add(ticket.Held, "2026-09-21 11:00").add(ticket.Resumed, "2026-09-21 12:00")
	if v := judge(referred, "2026-09-21 15:00"); v.Status != sla.Paused {
		t.Errorf("a matter referred out is held until the answer: %+v", v)
	}
	if v := judge(referred.add(ticket.Returned, "2026-09-21 14:00"), "2026-09-21 14:30"); !v.Due.At.Equal(at("2026-09-21 15:00")) {
		t.Errorf("overlaps count once: %+v", v)
	}
	if v := judge(h.add(ticket.Resumed, "2026-09-21 15:00").add(ticket.Held, "2026-09-21 16:00"), "2026-09-21 17:00"); v.Status != sla.Breached {
		t.Errorf("a hold from the due on comes too late: %+v", v)
	}
	// A site that sets hours for HL3-3.3 has its holds; an extension is a promise, which has none.
	site := p.Of("HL3-3.3")
	site[0].From[0][0].With, site[0].Limit, site[0].Holds = nil, sla.Hours(4), true
	sent := open(ticket.Repair).add(ticket.Dispatched, "2026-09-21 09:30", to(ticket.Worker, "W1")).add(ticket.Held, "2026-09-21 10:00").add(ticket.Resumed, "2026-09-21 12:00")
	longer := sent.add(ticket.Extended, "2026-09-21 12:30", until("2026-09-21 18:00"), approved, to(ticket.Worker, "W1")).add(ticket.Held, "2026-09-21 13:00").add(ticket.Resumed, "2026-09-21 14:00")
	for due, h := range map[string]walk{"2026-09-21 15:30": sent, "2026-09-21 18:00": longer} {
		all, err := p.With("HL3-3.3", site...).AppendVerdicts(nil, calendar.China(), h, at("2026-09-21 14:30"))
		if v := find(t, all, "HL3-3.3"); err != nil || v.Status != sla.Running || !v.Due.At.Equal(at(due)) {
			t.Errorf("the site's own limit: %+v, %v, want due %s", v, err, due)
		}
	}
	// The day-end falls in a hold if the instant before it does.
	for when, due := range map[string]string{"2026-09-22 23:59:59.999999999": "2026-09-23 24:00", "2026-09-22 24:00": "2026-09-22 24:00"} {
		h := open(ticket.Complaint).add(ticket.Held, when).add(ticket.Resumed, "2026-09-23 09:00")
		if v := find(t, judged(t, h, at("2026-09-23 10:00")), "QI-3.7a"); !v.Due.At.Equal(at(due)) {
			t.Errorf("held from %s: %+v", when, v)
		}
	}
}

// A ticket taken over: contact unknown without a registration, and what was due before the
// takeover without a stop in the testimony is unseen, whatever comes later.
func TestImported(t *testing.T) {
	h := walk{}.add(ticket.Dispatched, "2026-09-21 09:30", to(ticket.Worker, "W1"), until("2026-09-21 16:00")).
		add(ticket.Imported, "2026-09-23 09:00", kind(ticket.Repair), state(ticket.Assigned))
	for _, id := range []rule.ID{"HB-2.1e", "HB-2.2b", "WY-unanswered"} {
		if v := status(t, id, h, "2026-09-23 10:00", sla.Unseen); !v.Start.IsZero() {
			t.Errorf("%+v", v)
		}
	}
	status(t, "HL3-3.3", h, "2026-09-23 10:00", sla.Unseen)
	status(t, "HL3-3.3", h.add(ticket.Completed, "2026-09-23 11:00"), "2026-09-23 12:00", sla.Unseen)
	status(t, "HL3-3.3", h.add(ticket.Completed, "2026-09-21 15:00", entered("2026-09-23 11:00")), "2026-09-23 12:00", sla.Unseen)
	told := func(done string) walk {
		return h[:1].add(ticket.Completed, done).add(ticket.Imported, "2026-09-23 09:00", kind(ticket.Repair), state(ticket.Done))
	}
	status(t, "HL3-3.3", told("2026-09-21 16:00"), "2026-09-23 12:00", sla.Met)
	status(t, "HL3-3.3", told("2026-09-21 16:01"), "2026-09-23 12:00", sla.Breached)
	// Not yet due at the takeover: it runs on.
	registered := open(ticket.Repair).add(ticket.Imported, "2026-09-21 10:00", state(ticket.Accepted))
	edge(t, "HB-2.2b", registered, "2026-09-22 09:00", then(ticket.Dispatched, to(ticket.Worker, "W1")))
	status(t, "WY-unanswered", registered, "2026-09-22 09:00", sla.Unseen)
	// The import carries an appointment.
	special := walk{}.add(ticket.Imported, "2026-09-21 10:00", kind(ticket.Service), nature(ticket.Special), until("2026-09-21 14:00"), state(ticket.Assigned))
	edge(t, "SP-2.4.2b", special, "2026-09-21 14:00", then(ticket.Arrived))
	// What is promised after the takeover is judged, though an older promise is unseen.
	promises := open(ticket.Complaint).add(ticket.Promised, "2026-09-21 10:00", until("2026-09-21 12:00")).add(ticket.Imported, "2026-09-23 09:00", state(ticket.Accepted)).
		add(ticket.Promised, "2026-09-23 10:00", until("2026-09-23 12:00"))
	if v := judged(t, promises, at("2026-09-23 13:00")); find(t, v, "QI-3.5t").Status != sla.Unseen || lastOf(v, "QI-3.5t").Status != sla.Breached || lastOf(v, "QI-3.5t").Number != 2 {
		t.Errorf("got\n%s", lines(v))
	}
}

// The state at the takeover proves the steps that lead to it, for what began before.
func TestImportedState(t *testing.T) {
	over := func(k ticket.Kind, when string, s ticket.State) walk {
		return open(k).add(ticket.Imported, when, state(s))
	}
	for _, s := range []ticket.State{ticket.Answered, ticket.Closed} {
		for _, v := range judged(t, over(ticket.Repair, "2026-09-21 09:10", s), at("2026-10-21 09:00")) {
			if v.Status != sla.Met || !v.Stop.Equal(at("2026-09-21 09:10")) {
				t.Errorf("taken over as %s: %+v", s, v)
			}
		}
	}
	const long = "2026-10-21 09:00"
	for _, c := range []struct {
		clause rule.ID
		kind   ticket.Kind
		when   string
		state  ticket.State
		want   sla.Status
	}{
		{"WY-unanswered", ticket.Repair, "2026-09-21 09:30", ticket.Open, sla.Breached},
		{"WY-unanswered", ticket.Repair, "2026-09-21 09:30", ticket.Accepted, sla.Met},
		{"WY-unanswered", ticket.Repair, "2026-09-21 09:30:00.000000001", ticket.Accepted, sla.Unseen},
		{"HB-2.1e", ticket.Repair, "2026-09-21 11:00", ticket.Accepted, sla.Breached},
		{"HB-2.1e", ticket.Repair, "2026-09-21 11:00", ticket.Assigned, sla.Breached},
		{"HB-2.1e", ticket.Repair, "2026-09-21 11:00", ticket.InWork, sla.Met},
		{"HB-2.1e", ticket.Repair, "2026-09-21 11:00", ticket.Referred, sla.Met},
		{"HB-2.1e", ticket.Repair, "2026-09-21 11:00", ticket.Done, sla.Met},
		{"HB-2.1e", ticket.Repair, "2026-09-21 11:01", ticket.Done, sla.Unseen},
		{"HB-2.2b", ticket.Repair, "2026-09-21 10:00", ticket.Accepted, sla.Breached},
		{"HB-2.2b", ticket.Repair, "2026-09-21 10:00", ticket.Assigned, sla.Unseen}, // to whom is not told
		{"HB-2.2b", ticket.Repair, "2026-09-21 10:00", ticket.Done, sla.Met},
		{"QI-3.6a", ticket.Complaint, "2026-09-21 10:00", ticket.Done, sla.Breached},
		{"QI-3.6a", ticket.Complaint, "2026-09-21 10:00", ticket.Answered, sla.Met},
		{"QI-3.7a", ticket.Complaint, "2026-09-21 10:00", ticket.Answered, sla.Unseen}, // whether he was asked is not told
		{"QI-3.7a", ticket.Complaint, "2026-09-21 10:00", ticket.Closed, sla.Unseen},
		{"VC-1.5b", ticket.Complaint, "2026-09-21 10:00", ticket.Done, sla.Lapsed},       // resolved that day
		{"VC-1.5a", ticket.Complaint, "2026-09-21 10:00", ticket.Answered, sla.Breached}, // the revisit is still owed
		{"VC-1.5a", ticket.Complaint, "2026-09-21 10:00", ticket.Closed, sla.Unseen},
	} {
		v := find(t, judged(t, over(c.kind, c.when, c.state), at(long)), c.clause)
		if v.Status != c.want {
			t.Errorf("%s %s taken over %s as %s: %s, want %s", c.clause, c.kind, c.when, c.state, v.Status, c.want)
		}
	}
	// What begins after the takeover is judged as ever: a state starts nothing, and proves
	// nothing for what comes later.
	h := over(ticket.Complaint, "2026-09-21 10:00", ticket.Answered)
	absent(t, "QI-3.8", h)
	edge(t, "VC-1.5a", h, "2026-09-21 24:00", then(ticket.Revisited))
	edge(t, "QI-3.5t", h.add(ticket.Promised, "2026-09-21 10:30", until("2026-09-21 12:00")), "2026-09-21 12:00", then(ticket.Told))
	again := over(ticket.Complaint, "2026-09-21 10:00", ticket.Closed).add(ticket.Reopened, "2026-09-22 09:00")
	if v := lastOf(judged(t, again, at("2026-09-22 11:01")), "QI-3.6a"); v.Cycle != 2 || v.Status != sla.Breached {
		t.Errorf("%+v", v)
	}
	promised := open(ticket.Complaint).add(ticket.Promised, "2026-09-21 09:10", until("2026-09-21 12:00"))
	status(t, "QI-3.5t", promised.add(ticket.Imported, "2026-09-21 12:00", state(ticket.Answered)), long, sla.Met)
	status(t, "QI-3.5t", promised.add(ticket.Imported, "2026-09-21 12:00", state(ticket.Done)), long, sla.Breached)
	sent := open(ticket.Repair).add(ticket.Dispatched, "2026-09-21 09:10", to(ticket.Worker, "W1"), until("2026-09-21 12:00"))
	status(t, "HL3-3.3", sent.add(ticket.Imported, "2026-09-21 10:00", state(ticket.Done)).add(ticket.Disputed, "2026-09-21 10:30"), long, sla.Met)
	status(t, "HL3-3.3", sent.add(ticket.Imported, "2026-09-21 10:00", state(ticket.Referred)), long, sla.Lapsed)
	status(t, "HL3-3.3", sent.add(ticket.Imported, "2026-09-21 10:00", state(ticket.InWork)), long, sla.Breached)
	// Taken over as referred it is with the authority from then on, until that sends it back.
	with := over(ticket.Complaint, "2026-09-21 10:00", ticket.Referred)
	status(t, "QI-3.7a", with, long, sla.Paused)
	edge(t, "QI-3.7a", with.add(ticket.Replied, "2026-09-24 10:00"), "2026-09-24 24:00", then(ticket.Told, graded(ticket.Fair)))
	back := sent.add(ticket.Imported, "2026-09-21 10:00", state(ticket.Referred)).add(ticket.Returned, "2026-09-21 10:30")
	edge(t, "HL3-3.3", back.add(ticket.Dispatched, "2026-09-21 10:40", to(ticket.Worker, "W1"), until("2026-09-21 15:00")), "2026-09-21 15:00", then(ticket.Completed))
}

// What the site cannot record is unseen when missing, never a breach.
func TestUnrecorded(t *testing.T) {
	judge := func(h walk, asOf string, types ...ticket.EventType) []sla.Verdict {
		t.Helper()
		p := sla.Standard()
		p.Unrecorded = types
		v, err := p.AppendVerdicts(nil, calendar.China(), h, at(asOf))
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	// Created and closed, nothing else: done within the limit implies begun within it; done
	// later, the missing receipt is a breach, unless the site records none.
	created := func(closed string) walk {
		return open(ticket.Repair, emergency, unentered).add(ticket.Completed, closed, unentered)
	}
	for _, c := range []struct {
		closed string
		types  []ticket.EventType
		want   sla.Status
	}{
		{"2026-09-21 09:15", nil, sla.Met}, {"2026-09-21 12:00", nil, sla.Breached},
		{"2026-09-21 12:00", []ticket.EventType{ticket.Acknowledged}, sla.Unseen}, {"2026-09-21 09:15", []ticket.EventType{ticket.Acknowledged}, sla.Met},
		{"2026-09-21 12:00", []ticket.EventType{ticket.Arrived}, sla.Breached}, // arriving would only have proved it
	} {
		v := find(t, judge(created(c.closed), "2026-09-22 00:00", c.types...), "HB-2.1d")
		if v.Status != c.want {
			t.Errorf("closed %s, unrecorded %v: %s, want %s", c.closed, c.types, v.Status, c.want)
		}
	}
	h := open(ticket.Complaint)
	if v := find(t, judge(h, "2026-09-21 11:00", ticket.Informed), "QI-3.6a"); v.Status != sla.Running {
		t.Errorf("until it is due it runs: %+v", v)
	}
	if v := find(t, judge(h.add(ticket.Told, "2026-09-21 15:00"), "2026-09-21 16:00", ticket.Informed), "QI-3.6a"); v.Status != sla.Unseen {
		t.Errorf("told late, but perhaps informed in time: %+v", v)
	}
	// Informed is missing for certain, so it does not matter that the shift log is not kept.
	if v := find(t, judge(h, "2026-09-22 09:00", ticket.HandedOver), "VC-1.5b"); v.Status != sla.Breached {
		t.Errorf("%+v", v)
	}
	// A revisit that fell away by what cannot be seen is unseen too.
	v := judge(h.add(ticket.Informed, "2026-09-21 10:00"), "2026-09-22 09:00", ticket.HandedOver)
	if find(t, v, "VC-1.5b").Status != sla.Unseen || find(t, v, "VC-1.5a").Status != sla.Unseen {
		t.Errorf("got\n%s", lines(v))
	}
}

// A clock that reaches a year without a notice runs on and says so; the others stand.
func TestUnpublishedYear(t *testing.T) {
	h := walk{}.add(ticket.Registered, "2026-12-31 16:00", kind(ticket.Complaint)).add(ticket.Informed, "2026-12-31 16:30")
	v := find(t, judged(t, h, at("2027-03-01 00:00")), "QI-3.7a")
	if v.Status != sla.Running || v.Due.Unpublished != 2027 || !v.Due.At.IsZero() || !v.Wake.IsZero() || !v.Warn.IsZero() {
		t.Errorf("%+v", v)
	}
	status(t, "QI-3.6a", h, "2027-03-01 00:00", sla.Met)
	status(t, "VC-1.5b", h, "2027-03-01 00:00", sla.Breached)
	next, err := calendar.Statutory(2027)
	if err != nil {
		t.Fatal(err)
	}
	cal, err := calendar.China().With(next)
	if err != nil {
		t.Fatal(err)
	}
	all, err := sla.Standard().AppendVerdicts(nil, cal, h, at("2027-01-04 23:00"))
	if v := find(t, all, "QI-3.7a"); err != nil || !v.Due.At.Equal(at("2027-01-04 24:00")) || !v.Due.Provisional {
		t.Errorf("%+v, %v", v, err)
	}
}

// Warnings come before the due in their own measure, and at the start if that is later.
func TestWarn(t *testing.T) {
	cal := office(t)
	all, err := sla.Standard().AppendVerdicts(nil, cal, open(ticket.Complaint).add(ticket.Promised, "2026-09-21 09:10", until("2026-09-21 09:20")), at("2026-09-21 09:11"))
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[rule.ID]string{"QI-3.7a": "2026-09-22 13:30", "QI-3.6a": "2026-09-21 10:30", "VC-1.5a": "2026-09-21 20:00", "QI-3.5t": "2026-09-21 09:10"} {
		if v := find(t, all, id); !v.Warn.Equal(at(want)) {
			t.Errorf("%s warns %s, want %s", id, stamp(v.Warn), want)
		}
	}
	if v := find(t, all, "WY-unanswered"); !v.Warn.IsZero() {
		t.Errorf("%+v", v)
	}
}
