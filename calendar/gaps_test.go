package calendar

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// Where the days end: the last one is counted, and the first.
func TestFirstAndLastDay(t *testing.T) {
	c := China()
	if got, err := c.AddWorkdays(d("2026-12-30"), 1); err != nil || got != d("2026-12-31") {
		t.Error(got, err)
	}
	if _, err := c.AddWorkdays(d("2026-12-30"), 2); year(t, err) != 2027 {
		t.Error(err)
	}
	there, err := c.Workdays(d("2004-01-01"), d("2004-03-01"))
	if err != nil {
		t.Fatal(err)
	}
	if back, err := c.Workdays(d("2004-03-01"), d("2004-01-01")); err != nil || back != -there || there < 30 {
		t.Error(back, there, err)
	}
	// The instant before 2028 is of 2027, of which nothing is known.
	if _, err := c.AddWorkingTime(at("2028-01-01 00:00"), -time.Hour); year(t, err) != 2027 {
		t.Error(err)
	}
}

// The first shift in what is said of hours, in both languages.
func TestFirstShiftInWords(t *testing.T) {
	early, late := Shift{Days: week, Open: "09:00", Close: "13:00"}, Shift{Days: week, Open: "12:00", Close: "17:00"}
	night := Shift{Days: week, Open: "22:00", Close: "10:00"}
	for _, c := range []struct {
		shifts []Shift
		en, zh string
	}{
		{[]Shift{{Open: "09:00", Close: "17:00"}}, "calendar: hours[0]: no days", "工作时间第1条：没有写明星期几"},
		{[]Shift{early, late}, "calendar: hours[1]: overlaps hours[0] on Monday 01-01", "工作时间第2条：与第1条在周一（01-01）重叠"},
		{[]Shift{early, night}, "calendar: hours[1]: runs over midnight of Monday 01-01 into hours[0]", "工作时间第2条：周一（01-01）跨零点后与第1条重叠"},
	} {
		_, err := China().WithHours(c.shifts...)
		e, ok := errors.AsType[*HoursError](err)
		if !ok || e.Error() != c.en && !strings.Contains(c.en, "midnight") || e.Zh() != c.zh && !strings.Contains(c.en, "midnight") {
			t.Errorf("%v, %s; want %s, %s", err, e.Zh(), c.en, c.zh)
		}
		if !strings.Contains(e.Zh(), "第1条") || !strings.Contains(err.Error(), "hours[") {
			t.Errorf("%v, %s", err, e.Zh())
		}
	}
}

// A season may begin on 1 January, or end on it.
func TestSeasonAtNewYear(t *testing.T) {
	for _, s := range [][]Shift{
		{{Days: week, Open: "08:00", Close: "16:00", From: "01-01", Until: "06-30"}, {Days: week, Open: "09:00", Close: "17:00", From: "07-01", Until: "12-31"}},
		{{Days: week, Open: "08:00", Close: "16:00", From: "07-01", Until: "01-01"}, {Days: week, Open: "09:00", Close: "17:00", From: "01-02", Until: "06-30"}},
	} {
		if _, err := China().WithHours(s...); err != nil {
			t.Error(err)
		}
	}
}

// Night shifts at the ends are those of the weekdays before and after: 31 December 2003 was a
// Wednesday, 1 January 2027 is a Friday.
func TestWeekdaysAtTheEdges(t *testing.T) {
	on := func(open, close string, days ...time.Weekday) Shift {
		return Shift{Days: days, Open: open, Close: close}
	}
	c := hoursOf(t, China(), on("22:00", "06:00", 3), on("09:00", "17:00", 1, 2, 4, 5))
	for after, want := range map[time.Duration]int{0: 2003, 6*time.Hour - 1: 2003, 6 * time.Hour: 0} {
		if _, err := c.IsOpen(at("2004-01-01 00:00").Add(after)); year(t, err) != want {
			t.Errorf("%v: %v, want %d", after, err, want)
		}
	}
	c = hoursOf(t, China(), on("00:00", "08:00", 5), on("09:00", "24:00", 1, 2, 3, 4))
	if got, err := c.NextClose(at("2026-12-31 10:00")); year(t, err) != 2027 {
		t.Errorf("Friday may begin at midnight: %v, %v", got, err)
	}
	c = hoursOf(t, China(), on("00:00", "08:00", 3), on("09:00", "24:00", 1, 2, 4, 5))
	if got, err := c.NextClose(at("2026-12-31 10:00")); err != nil || clockOf(got) != "2027-01-01 00:00" {
		t.Errorf("Friday begins at nine: %v, %v", got, err)
	}
	night := hoursOf(t, China(), on("22:00", "06:00", week...))
	if got, err := night.NextClose(at("2027-01-01 00:00")); err != nil || clockOf(got) != "2027-01-01 06:00" {
		t.Error(got, err)
	}
}

// Shifts that meet are one span: it opens once and closes once.
func TestShiftsThatMeet(t *testing.T) {
	c := hoursOf(t, China(), Shift{Days: week, Open: "09:00", Close: "12:00"}, Shift{Days: week, Open: "12:00", Close: "17:30"})
	if got, err := c.NextOpen(at("2026-09-21 10:00")); err != nil || clockOf(got) != "2026-09-22 09:00" {
		t.Error(got, err)
	}
	if got, err := c.NextClose(at("2026-09-21 10:00")); err != nil || clockOf(got) != "2026-09-21 17:30" {
		t.Error(got, err)
	}
	// Also where it is the first: a weekend is one span.
	if got, err := split(t).Spans(at("2026-09-12 00:00"), at("2026-09-14 00:00")); err != nil || len(got) != 1 || got[0].To != at("2026-09-14 00:00") {
		t.Error(got, err)
	}
}

// Over 292 years, with nanoseconds that are borrowed from a minute.
func TestWorkingTimeBorrows(t *testing.T) {
	var many []Notice
	for y := 1500; y <= 2100; y++ {
		many = append(many, Notice{Year: y, Off: []Stretch{{From: civil(y, 1, 1), Statutory: true}}})
	}
	c := with(t, Calendar{}, many...)
	start := d("1500-03-02").Start().Add(12*time.Hour + time.Minute - 1)
	end, err := c.AddWorkingTime(start, 1<<63-1)
	if err != nil {
		t.Fatal(err)
	}
	for _, back := range []time.Duration{0, 1, time.Second, time.Minute - 1, time.Minute, time.Hour} {
		if got, err := c.WorkingTime(start, end.Add(-back)); err != nil || got != 1<<63-1-back {
			t.Errorf("%v before: %v, %v", back, got, err)
		}
		if back == 0 {
			continue
		}
		if _, err := c.WorkingTime(start, end.Add(back)); err == nil {
			t.Errorf("%v after: no error", back)
		}
	}
}

// A notice of a year that is there is held against every day of it, from the first that it may
// name to the last.
func TestDiffersAtTheEnds(t *testing.T) {
	first := func(more string) Notice {
		return parse(t, `{"year":2027,"source":"通知","off":[{"name":"元旦","from":"2027-01-01","statutory":true}`+more+`]}`)
	}
	plain := first("")
	for name, other := range map[string]Notice{
		"the last day":  first(`,{"name":"年终","from":"2027-12-31"}`),
		"the first day": first(`,{"name":"年前","from":"2026-12-29"}`),
	} {
		for _, order := range [][2]Notice{{plain, other}, {other, plain}} {
			c := with(t, China(), order[0])
			if _, err := c.With(order[1]); err == nil {
				t.Errorf("%s: two notices that differ there are both taken", name)
			}
		}
	}
}

// Of three notices of one day the one that reaches furthest counts, whichever begins last.
func TestThreeOfOneDay(t *testing.T) {
	off := func(source, from, to string) Notice {
		return parse(t, `{"published":"2026-03-01","source":"`+source+`","off":[{"from":"2026-03-`+from+`","to":"2026-03-`+to+`"}]}`)
	}
	work := parse(t, `{"published":"2026-03-01","source":"抢修","work":[{"from":"2026-03-08"}]}`)
	for _, two := range [][2]Notice{{off("盘点", "02", "10"), off("培训", "03", "04")}, {off("盘点", "02", "04"), off("培训", "03", "10")}} {
		var e *NoticeError
		if _, err := China().With(two[0], two[1], work); !errors.As(err, &e) || e.Day != d("2026-03-08") {
			t.Error(err)
		}
	}
}

// The ID is of the days, however they are divided into stretches; days that differ in anything
// have another one.
func TestIDOfStretches(t *testing.T) {
	id := func(stretches string) string {
		return with(t, China(), parse(t, `{"year":2027,"source":"通知",`+stretches+`}`)).ID()
	}
	const statutory = `"statutory":true`
	same := [][2]string{
		{`"off":[{"from":"2027-01-01","to":"2027-01-02",` + statutory + `},{"from":"2027-01-03",` + statutory + `}]`, `"off":[{"from":"2027-01-01","to":"2027-01-03",` + statutory + `}]`},
		{`"off":[{"from":"2027-01-01"},{"from":"2027-01-02"}]`, `"off":[{"from":"2027-01-01","to":"2027-01-02"}]`},
		// What the regulation makes statutory may be said, too.
		{`"off":[{"from":"2027-01-01","to":"2027-01-02"}]`, `"off":[{"from":"2027-01-01",` + statutory + `},{"from":"2027-01-02"}]`},
	}
	for _, s := range same {
		if id(s[0]) != id(s[1]) {
			t.Errorf("%s and %s have two IDs", s[0], s[1])
		}
	}
	ids := map[string]string{}
	for _, s := range []string{
		`"off":[{"from":"2027-01-01",` + statutory + `}]`,
		`"off":[{"from":"2027-01-01","to":"2027-01-04",` + statutory + `}]`,
		`"off":[{"from":"2027-01-01",` + statutory + `},{"from":"2027-01-04",` + statutory + `}]`,
		`"off":[{"from":"2027-01-01",` + statutory + `},{"from":"2027-01-02","to":"2027-01-04"}]`,
		`"off":[{"from":"2027-01-01","to":"2027-01-02",` + statutory + `},{"from":"2027-01-03","to":"2027-01-04"}]`,
		`"off":[{"from":"2027-01-01",` + statutory + `}],"work":[{"from":"2027-01-02"}]`,
		`"off":[{"from":"2027-01-01",` + statutory + `}],"work":[{"from":"2027-01-02","to":"2027-01-03"}]`,
		`"off":[{"from":"2027-01-01","to":"2027-01-02",` + statutory + `}],"work":[{"from":"2027-01-03"}]`,
		`"off":[{"from":"2027-01-01"},{"from":"2027-02-08"}]`,
		`"off":[{"from":"2027-01-01"},{"from":"2027-02-09"}]`,
	} {
		if old, ok := ids[id(s)]; ok {
			t.Errorf("%s and %s have one ID", s, old)
		}
		ids[id(s)] = s
	}
}

// The last year there is, a day that two stretches share, a make-up stretch of which only the
// second day is worked anyway.
func TestNoticeEdges(t *testing.T) {
	if _, err := (Calendar{}).With(Notice{Year: 9999, Source: "通知", Off: []Stretch{{From: d("9999-01-01"), Statutory: true}}}); err != nil {
		t.Error(err)
	}
	twice := parse(t, `{"year":2027,"source":"通知","off":[{"from":"2027-01-01","statutory":true}]}`)
	twice.Off = []Stretch{{From: d("2027-01-01"), To: d("2027-01-02"), Statutory: true}, {From: d("2027-01-02"), To: d("2027-01-03")}}
	var e *NoticeError
	if _, err := China().With(twice); !errors.As(err, &e) || e.Path != "off[1]" || !strings.Contains(e.Why, "twice") {
		t.Error(err)
	}
	anyway := Notice{Source: "盘点", Work: []Stretch{{From: d("2026-03-08"), To: d("2026-03-09")}}} // Sunday, Monday
	if _, err := China().With(anyway); !errors.As(err, &e) || e.Day != d("2026-03-09") {
		t.Error(err)
	}
}

// In 2020 Mid-Autumn was the first of National Day's three days.
func TestMidAutumnOnNationalDay(t *testing.T) {
	n, err := Statutory(2020)
	if err != nil {
		t.Fatal(err)
	}
	last := n.Off[len(n.Off)-1]
	if last.From != d("2020-10-01") || last.To != d("2020-10-03") || !strings.Contains(last.Name, "中秋") || !strings.Contains(last.Name, "国庆") {
		t.Errorf("%+v", n.Off)
	}
}
