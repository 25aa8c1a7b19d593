package calendar

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// The rows of TABLES, Limits, that are the calendar's, and the law of the earliest instant.
func TestAddWorkingTime(t *testing.T) {
	c := split(t)
	for _, x := range []struct {
		from string
		add  time.Duration
		want string
		year int
	}{
		{"2026-09-18 16:00", time.Hour, "2026-09-18 17:00", 0},
		{"2026-09-18 20:00", time.Hour, "2026-09-20 10:00", 0},
		{"2026-09-19 10:00", time.Hour, "2026-09-20 10:00", 0},
		{"2026-09-18 16:00", 90 * time.Minute, "2026-09-18 17:30", 0}, // the close, not the next opening
		{"2026-09-18 16:00", 91 * time.Minute, "2026-09-20 09:01", 0},
		{"2026-09-18 11:00", time.Hour, "2026-09-18 12:00", 0},
		{"2026-09-18 11:00", 61 * time.Minute, "2026-09-18 13:01", 0},
		{"2026-09-18 12:30", 0, "2026-09-18 12:30", 0},                  // 0 is t itself, in the lunch break too
		{"2026-09-28 17:30", -450 * time.Minute, "2026-09-24 17:30", 0}, // Mid-Autumn between
		{"2026-09-14 17:30", -450 * time.Minute, "2026-09-11 17:30", 0}, // Monday 17:30 - 7.5 h
		{"2026-09-14 09:00", -time.Minute, "2026-09-11 17:29", 0},
		{"2026-09-14 13:00", -time.Hour, "2026-09-14 11:00", 0},
		{"2026-09-14 14:00", -time.Hour, "2026-09-14 12:00", 0},
		{"2026-12-31 17:00", 30 * time.Minute, "2026-12-31 17:30", 0},
		{"2026-12-31 17:00", 31 * time.Minute, "", 2027},
		{"2026-12-31 18:00", 1, "", 2027},
		{"2027-01-01 00:00", 1, "", 2027},
		{"2027-01-01 00:00", -time.Minute, "2026-12-31 17:29", 0},
		{"2027-01-01 00:01", -time.Minute, "", 2027},
		{"2027-05-01 00:00", 0, "2027-05-01 00:00", 0}, // no day is looked at
		{"2003-12-31 23:59", 1, "", 2003},
		{"2004-01-01 00:00", time.Minute, "2004-01-02 09:01", 0},
		{"2004-01-02 09:01", -time.Minute, "", 2003}, // the close of the last working day of 2003
		{"2004-01-02 09:02", -time.Minute, "2004-01-02 09:01", 0},
		{"2026-09-18 16:00", math.MaxInt64, "", 2027},
		{"2026-09-18 16:00", math.MinInt64, "", 2003},
	} {
		got, err := c.AddWorkingTime(at(x.from), x.add)
		s := ""
		if err == nil {
			s = clockOf(got)
		}
		if s != x.want || year(t, err) != x.year {
			t.Errorf("%s + %v = %v, %v; want %s%d", x.from, x.add, got, err, x.want, x.year)
		}
	}
	// Without hours: exactly to the end of the last day, and one nanosecond more.
	eve := at("2026-12-31 00:00")
	if got, err := China().AddWorkingTime(eve, 24*time.Hour); err != nil || clockOf(got) != "2027-01-01 00:00" {
		t.Errorf("%v, %v", got, err)
	}
	for _, more := range []time.Duration{1, time.Minute} {
		if _, err := China().AddWorkingTime(eve, 24*time.Hour+more); year(t, err) != 2027 {
			t.Errorf("%v more: %v", more, err)
		}
		if _, err := China().WorkingTime(eve, eve.Add(24*time.Hour+more)); year(t, err) != 2027 {
			t.Errorf("%v more: %v", more, err)
		}
	}
	if got, err := China().WorkingTime(eve, eve.Add(24*time.Hour)); err != nil || got != 24*time.Hour {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := c.WorkingTime(at("2026-12-31 09:00"), at("2027-01-01 00:00")); err != nil || got != 450*time.Minute {
		t.Errorf("%v, %v", got, err)
	}
}

func TestWorkingTimeExtremes(t *testing.T) {
	c := split(t)
	for _, x := range []struct {
		from, to time.Time
		year     int
	}{
		{time.Time{}, at("2026-09-18 16:00"), 1},
		{at("2026-09-18 16:00"), time.Time{}, 2003},
		{time.Time{}, time.Time{}, 0},
		{at("2004-01-01 00:00").Add(-1), at("2004-01-05 00:00"), 2003},
		{at("2004-01-05 00:00"), at("2004-01-01 00:00").Add(-1), 2003},
		{at("2027-01-01 00:00").Add(1), at("2026-01-01 00:00"), 2027},
		{at("2027-01-01 00:00"), at("2027-01-01 00:00"), 0},
		{d("9999-12-31").Start(), at("2026-01-01 00:00"), 9999},
	} {
		got, err := c.WorkingTime(x.from, x.to)
		if year(t, err) != x.year || got != 0 {
			t.Errorf("%v to %v: %v, %v, want %d", x.from, x.to, got, err, x.year)
		}
	}
	// Instants that no calendar year holds are errors like others.
	for _, far := range []time.Time{time.Unix(math.MaxInt64, 0), time.Unix(math.MinInt64, 0), time.Unix(math.MaxInt64, 999999999)} {
		var e *UnpublishedError
		if _, err := c.AddWorkingTime(far, time.Hour); !errors.As(err, &e) {
			t.Error(err)
		}
		if _, err := c.AddWorkingTime(far, -time.Hour); !errors.As(err, &e) {
			t.Error(err)
		}
		if _, err := c.NextOpen(far); !errors.As(err, &e) {
			t.Error(err)
		}
	}
	// 600 years of 24 hours are more than a Duration holds; what it holds is exact.
	var many []Notice
	for y := 1500; y <= 2100; y++ {
		many = append(many, Notice{Year: y, Off: []Stretch{{From: civil(y, 1, 1), Statutory: true}}})
	}
	long := with(t, Calendar{}, many...)
	var e *InputError
	if _, err := long.WorkingTime(d("1500-01-01").Start(), d("2100-12-31").Start()); !errors.As(err, &e) {
		t.Error(err)
	}
	start := d("1500-03-02").Start().Add(12345)
	end, err := long.AddWorkingTime(start, math.MaxInt64)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := long.WorkingTime(start, end); err != nil || got != math.MaxInt64 {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := long.WorkingTime(end, start); err != nil || got != -math.MaxInt64 {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := long.WorkingTime(start, end.Add(1)); !errors.As(err, &e) {
		t.Error(err)
	}
	if back, err := long.AddWorkingTime(end, -math.MaxInt64); err != nil || back != start {
		t.Errorf("%v, %v", back, err)
	}
}

// The first instants of the first year hang on a night shift of a year without a notice.
func TestNightAtTheEdges(t *testing.T) {
	c := hoursOf(t, China(), Shift{Days: week, Open: "22:00", Close: "06:00"})
	first, last := at("2004-01-01 00:00"), at("2027-01-01 00:00")
	for _, x := range []struct {
		name string
		err  error
		want int
	}{
		{"open at 05:59", second(c.IsOpen(first.Add(6*time.Hour - 1))), 2003},
		{"open at 06:00", second(c.IsOpen(first.Add(6 * time.Hour))), 0},
		{"from 05:59", second(c.WorkingTime(first.Add(6*time.Hour-1), first.Add(48*time.Hour))), 2003},
		{"from 06:00", second(c.WorkingTime(first.Add(6*time.Hour), first.Add(48*time.Hour))), 0},
		{"back to 05:59", second(c.WorkingTime(first.Add(48*time.Hour), first.Add(6*time.Hour-1))), 2003},
		{"add at 05:59", second(c.AddWorkingTime(first.Add(6*time.Hour-1), 1)), 2003},
		{"add at 06:00", second(c.AddWorkingTime(first.Add(6*time.Hour), 1)), 0},
		{"spans from 05:59", second(c.Spans(first.Add(6*time.Hour-1), first.Add(48*time.Hour))), 2003},
		{"next open at 05:59", second(c.NextOpen(first.Add(6*time.Hour - 1))), 2003},
		{"next open at 06:00", second(c.NextOpen(first.Add(6 * time.Hour))), 0},
		{"to midnight", second(c.AddWorkingTime(at("2026-12-31 22:00"), 2*time.Hour)), 0},
		{"over midnight", second(c.AddWorkingTime(at("2026-12-31 22:00"), 2*time.Hour+1)), 0},
		{"measure to midnight", second(c.WorkingTime(at("2026-12-31 22:00"), last)), 0},
		{"to the last day's close", second(c.AddWorkingTime(at("2026-12-31 22:00"), 8*time.Hour)), 0},
		{"over it", second(c.AddWorkingTime(at("2026-12-31 22:00"), 8*time.Hour+1)), 2027},
		{"a minute over it", second(c.AddWorkingTime(last.Add(5*time.Hour), time.Hour+time.Minute)), 2027},
		{"back from it", second(c.AddWorkingTime(last.Add(6*time.Hour), -1)), 0},
		{"back from past it", second(c.AddWorkingTime(last.Add(6*time.Hour+1), -1)), 2027},
		{"measure to it", second(c.WorkingTime(at("2026-12-31 22:00"), last.Add(6*time.Hour))), 0},
		{"measure over it", second(c.WorkingTime(at("2026-12-31 22:00"), last.Add(6*time.Hour+1))), 2027},
		{"spans to it", second(c.Spans(at("2026-12-31 22:00"), last.Add(6*time.Hour))), 0},
		{"spans over it", second(c.Spans(at("2026-12-31 22:00"), last.Add(6*time.Hour+1))), 2027},
		{"open before it", second(c.IsOpen(last.Add(6*time.Hour - 1))), 0},
		{"open at it", second(c.IsOpen(last.Add(6 * time.Hour))), 2027},
		{"the close of the last day", second(c.Close(d("2026-12-31"))), 0}, // belongs to the day it starts on
		{"next close", second(c.NextClose(at("2026-12-31 22:00"))), 0},
		{"next close at 05:00", second(c.NextClose(last.Add(5 * time.Hour))), 0},
		{"next close at 06:00", second(c.NextClose(last.Add(6 * time.Hour))), 2027},
		{"next open", second(c.NextOpen(last.Add(5 * time.Hour))), 2027},
	} {
		if got := year(t, x.err); got != x.want {
			t.Errorf("%s: %v, want %d", x.name, x.err, x.want)
		}
	}
	if got, _ := c.Close(d("2026-09-18")); clockOf(got) != "2026-09-19 06:00" {
		t.Error(got)
	}
	// Friday's night runs into Saturday, off; Thursday 30 September's into National Day.
	if got, _ := c.WorkingTime(at("2026-09-30 00:00"), at("2026-10-08 00:00")); got != 14*time.Hour {
		t.Error(got)
	}
}

func second[T any](_ T, err error) error { return err }

// The last day closes when business does, unless the day after may open at that instant.
func TestLastClose(t *testing.T) {
	eveOff := with(t, China(), parse(t, `{"source":"盘点","off":[{"from":"2026-12-31"}]}`))
	night, late := Shift{Days: week, Open: "22:00", Close: "06:00"}, Shift{Days: week, Open: "09:00", Close: "24:00"}
	for _, x := range []struct {
		name, at, want string
		cal            Calendar
	}{
		{"to midnight", "2026-12-31 10:00", "2027-01-01 00:00", hoursOf(t, China(), late)},
		{"the clock round", "2026-12-31 10:00", "2027", China()},
		{"from midnight on", "2026-12-31 10:00", "2027", hoursOf(t, China(), Shift{Days: week, Open: "00:00", Close: "01:00"}, Shift{Days: week, Open: "09:00", Close: "24:00"})},
		{"over midnight", "2026-12-31 23:00", "2027-01-01 06:00", hoursOf(t, China(), night)},
		{"into the morning shift", "2026-12-31 23:00", "2027", hoursOf(t, China(), night, Shift{Days: week, Open: "06:00", Close: "14:00"})},
		{"before the morning shift", "2026-12-31 23:00", "2027-01-01 06:00", hoursOf(t, China(), night, Shift{Days: week, Open: "06:01", Close: "14:00"})},
		{"a rest day last", "2026-12-31 10:00", "2027", hoursOf(t, eveOff, late)},
		{"a rest day last, after its night", "2026-12-31 10:00", "2027", hoursOf(t, eveOff, night)},
		{"a rest day last, in its night", "2026-12-31 05:00", "2026-12-31 06:00", hoursOf(t, eveOff, night)},
	} {
		got, err := x.cal.NextClose(at(x.at))
		s := fmt.Sprint(year(t, err))
		if err == nil {
			s = clockOf(got)
		}
		if s != x.want {
			t.Errorf("%s: %s, want %s", x.name, s, x.want)
		}
	}
	spans, err := hoursOf(t, China(), night).Spans(at("2026-12-31 22:00"), at("2027-01-01 06:00"))
	if err != nil || len(spans) != 2 || spans[1].Why != "前一日夜班（暂定）" || clockOf(spans[1].To) != "2027-01-01 06:00" || !spans[1].Counted {
		t.Errorf("%+v, %v", spans, err)
	}
}

// What is answered where the notices end holds whatever the next one says, and the last
// day's hours are answered to their end.
func TestEndAgainstBothFutures(t *testing.T) {
	off := parse(t, `{"year":2027,"off":[{"from":"2027-01-01","to":"2027-01-03"}]}`)
	worked := parse(t, `{"year":2027,"off":[{"from":"2027-02-06"}]}`)
	rapid.Check(t, func(t *rapid.T) {
		shifts := anyHours(t)
		c, err := China().WithHours(shifts...)
		if err != nil {
			t.Fatal(err)
		}
		a, errA := c.With(off)
		b, errB := c.With(worked)
		if errA != nil || errB != nil {
			t.Fatal(errA, errB)
		}
		shut, err := c.Close(d("2026-12-31"))
		if err != nil {
			t.Fatal(err)
		}
		shut = later(shut, at("2027-01-01 00:00"))
		x := at("2026-12-31 00:00").Add(time.Duration(rapid.Int64Range(0, int64(40*time.Hour)).Draw(t, "x")))
		if rapid.Bool().Draw(t, "at the close") {
			x = shut.Add(time.Duration(rapid.IntRange(-1, 1).Draw(t, "ns")))
		}
		from := at("2026-12-31 00:00").Add(time.Duration(rapid.Int64Range(0, int64(24*time.Hour)).Draw(t, "from")))
		span := time.Duration(rapid.Int64Range(-int64(30*time.Hour), int64(30*time.Hour)).Draw(t, "span"))
		for name, ask := range map[string]func(Calendar) (any, error){
			"WorkingTime":    func(c Calendar) (any, error) { v, err := c.WorkingTime(from, x); return v, err },
			"AddWorkingTime": func(c Calendar) (any, error) { v, err := c.AddWorkingTime(x, span); return v, err },
			"IsOpen":         func(c Calendar) (any, error) { v, err := c.IsOpen(x); return v, err },
			"NextOpen":       func(c Calendar) (any, error) { v, err := c.NextOpen(x); return v, err },
			"NextClose":      func(c Calendar) (any, error) { v, err := c.NextClose(x); return v, err },
		} {
			got, err := ask(c)
			known := map[string]bool{"WorkingTime": !x.After(shut), "IsOpen": x.Before(shut)}[name]
			if err != nil {
				var e *UnpublishedError
				if known || !errors.As(err, &e) || e.Year != 2027 {
					t.Fatalf("%s at %v, closing %v: %v", name, x, shut, err)
				}
				continue
			}
			for _, next := range []Calendar{a, b} {
				if then, err := ask(next); err != nil || then != got {
					t.Fatalf("%s at %v: %v, and with the next notice %v, %v", name, x, got, then, err)
				}
			}
		}
	})
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func TestOpen(t *testing.T) {
	c := split(t)
	for _, x := range []struct {
		at          string
		open        bool
		opens, shut string
	}{
		{"2026-09-18 08:59", false, "2026-09-18 09:00", "2026-09-18 12:00"},
		{"2026-09-18 09:00", true, "2026-09-18 13:00", "2026-09-18 12:00"},
		{"2026-09-18 11:59", true, "2026-09-18 13:00", "2026-09-18 12:00"},
		{"2026-09-18 12:00", false, "2026-09-18 13:00", "2026-09-18 17:30"},
		{"2026-09-18 17:29", true, "2026-09-20 09:00", "2026-09-18 17:30"},
		{"2026-09-18 17:30", false, "2026-09-20 09:00", "2026-09-20 12:00"},
		{"2026-09-30 20:00", false, "2026-10-08 09:00", "2026-10-08 12:00"},
		{"2026-12-31 16:00", true, "2027", "2026-12-31 17:30"},
		{"2026-12-31 17:30", false, "2027", "2027"},
	} {
		open, err := c.IsOpen(at(x.at))
		if err != nil || open != x.open {
			t.Errorf("IsOpen(%s) = %v, %v", x.at, open, err)
		}
		say := func(when time.Time, err error) string {
			if y := year(t, err); y != 0 {
				return fmt.Sprint(y)
			}
			return clockOf(when)
		}
		if got := say(c.NextOpen(at(x.at))); got != x.opens {
			t.Errorf("NextOpen(%s) = %s, want %s", x.at, got, x.opens)
		}
		if got := say(c.NextClose(at(x.at))); got != x.shut {
			t.Errorf("NextClose(%s) = %s, want %s", x.at, got, x.shut)
		}
	}
	// Without hours a working week is one span.
	if got, _ := China().NextClose(at("2026-09-14 10:00")); clockOf(got) != "2026-09-19 00:00" {
		t.Error(got)
	}
	if got, _ := China().NextOpen(at("2026-09-14 10:00")); clockOf(got) != "2026-09-20 00:00" {
		t.Error(got)
	}
}

// A walk over the spans of a week, as a file to read.
func TestSpansGrid(t *testing.T) {
	s, _ := Statutory(2027)
	var b strings.Builder
	for _, x := range []struct {
		name, from, to string
		cal            Calendar
	}{
		{"国庆前后", "2026-09-29 10:00", "2026-10-10 12:00", split(t)},
		{"夜班与周末", "2026-09-17 21:00", "2026-09-21 23:00", hoursOf(t, China(), Shift{Days: week, Open: "22:00", Close: "06:00"})},
		{"未设工作时间", "2026-09-18 16:00", "2026-09-21 09:00", China()},
		{"停业", "2026-11-10 16:00", "2026-11-12 10:00", with(t, split(t), parse(t, `{"source":"盘点","off":[{"name":"盘点","from":"2026-11-11"}]}`))},
		{"暂定", "2026-12-31 16:00", "2027-01-04 10:00", with(t, split(t), s)},
	} {
		fmt.Fprintf(&b, "%s\n", x.name)
		spans, err := x.cal.Spans(at(x.from), at(x.to))
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range spans {
			mark := "  "
			if p.Counted {
				mark = "计"
			}
			fmt.Fprintf(&b, "  %s  %s  %s  %s\n", clockOf(p.From), clockOf(p.To), mark, p.Why)
		}
	}
	golden(t, "testdata/spans.txt", b.String())
	// A site's notice need not name its days: its reason does.
	site := with(t, split(t), parse(t, `{"source":"公司团建","off":[{"from":"2026-11-25"}],"work":[{"from":"2026-11-28"}]}`))
	for day, why := range map[string]string{"2026-11-25": "公司团建放假", "2026-11-28": "补班工作时间（公司团建）"} {
		if got, err := site.Spans(at(day+" 09:00"), at(day+" 10:00")); err != nil || len(got) != 1 || got[0].Why != why {
			t.Errorf("%s: %+v, %v", day, got, err)
		}
	}
	nameless := with(t, split(t), parse(t, `{"year":2027,"source":"https://x","off":[{"from":"2027-01-01"}],"work":[{"from":"2027-01-02"}]}`))
	for day, why := range map[string]string{"2027-01-01": "放假", "2027-01-02": "补班工作时间"} {
		if got, err := nameless.Spans(at(day+" 09:00"), at(day+" 10:00")); err != nil || len(got) != 1 || got[0].Why != why {
			t.Errorf("%s: %+v, %v", day, got, err)
		}
	}
	if got, err := China().Spans(at("2026-09-18 16:00"), at("2026-09-18 16:00")); got != nil || err != nil {
		t.Errorf("%v, %v", got, err)
	}
	var e *InputError
	if _, err := China().Spans(at("2026-09-18 16:00"), at("2026-09-18 15:00")); !errors.As(err, &e) {
		t.Error(err)
	}
}
