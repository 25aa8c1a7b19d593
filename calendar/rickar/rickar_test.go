package rickar_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/jp"
	"github.com/rickar/cal/v2/us"

	"example.com/wuye/calendar"
	"example.com/wuye/calendar/rickar"
)

func d(s string) calendar.Date { return calendar.MustDate(s) }

func noon(x calendar.Date, zone *time.Location) time.Time {
	y, m, day := x.Start().Date()
	return time.Date(y, m, day, 12, 0, 0, 0, zone)
}

// Every day of 23 years, in zones on both sides of the date line.
func TestOursAsTheirs(t *testing.T) {
	c := calendar.China()
	theirs := rickar.Calendar(c)
	theirs.Cacheable = true
	for _, zone := range []*time.Location{time.UTC, time.FixedZone("", -11*3600), time.FixedZone("", 14*3600)} {
		for x := d("2004-01-01"); x.Year() <= 2026; x = x.AddDays(1) {
			day, err := c.Day(x)
			if err != nil {
				t.Fatal(err)
			}
			at := noon(x, zone)
			if got := theirs.IsWorkday(at); got != day.Kind.Worked() {
				t.Fatalf("%v is worked by theirs: %v", x, got)
			}
			actual, observed, h := theirs.IsHoliday(at)
			if holiday := day.Kind == calendar.Holiday; actual != holiday || observed != holiday || holiday && (h.Name != day.Name || h.Description != day.Source) {
				t.Fatalf("%v: %v, %v, %+v, want %+v", x, actual, observed, h, day)
			}
		}
	}
}

// Their arithmetic on our days gives our answers.
func TestOursCountedByTheirs(t *testing.T) {
	c := calendar.China()
	theirs := rickar.Calendar(c)
	theirs.Cacheable = true
	for m := calendar.MustMonth("2004-01"); m.Compare(calendar.MustMonth("2026-11")) <= 0; m = m.Add(1) {
		first := m.Day(1)
		want, err := c.Workdays(first, m.Add(1).Day(1))
		if err != nil {
			t.Fatal(err)
		}
		if got := theirs.WorkdaysInMonth(first.Year(), first.Start().Month()); got != want {
			t.Errorf("%v has %d working days by theirs, %d by ours", m, got, want)
		}
		for _, n := range []int{1, 7, -3} {
			want, err := c.AddWorkdays(m.Last(), n)
			if err != nil {
				continue
			}
			if got := theirs.WorkdaysFrom(m.Last().Start(), n); calendar.DateOf(got) != want {
				t.Errorf("%v and %d working days: %v by theirs, %v by ours", m.Last(), n, got, want)
			}
		}
	}
}

func TestOursHaveAnEnd(t *testing.T) {
	theirs := rickar.Calendar(calendar.China())
	// 2027 has no notice: the plain week, and no search without end.
	if got := theirs.WorkdaysFrom(d("2026-12-31").Start(), 1); calendar.DateOf(got) != d("2027-01-01") {
		t.Error(got)
	}
	if got := rickar.Calendar(calendar.Calendar{}).IsWorkday(d("2026-10-01").Start()); !got {
		t.Error("the zero Calendar knows a holiday")
	}
	if got := theirs.IsWorkday(time.Date(12000, 1, 3, 0, 0, 0, 0, time.UTC)); !got { // a Monday
		t.Error("a Monday in the year 12000 is not worked")
	}
	// A new one at each call: changing it changes nothing else.
	theirs.SetWorkday(time.Monday, false)
	theirs.Holidays[0].Name = "changed"
	if _, _, h := rickar.Calendar(calendar.China()).IsHoliday(d("2004-01-01").Start()); h.Name != "元旦" {
		t.Error(h.Name)
	}
}

// What they call worked, ours calls worked, on every day of the span.
func TestTheirsAsOurs(t *testing.T) {
	plain := func() *cal.BusinessCalendar { return cal.NewBusinessCalendar() }
	withHolidays := func(h ...*cal.Holiday) *cal.BusinessCalendar {
		c := plain()
		c.AddHoliday(h...)
		return c
	}
	located := withHolidays(us.Holidays...)
	located.Locations = []*time.Location{nil, time.FixedZone("EST", -5*3600)}
	sunToThu := plain()
	sunToThu.SetWorkday(time.Sunday, true)
	sunToThu.SetWorkday(time.Friday, false)
	never := plain()
	never.WorkdayFunc = func(time.Time) bool { return false }
	always := plain()
	always.WorkdayFunc = func(time.Time) bool { return true }
	for _, c := range []struct {
		name   string
		theirs *cal.BusinessCalendar
	}{
		{"us", withHolidays(us.Holidays...)}, {"jp", withHolidays(jp.Holidays...)}, {"own", withHolidays(&cal.Holiday{Name: "店庆", Month: time.June, Day: 18, Func: cal.CalcDayOfMonth})},
		{"with locations", located}, {"no holiday", plain()}, {"Sunday to Thursday", sunToThu},
		{"no workday", never}, {"only workdays", always}, {"ours", rickar.Calendar(calendar.China())},
	} {
		t.Run(c.name, func(t *testing.T) {
			notices, err := rickar.Notices(c.theirs, 2018, 2026)
			if err != nil {
				t.Fatal(err)
			}
			ours, err := calendar.Calendar{}.With(notices...)
			if err != nil {
				t.Fatal(err)
			}
			zone := time.UTC
			if len(c.theirs.Locations) > 0 {
				zone = c.theirs.Locations[1]
			}
			for x := d("2018-01-01"); x.Year() <= 2026; x = x.AddDays(1) {
				want := c.theirs.IsWorkday(noon(x, zone))
				if got, err := ours.IsWorkday(x); err != nil || got != want {
					t.Fatalf("%v is worked: %v, %v; theirs: %v", x, got, err, want)
				}
			}
			if ours.Provisional(d("2018-01-01"), d("2026-12-28")) {
				t.Error("it rests on a notice that is not out")
			}
		})
	}
	notices, err := rickar.Notices(withHolidays(us.Holidays...), 2026, 2027)
	if err != nil {
		t.Fatal(err)
	}
	ours, err := calendar.Calendar{}.With(notices...)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ day, name string }{
		{"2026-07-03", "Independence Day"}, // observed on Friday
		{"2026-07-04", "Independence Day"}, {"2026-11-26", "Thanksgiving Day"}, {"2026-10-01", ""},
	} {
		day, err := ours.Day(d(c.day))
		if err != nil || day.Name != c.name || day.Statutory != (c.name != "") {
			t.Errorf("%+v, %v, want %q", day, err, c.name)
		}
	}
	if c, err := ours.With(); err != nil || c != ours {
		t.Error("adding nothing changed it")
	}
}

func TestNoticesRefused(t *testing.T) {
	for _, c := range []struct {
		theirs   *cal.BusinessCalendar
		from, to int
	}{{nil, 2020, 2021}, {cal.NewBusinessCalendar(), 2021, 2020}, {cal.NewBusinessCalendar(), 0, 2020}, {cal.NewBusinessCalendar(), 2020, 10000}} {
		_, err := rickar.Notices(c.theirs, c.from, c.to)
		var e *rickar.InputError
		if !errors.As(err, &e) || e.Zh() == "" || c.theirs != nil && !strings.Contains(e.Zh(), fmt.Sprintf("%d至%d", c.from, c.to)) {
			t.Errorf("%d to %d: %v, %s", c.from, c.to, err, e.Zh())
		}
	}
	for _, year := range []int{1, 9999} {
		if got, err := rickar.Notices(cal.NewBusinessCalendar(), year, year); err != nil || len(got) != 1 {
			t.Errorf("%v, %v", got, err)
		}
	}
}

// The stretches of a year: days that follow each other are one if they bear the same name and are off for the same
// reason; a year without any names its first Sunday.
func TestStretches(t *testing.T) {
	theirs := cal.NewBusinessCalendar()
	for _, h := range []struct {
		name string
		day  int
	}{{"店庆", 1}, {"店庆", 2}, {"店庆", 3}, {"盘点", 4}, {"", 9}} {
		theirs.AddHoliday(&cal.Holiday{Name: h.name, Month: time.June, Day: h.day, StartYear: 2026, EndYear: 2026, Func: cal.CalcDayOfMonth})
	}
	theirs.WorkdayFunc = func(at time.Time) bool { // the second Wednesday of June 2026 is off without a holiday
		return !cal.IsWeekend(at) && at.Format("2006-01-02") != "2026-06-10" && (at.Format("2006-01") != "2026-06" || at.Day() > 4 && at.Day() != 9)
	}
	got, err := rickar.Notices(theirs, 2026, 2027)
	if err != nil {
		t.Fatal(err)
	}
	off := func(name, from, to string, statutory bool) calendar.Stretch {
		return calendar.Stretch{Name: name, From: d(from), To: d(to), Statutory: statutory}
	}
	want := []calendar.Notice{
		{Year: 2026, Source: "rickar/cal", Off: []calendar.Stretch{
			off("店庆", "2026-06-01", "2026-06-03", true), off("盘点", "2026-06-04", "2026-06-04", true),
			off("", "2026-06-09", "2026-06-09", true), off("", "2026-06-10", "2026-06-10", false),
		}},
		{Year: 2027, Source: "rickar/cal", Off: []calendar.Stretch{off("Sunday", "2027-01-03", "2027-01-03", true)}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	theirs.Name = "ours alone"
	if got, err := rickar.Notices(theirs, 2026, 2026); err != nil || got[0].Source != "ours alone" {
		t.Errorf("%+v, %v", got, err)
	}
}

// Ours, for code that is written for theirs: the day after Mid-Autumn.
func ExampleCalendar() {
	c := rickar.Calendar(calendar.China())
	c.Cacheable = true
	friday := calendar.MustDate("2026-09-18").Start()
	fmt.Println(c.WorkdaysFrom(friday, 1).Format("2006-01-02 Mon")) // a make-up Sunday
	_, _, holiday := c.IsHoliday(calendar.MustDate("2026-09-25").Start())
	fmt.Println(holiday.Name)
	// Output:
	// 2026-09-20 Sun
	// 中秋节
}

// Theirs, for code that is written for ours.
func ExampleNotices() {
	theirs := cal.NewBusinessCalendar()
	theirs.Name = "US"
	theirs.AddHoliday(us.Holidays...)
	notices, err := rickar.Notices(theirs, 2025, 2027)
	if err != nil {
		fmt.Println(err)
		return
	}
	c, err := calendar.Calendar{}.With(notices...)
	if err != nil {
		fmt.Println(err)
		return
	}
	next, err := c.AddWorkdays(calendar.MustDate("2026-11-25"), 1)
	fmt.Println(next, err)
	// Output: 2026-11-27 <nil>
}
