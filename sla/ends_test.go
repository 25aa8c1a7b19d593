package sla_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"

	"pgregory.net/rapid"
)

func TestHistoryErrors(t *testing.T) {
	h := open(ticket.Repair).add(ticket.Triaged, "2026-09-21 09:10").add(ticket.Told, "2026-09-21 09:20")
	change := func(i int, f func(*ticket.Event)) walk { h := slices.Clone(h); f(&h[i]); return h }
	for name, c := range map[string]struct {
		h   walk
		seq int
	}{
		"no rows":      {nil, 0},
		"two tickets":  {change(1, func(e *ticket.Event) { e.Ticket = "T2" }), 2},
		"no seq":       {change(0, func(e *ticket.Event) { e.Seq = 0 }), 0},
		"out of order": {walk{h[0], h[2], h[1]}, 2},
		"unknown type": {change(2, func(e *ticket.Event) { e.Type = "telepathy" }), 3},
	} {
		kept := []sla.Verdict{{Clause: "TR-4.4"}}
		got, err := sla.Standard().AppendVerdicts(kept, calendar.China(), c.h, at("2026-09-22 00:00"))
		e, ok := errors.AsType[*sla.HistoryError](err)
		if !ok || e.Seq != c.seq || e.Clause != "HB-2.1a" || e.Error() == "" || e.Zh() == "" || !slices.Equal(got, kept) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	if v := judged(t, h, at("2026-09-20 00:00")); len(v) != 0 {
		t.Errorf("before anything was recorded: %v", v)
	}
	// What was entered only later is not known yet, nor anything after it.
	late := h.add(ticket.Revisited, "2026-09-21 09:30", entered("2026-09-23 09:00")).add(ticket.Rated, "2026-09-21 09:40", graded(ticket.Fair))
	if !slices.Equal(judged(t, late, at("2026-09-22 00:00")), judged(t, h, at("2026-09-22 00:00"))) {
		t.Error("rows after one not yet entered were taken")
	}
}

// A promise given while another is open is none of its own, also where the facts of the ticket
// changed between the two: the first, of 9:10, binds until it is answered at 11:00 (MEANINGS,
// the earliest open promise binds), so that there is one verdict, and the promise of 12:00, given
// after the answer, is number 2.
func TestSecondPromiseAfterReranked(t *testing.T) {
	h := open(ticket.Complaint, ref("T0")).add(ticket.Promised, "2026-09-21 09:10", until("2026-09-21 11:00")).
		add(ticket.Reranked, "2026-09-21 09:30", severity(ticket.Important)).
		add(ticket.Promised, "2026-09-21 10:00", until("2026-09-21 11:00")).
		add(ticket.Told, "2026-09-21 11:00")
	more := h.add(ticket.Promised, "2026-09-21 12:00", until("2026-09-21 13:00"))
	for _, id := range []rule.ID{"QI-3.5t", "VC-4.1a"} {
		if v := lastOf(judged(t, h, at("2026-09-21 12:30")), id); v.Number != 1 || v.Status != sla.Met {
			t.Errorf("%s: one promise is open: %+v", id, v)
		}
		if v := lastOf(judged(t, more, at("2026-09-21 12:30")), id); v.Number != 2 || v.Status != sla.Running {
			t.Errorf("%s: the promise after the answer: %+v", id, v)
		}
	}
}

// A longer history than the judge keeps at hand is judged like any other.
func TestLongHistory(t *testing.T) {
	h := open(ticket.Complaint)
	for i := range 200 {
		h = h.add(ticket.Urged, "2026-09-21 09:0"+string(rune('0'+i%10)))
	}
	status(t, "QI-3.6a", h.add(ticket.Informed, "2026-09-21 10:00"), "2026-09-21 12:00", sla.Met)
}

// Verdicts do not depend on the zone of the arguments nor on rows told twice, do not touch
// what was in dst, and are at UTC+8. As time goes by and nothing happens, what is met,
// breached, lapsed or unseen stays so, and nothing changes before its wake.
func TestInvariants(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, h := anyPolicy(t), anyHistory(t)
		c, err := p.Compile()
		if err != nil {
			t.Fatal(err)
		}
		cal := calendar.China()
		asOf := h[len(h)-1].At.Add(30 * time.Hour)
		judge := func(h []ticket.Event, asOf time.Time) []sla.Verdict {
			v, err := c.AppendVerdicts([]sla.Verdict{{Ticket: "kept"}}, cal, h, asOf)
			if err != nil || v[0] != (sla.Verdict{Ticket: "kept"}) {
				t.Fatal(v, err)
			}
			return v[1:]
		}
		v := judge(h, asOf)
		zone := time.FixedZone("", -7*3600)
		var moved, twice []ticket.Event
		for i, e := range h {
			twice = append(twice, e)
			if len(twice)%3 == 0 {
				twice = append(twice, h[:rapid.IntRange(0, i+1).Draw(t, "again")]...)
			}
			e.At, e.Until = e.At.In(zone), e.Until.In(zone)
			if !e.Recorded.IsZero() {
				e.Recorded = e.Recorded.In(zone)
			}
			moved = append(moved, e)
		}
		if w := judge(moved, asOf.In(zone)); !slices.Equal(v, w) {
			t.Fatalf("another zone\n%s%s", lines(v), lines(w))
		}
		if w := judge(twice, asOf); !slices.Equal(v, w) {
			t.Fatalf("rows told twice\n%s%s", lines(v), lines(w))
		}
		if len(ticket.KnownBy(h, asOf)) < len(h) {
			return // more becomes known by itself
		}
		late := asOf.Add(rapid.SampledFrom([]time.Duration{1, time.Hour, 30 * time.Hour, 3000 * time.Hour}).Draw(t, "later"))
		if slices.ContainsFunc(h, func(e ticket.Event) bool { return e.At.After(asOf) }) {
			return
		}
		for i, w := range judge(h, late) {
			v := v[i]
			switch {
			case v.Status != sla.Running && v.Status != sla.Paused && v != w,
				v.Status == sla.Paused && w.Status != sla.Paused && w.Status != sla.Lapsed,
				v.Status == sla.Running && (v.Wake.IsZero() || late.Before(v.Wake)) && v != w,
				v.Status == sla.Running && !v.Wake.IsZero() && !late.Before(v.Wake) && w.Status != sla.Breached && w.Status != sla.Unseen && w.Status != sla.Lapsed:
				t.Fatalf("as of %s and %s\n%s%s", stamp(asOf), stamp(late), lines([]sla.Verdict{v}), lines([]sla.Verdict{w}))
			}
		}
	})
}

// No history, however wrong, panics or allocates verdicts without end.
func FuzzAppendVerdicts(f *testing.F) {
	f.Add([]byte{0, 1, 2, 3, 9, 200, 17, 4}, int64(0))
	c, err := sla.Standard().Compile()
	if err != nil {
		f.Fatal(err)
	}
	types := []ticket.EventType{"", "x", ticket.Registered, ticket.Imported, ticket.Reopened, ticket.Completed, ticket.Disputed, ticket.Told, ticket.Promised, ticket.Extended,
		ticket.Held, ticket.Resumed, ticket.ReferredOut, ticket.Replied, ticket.Reranked, ticket.Revisited, ticket.Sampled, ticket.Withdrawn, ticket.Rescheduled, ticket.Dispatched}
	f.Fuzz(func(t *testing.T, program []byte, far int64) {
		var h []ticket.Event
		for i := 0; i+3 < len(program) && len(h) < 60; i += 4 {
			at := calendar.MustDate("2026-09-18").Start().Add(time.Duration(int8(program[i+1])) * 37 * time.Minute)
			e := ticket.Event{Ticket: "T", Seq: len(h) + int(program[i+2]%3), Type: types[int(program[i])%len(types)], At: at, Recorded: at.Add(time.Duration(program[i+3]) * time.Hour), Until: at.Add(time.Duration(int8(program[i+3])) * time.Hour),
				Kind: []ticket.Kind{"", ticket.Complaint, ticket.Repair, "?"}[program[i+3]%4], Severity: []ticket.Severity{"", ticket.Major, "?"}[program[i+2]%3]}
			if program[i+2] > 250 {
				e.At = time.Unix(far, far)
			}
			h = append(h, e)
		}
		for _, asOf := range []time.Time{calendar.MustDate("2026-10-20").Start(), time.Unix(far, 0), {}} {
			v, err := c.AppendVerdicts(nil, calendar.China(), h, asOf)
			if err != nil && len(v) > 0 || len(v) > 30*(len(h)+1) {
				t.Fatalf("%d verdicts, %v", len(v), err)
			}
			for _, v := range v {
				if _, err := c.Explain(calendar.China(), h, v, min2(asOf, calendar.MustDate("2026-12-01").Start())); err != nil {
					if _, ok := errors.AsType[*calendar.UnpublishedError](err); !ok {
						t.Fatal(err)
					}
				}
			}
		}
	})
}

func min2(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// What is held after a clock is over does not enter its due, though it ends in a year
// without a notice, or in a later cycle: what was met stays met.
func TestHoldsAfterTheEnd(t *testing.T) {
	done := walk{}.add(ticket.Registered, "2026-12-30 20:00", kind(ticket.Complaint)).add(ticket.Told, "2026-12-30 20:10", graded(ticket.Fair))
	held := done.add(ticket.Held, "2026-12-30 23:00")
	resumed := held.add(ticket.Resumed, "2027-01-01 12:00")
	again := done.add(ticket.Reopened, "2026-12-30 21:00").add(ticket.Held, "2026-12-30 23:00").add(ticket.Resumed, "2027-01-01 12:00")
	for _, h := range []walk{done, held, resumed, again} {
		for _, asOf := range []string{"2026-12-31 23:30", "2027-01-02 00:00"} {
			v := find(t, judged(t, h, at(asOf)), "QI-3.7a")
			if v.Status != sla.Met || !v.Stop.Equal(at("2026-12-30 20:10")) || !v.Due.At.Equal(at("2026-12-31 24:00")) || v.Due.Unpublished != 0 {
				t.Errorf("as of %s: %+v", asOf, v)
			}
		}
	}
	lapsed := walk{}.add(ticket.Registered, "2026-12-30 20:00", kind(ticket.Complaint)).add(ticket.Reranked, "2026-12-30 21:00", severity(ticket.Major)).
		add(ticket.Held, "2026-12-30 23:00").add(ticket.Resumed, "2027-01-01 12:00")
	if v := find(t, judged(t, lapsed, at("2027-01-02 00:00")), "QI-3.7a"); v.Status != sla.Lapsed || !v.Due.At.Equal(at("2026-12-31 24:00")) {
		t.Errorf("%+v", v)
	}
}

// At the ends of time a clock whose due no date can say runs on, as where there is no
// notice, and nothing is an error; what can be said is judged to the end.
func TestEndsOfTime(t *testing.T) {
	for _, day := range []string{"9999-12-31", "9999-12-30", "9999-11-30", "2262-12-31", "0001-01-01"} {
		h := walk{}.add(ticket.Registered, day+" 12:00", kind(ticket.Complaint)).add(ticket.Held, day+" 12:00").add(ticket.Resumed, day+" 12:01").add(ticket.Held, day+" 12:02").
			add(ticket.Sampled, day+" 12:03", ref("s")).add(ticket.Told, day+" 12:03").add(ticket.Revisited, day+" 12:03")
		for _, v := range judged(t, h, at(day+" 23:59")) {
			switch {
			case v.Due.At.IsZero() && (v.Status == sla.Breached || v.Status == sla.Met || v.Status == sla.Running && v.Due.Unpublished == 0):
				t.Errorf("%s: without a due: %+v", day, v)
			case v.Due.At.Year() > 9999, v.Wake.Year() > 9999:
				t.Errorf("%s: no date: %+v", day, v)
			}
			if _, err := sla.Standard().Explain(calendar.China(), h, v, at(day+" 23:59")); err != nil {
				if _, ok := errors.AsType[*calendar.UnpublishedError](err); !ok {
					t.Errorf("%s: explain %s: %v", day, v.Clause, err)
				}
			}
		}
	}
	h := walk{}.add(ticket.Registered, "9999-12-30 12:00", kind(ticket.Inquiry)).add(ticket.Told, "9999-12-30 12:00").add(ticket.Revisited, "9999-12-30 12:00")
	if v := status(t, "TR-5.0a", h, "9999-12-30 12:00", sla.Running); v.Due != (sla.Due{Whole: true, Unpublished: 10000}) {
		t.Errorf("%+v", v)
	}
	if v := status(t, "VC-1.5a", walk{}.add(ticket.Registered, "9999-12-30 12:00", kind(ticket.Complaint)).add(ticket.Revisited, "9999-12-30 23:59"), "9999-12-31 12:00", sla.Met); !v.Due.At.Equal(at("9999-12-31 00:00")) {
		t.Errorf("%+v", v)
	}
	status(t, "HB-2.1e", h[:1], "9999-12-30 14:00", sla.Running)
	status(t, "HB-2.1e", h[:1], "9999-12-30 14:00:00.000100000", sla.Breached)
}

// A breach stays one, though the clause to which it yields is due later and then unseen; due
// together, both are unseen.
func TestYieldsToUnseen(t *testing.T) {
	for _, limit := range []sla.Limit{sla.SameDay(), sla.Days(1)} {
		p := sla.Standard()
		p.Unrecorded = []ticket.EventType{ticket.Informed, ticket.HandedOver}
		c := p.Of("VC-1.5b")[0]
		c.Limit = limit
		p = p.With("VC-1.5b", c)
		want := sla.Unseen
		if limit == sla.Days(1) {
			want = sla.Breached
		}
		h := open(ticket.Complaint)
		for _, asOf := range []string{"2026-09-22 06:00", "2026-09-23 12:00"} {
			all, err := p.AppendVerdicts(nil, calendar.China(), h, at(asOf))
			if err != nil {
				t.Fatal(err)
			}
			if v := find(t, all, "VC-1.5a"); v.Status != want {
				t.Errorf("%v as of %s: %s, want %s", limit, asOf, v.Status, want)
			}
		}
	}
}
