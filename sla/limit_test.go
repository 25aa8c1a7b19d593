package sla_test

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"example.com/wuye/calendar"
	"example.com/wuye/sla"

	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write the golden files")

// golden compares with a file that people read, and writes it with -update.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := "testdata/" + name
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; got\n%s", path, got)
	}
}

var week = []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}

// office is China with the hours of the tables: 9-12, 13-17:30.
func office(t testing.TB) calendar.Calendar {
	t.Helper()
	c, err := calendar.China().WithHours(calendar.Shift{Days: week, Open: "09:00", Close: "12:00"}, calendar.Shift{Days: week, Open: "13:00", Close: "17:30"})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// shown is a due as a manager writes it; the end of a day is 24:00 of that day.
func shown(d sla.Due, err error) string {
	if u, ok := errors.AsType[*calendar.UnpublishedError](err); ok && u.Year == d.Unpublished && d.At.IsZero() {
		return fmt.Sprintf("no notice of %d", u.Year)
	} else if err != nil {
		return err.Error()
	}
	s := d.At.Format("Mon 01-02 15:04:05")
	if d.Whole && d.At.Equal(calendar.DateOf(d.At).Start()) {
		s = d.At.Add(-1).Format("Mon 01-02") + " 24:00:00"
	}
	s = strings.TrimSuffix(s, ":00")
	if d.Provisional {
		s += " provisional"
	}
	return s
}

// The table of limits, cell by cell: one unit a line, three starts.
func TestLimits(t *testing.T) {
	cal := office(t)
	var b strings.Builder
	starts := []string{"2026-09-18 16:00", "2026-09-18 20:00", "2026-09-19 10:00"}
	fmt.Fprintf(&b, "%-32s | %-16s | %-16s | %s\n", "limit, hours 9-12, 13-17:30", "from Fri 16:00", "Fri 20:00", "Sat 10:00")
	for _, l := range []sla.Limit{
		{N: 1, Unit: sla.Minute}, sla.Hours(1), {N: 60, Unit: sla.WorkingMinute}, sla.WorkingHours(1), sla.WorkingDays(1), {N: 1, Unit: sla.WorkingDayReceived},
		{N: 1, Unit: sla.WorkingDayHours}, {N: 1, Unit: sla.WorkingDaySame}, sla.Days(1), sla.SameDay(), {Unit: sla.ThatDayClose}, sla.ByNextMonth(5), sla.AsPromised(),
	} {
		cells := make([]string, len(starts))
		for i, s := range starts {
			cells[i] = shown(l.Due(cal, at(s)))
		}
		fmt.Fprintf(&b, "%-32s | %-16s | %-16s | %s\n", l, cells[0], cells[1], cells[2])
	}
	golden(t, "limits.txt", b.String())
}

// The lines below the table of limits, and each edge one nanosecond to both sides.
func TestLimitLines(t *testing.T) {
	hours, plain := office(t), calendar.China()
	n2027, err := calendar.Statutory(2027)
	if err != nil {
		t.Fatal(err)
	}
	next, err := plain.With(n2027)
	if err != nil {
		t.Fatal(err)
	}
	roll := func(l sla.Limit) sla.Limit { l.Roll = true; return l }
	before := func(l sla.Limit) sla.Limit { l.Before = true; return l }
	for _, c := range []struct {
		cal         calendar.Calendar
		limit       sla.Limit
		from, due   string
		provisional bool
	}{
		{hours, sla.Days(7), "2026-09-28 11:00", "2026-10-05 24:00", false},
		{hours, roll(sla.Days(7)), "2026-09-28 11:00", "2026-10-08 24:00", false},
		{hours, sla.WorkingDays(5), "2026-09-28 11:00", "2026-10-10 17:30", false},
		{hours, sla.ByNextMonth(5), "2026-09-28 11:00", "2026-10-05 24:00", false},
		{hours, before(sla.ByNextMonth(5)), "2026-09-28 11:00", "2026-10-04 24:00", false},
		{hours, roll(sla.ByNextMonth(5)), "2026-09-28 11:00", "2026-10-08 24:00", false},
		{hours, roll(before(sla.ByNextMonth(9))), "2026-09-28 11:00", "2026-10-08 24:00", false},
		{hours, roll(before(sla.ByNextMonth(8))), "2026-09-28 11:00", "2026-10-08 24:00", false}, // the 7th, a rest day
		{plain, sla.ByNextMonth(30), "2026-01-15 10:00", "2026-02-28 24:00", false},
		{plain, sla.ByNextMonth(31), "2026-01-31 10:00", "2026-02-28 24:00", false},
		{plain, sla.ByNextMonth(31), "2024-01-31 10:00", "2024-02-29 24:00", false},
		{plain, before(sla.Days(1)), "2026-01-31 10:00", "2026-01-31 24:00", false},
		{next, sla.WorkingDays(1), "2026-12-31 16:00", "2027-01-04 24:00", true},
		{plain, sla.WorkingDays(1), "2026-12-30 16:00", "2026-12-31 24:00", true}, // the next notice may still move it
		{plain, sla.Hours(24), "2026-12-31 16:00", "2027-01-01 16:00", false},     // hours ask no notice
		{plain, sla.SameDay(), "2026-12-31 16:00", "2026-12-31 24:00", false},
		// Without hours, closes are 24:00.
		{plain, sla.WorkingDays(1), "2026-09-18 16:00", "2026-09-20 24:00", false},
		{plain, sla.Limit{N: 1, Unit: sla.WorkingDayReceived}, "2026-09-19 10:00", "2026-09-21 24:00", false},
		{plain, sla.Limit{N: 1, Unit: sla.WorkingDaySame}, "2026-09-19 10:00", "2026-09-20 24:00", false},
		{plain, sla.Limit{Unit: sla.ThatDayClose}, "2026-09-18 20:00", "2026-09-18 24:00", false},
		{plain, sla.Limit{N: 1, Unit: sla.WorkingDayHours}, "2026-09-18 16:00", "2026-09-20 16:00", false},
		// The close is the edge of the day of receipt: at it, the day is over.
		{hours, sla.Limit{N: 1, Unit: sla.WorkingDaySame}, "2026-09-18 17:29:59.999999999", "2026-09-18 17:30", false},
		{hours, sla.Limit{N: 1, Unit: sla.WorkingDaySame}, "2026-09-18 17:30", "2026-09-20 17:30", false},
		{hours, sla.Limit{N: 1, Unit: sla.WorkingDayReceived}, "2026-09-18 17:29:59.999999999", "2026-09-20 17:30", false},
		{hours, sla.Limit{N: 1, Unit: sla.WorkingDayReceived}, "2026-09-18 17:30", "2026-09-21 17:30", false},
		{hours, sla.Limit{Unit: sla.ThatDayClose}, "2026-09-18 17:29:59.999999999", "2026-09-18 17:30", false},
		{hours, sla.Limit{Unit: sla.ThatDayClose}, "2026-09-18 17:30", "2026-09-18 24:00", false},
		// So is midnight of the day that is not counted.
		{plain, sla.Days(1), "2026-09-18 23:59:59.999999999", "2026-09-19 24:00", false},
		{plain, sla.Days(1), "2026-09-19 00:00", "2026-09-20 24:00", false},
		{plain, sla.WorkingDays(1), "2026-09-17 23:59:59.999999999", "2026-09-18 24:00", false},
		{plain, sla.WorkingDays(1), "2026-09-18 00:00", "2026-09-20 24:00", false},
		{plain, sla.ByNextMonth(5), "2026-08-31 23:59:59.999999999", "2026-09-05 24:00", false},
		{plain, sla.ByNextMonth(5), "2026-09-01 00:00", "2026-10-05 24:00", false},
	} {
		d, err := c.limit.Due(c.cal, at(c.from))
		if err != nil || !d.At.Equal(at(c.due)) || d.Provisional != c.provisional {
			t.Errorf("%s from %s: %s, want %s (provisional %v)", c.limit, c.from, shown(d, err), c.due, c.provisional)
		}
		if in := d.Met(d.At.Add(-1)); !in || d.Met(d.At) == d.Whole || d.Met(d.At.Add(1)) || d.Late(d.At) != d.Whole {
			t.Errorf("%s: a day is met before its end, an instant at it", c.limit)
		}
	}

	// A night shift belongs to the day it starts on; days are civil also inside it.
	night, err := plain.WithHours(calendar.Shift{Days: week, Open: "22:00", Close: "06:00"})
	if err != nil {
		t.Fatal(err)
	}
	for from, due := range map[string]string{"2026-09-21 23:00": "2026-09-22 23:00", "2026-09-22 02:00": "2026-09-23 02:00"} {
		if d, err := (sla.Limit{N: 1, Unit: sla.WorkingDayHours}).Due(night, at(from)); err != nil || !d.At.Equal(at(due)) {
			t.Errorf("eight hours of the night from %s: %s, want %s", from, shown(d, err), due)
		}
	}
	for from, due := range map[string]string{"2026-09-21 23:00": "2026-09-23 06:00", "2026-09-22 02:00": "2026-09-24 06:00"} {
		if d, err := sla.WorkingDays(1).Due(night, at(from)); err != nil || !d.At.Equal(at(due)) {
			t.Errorf("a working day from %s: %s, want %s", from, shown(d, err), due)
		}
	}

	d, err := sla.WorkingDays(1).Due(plain, at("2026-12-31 16:00"))
	if got := shown(d, err); got != "no notice of 2027" || d.Met(at("2026-12-31 16:00")) || d.Late(at("2030-01-01 00:00")) || !d.Whole {
		t.Errorf("into 2027: %s, %+v", got, d)
	}
	// 2020-01-31 was worked until the revision of 01-26 moved it.
	for known, want := range map[string]string{"2020-01-26": "2020-01-31", "2020-01-27": "2020-02-03"} {
		d, err := sla.WorkingDays(1).Due(plain.AsKnownOn(calendar.MustDate(known)), at("2020-01-30 10:00"))
		if err != nil || calendar.DateOf(d.At.Add(-1)).String() != want {
			t.Errorf("2020-01-30 + 1 as known on %s: %s, want %s", known, shown(d, err), want)
		}
	}
}

// A limit that cannot be is a typed error with both languages, never a default.
func TestLimitErrors(t *testing.T) {
	for _, c := range []struct {
		limit sla.Limit
		field string
	}{
		{sla.Limit{}, "unit"}, {sla.Limit{N: 1, Unit: "week"}, "unit"}, {sla.Minutes(0), "n"}, {sla.Hours(-1), "n"}, {sla.Days(1_000_001), "n"},
		{sla.WorkingDays(0), "n"}, {sla.ByNextMonth(0), "n"}, {sla.ByNextMonth(32), "n"}, {sla.Limit{N: 2, Unit: sla.ThatDay}, "n"}, {sla.Limit{N: -1, Unit: sla.Promise}, "n"},
		{sla.Limit{N: 1, Unit: sla.Hour, Roll: true}, "roll"}, {sla.Limit{N: 1, Unit: sla.WorkingDay, Before: true}, "before"}, {sla.Limit{Unit: sla.ThatDay, Before: true}, "before"},
	} {
		d, err := c.limit.Due(calendar.China(), at("2026-09-18 16:00"))
		e, ok := errors.AsType[*sla.LimitError](err)
		if !ok || e.Field != c.field || e.Limit != c.limit || d != (sla.Due{}) || e.Error() == "" || e.Zh() == "" {
			t.Errorf("%+v: %+v, %v; want an error of %s", c.limit, d, err, c.field)
		}
	}
	for _, l := range []sla.Limit{sla.Minutes(1), sla.Minutes(1_000_000), sla.Days(1_000_000), sla.ByNextMonth(31), {N: 1, Unit: sla.ThatDay}, {N: 1, Unit: sla.Promise}} {
		if _, err := l.Due(calendar.China(), at("2026-09-18 16:00")); err != nil {
			t.Errorf("%s: %v", l, err)
		}
	}
}

func TestLimitJSON(t *testing.T) {
	l := sla.Limit{N: 5, Unit: sla.NextMonth, Roll: true, Before: true}
	text, err := json.Marshal(l)
	if err != nil || string(text) != `{"n":5,"unit":"next_month","roll":true,"before":true}` {
		t.Errorf("%s, %v", text, err)
	}
	var back sla.Limit
	if err := json.Unmarshal(text, &back); err != nil || back != l {
		t.Errorf("%+v, %v", back, err)
	}
	if text, _ := json.Marshal(sla.SameDay()); string(text) != `{"unit":"that_day"}` {
		t.Errorf("%s", text)
	}
}

var units = []sla.Unit{sla.Minute, sla.Hour, sla.WorkingMinute, sla.WorkingHour, sla.Day, sla.WorkingDay, sla.WorkingDayReceived,
	sla.WorkingDayHours, sla.WorkingDaySame, sla.ThatDay, sla.ThatDayClose, sla.NextMonth, sla.Promise}

// Every unit has its words, and no other string is a unit.
func TestUnits(t *testing.T) {
	var b strings.Builder
	for _, u := range units {
		if !u.Valid() || u.Label() == "" {
			t.Errorf("%s", u)
		}
		for _, n := range []int{1, 2} {
			fmt.Fprintf(&b, "%-22s %-36s %s\n", u, sla.Limit{N: n, Unit: u}, sla.Limit{N: n, Unit: u}.Label())
		}
	}
	l := sla.Limit{N: 5, Unit: sla.NextMonth, Roll: true, Before: true}
	fmt.Fprintf(&b, "%s\n%s\n", l, l.Label())
	golden(t, "units.txt", b.String())
	if u := sla.Unit("days"); u.Valid() || u.Label() != "" || (sla.Limit{N: 2, Unit: u}).String() != `2 "days"` {
		t.Error("an unknown unit passed")
	}
}

// slowDue is the due again, by walking minute for minute and day for day from the words of
// the table. It knows the calendar only by IsWorkday, Close and one minute of WorkingTime.
// If it comes to open, where a hold without end begins, it says what is left instead.
func slowDue(cal calendar.Calendar, l sla.Limit, from time.Time, held func(time.Time) bool, open time.Time) (due time.Time, whole bool, left time.Duration) {
	stuck := func(t time.Time) bool { return !open.IsZero() && !t.Before(open) }
	worked := func(d calendar.Date) bool { ok, err := cal.IsWorkday(d); return ok && err == nil }
	closes := func(d calendar.Date) time.Time { end, _ := cal.Close(d); return end }
	midnight := func(d calendar.Date) time.Time { return d.AddDays(1).Start() }
	inHold := func(end time.Time) bool { return held(end.Add(-1)) }
	d := calendar.DateOf(from)
	r := d
	if !worked(d) || !from.Before(closes(d)) {
		for r = d.AddDays(1); !worked(r); r = r.AddDays(1) {
		}
	}
	minutes := func(n int, working bool) time.Time {
		t := from
		for n > 0 {
			if stuck(t) {
				left = time.Duration(n) * time.Minute
				return time.Time{}
			}
			next := t.Add(time.Minute)
			counts := !held(t)
			if working {
				w, err := cal.WorkingTime(t, next)
				counts = counts && err == nil && w == time.Minute
			}
			if t = next; counts {
				n--
			}
		}
		return t
	}
	// nth is the n-th end, not in a hold, of the days from first on that qualify.
	nth := func(n int, first calendar.Date, ok func(calendar.Date) bool, end func(calendar.Date) time.Time) calendar.Date {
		for d := first; ; d = d.AddDays(1) {
			if stuck(end(d).Add(-1)) {
				left = time.Duration(n) * 24 * time.Hour
				return d
			}
			if ok(d) && !inHold(end(d)) {
				if n--; n == 0 {
					return d
				}
			}
		}
	}
	every := func(calendar.Date) bool { return true }
	rolled := func(last calendar.Date, end func(calendar.Date) time.Time) time.Time {
		for l.Roll && left == 0 && (!worked(last) || inHold(end(last))) {
			if last = last.AddDays(1); stuck(end(last).Add(-1)) {
				left = 24 * time.Hour
			}
		}
		return end(last)
	}
	switch l.Unit {
	case sla.Minute:
		due, whole = minutes(l.N, false), false
	case sla.Hour:
		due, whole = minutes(60*l.N, false), false
	case sla.WorkingMinute:
		due, whole = minutes(l.N, true), false
	case sla.WorkingHour:
		due, whole = minutes(60*l.N, true), false
	case sla.WorkingDayHours:
		n := 0
		for day, left := r, l.N; left > 0; day = day.AddDays(1) {
			if worked(day) {
				w, _ := cal.WorkingTime(day.Start(), midnight(day)) // no night shifts here
				n += int(w / time.Minute)
				left--
			}
		}
		due, whole = minutes(n, true), false
	case sla.WorkingDay:
		due, whole = closes(nth(l.N, d.AddDays(1), worked, closes)), true
	case sla.WorkingDayReceived:
		due, whole = closes(nth(l.N, r.AddDays(1), worked, closes)), true
	case sla.WorkingDaySame:
		due, whole = closes(nth(l.N, r, worked, closes)), true
	case sla.Day:
		first := d.AddDays(1)
		if l.Before {
			first = d
		}
		due, whole = rolled(nth(l.N, first, every, midnight), midnight), true
	case sla.ThatDay:
		due, whole = rolled(nth(1, d, every, midnight), midnight), true
	case sla.ThatDayClose:
		end := func(x calendar.Date) time.Time {
			if x == d && !from.Before(closes(d)) {
				return midnight(d)
			}
			return closes(x)
		}
		due, whole = rolled(nth(1, d, every, end), end), true
	case sla.NextMonth:
		first := d.Month().Add(1).Day(l.N)
		if l.Before {
			first = first.AddDays(-1)
		}
		due, whole = rolled(nth(1, first, every, midnight), midnight), true
	default:
		due, whole = from, false
	}
	return due, whole, left
}

func anyLimit(t *rapid.T) sla.Limit {
	l := sla.Limit{N: rapid.IntRange(1, 4).Draw(t, "n"), Unit: rapid.SampledFrom(units).Draw(t, "unit")}
	switch l.Unit {
	case sla.Minute, sla.WorkingMinute:
		l.N *= 37
	case sla.NextMonth:
		l.N = rapid.IntRange(1, 31).Draw(t, "day")
	case sla.ThatDay, sla.ThatDayClose, sla.Promise:
		l.N = 0
	}
	switch l.Unit {
	case sla.Day, sla.NextMonth:
		l.Before = rapid.Bool().Draw(t, "before")
		fallthrough
	case sla.ThatDay, sla.ThatDayClose:
		l.Roll = rapid.Bool().Draw(t, "roll")
	}
	return l
}

// anyMinute is a whole minute of 2026, more often near its holidays.
func anyMinute(t *rapid.T, label string) time.Time {
	day := calendar.MustDate("2026-09-12").AddDays(rapid.IntRange(0, 30).Draw(t, label+" day"))
	clock := rapid.SampledFrom([]int{0, 1, 8 * 60, 9 * 60, 12 * 60, 12*60 + 30, 16 * 60, 17*60 + 29, 17*60 + 30, 20 * 60, 24*60 - 1}).Draw(t, label+" clock")
	return day.Start().Add(time.Duration(clock) * time.Minute)
}

func TestLimitsAgainstWalking(t *testing.T) {
	for name, cal := range map[string]calendar.Calendar{"hours": office(t), "no hours": calendar.China()} {
		t.Run(name, rapid.MakeCheck(func(t *rapid.T) {
			l, from := anyLimit(t), anyMinute(t, "from")
			want, whole, _ := slowDue(cal, l, from, func(time.Time) bool { return false }, time.Time{})
			d, err := l.Due(cal, from)
			if err != nil || !d.At.Equal(want) || d.Whole != whole {
				t.Fatalf("%s from %s: %s, want %s", l, from.Format("01-02 15:04"), shown(d, err), want.Format("01-02 15:04"))
			}
			inNewYork, err := l.Due(cal, from.In(time.FixedZone("", -5*3600)))
			if err != nil || inNewYork != d {
				t.Fatalf("the zone of the argument changes the due: %v, %v", inNewYork, d)
			}
		}))
	}
}

// A deadline that no date can say is refused, not clamped.
func TestDueOutsideOfDates(t *testing.T) {
	last := time.Date(9999, 12, 30, 10, 0, 0, 0, time.FixedZone("", 8*3600))
	for _, l := range []sla.Limit{sla.Days(2), sla.Days(1_000_000), sla.ByNextMonth(5), sla.Hours(48), sla.Minutes(1_000_000)} {
		due, err := l.Due(calendar.China(), last)
		wrong, ok := errors.AsType[*sla.LimitError](err)
		if !ok || wrong.Field != "from" || due != (sla.Due{}) {
			t.Errorf("%v: got %v, %v", l, due, err)
		}
	}
	before := time.Date(0, 12, 30, 10, 0, 0, 0, time.UTC)
	for _, l := range []sla.Limit{sla.SameDay(), sla.Days(1), sla.ByNextMonth(5), sla.Hours(1)} {
		for _, from := range []time.Time{before, before.AddDate(-5000, 0, 0)} {
			if due, err := l.Due(calendar.China(), from); !isLimitError(err) || due != (sla.Due{}) {
				t.Errorf("%v before the first day: got %v, %v", l, due, err)
			}
		}
	}
	first := calendar.MustDate("0001-01-01").Start()
	for want, l := range map[string]sla.Limit{
		"0001-01-01": sla.SameDay(), "0001-01-02": sla.Days(1), "0001-01-31": {N: 31, Unit: sla.Day, Before: true}, "0001-02-05": sla.ByNextMonth(5),
	} {
		if due, err := l.Due(calendar.China(), first); err != nil || !due.At.Equal(calendar.MustDate(want).AddDays(1).Start()) {
			t.Errorf("%v from the first day: got %v, %v, want the end of %s", l, due, err, want)
		}
	}
	if due, err := sla.Days(1).Due(calendar.China(), calendar.MustDate("9999-12-29").Start()); err != nil || !due.At.Equal(calendar.MustDate("9999-12-31").Start()) {
		t.Errorf("the last due: %v, %v", due, err)
	}
}

func isLimitError(err error) bool {
	_, ok := errors.AsType[*sla.LimitError](err)
	return ok
}
