package calendar

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var (
	week      = []time.Weekday{1, 2, 3, 4, 5}
	weekHours = []Shift{{Days: week, Open: "09:00", Close: "12:00"}, {Days: week, Open: "13:00", Close: "17:30"}}
)

func hoursOf(t testing.TB, c Calendar, s ...Shift) Calendar {
	t.Helper()
	c, err := c.WithHours(s...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func split(t testing.TB) Calendar { return hoursOf(t, China(), weekHours...) }

func at(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, china)
	if err != nil {
		panic(err)
	}
	return t
}

func clockOf(t time.Time) string { return t.Format("2006-01-02 15:04") }

func TestHoursRefused(t *testing.T) {
	day := Shift{Days: week, Open: "09:00", Close: "17:30"}
	edit := func(f func(*Shift)) Shift { s := day; f(&s); return s }
	for _, c := range []struct {
		name   string
		shifts []Shift
		shift  int
		says   string
	}{
		{"nothing", nil, -1, "none on Monday 01-01"},
		{"no days", []Shift{edit(func(s *Shift) { s.Days = nil })}, 0, "no days"},
		{"no Friday", []Shift{edit(func(s *Shift) { s.Days = week[:4] })}, -1, "none on Friday"},
		{"weekend only", []Shift{edit(func(s *Shift) { s.Days = []time.Weekday{0, 6} })}, -1, "none on"},
		{"summer only", []Shift{edit(func(s *Shift) { s.From, s.Until = "05-01", "09-30" })}, -1, "none on"},
		{"a day between seasons", []Shift{edit(func(s *Shift) { s.From, s.Until = "05-01", "09-29" }), edit(func(s *Shift) { s.From, s.Until = "10-01", "04-30" })}, -1, "09-30"},
		{"all but 29 February", []Shift{edit(func(s *Shift) { s.From, s.Until = "03-01", "02-28" })}, -1, "02-29"},
		{"open is close", []Shift{edit(func(s *Shift) { s.Close = "09:00" })}, 0, "opens and closes at 09:00"},
		{"00:00 to 00:00", []Shift{edit(func(s *Shift) { s.Open, s.Close = "00:00", "00:00" })}, 0, "opens and closes"},
		{"opens at 24:00", []Shift{edit(func(s *Shift) { s.Open = "24:00" })}, 0, "open"},
		{"closes at 24:01", []Shift{edit(func(s *Shift) { s.Close = "24:01" })}, 0, "close"},
		{"9:00", []Shift{edit(func(s *Shift) { s.Open = "9:00" })}, 0, "open"},
		{"09:60", []Shift{edit(func(s *Shift) { s.Open = "09:60" })}, 0, "open"},
		{"seconds", []Shift{edit(func(s *Shift) { s.Open = "09:00:00" })}, 0, "open"},
		{"empty", []Shift{{Days: week}}, 0, "open"},
		{"half a season", []Shift{edit(func(s *Shift) { s.From = "05-01" })}, 0, "season"},
		{"no such season", []Shift{edit(func(s *Shift) { s.From, s.Until = "02-30", "09-30" })}, 0, "season"},
		{"season with a year", []Shift{edit(func(s *Shift) { s.From, s.Until = "2026-05-01", "09-30" })}, 0, "season"},
		{"no weekday", []Shift{edit(func(s *Shift) { s.Days = []time.Weekday{1, 2, 3, 4, 5, 7} })}, 0, "7 is no weekday"},
		{"negative weekday", []Shift{edit(func(s *Shift) { s.Days = []time.Weekday{-1} })}, 0, "-1 is no weekday"},
		{"Monday twice", []Shift{edit(func(s *Shift) { s.Days = []time.Weekday{1, 2, 3, 4, 5, 1} })}, 0, "Monday is named twice"},
		{"overlap", []Shift{day, edit(func(s *Shift) { s.Open, s.Close = "17:29", "20:00" })}, 1, "overlaps hours[0]"},
		{"the same twice", []Shift{day, day}, 1, "overlaps hours[0]"},
		{"overlap in summer", []Shift{day, edit(func(s *Shift) { s.Open, s.Close, s.From, s.Until = "17:00", "20:00", "07-01", "07-31" })}, 1, "07-01"},
		{"overlap on the 29th of February", []Shift{day, edit(func(s *Shift) { s.Open, s.Close, s.From, s.Until = "17:00", "20:00", "02-29", "02-29" })}, 1, "02-29"},
		{"night into morning", []Shift{day, edit(func(s *Shift) { s.Open, s.Close = "22:00", "09:01" })}, 1, "runs over midnight"},
		{"night into Saturday's own", []Shift{edit(func(s *Shift) { s.Open, s.Close = "22:00", "06:00" }), {Days: []time.Weekday{6}, Open: "05:00", Close: "07:00"}}, 0, "runs over midnight of Friday"},
		{"night into the new season", []Shift{
			edit(func(s *Shift) { s.Open, s.Close, s.From, s.Until = "22:00", "06:00", "10-01", "02-28" }),
			edit(func(s *Shift) { s.Open, s.Close, s.From, s.Until = "05:00", "12:00", "03-01", "09-30" }),
			edit(func(s *Shift) { s.From, s.Until = "02-29", "02-29" })}, 0, "02-28"}, // in a year that is no leap year
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := China().WithHours(c.shifts...)
			var e *HoursError
			if !errors.As(err, &e) || e.Shift != c.shift || !strings.Contains(e.Error(), c.says) {
				t.Fatalf("%v, want %q of shift %d", err, c.says, c.shift)
			}
			if got != China() {
				t.Error("the calendar changed")
			}
			if e.Zh() == "" {
				t.Error("no Chinese")
			}
		})
	}
}

// Hours are read as strictly as notices, and say in Chinese too what is wrong and where.
func TestHoursDecodeStrictly(t *testing.T) {
	for file, want := range map[string]string{
		`{"form":"05-01"}`:                "form：没有这个字段",
		`{"Open":"09:00"}`:                "Open：没有这个字段",
		`{"open":"09:00","open":"09:00"}`: "open：重复出现",
		`{"open":9}`:                      "open：不是文字",
		`{"close":null}`:                  "close：不是文字",
		`{"days":1}`:                      "days：不是列表",
		`{"days":[1,"2"]}`:                "days[1]：不是星期几",
		`{"days":[1.5]}`:                  "days[0]：不是整数：1.5",
	} {
		s := Shift{Open: "before"}
		err := s.UnmarshalJSON([]byte(file))
		var e *HoursError
		if !errors.As(err, &e) || e.Zh() != "工作时间中的"+want || !strings.HasPrefix(want, e.Path+"：") || !strings.Contains(e.Error(), "hours: "+e.Path+": ") {
			t.Errorf("%s: %v, want %s", file, err, want)
		}
		if s.Open != "before" || s.Days != nil {
			t.Errorf("%s: the shift was touched: %+v", file, s)
		}
		if json.Unmarshal([]byte("["+file+"]"), new([]Shift)) == nil {
			t.Errorf("%s: json.Unmarshal took it", file)
		}
	}
	for _, file := range []string{`[]`, `null`, `{`, `{}}`, "{\"open\":\"\xff\"}", ``} {
		var e *HoursError
		if err := new(Shift).UnmarshalJSON([]byte(file)); !errors.As(err, &e) || e.Path != "" {
			t.Errorf("%q: %v", file, err)
		}
	}
	want := []Shift{{Days: week, Open: "09:00", Close: "12:00"}, {Days: []time.Weekday{0, 6}, Open: "22:00", Close: "06:00", From: "05-01", Until: "09-30"}}
	b, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got []Shift
	if err := json.Unmarshal(b, &got); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%s: %+v, %v", b, got, err)
	}
}

func TestHoursErrorZh(t *testing.T) {
	for want, s := range map[string]Shift{
		"工作时间第1条：开门时间“9:00”无效，应为00:00至23:59":     {Days: week, Open: "9:00", Close: "17:30"},
		"工作时间第1条：关门时间“24:01”无效，应为00:00至24:00":    {Days: week, Open: "09:00", Close: "24:01"},
		"工作时间第1条：星期7无效，应为0（周日）至6（周六）":            {Days: []time.Weekday{7}, Open: "09:00", Close: "17:30"},
		"工作时间第1条：季节“5-1”至“09-30”无效，应为05-01这样的日期": {Days: week, Open: "09:00", Close: "17:30", From: "5-1", Until: "09-30"},
	} {
		_, err := China().WithHours(s)
		var e *HoursError
		if !errors.As(err, &e) || e.Zh() != want {
			t.Errorf("%v: want %s", err, want)
		}
	}
}

func TestHoursTaken(t *testing.T) {
	night := Shift{Days: week, Open: "22:00", Close: "09:00"}
	for name, s := range map[string][]Shift{
		"the clock round":         {{Days: week, Open: "00:00", Close: "24:00"}},
		"to midnight as 00:00":    {{Days: week, Open: "18:00", Close: "00:00"}},
		"night meets the morning": {night, {Days: week, Open: "09:00", Close: "17:30"}},
		"seasons over the year":   {{Days: week, Open: "08:00", Close: "16:00", From: "05-01", Until: "09-30"}, {Days: week, Open: "09:00", Close: "17:00", From: "10-01", Until: "04-30"}},
		"one minute":              {{Days: week, Open: "09:00", Close: "09:01"}},
		"shifts that meet":        {{Days: week, Open: "09:00", Close: "12:00"}, {Days: week, Open: "12:00", Close: "17:30"}},
	} {
		if _, err := China().WithHours(s...); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A make-up day has the hours of its weekday, or else Monday's, of the season.
func TestMakeUpHours(t *testing.T) {
	for _, c := range []struct {
		name       string
		shifts     []Shift
		day, close string
	}{
		{"Monday's", []Shift{{Days: week[:1], Open: "09:00", Close: "15:00"}, {Days: week[1:], Open: "09:00", Close: "17:30"}}, "2026-09-20", "2026-09-20 15:00"},
		{"its own", []Shift{{Days: week, Open: "09:00", Close: "17:30"}, {Days: []time.Weekday{0}, Open: "10:00", Close: "14:00"}}, "2026-09-20", "2026-09-20 14:00"},
		{"its own in season", []Shift{{Days: week, Open: "09:00", Close: "17:30"}, {Days: []time.Weekday{0}, Open: "10:00", Close: "14:00", From: "10-01", Until: "12-31"}}, "2026-09-20", "2026-09-20 17:30"},
		{"and none on a plain Sunday", []Shift{{Days: week, Open: "09:00", Close: "17:30"}, {Days: []time.Weekday{0}, Open: "10:00", Close: "14:00"}}, "2026-09-13", "2026-09-14 00:00"},
	} {
		got, err := hoursOf(t, China(), c.shifts...).Close(d(c.day))
		if err != nil || clockOf(got) != c.close {
			t.Errorf("%s: %v, %v, want %s", c.name, got, err, c.close)
		}
	}
}

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

// A walker is the second version: it knows shifts and days, and goes minute by minute.
type walker struct {
	shifts []Shift
	days   map[Date]said
	memo   map[Date]*[1440]bool // of open
}

func (w walker) worked(x Date) bool {
	if s, ok := w.days[x]; ok {
		return s.kind == "work"
	}
	return x.Weekday()%6 != 0
}

// of is the shifts of a weekday on a date.
func (w walker) of(x Date, day time.Weekday) (out []Shift) {
	for _, s := range w.shifts {
		md := x.String()[5:]
		in := s.From == "" || s.From <= md && md <= s.Until || s.Until < s.From && (md >= s.From || md <= s.Until)
		if in && slices.Contains(s.Days, day) {
			out = append(out, s)
		}
	}
	return out
}

// own is the shifts of a working day, its weekday's or Monday's.
func (w walker) own(x Date) []Shift {
	out := w.of(x, x.Weekday())
	if len(out) == 0 {
		out = w.of(x, time.Monday)
	}
	return out
}

// open says which minutes hh:mm of day x are working time.
func (w walker) open(x Date) func(hhmm string) bool {
	var today, night []Shift
	if w.worked(x) {
		today = w.own(x)
	}
	if y := x.AddDays(-1); w.worked(y) {
		night = w.own(y)
	}
	return func(hhmm string) bool {
		for _, s := range today {
			if s.Open <= hhmm && (hhmm < s.Close || s.Close < s.Open) {
				return true
			}
		}
		for _, s := range night {
			if s.Close < s.Open && hhmm < s.Close {
				return true
			}
		}
		return false
	}
}

func (w walker) openAt(t time.Time) bool {
	x := DateOf(t)
	if w.memo[x] == nil {
		w.memo[x] = new([1440]bool)
		open := w.open(x)
		for m := range 1440 {
			w.memo[x][m] = open(everyMinute[m])
		}
	}
	return w.memo[x][int(t.Sub(x.Start())/time.Minute)]
}

// measure sums the parts of minutes of working time in [from, to).
func (w walker) measure(from, to time.Time) (sum time.Duration) {
	for x := from; x.Before(to); {
		next := x.Truncate(time.Minute).Add(time.Minute)
		if next.After(to) {
			next = to
		}
		if w.openAt(x) {
			sum += next.Sub(x)
		}
		x = next
	}
	return sum
}

// add goes forward or back until that much has passed.
func (w walker) add(x time.Time, d time.Duration) time.Time {
	for d > 0 {
		next := x.Truncate(time.Minute).Add(time.Minute)
		if w.openAt(x) {
			if next.Sub(x) >= d {
				return x.Add(d)
			}
			d -= next.Sub(x)
		}
		x = next
	}
	for d < 0 {
		before := x.Add(-1).Truncate(time.Minute)
		if w.openAt(before) {
			if x.Sub(before) > -d {
				return x.Add(d)
			}
			d += x.Sub(before)
		}
		x = before
		if d == 0 { // and the earliest of the instants between which nothing is worked
			for !w.openAt(x.Add(-1)) {
				x = x.Add(-1).Truncate(time.Minute)
			}
		}
	}
	return x
}

var everyMinute = func() (out [1440]string) {
	for m := range out {
		out[m] = hhmm(m)
	}
	return out
}()

func hhmm(m int) string { return fmt.Sprintf("%02d:%02d", m/60, m%60) }

// anyHours are hours that WithHours takes: for each of one or two groups of weekdays and one
// or two seasons disjoint shifts, the last one perhaps over midnight.
func anyHours(t *rapid.T) []Shift {
	groups := [][]time.Weekday{week}
	switch rapid.IntRange(0, 3).Draw(t, "groups") {
	case 1:
		groups = [][]time.Weekday{{1, 3, 5}, {2, 4, 6}}
	case 2:
		groups = [][]time.Weekday{{1, 2, 3, 4}, {5}, {0}}
	case 3:
		groups = [][]time.Weekday{{0, 1, 2, 3, 4, 5, 6}}
	}
	seasons := [][2]string{{"", ""}}
	if rapid.Bool().Draw(t, "seasons") {
		seasons = [][2]string{{"05-01", "09-30"}, {"10-01", "04-30"}}
	}
	// All days open at or after morning, which no night shift passes.
	morning := rapid.IntRange(0, 10*60).Draw(t, "morning")
	var out []Shift
	for _, g := range groups {
		for _, s := range seasons {
			cuts := rapid.SliceOfNDistinct(rapid.IntRange(morning, 24*60), 2, 6, rapid.ID[int]).Draw(t, "cuts")
			slices.Sort(cuts)
			for i := 0; i+1 < len(cuts); i += 2 {
				open, shut := cuts[i], cuts[i+1]
				if i+3 >= len(cuts) && morning > 0 && rapid.Bool().Draw(t, "night") {
					if shut = rapid.IntRange(0, morning).Draw(t, "until"); shut == open {
						shut = cuts[i+1]
					}
				}
				if shut == 24*60 && rapid.Bool().Draw(t, "midnight") && open != 0 {
					shut = 0
				}
				out = append(out, Shift{g, hhmm(open), hhmm(shut), s[0], s[1]})
			}
		}
	}
	return out
}

func TestWorkingTimeAgainstWalk(t *testing.T) {
	days := readDays(t)
	rapid.Check(t, func(t *rapid.T) {
		w := walker{anyHours(t), days, map[Date]*[1440]bool{}}
		c, err := China().WithHours(w.shifts...)
		if err != nil {
			t.Fatal(err)
		}
		// Three weeks from the edges of the data, so that the walk stays inside.
		from := at("2004-01-22 00:00").Add(time.Duration(rapid.Int64Range(0, int64(8350*24*time.Hour)).Draw(t, "from")))
		if rapid.Bool().Draw(t, "whole minute") {
			from = from.Truncate(time.Minute)
		}
		to := from.Add(time.Duration(rapid.Int64Range(0, int64(12*24*time.Hour)).Draw(t, "span")))
		want := w.measure(from, to)
		if got, err := c.WorkingTime(from, to); err != nil || got != want {
			t.Fatalf("WorkingTime(%v, %v) = %v, %v, want %v", from, to, got, err, want)
		}
		if got, err := c.WorkingTime(to, from); err != nil || got != -want {
			t.Fatalf("WorkingTime back = %v, %v, want %v", got, err, -want)
		}
		zone := time.FixedZone("", rapid.IntRange(-14*3600, 14*3600).Draw(t, "zone"))
		past, future := w.measure(from.Add(-20*24*time.Hour), from), w.measure(from, from.Add(20*24*time.Hour))
		for _, d := range []time.Duration{want, -want, 1, -1, time.Duration(rapid.Int64Range(-int64(20*time.Hour), int64(20*time.Hour)).Draw(t, "d"))} {
			if rapid.Bool().Draw(t, "whole minutes") {
				d = d.Truncate(time.Minute)
			}
			if past < -d || future < d {
				continue // few hours a day: it would walk out of the data
			}
			want := w.add(from, d)
			got, err := c.AddWorkingTime(from.In(zone), d)
			if err != nil || !got.Equal(want) || got != InChina(got) {
				t.Fatalf("AddWorkingTime(%v, %v) = %v, %v, want %v", from, d, got, err, want)
			}
		}
		if got, err := c.IsOpen(from); err != nil || got != w.openAt(from) {
			t.Fatalf("IsOpen(%v) = %v, %v", from, got, err)
		}
		opens, shuts := from.Truncate(time.Minute).Add(time.Minute), from.Truncate(time.Minute).Add(time.Minute)
		for i := 0; i < 20*1440 && !(w.openAt(opens) && !w.openAt(opens.Add(-1))); i++ {
			opens = opens.Add(time.Minute)
		}
		for i := 0; i < 20*1440 && !(!w.openAt(shuts) && w.openAt(shuts.Add(-1))); i++ {
			shuts = shuts.Add(time.Minute)
		}
		if got, err := c.NextOpen(from); err != nil || !got.Equal(opens) && opens.Before(from.Add(19*24*time.Hour)) {
			t.Fatalf("NextOpen(%v) = %v, %v, want %v", from, got, err, opens)
		}
		if got, err := c.NextClose(from); err != nil || !got.Equal(shuts) && shuts.Before(from.Add(19*24*time.Hour)) {
			t.Fatalf("NextClose(%v) = %v, %v, want %v", from, got, err, shuts)
		}
		for day, x := DateOf(from), 0; x < 5; day, x = day.AddDays(1), x+1 {
			want := day.AddDays(1).Start()
			if w.worked(day) {
				want = day.Start()
				for _, s := range w.own(day) {
					end := day.Start().Add(time.Duration(clockMinutes(s.Close)) * time.Minute)
					if s.Close < s.Open {
						end = end.Add(24 * time.Hour)
					}
					if end.After(want) {
						want = end
					}
				}
			}
			if got, err := c.Close(day); err != nil || got != want {
				t.Fatalf("Close(%v) = %v, %v, want %v", day, got, err, want)
			}
		}
	})
}

// Adding and measuring are two views of one thing.
func TestWorkingTimeLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, err := Statutory(2027)
		if err != nil {
			t.Fatal(err)
		}
		c, err := China().With(s)
		if err != nil {
			t.Fatal(err)
		}
		if rapid.Bool().Draw(t, "hours") {
			if c, err = c.WithHours(anyHours(t)...); err != nil {
				t.Fatal(err)
			}
		}
		dur := func(name string) time.Duration {
			return time.Duration(rapid.Int64Range(-int64(900*time.Hour), int64(900*time.Hour)).Draw(t, name))
		}
		from := at("2007-01-01 00:00").Add(time.Duration(rapid.Int64Range(0, int64(6000*24*time.Hour)).Draw(t, "from")))
		a, b := dur("a"), dur("b")
		x, err := c.AddWorkingTime(from, a)
		if err != nil {
			return // few hours a day: years away
		}
		if got, err := c.WorkingTime(from, x); err != nil || got != a {
			t.Fatalf("%v + %v = %v, which is %v away, %v", from, a, x, got, err)
		}
		y, errY := c.AddWorkingTime(x, b)
		z, errZ := c.AddWorkingTime(from, a+b)
		if a+b != 0 && errY == nil && errZ == nil && y != z {
			t.Fatalf("%v + %v + %v is %v, and together %v", from, a, b, y, z)
		}
		if errY == nil && b > 0 && !y.After(x) || errY == nil && b < 0 && !y.Before(x) {
			t.Fatalf("%v + %v = %v", x, b, y)
		}
		later, errL := c.AddWorkingTime(from.Add(time.Duration(rapid.Int64Range(0, int64(100*time.Hour)).Draw(t, "later"))), a)
		if errL == nil && a != 0 && later.Before(x) {
			t.Fatalf("from later on it is earlier: %v before %v", later, x)
		}
		// Spans tile, say so, and sum.
		to := from.Add(time.Duration(rapid.Int64Range(1, int64(200*time.Hour)).Draw(t, "span")))
		spans, err := c.Spans(from, to)
		if err != nil {
			t.Fatal(err)
		}
		sum, end := time.Duration(0), InChina(from)
		for i, p := range spans {
			if p.From != end || !p.From.Before(p.To) || p.Why == "" || p.To != InChina(p.To) {
				t.Fatalf("span %d, %+v, after %v", i, p, end)
			}
			if end = p.To; p.Counted {
				sum += p.To.Sub(p.From)
			}
			if open, err := c.IsOpen(p.From); err != nil || open != p.Counted {
				t.Fatalf("span %+v and IsOpen %v, %v", p, open, err)
			}
		}
		if want, err := c.WorkingTime(from, to); !end.Equal(to) || err != nil || sum != want {
			t.Fatalf("the spans end at %v and sum to %v, want %v and %v, %v", end, sum, to, want, err)
		}
	})
}

// Whatever the shifts, either they are taken, and then every weekday has hours that do not
// overlap, or they are refused for a reason that a walk over 28 years finds too.
func TestHoursAgainstWalk(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 4).Draw(t, "n")
		var shifts []Shift
		for range n {
			s := Shift{Days: slices.Clone(week)}
			if rapid.Bool().Draw(t, "some") {
				s.Days = rapid.SliceOfNDistinct(rapid.SampledFrom(allWeek), 1, 7, rapid.ID[time.Weekday]).Draw(t, "days")
			}
			s.Open, s.Close = hhmm(60*rapid.IntRange(0, 23).Draw(t, "open")), hhmm(60*rapid.IntRange(0, 24).Draw(t, "close"))
			if rapid.IntRange(0, 3).Draw(t, "season") == 0 {
				md := rapid.SampledFrom([]string{"01-01", "02-28", "02-29", "03-01", "12-31", "06-15"})
				s.From, s.Until = md.Draw(t, "from"), md.Draw(t, "until")
			}
			if s.Open == s.Close {
				continue
			}
			shifts = append(shifts, s)
		}
		w := walker{shifts: shifts}
		bad := ""
		var before [][2]time.Time
		for x := d("2000-01-01"); x.Year() < 2028 && bad == ""; x = x.AddDays(1) {
			if len(w.of(x, x.Weekday())) == 0 && x.Weekday()%6 != 0 {
				bad = "none on " + x.String()
			}
			var today [][2]time.Time
			for _, s := range w.own(x) {
				open, shut := x.Start().Add(time.Duration(clockMinutes(s.Open))*time.Minute), x.Start().Add(time.Duration(clockMinutes(s.Close))*time.Minute)
				if s.Close < s.Open {
					shut = shut.Add(24 * time.Hour)
				}
				for _, o := range append(before, today...) {
					if open.Before(o[1]) && o[0].Before(shut) {
						bad = "overlap on " + x.String()
					}
				}
				today = append(today, [2]time.Time{open, shut})
			}
			before = today
		}
		_, err := China().WithHours(shifts...)
		if (err != nil) != (bad != "") {
			t.Fatalf("%v\n%v, the walk: %s", shifts, err, bad)
		}
	})
}
