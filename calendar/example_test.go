package calendar_test

import (
	"encoding/json"
	"fmt"
	"time"

	"example.com/wuye/calendar"
)

var week = []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}

// office is China with a lunch break.
func office() calendar.Calendar {
	c, err := calendar.China().WithHours(
		calendar.Shift{Days: week, Open: "09:00", Close: "12:00"},
		calendar.Shift{Days: week, Open: "13:00", Close: "17:30"})
	if err != nil {
		panic(err)
	}
	return c
}

func clock(s string) time.Time {
	t, err := time.Parse("2006-01-02 15:04 -0700", s+" +0800")
	if err != nil {
		panic(err)
	}
	return t
}

// Which days are worked in February 2026?
func Example_february() {
	c, month := calendar.China(), calendar.MustMonth("2026-02")
	for d := month.Day(1); d.Month() == month; d = d.AddDays(1) {
		if worked, _ := c.IsWorkday(d); worked {
			fmt.Print(d.Day(), " ")
		}
	}
	n, err := c.Workdays(month.Day(1), month.Add(1).Day(1))
	fmt.Println("=", n, err)
	// Output: 2 3 4 5 6 9 10 11 12 13 14 24 25 26 27 28 = 16 <nil>
}

// The 2027 notice came out today (this one is made up).
func Example_newYear() {
	file := []byte(`{"year": 2027, "source": "made up", "published": "2026-11-25",
		"off":  [{"name": "元旦", "from": "2027-01-01", "to": "2027-01-03"}, {"name": "春节", "from": "2027-02-05", "to": "2027-02-11"}],
		"work": [{"name": "春节", "from": "2027-02-20"}]}`)
	eve := calendar.MustDate("2026-12-31")

	c := calendar.China()
	_, err := c.AddWorkdays(eve, 1)
	fmt.Println(err)

	var notice calendar.Notice
	if err := json.Unmarshal(file, &notice); err != nil {
		fmt.Println(err)
		return
	}
	if c, err = c.With(notice); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(c.AddWorkdays(eve, 1))
	// Output:
	// calendar: the working days of 2027 are not known: no notice for that year
	// 2027-01-04 <nil>
}

// Our office closes at 17:30, and on the company's day.
func Example_office() {
	c, err := office().With(calendar.Notice{
		Source: "公司成立纪念日",
		Off:    []calendar.Stretch{{Name: "司庆", From: calendar.MustDate("2026-11-11")}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	day, _ := c.Day(calendar.MustDate("2026-11-11"))
	fmt.Println(day.Kind.Label(), day.Name, day.Source)
	fmt.Println(c.AddWorkingTime(clock("2026-11-10 16:30"), 2*time.Hour))
	// Output:
	// 放假 司庆 公司成立纪念日
	// 2026-11-12 10:00:00 +0800 UTC+8 <nil>
}

// One working day after Friday 2026-09-18 16:00: the first day is not counted (CC-201), the
// last ends at the close of business (CC-203), and Sunday the 20th is worked.
func Example_oneWorkingDay() {
	c := office()
	day, err := c.AddWorkdays(calendar.DateOf(clock("2026-09-18 16:00")), 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(c.Close(day))
	// Output: 2026-09-20 17:30:00 +0800 UTC+8 <nil>
}

func ExampleChina() {
	for _, s := range []string{"2026-09-18", "2026-09-19", "2026-09-20", "2026-10-01", "2026-10-05"} {
		day, err := calendar.China().Day(calendar.MustDate(s))
		fmt.Println(s, day.Kind.Label(), day.Name, day.Statutory, err)
	}
	// Output:
	// 2026-09-18 工作日  false <nil>
	// 2026-09-19 周末  false <nil>
	// 2026-09-20 补班 国庆节 false <nil>
	// 2026-10-01 放假 国庆节 true <nil>
	// 2026-10-05 放假 国庆节 false <nil>
}

// On 27 January 2020 the Spring Festival was made longer.
func ExampleCalendar_AsKnownOn() {
	c, last := calendar.China(), calendar.MustDate("2020-01-30")
	then, _ := c.AsKnownOn(calendar.MustDate("2020-01-20")).AddWorkdays(last, 1)
	now, _ := c.AddWorkdays(last, 1)
	fmt.Println(then, now)
	// Output: 2020-01-31 2020-02-03
}

// An answer for a year that has no notice yet, marked as such.
func ExampleStatutory() {
	notice, err := calendar.Statutory(2027)
	if err != nil {
		fmt.Println(err)
		return
	}
	c, err := calendar.China().With(notice)
	if err != nil {
		fmt.Println(err)
		return
	}
	eve := calendar.MustDate("2026-12-31")
	next, err := c.AddWorkdays(eve, 1)
	fmt.Println(next, c.Provisional(eve, next), err)
	// Output: 2027-01-04 true <nil>
}

func ExampleCalendar_With() {
	_, err := calendar.China().With(calendar.Notice{
		Source: "盘点", Off: []calendar.Stretch{{Name: "盘点", From: calendar.MustDate("2026-03-07")}},
	})
	fmt.Println(err)
	// Output: calendar: notice (盘点): off[0] 盘点: 2026-03-07 to 2026-03-07: none of these days was worked, and none is statutory
}

func ExampleCalendar_WithHours() {
	c, err := calendar.China().WithHours(
		calendar.Shift{Days: week, Open: "08:00", Close: "16:00", From: "05-01", Until: "09-30"},
		calendar.Shift{Days: week, Open: "09:00", Close: "17:00", From: "10-01", Until: "04-30"})
	fmt.Println(err)
	fmt.Println(c.Close(calendar.MustDate("2026-09-30")))
	fmt.Println(c.Close(calendar.MustDate("2026-10-08")))
	_, err = calendar.China().WithHours(calendar.Shift{Days: week[:4], Open: "09:00", Close: "17:00"})
	fmt.Println(err)
	// Output:
	// <nil>
	// 2026-09-30 16:00:00 +0800 UTC+8 <nil>
	// 2026-10-08 17:00:00 +0800 UTC+8 <nil>
	// calendar: hours: none on Friday 01-01
}

func ExampleCalendar_Provisional() {
	c := calendar.China()
	fmt.Println(c.Provisional(calendar.MustDate("2026-12-01"), calendar.MustDate("2026-12-28")))
	fmt.Println(c.Provisional(calendar.MustDate("2026-12-01"), calendar.MustDate("2026-12-31")))
	// Output:
	// false
	// true
}

func ExampleCalendar_IsWorkday() {
	fmt.Println(calendar.China().IsWorkday(calendar.MustDate("2026-02-14"))) // a Saturday, worked for the Spring Festival
	fmt.Println(calendar.China().IsWorkday(calendar.MustDate("2027-02-14")))
	// Output:
	// true <nil>
	// false calendar: the working days of 2027 are not known: no notice for that year
}

func ExampleCalendar_Day() {
	day, _ := calendar.China().Day(calendar.MustDate("2019-04-28"))
	fmt.Println(day.Kind, day.Name, day.Published)
	// Output: makeup 劳动节 2019-03-22
}

func ExampleCalendar_AddWorkdays() {
	c := calendar.China()
	fmt.Println(c.AddWorkdays(calendar.MustDate("2026-09-30"), 1))
	fmt.Println(c.AddWorkdays(calendar.MustDate("2026-10-05"), -1)) // from a rest day, back
	// Output:
	// 2026-10-08 <nil>
	// 2026-09-30 <nil>
}

func ExampleCalendar_Workdays() {
	fmt.Println(calendar.China().Workdays(calendar.MustDate("2026-10-01"), calendar.MustDate("2026-11-01")))
	// Output: 18 <nil>
}

func ExampleCalendar_Close() {
	fmt.Println(calendar.China().Close(calendar.MustDate("2026-09-18"))) // no hours: 24:00
	fmt.Println(office().Close(calendar.MustDate("2026-09-18")))
	// Output:
	// 2026-09-19 00:00:00 +0800 UTC+8 <nil>
	// 2026-09-18 17:30:00 +0800 UTC+8 <nil>
}

func ExampleCalendar_AddWorkingTime() {
	c := office()
	fmt.Println(c.AddWorkingTime(clock("2026-09-18 16:00"), 2*time.Hour))
	fmt.Println(c.AddWorkingTime(clock("2026-09-14 17:30"), -450*time.Minute)) // Monday's close less a day: Friday's
	// Output:
	// 2026-09-20 09:30:00 +0800 UTC+8 <nil>
	// 2026-09-11 17:30:00 +0800 UTC+8 <nil>
}

func ExampleCalendar_WorkingTime() {
	fmt.Println(office().WorkingTime(clock("2026-09-30 16:00"), clock("2026-10-08 10:00")))
	// Output: 2h30m0s <nil>
}

func ExampleCalendar_Spans() {
	spans, err := office().Spans(clock("2026-09-30 16:00"), clock("2026-10-08 10:00"))
	for _, s := range spans {
		fmt.Println(s.From.Format("01-02 15:04"), s.To.Format("01-02 15:04"), s.Counted, s.Why)
	}
	fmt.Println(err)
	// Output:
	// 09-30 16:00 09-30 17:30 true 工作时间
	// 09-30 17:30 10-01 00:00 false 下班后
	// 10-01 00:00 10-08 00:00 false 国庆节放假
	// 10-08 00:00 10-08 09:00 false 上班前
	// 10-08 09:00 10-08 10:00 true 工作时间
	// <nil>
}

func ExampleCalendar_IsOpen() {
	fmt.Println(office().IsOpen(clock("2026-09-18 11:59")))
	fmt.Println(office().IsOpen(clock("2026-09-18 12:00"))) // lunch
	// Output:
	// true <nil>
	// false <nil>
}

func ExampleCalendar_NextOpen() {
	fmt.Println(office().NextOpen(clock("2026-09-30 18:00")))
	// Output: 2026-10-08 09:00:00 +0800 UTC+8 <nil>
}

func ExampleCalendar_NextClose() {
	fmt.Println(office().NextClose(clock("2026-09-18 10:00")))
	// Output: 2026-09-18 12:00:00 +0800 UTC+8 <nil>
}

func ExampleCalendar_ID() {
	c := calendar.China()
	fmt.Println(c.ID() == calendar.China().ID(), c.ID() == c.AsKnownOn(calendar.MustDate("2020-01-20")).ID())
	// Output: true false
}

func ExampleCalendar_Years() {
	years := calendar.China().Years()
	fmt.Println(years[0], years[len(years)-1])
	// Output: 2004 2026
}

func ExampleKind_Label() {
	fmt.Println(calendar.MakeUp.Label())
	// Output: 补班
}

func ExampleNewDate() {
	fmt.Println(calendar.NewDate(2026, time.September, 18))
	_, err := calendar.NewDate(2026, time.February, 29)
	fmt.Println(err)
	// Output:
	// 2026-09-18 <nil>
	// calendar: "2026-02-29": there is no such day
}

func ExampleParseDate() {
	fmt.Println(calendar.ParseDate("2026-09-18"))
	_, err := calendar.ParseDate("18.9.2026")
	fmt.Println(err)
	// Output:
	// 2026-09-18 <nil>
	// calendar: "18.9.2026": not a date like 2026-09-18
}

func ExampleMustDate() {
	fmt.Println(calendar.MustDate("2026-09-18").Weekday())
	// Output: Friday
}

func ExampleDateOf() {
	fmt.Println(calendar.DateOf(time.Date(2026, 9, 18, 16, 0, 0, 0, time.UTC))) // 00:00 in China
	// Output: 2026-09-19
}

func ExampleInChina() {
	t := time.Date(2026, 9, 18, 16, 0, 0, 0, time.UTC)
	fmt.Println(calendar.InChina(t), calendar.InChina(t) == calendar.InChina(t.Local()))
	// Output: 2026-09-19 00:00:00 +0800 UTC+8 true
}

func ExampleDate_AddDays() {
	d := calendar.MustDate("2026-12-31").AddDays(1)
	fmt.Println(d, d.Sub(calendar.MustDate("2026-01-01")), d.Compare(calendar.MustDate("2027-01-02")))
	// Output: 2027-01-01 365 -1
}

func ExampleDate_AddMonths() {
	fmt.Println(calendar.MustDate("2026-01-31").AddMonths(1), calendar.MustDate("2024-01-31").AddMonths(1))
	// Output: 2026-02-28 2024-02-29
}

func ExampleDate_Start() {
	d := calendar.MustDate("2026-09-18")
	fmt.Println(d.Start(), "to", d.AddDays(1).Start())
	// Output: 2026-09-18 00:00:00 +0800 UTC+8 to 2026-09-19 00:00:00 +0800 UTC+8
}

func ExampleDate_Scan() {
	var d calendar.Date
	err := d.Scan([]byte("2026-09-18")) // as database/sql calls it
	fmt.Println(d, err)
	// Output: 2026-09-18 <nil>
}

func ExampleParseMonth() {
	m, err := calendar.ParseMonth("2026-10")
	fmt.Println(m.Day(1), m.Last(), m.Add(3), err)
	// Output: 2026-10-01 2026-10-31 2027-01 <nil>
}

func ExampleMustMonth() {
	fmt.Println(calendar.MustMonth("2026-09").Compare(calendar.MustMonth("2026-10")))
	// Output: -1
}

func ExampleMonth_Day() {
	fmt.Println(calendar.MustMonth("2026-02").Day(30))
	// Output: 2026-02-28
}

func ExampleShift() {
	file := []byte(`[{"days": [1, 2, 3, 4, 5], "open": "09:00", "close": "12:00"},
		{"days": [1, 2, 3, 4, 5], "open": "13:00", "close": "17:30"}]`)
	var shifts []calendar.Shift
	if err := json.Unmarshal(file, &shifts); err != nil {
		fmt.Println(err)
		return
	}
	c, err := calendar.China().WithHours(shifts...)
	if err != nil {
		fmt.Println(err)
		return
	}
	shut, err := c.Close(calendar.MustDate("2026-09-18"))
	fmt.Println(shut.Format("15:04"), err)

	fmt.Println(json.Unmarshal([]byte(`[{"days": [6], "form": "05-01"}]`), &shifts))
	// Output:
	// 17:30 <nil>
	// calendar: hours: form: no such name
}

// The arithmetic of civil days.
func ExampleDate() {
	d, e := calendar.MustDate("2026-09-18"), calendar.MustDate("2026-10-01")
	fmt.Println(e.Sub(d), d.Compare(e), d.Equal(e), calendar.Date{}.IsZero())
	fmt.Println(d.Weekday(), d.Year(), d.Month(), d.Day())
	// Output:
	// 13 -1 false true
	// Friday 2026 2026-09 18
}

func ExampleDate_Sub() {
	fmt.Println(calendar.MustDate("2026-10-01").Sub(calendar.MustDate("2026-09-18")))
	// Output: 13
}

func ExampleDate_Compare() {
	fmt.Println(calendar.MustDate("2026-09-18").Compare(calendar.MustDate("2026-10-01")))
	// Output: -1
}

func ExampleDate_Weekday() {
	fmt.Println(calendar.MustDate("2026-09-20").Weekday())
	// Output: Sunday
}

func ExampleDate_Month() {
	fmt.Println(calendar.MustDate("2026-09-20").Month())
	// Output: 2026-09
}

// Months add up over the year, and end where they end.
func ExampleMonth() {
	m := calendar.MustMonth("2026-11")
	fmt.Println(m.Add(3), m.Add(3).Last(), m.Compare(m.Add(1)), m.Equal(m), calendar.Month{}.IsZero())
	// Output: 2027-02 2027-02-28 -1 true true
}

func ExampleMonth_Add() {
	fmt.Println(calendar.MustMonth("2026-11").Add(3))
	// Output: 2027-02
}

func ExampleMonth_Last() {
	fmt.Println(calendar.MustMonth("2024-02").Last())
	// Output: 2024-02-29
}

func ExampleKind_Worked() {
	fmt.Println(calendar.Workday.Worked(), calendar.MakeUp.Worked(), calendar.Weekend.Worked(), calendar.Holiday.Worked())
	// Output: true true false false
}
