package calendar

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"
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
