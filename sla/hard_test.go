package sla_test

import (
	"strings"
	"testing"

	"example.com/wuye/calendar"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

// Hold, priority change and reopening, in each order. The complaint comes on Monday 2026-09-21
// at 9:00 and is minor, so that it is due (QI-3.7a) at the end of Tuesday 09-22; the three things
// happen in the order of the row, on 09-22 at 10:00, 12:00 and 14:00, the hold ends on 09-24 at
// 9:00, and the whole is judged on 09-24 at 10:00. The priority change makes it important, which
// has no limit (QI-3.7a lapses) and, where it was already reopened, lapses the second cycle's. A
// reopening needs an answer before: told on 09-21 at 17:00, without asking the opinion, so that
// the first cycle's clock still runs until it is reopened.
//
// A reopening moves the state, so it ends a hold; a hold that begins after it is the new cycle's
// only. In the second cycle a day-end within the hold is skipped: 09-22 and 09-23 are, from 14:00
// or 12:00 on 09-22 to 9:00 on 09-24, so that one working day from 09-22 (09-23, skipped) ends on
// 09-24 at 24:00.
func TestHoldRerankedReopenedInEachOrder(t *testing.T) {
	told := open(ticket.Complaint).add(ticket.Told, "2026-09-21 17:00")
	step := map[string]func(walk, string) walk{
		"hold":     func(h walk, when string) walk { return h.add(ticket.Held, when) },
		"reranked": func(h walk, when string) walk { return h.add(ticket.Reranked, when, severity(ticket.Important)) },
		"reopened": func(h walk, when string) walk { return h.add(ticket.Reopened, when) },
	}
	for order, want := range map[string]string{
		// Held from 10:00, lapsed at 12:00 by the change; the new cycle is of an important complaint.
		"hold reranked reopened": "1 lapsed 09-22 12:00",
		// Held from 10:00, reopened at 12:00, which lapses cycle 1 and ends the hold; cycle 2 is minor
		// until 14:00. One working day from 09-22, nothing held: end of 09-23, lapsed at 14:00.
		"hold reopened reranked": "1 lapsed 09-22 12:00; 2 lapsed 09-22 14:00",
		// Important from 10:00: lapsed then. Neither hold nor cycle 2 has a minor complaint.
		"reranked hold reopened": "1 lapsed 09-22 10:00",
		"reranked reopened hold": "1 lapsed 09-22 10:00",
		// Reopened at 10:00, held from 12:00, lapsed at 14:00 in the hold.
		"reopened hold reranked": "1 lapsed 09-22 10:00; 2 lapsed 09-22 14:00",
		// Reopened at 10:00, important from 12:00; the hold stops nothing that runs.
		"reopened reranked hold": "1 lapsed 09-22 10:00; 2 lapsed 09-22 12:00",
	} {
		h := told
		for i, name := range strings.Fields(order) {
			h = step[name](h, []string{"2026-09-22 10:00", "2026-09-22 12:00", "2026-09-22 14:00"}[i])
		}
		if got := cycles(judged(t, h.add(ticket.Resumed, "2026-09-24 09:00"), at("2026-09-24 10:00"))); got != want {
			t.Errorf("%s: got %s, want %s", order, got, want)
		}
		// Without the priority change, the two others in their order. Reopened last, the hold is over,
		// and one working day from 09-22 is 09-23; held last, the end of 09-23 is skipped.
		two := told
		for i, name := range strings.Fields(order) {
			if name != "reranked" {
				two = step[name](two, []string{"2026-09-22 10:00", "2026-09-22 12:00", "2026-09-22 14:00"}[i])
			}
		}
		first, last := two[len(two)-2], two[len(two)-1]
		asOf, want := at("2026-09-23 23:00"), "1 lapsed "+stamp(last.At)+"; 2 running due 09-24 00:00"
		if first.Type == ticket.Reopened {
			asOf, want = at("2026-09-24 10:00"), "1 lapsed "+stamp(first.At)+"; 2 running due 09-25 00:00"
		}
		if got := cycles(judged(t, two.add(ticket.Resumed, "2026-09-24 09:00"), asOf)); got != want {
			t.Errorf("%s, never reranked: got %s, want %s", order, got, want)
		}
	}
	// Lowered to minor in the hold the clock begins at that row, and the hold counts from then:
	// important from 09:00 on 09-21, held on 09-22 at 10:00, minor at 12:00, resumed on 09-24 at 9:00.
	// One working day from 09-22 is 09-23, whose end fell in the hold: the end of 09-24.
	h := open(ticket.Complaint, severity(ticket.Important)).add(ticket.Held, "2026-09-22 10:00").add(ticket.Reranked, "2026-09-22 12:00", severity(ticket.Minor)).add(ticket.Resumed, "2026-09-24 09:00")
	if got := cycles(judged(t, h, at("2026-09-24 10:00"))); got != "1 running due 09-25 00:00" {
		t.Errorf("lowered in the hold: %s", got)
	}
}

// cycles is what QI-3.7a says in each cycle.
func cycles(all []sla.Verdict) string {
	var out []string
	for _, v := range all {
		if v.Clause != "QI-3.7a" {
			continue
		}
		s := string(rune('0'+v.Cycle)) + " " + string(v.Status)
		if v.Status == sla.Running {
			s += " due " + stamp(v.Due.At)
		} else if !v.Stop.IsZero() {
			s += " " + stamp(v.Stop)
		}
		out = append(out, s)
	}
	return strings.Join(out, "; ")
}

// The hard days and instants, each worked by hand. "due" is when the clause is due, as of which
// the verdict stands; days end at 24:00, written as 00:00 of the next.
func TestHardSituations(t *testing.T) {
	complaint := func(when string) walk {
		return walk{}.add(ticket.Registered, when, kind(ticket.Complaint))
	}
	for _, c := range []struct {
		name, clause string
		h            walk
		asOf, want   string
	}{
		{"hold over a holiday: National Day", "QI-3.7a", // one working day from 09-29 is 09-30; its end lies in the hold; the next working day is 10-08
			complaint("2026-09-29 10:00").add(ticket.Held, "2026-09-30 10:00").add(ticket.Resumed, "2026-10-08 09:00"), "2026-10-08 10:00", "running due 10-09 00:00"},
		{"hold within a holiday changes nothing", "QI-3.7a", // one working day from 09-30 is 10-08; no end of a working day lies in 10-02 to 10-06
			complaint("2026-09-30 10:00").add(ticket.Held, "2026-10-02 10:00").add(ticket.Resumed, "2026-10-06 09:00"), "2026-10-07 10:00", "running due 10-09 00:00"},
		{"eve of the Spring Festival 2026, Monday 02-16", "QI-3.7a", // off 02-15 to 02-23: the next working day is Tuesday 02-24
			complaint("2026-02-16 15:00"), "2026-02-16 16:00", "running due 02-25 00:00"},
		{"eve of the Spring Festival, the same day's revisit", "VC-1.5a", // that day, holiday or not
			complaint("2026-02-16 15:00"), "2026-02-16 16:00", "running due 02-17 00:00"},
		{"last working day before the Spring Festival, Saturday 02-14", "QI-3.7a",
			complaint("2026-02-14 15:00"), "2026-02-14 16:00", "running due 02-25 00:00"},
		{"Sunday 2026-09-20, worked", "QI-3.7a", // received on a working day: Monday is the first
			complaint("2026-09-20 10:00"), "2026-09-20 11:00", "running due 09-22 00:00"},
		{"Saturday before it, a rest day", "QI-3.7a", // the next working day is that Sunday
			complaint("2026-09-19 10:00"), "2026-09-19 11:00", "running due 09-21 00:00"},
		{"received at 23:59:59.999999999: that day", "VC-1.5b", // one nanosecond is left
			complaint("2026-09-21 23:59:59.999999999"), "2026-09-21 23:59:59.999999999", "running due 09-22 00:00"},
		{"received at 23:59:59.999999999: a nanosecond later", "VC-1.5b",
			complaint("2026-09-21 23:59:59.999999999"), "2026-09-22 00:00", "breached due 09-22 00:00"},
		{"received at 23:59:59.999999999: one working day", "QI-3.7a", // of 09-21 still
			complaint("2026-09-21 23:59:59.999999999"), "2026-09-22 00:00", "running due 09-23 00:00"},
		{"received at midnight: one working day", "QI-3.7a",
			complaint("2026-09-22 00:00"), "2026-09-22 00:00", "running due 09-24 00:00"},
		{"an instant, done exactly at it", "QI-3.6a", complaint("2026-09-21 09:00").add(ticket.Informed, "2026-09-21 11:00"), "2026-09-21 12:00", "met due 09-21 11:00 stop 09-21 11:00"},
		{"an instant, a nanosecond after it", "QI-3.6a", complaint("2026-09-21 09:00").add(ticket.Informed, "2026-09-21 11:00:00.000000001"), "2026-09-21 12:00", "breached due 09-21 11:00 stop 09-21 11:00:00.000000001"},
		{"an instant, nothing done, at it", "QI-3.6a", complaint("2026-09-21 09:00"), "2026-09-21 11:00", "running due 09-21 11:00"},
		{"a whole day, done at its last nanosecond", "VC-1.5a", complaint("2026-09-21 09:00").add(ticket.Revisited, "2026-09-21 23:59:59.999999999"), "2026-09-23 12:00", "met due 09-22 00:00 stop 09-21 23:59:59.999999999"},
		{"a whole day, done at midnight", "VC-1.5a", complaint("2026-09-21 09:00").add(ticket.Revisited, "2026-09-21 24:00"), "2026-09-23 12:00", "breached due 09-22 00:00 stop 09-22 00:00"},
		{"2026-12-31, and 2027 has no notice", "QI-3.7a", complaint("2026-12-31 16:00"), "2027-03-01 00:00", "running no notice of 2027"},
		{"2026-12-31, that day needs none", "VC-1.5a", complaint("2026-12-31 16:00"), "2026-12-31 17:00", "running due 01-01 00:00"},
		{"2026-12-30: the due is there, but the next notice may still move it", "QI-3.7a", complaint("2026-12-30 16:00"), "2026-12-30 17:00", "running due 01-01 00:00 provisional"},
		{"completed during a hold: the hold is over", "QI-3.7a", // a row that moves the state ends it; held over no day-end
			complaint("2026-09-21 09:00").add(ticket.Held, "2026-09-22 10:00").add(ticket.Completed, "2026-09-22 15:00"), "2026-09-22 16:00", "running due 09-23 00:00"},
		{"completed during a hold, a day later", "QI-3.7a", // held over the end of 09-22, which is skipped
			complaint("2026-09-21 09:00").add(ticket.Held, "2026-09-22 10:00").add(ticket.Completed, "2026-09-23 15:00").add(ticket.Resumed, "2026-09-25 09:00"), "2026-09-23 16:00", "running due 09-24 00:00"},
		{"reopened after a breach: the old one stays", "QI-3.6a", complaint("2026-09-21 09:00").add(ticket.Told, "2026-09-21 15:00").add(ticket.Reopened, "2026-09-21 16:00").add(ticket.Informed, "2026-09-21 16:30"),
			"2026-09-22 09:00", "breached due 09-21 11:00 stop 09-21 15:00; met due 09-21 18:00 stop 09-21 16:30"},
		{"reopened after a breach that was never made good", "QI-3.6a", complaint("2026-09-21 09:00").add(ticket.Completed, "2026-09-21 15:00").add(ticket.Reopened, "2026-09-21 16:00"),
			"2026-09-21 17:00", "breached due 09-21 11:00; running due 09-21 18:00"},
		{"before the late row: a breach", "QI-3.6a", complaint("2026-09-21 09:00").add(ticket.Completed, "2026-09-21 15:00").add(ticket.Informed, "2026-09-21 11:00", entered("2026-09-21 16:00")),
			"2026-09-21 15:59:59.999999999", "breached due 09-21 11:00"},
		{"the late row turns the breach into met", "QI-3.6a", complaint("2026-09-21 09:00").add(ticket.Completed, "2026-09-21 15:00").add(ticket.Informed, "2026-09-21 11:00", entered("2026-09-21 16:00")),
			"2026-09-21 16:00", "met due 09-21 11:00 stop 09-21 11:00"},
		// Two holds that overlap: held on 09-22 at 10:00 and, entered late, on 09-21 at 18:00. Together
		// they go from 09-21 18:00 to 09-23 09:00: over the ends of 09-21, which does not count, and of
		// 09-22, which is skipped once.
		{"two holds that overlap count once", "QI-3.7a", complaint("2026-09-21 09:00").add(ticket.Held, "2026-09-22 10:00").add(ticket.Held, "2026-09-21 18:00", entered("2026-09-22 11:00")).add(ticket.Resumed, "2026-09-23 09:00"),
			"2026-09-23 10:00", "running due 09-24 00:00"},
		{"referred out within a hold", "QI-3.7a", // one stretch, 09-22 10:00 to the reply on 09-24 10:00: the ends of 09-22 and 09-23 are in it
			complaint("2026-09-21 09:00").add(ticket.Held, "2026-09-22 10:00").add(ticket.ReferredOut, "2026-09-22 12:00").add(ticket.Replied, "2026-09-24 10:00"), "2026-09-24 11:00", "running due 09-25 00:00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, v := range judged(t, c.h, at(c.asOf)) {
				if string(v.Clause) != c.clause {
					continue
				}
				s := string(v.Status)
				switch {
				case v.Due.Unpublished != 0:
					s += " no notice of 2027"
				default:
					s += " due " + stamp(v.Due.At)
				}
				if !v.Stop.IsZero() {
					s += " stop " + stamp(v.Stop)
				}
				if v.Due.Provisional {
					s += " provisional"
				}
				got = append(got, s)
			}
			if got := strings.Join(got, "; "); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

// The Spring Festival of 2020 was made longer on 01-27: off to 02-02 instead of 01-30. As known
// on 01-26, a complaint of Thursday 01-30 is due at the end of Friday 01-31; since then, of Monday
// 02-03. As published before the festival, one of Thursday 01-23 is due at the end of 01-31, and
// since then of 02-03.
func TestRevisionOf2020(t *testing.T) {
	cal := calendar.China()
	for _, c := range []struct{ known, received, due string }{
		{"2020-01-26", "2020-01-30 10:00", "2020-01-31 24:00"}, {"2020-01-27", "2020-01-30 10:00", "2020-02-03 24:00"},
		{"2020-01-26", "2020-01-23 10:00", "2020-01-31 24:00"}, {"2020-01-27", "2020-01-23 10:00", "2020-02-03 24:00"},
	} {
		h := walk{}.add(ticket.Registered, c.received, kind(ticket.Complaint))
		all, err := sla.Standard().AppendVerdicts(nil, cal.AsKnownOn(calendar.MustDate(c.known)), h, at("2020-02-03 12:00"))
		if err != nil {
			t.Fatal(err)
		}
		v := find(t, all, "QI-3.7a")
		late := c.due == "2020-01-31 24:00" // on 02-03 the old notice says it is over, the revision that it is not
		if !v.Due.At.Equal(at(c.due)) || (v.Status == sla.Breached) != late {
			t.Errorf("as known on %s: %s", c.known, lines([]sla.Verdict{v}))
		}
	}
}

// A priority change that was entered late counts at its own At, though another that was entered
// before it happened later. A repair of 9:00, found routine at 12:00; at 13:00 the desk enters that
// it was an emergency since 10:00. So from 10:00 it had 15 minutes (HB-2.1d), and the two hours that
// would have ended at 11:00 (HB-2.1e) lapsed at 10:00. Before 13:00 nobody knew.
func TestRerankedLate(t *testing.T) {
	natured := open(ticket.Repair).add(ticket.Triaged, "2026-09-21 12:00").add(ticket.Reranked, "2026-09-21 12:00", nature(ticket.Routine))
	h := natured.add(ticket.Reranked, "2026-09-21 10:00", emergency, entered("2026-09-21 13:00"))
	if v := status(t, "HB-2.1d", h, "2026-09-21 13:00", sla.Breached); !v.Start.Equal(at("2026-09-21 10:00")) || !v.Due.At.Equal(at("2026-09-21 10:15")) {
		t.Errorf("%+v", v)
	}
	if v := status(t, "HB-2.1e", h, "2026-09-21 13:00", sla.Lapsed); !v.Stop.Equal(at("2026-09-21 10:00")) {
		t.Errorf("%+v", v)
	}
	status(t, "HB-2.1e", h, "2026-09-21 12:59:59.999999999", sla.Breached)

	// Of two that say the same thing the one entered later is right: an emergency from 10:00 on, also
	// after 12:00, as the ticket itself says. Otherwise HB-2.1e would run again from 12:00.
	same := open(ticket.Repair).add(ticket.Triaged, "2026-09-21 12:00").add(ticket.Reranked, "2026-09-21 12:00", func(e *ticket.Event) { e.Urgency = ticket.Normal }).
		add(ticket.Reranked, "2026-09-21 10:00", emergency, entered("2026-09-21 13:00"))
	if v := status(t, "HB-2.1e", same, "2026-09-21 13:00", sla.Lapsed); !v.Stop.Equal(at("2026-09-21 10:00")) {
		t.Errorf("%+v", v)
	}

	// The caller of an anonymous complaint is known since 10:00, as is entered at 13:00: he is to be
	// informed (QI-3.6a) within two hours of 10:00.
	named := open(ticket.Complaint, func(e *ticket.Event) { e.Caller = ticket.Anonymous }).add(ticket.Reranked, "2026-09-21 12:00", nature(ticket.Routine)).
		add(ticket.Reranked, "2026-09-21 10:00", func(e *ticket.Event) { e.Caller = ticket.Owner }, entered("2026-09-21 13:00"))
	if v := status(t, "QI-3.6a", named, "2026-09-21 13:00", sla.Breached); !v.Due.At.Equal(at("2026-09-21 12:00")) {
		t.Errorf("%+v", v)
	}
}

// A service that is found special starts what special services have, but an appointment that was
// over by then makes nothing late: there is no SP-2.4.2b. One still open binds, as it was last moved.
func TestRerankedAfterTheAppointment(t *testing.T) {
	booked := func(appointed string) walk { return open(ticket.Service, until("2026-09-21 "+appointed)) }
	special := func(h walk, when string) walk {
		return h.add(ticket.Reranked, "2026-09-21 "+when, nature(ticket.Special))
	}
	moved := func(h walk, when, appointed string) walk {
		return h.add(ticket.Rescheduled, "2026-09-21 "+when, until("2026-09-21 "+appointed))
	}
	absent(t, "SP-2.4.2b", special(booked("10:00"), "12:00"))
	absent(t, "SP-2.4.2b", special(booked("10:00").add(ticket.Arrived, "2026-09-21 09:50"), "12:00"))
	absent(t, "SP-2.4.2b", special(booked("10:00"), "10:00:00.000000001"))
	absent(t, "SP-2.4.2b", special(moved(booked("13:00"), "09:30", "10:30"), "12:00"))
	for name, c := range map[string]struct {
		h          walk
		start, due string
	}{
		"before it":                          {special(booked("14:00"), "12:00"), "12:00", "14:00"},
		"moved later, in time":               {special(moved(booked("10:00"), "09:30", "14:00"), "12:00"), "12:00", "14:00"},
		"moved later, both open":             {special(moved(booked("13:00"), "09:30", "16:00"), "12:00"), "12:00", "16:00"},
		"missed, another made, then special": {special(moved(booked("10:00"), "11:00", "14:00"), "12:00"), "12:00", "14:00"},
		"missed, special, then another made": {moved(special(booked("10:00"), "12:00"), "12:30", "15:00"), "12:30", "15:00"},
	} {
		due := "2026-09-21 " + c.due
		edge(t, "SP-2.4.2b", c.h, due, then(ticket.Arrived))
		if v := find(t, judged(t, c.h, at(due)), "SP-2.4.2b"); !v.Start.Equal(at("2026-09-21 " + c.start)) {
			t.Errorf("%s: starts %s, want %s", name, stamp(v.Start), c.start)
		}
	}
	// At the appointed instant it is still in time.
	status(t, "SP-2.4.2b", special(booked("10:00"), "10:00"), "2026-09-21 10:00", sla.Running)
	status(t, "SP-2.4.2b", special(booked("10:00"), "10:00").add(ticket.Arrived, "2026-09-21 10:00"), "2026-09-21 12:00", sla.Met)
}

// The state of a takeover proves no second time what the testimony tells itself.
func TestImportedTestimonyStands(t *testing.T) {
	const long = "2026-10-21 09:00"
	answered := func(h walk) walk { return h.add(ticket.Imported, "2026-09-21 11:00", state(ticket.Answered)) }
	promised := func(h walk) walk { return h.add(ticket.Promised, "2026-09-21 10:00", until("2026-09-21 12:00")) }
	// Answered at 9:28; what was promised at 10:00 was not kept by that.
	told := open(ticket.Inquiry).add(ticket.Told, "2026-09-21 09:28")
	status(t, "QI-3.5t", promised(told), long, sla.Breached)
	status(t, "QI-3.5t", answered(promised(told)), long, sla.Breached)
	// Reopened in between: that it was answered again only the state tells, at 11:00.
	if v := lastOf(judged(t, answered(promised(told.add(ticket.Reopened, "2026-09-21 09:40"))), at(long)), "QI-3.5t"); v.Cycle != 2 || v.Status != sla.Met || !v.Stop.Equal(at("2026-09-21 11:00")) {
		t.Errorf("%+v", v)
	}
	// To reopen is to accept: that proves nobody's triage in the new cycle, due at 10:10.
	again := told.add(ticket.Reopened, "2026-09-21 09:40").add(ticket.Imported, "2026-09-21 10:00", state(ticket.Accepted))
	if v := lastOf(judged(t, again, at(long)), "WY-unanswered"); v.Cycle != 2 || v.Status != sla.Breached {
		t.Errorf("%+v", v)
	}

	sent := open(ticket.Repair).add(ticket.Dispatched, "2026-09-21 09:10", to(ticket.Worker, "W1"), until("2026-09-21 12:00"))
	done := func(h walk) walk { return h.add(ticket.Imported, "2026-09-21 10:30", state(ticket.Done)) }
	completed := sent.add(ticket.Completed, "2026-09-21 10:00")
	status(t, "HL3-3.3", done(completed), long, sla.Met)
	// Disputed after the takeover, that completion is undone, as it is without one.
	status(t, "HL3-3.3", completed.add(ticket.Disputed, "2026-09-21 11:00"), long, sla.Breached)
	status(t, "HL3-3.3", done(completed).add(ticket.Disputed, "2026-09-21 11:00"), long, sla.Breached)
	// Disputed in the testimony: the state tells of a second one, by 10:30.
	if v := status(t, "HL3-3.3", done(completed.add(ticket.Disputed, "2026-09-21 10:10")), long, sla.Met); !v.Stop.Equal(at("2026-09-21 10:30")) {
		t.Errorf("%+v", v)
	}
}

// What the manual says of edges. Each of these is a sentence of the package comment or of Verdict.
func TestEdgesOfTheManual(t *testing.T) {
	// A day is over with its end: void at 24:00 is too late to lapse it. An instant is not.
	h := open(ticket.Complaint)
	status(t, "VC-1.5a", h.add(ticket.Withdrawn, "2026-09-21 24:00"), "2026-09-22 12:00", sla.Breached)
	status(t, "VC-1.5a", h.add(ticket.Withdrawn, "2026-09-21 23:59:59.999999999"), "2026-09-22 12:00", sla.Lapsed)
	status(t, "QI-3.6a", h.add(ticket.Withdrawn, "2026-09-21 11:00"), "2026-09-22 12:00", sla.Lapsed)

	// A repair's two hours, read as finished, end at 11:00: held then, they are over; a nanosecond
	// before, that nanosecond is left.
	p := sla.Standard()
	for i := range p.Clocks {
		p.Clocks[i].Holds = p.Clocks[i].Holds || p.Clocks[i].Clause == "HB-2.1e"
	}
	for _, c := range []struct {
		held, asOf string
		want       sla.Status
	}{{"11:00", "11:00", sla.Running}, {"11:00", "11:00:00.000000001", sla.Breached}, {"10:59:59.999999999", "12:00", sla.Paused}} {
		all, err := p.AppendVerdicts(nil, calendar.China(), open(ticket.Repair).add(ticket.Held, "2026-09-21 "+c.held), at("2026-09-21 "+c.asOf))
		if v := find(t, all, "HB-2.1e"); err != nil || v.Status != c.want || v.Status == sla.Paused && v.Left != 1 {
			t.Errorf("held at %s, as of %s: %+v %v", c.held, c.asOf, v, err)
		}
	}

	// Paused on the way into a year without a notice: neither a due nor what is left of it is known.
	v := status(t, "QI-3.7a", walk{}.add(ticket.Registered, "2026-12-31 01:00", kind(ticket.Complaint)).add(ticket.Held, "2027-01-01 10:00"), "2027-01-02 10:00", sla.Paused)
	if v.Due.Unpublished != 2027 || !v.Due.At.IsZero() || v.Left != 0 {
		t.Errorf("%+v", v)
	}

	// Minor, important from 10:00 on 09-21, minor again from 09-23: one verdict, the new one.
	back := h.add(ticket.Reranked, "2026-09-21 10:00", severity(ticket.Important)).add(ticket.Reranked, "2026-09-23 10:00", severity(ticket.Minor))
	if got := cycles(judged(t, back, at("2026-09-23 12:00"))); got != "1 running due 09-25 00:00" {
		t.Error(got)
	}

	// Sent again with an earlier Until; with a later one, also after it was returned.
	sent := open(ticket.Repair).add(ticket.Dispatched, "2026-09-21 09:30", to(ticket.Worker, "W1"), until("2026-09-21 16:00"))
	again := func(h walk, promised string) walk {
		return h.add(ticket.Dispatched, "2026-09-21 12:00", to(ticket.Worker, "W2"), until("2026-09-21 "+promised))
	}
	edge(t, "HL3-3.3", again(sent, "14:00"), "2026-09-21 14:00", then(ticket.Completed))
	edge(t, "HL3-3.3", again(sent, "18:00"), "2026-09-21 16:00", then(ticket.Completed))
	edge(t, "HL3-3.3", again(sent.add(ticket.Returned, "2026-09-21 11:00"), "18:00"), "2026-09-21 16:00", then(ticket.Completed))
}
