package sla_test

import (
	"errors"
	"testing"
	"time"

	"example.com/wuye/calendar"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

// The registration is the first row that moves the state, and to abandon the last kind of such
// a row: what comes after either with an older At is late, and starts nothing.
func TestLateAfterTheFirstAndLastMoves(t *testing.T) {
	h := open(ticket.Service, nature(ticket.Special))
	absent(t, "SP-2.4.1", h.add(ticket.Triaged, "2026-09-21 08:00"))
	status(t, "SP-2.4.1", h.add(ticket.Triaged, "2026-09-21 09:00"), "2026-09-21 09:10", sla.Running)

	given := open(ticket.Complaint).add(ticket.Triaged, "2026-09-21 09:10").add(ticket.Abandoned, "2026-09-21 12:00", approved)
	absent(t, "QI-3.8", given.add(ticket.Completed, "2026-09-21 11:00"))
	status(t, "QI-3.8", given.add(ticket.Completed, "2026-09-21 12:00"), "2026-09-21 13:00", sla.Running)
}

// To give up ends a hold, as each row does that moves the state: the day runs again.
func TestAbandonedEndsAHold(t *testing.T) {
	h := open(ticket.Complaint).add(ticket.Triaged, "2026-09-21 09:10").add(ticket.Held, "2026-09-21 10:00")
	status(t, "QI-3.7a", h, "2026-09-21 13:00", sla.Paused)
	status(t, "QI-3.7a", h.add(ticket.Abandoned, "2026-09-21 12:00", approved), "2026-09-21 13:00", sla.Running)
}

// The same time promised twice is one promise, of the first row.
func TestTheSamePromiseTwice(t *testing.T) {
	promise := until("2026-09-21 17:00")
	h := open(ticket.Complaint).add(ticket.Promised, "2026-09-21 10:00", promise).add(ticket.Promised, "2026-09-21 11:00", promise)
	if v := status(t, "QI-3.5t", h, "2026-09-21 12:00", sla.Running); v.From != 2 || v.Anew != 0 || !v.Start.Equal(at("2026-09-21 10:00")) {
		t.Errorf("%+v", v)
	}
}

// Of two things owed, one done at the last instant, the other of a kind that the site cannot
// record: whether it was done in time nobody knows. One nanosecond later the first is a breach.
func TestUnseenAtTheLastInstant(t *testing.T) {
	p := sla.Standard()
	p.Unrecorded = []ticket.EventType{ticket.Revisited}
	due := at("2026-09-23 00:00")
	for _, c := range []struct {
		told time.Duration
		want sla.Status
	}{{-1, sla.Unseen}, {0, sla.Breached}} {
		h := open(ticket.Complaint).add(ticket.Completed, "2026-09-21 15:00").add(ticket.Told, "2026-09-22 15:00")
		h[2].At, h[2].Recorded = due.Add(c.told), due.Add(c.told)
		v, err := p.AppendVerdicts(nil, calendar.China(), h, at("2026-09-24 09:00"))
		if err != nil {
			t.Fatal(err)
		}
		if got := find(t, v, "QI-3.8"); got.Status != c.want || !got.Due.At.Equal(due) {
			t.Errorf("told %v from the day's end: %+v", c.told, got)
		}
	}
}

// The length of a history changes nothing: what is urged again and again is still disputed,
// referred out and void at the same instants. 16 rows are as many as are kept at hand.
func TestLengthChangesNothing(t *testing.T) {
	begin := open(ticket.Complaint).add(ticket.Triaged, "2026-09-21 09:10").add(ticket.Completed, "2026-09-21 10:00").add(ticket.Disputed, "2026-09-21 10:30").add(ticket.Completed, "2026-09-21 11:00")
	for name, h := range map[string]walk{
		"disputed": begin,
		"referred": begin.add(ticket.Disputed, "2026-09-21 11:10").add(ticket.ReferredOut, "2026-09-21 11:20"),
		"void":     begin.add(ticket.Disputed, "2026-09-21 11:10").add(ticket.Withdrawn, "2026-09-21 11:20"),
	} {
		want := lines(judged(t, h, at("2026-09-24 09:00")))
		for len(h) < 18 {
			h = h.add(ticket.Urged, "2026-09-21 12:00")
			if got := lines(judged(t, h, at("2026-09-24 09:00"))); got != want {
				t.Fatalf("%s, %d rows: got\n%swant\n%s", name, len(h), got, want)
			}
		}
	}
}

// The last instant that a date can say is before the end of the year 9999.
func TestTheLastHour(t *testing.T) {
	from := at("9999-12-31 22:00")
	if due, err := sla.Hours(1).Due(calendar.China(), from); err != nil || !due.At.Equal(at("9999-12-31 23:00")) {
		t.Error(due, err)
	}
	due, err := sla.Hours(2).Due(calendar.China(), from)
	if l, ok := errors.AsType[*sla.LimitError](err); !ok || l.Field != "from" || due != (sla.Due{}) {
		t.Error(due, err)
	}
}

// Working time that ends with a day rests on no day after it. From 29 December on days rest on
// the next year's notice, so 24 hours of Monday the 28th are sure, and a minute more is not.
func TestSureToTheEndOfTheDay(t *testing.T) {
	from := at("2026-12-28 00:00")
	for minutes, want := range map[int]bool{24 * 60: false, 24*60 + 1: true} {
		due, err := sla.Limit{N: minutes, Unit: sla.WorkingMinute}.Due(calendar.China(), from)
		if err != nil || due.Provisional != want || !due.At.Equal(from.Add(time.Duration(minutes)*time.Minute)) {
			t.Error(minutes, due, err)
		}
	}
}
