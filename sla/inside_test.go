package sla

import (
	"math"
	"slices"
	"testing"
	"time"

	"example.com/wuye/calendar"
	"example.com/wuye/ticket"
)

// A field is said where it is filled in, and nowhere else.
func TestSays(t *testing.T) {
	if got := says(&ticket.Event{}); got != 0 {
		t.Errorf("an empty event says %b", got)
	}
	for name, fill := range map[string]func(*ticket.Event){
		"kind":     func(e *ticket.Event) { e.Kind = ticket.Repair },
		"channel":  func(e *ticket.Event) { e.Channel = ticket.Phone },
		"state":    func(e *ticket.Event) { e.State = ticket.Open },
		"to":       func(e *ticket.Event) { e.To.Role = ticket.Assistant },
		"to.id":    func(e *ticket.Event) { e.To.ID = "W07" },
		"by.id":    func(e *ticket.Event) { e.By.ID = "W07" },
		"against":  func(e *ticket.Event) { e.Against.Role = ticket.Worker },
		"approver": func(e *ticket.Event) { e.Approver.Role = ticket.Manager },
		"until":    func(e *ticket.Event) { e.Until = time.Unix(0, 0) },
		"hold":     func(e *ticket.Event) { e.Hold = ticket.WaitingOther },
		"grade":    func(e *ticket.Event) { e.Grade = ticket.Fair },
		"reason":   func(e *ticket.Event) { e.Reason = "缺料" },
		"ref":      func(e *ticket.Event) { e.Ref = "K1" },
	} {
		var e ticket.Event
		fill(&e)
		if got := says(&e); got != fieldBit(name) || got == 0 {
			t.Errorf("%s: %b, want %b", name, got, fieldBit(name))
		}
	}
	for role, want := range map[ticket.Role]uint16{ticket.Worker: hasTo | hasToCrew, ticket.DepartmentHead: hasTo | hasToCrew, ticket.Supervisor: hasTo} {
		if got := says(&ticket.Event{To: ticket.Actor{Role: role}}); got != want {
			t.Errorf("to a %s: %b, want %b", role, got, want)
		}
	}
}

// Instants are ordered as they are, to the ends of time.
func TestNanosInOrder(t *testing.T) {
	at := func(year int, month time.Month, day int) time.Time {
		return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	}
	order := []time.Time{
		at(1, 1, 1), at(1, 1, 1).Add(time.Millisecond), at(1000, 1, 1), at(1600, 1, 1), time.Unix(-far-1, 999_900_000), time.Unix(-far, 0), time.Unix(-far, 1_000_000), time.Unix(-far+1, 0),
		at(1800, 1, 1), time.Unix(0, -1), time.Unix(0, 0), time.Unix(0, 1), at(2026, 9, 21), time.Unix(far-1, 999_999_999), time.Unix(far, 0), time.Unix(far, 1_000_000), time.Unix(far+1, 0),
		at(2300, 1, 1), at(5000, 1, 1), at(9999, 12, 31), at(9999, 12, 31).Add(time.Millisecond),
	}
	for i := 1; i < len(order); i++ {
		if a, b := nanos(order[i-1]), nanos(order[i]); a >= b {
			t.Errorf("%v is %d, %v is %d", order[i-1], a, order[i], b)
		}
	}
	if a, b := nanos(time.Unix(math.MinInt64/2, 0)), nanos(time.Unix(math.MaxInt64/2, 0)); a > nanos(order[0]) || b < nanos(order[len(order)-1]) {
		t.Error("the ends of time", a, b)
	}
}

// A set holds what was put in it, on both sides of its middle.
func TestBits(t *testing.T) {
	all := []int{0, 1, 62, 63, 64, 65, 126, 127}
	for _, i := range all {
		if b := bit(i); b == (bits{}) {
			t.Errorf("%d is not in the set of %d", i, i)
		}
		for _, k := range all {
			if bit(i).meets(bit(k)) != (i == k) {
				t.Errorf("%d in the set of %d: %v", i, k, i != k)
			}
		}
	}
}

// A thousand working hours outlast a day or a working day, but not what has no length of its own.
func TestOutlasts(t *testing.T) {
	long, short := Limit{N: 1000, Unit: WorkingHour}, Limit{N: 1, Unit: WorkingHour}
	outlasted := []Unit{Minute, Hour, WorkingMinute, WorkingHour, Day, WorkingDay, WorkingDayReceived, WorkingDayHours, WorkingDaySame, ThatDay}
	for _, u := range units {
		if u.unit == "" || u.unit == NextMonth {
			continue
		}
		if got, want := long.outlasts(Limit{N: 1, Unit: u.unit}), slices.Contains(outlasted, u.unit); got != want {
			t.Errorf("1000 working hours outlast 1 %s: %v", u.unit, got)
		}
		if got := short.outlasts(Limit{N: 2, Unit: u.unit}); got != (u.unit == Minute || u.unit == WorkingMinute) {
			t.Errorf("1 working hour outlasts 2 %s: %v", u.unit, got)
		}
	}
}

// What cannot be, in words.
func TestErrorsInWords(t *testing.T) {
	for want, l := range map[string]Limit{
		`sla: limit of unit "minute": n is 0, not 1 to 1000000`:             {Unit: Minute},
		`sla: limit of unit "next_month": n is 32, not 1 to 31`:             {N: 32, Unit: NextMonth},
		`sla: limit of unit "that_day": n is 1, but the unit has no amount`: {N: 1, Unit: ThatDay},
	} {
		if got := (&LimitError{l, "n"}).Error(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	if got := (&HistoryError{Ticket: "T1", Seq: 3, zh: "早于登记"}).Zh(); got != "单T1第3行：早于登记" {
		t.Error(got)
	}
	if got := (&HistoryError{zh: "没有任何记录"}).Zh(); got != "没有任何记录" {
		t.Error(got)
	}
}

// What is left in a hold, after an earlier one, on a calendar without hours. Monday 2026-09-21,
// 9:00: of 4 hours, one held from 10 to 11 and again from 13 on, 3 have run; of 5 days, one night
// held from Wednesday noon to Thursday noon and again from Friday noon, Tuesday and Thursday are gone.
func TestLeftInTheSecondHold(t *testing.T) {
	at := func(day, hour int) time.Time {
		return time.Date(2026, 9, day, hour, 0, 0, 0, time.FixedZone("", 8*60*60))
	}
	for _, c := range []struct {
		limit Limit
		holds []hold
		left  time.Duration
	}{
		{Hours(4), []hold{{from: at(21, 10), to: at(21, 11)}, {from: at(21, 13)}}, time.Hour},
		{WorkingHours(4), []hold{{from: at(21, 10), to: at(21, 11)}, {from: at(21, 13)}}, time.Hour},
		{Days(5), []hold{{from: at(23, 12), to: at(24, 12)}, {from: at(25, 12)}}, 3 * 24 * time.Hour},
		{WorkingDays(5), []hold{{from: at(23, 12), to: at(24, 12)}, {from: at(24, 13)}}, 4 * 24 * time.Hour},
	} {
		got, err := c.limit.run(calendar.China(), at(21, 9), c.holds)
		if err != nil || !got.held || got.left != c.left {
			t.Errorf("%v: left %v, want %v (%v)", c.limit, got.left, c.left, err)
		}
	}
	got, err := Days(5).run(calendar.China(), at(21, 9), []hold{{from: at(23, 12), to: at(24, 12)}})
	if err != nil || !got.due.At.Equal(at(28, 0)) {
		t.Errorf("of 5 days one is skipped: %v, want 09-28 00:00 (%v)", got.due.At, err)
	}
}

// A matrix of bits turned: what was in row r and column c is in row c and column r, in each of
// its four squares.
func TestTurn(t *testing.T) {
	for square := range 4 {
		for r := range 16 {
			for c := range 16 {
				var m, want [16]uint64
				m[r], want[c] = 1<<(16*square+c), 1<<(16*square+r)
				if turn(&m); m != want {
					t.Fatalf("square %d, row %d, column %d: %x", square, r, c, m)
				}
			}
		}
	}
}
